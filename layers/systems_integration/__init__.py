"""Layer 3, systems integration: the views by reach, computed from the access table and suppliers' shares."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from indicators.facts import Facts
    from layers.layer import Computed, Part

__all__ = ["LAYER", "SystemsIntegration"]


@dataclass(frozen=True)
class SystemsIntegration:
    """The layer as `scoring` sees it: name, the tables it reads, and `fit`."""

    name: str = "systems_integration"
    tables: tuple[str, ...] = ("access",)

    @property
    def parts(self) -> tuple[Part, ...]:
        """One for each item, with the shares that reach adds up and the access to that item."""
        from layers.layer import Part
        from layers.systems_integration.assemble import REACHES, of_one

        return tuple(
            Part(
                one.code,
                of_one(one),
                self.tables,
                codes=(one.shares,),
                rows={"access": ("item", one.item)},
            )
            for one in REACHES
        )

    def fit(self, facts: Facts) -> Computed:
        """Compute the indicators by reach for the state date.

        Parameters
        ----------
        facts : Facts
            Cut by both clocks; any date.

        Returns
        -------
        Computed
            One row per indicator and economy, with joint draws; none for an indicator whose shares are
            unknown on the date.
        """
        from layers.systems_integration.assemble import computed

        return computed(facts)


LAYER = SystemsIntegration()
