"""Fill from other years of the same unit: the latest value, or a line between the years around."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from layers.impute.context import Imputed, imputed, needed

if TYPE_CHECKING:
    from layers.impute.context import Context

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def latest(x: Floats, context: Context) -> Imputed:
    """Carry the latest earlier value forward, at most `back` time points."""
    series = _Series.of(x, context, "latest")
    steps = np.arange(len(series.times)) - series.earlier
    found = (series.earlier >= 0) & (steps <= context.back)
    guess = np.where(found, series.at(series.earlier), np.nan)
    return series.back(x, guess, series.after())


def constant(x: Floats, context: Context) -> Imputed:
    """Keep the earlier value until the next one; before the first value that one."""
    series = _Series.of(x, context, "constant")
    begun = series.earlier >= 0
    guess = np.where(begun, series.at(series.earlier), series.at(series.later))
    return series.back(x, guess, np.where(begun, series.after(), series.until()))


def linear(x: Floats, context: Context) -> Imputed:
    """Draw a line between the values before and after; beyond the first and the last keep these.

    Notes
    -----
    As ``approx(rule = 2)`` of R, which COINr's impute_panel takes. A series with a single value has no line
    and stays as it is.
    """
    series = _Series.of(x, context, "linear")
    alone = np.isfinite(series.values).sum(axis=-1, keepdims=True) < 2
    guess, error = _lined(series)
    return series.back(x, np.where(alone, np.nan, guess), error)


def linear_constant(x: Floats, context: Context) -> Imputed:
    """Draw lines as `linear` does, and keep the value of a series that has only one."""
    series = _Series.of(x, context, "linear_constant")
    return series.back(x, *_lined(series))


def _lined(series: _Series) -> tuple[Floats, Floats]:
    """Line between neighbours, the nearest value outside them, and the error of both."""
    before, after = series.at(series.earlier), series.at(series.later)
    inside, begun = np.isfinite(before) & np.isfinite(after), np.isfinite(before)
    guess = np.where(inside, series.line(), np.where(begun, before, after))
    beyond = np.where(begun, series.after(), series.until())
    return guess, np.where(inside, series.between(), beyond)


class _Series(NamedTuple):
    """Values as (B, J, units, times), and for each the place of the nearest value before and after it.

    Notes
    -----
    Error: values are taken to wander, with a variance per unit of time estimated from all consecutive values
    of the indicator, ``mean(change^2 / gap)``. A value carried over a gap g is off by ``sqrt(variance g)``,
    one on a line between values a before and b after by ``sqrt(variance a b / (a + b))`` (Brownian bridge).
    """

    values: Floats
    times: Floats
    columns: Ints
    earlier: Ints
    later: Ints
    variance: Floats

    @classmethod
    def of(cls, x: Floats, context: Context, method: str) -> _Series:
        """Arrange the columns of a panel by unit and time."""
        units = needed("several years of each unit (a column Time)", method, context.unit)
        moments = needed("several years of each unit (a column Time)", method, context.time)
        _, which = np.unique(units, return_inverse=True)
        times, when = np.unique(moments, return_inverse=True)
        columns = np.full((int(which.max()) + 1, len(times)), -1)
        columns[which, when] = np.arange(len(which))
        values = np.where(columns >= 0, x[..., columns], np.nan)
        there = np.isfinite(values)
        place = np.arange(len(times))
        earlier = np.maximum.accumulate(np.where(there, place, -1), axis=-1)
        later = np.where(there, place, len(times))
        later = np.minimum.accumulate(later[..., ::-1], axis=-1)[..., ::-1]
        return cls(values, times.astype(np.float64), columns, earlier, later, _wander(values, times, earlier))

    def at(self, place: Ints) -> Floats:
        """Values at places of the time axis, NaN where the place lies outside."""
        inside = (place >= 0) & (place < len(self.times))
        found = np.take_along_axis(self.values, np.clip(place, 0, len(self.times) - 1), axis=-1)
        return np.where(inside, found, np.nan)

    def when(self, place: Ints) -> Floats:
        """Give the times of places, NaN where the place lies outside."""
        inside = (place >= 0) & (place < len(self.times))
        return np.where(inside, self.times[np.clip(place, 0, len(self.times) - 1)], np.nan)

    def line(self) -> Floats:
        """Values of the line between neighbours in time."""
        first, last = self.when(self.earlier), self.when(self.later)
        start = self.at(self.earlier)
        with np.errstate(invalid="ignore", divide="ignore"):
            return start + (self.at(self.later) - start) * ((self.times - first) / (last - first))

    def after(self) -> Floats:
        """Error of a value carried forward."""
        return np.sqrt(self.variance * (self.times - self.when(self.earlier)))

    def until(self) -> Floats:
        """Error of a value carried back."""
        return np.sqrt(self.variance * (self.when(self.later) - self.times))

    def between(self) -> Floats:
        """Error of a value on a line."""
        before, beyond = self.times - self.when(self.earlier), self.when(self.later) - self.times
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.sqrt(self.variance * before * beyond / (before + beyond))

    def back(self, x: Floats, guess: Floats, error: Floats) -> Imputed:
        """Put guesses back into the columns of the panel."""
        there = self.columns >= 0
        flat, spread = np.full(x.shape, np.nan), np.full(x.shape, np.nan)
        flat[..., self.columns[there]] = guess[..., there]
        spread[..., self.columns[there]] = np.broadcast_to(error, guess.shape)[..., there]
        return imputed(x, flat, spread)


def _wander(values: Floats, times: Floats, earlier: Ints) -> Floats:
    """Variance per unit of time of each indicator, (B, J, 1, 1)."""
    start = np.concatenate([np.full_like(earlier[..., :1], -1), earlier[..., :-1]], axis=-1)
    inside = start >= 0
    clipped = np.maximum(start, 0)
    change = values - np.take_along_axis(values, clipped, axis=-1)
    gap = np.where(inside, times - times[clipped], np.nan)
    rate = np.where(inside & np.isfinite(change), change**2 / gap, np.nan)
    count = np.isfinite(rate).sum(axis=(-1, -2), keepdims=True)
    with np.errstate(invalid="ignore", divide="ignore"):
        found = np.nansum(rate, axis=(-1, -2), keepdims=True) / count
    return np.asarray(found)
