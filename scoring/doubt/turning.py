"""What a single figure does to a lead: the value at which it turns, and the swing over its own range.

Everything goes through the one pipeline: a figure is moved as a draw of the data would move it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from indicators.draws import Draws
from indicators.interval import IDENTITY
from layers.grid import FLOOR, OBSERVED, transformed
from scoring.index.engine import run

if TYPE_CHECKING:
    from collections.abc import Sequence

    from layers.grid import Grid
    from scoring.index.engine import Plan

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Move = tuple[int, int, float]

STEPS: Final = 60
"""Bisections: more than the digits of a float."""
AT_ONCE: Final = 512
"""Figures that are moved in one run."""


@dataclass(frozen=True)
class TippingValue:
    """The value of one figure at which a lead turns, everything else as it stands.

    Attributes
    ----------
    indicator, economy, node : str
        Which figure, and whose lead: of the whole or of a layer.
    now : float or None
        Value that is held, in the unit of the indicator; None for a true absence.
    value : float or None
        Value at which both are level; None where not even the goalpost turns the lead.
    end : float
        The goalpost it was moved towards, in the same unit.
    ranges : float or None
        How far away the value is, in goalpost ranges.
    leader : str
        Who leads now.
    """

    indicator: str
    economy: str
    node: str
    now: float | None
    value: float | None
    end: float
    ranges: float | None
    leader: str


@dataclass(frozen=True)
class Swing:
    """What the 90 % range of one figure does to a gap, everything else as it stands.

    Attributes
    ----------
    indicator, economy, node : str
        Which figure, and which gap.
    low, high : float
        Ends of its range, in the unit of the indicator.
    at_low, at_high : float
        The gap at these ends, first minus second, in points.
    """

    indicator: str
    economy: str
    node: str
    low: float
    high: float
    at_low: float
    at_high: float


def movable(p: Plan) -> Plan:
    """Give a plan in which a standard normal of 1 moves a figure by 1 in its unit, and nothing else does.

    Notes
    -----
    A true absence scores nothing; to be moved it begins at the goalpost that scores the same.
    """
    grid = p.grid
    absent = (grid.state == FLOOR) & ~np.isfinite(grid.value) & np.isfinite(grid.divisor)
    worst, _ = posts_of(grid)
    posts = np.stack([untransformed(grid, j, worst[j]) for j in range(len(worst))])
    value = np.where(absent, posts[:, None] * grid.divisor, grid.value)
    one = np.ones(value.shape)
    moved = replace(
        grid,
        value=value,
        centre=value,
        below=one,
        above=one,
        scale=np.full(value.shape, IDENTITY, dtype=grid.scale.dtype),
        state=np.where(absent, OBSERVED, grid.state).astype(grid.state.dtype),
        joints=(),
    )
    return replace(p, grid=moved)


def gaps_after(p: Plan, moves: Sequence[Sequence[Move]], pair: tuple[int, int]) -> Floats:
    """Run the pipeline once for each set of figures that are set to other values.

    Parameters
    ----------
    p : Plan
        From `movable`.
    moves : sequence of sequences of (int, int, float)
        Place of the indicator, place of the unit, and the value in its unit.
    pair : tuple of int
        Places of first and second.

    Returns
    -------
    (moves, nodes) array
        Gaps in points, NaN where one of the two is not scored.
    """
    first, second = pair
    found = []
    for start in range(0, len(moves), AT_ONCE):
        part = moves[start : start + AT_ONCE]
        data = np.zeros((len(part), *p.grid.value.shape))
        for b, cells in enumerate(part):
            for j, i, value in cells:
                data[b, j, i] = value - p.grid.centre[j, i]
        scores = run(p, Draws(len(part), data=data)).scores
        found.append(scores[:, :, first] - scores[:, :, second])
    return np.concatenate(found) if found else np.empty((0, len(p.nodes)))


def tipping_values(p: Plan, pair: tuple[str, str], nodes: Sequence[str] | None = None) -> list[TippingValue]:
    """Value of every figure of a pair at which the lead in its layer, and overall, turns.

    Parameters
    ----------
    p : Plan
        What is scored.
    pair : tuple of str
        Codes.
    nodes : sequence of str, optional
        Nodes whose lead is asked about; the whole and the layers by default. Others are not searched.

    Notes
    -----
    The leader's figure is moved towards the goalpost that scores nothing, the follower's towards the one that
    scores all, on the scale of the indicator's transform; the gap is followed by bisection until the value
    stands to the last digit. What is not level even at the goalpost cannot turn the lead.
    """
    moved = movable(p)
    places = p.grid.units.index(pair[0]), p.grid.units.index(pair[1])
    now = gaps_after(moved, [()], places)[0]
    asked = tuple(nodes) if nodes is not None else headed(p)
    searches = [
        _Search(j, i, node, float(np.sign(now[p.nodes.index(node)])))
        for node in asked
        for j in under(p, node)
        for i in places
        if _can_move(moved.grid, j, i) and np.isfinite(now[p.nodes.index(node)]) and now[p.nodes.index(node)]
    ]
    paths = [_path(moved.grid, it, leads=(it.sign > 0) == (it.i == places[0])) for it in searches]
    shares = _bisected(moved, searches, paths, places)
    return [
        _told(p, moved.grid, it, path, share, pair)
        for it, path, share in zip(searches, paths, shares, strict=True)
    ]


def swings(p: Plan, pair: tuple[str, str]) -> list[Swing]:
    """Gaps at both ends of the 90 % range of every figure of a pair, for its layer and the whole."""
    moved = movable(p)
    places = p.grid.units.index(pair[0]), p.grid.units.index(pair[1])
    nodes = headed(p)
    cells = [
        (j, i)
        for j in range(len(p.grid.value))
        for i in places
        if np.isfinite(p.grid.low[j, i]) and p.grid.high[j, i] > p.grid.low[j, i]
    ]
    ends = [
        gaps_after(moved, [((j, i, float(end[j, i])),) for j, i in cells], places)
        for end in (p.grid.low, p.grid.high)
    ]
    found = []
    for node in nodes:
        below, place = set(under(p, node)), p.nodes.index(node)
        found += [
            Swing(
                p.grid.codes[j],
                p.grid.units[i],
                node,
                float(p.grid.low[j, i]),
                float(p.grid.high[j, i]),
                float(ends[0][k, place]),
                float(ends[1][k, place]),
            )
            for k, (j, i) in enumerate(cells)
            if j in below and np.isfinite(ends[0][k, place]) and np.isfinite(ends[1][k, place])
        ]
    return found


@dataclass(frozen=True)
class _Search:
    """One figure and the lead that it is to turn; `sign` is 1 where the first leads."""

    j: int
    i: int
    node: str
    sign: float


@dataclass(frozen=True)
class _Path:
    """Way of a figure on the scale of its transform, from where it stands to the goalpost."""

    start: float
    end: float


def under(p: Plan, node: str) -> list[int]:
    """Places of the indicators under a node, by the arrays of the tree."""
    place = np.arange(len(p.grid.codes))
    for level in p.tree:
        above = np.empty(len(level.order), dtype=np.int64)
        above[level.order] = np.searchsorted(level.starts, np.arange(len(level.order)), side="right") - 1
        place = above[place]
        if node in level.parents:
            return np.flatnonzero(place == level.parents.index(node)).tolist()
    return []


def posts_of(grid: Grid) -> tuple[Floats, Floats]:
    """Worst and best goalpost of every indicator on the scale of its transform, two (J,) arrays.

    An indicator of a plain table that has none takes the worst and the best value of the units.
    """
    worst, best = np.array(grid.posts.worst), np.array(grid.posts.best)
    seen = np.where(grid.reference & np.isfinite(grid.value), grid.value / grid.divisor, np.nan)
    for j in np.flatnonzero(~np.isfinite(worst + best)):
        if np.isfinite(seen[j]).any():
            ends = np.nanmin(seen[j]), np.nanmax(seen[j])
            worst[j], best[j] = ends if grid.direction[j] > 0 else ends[::-1]
    for k, kind in enumerate(grid.transform):
        worst[k], best[k] = transformed(np.array([worst[k], best[k]]), kind)
    return worst, best


def headed(p: Plan) -> tuple[str, ...]:
    """Nodes whose lead is asked about: the whole, and its layers where it has any."""
    return (*p.tree[-1].parents, *(p.tree[-2].parents if len(p.tree) > 1 else ()))


def _can_move(grid: Grid, j: int, i: int) -> bool:
    return bool(np.isfinite(grid.value[j, i]) and np.isfinite(grid.divisor[j, i]))


def begin(grid: Grid, j: int, i: int) -> float:
    """Where a figure stands on the scale of its transform; beyond a goalpost it stands at it."""
    worst, best = (float(post[j]) for post in posts_of(grid))
    x = np.array([grid.value[j, i] / grid.divisor[j, i]])
    lowest = float(untransformed(grid, j, min(worst, best))) if grid.transform[j] == "log" else 1.0
    here = float(transformed(x, grid.transform[j], lowest)[0])
    return min(max(here, min(worst, best)), max(worst, best))


def _path(grid: Grid, it: _Search, *, leads: bool) -> _Path:
    """Between the posts: beyond them a value scores as at the post."""
    worst, best = (float(post[it.j]) for post in posts_of(grid))
    return _Path(begin(grid, it.j, it.i), worst if leads else best)


def untransformed(grid: Grid, j: int, u: float | Floats) -> Floats:
    """Undo the transform of an indicator, at its place j."""
    kind = grid.transform[j]
    return np.asarray(np.exp(u) if kind == "log" else np.expm1(u) if kind == "log1p" else u)


def _value(grid: Grid, it: _Search, path: _Path, share: float) -> float:
    return stated(grid, it.j, it.i, path.start + share * (path.end - path.start))


def stated(grid: Grid, j: int, i: int, u: float) -> float:
    """Value of a place on the scale of the transform, in the unit of the indicator.

    Rounded to 13 digits of the range between the goalposts: less is the noise of going there and back.
    """
    value = float(untransformed(grid, j, u) * grid.divisor[j, i])
    ends = [float(untransformed(grid, j, float(post[j])) * grid.divisor[j, i]) for post in posts_of(grid)]
    size = max(map(abs, ends))
    return round(value, 13 - math.ceil(math.log10(size))) if size > 0 else value


def _bisected(p: Plan, searches: list[_Search], paths: list[_Path], pair: tuple[int, int]) -> Floats:
    """Share of its way at which each figure turns the lead; NaN where not even the end does."""
    at = np.array([p.nodes.index(it.node) for it in searches], dtype=np.int64)
    signs = np.array([it.sign for it in searches])

    def turned(asked: Ints, shares: Floats) -> NDArray[np.bool_]:
        moves = [
            ((searches[k].j, searches[k].i, _value(p.grid, searches[k], paths[k], float(share))),)
            for k, share in zip(asked, shares, strict=True)
        ]
        gaps = gaps_after(p, moves, pair)[np.arange(len(asked)), at[asked]]
        return np.asarray(gaps * signs[asked] < 0)

    found = np.full(len(searches), np.nan)
    every = np.arange(len(searches))
    able = every[turned(every, np.ones(len(searches)))] if searches else every
    low, high = np.zeros(len(able)), np.ones(len(able))
    for _ in range(STEPS if len(able) else 0):
        middle = (low + high) / 2
        beyond = turned(able, middle)
        high, low = np.where(beyond, middle, high), np.where(beyond, low, middle)
    found[able] = high
    return found


def _told(p: Plan, grid: Grid, it: _Search, path: _Path, share: float, pair: tuple[str, str]) -> TippingValue:
    turns = bool(np.isfinite(share))
    worst, best = (float(post[it.j]) for post in posts_of(grid))
    now = float(p.grid.value[it.j, it.i])
    return TippingValue(
        indicator=p.grid.codes[it.j],
        economy=p.grid.units[it.i],
        node=it.node,
        now=now if np.isfinite(now) else None,
        value=_value(grid, it, path, share) if turns else None,
        end=_value(grid, it, path, 1.0),
        ranges=float(abs(share * (path.end - path.start) / (best - worst))) if turns else None,
        leader=pair[0] if it.sign > 0 else pair[1],
    )
