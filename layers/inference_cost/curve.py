"""Prices at equal capability: cheapest offers, ratios and fronts, on arrays with a leading axis of draws."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

ABSENT = 1.0  # log10 ratio of an economy that offers nothing at a level: the worst goalpost


def cheapest_by(
    ability: Floats, price: Floats, code: Ints, level: Floats, order: Ints | None = None
) -> Floats:
    """Cheapest price at or above each capability level, by group.

    Parameters
    ----------
    ability, price
        Draws by offers, (B, m).
    code
        Group of each offer, (m,), 0 .. groups - 1; -1 for what is in none.
    level
        Capability levels, (L,) or (B, L).
    order
        What `ablest_first` gives, where it is known already.

    Returns
    -------
    numpy.ndarray
        (B, L, groups); infinite where a group offers nothing at the level.
    """
    levels = np.broadcast_to(level, (len(ability), np.shape(level)[-1]))
    order = ablest_first(ability) if order is None else order
    sorted_ability = np.take_along_axis(ability, order, axis=1)
    sorted_price = np.take_along_axis(price, order, axis=1)
    owner = code[order]
    able = (sorted_ability[:, None, :] >= levels[:, :, None]).sum(axis=2)
    start = np.full((len(ability), 1), np.inf)
    groups = []
    for group in range(int(code.max()) + 1):
        own = np.where(owner == group, sorted_price, np.inf)
        running = np.hstack([start, np.minimum.accumulate(own, axis=1)])
        groups.append(np.take_along_axis(running, able, axis=1))
    return np.stack(groups, axis=2)


def ablest_first(ability: Floats) -> Ints:
    """Places of the offers in the order of their capability, the highest first, in every draw, (B, m)."""
    return np.argsort(-ability, axis=1, kind="stable")


def log_ratio(cheapest: Floats) -> Floats:
    """log10 of each group's cheapest price over the cheapest of all, mean over the levels.

    A group without an offer at a level, or with a dearer one, counts `ABSENT` there: an offer is never worse
    than none. Levels nobody reaches do not count.
    (B, L, groups) -> (B, groups).
    """
    best = cheapest.min(axis=2, keepdims=True)
    with np.errstate(invalid="ignore"):
        ratio = np.where(np.isfinite(cheapest), np.minimum(np.log10(cheapest / best), ABSENT), ABSENT)
    reached = np.isfinite(best)
    total = np.where(reached, ratio, 0.0).sum(axis=1)
    return np.asarray(total / np.maximum(reached.sum(axis=1), 1))


def pair_ratio(cheapest: Floats, a: int, b: int) -> Floats:
    """Cheapest price of one group over that of another, geometric mean over the levels both reach, (B,).

    NaN where there is no such level.
    """
    both = np.isfinite(cheapest[:, :, a]) & np.isfinite(cheapest[:, :, b])
    logs = np.zeros(both.shape)
    np.divide(cheapest[:, :, a], cheapest[:, :, b], out=logs, where=both)
    np.log(logs, out=logs, where=both)
    count = both.sum(axis=1)
    mean = np.where(both, logs, 0.0).sum(axis=1) / np.maximum(count, 1)
    return np.where(count > 0, np.exp(mean), np.nan)


def within_twice(cheapest: Floats, owner: Ints) -> Floats:
    """Laboratories within twice the cheapest price, by economy, mean over the levels.

    (B, L, laboratories) and the economy of each laboratory -> (B, economies).
    """
    best = cheapest.min(axis=2, keepdims=True)
    near = np.isfinite(cheapest) & (cheapest <= 2.0 * best)
    counts = [near[:, :, owner == e].sum(axis=2) for e in range(int(owner.max()) + 1)]
    return np.asarray(np.stack(counts, axis=2).mean(axis=1))


def on_front(ability: Floats, price: Floats) -> NDArray[np.bool_]:
    """Offers that no other beats: none at least as capable is cheaper, none as cheap is abler.

    (B, m) -> (B, m). Equal offers stand on the front together. In order of price, the abler first, an
    offer is on the front if it is abler than all before it, or equal to one that is.
    """
    order = np.lexsort((-ability, price), axis=-1)
    able, cost = (np.take_along_axis(x, order, axis=-1) for x in (ability, price))
    before = np.full_like(able, -np.inf)
    before[:, 1:] = np.maximum.accumulate(able, axis=-1)[:, :-1]
    first = np.tile(np.arange(able.shape[-1]), (len(able), 1))
    first[:, 1:][(able[:, 1:] == able[:, :-1]) & (cost[:, 1:] == cost[:, :-1])] = 0
    ahead = np.take_along_axis(able > before, np.maximum.accumulate(first, axis=-1), axis=-1)
    front = np.empty_like(ahead)
    np.put_along_axis(front, order, ahead, axis=-1)
    return front


def front_share(ability: Floats, price: Floats, listing: Ints, code: Ints, floor: Floats | float) -> Floats:
    """Share of the listings on the price-capability front held by each group, (B, groups).

    A listing is on the front where any of its offers is. Only offers at or above the capability `floor`, a
    number or (B, 1), are points.

    Parameters
    ----------
    ability, price
        (B, m).
    listing
        Listing of each offer, 0 .. listings - 1, (m,).
    code
        Group of each offer, (m,).
    floor
        Least capability.
    """
    front = on_front(ability, price) & (ability >= floor)
    order = np.argsort(listing, kind="stable")
    first = np.flatnonzero(np.r_[True, np.diff(listing[order]) > 0])
    held = np.logical_or.reduceat(front[:, order], first, axis=1)
    owner = code[order][first]
    counts = [held[:, owner == g].sum(axis=1) for g in range(int(code.max()) + 1)]
    return np.asarray(np.stack(counts, axis=1) / np.maximum(held.sum(axis=1), 1)[:, None])


def fall_per_year(price: Floats, years: Floats) -> Floats:
    """Factor by which a price falls in a year: e to the minus of the least-squares slope of ln price.

    Parameters
    ----------
    price
        (B, dates, L), USD; infinite or NaN where nothing was on sale.
    years
        (dates,).

    Returns
    -------
    numpy.ndarray
        (B,): the mean slope over the levels with prices at three dates or more, as a factor; NaN without one.
    """
    held = np.isfinite(price) & (price > 0.0)
    logs = np.log(np.where(held, price, 1.0))
    count = held.sum(axis=1)
    t = np.where(held, years[None, :, None], 0.0)
    mean_t = t.sum(axis=1) / np.maximum(count, 1)
    mean_y = (logs * held).sum(axis=1) / np.maximum(count, 1)
    off = np.where(held, years[None, :, None] - mean_t[:, None, :], 0.0)
    spread = (off**2).sum(axis=1)
    good = (count >= FEWEST_DATES) & (spread > 0.0)
    slope = np.where(good, (off * (logs - mean_y[:, None, :])).sum(axis=1) / np.where(good, spread, 1.0), 0.0)
    levels = good.sum(axis=1)
    return np.where(levels > 0, np.exp(-slope.sum(axis=1) / np.maximum(levels, 1)), np.nan)


FEWEST_DATES = 3
