"""The indicators of the pillars price offered and competition: list prices at layer 1's capability."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from indicators.period import month_ends
from layers.inference_cost import curve
from layers.inference_cost.market import TIERS, market_on
from layers.inference_cost.value import Value
from layers.layer import ROWS, Posterior

if TYPE_CHECKING:
    from datetime import date

    import pandas as pd
    from numpy.typing import NDArray

    from indicators.facts import Facts
    from layers.inference_cost.market import Market

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

FRONT_DEPTH: Final = 40.0
"""Points below the frontier at which a model no longer counts."""
MONTHS: Final = 12
FAMILY: Final = "capability"
SELDOM: Final = 0.05
"""An economy that reaches a tier in no more of the draws offers nothing there."""


def price_indicators(facts: Facts) -> tuple[dict[str, list[Value]], Posterior | None]:
    """Values by indicator code, and their joint draws.

    Every value is the median over the rows of the capability posterior, its range their 5 and 95 % points; in
    a row go together the capability of all models, the place of each price between the catalogues, one
    workload and the tokens that each family spends on a task.
    """
    now = market_on(facts, facts.date)
    if now is None:
        return {}, None
    drawn = {f"price_ratio_tier_{name}": tier_draws(now, gap) for name, gap in TIERS.items()}
    drawn["labs_within_2x_of_cheapest"] = rival_draws(now)
    fronts, held = front_draws(facts, now)
    drawn["price_front_share"] = fronts
    notes = {f"price_ratio_tier_{name}": _tier_note(now, gap) for name, gap in TIERS.items()}
    notes["price_front_share"] = {e: f"mean of {held} month ends; {_left_out(now)}" for e in now.economies}
    notes["labs_within_2x_of_cheapest"] = {e: f"mid tier; {_left_out(now)}" for e in now.economies}
    values = {code: _values(now, found, notes[code]) for code, found in drawn.items()}
    joint = Posterior(FAMILY, tuple(drawn), now.economies, np.stack(list(drawn.values()), axis=1))
    return values, joint


def tier_draws(m: Market, gap: float) -> Floats:
    """Ratio of each economy's cheapest price of work to the world's at a tier, (P, economies).

    10 to the mean over the seven levels of the log10 ratio; 10 (the worst goalpost) stands in at a level that
    the economy does not reach. NaN, absent, for an economy that reaches none in nineteen draws of twenty.
    """
    return ratio_of(m.tier(gap, m.work))


def ratio_of(cheapest: Floats) -> Floats:
    """Ratio of each economy's cheapest price to the world's, from those at seven levels; see `tier_draws`."""
    reached = np.isfinite(cheapest).any(axis=1).mean(axis=0) > SELDOM
    return np.where(reached, 10.0 ** curve.log_ratio(cheapest), np.nan)


def rival_draws(m: Market) -> Floats:
    """Laboratories within twice the cheapest price of work at the mid tier, (P, economies)."""
    code, owner = laboratories(m)
    return curve.within_twice(m.tier(TIERS["mid"], m.work, code), owner)


def laboratories(m: Market) -> tuple[Ints, Ints]:
    """Laboratory of each offer, (m,), and the economy of each laboratory."""
    keys = list(zip(m.table["lab"], m.table["economy"], strict=True))
    labs = sorted(set(keys))
    code = np.array([labs.index(key) for key in keys], dtype=np.int64)
    owner = np.array([m.economies.index(economy) for _, economy in labs], dtype=np.int64)
    return code, owner


def front_draws(facts: Facts, now: Market) -> tuple[Floats, int]:
    """Share of the world's front in price of work and capability, mean of twelve month ends, (P, economies).

    Returns the number of month ends with prices too.
    """
    markets = [found for day in last_months(facts.date) if (found := market_on(facts, day)) is not None]
    total = np.zeros((ROWS, len(now.economies)))
    for m in markets:
        floor = (m.frontier - FRONT_DEPTH)[:, None]
        listing = np.unique(m.table["listing"].to_numpy(dtype=str), return_inverse=True)[1]
        share = curve.front_share(m.ability, m.work, listing, m.owner, floor)
        for k, economy in enumerate(m.economies):
            place = now.place(economy)
            if place is not None:
                total[:, place] += share[:, k]
    return total / max(len(markets), 1), len(markets)


def last_months(on: date) -> list[date]:
    """Return the last twelve month ends, the day itself standing for its month."""
    start = on.replace(year=on.year - 1, day=1)
    return month_ends(start, on)[-MONTHS:]


def _values(m: Market, drawn: Floats, notes: dict[str, str]) -> list[Value]:
    found = []
    for k, economy in enumerate(m.economies):
        if np.isfinite(drawn[:, k]).all():
            low, value, high = np.quantile(drawn[:, k], [0.05, 0.5, 0.95])
            found.append(_value(m, economy, (float(value), float(low), float(high)), notes[economy]))
    return found


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


def _tier_note(m: Market, gap: float) -> dict[str, str]:
    """Name the cheapest model of each economy and of the world at a tier, by central figures."""
    able = m.table[m.table["centre"] >= m.central_frontier - gap].sort_values("work", kind="stable")
    world = "nothing" if able.empty else _priced_name(able.iloc[0])
    notes = {}
    for economy in m.economies:
        mine = able[able["economy"] == economy]
        own = "nothing" if mine.empty else _priced_name(mine.iloc[0])
        level = f"at index {m.central_frontier - gap:.1f}"
        notes[economy] = f"{own} against {world} {level}, by central figures; {_left_out(m)}"
    return notes


def _left_out(m: Market) -> str:
    return f"{m.left_out} priced models without a capability left out"


def _priced_name(offer: pd.Series) -> str:
    return f"{offer['model']} ({offer['price']:.3g} USD a million tokens, index {offer['centre']:.1f})"
