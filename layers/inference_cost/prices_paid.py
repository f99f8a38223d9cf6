"""What a site and a system cost: amounts with their ranges, read from the tables sites and system_costs."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from indicators.fault import UsageError, unknown
from layers.inference_cost.amount import RATIO, SHARE, Amount, amount, fixed
from layers.inference_cost.rates import Work

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from indicators.facts import Facts
    from indicators.schema import Quantity
    from layers.inference_cost.architecture import Architecture

PUE_DOUBT = 0.1  # the temperature model against surveys (China 1.49 in 2021, Google 1.10 in 2024)
LEAST_PUE = 1.02  # below any published fleet
CONSTANTS = (
    "cost_of_capital",
    "it_life",
    "facility_life",
    "power_drawn_share",
    "operation_per_kw_hour",
    "pue_base",
    "pue_per_degree",
    "pue_free_temperature",
    "input_tokens_per_output",
    "cached_input_share",
    "held_tokens",
    "utilisation",
    "tokens_per_step_with_draft",
    "latency",
)
PREFIX = "token_cost."
SITE = {
    "electricity": "industrial_electricity_price",
    "construction": "datacentre_construction_cost",
    "temperature": "warmest_month_temperature",
    "cost_of_capital": "cost_of_capital",
}
MACHINE = {"capex": "purchase_cost_per_accelerator", "power": "it_power_per_accelerator"}


@dataclass(frozen=True)
class Book:
    """Amounts by name.

    Attributes
    ----------
    constants : dict
        The same everywhere.
    sites : dict
        Amounts by economy and name; `temperature` in degrees.
    machines : dict
        Purchase cost and power by system.
    """

    constants: dict[str, Amount]
    sites: dict[str, dict[str, Amount]]
    machines: dict[str, dict[str, Amount]]

    @property
    def latency(self) -> float:
        """Seconds that a user waits for a token."""
        return self.constants["latency"].value

    @property
    def cached(self) -> Amount:
        """Share of the input that need not be read again."""
        return self.constants["cached_input_share"]

    def work(self, model: Architecture) -> Work:
        """Return the requests of the reference traffic: R input tokens per output token and H held give both.

        H = input + output / 2 and input = R output, so output = H / (R + 1/2).
        """
        per_output, held = (self.constants[name].value for name in ("input_tokens_per_output", "held_tokens"))
        written = held / (per_output + 0.5)
        drafted = self.constants["tokens_per_step_with_draft"].value if model.draft_layers else 1.0
        return Work(per_output * written, written, held, drafted)

    def amounts(
        self, system: str, economy: str, given: Mapping[str, Amount] | None = None
    ) -> dict[str, Amount]:
        """Amounts of a case by field; `given` stands in for what is known of the system.

        Raises
        ------
        UsageError
            If the economy has no site, or the system no price or power on record.
        """
        machine, site = self._machine(system, given or {}), self._site(economy)
        shared = {name: self.constants[name] for name in ("it_life", "facility_life", "utilisation")}
        return {
            **machine,
            **{name: site[name] for name in ("electricity", "construction")},
            **shared,
            "pue": self.pue(economy),
            "cost_of_capital": site.get("cost_of_capital", self.constants["cost_of_capital"]),
            "operation": self.constants["operation_per_kw_hour"],
            "load": self.constants["power_drawn_share"],
        }

    def pue(self, economy: str) -> Amount:
        """Facility over IT power by the warmest month: base + slope x degrees above the free temperature."""
        base, slope, free = (
            self.constants[name] for name in ("pue_base", "pue_per_degree", "pue_free_temperature")
        )
        temperature = self._site(economy)["temperature"]
        value = base.value + slope.value * max(temperature.value - free.value, 0.0)
        found = amount(value, value - PUE_DOUBT, value + PUE_DOUBT, f"pue {economy}", base.source, RATIO)
        return replace(found, least=LEAST_PUE)

    def _machine(self, system: str, given: Mapping[str, Amount]) -> dict[str, Amount]:
        found = self.machines.get(system, {}) | dict(given)
        lacking = [name for name in MACHINE if name not in found]
        if lacking:
            priced = sorted(name for name, held in self.machines.items() if set(MACHINE) <= held.keys())
            words = {"capex": "purchase cost (give --capex USD)", "power": "power (give --power kW)"}
            message = (
                f"{system} has no {' and no '.join(words[name] for name in lacking)} on record; "
                f"priced: {', '.join(priced)}"
            )
            raise UsageError(message)
        return found

    def _site(self, economy: str) -> dict[str, Amount]:
        if economy not in self.sites:
            raise unknown("site", economy, self.sites)
        return self.sites[economy]


def book(facts: Facts) -> Book:
    """Return the amounts of these facts; read once.

    An input of the facts named `token_cost.utilisation`, `token_cost.electricity.CHN` or
    `token_cost.capex.Ascend 910C` stands in for the amount of the tables.

    Raises
    ------
    UsageError
        If a constant is not known yet on the date, or an input names no amount.
    """
    place = "token cost book"
    if place not in facts.kept:
        read = opened(facts.table("system_costs"), facts.table("sites"))
        facts.kept[place] = _with_inputs(read, facts.inputs)
    found: Book = facts.kept[place]
    return found


def _with_inputs(read: Book, inputs: Mapping[str, Quantity]) -> Book:
    constants = dict(read.constants)
    sites = {economy: dict(held) for economy, held in read.sites.items()}
    machines = {system: dict(held) for system, held in read.machines.items()}
    for name, given in inputs.items():
        if not name.startswith(PREFIX):
            continue
        what, _, where = name.removeprefix(PREFIX).partition(".")
        held = (machines if what in MACHINE else sites).get(where) if where else constants
        known = SITE.keys() | MACHINE.keys() if where else constants.keys()
        if held is None or what not in known:
            kind = "input of the token cost"
            raise unknown(kind, name, _input_names(read))
        held[what] = _quantity(given, held.get(what), name)
    return Book(constants, sites, machines)


def _quantity(given: Quantity, before: Amount | None, name: str) -> Amount:
    """Return the amount of an input, drawn on the scale of the one it stands in for."""
    low = given.value if given.low is None else given.low
    high = given.value if given.high is None else given.high
    made = amount(given.value, low, high, name, given.source)
    return made if before is None else replace(made, scale=before.scale, least=before.least)


def _input_names(read: Book) -> list[str]:
    places = [f"{PREFIX}{name}.{economy}" for economy, held in read.sites.items() for name in held]
    places += [f"{PREFIX}{name}.{system}" for system, held in read.machines.items() for name in held]
    return [*(PREFIX + name for name in read.constants), *places]


def opened(system_costs: pd.DataFrame, sites: pd.DataFrame) -> Book:
    """Build from the two tables; the newest row of a quantity counts whole."""
    used = system_costs[system_costs["used"].astype(bool)].sort_values("date")
    constants = {
        str(row["metric"]): _constant(row)
        for row in used[used["system"].eq("all")].to_dict("records")
        if row["metric"] in CONSTANTS
    }
    missing = sorted(set(CONSTANTS) - constants.keys())
    if missing:
        message = f"the cost of a token needs {', '.join(missing)}: not known on this date"
        raise UsageError(message)
    machines: dict[str, dict[str, Amount]] = {}
    fields = {metric: name for name, metric in MACHINE.items()}
    for row in used[used["metric"].isin(fields)].to_dict("records"):
        name = fields[row["metric"]]
        machines.setdefault(str(row["system"]), {})[name] = _amount(row, f"{name} {row['system']}")
    return Book(constants, _sites(sites), machines)


def _sites(sites: pd.DataFrame) -> dict[str, dict[str, Amount]]:
    found: dict[str, dict[str, Amount]] = {}
    rows = sites[sites["role"].eq("central")].sort_values("date").to_dict("records")
    names = {quantity: name for name, quantity in SITE.items()}
    for row in rows:
        name = names[row["quantity"]]
        found.setdefault(str(row["economy"]), {})[name] = _amount(row, f"{name} {row['economy']}")
    built = [held["construction"] for held in found.values() if "construction" in held]
    if not built:
        return {}
    mean = _mean(built)
    return {
        economy: {"construction": mean} | held
        for economy, held in found.items()
        if {"electricity", "temperature"} <= held.keys()
    }


def _mean(amounts: list[Amount]) -> Amount:
    """Stand in where no figure exists: the mean of the others, within their range."""
    values = np.array([each.value for each in amounts])
    source = "assumed: mean of the other economies, no figure of its own"
    return amount(
        float(values.mean()), float(values.min()), float(values.max()), "construction of none", source
    )


SHARES = ("power_drawn_share", "utilisation", "cached_input_share")


def _constant(row: Mapping[Any, Any]) -> Amount:
    scale = SHARE if row["metric"] in SHARES else None
    found = _amount(row, str(row["metric"]))
    return replace(found, scale=scale) if scale is not None else found


def _amount(row: Mapping[Any, Any], name: str) -> Amount:
    value = float(row["value"])
    if np.isnan(row["low"]) and np.isnan(row["high"]):
        return fixed(value, str(row["source"]))
    return amount(value, float(row["low"]), float(row["high"]), name, str(row["source"]))
