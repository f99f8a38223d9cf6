"""Mazziotta-Pareto: a mean with a penalty for children that are out of balance."""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray

from layers.unfit import refuse, require
from scoring.index.aggregate.sums import quasi_mean

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def mazziotta_pareto(
    x: Floats, weights: Floats, starts: Ints, *, sign: Literal[-1, 1] = -1, threshold: float = 0.0
) -> Floats:
    """Mean, less (or plus) its coefficient of variation times the spread: ``M + sign S^2 / M``.

    Parameters
    ----------
    x : (B, children, n) array
        Scores in the order of the level, NaN where missing.
    weights : (children, 1), (B, children, 1) or (B, children, n) array
        Weights in the same order.
    starts : (parents,) array of int64
        Where each parent's children start.
    sign : {-1, 1}
        -1 where more is better, so that imbalance costs; 1 where the index measures something bad.
    threshold : float
        Share of its children, by number, that a parent needs.

    Returns
    -------
    (B, parents, n) array

    Raises
    ------
    Unfit
        If a mean is not above 0; the first child of the parent stands for it.

    Notes
    -----
    M is the weighted mean, S^2 the weighted variance over the children of one unit, S / M their coefficient
    of variation. The index of Mazziotta and Pareto takes scores standardised to mean 100 and standard
    deviation 10 (De Muro, Mazziotta and Pareto 2011, Social Indicators Research 104, 1-18): normalise by
    `zscore` with ``mean = 100, sd = 10, ddof = 0``. The adjusted one, which may be compared over time, takes
    scores of 70 to 130 between goalposts (Mazziotta and Pareto 2016, Social Indicators Research 127,
    983-1003): `minmax` with ``lower = 70, upper = 130``.
    """
    require("mazziotta_pareto", "sign", sign, sign in {-1, 1}, "-1 or 1")
    mean = quasi_mean(x, weights, starts, _same, _same, threshold)
    refused = np.zeros((len(mean), *x.shape[1:]), dtype=np.bool_)
    refused[:, starts] = mean <= 0
    refuse("mazziotta_pareto", "a mean above 0", refused)
    parents = np.repeat(np.arange(len(starts)), np.diff([*starts, x.shape[1]]))
    variance = quasi_mean((x - mean[:, parents]) ** 2, weights, starts, _same, _same)
    return mean + sign * variance / mean


def _same(x: Floats) -> Floats:
    return x
