"""Gaps to the frontier, depth by laboratory and lag: pure functions, the last axis being the release."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]

HALF_WEIGHT_POINTS = 8.0
LABS_IN_DEPTH = 3
DAYS_PER_MONTH = 365.25 / 12.0
DRAWS = 1000
SEED = 20260715


def draws(centre: ArrayLike, sd: ArrayLike, count: int = DRAWS, seed: int = SEED) -> Floats:
    """Return independent normal draws, shape (count, n); the same arguments give the same numbers.

    Parameters
    ----------
    centre, sd
        Shape (n,).
    """
    mean = np.asarray(centre, dtype=np.float64)
    noise = np.random.default_rng(seed).standard_normal((count, mean.size))
    return mean + np.asarray(sd, dtype=np.float64) * noise


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


def months_behind(
    capability: ArrayLike, day: ArrayLike, leader: ArrayLike, level: ArrayLike, now: float
) -> Floats:
    """Return the months since the leader first reached a level; 0 where it has not.

    Parameters
    ----------
    capability
        Shape (..., n).
    day
        Release day of each release, shape (n,).
    leader
        Releases of the leading economy, shape (n,).
    level
        The follower's best, shape (...).
    now
        Day at which the lag is read.
    """
    chosen = np.asarray(leader, dtype=bool)
    days = np.asarray(day, dtype=np.float64)[chosen]
    order = np.argsort(days, kind="stable")
    path = np.asarray(capability, dtype=np.float64)[..., chosen][..., order]
    reached = path >= np.asarray(level, dtype=np.float64)[..., None]
    first = days[order][np.argmax(reached, axis=-1)]
    lag = np.where(reached.any(axis=-1), (now - first) / DAYS_PER_MONTH, 0.0)
    return np.asarray(lag, dtype=np.float64)


def around(
    value: float, drawn: Floats, lowest: float = -np.inf, highest: float = np.inf
) -> tuple[float, float]:
    """Return 5 and 95 % points: the spread of the draws about their median, laid around the value.

    The best of many noisy figures lies above the best of the true ones, and draws around published figures
    repeat that error; only their spread is used: low = value + q05 - q50, high = value + q95 - q50, held
    within the range.
    """
    q05, q50, q95 = np.quantile(drawn, [0.05, 0.5, 0.95])
    low = min(value, max(lowest, value + float(q05 - q50)))
    high = max(value, min(highest, value + float(q95 - q50)))
    return low, high
