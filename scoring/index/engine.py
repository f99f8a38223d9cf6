"""The one pipeline: draw, run the stages, climb the tree. Doubt and what-ifs are other inputs of it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from indicators.draws import NOMINAL, Draws
from indicators.fault import UsageError
from layers.choices import Step, step
from layers.drawn import drawn
from layers.grid import Grid, build
from layers.stages import normalised, screening
from scoring.index.climb import Scored, climb, parts, weighed
from scoring.index.framework import Framework, Level, levels, read_framework

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from indicators.facts import Facts
    from scoring.index.climb import Part
    from scoring.index.recipe import Recipe

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]

CELLS: Final = 1 << 17
"""Cells of a block of draws that is worked on at once, about what a processor keeps close by."""
SHARED: Final = 4096
"""Draws of a block where the data are not drawn, so that the stages run once for all of them."""


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
    kept : (n,) array of bool
        Units that the screening of the recipe leaves in.
    """

    grid: Grid
    tree: tuple[Level, ...]
    framework: Framework
    recipe: Recipe
    unscored: NDArray[np.bool_]
    coverage: dict[str, Floats]
    fingerprint: str
    kept: Mask

    @property
    def nodes(self) -> tuple[str, ...]:
        """Codes of all nodes, top first."""
        return tuple(code for level in reversed(self.tree) for code in level.parents)

    @cached_property
    def menu(self) -> Mapping[str, tuple[Step, ...]]:
        """What the picks of a draw choose from, by stage, in the order of the recipe."""
        doubt = self.recipe.doubt
        stages = ("impute", "transform", "treat", "normalise")
        return {stage: tuple(step(each) for each in getattr(doubt, stage)) for stage in stages}

    @cached_property
    def parts(self) -> tuple[tuple[Part, ...], ...]:
        """Parents that are aggregated alike, by level."""
        own = {
            node.code: (
                None if node.mean is None else step(node.mean),
                self.recipe.threshold if node.threshold is None else node.threshold,
            )
            for node in self.framework.nodes
        }
        return tuple(parts(level, own) for level in self.tree)


@dataclass(frozen=True)
class Levels:
    """Scores of one run.

    Attributes
    ----------
    leaves : Batch
        Scores of the indicators, each distinct realisation once.
    nodes : tuple of str
        Top first.
    scores : (B, nodes, n) array
        0 to 100, NaN where not scored.
    """

    leaves: Scored
    nodes: tuple[str, ...]
    scores: Floats

    @property
    def indicators(self) -> Floats:
        """(B, J, n): scores of the indicators, NaN where missing."""
        return self.leaves.x[self.leaves.of]


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
    means_of(recipe, framework, len(tree))
    grid = build(facts, leaves, recipe.choices.lens, recipe.error)
    return planned(grid, tree, framework, recipe, facts.fingerprint())


def planned(grid: Grid, tree: tuple[Level, ...], framework: Framework, recipe: Recipe, mark: str) -> Plan:
    """Prepare the plan of a grid, wherever it comes from; `mark` identifies its data."""
    means_of(recipe, framework, len(tree))
    coverage = _coverage(tree, grid.present)
    below = np.zeros((0, len(grid.units)), dtype=bool)
    if len(tree) > 1:
        floor = framework.coverage_floor if framework.strict else 0.0
        below = np.array([coverage[code] for code in tree[-2].parents]) < floor - 1e-12
    whole = "\n".join([mark, framework.model_dump_json(), recipe.model_dump_json()])
    kept = screening(grid, recipe.choices)
    return Plan(
        grid, tree, framework, recipe, below, coverage, hashlib.sha256(whole.encode()).hexdigest(), kept
    )


