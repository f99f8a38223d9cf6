"""Tokens against money inside the one market where both are seen, and what can be said of the world."""

from __future__ import annotations

import itertools
import statistics
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from scoring.questions.value.held import rows_of
from scoring.questions.value.quantity import Ends, Floats, ends, uniform

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date

    from indicators.facts import Facts

Row = dict[str, Any]

FIRST_PARTY: Final = (0.2, 0.8)
"""Part of Chinese tokens abroad that their maker itself sells: assumed, nothing measures it."""
ROYALTY: Final = (0.0, 0.1)
"""What a host hands to the maker of open weights, over its revenue: assumed, nothing measures it."""
ASSUMPTIONS: Final = (
    "part of the tokens of open models that their maker sells itself, 0.2 to 0.8, every value as likely",
    "royalty of hosts on open weights, 0 to 0.1 of revenue, every value as likely",
)


@dataclass(frozen=True)
class Reading:
    """One way to see the market.

    Attributes
    ----------
    name : str
        Whose figures, how priced.
    day : date
        Of the ranking.
    listed : float
        Part of the market's tokens that is listed, from 0 to 1.
    tokens, dollars : dict of str to float
        Share of what is listed, by economy of the maker, from 0 to 1.
    opened : dict of str to float
        Part of an economy's money that is for models with open weights, which others may sell too; empty
        where models are not told apart.
    """

    name: str
    day: date
    listed: float
    tokens: dict[str, float]
    dollars: dict[str, float]
    opened: dict[str, float]

    @property
    def ranking(self) -> tuple[date, float]:
        """Readings of one ranking differ by the mix of tokens alone."""
        return self.day, self.listed

    def ratio(self, economy: str) -> float | None:
        """Share of money over share of tokens; None where an economy has no tokens."""
        tokens = self.tokens.get(economy, 0.0)
        return self.dollars.get(economy, 0.0) / tokens if tokens else None


@dataclass(frozen=True)
class Captured:
    """One economy in the market.

    Attributes
    ----------
    economy : str
        Of the makers.
    tokens, dollars, ratio : tuple of float
        Median, least and most over the readings; the median gives each ranking the same weight.
    by_host : tuple of float
        Share of the money that stays with its makers, once others sell a part of the tokens of its open
        models and hand on a royalty: median, 5 and 95 %, by the two assumed numbers of this file.
    """

    economy: str
    tokens: Ends
    dollars: Ends
    ratio: Ends
    by_host: Ends


@dataclass(frozen=True)
class Market:
    """The router.

    Attributes
    ----------
    readings : tuple of Reading
        Every way to see it that the clocks let through.
    economies : tuple of Captured
        Makers by economy, the most money first.
    hosts, placed : int
        Hosts in the table of hosted prices, and those of which the economy is known.
    """

    readings: tuple[Reading, ...]
    economies: tuple[Captured, ...]
    hosts: int
    placed: int

    def of(self, economy: str) -> Captured | None:
        """Return one economy, None where no maker of it is listed."""
        return next((each for each in self.economies if each.economy == economy), None)


@dataclass(frozen=True)
class World:
    """What can be said of tokens against money over the world.

    Attributes
    ----------
    ratio : float or None
        Tokens of the first over tokens of the second under one definition; None where none covers both.
    definition : str
        That definition, or empty.
    figures : tuple of dict
        The figures that there are: rows of `value_facts`.
    """

    ratio: float | None
    definition: str
    figures: tuple[Row, ...]


def market(facts: Facts) -> Market | None:
    """Set tokens against money, by maker and by host.

    Parameters
    ----------
    facts : Facts
        With the tables `router`, `prices`, `workloads` and `hosted_prices`, cut by the clocks.

    Returns
    -------
    Market or None
        None where no ranking was known then.

    Notes
    -----
    By maker, an analyst's shares of tokens and dollars. By model, the tokens of the nine largest models times
    their makers' list prices of the day, at every mix of input, cached input and output that the table
    `workloads` holds; a model without a price of the day stands at nothing and at its first later price, a
    free one at nothing. The range is the least and the most over all of these.
    """
    rows = rows_of(facts, "router")
    readings = [*_by_author(rows), *_by_model(facts, rows)]
    if not readings:
        return None
    codes = sorted({code for reading in readings for code in reading.tokens})
    hosts = {row["host"]: row["economy"] for row in rows_of(facts, "hosted_prices")}
    found = [_captured(code, readings) for code in codes]
    return Market(
        tuple(readings),
        tuple(sorted(found, key=lambda each: -each.dollars[0])),
        len(hosts),
        sum(bool(economy) for economy in hosts.values()),
    )


def _captured(code: str, readings: list[Reading]) -> Captured:
    tokens = _span([(it.ranking, it.tokens.get(code, 0.0)) for it in readings])
    dollars = _span([(it.ranking, it.dollars.get(code, 0.0)) for it in readings])
    ratio = _span([(it.ranking, each) for it in readings if (each := it.ratio(code)) is not None])
    return Captured(code, tokens, dollars, ratio, ends(_by_host(code, readings)))


