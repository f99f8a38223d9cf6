"""From measures of importance to weights: not negative, adding to one."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from layers.unfit import refuse

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]


def shares(method: str, importance: Floats) -> Floats:
    """Divide by the sum of the children.

    Parameters
    ----------
    method : str
        Name of the method, for the refusal.
    importance : (K,) or (B, K) array
        Not negative, not all zero.

    Raises
    ------
    Unfit
        If a value is negative or missing, or all of a parent are zero.
    """
    batch = np.atleast_2d(importance)
    refuse(method, "weights of 0 or more", ~(batch >= 0) | np.isinf(batch))
    total = batch.sum(axis=-1, keepdims=True)
    refuse(method, "a weight above 0", np.broadcast_to(total <= 0, batch.shape))
    return np.asarray((batch / total).reshape(np.shape(importance)))


def common(x: Floats, reference: Mask) -> tuple[Floats, Floats]:
    """Standardise children over the units that count and have all of them.

    Parameters
    ----------
    x : (B, K, n) array
        Scores of the children, NaN where missing.
    reference : (n,) array of bool
        Units that count.

    Returns
    -------
    off : (B, K, n) array
        Deviations from the mean, 0 for units that do not count or miss a child.
    count : (B,) array
        Units that are left.
    """
    whole = np.isfinite(x).all(axis=1, keepdims=True) & reference
    count = whole.sum(axis=-1, dtype=np.float64)
    with np.errstate(invalid="ignore", divide="ignore"):
        centre = np.where(whole, x, 0.0).sum(axis=-1, keepdims=True) / count[..., None]
    return np.where(whole, x - centre, 0.0), count[:, 0]


def correlations(x: Floats, reference: Mask) -> tuple[Floats, Floats]:
    """Correlations between children over units that have all of them, and their standard deviations.

    Returns
    -------
    r : (B, K, K) array
        NaN against a child that does not vary.
    sd : (B, K) array
        With n - 1.
    """
    off, count = common(x, reference)
    with np.errstate(invalid="ignore", divide="ignore"):
        covariance = np.einsum("bki,bli->bkl", off, off) / (count - 1)[:, None, None]
        sd = np.sqrt(np.einsum("bkk->bk", covariance))
        return covariance / (sd[:, :, None] * sd[:, None, :]), sd
