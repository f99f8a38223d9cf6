"""Arithmetic, geometric, harmonic and power means; the last three take positive scores only."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from layers.unfit import refuse, require
from scoring.index.aggregate.sums import quasi_mean

if TYPE_CHECKING:
    from collections.abc import Callable

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def arithmetic(x: Floats, weights: Floats, starts: Ints, *, threshold: float = 0.0) -> Floats:
    """Weighted mean ``sum w x / sum w``.

    Parameters
    ----------
    x : (B, children, n) array
        Scores in the order of the level, NaN where missing: a missing child passes its weight on.
    weights : (children, 1), (B, children, 1) or (B, children, n) array
        Weights in the same order.
    starts : (parents,) array of int64
        Where each parent's children start.
    threshold : float
        Share of its children, by number, that a parent needs.

    Returns
    -------
    (B, parents, n) array
    """
    return quasi_mean(x, weights, starts, _same, _same, threshold)


def geometric(
    x: Floats, weights: Floats, starts: Ints, *, lowest: Floats | float | None = None, threshold: float = 0.0
) -> Floats:
    """Weighted geometric mean ``exp(sum w log x / sum w)``.

    Parameters
    ----------
    x, weights, starts, threshold
        As of `arithmetic`.
    lowest : scalar or (B, 1, 1) array, optional
        Scores below are lifted to it.

    Raises
    ------
    Unfit
        If a score with a weight is not above 0 and nothing lifts it.
    """
    lifted = _positive("geometric", x, weights, lowest)
    return quasi_mean(lifted, weights, starts, np.log, np.exp, threshold)


def harmonic(
    x: Floats, weights: Floats, starts: Ints, *, lowest: Floats | float | None = None, threshold: float = 0.0
) -> Floats:
    """Weighted harmonic mean ``sum w / sum (w / x)``; parameters and errors as of `geometric`."""
    lifted = _positive("harmonic", x, weights, lowest)
    return quasi_mean(lifted, weights, starts, np.reciprocal, np.reciprocal, threshold)


def power(
    x: Floats,
    weights: Floats,
    starts: Ints,
    *,
    p: float,
    lowest: Floats | float | None = None,
    threshold: float = 0.0,
) -> Floats:
    """Weighted power mean ``(sum w x^p / sum w)^(1 / p)``; parameters and errors as of `geometric`.

    Notes
    -----
    ``p = 0`` is the limit, the geometric mean; 1 is the arithmetic and -1 the harmonic mean. Powers above 0
    take scores of 0 as well.
    """
    require("power", "p", p, math.isfinite(p), "a number")
    if p == 0:
        return geometric(x, weights, starts, lowest=lowest, threshold=threshold)
    lifted = _positive("power", x, weights, lowest) if p < 0 else _whole(x, weights, lowest)
    return quasi_mean(lifted, weights, starts, _to(p), _to(1 / p), threshold)


def _to(p: float) -> Callable[[Floats], Floats]:
    return lambda x: np.power(x, p)


def _same(x: Floats) -> Floats:
    return x


def _whole(x: Floats, weights: Floats, lowest: Floats | float | None) -> Floats:
    """Lift scores, or refuse negative ones."""
    if lowest is not None:
        return np.maximum(x, lowest)
    wrong = x < 0
    if wrong.any():
        refuse("power", "scores of 0 or more", np.atleast_3d(wrong & (weights > 0)))
        return np.where(wrong, 0.0, x)
    return x


def _positive(method: str, x: Floats, weights: Floats, lowest: Floats | float | None) -> Floats:
    """Lift scores, or refuse what is not positive; NaN stays NaN."""
    if lowest is not None:
        return np.maximum(x, lowest)
    wrong = x <= 0
    if wrong.any():
        refuse(method, "scores above 0", np.atleast_3d(wrong & (weights > 0)))
        return np.where(wrong, 1.0, x)
    return x
