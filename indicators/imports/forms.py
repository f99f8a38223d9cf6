"""Which form a table has (long, wide by year, SDMX-CSV, ours), and its cells as records."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from indicators.fault import DataError, Fault, near, shown
from indicators.observations import COLUMNS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from .grid import Grid

CODES: Final = frozenset(
    ("code", "country code", "iso3", "iso", "iso_code", "iso3c", "iso alpha-3", "country_code")
)
NAMES: Final = frozenset(
    (
        *("economy", "country", "country name", "entity", "country/economy", "location", "ref_area", "geo"),
        *("area", "reference area", "economy name", "country_name", "territory", "nation"),
    )
)
PERIODS: Final = frozenset(("date", "year", "time", "time_period", "period", "day", "month", "quarter"))
VALUES: Final = frozenset(("value", "obs_value", "observation value"))
_YEAR: Final = re.compile(r"(?:19|20)\d\d(?: ?\[YR\d{4}\])?")
HEADS: Final = 20
"""Lines above the header that a file may begin with."""


class Record(NamedTuple):
    """One cell of somebody's table."""

    line: int
    name: str
    code: str
    period: str
    value: str
    more: dict[str, str]
    """The other columns of the row."""


class Layout(NamedTuple):
    """Where things stand in a table."""

    form: str
    head: int
    header: list[str]
    name: int | None
    code: int | None
    period: int | None
    values: tuple[int, ...]
    """One column of values, or one a year."""


def layout(grid: Grid, column: str = "") -> Layout:
    """Find the header and say what its columns are.

    Parameters
    ----------
    grid : Grid
        The file.
    column : str
        The column of values, where there is more than one.

    Raises
    ------
    DataError
        If no line names a place and a period, or it is not clear which column holds the values.
    """
    for head, row in enumerate(grid.rows[:HEADS]):
        low = [cell.casefold() for cell in row]
        name, code = _first(low, NAMES), _first(low, CODES)
        years = tuple(place for place, cell in enumerate(row) if _YEAR.fullmatch(cell))
        period = _first(low, PERIODS)
        if (name is None and code is None) or (period is None and not years):
            continue
        if period is None:
            return Layout("wide by year", head, row, name, code, None, years)
        value = _value(grid, head, column, {name, code, period})
        ours = set(low) <= set(COLUMNS) and "source" in low
        sdmx = "time_period" in low and "obs_value" in low
        form = "our own" if ours else "SDMX-CSV" if sdmx else "long"
        return Layout(form, head, row, name, code, period, (value,))
    expected = "a header with a place (country, code) and a period (year, date, or a column a year)"
    repair = "Name the columns so, or write economy,date,value by hand."
    raise DataError([Fault(grid.file, 0, "", "no such header", expected, repair)])


def _first(low: Sequence[str], known: frozenset[str]) -> int | None:
    return next((place for place, cell in enumerate(low) if cell in known), None)


def _value(grid: Grid, head: int, column: str, taken: set[int | None]) -> int:
    """Return the column of values: the one asked for, the one so named, or the only one with numbers."""
    header = grid.rows[head]
    if column:
        if column in header:
            return header.index(column)
        repair = near(column, header) or f"there are {', '.join(header)}."
        fault = Fault(grid.file, grid.lines[head], "", f"no column {column!r}", "a column of values", repair)
        raise DataError([fault])
    named = _first([cell.casefold() for cell in header], VALUES)
    if named is not None:
        return named
    body = grid.rows[head + 1 :]
    numeric = [
        place
        for place in range(len(header))
        if place not in taken and header[place] and any(_numberish(row, place) for row in body)
    ]
    if len(numeric) != 1:
        found = f"{len(numeric)} columns with numbers" if numeric else "no column with numbers"
        names = [header[place] for place in numeric]
        repair = f"Say which: --column {names[0]!r}, or {', '.join(map(repr, names[1:6]))}." if names else ""
        raise DataError([Fault(grid.file, grid.lines[head], "", found, "one column of values", repair)])
    return numeric[0]


def _numberish(row: Sequence[str], place: int) -> bool:
    cell = row[place].rstrip("%").strip() if place < len(row) else ""
    return bool(cell) and not any(each.isalpha() for each in cell) and any(each.isdigit() for each in cell)


def records(grid: Grid, found: Layout, where: Mapping[str, str]) -> list[Record]:
    """Return the cells that the conditions leave.

    Parameters
    ----------
    grid, found : Grid, Layout
        The file and where things stand.
    where : mapping of str to str
        Column and the text that it must hold.

    Raises
    ------
    DataError
        If a condition names no column or a text that it never holds, or rows are longer than the header.
    """
    _held(grid, found, where)
    special = {found.name, found.code, found.period, *found.values}
    width = len(found.header)
    kept, faults = [], []
    for line, row in zip(grid.lines[found.head + 1 :], grid.rows[found.head + 1 :], strict=True):
        if len(row) > width and any(row[width:]):
            fault = Fault(
                grid.file, line, "", f"{len(row)} cells", f"{width} cells", "Quote texts with commas."
            )
            faults.append(fault)
            continue
        cells = [*row, *[""] * (width - len(row))]
        more = {
            name: cells[place] for place, name in enumerate(found.header) if place not in special and name
        }
        if any(more.get(name, "").casefold() != text.casefold() for name, text in where.items()):
            continue
        name = "" if found.name is None else cells[found.name]
        code = "" if found.code is None else cells[found.code]
        for place in found.values:
            period = found.header[place][:4] if found.period is None else cells[found.period]
            kept.append(Record(line, name, code, period, cells[place], more))
    if faults:
        raise DataError(faults)
    return kept


def _held(grid: Grid, found: Layout, where: Mapping[str, str]) -> None:
    """Hold the conditions to the columns and what stands in them."""
    faults = []
    for name, text in where.items():
        if name not in found.header:
            repair = near(name, found.header) or f"there are {', '.join(filter(None, found.header))}."
            faults.append(
                Fault("--where", 0, name, f"no column {name!r}", f"a column of {grid.file}", repair)
            )
            continue
        place = found.header.index(name)
        texts = {row[place] for row in grid.rows[found.head + 1 :] if place < len(row)}
        if text.casefold() not in {each.casefold() for each in texts}:
            repair = near(text, texts) or f"it holds {', '.join(map(repr, sorted(texts)[:6]))}."
            faults.append(Fault("--where", 0, name, shown(text), "a text of this column", repair))
    if faults:
        raise DataError(faults)
