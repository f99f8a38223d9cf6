"""The least that a follower would have to raise, over all its figures together, to draw level."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from scoring.doubt.turning import begin, headed, movable, posts_of, stated, under
from scoring.doubt.weightings import mean_of
from scoring.doubt.weightings import stated as stated_weights
from scoring.index.compare import effective_weights

if TYPE_CHECKING:
    from scoring.index.engine import Levels, Plan

Floats = NDArray[np.float64]

MOST_CLIPPED: Final = 10
"""Layers under the clip of which every combination is tried."""
STEPS: Final = 200


@dataclass(frozen=True)
class Raised:
    """One figure of a combination: what it is now and what it would have to be, in its unit."""

    indicator: str
    now: float | None
    to: float
    ranges: float


@dataclass(frozen=True)
class Effort:
    """The least-effort combination for one node.

    Attributes
    ----------
    node, economy : str
        Whose lead, and who would draw level.
    total : float or None
        Goalpost ranges that its figures move in all; None where not even all goalposts together suffice.
    raised : tuple of Raised
        The figures that move, the largest move first.
    """

    node: str
    economy: str
    total: float | None
    raised: tuple[Raised, ...]


def efforts(p: Plan, nominal: Levels, pair: tuple[str, str]) -> dict[str, Effort]:
    """Least-effort combination for the whole and every layer that one of the two leads, by node.

    Notes
    -----
    What moves is the follower's figures alone, each at most to its best goalpost, measured in goalpost ranges
    on the scale of its transform; a value beyond its worst goalpost begins at it. Within a layer each range
    adds 100 points times the effective weight of the indicator, so the least total takes the largest weights
    first. Across layers under a geometric mean each further range is put where it adds most to the sum of
    logarithms; that sum is concave, so the total is the least. A layer under the clip adds nothing before it
    has reached the clip: every choice of such layers is tried.

    Answered for goalposts and arithmetic means inside the layers, else nothing has an exact answer and the
    result is empty.
    """
    top = p.tree[-1].parents[0]
    if not _answerable(p):
        return {}
    places = [p.grid.units.index(code) for code in pair]
    scores = nominal.scores[0][:, places]
    found = {}
    for node in headed(p):
        gap = scores[p.nodes.index(node)] @ (1, -1)
        if not np.isfinite(gap) or gap == 0:
            continue
        follower = 1 if gap > 0 else 0
        room = _rooms(p, nominal, places[follower])
        if node != top:
            plan = _within(room[node], abs(float(gap)))
        elif mean_of(p, top) == "arithmetic":
            plan = _within([(w * a, r, j) for w, a, r, j in _weighted(p, room)], abs(float(gap)))
        elif mean_of(p, top) == "geometric":
            plan = _across(p, room, scores[:, follower], _ahead(p, scores, follower))
        else:
            continue
        found[node] = _told(p, node, places[follower], plan)
    return found


def _answerable(p: Plan) -> bool:
    """Whether a range between goalposts adds the same points wherever it is added."""
    posts, choices = p.grid.posts, p.recipe.choices
    below = [node for level in p.tree[:-1] for node in level.parents]
    return (
        len(p.tree) > 1
        and stated_weights(p)
        and all(mean_of(p, node) == "arithmetic" for node in below)
        and all(choices.step("normalise", code).method == "goalposts" for code in p.grid.codes)
        and all(choices.step("transform", code).method == "declared" for code in p.grid.codes)
        and bool((posts.full == 100).all() and posts.cut.all())
    )


Room = list[tuple[float, float, int]]
"""Of each indicator that can rise: points of its layer a range, ranges left, place."""


def _rooms(p: Plan, nominal: Levels, unit: int) -> dict[str, Room]:
    """List what an economy can raise in each layer, the largest effective weight first."""
    weights, scores = effective_weights(p, nominal)[:, unit], nominal.indicators[0, :, unit]
    found = {}
    for layer in p.tree[-2].parents:
        own = [
            (100 * float(weights[j]), float(1 - scores[j] / 100), j)
            for j in under(p, layer)
            if weights[j] > 0 and scores[j] < 100
        ]
        found[layer] = sorted(own, key=lambda each: (-each[0], each[2]))
    return found


def _weights(p: Plan) -> dict[str, float]:
    top = p.tree[-1]
    return {p.tree[-2].parents[k]: float(w) for k, w in zip(top.order, top.weights, strict=True)}


def _weighted(p: Plan, room: dict[str, Room]) -> list[tuple[float, float, float, int]]:
    weights = _weights(p)
    return [(weights[layer], a, r, j) for layer, own in room.items() for a, r, j in own]


def _within(room: Room, need: float) -> dict[int, float] | None:
    """Ranges by indicator that add `need` points with the least total; None where all do not."""
    moves: dict[int, float] = {}
    for slope, left, j in sorted(room, key=lambda each: (-each[0], each[2])):
        if slope <= 0:
            break
        moves[j] = min(left, need / slope)
        need -= moves[j] * slope
        if need <= 1e-12:
            return moves
    return None


def _ahead(p: Plan, scores: Floats, follower: int) -> float:
    """By how much the leader's weighted sum of logarithms is greater."""
    logs = [
        w * np.log(np.maximum(scores[p.nodes.index(layer)], p.recipe.clip))
        for layer, w in _weights(p).items()
        if w > 0
    ]
    total = np.sum(logs, axis=0)
    return float(total[1 - follower] - total[follower])


