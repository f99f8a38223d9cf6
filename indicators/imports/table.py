"""Somebody's table turned into rows of an indicator, and all that fell out on the way."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from indicators.cells import parse_number
from indicators.fault import DataError, Fault, shown
from indicators.period import PERIOD_FORMS, period_end, rewritten

from .forms import layout, records
from .grid import read_grid
from .places import LEAVE_OUT, Places, question

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from .forms import Record

BLANK: Final = frozenset(("", "..", ":", "-", "\u2013", "na", "n/a", "nan", "null", "none", "x"))
"""Cells that say that there is no value."""
CARRIED: Final = ("published", "low", "high", "interval_kind", "status", "instrument", "quality", "note")
"""Columns of our own form that are taken over as they stand."""


@dataclass
class Imported:
    """What a file gave.

    Attributes
    ----------
    form : str
        The form it was read as.
    rows : list of dict
        `economy`, `date`, `value` and what our own form holds beside, sorted by economy and date.
    blank : int
        Cells without a value.
    elsewhere : Counter
        Places that are not scored, with the number of values that were left out.
    signs : int
        Values from which a percent sign was taken.
    """

    form: str
    rows: list[dict[str, str]] = field(default_factory=list)
    blank: int = 0
    elsewhere: Counter[str] = field(default_factory=Counter)
    signs: int = 0


@dataclass(frozen=True)
class Asked:
    """How a file is to be read.

    Attributes
    ----------
    column, sheet, encoding : str
        Column of values, sheet of a workbook and encoding of a text, where the file does not settle them.
    decimal : str
        Sign before the decimals, `.` or `,`.
    where : mapping of str to str
        Column and the text that it must hold.
    names : mapping of str to str
        Names of places and what they mean; nothing leaves a name out.
    """

    column: str = ""
    sheet: str = ""
    encoding: str = ""
    decimal: str = "."
    where: Mapping[str, str] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)


def import_table(path: Path, asked: Asked = Asked()) -> Imported:
    """Read somebody's table.

    Parameters
    ----------
    path : Path
        CSV (long, wide by year as of the World Bank, Our World in Data, SDMX-CSV, or our own) or workbook.
    asked : Asked
        How to read it.

    Raises
    ------
    DataError
        With every cell that is no number or no period, every name that may mean more than one place, and
        every economy and period with more than one value.
    """
    grid = read_grid(path, asked.sheet, asked.encoding)
    found = layout(grid, asked.column)
    out, places, faults = Imported(found.form), Places(asked.names), list[Fault]()
    questions: dict[str, Fault] = {}
    held: list[tuple[Record, dict[str, str]]] = []
    for record in records(grid, found, asked.where):
        if record.value.casefold() in BLANK:
            out.blank += 1
            continue
        called = record.name or record.code
        economy = places.economy(record.name, record.code or record.name)
        if economy is None:
            fault = Fault(grid.file, record.line, "", shown(called), "one economy", question(called, places))
            questions.setdefault(called, fault)
        elif economy == LEAVE_OUT:
            out.elsewhere[called] += 1
        else:
            held.append((record, _row(record, economy, asked.decimal, out, faults, grid.file)))
    faults += [*questions.values(), *_twice(held, grid.file)]
    if not held and not faults:
        faults.append(Fault(grid.file, 0, "", "no value of a scored economy", "at least one", _seen(out)))
    if faults:
        raise DataError(faults)
    out.rows = sorted((row for _, row in held), key=lambda row: (row["economy"], row["date"]))
    return out


def _seen(out: Imported) -> str:
    names = ", ".join(list(out.elsewhere)[:6])
    return f"It speaks of {names}." if names else ""


def _row(
    record: Record, economy: str, decimal: str, out: Imported, faults: list[Fault], file: str
) -> dict[str, str]:
    """Return one row, and note what is wrong with its number and its period."""
    text = record.value
    if text.endswith("%"):
        text, out.signs = text[:-1].strip(), out.signs + 1
    if decimal == ",":
        text = text.replace(".", "").replace(",", ".")
    try:
        parse_number(text)
    except ValueError as error:
        repair = "Say --decimal , if the comma stands before decimals." if "," in text else str(error)
        faults.append(Fault(file, record.line, "", shown(record.value), "a number", repair))
    period = record.period
    try:
        period_end(period)
    except ValueError:
        again = rewritten(period).removeprefix("Write ").removesuffix(".")
        try:
            period_end(again)
            period = again
        except ValueError:
            faults.append(Fault(file, record.line, "", shown(record.period), f"a period ({PERIOD_FORMS})"))
    more = {name: record.more[name] for name in CARRIED if record.more.get(name)}
    return {"economy": economy, "date": period, "value": text, **more}


def _twice(held: Iterable[tuple[Record, dict[str, str]]], file: str) -> list[Fault]:
    """Say where an economy has two values for one period, and which columns tell them apart."""
    first: dict[tuple[str, ...], Record] = {}
    told: dict[tuple[str, ...], Fault] = {}
    for record, row in held:
        key = (row["economy"], row["date"], row.get("instrument", ""), row.get("status", ""))
        other = first.setdefault(key, record)
        if other is record or key in told:
            continue
        apart = [name for name, text in record.more.items() if other.more.get(name) != text]
        repair = f'Choose one: --where "{apart[0]}={record.more[apart[0]]}".' if apart else "Delete one."
        if len(apart) > 1:
            repair += f" They also differ in {', '.join(apart[1:5])}."
        found = f"{row['economy']} {row['date']} again (first in row {other.line})"
        told[key] = Fault(file, record.line, "", found, "one value for an economy and period", repair)
    return list(told.values())[:5]
