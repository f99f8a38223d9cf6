"""A supply seen three ways: made here, owned here, within reach."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

import numpy as np

from scoring.index.engine import plan, run
from scoring.view import known

if TYPE_CHECKING:
    from collections.abc import Sequence

    from indicators.facts import Facts
    from scoring.index.recipe import Recipe

VIEWS: Final = ("location", "ownership", "reach")
"""In the order in which they are shown."""
SUPPLIES: Final = ("memory", "packaging")
"""Pillars that are the mean of the three."""

Views = dict[str, dict[str, float | None]]
"""By unit and view: 0 to 100, None where unknown."""


def supply_views(facts: Facts, recipe: Recipe, pillar: str, units: Sequence[str]) -> Views:
    """Score one pillar by each view: the weighted mean of the indicators that take it.

    Parameters
    ----------
    facts : Facts
        Cut by both clocks.
    recipe : Recipe
        How to score.
    pillar : str
        Such as ``memory``.
    units : sequence of str
        Economies and blocs.
    """
    p = plan(facts, recipe)
    scores = run(p).indicators[0]
    found: Views = {}
    for unit in units:
        i = p.grid.units.index(unit)
        found[unit] = {}
        for view in VIEWS:
            held = [
                (it.weight, scores[j, i])
                for j, it in enumerate(p.grid.indicators)
                if it.pillar == pillar and it.view == view and it.weight and math.isfinite(scores[j, i])
            ]
            weights, values = (np.array(part) for part in zip(*held, strict=True)) if held else ((), ())
            found[unit][view] = known(np.average(values, weights=weights)) if held else None
    return found
