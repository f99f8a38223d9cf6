"""The four-layer profile of a pair: both scores with their ranges, and the call, for each layer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reports.wording import the

from .behind import of_pair
from .credit import credit, pair_sources
from .look import PLAIN
from .palette import FAINT, FIRST, MUTED, RULE, SECOND, TRACK, Role
from .phrases import called, counted, listed, lowered, opened, scored
from .sheet import LABEL, PATCH, SMALL, Scale, Sheet, fitted, sheet, wrap

if TYPE_CHECKING:
    from indicators.facts import Facts
    from scoring.answer import Answer, Gap, NodeInfo, Score

    from .chart import Chart
    from .look import Look

COLUMNS = (
    "node",
    "level",
    "title",
    "economy",
    "score",
    "low",
    "high",
    "call",
    "leader",
    "gap",
    "gap_low",
    "gap_high",
    "data_from",
    "data_to",
    "reason",
)
ROW, HEAD = 15.0, 4.0  # mm
NAMES, CALLS, BETWEEN = 42.0, 35.0, 6.0  # mm, of the columns beside the strip
NARROW = (30.0, 29.0)  # the same where there is little room
APART = 1.5  # mm between the two ranges of a row, so that both are seen where they overlap
ROLES = (FIRST, SECOND)


def draw(answer: Answer, facts: Facts, look: Look = PLAIN) -> Chart:
    """Draw the profile of the pair."""
    nodes = [*answer.layers(), answer.nodes[0]]
    named = credit("profile", answer, pair_sources(answer, facts))
    page = sheet(finding(answer), _subtitle(answer), named, HEAD + ROW * len(nodes) + 1.0, look)
    _axis(page, len(nodes))
    todo = set(answer.pair)
    for i, node in enumerate(nodes):
        if node.level == "overall":
            page.rule(HEAD + i * ROW, colour=RULE)
        _row(page, HEAD + (i + 0.5) * ROW, answer, node, todo)
    rows = (_shown(answer, node, unit) for node in nodes for unit in answer.pair)
    return page.chart("profile", _alt(answer, nodes), COLUMNS, rows, of_pair(answer, facts))


def _strip(page: Sheet) -> Scale:
    """Scale of the scores, between the names and the calls."""
    names, calls = NARROW if page.size.narrow else (NAMES, CALLS)
    return Scale(0.0, 100.0, names, page.width - calls - BETWEEN)


def finding(answer: Answer) -> str:
    """Say who leads in how many layers and which are open, whoever leads and whatever is missing."""
    first, second = (the(answer.names[code]) for code in answer.pair)
    gaps = {node.title: answer.gap[node.code] for node in answer.layers()}
    if not answer.draws:
        return f"{opened(first)} and {second} in {counted(len(gaps))} layers: without draws, no call is made"
    missing = [title for title, gap in gaps.items() if gap.call == "not scored"]
    tied = [title for title, gap in gaps.items() if gap.call == "no call"]
    if len(missing) == len(gaps):
        return f"No layer can be scored for both {first} and {second}"
    if len(tied) + len(missing) == len(gaps):
        lead = f"No {'scored ' if missing else ''}layer separates {first} and {second}"
        return "; ".join([lead, *_left(missing, "not scored")])
    leads = sorted((_led(answer, code, list(gaps.values())) for code in answer.pair), key=lambda led: -led[0])
    number = counted(len(gaps))
    whole = f"{leads[0][1]} of {number} layers".replace(f"{number} of {number}", f"all {number}")
    lead = ", ".join([whole + leads[0][2], *(text + more for count, text, more in leads[1:] if count)])
    return "; ".join([opened(lead), *_left(tied, "too close to call"), *_left(missing, "not scored")])


def _led(answer: Answer, code: str, gaps: list[Gap]) -> tuple[float, str, str]:
    sure = sum(gap.leader == code and gap.call == "ahead" for gap in gaps)
    likely = sum(gap.leader == code and gap.call == "likely ahead" for gap in gaps)
    more = f" and likely in {counted(likely)} more" if sure and likely else ""
    verb = "leads" if sure else "likely leads"
    return sure + likely + sure / 10, f"{the(answer.names[code])} {verb} in {counted(sure or likely)}", more


def _left(titles: list[str], what: str) -> list[str]:
    if not titles:
        return []
    if len(titles) == 1:
        return [f"{lowered(titles[0])} is {what}"]
    return [f"{counted(len(titles))} are {what}"]


def _subtitle(answer: Answer) -> str:
    ranges = "lines are 90 % ranges of the data" if answer.draws else "without ranges, as no draws were made"
    lens = {"scale": "what an economy commands", "intensity": "per head or output"}.get(
        answer.lens, answer.lens
    )
    return f"Scores from 0 to 100 on stated goalposts, {lens}; {ranges}. State of {answer.as_of}."


def _axis(page: Sheet, rows: int) -> None:
    strip = _strip(page)
    for tick in (0, 25, 50, 75, 100):
        x = strip(tick)
        page.line([x, x], [HEAD, HEAD + ROW * rows], color=FAINT, linewidth=0.6, zorder=0)
        page.write(x, 1.6, str(tick), SMALL, ha="center", color=MUTED)


def _row(page: Sheet, y: float, answer: Answer, node: NodeInfo, todo: set[str]) -> None:
    strip = _strip(page)
    page.write(0, y, "\n".join(wrap(node.title, strip.left - 4, 8.5, "bold")), 8.5, weight="bold")
    page.bar(strip.left, y - 0.35, strip.right - strip.left, 0.7, TRACK, zorder=0)
    scores = [answer.scores[code][node.code] for code in answer.pair]
    values = [score.value for score in scores]
    if values[0] is not None and values[1] is not None:
        xs = [strip(value) for value in values if value is not None]
        page.line(xs, [y - APART, y + APART], color=RULE, linewidth=0.7, zorder=1)
    for code, score, role, side in zip(answer.pair, scores, ROLES, (-1, 1), strict=True):
        name = fitted(answer.names[code], 0.55 * (strip.right - strip.left), LABEL, "bold")
        label = f"{name} " if code in todo or score.value is None else ""
        _side(page, y, side, score, role, label)
        if score.value is not None:
            todo.discard(code)
    _call(page, y, answer, node)


def _side(page: Sheet, y: float, side: int, score: Score, role: Role, label: str) -> None:
    at, strip = y + side * 4.9, _strip(page)
    if score.value is None:
        text = f"{label}not scored" + (
            f": {score.reason.removeprefix('not scored').strip(' :()')}" if score.reason else ""
        )
        middle = (strip.left + strip.right) / 2
        lines = wrap(text, strip.right - strip.left, SMALL)
        page.write(
            middle,
            y + side * 3.2,
            "\n".join(lines),
            SMALL,
            ha="center",
            color=role.text,
            style="italic",
            bbox=PATCH,
        )
        return
    if score.low is not None and score.high is not None:
        page.span(strip(score.low), strip(score.high), y + side * APART, role)
    page.mark(strip(score.value), y + side * APART, role)
    far = len(label) > 0
    ha = "right" if far and score.value > 75 else "left" if far and score.value < 25 else "center"
    nudge = {"right": 3.0, "left": -3.0, "center": 0.0}[ha]
    page.write(
        strip(score.value) + nudge,
        at,
        f"{label}{score.value:.1f}",
        LABEL,
        ha=ha,
        color=role.text,
        weight="bold",
    )


def _call(page: Sheet, y: float, answer: Answer, node: NodeInfo) -> None:
    gap = answer.gap[node.code]
    how = {"weight": "bold"} if gap.leader else {"color": MUTED}
    left = _strip(page).right + BETWEEN
    lines = wrap(called(answer, gap), page.width - left, 8.0, "bold")
    dates = _dates(answer, node)
    shift = 1.7 if dates else 0.0
    page.write(left, y - shift, "\n".join(lines), 8.0, **how)
    page.write(left, y - shift + 1.9 * len(lines) + 1.3, dates, SMALL, color=MUTED)


def _dates(answer: Answer, node: NodeInfo) -> str:
    scores = [answer.scores[code][node.code] for code in answer.pair]
    begins = min((score.data_from for score in scores if score.data_from), default="")
    ends = max((score.data_to for score in scores if score.data_to), default="")
    if not ends:
        return ""
    return f"data {begins[:4]} to {ends[:7]}" if begins and begins[:4] != ends[:4] else f"data to {ends[:7]}"


def _shown(answer: Answer, node: NodeInfo, unit: str) -> tuple[str | float | None, ...]:
    score, gap = answer.scores[unit][node.code], answer.gap[node.code]
    return (
        node.code,
        node.level,
        node.title,
        unit,
        score.value,
        score.low,
        score.high,
        gap.call,
        gap.leader,
        gap.value,
        gap.low,
        gap.high,
        score.data_from,
        score.data_to,
        score.reason,
    )


def _alt(answer: Answer, nodes: list[NodeInfo]) -> str:
    names = listed([the(answer.names[code]) for code in answer.pair])
    parts = []
    for node in nodes:
        sides = ", ".join(
            f"{answer.names[code]} {scored(answer.scores[code][node.code])}" for code in answer.pair
        )
        parts.append(f"{node.title}: {sides}; {called(answer, answer.gap[node.code])}")
    return f"Scores of {names} from 0 to 100 with ranges, one row per layer. {opened('. '.join(parts))}."
