"""Treatment of outliers: one family of methods a file, functions on (B, J, n) arrays, units last."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from layers.treat.moments import fails, skew_kurtosis
from layers.treat.treated import MARKS, Treated
from layers.treat.two_stage import TRANSFORMS, two_stage
from layers.treat.winsorise import winsorise

if TYPE_CHECKING:
    from collections.abc import Callable

METHODS: Final[dict[str, Callable[..., Treated]]] = {
    **TRANSFORMS,
    "winsorise": winsorise,
    "two_stage": two_stage,
}

__all__ = ["MARKS", "METHODS", "Treated", "fails", "skew_kurtosis"]
