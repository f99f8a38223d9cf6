"""Fill from units alike in the other indicators, or from the indicator that tells most about this one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from layers.impute.columns import mean
from layers.impute.context import Imputed, imputed
from layers.shape import counted, extremes
from layers.unfit import require

if TYPE_CHECKING:
    from layers.impute.context import Context

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

FEWEST_PAIRS: Final = 5
"""Units that must have both indicators before one is told from the other."""


def neighbours(x: Floats, context: Context) -> Imputed:
    """Fill in the mean of the nearest units that have the indicator.

    Notes
    -----
    Distance: root mean square difference over the indicators that both units have, each on 0-1 between its
    extremes, the indicator in question left out. Error: root mean square of what the rule misses when it is
    asked for the values of that indicator that are known.

    Raises
    ------
    ValueError
        If it is to be the mean of no unit.
    """
    require("impute", "neighbours", context.neighbours, context.neighbours >= 1, "1 or more")
    seen = counted(x, context.reference)
    low, high = extremes(x, seen)
    share = (x - low) / np.where(high > low, high - low, np.nan)
    total, pairs = _apart(share)
    guess, error = np.full(x.shape, np.nan), np.full(x.shape, np.nan)
    for row in np.flatnonzero(np.isnan(x).any(axis=(0, 2))):
        own, both = _apart(share[:, row : row + 1])
        count = pairs - both
        with np.errstate(invalid="ignore", divide="ignore"):
            distance = np.where(count > 0, np.maximum(total - own, 0.0) / count, np.inf)
        guess[:, row] = _nearest(x[:, row], seen[:, row], distance, context.neighbours)
        missed = np.where(seen[:, row], x[:, row] - guess[:, row], np.nan)
        known = np.isfinite(missed).sum(axis=-1, keepdims=True)
        with np.errstate(invalid="ignore"):
            error[:, row] = np.sqrt(np.nansum(missed**2, axis=-1, keepdims=True) / known)
    return imputed(x, guess, error)


def _apart(share: Floats) -> tuple[Floats, Floats]:
    """Sum of squared differences of every two units, (B, n, n), and the indicators behind it."""
    batch, _, units = share.shape
    total, pairs = np.zeros((batch, units, units)), np.zeros((batch, units, units))
    for row in range(share.shape[1]):
        gap = share[:, row, :, None] - share[:, row, None, :]
        both = np.isfinite(gap)
        total += np.where(both, gap, 0.0) ** 2
        pairs += both
    return total, pairs


def _nearest(y: Floats, seen: Mask, distance: Floats, most: int) -> Floats:
    """Mean, (B, n), over the nearest other units that have a value."""
    apart = np.where(seen[:, None, :], distance, np.inf)
    apart[:, np.arange(y.shape[1]), np.arange(y.shape[1])] = np.inf
    order = np.argsort(apart, axis=-1, kind="stable")[..., :most]
    near = np.isfinite(np.take_along_axis(apart, order, axis=-1))
    values = np.take_along_axis(np.broadcast_to(y[:, None, :], apart.shape), order, axis=-1)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(np.where(near, values, 0.0).sum(axis=-1) / near.sum(axis=-1))


def regression(x: Floats, context: Context) -> Imputed:
    """Fill in what the most telling other indicator of the unit says, by a straight line.

    Notes
    -----
    For each missing cell, of the indicators that the unit has the one with the highest squared correlation
    with the missing one, over at least five units with both; least squares on those units. Error: that of a
    forecast, ``s sqrt(1 + 1/m + (p - mean p)^2 / S_pp)``, s with m - 2. The mean, with its error, where no
    indicator serves.
    """
    filled = mean(x, context)
    guess, error = filled.values.copy(), filled.error.copy()
    seen = counted(x, context.reference)
    for row in np.flatnonzero(np.isnan(x).any(axis=(0, 2))):
        line = _Lines.to(x, seen, int(row))
        share = np.where(np.isfinite(x), line.told[..., None], -1.0)
        share[:, row] = -1.0
        best = share.argmax(axis=1)[:, None]
        use = np.take_along_axis(share, best, axis=1)[:, 0] > 0
        by = np.take_along_axis(line.guess(x), best, axis=1)[:, 0]
        off = np.take_along_axis(line.error(x), best, axis=1)[:, 0]
        guess[:, row] = np.where(use, by, guess[:, row])
        error[:, row] = np.where(use, off, error[:, row])
    return imputed(x, guess, error)


class _Lines(NamedTuple):
    """Straight lines that tell one indicator from each of the others, each part (B, J)."""

    pairs: Floats
    centre: Floats
    level: Floats
    slope: Floats
    squares: Floats
    residual: Floats
    told: Floats

    @classmethod
    def to(cls, x: Floats, seen: Mask, row: int) -> _Lines:
        """Fit by least squares on the units that have both."""
        both = seen & seen[:, row : row + 1]
        count = both.sum(axis=-1, dtype=np.float64)
        target = np.broadcast_to(x[:, row : row + 1], x.shape)
        with np.errstate(invalid="ignore", divide="ignore"):
            centre = np.where(both, x, 0.0).sum(axis=-1) / count
            level = np.where(both, target, 0.0).sum(axis=-1) / count
            off = np.where(both, x - centre[..., None], 0.0)
            away = np.where(both, target - level[..., None], 0.0)
            squares, whole = (off**2).sum(axis=-1), (away**2).sum(axis=-1)
            cross = (off * away).sum(axis=-1)
            slope = cross / squares
            residual = np.sqrt(np.maximum(whole - slope * cross, 0.0) / (count - 2))
            told = cross**2 / (squares * whole)
        fit = (count >= FEWEST_PAIRS) & (squares > 0) & (whole > 0)
        return cls(count, centre, level, slope, squares, residual, np.where(fit, told, -1.0))

    def guess(self, x: Floats) -> Floats:
        """Say what each indicator of each unit tells of the missing one, (B, J, n)."""
        return self.level[..., None] + self.slope[..., None] * (x - self.centre[..., None])

    def error(self, x: Floats) -> Floats:
        """Give the standard deviation of that forecast, (B, J, n)."""
        with np.errstate(invalid="ignore", divide="ignore"):
            spread = 1 / self.pairs[..., None] + (x - self.centre[..., None]) ** 2 / self.squares[..., None]
        return self.residual[..., None] * np.sqrt(1.0 + spread)
