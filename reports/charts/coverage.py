"""Coverage and age of the data: indicators by pillar against economies."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from statistics import median
from typing import TYPE_CHECKING, Any

from reports.wording import the

from .chart import Chart
from .credit import all_sources, credit
from .palette import AGES, FAINT, HATCH, INK, MUTED, PAPER, RULE
from .phrases import listed
from .sheet import SMALL, WIDTH, Sheet, sheet, width

if TYPE_CHECKING:
    from indicators.facts import Facts
    from scoring.answer import Answer, IndicatorRow

COLUMNS = ("layer", "pillar", "code", "indicator", "economy", "state", "date", "age_years")
LABELS, ROW, HEADING, HEAD = 47.0, 2.6, 3.7, 10.0  # mm
CLASSES = ((1.0, "under 1 year"), (2.0, "1 to 2"), (3.0, "2 to 3"), (float("inf"), "over 3"))
ABSENT = ("zero", "floor", "censored")  # nothing to be had, or below what is published: known without a row
OPEN = ("missing", "stale")
SIZE = 5.8


@dataclass(frozen=True)
class Cell:
    """One indicator of one economy: a word of `layers.grid.STATES`, the period, and its age in years."""

    state: str
    date: str
    age: float | None


def draw(answer: Answer, facts: Facts) -> Chart:
    """Draw coverage and age."""
    rows = [row for row in answer.indicators if row.weight > 0 and row.code in facts.indicators]
    units = [code for code in facts.economies if code in answer.units]
    cells = _cells(answer, facts, rows, units)
    named = credit("coverage", answer, all_sources(answer, facts))
    title, subtitle = finding(answer, rows, units, cells), _subtitle(answer)
    pillars = [(key, list(group)) for key, group in groupby(rows, key=lambda row: (row.layer, row.pillar))]
    page = sheet(title, subtitle, named.line, HEAD + HEADING * len(pillars) + ROW * len(rows) + 1)
    _key(page)
    step = (WIDTH - LABELS) / max(len(units), 1)
    for i, code in enumerate(units):
        strong = "bold" if code in answer.pair or code == answer.home else "normal"
        page.write(LABELS + (i + 0.5) * step, HEAD - 2.0, code, 5.4, ha="center", weight=strong)
    y = HEAD
    for (layer, pillar), members in pillars:
        page.write(0, y + HEADING / 2, _heading(answer, layer, pillar), SMALL, weight="bold")
        y += HEADING
        for row in members:
            page.write(0, y + ROW / 2, row.short, SIZE, color=INK)
            for i, code in enumerate(units):
                _cell(page, LABELS + i * step, y, step, cells[row.code, code])
            y += ROW
    return Chart(
        "coverage",
        title,
        subtitle,
        _alt(answer, rows, units, cells),
        COLUMNS,
        tuple(_shown(row, code, cells[row.code, code]) for row in rows for code in units),
        named.producers,
        named.licences,
        named.citation,
        page.figure,
    )


def _cells(
    answer: Answer, facts: Facts, rows: list[IndicatorRow], units: list[str]
) -> dict[tuple[str, str], Cell]:
    from layers.grid import DAYS, STATES, build
    from scoring.index.recipe import read_recipe

    if not rows:
        return {}
    lens: Any = answer.lens
    grid = build(facts, [facts.indicators[row.code] for row in rows], lens, read_recipe().error)
    place = {code: i for i, code in enumerate(grid.units)}
    cells = {}
    for j, row in enumerate(rows):
        for code in units:
            record = grid.record[j, place[code]]
            state, date, age = STATES[grid.state[j, place[code]]], "", None
            if record >= 0 and state in {"observed", "stale"}:
                date = str(grid.records[record]["date"])
                age = (facts.date - grid.records[record]["period_end"]).days / DAYS
            cells[row.code, code] = Cell(state, date, age)
    return cells


def _held(rows: list[IndicatorRow], code: str, cells: dict[tuple[str, str], Cell]) -> int:
    return sum(cells[row.code, code].state not in OPEN for row in rows)


def finding(
    answer: Answer, rows: list[IndicatorRow], units: list[str], cells: dict[tuple[str, str], Cell]
) -> str:
    """Say for how many indicators the pair and the median economy are covered."""
    if not any(cell.state not in OPEN for cell in cells.values()):
        return f"No indicator has a value on {answer.as_of}"
    others = [_held(rows, code, cells) for code in units if code not in answer.pair]
    known = [
        f"{the(answer.names[code])} on {_held(rows, code, cells)}" for code in answer.pair if code in units
    ]
    if others:
        known.append(f"the median of the other {len(others)} economies on {median(others):.0f}")
    first, *rest = known
    return f"Of {len(rows)} indicators, {listed([first.replace(' on ', ' is covered on ', 1), *rest])}"


def _subtitle(answer: Answer) -> str:
    age = f"Age of the value in use, from the end of the period it describes to {answer.as_of}"
    return f"{age}; weighted indicators by pillar."


def _heading(answer: Answer, layer: str, pillar: str) -> str:
    titles = {(node.parent, node.code): node.title for node in answer.nodes}
    layers = {node.code: node.title for node in answer.layers()}
    found = next(
        (title for (parent, code), title in titles.items() if parent == layer and code.endswith(pillar)),
        pillar,
    )
    return f"{layers.get(layer, layer)}: {found[:1].lower() + found[1:]}"


def _key(page: Sheet) -> None:
    """Explain the shades on one line; a key, as labels in a thousand cells would not be read."""
    entries = [(words, Cell("observed", "", bound - 0.5 if bound < 9 else 4.0)) for bound, words in CLASSES]
    entries += [
        ("none, or under what is published", Cell("floor", "", None)),
        ("too old, not used", Cell("stale", "", None)),
        ("no value", Cell("missing", "", None)),
    ]
    x = 0.0
    for words, cell in entries:
        _cell(page, x, 0.6, 4.5, cell)
        page.write(x + 5.4, 0.6 + ROW / 2, words, SMALL, color=MUTED)
        x += 5.4 + width(words, SMALL) + 3.2


def _cell(page: Sheet, x: float, y: float, across: float, cell: Cell) -> None:
    box = (x + 0.2, y + 0.2, across - 0.4, ROW - 0.4)
    middle = (x + across / 2, y + ROW / 2)
    if cell.state in OPEN:
        page.bar(
            *box, PAPER, hatch="//////", edgecolor=HATCH if cell.state == "missing" else RULE, linewidth=0.0
        )
        if cell.state == "stale":
            page.paper.plot(
                *([at] for at in middle), marker="x", markersize=3.0, color=INK, markeredgewidth=0.8
            )
        return
    if cell.age is None:
        page.bar(*box, PAPER, edgecolor=FAINT, linewidth=0.5)
        page.paper.plot(
            *([at] for at in middle),
            marker="o",
            markersize=2.4,
            markerfacecolor=PAPER,
            markeredgecolor=MUTED,
            markeredgewidth=0.7,
        )
        return
    shade = next(colour for (bound, _), colour in zip(CLASSES, AGES, strict=True) if cell.age < bound)
    page.bar(*box, shade)


def _shown(row: IndicatorRow, code: str, cell: Cell) -> tuple[str | float | None, ...]:
    age = None if cell.age is None else round(cell.age, 2)
    return (row.layer, row.pillar, row.code, row.short, code, cell.state, cell.date, age)


def _alt(
    answer: Answer, rows: list[IndicatorRow], units: list[str], cells: dict[tuple[str, str], Cell]
) -> str:
    each = ", ".join(f"{answer.names[code]} {_held(rows, code, cells)}" for code in units)
    ages = [cell.age for cell in cells.values() if cell.state == "observed" and cell.age is not None]
    old = f" Half of the values are at most {median(ages):.1f} years old." if ages else ""
    return f"Heat map of {len(rows)} indicators by {len(units)} economies. Indicators covered: {each}.{old}"
