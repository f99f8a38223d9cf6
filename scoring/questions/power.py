"""The claim on power: American industry pays less for electricity than Chinese industry."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple, cast

from indicators.period import lapsed

from .verdict import (
    Alternative,
    ClaimVerdict,
    Figure,
    Point,
    Reply,
    decide,
    number,
    rule_of,
    source_text,
)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    import pandas as pd

    from indicators.facts import Facts

QUANTITY: Final = "industrial_electricity_price"
INDICATOR: Final = "industrial_electricity_price_usd_kwh"
US, CHINA = "USA", "CHN"


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


def power_price(facts: Facts) -> ClaimVerdict:
    """Test whether US industrial power is cheaper than China's.

    Every source that states both prices for one period and in one currency is asked for its newest such
    period: yes where its American price is below its Chinese one. The table that covers all economies speaks
    first and the others are the alternatives; prices of two sources are never set against each other. A pair
    older than the age limit of the indicator counts as no data.
    """
    rows = facts.table("sites")
    rows = rows[rows["quantity"] == QUANTITY]
    held = stated_pairs(rows)
    newest = list({pair.source: pair for pair in held}.values())
    newest.sort(key=lambda pair: (not pair.central, pair.source))
    limit = facts.indicators[INDICATOR].max_age_years
    replies: list[Reply] = [
        "no data" if lapsed(pair.day, facts.date, limit) else pair.reply for pair in newest
    ]
    past = [Point(pair.day, pair.reply, pair.ratio) for pair in held if pair.source == newest[0].source]
    made = decide(replies[0] if replies else "no data", replies[1:], past)
    others = [_alternative(facts, *each) for each in zip(newest[1:], replies[1:], strict=True)]
    return ClaimVerdict(
        name="power-price",
        sentence="Industry pays less for electricity in the United States than in China.",
        rule=rule_of(power_price),
        verdict=made.word,
        until=made.until,
        ended=made.ended,
        finding=_finding(facts, newest),
        figures=(*(_figure(facts, pair) for pair in newest), *_alone(facts, rows, newest)),
        alternatives=tuple(others),
        history=tuple(past),
        overturn=_overturn(newest),
        data_to=str(max(pair.day for pair in newest)) if newest else "",
        notes=_notes(facts, rows, newest),
    )


def stated_pairs(rows: pd.DataFrame) -> list[Stated]:
    """Pairs of an American and a Chinese price by one source for one period in one unit, oldest first.

    Parameters
    ----------
    rows
        Rows of the record table `sites` on one quantity.
    """
    both: dict[tuple[str, str, date], dict[str, dict[str, Any]]] = {}
    for row in cast("list[dict[str, Any]]", rows.to_dict("records")):
        both.setdefault((row["source"], row["unit"], row["date"].date()), {})[row["economy"]] = row
    found = [_stated(*key, each[US], each[CHINA]) for key, each in both.items() if {US, CHINA} <= set(each)]
    return sorted(found, key=lambda pair: (pair.day, pair.source, pair.unit))


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


def _single(rows: pd.DataFrame, newest: Sequence[Stated]) -> list[dict[str, Any]]:
    """Rows of either economy by sources that do not state the other."""
    paired = {pair.source for pair in newest}
    held = rows[rows["economy"].isin([US, CHINA]) & ~rows["source"].isin(paired)]
    return cast("list[dict[str, Any]]", held.to_dict("records"))


def _producer(facts: Facts, source: str) -> str:
    return facts.catalogue.tables["sites"].sources[source].producer


def _said(pair: Stated) -> str:
    return f"{pair.ratio:.2f} of China's in {pair.day.year}"


def _alternative(facts: Facts, pair: Stated, reply: Reply) -> Alternative:
    rule = f"prices of {_producer(facts, pair.source)}"
    return Alternative(rule, reply, f"{reply}: US price {_said(pair)}", value=pair.ratio)


def _finding(facts: Facts, newest: Sequence[Stated]) -> str:
    if not newest:
        return "no source states both prices"
    parts = [f"{_said(pair)} by {_producer(facts, pair.source)}" for pair in newest]
    return "US price " + "; ".join(parts)


def _figure(facts: Facts, pair: Stated) -> Figure:
    """Ratio of the two prices: what may be printed where the terms of the prices themselves are unknown."""
    return Figure(
        f"US industrial electricity price over China's, by {_producer(facts, pair.source)}",
        pair.ratio,
        None,
        None,
        "ratio",
        str(pair.day),
        str(pair.published),
        source_text(facts.catalogue.tables["sites"].sources[pair.source]),
        "sites.csv",
        pair.rows[0],
    )


def _alone(facts: Facts, rows: pd.DataFrame, newest: Sequence[Stated]) -> list[Figure]:
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
        for row in _single(rows, newest)
        if sources[row["source"]].redistribute
    ]


def _overturn(newest: Sequence[Stated]) -> str:
    if not newest:
        return "One source that states both prices for one period."
    sides = {pair.reply for pair in newest}
    if len(sides) > 1:
        return "One source that states both for the same kind of user, in a later year than these."
    moves = min(abs(pair.ratio - 1.0) for pair in newest)
    return f"One source on the other side of 1: the nearest is {moves:.0%} away."


def _notes(facts: Facts, rows: pd.DataFrame, newest: Sequence[Stated]) -> tuple[str, ...]:
    notes = [
        f"{_producer(facts, pair.source)}: {pair.definitions[0]} (USA), {pair.definitions[1]} (CHN)."
        for pair in newest
        if pair.definitions[0] != pair.definitions[1]
    ]
    notes += [
        f"{_producer(facts, row['source'])} states {row['economy']} only "
        f"({row['date'].year}: {row['definition']})."
        for row in _single(rows, newest)
    ]
    notes.append("National averages: what a data centre pays depends on its province or state.")
    return tuple(notes)
