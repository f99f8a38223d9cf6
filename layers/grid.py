"""Indicators x units with their error model, built from facts at one date through one lens."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from indicators.fault import unknown
from indicators.interval import SCALES
from layers.observed import (
    CENSORED,
    DAYS,
    FLOOR,
    IMPUTED,
    LEAP,
    MISSING,
    OBSERVED,
    STALE,
    STATES,
    ZERO,
    Observed,
)
from layers.spread import goalpost_unit

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from indicators.facts import Facts
    from indicators.fault import UsageError
    from indicators.schema import Indicator, Lens, Reading
    from layers.choices import Error
    from layers.posterior import Joint

__all__ = [
    "CENSORED",
    "DAYS",
    "FLOOR",
    "IMPUTED",
    "LEAP",
    "MISSING",
    "OBSERVED",
    "STALE",
    "STATES",
    "ZERO",
    "Bias",
    "Grid",
    "Leeway",
    "Posts",
    "build",
    "transformed",
]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]

SIZE: Final = {"population": 1e6, "gdp_usd": 1e9}
"""What extensive values are divided by is stated in millions of people and US$ bn."""


@dataclass(frozen=True)
class Bias:
    """Systematic errors that some economies have in a family of sources.

    Attributes
    ----------
    groups : tuple of str
        Names of the groups; each is drawn once.
    rows, columns : (cells,) arrays of int64
        Indicator and unit of every cell that has one.
    group : (cells,) array of int64
        Place in `groups`.
    side : (cells,) array of int64
        +1 the record understates, -1 it overstates, 0 it may do either.
    sd : (cells,) array of float64
        Standard deviation on the scale of the indicator.
    scale : (cells,) array of int64
        That scale: `IDENTITY`, `LOG` or `LOGIT`.
    """

    groups: tuple[str, ...]
    rows: Ints
    columns: Ints
    group: Ints
    side: Ints
    sd: Floats
    scale: Ints


@dataclass(frozen=True)
class Posts:
    """Fixed points that indicators are measured against, (J,) arrays; NaN where none is stated.

    Attributes
    ----------
    worst, best : arrays of float64
        Goalposts in the unit of the indicator after dividing, before the transform; ``best < worst`` where
        less is better.
    full : array of float64
        Score at the best goalpost.
    cut : array of bool
        Scores are cut off beyond the goalposts.
    target : array of float64
        What distance to a target is measured from.
    """

    worst: Floats
    best: Floats
    full: Floats
    cut: Mask
    target: Floats


@dataclass(frozen=True)
class Leeway:
    """An uncertain parameter of a what-if, and what some indicators are at the ends of its range.

    Attributes
    ----------
    name : str
        Of its draws.
    rows : (k,) array of int64
        Indicators of the grid that it moves.
    low, high : Grid
        These indicators alone where it is at its 5 and at its 95 % point.
    """

    name: str
    rows: Ints
    low: Grid
    high: Grid


@dataclass(frozen=True)
class Grid:
    """Indicators x units.

    Attributes
    ----------
    codes : tuple of str
        Of the J indicators.
    indicators : tuple of Indicator
        Their descriptions; none for a tree that was read from a plain table.
    direction : (J,) array of float64
        +1 where more is better, -1 where less is.
    pillar : (J,) array of int64
        Which indicators share a pillar.
    units : tuple of str
        n economies, then blocs.
    value, low, high : (J, n) arrays
        In the unit of the indicator; NaN where missing.
    state : (J, n) array of uint8
        Index into `STATES`.
    centre, below, above : (J, n) arrays
        Median and standard deviations on the scale on which the cell is drawn; half widths of bounds.
    scale : (J, n) array of uint8
        `IDENTITY`, `LOG`, `LOGIT` or `UNIFORM`, by cell.
    bias : Bias
        Errors that are drawn once for a group of indicators.
    divisor : (J, n) array
        What the value is divided by through the lens, 1 where nothing, NaN where unknown.
    posts : Posts
        Goalposts and targets.
    transform : tuple of str
        By indicator.
    limits : (J, 2) array
        Lowest and highest possible value.
    record : (J, n) array of int64
        Place in `records`, -1 where there is none.
    records : tuple of dict
        Observations that were chosen, with file and row.
    day : (J, n) array of int64
        Day number on which the period of the value ends; of an absence the newest period that was measured;
        0 where there is nothing.
    reference : (n,) array of bool
        Units that may set a minimum, mean or rank; blocs are scored, never counted.
    assumed : (J, n) array of bool
        The range comes from a quality class or a judgement, not from the evidence.
    joints : tuple of Joint
        Cells that fitted models draw together, by family.
    families : mapping of str to (n,) array of int64
        Groups that units belong to, by the name of the grouping; -1 for none.
    time : (n,) array of float64, optional
        Year of each column of a panel, whose columns are units in years.
    unit : (n,) array of int64, optional
        Which columns of a panel are the same unit.
    leeway : tuple of Leeway
        Uncertain parameters of a what-if.
    """

    codes: tuple[str, ...]
    indicators: tuple[Indicator, ...]
    direction: Floats
    pillar: Ints
    units: tuple[str, ...]
    value: Floats
    low: Floats
    high: Floats
    state: NDArray[np.uint8]
    centre: Floats
    below: Floats
    above: Floats
    scale: NDArray[np.uint8]
    bias: Bias
    divisor: Floats
    posts: Posts
    transform: tuple[str, ...]
    limits: Floats
    record: Ints
    records: tuple[dict[str, Any], ...]
    day: Ints
    reference: Mask
    assumed: Mask
    joints: tuple[Joint, ...] = ()
    families: Mapping[str, Ints] = field(default_factory=dict)
    time: Floats | None = None
    unit: Ints | None = None
    leeway: tuple[Leeway, ...] = ()

    @property
    def groups(self) -> tuple[str, ...]:
        """Names of the bias groups."""
        return self.bias.groups

    @property
    def worst(self) -> Floats:
        """(J,): worst goalposts after the transform that each indicator declares."""
        return self._posts_through(self.posts.worst)

    @property
    def best(self) -> Floats:
        """(J,): best goalposts after that transform."""
        return self._posts_through(self.posts.best)

    def _posts_through(self, posts: Floats) -> Floats:
        pairs = zip(posts, self.transform, strict=True)
        return np.array([float(transformed(np.array(post), kind)) for post, kind in pairs])

    @property
    def present(self) -> Mask:
        """(J, n): the cell has a score through this lens; true absence needs no value to divide."""
        known: Mask = np.isfinite(self.value) & np.isfinite(self.divisor)
        return np.asarray(known | (self.state == FLOOR))


def transformed(x: Floats, transform: str, lowest: Floats | float = 1.0) -> Floats:
    """Apply a reading's transform; a logarithm takes `lowest` for what is not positive, and NaN stays NaN.

    Parameters
    ----------
    x : array of float64
        Values after dividing.
    transform : {"none", "log", "log1p"}
        From the reading.
    lowest : float or array
        Positive value that stands for all at or below zero.
    """
    if transform == "log":
        return np.log(np.where(x <= 0, lowest, x))
    return np.log1p(np.maximum(x, 0.0)) if transform == "log1p" else x


def build(
    facts: Facts, indicators: Sequence[Indicator], lens: Lens, error: Error, *, joint: bool = True
) -> Grid:
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
    joint : bool
        False leaves the draws of fitted models out, for a grid that is scored at its stated values alone.

    Raises
    ------
    UsageError
        If an indicator states the bias of an economy that is not listed.
    """
    units = tuple(facts.units)
    readings = [it.reading(lens) for it in indicators]
    divisor = _divisors(facts, readings, units)
    cells = Observed(facts, indicators, units)
    cells.fill()
    cells.absences()
    cells.doubt(_goalpost_units(readings, cells.value, divisor), error)
    cells.blocs(error)
    pillars = sorted({it.pillar for it in indicators})
    return Grid(
        codes=tuple(it.code for it in indicators),
        indicators=tuple(indicators),
        direction=np.array([float(it.direction) for it in indicators]),
        pillar=np.array([pillars.index(it.pillar) for it in indicators], dtype=np.int64),
        units=units,
        value=cells.value,
        low=cells.low,
        high=cells.high,
        state=cells.state,
        centre=cells.centre,
        below=cells.below,
        above=cells.above,
        scale=cells.scale,
        bias=_biases(indicators, units),
        divisor=divisor,
        posts=_posts(readings),
        transform=tuple(it.transform for it in readings),
        limits=np.array([it.range for it in indicators], dtype=np.float64).reshape(-1, 2),
        record=cells.record,
        records=tuple(cells.records),
        day=cells.day,
        reference=np.array([not facts.units[unit].members for unit in units]),
        assumed=cells.assumed,
        joints=cells.joints() if joint else (),
    )