def means_of(recipe: Recipe, framework: Framework, steps: int) -> tuple[tuple[Step, ...], ...]:
    """Means at each level, from the indicators up, first as stated and then as `doubt` lists them.

    Raises
    ------
    UsageError
        If a list does not name one mean for each level.
    """
    stated = recipe.aggregate if isinstance(recipe.aggregate, tuple) else (recipe.aggregate,) * steps
    choices = [each if isinstance(each, tuple) else (*stated[:-1], each) for each in recipe.doubt.aggregate]
    for means in (stated, *choices):
        if len(means) != steps:
            names = ", ".join(step(mean).method for mean in means)
            found = f"recipe {recipe.name!r} names {len(means)} means ({names})"
            expected = f"framework {framework.name!r} has {steps} levels above its indicators"
            message = f"{found} but {expected}; write one mean per level, from the indicators up"
            raise UsageError(message)
    return tuple(tuple(step(means[k]) for means in (stated, *choices)) for k in range(steps))


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

    Raises
    ------
    UsageError
        If a method cannot work on a value, which is named.
    """
    found = [_scored(p, block) for block in _blocks(p, draws)]
    if len(found) == 1:
        return found[0]
    shift = np.cumsum([0, *(len(each.leaves.x) for each in found[:-1])])
    of = np.concatenate([each.leaves.of + at for each, at in zip(found, shift, strict=True)])
    leaves = Scored(np.concatenate([each.leaves.x for each in found]), of)
    return Levels(leaves, p.nodes, np.concatenate([each.scores for each in found]))


def _blocks(p: Plan, draws: Draws) -> Iterator[Draws]:
    """Cut draws into blocks that a processor can keep close by; the result does not depend on where."""
    fixed = draws.data is None and draws.bias is None and not draws.posterior
    size = SHARED if fixed else max(16, CELLS // p.grid.value.size)
    for start in range(0, draws.size, size):
        yield draws if size >= draws.size else draws.take(slice(start, start + size))


def _scored(p: Plan, draws: Draws) -> Levels:
    values = drawn(p.grid, draws)
    shared = values[:1] if values.strides[0] == 0 else values
    batch = normalised(shared, p.grid, p.recipe.choices, draws, p.menu, p.kept)
    return aggregated(p, Scored(batch.x, batch.of), draws)


def aggregated(p: Plan, leaves: Scored, draws: Draws) -> Levels:
    """Climb the tree: weighted means over what is there; a layer below the coverage floor is taken out.

    Parameters
    ----------
    p : Plan
        Tree and means.
    leaves : Scored
        Scores of the indicators, NaN where missing.
    draws : Draws
        Weights, choices of mean and clip, and the indicator left out.
    """
    means = means_of(p.recipe, p.framework, len(p.tree))
    picks = draws.choices.get("aggregate")
    given: dict[str, Any] = {
        "lowest": _clip(p, draws),
        "reference": p.grid.reference & p.kept,
        "units": p.grid.units,
    }
    below, found = leaves, []
    for depth, level in enumerate(p.tree):
        weights = _weights(p, depth, below, draws)
        stated, varied = means[depth][:1], means[depth][1:]
        scores = climb(
            level,
            below,
            weights,
            stated if picks is None else varied,
            picks,
            given | {"parts": p.parts[depth]},
        )
        if depth == len(p.tree) - 2 and p.unscored.any():
            scores = np.where(p.unscored, np.nan, scores)
        if depth == len(p.tree) - 1 and p.framework.strict:
            scores = _complete(below, level, weights, scores)
        found.append(scores)
        below = Scored(scores, np.arange(draws.size))
    return Levels(leaves, p.nodes, np.concatenate(found[::-1], axis=1))


def _clip(p: Plan, draws: Draws) -> Floats | float | None:
    """Lowest score that a geometric mean takes; None where such scores are refused."""
    picks = draws.choices.get("clip")
    if picks is None:
        return p.recipe.clip or None
    return np.asarray(p.recipe.doubt.clip)[picks][:, None, None]


def _weights(p: Plan, depth: int, below: Scored, draws: Draws) -> Floats:
    """Weights of a level's children in its order, (1 or B, children, 1); what is left out has none."""
    level, use = p.tree[depth], p.recipe.weigh
    weights = (level.weights[None] if draws.weights is None else draws.weights[:, level.edges])[..., None]
    chosen = step(use[depth] if isinstance(use, tuple) else use)
    if chosen.method != "given" and draws.weights is None:
        weights = weighed(level, below, weights, chosen, p.grid.reference & p.kept)
    if depth == 0 and draws.left_out is not None:
        place = np.empty(len(level.order), dtype=np.int64)
        place[level.order] = np.arange(len(level.order))
        out = np.flatnonzero(draws.left_out >= 0)
        weights = np.repeat(weights, draws.size, axis=0) if len(weights) == 1 else weights.copy()
        weights[out, place[draws.left_out[out]]] = 0.0
    return weights


def _complete(below: Scored, level: Level, weights: Floats, scores: Floats) -> Floats:
    """Take out a whole of which a part with a weight is missing."""
    there = np.isfinite(below.x[:, level.order])
    if there.all():
        return scores
    there = there[below.of] | (weights == 0)
    return np.where(np.logical_and.reduceat(there, level.starts, axis=1), scores, np.nan)
