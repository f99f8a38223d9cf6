"""What a pair's gap is made of: parts that add up, what is like for like, and the weight that turns it."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from indicators.draws import NOMINAL
from layers.grid import CENSORED, DAYS, LEAP
from scoring.index.climb import Scored
from scoring.index.engine import Levels, Plan, aggregated

if TYPE_CHECKING:
    from layers.grid import Grid
    from scoring.index.framework import Level

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]

MATCHED_YEARS: Final = 2.0
OUT_OF_STEP_YEARS: Final = 1.0
OLD_YEARS: Final = 3.0


def effective_weights(p: Plan, nominal: Levels) -> Floats:
    """Weigh each indicator in its layer for each unit: one without a score passes its weight to its siblings.

    Returns
    -------
    (J, n) array
        Adding to 1 over the indicators of a layer that has any value.
    """
    shares = np.isfinite(nominal.indicators[0])
    weights = np.ones(shares.shape)
    place = np.arange(len(p.grid.codes))
    for level in p.tree[:-1]:
        share, shares = _renormalised(level, shares)
        weights = weights * share[place]
        place = _parent(level)[place]
    return weights


def _renormalised(level: Level, present: Mask) -> tuple[Floats, Mask]:
    """Weights of the children among those that are there, (children, n), and which parents are there."""
    w = level.weights[:, None] * present[level.order]
    total = np.add.reduceat(w, level.starts, axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        share = np.where(total[_of(level)] > 0, w / total[_of(level)], 0.0)
    back = np.empty_like(level.order)
    back[level.order] = np.arange(len(level.order))
    return share[back], total > 0


def _of(level: Level) -> Ints:
    """For each child in the order of the level, the place of its parent."""
    return np.repeat(np.arange(len(level.parents)), np.diff([*level.starts, len(level.order)]))


def _parent(level: Level) -> Ints:
    """For each child, the place of its parent among the parents."""
    parent = np.empty(len(level.order), dtype=np.int64)
    parent[level.order] = _of(level)
    return parent


def layer_of(p: Plan) -> Ints:
    """For each indicator, the place of its layer among the layers, (J,)."""
    place = np.arange(len(p.grid.codes))
    for level in p.tree[:-1]:
        place = _parent(level)[place]
    return place


def layer_scores(p: Plan, nominal: Levels) -> Floats:
    """Scores of the layers in the order of the tree, (layers, n); of indicators where no layer is between."""
    if len(p.tree) == 1:
        return np.asarray(nominal.indicators[0])
    return np.asarray(nominal.scores[0][[nominal.nodes.index(code) for code in p.tree[-2].parents]])


def contributions(p: Plan, nominal: Levels, first: int, second: int) -> tuple[Floats, Floats]:
    """Split the gap of each layer and the overall gap into points of each indicator, two (J,) arrays.

    Notes
    -----
    Within a layer ``w_a (s_a - m) - w_b (s_b - m)``, with the effective weights of each side and m the mean
    of the two layer scores; both sets of weights add to 1, so the parts add up to the gap for any m. Across
    layers a geometric mean is split by log-mean weights: with L(x, y) = (x - y) / ln(x / y), layer l gives
    ``w_l (x_l - y_l) L(X, Y) / L(x_l, y_l)`` (Ang, Energy Policy 32, 2004), exact on the clipped scores.
    NaN where a layer or the whole is not scored for both, and throughout where a recipe takes other means
    than arithmetic ones below the layers, or another than a geometric one above them: no exact parts.
    """
    if set(p.stated[:-1]) - {"arithmetic"}:
        nothing = np.full(len(p.grid.codes), np.nan)
        return nothing, nothing
    weights, of = effective_weights(p, nominal), layer_of(p)
    a, b = layer_scores(p, nominal)[:, [first, second]].T
    middle = ((a + b) / 2)[of]
    parts = [
        weights[:, i] * (np.nan_to_num(nominal.indicators[0, :, i], nan=0.0) - middle)
        for i in (first, second)
    ]
    points = parts[0] - parts[1]
    return points, points * _to_overall(p, a, b)[of]


def _to_overall(p: Plan, a: Floats, b: Floats) -> Floats:
    """Overall points per point of a layer's gap, (layers,); NaN where there is no overall."""
    top = p.tree[-1]
    weights = np.empty(len(top.order))
    weights[top.order] = top.weights
    there = np.isfinite(a) & np.isfinite(b)
    if not there[weights > 0].all():
        return np.full(len(weights), np.nan)
    if p.stated[-1] == "arithmetic":
        return np.where(weights > 0, weights, 0.0)
    if p.stated[-1] != "geometric":
        return np.full(len(weights), np.nan)
    x, y = (np.maximum(np.where(there, each, 1.0), p.recipe.clip) for each in (a, b))
    top_x, top_y = (np.exp((weights * np.log(each)).sum()) for each in (x, y))
    with np.errstate(invalid="ignore", divide="ignore"):
        kept = np.where(a != b, (x - y) / (a - b), a > p.recipe.clip)
    return np.where(weights > 0, weights * kept * _log_mean(top_x, top_y) / _log_mean(x, y), 0.0)


