"""How firm an answer is: what would turn its leads, and what its doubt is made of; kept with the facts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from layers.application_ecosystem.pair import for_pair
from scoring.doubt.drivers import Drivers, drivers
from scoring.doubt.effort import Effort, efforts
from scoring.doubt.ensemble import ensemble
from scoring.doubt.sensitivity import Sensitivity, of_methods, sensitivity
from scoring.doubt.turning import Swing, TippingValue, swings, tipping_values
from scoring.doubt.weightings import LINEAR, Turn, Weighting, turns, weighed, weightings
from scoring.doubt.work import ALONE
from scoring.index.engine import Plan, plan, run
from scoring.index.recipe import Recipe, read_recipe

if TYPE_CHECKING:
    from collections.abc import Callable

    from indicators.facts import Facts
    from scoring.answer import Answer
    from scoring.doubt.work import Work

MOST_DRAWS: Final = 10_000
"""Draws of every variant at most: of the groups the shares are asked, not the third digit."""
MOST_SWAPPED: Final = 4096
"""Draws of a Sobol index at most; every one is run for each group, and twice more."""
REPORTED: Final = 512
"""The same for a report, as many as settle the shipped one."""


@dataclass(frozen=True)
class Flips:
    """What would turn the leads of an answer, everything as stated.

    Attributes
    ----------
    weightings : dict of str to Weighting
        All weightings of the whole and of each layer, by node; where the lead is linear in them.
    turns : tuple of Turn
        Tipping weights of layers, and of pillars for their layer and for the whole.
    values : tuple of TippingValue
        Of every figure of the pair, for the whole and for its layer.
    efforts : dict of str to Effort
        Least-effort combination of the follower, by node; empty where it has no exact answer.
    swings : tuple of Swing
        What the range of each figure does to the gaps.
    """

    weightings: dict[str, Weighting]
    turns: tuple[Turn, ...]
    values: tuple[TippingValue, ...]
    efforts: dict[str, Effort]
    swings: tuple[Swing, ...]


def recipe_of(answer: Answer) -> Recipe:
    """Return the recipe that an answer was made with."""
    return Recipe.model_validate_json(answer.made_with) if answer.made_with else read_recipe(answer.recipe)


def planned(answer: Answer, facts: Facts) -> Plan:
    """Return the plan of an answer again, from the facts that it was computed from."""
    place = f"plan {answer.recipe_fingerprint} {answer.lens} {answer.pair}"
    if place not in facts.kept:
        facts.kept[place] = plan(for_pair(facts, answer.pair), recipe_of(answer))
    made: Plan = facts.kept[place]
    return made


def flips(answer: Answer, facts: Facts) -> Flips:
    """Find what would turn the leads of an answer.

    Parameters
    ----------
    answer : Answer
        Of a run.
    facts : Facts
        What it was computed from, cut by the same clocks.
    """
    place = f"flips {answer.fingerprint}"
    if place not in facts.kept:
        p = planned(answer, facts)
        nominal = run(p)
        facts.kept[place] = Flips(
            weightings(p, nominal, answer.pair),
            turns(p, nominal, answer.pair),
            tuple(tipping_values(p, answer.pair)),
            efforts(p, nominal, answer.pair),
            tuple(swings(p, answer.pair)),
        )
    found: Flips = facts.kept[place]
    return found


def doubts(
    answer: Answer, facts: Facts, work: Work = ALONE, told: Callable[[float], None] | None = None
) -> Drivers | None:
    """Find what the doubt of an answer is made of; None for an answer without draws.

    Parameters
    ----------
    answer : Answer
        Of a run; its draws and seed are taken, at most `MOST_DRAWS`.
    facts : Facts
        What it was computed from, cut by the same clocks.
    work : Work
        Who draws; the result does not depend on it.
    told : callable, optional
        Called with the share that is done.
    """
    if not answer.draws:
        return None
    place = f"doubts {answer.fingerprint}"
    if place not in facts.kept:
        draws = min(answer.draws, MOST_DRAWS)
        facts.kept[place] = drivers(planned(answer, facts), answer.pair, draws, answer.seed, work, told)
    found: Drivers = facts.kept[place]
    return found


@dataclass(frozen=True)
class Shares:
    """Which groups of draws the variance of an answer goes with.

    Attributes
    ----------
    indices : Sensitivity
        Sobol indices of all groups of the second reading.
    methods : dict of str to float
        Shapley effects of the methods alone on the log ratio, data and weights as stated; empty where no
        method moves it.
    """

    indices: Sensitivity
    methods: dict[str, float]


def shares(
    answer: Answer,
    facts: Facts,
    node: str = "",
    work: Work = ALONE,
    told: Callable[[float], None] | None = None,
    *,
    most: int = REPORTED,
) -> Shares | None:
    """Find what the variance of a pair's log ratio, lead and ranks goes with; None without draws.

    Parameters
    ----------
    answer : Answer
        Of a run; its seed and half of its draws are taken, at most `most`.
    facts : Facts
        What it was computed from, cut by the same clocks.
    node : str
        The whole by default.
    work : Work
        Who draws; the result does not depend on it.
    told : callable, optional
        Called with the share that is done.
    most : int
        Draws of each group at most.
    """
    if not answer.draws:
        return None
    node, draws = node or answer.nodes[0].code, min(-(-answer.draws // 2), most)
    place = f"shares {answer.fingerprint} {node} {draws}"
    if place not in facts.kept:
        p = planned(answer, facts)
        found = sensitivity(p, answer.pair, draws, answer.seed, node=node, work=work, told=told)
        facts.kept[place] = Shares(found, of_methods(p, answer.pair, node)["log_ratio"])
    held: Shares = facts.kept[place]
    return held


def whole(answer: Answer) -> Weighting | None:
    """All weightings of the layers, from the scores of an answer alone.

    None where there is no overall score for both, or where the lead is not linear in the weights.
    """
    recipe = recipe_of(answer)
    mean = recipe.top
    scores = [[answer.scores[code][node.code].value for code in answer.pair] for node in answer.layers()]
    weights = np.array([node.weight for node in answer.layers()])
    kept = weights > 0
    x = np.array(scores, dtype=np.float64)[kept]
    if mean.method not in LINEAR or mean.params or not np.isfinite(x).all() or not len(x):
        return None
    values = LINEAR[mean.method](x, recipe.clip)
    codes = [node.code for node, held in zip(answer.layers(), kept, strict=True) if held]
    return weighed(
        answer.nodes[0].code, codes, values[:, 0] - values[:, 1], weights[kept] / weights[kept].sum()
    )


def ranks(answer: Answer, facts: Facts, work: Work = ALONE) -> dict[str, tuple[float, ...]]:
    """By economy: share of the draws of the second reading in which it stands first, second, and so on.

    Empty for an answer without draws; an economy that no draw scores overall is left out.
    """
    place = f"ranks {answer.fingerprint}"
    if not answer.draws:
        return {}
    if place not in facts.kept:
        p = planned(answer, facts)
        counted = ensemble(p, answer.pair, answer.draws, answer.seed, setups=True, work=work)
        facts.kept[place] = counted.places(p)
    found: dict[str, tuple[float, ...]] = facts.kept[place]
    return found
