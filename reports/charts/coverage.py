"""Coverage and age of the data: indicators by pillar against economies."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import groupby
from statistics import median
from typing import TYPE_CHECKING, Any

from reports.wording import the

from .behind import of_all
from .credit import all_sources, credit
from .look import PLAIN
from .palette import AGES, FAINT, HATCH, INK, MUTED, PAPER, RULE
from .phrases import listed
from .sheet import SMALL, Sheet, fitted, sheet, width

if TYPE_CHECKING:
    from collections.abc import Sequence

    from indicators.facts import Facts
    from scoring.answer import Answer, IndicatorRow

    from .chart import Chart
    from .look import Look
    from .sheet import Box

COLUMNS = ("layer", "pillar", "code", "indicator", "economy", "state", "date", "age_years")
LABELS, ROW, TALLER, HEADING, HEAD, KEY = 47.0, 2.6, 3.6, 3.7, 6.0, 4.0  # mm
FLAT = 4.6  # mm across from which the code of an economy has room to lie
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


@dataclass(frozen=True)
class Line:
    """One line of the map: a heading where it has no cells."""

    title: str
    tall: float
    cells: list[Cell] = field(default_factory=list)


def draw(answer: Answer, facts: Facts, look: Look = PLAIN) -> Chart:
    """Draw coverage and age."""
    rows = [row for row in answer.indicators if row.weight > 0 and row.code in facts.indicators]
    units = [code for code in facts.economies if code in answer.units]
    cells = _cells(answer, facts, rows, units)
    named = credit("coverage", answer, all_sources(answer, facts))
    whole = look.size.shape is None
    title, subtitle = finding(answer, rows, units, cells), _subtitle(answer, whole=whole)
    groups = groupby(rows, key=lambda row: (row.layer, row.pillar))
    lines = _lines(answer, [(*key, list(group)) for key, group in groups], units, cells, whole=whole)
    body = HEAD + sum(line.tall for line in lines) + 1
    page = sheet(title, subtitle, named, lambda across: body + _key_rows(across) * KEY, look)
    head = HEAD + _key(page) * KEY
    _grid(page, answer, units, lines, head)
    shown = (_shown(row, code, cells[row.code, code]) for row in rows for code in units)
    alt = _alt(answer, rows, units, cells)
    return page.chart("coverage", alt, COLUMNS, shown, of_all(answer, facts))


def _lines(
    answer: Answer,
    pillars: list[tuple[str, str, list[IndicatorRow]]],
    units: list[str],
    cells: dict[tuple[str, str], Cell],
    *,
    whole: bool,
) -> list[Line]:
    """Lines of the map: indicators under the heading of their pillar, or pillars under their layer."""
    lines: list[Line] = []
    above = ""
    for layer, pillar, members in pillars:
        if whole:
            lines.append(Line(_heading(answer, layer, pillar), HEADING))
            lines += [Line(row.short, ROW, [cells[row.code, code] for code in units]) for row in members]
            continue
        title, _, name = _heading(answer, layer, pillar).partition(": ")
        if title != above:
            lines.append(Line(title, HEADING))
        above = title
        middle = [_middle([cells[row.code, code] for row in members]) for code in units]
        lines.append(Line(f"{name[:1].upper()}{name[1:]} ({len(members)})", TALLER, middle))
    return lines


def _middle(cells: list[Cell]) -> Cell:
    """Cell of a pillar: missing where half of its indicators are, else the median age of its values."""
    if 2 * sum(cell.state in OPEN for cell in cells) >= len(cells):
        return Cell("missing", "", None)
    ages = [cell.age for cell in cells if cell.state not in OPEN and cell.age is not None]
    return Cell("observed", "", median(ages)) if ages else Cell("floor", "", None)


def _grid(page: Sheet, answer: Answer, units: list[str], lines: list[Line], head: float) -> None:
    step = (page.width - LABELS) / max(len(units), 1)
    turned: dict[str, Any] = {"rotation": 90, "va": "bottom"} if step < FLAT else {}
    for i, code in enumerate(units):
        strong = "bold" if code in answer.pair or code == answer.home else "normal"
        at = head - (0.6 if turned else 2.0)
        page.write(LABELS + (i + 0.5) * step, at, code, 5.4, ha="center", weight=strong, **turned)
    y = head
    cells: list[tuple[Box, Cell]] = []
    for line in lines:
        strong, size = ("normal", SIZE) if line.cells else ("bold", SMALL)
        if line.tall == TALLER:
            size = SMALL
        page.write(
            0,
            y + line.tall / 2,
            fitted(line.title, LABELS - 1, size) if line.cells else line.title,
            size,
            weight=strong,
        )
        cells += [((LABELS + i * step, y, step, line.tall), cell) for i, cell in enumerate(line.cells)]
        y += line.tall
    _paint(page, cells)


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


def _subtitle(answer: Answer, *, whole: bool) -> str:
    age = f"Age of the value in use, from the end of the period it describes to {answer.as_of}"
    by = (
        "weighted indicators by pillar"
        if whole
        else "median of each pillar, with the number of its indicators"
    )
    return f"{age}; {by}."


def _heading(answer: Answer, layer: str, pillar: str) -> str:
    titles = {(node.parent, node.code): node.title for node in answer.nodes}
    layers = {node.code: node.title for node in answer.layers()}
    found = next(
        (title for (parent, code), title in titles.items() if parent == layer and code.endswith(pillar)),
        pillar,
    )
    return f"{layers.get(layer, layer)}: {found[:1].lower() + found[1:]}"


def _entries() -> list[tuple[str, Cell]]:
    """Words of the key, as labels in a thousand cells would not be read."""
    entries = [(words, Cell("observed", "", bound - 0.5 if bound < 9 else 4.0)) for bound, words in CLASSES]
    return [
        *entries,
        ("none, or under what is published", Cell("floor", "", None)),
        ("too old, not used", Cell("stale", "", None)),
        ("no value", Cell("missing", "", None)),
    ]


def _placed(across: float) -> list[tuple[float, int]]:
    """Place of each entry of the key: mm from the left, and on which row."""
    x, row, places = 0.0, 0, []
    for words, _ in _entries():
        room = 5.4 + width(words, SMALL)
        if x and x + room > across:
            x, row = 0.0, row + 1
        places.append((x, row))
        x += room + 3.2
    return places


def _key_rows(across: float) -> int:
    return _placed(across)[-1][1] + 1


def _key(page: Sheet) -> int:
    """Explain the shades; return how many rows that takes."""
    cells: list[tuple[Box, Cell]] = []
    for (words, cell), (x, row) in zip(_entries(), _placed(page.width), strict=True):
        y = 0.6 + row * KEY
        cells.append(((x, y, 4.5, ROW), cell))
        page.write(x + 5.4, y + ROW / 2, words, SMALL, color=MUTED)
    _paint(page, cells)
    return _key_rows(page.width)


def _paint(page: Sheet, placed: Sequence[tuple[Box, Cell]]) -> None:
    """Shade cells by their age; those that look alike are drawn at once."""
    alike: dict[tuple[str, str], list[Box]] = {}
    crossed: list[Box] = []
    bounded: list[Box] = []
    for box, cell in placed:
        if cell.state in OPEN:
            alike.setdefault((PAPER, HATCH if cell.state == "missing" else RULE), []).append(box)
            if cell.state == "stale":
                crossed.append(box)
        elif cell.age is None:
            alike.setdefault((PAPER, FAINT), []).append(box)
            bounded.append(box)
        else:
            shade = next(colour for (bound, _), colour in zip(CLASSES, AGES, strict=True) if cell.age < bound)
            alike.setdefault((shade, "none"), []).append(box)
    for (shade, edge), boxes in alike.items():
        hatched = edge in {HATCH, RULE}
        how: dict[str, Any] = {"hatch": "//////", "linewidth": 0.0} if hatched else {"linewidth": 0.5}
        inner = [(x + 0.2, y + 0.2, across - 0.4, down - 0.4) for x, y, across, down in boxes]
        page.bars(inner, shade, edgecolor=edge, **how)
    _mark(page, crossed, marker="x", markersize=3.0, color=INK, markeredgewidth=0.8)
    hollow: dict[str, Any] = {"markerfacecolor": PAPER, "markeredgecolor": MUTED, "markeredgewidth": 0.7}
    _mark(page, bounded, marker="o", markersize=2.4, **hollow)


def _mark(page: Sheet, boxes: Sequence[Box], **how: Any) -> None:  # noqa: ANN401
    """Set the same mark in the middle of each box."""
    if boxes:
        middles = [(x + across / 2, y + down / 2) for x, y, across, down in boxes]
        page.line(*zip(*middles, strict=True), linestyle="none", **how)


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
