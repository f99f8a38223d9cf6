"""The claim on momentum: China cuts cost and spreads AI into industry faster than the United States."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from layers.inference_cost.history import days as dated
from layers.inference_cost.history import falls_drawn

from .machines import Machines
from .tested import PAIR, Reading, Told, adjective, larger, shown, tested
from .verdict import Figure, source_text

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping, Sequence
    from datetime import date

    from indicators.facts import Facts

    from .verdict import ClaimVerdict, Reply

Floats = NDArray[np.float64]

DRAWS: Final = 250
"""Of the joint draws, as every month looks at all months before it."""
TOLD: Final = 0.9
"""Share of the draws in which both prices must be known."""


class Waves(NamedTuple):
    """Two waves of one instrument and wording for both of a pair."""

    instrument: str
    since: date
    day: date
    first: float
    second: float
    rows: tuple[int, int]
    published: date
    source: str


def momentum(facts: Facts, pair: tuple[str, str] = PAIR) -> ClaimVerdict:
    """Test whether China cuts cost and spreads AI into industry faster than the United States.

    Three parts, and the rule says yes where all three do, no where one does, and cannot tell otherwise.
    Price: the cheapest list price of a token at a capability held fixed, 20 points below the frontier of the
    day, fell by a larger factor a year for Chinese than for American models, with the whole range of draws.
    Cost: a token of one model costs less than a year before by a larger factor on the best machine on sale
    that is designed at home; cannot tell where the record has a new best one of neither. Industry: by every
    instrument that asked firms of both in the same two waves, the newest two, the share of firms that use AI
    grew by more points in China. Other readings hold the price 10 and 30 points below the frontier. The parts
    alone, and the use by people in place of firms, are shown and decide nothing, as the claim asks for all of
    it.
    """
    machines = Machines.of(facts, pair, DRAWS)
    waves = {kind: _waves(facts, kind, pair) for kind in ("firms", "people")}

    def read(day: date) -> list[Reading]:
        prices = {tier: _price(facts, day, tier, pair) for tier in ("mid", "near", "far")}
        made, firms = _cost(machines, day, pair), _spread("firms", waves["firms"], day)
        people = _spread("people", waves["people"], day)
        return [
            _all("prices 20 points below the frontier", (prices["mid"], made, firms)),
            _all("prices 10 points below the frontier", (prices["near"], made, firms)),
            _all("prices 30 points below the frontier", (prices["far"], made, firms)),
            shown(prices["mid"]),
            shown(made),
            shown(firms),
            shown(people),
        ]

    now = read(facts.date)
    told = Told(
        "momentum",
        "Who gains",
        "faster in list price, in cost and in use by firms, all three",
        f"{_subject(facts, pair[1])} cuts the cost of tokens and spreads AI into industry faster than "
        f"{_subject(facts, pair[0])}.",
        f"{adjective(facts, pair[1])} against {adjective(facts, pair[0])}: "
        + "; ".join(f"{each.rule} {each.said or each.reply}" for each in now[3:6]),
        "All three parts on one side: "
        + ", ".join(f"{each.rule} says {each.reply}" for each in now[3:6])
        + ".",
        _figures(facts, waves, pair),
        (
            "The survey of executives counts Taiwan with China and Canada with the United States.",
            "Machines and their prices are those of the state date, also for months before.",
        ),
    )
    return tested(momentum, told, read, dated(facts) or [facts.date])


def _subject(facts: Facts, economy: str) -> str:
    return "the United States" if economy == PAIR[0] else facts.units[economy].short


def _all(rule: str, parts: Sequence[Reading]) -> Reading:
    replies = [part.reply for part in parts]
    seen = [part.seen for part in parts if part.seen]
    said = ", ".join(replies)
    reply: Reply = "cannot tell"
    if set(replies) == {"no data"}:
        return Reading(rule, "no data")
    if set(replies) == {"yes"}:
        reply = "yes"
    elif "no" in replies:
        reply = "no"
    return Reading(rule, reply, f"price, cost, industry say {said}", seen=max(seen, default=None))


def _price(facts: Facts, day: date, tier: str, pair: tuple[str, str]) -> Reading:
    """Factor by which the second's price falls in a year over the first's."""
    rule = "price"
    drawn = falls_drawn(facts, day, tier, pair, DRAWS)
    told = np.empty(0) if drawn is None else (drawn[:, 1] / drawn[:, 0])
    told = told[np.isfinite(told)]
    if told.size < TOLD * DRAWS:
        return Reading(rule, "no data")
    low, value, high = (float(x) for x in np.quantile(told, [0.05, 0.5, 0.95]))
    said = f"falls {value:.1f} times as fast ({low:.1f} to {high:.1f})"
    return Reading(rule, larger(low, high, 1.0), said, value, low, high, day)


def _cost(machines: Machines, day: date, pair: tuple[str, str]) -> Reading:
    """Factor by which the second's cost falls in a year over that of the first."""
    rule = "cost"
    before = day.replace(year=day.year - 1, day=min(day.day, 28))
    costs = [machines.best(economy, when) for economy in pair for when in (before, day)]
    if any(each is None for each in costs):
        return Reading(rule, "no data")
    us_before, us_now, china_before, china_now = (np.asarray(each) for each in costs)
    first, second = us_before / us_now, china_before / china_now
    low, value, high = (float(x) for x in np.quantile(second / first, [0.05, 0.5, 0.95]))
    still = bool((first == 1.0).all() and (second == 1.0).all())
    reply: Reply = "cannot tell" if still else larger(low, high, 1.0)
    said = f"{np.median(second):.2f}x a year against {np.median(first):.2f}x on machines of their own"
    return Reading(rule, reply, said, value, low, high, machines.newest(day))


