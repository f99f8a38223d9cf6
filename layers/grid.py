"""Indicators x units with their error model, built from facts at one date through one lens."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from indicators.facts import Facts
from indicators.interval import IDENTITY, LOG, LOGIT, SCALES, UNIFORM, Z95, to_scale
from indicators.period import period_end
from indicators.schema import SCORED_STATUSES, Indicator, Lens, Reading
from layers.choices import Error
from layers.layer import NAMES, computed_rows

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

STATES: Final = ("missing", "observed", "zero", "floor", "censored", "stale", "imputed")
MISSING, OBSERVED, ZERO, FLOOR, CENSORED, STALE, IMPUTED = range(len(STATES))
DAYS: Final = 365.25


@dataclass(frozen=True)
class Grid:
    """Indicators x units.

    Attributes
    ----------
    indicators : tuple of Indicator
        J of them.
    units : tuple of str
        n economies, then blocs.
    value, low, high : (J, n) arrays
        In the unit of the indicator; NaN where missing.
    state : (J, n) array of uint8
        Index into `STATES`.
    centre, below, above : (J, n) arrays
        Median and standard deviations on the scale on which the cell is drawn (uniform cells: bounds in below, above).
    scale : (J, n) array of uint8
        `IDENTITY`, `LOG`, `LOGIT` or `UNIFORM`, by cell.
    bias_group, bias_side, bias_sd : (J, n) arrays
        Index of the bias group or -1; +1 understated, -1 overstated, 0 both; standard deviation on the scale.
    groups : tuple of str
        Names of the bias groups.
    divisor : (J, n) array
        What the value is divided by through the lens, 1 where nothing.
    worst, best : (J,) arrays
        Goalposts after the transform.
    transform : tuple of str
        By indicator.
    limits : (J, 2) array
        Lowest and highest possible value.
    record : (J, n) array of int64
        Place in `records`, -1 where there is none.
    records : tuple of dict
        Observations that were chosen, with file and row.
    reference : (n,) array of bool
        Units that may set a minimum, mean or rank; blocs are scored, never counted.
    assumed : (J, n) array of bool
        The range comes from a quality class or a judgement, not from the evidence.
    """

    indicators: tuple[Indicator, ...]
    units: tuple[str, ...]
    value: Floats
    low: Floats
    high: Floats
    state: NDArray[np.uint8]
    centre: Floats
    below: Floats
    above: Floats
    scale: NDArray[np.uint8]
    bias_group: Ints
    bias_side: Ints
    bias_sd: Floats
    groups: tuple[str, ...]
    divisor: Floats
    worst: Floats
    best: Floats
    transform: tuple[str, ...]
    limits: Floats
    record: Ints
    records: tuple[dict[str, Any], ...]
    reference: NDArray[np.bool_]
    assumed: NDArray[np.bool_]

    @property
    def present(self) -> NDArray[np.bool_]:
        """(J, n): the cell has a score."""
        return ~np.isin(self.state, (MISSING, STALE))


def transformed(x: Floats, transform: str, lowest: float = 1.0) -> Floats:
    """Apply a reading's transform; zeros and negative values that a logarithm cannot take become `lowest`.

    Parameters
    ----------
    x : array of float64
        Values after dividing.
    transform : {"none", "log", "log1p"}
        From the reading.
    lowest : float or array
        Positive value that stands for all below it: the lower goalpost.
    """
    if transform == "log":
        return np.log(np.where(x > 0, x, lowest))
    return np.log1p(np.maximum(x, 0.0)) if transform == "log1p" else x


def build(facts: Facts, indicators: Sequence[Indicator], lens: Lens, error: Error) -> Grid:
    """Build the grid of some indicators at the state date of the facts.

    Parameters
    ----------
    facts : Facts
        Cut by both clocks.
    indicators : sequence of Indicator
        In the order of the framework.
    lens : {"scale", "intensity"}
        Which reading to take.
    error : Error
        Standard deviations by quality class, for values without an interval.
    """
    units = tuple(facts.units)
    shape = (len(indicators), len(units))
    cells = _Cells(facts, indicators, units, *(np.full(shape, np.nan) for _ in range(3)))
    cells.fill()
    cells.absences()
    cells.blocs()
    readings = [it.reading(lens) for it in indicators]
    grid = Grid(
        tuple(indicators),
        units,
        cells.value,
        cells.low,
        cells.high,
        cells.state,
        *_empty(shape),
        *_biases(indicators, units),
        divisor=_divisors(facts, readings, units),
        worst=np.array([float(transformed(np.array(it.goalposts[0]), it.transform)) for it in readings]),
        best=np.array([float(transformed(np.array(it.goalposts[1]), it.transform)) for it in readings]),
        transform=tuple(it.transform for it in readings),
        limits=np.array([it.range for it in indicators], dtype=np.float64).reshape(-1, 2),
        record=cells.record,
        records=tuple(cells.records),
        reference=np.array([not facts.units[unit].members for unit in units]),
        assumed=np.ones(shape, dtype=bool),
    )
    return _with_doubt(grid, cells, readings, error)


def _empty(shape: tuple[int, int]) -> tuple[Floats, Floats, Floats, NDArray[np.uint8]]:
    return np.zeros(shape), np.zeros(shape), np.zeros(shape), np.zeros(shape, dtype=np.uint8)


class _Cells:
    """The newest admissible observation of every cell, and what its absence means."""

    def __init__(
        self, facts: Facts, indicators: Sequence[Indicator], units: tuple[str, ...], *arrays: Floats
    ) -> None:
        self.facts, self.indicators, self.units = facts, indicators, units
        self.value, self.low, self.high = arrays
        self.state = np.zeros(self.value.shape, dtype=np.uint8)
        self.record = np.full(self.value.shape, -1, dtype=np.int64)
        self.age = np.zeros(self.value.shape)
        self.records: list[dict[str, Any]] = []

    def fill(self) -> None:
        """Take, for each cell, the observation whose period ends last."""
        rows = {code: j for j, code in enumerate(it.code for it in self.indicators)}
        places = {unit: i for i, unit in enumerate(self.units)}
        for row in (*self.facts.current, *_computed(self.facts)):
            j, i = rows.get(row["code"], -1), places.get(row["economy"], -1)
            if min(i, j) < 0 or row["status"] not in SCORED_STATUSES:
                continue
            held = self.record[j, i]
            if held >= 0 and self.records[held]["period_end"] >= row["period_end"]:
                continue
            central = self.indicators[j].central_instrument
            if central and row["instrument"] != central:
                continue
            self.record[j, i] = len(self.records)
            self.records.append(row)
        for j, i in np.argwhere(self.record >= 0):
            self._take(j, i)

    def _take(self, j: int, i: int) -> None:
        row, it = self.records[self.record[j, i]], self.indicators[j]
        self.age[j, i] = (self.facts.date - row["period_end"]).days / DAYS
        if self.age[j, i] > it.max_age_years:
            self.state[j, i] = STALE
            return
        self.state[j, i] = OBSERVED
        self.value[j, i], self.low[j, i], self.high[j, i] = row["value"], row["low"], row["high"]

    def absences(self) -> None:
        """Give economies without a row what their absence means, where the indicator was measured at all."""
        for j, it in enumerate(self.indicators):
            if it.absent == "missing" or not (self.state[j] == OBSERVED).any():
                continue
            away = self.state[j] == MISSING
            away &= np.array([not self.facts.units[unit].members for unit in self.units])
            if it.absent == "censored" and it.censor_bound is not None:
                away |= self.state[j] == STALE  # an old row of one that has fallen below the bound since
                self.state[j, away] = CENSORED
                self.value[j, away], self.low[j, away] = it.censor_bound / 2, 0.0
                self.high[j, away] = it.censor_bound
            elif it.absent == "zero":
                self.state[j, away], self.value[j, away] = ZERO, 0.0
            else:
                self.state[j, away] = FLOOR

    def blocs(self) -> None:
        """Combine members by the rule of each indicator; a sum needs all of them, a mean or the best any."""
        for i, unit in enumerate(self.units):
            members = [self.units.index(code) for code in self.facts.units[unit].members]
            if not members:
                continue
            for j, it in enumerate(self.indicators):
                seen = np.isfinite(self.value[j, members])
                if not seen.any() or (it.bloc_rule == "sum" and not seen.all()):
                    continue
                pick = np.array(members)[seen]
                self.state[j, i] = OBSERVED
                self.age[j, i] = self.age[j, pick].max()
                for part in (self.value, self.low, self.high):
                    part[j, i] = _combine(part[j, pick], it)


def _combine(members: Floats, it: Indicator) -> float:
    """Combine by the rule; ends of ranges are combined alike, as if the members erred together."""
    if it.bloc_rule == "best":
        return float(members.max() if it.direction > 0 else members.min())
    return float(members.sum() if it.bloc_rule == "sum" else members.mean())


def _computed(facts: Facts) -> list[dict[str, Any]]:
    rows = []
    for name in NAMES:
        for row in computed_rows(facts, name):
            ends = {part: np.nan if row[part] is None else row[part] for part in ("low", "high")}
            rows.append({**row, **ends, "period_end": _end(row["date"], facts.date)})
    return rows


def _end(text: str, latest: date) -> date:
    """End of the period of a computed value: at most the state date, since it was computed for that day."""
    return min(period_end(text), latest) if text else latest


def _divisors(facts: Facts, readings: Sequence[Reading], units: tuple[str, ...]) -> Floats:
    """(J, n): population in millions, output in US$ bn, or 1; NaN where it is unknown. Sums for blocs."""
    divisors = np.ones((len(readings), len(units)))
    wanted = {it.denominator for it in readings if it.denominator}
    if not wanted:
        return divisors
    table = facts.table("denominators")
    size = {"population": 1e6, "gdp_usd": 1e9}
    for measure in wanted:
        newest = table[table["measure"] == measure].sort_values("date").groupby("economy")["value"].last()
        known = newest.to_dict()
        row = [
            sum(known.get(code, np.nan) for code in facts.units[unit].members or (unit,)) / size[measure]
            for unit in units
        ]
        divisors[[it.denominator == measure for it in readings]] = row
    return divisors


def _biases(
    indicators: Sequence[Indicator], units: tuple[str, ...]
) -> tuple[Ints, Ints, Floats, tuple[str, ...]]:
    shape = (len(indicators), len(units))
    group, side, sd = np.full(shape, -1), np.zeros(shape, dtype=np.int64), np.zeros(shape)
    groups = tuple(sorted({bias.group for it in indicators for bias in it.bias.values()}))
    signs = {"under": 1, "over": -1, "both": 0}
    for j, it in enumerate(indicators):
        for unit, bias in it.bias.items():
            i = units.index(unit)
            group[j, i], side[j, i], sd[j, i] = groups.index(bias.group), signs[bias.side], bias.sd
    return group, side, sd, groups


def _with_doubt(grid: Grid, cells: _Cells, readings: Sequence[Reading], error: Error) -> Grid:
    """Add the error model: given ranges where there are any, quality classes elsewhere, wider with age."""
    centre, below, above = np.zeros(grid.value.shape), np.zeros(grid.value.shape), np.zeros(grid.value.shape)
    scale = np.zeros(grid.value.shape, dtype=np.uint8)
    assumed = np.ones(grid.value.shape, dtype=bool)
    low, high = grid.low.copy(), grid.high.copy()
    for j, i in np.argwhere(np.isfinite(grid.value)):
        it, record = grid.indicators[j], grid.record[j, i]
        row = grid.records[record] if record >= 0 else None
        cell = _cell(it, readings[j], grid, (j, i), row, cells.age[j, i], error)
        centre[j, i], below[j, i], above[j, i], scale[j, i], assumed[j, i], low[j, i], high[j, i] = cell
    return replace(
        grid, low=low, high=high, centre=centre, below=below, above=above, scale=scale, assumed=assumed
    )


def _cell(
    it: Indicator,
    reading: Reading,
    grid: Grid,
    at: tuple[int, int],
    row: dict[str, Any] | None,
    age: float,
    error: Error,
) -> tuple[float, float, float, int, bool, float, float]:
    """Centre, spread below and above, scale, whether assumed, and the 5 and 95 % points of one cell."""
    value, low, high = float(grid.value[at]), float(grid.low[at]), float(grid.high[at])
    kind = row["interval_kind"] if row else ""
    if grid.state[at] == CENSORED or (kind == "bounds" and np.isfinite(low)):
        return value, low, high, UNIFORM, grid.state[at] == CENSORED, low, high
    if grid.state[at] == ZERO:
        return value, 0.0, 0.0, IDENTITY, False, 0.0, 0.0
    span = abs(reading.goalposts[1] - reading.goalposts[0])
    scale, top = SCALES[it.scale], it.range[1]
    given = bool(np.isfinite(low))
    if not given:
        sd = _class_sd(value, row, span * float(grid.divisor[at]), error, scale)
        low, high = _class_range(value, sd, scale, it.range)
    if scale == LOG and low <= 0:
        scale = IDENTITY
    unit = {LOG: 1.0, LOGIT: 1.0, IDENTITY: span * float(grid.divisor[at])}[scale]
    drift = it.drift_per_year * age * unit
    ends = np.array([low, value, high])
    bottom, middle, ceiling = to_scale(ends, scale, top)
    below, above = np.hypot((middle - bottom) / Z95, drift), np.hypot((ceiling - middle) / Z95, drift)
    return float(middle), float(below), float(above), scale, not given or kind == "judgement", low, high


def _class_sd(value: float, row: dict[str, Any] | None, span: float, error: Error, scale: int) -> float:
    """Standard deviation by quality class: relative to the value, and a part of the goalpost range."""
    relative = error.relative[row["quality"] or "judgement"] if row else max(error.relative.values())
    if scale == LOG:
        return float(np.hypot(relative, error.absolute))
    return float(np.hypot(relative * abs(value), error.absolute * (span if np.isfinite(span) else 0.0)))


def _class_range(value: float, sd: float, scale: int, limits: tuple[float, float]) -> tuple[float, float]:
    if scale == LOG and value > 0:
        return value * float(np.exp(-Z95 * sd)), min(value * float(np.exp(Z95 * sd)), limits[1])
    low, high = value - Z95 * sd, value + Z95 * sd
    return min(max(low, limits[0]), value), max(min(high, limits[1]), value)
