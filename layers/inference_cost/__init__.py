"""Layer 2, inference cost: what a token is sold for, and what it costs to make."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from math import isnan
from typing import TYPE_CHECKING

import pandas as pd

from layers.inference_cost import chips, costed, priced, repriced
from layers.inference_cost.gap import price_gap, price_gap_history
from layers.layer import COLUMNS, Computed, Part

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from indicators.facts import Facts
    from layers.inference_cost.value import Value
    from layers.posterior import Posterior

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

    @property
    def parts(self) -> tuple[Part, ...]:
        """Price offered with competition, cost to produce, best chips: each from tables of its own."""
        return (
            Part("prices", price_part, PRICED, inputs=repriced.PREFIX, refit=_repriced),
            Part(
                "costs", cost_part, costed.TABLES, inputs="token_cost.", rows={"access": ("item", "accel_*")}
            ),
            Part("chips", chip_part, ("accelerators",)),
        )

    def fit(self, facts: Facts) -> Computed:
        """All values of the layer's computed indicators at the state date of `facts`, with their draws."""
        made = [part.fit(facts) for part in self.parts]
        rows = [row for each in made for row in each.rows.to_dict("records")]
        frame = pd.DataFrame(rows, columns=list(COLUMNS))
        return Computed(frame, tuple(joint for each in made for joint in each.posteriors))

    def store(self, facts: Facts, folder: Path) -> list[Path]:
        """Store what a change of prices starts from, beside the values of the layer."""
        return [repriced.write(facts, PRICED, folder)]


def price_part(facts: Facts) -> Computed:
    """Compute what is offered, at what price, by how many, at the prices of the tables."""
    return _computed(facts, *priced.price_indicators(facts))


def _repriced(before: Facts, after: Facts) -> Computed:
    """Compute prices of changed facts: today's market again where only factors on its prices changed."""
    if after.touched(before).tables & set(PRICED):
        return price_part(after)
    return repriced.repriced(before, after, PRICED)


def cost_part(facts: Facts) -> Computed:
    """Compute what a token costs to make."""
    return _computed(facts, *costed.cost_values(facts))


def chip_part(facts: Facts) -> Computed:
    """Compute the best chips designed at home."""
    table = facts.table("accelerators")
    return _computed(facts, {code: chips.best_values(table, column) for code, column in chips.SHOWN.items()})


def _computed(facts: Facts, found: Mapping[str, Sequence[Value]], joint: Posterior | None = None) -> Computed:
    rows = [
        {"code": code, "instrument": ""} | asdict(value) | (READ if isnan(value.low) else MODELLED)
        for code, values in found.items()
        if code in facts.indicators
        for value in values
        if value.economy in facts.economies
    ]
    return Computed(pd.DataFrame(rows, columns=list(COLUMNS)), () if joint is None else (joint,))


LAYER = InferenceCost()
