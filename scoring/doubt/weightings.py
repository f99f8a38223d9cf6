"""Which weights turn a lead: of every node by itself, all together, and how many of all weightings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from indicators.draws import Draws
from layers.choices import step
from scoring.doubt.tipping import least_change_l1, least_change_l2, share_of_weightings, turning_weights
from scoring.index.engine import means_of, run

if TYPE_CHECKING:
    from collections.abc import Callable

    from scoring.index.engine import Levels, Plan
    from scoring.index.framework import Level

Floats = NDArray[np.float64]

TRIED: Final = 64
"""Weights at which a lead is looked at between 0 and 1, before bisection."""
STEPS: Final = 60
AT_ONCE: Final = 512

LINEAR: Final[dict[str, Callable[[Floats, float], Floats]]] = {
    "arithmetic": lambda x, _: x,
    "geometric": lambda x, clip: np.log(np.maximum(x, clip)),
    "harmonic": lambda x, clip: -1 / np.maximum(x, clip),
}
"""Means that rise with a weighted sum of the function given here: who leads is linear in the weights."""


@dataclass(frozen=True)
class Turn:
    """The weight of one node among its siblings at which a lead turns, the others keeping their proportions.

    Attributes
    ----------
    node, of : str
        Whose weight moves, and whose lead is asked about: its layer or the whole.
    now : float
        Its weight, 0 to 1.
    weight : float or None
        Where both are level, the nearest such weight; None where no weight turns the lead.
    leader : str
        Who leads beyond it; empty where there is none.
    """

    node: str
    of: str
    now: float
    weight: float | None
    leader: str


@dataclass(frozen=True)
class Weighting:
    """All weightings of the children of one node together.

    Attributes
    ----------
    node : str
        The whole or a layer.
    children : tuple of str
        What is weighted: those with a weight.
    now : tuple of float
        Their weights, adding to 1.
    gaps : tuple of float
        What their weighted sum says who leads by: points, or differences of logarithms.
    share : float
        Share of all weightings under which the first leads.
    nearest_l1, nearest_l2 : tuple of float
        Weights that make both level with the least change in total, and the least distance; empty where none
        do.
    """

    node: str
    children: tuple[str, ...]
    now: tuple[float, ...]
    gaps: tuple[float, ...]
    share: float
    nearest_l1: tuple[float, ...]
    nearest_l2: tuple[float, ...]

    @property
    def moved(self) -> float | None:
        """Weight that has to move from some to others, 0 to 1: half of the least total change."""
        if not self.nearest_l1:
            return None
        return sum(abs(a - b) for a, b in zip(self.nearest_l1, self.now, strict=True)) / 2

    @property
    def distance(self) -> float | None:
        """Least distance (L2) to weights that make both level."""
        if not self.nearest_l2:
            return None
        return float(np.linalg.norm(np.subtract(self.nearest_l2, self.now)))


def weightings(p: Plan, nominal: Levels, pair: tuple[str, str]) -> dict[str, Weighting]:
    """All weightings of the whole and of each layer, by node.

    Notes
    -----
    None where weights are made from the scores. Left out are nodes under a mean that is not in `LINEAR`,
    nodes that are not scored for both, and layers of which one of the two lacks a pillar: its weight passes
    on, and the gap is then not linear in the weights.
    """
    found: dict[str, Weighting] = {}
    if not stated(p):
        return found
    for place in (len(p.tree) - 1, len(p.tree) - 2):
        if place < 1:
            continue
        level, below = p.tree[place], p.tree[place - 1].parents
        for parent, part in enumerate(_siblings(level)):
            children = [below[k] for k in level.order[part]]
            made = _weighting(p, nominal, pair, level.parents[parent], children, level.weights[part])
            if made:
                found[made.node] = made
    return found


def mean_of(p: Plan, node: str) -> str:
    """Name of the mean of a node, as stated; empty for one with parameters."""
    depth = next(k for k, level in enumerate(p.tree) if node in level.parents)
    own = next((it.mean for it in p.framework.nodes if it.code == node), None)
    used = means_of(p.recipe, p.framework, len(p.tree))[depth][0] if own is None else step(own)
    return "" if used.params else used.method


def stated(p: Plan) -> bool:
    """Say whether the weights are those of the framework, and not made from the scores themselves."""
    use = p.recipe.weigh if isinstance(p.recipe.weigh, tuple) else (p.recipe.weigh,)
    return all(step(each).method == "given" for each in use)


def _weighting(
    p: Plan, nominal: Levels, pair: tuple[str, str], node: str, children: list[str], weights: Floats
) -> Weighting | None:
    mean = mean_of(p, node)
    if mean not in LINEAR:
        return None
    places = [p.grid.units.index(code) for code in pair]
    at = [p.nodes.index(code) for code in children]
    scores = nominal.scores[0][np.ix_([p.nodes.index(node), *at], places)]
    counted = weights > 0
    if not np.isfinite(scores[0]).all():
        return None
    counted &= np.isfinite(scores[1:]).any(axis=1)  # what both lack is no part of either score
    x, w = scores[1:][counted], weights[counted] / weights[counted].sum()
    if not np.isfinite(x).all():
        return None
    values = LINEAR[mean](x, p.recipe.clip)
    gaps = values[:, 0] - values[:, 1]
    return weighed(node, [code for code, kept in zip(children, counted, strict=True) if kept], gaps, w)


def weighed(node: str, children: list[str], gaps: Floats, weights: Floats) -> Weighting:
    """Look at all weightings of some children, by what each leads by and what it weighs."""
    first, second = least_change_l1(gaps, weights), least_change_l2(gaps, weights)
    return Weighting(
        node,
        tuple(children),
        tuple(weights.tolist()),
        tuple(gaps.tolist()),
        float(share_of_weightings(gaps)),
        () if first is None else tuple(first.tolist()),
        () if second is None else tuple(second.tolist()),
    )


def turns(p: Plan, nominal: Levels, pair: tuple[str, str]) -> tuple[Turn, ...]:
    """Tipping weight of every layer for the whole, and of every node below for its layer and for the whole.

    A node that is not scored for both, or on which both are level, has no lead to turn.

    Notes
    -----
    Of the layers in closed form where who leads is linear in their weights; of all others by running the
    pipeline at `TRIED` weights from 0 to 1 and then halving the nearest interval in which the lead turns.
    """
    if not stated(p):
        return ()
    top, held = p.tree[-1].parents[0], weightings(p, nominal, pair)
    found = _of_layers(held[top], pair) if top in held else []
    done = {it.node for it in found}
    edges = [edge for edge in _edges(p) if edge.node not in done and 0 <= edge.now < 1]
    return (*found, *_scanned(p, nominal, pair, edges))


def _of_layers(whole: Weighting, pair: tuple[str, str]) -> list[Turn]:
    gaps, now = np.array(whole.gaps), np.array(whole.now)
    if gaps @ now == 0:
        return []
    follower = pair[1] if gaps @ now > 0 else pair[0]
    return [
        Turn(
            code,
            whole.node,
            own,
            float(turn) if np.isfinite(turn) else None,
            follower if np.isfinite(turn) else "",
        )
        for code, own, turn in zip(whole.children, whole.now, turning_weights(gaps, now), strict=True)
    ]


@dataclass(frozen=True)
class _Edge:
    """Weight of one node among its siblings: its place in a draw's weights, and those of its siblings."""

    node: str
    now: float
    own: int
    siblings: NDArray[np.int64]
    of: tuple[str, ...]


