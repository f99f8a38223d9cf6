"""Layer 4, application ecosystem: adoption by several instruments on one declared scale, and its pace."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from indicators.facts import Facts
    from layers.layer import Computed


class ApplicationEcosystem:
    """Computes the indicators of the layer that are not published as such.

    Attributes
    ----------
    name
        Name of the layer.
    tables
        Record tables the layer reads.
    """

    name = "application_ecosystem"
    tables: tuple[str, ...] = ("adoption", "denominators")

    def fit(self, facts: Facts) -> Computed:
        """Compute adoption on its declared scales, users in millions and the yearly rise at the state date.

        Parameters
        ----------
        facts
            Observations and tables cut by both clocks, the state date and the economies.

        Returns
        -------
        Computed
            One row per indicator and economy that some instrument covers, and the joint draws.
        """
        from layers.application_ecosystem.assemble import computed

        return computed(facts)


LAYER = ApplicationEcosystem()
