"""Plans of worlds before and after changes, and the paired draws of a pair's gap in both."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from layers.grid import Leeway, build
from layers.patched import narrowed, patched
from scoring.doubt.call import call, less_certain
from scoring.doubt.sample import CHUNK, DATA, SETUPS, parameters, sample
from scoring.index.engine import Plan, plan, planned, run
from scoring.questions.scenario.apply import made
from scoring.questions.scenario.outcome import Called

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from indicators.draws import Draws
    from layers.grid import Grid
    from scoring.doubt.sample import Vary
    from scoring.questions.scenario.apply import Bound, Made
    from scoring.questions.scenario.world import World

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

ENDS: Final = ("low", "high")
KEPT: Final = 128
"""Chunks of draws of a pair that are kept: those of 32,768 draws."""
ALONE: Final = ("arithmetic", "geometric", "harmonic")
"""Means that look at one unit at a time."""


def plan_of(world: World) -> Plan:
    """Prepare a world to be scored."""
    return plan(world.facts, world.recipe, world.framework)


def plan_after(base: Plan, before: World, after: Made, *, joint: bool = True) -> Plan:
    """Prepare a changed world; indicators that no change can reach are taken from the plan before.

    Parameters
    ----------
    base : Plan
        Of the world before.
    before : World
        That world.
    after : Made
        The changed one.
    joint : bool
        False for a plan that is scored at its stated values alone.
    """
    world = after.world
    if world is before:
        return base
    if after.weighed or after.chosen:
        return plan_of(world)
    part = _part(base, world, after.codes, joint=joint)
    mark = hashlib.sha256(f"{base.fingerprint} {world.facts.fingerprint()}".encode()).hexdigest()
    grid = patched(base.grid, part) if part else base.grid
    return planned(grid, base.tree, base.framework, base.recipe, mark)


def _part(base: Plan, world: World, codes: frozenset[str], *, joint: bool = True) -> Grid | None:
    """Build the indicators of a plan that changes can reach; None where none of them is weighted."""
    held = [it for it in base.grid.indicators if it.code in codes]
    if not held:
        return None
    return build(world.facts, held, base.recipe.choices.lens, base.recipe.error, joint=joint)


def with_leeway(p: Plan, bound: Sequence[Bound], before: World, after: Made, when: date) -> Plan:
    """Let the uncertain numbers of the changes be drawn.

    Parameters
    ----------
    p : Plan
        Of the changed world, every number at its median.
    bound : sequence of Bound
        The changes.
    before : World
        What they start from.
    after : Made
        What they led to.
    when : date
        The day.
    """
    found = []
    for each in bound:
        size = each.change.parameter
        if size is None or not size.ranged or not each.change.begun(when):
            continue
        ends = [made(bound, before, when, ends={each.name: end}) for end in ENDS]
        parts = [_part(p, end.world, after.codes) for end in ends]
        if parts[0] is not None and parts[1] is not None:
            rows = np.array([p.grid.codes.index(code) for code in parts[0].codes], dtype=np.int64)
            found.append(Leeway(each.name, rows, parts[0], parts[1]))
    return replace(p, grid=replace(p.grid, leeway=tuple(found))) if found else p


def gaps(
    p: Plan, pair: tuple[str, str], draws: int, seed: int, vary: Vary = DATA, like: Plan | None = None
) -> Floats:
    """Draw the gap of a pair at every node, (draws, nodes); NaN where not scored.

    Parameters
    ----------
    p : Plan
        What is scored.
    pair : tuple of str
        Codes, first and second.
    draws, seed : int
        How many and from which seed: the same numbers for two plans of the same indicators.
    vary : Vary
        What is drawn.
    like : Plan, optional
        With other indicators (one of them has no weight left): the plan that the numbers are drawn for, of
        which `p` takes those of its own.
    """
    alone = vary == DATA and apart(p)
    small = narrow(p, pair) if alone else p
    columns = [p.grid.units.index(code) for code in pair]
    first, second = (small.grid.units.index(code) for code in pair)
    found = np.empty((draws, len(p.nodes)))
    for start in range(0, draws, CHUNK):
        chunk = start // CHUNK
        at = (seed, chunk)
        drawn = _of_pair(p, like or p, at, columns) if alone else sample(p, *at, vary=vary)
        scores = run(small, drawn).scores[: min(CHUNK, draws - start)]
        found[start : start + len(scores)] = scores[:, :, first] - scores[:, :, second]
    return found


def apart(p: Plan) -> bool:
    """Say whether the scores of a unit depend on no other unit, so that a pair can be scored alone."""
    choices, recipe = p.recipe.choices, p.recipe
    return (
        not choices.each
        and recipe.weigh == "given"
        and choices.step("normalise").method == "goalposts"
        and all(choices.step(stage).method == "none" for stage in ("screen", "impute", "treat"))
        and all(means[0].method in ALONE for means in p.means)
    )


def narrow(p: Plan, pair: Sequence[str]) -> Plan:
    """Return the plan of a pair alone."""
    return planned(narrowed(p.grid, pair), p.tree, p.framework, p.recipe, p.fingerprint)


_DRAWN: OrderedDict[object, Draws] = OrderedDict()


def _of_pair(p: Plan, like: Plan, at: tuple[int, int], columns: Sequence[int]) -> Draws:
    """Draw for a pair alone, once for all plans of the same indicators; parameters come on top.

    A plan with fewer indicators than `like` takes what was drawn for its own: the two stay paired.
    """
    families = tuple(each.family for each in like.grid.joints)
    key = (like.grid.codes, like.grid.units, like.grid.groups, families, at, tuple(columns))
    if key not in _DRAWN:
        whole = sample(replace(like, grid=replace(like.grid, leeway=())), *at)
        data = None if whole.data is None else np.ascontiguousarray(whole.data[:, :, columns])
        _DRAWN[key] = replace(whole, data=data)
    while len(_DRAWN) > KEPT:
        _DRAWN.popitem(last=False)
    drawn = replace(_DRAWN[key], inputs=parameters(p, *at))
    if like.grid.codes == p.grid.codes or drawn.data is None:
        return drawn
    rows = [like.grid.codes.index(code) for code in p.grid.codes]
    return replace(drawn, data=drawn.data[:, rows])


def nominal(p: Plan, pair: tuple[str, str]) -> Floats:
    """Scores of the pair at every node, everything at its stated value, (nodes, 2)."""
    places = [p.grid.units.index(code) for code in pair]
    return np.asarray(run(p).scores[0][:, places])


def called(data: Floats, setups: Floats, pair: tuple[str, str]) -> list[Called]:
    """Call every node, by the rule of the scores: the less certain of the two readings."""
    return [
        Called(*call(less_certain(_ahead(one), _ahead(other)), *pair))
        for one, other in zip(data.T, setups.T, strict=True)
    ]


def _ahead(gap: Floats) -> float | None:
    """Share of draws in which the first is ahead, a tie counting half; None where no draw scored both."""
    seen = gap[np.isfinite(gap)]
    return float(((seen > 0).sum() + (seen == 0).sum() / 2) / len(seen)) if len(seen) else None


def calls(p: Plan, pair: tuple[str, str], draws: int, seed: int, data: Floats | None = None) -> list[Called]:
    """Call every node of a plan; `data` are its data-only draws where they are at hand."""
    known = gaps(p, pair, draws, seed) if data is None else data
    return called(known, gaps(p, pair, draws, seed, SETUPS), pair)