def _edges(p: Plan) -> list[_Edge]:
    """Weights of all nodes that have siblings with a weight; indicators are no nodes."""
    found = []
    for place in range(1, len(p.tree)):
        level, below = p.tree[place], p.tree[place - 1].parents
        first = level.edges.start
        for parent, part in enumerate(_siblings(level)):
            places = np.arange(part.start, part.stop)
            for own in places:
                others = places[places != own]
                if level.weights[others].sum() <= 0:
                    continue
                above = _above(p, place, parent)
                now = float(level.weights[own])
                found.append(_Edge(below[level.order[own]], now, first + int(own), first + others, above))
    return found


def _above(p: Plan, place: int, parent: int) -> tuple[str, ...]:
    """Layer and whole over a parent at a step of the tree."""
    found = []
    for level in range(place, len(p.tree)):
        code = p.tree[level].parents[parent]
        if level >= len(p.tree) - 2:
            found.append(code)
        if level + 1 < len(p.tree):
            up = p.tree[level + 1]
            at = int(np.flatnonzero(up.order == parent)[0])
            parent = int(np.searchsorted(up.starts, at, side="right")) - 1
    return tuple(found)


def _siblings(level: Level) -> list[slice]:
    ends = [*level.starts[1:].tolist(), len(level.order)]
    return [slice(int(a), int(b)) for a, b in zip(level.starts, ends, strict=True)]


