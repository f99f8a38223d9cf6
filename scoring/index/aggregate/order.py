"""Aggregates that lean on the order of the children: the lowest, and the weighted median."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from scoring.index.aggregate.sums import enough

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def minimum(x: Floats, weights: Floats, starts: Ints, *, threshold: float = 0.0) -> Floats:
    """Take the lowest score of the children that are there and have a weight (Leontief).

    Parameters
    ----------
    x : (B, children, n) array
        Scores in the order of the level, NaN where missing.
    weights : (children, 1), (B, children, 1) or (B, children, n) array
        Only whether they are zero matters.
    starts : (parents,) array of int64
        Where each parent's children start.
    threshold : float
        Share of its children, by number, that a parent needs.

    Returns
    -------
    (B, parents, n) array
    """
    seen = np.isfinite(x)
    lowest = np.minimum.reduceat(np.where(seen & (weights > 0), x, np.inf), starts, axis=1)
    return np.where(np.isfinite(lowest) & enough(seen, starts, threshold), lowest, np.nan)


def median(x: Floats, weights: Floats, starts: Ints, *, threshold: float = 0.0) -> Floats:
    """Take the score at which half of the weight is reached from below; parameters as of `minimum`.

    Notes
    -----
    Where exactly half is reached, the mean of that score and the next: with equal weights the usual median.
    """
    weights = np.broadcast_to(weights, np.broadcast_shapes(x.shape, weights.shape))
    x = np.broadcast_to(x, weights.shape)
    seen = np.isfinite(x)
    ends = [*starts[1:].tolist(), x.shape[1]]
    parts = [
        _median(x[:, a:b], np.where(seen, weights, 0.0)[:, a:b]) for a, b in zip(starts, ends, strict=True)
    ]
    return np.where(enough(seen, starts, threshold), np.stack(parts, axis=1), np.nan)


def _median(x: Floats, weights: Floats) -> Floats:
    """Weighted median over the children of one parent, (B, n)."""
    filled = np.where(weights > 0, x, np.inf)
    order = np.argsort(filled, axis=1, kind="stable")
    ranked = np.take_along_axis(filled, order, axis=1)
    reached = np.cumsum(np.take_along_axis(weights, order, axis=1), axis=1)
    whole = reached[:, -1:]
    # sums of weights that add to a half on paper miss it by a few last digits
    lower = (reached < whole * (0.5 - 1e-12)).sum(axis=1, keepdims=True)
    upper = (reached < whole * (0.5 + 1e-12)).sum(axis=1, keepdims=True)
    last = x.shape[1] - 1
    values = [np.take_along_axis(ranked, np.minimum(each, last), axis=1)[:, 0] for each in (lower, upper)]
    with np.errstate(invalid="ignore"):
        return np.where(whole[:, 0] > 0, (values[0] + values[1]) / 2, np.nan)
