"""Gaps to the frontier, depth by laboratory and lag: pure functions, the last axis being the release."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

HALF_WEIGHT_POINTS = 8.0
LABS_IN_DEPTH = 3
DAYS_PER_MONTH = 365.25 / 12.0


def best(capability: ArrayLike, member: ArrayLike) -> Floats:
    """Return the highest capability among the members, -inf where there is none.

    Parameters
    ----------
    capability
        Shape (..., n).
    member
        Shape (n,), true for the releases that count.

    Returns
    -------
    numpy.ndarray
        Shape (...).
    """
    chosen = np.asarray(capability, dtype=np.float64)[..., np.asarray(member, dtype=bool)]
    return np.asarray(np.max(chosen, axis=-1, initial=-np.inf), dtype=np.float64)


def gap(capability: ArrayLike, member: ArrayLike) -> Floats:
    """Return best of the members less best of all, zero or below."""
    everyone = np.ones(np.asarray(member).size, dtype=bool)
    return best(capability, member) - best(capability, everyone)


def lab_gaps(capability: ArrayLike, labs: ArrayLike, member: ArrayLike) -> Floats:
    """Return the gap of each member laboratory to the world frontier.

    Parameters
    ----------
    capability
        Shape (..., n).
    labs
        Laboratory of each release, shape (n,).
    member
        Releases of the economy, shape (n,).

    Returns
    -------
    numpy.ndarray
        Shape (..., k), laboratories in alphabetical order.
    """
    names = np.asarray(labs, dtype=str)
    inside = np.asarray(member, dtype=bool)
    world = best(capability, np.ones(names.size, dtype=bool))
    columns = [best(capability, inside & (names == lab)) - world for lab in np.unique(names[inside])]
    return np.stack(columns, axis=-1)


def depth(gaps: ArrayLike, worst: float) -> Floats:
    """Return the mean gap of the three best laboratories, each held at `worst`; a lacking one counts `worst`.

    depth = (1/3) sum_{i=1..3} max(gap_(i), worst), gap_(1) >= gap_(2) >= ...

    Parameters
    ----------
    gaps
        Shape (..., k), k laboratories.
    worst
        The worst goalpost, so that a very weak laboratory never counts less than none.
    """
    held = np.maximum(np.asarray(gaps, dtype=np.float64), worst)
    top = -np.sort(-held, axis=-1)[..., :LABS_IN_DEPTH]
    lacking = LABS_IN_DEPTH - top.shape[-1]
    return np.asarray((top.sum(axis=-1) + lacking * worst) / LABS_IN_DEPTH, dtype=np.float64)


def effective_labs(gaps: ArrayLike) -> Floats:
    """Return sum over laboratories of 2^(gap / 8): 1 for one at the frontier, 1/2 for one 8 points behind."""
    halvings = np.asarray(gaps, dtype=np.float64) / HALF_WEIGHT_POINTS
    return np.asarray(np.exp2(halvings).sum(axis=-1), dtype=np.float64)


def running_best(capability: ArrayLike, day: ArrayLike, member: ArrayLike, at: ArrayLike) -> Floats:
    """Return the frontier on each of some days: the best of what the members had released by then.

    Parameters
    ----------
    capability
        Shape (..., n).
    day
        Release day of each release, shape (n,).
    member
        Releases that count, shape (n,).
    at
        Days in rising order, shape (t,).

    Returns
    -------
    numpy.ndarray
        Shape (..., t), -inf before the first release.
    """
    inside = np.asarray(member, dtype=bool)
    days = np.asarray(day, dtype=np.float64)[inside]
    order = np.argsort(days, kind="stable")
    held = np.asarray(capability, dtype=np.float64)[..., inside][..., order]
    first = np.full((*held.shape[:-1], 1), -np.inf)
    path = np.concatenate([first, np.maximum.accumulate(held, axis=-1)], axis=-1)
    reached = np.searchsorted(days[order], np.asarray(at, dtype=np.float64), side="right")
    return np.asarray(path[..., reached], dtype=np.float64)


def reached_at(path: Floats, level: Floats) -> NDArray[np.int64]:
    """Return the place at which a rising path first stands at or above each level, its length if nowhere.

    Parameters
    ----------
    path
        Shape (draws, t), rising along t.
    level
        Shape (draws, k).
    """
    found = [np.searchsorted(p, one, side="left") for p, one in zip(path, level, strict=True)]
    return np.array(found, dtype=np.int64)


def lag_by_day(follower: Floats, leader: Floats, event: ArrayLike, at: ArrayLike) -> Floats:
    """Return how many months the follower's frontier lies behind the leader's, day by day.

    Where the follower stands below: the months since the leader first stood at the follower's level of that
    day. Where it stands above: the same of the leader behind the follower, negative. Between releases the lag
    grows by a month a month.

    Parameters
    ----------
    follower, leader
        Frontiers after each event, shape (draws, events).
    event
        Days of the events in rising order, shape (events,).
    at
        Days at which the lag is read, shape (t,).

    Returns
    -------
    numpy.ndarray
        Months, shape (draws, t); NaN before both have released.
    """
    events, days = np.asarray(event, dtype=np.float64), np.asarray(at, dtype=np.float64)
    place = np.searchsorted(events, days, side="right") - 1
    behind, ahead = events[_within(leader, follower)], events[_within(follower, leader)]
    known = (place >= 0) & np.isfinite(np.minimum(follower, leader))[:, place]
    waits = np.where((follower < leader)[:, place], days - behind[:, place], ahead[:, place] - days)
    waits = np.where((follower == leader)[:, place], 0.0, waits)
    return np.asarray(np.where(known, waits / DAYS_PER_MONTH, np.nan), dtype=np.float64)


def _within(path: Floats, level: Floats) -> NDArray[np.int64]:
    return np.asarray(np.minimum(reached_at(path, level), path.shape[-1] - 1), dtype=np.int64)


def lag_at_release(follower: Floats, leader: Floats, event: ArrayLike, now: float) -> tuple[Floats, Ints]:
    """Return the lag of each new best of the follower on the day it came out.

    Months from the day on which the leader first reached the level to the release; negative where the leader
    reached it later. Two kinds are censored: where the leader has not reached the level by `now`, the lead is
    at least now - release; where its first release in the record stands there already, it may have reached
    the level before.

    Parameters
    ----------
    follower, leader, event
        As in `lag_by_day`.
    now
        Last day that the data see.

    Returns
    -------
    lag : numpy.ndarray
        Months, shape (draws, events); NaN at events that are no new best of the follower.
    bound : numpy.ndarray of int64
        1 where the lag is a lower bound, -1 where it is an upper bound, else 0.
    """
    events = np.asarray(event, dtype=np.float64)
    before = np.concatenate([np.full((len(follower), 1), -np.inf), follower[:, :-1]], axis=1)
    record = (follower > before) & np.isfinite(follower) & np.isfinite(leader[:, -1:])
    place = reached_at(leader, follower)
    never = place >= leader.shape[-1]
    first = np.where(never, now, events[np.minimum(place, leader.shape[-1] - 1)])
    lag = np.where(record, (events - first) / DAYS_PER_MONTH, np.nan)
    early = place == np.argmax(np.isfinite(leader), axis=-1)[:, None]
    bound = np.where(record, early.astype(np.int64) - never, 0)
    return np.asarray(lag, dtype=np.float64), bound


def around(value: float, drawn: Floats, lowest: float = -np.inf, highest: float = np.inf) -> Floats:
    """Return draws laid around a value: value + draw - median of the draws, held within a range.

    The best of many noisy figures lies above the best of the true ones, and draws around published figures
    repeat that error; only their spread is used.
    """
    return np.asarray(np.clip(value + drawn - np.median(drawn), lowest, highest), dtype=np.float64)
