"""What a pair's gap is made of: parts that add up, the part that is like for like, and the weight that turns it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from indicators.draws import NOMINAL
from layers.grid import DAYS
from scoring.index.engine import Levels, Plan, aggregated

if TYPE_CHECKING:
    from scoring.index.framework import Level

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

MATCHED_YEARS: Final = 2.0
OUT_OF_STEP_YEARS: Final = 1.0
OLD_YEARS: Final = 3.0


def effective_weights(p: Plan) -> Floats:
    """Weight of each indicator in its layer for each unit, (J, n): what is missing passes its weight to its siblings."""
    shares = p.grid.present & np.isfinite(p.grid.divisor)
    weights = np.ones(shares.shape)
    for level in p.tree[:-1]:
        share, shares = _renormalised(level, shares)
        at = np.empty(len(level.order), dtype=np.int64)
        at[level.order] = np.arange(len(level.order))
        weights = weights * share[at][_ancestor(p, level)]
    return weights


def _renormalised(level: Level, present: Mask) -> tuple[Floats, Mask]:
    """Weights of the children among those that are there, (children, n), and which parents are there."""
    w = level.weights[:, None] * present[level.order]
    total = np.add.reduceat(w, level.starts, axis=0)
    of = np.repeat(np.arange(len(level.parents)), np.diff([*level.starts, len(level.order)]))
    with np.errstate(invalid="ignore", divide="ignore"):
        share = np.where(total[of] > 0, w / total[of], 0.0)
    return share, total > 0


def _ancestor(p: Plan, wanted: Level) -> NDArray[np.int64]:
    """For each indicator, its place among the children of a level."""
    place = np.arange(len(p.grid.indicators))
    for level in p.tree:
        if level is wanted:
            return place
        place = _parent(level)[place]
    return place


def _parent(level: Level) -> NDArray[np.int64]:
    """For each child, the place of its parent among the parents."""
    of = np.repeat(np.arange(len(level.parents)), np.diff([*level.starts, len(level.order)]))
    parent = np.empty(len(level.order), dtype=np.int64)
    parent[level.order] = of
    return parent


def layer_of(p: Plan) -> NDArray[np.int64]:
    """For each indicator, the place of its layer among the layers, (J,)."""
    place = np.arange(len(p.grid.indicators))
    for level in p.tree[:-1]:
        place = _parent(level)[place]
    return place


def contributions(p: Plan, nominal: Levels, first: int, second: int) -> tuple[Floats, Floats]:
    """Points that each indicator gives to the gap of its layer and to the overall gap, two (J,) arrays.

    Notes
    -----
    Within a layer ``w_a (s_a - m) - w_b (s_b - m)``, with the effective weights of each side and m the mean of the two
    layer scores; both sets of weights add to 1, so the parts add up to the gap for any m. Across layers a geometric
    mean is split by log-mean weights: with L(x, y) = (x - y) / ln(x / y), layer l gives
    ``w_l (x_l - y_l) L(X, Y) / L(x_l, y_l)`` (Ang, Energy Policy 32, 2004), exact on the clipped scores.
    """
    weights, of = effective_weights(p), layer_of(p)
    layers = p.tree[-2].parents
    at = [nominal.nodes.index(code) for code in layers]
    scores = nominal.scores[0][at]
    middle = (scores[:, first] + scores[:, second])[of] / 2
    parts = [
        np.where(
            weights[:, i] > 0, weights[:, i] * (np.nan_to_num(nominal.indicators[0, :, i]) - middle), 0.0
        )
        for i in (first, second)
    ]
    points = parts[0] - parts[1]
    return points, points * _to_overall(p, nominal, scores[:, first], scores[:, second])[of]


def _to_overall(p: Plan, nominal: Levels, a: Floats, b: Floats) -> Floats:
    """Overall points per point of a layer's gap, (layers,)."""
    top = p.tree[-1]
    weights = np.empty(len(top.order))
    weights[top.order] = top.weights
    if p.recipe.aggregate[-1] == "arithmetic":
        return weights
    x, y = np.maximum(a, p.recipe.clip), np.maximum(b, p.recipe.clip)
    top_x, top_y = np.exp(weights @ np.log(x)), np.exp(weights @ np.log(y))
    with np.errstate(invalid="ignore", divide="ignore"):
        kept = np.where(a != b, (x - y) / (a - b), 1.0)
    return weights * kept * _log_mean(np.atleast_1d(top_x), np.atleast_1d(top_y)) / _log_mean(x, y)


def _log_mean(x: Floats, y: Floats) -> Floats:
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(np.isclose(x, y, rtol=1e-12), x, (x - y) / np.log(x / y))


def ages(p: Plan, i: int) -> Floats:
    """Day number at which the newest value of each indicator ends for one unit, (J,); NaN where there is none."""
    records = [p.grid.records[k] if k >= 0 else None for k in p.grid.record[:, i]]
    return np.array([row["period_end"].toordinal() if row else np.nan for row in records])


def matched(p: Plan, first: int, second: int) -> Mask:
    """Indicators that have a value for both, at most two years apart, (J,)."""
    apart = np.abs(ages(p, first) - ages(p, second)) / DAYS
    present = p.grid.present[:, first] & p.grid.present[:, second]
    return present & ~(apart > MATCHED_YEARS)


def out_of_step(p: Plan, first: int, second: int, today: int) -> Mask:
    """Indicators whose two values are over a year apart or one of which is over three years old, (J,)."""
    ends = np.stack([ages(p, first), ages(p, second)])
    apart = np.abs(ends[0] - ends[1]) / DAYS > OUT_OF_STEP_YEARS
    old = np.fmax(*(today - ends)) / DAYS > OLD_YEARS
    return np.asarray(apart | old)


def matched_scores(p: Plan, nominal: Levels, first: int, second: int) -> Levels:
    """Score again with the indicators that are matched for the pair alone, without the coverage rule."""
    kept = matched(p, first, second)
    scores = np.where(kept[:, None], nominal.indicators, np.nan)
    return aggregated(replace(p, unscored=np.zeros_like(p.unscored)), scores, NOMINAL)


def tipping_weights(p: Plan, nominal: Levels, first: int, second: int) -> list[float | None]:
    """Weight of each layer at which the overall gap turns, the others keeping their proportions; None where none does.

    Notes
    -----
    The gap, or its logarithm under a geometric mean, is linear in the weights: with d_l a layer's part and r the
    weighted mean of the others, it is zero at ``w = r / (r - d_l)``.
    """
    top = p.tree[-1]
    scores = nominal.scores[0][[nominal.nodes.index(code) for code in p.tree[-2].parents]][top.order]
    pair = scores[:, [first, second]]
    if p.recipe.aggregate[-1] == "geometric":
        pair = np.log(np.maximum(pair, p.recipe.clip))
    d = pair[:, 0] - pair[:, 1]
    found: list[float | None] = []
    for place, own in enumerate(d):
        w = np.delete(top.weights, place)
        rest = float(np.delete(d, place) @ w / w.sum())
        turn = rest / (rest - own) if rest != own else np.nan
        found.append(float(turn) if 0 <= turn <= 1 else None)
    return [found[list(top.order).index(place)] for place in range(len(found))]
