"""Weights that the scores themselves suggest: principal component, entropy, CRITIC."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from layers.unfit import refuse, require
from scoring.index.weigh.shares import common, correlations, shares

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]


def pca(
    x: Floats, given: ArrayLike, reference: Mask, *, of: Literal["squared", "absolute"] = "squared"
) -> Floats:
    """Weigh by how much of each child the first principal component explains: squared loadings.

    Parameters
    ----------
    x : (B, K, n) array
        Scores of the K children of one parent, NaN where missing.
    given : (K,) or (B, K) array
        Not used.
    reference : (n,) array of bool
        Units that count; those that miss a child are left out.
    of : {"squared", "absolute"}
        Squares of the loadings, or their size without the sign.

    Returns
    -------
    (B, K) array
        Not negative, adding to 1.

    Raises
    ------
    Unfit
        If a child does not vary.
    ValueError
        If `of` is another word.

    Notes
    -----
    The eigenvector of the largest eigenvalue of the correlation matrix has squares that add to 1 and do not
    depend on its sign (OECD/JRC 2008, step 6, weights from squared loadings; Nicoletti, Scarpetta and
    Boylaud 2000). The loadings themselves, which COINr takes, are negative for a child that runs against the
    others; where none does, `absolute` gives its weights.
    """
    del given
    require("pca", "of", of, of in {"squared", "absolute"}, "squared or absolute")
    r, _ = _varying("pca", x, reference)
    _, vectors = np.linalg.eigh(r)
    size = np.abs(vectors[..., -1])
    return shares("pca", size if of == "absolute" else size**2)


def entropy(x: Floats, given: ArrayLike, reference: Mask) -> Floats:
    """Weigh by how unevenly each child is spread over the units: one less its relative entropy.

    Raises
    ------
    Unfit
        If a score is negative, a child has no score above 0, or none is spread unevenly.

    Notes
    -----
    With p the shares of the units in the sum of a child, ``1 + sum(p log p) / log n``, then divided by its
    sum over the children (Shannon 1948; Zeleny 1982, Multiple Criteria Decision Making). Parameters as of
    `pca`.
    """
    del given
    whole = np.isfinite(x).all(axis=1, keepdims=True) & reference
    scores = np.where(whole, x, 0.0)
    refuse("entropy", "scores of 0 or more", scores < 0)
    total = scores.sum(axis=-1, keepdims=True)
    refuse("entropy", "a score above 0", (total <= 0)[..., 0])
    share = scores / total
    count = whole.sum(axis=-1)
    refuse("entropy", "two units or more", np.broadcast_to(count < 2, x.shape[:2]))
    spread = (share * np.log(np.where(share > 0, share, 1.0))).sum(axis=-1)
    # an even spread is 0 on paper and may round to a little below
    return shares("entropy", np.maximum(1.0 + spread / np.log(count), 0.0))


def critic(x: Floats, given: ArrayLike, reference: Mask) -> Floats:
    """Weigh by contrast and conflict: ``sd_k sum_l (1 - r_kl)``.

    Raises
    ------
    Unfit
        If a child does not vary, or all say the same.

    Notes
    -----
    Criteria importance through intercriteria correlation (Diakoulaki, Mavrotas and Papayannakis 1995,
    Computers & Operations Research 22, 763-770), on the scores as normalised. Parameters as of `pca`.
    """
    del given
    r, sd = _varying("critic", x, reference)
    conflict = (1.0 - r).sum(axis=-1)
    return shares("critic", sd * np.where(conflict > 1e-12, conflict, 0.0))


def _varying(method: str, x: Floats, reference: Mask) -> tuple[Floats, Floats]:
    """Correlations and standard deviations of children that all vary."""
    off, _ = common(x, reference)
    refuse(method, "children that vary", ~(off != 0).any(axis=-1))
    return correlations(x, reference)
