"""Weights around the nominal ones, from numbers that were drawn elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from scoring.index.weigh.shares import shares

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

Floats = NDArray[np.float64]


def uniform_factor(given: ArrayLike, drawn: Floats, *, spread: float = 0.25) -> Floats:
    """Multiply each weight by a factor between 1 - spread and 1 + spread, then divide by the sum.

    Parameters
    ----------
    given : (K,) or (B, K) array
        Nominal weights of the children of one parent.
    drawn : (B, K) array
        Uniform on 0 to 1.
    spread : float
        Half the width of the factors, below 1.

    Returns
    -------
    (B, K) array
        Adding to 1.
    """
    factor = 1.0 + spread * (2.0 * drawn - 1.0)
    return shares("uniform_factor", np.asarray(given, dtype=np.float64) * factor)


def concentration(cv: float, weight: float) -> float:
    """Give the concentration of a Dirichlet under which a weight has a coefficient of variation.

    Parameters
    ----------
    cv : float
        Standard deviation over mean.
    weight : float
        The mean.

    Returns
    -------
    float
        ``(1 - w) / (w cv^2) - 1``, from the variance ``w (1 - w) / (c + 1)``.
    """
    return (1.0 - weight) / (weight * cv * cv) - 1.0


def dirichlet(given: ArrayLike, rng: np.random.Generator, size: int, *, cv: float = 0.2) -> Floats:
    """Draw weights around the nominal ones from a Dirichlet distribution.

    Parameters
    ----------
    given : (K,) array
        Nominal weights; a child without one gets none, and one that is alone keeps its weight.
    rng : numpy.random.Generator
        Where the numbers come from.
    size : int
        B, the draws.
    cv : float
        Coefficient of variation that a weight of 1 / K has, K children with a weight.

    Returns
    -------
    (B, K) array
        Adding to 1; their mean is the nominal weight.
    """
    nominal = shares("dirichlet", np.asarray(given, dtype=np.float64))
    weighted = np.count_nonzero(nominal)
    if weighted < 2:
        return np.broadcast_to(nominal, (size, len(nominal)))
    gamma = rng.standard_gamma(concentration(cv, 1 / weighted) * nominal, size=(size, len(nominal)))
    return np.asarray(gamma / gamma.sum(axis=1, keepdims=True))
