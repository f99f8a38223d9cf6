"""Normalisation: one family of methods a file, functions on (B, J, n) arrays; more is better after."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from layers.normalise.limits import FEWEST, constant
from layers.normalise.posts import distance_to_target, goalposts, none, scaled
from layers.normalise.range import distance_to_maximum, distance_to_reference, fraction_of_maximum, minmax
from layers.normalise.ranks import borda, classes, percentile, rank
from layers.normalise.standard import zcdf, zscore

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np
    from numpy.typing import NDArray

METHODS: Final[dict[str, Callable[..., NDArray[np.float64]]]] = {
    "goalposts": goalposts,
    "none": none,
    "minmax": minmax,
    "zcdf": zcdf,
    "percentile": percentile,
    "zscore": zscore,
    "rank": rank,
    "borda": borda,
    "scaled": scaled,
    "distance_to_maximum": distance_to_maximum,
    "distance_to_reference": distance_to_reference,
    "distance_to_target": distance_to_target,
    "fraction_of_maximum": fraction_of_maximum,
    "classes": classes,
}

__all__ = ["FEWEST", "METHODS", "constant"]
