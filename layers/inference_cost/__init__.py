"""Layer 2, inference cost: what a token is sold for, and what it costs to make."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from math import isnan
from typing import TYPE_CHECKING

import pandas as pd

from layers.inference_cost import chips, costed, priced
from layers.inference_cost.gap import price_gap, price_gap_history
from layers.layer import COLUMNS, Computed

if TYPE_CHECKING:
    from indicators.facts import Facts
    from layers.inference_cost.value import Value

__all__ = ["LAYER", "InferenceCost", "price_gap", "price_gap_history"]

MODELLED = {"status": "estimate", "quality": "modelled", "interval_kind": "judgement"}
READ = {"status": "actual", "quality": "industry_estimate", "interval_kind": ""}
PRICED = ("prices", "models", "scores", "workloads", "token_use", "price_tiers", "benchmarks")
COSTED = ("sites", "system_costs", "accelerators", "access")
TABLES = (*PRICED, *COSTED)


@dataclass(frozen=True)
class InferenceCost:
    """The layer: eight scored indicators computed from record tables, in a simple form."""

    name: str = "inference_cost"
    tables: tuple[str, ...] = TABLES

    def fit(self, facts: Facts) -> Computed:
        """All values of the layer's computed indicators at the state date of `facts`, with their draws."""
        tables = {name: facts.table(name) for name in COSTED}
        values, joint = priced.price_indicators(facts)
        values |= cost_values(tables, facts.economies, facts)
        rows = [
            {"code": code, "instrument": ""} | asdict(value) | (READ if isnan(value.low) else MODELLED)
            for code, found in values.items()
            if code in facts.indicators
            for value in found
            if value.economy in facts.economies
        ]
        return Computed(pd.DataFrame(rows, columns=list(COLUMNS)), joint)


def cost_values(
    tables: dict[str, pd.DataFrame], economies: tuple[str, ...], facts: Facts
) -> dict[str, list[Value]]:
    """Values of the pillar cost to produce, by indicator code."""
    values = {"token_cost_site_ratio": costed.site_values(tables["sites"], tables["system_costs"])}
    values["token_cost_hardware_ratio"] = costed.hardware_values(tables, economies, facts.date)
    values["token_cost_own_stack_ratio"] = costed.own_stack_values(tables, facts.date)
    for code, column in chips.SHOWN.items():
        values[code] = chips.best_values(tables["accelerators"], column)
    return values


LAYER = InferenceCost()
