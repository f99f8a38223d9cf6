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
PRICED = ("prices", "models", "scores", "workloads", "token_use", "price_tiers", "benchmarks")
COSTED = (*costed.TABLES, "accelerators")
TABLES = (*PRICED, *COSTED)


@dataclass(frozen=True)
class InferenceCost:
    """The layer: eight scored indicators computed from record tables, in a simple form."""

    name: str = "inference_cost"
    tables: tuple[str, ...] = TABLES

    def fit(self, facts: Facts) -> Computed:
        """All values of the layer's computed indicators at the state date of `facts`, with their draws."""
        values, joint = priced.price_indicators(facts)
        made, drawn = costed.cost_values(facts)
        values |= made
        for code, column in chips.SHOWN.items():
            values[code] = chips.best_values(facts.table("accelerators"), column)
        rows = [
            {"code": code, "instrument": ""} | asdict(value) | (READ if isnan(value.low) else MODELLED)
            for code, found in values.items()
            if code in facts.indicators
            for value in found
            if value.economy in facts.economies
        ]
        return Computed(pd.DataFrame(rows, columns=list(COLUMNS)), (*joint, *drawn))


LAYER = InferenceCost()
