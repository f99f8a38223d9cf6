"""Reads record tables (models, prices, access, ...) by the schema that stands beside each of them."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any

from . import table_rules
from .cells import Cells, parse_number, read_cells
from .fault import MOST_FAULTS, DataError, Fault, near, shown, too_many
from .observations import meant
from .period import PERIOD_FORMS, period_end, rewritten

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date
    from pathlib import Path

    import pandas as pd

    from .schema import Column, Table

TEXTS = ("text", "economy")
"""Types of columns whose strings stay those of Python: small tables are slow in Arrow, where it is there."""
FLAGS = {"true": True, "false": False, "yes": True, "no": False}


def read_table(path: Path, table: Table, economies: frozenset[str]) -> pd.DataFrame:
    """Read a record table.

    Parameters
    ----------
    path : Path
        The CSV.
    table : Table
        Its schema.
    economies : frozenset of str
        Codes allowed in columns of type economy.

    Returns
    -------
    DataFrame
        Columns as in the schema (numbers float64, dates datetime64 at the end of the period, flags
        boolean with missing values, texts str with empty for missing), then `file` and `row`.

    Raises
    ------
    DataError
        With all faults of the file.
    """
    return framed(read_columns(path, table, economies), table)


def framed(columns: Mapping[str, list[Any]], table: Table) -> pd.DataFrame:
    """Put what `read_columns` returned into a frame with the types of the schema."""
    import pandas as pd

    typed: dict[str, Any] = {**columns}
    for name in ("file", *(each for each, it in table.columns.items() if it.type in TEXTS)):
        if columns.get(name):
            typed[name] = pd.array(columns[name], dtype=pd.StringDtype("python", na_value=float("nan")))
    for name, column in table.columns.items():
        if column.type == "date":
            typed[name] = pd.to_datetime(pd.Series(columns[name], dtype=object))
        if column.type == "flag":
            typed[name] = pd.array(columns[name], dtype="boolean")
    return pd.DataFrame(typed)


def read_columns(path: Path, table: Table, economies: frozenset[str]) -> dict[str, list[Any]]:
    """Read a record table as plain values, without pandas.

    Parameters
    ----------
    path, table, economies
        As in `read_table`.

    Returns
    -------
    dict of str to list
        Columns as in the schema (numbers float, dates at the end of the period or None, flags bool or None,
        texts str with empty for missing), then `file` and `row`.

    Raises
    ------
    DataError
        With all faults of the file.
    """
    required = tuple(name for name, column in table.columns.items() if column.required)
    cells = read_cells(path, tuple(table.columns), tuple(dict.fromkeys((*required, "source"))))
    faults = list(cells.faults)
    columns: dict[str, list[Any]] = {}
    for name, column in table.columns.items():
        columns[name], wrong = _column(cells, name, column, economies)
        faults.extend(wrong)
    if not cells.rows and not faults:
        repair = "Add rows or remove the pair."
        faults.append(Fault(cells.file, 0, "", "no rows", "at least one record", repair))
    faults.extend(_unknown_sources(cells, table))
    faults.extend(_repeated_keys(cells, table))
    faults.extend(table_rules.faults(columns, cells.lines, cells.file, table))
    if faults:
        raise DataError(faults)
    return columns | {"file": [cells.file] * len(cells.lines), "row": list(cells.lines)}


def _column(
    cells: Cells, name: str, column: Column, economies: frozenset[str]
) -> tuple[list[Any], list[Fault]]:
    parse, expected = _parser(column, economies)
    empty = "" if column.type in {"text", "economy"} else None
    values: list[Any] = []
    faults: list[Fault] = []
    for text, line in zip(cells.column(name), cells.lines, strict=True):
        if too_many(faults, cells.file, line):
            values += [empty] * (len(cells.lines) - len(values))
            break
        if not text:
            values.append(float("nan") if column.type in {"number", "whole"} else empty)
            if column.required:
                faults.append(Fault(cells.file, line, name, "an empty cell", expected))
            continue
        try:
            values.append(parse(text))
        except (ValueError, KeyError) as error:
            values.append(empty)
            hint = str(error) if isinstance(error, ValueError) else ""
            faults.append(Fault(cells.file, line, name, repr(text), expected, hint))
    return values, faults


def _parser(column: Column, economies: frozenset[str]) -> tuple[Callable[[str], Any], str]:
    """Return the function that reads a cell and what it expects, in words."""
    if column.type == "date":
        return _date, PERIOD_FORMS
    if column.type == "flag":
        return lambda text: FLAGS[text.casefold()], "true or false"
    if column.type == "economy":
        codes, words = economies | frozenset(column.choices), "".join(f", or {it}" for it in column.choices)
        return lambda text: _economy(text, codes), f"the ISO 3166 alpha-3 code of a listed economy{words}"
    if column.type == "text":
        choices = frozenset(column.choices)
        if not choices:
            return str, "a text"
        return lambda text: _member(text, choices), f"one of {', '.join(column.choices)}"
    bounds = [f"at least {column.minimum:g}"] if column.minimum is not None else []
    bounds += [f"at most {column.maximum:g}"] if column.maximum is not None else []
    kind = "a whole number" if column.type == "whole" else "a number"
    return lambda text: _number(text, column), ", ".join([kind, *bounds])


def _date(text: str) -> date:
    try:
        return period_end(text)
    except ValueError:
        raise ValueError(rewritten(text)) from None


def _economy(text: str, economies: frozenset[str]) -> str:
    if text not in economies:
        raise ValueError(meant(text, economies))
    return text


def _member(text: str, allowed: frozenset[str]) -> str:
    if text not in allowed:
        raise ValueError(near(text, allowed))
    return text


def _number(text: str, column: Column) -> float:
    value = parse_number(text)
    low = column.minimum is not None and value < column.minimum
    high = column.maximum is not None and value > column.maximum
    if low or high or (column.type == "whole" and value != int(value)):
        message = "Check the unit." if low or high else ""
        raise ValueError(message)
    return value


def _unknown_sources(cells: Cells, table: Table) -> list[Fault]:
    expected = f"a key of [sources] in {table.name}.toml"
    strange = (
        Fault(cells.file, line, "source", shown(text), expected, near(text, table.sources))
        for text, line in zip(cells.column("source"), cells.lines, strict=True)
        if text not in table.sources
    )
    return list(islice(strange, MOST_FAULTS))


def _repeated_keys(cells: Cells, table: Table) -> list[Fault]:
    seen: dict[tuple[str, ...], int] = {}
    faults = []
    columns = [cells.column(name) for name in table.key]
    for line, *parts in zip(cells.lines, *columns, strict=True):
        first = seen.setdefault(tuple(parts), line)
        if table.key and first != line:
            found = f"{', '.join(parts)} again (first in row {first})"
            faults.append(Fault(cells.file, line, ", ".join(table.key), found, "each key once"))
            if len(faults) == MOST_FAULTS:
                break
    return faults
