"""Logarithms that a treatment may take; each says what it needs and where its form comes from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from layers.shape import along, counted, extremes
from layers.treat.moments import skew_kurtosis
from layers.treat.treated import MARKS, Treated, marked
from layers.unfit import refuse

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

SHARE: Final = 0.01
"""Share of the range that stands between the lowest value and the pole of the logarithm."""


def log(x: Floats, reference: Mask) -> Treated:
    """Natural logarithm, ``log(x)``.

    Raises
    ------
    Unfit
        If a value is zero or negative.
    """
    del reference
    refuse("log", "values above 0", x <= 0)
    return marked(np.log(x), "log")


def log1p(x: Floats, reference: Mask) -> Treated:
    """Logarithm that takes zeros, ``log(1 + x)``.

    Raises
    ------
    Unfit
        If a value is -1 or below.
    """
    del reference
    refuse("log1p", "values above -1", x <= -1)
    return marked(np.log1p(x), "log1p")


def log_ct(x: Floats, reference: Mask) -> Treated:
    """Logarithm of the distance from the lowest value, ``log(x - min + 0.01 (max - min))``.

    Notes
    -----
    The transformation of the JRC's COIN tool with a share of the range in place of 1 (COINr, function
    log_CT), so that the result does not depend on the unit but for a constant. Units that do not count and
    lie below the lowest that does are set to it. Indicators whose values do not differ stay as they are.
    """
    low, high, differ = _range(x, reference)
    with np.errstate(divide="ignore", invalid="ignore"):
        values = np.log(np.maximum(x, low) - low + SHARE * (high - low))
    return _where(differ, x, values, "log_ct")


def log_ct_orig(x: Floats, reference: Mask) -> Treated:
    """Logarithm of the COIN tool as first published, ``log(x - min + 1)``; depends on the unit."""
    low, _, differ = _range(x, reference)
    with np.errstate(invalid="ignore"):
        values = np.log(np.maximum(x, low) - low + 1.0)
    return _where(differ, x, values, "log_ct_orig")


def log_ct_plus(x: Floats, reference: Mask) -> Treated:
    """Logarithm towards the tail: `log_ct` where the skewness is positive, else its mirror image.

    Notes
    -----
    The mirror image is ``-log(max + 0.01 (max - min) - x)`` (COINr, function log_CT_plus): both keep the
    order.
    """
    low, high, differ = _range(x, reference)
    skewness, _ = skew_kurtosis(np.where(counted(x, reference), x, np.nan), counted(x, reference))
    right = (skewness > 0)[..., None]
    gap = SHARE * (high - low)
    with np.errstate(divide="ignore", invalid="ignore"):
        up = np.log(np.maximum(x, low) - low + gap)
        down = -np.log(high + gap - np.minimum(x, high))
    found = _where(differ, x, np.where(right, up, down), "log_ct")
    mirrored = (found.mark > 0) & ~right
    return Treated(found.values, np.where(mirrored, MARKS.index("log_ct_neg"), found.mark).astype(np.uint8))


def log_gii(x: Floats, reference: Mask, *, factor: ArrayLike = 1.0) -> Treated:
    """Logarithm of the Global Innovation Index, ``log((f max - 1) (x - min) / (max - min) + 1)``.

    Parameters
    ----------
    x : (B, J, n) array
        Values, NaN where missing.
    reference : (n,) array of bool
        Units that set minimum and maximum.
    factor : scalar, (J,), (B, J) or (B, 1)
        f: what the values are multiplied by first, so that the highest is well above 1.

    Raises
    ------
    Unfit
        If ``f max`` is 1 or below: the form would then turn the order round, or level it.

    Notes
    -----
    Puts the lowest value at 0 and the highest at ``log(f max)``. The form of the spreadsheet of the index of
    2020 as COINr documents it (function log_GII, which works it out and then returns its input); the factor
    says what the unit of the indicator says there.
    """
    low, high, differ = _range(x, reference)
    top = along(factor) * high
    refuse("log_gii", "factor times the highest value above 1", np.asarray((top <= 1.0) & differ)[..., 0])
    with np.errstate(divide="ignore", invalid="ignore"):
        values = np.log((top - 1.0) * (np.maximum(x, low) - low) / (high - low) + 1.0)
    return _where(differ, x, values, "log_gii")


def _range(x: Floats, reference: Mask) -> tuple[Floats, Floats, Mask]:
    """Lowest and highest value that count, and whether they differ."""
    low, high = extremes(x, counted(x, reference))
    return low, high, np.asarray(high > low)


def _where(differ: Mask, x: Floats, values: Floats, word: str) -> Treated:
    """Take the logarithm of indicators whose values differ; the others stay."""
    found = marked(np.where(differ, values, x), word)
    return Treated(found.values, np.where(differ, found.mark, 0).astype(np.uint8))
