"""Layer 2, inference cost: what a token is sold for, and what it costs to make."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from math import isnan
from typing import TYPE_CHECKING

import pandas as pd

from layers.frontier_capability import capability
from layers.inference_cost import chips, costed, priced
from layers.inference_cost.gap import price_gap, price_gap_history
from layers.layer import COLUMNS, Computed

if TYPE_CHECKING:
    from indicators.facts import Facts
    from layers.inference_cost.value import Value

__all__ = ["LAYER", "InferenceCost", "price_gap", "price_gap_history"]

MODELLED = {"status": "estimate", "quality": "modelled", "interval_kind": "judgement"}
READ = {"status": "actual", "quality": "industry_estimate", "interval_kind": ""}
TABLES = ("prices", "models", "scores", "sites", "system_costs", "accelerators", "access")


@dataclass(frozen=True)
class InferenceCost:
    """The layer: eight scored indicators computed from record tables, in a simple form."""

    name: str = "inference_cost"
    tables: tuple[str, ...] = TABLES

    def fit(self, facts: Facts) -> Computed:
        """All values of the layer's computed indicators at the state date of `facts`."""
        tables = {name: facts.table(name) for name in self.tables}
        values = computed(tables, facts.economies, facts)
        rows = [
            {"code": code, "instrument": ""} | asdict(value) | (READ if isnan(value.low) else MODELLED)
            for code, found in values.items()
            if code in facts.indicators
            for value in found
            if value.economy in facts.economies
        ]
        return Computed(pd.DataFrame(rows, columns=list(COLUMNS)))


def computed(
    tables: dict[str, pd.DataFrame], economies: tuple[str, ...], facts: Facts
) -> dict[str, list[Value]]:
    """Values by indicator code."""
    on, prices, models = facts.date, tables["prices"], tables["models"]
    releases = capability.releases(models, tables["scores"])
    now = priced.market_on(prices, releases, models, on) if not prices.empty else None
    values: dict[str, list[Value]] = {}
    if now is not None:
        values |= {code: priced.tier_values(now, gap) for code, gap in priced.TIERS.items()}
        values["price_front_share"] = priced.front_values(prices, releases, models, on)
        values["labs_within_2x_of_cheapest"] = priced.contested_values(now)
    values["token_cost_site_ratio"] = costed.site_values(tables["sites"], tables["system_costs"])
    values["token_cost_hardware_ratio"] = costed.hardware_values(tables, economies, on)
    values["token_cost_own_stack_ratio"] = costed.own_stack_values(tables, on)
    for code, column in chips.SHOWN.items():
        values[code] = chips.best_values(tables["accelerators"], column)
    return values


LAYER = InferenceCost()
