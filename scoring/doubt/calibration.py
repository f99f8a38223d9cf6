"""Whether ranges and lead frequencies mean what they say: simulated truths, observed and estimated again."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from indicators.draws import Draws
from indicators.interval import IDENTITY, LOG, LOGIT, SCALES, UNIFORM, from_scale, to_scale
from layers.drawn import drawn
from layers.grid import DAYS, OBSERVED
from layers.spread import Given, goalpost_unit, spread
from scoring.doubt.ensemble import STEPS, ensemble
from scoring.doubt.turning import headed
from scoring.index.engine import Plan, run

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date

    from layers.grid import Grid
    from scoring.doubt.ensemble import Ensemble

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]

BEYOND: Final = 2.0
"""Standard deviations by which true values may lie beyond the lowest and the highest that are held."""
BINS: Final = 10
"""Bins of the share of draws in which one is ahead."""


@dataclass(frozen=True)
class Share:
    """A share over worlds, with its standard error; worlds are independent, what is inside one is not."""

    value: float
    error: float
    count: int


@dataclass(frozen=True)
class Bin:
    """Pairs whose share of draws ahead lies in one bin.

    Attributes
    ----------
    said : float
        Mean share of draws in which the first was said to be ahead.
    was : Share
        Share of the pairs in which the first truly was.
    """

    said: float
    was: Share


@dataclass(frozen=True)
class Calibration:
    """What simulated truths say.

    Attributes
    ----------
    worlds, draws : int
        Simulated truths, and draws of each estimate.
    coverage : dict of str to Share
        By node: share of true scores inside their 90 % range, where there is any doubt; "" for all nodes.
    leads : tuple of Bin
        Over all pairs of economies, of the whole and the layers.
    """

    worlds: int
    draws: int
    coverage: dict[str, Share]
    leads: tuple[Bin, ...]


@dataclass(frozen=True)
class World:
    """A simulated truth as a plan of true values, and the same world as it was observed."""

    truth: Plan
    seen: Plan


def world(p: Plan, today: date, seed: int, number: int) -> World:
    """Simulate one truth and observe it with the error model of the plan.

    Parameters
    ----------
    p : Plan
        Gives the economies, the indicators, how far economies lie apart and how far off figures are.
    today : date
        State date of the facts.
    seed, number : int
        Of the simulation, and of the world in it.

    Notes
    -----
    A true value lies anywhere between the lowest and the highest that are held, and two standard
    deviations beyond them as far as the range of the indicator goes, on its scale: draws around an
    observed value assume nothing about where values lie, so neither does the simulation, and who leads
    differs from world to world. What is observed is the truth less an error, drawn by the error model at
    the true value, and less the biases that economies share in a family of sources. The estimate sees the
    observed value alone: stated ranges move with it, and errors by the kind of source are those of the
    observed value. Values that fitted models draw together are one row of their posterior in the truth,
    and the whole posterior in the estimate. Values between bounds are anywhere between them.
    """
    rng = np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(number,)))
    grid = p.grid
    told = (grid.state == OBSERVED) & (grid.scale != UNIFORM) & np.isfinite(grid.value) & grid.reference
    true = np.where(told, _values(grid, _anywhere(grid, told, rng)), grid.value)
    truth = erring(p, today, true, told)
    rows = {each.family: rng.integers(len(each.values), size=1) for each in grid.joints}
    z = rng.standard_normal((1, *true.shape))
    bias = rng.standard_normal((1, max(len(grid.groups), 1)))
    # The error model draws the truth about an observation; taken off instead, it makes the observation.
    moved = drawn(truth, Draws(1, data=z, bias=bias, posterior=rows))[0]
    off = np.where(told, _scaled(truth, moved) - _scaled(truth, true), 0.0)
    seen = np.where(told, _values(truth, _scaled(truth, true) - off), grid.value)
    drawn_whole = (grid.scale == UNIFORM) & np.isfinite(grid.value)
    for each in grid.joints:
        drawn_whole[each.rows, each.columns] = True
    true, seen = np.where(drawn_whole, moved, true), np.where(drawn_whole, grid.value, seen)
    return World(
        replace(p, grid=replace(grid, value=true, joints=())), replace(p, grid=erring(p, today, seen, told))
    )


def _anywhere(grid: Grid, told: Mask, rng: np.random.Generator) -> Floats:
    """Place every cell anywhere from below the lowest to above the highest that are told, on the scale."""
    found = np.array(grid.centre)
    for j in np.flatnonzero(told.any(axis=1)):
        at = told[j]
        low = (grid.centre[j] - BEYOND * grid.below[j])[at].min()
        high = (grid.centre[j] + BEYOND * grid.above[j])[at].max()
        if SCALES[grid.indicators[j].scale] == IDENTITY:
            low, high = max(low, grid.limits[j, 0]), min(high, grid.limits[j, 1])
        found[j, at] = rng.uniform(low, high, np.count_nonzero(at))
    return found


def _values(grid: Grid, u: Floats) -> Floats:
    """Values of places on the scale of each cell, within the range of the indicator."""
    x = np.array(u)
    for scale in (LOG, LOGIT):
        j, i = np.nonzero(grid.scale == scale)
        x[j, i] = from_scale(u[j, i], scale, grid.limits[j, 1])
    return np.clip(x, grid.limits[:, :1], grid.limits[:, 1:])


def _scaled(grid: Grid, x: Floats) -> Floats:
    """Places of values on the scale of each cell."""
    u = np.array(x)
    for scale in (LOG, LOGIT):
        j, i = np.nonzero(grid.scale == scale)
        u[j, i] = to_scale(x[j, i], scale, grid.limits[j, 1])
    return u


def erring(p: Plan, today: date, value: Floats, told: Mask) -> Grid:
    """Give the grid of other values: the error model of every cell that is told, at its new value.

    A stated range moves with the value on its scale, and narrows in proportion with a lower value that cannot
    be negative; an error by the kind of source is worked out afresh.
    """
    grid = p.grid
    below, above = np.array(grid.below), np.array(grid.above)
    for j, i in np.argwhere(told):
        record = grid.records[grid.record[j, i]]
        if math.isfinite(record["low"]) or grid.scale[j, i] != SCALES[grid.indicators[j].scale]:
            if grid.scale[j, i] == IDENTITY and grid.limits[j, 0] == 0 and grid.value[j, i] > 0:
                less = min(1.0, value[j, i] / grid.value[j, i])
                below[j, i], above[j, i] = less * below[j, i], less * above[j, i]
            continue
        it = grid.indicators[j]
        given = Given(float(value[j, i]), math.nan, math.nan, "", record["quality"] or "judgement")
        reading = it.reading(p.recipe.choices.lens)
        given.unit = goalpost_unit(reading, given.value, float(grid.divisor[j, i]))
        given.age = (today.toordinal() - int(grid.day[j, i])) / DAYS
        found = spread(it, given, p.recipe.error)
        if found.scale == grid.scale[j, i]:
            below[j, i], above[j, i] = found.below, found.above
    centre = np.where(told, _scaled(grid, value), grid.centre)
    return replace(grid, value=value, centre=centre, below=below, above=above)


def calibrate(
    p: Plan,
    today: date,
    worlds: int,
    draws: int,
    seed: int = 1,
    told: Callable[[float], None] | None = None,
) -> Calibration:
    """Simulate truths and count how often ranges and lead frequencies are right.

    Parameters
    ----------
    p : Plan
        Whose doubt is tested, by the draws of the data alone: set-ups are no statement about the world.
    today : date
        State date of the facts.
    worlds, draws : int
        Simulated truths, and draws of each estimate.
    seed : int
        Of the simulation.
    told : callable, optional
        Called with the share that is done.
    """
    units = np.flatnonzero(p.grid.reference)
    pair = p.grid.units[units[0]], p.grid.units[units[1]]
    inside: list[Floats] = []
    leads: list[Floats] = []
    for number in range(worlds):
        made = world(p, today, seed, number)
        true = run(made.truth).scores[0][:, units]
        seen = ensemble(made.seen, pair, draws, seed + 1 + number)
        inside.append(_inside(seen, true, units))
        leads.append(_leads(seen, true, units, headed(p)))
        if told:
            told((number + 1) / worlds)
    hits = np.stack(inside)
    coverage = {node: _share(hits[:, k, 0], hits[:, k, 1]) for k, node in enumerate(p.nodes)}
    coverage[""] = _share(hits[:, :, 0].sum(axis=1), hits[:, :, 1].sum(axis=1))
    return Calibration(worlds, draws, coverage, _bins(np.stack(leads)))


def _inside(seen: Ensemble, true: Floats, units: Ints) -> Floats:
    """Scores inside their range, and scores there are, by node, (nodes, 2)."""
    found = np.zeros((len(seen.nodes), 2))
    for k, node in enumerate(seen.nodes):
        for place, i in enumerate(units):
            span = seen.score_range(node, seen.units[i])
            if span is None or not np.isfinite(true[k, place]):
                continue
            slack = 0.5 / STEPS  # a range is exact to one bin of the histogram
            hit = span[0] - slack <= true[k, place] <= span[1] + slack
            if not hit or span[1] > span[0]:  # a score without any doubt proves nothing
                found[k] += (hit, 1)
    return found


def _leads(seen: Ensemble, true: Floats, units: Ints, nodes: Sequence[str]) -> Floats:
    """Pairs, shares said and leads that were, by bin, (BINS, 3): each pair once, the first of it first."""
    found = np.zeros((BINS, 3))
    rows, columns = np.triu_indices(len(units), 1)
    for k in (seen.nodes.index(node) for node in nodes):
        both = seen.both[k][np.ix_(units, units)][rows, columns]
        twice = seen.leads[k][np.ix_(units, units)][rows, columns]
        was = np.sign(true[k][rows] - true[k][columns]) / 2 + 0.5
        here = (both > 0) & np.isfinite(was)
        here &= (twice != both) | (was != 0.5)  # level in every draw and in truth: nothing was in doubt
        said = twice[here] / (2 * both[here])
        place = np.minimum((said * BINS).astype(np.int64), BINS - 1)
        for column, each in enumerate((np.ones(len(said)), said, was[here])):
            found[:, column] += np.bincount(place, weights=each, minlength=BINS)
    return found


def _share(part: Floats, whole: Floats) -> Share:
    """Ratio of sums over worlds, with the standard error of a ratio of independent worlds."""
    total = whole.sum()
    if not total:
        return Share(math.nan, math.nan, 0)
    value = part.sum() / total
    left = part - value * whole
    error = math.sqrt(float((left**2).sum()) * len(part) / max(len(part) - 1, 1)) / total
    return Share(float(value), float(error), int(total))


def _bins(leads: Floats) -> tuple[Bin, ...]:
    found = []
    for k in range(BINS):
        count, said, was = leads[:, k].T
        if count.sum():
            found.append(Bin(float(said.sum() / count.sum()), _share(was, count)))
    return tuple(found)
