"""Cost of a token by accelerator, and the accelerators an economy can buy: the simple form."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from layers.inference_cost import doubt
from layers.inference_cost.site import accelerator_hour

if TYPE_CHECKING:
    from datetime import date

    from numpy.typing import NDArray

    from layers.inference_cost.site import Money, Place

    Floats = NDArray[np.float64]

OPEN = "accel_frontier"
COMPARABLE = 0.3  # ln 1.35: contexts, batches and precisions of the measured rates differ
METRICS = {
    "capex": "purchase_cost_per_accelerator",
    "kw": "it_power_per_accelerator",
    "decode": "decode_tokens_per_second",
    "prefill": "prefill_tokens_per_second",
}


@dataclass(frozen=True)
class Machine:
    """One accelerator system with everything the simple cost needs; ranges are 5 and 95 % points."""

    name: str
    economy: str
    item: str
    capex: tuple[float, float, float]
    kw: float
    decode: tuple[float, float, float]
    prefill: tuple[float, float, float]
    date: pd.Timestamp
    published: pd.Timestamp
    source: str
    row: int


def machines(system_costs: pd.DataFrame) -> tuple[Machine, ...]:
    """Systems with purchase cost, power and measured decode and prefill rates, by name."""
    rows = system_costs[system_costs["used"] & system_costs["metric"].isin(METRICS.values())]
    built = [_machine(str(name), group) for name, group in rows.groupby("system", sort=True)]
    return tuple(m for m in built if m is not None)


def _machine(name: str, rows: pd.DataFrame) -> Machine | None:
    parts = {k: rows[rows["metric"] == m].sort_values("date") for k, m in METRICS.items()}
    if any(p.empty for p in parts.values()):
        return None
    cost, power = parts["capex"].iloc[-1], parts["kw"].iloc[-1]
    rate = parts["decode"].iloc[-1]
    value = float(cost["value"])
    low = value if pd.isna(cost["low"]) else float(cost["low"])
    high = value if pd.isna(cost["high"]) else float(cost["high"])
    return Machine(
        name=name,
        economy=str(rate["vendor_economy"]),
        item=str(rate["access_item"]),
        capex=(low, value, high),
        kw=float(power["value"]),
        decode=spread(parts["decode"]["value"].to_numpy(dtype=np.float64)),
        prefill=spread(parts["prefill"]["value"].to_numpy(dtype=np.float64)),
        date=max(p["date"].iloc[-1] for p in parts.values()),
        published=max(p["published"].iloc[-1] for p in parts.values()),
        source=str(rate["source"]),
        row=int(rate["row"]),
    )


def spread(rates: Floats) -> tuple[float, float, float]:
    """Slowest, geometric mean and fastest of published rates."""
    return float(rates.min()), float(np.exp(np.log(rates).mean())), float(rates.max())


def hours_per_mtok(decode: Floats | float, prefill: Floats | float, constants: Money) -> Floats:
    """Accelerator hours for a million output tokens with their uncached input.

    (10^6 / decode + R (1 - hit) 10^6 / prefill) / 3600, R input tokens per output token.
    """
    uncached = constants.input_tokens_per_output * (1.0 - constants.cached_input_share)
    seconds = 1e6 / np.asarray(decode) + uncached * 1e6 / np.asarray(prefill)
    return np.asarray(seconds / 3600.0)


def central_cost(machine: Machine, where: Place, constants: Money) -> float:
    """Return USD per million output tokens with their input at full use, at the given site.

    Hours per million tokens times USD per accelerator hour; `where` is electricity,
    construction cost and PUE. Utilisation is left out, as it is the same for all machines.
    """
    hour = accelerator_hour(machine.capex[1], machine.kw, where, constants)
    return float(hours_per_mtok(machine.decode[1], machine.prefill[1], constants) * hour)


def drawn_costs(fleet: tuple[Machine, ...], where: Place, constants: Money) -> Floats:
    """Costs as `central_cost` under draws of price, rates and comparability, (DRAWS, machines).

    Rates are drawn between the published ones; a log-normal factor per machine (sd ln 1.35)
    stands for contexts, batches and precisions that differ between the measurements.
    """
    rng = doubt.generator(2)
    capex = _ranges(rng, [m.capex for m in fleet])
    decode = _ranges(rng, [m.decode for m in fleet])
    prefill = _ranges(rng, [m.prefill for m in fleet])
    kw = np.array([m.kw for m in fleet])
    hour = accelerator_hour(capex, kw, where, constants)
    factor = np.exp(COMPARABLE * rng.standard_normal(capex.shape))
    return np.asarray(hours_per_mtok(decode, prefill, constants) * hour * factor)


def _ranges(rng: np.random.Generator, triples: list[tuple[float, float, float]]) -> Floats:
    low, mid, high = np.array(triples, dtype=np.float64).T
    return doubt.two_piece(rng, low, mid, high)


def access_value(
    access: pd.DataFrame, economy: str, supplier: str, item: str, on: date
) -> tuple[float, float, float]:
    """Return the share of an economy's demand that a supply may fill: low, value, high.

    1 for the home supply and where no rule is on record for the economy.
    """
    day = pd.Timestamp(on)
    rows = access[
        access["economy"].eq(economy)
        & access["supplier"].eq(supplier)
        & access["item"].eq(item)
        & (access["from"] <= day)
        & (access["to"].isna() | (access["to"] >= day))
    ]
    if economy == supplier or rows.empty:
        return 1.0, 1.0, 1.0
    row = rows.sort_values("from").iloc[-1]
    value = float(row["value"])
    low = value if pd.isna(row["low"]) else float(row["low"])
    high = value if pd.isna(row["high"]) else float(row["high"])
    return low, value, high


def shares(cost: Floats, reach: Floats, item: list[str]) -> Floats:
    """Share of demand that each machine fills, (B, machines); each row sums to 1.

    Classes fill demand in order of cost: the cheapest as much as access allows, the next its
    share of the rest, and so on. A class counts once, by its cheapest machine; what no class may
    fill goes to the dearest reached.

    Parameters
    ----------
    cost, reach
        Cost per token and access, (B, machines); some machine of each row has access 1.
    item
        Class of each machine.
    """
    names = sorted(set(item))
    group = np.array([names.index(i) for i in item])
    order = np.argsort(cost, axis=1, kind="stable")
    draw = np.arange(len(cost))
    rest = np.ones(len(cost))
    taken = np.zeros((len(cost), len(names)), dtype=bool)
    result = np.zeros_like(cost)
    last = order[:, 0].copy()
    for k in range(cost.shape[1]):
        machine = order[:, k]
        free = ~taken[draw, group[machine]] & (reach[draw, machine] > 0.0)
        part = np.where(free, rest * reach[draw, machine], 0.0)
        result[draw, machine] = part
        rest = rest - part
        taken[draw, group[machine]] |= free
        last = np.where(free, machine, last)
    result[draw, last] += rest
    return result


def paid(cost: Floats, filled: Floats) -> Floats:
    """Ratio of what is paid to the cheapest machine: 10 to the share-weighted mean log10 ratio, (B,)."""
    ratio = np.log10(cost / cost.min(axis=1, keepdims=True))
    return np.asarray(10.0 ** (filled * ratio).sum(axis=1))
