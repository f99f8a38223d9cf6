"""Charts of a scenario: the gap by year against the baseline, and what each change adds to it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from reports.scenario_words import LEAST, headline, signed, told_node
from reports.wording import listed, lower_first, the

from .chart import Chart, house_style
from .palette import FAINT, FIRST, INK, MUTED, OTHER, PATHS, RULE, SECOND
from .sheet import LABEL, PATCH, SMALL, WIDTH, Scale, Sheet, sheet, wrap

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes

    from scoring.questions.scenario.outcome import Effect, Input, NodeOutcome, Outcome

PANEL, GUTTER, HEAD, LEFT, RIGHT = 40.0, 8.0, 7.0, 9.0, 8.0  # mm
ROW, LABELS = 7.0, 66.0  # mm
PATH_COLUMNS: Final = ("node", "year", "baseline", "scenario", "difference", "low", "high")
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
    page = sheet(title, subtitle, _source(outcome), max(rows, 1) * (PANEL + HEAD + 8.0) + 6.0)
    for k, node in enumerate(nodes):
        across = (WIDTH - GUTTER) / 2
        left, top = (k % 2) * (across + GUTTER), (k // 2) * (PANEL + HEAD + 8.0)
        page.write(left, top + 2.2, node.title, LABEL, weight="bold")
        _panel(page.axes(left + LEFT, top + HEAD, across - LEFT - RIGHT, PANEL), node, outcome)
    if not nodes:
        page.write(0, 4, "The changes reach no layer that is scored for the pair.", LABEL, color=MUTED)
    _unlinked(page, outcome, max(rows, 1) * (PANEL + HEAD + 8.0) + 2.0)
    return Chart(
        "paths",
        title,
        subtitle,
        _alt(nodes, outcome),
        PATH_COLUMNS,
        tuple(
            (node.node, each.year, each.base, each.value, each.change, each.low, each.high)
            for node in outcome.nodes
            for each in node.effects
        ),
        _producers(outcome),
        (),
        _citation(outcome),
        page.figure,
    )


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
    last = node.effects[-1]
    parts = sorted(
        zip(outcome.inputs, node.parts or (), strict=False), key=lambda pair: (-abs(pair[1]), pair[0].name)
    )
    title = _part_title(outcome, node)
    pair = " minus ".join(the(outcome.names[code]) for code in outcome.pair)
    of = "overall" if node.level == "overall" else lower_first(node.title)
    subtitle = (
        f"Points added to the gap, {pair}, at the end of {last.year}: {of}. Shapley shares, which add up "
        f"to the difference{'; its line is the 90 % range' if last.low is not None else ''}."
    )
    page = sheet(title, subtitle, _source(outcome), 8.0 + ROW * (len(parts) + 1) + 3.0)
    if last.change is None or node.parts is None:
        page.write(0, 8, "The shares were not worked out.", LABEL, color=MUTED)
    else:
        ends = [0.0, last.change, *(part for _, part in parts)]
        ends += [end for end in (last.low, last.high) if end is not None]
        room = max(max(ends) - min(ends), 0.2)
        scale = Scale(min(ends) - 0.16 * room, max(ends) + 0.16 * room, LABELS, WIDTH - 2)
        _rows(page, outcome, [(it.label, part) for it, part in parts], last, scale)
    return Chart(
        "contributions",
        title,
        subtitle,
        _bars(outcome, parts, last),
        PART_COLUMNS,
        tuple(
            (each.node, it.name, part)
            for each in outcome.nodes
            for it, part in zip(outcome.inputs, each.parts or (), strict=False)
        ),
        _producers(outcome),
        (),
        _citation(outcome),
        page.figure,
    )


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
    page: Sheet, outcome: Outcome, parts: Sequence[tuple[str, float]], last: Effect, scale: Scale
) -> None:
    first, second = (the(outcome.names[code]) for code in outcome.pair)
    zero, bottom = scale(0.0), 8.0 + ROW * (len(parts) + 1)
    page.paper.plot([zero, zero], [6.0, bottom], color=RULE, linewidth=0.8, zorder=1)
    page.write(zero + 2, 2.0, f"for {first} →", SMALL, color=FIRST.text, weight="bold")
    page.write(zero - 2, 2.0, f"← for {second}", SMALL, color=SECOND.text, weight="bold", ha="right")
    for k, (label, part) in enumerate([*parts, ("Together", last.change or 0.0)]):
        y, whole = 8.0 + ROW * k, k == len(parts)
        role = OTHER if whole or abs(part) < LEAST else FIRST if part > 0 else SECOND
        left, right = sorted((zero, scale(part)))
        hatch = {} if part > 0 or whole else {"hatch": "////", "edgecolor": role.colour, "fill": False}
        page.bar(left, y + 1.2, right - left, ROW - 2.4, role.colour, alpha=0.55 if whole else 1.0, **hatch)
        text = "\n".join(wrap(label, LABELS - 4, LABEL))
        page.write(0, y + ROW / 2, text, LABEL, weight="bold" if whole else "normal")
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


def _source(outcome: Outcome) -> str:
    guessed = len(outcome.assumed)
    told = f"{guessed} of {len(outcome.inputs)} sizes assumed" if outcome.inputs else "nothing is changed"
    run = f"fourlayers {outcome.version}, run {outcome.fingerprint[:7]}"
    return f"Scenario {outcome.scenario.name}; {told}. {run}."


def _citation(outcome: Outcome) -> str:
    return (
        f"fourlayers {outcome.version}, scenario {outcome.scenario.name}, state of {outcome.as_of}, "
        f"baseline {outcome.baseline}, run {outcome.fingerprint[:12]}."
    )
