"""Aggregation of one level: from (B, children, n) arrays, in the order of the level, to (B, parents, n)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from scoring.index.aggregate.benefit import benefit_of_doubt
from scoring.index.aggregate.copeland import copeland, outranking
from scoring.index.aggregate.mazziotta import mazziotta_pareto
from scoring.index.aggregate.means import arithmetic, geometric, harmonic, power
from scoring.index.aggregate.order import median, minimum

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np
    from numpy.typing import NDArray

METHODS: Final[dict[str, Callable[..., NDArray[np.float64]]]] = {
    "arithmetic": arithmetic,
    "geometric": geometric,
    "harmonic": harmonic,
    "power": power,
    "minimum": minimum,
    "median": median,
    "copeland": copeland,
    "mazziotta_pareto": mazziotta_pareto,
    "benefit_of_doubt": benefit_of_doubt,
}

__all__ = ["METHODS", "outranking"]
