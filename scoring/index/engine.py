"""The one pipeline: draw, run the stages, climb the tree. Doubt and what-ifs are other inputs of it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from indicators.draws import NOMINAL, Draws
from indicators.fault import UsageError
from layers.choices import Step, step
from layers.drawn import drawn
from layers.grid import Grid, build
from layers.stages import normalised, screening
from scoring.index.climb import Rules, Scored, climb, parts, weighed
from scoring.index.framework import Framework, Level, levels
from scoring.index.memory import keep
from scoring.index.own_tree import tree_of
from scoring.index.replicates import check

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from indicators.facts import Facts
    from scoring.index.climb import Part
    from scoring.index.recipe import Recipe

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]

CELLS: Final = 1 << 20
"""Cells of a block of draws that is worked on at once, about what a processor keeps close by."""
SHARED: Final = 2048
"""Draws of a block where the data are not drawn, so that the stages run once for all of them."""

keep()


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

    @property
    def edges(self) -> tuple[str, ...]:
        """Codes of all indicators and nodes but the top, in the order of a draw's `weights`."""
        return tuple(code for level in self.tree for code in level.children)

    @cached_property
    def menu(self) -> Mapping[str, tuple[Step, ...]]:
        """What the picks of a draw choose from, by stage, in the order of the recipe."""
        doubt = self.recipe.doubt
        stages = ("impute", "transform", "treat", "normalise")
        return {stage: tuple(step(each) for each in getattr(doubt, stage)) for stage in stages}

    @cached_property
    def means(self) -> tuple[tuple[Step, ...], ...]:
        """Means of each level, from the indicators up: first as stated, then as `doubt` lists them."""
        return means_of(self.recipe, self.framework, len(self.tree))

    @property
    def stated(self) -> tuple[str, ...]:
        """Name of the mean at each level; `various` where nodes of a level have means of their own."""
        pairs = zip(self.parts, self.means, strict=True)
        return tuple("various" if any(it.mean for it in own) else means[0].method for own, means in pairs)

    @cached_property
    def worked_out(self) -> dict[tuple[str, ...], dict[int, Floats]]:
        """Scores of the indicators by what varies and the set of methods, where the data are not drawn."""
        return {}

    @cached_property
    def parts(self) -> tuple[tuple[Part, ...], ...]:
        """Parents that are aggregated alike, by level."""
        return parts_of(self.recipe, self.framework, self.tree)


@dataclass(frozen=True)
class Levels:
    """Scores of one run.

    Attributes
    ----------
    leaves : tuple of Scored
        Scores of the indicators, one block of draws after the other.
    nodes : tuple of str
        Top first.
    scores : (B, nodes, n) array
        0 to 100, NaN where not scored.
    """

    leaves: tuple[Scored, ...]
    nodes: tuple[str, ...]
    scores: Floats

    @cached_property
    def indicators(self) -> Floats:
        """(B, J, n): scores of the indicators, NaN where missing."""
        return np.concatenate([each.x[each.of] for each in self.leaves])


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
    framework = framework or tree_of(facts, recipe.framework)
    leaves = framework.leaves(facts.indicators)
    tree = levels(framework, leaves)
    _check_levels(recipe, framework, len(tree))  # before the grid, which takes longer
    grid = build(facts, leaves, recipe.choices.lens, recipe.error)
    return planned(grid, tree, framework, recipe, facts.fingerprint())


def planned(grid: Grid, tree: tuple[Level, ...], framework: Framework, recipe: Recipe, mark: str) -> Plan:
    """Prepare the plan of a grid, wherever it comes from; `mark` identifies its data."""
    _check_levels(recipe, framework, len(tree))  # its complaint comes now, not at the first run
    coverage = _coverage(tree, grid.present)
    below = np.zeros((0, len(grid.units)), dtype=bool)
    if len(tree) > 1:
        floor = framework.coverage_floor if framework.strict else 0.0
        below = np.array([coverage[code] for code in tree[-2].parents]) < floor - 1e-12
    whole = f"{mark}\n{framework.model_dump_json()}\n{recipe.model_dump_json()}"
    kept = screening(grid, recipe.choices)
    return Plan(
        grid, tree, framework, recipe, below, coverage, hashlib.sha256(whole.encode()).hexdigest(), kept
    )


def _check_levels(recipe: Recipe, framework: Framework, steps: int) -> None:
    """Refuse lists of one entry a level that are not as long as the tree is high."""
    means_of(recipe, framework, steps)
    for key in ("weigh", "threshold"):
        stated = getattr(recipe, key)
        if isinstance(stated, tuple) and len(stated) != steps:
            found = f"recipe {recipe.name!r} has {len(stated)} entries in {key}"
            expected = f"framework {framework.name!r} has {steps} levels above its indicators"
            message = f"{found} but {expected}; write one a level, from the indicators up, or one for all"
            raise UsageError(message)


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


