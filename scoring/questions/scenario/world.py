"""What a scenario changes: facts with the tree and the recipe by which they are scored."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from layers.inputs import held
from layers.layer import computed_rows
from layers.observed import admissible, newness
from scoring.index.own_tree import tree_of
from scoring.questions.value.inputs import value_inputs

if TYPE_CHECKING:
    from indicators.facts import Facts
    from indicators.observations import Row
    from layers.inputs import Held
    from scoring.index.framework import Framework
    from scoring.index.recipe import Recipe


@dataclass(frozen=True)
class World:
    """Everything that is scored, and how.

    Attributes
    ----------
    facts : Facts
        At the state date.
    framework : Framework
        The tree.
    recipe : Recipe
        How it is scored.
    """

    facts: Facts
    framework: Framework
    recipe: Recipe

    @classmethod
    def of(cls, facts: Facts, recipe: Recipe) -> World:
        """Return the world of facts, with the tree that the recipe names."""
        return cls(facts, tree_of(facts, recipe.framework), recipe)

    @cached_property
    def inputs(self) -> dict[str, Held]:
        """Inputs of the layers' models and of the value account, by name."""
        return held(self.facts) | value_inputs(self.facts)

    @cached_property
    def computed(self) -> frozenset[str]:
        """Codes of indicators that a layer computes."""
        return frozenset(code for code, it in self.facts.indicators.items() if it.computed_from)

    @cached_property
    def places(self) -> dict[tuple[str, str], int]:
        """Place among the rows of the observation that stands in each cell, by code and economy."""
        best: dict[tuple[str, str], int] = {}
        rows = self.facts.rows
        for place, row in enumerate(rows):
            at = (row["code"], row["economy"])
            if not self.facts.admits(row) or not admissible(row, self.facts.indicators[row["code"]]):
                continue
            if at not in best or newness(row) > newness(rows[best[at]]):
                best[at] = place
        return best

    @cached_property
    def values(self) -> dict[tuple[str, str], float]:
        """Value of every cell that has one, computed ones included, by code and economy."""
        found = {at: float(self.facts.rows[place]["value"]) for at, place in self.places.items()}
        for layer in dict.fromkeys(it.layer for it in self.facts.indicators.values()):
            rows: list[Row] = computed_rows(self.facts, layer)
            found |= {
                (row["code"], row["economy"]): float(row["value"]) for row in rows if row["value"] is not None
            }
        return found
