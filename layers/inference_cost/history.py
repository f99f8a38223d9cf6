"""Prices at equal capability over time: curves, the ratio of a pair by tier, and the fall per year."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from indicators.period import month_ends
from layers.inference_cost import curve
from layers.inference_cost.market import OFFSETS, TIERS, market_on

if TYPE_CHECKING:
    from datetime import date

    from numpy.typing import NDArray

    from indicators.facts import Facts
    from layers.inference_cost.market import Market

    Floats = NDArray[np.float64]

DEPTH: Final = 45
"""Points below the frontier down to which the curve is drawn."""
LEAST: Final = 0.9
"""Share of the draws in which both must be on sale for their ratio to be told."""
YEAR: Final = 365.25
KINDS: Final = ("tokens", "work")
"""List price of a token; the same for the tokens that a task takes."""


@dataclass(frozen=True)
class Ratio:
    """Cheapest price of one economy over that of another at a tier, with 5 and 95 % points."""

    date: date
    tier: str
    kind: str
    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Fall:
    """Factor by which the cheapest price at a level held fixed falls in a year, with 5 and 95 % points."""

    tier: str
    seller: str
    value: float
    low: float
    high: float
    since: date
    dates: int


@dataclass(frozen=True)
class Step:
    """Cheapest chat price of a million tokens at some points below the frontier, with 5 and 95 % points."""

    economy: str
    below: int
    level: float
    price: float
    low: float
    high: float


def days(facts: Facts) -> list[date]:
    """Month ends from the first dated price to the state date."""
    prices = facts.table("prices")
    if prices.empty or prices["valid_from"].min().date() > facts.date:
        return []
    return month_ends(prices["valid_from"].min().date(), facts.date)


def ratios(facts: Facts, on: date, a: str, b: str) -> list[Ratio]:
    """Ratio of a pair at every tier on a day, per token and per piece of work; tiers both sell at.

    Geometric mean over the levels both reach; left out where one of them offers nothing in a tenth of the
    draws.
    """
    m = market_on(facts, on)
    places = (m.place(a), m.place(b)) if m else (None, None)
    if m is None or places[0] is None or places[1] is None:
        return []
    sides = np.where(
        m.owner == places[0], 0, np.where(m.owner == places[1], 1, -1)
    )  # the others are not asked
    found = []
    for tier, gap in TIERS.items():
        for kind in KINDS:
            drawn = curve.pair_ratio(m.tier(gap, getattr(m, kind), sides), 0, 1)
            told = drawn[np.isfinite(drawn)]
            if told.size >= LEAST * drawn.size:
                low, value, high = np.quantile(told, [0.05, 0.5, 0.95])
                found.append(Ratio(on, tier, kind, float(value), float(low), float(high)))
    return found


def ratio_history(facts: Facts, a: str, b: str) -> list[Ratio]:
    """`ratios` at every month end."""
    return [ratio for day in days(facts) for ratio in ratios(facts, day, a, b)]


def steps(m: Market) -> list[Step]:
    """Cheapest chat price of a million tokens of each economy, at each point below the frontier."""
    below = np.arange(DEPTH + 1)
    cheapest = curve.cheapest_by(m.ability, m.chat, m.owner, m.frontier[:, None] - below, m.order)
    found = []
    for k, economy in enumerate(m.economies):
        for point in below:
            drawn = cheapest[:, point, k]
            if np.isfinite(drawn).mean() >= LEAST:
                low, price, high = np.quantile(drawn, [0.05, 0.5, 0.95], method="lower")
                level = m.central_frontier - float(point)
                found.append(Step(economy, int(point), level, float(price), float(low), float(high)))
    return found


def falls(facts: Facts, sellers: tuple[str, ...]) -> list[Fall]:
    """How fast the cheapest list price of a token falls at a level held fixed, by tier.

    The level is the tier's on the state date; its price is followed at month ends from the first one at which
    it was on sale; the fall is the least-squares slope of ln price, mean over the seven levels.

    Parameters
    ----------
    facts
        The facts.
    sellers
        Economies; the world is added.
    """
    markets = [(day, found) for day in days(facts) if (found := market_on(facts, day)) is not None]
    if not markets:
        return []
    last = markets[-1][1]
    years = np.array([(day - markets[0][0]).days / YEAR for day, _ in markets])
    made = []
    for tier, gap in TIERS.items():
        levels = last.frontier[:, None] - gap + OFFSETS
        paths = np.stack([_sold(m, levels, sellers) for _, m in markets], axis=1)
        for k, seller in enumerate((*sellers, "world")):
            drawn = curve.fall_per_year(paths[..., k], years)
            told = drawn[np.isfinite(drawn)]
            if told.size >= LEAST * drawn.size:
                on_sale = np.isfinite(paths[..., k]).any(axis=2).mean(axis=0) >= 1.0 - LEAST
                first = int(np.argmax(on_sale))
                low, value, high = (float(x) for x in np.quantile(told, [0.05, 0.5, 0.95]))
                made.append(Fall(tier, seller, value, low, high, markets[first][0], int(on_sale.sum())))
    return made


def falls_drawn(facts: Facts, on: date, tier: str, sellers: tuple[str, ...], rows: int) -> Floats | None:
    """Draw how fast the cheapest list price of each seller falls at a level held fixed, (rows, sellers).

    As `falls`, told on a day from the months before it: the factor by which the price falls in a year, NaN
    where a draw does not tell it; None where there are fewer than two months with prices.

    Parameters
    ----------
    facts
        The facts.
    on
        The day, a month end or the state date; the level is the tier's on it.
    tier
        One of `TIERS`.
    sellers
        Economies.
    rows
        How many of the joint draws.
    """
    known = [day for day in days(facts) if day <= on]
    markets = [(day, found) for day in known if (found := market_on(facts, day)) is not None]
    if len(markets) < 2:
        return None
    levels = markets[-1][1].frontier[:rows, None] - TIERS[tier] + OFFSETS
    years = np.array([(day - markets[0][0]).days / YEAR for day, _ in markets])
    paths = np.stack([_sold(m, levels, sellers, rows) for _, m in markets], axis=1)
    drawn = [curve.fall_per_year(paths[..., k], years) for k in range(len(sellers))]
    return np.stack(drawn, axis=1)


def _sold(m: Market, levels: Floats, sellers: tuple[str, ...], rows: int | None = None) -> Floats:
    """Cheapest price of a token of some economies and of the world, (P, levels, sellers + 1)."""
    cheapest = curve.cheapest_by(m.ability[:rows], m.tokens[:rows], m.owner, levels, m.order[:rows])
    nothing = np.full(cheapest.shape[:2], np.inf)
    columns = []
    for seller in sellers:
        place = m.place(seller)
        columns.append(nothing if place is None else cheapest[:, :, place])
    return np.stack([*columns, cheapest.min(axis=2)], axis=2)