def parts_of(recipe: Recipe, framework: Framework, tree: Sequence[Level]) -> tuple[tuple[Part, ...], ...]:
    """Group the parents of every level by how recipe and framework aggregate them."""
    own = {
        node.code: (None if node.mean is None else step(node.mean), node.threshold)
        for node in framework.nodes
    }
    stated = recipe.threshold
    usual = stated if isinstance(stated, tuple) else (stated,) * len(tree)
    return tuple(parts(level, own, each) for level, each in zip(tree, usual, strict=True))


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
        If the draws do not fit the plan, or a method cannot work on a value, which is named.
    """
    check(p, draws)
    return _run(p, draws, None)


def rerun(p: Plan, draws: Draws, before: Levels) -> Levels:
    """Score as `run` does, from indicators that were scored under other draws of the same data and methods.

    Parameters
    ----------
    p : Plan
        What no draw changes.
    draws : Draws
        What varies; it differs from the draws of `before` in what comes above the indicators alone: weights,
        means, clips, the indicator left out.
    before : Levels
        Of `run`.
    """
    return _run(p, draws, before.leaves)


def _run(p: Plan, draws: Draws, known: Sequence[Scored] | None) -> Levels:
    scores = np.empty((draws.size, len(p.nodes), len(p.grid.units)))
    leaves = []
    for place, at in enumerate(_blocks(p, draws)):
        block = draws.take(at) if at.stop - at.start < draws.size else draws
        leaves.append(_leaves(p, block) if known is None else known[place])
        _climb(p, leaves[-1], block, scores[at])
    return Levels(tuple(leaves), p.nodes, scores)


def _blocks(p: Plan, draws: Draws) -> Iterator[slice]:
    """Cut draws into blocks that a processor can keep close by; the result does not depend on where."""
    size = SHARED if _is_fixed(draws) else max(16, CELLS // p.grid.value.size)
    for start in range(0, draws.size, size):
        yield slice(start, min(start + size, draws.size))


def _is_fixed(draws: Draws) -> bool:
    """Say whether the scores of the indicators depend on nothing but the methods."""
    drawn = draws.data is not None or draws.bias is not None or draws.posts is not None
    return not (drawn or draws.posterior or draws.inputs)


def _leaves(p: Plan, draws: Draws) -> Scored:
    """Score the indicators: for each draw, or where the data are not drawn for each set of methods once."""
    if not _is_fixed(draws):
        return _normalised(p, draws)
    varied = tuple(stage for stage in p.recipe.choices.order if stage in draws.choices)
    known = p.worked_out.setdefault(varied, {})
    sizes = [len(p.menu[stage]) for stage in varied]
    picks = [draws.choices[stage] for stage in varied]
    code = np.ravel_multi_index(picks, sizes) if varied else np.zeros(draws.size, dtype=np.int64)
    sets, of = np.unique(code, return_inverse=True)
    new = [each for each in sets.tolist() if each not in known]
    if new:
        wanted = np.unravel_index(np.array(new), sizes) if varied else ()
        once = _normalised(p, Draws(len(new), choices=dict(zip(varied, wanted, strict=True))))
        known.update(zip(new, once.x[once.of], strict=True))
    return Scored(np.stack([known[each] for each in sets.tolist()]), of)


def _normalised(p: Plan, draws: Draws) -> Scored:
    values = drawn(p.grid, draws)
    shared = values[:1] if values.strides[0] == 0 else values
    batch = normalised(shared, p.grid, p.recipe.choices, draws, p.menu, p.kept)
    return Scored(batch.x, batch.of)


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
    scores = np.empty((draws.size, len(p.nodes), len(p.grid.units)))
    _climb(p, leaves, draws, scores)
    return Levels((leaves,), p.nodes, scores)


def _climb(p: Plan, leaves: Scored, draws: Draws, scores: Floats) -> None:
    """Fill the scores of all nodes, (B, nodes, n), one level after the other."""
    picks = draws.choices.get("aggregate")
    lowest = _clip(p, draws)
    below, first = leaves, len(p.nodes)
    for depth, level in enumerate(p.tree):
        weights = _weights(p, depth, below, draws)
        options = p.means[depth][:1] if picks is None else p.means[depth][1:]
        first -= len(level.parents)
        out = scores[:, first : first + len(level.parents)]
        rules = Rules(p.parts[depth], options, picks, lowest, p.grid.reference & p.kept, p.grid.units)
        climb(level, below, weights, rules, out)
        if depth == len(p.tree) - 2 and p.unscored.any():
            out[:, p.unscored] = np.nan
        if depth == len(p.tree) - 1 and p.framework.strict:
            out[~_complete(below, level, weights)] = np.nan
        below = Scored(out, np.arange(draws.size))


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
        weights = weighed(level, below, weights, chosen, (p.grid.reference & p.kept, p.grid.units))
    if depth == 0 and draws.left_out is not None:
        place = np.empty(len(level.order), dtype=np.int64)
        place[level.order] = np.arange(len(level.order))
        out = np.flatnonzero(draws.left_out >= 0)
        weights = np.repeat(weights, draws.size, axis=0) if len(weights) == 1 else weights.copy()
        weights[out, place[draws.left_out[out]]] = 0.0
    return weights


def _complete(below: Scored, level: Level, weights: Floats) -> Mask:
    """Say where no part with a weight is missing, (B, parents, n)."""
    there = np.isfinite(below.x[:, level.order])[below.of] | (weights == 0)
    return np.logical_and.reduceat(there, level.starts, axis=1)
