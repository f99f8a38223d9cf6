"""The claims on profit: token share equals profit share; the lowest-cost producer keeps the most."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from layers.inference_cost.history import Ratio, ratios

from .adopters import MADE
from .machines import Machines
from .shares import Share, newest, shares
from .tested import PAIR, Reading, Told, adjective, months, shown, tested
from .value.account import stages
from .value.choices import read_account
from .value.market import market
from .value.pooled import pooled
from .verdict import Figure

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from indicators.facts import Facts

    from .value.account import Stage
    from .value.market import Market
    from .value.pooled import Pool
    from .verdict import ClaimVerdict, Reply

POINTS: Final = 10.0
"""Shares within so many points are equal."""
DRAWS: Final = 500
STAGE: Final = "models"
SINCE: Final = date(2025, 12, 31)
"""First month of the history: the year of the account was over."""


class Books(NamedTuple):
    """What is known of profits and of one router on a day."""

    stages: tuple[Stage, ...]
    pool: Pool
    market: Market | None


def profit_share(facts: Facts, pair: tuple[str, str] = PAIR) -> ClaimVerdict:
    """Test whether the share of tokens equals the share of profit.

    The Chinese share of the tokens of one router, from the least to the most of its readings, against the
    share of Chinese companies in the profit booked from AI in the account of the year, from all that is not
    known being against them to all of it being for them: yes where the two are within ten points of each
    other at whatever values in both ranges, no where they are more than ten points apart at whatever values,
    cannot tell otherwise. Other readings: the same for the American share; the tokens of the makers that the
    router ranks day by day; the share of money against that of tokens inside the router, where both are seen,
    in every reading of it. The profit of the companies counted alone is shown and decides nothing: it takes
    what is not known for nothing.
    """
    a, b = pair
    books, ranking = _books(facts), shares(facts, MADE, b)

    def read(day: date) -> list[Reading]:
        held = books[day]
        return [
            _against(f"{adjective(facts, b)} tokens against profit", held, b),
            _against(f"{adjective(facts, a)} tokens against profit", held, a),
            _ranked(facts, ranking, held, b, day),
            _money(held.market, b),
            shown(_against("companies counted alone", held, b, room=False)),
        ]

    now = read(facts.date)[0]
    told = Told(
        "profit-share",
        "Who gains",
        "tokens against all booked AI profit, within ten points",
        "The share of the world's tokens that an economy's models write is its share of the profit.",
        f"{adjective(facts, b)} models and companies: {now.said}" if now.said else "no router, or no profit",
        "Ranges that lie within ten points of each other: profits of the firms that tell nothing, above all.",
        _figures(facts, books[facts.date], pair),
        _notes(books[facts.date], pair, [facts.units[code].short for code in pair]),
    )
    return tested(profit_share, told, read, list(books))


def low_cost(facts: Facts, pair: tuple[str, str] = PAIR) -> ClaimVerdict:
    """Test whether the lowest-cost producer keeps the highest profit.

    Of the pair, the cheaper producer is the one whose cheapest list price of a token is lower at equal
    capability, 20 points below the frontier, with the whole range of draws; the one with the higher profit is
    the one whose share of the profit booked from AI lies wholly above the other's, each from all that is not
    known being against it to all being for it. Yes where they are the same, no where they are not, cannot
    tell where either is not decided. Other readings: the price of the tokens that a task takes; the cost of a
    token on the best machine that each designs, at one site, in place of the price. The profit of the stage
    of models alone is shown and decides nothing while main firms of it tell nothing.
    """
    books = _books(facts)
    machines = Machines.of(facts, pair, DRAWS)
    names = [adjective(facts, economy) for economy in pair]

    def read(day: date) -> list[Reading]:
        held = books[day]
        told = {each.kind: each for each in ratios(facts, day, *pair) if each.tier == "mid"}
        top = _most(held.pool, pair)
        cheapest = _cheaper(told.get("tokens"), pair, names)
        return [
            _same("by list price of a token", cheapest, top),
            _same("by list price of a task", _cheaper(told.get("work"), pair, names), top),
            _same("by cost on machines of their own", _made(machines, day, pair, names), top),
            shown(_same("in the stage of models alone", cheapest, _stage(held, pair, names))),
        ]

    now = read(facts.date)[0]
    told = Told(
        "low-cost",
        "Who gains",
        "cheaper tokens at equal capability, higher booked AI profit",
        "The economy that makes tokens at the lowest cost keeps the highest profit.",
        now.said or "price or profit of both is not known",
        "The other economy the cheaper, or its profits, with all that is not known, above the first's.",
        _figures(facts, books[facts.date], pair),
        _notes(books[facts.date], pair, [facts.units[code].short for code in pair]),
    )
    return tested(low_cost, told, read, list(books))


def _books(facts: Facts) -> Mapping[date, Books]:
    """Accounts and router as they stood at every month end, worked out once for both claims."""
    place = "books of the claims"
    if place not in facts.kept:
        account, found = read_account(), {}
        for day in months(SINCE, facts):
            known = facts if day == facts.date else facts.as_of(day)
            made = stages(known, account)
            found[day] = Books(made, pooled(made), market(known))
        facts.kept[place] = found
    held: Mapping[date, Books] = facts.kept[place]
    return held


def _against(rule: str, books: Books, economy: str, *, room: bool = True) -> Reading:
    """Say whether a share of tokens is that of profit, both in per cent."""
    router = books.market.of(economy) if books.market else None
    profit = books.pool.of(economy)
    if router is None or profit is None or books.market is None:
        return Reading(rule, "no data")
    tokens = 100.0 * router.tokens[1], 100.0 * router.tokens[2]
    ends = profit.room if room else profit.share[1:]
    kept = 100.0 * ends[0], 100.0 * ends[1]
    seen = max(each.day for each in books.market.readings)
    return _apart(rule, tokens, kept, seen)


def _apart(rule: str, tokens: tuple[float, float], kept: tuple[float, float], seen: date) -> Reading:
    """Set a range of shares of tokens against one of profit."""
    least, most = tokens[0] - kept[1], tokens[1] - kept[0]
    said = f"{tokens[0]:.0f} to {tokens[1]:.0f} % of tokens, {kept[0]:.0f} to {kept[1]:.0f} % of profit"
    return Reading(rule, _equal(least, most), said, (least + most) / 2.0, least, most, seen)


def _ranked(facts: Facts, held: Sequence[Share], books: Books, economy: str, day: date) -> Reading:
    """Set the makers named in six weeks of daily rankings, whose others are left out, against profit."""
    rule = "tokens by the daily ranking of makers"
    share, profit = newest(facts, MADE, held, day), books.pool.of(economy)
    if share is None or profit is None:
        return Reading(rule, "no data")
    kept = 100.0 * profit.room[0], 100.0 * profit.room[1]
    found = _apart(rule, (share.low, share.high), kept, share.day)
    if share.printed:
        return found
    unsaid = "a share of tokens that may not be printed"
    return Reading(rule, found.reply, unsaid, seen=share.day)


def _equal(least: float, most: float) -> Reply:
    """Say whether a difference between two ends is within ten points, beyond, or across."""
    if least >= -POINTS and most <= POINTS:
        return "yes"
    return "no" if least > POINTS or most < -POINTS else "cannot tell"


def _money(router: Market | None, economy: str) -> Reading:
    rule = "money against tokens inside the router"
    if router is None or router.of(economy) is None:
        return Reading(rule, "no data")
    apart = [
        100.0 * (each.tokens.get(economy, 0.0) - each.dollars.get(economy, 0.0)) for each in router.readings
    ]
    said = f"tokens are {min(apart):.0f} to {max(apart):.0f} points above money"
    seen = max(each.day for each in router.readings)
    value = float(np.median(apart))
    return Reading(rule, _equal(min(apart), max(apart)), said, value, min(apart), max(apart), seen)


class Decided(NamedTuple):
    """One of the pair, or an empty code where it is open; what it rests on; if there are figures at all."""

    economy: str
    said: str
    known: bool = True
    seen: date | None = None


def _cheaper(ratio: Ratio | None, pair: tuple[str, str], names: Sequence[str]) -> Decided:
    """Economy with the lower price; the ratio is the first's over the second's."""
    if ratio is None:
        return Decided("", "", known=False)
    said = f"{names[0]} price over {names[1]} {ratio.value:.2f} ({ratio.low:.2f} to {ratio.high:.2f})"
    return Decided(_lower(ratio.low, ratio.high, pair), said, seen=ratio.date)


def _made(machines: Machines, day: date, pair: tuple[str, str], names: Sequence[str]) -> Decided:
    costs = [machines.best(economy, day) for economy in pair]
    if costs[0] is None or costs[1] is None:
        return Decided("", "", known=False)
    low, value, high = (float(x) for x in np.quantile(costs[0] / costs[1], [0.05, 0.5, 0.95]))
    said = f"{names[0]} cost over {names[1]} {value:.2f} ({low:.2f} to {high:.2f})"
    return Decided(_lower(low, high, pair), said, seen=machines.newest(day))


def _lower(low: float, high: float, pair: tuple[str, str]) -> str:
    return pair[0] if high < 1.0 else pair[1] if low > 1.0 else ""


def _most(pool: Pool, pair: tuple[str, str]) -> Decided:
    """Economy whose share of profit lies wholly above the other's."""
    held = [pool.of(economy) for economy in pair]
    if held[0] is None or held[1] is None:
        return Decided("", "", known=False)
    (low, high), (least, most) = held[0].room, held[1].room
    low, high, least, most = (100.0 * end for end in (low, high, least, most))
    said = f"share of profit {low:.0f} to {high:.0f} % against {least:.0f} to {most:.0f} %"
    return Decided(pair[0] if low > most else pair[1] if least > high else "", said)


