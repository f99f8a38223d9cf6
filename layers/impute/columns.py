"""Fill from the same indicator of other units, all or those of the unit's group; or with a number."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from layers.impute.context import Imputed, imputed, needed
from layers.shape import along, counted
from layers.shape import mean as average

if TYPE_CHECKING:
    from collections.abc import Callable

    from layers.impute.context import Context

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]


def none(x: Floats, context: Context) -> Imputed:
    """Leave missing what is missing."""
    del context
    return imputed(x, np.full(x.shape, np.nan), np.zeros(x.shape))


def value(x: Floats, context: Context) -> Imputed:
    """Fill in a given number; what it is worth cannot be said, so its error is unknown."""
    return imputed(x, np.broadcast_to(along(context.value), x.shape), np.full(x.shape, np.nan))


def mean(x: Floats, context: Context) -> Imputed:
    """Fill in the mean of the units that count.

    Notes
    -----
    Error: a new unit differs from the mean of m by ``s sqrt(1 + 1/m)``, s with m - 1.
    """
    return imputed(x, *_mean(x, counted(x, context.reference)))


def median(x: Floats, context: Context) -> Imputed:
    """Fill in the median of the units that count.

    Notes
    -----
    Error: ``s sqrt(1 + pi / (2 m))``, the variance of a median being pi / 2 times that of a mean (normal
    values).
    """
    return imputed(x, *_median(x, counted(x, context.reference)))


def group_mean(x: Floats, context: Context) -> Imputed:
    """Fill in the mean of the unit's group; stays missing where the unit has no group or that no value."""
    return _grouped(x, context, "group_mean", _mean)


def group_median(x: Floats, context: Context) -> Imputed:
    """Fill in the median of the unit's group; stays missing where there is none."""
    return _grouped(x, context, "group_median", _median)


def _grouped(
    x: Floats, context: Context, method: str, middle: Callable[[Floats, Mask], tuple[Floats, Floats]]
) -> Imputed:
    groups = needed(
        "the group of each unit (group = a column of the tree's Type Group)", method, context.group
    )
    values, filled, error = x.copy(), np.zeros(x.shape, dtype=np.bool_), np.zeros(x.shape)
    lacking: Mask = np.asarray(np.isnan(x).any(axis=0))
    for group in np.unique(groups[lacking.any(axis=0)]):
        members = np.flatnonzero(groups == group)
        rows = np.flatnonzero(lacking[:, members].any(axis=1))[:, None]
        if group >= 0:
            part = x[:, rows, members]
            guess, doubt = middle(part, counted(part, context.reference[members]))
            new = np.isnan(part) & np.isfinite(guess)
            values[:, rows, members] = np.where(new, guess, part)
            filled[:, rows, members], error[:, rows, members] = new, np.where(new, doubt, 0.0)
    return Imputed(values, filled, error)


def _mean(x: Floats, seen: Mask) -> tuple[Floats, Floats]:
    """Mean and error of each row, (B, J, 1)."""
    centre, count = average(x, seen)
    with np.errstate(invalid="ignore", divide="ignore"):
        error = _spread(x, seen) * np.sqrt(1.0 + 1.0 / count)
    return centre, error


def _median(x: Floats, seen: Mask) -> tuple[Floats, Floats]:
    count = seen.sum(axis=-1, keepdims=True)
    ranked = np.sort(np.where(seen, x, np.inf), axis=-1)
    lower = np.take_along_axis(ranked, np.maximum((count - 1) // 2, 0), axis=-1)
    upper = np.take_along_axis(ranked, np.minimum(count // 2, x.shape[-1] - 1), axis=-1)
    with np.errstate(invalid="ignore", divide="ignore"):
        error = _spread(x, seen) * np.sqrt(1.0 + math.pi / (2.0 * count))
    return np.where(count > 0, (lower + upper) / 2, np.nan), error


def _spread(x: Floats, seen: Mask) -> Floats:
    """Take the standard deviation with m - 1, (B, J, 1); NaN below two values."""
    centre, count = average(x, seen)
    squares = np.where(seen, x - centre, 0.0) ** 2
    with np.errstate(invalid="ignore", divide="ignore"):
        spread = np.sqrt(squares.sum(axis=-1, keepdims=True) / (count - 1))
    return np.where(count > 1, spread, np.nan)
