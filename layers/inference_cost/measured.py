"""Measured rates beside the ideal ones of the same conditions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from layers.inference_cost.efficiency import Key
from layers.inference_cost.rates import Work, decode_curve, mixed_curve, prefill_rate, served
from layers.inference_cost.roofline import Group

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from layers.inference_cost.architecture import Architecture
    from layers.inference_cost.system import System

ONE = np.ones(1)


@dataclass(frozen=True)
class Run:
    """One measured rate and the ideal rate of its conditions, tokens per second and accelerator."""

    name: str
    key: Key
    role: str
    measured: float
    ideal: float
    batch: float

    @property
    def log_ratio(self) -> float:
        """Logarithm of measured over ideal."""
        return float(np.log(self.measured / self.ideal))


def measured_runs(
    table: pd.DataFrame, models: Mapping[str, Architecture], systems: Mapping[str, System]
) -> list[Run]:
    """Read the table `measured_throughput` and work out the ideal rate of every row.

    Rows of models or systems that are not (yet) known are left out.
    """
    rows = [row for row in table.to_dict("records") if row["model"] in models and row["system"] in systems]
    return [_run(row, models[row["model"]], systems[row["system"]]) for row in rows]


def key_of(model: Architecture, system: System, phase: str, series: str = "") -> Key:
    """Return what the efficiency of a model on a system depends on."""
    return Key(
        phase, system.generation, system.vendor, model.kind, model.mixture, model.model, system.name, series
    )


def _run(row: Mapping[Any, Any], model: Architecture, system: System) -> Run:
    group = Group(int(row["accelerators"]), row["layout"] == "tensor", bool(row["balanced"]))
    s = served(model, system, str(row["precision"]), group, float(row["kv_bytes"]))
    phase = str(row["phase"])
    if phase == "prefill":
        ideal, batch = prefill_rate(s, float(row["input_tokens"])), float("nan")
    else:
        work = _work(row)
        curve = decode_curve(s, work) if phase == "decode" else mixed_curve(s, work)
        rate, most = curve.at(ONE, None)
        share = 1.0 + work.input_tokens / work.output_tokens if row["unit"] == "input and output" else 1.0
        ideal, batch = float(rate[0]) * share, float(most[0])
    key = key_of(model, system, phase, str(row["series"]))
    return Run(str(row["run"]), key, str(row["role"]), float(row["measured"]), ideal, batch)


def _work(row: Mapping[Any, Any]) -> Work:
    read, written = float(row["input_tokens"]), float(row["output_tokens"])
    held = float(row["held_tokens"])
    most = float(row["batch"])
    return Work(
        input_tokens=read,
        output_tokens=written,
        held=read + written / 2.0 if np.isnan(held) else held,
        accepted=float(row["tokens_per_step"]),
        most=np.inf if np.isnan(most) else most,
    )
