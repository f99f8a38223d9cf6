"""The claim on use: American firms run Chinese models."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from .shares import newest, shares, shares_shown
from .tested import PAIR, Reading, Told, adjective, larger, months, tested
from .verdict import Figure, source_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from indicators.facts import Facts

    from .verdict import ClaimVerdict, Reply

FIRMS: Final = 3
"""Firms from which on it is more than an anecdote."""
SPEAKS: Final = timedelta(days=731)
"""A statement that is older says nothing of the day."""
LEAST: Final = 5.0
"""Per cent of what is bought in a country from which on its firms use the other's models."""
MADE: Final = "openrouter_token_share_by_hq_pct"
BOUGHT: Final = "openrouter_token_share_by_billing_pct"


def us_adoption(facts: Facts, pair: tuple[str, str] = PAIR) -> ClaimVerdict:
    """Test whether American firms adopt Chinese models.

    Firms with headquarters in the United States that are named as saying, within two years before the day,
    that they run a model made in China: yes where there are three or more, no data where none is known, open
    with one or two. Silence proves nothing, so this rule never says no. The other reading asks how much: the
    part of the tokens bought in the United States that goes to Chinese models, from the shares of one router
    by maker and by buyer, which bound it (at least makers' plus buyers' share less 100, at most the makers'
    over the buyers'); yes where the least is above 5 per cent, no where the most is at or below.
    """
    a, b = pair
    rows = [
        row
        for row in facts.table("adopters").to_dict("records")
        if row["economy"] == a and row["maker_economy"] == b
    ]
    made, bought = shares(facts, MADE, b), shares(facts, BOUGHT, a)
    undated = _undated(facts, pair)

    def read(day: date) -> list[Reading]:
        return [_named(rows, day), _bounded(facts, made, bought, day)]

    now = read(facts.date)
    told = Told(
        "us-adoption",
        "Who gains",
        "three firms or more say so within two years",
        f"{adjective(facts, a)} firms adopt {adjective(facts, b)} models.",
        now[0].said or "no firm is named",
        "Fewer than three firms that still say so; a survey of what firms run would put a number to it.",
        (*(_statement(facts, row) for row in rows), *shares_shown(facts, (MADE, BOUGHT), pair)),
        (
            "Named firms show that it happens, not how much; who hosts open weights pays the maker nothing.",
            "The router's two shares are of different periods; it has half a per cent of the world's tokens.",
            *(
                [f"Left out, as nobody says when they were published: {undated} statements."]
                if undated
                else []
            ),
        ),
    )
    first = [row["date"].date() for row in rows] + [each.day for each in (*made, *bought)]
    return tested(us_adoption, told, read, months(min(first, default=None), facts))


def _undated(facts: Facts, pair: tuple[str, str]) -> int:
    """Count the statements that the publication clock leaves out because their page has no date."""
    if facts.known_by is None:
        return 0
    rows = replace(facts, known_by=None).records("adopters")
    own = [row for row in rows if (row["economy"], row["maker_economy"]) == pair]
    return sum(row["published"] is None for row in own)


def _named(rows: Sequence[Mapping[Any, Any]], day: date) -> Reading:
    rule = "firms that say so"
    known = [row for row in rows if day - SPEAKS < row["date"].date() <= day]
    firms = sorted({str(row["firm"]) for row in known})
    if not firms:
        return Reading(rule, "no data")
    reply: Reply = "yes" if len(firms) >= FIRMS else "cannot tell"
    said = f"{len(firms)} named: {', '.join(firms)}"
    return Reading(rule, reply, said, float(len(firms)), seen=max(row["date"].date() for row in known))


def _bounded(facts: Facts, made: Sequence[Any], bought: Sequence[Any], day: date) -> Reading:
    rule = "part of the tokens bought on one router"
    maker, buyer = newest(facts, MADE, made, day), newest(facts, BOUGHT, bought, day)
    if maker is None or buyer is None or not buyer.value:
        return Reading(rule, "no data")
    least = max(maker.low + buyer.value - 100.0, 0.0) / buyer.value * 100.0
    most = min(maker.high / buyer.value * 100.0, 100.0)
    said = f"between {least:.0f} and {most:.0f} %"
    return Reading(rule, larger(least, most, LEAST), said, None, least, most, max(maker.day, buyer.day))


def _statement(facts: Facts, row: Mapping[Any, Any]) -> Figure:
    published = row["published"]
    return Figure(
        f"{row['firm']}, {row['model']} ({row['maker']}): {row['statement']}",
        None,
        None,
        None,
        "",
        str(row["date"].date()),
        "" if published is None or published != published else str(published)[:10],  # noqa: PLR0124 - NaT alone
        source_text(facts.catalogue.tables["adopters"].sources[row["source"]]),
        "adopters.csv",
        int(row["row"]),
    )
