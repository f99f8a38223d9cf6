"""Weighting of the children of one parent: functions of their scores (B, K, n) to weights (B, K)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from scoring.index.weigh.benefit import benefit_of_doubt, shown_best
from scoring.index.weigh.evidence import critic, entropy, pca
from scoring.index.weigh.importance import equal_importance, importances
from scoring.index.weigh.plain import equal, given
from scoring.index.weigh.random import dirichlet, uniform_factor

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np
    from numpy.typing import NDArray

METHODS: Final[dict[str, Callable[..., NDArray[np.float64]]]] = {
    "given": given,
    "equal": equal,
    "pca": pca,
    "entropy": entropy,
    "critic": critic,
    "equal_importance": equal_importance,
    "benefit_of_doubt": benefit_of_doubt,
}
"""Weights (B, K), or (B, K, n) where every unit has its own."""

__all__ = ["METHODS", "dirichlet", "importances", "shown_best", "uniform_factor"]
