"""Weights under which every child matters the same for the parent, within bounds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from layers.unfit import Unfit, refuse
from scoring.index.weigh.shares import common, shares

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]


def equal_importance(  # noqa: PLR0913 - the measure, the target and the bounds are the method
    x: Floats,
    given: ArrayLike,
    reference: Mask,
    *,
    of: Literal["correlation", "variance"] = "correlation",
    least: float = 0.0,
    most: float = 1.0,
    target: ArrayLike | None = None,
) -> Floats:
    """Find the weights under which the children are as important as they are meant to be.

    Parameters
    ----------
    x : (B, K, n) array
        Scores of the K children of one parent, NaN where missing.
    given : (K,) or (B, K) array
        Where the search starts.
    reference : (n,) array of bool
        Units that count; those that miss a child are left out.
    of : {"correlation", "variance"}
        Importance is the correlation of child and parent, or the share ``w_k cov(x_k, y) / var(y)`` of its
        variance.
    least, most : float
        Bounds of a weight.
    target : (K,) array, optional
        Importance that is aimed at, up to a factor; equal by default.

    Returns
    -------
    (B, K) array
        Not negative, adding to 1; as near the target as the bounds allow.

    Raises
    ------
    Unfit
        If a child does not vary, or the bounds leave no weights that add to 1.

    Notes
    -----
    Minimises the squared distance between the shares of importance and the target, for a weighted arithmetic
    mean, by sequential quadratic programming (Kraft 1988) from the given weights and from equal ones
    (Becker, Saisana, Paruolo and Vandecasteele 2017, Ecological Indicators 80, 12-22). COINr searches by
    Nelder-Mead without bounds, to a tolerance of 0.1.
    """
    off, count = common(x, reference)
    refuse("equal_importance", "children that vary", ~(off != 0).any(axis=-1))
    size = x.shape[1]
    if not least * size <= 1.0 <= most * size:
        raise _bounds(size, least, most)
    aim = np.ones(size) if target is None else np.asarray(target, dtype=np.float64)
    aim = shares("equal_importance", aim)
    start = np.broadcast_to(shares("equal_importance", np.asarray(given, dtype=np.float64)), x.shape[:2])
    covariance = np.einsum("bki,bli->bkl", off, off) / (count - 1)[:, None, None]
    search = _Search(of, aim, (least, most))
    return np.stack([search.best(table, begin) for table, begin in zip(covariance, start, strict=True)])


def _bounds(size: int, least: float, most: float) -> Unfit:
    need = f"bounds between which {size} weights can add to 1, not {least:g} and {most:g}"
    return Unfit("equal_importance", need, tuple((row, -1) for row in range(size)))


class _Search:
    """Least squares between importance and its target, over weights that add to 1."""

    def __init__(self, of: str, aim: Floats, bounds: tuple[float, float]) -> None:
        self.of, self.aim, self.bounds = of, aim, bounds

    def best(self, covariance: Floats, start: Floats) -> Floats:
        """Search from two starts and keep the better end."""
        from scipy.optimize import LinearConstraint, minimize

        size = len(start)

        def miss(weights: Floats) -> float:
            return self.miss(weights, covariance)

        whole = LinearConstraint(np.ones((1, size)), 1.0, 1.0)
        ends = []
        for begin in (start, np.full(size, 1.0 / size)):
            first = np.clip(begin, *self.bounds)
            found = minimize(
                miss,
                first,
                method="SLSQP",
                bounds=[self.bounds] * size,
                constraints=whole,
                options={"ftol": 1e-15, "maxiter": 1000},
            )
            weights: Floats = np.clip(np.asarray(found.x), *self.bounds)
            weights = weights / weights.sum()
            ends.append((miss(weights), weights))
        return min(ends, key=lambda end: end[0])[1]

    def miss(self, weights: Floats, covariance: Floats) -> float:
        """Squared distance from the target."""
        importance = importances(weights, covariance, self.of)
        total = importance.sum()
        return float(((importance / total - self.aim) ** 2).sum()) if total > 0 else float(len(weights))


def importances(weights: Floats, covariance: Floats, of: str) -> Floats:
    """Say how important each child is for the weighted mean of all.

    Parameters
    ----------
    weights : (K,) array
        Adding to 1.
    covariance : (K, K) array
        Of the children.
    of : {"correlation", "variance"}
        Correlation of child and parent, or the child's share of the parent's variance.
    """
    along = np.einsum("kl,l->k", covariance, weights)
    variance = np.einsum("k,k->", weights, along)
    if of == "variance":
        return np.asarray(weights * along / variance)
    return np.asarray(along / np.sqrt(np.diag(covariance) * variance))
