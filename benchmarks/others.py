"""The same work by two libraries of multi-criteria decisions, in a loop over the draws."""

from __future__ import annotations

import importlib.metadata
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from works import Flat

    Floats = NDArray[np.float64]

LIBRARIES = ("scikit-criteria", "pymcdm")


def version(name: str) -> str:
    """Name and version of a library."""
    return f"{name} {importlib.metadata.version(name)}"


def scikit_criteria(flat: Flat, count: int) -> Floats:
    """Score the first draws with scikit-criteria: min-max (once, if the values stay), weighted sum."""
    import skcriteria
    from skcriteria.agg.simple import WeightedSumModel
    from skcriteria.preprocessing.scalers import MinMaxScaler

    scale, add = MinMaxScaler("matrix"), WeightedSumModel()
    _, units, criteria = flat.matrices.shape
    found, up = np.empty((count, units)), [max] * criteria
    once = scale.transform(skcriteria.mkdm(flat.matrices[0], up))
    for k in range(count):
        weights = flat.draws.weights[k]
        if flat.redrawn:
            matrix = scale.transform(skcriteria.mkdm(flat.matrices[k], up, weights=weights))
        else:
            matrix = once.replace(weights=weights)
        found[k] = add.evaluate(matrix).e_.score
    return found


def pymcdm(flat: Flat, count: int) -> Floats:
    """Score the first draws with pymcdm: min-max (once, if the values stay), weighted sum."""
    from pymcdm.helpers import normalize_matrix
    from pymcdm.methods import WSM
    from pymcdm.normalizations import minmax_normalization

    up = np.ones(flat.matrices.shape[2])
    if flat.redrawn:
        model = WSM(normalization_function=minmax_normalization)
        return np.stack([model(flat.matrices[k], flat.draws.weights[k], up) for k in range(count)])
    once = normalize_matrix(flat.matrices[0], minmax_normalization, up)
    model = WSM(normalization_function=lambda column, **_: column)
    return np.stack([model(once, flat.draws.weights[k], up) for k in range(count)])