def _scanned(p: Plan, nominal: Levels, pair: tuple[str, str], edges: list[_Edge]) -> list[Turn]:
    places = p.grid.units.index(pair[0]), p.grid.units.index(pair[1])
    now = nominal.scores[0][:, places[0]] - nominal.scores[0][:, places[1]]
    tried = np.linspace(0.0, 1.0, TRIED + 1)
    gaps = _gaps(p, [(edge, float(w)) for edge in edges for w in tried], places)
    gaps = gaps.reshape(len(edges), len(tried), len(p.nodes))
    asked, brackets = [], []
    for k, edge in enumerate(edges):
        for of in edge.of:
            at = p.nodes.index(of)
            lead = float(np.sign(np.nan_to_num(now[at])))
            if lead:
                asked.append((edge, of, lead))
                brackets.append(_bracket(tried, gaps[k, :, at] * lead, edge.now))
    ends = _halved(p, places, asked, brackets)
    return [
        Turn(edge.node, of, edge.now, end, "" if end is None else pair[1] if lead > 0 else pair[0])
        for (edge, of, lead), end in zip(asked, ends, strict=True)
    ]


def _bracket(tried: Floats, led: Floats, now: float) -> tuple[float, float] | None:
    """Find the nearest interval in which the leader loses the lead: where it leads, and where it does not."""
    lost = np.flatnonzero(led < 0)
    up, down = lost[tried[lost] > now], lost[tried[lost] < now]
    found = [(max(now, tried[up[0] - 1]), tried[up[0]])] if len(up) else []
    found += [(min(now, tried[down[-1] + 1]), tried[down[-1]])] if len(down) else []
    ends = min(found, key=lambda each: abs(each[1] - now), default=None)
    return None if ends is None else (float(ends[0]), float(ends[1]))


def _halved(
    p: Plan,
    places: tuple[int, int],
    asked: list[tuple[_Edge, str, float]],
    brackets: list[tuple[float, float] | None],
) -> list[float | None]:
    able = [k for k, ends in enumerate(brackets) if ends]
    led = np.array([ends[0] for ends in brackets if ends])
    lost = np.array([ends[1] for ends in brackets if ends])
    at = np.array([p.nodes.index(asked[k][1]) for k in able], dtype=np.int64)
    sign = np.array([asked[k][2] for k in able])
    for _ in range(STEPS if able else 0):
        middle = (led + lost) / 2
        tried = [(asked[k][0], float(w)) for k, w in zip(able, middle, strict=True)]
        beyond = _gaps(p, tried, places)[np.arange(len(able)), at] * sign < 0
        lost, led = np.where(beyond, middle, lost), np.where(beyond, led, middle)
    found: list[float | None] = [None] * len(asked)
    for k, end in zip(able, lost, strict=True):
        found[k] = float(end)
    return found


def _gaps(p: Plan, tried: list[tuple[_Edge, float]], places: tuple[int, int]) -> Floats:
    """Gaps at all nodes with the weight of one node moved and its siblings in proportion, (tried, nodes)."""
    stated = np.empty(p.tree[-1].edges.stop)
    for level in p.tree:
        stated[level.edges] = level.weights
    found = []
    for start in range(0, len(tried), AT_ONCE):
        part = tried[start : start + AT_ONCE]
        weights = np.broadcast_to(stated, (len(part), len(stated))).copy()
        for b, (edge, own) in enumerate(part):
            weights[b, edge.siblings] *= (1 - own) / stated[edge.siblings].sum()
            weights[b, edge.own] = own
        scores = run(p, Draws(len(part), weights=weights)).scores
        found.append(scores[:, :, places[0]] - scores[:, :, places[1]])
    return np.concatenate(found) if found else np.empty((0, len(p.nodes)))
