"""The half of an answer that speaks of nodes: scores, gaps, calls, the weights that turn a lead, groups."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import numpy as np

from layers.grid import OBSERVED
from scoring.answer import Flip, Gap, NodeInfo, Score
from scoring.doubt.call import call, less_certain
from scoring.index.compare import layer_scores, matched_scores, tipping_weights
from scoring.view import known

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from scoring.index.engine import Plan
    from scoring.view import View

LEVELS = ("overall", "layer", "pillar")


def nodes(p: Plan) -> tuple[NodeInfo, ...]:
    """Nodes of the tree with their weight among their siblings, in the order of the framework."""
    depths = p.framework.depths()
    weights = {}
    for lower, upper in zip(p.tree, p.tree[1:], strict=False):
        for place, weight in zip(upper.order, upper.weights, strict=True):
            weights[lower.parents[place]] = float(weight)
    return tuple(
        NodeInfo(
            code=it.code,
            title=it.title,
            parent=it.parent or "",
            level=LEVELS[min(depths[it.code], 2)],
            weight=weights.get(it.code, 1.0),
        )
        for it in p.framework.nodes
        if it.code in p.nodes
    )


def scores(view: View) -> dict[str, dict[str, Score]]:
    """Score of every unit at every node."""
    p = view.plan
    ends = np.where(p.grid.state == OBSERVED, p.grid.day, 0)
    under = {node: _under(p, node) for node in p.nodes}
    return {
        unit: {node: _score(view, node, i, ends[under[node], i]) for node in p.nodes}
        for i, unit in enumerate(p.grid.units)
    }


def _under(p: Plan, node: str) -> NDArray[np.bool_]:
    """Which indicators stand under a node, (J,)."""
    parents = {it.code: it.parent for it in p.framework.nodes}
    held = []
    for it in p.grid.indicators:
        above: str | None = it.pillar
        while above is not None and above != node:
            above = parents[above]
        held.append(above == node)
    return np.array(held)


def _score(view: View, node: str, i: int, ends: NDArray[np.int64]) -> Score:
    p = view.plan
    value = view.score(node, i)
    span = view.data.score_range(node, p.grid.units[i]) if view.data and value is not None else None
    low, high = span or (None, None)
    coverage = float(p.coverage[node][i])
    days = [date.fromordinal(int(end)).isoformat() for end in ends if end > 0]
    return Score(
        value=value,
        low=low,
        high=high,
        coverage=coverage,
        imputed=0.0,
        data_from=min(days, default=""),
        data_to=max(days, default=""),
        reason="" if value is not None else _reason(p, node, coverage),
    )


def _reason(p: Plan, node: str, coverage: float) -> str:
    """Say why a node is not scored, with the coverage rounded so that it reads as below what it needs."""
    if coverage == 0:
        return "no data"
    if node in p.tree[-1].parents:
        return "a layer is not scored"
    if coverage >= p.framework.coverage_floor:
        return "the economies do not differ"
    return f"coverage {math.floor(100 * coverage)} %, needs {math.ceil(100 * p.framework.coverage_floor)} %"


def gaps(view: View) -> dict[str, Gap]:
    """Gap of the pair at every node, with the call."""
    return {node: _gap(view, node) for node in view.nominal.nodes}


def _gap(view: View, node: str) -> Gap:
    value = view.gap(node)
    if value is None:
        return Gap(None, None, None, None, None, "not scored", "")
    span = view.data.gap_range(node) if view.data else None
    low, high = span or (None, None)
    data = view.data.ahead(node, *view.pair) if view.data else None
    setups = view.setups.ahead(node, *view.pair) if view.setups else None
    word, leader = call(less_certain(data, setups), *view.pair)
    if word == "not scored":
        word = "no call"  # a gap, but nothing drawn: nothing can be called
    unbiased = view.unbiased.ahead(node, *view.pair) if view.unbiased else None
    return Gap(value, low, high, data, setups, word, leader, unbiased)


def arithmetic(view: View) -> dict[str, float | None]:
    """Overall score of every unit by the arithmetic mean of the layers."""
    top = view.plan.tree[-1]
    below = layer_scores(view.plan, view.nominal)[top.order]
    weights = top.weights[:, None]
    means = np.where(weights > 0, weights * below, 0.0).sum(axis=0)
    return {unit: known(mean) for unit, mean in zip(view.plan.grid.units, means, strict=True)}


def matched_gap(view: View) -> dict[str, float | None]:
    """Gap at every node over the indicators that are matched for the pair."""
    again = replace(view, nominal=matched_scores(view.plan, view.nominal, *view.places))
    return {node: again.gap(node) for node in again.nominal.nodes}


def flips(view: View) -> tuple[Flip, ...]:
    """Weight of each layer at which the overall lead turns, the nearest to its present weight first."""
    p, gap = view.plan, view.gap(view.nominal.nodes[0])
    if gap is None:
        return ()
    follower = view.pair[1] if gap >= 0 else view.pair[0]
    weights = {p.tree[-2].parents[k]: w for k, w in zip(p.tree[-1].order, p.tree[-1].weights, strict=True)}
    turns = tipping_weights(p, view.nominal, *view.places)
    found = [
        Flip(code, turn, float(weights[code]), follower)
        for code, turn in zip(p.tree[-2].parents, turns, strict=True)
    ]
    return tuple(sorted(found, key=lambda it: math.inf if it.weight is None else abs(it.weight - it.now)))


def told_apart(view: View) -> tuple[tuple[str, ...], ...]:
    """Economies in groups whose members the data-only draws cannot tell apart from the first of the group."""
    p, top = view.plan, view.nominal.nodes[0]
    places = [
        i for i, unit in enumerate(p.grid.units) if p.grid.reference[i] and view.score(top, i) is not None
    ]
    places.sort(key=lambda i: (-(view.score(top, i) or 0.0), i))
    groups: list[list[str]] = []
    for i in places:
        unit = p.grid.units[i]
        share = view.data.ahead(top, groups[-1][0], unit) if groups and view.data else None
        if groups and call(share, groups[-1][0], unit) != ("ahead", groups[-1][0]):
            groups[-1].append(unit)
        else:
            groups.append([unit])
    return tuple(map(tuple, groups))
