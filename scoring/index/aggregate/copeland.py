"""Pairwise comparison: the weight on which one unit beats another, and Copeland's count of victories."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from scoring.index.aggregate.sums import enough

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]

LEVEL: Final = 1e-12
"""Shares of weight nearer to a half than this are a draw: sums of weights round."""


def outranking(x: Floats, weights: Floats) -> Floats:
    """Share of weight on which each unit stands above each other one, ties counted half.

    Parameters
    ----------
    x : (B, K, n) array
        Scores, NaN where missing.
    weights : (K, 1), (B, K, 1) array
        Weights of the K scores.

    Returns
    -------
    (B, n, n) array
        0 on the diagonal; ``o[i, k] + o[k, i] = 1`` elsewhere; NaN where two units have no score in common.

    Notes
    -----
    Weight is shared over what both units have (OECD/JRC 2008, step 6, non-compensatory multi-criteria
    approach; Munda and Nardo 2009). COINr's outrankMatrix keeps the weight of missing scores in the sum, so
    that of two units the one listed first loses by what is missing; without missing scores the two are the
    same.
    """
    return _compared(x, weights, None)


def copeland(
    x: Floats, weights: Floats, starts: Ints, *, reference: Mask | None = None, threshold: float = 0.0
) -> Floats:
    """Count the units that each unit beats, less those that beat it.

    Parameters
    ----------
    x : (B, children, n) array
        Scores in the order of the level, NaN where missing.
    weights : (children, 1) or (B, children, 1) array
        Weights in the same order.
    starts : (parents,) array of int64
        Where each parent's children start.
    reference : (n,) array of bool, optional
        Units that are opponents; the others are only compared with these.
    threshold : float
        Share of its children, by number, that a parent needs.

    Returns
    -------
    (B, parents, n) array
        From -(n - 1) to n - 1 whole victories; a unit beats another on more than half of the weight.
    """
    weights = weights[None] if weights.ndim == 2 else weights
    seen = np.isfinite(x) & (weights > 0)
    ends = [*starts[1:].tolist(), x.shape[1]]
    parts = []
    for start, end in zip(starts.tolist(), ends, strict=True):
        share = _compared(x[:, start:end], weights[:, start:end], reference) - 0.5
        won = np.where(np.abs(share) <= LEVEL, 0.0, np.sign(share))
        wins = np.nansum(won, axis=-1) + _itself(x.shape[-1], reference)
        parts.append(np.where(seen[:, start:end].any(axis=1), wins, np.nan))
    return np.where(enough(np.isfinite(x), starts, threshold), np.stack(parts, axis=1), np.nan)


def _itself(n: int, reference: Mask | None) -> Floats:
    """Take back the defeat that the 0 of a unit against itself counts for."""
    return np.ones(n) if reference is None else reference.astype(np.float64)


def _compared(x: Floats, weights: Floats, reference: Mask | None) -> Floats:
    """Shares of weight, (B, n, opponents), by child."""
    weights = weights[None] if weights.ndim == 2 else weights
    others = np.arange(x.shape[-1]) if reference is None else np.flatnonzero(reference)
    size = max(len(x), len(weights))
    above = np.zeros((size, x.shape[-1], len(others)))
    common = np.zeros_like(above)
    for child in range(x.shape[1]):
        one, other = x[:, child, :, None], x[:, child][:, others][:, None]
        w = weights[:, child, :, None]
        above += w * ((one > other) + 0.5 * (one == other))
        common += w * (np.isfinite(one) & np.isfinite(other))
    with np.errstate(invalid="ignore", divide="ignore"):
        share = np.where(common > 0, above / common, np.nan)
    share[:, others, np.arange(len(others))] = 0.0
    return share
