"""Uncertain inputs of the layers' models by name: what each is now and what it may be."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final, NamedTuple

from indicators.fault import UsageError
from layers.inference_cost.limits import LIMITS
from layers.inference_cost.prices_paid import PREFIX, book
from layers.inference_cost.repriced import PREFIX as PREFIX_OF_PRICES

if TYPE_CHECKING:
    from indicators.facts import Facts
    from layers.inference_cost.amount import Amount

PRICE: Final = PREFIX_OF_PRICES
"""Begins the names of the factors on the list prices of an economy's laboratories."""
CONSTANT: Final = {
    "cached_input_share": "cached",
    "power_drawn_share": "load",
    "operation_per_kw_hour": "operation",
    "tokens_per_step_with_draft": "tokens_per_step",
}
"""Constants of the token cost that its cases call by another name."""
UNIT: Final = {
    "capex": "USD per accelerator",
    "power": "kW per accelerator",
    "electricity": "USD per kWh",
    "construction": "USD per watt of IT load",
    "temperature": "degrees C",
    "cost_of_capital": "a year",
    "utilisation": "share of hours",
    "it_life": "years",
    "facility_life": "years",
    "latency": "seconds a token",
}


class Held(NamedTuple):
    """An input as it stands.

    Attributes
    ----------
    value, low, high : float
        Median, 5 and 95 % points.
    least, most : float
        What it may be.
    unit : str
        Its unit, empty where it has none.
    """

    value: float
    low: float
    high: float
    least: float
    most: float
    unit: str


def held(facts: Facts) -> dict[str, Held]:
    """Every input that the layers' models take, by name, as it stands in these facts."""
    found = {f"{PREFIX}{name}": _cost(name, each) for name, each in _amounts(facts).items()}
    if "prices" in facts.catalogue.tables:
        for economy in facts.economies:
            given = facts.inputs.get(f"{PRICE}{economy}")
            ends = (1.0, 1.0, 1.0) if given is None else (given.value, given.value, given.value)
            found[f"{PRICE}{economy}"] = Held(*ends, 0.001, 1000.0, "times the list price")
    return found


def _amounts(facts: Facts) -> dict[str, Amount]:
    try:
        read = book(facts)
    except (UsageError, KeyError):  # no tables, or a constant that is not known on the date
        return {}
    places = {f"{name}.{economy}": each for economy, own in read.sites.items() for name, each in own.items()}
    places |= {
        f"{name}.{system}": each for system, own in read.machines.items() for name, each in own.items()
    }
    return {**read.constants, **places}


def _cost(name: str, each: Amount) -> Held:
    what = name.partition(".")[0]
    least, most, _ = LIMITS.get(CONSTANT.get(what, what), (-math.inf, math.inf, ""))
    if what not in {"temperature", "pue_free_temperature"}:
        least = max(least, 0.0)
    return Held(each.value, each.low, each.high, least, most, UNIT.get(what, ""))
