"""Claims that a part of the stack is largely in American hands."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from indicators.period import lapsed
from indicators.schema import SCORED_STATUSES
from layers.spread import Given, goalpost_unit, spread
from scoring.index.recipe import read_recipe

from .verdict import (
    Alternative,
    ClaimVerdict,
    Figure,
    Point,
    Reply,
    decide,
    rule_of,
    source_text,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from indicators.facts import Facts

HALF: Final = 50.0
"""Largely = more than half, with the whole range."""
TWO_THIRDS: Final = 200.0 / 3.0
TOP: Final = "cloud_top3_share_by_hq_pct"
ALL: Final = "cloud_provider_share_by_hq_pct"


class Share(NamedTuple):
    """A share of the world with its whole range."""

    day: date
    value: float
    low: float
    high: float
    row: Mapping[str, Any]


def cloud(facts: Facts) -> ClaimVerdict:
    """Test whether cloud platforms are largely American.

    The newest share of the world's cloud infrastructure revenue that one house ascribes to its three largest
    providers, all American: yes where the whole range lies above half. The three are a floor of the American
    share, so a range that reaches below half decides nothing. A figure without a printed range gets the one
    that the default recipe has for its kind of source; one older than the age limit of its indicator is
    no data. The alternative is the sum of every American provider that the last full table names: no where
    its whole range lies below half. More than two thirds is shown as a stricter reading and decides nothing.
    """
    floors, sums = _shares(facts, TOP, "USA"), _shares(facts, ALL, "USA")
    past = [Point(each.day, _floor(each, HALF), each.value, each.low, each.high) for each in floors]
    now = _floor(_fresh(facts, TOP, floors), HALF)
    others = (
        _alternative("every American provider of the last full table", _sum(_fresh(facts, ALL, sums)), sums),
        _alternative(
            "the three largest, more than two thirds",
            _floor(_fresh(facts, TOP, floors), TWO_THIRDS),
            floors,
            decides=False,
        ),
    )
    made = decide(now, [other.reply for other in others if other.decides], past)
    shown = ((TOP, floors), (ALL, sums), (ALL, _shares(facts, ALL, "CHN")))
    return ClaimVerdict(
        name="cloud",
        sentence="The world's cloud platforms are largely American.",
        rule=rule_of(cloud),
        verdict=made.word,
        until=made.until,
        ended=made.ended,
        finding=_finding(floors),
        figures=tuple(_figure(facts, code, each[-1]) for code, each in shown if each),
        alternatives=others,
        history=tuple(past),
        overturn=_overturn(floors),
        data_to=str(max(each.day for each in (*floors, *sums))) if floors or sums else "",
        notes=tuple(facts.indicators[code].objection for code in (TOP, ALL) if code in facts.indicators),
    )


def _shares(facts: Facts, code: str, economy: str) -> list[Share]:
    """Shares of one economy that both clocks let through, oldest first, with the ranges that scores use."""
    described, error = facts.indicators[code], read_recipe().error
    rows = [row for row in facts.current if row["code"] == code and row["economy"] == economy]
    shares = []
    for row in sorted(rows, key=lambda row: row["period_end"]):
        if row["status"] in SCORED_STATUSES:
            given = Given(row["value"], row["low"], row["high"], row["interval_kind"], row["quality"])
            given.unit = goalpost_unit(described.reading("scale"), row["value"], 1.0)
            found = spread(described, given, error)
            shares.append(Share(row["period_end"], row["value"], found.low, found.high, row))
    return shares


def _fresh(facts: Facts, code: str, shares: Sequence[Share]) -> Share | None:
    """Return the newest share, or None where it is older than the indicator allows."""
    if not shares or lapsed(shares[-1].day, facts.date, facts.indicators[code].max_age_years):
        return None
    return shares[-1]


def _floor(share: Share | None, bar: float) -> Reply:
    """Reply of a share that the American one cannot be below."""
    if share is None:
        return "no data"
    return "yes" if share.low > bar else "cannot tell"


def _sum(share: Share | None) -> Reply:
    """Reply of a share that is the American one."""
    if share is None:
        return "no data"
    if share.low > HALF:
        return "yes"
    return "no" if share.high <= HALF else "cannot tell"


def _alternative(rule: str, reply: Reply, shares: Sequence[Share], *, decides: bool = True) -> Alternative:
    answer = f"{reply}: {_said(shares[-1])}" if shares else reply
    return Alternative(rule, reply, answer, decides, shares[-1].value if shares else None)


def _said(share: Share) -> str:
    return f"{share.value:g} % ({share.low:.0f} to {share.high:.0f}) in {share.row['date']}"


def _finding(floors: Sequence[Share]) -> str:
    return f"three American firms hold {_said(floors[-1])}" if floors else "no share of the world market"


def _figure(facts: Facts, code: str, share: Share) -> Figure:
    described, row = facts.indicators[code], share.row
    source = described.sources[row["source"]]
    return Figure(
        f"{described.title}: {row['economy']}",
        share.value if source.redistribute else None,
        share.low if source.redistribute else None,
        share.high if source.redistribute else None,
        described.unit,
        str(share.day),
        str(row["known"] or ""),
        source_text(source),
        row["file"],
        row["row"],
    )


def _overturn(floors: Sequence[Share]) -> str:
    if not floors:
        return "A share of the world market by headquarters, by one house."
    newest = floors[-1]
    least = HALF * newest.value / newest.low if newest.low else HALF
    return (
        f"Three largest firms at {least:.0f} % or less would leave it open, as the range would reach half; "
        "a full table in which all American providers together hold less than half would turn it."
    )
