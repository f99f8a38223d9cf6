"""Which observation stands in each cell, what an absence means, and how members add up to a bloc."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from indicators.period import DAYS_A_YEAR, lapsed, period_end
from indicators.schema import PROJECTED, SCORED_STATUSES, Indicator
from layers.layer import NAMES, computed_rows, posteriors
from layers.posterior import Joint, cells, joint
from layers.spread import BOUNDS, Given, Spread, spread

if TYPE_CHECKING:
    from collections.abc import Container, Sequence
    from datetime import date

    from indicators.facts import Facts
    from layers.choices import Error

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

STATES: Final = ("missing", "observed", "zero", "floor", "censored", "stale", "imputed")
MISSING, OBSERVED, ZERO, FLOOR, CENSORED, STALE, IMPUTED = range(len(STATES))
DAYS: Final = DAYS_A_YEAR
COMPUTED: Final = "computed"
"""Key of a record that names the layer that computed it."""
LEAP: Final = 1 / DAYS
"""Slack of one day in years: from one year end to another is never more than whole years, leap or not."""


class Observed:
    """The cells of a grid while it is built, (J, n) arrays filled one step after the other.

    Attributes
    ----------
    value, low, high : arrays
        In the unit of the indicator; NaN where missing.
    centre, below, above, scale, assumed : arrays
        The error model, see `layers.spread`.
    state : array of uint8
        Index into `STATES`.
    record : array of int64
        Place in `records`, -1 where no observation was chosen.
    day : array of int64
        Day number on which the period of the value ends, of the oldest member for a bloc; 0 where unknown.
        For an absence the newest period in which the indicator was measured.
    computed : array of bool
        A layer computed the value.
    records : list of dict
        Observations that were chosen.
    """

    def __init__(self, facts: Facts, indicators: Sequence[Indicator], units: tuple[str, ...]) -> None:
        shape = (len(indicators), len(units))
        self.facts, self.indicators, self.units = facts, indicators, units
        self.value, self.low, self.high = (np.full(shape, np.nan) for _ in range(3))
        self.centre, self.below, self.above = (np.zeros(shape) for _ in range(3))
        self.scale, self.state = np.zeros(shape, dtype=np.uint8), np.zeros(shape, dtype=np.uint8)
        self.assumed = np.ones(shape, dtype=bool)
        self.record = np.full(shape, -1, dtype=np.int64)
        self.day = np.zeros(shape, dtype=np.int64)
        self.computed = np.zeros(shape, dtype=bool)
        self.records: list[dict[str, Any]] = []

    def fill(self) -> None:
        """Take, for each cell, the observation whose period ends last."""
        place = {unit: i for i, unit in enumerate(self.units)}
        rows = {it.code: j for j, it in enumerate(self.indicators)}
        best: dict[tuple[int, int], dict[str, Any]] = {}
        for row in (*self.facts.current, *_computed(self.facts, rows)):
            at = rows.get(row["code"], -1), place.get(row["economy"], -1)
            if min(at) < 0 or not admissible(row, self.indicators[at[0]]):
                continue
            if at not in best or newness(row) > newness(best[at]):
                best[at] = row
        for at in sorted(best):
            self.record[at] = len(self.records)
            self.computed[at] = COMPUTED in best[at]
            self.records.append(best[at])
            self._take(at, best[at])

    def _take(self, at: tuple[int, int], row: dict[str, Any]) -> None:
        self.day[at] = row["period_end"].toordinal()
        if lapsed(row["period_end"], self.facts.date, self.indicators[at[0]].max_age_years):
            self.state[at] = STALE
            return
        self.state[at] = OBSERVED
        self.value[at], self.low[at], self.high[at] = row["value"], row["low"], row["high"]

    def _age(self, at: tuple[int, int]) -> float:
        """Years from the end of the period to the state date."""
        return float(self.facts.date.toordinal() - self.day[at]) / DAYS

    def absences(self) -> None:
        """Give economies without a row what their absence means, where the indicator was measured at all."""
        economies = np.array([not self.facts.units[unit].members for unit in self.units])
        for j, it in enumerate(self.indicators):
            seen = self.state[j] == OBSERVED
            if it.absent == "missing" or not seen.any():
                continue
            away = (self.state[j] == MISSING) & economies
            if it.absent == "censored" and it.censor_bound is not None:
                away |= self.state[j] == STALE  # was published once and has fallen below the bound since
                self.record[j, away], self.state[j, away] = -1, CENSORED
                self.value[j, away], self.low[j, away] = it.censor_bound / 2, 0.0
                self.high[j, away] = it.censor_bound
            elif it.absent == "zero":
                self.state[j, away], self.value[j, away] = ZERO, 0.0
            else:
                self.state[j, away] = FLOOR
            self.day[j, away] = self.day[j, seen].max()

    def doubt(self, units: Floats, error: Error) -> None:
        """Add the error model of every economy's cell: given ranges where there are any, else classes.

        Parameters
        ----------
        units : (J, n) array
            What one goalpost range is in the unit of the indicator, at each value.
        error : Error
            Standard deviations by quality class.
        """
        for j, i in np.argwhere(np.isfinite(self.value)):
            row = self.records[self.record[j, i]] if self.record[j, i] >= 0 else {}
            given = Given(float(self.value[j, i]), float(self.low[j, i]), float(self.high[j, i]))
            given.kind, given.quality = row.get("interval_kind") or "", row.get("quality") or "judgement"
            given.unit, given.age = float(units[j, i]), self._age((j, i))
            given.ahead = float(row.get("spread", 0.0))
            if self.state[j, i] == CENSORED:
                given.kind = BOUNDS
            if self.state[j, i] == ZERO:
                given.low = given.high = 0.0
            found = spread(self.indicators[j], given, error)
            self._put((j, i), found, assumed=found.assumed or bool(self.state[j, i] == CENSORED))

    def _put(self, at: tuple[int, int], found: Spread, *, assumed: bool) -> None:
        self.centre[at], self.below[at], self.above[at] = found.centre, found.below, found.above
        self.scale[at], self.assumed[at] = found.scale, assumed
        self.low[at], self.high[at] = found.low, found.high

    def blocs(self, error: Error) -> None:
        """Combine members by the rule of each indicator; a sum needs all of them, a mean or the best any.

        What a layer computed for the bloc itself stands.
        """
        for i, unit in enumerate(self.units):
            members = [self.units.index(code) for code in self.facts.units[unit].members]
            if not members:
                continue
            for j, it in enumerate(self.indicators):
                if self.computed[j, i]:
                    continue
                seen = np.isfinite(self.value[j, members])
                none = self.state[j, members] == FLOOR  # truly absent: adds nothing to a sum
                if none.all():
                    self.state[j, i], self.day[j, i] = FLOOR, self.day[j, members].min()
                elif seen.any() and (it.bloc_rule != "sum" or (seen | none).all()):
                    self._combine((j, i), np.array(members)[seen], error)

    def joints(self) -> tuple[Joint, ...]:
        """Lay the layers' joint draws over the cells; a bloc combines those of its members row by row."""
        found = joint(
            [each for name in NAMES for each in posteriors(self.facts, name)],
            [it.code for it in self.indicators],
            self.units,
            self.computed & (self.state == OBSERVED),
        )
        for i, unit in enumerate(self.units):
            members = np.array([self.units.index(code) for code in self.facts.units[unit].members], dtype=int)
            for values in found.values():
                told = np.isfinite(values[:, :, members]).any(axis=(0, 2)) & np.isfinite(self.value[:, i])
                told &= ~self.computed[:, i]  # the layer drew the bloc itself
                for j in np.flatnonzero(told):
                    seen = members[np.isfinite(self.value[j, members])]
                    drawn = values[:, j, seen]
                    whole = np.where(np.isfinite(drawn), drawn, self.value[j, seen])
                    values[:, j, i] = _combined(whole, self.indicators[int(j)])
        return cells(found)

    def _combine(self, at: tuple[int, int], members: Ints, error: Error) -> None:
        """Set a bloc's cell; ends of ranges are combined like values, as if the members erred together."""
        j, it = at[0], self.indicators[at[0]]
        states = set(self.state[j, members].tolist())
        self.state[at] = states.pop() if len(states) == 1 else OBSERVED
        self.day[at] = self.day[j, members].min()
        value, low, high = (
            float(_combined(part[j, members], it)) for part in (self.value, self.low, self.high)
        )
        given = Given(value, low, high)
        self.value[at] = given.value
        given.kind = BOUNDS if self.state[at] == CENSORED else ""
        self._put(at, spread(it, given, error), assumed=bool(self.assumed[j, members].any()))


