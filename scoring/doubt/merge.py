"""Combinations of methods that make no sense, merged into the nearest that does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from indicators.fault import UsageError
from layers.choices import Step, step

if TYPE_CHECKING:
    from collections.abc import Mapping

    from scoring.index.engine import Plan

Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]

POSTED: Final = {"goalposts"}
"""Normalisers that cut off at fixed posts: the cut is the treatment of outliers."""
BELOW_ZERO: Final = {"zscore", "distance_to_reference"}
"""Normalisers whose scores may be negative."""
ABOVE_ZERO: Final = {"geometric", "harmonic"}
"""Means that need positive scores."""


def merged(p: Plan, picks: Mapping[str, Ints]) -> dict[str, Ints]:
    """Move picks that do not go together to the nearest ones that do.

    Parameters
    ----------
    p : Plan
        With what each stage is picked from.
    picks : mapping of str to (B,) array of int64
        As drawn, by stage.

    Returns
    -------
    dict of str to (B,) array of int64
        Outliers are not treated under goalposts, which cut off already: the treatment becomes `none`, or
        where that is not offered the normaliser becomes the first that is driven by the sample. A mean that
        needs positive scores does not take scores that may be negative: the mean becomes the first offered
        that takes them, or where there is none the normaliser becomes the first whose scores are positive.

    Raises
    ------
    UsageError
        If a recipe offers no valid combination.
    """
    found = {name: np.array(pick) for name, pick in picks.items()}
    normalisers = _methods(p, "normalise", found)
    treatments = _methods(p, "treat", found)
    means = _means(p, found)
    posted = np.array([name in POSTED for name in normalisers])
    treated = np.array([name != "none" for name in treatments])
    _settle(found, ("treat", treated), ("normalise", posted), needed=False)
    negative = np.array([name in BELOW_ZERO for name in normalisers])
    positive = np.array([bool(each & ABOVE_ZERO) for each in means])
    _settle(found, ("aggregate", positive), ("normalise", negative), needed=True)
    return found


def _settle(
    picks: dict[str, Ints], first: tuple[str, Mask], second: tuple[str, Mask], *, needed: bool
) -> None:
    """Where both picks are of the sort that excludes the other, move the first, or else the second."""
    at = first[1][picks.get(first[0], np.zeros(1, dtype=int))]
    clash = at & second[1][picks.get(second[0], np.zeros(1, dtype=int))]
    if not clash.any():
        return
    for name, bad in (first, second):
        if name in picks and not bad.all():
            picks[name] = np.where(clash, int(np.argmin(bad)), picks[name])
            return
    if needed:
        message = (
            "doubt: every normaliser offered may score below zero and every mean offered needs positive "
            "scores; offer an arithmetic mean or another normaliser"
        )
        raise UsageError(message)


def _methods(p: Plan, stage: str, picks: Mapping[str, Ints]) -> list[str]:
    """Names of the methods that a stage picks from, or the one that is stated."""
    menu: tuple[Step, ...] = p.menu[stage] if stage in picks else (p.recipe.choices.step(stage),)
    return [each.method for each in menu]


def _means(p: Plan, picks: Mapping[str, Ints]) -> list[set[str]]:
    """Names of the means that each option of the recipe uses on any level."""
    recipe = p.recipe
    stated = recipe.aggregate if isinstance(recipe.aggregate, tuple) else (recipe.aggregate,)
    options = [stated]
    if "aggregate" in picks:
        options = [
            each if isinstance(each, tuple) else (*stated[:-1], each) for each in recipe.doubt.aggregate
        ]
    return [{step(mean).method for mean in each} for each in options]


def droppable(p: Plan) -> Mask:
    """Say which indicators may be left out, (J,): none on which alone a unit's part below the top rests.

    Leaving such a one out would take the unit out of the whole, and the draw would not count for it.
    """
    known = p.grid.present
    place = np.arange(len(known))
    for level in p.tree[:-1]:
        parent = np.empty(len(level.order), dtype=np.int64)
        parent[level.order] = np.repeat(
            np.arange(len(level.parents)), np.diff([*level.starts, len(level.order)])
        )
        place = parent[place]
    held = np.zeros((place.max() + 1, known.shape[1]))
    np.add.at(held, place, known)
    alone: Mask = known & (held[place] == 1)
    return np.asarray(~alone.any(axis=1))
