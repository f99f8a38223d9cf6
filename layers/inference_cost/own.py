"""Models and systems of the user's own: plain CSV files beside the shipped tables, or mappings of columns."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from indicators.cells import read_cells
from indicators.fault import DataError, Fault, UsageError
from layers.inference_cost.amount import Amount, fixed
from layers.inference_cost.own_row import (
    MODEL,
    MODEL_COLUMNS,
    PRICED,
    SYSTEM,
    SYSTEM_COLUMNS,
    Place,
    model_row,
    strange,
    system_row,
)
from layers.inference_cost.shelf import architecture, system, with_own

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

    from indicators.facts import Facts
    from layers.inference_cost.architecture import Architecture
    from layers.inference_cost.prices_paid import Book
    from layers.inference_cost.shelf import Shelf
    from layers.inference_cost.system import System

    Completed = Callable[[Mapping[str, Any], Place, list[Fault]], dict[str, Any]]

MODELS, SYSTEMS = "architectures", "systems"
PLACE = ("file", "row")  # where a row of a table that was read stands


def with_folders(held: Shelf, paid: Book, facts: Facts, folders: Iterable[Path]) -> tuple[Shelf, Book]:
    """Put the models and systems of folders on the shelf, and the prices of the systems into the book.

    A folder may hold `architectures.csv` and `systems.csv` with the columns of the shipped tables, those that
    do not apply left out, and in `systems.csv` also `purchase_cost_usd` and `power_kw` per accelerator.

    Raises
    ------
    DataError
        With every fault of every file.
    """
    faults: list[Fault] = []
    for folder in folders:
        columns = facts.catalogue.tables
        models = _rows(folder / f"{MODELS}.csv", columns[MODELS].columns, MODEL, model_row, faults)
        machines = _rows(
            folder / f"{SYSTEMS}.csv", (*columns[SYSTEMS].columns, *PRICED), SYSTEM, system_row, faults
        )
        if faults:
            continue
        held = with_own(
            held, [architecture(row) for row in models], [_named(system(row), held) for row in machines]
        )
        paid = replace(paid, machines=paid.machines | {str(row["system"]): _priced(row) for row in machines})
    if faults:
        raise DataError(faults)
    return held, paid


def one_model(row: Mapping[str, Any], facts: Facts) -> Architecture:
    """Return the architecture of a mapping of columns; None, NaN and empty texts count as left out.

    Raises
    ------
    UsageError
        With every column that is missing, unknown or wrong.
    """
    known = (*facts.catalogue.tables[MODELS].columns, *PLACE)
    return architecture(_checked(row, (known, MODEL_COLUMNS), MODEL, model_row, "model"))


def one_system(row: Mapping[str, Any], held: Shelf, facts: Facts) -> System:
    """Return the system of a mapping of columns; see `one_model`."""
    known = (*facts.catalogue.tables[SYSTEMS].columns, *PRICED, *PLACE)
    return _named(system(_checked(row, (known, SYSTEM_COLUMNS), SYSTEM, system_row, "system")), held)


def _checked(
    row: Mapping[str, Any],
    columns: tuple[Collection[str], Collection[str]],
    required: tuple[str, ...],
    complete: Completed,
    what: str,
) -> dict[str, Any]:
    """Complete a mapping: `columns` are those that are known, and those that say something."""
    try:
        told = {str(name): value for name, value in dict(row).items() if not _empty(value)}
    except (TypeError, ValueError):
        message = f"{what} {row!r}: expected a name, or a mapping of the columns {', '.join(columns[1])}"
        raise UsageError(message) from None
    missing, odd = [name for name in required if name not in told], strange(told, columns[0])
    if missing or odd:
        parts = [f"lacks {', '.join(missing)}"] if missing else []
        parts += [f"has {', '.join(odd)}"] if odd else []
        message = f"{what} of your own {' and '.join(parts)}; columns: {', '.join(sorted(columns[1]))}"
        raise UsageError(message)
    faults: list[Fault] = []
    found = complete(told, Place(what), faults)
    if faults:
        message = "; ".join(map(str, faults))
        raise UsageError(message)
    return found


def _named(made: System, held: Shelf) -> System:
    """Spell vendor and generation as the systems held do, so that `nvidia` is NVIDIA."""
    known = held.systems.values()
    vendors = {each.vendor.casefold(): each.vendor for each in known}
    generations = {each.generation.casefold(): each.generation for each in known}
    return replace(
        made,
        vendor=vendors.get(made.vendor.casefold(), made.vendor),
        generation=generations.get(made.generation.casefold(), made.generation),
    )


def own_folders(data: Iterable[str | Path]) -> list[Path]:
    """Return folders that are there.

    Raises
    ------
    UsageError
        For the first that is not.
    """
    found = [Path(each) for each in ([data] if isinstance(data, (str, Path)) else data)]
    for folder in found:
        if not folder.is_dir():
            message = f"data {folder}: no such folder; expected one with architectures.csv or systems.csv"
            raise UsageError(message)
    return found


def has_own(folder: Path) -> bool:
    """Say whether a folder holds a model or a system of its own, as a CSV without a description."""
    names = (folder / f"{name}.csv" for name in (MODELS, SYSTEMS))
    return any(path.is_file() and not path.with_suffix(".toml").is_file() for path in names)


def _rows(
    path: Path,
    allowed: Iterable[str],
    required: Sequence[str],
    complete: Completed,
    faults: list[Fault],
) -> list[dict[str, Any]]:
    if not path.is_file():
        return []
    cells = read_cells(path, tuple(allowed), tuple(required))
    faults.extend(cells.faults)
    if cells.faults:
        return []
    rows = []
    for line, texts in zip(cells.lines, cells.rows, strict=True):
        told = {name: text for name, text in zip(cells.header, texts, strict=True) if not _empty(text)}
        wrong: list[Fault] = []
        row = complete(told, Place(cells.file, line), wrong)
        faults.extend(wrong)
        rows.append(row | {"_place": f"{cells.file}, row {line}"})
    return rows


def _empty(value: object) -> bool:
    return value is None or (isinstance(value, str) and not value.strip()) or value != value  # noqa: PLR0124 - NaN


def _priced(row: Mapping[str, Any]) -> dict[str, Amount]:
    return {
        name: fixed(float(row[column]), row["_place"]) for column, name in PRICED.items() if row.get(column)
    }
