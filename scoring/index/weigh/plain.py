"""Weights that are stated: equal, or as given."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from scoring.index.weigh.shares import shares

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]


def equal(x: Floats, given: ArrayLike, reference: Mask) -> Floats:
    """Weigh all children of a parent the same.

    Parameters
    ----------
    x : (B, K, n) array
        Scores of the K children of one parent; only their number matters.
    given : (K,) or (B, K) array
        Not used.
    reference : (n,) array of bool
        Not used.

    Returns
    -------
    (B, K) array
        Adding to 1.
    """
    del given, reference
    return np.full(x.shape[:2], 1.0 / x.shape[1])


def given(x: Floats, given: ArrayLike, reference: Mask) -> Floats:
    """Take the weights of the framework.

    Parameters
    ----------
    x : (B, K, n) array
        Not used but for its shape.
    given : (K,) or (B, K) array
        Weights, not negative, not all zero.
    reference : (n,) array of bool
        Not used.

    Raises
    ------
    Unfit
        If a weight is negative, or none is above 0.
    """
    del reference
    return np.broadcast_to(shares("given", np.asarray(given, dtype=np.float64)), x.shape[:2])
