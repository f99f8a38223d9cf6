"""Frontiers of two sides over time, the gap and the lag between them, with the definition of each figure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from layers.frontier_capability import frontier

if TYPE_CHECKING:
    from collections.abc import Sequence

    from layers.frontier_capability.irt import Index

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

LOW, MIDDLE, HIGH = 0.05, 0.5, 0.95
RELEASES_SINCE = date(2023, 1, 1)
DAYS_SINCE = date(2023, 7, 1)
"""First day of the mean day by day: both sides have models in the record from about then."""
DEFINITIONS = {
    "release": "months from the day the leader first reached a level to the day the follower did, mean over "
    "the follower's new bests since 2023; a lead counts as negative, at least as long as the record lasts",
    "daily": "months since the leader first stood where the follower stands, mean over all days since July "
    "2023; negative on days on which the follower stands above",
    "now": "months since the leader first stood where the follower stands, on the last day with a release",
}


@dataclass(frozen=True)
class Ranged:
    """A figure with its 5 and 95 % points over draws."""

    value: float
    low: float
    high: float

    @classmethod
    def of(cls, drawn: Floats) -> Ranged:
        """Take median, 5 and 95 % points of the draws; NaN is left out."""
        known = drawn[np.isfinite(drawn)]
        if not known.size:
            return cls(float("nan"), float("nan"), float("nan"))
        return cls(*(float(np.quantile(known, q)) for q in (MIDDLE, LOW, HIGH)))


@dataclass(frozen=True)
class Release:
    """One new best of the follower: the model, its release, its capability, and its lag or a bound of it."""

    model: str
    released: date
    capability: Ranged
    lag: Ranged
    bound: Literal["", "at least", "at most"]


def member(index: Index, **wanted: str | bool) -> Mask:
    """Return which configurations have the wanted values, such as ``economy="CHN"`` or ``open_weights=True``.

    Parameters
    ----------
    index
        The index.
    wanted
        Columns of its frame and what must stand there; all must hold.
    """
    chosen = np.ones(len(index.models), dtype=bool)
    for column, value in wanted.items():
        held = index.frame[column]
        if isinstance(value, bool):
            chosen &= (held.astype("boolean") == value).to_numpy(dtype=bool, na_value=False)
        else:
            chosen &= (held == value).to_numpy(dtype=bool)
    return chosen


def ordinal(index: Index) -> Floats:
    """Return release days as proleptic ordinals, (K,)."""
    return np.array([day.toordinal() for day in index.frame["released"]], dtype=np.float64)


@dataclass(frozen=True)
class History:
    """The frontiers of two sides over the releases of both.

    Attributes
    ----------
    index : Index
        The index they are read from.
    first, second : (K,) arrays of bool
        Configurations of the leader and of the follower.
    event : (E,) array of float64
        Days with a release of either, as ordinals, rising.
    swapped : bool
        True where the second side of what was asked for leads.
    """

    index: Index
    first: Mask
    second: Mask
    event: Floats
    swapped: bool = False

    @classmethod
    def of(cls, index: Index, first: Mask, second: Mask) -> History:
        """Set two sides against each other."""
        days = ordinal(index)
        return cls(index, first, second, np.unique(days[first | second]))

    def path(self, chosen: Mask, at: Floats | None = None, *, central: bool = False) -> Floats:
        """Return the frontier of some configurations, (draws, days); at each event by default."""
        points = self.index.centre[None] if central else self.index.draws
        return frontier.running_best(points, ordinal(self.index), chosen, self.event if at is None else at)

    def lag(self, at: Floats) -> Floats:
        """Return the lag of the second behind the first, day by day, (draws, days)."""
        return frontier.lag_by_day(self.path(self.second), self.path(self.first), self.event, at)

    def daily(self, since: date = DAYS_SINCE) -> Ranged:
        """Return the mean of the lag over the days since one."""
        at = np.arange(max(float(since.toordinal()), self.event[0]), self.event[-1] + 1.0)
        return Ranged.of(_mean(self.lag(at)))

    def now(self) -> Ranged:
        """Return the lag on the last day with a release in the record."""
        return Ranged.of(self.lag(np.array([ordinal(self.index).max()]))[:, 0])

    def at_release(self, since: date = RELEASES_SINCE) -> Ranged:
        """Return the mean of the lag over the second's new bests since a day."""
        lag, _ = self._at_release()
        return Ranged.of(_mean(np.where(self.event >= since.toordinal(), lag, np.nan)))

    def bounds(self) -> tuple[float, float, float]:
        """Return mean numbers over draws: new bests of the second; lags at least, and at most, what is said.

        At least where the first's oldest model in the record stands as high, so that it may have been there
        before; at most where the first has not reached the level yet.
        """
        lag, bound = self._at_release()
        counts = (np.isfinite(lag), bound > 0, bound < 0)
        return tuple(float(each.sum(axis=1).mean()) for each in counts)  # type: ignore[return-value]

    def gap(self, at: Floats) -> Floats:
        """Return the second's frontier less the first's, (draws, days); NaN before both have released."""
        second, first = self.path(self.second, at), self.path(self.first, at)
        known = np.isfinite(np.minimum(second, first))
        gap = np.full(known.shape, np.nan)
        np.subtract(second, first, out=gap, where=known)
        return gap

    def ahead(self, at: Floats) -> Floats:
        """Return the share of draws in which the second stands above the first, by day."""
        return np.asarray((self.gap(at) > 0.0).mean(axis=0), dtype=np.float64)

    def releases(self) -> list[Release]:
        """Return the second's new bests, by most probable capability, oldest first."""
        found = []
        best = -np.inf
        days, now = ordinal(self.index), float(ordinal(self.index).max())
        path = self.path(self.first)
        start = np.argmax(np.isfinite(path), axis=-1)
        rank = sorted(np.flatnonzero(self.second), key=lambda k: (days[k], -self.index.centre[k]))
        for k in rank:
            if self.index.centre[k] <= best:
                continue
            best = float(self.index.centre[k])
            level = self.index.draws[:, k]
            place = frontier.reached_at(path, level[:, None])[:, 0]
            never = place >= len(self.event)
            first = np.where(never, now, self.event[np.minimum(place, len(self.event) - 1)])
            lag = Ranged.of((days[k] - first) / frontier.DAYS_PER_MONTH)
            bound = _bound((place == start).mean(), never.mean())
            released = date.fromordinal(int(days[k]))
            found.append(Release(self.index.models[k], released, Ranged.of(level), lag, bound))
        return found

    def _at_release(self) -> tuple[Floats, NDArray[np.int64]]:
        now = float(ordinal(self.index).max())
        return frontier.lag_at_release(self.path(self.second), self.path(self.first), self.event, now)


