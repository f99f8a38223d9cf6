"""Who is ahead by layer in both readings: share of draws of the data, and of defensible set-ups."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reports.wording import of_hundred, short_name, the
from scoring.doubt.call import AHEAD, LIKELY, call

from .behind import of_pair
from .credit import credit, pair_sources
from .look import PLAIN
from .palette import FAINT, FIRST, INK, MUTED, OTHER, PAPER, RULE, SECOND, TRACK, Role
from .phrases import called, counted, listed, lowered, opened
from .sheet import LABEL, SMALL, Scale, Sheet, fitted, sheet, width, wrap

if TYPE_CHECKING:
    from indicators.facts import Facts
    from scoring.answer import Answer, Gap, NodeInfo

    from .chart import Chart
    from .look import Look

COLUMNS = ("node", "level", "title", "ahead_data", "ahead_everything", "call_data", "call", "leader")
NAMES, CALLS, BETWEEN = 44.0, 30.0, 5.0  # mm, of the columns beside the strip
NARROW = (30.0, 24.0)  # the same where there is little room
ROW, HEAD = 10.5, 15.0
APART = 1.7  # mm between the two readings of a row


def draw(answer: Answer, facts: Facts, look: Look = PLAIN) -> Chart:
    """Draw who is ahead in both readings."""
    nodes = [*answer.layers(), answer.nodes[0]]
    named = credit("lead", answer, pair_sources(answer, facts))
    title, subtitle = finding(answer), _subtitle(answer)
    page = sheet(title, subtitle, named, HEAD + ROW * len(nodes) + 4.0, look)
    _bands(page, answer, HEAD + ROW * len(nodes))
    for i, node in enumerate(nodes):
        y = HEAD + (i + 0.5) * ROW
        if node.level == "overall":
            page.rule(y - ROW / 2, colour=RULE)
        _row(page, y, answer, node)
    rows = (_shown(answer, node) for node in nodes)
    return page.chart("lead", _alt(answer, nodes), COLUMNS, rows, of_pair(answer, facts))


def _strip(page: Sheet) -> Scale:
    """Scale of the shares, between the names and the calls."""
    names, calls = NARROW if page.size.narrow else (NAMES, CALLS)
    return Scale(0.0, 1.0, names, page.width - calls - BETWEEN)


def _by_data(answer: Answer, gap: Gap) -> str:
    """Call by the data alone."""
    return gap.call if gap.ahead_data is None else call(gap.ahead_data, *answer.pair)[0]


def finding(answer: Answer) -> str:
    """Say which calls of the data alone survive when weights and methods are varied as well."""
    first, second = (the(answer.names[code]) for code in answer.pair)
    if not answer.draws:
        return f"Without draws, no lead of {first} or {second} can be called"
    gaps = {
        node: answer.gap[node.code] for node in answer.layers() if answer.gap[node.code].value is not None
    }
    led = {node: gap for node, gap in gaps.items() if _by_data(answer, gap) in {"ahead", "likely ahead"}}
    if not gaps:
        return f"No layer can be scored for both {first} and {second}"
    if not led:
        return f"In no layer can {first} and {second} be told apart, even by the data alone"
    lost = [lowered(node.title) for node, gap in led.items() if gap.call == "no call"]
    weaker = [
        lowered(node.title)
        for node, gap in led.items()
        if gap.call == "likely ahead" and _by_data(answer, gap) == "ahead"
    ]
    parts = [f"the call in {listed(lost)} is lost"] if lost else []
    parts += [f"{listed(weaker)} {'is' if len(weaker) == 1 else 'are'} only likely"] if weaker else []
    if not parts:
        few = "the one call" if len(led) == 1 else f"all {counted(len(led))} calls"
        return f"With weights and methods varied too, {few} of the data alone stand"
    return f"With weights and methods varied too, {' and '.join(parts)}"


def _subtitle(answer: Answer) -> str:
    if not answer.draws:
        return f"No draws were made. State of {answer.as_of}."
    first = the(answer.names[answer.pair[0]])
    what = f"Share of draws in which {first} is ahead: of the data alone, and of data and defensible set-ups"
    return f"{what}. The less certain of the two makes the call. State of {answer.as_of}."


def _bands(page: Sheet, answer: Answer, bottom: float) -> None:
    """Shade how a share is called, and name the sides."""
    strip = _strip(page)
    ends = (0.0, 1 - AHEAD, 1 - LIKELY, LIKELY, AHEAD, 1.0)
    shades = (FAINT, TRACK, PAPER, TRACK, FAINT)
    words = ("ahead", "likely", "no call", "likely", "ahead")
    for left, right, shade, word in zip(ends[:-1], ends[1:], shades, words, strict=True):
        page.bar(strip(left), HEAD - 1, strip(right) - strip(left), bottom - HEAD + 1, shade, zorder=-2)
        page.write((strip(left) + strip(right)) / 2, HEAD - 3, word, SMALL, ha="center", color=MUTED)
    for end in ends[1:-1]:
        page.line([strip(end)] * 2, [HEAD - 1, bottom], color=RULE, linewidth=0.5, zorder=-1)
        page.write(strip(end), bottom + 1.8, f"{100 * end:.0f}", SMALL, ha="center", color=MUTED)
    middle = strip(0.5)
    page.line([middle] * 2, [HEAD - 1, bottom], color=RULE, linewidth=0.5, linestyle=(0, (1, 2)), zorder=-1)
    first, second = (the(answer.names[code]) for code in answer.pair)
    room = (strip.right - strip.left) / 2 - width(" ahead →", LABEL, "bold") - 1
    first, second = (
        fitted(name if width(name, LABEL, "bold") <= room else short_name(answer, code), room, LABEL, "bold")
        for name, code in zip((first, second), answer.pair, strict=True)
    )
    page.write(strip.right, 2.2, f"{first} ahead →", LABEL, ha="right", color=FIRST.text, weight="bold")
    page.write(strip.left, 2.2, f"← {second} ahead", LABEL, color=SECOND.text, weight="bold")
    x = 2.0 if page.size.narrow else strip.left + 4
    for marker, fill, told in (
        ("o", OTHER.colour, "of 100 draws of the data alone"),
        ("s", PAPER, "of 100 with set-ups varied too"),
    ):
        page.mark(x, 7.4, OTHER, marker=marker, markersize=4.4, markerfacecolor=fill)
        page.write(x + 2, 7.4, told, SMALL, color=MUTED)
        x += width(told, SMALL) + 6


def _role(share: float) -> Role:
    return FIRST if share >= LIKELY - 1e-12 else SECOND if share <= 1 - LIKELY + 1e-12 else OTHER


def _row(page: Sheet, y: float, answer: Answer, node: NodeInfo) -> None:
    """Draw one node: above the data alone, below with set-ups."""
    gap = answer.gap[node.code]
    strip = _strip(page)
    calls = strip.right + BETWEEN
    name = wrap(node.title, strip.left - 3, 8.5, "bold")
    page.write(0, y, "\n".join(name), 8.5, weight="bold")
    how = {"weight": "bold"} if gap.leader else {"color": MUTED}
    page.write(calls, y, "\n".join(wrap(called(answer, gap), page.width - calls, 8.0, "bold")), 8.0, **how)
    page.rule(y + ROW / 2, right=strip.right, colour=TRACK)
    if gap.ahead_data is None or gap.ahead_all is None:
        text = "not scored" if gap.value is None else "no draws"
        page.write((strip.left + strip.right) / 2, y, text, SMALL, ha="center", color=MUTED, style="italic")
        return
    ends = strip(gap.ahead_data), strip(gap.ahead_all)
    page.line(ends, [y - APART, y + APART], color=RULE, linewidth=0.7, zorder=1)
    for x, at, share, word in (
        (ends[0], y - APART, gap.ahead_data, "data alone"),
        (ends[1], y + APART, gap.ahead_all, "with set-ups"),
    ):
        role = _role(share)
        filled = role.colour if word == "data alone" else PAPER
        page.mark(
            x, at, role, marker="o" if word == "data alone" else "s", markersize=4.4, markerfacecolor=filled
        )
        label = _hundred(share)
        ha, room = _side(strip, share, gap.ahead_all if word == "data alone" else gap.ahead_data, label)
        shift = -room if ha == "right" else room
        page.write(
            x + shift, at + (-0.4 if word == "data alone" else 0.4), label, SMALL, ha=ha, color=INK, zorder=5
        )


def _side(strip: Scale, share: float, other: float, label: str) -> tuple[str, float]:
    """Put a label on the side away from the other reading, where the strip has room for it."""
    outwards = share > other or (share == other and share < 0.5)
    if outwards and strip(share) + 1.8 + width(label, SMALL) > strip.right:
        outwards = False
    elif not outwards and strip(share) - 1.8 - width(label, SMALL) < strip.left:
        outwards = True
    return ("left", 1.8) if outwards else ("right", 1.8)


def _hundred(share: float) -> str:
    if 0 < share < 0.01:
        return "under 1"
    return "over 99" if 0.99 < share < 1 else f"{100 * share:.0f}"


def _shown(answer: Answer, node: NodeInfo) -> tuple[str | float | None, ...]:
    gap = answer.gap[node.code]
    by_data = _by_data(answer, gap)
    return (node.code, node.level, node.title, gap.ahead_data, gap.ahead_all, by_data, gap.call, gap.leader)


def _alt(answer: Answer, nodes: list[NodeInfo]) -> str:
    first = the(answer.names[answer.pair[0]])
    parts = [
        f"Share of draws in which {first} is ahead, by layer: of the data alone, then with set-ups varied."
    ]
    for node in nodes:
        gap = answer.gap[node.code]
        if gap.ahead_data is None or gap.ahead_all is None:
            parts.append(f"{node.title}: {called(answer, gap)}.")
            continue
        shares = f"{of_hundred(gap.ahead_data)}, {of_hundred(gap.ahead_all)}"
        parts.append(f"{opened(node.title)}: {shares}; {called(answer, gap)}.")
    return " ".join(parts)
