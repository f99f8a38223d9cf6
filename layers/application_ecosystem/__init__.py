"""Layer 4, application ecosystem: what is computed from the telemetry of AI use and the number of people."""

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
    tables: tuple[str, ...] = ("denominators",)

    def fit(self, facts: Facts) -> Computed:
        """Compute users in millions and the yearly rise of their share at the state date.

        Parameters
        ----------
        facts
            Observations and tables cut by both clocks, the state date and the economies.

        Returns
        -------
        Computed
            One row per indicator and economy that has what it needs.
        """
        from layers.application_ecosystem.assemble import computed

        return computed(facts)


LAYER = ApplicationEcosystem()
