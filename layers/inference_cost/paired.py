"""The cases that stand for a pair when nobody names any: one open model, on own machines at own sites."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from indicators.fault import UsageError
from layers.inference_cost.case import case
from layers.inference_cost.efficiency import FEW
from layers.inference_cost.normals import central
from layers.inference_cost.prices import offered
from layers.inference_cost.prices_paid import book
from layers.inference_cost.shelf import shelf
from layers.inference_cost.token_cost import cost
from layers.inference_cost.why import Why, explain

if TYPE_CHECKING:
    import pandas as pd

    from indicators.facts import Facts
    from layers.inference_cost.case import Case

MODEL: Final = "DeepSeek-V3/R1"
"""The reference, where no model is priced on both sides: the one with most published rates."""
MACHINE: Final = "GB200 NVL72"
"""For an economy without a machine of its own design."""


@dataclass(frozen=True)
class Asked:
    """What a million output tokens with their input are sold for: USD, by whom."""

    price: float
    seller: str


@dataclass(frozen=True)
class Paired:
    """Two cases of one model, their prices where both are known, and the gap taken apart.

    Attributes
    ----------
    a, b : Case
        First and second economy.
    asked : tuple of Asked
        Prices of the same model in the first and the second economy; empty where one is missing.
    why : Why
        Second over first.
    """

    a: Case
    b: Case
    asked: tuple[Asked, ...]
    why: Why


def paired(facts: Facts, a: str, b: str) -> Paired | None:
    """Return the default cases of a pair, or None where a site or the reference model is not known.

    The model is the newest open one of known architecture that a laboratory of one economy sells and clouds
    of the other serve, so that the price gap is of the same tokens; else the reference model, without
    prices. The machine is the cheapest designed at home, else the best of all.
    """
    place = f"paired {a} {b}"
    if place not in facts.kept:
        facts.kept[place] = _paired(facts, a, b)
    found: Paired | None = facts.kept[place]
    return found


def _paired(facts: Facts, a: str, b: str) -> Paired | None:
    try:
        machines = [machine_of(facts, economy) for economy in (a, b)]
        sold = next((each for each in _sold_on_both(facts, a, b)), None)
        model = sold[0] if sold else MODEL
        cases = [case(facts, model, machine, e) for machine, e in zip(machines, (a, b), strict=True)]
    except UsageError:
        return None
    rates = sold[1:] if sold else ()
    asked = tuple(_asked(each, made) for each, made in zip(rates, cases, strict=False))
    prices = (asked[0].price, asked[1].price) if asked else None
    return Paired(cases[0], cases[1], asked, explain(cases[0], cases[1], prices))


def machine_of(facts: Facts, economy: str) -> str:
    """Return the machine designed at home that makes the cheapest tokens, or the best of all without one."""
    held, paid = shelf(facts), book(facts)
    own = [
        name
        for name, each in held.systems.items()
        if each.economy == economy
        and {"capex", "power"} <= paid.machines.get(name, {}).keys()
        and held.efficiency.counts.get(each.vendor, 0) >= FEW
    ]
    costs = {}
    for name in own:
        try:
            costs[name] = float(cost(case(facts, MODEL, name, economy), central()).usd_per_mtok[0])
        except UsageError:
            continue
    return min(costs, key=lambda name: (costs[name], name)) if costs else MACHINE


def key_of(model: str) -> str:
    """Family key of a model of the table `architectures`, as in `DeepSeek-V3.2` -> `deepseek-v3-2`."""
    return model.partition("/")[0].lower().replace(".", "-")


@dataclass(frozen=True)
class _Rates:
    """Prices of input, cached input and output, and who asks them."""

    rates: tuple[float, float, float]
    seller: str


def _sold_on_both(facts: Facts, a: str, b: str) -> list[tuple[str, _Rates, _Rates]]:
    """Models of known architecture with a price in both economies, the newest first."""
    if a == b:
        return []
    listed, hosted = offered(facts, facts.date), facts.table("hosted_prices")
    models = facts.table("architectures").sort_values("released", ascending=False)
    found = []
    for model in models["model"]:
        sides = [_side(listed, hosted, key_of(str(model)), economy) for economy in (a, b)]
        if sides[0] is not None and sides[1] is not None:
            found.append((str(model), sides[0], sides[1]))
    return found


def _side(listed: pd.DataFrame, hosted: pd.DataFrame, family: str, economy: str) -> _Rates | None:
    """Price of a family in an economy: its laboratory's own, else the median of the economy's clouds."""
    own = listed[listed["family"].eq(family) & listed["economy"].eq(economy)]
    if len(own):
        row = own.iloc[0]
        return _Rates((float(row["input"]), float(row["cached"]), float(row["output"])), str(row["lab"]))
    clouds = hosted[hosted["family"].eq(family) & hosted["economy"].eq(economy)]
    if clouds.empty:
        return None
    fresh, output = (float(clouds[f"{name}_usd_per_mtok"].median()) for name in ("input", "output"))
    cached = float(clouds["cache_read_usd_per_mtok"].fillna(clouds["input_usd_per_mtok"]).median())
    return _Rates((fresh, cached, output), ", ".join(sorted(clouds["host"])))


def _asked(side: _Rates, made: Case) -> Asked:
    """Price of a million output tokens with their input, at the mix of the case."""
    fresh, cached, output = side.rates
    kept = float(made.cached.drawn(central())[0])
    per_output = made.work.input_tokens / made.work.output_tokens
    return Asked(output + per_output * ((1.0 - kept) * fresh + kept * cached), side.seller)
