"""From facts to where their indicators are headed: series, projections, and facts with projected rows."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any, Final, Literal

import numpy as np

from indicators.interval import LOG, SCALES, from_scale, to_scale
from indicators.period import DAYS_A_YEAR, lapsed
from indicators.schema import PROJECTED, SCORED_STATUSES
from layers.trend import FEWEST, METHODS, Ahead, Floats, Panel

if TYPE_CHECKING:
    from collections.abc import Iterable

    from indicators.facts import Facts
    from indicators.observations import Row
    from indicators.schema import Indicator

Baseline = Literal["hold", "trend"]
START: Final = date(2000, 1, 1).toordinal()


@dataclass(frozen=True)
class Series:
    """Observations of one indicator for one economy by one instrument.

    Attributes
    ----------
    indicator : Indicator
        Its description.
    economy : str
        ISO3 code.
    rows : tuple of dict
        One row a day, the oldest first.
    """

    indicator: Indicator
    economy: str
    rows: tuple[Row, ...]

    def points(self) -> tuple[list[float], list[float]]:
        """Give times in years and values on the scale; on the log scale only what follows the newest zero."""
        scale, top = SCALES[self.indicator.scale], self.indicator.range[1]
        rows = self.rows
        if scale == LOG:
            zeros = [place for place, row in enumerate(rows) if row["value"] <= 0]
            rows = rows[zeros[-1] + 1 :] if zeros else rows
        values = to_scale(np.array([row["value"] for row in rows], dtype=np.float64), scale, top)
        return [moment(row["period_end"]) for row in rows], np.atleast_1d(values).tolist()


def moment(day: date) -> float:
    """Years since the start of 2000; from one year end to another is a whole number but for leap days."""
    return (day.toordinal() - START) / DAYS_A_YEAR


def series(facts: Facts) -> list[Series]:
    """Every series that both clocks let through, by the instrument of the value that is scored.

    Of two rows of one day the one that is scored counts: published later, or actual rather than estimated.
    """
    cells: dict[tuple[str, str], list[Row]] = {}
    for row in facts.current:
        it = facts.indicators.get(row["code"])
        if it and row["status"] in SCORED_STATUSES and it.central_instrument in {None, "", row["instrument"]}:
            cells.setdefault((row["code"], row["economy"]), []).append(row)
    return [Series(facts.indicators[code], unit, _one_a_day(rows)) for (code, unit), rows in cells.items()]


def _one_a_day(rows: Iterable[Row]) -> tuple[Row, ...]:
    """Rows of the newest row's instrument, the preferred one of each day, the oldest first."""
    ordered = sorted(rows, key=_preference)
    instrument = ordered[-1]["instrument"]
    held = {row["period_end"]: row for row in ordered if row["instrument"] == instrument}
    return tuple(held[day] for day in sorted(held))


def _preference(row: Row) -> tuple[Any, ...]:
    known = row["known"]
    actual = row["status"] == "actual"
    return row["period_end"], known.toordinal() if known else 0, actual, row["instrument"] or ""


def panel(found: Iterable[Series]) -> tuple[list[Series], Panel]:
    """Lay series out as arrays; those with fewer than `FEWEST` usable observations are left out."""
    held = [(each, *each.points()) for each in found]
    held = [each for each in held if len(each[1]) >= FEWEST]
    codes = sorted({each.indicator.code for each, _, _ in held})
    longest = max((len(times) for _, times, _ in held), default=0)
    time, value = np.full((2, len(held), longest), np.nan)
    for place, (_, times, values) in enumerate(held):
        time[place, : len(times)], value[place, : len(times)] = times, values
    group = np.array([codes.index(each.indicator.code) for each, _, _ in held], dtype=np.int64)
    return [each for each, _, _ in held], Panel(group, time, value)


