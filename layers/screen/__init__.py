"""Screening of units: functions of (B, J, n) arrays that say which of the n units stay."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from layers.screen.availability import availability, available, both, nonzero, zeros

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np
    from numpy.typing import NDArray

METHODS: Final[dict[str, Callable[..., NDArray[np.bool_]]]] = {
    "availability": availability,
    "zeros": zeros,
    "both": both,
}

__all__ = ["METHODS", "available", "nonzero"]