def _across(p: Plan, room: dict[str, Room], scores: Floats, need: float) -> dict[int, float] | None:
    """Ranges by indicator that add `need` to the weighted sum of logarithms with the least total."""
    weights, clip = _weights(p), p.recipe.clip
    starts = {layer: float(scores[p.nodes.index(layer)]) for layer, w in weights.items() if w > 0}
    clipped = [layer for layer, start in starts.items() if start < clip][:MOST_CLIPPED]
    best: dict[int, float] | None = None
    for count in range(len(clipped) + 1):
        for lifted in combinations(clipped, count):
            tried = _filled(
                {
                    layer: (weights[layer], start, room[layer])
                    for layer, start in starts.items()
                    if start >= clip or layer in lifted
                },
                clip,
                need,
            )
            if tried is not None and (best is None or sum(tried.values()) < sum(best.values())):
                best = tried
    return best


Layers = dict[str, tuple[float, float, Room]]
"""By layer: weight, score, what can rise."""


def _filled(layers: Layers, clip: float, need: float) -> dict[int, float] | None:
    """Raise every layer to the clip, then all of them to one gain a range, by bisection on that gain."""
    moves: dict[int, float] = {}
    lifted: Layers = {}
    for layer, (weight, start, room) in layers.items():
        rest = room
        if start < clip:
            first = _within(room, clip - start)
            if first is None:
                return None
            moves |= first
            rest = [(a, r - first.get(j, 0.0), j) for a, r, j in room if r > first.get(j, 0.0)]
        lifted[layer] = (weight, max(start, clip), rest)
    if need <= 0:
        return moves
    low, high = -60.0, 60.0  # logarithms of the gain: from all that there is to nothing
    if _gained(lifted, np.exp(low))[0] < need:
        return None
    for _ in range(STEPS):
        middle = (low + high) / 2
        low, high = (middle, high) if _gained(lifted, np.exp(middle))[0] >= need else (low, middle)
    for j, ranges in _gained(lifted, np.exp(low))[1].items():
        moves[j] = moves.get(j, 0.0) + ranges
    return moves


def _gained(layers: Layers, gain: float) -> tuple[float, dict[int, float]]:
    """Rise of the weighted sum of logarithms where each range adds at least `gain`, and the ranges."""
    total, moves = 0.0, {}
    for weight, start, room in layers.values():
        score = start
        for slope, left, j in room:
            top = min(score + slope * left, max(score, weight * slope / gain))
            if top > score:
                moves[j] = (top - score) / slope
            full = top >= score + slope * left
            score = top
            if not full:
                break
        total += weight * float(np.log(score / start))
    return total, moves


def _told(p: Plan, node: str, unit: int, moves: dict[int, float] | None) -> Effort:
    economy = p.grid.units[unit]
    if moves is None:
        return Effort(node, economy, None, ())
    grid = movable(p).grid
    worst, best = posts_of(grid)
    raised = []
    for j, ranges in sorted(moves.items(), key=lambda each: (-each[1], each[0])):
        now = float(p.grid.value[j, unit])
        reached = begin(grid, j, unit) + ranges * float(best[j] - worst[j])
        to = stated(grid, j, unit, reached)
        raised.append(Raised(p.grid.codes[j], now if np.isfinite(now) else None, to, float(ranges)))
    return Effort(node, economy, float(sum(moves.values())), tuple(raised))
