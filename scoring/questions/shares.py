"""Shares of the world that indicators hold, with the ranges of the scores, and if they are a majority."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from indicators.period import lapsed
from indicators.schema import SCORED_STATUSES
from layers.spread import Given, goalpost_unit, spread
from scoring.index.recipe import read_recipe

from .tested import Reading, larger
from .verdict import Figure, source_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from indicators.facts import Facts

HALF: Final = 50.0
"""Largely = more than half, with the whole range."""


class Share(NamedTuple):
    """A share of the world with its whole range."""

    day: date
    value: float
    low: float
    high: float
    row: Mapping[str, Any]
    printed: bool = True

    @property
    def said(self) -> str:
        """The share in words; a figure that may not be passed on is not printed."""
        if not self.printed:
            return f"a figure of {self.row['date']} that may not be printed"
        return f"{self.value:.3g} % ({self.low:.0f} to {self.high:.0f}) in {self.row['date']}"


def shares(facts: Facts, code: str, economy: str) -> tuple[Share, ...]:
    """Return the shares of one economy that both clocks let through, oldest first; none of an unknown one.

    A value without a printed range has that of its kind of source, as in the scores.
    """
    described = facts.indicators.get(code)
    if described is None:
        return ()
    error, found = read_recipe().error, []
    rows = [row for row in facts.current if row["code"] == code and row["economy"] == economy]
    for row in sorted(rows, key=lambda row: row["period_end"]):
        if row["status"] in SCORED_STATUSES:
            given = Given(row["value"], row["low"], row["high"], row["interval_kind"], row["quality"])
            given.unit = goalpost_unit(described.reading("scale"), row["value"], 1.0)
            made = spread(described, given, error)
            printed = described.sources[row["source"]].redistribute
            found.append(Share(row["period_end"], row["value"], made.low, made.high, row, printed))
    return tuple(found)


def newest(facts: Facts, code: str, held: Sequence[Share], day: date) -> Share | None:
    """Return the newest share by a day, or None where it is older than the indicator allows."""
    known = [share for share in held if share.day <= day]
    if not known or lapsed(known[-1].day, day, facts.indicators[code].max_age_years):
        return None
    return known[-1]


def majority(rule: str, share: Share | None, bar: float = HALF, *, floor: bool = False) -> Reading:
    """Say whether a share is more than a bar with its whole range; see `larger`."""
    if share is None:
        return Reading(rule, "no data")
    reply = larger(share.low, share.high, bar, floor=floor)
    return Reading(rule, reply, share.said, share.value, share.low, share.high, share.day)


def share_figure(facts: Facts, share: Share) -> Figure:
    """Return the figure of a share; a value that may not be passed on is not printed."""
    described, row, printed = facts.indicators[share.row["code"]], share.row, share.printed
    source = described.sources[row["source"]]
    return Figure(
        f"{described.title}: {row['economy']}",
        share.value if printed else None,
        share.low if printed else None,
        share.high if printed else None,
        described.unit,
        str(share.day),
        str(row["known"] or ""),
        source_text(source),
        row["file"],
        row["row"],
    )


def shares_shown(facts: Facts, codes: Sequence[str], pair: tuple[str, str]) -> tuple[Figure, ...]:
    """Newest figure of each indicator for each of a pair, where there is one."""
    held = [shares(facts, code, economy) for code in codes for economy in pair]
    return tuple(share_figure(facts, each[-1]) for each in held if each)


def objections(facts: Facts, codes: Sequence[str]) -> tuple[str, ...]:
    """Objections to some indicators, as their files state them."""
    return tuple(facts.indicators[code].objection for code in codes if code in facts.indicators)
