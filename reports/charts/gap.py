"""What the gap of a pair is made of: by layer, the contributions of its indicators, which add up to it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from reports.wording import the

from .behind import of_pair
from .credit import credit, pair_sources
from .look import PLAIN
from .palette import FIRST, INK, MUTED, OTHER, RULE, SECOND
from .phrases import called, counted, listed, opened, ranged
from .sheet import LABEL, PATCH, SMALL, Scale, Sheet, fitted, sheet, width, wrap

if TYPE_CHECKING:
    from indicators.facts import Facts
    from scoring.answer import Answer, Gap, IndicatorRow, NodeInfo

    from .chart import Chart
    from .look import Look

COLUMNS = ("layer", "bar", "code", "indicator", "pillar", "points", "low", "high", "overall_points")
SHOWN: Final = {"page": 6, "slide": 5, "square": 3}
"""Largest contributions of a layer that get a bar of their own."""
LABELS, GUTTER = 56.0, 8.0  # mm
LEAST = 0.05  # points that are not shown as 0.0
ROW, HEADING, HEAD = 4.2, 7.4, 9.0
MINUS = "\N{MINUS SIGN}"
TOTAL, REST = "gap of the layer", "other indicators"


@dataclass(frozen=True)
class Place:
    """Where a panel is drawn: its left and right edge in mm, and the scale of its points."""

    left: float
    right: float
    scale: Scale


@dataclass(frozen=True)
class Bar:
    """One bar of a waterfall: its label, where it begins and ends in points, and the indicators in it."""

    label: str
    start: float
    end: float
    rows: tuple[IndicatorRow, ...]


def draw(answer: Answer, facts: Facts, look: Look = PLAIN) -> Chart:
    """Draw what the gaps are made of."""
    panels = [(node, _bars(answer, node.code, SHOWN[look.size.name])) for node in answer.layers()]
    columns = 2 if look.size.wide else 1
    named = credit("gap", answer, pair_sources(answer, facts))
    title, subtitle = finding(answer), _subtitle(answer)
    talls = [HEADING + ROW * (len(bars) + 1) for _, bars in panels]
    rows = [talls[at : at + columns] for at in range(0, len(talls), columns)]
    body = HEAD + sum(max(row) for row in rows) + 1.5
    page = sheet(title, subtitle, named, body, look)
    places = _places(page, answer, [bars for _, bars in panels], columns)
    for place in places:
        _sides(page, answer, place)
    y = HEAD
    for at, row in enumerate(rows):
        for place, (node, bars) in zip(places, panels[at * columns :], strict=False):
            _panel(page, y, answer, node, bars, place)
        y += max(row)
    return page.chart("gap", _alt(answer, panels), COLUMNS, _shown(answer, panels), of_pair(answer, facts))


def finding(answer: Answer) -> str:
    """Say how few indicators make half of all that separates the pair, and what the largest weighs."""
    first, second = (the(answer.names[code]) for code in answer.pair)
    overall = {row.short: row.overall_points for row in answer.indicators if row.overall_points is not None}
    points = overall or {row.short: row.points for row in answer.indicators if row.points is not None}
    sizes = sorted((-abs(value), short) for short, value in points.items() if value)
    if not sizes:
        return f"What separates {first} and {second} cannot be said: no indicator has a score for both"
    half, sofar, count = -sum(size for size, _ in sizes) / 2, 0.0, 0
    while sofar < half - 1e-12:
        sofar -= sizes[count][0]
        count += 1
    top, value = sizes[0][1], points[sizes[0][1]]
    where = "overall" if overall else "in its layer"
    alone = f"“{top}” alone {abs(value):.1f} points {where}, for {first if value > 0 else second}"
    few = f"{counted(count)} of {len(sizes)} indicators"
    return f"{opened(few)} make half of what separates {first} and {second}; {alone}"


def _bars(answer: Answer, layer: str, shown: int) -> list[Bar]:
    """Bars of a layer, the largest first and the rest in one; each begins where the one before it ends."""
    rows = [
        row for row in answer.indicators if row.layer == layer and row.points is not None and row.weight > 0
    ]
    rows.sort(key=lambda row: (-abs(row.points or 0.0), row.code))
    groups: list[tuple[str, tuple[IndicatorRow, ...]]] = [(row.short, (row,)) for row in rows[:shown]]
    rest = tuple(rows[shown:])
    if rest:
        groups.append((rest[0].short if len(rest) == 1 else f"{len(rest)} {REST}", rest))
    bars, at = [], 0.0
    for label, members in groups:
        end = at + sum(row.points or 0.0 for row in members)
        bars.append(Bar(label, at, end, members))
        at = end
    return bars


def _places(page: Sheet, answer: Answer, panels: list[list[Bar]], columns: int) -> list[Place]:
    """Give the columns of panels; all share one scale, so that bars compare."""
    gaps = [answer.gap[node.code] for node in answer.layers()]
    ends = [0.0, *(bar.end for bars in panels for bar in bars)]
    ends += [end for gap in gaps for end in (gap.value, gap.low, gap.high) if end is not None]
    low, high = min(ends), max(ends)
    room = max(high - low, 1.0)
    across = (page.width - GUTTER * (columns - 1)) / columns
    lefts = [at * (across + GUTTER) for at in range(columns)]
    labels = min(LABELS, 0.45 * across)
    return [
        Place(x, x + across, Scale(low - 0.1 * room, high + 0.1 * room, x + labels, x + across - 6))
        for x in lefts
    ]


def _subtitle(answer: Answer) -> str:
    ranges = "; its line is the 90 % range" if answer.draws else ""
    return (
        "Points of each layer's gap by indicator: each bar begins where the one above it ends, "
        f"and the last is the gap{ranges}. State of {answer.as_of}."
    )


def _sides(page: Sheet, answer: Answer, place: Place) -> None:
    zero = place.scale(0.0)
    page.line([zero, zero], [HEAD - 3.2, page.body], color=RULE, linewidth=0.8, zorder=1)
    first, second = (the(answer.names[code]) for code in answer.pair)
    ahead, behind = f"for {first} →", f"← for {second}"
    left = min(zero + 2, place.right - width(ahead, LABEL, "bold"))
    right = max(min(zero, left) - 2, place.left + width(behind, LABEL, "bold"))
    page.write(left, 1.7, ahead, LABEL, color=FIRST.text, weight="bold")
    page.write(right, 1.7, behind, LABEL, color=SECOND.text, weight="bold", ha="right")
    page.write(zero, HEAD - 4.6, "0", SMALL, color=MUTED, ha="center")


def _panel(page: Sheet, y: float, answer: Answer, node: NodeInfo, bars: list[Bar], place: Place) -> None:
    gap = answer.gap[node.code]
    page.rule(y, place.left, place.right)
    page.write(place.left, y + HEADING / 2 + 0.4, node.title, 8.5, weight="bold")
    lead = {"weight": "bold"} if gap.leader else {"color": MUTED}
    page.write(place.right, y + HEADING / 2 + 0.4, called(answer, gap), LABEL, ha="right", bbox=PATCH, **lead)
    if gap.value is None or not bars:
        reason = next(
            (answer.scores[c][node.code].reason for c in answer.pair if answer.scores[c][node.code].reason),
            "",
        )
        text = f"not scored{': ' + reason if reason else ''}"
        text = "\n".join(wrap(text, place.right - place.left, LABEL))
        page.write(place.left, y + HEADING + ROW / 2, text, LABEL, color=MUTED, style="italic", bbox=PATCH)
        return
    y += HEADING
    for bar in bars:
        _bar(page, y, bar, place)
        y += ROW
    _total(page, y, gap, place)


def _bar(page: Sheet, y: float, bar: Bar, place: Place) -> None:
    size, scale = bar.end - bar.start, place.scale
    role = OTHER if abs(size) < LEAST else FIRST if size > 0 else SECOND
    left, right = sorted((scale(bar.start), scale(bar.end)))
    hatch = {} if size > 0 else {"hatch": "////", "edgecolor": role.colour, "fill": False}
    page.bar(left, y + 0.7, right - left, ROW - 1.4, role.colour, linewidth=0.8, **hatch)
    page.line([scale(bar.end)] * 2, [y + ROW / 2, y + ROW * 1.5], color=RULE, linewidth=0.5, zorder=1)
    label = fitted(bar.label, scale.left - place.left - 2, LABEL)
    page.write(place.left, y + ROW / 2, label, LABEL, color=INK if len(bar.rows) == 1 else MUTED)
    ha, x = ("left", right + 1) if size > -LEAST else ("right", left - 1)
    if x < scale.left - 1 or x > place.right - 6:
        ha, x = ("right", left - 1) if ha == "left" else ("left", right + 1)
    _value(page, x, y + ROW / 2, _signed(size), ha, role.text)


def _value(page: Sheet, x: float, y: float, text: str, ha: str, colour: str, **how: Any) -> None:  # noqa: ANN401
    """Write a value on a patch of paper, so that a line behind it does not cross it."""
    page.write(x, y, text, SMALL, ha=ha, color=colour, bbox=PATCH, zorder=3, **how)


def _signed(value: float) -> str:
    return f"{value:+.1f}".replace("-", MINUS) if abs(value) >= LEAST else "0.0"


def _total(page: Sheet, y: float, gap: Gap, place: Place) -> None:
    value, scale = gap.value or 0.0, place.scale
    left, right = sorted((scale(0.0), scale(value)))
    page.bar(left, y + 0.5, right - left, ROW - 1.0, OTHER.colour, alpha=0.55)
    ends = [end for end in (gap.low, gap.high) if end is not None]
    if len(ends) == 2:
        page.span(scale(ends[0]), scale(ends[1]), y + ROW / 2, OTHER)
    page.write(place.left, y + ROW / 2, opened(TOTAL), LABEL, weight="bold")
    reach = [left, right, *(scale(end) for end in ends)]
    x, ha = (min(reach) - 1, "right") if value < 0 else (max(reach) + 1, "left")
    _value(page, x, y + ROW / 2, _signed(value), ha, INK, weight="bold")


def _shown(answer: Answer, panels: list[tuple[NodeInfo, list[Bar]]]) -> list[tuple[str | float | None, ...]]:
    rows: list[tuple[str | float | None, ...]] = []
    for node, bars in panels:
        for bar in bars:
            rows += [
                (node.code, bar.label, it.code, it.short, it.pillar, it.points, None, None, it.overall_points)
                for it in bar.rows
            ]
        gap = answer.gap[node.code]
        rows.append((node.code, TOTAL, "", "", "", gap.value, gap.low, gap.high, None))
    return rows


def _alt(answer: Answer, panels: list[tuple[NodeInfo, list[Bar]]]) -> str:
    first, second = (the(answer.names[code]) for code in answer.pair)
    parts = [f"Waterfall of the gap {first} minus {second} in points, one panel per layer."]
    for node, bars in panels:
        gap = answer.gap[node.code]
        if gap.value is None:
            parts.append(f"{node.title}: not scored.")
            continue
        made = listed([f"{bar.label} {_signed(bar.end - bar.start)}" for bar in bars])
        whole = f"gap {ranged(gap.value, gap.low, gap.high)}, {called(answer, gap)}"
        parts.append(f"{node.title}: {whole}; made of {made}.")
    return " ".join(parts)
