"""Memory and packaging of the pair seen three ways: made here, owned here, within reach."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from reports.wording import NONE, the

from .behind import Behind, members
from .credit import credit
from .look import PLAIN
from .palette import FAINT, FIRST, INK, MUTED, RULE, SECOND, TRACK, Role
from .phrases import lowered, opened, possessive
from .sheet import LABEL, SMALL, Scale, Sheet, sheet

if TYPE_CHECKING:
    from collections.abc import Iterator

    from indicators.facts import Facts
    from indicators.schema import Source
    from scoring.answer import Answer, IndicatorRow

    from .chart import Chart
    from .look import Look

COLUMNS = ("pillar", "view", "economy", "score", "low", "high", "made_from", "weight_in_pillar")
PILLARS = ("memory", "packaging")
VIEWS = {"location": "made here", "ownership": "owned here", "reach": "within reach"}
WHOLE = "mean of the three"
NAMES, NARROW = 44.0, 34.0  # mm
ROW, HEADING, HEAD = 7.2, 8.0, 6.0  # mm
APART = 1.4  # mm between the two economies on a line
STILL = 0.5  # points that are no change


@dataclass(frozen=True)
class Line:
    """One view of one pillar: the pair's scores with their ranges, and the indicators that make them."""

    pillar: str
    view: str
    scores: tuple[float | None, float | None]
    ranges: tuple[tuple[float, float] | None, tuple[float, float] | None]
    rows: tuple[IndicatorRow, ...]


def draw(answer: Answer, facts: Facts, look: Look = PLAIN) -> Chart:
    """Draw the three views."""
    lines = list(_lines(answer, facts))
    title = finding(answer, lines)
    subtitle = (
        "Scores from 0 to 100. What stands in an economy, what its firms own wherever it stands, and what "
        "the rules in force let it obtain: own supply in full, foreign supply at what dependence leaves. "
        "Bars: 90 % ranges of the mean."
    )
    named = credit("reach", answer, _sources(facts, lines))
    pillars = list(dict.fromkeys(line.pillar for line in lines))
    page = sheet(title, subtitle, named, HEAD + HEADING * len(pillars) + ROW * max(len(lines), 1), look)
    y = HEAD
    if not lines:
        page.write(0, y, "No figure for any of the three views is held at this date.", LABEL, color=MUTED)
    for tick in (0, 25, 50, 75, 100) if lines else ():
        x = _strip(page)(tick)
        page.line([x, x], [HEAD - 1.5, page.body], color=FAINT, linewidth=0.6, zorder=0)
        page.write(x, 1.8, str(tick), SMALL, ha="center", color=MUTED)
    for pillar in pillars:
        page.rule(y + 0.8, colour=RULE)
        name = next(node.title for node in answer.nodes if node.code == pillar)
        page.write(0, y + HEADING / 2 + 0.5, name, 8.0, weight="bold")
        y += HEADING
        for line in (line for line in lines if line.pillar == pillar):
            _row(page, y + ROW / 2, answer, line, named=line is lines[0])
            y += ROW
    codes = tuple(dict.fromkeys(row.code for line in lines for row in line.rows))
    held = Behind(facts, codes, members(answer, facts))
    return page.chart("reach", _alt(answer, lines), COLUMNS, _shown(answer, lines), held)


def _strip(page: Sheet) -> Scale:
    return Scale(0.0, 100.0, NARROW if page.size.narrow else NAMES, page.width - 12)


def _lines(answer: Answer, facts: Facts) -> Iterator[Line]:
    """Give the views of each pillar in the tree, then their mean, where one of the pair has a score."""
    known = {node.code for node in answer.nodes}
    for pillar in (pillar for pillar in PILLARS if pillar in known):
        held = [row for row in answer.indicators if row.pillar == pillar and row.code in facts.indicators]
        scored = [row for row in held if facts.indicators[row.code].weight]
        if not any(side.score is not None for row in scored for side in (row.a, row.b)):
            continue
        for view in VIEWS:
            rows = tuple(row for row in scored if facts.indicators[row.code].view == view)
            pair = (_mean(facts, rows, first=True), _mean(facts, rows, first=False))
            yield Line(pillar, view, pair, (None, None), rows)
        wholes = [answer.scores[code][pillar] for code in answer.pair]
        ranges = [
            None if it.low is None or it.high is None or it.value is None else (it.low, it.high)
            for it in wholes
        ]
        yield Line(pillar, WHOLE, (wholes[0].value, wholes[1].value), (ranges[0], ranges[1]), tuple(scored))


