"""Models and systems of the user's own: plain CSV files beside the shipped tables."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import TYPE_CHECKING, Any

from indicators.cells import Cells, parse_number, read_cells
from indicators.fault import DataError, Fault, UsageError, near
from layers.inference_cost.amount import Amount, fixed
from layers.inference_cost.architecture import Architecture
from layers.inference_cost.shelf import RATES, architecture, system, with_own

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from indicators.facts import Facts
    from indicators.schema import Column
    from layers.inference_cost.prices_paid import Book
    from layers.inference_cost.shelf import Shelf
    from layers.inference_cost.system import System

MODELS, SYSTEMS = "architectures", "systems"
SHAPE = ("model", "attention", "layers", "hidden", "heads", "vocabulary")
NEEDED = {
    "GQA": ("kv_heads", "head_dim"),
    "MLA": ("kv_rank", "rope_dim", "nope_dim", "value_dim"),
    "experts": ("experts_total", "experts_active", "expert_ffn"),
    "dense": ("dense_ffn",),
}
"""Columns that a model needs by its kind of attention and of feed-forward layers."""
MACHINE = (
    "system",
    "bf16_tflops",
    "memory_gb",
    "memory_bandwidth_tbps",
    "scale_up_gbyte_s",
    "scale_up_accelerators",
    "scale_out_gbit_s",
)
PRICED = {"purchase_cost_usd": "capex", "power_kw": "power"}
UNNAMED = {
    "vendor": "own",
    "vendor_economy": "",
    "generation": "own",
    "access_item": "own",
    "matrix_tile": 64,
}
"""What a system is taken for where its file does not say; 64 rows are those of most instructions held."""


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
        models = _rows(folder / f"{MODELS}.csv", columns[MODELS].columns, SHAPE, faults)
        machines = _rows(folder / f"{SYSTEMS}.csv", columns[SYSTEMS].columns, MACHINE, faults)
        faults.extend(fault for row in models for fault in _lacking(row))
        if faults:
            continue
        held = with_own(
            held, [architecture(row) for row in models], [system(UNNAMED | row) for row in machines]
        )
        paid = replace(paid, machines=paid.machines | {str(row["system"]): _priced(row) for row in machines})
    if faults:
        raise DataError(faults)
    return held, paid


def one_model(row: Mapping[str, Any]) -> Architecture:
    """Return the architecture of a mapping of columns.

    Raises
    ------
    UsageError
        With every column that is missing or unknown.
    """
    columns = {field.name for field in fields(Architecture)}
    told = _known(row, columns, SHAPE, "model")
    faults = _lacking({"_file": "model", "_line": 0} | told)
    if faults:
        message = "; ".join(map(str, faults))
        raise UsageError(message)
    return architecture(told)


def one_system(row: Mapping[str, Any]) -> System:
    """Return the system of a mapping of columns; see `one_model`."""
    columns = {*MACHINE, *UNNAMED, *RATES.values()}
    return system(UNNAMED | _known(row, columns, MACHINE, "system"))


def _known(row: Mapping[str, Any], columns: set[str], required: tuple[str, ...], what: str) -> dict[str, Any]:
    missing = [name for name in required if not row.get(name)]
    strange = [f"{name!r} ({near(name, columns) or 'unknown'})" for name in row if name not in columns]
    if missing or strange:
        parts = [f"lacks {', '.join(missing)}"] if missing else []
        parts += [f"has {', '.join(strange)}"] if strange else []
        message = f"{what} of your own {' and '.join(parts)}; columns: {', '.join(sorted(columns))}"
        raise UsageError(message)
    return dict(row)


def has_own(folder: Path) -> bool:
    """Say whether a folder holds a model or a system of its own, as a CSV without a description."""
    names = (folder / f"{name}.csv" for name in (MODELS, SYSTEMS))
    return any(path.is_file() and not path.with_suffix(".toml").is_file() for path in names)


def _rows(
    path: Path, columns: Mapping[str, Column], required: tuple[str, ...], faults: list[Fault]
) -> list[dict[str, Any]]:
    if not path.is_file():
        return []
    allowed = (*columns, *PRICED) if path.stem == SYSTEMS else tuple(columns)
    cells = read_cells(path, allowed, required)
    faults.extend(cells.faults)
    if cells.faults:
        return []
    return [_row(cells, place, columns, required, faults) for place in range(len(cells.rows))]


def _row(
    cells: Cells,
    place: int,
    columns: Mapping[str, Column],
    required: tuple[str, ...],
    faults: list[Fault],
) -> dict[str, Any]:
    row: dict[str, Any] = {"_file": cells.file, "_line": cells.lines[place]}
    for name in cells.header:
        text, column = cells.column(name)[place], columns.get(name)
        if not text:
            if name in required:
                faults.append(Fault(cells.file, cells.lines[place], name, "an empty cell", "a value"))
            continue
        kind = column.type if column else "number"
        if kind in {"number", "whole"}:
            row[name] = _number(cells, place, name, faults)
        elif column and column.choices and text not in column.choices:
            expected = f"one of {', '.join(column.choices)}"
            faults.append(Fault(cells.file, cells.lines[place], name, repr(text), expected))
        else:
            row[name] = text.casefold() == "true" if kind == "flag" else text
    return row


def _number(cells: Cells, place: int, name: str, faults: list[Fault]) -> float:
    text = cells.column(name)[place]
    try:
        value = parse_number(text)
    except ValueError as error:
        faults.append(Fault(cells.file, cells.lines[place], name, repr(text), "a number", str(error)))
        return 1.0
    if value < 0:
        faults.append(Fault(cells.file, cells.lines[place], name, repr(text), "a number from 0"))
    return value


def _lacking(row: Mapping[str, Any]) -> list[Fault]:
    """Columns that a model needs for its kind and has not."""
    wanted = list(NEEDED.get(str(row.get("attention")), ()))
    wanted += NEEDED["experts"] if row.get("moe_layers") else ()
    wanted += NEEDED["dense"] if row.get("dense_layers") else ()
    faults = [
        Fault(
            row["_file"],
            row["_line"],
            name,
            "nothing",
            f"a number above 0 for {row.get('model', 'this model')}",
        )
        for name in wanted
        if not row.get(name)
    ]
    counted = float(row.get("dense_layers", 0)) + float(row.get("moe_layers", 0))
    if counted != row.get("layers"):
        found = f"{counted:g} dense_layers and moe_layers together"
        faults.append(
            Fault(row["_file"], row["_line"], "layers", found, f"{row.get('layers', 0):g}, the layers")
        )
    return faults


def _priced(row: Mapping[str, Any]) -> dict[str, Amount]:
    source = f"{row['_file']}, row {row['_line']}"
    return {name: fixed(float(row[column]), source) for column, name in PRICED.items() if row.get(column)}
