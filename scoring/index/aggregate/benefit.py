"""Benefit of the doubt as an aggregate: the score of every unit under the weights that show it best."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from layers.unfit import Unfit
from scoring.index.aggregate.sums import enough
from scoring.index.weigh import shown_best

if TYPE_CHECKING:
    Mask = NDArray[np.bool_]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def benefit_of_doubt(  # noqa: PLR0913 - the bounds are the method, the rest what every aggregate has
    x: Floats,
    weights: Floats,
    starts: Ints,
    *,
    reference: Mask | None = None,
    least: float = 0.0,
    most: float = 1.0,
    threshold: float = 0.0,
) -> Floats:
    """Score each unit under the weights that bring it nearest to the best, one linear programme a unit.

    Parameters
    ----------
    x : (B, children, n) array
        Scores in the order of the level, not negative, NaN where missing.
    weights : (children, 1) or (B, children, 1) array
        Only whether they are zero matters: such a child is left out.
    starts : (parents,) array of int64
        Where each parent's children start.
    reference : (n,) array of bool, optional
        Units that set the standard; all by default.
    least, most : float
        Bounds of the share that one child may have in a unit's result.
    threshold : float
        Share of its children, by number, that a parent needs.

    Returns
    -------
    (B, parents, n) array
        100 for a unit that none surpasses under its own weights.

    Raises
    ------
    Unfit
        If a score is negative, or the bounds leave no shares that add to 1.
    """
    everyone = np.ones(x.shape[-1], dtype=np.bool_) if reference is None else reference
    ends = [*starts[1:].tolist(), x.shape[1]]
    left = np.where(np.broadcast_to(weights > 0, np.broadcast_shapes(x.shape, weights.shape)), x, np.nan)
    parts = []
    for start, end in zip(starts.tolist(), ends, strict=True):
        try:
            parts.append(shown_best(left[:, start:end], everyone, least=least, most=most)[1])
        except Unfit as unfit:
            cells = tuple((row + start, column) for row, column in unfit.cells)
            raise Unfit(unfit.method, unfit.need, cells) from None
    return np.where(enough(np.isfinite(x), starts, threshold), np.stack(parts, axis=1), np.nan)
