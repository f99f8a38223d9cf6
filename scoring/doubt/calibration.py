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
    from collections.abc import Sequence
    from datetime import date

    from layers.grid import Grid
    from scoring.doubt.ensemble import Ensemble

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]

CLEAR: Final = 4.0
"""Standard deviations beyond goalposts and held values at which the end of true values is out of sight."""
BEYOND: Final = 2.0
"""The same in a hard world, beyond held values alone: so near that the ends show."""
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


def world(p: Plan, today: date, seed: int, number: int, *, hard: bool = False) -> World:
    """Simulate one truth and observe it with the error model of the plan.

    Parameters
    ----------
    p : Plan
        Gives the economies, the indicators, how far economies lie apart and how far off figures are.
    today : date
        State date of the facts.
    seed, number : int
        Of the simulation, and of the world in it.
    hard : bool
        Worlds that the draws do not assume: see Notes.

    Notes
    -----
    Draws around an observed value say that, before it was observed, any value was as likely as any other on
    its scale, with errors of the same size. Worlds are made of just that (simulation-based calibration; Cook,
    Gelman and Rubin 2006): a true value lies anywhere between `CLEAR` standard deviations below the lower
    of the lowest that is held and the goalpost, and as far above the higher of the highest and the other
    goalpost, so that no end of it is in sight; what the range of an indicator cuts off, it cuts from the true
    value and from every draw, not from what the estimate is centred on. What is observed is the truth less
    an error, drawn by the error model, and less the biases that economies share in a family of sources.
    Values that fitted models draw together are one row of their posterior in the truth, and the whole
    posterior in the estimate. Values between bounds are anywhere between them.

    A hard world breaks both: true values end at the range of the indicator, and else `BEYOND` standard
    deviations beyond the lowest and the highest that are held; a figure that would lie outside of the range
    is printed as its end; and errors go with the values: a stated range narrows with a lower value that
    cannot be negative, an error by the kind of source is worked out afresh, at the true value where
    it is made and at the observed value where it is estimated.
    """
    rng = np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(number,)))
    grid = p.grid
    told = (grid.state == OBSERVED) & (grid.scale != UNIFORM) & np.isfinite(grid.value) & grid.reference
    place = np.where(told, _anywhere(p, told, rng, hard=hard), grid.centre)
    truth = _placed(p, today, place, told, hard=hard)
    rows = {each.family: rng.integers(len(each.values), size=1) for each in grid.joints}
    z = rng.standard_normal((1, *place.shape))
    bias = rng.standard_normal((1, max(len(grid.groups), 1)))
    # The error model draws the truth about an observation; taken off instead, it makes the observation.
    free = truth if hard else replace(truth, limits=_endless(grid))
    moved = drawn(free, Draws(1, data=z, bias=bias, posterior=rows))[0]
    off = np.where(told, _scaled(free, moved) - truth.centre, 0.0)
    seen = _placed(p, today, truth.centre - off, told, hard=hard)
    whole = (grid.scale == UNIFORM) & np.isfinite(grid.value)
    for each in grid.joints:
        whole[each.rows, each.columns] = True
    moved = np.clip(moved, grid.limits[:, :1], grid.limits[:, 1:])
    truth = replace(truth, value=np.where(whole, moved, truth.value), joints=())
    seen = replace(seen, value=np.where(whole, grid.value, seen.value))
    return World(replace(p, grid=truth), replace(p, grid=seen))


def _anywhere(p: Plan, told: Mask, rng: np.random.Generator, *, hard: bool) -> Floats:
    """Place every cell that is told anywhere, on its scale; the others stay."""
    grid = p.grid
    found = np.array(grid.centre)
    beyond = BEYOND if hard else CLEAR
    low, high = grid.centre - beyond * grid.below, grid.centre + beyond * grid.above
    for j in np.flatnonzero(told.any(axis=1)):
        at = told[j]
        first = np.full(np.count_nonzero(at), low[j, at].min())
        last = np.full(len(first), high[j, at].max())
        if not hard:
            least, most = _goalposts(p, int(j))
            first = np.fmin(first, least[at] - beyond * grid.below[j, at])
            last = np.fmax(last, most[at] + beyond * grid.above[j, at])
        elif SCALES[grid.indicators[j].scale] == IDENTITY:
            first, last = np.clip(first, *grid.limits[j]), np.clip(last, *grid.limits[j])
        found[j, at] = rng.uniform(first, last)
    return found


