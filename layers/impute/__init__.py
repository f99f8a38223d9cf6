"""Imputation: one family of methods a file, functions of (B, J, n) arrays and what is known of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from layers.impute.alike import neighbours, regression
from layers.impute.columns import group_mean, group_median, mean, median, none, value
from layers.impute.context import Context, Imputed
from layers.impute.panel import constant, latest, linear, linear_constant
from layers.impute.rows import row_mean, row_median

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np
    from numpy.typing import NDArray

METHODS: Final[dict[str, Callable[[NDArray[np.float64], Context], Imputed]]] = {
    "none": none,
    "mean": mean,
    "median": median,
    "group_mean": group_mean,
    "group_median": group_median,
    "row_mean": row_mean,
    "row_median": row_median,
    "latest": latest,
    "linear": linear,
    "linear_constant": linear_constant,
    "constant": constant,
    "neighbours": neighbours,
    "regression": regression,
    "value": value,
}

__all__ = ["METHODS", "Context", "Imputed"]
