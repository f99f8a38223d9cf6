"""USD per million output tokens with their input, by case and draw."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from layers.inference_cost.case import median_efficiency
from layers.inference_cost.money import Hour, accelerator_hour
from layers.inference_cost.normals import Normals, central
from layers.inference_cost.rates import decoding, prefilling

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from layers.inference_cost.case import Case
    from layers.inference_cost.roofline import Group

    Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Cost:
    """Cost of a million output tokens with their uncached input; arrays of (B,).

    Attributes
    ----------
    usd_per_mtok
        Hours times USD per hour.
    hours_per_mtok
        Accelerator hours paid for.
    hour : Hour
        USD per accelerator hour by part.
    decode, prefill
        Output and input tokens per second of an accelerator that writes, and of one that reads.
    batch
        Sequences per accelerator while writing.
    kwh_per_mtok
        Electricity with cooling.
    decode_group, prefill_group : Group
        Accelerators that hold one copy of the model.
    """

    usd_per_mtok: Floats
    hours_per_mtok: Floats
    hour: Hour
    decode: Floats
    prefill: Floats
    batch: Floats
    kwh_per_mtok: Floats
    decode_group: Group
    prefill_group: Group

    @property
    def electricity_share(self) -> Floats:
        """Electricity as a share of the cost of an hour."""
        return np.asarray(self.hour.electricity / self.hour.total)


@dataclass(frozen=True)
class Speeds:
    """What the physics of a case gives: tokens per second of an accelerator, (B,)."""

    decode: Floats
    prefill: Floats
    batch: Floats
    decode_group: Group
    prefill_group: Group


def speeds(case: Case, normals: Normals) -> Speeds:
    """Ideal rates times drawn efficiency; the largest batch is found again in every draw."""
    writing = median_efficiency(case)[1]
    group, curve = decoding(case.model, case.system, case.precision, case.work, case.latency, writing)
    found = case.software
    decode, batch = curve.at(found.drawn(found.decode, normals), case.latency)
    near, ideal = prefilling(case.model, case.system, case.precision, case.work.input_tokens)
    prefill = ideal * found.drawn(found.prefill, normals)
    return Speeds(decode, np.asarray(prefill), batch, group, near)


def hour(case: Case, normals: Normals) -> Hour:
    """USD per accelerator hour by part, (B,)."""
    drawn = {
        name: getattr(case, name).drawn(normals)
        for name in (
            "capex",
            "power",
            "load",
            "pue",
            "electricity",
            "construction",
            "operation",
            "it_life",
            "facility_life",
        )
    }
    return accelerator_hour(**drawn, rate=case.cost_of_capital.drawn(normals))


def cost(case: Case, normals: Normals | None = None, physics: Speeds | None = None) -> Cost:
    """Cost of a case.

    Parameters
    ----------
    case
        From `case.case` or `case.mixed`.
    normals
        Common random numbers; the central case without.
    physics
        Speeds that were worked out before with the same numbers.

    Notes
    -----
    hours per million tokens = (10^6 / decode + R (1 - cached) 10^6 / prefill) / 3600 / utilisation, R
    input tokens per output token; cost = hours x USD per hour.
    """
    normals = normals or central()
    found = physics or speeds(case, normals)
    hourly = hour(case, normals)
    uncached = case.work.input_tokens / case.work.output_tokens * (1.0 - case.cached.drawn(normals))
    seconds = 1e6 / found.decode + uncached * 1e6 / found.prefill
    hours = seconds / 3600.0 / case.utilisation.drawn(normals)
    power = case.power.drawn(normals) * case.load.drawn(normals) * case.pue.drawn(normals)
    shape = np.zeros(normals.size)
    return Cost(
        usd_per_mtok=hours * hourly.total + shape,
        hours_per_mtok=hours + shape,
        hour=Hour(*(part + shape for part in hourly)),
        decode=found.decode + shape,
        prefill=found.prefill + shape,
        batch=found.batch + shape,
        kwh_per_mtok=hours * power + shape,
        decode_group=found.decode_group,
        prefill_group=found.prefill_group,
    )
