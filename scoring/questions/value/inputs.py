"""Numbers of the cases and elasticity of the levers as inputs of the facts, which a scenario may change."""

from __future__ import annotations

from typing import TYPE_CHECKING

from layers.inputs import Held
from scoring.questions.value.case import PREFIX, NotYetKnownError, case_names, read_case, settled
from scoring.questions.value.levers import ELASTICITY, MOST, elasticity
from scoring.questions.value.quantity import Parameter

if TYPE_CHECKING:
    from indicators.facts import Facts


def value_inputs(facts: Facts) -> dict[str, Held]:
    """Every number of the shipped cases that is known on the day, and the elasticity, as they stand.

    Parameters
    ----------
    facts : Facts
        With the table `value_chain` and earlier changes among their inputs.

    Returns
    -------
    dict of str to Held
        By name, `value.CASE.STAGE.WHAT` and `value.elasticity`; margins are at most 1, payments not negative.
    """
    strength = elasticity(facts)
    found = {ELASTICITY: Held(strength, strength, strength, -MOST, MOST, "")}
    for name in case_names():
        try:
            case = settled(read_case(name), facts)
        except NotYetKnownError:
            continue
        for what, each in case.numbers():
            if isinstance(each, Parameter):
                ends = (-10.0, 1.0) if what.endswith(".margin") else (0.0, 10.0)
                held = Held(each.value, each.low, each.high, *ends, "per dollar of the stage's revenue")
                found[f"{PREFIX}{name}.{what}"] = held
    return found
