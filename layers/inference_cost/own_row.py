"""One row of a model or system of the user's own: what it leaves out filled in, what cannot be said."""

from __future__ import annotations

import math
from dataclasses import fields
from typing import TYPE_CHECKING, Any, NamedTuple, get_type_hints

from indicators.cells import parse_number
from indicators.fault import Fault, near, shown
from layers.inference_cost.architecture import Architecture
from layers.inference_cost.shelf import RATES

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

MODEL = ("model", "attention", "layers", "hidden", "heads", "vocabulary")
NEEDED = {
    "GQA": ("kv_heads", "head_dim"),
    "MLA": ("kv_rank", "rope_dim", "nope_dim", "value_dim"),
    "experts": ("experts_total", "experts_active", "expert_ffn"),
    "dense": ("dense_ffn",),
}
"""Columns that a model needs by its kind of attention and of feed-forward layers."""
ATTENTION = {"GQA": "GQA", "MLA": "MLA", "MHA": "GQA", "MQA": "GQA"}
"""Kinds of attention; every head with keys of its own, and one for all, are the ends of groups."""
SYSTEM = (
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
"""What a system is taken for where its row does not say; 64 rows are those of most instructions held."""
LARGEST = {
    "memory_bandwidth_tbps": (200.0, "TB/s", "GB/s"),
    "memory_gb": (20_000.0, "GB", "MB"),
    "bf16_tflops": (100_000.0, "TFLOP/s", "GFLOP/s"),
}
"""Values above which the unit before was probably written."""

NUMBERS: Mapping[str, type] = {
    name: kind for name, kind in get_type_hints(Architecture).items() if kind in {int, float}
} | dict.fromkeys((*SYSTEM[1:], *RATES.values(), *PRICED, "matrix_tile"), float)
WHOLE = {name for name, kind in NUMBERS.items() if kind is int} | {"scale_up_accelerators", "matrix_tile"}
FLAGS = {"true": True, "false": False}


class Place(NamedTuple):
    """Where a row stands: its file, or `model` or `system` for a mapping, and its line (0 for a mapping)."""

    file: str
    line: int = 0

    def fault(self, column: str, found: str, expected: str, repair: str = "") -> Fault:
        """Make a fault in one column of the row."""
        return Fault(self.file, self.line, column, found, expected, repair)


def model_row(told: Mapping[str, Any], at: Place, faults: list[Fault]) -> dict[str, Any]:
    """Return the columns of a model, completed; what is wrong goes to `faults`.

    Filled in: `kv_heads` of MHA (as many as heads) and MQA (one); `head_dim` (hidden size over heads);
    `dense_layers` (all layers without experts, else those that have none).
    """
    found: list[Fault] = []
    row = _typed(told, at, found)
    kind = str(row.get("attention", "")).strip().upper()
    if kind in ATTENTION:
        _fill_heads(row, kind)
    else:
        expected = f"one of {', '.join(ATTENTION)}"
        found.append(at.fault("attention", shown(str(row.get("attention", ""))), expected))
    _split_layers(row)
    found += _contradictions(row, at)
    wrong = {fault.column for fault in found}
    faults.extend(found + [fault for fault in _lacking(row, at) if fault.column not in wrong])
    return row


def system_row(told: Mapping[str, Any], at: Place, faults: list[Fault]) -> dict[str, Any]:
    """Return the columns of a system, with `UNNAMED` for what it leaves out; see `model_row`."""
    row = _typed(told, at, faults)
    wrong = {fault.column for fault in faults}
    for name in (*SYSTEM, "matrix_tile"):
        if name not in wrong and (not row[name] if name in row else name in SYSTEM):
            expected = "a name" if name == "system" else "a number above 0"
            faults.append(at.fault(name, "0" if name in row else "nothing", expected))
    for name, (most, unit, smaller) in LARGEST.items():
        value = row.get(name, 0.0)
        if value > most:
            hint = f"for {value:g} {smaller} write {value / 1000:g}"
            faults.append(at.fault(name, f"{value:g}", f"{unit}, {most:g} at most", hint))
    return UNNAMED | row


def _typed(told: Mapping[str, Any], at: Place, faults: list[Fault]) -> dict[str, Any]:
    """Return cells as numbers, flags and texts; those without a value are left out."""
    row: dict[str, Any] = {}
    for name, value in told.items():
        if name in NUMBERS:
            row |= _number(name, value, at, faults)
        elif isinstance(value, str) and value.strip().casefold() in FLAGS:
            row[name] = FLAGS[value.strip().casefold()]
        else:
            row[name] = value
    return row


def _number(name: str, value: Any, at: Place, faults: list[Fault]) -> dict[str, float]:  # noqa: ANN401 - a cell
    try:
        found = parse_number(value) if isinstance(value, str) else float(value)
    except (TypeError, ValueError) as error:
        faults.append(at.fault(name, repr(value), "a number", str(error) if isinstance(value, str) else ""))
        return {}
    if not 0 <= found < math.inf:
        faults.append(at.fault(name, repr(value), "a number from 0"))
        return {}
    if name in WHOLE and found != int(found):
        faults.append(at.fault(name, repr(value), "a whole number"))
        return {}
    return {name: int(found) if name in WHOLE else found}


def _fill_heads(row: dict[str, Any], kind: str) -> None:
    """Fill in what follows from the number of heads; latent attention has sizes of its own."""
    row["attention"] = ATTENTION[kind]
    heads, hidden = row.get("heads", 0), row.get("hidden", 0)
    if row["attention"] == "MLA" or not heads:
        return
    if hidden % heads == 0:
        row.setdefault("head_dim", hidden // heads)
    if kind in {"MHA", "MQA"}:
        row.setdefault("kv_heads", heads if kind == "MHA" else 1)


def _split_layers(row: dict[str, Any]) -> None:
    """Fill in which layers have experts where the row says it in part."""
    layers = row.get("layers", 0)
    if row.get("experts_total") and "moe_layers" not in row:
        row["moe_layers"] = layers - row.get("dense_layers", 0)
    row.setdefault("dense_layers", layers - row.get("moe_layers", 0))


def _lacking(row: Mapping[str, Any], at: Place) -> list[Fault]:
    """Columns that a model needs for its kind and has not."""
    wanted = [*MODEL, *NEEDED.get(str(row.get("attention")), ())]
    wanted += NEEDED["experts"] if row.get("moe_layers") else ()
    wanted += NEEDED["dense"] if row.get("dense_layers") else ()
    whose = f"a number above 0 for {row.get('model', 'this model')}"
    return [at.fault(name, "nothing", whose) for name in wanted if not row.get(name)]


def _contradictions(row: Mapping[str, Any], at: Place) -> list[Fault]:
    """Values of a model that cannot stand together."""
    found = []
    counted, layers = row["dense_layers"] + row.get("moe_layers", 0), row.get("layers", 0)
    if layers and (counted != layers or row["dense_layers"] < 0):
        text = f"{counted:g} dense_layers and moe_layers together"
        found.append(at.fault("layers", text, f"{layers:g}, the layers"))
    for less, more in (("experts_active", "experts_total"), ("kv_heads", "heads")):
        if row.get(less, 0) > row.get(more, 0) > 0:
            found.append(at.fault(less, f"{row[less]:g}", f"no more than {more}, {row[more]:g}"))
    share = row.get("window_share", 0.0)
    if share > 1 or (row.get("window") and not share):
        expected = "the share of layers with a window, above 0 and up to 1"
        found.append(at.fault("window_share", f"{share:g}", expected))
    return found


def strange(told: Collection[str], known: Collection[str]) -> list[str]:
    """Columns that no table has, each with near names."""
    return [f"{shown(name)} ({near(name, known) or 'unknown'})" for name in told if name not in known]


MODEL_COLUMNS = tuple(field.name for field in fields(Architecture))
SYSTEM_COLUMNS = tuple(dict.fromkeys((*SYSTEM, *UNNAMED, *RATES.values(), *PRICED)))
