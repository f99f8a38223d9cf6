"""Weighted sums of the children of every parent, worked out so that little is moved about."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Callable

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]


def weighted_sums(x: Floats, weights: Floats, starts: Ints) -> Floats:
    """Add up ``w x`` over the children of each parent, always in the order of the children.

    Parameters
    ----------
    x : (1 or B, children, n) array
        Without missing values.
    weights : (1 or B, children, 1 or n) array
        One for each child.
    starts : (parents,) array of int64
        Where each parent's children start.

    Returns
    -------
    (B, parents, n) array

    Notes
    -----
    `einsum` adds in its own loop, without a product of all terms in memory and without a linear algebra
    library, so that one draw and many give the same sum.
    """
    size, n = max(len(x), len(weights)), max(x.shape[-1], weights.shape[-1])
    a, over = (x[0], "kn") if len(x) == 1 else (x, "bkn")
    w = weights[..., 0] if weights.shape[-1] < n or n == 1 else weights
    w, by = (w[0], "kn"[: w.ndim - 1]) if len(w) == 1 else (w, "bkn"[: w.ndim])
    rule = f"{by},{over}->{'b' if 'b' in by + over else ''}n"
    out = np.empty((size, len(starts), n))
    ends = [*starts[1:].tolist(), x.shape[1]]
    for parent, (start, end) in enumerate(zip(starts.tolist(), ends, strict=True)):
        rows = out[:, parent] if "b" in by + over else out[0, parent]
        np.einsum(
            rule, w[..., start:end] if "n" not in by else w[..., start:end, :], a[..., start:end, :], out=rows
        )
    return out


def quasi_mean(
    x: Floats,
    weights: Floats,
    starts: Ints,
    there: Callable[[Floats], Floats],
    back: Callable[[Floats], Floats],
    threshold: float = 0.0,
) -> Floats:
    """Weighted mean on another scale: ``back(sum w there(x) / sum w)`` over the children that are there.

    Parameters
    ----------
    x : (1 or B, children, n) array
        NaN where missing.
    weights, starts
        As of `weighted_sums`.
    there, back : functions
        To the scale of the mean, and back.
    threshold : float
        Share of its children, by number, that a parent needs; a child without a weight counts as well.

    Returns
    -------
    (B, parents, n) array
        NaN where no child with a weight is there, or too few children are.
    """
    weights = weights[None] if weights.ndim == 2 else weights
    seen = np.isfinite(x)
    if seen.all():
        total = np.add.reduceat(weights, starts, axis=1)
        mean = weighted_sums(there(x), weights, starts)
    else:
        total = weighted_sums(seen.astype(np.float64), weights, starts)
        filled = np.where(seen, x, 1.0)
        mean = weighted_sums(np.where(seen, there(filled), 0.0), weights, starts)
    if (total > 0).all():
        mean /= total
    else:
        with np.errstate(invalid="ignore", divide="ignore"):
            mean /= np.where(total > 0, total, np.nan)
    found = back(mean)
    return found if threshold <= 0 or seen.all() else np.where(enough(seen, starts, threshold), found, np.nan)


def enough(seen: Mask, starts: Ints, threshold: float) -> Mask:
    """Say which parents have the share of children that is asked for, (B, parents, n)."""
    count = np.add.reduceat(seen, starts, axis=1, dtype=np.int64)
    of = np.diff([*starts, seen.shape[1]])[:, None]
    return np.asarray(count >= threshold * of - 1e-9)
