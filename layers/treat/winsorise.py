"""Winsorise: pull the outermost points in until skewness or kurtosis is within its limit."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from layers.treat.moments import fails, skew_kurtosis
from layers.treat.treated import HIGH, LOW, Treated
from layers.unfit import require

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]


class Limits(NamedTuple):
    """When treating starts and where it ends; each a number, (J,), (B, J) or (B, 1)."""

    most: ArrayLike = 5
    skew: ArrayLike = 2.0
    kurtosis: ArrayLike = 3.5
    force: bool = False

    def rows(self, shape: tuple[int, ...]) -> tuple[Floats, Floats, Floats]:
        """Give most, skew and kurtosis for every row of a batch of shape (B, J)."""
        most, skew, kurtosis = (
            np.broadcast_to(np.asarray(each, dtype=np.float64), shape).reshape(-1) for each in self[:3]
        )
        require("winsorising", "most", self.most, most >= 0, "0 or more")
        for name, each in (("skew", skew), ("kurtosis", kurtosis)):
            require("winsorising", name, getattr(self, name), np.isfinite(each), "a number")
        return most, skew, kurtosis


def winsorise(
    x: Floats,
    reference: Mask,
    *,
    most: ArrayLike = 5,
    skew: ArrayLike = 2.0,
    kurtosis: ArrayLike = 3.5,
    force: bool = False,
) -> Treated:
    """Pull in the outermost values of indicators that are skewed and heavy-tailed.

    Parameters
    ----------
    x : (B, J, n) array
        Values, NaN where missing.
    reference : (n,) array of bool
        Units that count; the others are only cut to the ends that these were pulled to.
    most : scalar, (J,), (B, J) or (B, 1)
        Points after which it stops.
    skew, kurtosis : scalar, (J,), (B, J) or (B, 1)
        An indicator passes with ``abs(skewness) < skew`` or ``kurtosis < kurtosis``.
    force : bool
        Go on to `most` points even where the test passes.

    Notes
    -----
    While the test fails and fewer than `most` points are pulled in: if the skewness is not negative, all
    points at the maximum take the next lower value, else all points at the minimum take the next higher one.
    The count is of the points at the current maximum, if that end was treated, and of those at the current
    minimum, if that was; so ties may take it past `most` (OECD/JRC 2008, Handbook on Constructing Composite
    Indicators, and the treatment used since by the JRC for most indices it audits). An indicator that is
    reduced to one value is left there.
    """
    values, _, rows = pulled(x, reference, Limits(most, skew, kurtosis, force))
    return Treated(values, ends(x, values, rows))


def ends(before: Floats, after: Floats, rows: Ints) -> NDArray[np.uint8]:
    """Mark the cells that were pulled in, by the end they stood at; only `rows` of the batch were touched."""
    mark = np.zeros(before.shape, dtype=np.uint8)
    flat = (-1, int(before.shape[-1]))
    was, now = before.reshape(flat)[rows], after.reshape(flat)[rows]
    mark.reshape(flat)[rows] = np.uint8(HIGH) * (now < was) + np.uint8(LOW) * (now > was)
    return mark


def pulled(x: Floats, reference: Mask, limits: Limits) -> tuple[Floats, Mask, Ints]:
    """Winsorise a batch.

    Returns
    -------
    values : (B, J, n) array
        After treatment.
    failed : (B, J) array of bool
        Indicators that still do not pass.
    rows : (touched,) array of int64
        Places of those that were treated, counted over the whole batch.
    """
    shape = x.shape[:-1]
    values = x.reshape(-1, x.shape[-1]).copy()
    counts = values if reference.all() else np.ascontiguousarray(values[:, reference])
    seen = np.isfinite(counts)
    most, *limit = limits.rows(shape)
    skewness, kurtosis = skew_kurtosis(counts, seen)
    failed = fails(skewness, kurtosis, *limit)
    at = np.flatnonzero((failed | (limits.force & np.isfinite(skewness))) & (most > 0))
    touched = at
    rows = _Rows(counts[at], seen[at], skewness[at])
    done = np.zeros(len(at), dtype=np.bool_)
    while len(at):
        stuck = rows.pull()
        skewness, kurtosis = rows.moments()
        failed[at] = fails(skewness, kurtosis, limit[0][at], limit[1][at])
        done = (rows.points() >= most[at]) | stuck | ~(failed[at] | limits.force)
        over = np.flatnonzero(done)
        _put(values, reference, at[over], rows.part(over))
        rows, at = rows.part(np.flatnonzero(~done)), at[~done]
    return values.reshape(x.shape), failed.reshape(shape), touched


class _Rows:
    """Indicators under treatment: their values, and how many points stand at each treated end."""

    def __init__(self, x: Floats, seen: Mask, skewness: Floats) -> None:
        self.x, self.seen, self.skewness = x, seen, skewness
        self.high = np.zeros(len(x))
        self.low = np.zeros(len(x))

    def part(self, rows: NDArray[np.int64]) -> _Rows:
        """Take some of the rows."""
        part = _Rows(self.x[rows], self.seen[rows], self.skewness[rows])
        part.high, part.low = self.high[rows], self.low[rows]
        return part

    def pull(self) -> Mask:
        """Pull one value in by the sign of the skewness; say which rows have one value only and stay."""
        upper = ~(self.skewness < 0)
        sign = np.where(upper, 1.0, -1.0)[:, None]
        y = self.x * sign
        if not self.seen.all():
            y[~self.seen] = -np.inf
        outermost = y == y.max(axis=1, keepdims=True)
        y[outermost] = -np.inf
        following = y.max(axis=1, keepdims=True)
        stuck: Mask = ~np.isfinite(following[:, 0])
        moved = outermost & ~stuck[:, None]
        self.x = np.where(moved, following * sign, self.x)
        count = moved.sum(axis=1)
        self.high = np.where(upper & ~stuck, count, self.high)
        self.low = np.where(~upper & ~stuck, count, self.low)
        return stuck

    def moments(self) -> tuple[Floats, Floats]:
        """Skewness, kept for the next pull, and kurtosis."""
        self.skewness, kurtosis = skew_kurtosis(self.x, self.seen)
        return self.skewness, kurtosis

    def points(self) -> Floats:
        """Count the points pulled in so far."""
        return self.high + self.low


def _put(values: Floats, reference: Mask, at: NDArray[np.int64], rows: _Rows) -> None:
    """Write treated rows back; units that do not count are cut to the ends that were pulled in."""
    if not len(at):
        return
    if reference.all():
        values[at] = rows.x
        return
    low = np.where(rows.seen, rows.x, np.inf).min(axis=1)
    high = np.where(rows.seen, rows.x, -np.inf).max(axis=1)
    floor = np.where(rows.low > 0, low, -np.inf)[:, None]
    ceiling = np.where(rows.high > 0, high, np.inf)[:, None]
    whole = np.clip(values[at], floor, ceiling)
    whole[:, reference] = rows.x
    values[at] = whole