def _stage(books: Books, pair: tuple[str, str], names: Sequence[str]) -> Decided:
    """Economy with the higher profit in the stage of models; open while main firms of it tell nothing."""
    stage = next(each for each in books.stages if each.name == STAGE)
    if not stage.lines:
        return Decided("", "", known=False)
    silent = [
        f"{len(stage.unknown(economy))} {name}"
        for economy, name in zip(pair, names, strict=True)
        if stage.unknown(economy)
    ]
    ends = [(stage.gains(code)[1] + stage.losses(code)[1], stage.gains(code)[2] + stage.losses(code)[2])
            for code in pair]  # fmt: skip
    said = "; ".join(
        f"{name} firms {low:.1f} to {high:.1f} US$ bn" for name, (low, high) in zip(names, ends, strict=True)
    )
    if silent:
        return Decided("", f"{said}; firms that tell nothing: {', '.join(silent)}")
    return Decided(pair[0] if ends[0][0] > ends[1][1] else pair[1] if ends[1][0] > ends[0][1] else "", said)


def _same(rule: str, cheap: Decided, rich: Decided) -> Reading:
    if not (cheap.known and rich.known):
        return Reading(rule, "no data")
    reply: Reply = "cannot tell"
    if cheap.economy and rich.economy:
        reply = "yes" if cheap.economy == rich.economy else "no"
    return Reading(rule, reply, f"{cheap.said}; {rich.said}", seen=cheap.seen)