def _waves(facts: Facts, counts: str, pair: tuple[str, str]) -> list[Waves]:
    """Every two following waves in which one instrument asked both, oldest first."""
    by: dict[tuple[str, str], dict[date, dict[str, dict[Hashable, Any]]]] = {}
    for row in facts.table("adoption").to_dict("records"):
        if row["counts"] == counts and row["enters"] and row["economy"] in pair:
            key = (str(row["instrument"]), str(row["wording"] or ""))
            by.setdefault(key, {}).setdefault(row["date"].date(), {})[str(row["economy"])] = row
    found = []
    for (instrument, _), dates in sorted(by.items()):
        both = sorted(day for day, held in dates.items() if set(pair) <= set(held))
        for since, day in pairwise(both):
            before, after = dates[since], dates[day]
            first, second = (after[code]["value"] - before[code]["value"] for code in pair)
            rows, last = (after[pair[0]]["row"], after[pair[1]]["row"]), after[pair[1]]
            known = last["published"].date()
            found.append(Waves(instrument, since, day, first, second, rows, known, last["source"]))
    return sorted(found, key=lambda each: (each.day, each.instrument))


def _newest(waves: Sequence[Waves], day: date) -> list[Waves]:
    return list({each.instrument: each for each in waves if each.day <= day}.values())


def _spread(counts: str, waves: Sequence[Waves], day: date) -> Reading:
    rule = "industry" if counts == "firms" else "people"
    held = _newest(waves, day)
    if not held:
        return Reading(rule, "no data")
    ahead = [each.second > each.first for each in held]
    reply: Reply = "yes" if all(ahead) else "cannot tell" if any(ahead) else "no"
    said = "; ".join(
        f"{each.second:+.0f} against {each.first:+.0f} points ({each.instrument})" for each in held
    )
    return Reading(rule, reply, said, seen=max(each.day for each in held))


def _figures(facts: Facts, waves: Mapping[str, Sequence[Waves]], pair: tuple[str, str]) -> tuple[Figure, ...]:
    sources = facts.catalogue.tables["adoption"].sources
    found = []
    for counts, held in waves.items():
        for each in _newest(held, facts.date):
            for economy, change, row in zip(pair, (each.first, each.second), each.rows, strict=True):
                found.append(
                    Figure(
                        f"Change of the share of {counts} that use AI since {each.since}, "
                        f"{adjective(facts, economy)}, {each.instrument}",
                        change,
                        None,
                        None,
                        "points",
                        str(each.day),
                        str(each.published),
                        source_text(sources[each.source]),
                        "adoption.csv",
                        row,
                    )
                )
    return tuple(found)
