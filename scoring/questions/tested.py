"""A claim put together: what its rule and the other readings say, month by month, and what follows."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from indicators.period import month_ends

from .verdict import Alternative, ClaimVerdict, Figure, Point, Reply, decide, rule_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date

    from indicators.facts import Facts

    from .verdict import Claim, Group

US: Final = "USA"
CHINA: Final = "CHN"
PAIR: Final = (US, CHINA)
"""The pair that the debate's claims speak of: the first is claimed to hold, the second to be cheaper."""


@dataclass(frozen=True)
class Reading:
    """What one rule says on one day.

    Attributes
    ----------
    rule : str
        The reading in words.
    reply : str
        yes, no, cannot tell or no data.
    said : str
        The figure behind it in words, empty without one.
    value, low, high : float or None
        The figure.
    seen : date or None
        Newest day on which a figure behind it was true or read.
    decides : bool
        False for a reading that leans to one side by its construction: shown, and turning no verdict.
    """

    rule: str
    reply: Reply
    said: str = ""
    value: float | None = None
    low: float | None = None
    high: float | None = None
    seen: date | None = None
    decides: bool = True


@dataclass(frozen=True)
class Told:
    """What is said about a claim besides its readings; see `ClaimVerdict`."""

    name: str
    group: Group
    brief: str
    sentence: str
    finding: str
    overturn: str
    figures: tuple[Figure, ...] = ()
    notes: tuple[str, ...] = ()


def tested(
    claim: Claim, told: Told, read: Callable[[date], Sequence[Reading]], days: Sequence[date]
) -> ClaimVerdict:
    """Read a claim on every day and turn the readings of the last into its verdict.

    Parameters
    ----------
    claim : callable
        The function of the claim; its docstring holds the rule.
    told : Told
        Words and figures.
    read : callable
        Readings on a day, the rule first.
    days : sequence of date
        Month ends, the state date last.
    """
    past: list[Point] = []
    readings: list[tuple[Reading, ...]] = []
    for day in days:
        held = tuple(read(day))
        first, others = held[0], held[1:]
        made = decide(first.reply, [each.reply for each in others if each.decides], past)
        past.append(Point(day, first.reply, first.value, first.low, first.high, made.word, first.seen))
        readings.append(held)
    last, others = readings[-1][0], readings[-1][1:]
    made = decide(last.reply, [each.reply for each in others if each.decides], past[:-1])
    seen = [each.seen for every in readings for each in every if each.seen]
    return ClaimVerdict(
        name=told.name,
        group=told.group,
        brief=told.brief,
        sentence=told.sentence,
        rule=rule_of(claim),
        verdict=made.word,
        until=made.until,
        ended=made.ended,
        finding=told.finding,
        figures=told.figures,
        alternatives=tuple(map(_alternative, others)),
        history=tuple(past),
        overturn=told.overturn,
        data_to=str(max(seen)) if seen else "",
        notes=told.notes,
    )


def _alternative(reading: Reading) -> Alternative:
    answer = f"{reading.reply}: {reading.said}" if reading.said else reading.reply
    return Alternative(reading.rule, reading.reply, answer, reading.decides, reading.value)


def months(first: date | None, facts: Facts) -> list[date]:
    """Return month ends from a day on, the state date last; the state date alone without a day."""
    if first is None or first > facts.date:
        return [facts.date]
    return month_ends(first, facts.date)


def shown(reading: Reading) -> Reading:
    """Mark a reading as one that is shown and turns no verdict."""
    return replace(reading, decides=False)


def larger(low: float, high: float, bar: float, *, floor: bool = False) -> Reply:
    """Say whether a whole range lies above a bar (yes), at or below it (no), or across it (cannot tell).

    With `floor` the figure is a part of what is asked for: at or below the bar it decides nothing.
    """
    if low > bar:
        return "yes"
    return "no" if high <= bar and not floor else "cannot tell"


def adjective(facts: Facts, economy: str) -> str:
    """Return the adjective of an economy, as in American firms."""
    return "American" if economy == US else facts.units[economy].adjective or economy
