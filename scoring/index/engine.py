"""The one pipeline: draw, divide, transform, normalise, aggregate. Doubt and what-ifs are this with other inputs."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from indicators.draws import NOMINAL, Draws
from indicators.facts import Facts
from indicators.interval import LOG, LOGIT, UNIFORM, from_scale, two_piece, uniform
from layers.grid import FLOOR, ZERO, Grid, build, transformed
from layers.normalise import METHODS
from scoring.index.framework import Framework, Level, levels, read_framework
from scoring.index.recipe import Recipe

Floats = NDArray[np.float64]

NORMALISERS: Final = tuple(METHODS)
MEANS: Final = ("arithmetic", "geometric")


@dataclass(frozen=True)
class Plan:
    """All that no draw changes: small and picklable, a worker's whole world.

    Attributes
    ----------
    grid : Grid
        Weighted indicators x units with their error model.
    tree : tuple of Level
        From the indicators up.
    framework, recipe
        As given.
    unscored : (layers, n) array of bool
        Layers whose coverage is below the floor.
    coverage : dict of str to (n,) array
        Share of the weight present, by node.
    fingerprint : str
        Hash of facts, framework, recipe and lens.
    """

    grid: Grid
    tree: tuple[Level, ...]
    framework: Framework
    recipe: Recipe
    unscored: NDArray[np.bool_]
    coverage: dict[str, Floats]
    fingerprint: str

    @property
    def nodes(self) -> tuple[str, ...]:
        """Codes of all nodes, top first."""
        return tuple(code for level in reversed(self.tree) for code in level.parents)


@dataclass(frozen=True)
class Levels:
    """Scores of one run.

    Attributes
    ----------
    indicators : (B, J, n) array
        0 to 100, NaN where missing.
    nodes : tuple of str
        Top first.
    scores : (B, nodes, n) array
        0 to 100, NaN where not scored.
    """

    indicators: Floats
    nodes: tuple[str, ...]
    scores: Floats


def plan(facts: Facts, recipe: Recipe, framework: Framework | None = None) -> Plan:
    """Prepare everything that no draw changes.

    Parameters
    ----------
    facts : Facts
        Cut by both clocks.
    recipe : Recipe
        How to score.
    framework : Framework, optional
        The tree; the one that the recipe names by default.
    """
    framework = framework or read_framework(recipe.framework)
    leaves = framework.leaves(facts.indicators)
    tree = levels(framework, leaves)
    grid = build(facts, leaves, recipe.choices.lens, recipe.error)
    present = grid.present & np.isfinite(grid.divisor)
    coverage = _coverage(tree, present)
    layers = tree[-2].parents if len(tree) > 1 else tree[-1].parents
    unscored = np.array([coverage[code] for code in layers]) < framework.coverage_floor - 1e-12
    parts = [facts.fingerprint(), framework.model_dump_json(), recipe.model_dump_json()]
    mark = hashlib.sha256("\n".join(parts).encode()).hexdigest()
    return Plan(grid, tree, framework, recipe, unscored, coverage, mark)


def _coverage(tree: Sequence[Level], present: NDArray[np.bool_]) -> dict[str, Floats]:
    """Share of each node's nominal weight that has a value."""
    share, found = present.astype(np.float64), {}
    for level in tree:
        share = np.add.reduceat(share[level.order] * level.weights[:, None], level.starts, axis=0)
        found |= dict(zip(level.parents, share, strict=True))
    return found


def run(p: Plan, draws: Draws = NOMINAL) -> Levels:
    """Score every unit at every node, for every draw.

    Parameters
    ----------
    p : Plan
        What no draw changes.
    draws : Draws
        What varies; the nominal realisation by default.

    Returns
    -------
    Levels
        Arrays of B draws.
    """
    values = drawn(p.grid, draws) / p.grid.divisor
    scores = normalised(p, values, draws)
    return aggregated(p, scores, draws)


def drawn(grid: Grid, draws: Draws) -> Floats:
    """Draw the values, (B, J, n): nominal without `draws.data`, else from each cell's error model."""
    if draws.data is None:
        return np.broadcast_to(grid.value, (draws.size, *grid.value.shape))
    shift = _bias(grid, draws)
    u = two_piece(grid.centre, grid.below, grid.above, draws.data) + shift
    x = u.copy()
    for scale in (LOG, LOGIT):
        j, i = np.nonzero(grid.scale == scale)
        x[:, j, i] = from_scale(u[:, j, i], scale, grid.limits[j, 1])
    j, i = np.nonzero(grid.scale == UNIFORM)
    if len(j):
        x[:, j, i] = uniform(grid.low[j, i], grid.high[j, i], draws.data[:, j, i])
    x = np.clip(x, grid.limits[:, :1], grid.limits[:, 1:])
    return np.where(np.isfinite(grid.value), x, np.nan)


