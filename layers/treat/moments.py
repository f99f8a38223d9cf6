"""Skewness and excess kurtosis, and the test that decides whether an indicator is treated."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from layers.shape import differ, mean

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]


def skew_kurtosis(x: Floats, seen: Mask) -> tuple[Floats, Floats]:
    """Skewness and excess kurtosis of each row, adjusted for sample size.

    Parameters
    ----------
    x : (..., n) array
        Values.
    seen : (..., n) array of bool
        Values that count.

    Returns
    -------
    skewness, kurtosis : (...) arrays
        NaN below three and four values, and where the values do not differ.

    Notes
    -----
    With m_k the k-th central moment, ``G1 = m3 / m2^1.5 * sqrt(n (n - 1)) / (n - 2)`` and
    ``G2 = ((n + 1) (m4 / m2^2 - 3) + 6) (n - 1) / ((n - 2) (n - 3))``: the forms of spreadsheets, SAS and
    SPSS (Joanes and Gill 1998, The Statistician 47, 183-189, G1 and G2).
    """
    centre, count = mean(x, seen)
    off = x - centre
    if not seen.all():
        off = np.where(seen, off, 0.0)
    return _adjusted(off, centre[..., 0], count[..., 0])


def _adjusted(off: Floats, centre: Floats, n: Floats) -> tuple[Floats, Floats]:
    """G1 and G2 from deviations, 0 where there is no value."""
    square = off * off
    second = np.einsum("...i->...", square)
    third = np.einsum("...i,...i->...", square, off)
    fourth = np.einsum("...i,...i->...", square, square)
    with np.errstate(invalid="ignore", divide="ignore"):
        skewness = np.sqrt(n) * third / second**1.5 * np.sqrt(n * (n - 1)) / (n - 2)
        ratio = n * fourth / (second * second)
        kurtosis = ((n + 1) * (ratio - 3) + 6) * (n - 1) / ((n - 2) * (n - 3))
    unlike = differ(second, centre, n)
    return np.where(unlike & (n > 2), skewness, np.nan), np.where(unlike & (n > 3), kurtosis, np.nan)


def fails(skewness: Floats, kurtosis: Floats, most_skew: Floats, most_kurtosis: Floats) -> Mask:
    """Say where both limits are exceeded; what cannot be tested does not fail."""
    return np.asarray((np.abs(skewness) >= most_skew) & (kurtosis >= most_kurtosis))
