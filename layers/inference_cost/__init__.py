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

__all__ = ["LAYER", "InferenceCost", "price_gap", "price_gap_history"]

MODELLED = {"status": "estimate", "quality": "modelled", "interval_kind": "judgement"}
READ = {"status": "actual", "quality": "industry_estimate", "interval_kind": ""}
PRICED = ("prices", "price_tiers", "workloads", "token_use", "models", "scores", "benchmarks")
TABLES = (*PRICED, *costed.TABLES, "accelerators")


@dataclass(frozen=True)
class InferenceCost:
    """The layer: price offered, cost to produce and competition, from record tables."""

    name: str = "inference_cost"
    tables: tuple[str, ...] = TABLES

    def fit(self, facts: Facts) -> Computed:
        """All values of the layer's computed indicators at the state date of `facts`, with their draws."""
        offered, prices = priced.price_indicators(facts)
        produced, costs = costed.cost_values(facts)
        best = {
            code: chips.best_values(facts.table("accelerators"), column)
            for code, column in chips.SHOWN.items()
        }
        rows = [
            {"code": code, "instrument": ""} | asdict(value) | (READ if isnan(value.low) else MODELLED)
            for code, found in (offered | produced | best).items()
            if code in facts.indicators
            for value in found
            if value.economy in facts.economies
        ]
        joint = tuple(each for each in (prices, costs) if each is not None)
        return Computed(pd.DataFrame(rows, columns=list(COLUMNS)), joint)


LAYER = InferenceCost()