def _mean(facts: Facts, rows: tuple[IndicatorRow, ...], *, first: bool) -> float | None:
    """Weighted mean of the scores of one side, as the answer gives them; None where it has none."""
    sides = [(facts.indicators[row.code].weight, (row.a if first else row.b).score) for row in rows]
    held = [(weight, score) for weight, score in sides if score is not None]
    total = sum(weight for weight, _ in held)
    return sum(weight * score for weight, score in held) / total if total else None


def finding(answer: Answer, lines: list[Line]) -> str:
    """Say what counting reach does to the first pillar, beside what place and owner alone would say."""
    moves = []
    for side, code in enumerate(answer.pair):
        before = [line.scores[side] for line in lines[:4] if line.view in {"location", "ownership"}]
        after = [line.scores[side] for line in lines[:4] if line.view == WHOLE]
        found = [score for score in (*before, *after) if score is not None]
        if len(found) < 3:
            continue
        old, new = sum(found[:2]) / 2, found[2]
        name = possessive(the(answer.names[code]))
        if abs(new - old) < STILL:
            moves.append(f"{name} stays at {new:.0f}")
        else:
            moves.append(f"{name} {'rises' if new > old else 'falls'} from {old:.0f} to {new:.0f}")
    if not moves:
        return "Too little is held to see any supply by place, by owner and by reach"
    pillar = next(node.title for node in answer.nodes if node.code == lines[0].pillar)
    first, *rest = moves
    owner, _, what = first.partition(" rises") if " rises" in first else first.partition(" falls")
    verb = " rises" if " rises" in first else " falls" if " falls" in first else ""
    told = f"{owner} {lowered(pillar)} score{verb}{what}" if verb else f"{first} in {lowered(pillar)}"
    return f"Counting what it can buy, {'; '.join([told, *rest])}"


def _row(page: Sheet, y: float, answer: Answer, line: Line, *, named: bool) -> None:
    whole, strip = line.view == WHOLE, _strip(page)
    label = WHOLE if whole else VIEWS[line.view]
    page.write(0, y, opened(label), LABEL, weight="bold" if whole else "normal", color=INK)
    page.bar(strip.left, y - 0.25, strip.right - strip.left, 0.5, TRACK, zorder=0)
    for side, role, code in zip((0, 1), (FIRST, SECOND), answer.pair, strict=True):
        score, span = line.scores[side], line.ranges[side]
        at = y + (-APART if side == 0 else APART)
        if score is None:
            continue
        right = strip(score)
        if span is not None:
            page.span(strip(span[0]), strip(span[1]), at, role, thick=1.2)
            right = max(right, strip(span[1]))
        page.mark(strip(score), at, role)
        _label(page, right, at, role, f"{answer.names[code]} {score:.0f}" if named else f"{score:.0f}")


def _label(page: Sheet, right: float, at: float, role: Role, text: str) -> None:
    page.write(right + 1.8, at, text, 7.0, ha="left", color=role.text, weight="bold")


def _sources(facts: Facts, lines: list[Line]) -> Iterator[tuple[Source, float]]:
    """Give the sources of the figures, once for each indicator and side."""
    for line in lines:
        if line.view == WHOLE:
            continue
        for row in line.rows:
            known = facts.indicators[row.code].sources
            for side in (row.a, row.b):
                if side.source in known:
                    yield known[side.source], 1.0


def _shown(answer: Answer, lines: list[Line]) -> Iterator[tuple[str | float | None, ...]]:
    for line in lines:
        for side, code in enumerate(answer.pair):
            span = line.ranges[side] or (None, None)
            weight = 1.0 if line.view == WHOLE else 1 / len(VIEWS)
            made = ", ".join(row.code for row in line.rows)
            view = line.view if line.view == WHOLE else VIEWS[line.view]
            yield (line.pillar, view, code, line.scores[side], *span, made, weight)


def _alt(answer: Answer, lines: list[Line]) -> str:
    parts = ["Scores of the pair by three views of a supply, and their mean."]
    for line in lines:
        sides = [
            f"{answer.names[code]} {NONE if score is None else f'{score:.0f}'}"
            for code, score in zip(answer.pair, line.scores, strict=True)
        ]
        view = line.view if line.view == WHOLE else VIEWS[line.view]
        parts.append(f"{opened(line.pillar)}, {view}: {', '.join(sides)}.")
    return " ".join(parts)
