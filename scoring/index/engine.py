"""The one pipeline: draw, divide, transform, normalise, aggregate. Doubt and what-ifs are other inputs."""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from indicators.draws import NOMINAL, Draws
from indicators.fault import UsageError
from layers.drawn import drawn
from layers.grid import FLOOR, OBSERVED, Grid, build, transformed
from layers.normalise import METHODS
from scoring.index.framework import Framework, Level, levels, read_framework

if TYPE_CHECKING:
    from collections.abc import Sequence

    from indicators.facts import Facts
    from scoring.index.recipe import Recipe

Floats = NDArray[np.float64]

NORMALISERS: Final = ("goalposts", "minmax", "zcdf", "percentile")
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

    Raises
    ------
    UsageError
        If recipe, framework and indicators do not fit together.
    DataError
        If the framework file is not a framework.
    """
    framework = framework or read_framework(recipe.framework)
    leaves = framework.leaves(facts.indicators)
    tree = levels(framework, leaves)
    if len(recipe.aggregate) != len(tree):
        raise _unequal(recipe, framework, len(tree))
    grid = build(facts, leaves, recipe.choices.lens, recipe.error)
    coverage = _coverage(tree, grid.present)
    unscored = np.array([coverage[code] for code in tree[-2].parents]) < framework.coverage_floor - 1e-12
    parts = [facts.fingerprint(), framework.model_dump_json(), recipe.model_dump_json()]
    mark = hashlib.sha256("\n".join(parts).encode()).hexdigest()
    return Plan(grid, tree, framework, recipe, unscored, coverage, mark)


def _unequal(recipe: Recipe, framework: Framework, steps: int) -> UsageError:
    found = f"recipe {recipe.name!r} names {len(recipe.aggregate)} means ({', '.join(recipe.aggregate)})"
    expected = f"framework {framework.name!r} has {steps} levels above its indicators"
    return UsageError(f"{found} but {expected}; write one mean per level, from the indicators up")


def _coverage(tree: Sequence[Level], present: NDArray[np.bool_]) -> dict[str, Floats]:
    """Share of each node's nominal weight that has a value."""
    share = present.astype(np.float64)
    found: dict[str, Floats] = {}
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


def normalised(p: Plan, values: Floats, draws: Draws) -> Floats:
    """Score indicators by the method that each draw picks.

    Parameters
    ----------
    p : Plan
        Grid and choices.
    values : (B, J, n) array
        After dividing.
    draws : Draws
        With `choices["normalise"]`, places in `NORMALISERS`, or without for the method of the recipe.

    Returns
    -------
    (B, J, n) array
        0 to 100, NaN where missing; true absence scores 0 by every method. Indicators observed for fewer
        reference units than the recipe asks for keep their goalposts.
    """
    grid, choices = p.grid, p.recipe.choices
    x = np.stack([_through(grid, values[:, j], j) for j in range(len(grid.indicators))], axis=1)
    picks = draws.choices.get("normalise", np.array([NORMALISERS.index(choices.normalise)]))
    picks = np.broadcast_to(picks, draws.size)
    observed = (grid.state == OBSERVED) & grid.present & grid.reference
    few = observed.sum(axis=1) < choices.fewest_units
    scores = np.empty(x.shape)
    for pick in np.unique(picks):
        at = np.flatnonzero(picks == pick)
        name = NORMALISERS[pick]
        posts_of = {"worst": grid.worst, "best": grid.best} if name == "goalposts" else {}
        found = METHODS[name](x[at], np.sign(grid.best - grid.worst), grid.reference, **posts_of)
        if NORMALISERS[pick] != "goalposts" and few.any():
            posts = METHODS["goalposts"](
                x[np.ix_(at, few)], 1, grid.reference, worst=grid.worst[few], best=grid.best[few]
            )
            found[:, few] = posts
        scores[at] = found
    scores[:, grid.state == FLOOR] = 0.0
    return scores


def _through(grid: Grid, x: Floats, j: int) -> Floats:
    """Transform one indicator, (B, n); what is not positive takes the least that is before a logarithm."""
    if grid.transform[j] != "log":
        return transformed(x, grid.transform[j])
    post = math.exp(min(grid.worst[j], grid.best[j]))
    least = np.where(x > 0, x, np.inf).min(axis=1, keepdims=True)
    return transformed(x, "log", np.minimum(least, post))


def aggregated(p: Plan, scores: Floats, draws: Draws) -> Levels:
    """Climb the tree: weighted means over what is there; a layer below the coverage floor is taken out.

    Parameters
    ----------
    p : Plan
        Tree and means.
    scores : (B, J, n) array
        Of the indicators, NaN where missing.
    draws : Draws
        Weights, choices of mean and clip across layers, and the indicator left out.
    """
    found, below = [], scores
    if draws.left_out is not None:
        below = scores.copy()
        out = np.flatnonzero(draws.left_out >= 0)
        below[out, draws.left_out[out]] = np.nan
    lowest = _clip(p, draws)
    for level, mean in zip(p.tree[:-1], p.recipe.aggregate, strict=False):
        below = _mean(below, level, _weights(level, draws), mean, lowest)
        found.append(below)
    found[-1] = below = np.where(p.unscored, np.nan, below)
    found.append(_across(p, below, draws, lowest))
    return Levels(scores, p.nodes, np.concatenate(found[::-1], axis=1))


def _clip(p: Plan, draws: Draws) -> Floats | float:
    picks = draws.choices.get("clip")
    return p.recipe.clip if picks is None else np.asarray(p.recipe.doubt.clip)[picks][:, None, None]


def _weights(level: Level, draws: Draws) -> Floats:
    """Weights of a level's children in its order, (children, 1) or (B, children, 1)."""
    return (level.weights if draws.weights is None else draws.weights[:, level.edges])[..., None]


def _across(p: Plan, layers: Floats, draws: Draws, lowest: Floats | float) -> Floats:
    """Aggregate the layers, (B, 1, n): none may be missing, and the draw may pick the mean."""
    top = p.tree[-1]
    weights = _weights(top, draws)
    picks = draws.choices.get("aggregate")
    names = p.recipe.aggregate[-1:] if picks is None else p.recipe.doubt.aggregate
    means = np.stack([_mean(layers, top, weights, name, lowest) for name in names])
    chosen = means[0] if picks is None else means[picks, np.arange(draws.size)]
    there = np.isfinite(layers[:, top.order]) | (weights == 0)  # a layer without weight may be missing
    return np.where(np.logical_and.reduceat(there, top.starts, axis=1), chosen, np.nan)


def _mean(x: Floats, level: Level, weights: Floats, mean: str, lowest: Floats | float) -> Floats:
    """Weighted mean of the children that are there, (B, parents, n); NaN where none is."""
    x = x[:, level.order]
    seen = np.isfinite(x)
    w = np.where(seen, weights, 0.0)
    filled = np.where(seen, np.log(np.maximum(x, lowest)) if mean == "geometric" else x, 0.0)
    total = np.add.reduceat(w, level.starts, axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        result = np.add.reduceat(w * filled, level.starts, axis=1) / total
    return np.exp(result) if mean == "geometric" else result