def _log_mean(x: Floats | np.float64, y: Floats | np.float64) -> Floats:
    """Logarithmic mean ``(x - y) / ln(x / y)`` of positive numbers, x itself where they are equal."""
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(np.abs(x - y) <= 1e-9 * x, (x + y) / 2, (x - y) / np.log(x / y))


def days(grid: Grid, i: int) -> Floats:
    """Day number at which the value of each indicator ends for one unit, (J,); NaN where there is none."""
    return np.where(grid.day[:, i] > 0, grid.day[:, i], np.nan)


def matched(grid: Grid, first: int, second: int) -> Mask:
    """Say which indicators are known for both, at most two years apart, (J,).

    A recorded zero and a true absence are known; a value somewhere below a publication threshold is not.
    """
    apart = np.abs(days(grid, first) - days(grid, second)) / DAYS
    known = grid.present & (grid.state != CENSORED)
    return np.asarray(known[:, first] & known[:, second] & ~(apart > MATCHED_YEARS + LEAP))


def out_of_step(grid: Grid, first: int, second: int, today: int) -> Mask:
    """Say whose two values are over a year apart, or of which one is over three years old, (J,)."""
    ends = np.stack([days(grid, first), days(grid, second)])
    apart = np.abs(ends[0] - ends[1]) / DAYS > OUT_OF_STEP_YEARS + LEAP
    old = np.fmax(*(today - ends)) / DAYS > OLD_YEARS + LEAP
    return np.asarray(apart | old)


def matched_scores(p: Plan, nominal: Levels, first: int, second: int) -> Levels:
    """Score again with the indicators that are matched for the pair alone, without the coverage rule."""
    kept = matched(p.grid, first, second)
    scores = np.where(kept[:, None], nominal.indicators, np.nan)
    return aggregated(
        replace(p, unscored=np.zeros_like(p.unscored)), Scored(scores, np.zeros(1, dtype=np.int64)), NOMINAL
    )


def tipping_weights(p: Plan, nominal: Levels, first: int, second: int) -> list[float | None]:
    """Find the weight of each layer at which the overall gap turns, the others keeping their proportions.

    Returns
    -------
    list of float or None
        In the order of the layers; None where no weight between 0 and 1 turns the gap.

    Notes
    -----
    The gap, or its logarithm under a geometric mean, is linear in the weights: with d_l a layer's part and r
    the weighted mean of the others, it is zero at ``w = r / (r - d_l)``, which lies between 0 and 1 where the
    two have opposite signs.
    """
    pair = layer_scores(p, nominal)[:, [first, second]]
    if p.stated[-1] not in {"arithmetic", "geometric"}:
        return [None] * len(pair)
    if p.stated[-1] == "geometric":
        pair = np.log(np.maximum(pair, p.recipe.clip))
    d = pair[:, 0] - pair[:, 1]
    weights = np.empty(len(d))
    weights[p.tree[-1].order] = p.tree[-1].weights
    found: list[float | None] = []
    for place, own in enumerate(d):
        others = np.arange(len(d)) != place
        w = np.where(others, weights, 0.0)
        rest = float((d * w)[others].sum() / w.sum()) if w.sum() > 0 else math.nan
        found.append(rest / (rest - float(own)) if rest * own < 0 else None)
    return found
