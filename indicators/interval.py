"""A value with its median, 5 % and 95 % points on a scale, and drawing from it. Pure functions on arrays."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

Z95: Final = 1.6448536269514722
"""Standard normal quantile at 95 %: `low` and `high` are that many standard deviations away."""

IDENTITY, LOG, LOGIT, UNIFORM = 0, 1, 2, 3
SCALES: Final = {"identity": IDENTITY, "log": LOG, "logit": LOGIT}
_EDGE: Final = 1e-6
"""Shares are kept this far from 0 and 1 before the logit."""
_LEAST: Final = 1e-300
"""Stands for zero before the logarithm."""


def to_scale(x: Floats, scale: int, top: Floats | float = 1.0) -> Floats:
    """Put values on the scale on which their doubt is symmetric.

    Parameters
    ----------
    x : array of float64
        Values; not negative for the log scale, within [0, top] for the logit scale.
    scale : int
        `IDENTITY`, `LOG` or `LOGIT`.
    top : float or array
        Upper end of a share: 1 or 100.
    """
    if scale == LOG:
        return np.log(np.maximum(x, _LEAST))
    if scale == LOGIT:
        share = np.clip(x / top, _EDGE, 1 - _EDGE)
        return np.log(share / (1 - share))
    return np.asarray(x, dtype=np.float64)


def from_scale(u: Floats, scale: int, top: Floats | float = 1.0) -> Floats:
    """Undo `to_scale`."""
    if scale == LOG:
        return np.exp(u)
    if scale == LOGIT:
        return top / (1 + np.exp(-u))
    return u


def two_piece(centre: Floats, below: Floats, above: Floats, z: Floats) -> Floats:
    """Draw from a two-piece normal: its halves have their own standard deviation and meet at the median.

    Parameters
    ----------
    centre, below, above : arrays of float64
        Median and the standard deviations under and over it, on the scale.
    z : array of float64
        Standard normals, broadcast against the others.

    Notes
    -----
    ``centre + z * (below if z < 0 else above)``; half of the draws fall on each side, so the median stays.
    """
    x = np.asarray(np.where(z < 0, below, above))
    x *= z
    x += centre
    return x


def uniform(centre: Floats, below: Floats, above: Floats, z: Floats) -> Floats:
    """Draw evenly between two bounds from standard normals: every kind of interval eats the same numbers.

    Parameters
    ----------
    centre, below, above : arrays of float64
        Median and the distances of the bounds under and over it.
    z : array of float64
        Standard normals, broadcast against the others.

    Notes
    -----
    ``centre + (2 Phi(z) - 1) * (below if z < 0 else above)``: even on either side, with half of the draws on
    each, so that the median stays as in `two_piece`.
    """
    from scipy.special import ndtr

    return centre + (2 * np.asarray(ndtr(z)) - 1) * np.where(z < 0, below, above)
