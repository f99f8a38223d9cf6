"""What the page holds, as plain data: tree, scores, draws of the pillars, values and sources."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from layers.application_ecosystem.pair import MADE_FROM, uncovered
from layers.observed import STATES
from reports.wording import short_name, the
from scoring.doubt.call import AHEAD, LIKELY
from scoring.doubt.sample import sample
from scoring.index.engine import Plan, plan, run
from scoring.robustness import recipe_of

from .dollars import dollars

if TYPE_CHECKING:
    from indicators.facts import Facts
    from indicators.schema import Lens
    from scoring.answer import Answer
    from scoring.index.recipe import Recipe

Floats = NDArray[np.float64]

DRAWS: Final = 300
"""Draws of each lens: few enough for a small file, enough for a 90 % range to a tenth of its width."""
SCALE: Final = 600
"""Steps of a score in the stored draws."""
MISSING: Final = 2**16 - 1
MEANS: Final = (
    ("geometric", 5.0, "geometric, under 5 counts as 5"),
    ("geometric", 1.0, "geometric, under 1 counts as 1"),
    ("geometric", 10.0, "geometric, under 10 counts as 10"),
    ("arithmetic", 0.0, "arithmetic"),
)
"""The set-ups that the page offers: those for which no score of a pillar changes."""
LENSES: Final[tuple[Lens, Lens]] = ("scale", "intensity")


def contents(answer: Answer, facts: Facts) -> dict[str, Any]:
    """Gather everything that the page shows.

    Parameters
    ----------
    answer : Answer
        The run that the page starts from: pair, lens, recipe, seed.
    facts : Facts
        What it was computed from, cut by the same clocks.

    Returns
    -------
    dict
        Plain values, ready for JSON; a score that is missing is None.
    """
    recipe = recipe_of(answer)
    plans = {lens: plan(facts, _through(recipe, lens)) for lens in LENSES}
    first = plans["scale"]
    stated = _stated_mean(recipe)
    return {
        "pair": list(answer.pair),
        "lens": answer.lens,
        "stated": stated,
        "told": _told(answer) if stated is not None else {},
        "units": [_unit(answer, facts, code) for code in first.grid.units],
        "tree": _tree(first),
        "floor": first.framework.coverage_floor if first.framework.strict else 0.0,
        "means": [
            {"mean": mean, "clip": clip, "says": says + (" (as stated)" if k == stated else "")}
            for k, (mean, clip, says) in enumerate(MEANS)
        ],
        "rule": {"ahead": AHEAD, "likely": LIKELY},
        "draws": DRAWS,
        "scale": SCALE,
        "missing": MISSING,
        "lenses": {lens: _scored(made, answer.seed) for lens, made in plans.items()},
        "apart": _apart(facts, first),
        "indicators": [_indicator(first, j) for j in range(len(first.grid.indicators))],
        "sources": _sources(first),
        "dollars": dollars(answer, facts),
    }


def _stated_mean(recipe: Recipe) -> int | None:
    """Place of the recipe's own mean among those offered; None where the page cannot make its sums."""
    steps = recipe.aggregate
    below, top = (steps[:-1], steps[-1]) if isinstance(steps, tuple) else ((steps,), steps)
    if any(each != "arithmetic" for each in below):
        return None
    for k, (mean, clip, _) in enumerate(MEANS):
        if mean == top and (mean == "arithmetic" or clip == recipe.clip):
            return k
    return None


def _told(answer: Answer) -> dict[str, dict[str, str]]:
    """Give the calls of the run by node, from both readings; a side is `a` or `b` of its pair, or empty."""
    if not answer.draws:
        return {}
    sides = dict(zip(answer.pair, "ab", strict=True))
    return {node: {"call": gap.call, "side": sides.get(gap.leader, "")} for node, gap in answer.gap.items()}


def _through(recipe: Recipe, lens: Lens) -> Recipe:
    return recipe.model_copy(update={"choices": recipe.choices.model_copy(update={"lens": lens})})


def _unit(answer: Answer, facts: Facts, code: str) -> dict[str, Any]:
    unit = facts.units[code]
    short = short_name(answer, code)
    return {
        "code": code,
        "name": unit.short,
        "short": short,
        "said": the(unit.short),
        "bloc": bool(unit.members),
    }