def _posts(readings: Sequence[Reading]) -> Posts:
    worst, best = np.array([it.goalposts for it in readings], dtype=np.float64).reshape(-1, 2).T
    size = len(readings)
    return Posts(worst, best, np.full(size, 100.0), np.ones(size, dtype=bool), np.full(size, np.nan))


def _goalpost_units(readings: Sequence[Reading], value: Floats, divisor: Floats) -> Floats:
    """(J, n): one goalpost range in the unit of the indicator, at each value; 0 where there is none."""
    found = np.zeros(value.shape)
    for j, i in np.argwhere(np.isfinite(value)):
        found[j, i] = goalpost_unit(readings[j], float(value[j, i]), float(divisor[j, i]))
    return found


def _divisors(facts: Facts, readings: Sequence[Reading], units: tuple[str, ...]) -> Floats:
    """(J, n): population in millions, output in US$ bn, or 1; NaN where it is unknown. Sums for blocs."""
    divisors = np.ones((len(readings), len(units)))
    for measure in sorted({it.denominator for it in readings if it.denominator}):
        newest = _newest(facts, measure)
        row = [
            sum(newest.get(code, np.nan) for code in facts.units[unit].members or (unit,)) / SIZE[measure]
            for unit in units
        ]
        divisors[[it.denominator == measure for it in readings]] = row
    return divisors


