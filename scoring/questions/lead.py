"""The claim that cheap tokens move the overall lead."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from scoring.doubt.call import call
from scoring.doubt.ensemble import ensemble
from scoring.doubt.sample import DATA
from scoring.index.engine import plan
from scoring.index.recipe import read_recipe

from .tested import PAIR, Reading, Told, adjective, tested
from .verdict import Figure

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from indicators.facts import Facts
    from layers.posterior import Joint
    from scoring.doubt.ensemble import Ensemble
    from scoring.index.engine import Plan

    from .verdict import ClaimVerdict, Reply

Floats = NDArray[np.float64]
Way = Callable[[Floats, int, int], Floats]
"""Sets the ratios of prices to the world's cheapest, (B, n), for the places of first and second."""

DRAWS: Final = 1024
SEED: Final = 1
RATIOS: Final = "price_ratio_tier_"
"""How the codes of the indicators begin that are ratios of list prices to the cheapest."""
WORST: Final = 10.0
"""Their worst goalpost."""
ARITHMETIC: Final = ("arithmetic", "arithmetic", "arithmetic")


def overall(facts: Facts, pair: tuple[str, str] = PAIR) -> ClaimVerdict:
    """Test whether cheap tokens move the overall lead.

    The pair is scored by the default recipe with all prices as they are, and again with Chinese tokens given
    away: China at the world's cheapest price at every tier and all others at ten times that, the worst
    goalpost, which is the most that prices can do to a score. Draws of the data alone, the same in both. Yes
    where the call of the overall lead is another (ahead, likely ahead, no call, or the other leads), no where
    it is the same, no data where either is not scored. Other readings: Chinese prices halved; the arithmetic
    mean across layers; both at equal prices, which takes cheap tokens out of the account. It is asked of the
    state date alone, as scores of other dates need fits of their own.
    """
    recipe = read_recipe()
    p = plan(facts, recipe)
    flat = plan(facts, recipe.model_copy(update={"aggregate": ARITHMETIC}))
    now, summed, free = _drawn(p, pair), _drawn(flat, pair), _drawn(_priced(p, pair, given_away), pair)
    half = _drawn(_priced(p, pair, halved), pair)
    readings = [
        _moved("Chinese tokens given away", now, free, pair),
        _moved("Chinese prices halved", now, half, pair),
        _moved("given away, arithmetic mean", summed, _drawn(_priced(flat, pair, given_away), pair), pair),
        _moved("prices equal", now, _drawn(_priced(p, pair, equal), pair), pair),
    ]

    def read(day: date) -> list[Reading]:
        return [replace(each, seen=day if each.reply != "no data" else None) for each in readings]

    told = Told(
        "overall",
        "Who gains",
        "the overall call changes if Chinese tokens are given away",
        f"Cheap {adjective(facts, pair[1])} tokens move the overall lead.",
        f"{readings[0].rule}: {readings[0].said}" if readings[0].said else "the pair is not scored overall",
        "A call that changes when nothing but list prices does.",
        _figures(facts, pair, (("prices as they are", now), ("halved", half), ("given away", free))),
        ("What cheap tokens do to other layers in time, as use that spreads, is not in this: see scenario.",),
    )
    return tested(overall, told, read, [facts.date])


def _drawn(p: Plan, pair: tuple[str, str]) -> Ensemble:
    return ensemble(p, pair, DRAWS, SEED, vary=DATA)


def _priced(p: Plan, pair: tuple[str, str], way: Way) -> Plan:
    """Return a plan in which the ratios of list prices are set otherwise, stated values and draws alike."""
    grid = p.grid
    first, second = (grid.units.index(code) for code in pair)
    rows = [j for j, code in enumerate(grid.codes) if code.startswith(RATIOS)]
    value, centre = grid.value.copy(), grid.centre.copy()
    for j in rows:
        value[j] = way(value[j][None], first, second)[0]
        centre[j] = np.where(np.isfinite(value[j]), np.log(np.maximum(value[j], 1.0)), centre[j])
    joints = tuple(_set(each, rows, (len(value[0]), first, second), way) for each in grid.joints)
    return replace(p, grid=replace(grid, value=value, centre=centre, joints=joints))


def _set(joint: Joint, rows: list[int], places: tuple[int, int, int], way: Way) -> Joint:
    """Set the draws of a family that hold ratios of prices; a cell that it does not draw stays."""
    values = joint.values.copy()
    for j in rows:
        cells = np.flatnonzero(joint.rows == j)
        whole = np.full((len(values), places[0]), np.nan)
        whole[:, joint.columns[cells]] = values[:, cells]
        values[:, cells] = way(whole, *places[1:])[:, joint.columns[cells]]
    return replace(joint, values=values)


def given_away(ratio: Floats, first: int, second: int) -> Floats:
    """Set the second at the world's cheapest price and all others at the worst goalpost."""
    del first
    found = np.where(np.isfinite(ratio), WORST, ratio)
    found[:, second] = 1.0
    return found


def halved(ratio: Floats, first: int, second: int) -> Floats:
    """Halve the prices of the second; where that undercuts the world's cheapest, all others become dearer."""
    del first
    found = ratio.copy()
    found[:, second] /= 2.0
    return np.asarray(found / np.fmin(found[:, [second]], 1.0))


def equal(ratio: Floats, first: int, second: int) -> Floats:
    """Set both at the geometric mean of their prices."""
    found = ratio.copy()
    found[:, [first, second]] = np.sqrt(ratio[:, [first]] * ratio[:, [second]])
    return found


def _moved(rule: str, before: Ensemble, after: Ensemble, pair: tuple[str, str]) -> Reading:
    """Say whether the call of the whole is another."""
    top = before.nodes[0]
    shares = [each.ahead(top, *pair) for each in (before, after)]
    if any(share is None for share in shares):
        return Reading(rule, "no data")
    calls = [call(share, *pair) for share in shares]
    reply: Reply = "no" if calls[0] == calls[1] else "yes"
    words = [_called(*each) for each in calls]
    odds = [100.0 * share for share in shares if share is not None]
    said = f"now {words[0]} ({odds[0]:.0f} of 100 draws), then {words[1]} ({odds[1]:.0f} of 100)"
    return Reading(rule, reply, said, odds[1])


def _called(word: str, leader: str) -> str:
    return f"{leader} {word}" if leader else word


def _figures(
    facts: Facts, pair: tuple[str, str], kinds: Sequence[tuple[str, Ensemble]]
) -> tuple[Figure, ...]:
    """Range of the overall gap in each case."""
    found = []
    for name, drawn in kinds:
        span = drawn.gap_range(drawn.nodes[0])
        if span:
            middle = 100.0 * (drawn.ahead(drawn.nodes[0], *pair) or 0.0)
            found.append(
                Figure(
                    f"{pair[0]} leads overall, {name} (gap {span[0]:.0f} to {span[1]:.0f} points)",
                    middle,
                    None,
                    None,
                    "of 100 draws",
                    str(facts.date),
                    "",
                    "the scores of this tool",
                )
            )
    return tuple(found)
