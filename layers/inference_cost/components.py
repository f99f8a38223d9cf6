"""How far the effects on the efficiency of software spread: estimated from the measured rates."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from layers.inference_cost.efficiency import BEFORE, BEFORE_SPREAD, SPREADS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from layers.inference_cost.efficiency import Key

    Floats = NDArray[np.float64]

USUAL, WIDTH = 0.15, 0.7  # an effect is expected within a factor of two or so of 0.15: few levels say little


def components(keys: Sequence[Key], logs: Floats) -> dict[str, float]:
    """Estimate the standard deviation of every effect, and of the residual, from rows.

    Parameters
    ----------
    keys
        What each row measures.
    logs : (n,) array
        Logarithm of measured over ideal rate.

    Notes
    -----
    Maximum of the normal likelihood of the rows, whose covariance is the sum over effects of s^2 for rows
    of one level, plus the residual, plus that of the common level; each log s is drawn towards log 0.15
    with a standard deviation of 0.7. By Nelder and Mead.
    """
    from scipy.optimize import minimize

    same = [_same([key.levels()[effect] for key in keys]) for effect in SPREADS]
    error = np.asarray(logs) - BEFORE

    def loss(scales: Floats) -> float:
        spread = np.exp(scales)
        covariance = spread[0] ** 2 * np.eye(len(error)) + BEFORE_SPREAD**2
        for weight, pairs in zip(spread[1:], same, strict=True):
            covariance = covariance + weight**2 * pairs
        root = np.linalg.cholesky(covariance)
        scaled = np.linalg.solve(root, error)
        fit = 0.5 * float(scaled @ scaled) + float(np.log(np.diag(root)).sum())
        return fit + 0.5 * float((((scales[1:] - np.log(USUAL)) / WIDTH) ** 2).sum())

    start = np.log(np.full(len(SPREADS) + 1, USUAL))
    steps: Any = {"maxiter": 3000, "xatol": 0.01, "fatol": 0.01}
    found = minimize(loss, start, method="Nelder-Mead", options=steps)
    return dict(zip(("residual", *SPREADS), map(float, np.exp(found.x)), strict=True))


def _same(levels: Sequence[str]) -> Floats:
    """Return 1 where two rows have the same level, else 0, (n, n)."""
    column = np.array(levels)
    return np.asarray(column[:, None] == column[None, :], dtype=np.float64)
