"""What the site adds to the cost of an accelerator hour."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

HOURS = 8766.0  # hours in a mean year
QUANTITIES = {
    "electricity": "industrial_electricity_price",
    "construction": "datacentre_construction_cost",
    "temperature": "warmest_month_temperature",
}


@dataclass(frozen=True)
class Money:
    """Constants of the money formula, read from the rows `all` of the table system_costs."""

    cost_of_capital: float
    cost_of_capital_low: float
    cost_of_capital_high: float
    it_life: float
    facility_life: float
    power_drawn_share: float
    operation_per_kw_hour: float
    pue_base: float
    pue_per_degree: float
    pue_free_temperature: float
    input_tokens_per_output: float
    cached_input_share: float


class Place(NamedTuple):
    """What a site decides: USD per kWh, USD per watt of IT load, power usage effectiveness."""

    electricity: Floats | float
    construction: Floats | float
    overhead: Floats | float


def money(system_costs: pd.DataFrame) -> Money | None:
    """Return the newest value of every constant, or None where one is not known yet."""
    rows = system_costs[system_costs["system"].eq("all") & system_costs["used"]].sort_values("date")
    newest = rows.drop_duplicates("metric", keep="last").set_index("metric")
    known = {str(name): float(value) for name, value in newest["value"].items()}
    for end in ("low", "high"):
        known |= {f"{name}_{end}": float(value) for name, value in newest[end].dropna().items()}
    names = [f.name for f in fields(Money)]
    return Money(**{name: known[name] for name in names}) if set(names) <= set(known) else None


def pue(temperature: Floats, constants: Money) -> Floats:
    """Power usage effectiveness: 1.08 + 0.015 per degree of the warmest month above 15."""
    above = np.maximum(temperature - constants.pue_free_temperature, 0.0)
    return np.asarray(constants.pue_base + constants.pue_per_degree * above)


def annuity(rate: Floats | float, years: Floats | float) -> Floats:
    """Yearly payment for one unit of capital: r / (1 - (1 + r)^-n)."""
    rate = np.asarray(rate, dtype=np.float64)
    return np.asarray(rate / (1.0 - (1.0 + rate) ** -np.asarray(years, dtype=np.float64)))


def accelerator_hour(
    capex: Floats | float,
    kw: Floats | float,
    place: Place,
    constants: Money,
    rate: Floats | float | None = None,
) -> Floats:
    """USD per accelerator hour, owned.

    [capex A(r, n_IT) + c_fac 1000 kW A(r, n_fac)] / 8766 + kW load PUE p_el + kW opex.

    Parameters
    ----------
    capex
        Purchase cost per accelerator with its share of host and network, USD.
    kw
        Rated power per accelerator, kW of IT load.
    place
        Electricity, construction and power usage effectiveness of the site.
    constants
        Life times, share of rated power drawn, operation.
    rate
        Cost of capital, per year; that of `constants` if left out.
    """
    r = constants.cost_of_capital if rate is None else rate
    machines = np.asarray(capex) * annuity(r, constants.it_life)
    building = np.asarray(place.construction) * 1000.0 * kw * annuity(r, constants.facility_life)
    power = kw * constants.power_drawn_share * np.asarray(place.overhead) * np.asarray(place.electricity)
    return np.asarray((machines + building) / HOURS + power + kw * constants.operation_per_kw_hour)


def central_sites(sites: pd.DataFrame) -> pd.DataFrame:
    """One row per economy that has all three quantities, from the central rows.

    Columns electricity, construction, temperature with `_low` and `_high`, and `row` (the
    electricity row); index economy, sorted.
    """
    rows = sites[sites["role"] == "central"].sort_values("date")
    parts = []
    for name, quantity in QUANTITIES.items():
        part = rows[rows["quantity"] == quantity].drop_duplicates("economy", keep="last")
        part = part.set_index("economy")[["value", "low", "high", "row"]]
        part.columns = pd.Index([name, f"{name}_low", f"{name}_high", f"{name}_row"])
        parts.append(part)
    return pd.concat(parts, axis=1, join="inner").sort_index()


def mean_site(table: pd.DataFrame, constants: Money) -> Place:
    """Return the mean site over the economies held: each quantity averaged by itself."""
    overhead = pue(table["temperature"].to_numpy(dtype=np.float64), constants)
    return Place(
        float(table["electricity"].mean()), float(table["construction"].mean()), float(overhead.mean())
    )
