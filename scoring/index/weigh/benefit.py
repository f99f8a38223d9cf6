"""Benefit of the doubt: every unit is weighed in the way that shows it best, within bounds."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from layers.unfit import Unfit, refuse

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]


def benefit_of_doubt(
    x: Floats, given: ArrayLike, reference: Mask, *, least: float = 0.0, most: float = 1.0
) -> Floats:
    """Weigh the children of each unit as in the programme of `shown_best`.

    Parameters
    ----------
    x : (B, K, n) array
        Scores of the K children of one parent, not negative, NaN where missing.
    given : (K,) or (B, K) array
        Not used.
    reference : (n,) array of bool
        Units that set the standard.
    least, most : float
        Bounds of the share that one child may have in a unit's result.

    Returns
    -------
    (B, K, n) array
        By unit, not negative, adding to 1. For the scores of the programme itself, which are not means under
        weights that add to 1, take the aggregate of the same name.
    """
    del given
    weights, _ = shown_best(x, reference, least=least, most=most)
    return weights


def shown_best(x: Floats, reference: Mask, *, least: float = 0.0, most: float = 1.0) -> tuple[Floats, Floats]:
    """Weigh each unit by the weights under which it comes nearest to the best.

    Parameters
    ----------
    x : (B, K, n) array
        Scores of the K children of one parent, not negative, NaN where missing.
    reference : (n,) array of bool
        Units that set the standard.
    least, most : float
        Bounds of the share that one child may have in a unit's result.

    Returns
    -------
    weights : (B, K, n) array
        By unit, not negative, adding to 1; 0 for a child that is missing.
    scores : (B, n) array
        100 for a unit that none surpasses under its own weights; NaN where a unit has no score at all.

    Raises
    ------
    Unfit
        If a score is negative, or the bounds leave no shares that add to 1.

    Notes
    -----
    For unit i: maximise ``sum_k v_k x_ki`` under ``sum_k v_k x_kj <= 1`` for every unit j that sets the
    standard, ``v >= 0``, and ``least sum_l v_l x_li <= v_k x_ki <= most sum_l v_l x_li`` (Cherchye, Moesen,
    Rogge and Van Puyenbroeck 2007, Social Indicators Research 82, 111-145). A missing score counts as 0 for
    others and may have no weight. The weights are the v divided by their sum; the score is what the
    programme reaches.
    """
    refuse("benefit_of_doubt", "scores of 0 or more", x < 0)
    size = x.shape[1]
    if not least * size <= 1.0 <= most * size:
        need = f"bounds between which {size} shares can add to 1, not {least:g} and {most:g}"
        raise Unfit("benefit_of_doubt", need, tuple((row, -1) for row in range(size)))
    seen = np.isfinite(x)
    known = np.where(seen, x, 0.0)
    # a unit with nothing but zeros scores 0 under any weights, so its weights are equal
    weights = seen / np.maximum(seen.sum(axis=1, keepdims=True), 1)
    scores = np.where(seen.any(axis=1), 0.0, np.nan)
    for each, unit in np.argwhere((known > 0).any(axis=1)):
        found = _solved(known[each], int(unit), reference, (least, most))
        weights[each, :, unit], scores[each, unit] = found
    return weights, scores


def _solved(table: Floats, unit: int, reference: Mask, bounds: tuple[float, float]) -> tuple[Floats, float]:
    """Solve the programme of one unit: its weights and its score."""
    from scipy.optimize import linprog

    own = table[:, unit]
    held = own > 0
    # its own result is held to 1 as well, also where the unit is none that sets the standard
    standard = np.vstack([table[held][:, reference].T, own[held]])
    part, ones = np.diag(own[held]), np.outer(np.ones(held.sum()), own[held])
    # with fewer children than the bounds were made for, the bounds that cannot all hold give way
    least, most = bounds[0], max(bounds[1], 1.0 / held.sum())
    limits = np.concatenate([standard, least * ones - part, part - most * ones])
    room = np.concatenate([np.ones(len(standard)), np.zeros(2 * len(part))])
    found = linprog(-own[held], A_ub=limits, b_ub=room, bounds=(0, None), method="highs")
    raw = np.zeros(len(own))
    raw[held] = np.maximum(np.asarray(found.x), 0.0)
    return raw / raw.sum(), float(100.0 * np.einsum("k,k->", raw, own))
