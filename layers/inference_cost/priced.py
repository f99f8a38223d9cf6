"""The indicators of the pillars price offered and competition: list prices at layer 1's capability."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from layers.inference_cost import doubt, rated
from layers.inference_cost import prices as market
from layers.inference_cost.gap import month_ends
from layers.inference_cost.value import Value

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    import pandas as pd
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

TIERS = {"price_ratio_tier_near": 10.0, "price_ratio_tier_mid": 20.0, "price_ratio_tier_far": 30.0}
OFFSETS = np.arange(-3.0, 4.0)  # a tier is integrated over three points to either side
FRONT_DEPTH = 40.0  # points below the frontier at which a model no longer counts
MONTHS = 12


@dataclass(frozen=True)
class Market:
    """The priced models with a capability on a day, central and in draws."""

    table: pd.DataFrame
    economies: tuple[str, ...]
    owner: NDArray[np.int64]
    frontier: float
    day: str
    left_out: int

    def drawn(self, stream: int) -> tuple[Floats, Floats]:
        """Draws of capability and price, (DRAWS, models).

        Capability: normal with layer 1's standard deviation, wider where it is predicted, one draw for
        all listings of a release. Price: between the catalogues.
        """
        rng = doubt.generator(stream)
        columns = [self.table[c].to_numpy(dtype=np.float64) for c in ("low", "price", "high")]
        capability, sd = (self.table[c].to_numpy(dtype=np.float64) for c in ("capability", "sd"))
        release, place = np.unique(self.table["release"].to_numpy(dtype=np.int64), return_inverse=True)
        shift = sd * rng.standard_normal((doubt.DRAWS, release.size))[:, place]
        return capability + shift, doubt.between(rng, columns[0], columns[1], columns[2])

    def central(self) -> tuple[Floats, Floats]:
        """Return capability and central price, (1, models)."""
        columns = [self.table[c].to_numpy(dtype=np.float64)[None, :] for c in ("capability", "price")]
        return columns[0], columns[1]

    def published(self) -> tuple[Floats, Floats]:
        """Return the same without the models whose capability is predicted, (1, models)."""
        capability, price = self.central()
        return np.where(self.table["basis"].to_numpy() == "published", capability, -np.inf), price


def market_on(prices: pd.DataFrame, releases: pd.DataFrame, models: pd.DataFrame, on: date) -> Market | None:
    """Return the market on a day, or None where no model has both a price and a capability.

    Parameters
    ----------
    prices, models
        The record tables.
    releases
        Layer 1's capability by release, fitted on all that is known at the state date.
    on
        The day, at or before the state date.
    """
    offered = market.offers(prices, on)
    table = rated.with_capability(offered, releases, models, on)
    if table.empty:
        return None
    economies = tuple(sorted(table["economy"].unique()))
    owner = np.array([economies.index(e) for e in table["economy"]], dtype=np.int64)
    seen = market.in_force(prices, on)["seen"].max().date()
    frontier = float(rated.released_by(releases, on)["capability"].max())
    return Market(table, economies, owner, frontier, seen.isoformat(), len(offered) - len(table))


def tier_values(m: Market, gap: float) -> list[Value]:
    """Ratio of each economy's cheapest price to the world's at `gap` points below the frontier.

    10 to the mean over the seven levels of the log10 ratio; 10 (the worst goalpost) stands in
    at a level the economy does not reach. Range: 5 and 95 % points over draws of the capability
    (with layer 1's error) and of the price between the catalogues, widened to the value that published
    capabilities alone give.
    """
    levels = m.frontier - gap + OFFSETS

    def ratio(capability: Floats, price: Floats) -> Floats:
        return np.asarray(10.0 ** market.log_ratio(market.cheapest_by(capability, price, m.owner, levels)))

    reached = market.cheapest_by(*m.central(), m.owner, levels)[0]
    values = _summarised(m, ratio, stream=int(gap), note=lambda e: _cheapest_note(m, e, gap))
    return [v for v, ok in zip(values, np.isfinite(reached).any(axis=0), strict=True) if ok]


def contested_values(m: Market) -> list[Value]:
    """Laboratories within twice the cheapest price at the mid tier, mean over its seven levels."""
    labs = sorted(set(zip(m.table["lab"], m.table["economy"], strict=True)))
    code = np.array(
        [labs.index(k) for k in zip(m.table["lab"], m.table["economy"], strict=True)], dtype=np.int64
    )
    owner = np.array([m.economies.index(e) for _, e in labs], dtype=np.int64)
    levels = m.frontier - TIERS["price_ratio_tier_mid"] + OFFSETS

    def count(capability: Floats, price: Floats) -> Floats:
        return market.within_twice(market.cheapest_by(capability, price, code, levels), owner)

    note = f"mid tier, {m.left_out} priced models without a capability left out"
    return _summarised(m, count, stream=4, note=lambda _: note)


def front_values(prices: pd.DataFrame, releases: pd.DataFrame, models: pd.DataFrame, on: date) -> list[Value]:
    """Share of the world price-capability front, mean over the last twelve month ends; range as above."""
    months = [market_on(prices, releases, models, day) for day in _last_months(on)]
    held = [m for m in months if m is not None]
    if not held:
        return []
    central: dict[str, list[float]] = {}
    alone: dict[str, list[float]] = {}
    drawn: dict[str, list[Floats]] = {}
    for k, m in enumerate(held):
        floor = m.frontier - FRONT_DEPTH
        one = market.front_share(*m.central(), m.owner, floor)[0]
        many = market.front_share(*m.drawn(100 + k), m.owner, floor)
        known = market.front_share(*m.published(), m.owner, floor)[0]
        for e, name in enumerate(m.economies):
            central.setdefault(name, []).append(float(one[e]))
            alone.setdefault(name, []).append(float(known[e]))
            drawn.setdefault(name, []).append(many[:, e])
    note = f"mean of {len(held)} month ends; {held[-1].left_out} priced models without a capability left out"
    out = []
    for name in sorted(central):
        value = sum(central[name]) / len(held)
        mean = np.asarray(np.sum(drawn[name], axis=0) / len(held))
        bounds = _reaching(doubt.bounds(mean, value), sum(alone[name]) / len(held))
        out.append(_value(held[-1], name, (value, *bounds), note))
    return out


def _last_months(on: date) -> list[date]:
    return month_ends(on.replace(year=on.year - 1, day=1), on)[-MONTHS:]


def _summarised(
    m: Market, measure: Callable[[Floats, Floats], Floats], stream: int, note: Callable[[str], str]
) -> list[Value]:
    central = measure(*m.central())[0]
    draws = measure(*m.drawn(stream))
    alone = measure(*m.published())[0]
    found = []
    for k, economy in enumerate(m.economies):
        value = float(central[k])
        bounds = _reaching(doubt.bounds(draws[:, k], value), float(alone[k]))
        found.append(_value(m, economy, (value, *bounds), note(economy)))
    return found


def _reaching(bounds: tuple[float, float], value: float) -> tuple[float, float]:
    """Widen a range to a value, where there is one."""
    return (min(bounds[0], value), max(bounds[1], value)) if np.isfinite(value) else bounds


def _value(m: Market, economy: str, triple: tuple[float, float, float], note: str) -> Value:
    rows = m.table[m.table["economy"] == economy]
    main = rows.iloc[0]
    return Value(
        economy,
        *triple,
        date=m.day,
        published=str(rows["published"].max().date()),
        source=str(main["source"]),
        file="prices.csv",
        row=int(main["row"]),
        note=note,
    )


def _cheapest_note(m: Market, economy: str, gap: float) -> str:
    able = m.table[m.table["capability"] >= m.frontier - gap]
    mine = able[able["economy"] == economy]
    own = "nothing" if mine.empty else _priced_name(mine.iloc[0])
    world = "nothing" if able.empty else _priced_name(able.iloc[0])
    level = f"at index {m.frontier - gap:.1f}"
    return f"{own} against {world} {level}; {m.left_out} priced models without a capability left out"


def _priced_name(offer: pd.Series) -> str:
    return f"{offer['model']} ({offer['price']:.3g} USD, {offer['basis']} {offer['capability']:.1f})"