def _tree(p: Plan) -> list[dict[str, Any]]:
    """Layers with their pillars, each with its weight and the places of its indicators."""
    pillars, layers = p.tree[0], p.tree[1]
    ends = [*pillars.starts[1:], len(pillars.order)]
    titles = {node.code: node.title for node in p.framework.nodes}
    made = {}
    for k, (parent, start, end) in enumerate(zip(pillars.parents, pillars.starts, ends, strict=True)):
        made[k] = {
            "code": parent,
            "title": titles[parent],
            "members": [int(j) for j in pillars.order[start:end]],
            "weights": [float(w) for w in pillars.weights[start:end]],
        }
    stops = [*layers.starts[1:], len(layers.order)]
    top = {layers.parents[k]: float(w) for k, w in zip(p.tree[2].order, p.tree[2].weights, strict=True)}
    return [
        {
            "code": parent,
            "title": titles[parent],
            "weight": top[parent],
            "pillars": [
                made[int(k)] | {"weight": float(w)}
                for k, w in zip(layers.order[start:stop], layers.weights[start:stop], strict=True)
            ],
        }
        for parent, start, stop in zip(layers.parents, layers.starts, stops, strict=True)
    ]


def _scored(p: Plan, seed: int) -> dict[str, Any]:
    """Scores of the indicators and pillars as they stand, and the draws of both where the page needs them."""
    nominal = run(p)
    drawn = run(p, sample(p, seed, 0, DRAWS))
    codes = p.tree[0].parents
    places = [p.nodes.index(code) for code in codes]
    own = _own(p)
    return {
        "indicators": _nested(nominal.indicators[0]),
        "pillars": dict(zip(codes, _nested(nominal.scores[0][places]), strict=True)),
        "coverage": {code: [float(c) for c in p.coverage[code]] for code in codes},
        "present": [[bool(x) for x in row] for row in p.grid.present],
        "pillar_draws": {
            code: _packed(drawn.scores[:, k])
            for code, k in zip(codes, places, strict=True)
            if code not in own
        },
        "indicator_draws": {
            str(j): _packed(drawn.indicators[:, j]) for members in own.values() for j in members
        },
    }


def _own(p: Plan) -> dict[str, list[int]]:
    """Pillars that are made from their indicators on the page, since a pair may lack some of them."""
    split = {code for codes in MADE_FROM.values() for code in codes}
    found: dict[str, list[int]] = {}
    for it in p.grid.indicators:
        if it.code in split:
            found[it.pillar] = [j for j, other in enumerate(p.grid.indicators) if other.pillar == it.pillar]
    return found


def _nested(x: Floats) -> list[list[float | None]]:
    return [[None if not np.isfinite(cell) else float(cell) for cell in row] for row in x]


def _packed(x: Floats) -> str:
    """Draws x units as unsigned 16-bit numbers in base64, lowest byte first."""
    whole = np.where(np.isfinite(x), np.rint(np.nan_to_num(x) * SCALE), MISSING)
    return base64.b64encode(whole.astype("<u2").tobytes()).decode("ascii")


def _apart(facts: Facts, p: Plan) -> dict[str, list[int]]:
    """Name the indicators that no instrument covers for both of a pair, by pair, as in `USA CHN`."""
    codes = [it.code for it in p.grid.indicators]
    alone = [unit for unit in p.grid.units if not facts.units[unit].members]
    found = {}
    for k, a in enumerate(alone):
        for b in alone[k + 1 :]:
            out = [codes.index(code) for code in uncovered(facts, (a, b)) if code in codes]
            if out:
                found[f"{a} {b}"] = out
    return found


def _indicator(p: Plan, j: int) -> dict[str, Any]:
    """One indicator with what is known of every unit; values that may not be passed on are left out."""
    it, grid = p.grid.indicators[j], p.grid
    cells: list[list[Any]] = []
    for i in range(len(grid.units)):
        row = grid.records[grid.record[j, i]] if grid.record[j, i] >= 0 else {}
        key = str(row.get("source") or "")
        free = it.sources[key].redistribute if key else all(each.redistribute for each in it.sources.values())
        known = [
            x[j, i] if free and np.isfinite(x[j, i]) else None for x in (grid.value, grid.low, grid.high)
        ]
        numbers = [None if x is None else float(f"{x:.6g}") for x in known]
        source = f"{it.code}.{key}" if key else ""
        cells.append([*numbers, str(row.get("date") or ""), source, STATES[grid.state[j, i]]])
    return {"code": it.code, "title": it.title, "unit": it.unit, "cells": cells}


def _sources(p: Plan) -> dict[str, str]:
    """Citations by indicator and key, of the sources that cells name."""
    return {
        f"{it.code}.{key}": f"{source.citation_full} ({source.licence})"
        for it in p.grid.indicators
        for key, source in it.sources.items()
    }
