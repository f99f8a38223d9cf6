"""What would turn a lead that is linear in its weights, exactly: pure functions on gaps and weights."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

TIE: Final = 0.5
"""Share of weightings where both are level in everything: a tie counts half for either, as among draws."""


def share_of_weightings(gaps: Floats) -> Floats:
    """Share of all weightings under which the weighted sum of gaps is positive.

    Parameters
    ----------
    gaps : (..., K) array
        Gaps of the K parts, first minus second; of the logarithms under a geometric mean.

    Returns
    -------
    (...) array
        From 0 to 1: the volume of the simplex of weights on which the first leads. NaN where a gap is.

    Notes
    -----
    Weights even on the simplex are independent exponentials divided by their sum, so the share is the chance
    that ``sum_k x_k E_k > sum_j y_j E_j``, with x the positive gaps and y minus the negative ones. Taking
    away the smaller of two exponentials at a time gives, with A_0 = 0 and A_k = 1 before any y,
    ``A_k = (x_k A_k + y A_(k-1)) / (x_k + y)`` for each y: sums of positive terms alone, so that nothing
    cancels, unlike the closed sum over products of differences, which fails where gaps lie close together.
    A gap of nothing takes no side; where all are nothing the share is a half.
    """
    gaps = np.asarray(gaps, dtype=np.float64)
    x, y = np.maximum(gaps, 0.0), np.maximum(-gaps, 0.0)
    k = gaps.shape[-1]
    before = [np.zeros(gaps.shape[:-1])]
    for place in range(k):
        before.append(np.where(x[..., place] > 0, 1.0, before[-1]))
    for j in range(k):
        for place in range(k):
            own, other = x[..., place], y[..., j]
            with np.errstate(invalid="ignore", divide="ignore"):
                mixed = (own * before[place + 1] + other * before[place]) / (own + other)
            before[place + 1] = np.where(own > 0, mixed, before[place])
    level = np.all(gaps == 0, axis=-1)
    share = np.where(level, TIE, before[-1])
    return np.where(np.isnan(gaps).any(axis=-1), np.nan, share)


def turning_weights(gaps: Floats, weights: Floats) -> Floats:
    """Weight of each part at which the weighted sum of gaps is nothing, the others keeping their proportions.

    Parameters
    ----------
    gaps, weights : (K,) arrays
        Gaps of the parts, and their weights, adding to 1.

    Returns
    -------
    (K,) array
        NaN where no weight from 0 to 1 turns the sum.

    Notes
    -----
    With g a part's gap and r the weighted mean of the others, ``w g + (1 - w) r`` is nothing at
    ``w = r / (r - g)``, which lies between 0 and 1 where the two have opposite signs.
    """
    found = np.full(len(gaps), np.nan)
    for k, own in enumerate(gaps):
        others = np.arange(len(gaps)) != k
        total = weights[others].sum()
        rest = float((gaps * weights)[others].sum() / total) if total > 0 else np.nan
        if rest * own < 0:
            found[k] = rest / (rest - own)
    return found


def least_change_l1(gaps: Floats, weights: Floats) -> Floats | None:
    """Weights with a sum of nothing that differ least from the given ones in total (L1).

    Parameters
    ----------
    gaps, weights : (K,) arrays
        As for `turning_weights`.

    Returns
    -------
    (K,) array or None
        Not negative, adding to 1; None where no weights give the other the lead.

    Notes
    -----
    A linear programme that a sort solves: what moves from one part to another lowers the sum by the
    difference of their gaps and costs twice its size, so all goes to the part that is most against the leader
    and comes first from those that are most for it.
    """
    total = float(gaps @ weights)
    if total == 0:
        return np.array(weights, dtype=np.float64)
    against = gaps * np.sign(total)
    taker = int(np.argmin(against))
    if against[taker] >= 0:
        return None
    moved, left = np.array(weights, dtype=np.float64), abs(total)
    for giver in np.argsort(-against, kind="stable"):
        step = against[giver] - against[taker]
        if step <= 0 or left <= 0:
            break
        part = min(float(moved[giver]), left / step)
        moved[giver] -= part
        moved[taker] += part
        left -= part * step
    return moved


def least_change_l2(gaps: Floats, weights: Floats) -> Floats | None:
    """Weights with a sum of nothing that lie nearest to the given ones (L2).

    Parameters
    ----------
    gaps, weights : (K,) arrays
        As for `turning_weights`.

    Returns
    -------
    (K,) array or None
        Not negative, adding to 1; None where no weights give the other the lead.

    Notes
    -----
    The nearest point has the form ``max(w - a - b g, 0)``. For each b there is one a that makes it add to 1
    (the projection on the simplex), and its sum of gaps falls as b grows: bisection finds which weights are
    nothing, and a and b then solve two linear equations.
    """
    total = float(gaps @ weights)
    if total == 0:
        return np.array(weights, dtype=np.float64)
    g = gaps / np.abs(gaps).max() * np.sign(total)
    if g.min() >= 0:
        return None
    low, high = 0.0, 1.0
    while g @ _on_simplex(weights - high * g) > 0 and high < 1e18:
        high *= 2
    for _ in range(200):
        middle = (low + high) / 2
        if not low < middle < high:
            break
        low, high = (middle, high) if g @ _on_simplex(weights - middle * g) > 0 else (low, middle)
    return _nearest(g, weights, _on_simplex(weights - high * g) > 0)


def _on_simplex(point: Floats) -> Floats:
    """Nearest weights to a point: not negative and adding to 1 (Held, Wolfe and Crowder 1974)."""
    ranked = -np.sort(-point)
    over = (np.cumsum(ranked) - 1) / np.arange(1, len(point) + 1)
    count = int(np.flatnonzero(ranked > over)[-1])
    return np.asarray(np.maximum(point - over[count], 0.0))


def _nearest(g: Floats, weights: Floats, kept: NDArray[np.bool_]) -> Floats:
    """Nearest point with these weights alone: add to 1, and to nothing with the gaps."""
    found = np.zeros(len(g))
    own, w = g[kept], weights[kept]
    middle = own - own.mean()
    spread = float(middle @ middle)
    level = w + (1 - w.sum()) / len(w)
    shift = float(own @ level) / spread if spread > 0 else 0.0
    found[kept] = np.maximum(level - shift * middle, 0.0)
    return found