@dataclass(frozen=True)
class Projection:
    """Where the series of some facts are headed.

    Attributes
    ----------
    day : date
        For which day.
    baseline : {"hold", "trend"}
        By which rule.
    series : tuple of Series
        The S series that could be fitted; every other value stays as it is.
    ahead : Ahead
        Median and standard deviation of each on its scale.
    """

    day: date
    baseline: Baseline
    series: tuple[Series, ...]
    ahead: Ahead

    def value(self) -> Floats:
        """Medians in the unit of each indicator, (S,)."""
        return np.asarray(self.drawn(np.zeros((1, len(self.series))))[0])

    def quantile(self, share: float) -> Floats:
        """Quantile of each, share from 0 to 1, in the unit of its indicator, (S,)."""
        from scipy.special import ndtri

        return np.asarray(self.drawn(np.full((1, len(self.series)), float(ndtri(share))))[0])

    def drawn(self, z: Floats) -> Floats:
        """Values for standard normals z, (B, S), in the unit of each indicator and within its range."""
        u = self.ahead.centre + z * self.ahead.sd
        found = np.empty_like(u)
        for place, each in enumerate(self.series):
            least, most = each.indicator.range
            x = from_scale(u[:, place], SCALES[each.indicator.scale], most)
            found[:, place] = np.clip(x, least, most)
        return found

    def rows(self) -> list[Row]:
        """Give rows for the facts, one a series, of status `projected`.

        The stated range of the newest observation moves along on the scale; `spread`, the standard deviation
        of the projection on that scale, comes on top of it when the value is drawn.
        """
        values = self.value().tolist()
        return [
            _row(each, self, value, float(sd))
            for each, value, sd in zip(self.series, values, self.ahead.sd, strict=True)
        ]


def project(facts: Facts, day: date, baseline: Baseline = "trend") -> Projection:
    """Project every series that can be fitted to a day.

    Parameters
    ----------
    facts : Facts
        Cut by both clocks; only what they let through is fitted.
    day : date
        The day; a series that ends later stays as it is.
    baseline : {"hold", "trend"}
        Damped trend, or no change with the uncertainty that past changes suggest.

    Returns
    -------
    Projection
        Series of at least three observations by one instrument whose newest value is young enough to be
        scored at the state date. What a layer computes from record tables is not projected.
    """
    young = [each for each in series(facts) if not _too_old(each, facts.date)]
    fitted, laid = panel(young)
    if not fitted:
        return Projection(day, baseline, (), Ahead(np.zeros(0), np.zeros(0)))
    years = np.maximum(moment(day) - laid.last()[0], 0.0)
    return Projection(day, baseline, tuple(fitted), METHODS[baseline](laid, years))


def with_projected(facts: Facts, day: date, baseline: Baseline = "trend") -> Facts:
    """Return facts in which projected values stand in place of the observed ones: a baseline of scenarios.

    The state date stays, since record tables are not projected; the rows say for which day they stand. With
    `hold` the facts come back as they are.
    """
    if baseline == "hold":
        return facts
    rows = [{**row, "period_end": facts.date, "known": None} for row in project(facts, day).rows()]
    replaced = {(row["code"], row["economy"]) for row in rows}
    kept = [row for row in facts.rows if (row["code"], row["economy"]) not in replaced]
    if facts.known_by:
        rows = [{**row, "known": facts.known_by} for row in rows]
    return replace(facts, rows=(*kept, *rows))


def _too_old(each: Series, today: date) -> bool:
    return lapsed(each.rows[-1]["period_end"], today, each.indicator.max_age_years)


def _row(each: Series, to: Projection, value: float, sd: float) -> Row:
    last, it = each.rows[-1], each.indicator
    first = each.rows[0]["date"]
    note = f"Projected by damped trend from {len(each.rows)} values of {first} to {last['date']}."
    low, high = _moved(it, last, value)
    given = {"low": low, "high": high, "interval_kind": "judgement" if math.isfinite(low) else ""}
    described = {"status": PROJECTED, "note": note, "spread": sd, "value": value}
    return {**last, **given, **described, "date": to.day.isoformat(), "published": ""}


def _moved(it: Indicator, last: Row, value: float) -> tuple[float, float]:
    """Range of the newest observation, moved on the scale to the projected value; NaN where it has none."""
    if not math.isfinite(last["low"]):
        return math.nan, math.nan
    scale, (least, most) = SCALES[it.scale], it.range
    ends = to_scale(np.array([last["low"], last["value"], last["high"], value]), scale, most)
    moved = from_scale(ends[[0, 2]] - ends[1] + ends[3], scale, most)
    low, high = np.clip(moved, least, most).tolist()
    return min(low, value), max(high, value)
