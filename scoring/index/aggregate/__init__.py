"""Aggregation of one level: methods on (B, children, n) arrays, in the order of the level, to (B, parents, n)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from scoring.index.aggregate.means import arithmetic, geometric, harmonic, power

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np
    from numpy.typing import NDArray

METHODS: Final[dict[str, Callable[..., NDArray[np.float64]]]] = {
    "arithmetic": arithmetic,
    "geometric": geometric,
    "harmonic": harmonic,
    "power": power,
}

__all__ = ["METHODS"]