def _bias(grid: Grid, draws: Draws) -> Floats | float:
    """Shift of each cell on its scale: one draw per bias group, one-sided where the side is known."""
    if draws.bias is None or not grid.groups:
        return 0.0
    z = draws.bias[:, np.maximum(grid.bias_group, 0)]
    one_sided = np.where(grid.bias_side == 0, z, np.abs(z) * grid.bias_side)
    held = (grid.bias_group >= 0) & ~np.isin(grid.state, (FLOOR, ZERO)) & (grid.scale != UNIFORM)
    return np.where(held, one_sided * grid.bias_sd, 0.0)


def normalised(p: Plan, values: Floats, draws: Draws) -> Floats:
    """Score indicators, (B, J, n), by the method each draw picks; true absence scores 0 by every method."""
    grid, choices = p.grid, p.recipe.choices
    x = np.stack(
        [
            transformed(values[:, j], name, float(np.exp(min(grid.worst[j], grid.best[j]))))
            for j, name in enumerate(grid.transform)
        ],
        axis=1,
    )
    picks = draws.choices.get("normalise", np.array([NORMALISERS.index(choices.normalise)]))
    picks = np.broadcast_to(picks, draws.size)
    few = (np.isfinite(grid.value) & grid.reference).sum(axis=1) < choices.fewest_units
    scores = np.empty(x.shape)
    for pick in np.unique(picks):
        at = np.flatnonzero(picks == pick)
        found = METHODS[NORMALISERS[pick]](x[at], grid.worst, grid.best, grid.reference)
        if NORMALISERS[pick] != "goalposts" and few.any():
            posts = METHODS["goalposts"](x[np.ix_(at, few)], grid.worst[few], grid.best[few], grid.reference)
            found[:, few] = posts
        scores[at] = found
    scores[:, grid.state == FLOOR] = 0.0
    return scores


def aggregated(p: Plan, scores: Floats, draws: Draws) -> Levels:
    """Climb the tree: weighted means over what is there, layers below the coverage floor taken out."""
    found, below = [], scores
    if draws.left_out is not None:
        below = scores.copy()
        out = np.flatnonzero(draws.left_out >= 0)
        below[out, draws.left_out[out]] = np.nan
    last = len(p.tree) - 1
    for step, level in enumerate(p.tree):
        weights = level.weights if draws.weights is None else draws.weights[:, level.edges]
        mean = p.recipe.aggregate[step]
        below = _combined(p, level, below, weights, draws, mean, top=step == last)
        if step == last - 1:
            below = np.where(p.unscored, np.nan, below)
        found.append(below)
    return Levels(scores, p.nodes, np.concatenate(found[::-1], axis=1))


def _combined(
    p: Plan, level: Level, x: Floats, weights: Floats, draws: Draws, mean: str, *, top: bool
) -> Floats:
    """Aggregate one level; across layers the draw may pick mean and clip, and nothing may be missing."""
    children = x[:, level.order]
    clip = draws.choices.get("clip")
    lowest = p.recipe.clip if clip is None else np.asarray(p.recipe.doubt.clip)[clip][:, None, None]
    picks = draws.choices.get("aggregate") if top else None
    if picks is None:
        return _mean(children, weights, level.starts, mean, lowest, whole=top)
    both = [
        _mean(children, weights, level.starts, name, lowest, whole=top) for name in p.recipe.doubt.aggregate
    ]
    return np.stack(both)[picks, np.arange(draws.size)]


def _mean(
    x: Floats, weights: Floats, starts: NDArray[np.int64], mean: str, lowest: Floats | float, *, whole: bool
) -> Floats:
    """Weighted mean of the children that are there; with `whole`, missing as soon as one is."""
    seen = np.isfinite(x)
    w = np.where(seen, weights[..., None], 0.0)
    filled = np.where(seen, np.log(np.maximum(x, lowest)) if mean == "geometric" else x, 0.0)
    total = np.add.reduceat(w, starts, axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        result = np.add.reduceat(w * filled, starts, axis=1) / total
    if whole:
        result = np.where(np.logical_and.reduceat(seen, starts, axis=1), result, np.nan)
    return np.exp(result) if mean == "geometric" else result
