"""Fill from the same unit: the mean or median of its other indicators in the pillar, on a common scale."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from layers.impute.context import Imputed, imputed, needed
from layers.shape import along, counted, extremes

if TYPE_CHECKING:
    from collections.abc import Callable

    from layers.impute.context import Context

Floats = NDArray[np.float64]


def row_mean(x: Floats, context: Context) -> Imputed:
    """Fill in the mean of the unit's indicators in the same pillar.

    Notes
    -----
    Each indicator, turned by its direction, is put on 0-1 between the extremes of the units that count; the
    mean of the unit's values in the pillar is put back on the indicator's own scale. Error: root mean square
    of what the rule misses when it is asked for the values of that indicator that are known.
    """
    return _by_row(x, context, "row_mean", _mean)


def row_median(x: Floats, context: Context) -> Imputed:
    """Fill in the median of the unit's indicators in the same pillar, as `row_mean` does."""
    return _by_row(x, context, "row_median", _median)


def _by_row(x: Floats, context: Context, method: str, middle: Callable[[Floats], Floats]) -> Imputed:
    pillars = needed("the pillar of each indicator", method, context.pillar)
    turn = along(1.0 if context.direction is None else context.direction)
    y = x * turn
    low, high = extremes(y, counted(y, context.reference))
    width = np.where(high > low, high - low, np.nan)
    share = (y - low) / width
    guess, expected = np.full(x.shape, np.nan), np.full(x.shape, np.nan)
    for pillar in np.unique(pillars):
        rows = np.flatnonzero(pillars == pillar)
        guess[:, rows] = middle(share[:, rows])[:, None]
        for row in rows:
            expected[:, row] = middle(share[:, rows[rows != row]]) if len(rows) > 1 else np.nan
    missed = np.where(counted(x, context.reference), share - expected, np.nan)
    count = np.isfinite(missed).sum(axis=-1, keepdims=True)
    with np.errstate(invalid="ignore", divide="ignore"):
        error = np.sqrt(np.nansum(missed**2, axis=-1, keepdims=True) / count)
    return imputed(x, (guess * width + low) * turn, error * width)


def _mean(share: Floats) -> Floats:
    """Mean over indicators, (B, n), of those that are there."""
    seen = np.isfinite(share)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(np.where(seen, share, 0.0).sum(axis=1) / seen.sum(axis=1))


def _median(share: Floats) -> Floats:
    """Median over indicators, (B, n), of those that are there."""
    count = np.isfinite(share).sum(axis=1, keepdims=True)
    ranked = np.sort(share, axis=1)  # NaN last
    lower = np.take_along_axis(ranked, np.maximum((count - 1) // 2, 0), axis=1)
    upper = np.take_along_axis(ranked, np.minimum(count // 2, share.shape[1] - 1), axis=1)
    return np.where(count > 0, (lower + upper) / 2, np.nan)[:, 0]
