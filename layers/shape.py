"""How the parameters of a method line up with its values: one for all, one per indicator, or one per draw."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

ROUNDING: Final = 8 * float(np.finfo(np.float64).eps)
"""Share of a mean within which values that are the same may seem to lie off it."""


def along(parameter: ArrayLike) -> Floats:
    """Shape a parameter to go with values of (B, J, n).

    Parameters
    ----------
    parameter : scalar, (J,) or (B, J) or (B, 1) array
        One for all, one per indicator, or by draw.

    Returns
    -------
    array
        Of shape (), (J, 1) or (B, J, 1).
    """
    array = np.asarray(parameter, dtype=np.float64)
    return array[..., None] if array.ndim else array


def counted(x: Floats, reference: Mask) -> Mask:
    """Say which cells set a minimum, a mean or a rank: those that are there, of units that are counted."""
    seen: Mask = np.isfinite(x)
    return seen if reference.all() else seen & reference


def extremes(x: Floats, seen: Mask) -> tuple[Floats, Floats]:
    """Lowest and highest value of each row, (B, J, 1); infinite and crossed where nothing is seen."""
    if seen.all():
        return x.min(axis=-1, keepdims=True), x.max(axis=-1, keepdims=True)
    low = np.where(seen, x, np.inf).min(axis=-1, keepdims=True)
    high = np.where(seen, x, -np.inf).max(axis=-1, keepdims=True)
    return low, high


def mean(x: Floats, seen: Mask) -> tuple[Floats, Floats]:
    """Mean of each row and the count behind it, (B, J, 1); NaN where nothing is seen."""
    if seen.all():
        centre = np.einsum("...i->...", x)[..., None]
        centre /= x.shape[-1]
        return centre, np.full(centre.shape, float(x.shape[-1]))
    count = seen.sum(axis=-1, keepdims=True, dtype=np.float64)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(seen, x, 0.0).sum(axis=-1, keepdims=True) / count, count


def differ(squares: Floats, centre: Floats, count: Floats) -> Mask:
    """Say which rows differ at all: squared deviations from a rounded mean are not quite 0 where none does.

    Parameters
    ----------
    squares, centre, count : arrays of one shape
        Sum of squared deviations from the mean, the mean, and the number of values.
    """
    return np.asarray(squares > count * (ROUNDING * centre) ** 2)
