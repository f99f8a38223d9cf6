"""Charts of a scenario: the gap by year against the baseline, and what each change adds to it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from reports.scenario_words import LEAST, headline, signed, told_node
from reports.wording import listed, lower_first, the, upper_first

from .chart import house_style
from .credit import Credit
from .look import PLAIN
from .palette import FAINT, FIRST, INK, MUTED, OTHER, PATHS, RULE, SECOND
from .sheet import LABEL, PATCH, SMALL, Scale, Sheet, sheet, width, wrap

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes

    from scoring.questions.scenario.outcome import Effect, Input, NodeOutcome, Outcome

    from .chart import Cell, Chart
    from .look import Look

PANEL, GUTTER, HEAD, LEFT, RIGHT = 40.0, 8.0, 7.0, 9.0, 8.0  # mm
ROW, LABELS = 7.0, 66.0  # mm
PATH_COLUMNS: Final = ("node", "year", "baseline", "scenario", "difference", "low", "high")
COLUMNS: Final = ("what", "node", "year", "change", "baseline", "scenario", "points", "low", "high")
PART_COLUMNS: Final = ("node", "change", "points")


def draw_both(outcome: Outcome) -> tuple[Chart, Chart]:
    """Draw paths and contributions in the house style."""
    with house_style():
        return paths(outcome), contributions(outcome)


def paths(outcome: Outcome) -> Chart:
    """Draw the gap by year, in the scenario and in its baseline, for the whole and every layer it reaches."""
    nodes = [each for each in (outcome.overall, *outcome.layers()) if each.linked and _scored(each)]
    title, subtitle = headline(outcome), _subtitle(outcome)
    rows = -(-len(nodes) // 2)
    page = sheet(title, subtitle, _credit(outcome), max(rows, 1) * (PANEL + HEAD + 8.0) + 6.0)
    for k, node in enumerate(nodes):
        across = (page.width - GUTTER) / 2
        left, top = (k % 2) * (across + GUTTER), (k // 2) * (PANEL + HEAD + 8.0)
        page.write(left, top + 2.2, node.title, LABEL, weight="bold")
        _panel(page.axes(left + LEFT, top + HEAD, across - LEFT - RIGHT, PANEL), node, outcome)
    if not nodes:
        page.write(0, 4, "The changes reach no layer that is scored for the pair.", LABEL, color=MUTED)
    _unlinked(page, outcome, max(rows, 1) * (PANEL + HEAD + 8.0) + 2.0)
    return page.chart("paths", _alt(nodes, outcome), PATH_COLUMNS, _path_rows(outcome))


def _path_rows(outcome: Outcome) -> list[tuple[Cell, ...]]:
    return [
        (node.node, each.year, each.base, each.value, each.change, each.low, each.high)
        for node in outcome.nodes
        for each in node.effects
    ]


def _scored(node: NodeOutcome) -> bool:
    return node.now is not None and all(
        each.base is not None and each.value is not None for each in node.effects
    )


def _subtitle(outcome: Outcome) -> str:
    first, second = (the(outcome.names[code]) for code in outcome.pair)
    band = "; band: 90 % range of the difference over paired draws" if outcome.draws else ""
    return (
        f"Gap in points, {first} minus {second}, at the end of each year: scenario, and baseline "
        f"({outcome.baseline}) dashed{band}. State of {outcome.as_of}."
    )


def _panel(axes: Axes, node: NodeOutcome, outcome: Outcome) -> None:
    begin = outcome.as_of.year + (outcome.as_of.timetuple().tm_yday - 1) / 365
    years = [begin, *(each.year + 1.0 for each in node.effects)]
    now = node.now or 0.0
    base = [now, *(each.base or 0.0 for each in node.effects)]
    value = [now, *(each.value or 0.0 for each in node.effects)]
    low, high = ([now, *(_end(each, end) for each in node.effects)] for end in ("low", "high"))
    axes.fill_between(years, low, high, color=PATHS.colour, alpha=0.18, linewidth=0)
    axes.plot(years, base, color=MUTED, linestyle=(0, (3, 1.6)), linewidth=1.1)
    axes.plot(years, value, color=PATHS.colour, linewidth=1.8)
    _zero(axes, [*low, *high, *base])
    axes.annotate(
        signed(value[-1], sign=False), (years[-1], value[-1]), (2, 0), textcoords="offset points",
        size=SMALL, color=PATHS.text, va="center", weight="bold", annotation_clip=False,
    )  # fmt: skip
    under = base[-1] <= value[-1]
    axes.annotate(
        f"baseline {signed(base[-1], sign=False)}", (years[-1], base[-1]), (-3, -3 if under else 3),
        textcoords="offset points", size=SMALL, color=MUTED, va="top" if under else "bottom", ha="right",
    )  # fmt: skip
    axes.set_xlim(begin, years[-1])
    axes.set_xticks([each.year + 1.0 for each in node.effects], [f"end {each.year}" for each in node.effects])
    axes.tick_params(labelsize=SMALL, length=2, colors=MUTED)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    axes.spines["left"].set_color(RULE)
    axes.spines["bottom"].set_color(RULE)
    axes.grid(visible=True, axis="y", color=FAINT, linewidth=0.5)
    axes.set_axisbelow(True)


def _end(each: Effect, end: str) -> float:
    moved = getattr(each, end)
    return (each.value or 0.0) if moved is None else (each.base or 0.0) + float(moved)


def _zero(axes: Axes, values: Sequence[float]) -> None:
    """Leave room around what is drawn; show who leads where the line of no gap is near."""
    low, high = min(values), max(values)
    room = max(high - low, 2.0)
    if -0.6 * room < low and low > 0:
        low = min(low, 0.0) if low < 0.6 * room else low
    if high < 0 and -high < 0.6 * room:
        high = 0.0
    axes.set_ylim(low - 0.12 * room, high + 0.12 * room)
    if low - 0.12 * room < 0 < high + 0.12 * room:
        axes.axhline(0.0, color=INK, linewidth=0.7)


def _unlinked(page: Sheet, outcome: Outcome, y: float) -> None:
    away = [lower_first(each.title) for each in outcome.layers() if not each.linked]
    if away:
        page.write(0, y, f"Not linked to these changes: {listed(away)}.", SMALL, color=MUTED)


def contributions(outcome: Outcome) -> Chart:
    """Draw what each change adds to the difference of the last year, and the whole of it with its range."""
    node = told_node(outcome) or outcome.overall
    parts = _parts(outcome, node)
    last = node.effects[-1]
    pair = " minus ".join(the(outcome.names[code]) for code in outcome.pair)
    of = "overall" if node.level == "overall" else lower_first(node.title)
    subtitle = (
        f"Points added to the gap, {pair}, at the end of {last.year}: {of}. Shapley shares, which add up "
        f"to the difference{'; its line is the 90 % range' if last.low is not None else ''}."
    )
    page = sheet(_part_title(outcome, node), subtitle, _credit(outcome), 8.0 + ROW * (len(parts) + 1) + 3.0)
    _contributed(page, (0.0, page.width, 0.0), outcome, node)
    return page.chart("contributions", _bars(outcome, parts, last), PART_COLUMNS, _part_rows(outcome))


def scenario(outcome: Outcome, look: Look = PLAIN) -> Chart:
    """Draw one scenario: the gap by year beside its baseline, and what each change adds to the difference."""
    node = told_node(outcome) or outcome.overall
    parts, wide = _parts(outcome, node), look.size.wide
    bars = 14.0 + ROW * (len(parts) + 1)
    path = HEAD + PANEL + 9.0
    body = (max(path, bars) if wide else path + bars) + 4.0
    page = sheet(headline(outcome), _subtitle(outcome), _credit(outcome), body, look)
    across = 0.45 * page.width if wide else page.width
    linked = node.linked and _scored(node)
    if linked:
        page.write(0, 2.2, f"{node.title}: gap by year", LABEL, weight="bold")
        down = page.body - HEAD - 13.0 if wide else PANEL
        _panel(page.axes(LEFT, HEAD, across - LEFT - RIGHT - 4.0, down), node, outcome)
    else:
        page.write(0, 4, "The changes reach no layer that is scored for the pair.", LABEL, color=MUTED)
    left, top = (across + 4.0, 0.0) if wide else (0.0, path)
    if linked:
        title = f"Made by, at the end of {node.effects[-1].year}"
        page.write(left, top + 2.2, title, LABEL, weight="bold")
        _contributed(page, (left, page.width, top + 6.0), outcome, node)
    _unlinked(page, outcome, page.body - 1.0)
    alt = f"{_alt([node] if linked else [], outcome)} {_bars(outcome, parts, node.effects[-1])}"
    empty = (None,) * 5
    rows = [
        *(("gap", *row[:2], "", *row[2:]) for row in _path_rows(outcome)),
        *(
            ("part", at, node.effects[-1].year, name, None, None, points, *empty[:2])
            for at, name, points in _part_rows(outcome)
        ),
    ]
    return page.chart("scenario", alt, COLUMNS, rows)


def _parts(outcome: Outcome, node: NodeOutcome) -> list[tuple[Input, float]]:
    return sorted(
        zip(outcome.inputs, node.parts or (), strict=False), key=lambda pair: (-abs(pair[1]), pair[0].name)
    )


def _part_rows(outcome: Outcome) -> list[tuple[str, str, float]]:
    return [
        (each.node, it.name, part)
        for each in outcome.nodes
        for it, part in zip(outcome.inputs, each.parts or (), strict=False)
    ]


def _contributed(page: Sheet, box: tuple[float, float, float], outcome: Outcome, node: NodeOutcome) -> None:
    """Draw the bars between a left and a right edge, from some height, in mm."""
    left, right, top = box
    last, parts = node.effects[-1], _parts(outcome, node)
    if last.change is None or node.parts is None:
        page.write(left, top + 8, "The shares were not worked out.", LABEL, color=MUTED)
        return
    ends = [0.0, last.change, *(part for _, part in parts)]
    ends += [end for end in (last.low, last.high) if end is not None]
    room = max(max(ends) - min(ends), 0.2)
    names = min(LABELS, 0.48 * (right - left))
    scale = Scale(min(ends) - 0.16 * room, max(ends) + 0.16 * room, left + names, right - 2)
    _rows(page, (left, top), outcome, [(upper_first(it.label), part) for it, part in parts], last, scale)


def _bars(outcome: Outcome, parts: Sequence[tuple[Input, float]], last: Effect) -> str:
    """Describe the bars for those who cannot see them."""
    if not parts:
        return f"{outcome.scenario.title}: no bars."
    each = listed([f"{it.label} {signed(part)}" for it, part in parts])
    return f"Bars of points: {each}; together {signed(last.change)}."


def _part_title(outcome: Outcome, node: NodeOutcome) -> str:
    change, parts = node.effects[-1].change, node.parts or ()
    if change is None:
        return f"{outcome.scenario.title}: nothing that it reaches is scored for the pair"
    pairs = sorted(zip(outcome.inputs, parts, strict=False), key=lambda pair: -abs(pair[1]))
    if not pairs or abs(pairs[0][1]) < LEAST:
        return f"{outcome.scenario.title}: no change moves the gap by a tenth of a point"
    most, part = pairs[0]
    first, second = (the(outcome.names[code]) for code in outcome.pair)
    return f"“{most.label}” moves the gap most: {abs(part):.1f} points for {first if part > 0 else second}"


def _rows(
    page: Sheet,
    at: tuple[float, float],
    outcome: Outcome,
    parts: Sequence[tuple[str, float]],
    last: Effect,
    scale: Scale,
) -> None:
    edge, top = at
    first, second = (the(outcome.names[code]) for code in outcome.pair)
    zero, bottom = scale(0.0), top + 8.0 + ROW * (len(parts) + 1)
    page.line([zero, zero], [top + 6.0, bottom], color=RULE, linewidth=0.8, zorder=1)
    ahead, behind = f"for {first} →", f"← for {second}"
    x = min(zero + 2, scale.right + 2 - width(ahead, SMALL, "bold"))
    page.write(x, top + 2.0, ahead, SMALL, color=FIRST.text, weight="bold")
    page.write(min(zero, x) - 2, top + 2.0, behind, SMALL, color=SECOND.text, weight="bold", ha="right")
    for k, (label, part) in enumerate([*parts, ("Together", last.change or 0.0)]):
        y, whole = top + 8.0 + ROW * k, k == len(parts)
        role = OTHER if whole or abs(part) < LEAST else FIRST if part > 0 else SECOND
        left, right = sorted((zero, scale(part)))
        hatch = {} if part > 0 or whole else {"hatch": "////", "edgecolor": role.colour, "fill": False}
        page.bar(left, y + 1.2, right - left, ROW - 2.4, role.colour, alpha=0.55 if whole else 1.0, **hatch)
        text = "\n".join(wrap(label, scale.left - edge - 4, LABEL))
        page.write(edge, y + ROW / 2, text, LABEL, weight="bold" if whole else "normal")
        ends = [scale(part)]
        if whole and last.low is not None and last.high is not None:
            page.span(scale(last.low), scale(last.high), y + ROW / 2, OTHER)
            ends += [scale(last.low), scale(last.high)]
        x, ha = (max(ends) + 1.5, "left") if part >= 0 else (min(ends) - 1.5, "right")
        colour = INK if whole else role.text
        page.write(x, y + ROW / 2, signed(part), SMALL, color=colour, ha=ha, bbox=PATCH, zorder=3)


def _alt(nodes: Sequence[NodeOutcome], outcome: Outcome) -> str:
    said = [
        f"{node.title}: {signed(node.now, sign=False)} now, "
        f"baseline {signed(node.effects[-1].base, sign=False)} "
        f"and scenario {signed(node.effects[-1].value, sign=False)} in {node.effects[-1].year}"
        for node in nodes
    ]
    return f"Lines of the gap by year. {'; '.join(said) or outcome.scenario.title}."


def _producers(outcome: Outcome) -> tuple[str, ...]:
    found = [source.publisher or source.title for source in outcome.scenario.sources.values()]
    return tuple(dict.fromkeys(found)) or ("assumptions of the scenario",)


def _credit(outcome: Outcome) -> Credit:
    guessed, name = len(outcome.assumed), outcome.scenario.name
    told = f"{guessed} of {len(outcome.inputs)} sizes assumed" if outcome.inputs else "nothing is changed"
    run = f"fourlayers {outcome.version}, run {outcome.fingerprint[:7]}"
    producers = _producers(outcome)
    citation = (
        f"fourlayers {outcome.version}, scenario {name}, state of {outcome.as_of}, "
        f"baseline {outcome.baseline}, run {outcome.fingerprint[:12]}."
    )
    return Credit(producers, (), citation, f"Scenario {name}; {told}. {run}.", "; ".join(producers))