def _figures(facts: Facts, books: Books, pair: tuple[str, str]) -> tuple[Figure, ...]:
    """Share of tokens and of profit of both."""
    found = []
    source = "the account of profits booked from AI (fourlayers value-capture)"
    for economy in pair:
        name, profit = adjective(facts, economy), books.pool.of(economy)
        router = books.market.of(economy) if books.market else None
        if router and books.market:
            day = str(max(each.day for each in books.market.readings))
            value, low, high = (100.0 * each for each in router.tokens)
            label = f"Share of the tokens listed by one router, {name} models"
            found.append(Figure(label, value, low, high, "%", day, day, _routers(facts), "router.csv"))
        if profit:
            value, low, high = (100.0 * each for each in profit.share)
            label = f"Share of the profit of the companies counted, {name}"
            found.append(
                Figure(label, value, low, high, "%", str(read_account().year), "", source, "value_chain.csv")
            )
    return tuple(found)


def _routers(facts: Facts) -> str:
    sources = facts.catalogue.tables["router"].sources.values()
    return "; ".join(f"{each.producer}, {each.title}" for each in sources)


def _notes(books: Books, pair: tuple[str, str], names: Sequence[str]) -> tuple[str, ...]:
    silent = [sum(bool(stage.unknown(economy)) for stage in books.stages) for economy in pair]
    told = " and ".join(f"{count} for {name}" for count, name in zip(silent, names, strict=True))
    return (
        f"Main firms tell nothing of their AI profit in {told} of {len(books.stages)} stages.",
        "One router has half a per cent of the world's tokens, a year after the profits.",
    )
