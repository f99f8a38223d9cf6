"""The power transformation of Box and Cox, with its exponent given or estimated."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from layers.shape import along, counted, extremes
from layers.treat.treated import Treated, marked
from layers.unfit import refuse

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

RANGE: Final = (-5.0, 5.0)
"""Exponents that are searched."""
GOLDEN: Final = (5**0.5 - 1) / 2
STEPS: Final = 50
"""Each takes the interval to 0.62 of its width: 50 end at the precision that a maximum allows."""


def boxcox(x: Floats, reference: Mask, *, power: ArrayLike | None = None, shift: bool = True) -> Treated:
    """Transform by ``(y^p - 1) / p``, or ``log(y)`` at p = 0.

    Parameters
    ----------
    x : (B, J, n) array
        Values, NaN where missing.
    reference : (n,) array of bool
        Units that count.
    power : scalar, (J,), (B, J) or (B, 1), optional
        Exponent p; by default the one under which the values are most likely normal.
    shift : bool
        Take ``y = x - min + 1``, so that zeros and negative values serve; else ``y = x``.

    Raises
    ------
    Unfit
        If there is no shift and a value is zero or negative.

    Notes
    -----
    The estimate maximises ``(p - 1) sum(log y) - n / 2 log(var(y^(p)))`` (Box and Cox 1964, Journal of the
    Royal Statistical Society B 26, 211-252, equation 8) by golden section over -5 to 5, for all rows at once.
    """
    seen = counted(x, reference)
    if shift:
        low, _ = extremes(x, seen)
        x = np.maximum(x, low) - low + 1.0
    refuse("boxcox", "values above 0, or shift = true", x <= 0)
    exponent = along(power) if power is not None else estimated(x, seen)[..., None]
    return marked(_transformed(np.log(x), exponent), "boxcox")


def estimated(y: Floats, seen: Mask) -> Floats:
    """Most likely exponent of each row, (B, J); 1 where the values do not differ.

    Parameters
    ----------
    y : (B, J, n) array
        Positive values.
    seen : (B, J, n) array of bool
        Values that count.
    """
    logs = np.where(seen, np.log(np.where(seen, y, 1.0)), 0.0)
    count = seen.sum(axis=-1)
    left, right = (np.full(count.shape, end) for end in RANGE)
    inner = right - GOLDEN * (right - left)
    outer = left + GOLDEN * (right - left)
    at_inner, at_outer = (_likelihood(logs, seen, count, each) for each in (inner, outer))
    for _ in range(STEPS):
        nearer = at_inner > at_outer
        left, right = np.where(nearer, left, inner), np.where(nearer, outer, right)
        kept, value = np.where(nearer, inner, outer), np.where(nearer, at_inner, at_outer)
        new = np.where(nearer, right - GOLDEN * (right - left), left + GOLDEN * (right - left))
        at_new = _likelihood(logs, seen, count, new)
        inner, outer = np.where(nearer, new, kept), np.where(nearer, kept, new)
        at_inner, at_outer = np.where(nearer, at_new, value), np.where(nearer, value, at_new)
    low, high = extremes(logs, seen)
    return np.where((high > low)[..., 0], (left + right) / 2, 1.0)


def _transformed(logs: Floats, power: Floats) -> Floats:
    """``(y^p - 1) / p`` from log y, exact near p = 0."""
    level = np.asarray(power == 0)
    divisor = np.where(level, 1.0, power)
    return np.where(level, logs, np.expm1(power * logs) / divisor)


def _likelihood(logs: Floats, seen: Mask, count: NDArray[np.int64], power: Floats) -> Floats:
    """Profile log likelihood of exponents (B, J)."""
    values = np.where(seen, _transformed(logs, power[..., None]), 0.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        centre = values.sum(axis=-1) / count
        squares = np.where(seen, values - centre[..., None], 0.0) ** 2
        found = (power - 1) * logs.sum(axis=-1) - count / 2 * np.log(squares.sum(axis=-1) / count)
    return np.asarray(found)
