"""Layer 1, frontier capability: gaps to the best model of the world, depth, breadth, openness and output."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from indicators.facts import Facts
    from layers.frontier_capability.prediction import Predicted
    from layers.layer import Computed


class FrontierCapability:
    """Computes the indicators of the layer from the model tables.

    Attributes
    ----------
    name
        Name of the layer.
    tables
        Record tables the layer reads.
    """

    name = "frontier_capability"
    tables: tuple[str, ...] = ("scores", "benchmarks", "arena", "notable")

    def fit(self, facts: Facts) -> Computed:
        """Compute every indicator of the layer at the state date.

        Parameters
        ----------
        facts
            Tables cut by both clocks, the state date and the economies.

        Returns
        -------
        Computed
            One row per indicator and economy that can be placed.
        """
        from layers.frontier_capability.assemble import computed

        return computed(facts)


LAYER = FrontierCapability()


def predict(
    models: str | Sequence[str], benchmarks: str | Sequence[str], facts: Facts | None = None
) -> Predicted:
    """Predict the scores of models on benchmarks, pair by pair: see `prediction.predict`."""
    from layers.frontier_capability import prediction

    return prediction.predict(models, benchmarks, facts)
