"""The changes of a scenario as they are shown: what they start from, where they lead, and on whose word."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scoring.questions.scenario.apply import worked
from scoring.questions.scenario.outcome import Input
from scoring.questions.scenario.working import Working

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from scoring.questions.scenario.apply import Bound
    from scoring.questions.scenario.target import Target
    from scoring.questions.scenario.world import World


def described(bound: Sequence[Bound], now: World, when: date) -> tuple[Input, ...]:
    """Describe every change; its values are those after it alone, on the last day."""
    return tuple(_input(each, now, when) for each in bound)


def _input(each: Bound, now: World, when: date) -> Input:
    change, target = each.change, each.targets[0]
    size = change.parameter
    before = Working(now).value(target)
    ends = [
        worked((each,), now, when, ends={each.name: end}).value(target)
        for end in (("value", "low", "high") if size and size.ranged else ("value",))
    ]
    low, high = (min(ends[1:]), max(ends[1:])) if len(ends) == 3 and None not in ends else (None, None)  # type: ignore[type-var]
    return Input(
        name=each.name,
        label=change.label,
        kind=change.kind,
        targets=tuple(map(str, each.targets)),
        before=before,
        after=ends[0],
        low=low,
        high=high,
        unit=unit_of(target, now),
        size=None if size is None else (size.value, size.at("low"), size.at("high")),
        begins=change.start,
        ends=change.to,
        reason=change.reason,
        source=change.source,
    )


def unit_of(target: Target, world: World) -> str:
    """Return the unit of a target's number."""
    if target.kind == "indicators":
        return world.facts.indicators[target.parts[0]].unit
    if target.kind == "access":
        return "share of what it would buy"
    return world.inputs[target.parts[0]].unit if target.kind == "inputs" else ""
