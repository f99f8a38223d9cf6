"""The claim on power: American industry pays less for electricity than Chinese industry."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple, cast

from indicators.period import lapsed

from .tested import PAIR, US, Reading, Told, months, tested
from .verdict import ClaimVerdict, Figure, Reply, number, source_text

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    import pandas as pd

    from indicators.facts import Facts

QUANTITY: Final = "industrial_electricity_price"
INDICATOR: Final = "industrial_electricity_price_usd_kwh"


class Stated(NamedTuple):
    """Both prices as one source states them for one period."""

    source: str
    central: bool
    unit: str
    day: date
    published: date
    us: float
    china: float
    rows: tuple[int, int]
    definitions: tuple[str, str]

    @property
    def ratio(self) -> float:
        """American price over Chinese price."""
        return self.us / self.china

    @property
    def reply(self) -> Reply:
        """Reply of this source."""
        return "yes" if self.us < self.china else "no"


def power_price(facts: Facts, pair: tuple[str, str] = PAIR) -> ClaimVerdict:
    """Test whether US industrial power is cheaper than China's.

    Every source that states both prices for one period and in one currency is asked for its newest such
    period: yes where its American price is below its Chinese one. The table that covers all economies speaks
    first and the others are the alternatives; prices of two sources are never set against each other. A pair
    older than the age limit of the indicator counts as no data.
    """
    rows = facts.table("sites")
    rows = rows[rows["quantity"] == QUANTITY]
    held = stated_pairs(rows, pair)
    limit = facts.indicators[INDICATOR].max_age_years

    def read(day: date) -> list[Reading]:
        known = [each for each in held if each.day <= day]
        return [_reading(facts, each, day, limit) for each in _newest(known)] or [
            Reading("one source that states both", "no data")
        ]

    last = _newest(held)
    told = Told(
        "power-price",
        "Price and cost",
        "US price below China's, each pair from one source",
        f"Industry pays less for electricity in {_named(facts, pair[0])} than in {_named(facts, pair[1])}.",
        _finding(facts, last, pair),
        _overturn(last),
        (*(_figure(facts, each, pair) for each in last), *_alone(facts, rows, last, pair)),
        _notes(facts, rows, last, pair),
    )
    return tested(power_price, told, read, months(held[0].day if held else None, facts))


def _newest(held: Sequence[Stated]) -> list[Stated]:
    """Newest pair of each source, that of the table which covers all economies first."""
    newest = list({each.source: each for each in held}.values())
    return sorted(newest, key=lambda each: (not each.central, each.source))


def _reading(facts: Facts, stated: Stated, day: date, limit: float) -> Reading:
    reply: Reply = "no data" if lapsed(stated.day, day, limit) else stated.reply
    rule = f"prices of {_producer(facts, stated.source)}"
    said = f"{stated.ratio:.2f} times the other price in {stated.day.year}"
    return Reading(rule, reply, said, stated.ratio, seen=stated.day)


def _named(facts: Facts, economy: str) -> str:
    return f"the {facts.units[economy].short}" if economy == US else facts.units[economy].short


def stated_pairs(rows: pd.DataFrame, pair: tuple[str, str] = PAIR) -> list[Stated]:
    """Pairs of an American and a Chinese price by one source for one period in one unit, oldest first.

    Parameters
    ----------
    rows
        Rows of the record table `sites` on one quantity.
    pair
        Whose prices; the first is the one that is said to be lower.
    """
    us, china = pair
    both: dict[tuple[str, str, date], dict[str, dict[str, Any]]] = {}
    for row in cast("list[dict[str, Any]]", rows.to_dict("records")):
        both.setdefault((row["source"], row["unit"], row["date"].date()), {})[row["economy"]] = row
    found = [_stated(*key, each[us], each[china]) for key, each in both.items() if {us, china} <= set(each)]
    return sorted(found, key=lambda each: (each.day, each.source, each.unit))


def _stated(source: str, unit: str, day: date, us: dict[str, Any], china: dict[str, Any]) -> Stated:
    return Stated(
        source=source,
        central=us["role"] == china["role"] == "central",
        unit=unit,
        day=day,
        published=max(us["published"], china["published"]).date(),
        us=us["value"],
        china=china["value"],
        rows=(us["row"], china["row"]),
        definitions=(us["definition"], china["definition"]),
    )


def _single(rows: pd.DataFrame, newest: Sequence[Stated], pair: tuple[str, str]) -> list[dict[str, Any]]:
    """Rows of either economy by sources that do not state the other."""
    paired = {each.source for each in newest}
    held = rows[rows["economy"].isin(pair) & ~rows["source"].isin(paired)]
    return cast("list[dict[str, Any]]", held.to_dict("records"))


def _producer(facts: Facts, source: str) -> str:
    return facts.catalogue.tables["sites"].sources[source].producer


def _finding(facts: Facts, newest: Sequence[Stated], pair: tuple[str, str]) -> str:
    if not newest:
        return "no source states both prices"
    first, *others = [
        f"{each.ratio:.2f} in {each.day.year} by {_producer(facts, each.source)}" for each in newest
    ]
    ratio = f"{_symbol(facts, pair[0])} price over {_symbol(facts, pair[1])} price"
    return "; ".join([f"{ratio} {first}", *others])


def _symbol(facts: Facts, economy: str) -> str:
    return facts.units[economy].adjective or economy


def _figure(facts: Facts, stated: Stated, pair: tuple[str, str]) -> Figure:
    """Ratio of the two prices: what may be printed where the terms of the prices themselves are unknown."""
    of = " industrial electricity price over "
    return Figure(
        f"{_symbol(facts, pair[0])}{of}{_symbol(facts, pair[1])}, by {_producer(facts, stated.source)}",
        stated.ratio,
        None,
        None,
        "ratio",
        str(stated.day),
        str(stated.published),
        source_text(facts.catalogue.tables["sites"].sources[stated.source]),
        "sites.csv",
        stated.rows[0],
    )


def _alone(facts: Facts, rows: pd.DataFrame, newest: Sequence[Stated], pair: tuple[str, str]) -> list[Figure]:
    """Prices of one economy alone whose source allows them to be printed."""
    sources = facts.catalogue.tables["sites"].sources
    return [
        Figure(
            f"{row['economy']} alone: {row['definition']}",
            row["value"],
            number(row["low"]),
            number(row["high"]),
            row["unit"],
            str(row["date"].date()),
            str(row["published"].date()),
            source_text(sources[row["source"]]),
            "sites.csv",
            row["row"],
        )
        for row in _single(rows, newest, pair)
        if sources[row["source"]].redistribute
    ]


def _overturn(newest: Sequence[Stated]) -> str:
    if not newest:
        return "One source that states both prices for one period."
    sides = {each.reply for each in newest}
    if len(sides) > 1:
        return "One source that states both for the same kind of user, in a later year than these."
    moves = min(abs(each.ratio - 1.0) for each in newest)
    return f"One source on the other side of 1: the nearest is {moves:.0%} away."


def _notes(
    facts: Facts, rows: pd.DataFrame, newest: Sequence[Stated], pair: tuple[str, str]
) -> tuple[str, ...]:
    notes = [
        f"{_producer(facts, each.source)}: {each.definitions[0]} ({pair[0]}), "
        f"{each.definitions[1]} ({pair[1]})."
        for each in newest
        if each.definitions[0] != each.definitions[1]
    ]
    notes += [
        f"{_producer(facts, row['source'])} states {row['economy']} only "
        f"({row['date'].year}: {row['definition']})."
        for row in _single(rows, newest, pair)
    ]
    notes.append("National averages: what a data centre pays depends on its province or state.")
    return tuple(notes)
