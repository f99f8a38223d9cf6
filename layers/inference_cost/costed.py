"""The indicators of the pillar cost to produce, from the tables sites, system_costs and access."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from indicators.interval import Z95
from layers.inference_cost import doubt, token_cost
from layers.inference_cost.site import Money, Place, accelerator_hour, central_sites, mean_site, money, pue
from layers.inference_cost.value import Value

if TYPE_CHECKING:
    from datetime import date

    import pandas as pd
    from numpy.typing import NDArray

    from layers.inference_cost.token_cost import Machine

    Floats = NDArray[np.float64]

REFERENCE = "GB200 NVL72"  # the same machine at every site
LEAST_PUE = 1.02  # below any published fleet
PUE_DOUBT = 0.1  # the temperature model against surveys (China 1.49 in 2021, Google 1.10 in 2024)


def site_values(sites: pd.DataFrame, system_costs: pd.DataFrame) -> list[Value]:
    """Cost of an hour of the same machine at each site, over the cheapest site.

    Electricity, PUE by temperature and building cost differ; machine, life times, cost of
    capital and operation are the same. Range: draws of the electricity price and building cost
    within their ranges, PUE by 0.1 and one common cost of capital.
    """
    constants = money(system_costs)
    table = central_sites(sites)
    fleet = {m.name: m for m in token_cost.machines(system_costs)}
    if constants is None or table.empty or REFERENCE not in fleet:
        return []
    machine = fleet[REFERENCE]
    overhead = pue(_column(table, "temperature"), constants)
    capex, kw = machine.capex[1], machine.kw
    place = Place(_column(table, "electricity"), _column(table, "construction"), overhead)
    central = accelerator_hour(capex, kw, place, constants)
    cheapest = int(central.argmin())
    drawn = _site_draws(table, machine, constants, overhead)
    ratio = np.maximum(drawn / drawn[:, [cheapest]], 1.0)
    out = []
    for k, economy in enumerate(table.index):
        value = float(central[k] / central[cheapest])
        low, high = doubt.bounds(ratio[:, k], value)
        note = f"{central[k]:.3f} USD per hour against {central[cheapest]:.3f} in {table.index[cheapest]}"
        row = int(table["electricity_row"].iloc[k])
        out.append(_cost_value(str(economy), (value, low, high), ("sites.csv", row, _newest(sites)), note))
    return out


def _site_draws(table: pd.DataFrame, machine: Machine, constants: Money, overhead: Floats) -> Floats:
    rng = doubt.generator(3)
    parts = [
        doubt.two_piece(
            rng, _column(table, f"{name}_low"), _column(table, name), _column(table, f"{name}_high")
        )
        for name in ("electricity", "construction")
    ]
    shifted = overhead + PUE_DOUBT * rng.standard_normal((doubt.DRAWS, len(table))) / Z95
    ends = (constants.cost_of_capital_low, constants.cost_of_capital, constants.cost_of_capital_high)
    low, mid, high = np.array(ends)[:, None]
    rate = doubt.between(rng, low, mid, high)
    place = Place(parts[0], parts[1], np.maximum(shifted, LEAST_PUE))
    return accelerator_hour(machine.capex[1], machine.kw, place, constants, rate)


def hardware_values(tables: dict[str, pd.DataFrame], economies: tuple[str, ...], on: date) -> list[Value]:
    """Compare what an economy pays for a token on the machines it may buy with the cheapest machine.

    World-mean site for all. Demand is filled in order of cost by what the table `access` allows
    (see `token_cost.shares`); an economy without a rule buys the best.
    """
    fleet, where, constants = _setting(tables)
    if constants is None or not any(m.item == token_cost.OPEN for m in fleet):
        return []
    central = np.array([[token_cost.central_cost(m, where, constants) for m in fleet]])
    drawn = token_cost.drawn_costs(fleet, where, constants)
    item = [f"{m.economy}:{m.item}" for m in fleet]
    out = []
    for k, economy in enumerate(economies):
        reach = [token_cost.access_value(tables["access"], economy, m.economy, m.item, on) for m in fleet]
        low, mid, high = np.array(reach).T
        filled = token_cost.shares(central, mid[None, :], item)
        value = float(token_cost.paid(central, filled)[0])
        drawn_reach = _by_class(doubt.between(doubt.generator(200 + k), low, mid, high), item)
        draws = token_cost.paid(drawn, token_cost.shares(drawn, drawn_reach, item))
        parts = [f"{m.name} {s:.0%}" for m, s in zip(fleet, filled[0], strict=True) if s > 0.0]
        main = fleet[int(filled[0].argmax())]
        triple = (value, *doubt.bounds(draws, value))
        out.append(_cost_value(economy, triple, _anchor(main, on), "demand filled by " + ", ".join(parts)))
    return out


def own_stack_values(tables: dict[str, pd.DataFrame], on: date) -> list[Value]:
    """Cost of a token on the best machine designed at home, over the cheapest machine."""
    fleet, where, constants = _setting(tables)
    if constants is None or not any(m.item == token_cost.OPEN for m in fleet):
        return []
    central = np.array([token_cost.central_cost(m, where, constants) for m in fleet])
    drawn = token_cost.drawn_costs(fleet, where, constants)
    out = []
    for economy in sorted({m.economy for m in fleet}):
        own = [k for k, m in enumerate(fleet) if m.economy == economy]
        best = own[int(central[own].argmin())]
        value = float(central[best] / central.min())
        draws = drawn[:, own].min(axis=1) / drawn.min(axis=1)
        note = f"{fleet[best].name} at {central[best]:.3f}, best {central.min():.3f} USD per million tokens"
        triple = (value, *doubt.bounds(draws, value))
        out.append(_cost_value(economy, triple, _anchor(fleet[best], on), note))
    return out


def _setting(
    tables: dict[str, pd.DataFrame],
) -> tuple[tuple[Machine, ...], Place, Money | None]:
    constants = money(tables["system_costs"])
    sites = central_sites(tables["sites"])
    if constants is None or sites.empty:
        return (), Place(0.0, 0.0, 0.0), None
    return token_cost.machines(tables["system_costs"]), mean_site(sites, constants), constants


def _by_class(draws: Floats, item: list[str]) -> Floats:
    """One draw of access per class: every machine of a class takes the draw of its first."""
    return np.asarray(draws[:, [item.index(name) for name in item]])


def _anchor(machine: Machine, on: date) -> tuple[str, int, tuple[str, str, str]]:
    day = min(machine.date.date(), on)
    return "system_costs.csv", machine.row, (day.isoformat(), str(machine.published.date()), machine.source)


def _newest(sites: pd.DataFrame) -> tuple[str, str, str]:
    rows = sites[sites["role"] == "central"]
    prices = rows[rows["quantity"] == "datacentre_construction_cost"]
    last = prices.sort_values("date").iloc[-1]
    return str(last["date"].date()), str(rows["published"].max().date()), str(last["source"])


def _cost_value(
    economy: str,
    triple: tuple[float, float, float],
    where: tuple[str, int, tuple[str, str, str]],
    note: str,
) -> Value:
    file, row, (day, published, source) = where
    return Value(economy, *triple, day, published, source, file, row, note)


def _column(table: pd.DataFrame, name: str) -> Floats:
    return table[name].to_numpy(dtype=np.float64)
