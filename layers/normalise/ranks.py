"""Places among the units that count: rank, Borda, percentile rank and classes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from layers.normalise.limits import oriented, parted
from layers.shape import along, counted

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]


def rank(x: Floats, direction: ArrayLike, reference: Mask) -> Floats:
    """Rank from the worst up, the worst 1; units that tie share the lower rank.

    Parameters
    ----------
    x : (B, J, n) array
        Values, NaN where missing.
    direction : scalar, (J,) or (B, J)
        1, or -1 where less is better.
    reference : (n,) array of bool
        Units that are counted.
    """
    return borda(x, direction, reference) + 1.0


def borda(x: Floats, direction: ArrayLike, reference: Mask) -> Floats:
    """Count the units that are worse: rank less 1 (Borda 1784)."""
    below, _, _ = places(oriented(x, direction), reference)
    return below


def percentile(
    x: Floats,
    direction: ArrayLike,
    reference: Mask,
    *,
    scale: ArrayLike = 100.0,
    ties: Literal["half", "low"] = "half",
) -> Floats:
    """Share of the other units that are worse: ``scale (below + ties / 2) / others``.

    Parameters
    ----------
    ties : {"half", "low"}
        Units that tie count half, or not at all: the latter is ``(rank - 1) / (n - 1)``.
    """
    below, level, count = places(oriented(x, direction), reference)
    itself = reference.astype(np.float64)
    passed = below + (level - itself) / 2 if ties == "half" else below
    return along(scale) * parted(passed, count - itself)


def classes(
    x: Floats,
    direction: ArrayLike,
    reference: Mask,
    *,
    count: ArrayLike = 5,
    scale: ArrayLike = 100.0,
) -> Floats:
    """Class by quantiles, from 0 for the lowest to `scale` for the highest.

    Parameters
    ----------
    count : scalar, (J,), (B, J) or (B, 1)
        Number of classes, two or more.

    Raises
    ------
    ValueError
        If there are fewer than two classes.

    Notes
    -----
    Class ``floor(count * below / n)`` of 0 to count - 1, where `below` of n units are worse, scores
    ``scale * class / (count - 1)``; units that tie are in one class (categorical scale of OECD/JRC 2008,
    step 5, with equal classes).
    """
    groups = along(count)
    if (groups < 2).any() or (groups != np.floor(groups)).any():
        message = f"classes needs a whole number of classes, 2 or more, found {np.ravel(groups).tolist()}"
        raise ValueError(message)
    below, _, units = places(oriented(x, direction), reference)
    with np.errstate(invalid="ignore", divide="ignore"):
        # whole numbers up to 2^53 divide exactly, so a quotient that should be whole is
        place = np.minimum(np.floor(groups * below / units), groups - 1)
    return along(scale) * place / (groups - 1)


def places(y: Floats, reference: Mask) -> tuple[Floats, Floats, Floats]:
    """Count, for every value, the units that count and lie below, and those level with it.

    Parameters
    ----------
    y : (B, J, n) array
        More is better.
    reference : (n,) array of bool
        Units that are counted.

    Returns
    -------
    below, level : (B, J, n) arrays
        NaN where the value is missing; a unit that counts is level with itself.
    count : (B, J, 1) array
        Units that count and have a value.
    """
    seen = counted(y, reference)
    order = np.argsort(y, axis=-1, kind="stable")
    ranked = np.take_along_axis(y, order, axis=-1)
    tally = np.cumsum(np.take_along_axis(np.broadcast_to(seen, y.shape), order, axis=-1), axis=-1)
    starts = np.ones(y.shape, dtype=np.bool_)
    starts[..., 1:] = ranked[..., 1:] != ranked[..., :-1]
    # counted before the group of equal values that a place stands in, and up to the end of that group
    before = np.concatenate([np.zeros_like(tally[..., :1]), tally[..., :-1]], axis=-1)
    below = np.maximum.accumulate(np.where(starts, before, 0), axis=-1)
    last = np.concatenate([starts[..., 1:], np.ones_like(starts[..., :1])], axis=-1)
    through = np.where(last, tally, tally.shape[-1] + 1)
    through = np.minimum.accumulate(through[..., ::-1], axis=-1)[..., ::-1]
    there = np.isfinite(y)
    found = []
    for sorted_counts in (below, through - below):
        counts = np.empty(y.shape)
        np.put_along_axis(counts, order, sorted_counts.astype(np.float64), axis=-1)
        found.append(np.where(there, counts, np.nan))
    return found[0], found[1], seen.sum(axis=-1, keepdims=True, dtype=np.float64)
