"""Which units have enough data to be scored: by what is missing, by what is zero, or by both."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]


def available(x: Floats) -> Floats:
    """Share of the indicators that each unit has, (B, n)."""
    return np.asarray(np.isfinite(x).mean(axis=-2))


def nonzero(x: Floats) -> Floats:
    """Share of what each unit has that is not zero, (B, n); 0 where it has nothing."""
    there = np.isfinite(x).sum(axis=-2)
    zeros = (x == 0).sum(axis=-2)
    return np.where(there > 0, 1.0 - zeros / np.maximum(there, 1), 0.0)


def availability(x: Floats, *, least: float = 2 / 3, least_nonzero: float = 0.05) -> Mask:
    """Keep units with at least `least` of the indicators.

    Parameters
    ----------
    x : (B, J, n) array
        Values, NaN where missing.
    least : float
        Share of the indicators.
    least_nonzero : float
        Not used.

    Returns
    -------
    (B, n) array of bool
        True where the unit stays.
    """
    del least_nonzero
    return available(x) >= least


def zeros(x: Floats, *, least: float = 2 / 3, least_nonzero: float = 0.05) -> Mask:
    """Keep units of whose values at least `least_nonzero` are not zero.

    Parameters
    ----------
    x : (B, J, n) array
        Values, NaN where missing.
    least : float
        Not used.
    least_nonzero : float
        Share of the values that are there.
    """
    del least
    return nonzero(x) >= least_nonzero


def both(x: Floats, *, least: float = 2 / 3, least_nonzero: float = 0.05) -> Mask:
    """Keep units that pass `availability` and `zeros`."""
    return availability(x, least=least) & zeros(x, least_nonzero=least_nonzero)
