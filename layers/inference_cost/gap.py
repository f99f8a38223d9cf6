"""The price gap between a US flagship and the Chinese flagships, month by month."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from statistics import median
from typing import TYPE_CHECKING, Any

import pandas as pd

from indicators.period import month_ends
from layers.inference_cost.prices import offered

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from indicators.facts import Facts

FEWEST = 3  # laboratories that a median needs
MEASURES = {"output": "output", "chat": "price"}  # output tokens alone, or the 3:1 chat workload
COLUMNS = (
    "date",
    "basket",
    "measure",
    "us_model",
    "us_price",
    "median",
    "ratio",
    "low",
    "high",
    "labs",
    "models",
)


@dataclass(frozen=True)
class Basket:
    """A named choice of Chinese models: for each laboratory its families in order of release."""

    name: str
    title: str
    reason: str
    labs: dict[str, tuple[str, ...]]


@dataclass(frozen=True)
class Claim:
    """What the commentary says of the pair's prices: how many times, and when."""

    times: float
    day: date
    words: str


@cache
def _written() -> dict[str, Any]:
    return tomllib.loads(files("layers.inference_cost").joinpath("baskets.toml").read_text(encoding="utf-8"))


def claim() -> Claim:
    """Read the commentary's claim from `baskets.toml`."""
    raw = _written()["claim"]
    return Claim(float(raw["times"]), raw["date"], str(raw["words"]))


def america() -> str:
    """Name of the line whose newest model stands for the United States."""
    return str(_written()["america"]["name"])


@cache
def baskets() -> tuple[tuple[str, ...], tuple[Basket, ...]]:
    """Read the families of the US flagship, and the baskets, from `baskets.toml`; the first is the rule."""
    raw = _written()
    made = []
    for name, body in raw["baskets"].items():
        labs = {k: tuple(v) for k, v in body.items() if isinstance(v, list)}
        made.append(Basket(name, body["title"], body["reason"], labs))
    return tuple(raw["america"]["families"]), tuple(made)


def price_gap(facts: Facts, on: date) -> pd.DataFrame:
    """Ratio of the US flagship's price to the median of each basket on a day.

    ratio = price of the newest Claude Sonnet / median over laboratories of their newest model in
    the basket; `low`, `high` are the ratios to the dearest and the cheapest of them. A basket
    with fewer than three laboratories on sale gives no row.

    Parameters
    ----------
    facts
        With the record table `prices`.
    on
        The day.

    Returns
    -------
    pandas.DataFrame
        Columns `COLUMNS`; prices in USD per million tokens.
    """
    table = offered(facts, on)
    america, chosen = baskets()
    rows = []
    for measure, column in MEASURES.items():
        held = table.groupby("family")[column].min()
        cheapest = dict(zip(held.index.astype(str), held.to_numpy(), strict=True))
        us = _newest(cheapest, america)
        if us is None:
            continue
        for basket in chosen:
            found = [f for f in (_newest(cheapest, v) for v in basket.labs.values()) if f]
            if len(found) < FEWEST:
                continue
            asked = [p for _, p in found]
            middle = median(asked)
            over = [us[1] / p for p in (middle, max(asked), min(asked))]
            names = "; ".join(f"{family} {p:g}" for family, p in found)
            rows.append((on, basket.name, measure, *us, middle, *over, len(found), names))
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _newest(cheapest: Mapping[str, float], families: tuple[str, ...]) -> tuple[str, float] | None:
    """Return the last of `families` on sale and its price, or None where none is."""
    for family in reversed(families):
        if family in cheapest:
            return family, float(cheapest[family])
    return None


def price_gap_history(facts: Facts) -> pd.DataFrame:
    """`price_gap` at every month end from the first dated price to the state date."""
    prices = facts.table("prices")
    if prices.empty:
        return pd.DataFrame(columns=list(COLUMNS))
    days = month_ends(prices["valid_from"].min().date(), facts.date)
    return pd.concat([price_gap(facts, day) for day in days], ignore_index=True)