def _newest(facts: Facts, measure: str) -> dict[str, float]:
    """Newest value of a measure by economy."""
    rows = [row for row in facts.records("denominators") if row["measure"] == measure]
    return {row["economy"]: row["value"] for row in sorted(rows, key=lambda row: row["date"].toordinal())}


def _strange(it: Indicator, unit: str, units: tuple[str, ...]) -> UsageError:
    return unknown(f"economy in [bias] of {it.code}", unit, units)


def _biases(indicators: Sequence[Indicator], units: tuple[str, ...]) -> Bias:
    cells = [(j, unit, bias) for j, it in enumerate(indicators) for unit, bias in it.bias.items()]
    for j, unit, _ in cells:
        if unit not in units:
            raise _strange(indicators[j], unit, units)
    groups = tuple(sorted({bias.group for _, _, bias in cells}))
    signs = {"under": 1, "over": -1, "both": 0}
    return Bias(
        groups,
        np.array([j for j, _, _ in cells], dtype=np.int64),
        np.array([units.index(unit) for _, unit, _ in cells], dtype=np.int64),
        np.array([groups.index(bias.group) for _, _, bias in cells], dtype=np.int64),
        np.array([signs[bias.side] for _, _, bias in cells], dtype=np.int64),
        np.array([bias.sd for _, _, bias in cells], dtype=np.float64),
        np.array([SCALES[indicators[j].scale] for j, _, _ in cells], dtype=np.int64),
    )
