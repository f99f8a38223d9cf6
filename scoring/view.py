"""One run about a pair, held together while an answer is made from it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from scoring.index.compare import effective_weights

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from indicators.facts import Facts
    from scoring.doubt.ensemble import Ensemble
    from scoring.index.engine import Levels, Plan


@dataclass(frozen=True)
class View:
    """A plan, its nominal run and its draws, seen by a pair.

    Attributes
    ----------
    facts : Facts
        What was scored.
    plan : Plan
        How.
    nominal : Levels
        Every stated value as it stands.
    pair : tuple of str
        Codes, first and second.
    data, setups : Ensemble or None
        The two readings: data only, data and set-ups; None where nothing was drawn.
    unbiased : Ensemble or None
        Data only, without the errors that an economy has in a whole family of sources.
    """

    facts: Facts
    plan: Plan
    nominal: Levels
    pair: tuple[str, str]
    data: Ensemble | None = None
    setups: Ensemble | None = None
    unbiased: Ensemble | None = None

    @cached_property
    def places(self) -> tuple[int, int]:
        """Places of the pair among the units."""
        units = self.plan.grid.units
        return units.index(self.pair[0]), units.index(self.pair[1])

    @cached_property
    def weights(self) -> NDArray[np.float64]:
        """(J, n): effective weight of each indicator in its layer for each unit."""
        return effective_weights(self.plan, self.nominal)

    def score(self, node: str, place: int) -> float | None:
        """Nominal score of a unit, None where it is not scored."""
        return known(self.nominal.scores[0, self.nominal.nodes.index(node), place])

    def gap(self, node: str) -> float | None:
        """Nominal gap of the pair, None where one of them is not scored."""
        first, second = (self.score(node, place) for place in self.places)
        return None if first is None or second is None else first - second


def known(x: float | np.float64) -> float | None:
    """Return a plain number, or None for one that is missing."""
    return float(x) if math.isfinite(x) else None