def _goalposts(p: Plan, j: int) -> tuple[Floats, Floats]:
    """Lower and higher goalpost of an indicator for every economy, on the scale of its cell, (n,) each.

    NaN where the scale does not reach it, as the logarithm does not reach zero.
    """
    grid = p.grid
    ends = []
    for post in sorted(grid.indicators[j].reading(p.recipe.choices.lens).goalposts):
        u = np.broadcast_to(post * grid.divisor[j], grid.divisor[j].shape).copy()
        for scale in (LOG, LOGIT):
            at = grid.scale[j] == scale
            inside = (u > 0) & ((scale == LOG) | (u < grid.limits[j, 1]))
            u[at] = to_scale(np.where(inside, u, np.nan)[at], scale, grid.limits[j, 1])
        ends.append(u)
    return ends[0], ends[1]


def _endless(grid: Grid) -> Floats:
    """Limits of indicators without their ends, but for shares, whose scale has none."""
    shares = np.array([[SCALES[it.scale] == LOGIT] for it in grid.indicators])
    return np.asarray(np.where(shares, grid.limits, (-np.inf, np.inf)))


def _placed(p: Plan, today: date, place: Floats, told: Mask, *, hard: bool) -> Grid:
    """Give the grid with its cells at other places on their scales; in a hard world errors follow."""
    grid = p.grid
    value = np.where(told, _values(grid, place), grid.value)
    if hard:
        return erring(p, today, value, told)
    return replace(grid, value=value, centre=np.where(told, place, grid.centre))


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
    *,
    hard: bool = False,
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
    hard : bool
        In worlds that the draws do not assume; see `world`.
    """
    units = np.flatnonzero(p.grid.reference)
    pair = p.grid.units[units[0]], p.grid.units[units[1]]
    inside: list[Floats] = []
    leads: list[Floats] = []
    for number in range(worlds):
        made = world(p, today, seed, number, hard=hard)
        true = run(made.truth).scores[0][:, units]
        seen = ensemble(made.seen, pair, draws, seed + 1 + 2 * number)
        again = ensemble(made.seen, pair, max(draws // 4, BINS), seed + 2 + 2 * number)
        inside.append(_inside(seen, true, units))
        leads.append(_leads(seen, again, true, units, headed(p)))
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


def _leads(seen: Ensemble, again: Ensemble, true: Floats, units: Ints, nodes: Sequence[str]) -> Floats:
    """Pairs, shares said and leads that were, by bin, (BINS, 3): each pair once, the first of it first.

    Other draws say in which bin a pair lies: pairs that draws by luck put over the edge of a bin would all
    be off in the same direction, by the density at the edge times the variance of a share.
    """
    found = np.zeros((BINS, 3))
    rows, columns = np.triu_indices(len(units), 1)
    for k in (seen.nodes.index(node) for node in nodes):
        said, sorting = (_ahead(it, k, units)[rows, columns] for it in (seen, again))
        was = np.sign(true[k][rows] - true[k][columns]) / 2 + 0.5
        here = np.isfinite(said) & np.isfinite(sorting) & np.isfinite(was)
        here &= (said != 0.5) | (was != 0.5)  # level in every draw and in truth: nothing was in doubt
        place = np.minimum((sorting[here] * BINS).astype(np.int64), BINS - 1)
        for column, each in enumerate((np.ones(len(place)), said[here], was[here])):
            found[:, column] += np.bincount(place, weights=each, minlength=BINS)
    return found


def _ahead(seen: Ensemble, node: int, units: Ints) -> Floats:
    """Share of draws in which one stands above the other, NaN where none scored both, (n, n)."""
    both = seen.both[node][np.ix_(units, units)]
    half = seen.leads[node][np.ix_(units, units)] / 2
    found = np.full(both.shape, np.nan)
    np.divide(half, both, out=found, where=both > 0)
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