def admissible(row: dict[str, Any], it: Indicator) -> bool:
    """Say whether a row may score: a value of the past, by the instrument that the column is stated in.

    A projected row is in facts only where a baseline of scenarios put it in place of the observed ones.
    """
    known = row["value"] is not None and row["status"] in {*SCORED_STATUSES, PROJECTED}
    return known and it.central_instrument in {None, "", row["instrument"]}


def newness(row: dict[str, Any]) -> tuple[Any, ...]:
    """Order of preference in one cell, whatever the order of the file: latest, last published, actual."""
    known = row.get("known")
    return (
        row["period_end"].toordinal(),
        known.toordinal() if known else 0,
        row["status"] == "actual",
        row["instrument"] or "",
    )


def _combined(members: Floats, it: Indicator) -> Floats:
    """Combine members, the last axis, into a bloc."""
    if it.bloc_rule == "best":
        return np.asarray(members.max(axis=-1) if it.direction > 0 else members.min(axis=-1))
    return np.asarray(members.sum(axis=-1) if it.bloc_rule == "sum" else members.mean(axis=-1))


def _computed(facts: Facts, codes: Container[str]) -> list[dict[str, Any]]:
    """List what layers computed of some indicators, as observations."""
    rows = []
    for name in NAMES:
        for row in computed_rows(facts, name):
            if row["code"] not in codes:
                continue
            ends = {part: np.nan if row[part] is None else row[part] for part in ("low", "high")}
            rows.append({**row, **ends, COMPUTED: name, "period_end": _end(row["date"], facts.date)})
    return rows


def _end(text: str, latest: date) -> date:
    """End of the period of a computed value: at most the state date, since it was computed for that day."""
    return min(period_end(text), latest) if text else latest