def _bound(early: float, never: float) -> Literal["", "at least", "at most"]:
    """Say what a lag is in most draws, by the shares in which it is a lower and an upper bound."""
    if early > MIDDLE:
        return "at least"
    return "at most" if never > MIDDLE else ""


def _mean(lag: Floats) -> Floats:
    """Return the mean of each row over what is known; NaN where nothing is."""
    known = np.isfinite(lag)
    count = known.sum(axis=1)
    total = np.where(known, lag, 0.0).sum(axis=1)
    return np.asarray(np.where(count > 0, total / np.maximum(count, 1), np.nan), dtype=np.float64)


def pair(index: Index, first: Sequence[str], second: Sequence[str]) -> History | None:
    """Set two economies or blocs against each other, the higher one as leader; None if one has no model.

    Parameters
    ----------
    index
        The index.
    first, second
        Codes of the economies on each side.
    """
    economies = index.frame["economy"]
    sides = [np.asarray(economies.isin(list(codes)), dtype=bool) for codes in (first, second)]
    if not all(side.any() for side in sides):
        return None
    one, two = (float(np.median(frontier.best(index.draws, side))) for side in sides)
    leader, follower = sides if one >= two else sides[::-1]
    event = np.unique(ordinal(index)[leader | follower])
    return History(index, leader, follower, event, swapped=two > one)


@dataclass(frozen=True)
class Standing:
    """Where one group stood on a day: its best configuration, its frontier and the gap to the world's."""

    name: str
    model: str
    released: date
    frontier: Ranged
    gap: Ranged


def standings(index: Index, by: str, on: date | None = None) -> list[Standing]:
    """Return the frontier of every group on a day, the highest first.

    Parameters
    ----------
    index
        The index.
    by
        Column of its frame: ``economy``, ``lab`` or ``open_weights``.
    on
        The day; the newest release by default. For an earlier day only later releases are left out: to leave
        out benchmarks that came later too, take the index of the facts as of that day.
    """
    days = ordinal(index)
    out = days <= (days.max() if on is None else on.toordinal())
    if not out.any():
        return []
    world = frontier.best(index.draws, out)
    groups = index.frame[by].astype("string").fillna("").to_numpy(dtype=str)
    found = []
    for name in sorted(set(groups[out]) - {""}):
        chosen = out & (groups == name)
        own = frontier.best(index.draws, chosen)
        k = int(np.argmax(np.where(chosen, index.centre, -np.inf)))
        released = date.fromordinal(int(days[k]))
        found.append(Standing(name, index.models[k], released, Ranged.of(own), Ranged.of(own - world)))
    return sorted(found, key=lambda each: -each.frontier.value)
