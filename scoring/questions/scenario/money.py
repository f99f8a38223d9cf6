"""What the changes of a scenario do to a dollar: who keeps how many cents of it, before and after."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from indicators.fault import UsageError
from scoring.questions.scenario.outcome import Money
from scoring.questions.value.case import PREFIX, case_names, read_case
from scoring.questions.value.dollar import follow

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scoring.questions.scenario.apply import Bound
    from scoring.questions.scenario.world import World

TABLES: Final = ("value_chain", "value_stages", "value_facts")
LEAST: Final = 0.05
"""Cents below which nothing is said to move."""


def touches(each: Bound) -> bool:
    """Say whether a change is one of value capture."""
    names = [target.parts[0] for target in each.targets]
    kind = each.targets[0].kind
    return (kind == "inputs" and any(name.startswith(PREFIX) for name in names)) or (
        kind == "tables" and any(name in TABLES for name in names)
    )


def money(bound: Sequence[Bound], before: World, after: World, home: str) -> tuple[Money, ...]:
    """Follow a dollar down every case in both worlds, seen from the first of the pair.

    Parameters
    ----------
    bound : sequence of Bound
        The changes; without one of value capture nothing is followed.
    before, after : World
        The baseline and the scenario in the last year.
    home : str
        Economy from which cases are seen whose user is at home.

    Returns
    -------
    tuple of Money
        One for each case and owner whose cents move by `LEAST` or more, medians and 90 % ranges.
    """
    if not any(map(touches, bound)):
        return ()
    found = []
    for name in case_names():
        try:
            case = read_case(name)
            old, new = (follow(case, world.facts, home).kept_by() for world in (before, after))
        except UsageError:  # not known on the day
            continue
        for code in dict.fromkeys((*old, *new)):
            ends = old.get(code, (0.0, 0.0, 0.0)), new.get(code, (0.0, 0.0, 0.0))
            if abs(ends[1][0] - ends[0][0]) >= LEAST:
                found.append(Money(name, case.title, code, *ends))
    return tuple(found)
