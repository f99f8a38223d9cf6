"""Prints the gap of the layer inference cost, United States less China, under other choices."""

from __future__ import annotations

import sys
from dataclasses import replace
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
import pandas as pd

import fourlayers
from layers.inference_cost import costed, curve, priced
from layers.inference_cost.market import TIERS, Market, market_on
from layers.inference_cost.prices import blended

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from indicators.facts import Facts

    Floats = NDArray[np.float64]
    Pair = tuple[Floats, Floats]

A, B = "USA", "CHN"
LAYER: Final = "inference_cost"
RIVALS, FRONT = "labs_within_2x_of_cheapest", "price_front_share"
OWN: Final = "token_cost_own_stack_ratio"


class Choice(NamedTuple):
    """How prices are read.

    Attributes
    ----------
    market : Market
        Offers on the day.
    price : str
        `work`, price of a task; `tokens`, of a token in the row's workload; `chat`, of a token in one blend.
    lower : float
        Points by which every tier lies lower.
    """

    market: Market
    price: str = "work"
    lower: float = 0.0


def weights(facts: Facts) -> dict[str, dict[str, float]]:
    """Weight of each scored indicator in the layer, by pillar, by the default recipe."""
    found: dict[str, dict[str, float]] = {}
    for row in fourlayers.score(facts, draws=0).indicators:
        if row.layer == LAYER:
            found.setdefault(row.pillar, {})[row.code] = row.weight
    return found


def scores(facts: Facts, code: str, value: Floats) -> Floats:
    """Scores of draws, 0 to 100, by the goalposts of the indicator."""
    reading = facts.indicators[code].readings.scale
    worst, best = reading.goalposts
    if reading.transform == "log":
        value, worst, best = np.log(value), float(np.log(worst)), float(np.log(best))
    return np.clip(100.0 * (value - worst) / (best - worst), 0.0, 100.0)


def prices(facts: Facts, choice: Choice) -> dict[str, Floats]:
    """Gap in score of each tier and of the rivals, draws; nothing where one of the pair has no offer."""
    m, price = choice.market, getattr(choice.market, choice.price)
    a, b = m.economies.index(A), m.economies.index(B)
    found = {}
    for name, gap in TIERS.items():
        ratio = 10.0 ** curve.log_ratio(m.tier(gap + choice.lower, price))
        code = f"price_ratio_tier_{name}"
        found[code] = scores(facts, code, ratio[:, a]) - scores(facts, code, ratio[:, b])
    keys = list(zip(m.table["lab"], m.table["economy"], strict=True))
    labs = sorted(set(keys))
    code_of = np.array([labs.index(key) for key in keys], dtype=np.int64)
    owner = np.array([m.economies.index(economy) for _, economy in labs], dtype=np.int64)
    near = curve.within_twice(m.tier(TIERS["mid"] + choice.lower, price, code_of), owner)
    found[RIVALS] = scores(facts, RIVALS, near[:, a]) - scores(facts, RIVALS, near[:, b])
    return found


def without(m: Market, listing: str) -> Market:
    """Return the market without one model."""
    keep = ~m.table["listing"].str.contains(listing).to_numpy()
    draws = {name: getattr(m, name)[:, keep] for name in ("ability", "chat", "tokens", "work")}
    return replace(m, table=m.table[keep].reset_index(drop=True), owner=m.owner[keep], **draws)


def hosted(facts: Facts, m: Market) -> Market:
    """Return the market in which what American clouds ask for Chinese open weights is an American offer."""
    table = facts.table("hosted_prices")
    table = table[table["economy"].eq(A)]
    asked = table.assign(price=blended(table["input_usd_per_mtok"], table["output_usd_per_mtok"]))
    cheapest = asked.groupby("family")["price"].min()
    at = np.flatnonzero((m.table["family"].isin(cheapest.index) & m.table["economy"].eq(B)).to_numpy())
    rows = m.table.iloc[at]
    times = rows["family"].map(cheapest).to_numpy() / rows["price"].to_numpy()
    more = rows.assign(economy=A, lab="host of " + rows["lab"])
    draws = {n: np.hstack([getattr(m, n), getattr(m, n)[:, at] * times]) for n in ("chat", "tokens", "work")}
    return replace(
        m,
        table=pd.concat([m.table, more], ignore_index=True),
        owner=np.r_[m.owner, np.full(len(at), m.economies.index(A))],
        ability=np.hstack([m.ability, m.ability[:, at]]),
        **draws,
    )


def told(facts: Facts) -> list[tuple[str, Floats]]:
    """Gap of the layer in draws under each choice, the first as it is scored."""
    m = market_on(facts, facts.date)
    drawn = costed.cost_values(facts)[1]
    if m is None or drawn is None:
        message = "no prices or no costs on the date"
        raise SystemExit(message)
    pillars, costs = weights(facts), drawn.values  # noqa: PD011 - an array of its own
    front = priced.front_draws(facts, m)[0]
    pair = [m.economies.index(each) for each in (A, B)]
    fixed = {FRONT: np.subtract(*(scores(facts, FRONT, front[:, each]) for each in pair))}
    places = [drawn.economies.index(each) for each in (A, B)]
    for row, code in enumerate(drawn.codes):
        fixed[code] = np.subtract(*(scores(facts, code, costs[:, row, each]) for each in places))

    def gap(choice: Choice, *out: str) -> Floats:
        parts = {code: each for code, each in (fixed | prices(facts, choice)).items() if code not in out}
        total, whole = np.zeros(len(m.work)), 0.0
        for held in pillars.values():
            left = {code: weight for code, weight in held.items() if code in parts}
            mean = sum((weight * parts[code] for code, weight in left.items()), start=np.zeros(1))
            if left:
                total += sum(held.values()) * mean / sum(left.values())
                whole += sum(held.values())
        return total / whole

    return [
        ("as it is scored", gap(Choice(m))),
        ("a token, not a task", gap(Choice(m, "tokens"))),
        ("a token in the chat blend alone", gap(Choice(m, "chat"))),
        ("tiers 2.5 points higher", gap(Choice(m, lower=-2.5))),
        ("tiers 2.5 points lower", gap(Choice(m, lower=2.5))),
        ("tiers 5 points lower", gap(Choice(m, lower=5.0))),
        ("own accelerator left out", gap(Choice(m), OWN)),
        ("laboratories near the cheapest left out", gap(Choice(m), RIVALS)),
        ("without Qwen3.7 Flash", gap(Choice(without(m, "qwen3-7-flash")))),
        ("without GPT-5.6 Luna", gap(Choice(without(m, "gpt-5-6-luna")))),
        ("American hosts of Chinese weights count", gap(Choice(hosted(facts, m)))),
    ]


if __name__ == "__main__":
    for name, draws in told(fourlayers.load()):
        low, middle, high = np.quantile(draws, [0.05, 0.5, 0.95])
        sys.stdout.write(
            f"| {name} | {middle:+.1f} ({low:+.0f} to {high:+.0f}) | {(draws > 0.0).mean():.0%} |\n"
        )
