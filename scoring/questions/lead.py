"""The claim that cheap tokens move the overall lead."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from indicators.schema import Quantity
from layers.changed import carried
from layers.inference_cost.history import ratios
from layers.inference_cost.repriced import PREFIX
from scoring.doubt.call import call
from scoring.doubt.ensemble import ensemble
from scoring.doubt.sample import DATA
from scoring.index.engine import plan
from scoring.index.recipe import read_recipe

from .tested import PAIR, Reading, Told, adjective, tested
from .verdict import Figure

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from indicators.facts import Facts
    from scoring.doubt.ensemble import Ensemble
    from scoring.index.recipe import Recipe

    from .verdict import ClaimVerdict, Reply

DRAWS: Final = 1024
SEED: Final = 1
NOTHING: Final = 1e-6
"""Part of its price at which a token is as good as given away."""
TIER: Final = "mid"
ARITHMETIC: Final = ("arithmetic", "arithmetic", "arithmetic")


def overall(facts: Facts, pair: tuple[str, str] = PAIR) -> ClaimVerdict:
    """Test whether cheap tokens move the overall lead.

    The pair is scored by the default recipe with all prices as they are, and again with Chinese tokens given
    away: every Chinese list price a millionth of itself, which is the most that prices can do, worked through
    the market to all that layer 2 computes from prices. Draws of the data alone, the same in both. Yes where
    the call of the overall lead is another (ahead, likely ahead, no call, or the other leads), no where it is
    the same, no data where either is not scored. Other readings: Chinese prices halved; given away, with the
    arithmetic mean across layers; Chinese prices as dear as American ones at equal capability (20 points
    below the frontier), which takes cheap tokens out of the account. It is asked of the state date alone, as
    scores of other dates need fits of their own.
    """
    recipe, cheap, names = read_recipe(), adjective(facts, pair[1]), _names(facts, pair)
    flat = recipe.model_copy(update={"aggregate": ARITHMETIC})
    free, half = (priced(facts, pair[1], factor) for factor in (NOTHING, 0.5))
    now, given, halved = (_drawn(each, recipe, pair) for each in (facts, free, half))
    readings = [
        _moved(f"{cheap} tokens given away", now, given, pair, names),
        _moved(f"{cheap} prices halved", now, halved, pair, names),
        _moved(
            "given away, arithmetic mean", _drawn(facts, flat, pair), _drawn(free, flat, pair), pair, names
        ),
        _equal(facts, recipe, now, pair),
    ]

    def read(day: date) -> list[Reading]:
        return [replace(each, seen=day if each.reply != "no data" else None) for each in readings]

    told = Told(
        "overall",
        "Who gains",
        "the overall call changes if Chinese tokens are given away",
        f"Cheap {cheap} tokens move the overall lead.",
        f"{readings[0].rule}: {readings[0].said}" if readings[0].said else "the pair is not scored overall",
        "A call that changes when nothing but list prices does.",
        _figures(facts, pair, (("prices as they are", now), ("halved", halved), ("given away", given))),
        ("What cheap tokens do to other layers in time, as use that spreads, is not in this: see scenario.",),
    )
    return tested(overall, told, read, [facts.date])


def priced(facts: Facts, economy: str, factor: float) -> Facts:
    """Return facts in which all list prices of an economy's laboratories are multiplied by a factor."""
    told = Quantity(value=factor, source="assumed: a question put to the score")
    return carried(facts, facts.changed(inputs={f"{PREFIX}{economy}": told}))[0]


def _equal(facts: Facts, recipe: Recipe, now: Ensemble, pair: tuple[str, str]) -> Reading:
    """Ask with the second's prices as dear as the first's."""
    rule = "prices equal at equal capability"
    found = [each for each in ratios(facts, facts.date, *pair) if (each.tier, each.kind) == (TIER, "tokens")]
    if not found:
        return Reading(rule, "no data")
    return _moved(
        rule, now, _drawn(priced(facts, pair[1], found[0].value), recipe, pair), pair, _names(facts, pair)
    )


def _names(facts: Facts, pair: tuple[str, str]) -> dict[str, str]:
    return {code: facts.units[code].short for code in pair}


def _drawn(facts: Facts, recipe: Recipe, pair: tuple[str, str]) -> Ensemble:
    return ensemble(plan(facts, recipe), pair, DRAWS, SEED, vary=DATA)


def _moved(
    rule: str, before: Ensemble, after: Ensemble, pair: tuple[str, str], names: Mapping[str, str]
) -> Reading:
    """Say whether the call of the whole is another."""
    top = before.nodes[0]
    shares = [each.ahead(top, *pair) for each in (before, after)]
    if any(share is None for share in shares):
        return Reading(rule, "no data")
    calls = [call(share, *pair) for share in shares]
    reply: Reply = "no" if calls[0] == calls[1] else "yes"
    words = [f"{names[leader]} {word}" if leader else word for word, leader in calls]
    odds = [100.0 * share for share in shares if share is not None]
    said = f"now {words[0]} ({odds[0]:.0f} of 100 draws), then {words[1]} ({odds[1]:.0f} of 100)"
    return Reading(rule, reply, said, odds[1])


def _figures(
    facts: Facts, pair: tuple[str, str], kinds: Sequence[tuple[str, Ensemble]]
) -> tuple[Figure, ...]:
    """Share of draws and range of the overall gap in each case."""
    found = []
    for name, drawn in kinds:
        top = drawn.nodes[0]
        span, ahead = drawn.gap_range(top), drawn.ahead(top, *pair)
        if span and ahead is not None:
            gap = f"gap {span[0]:.0f} to {span[1]:.0f} points"
            label = f"{facts.units[pair[0]].short} leads overall, {name} ({gap})"
            day, source = str(facts.date), "the scores of this tool"
            found.append(Figure(label, 100.0 * ahead, None, None, "of 100 draws", day, "", source))
    return tuple(found)
