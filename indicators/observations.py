"""Reads the CSV half of an indicator pair into checked rows."""

from __future__ import annotations

import math
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any

from .cells import Cells, parse_number, read_cells
from .economies import read_economies, resolve
from .fault import MOST_FAULTS, Fault, UsageError, near, shown, too_many
from .period import PERIOD_FORMS, period_end, period_start, rewritten
from .schema import INTERVAL_KINDS, QUALITIES, STATUSES, Indicator

if TYPE_CHECKING:
    from pathlib import Path

COLUMNS = (
    "economy",
    "date",
    "published",
    "value",
    "low",
    "high",
    "interval_kind",
    "status",
    "instrument",
    "source",
    "quality",
    "note",
)
REQUIRED = ("economy", "date", "value", "source")
VOCABULARY = {"interval_kind": ("", *INTERVAL_KINDS), "status": STATUSES, "quality": QUALITIES}
DEFAULTS = {"status": "actual", "quality": "judgement"}

Row = dict[str, Any]
Wrong = tuple[str, str, str, str]
"""Column, what was found, what was expected, what to do."""

_ends = lru_cache(maxsize=4096)(period_end)
_units = cache(read_economies)


def read_observations(
    path: Path, indicator: Indicator, economies: frozenset[str]
) -> tuple[list[Row], list[Fault]]:
    """Read the observations of one indicator.

    Parameters
    ----------
    path : Path
        The CSV.
    indicator : Indicator
        Its other half, which says what values can be.
    economies : frozenset of str
        Known codes.

    Returns
    -------
    rows : list of dict
        One per line: the columns of the file, `code`, `period_end`, `known` (date or None), `file` and `row`.
    faults : list of Fault
        All that is wrong, in the order of the file.
    """
    cells = read_cells(path, COLUMNS, REQUIRED)
    faults = list(cells.faults)
    columns = {name: cells.column(name) for name in COLUMNS}
    rows = []
    for place, line in enumerate(cells.lines):
        row: Row = {name: columns[name][place] for name in COLUMNS}
        wrong = converted(row, indicator, economies)
        faults.extend(Fault(cells.file, line, *parts) for parts in wrong)
        if not wrong:
            rows.append({**row, "code": indicator.code, "file": cells.file, "row": line})
        elif too_many(faults, cells.file, line):
            return rows, faults
    faults.extend(_repeated(rows, cells))
    if not rows and not faults:
        faults.append(
            Fault(cells.file, 0, "", "no rows", "at least one observation", "Add rows or remove the pair.")
        )
    return rows, faults


def converted(row: Row, indicator: Indicator, economies: frozenset[str]) -> list[Wrong]:
    """Turn texts into values in place; what is wrong comes back as (column, found, expected, repair)."""
    wrong: list[Wrong] = []
    for name, default in DEFAULTS.items():
        row[name] = row[name] or default
    for name, words in VOCABULARY.items():
        if row[name] not in words:
            expected = f"one of {', '.join(filter(None, words))}"
            wrong.append((name, repr(row[name]), expected, near(row[name], words)))
    if row["economy"] not in economies:
        expected = "the ISO 3166 alpha-3 code of a listed economy"
        wrong.append(("economy", shown(row["economy"]), expected, meant(row["economy"], economies)))
    if row["source"] not in indicator.sources:
        expected = f"a key of [sources] in {indicator.code}.toml"
        wrong.append(("source", shown(row["source"]), expected, near(row["source"], indicator.sources)))
    wrong.extend(_dates(row))
    given, misspelt = _numbers(row)
    return [*wrong, *(misspelt or _interval(row, given, indicator))]


def meant(word: str, economies: frozenset[str]) -> str:
    """Say which code a name, an alias or a misspelt code stands for, as the tail of a message."""
    try:
        code = resolve(word, _units())
    except UsageError:
        return near(word.upper(), economies)
    return f"write {code}." if code in economies else "blocs are worked out from their members."


def _dates(row: Row) -> list[Wrong]:
    wrong = []
    for name, target in (("date", "period_end"), ("published", "known")):
        try:
            row[target] = _ends(row[name]) if row[name] or name == "date" else None
        except ValueError:
            wrong.append((name, shown(row[name]), PERIOD_FORMS, rewritten(row[name])))
    if (
        wrong
        or row["known"] is None
        or row["status"] != "actual"
        or row["known"] >= period_start(row["date"])
    ):
        return wrong
    repair = "A later value is a forecast: say so in status."
    return [("published", repr(row["published"]), f"not before {row['date']}", repair)]


def _numbers(row: Row) -> tuple[list[str], list[Wrong]]:
    """Turn the numbers into floats in place; returns the columns that hold one, and what is wrong."""
    given, wrong = [], []
    for name in ("value", "low", "high"):
        if not row[name] and name != "value":
            row[name] = float("nan")
            continue
        try:
            row[name] = parse_number(row[name])
            given.append(name)
        except ValueError as error:
            wrong.append((name, shown(row[name]), "a number", str(error)))
    return given, wrong


def _interval(row: Row, given: list[str], indicator: Indicator) -> list[Wrong]:
    least, most = indicator.range
    bounds = f"{least:g} to {most:g}" if math.isfinite(most) else f"at least {least:g}"
    wrong = [
        (name, f"{row[name]:g}", f"{bounds} {indicator.unit}", "Check the unit.")
        for name in given
        if not least <= row[name] <= most
    ]
    if len(given) == 2:
        missing = "low" if "low" not in given else "high"
        wrong.append((missing, "an empty cell", "both ends of the interval or neither", ""))
    elif len(given) > 2 and not row["low"] <= row["value"] <= row["high"]:
        found = f"{row['low']:g}, {row['value']:g}, {row['high']:g}"
        wrong.append(("low", found, "low <= value <= high", ""))
    if bool(row["interval_kind"]) != (len(given) > 1):
        kinds = ", ".join(INTERVAL_KINDS)
        expected = f"one of {kinds}" if len(given) > 1 else "an empty cell, as low and high are empty"
        wrong.append(("interval_kind", shown(row["interval_kind"]), expected, ""))
    return wrong


def again(file: str, line: int, economy: str, when: str, first: int) -> Fault:
    """Say that an economy and a date stand there a second time."""
    found = f"{economy} {when} again (first in row {first})"
    return Fault(file, line, "economy", found, "one value per economy, date and instrument")


def _repeated(rows: list[Row], cells: Cells) -> list[Fault]:
    seen: dict[tuple[str, ...], int] = {}
    faults = []
    for row in rows:
        key = (row["economy"], row["date"], row["instrument"], row["status"])
        if key in seen:
            faults.append(again(cells.file, row["row"], row["economy"], row["date"], seen[key]))
            if len(faults) == MOST_FAULTS:
                break
        seen.setdefault(key, row["row"])
    return faults