def _by_host(code: str, readings: list[Reading]) -> Floats:
    """Money that stays with the makers, (draws,): the readings in turn, the assumed numbers drawn."""
    own, royalty = uniform("first-party share", *FIRST_PARTY), uniform("royalty", *ROYALTY)
    told = [reading.opened[code] for reading in readings if code in reading.opened]
    usual = statistics.median(told) if told else 1.0
    money = np.array([reading.dollars.get(code, 0.0) for reading in readings])
    opened = np.array([reading.opened.get(code, usual) for reading in readings])
    turn = np.arange(len(own)) % len(money)
    kept = own + (1 - own) * royalty
    return np.asarray(money[turn] * (1 - opened[turn] + opened[turn] * kept))


def _span(values: Sequence[tuple[Any, float]]) -> Ends:
    """Median of the rankings' medians, so that no ranking counts for more; least and most of all readings."""
    by: dict[Any, list[float]] = {}
    for ranking, value in values:
        by.setdefault(ranking, []).append(value)
    middle = statistics.median(statistics.median(each) for each in by.values())
    every = [value for _, value in values]
    return middle, min(every), max(every)


def _by_author(rows: list[Row]) -> Iterator[Reading]:
    makers = [row for row in rows if row["level"] == "author"]
    if makers:
        listed = sum(row["token_share"] for row in makers)
        tokens = _shares(makers, "token_share")
        dollars = _shares(makers, "dollar_share")
        yield Reading("makers, by an analyst", makers[0]["day"], listed / 100, tokens, dollars, {})


def _shares(rows: list[Row], column: str) -> dict[str, float]:
    whole = sum(row[column] for row in rows)
    found: dict[str, float] = {}
    for row in rows:
        found[row["economy"]] = found.get(row["economy"], 0.0) + row[column] / whole
    return found


def _by_model(facts: Facts, rows: list[Row]) -> Iterator[Reading]:
    models = [row for row in rows if row["level"] == "model"]
    prices = rows_of(facts, "prices") if models else []
    mixes = rows_of(facts, "workloads") if models else []
    free = {row["family"] for row in rows_of(facts, "models") if row["open_weights"]} if models else set()
    for day, mix in itertools.product(sorted({row["day"] for row in models}), mixes):
        held = [row for row in models if row["day"] == day]
        costs = [_per_token(row, prices, mix) for row in held]
        for name, at in (("", 1), (", dearer", 2)):
            if at == 2 and all(low == high for low, high in costs):
                continue
            money = [
                {**row, "usd": row["tokens_bn"] * pair[at - 1]} for row, pair in zip(held, costs, strict=True)
            ]
            yield Reading(
                f"models, {mix['workload']}{name}",
                day,
                sum(row["token_share"] for row in held) / 100,
                _shares(held, "tokens_bn"),
                _shares(money, "usd"),
                _opened(money, free),
            )


def _opened(money: list[Row], free: set[str]) -> dict[str, float]:
    """Part of each economy's money that is for models with open weights; a free model costs nothing."""
    whole: dict[str, float] = {}
    part: dict[str, float] = {}
    for row in money:
        code = row["economy"]
        whole[code] = whole.get(code, 0.0) + row["usd"]
        part[code] = part.get(code, 0.0) + (row["usd"] if row["family"] in free else 0.0)
    return {code: part[code] / paid for code, paid in whole.items() if paid}


def _per_token(row: Row, prices: list[Row], mix: Mapping[str, Any]) -> tuple[float, float]:
    """Least and most price of a model's tokens at a mix, USD per million."""
    if not row["family"]:
        return 0.0, 0.0
    own = [
        each
        for each in prices
        if each["family"] == row["family"] and each["condition"] == "standard" and each["status"] == "actual"
    ]
    day = row["day"]
    now = [it for it in own if it["valid_from"] <= day and (it["valid_to"] is None or it["valid_to"] > day)]
    if now:
        paid = statistics.median(_mixed(each, mix) for each in now)
        return paid, paid
    later = sorted((each for each in own if each["valid_from"] > day), key=lambda each: each["valid_from"])
    return 0.0, _mixed(later[0], mix) if later else 0.0


def _mixed(price: Row, mix: Mapping[str, Any]) -> float:
    """Price over input, cached input and output tokens of a mix."""
    cache = price["cache_read_usd_per_mtok"]
    cached = price["input_usd_per_mtok"] if not np.isfinite(cache) else cache
    paid = (mix["input_tokens"] - mix["cached_tokens"]) * price["input_usd_per_mtok"]
    paid += mix["cached_tokens"] * cached + mix["output_tokens"] * price["output_usd_per_mtok"]
    return float(paid / (mix["input_tokens"] + mix["output_tokens"]))


def world(facts: Facts, pair: tuple[str, str]) -> World:
    """Say whether tokens of a pair can be set against one another over the world.

    Two counts may be divided where their definition is the same; else it cannot be told.
    """
    rows = [
        row
        for row in rows_of(facts, "value_facts")
        if row["measure"] == "tokens" and row["role"] == "producers" and row["economy"] in pair
    ]
    by: dict[str, dict[str, Row]] = {}
    for row in sorted(rows, key=lambda each: each["period_end"]):
        by.setdefault(row["definition"], {})[row["economy"]] = row
    for definition, held in by.items():
        if set(pair) <= held.keys():
            ratio = held[pair[0]]["value"] / held[pair[1]]["value"]
            return World(ratio, definition, tuple(held.values()))
    return World(None, "", tuple(rows))
