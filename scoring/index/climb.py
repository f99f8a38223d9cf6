"""One step up the tree: children to parents, by the mean and the weights that each draw has."""

from __future__ import annotations

import inspect
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from layers.choices import Step, methods
from layers.stages import told

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from scoring.index.framework import Level

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]

FEW_ROWS: Final = 64
"""Distinct realisations up to which each is aggregated for all its draws at once, not copied to them."""


@dataclass(frozen=True)
class Part:
    """Parents of a level that are aggregated alike.

    Attributes
    ----------
    parents : (parents,) array of int64
        Places among the parents of the level.
    children : (children,) array of int64
        Places in the level's order.
    starts : (parents,) array of int64
        Where each parent's children start in `children`.
    mean : Step or None
        Own mean; None for that of the level.
    threshold : float
        Share of its children that a parent needs.
    """

    parents: Ints
    children: Ints
    starts: Ints
    mean: Step | None
    threshold: float


@dataclass(frozen=True)
class Scored:
    """Scores of children: distinct realisations (R, children, n), and which of them each draw has, (B,)."""

    x: Floats
    of: Ints


def parts(
    level: Level, own: Mapping[str, tuple[Step | None, float | None]], usual: float
) -> tuple[Part, ...]:
    """Group the parents of a level by how they are aggregated; `usual` is the threshold where none is own."""
    ends = [*level.starts[1:], len(level.order)]
    found: dict[str, tuple[Step | None, float, list[int]]] = {}
    for k, parent in enumerate(level.parents):
        mean, stated = own[parent]
        threshold = usual if stated is None else stated
        key = f"{mean.model_dump_json() if mean else ''} {threshold}"
        found.setdefault(key, (mean, threshold, []))[2].append(k)
    made = []
    for mean, threshold, places in found.values():
        ranges = [np.arange(level.starts[k], ends[k]) for k in places]
        starts = np.cumsum([0, *(len(each) for each in ranges[:-1])], dtype=np.int64)
        made.append(Part(np.array(places), np.concatenate(ranges), starts, mean, threshold))
    return tuple(made)


@dataclass(frozen=True)
class Rules:
    """How a level is aggregated.

    Attributes
    ----------
    parts : tuple of Part
        Parents that are aggregated alike.
    means : sequence of Step
        What is picked from.
    picks : (B,) array of int64, optional
        Which of `means` each draw takes; the first for all without.
    lowest : float or (B, 1, 1) array, optional
        What scores are lifted to in a mean that needs positive ones.
    reference : (n,) array of bool
        Units that are counted.
    units : tuple of str
        Their names, for messages.
    """

    parts: tuple[Part, ...]
    means: Sequence[Step]
    picks: Ints | None
    lowest: Floats | float | None
    reference: Mask
    units: tuple[str, ...]


def climb(level: Level, below: Scored, weights: Floats, rules: Rules, out: Floats) -> None:
    """Aggregate the children of a level.

    Parameters
    ----------
    level : Level
        One step of the tree.
    below : Scored
        Scores of its children in the order of the arrays below.
    weights : (1 or B, children, 1 or n) array
        In the order of the level.
    rules : Rules
        Means and what they need.
    out : (B, parents, n) array
        Where the scores of the parents are put.

    Raises
    ------
    UsageError
        If a mean cannot take a score, which is named.
    """
    picks = rules.picks
    if picks is not None and all(mean == rules.means[0] for mean in rules.means):
        picks = None
    for at, x, pick in _alike(below, picks):
        own = weights if len(weights) == 1 or at is None else weights[at]
        for part in rules.parts:
            done = _mean(level, part, (x, own, at), part.mean or rules.means[pick], rules)
            if len(rules.parts) == 1:
                out[slice(None) if at is None else at] = done
            else:
                out[(slice(None), part.parents) if at is None else np.ix_(at, part.parents)] = done


def _alike(below: Scored, picks: Ints | None) -> list[tuple[Ints | None, Floats, int]]:
    """Split the draws into those that share a realisation, or a mean where every draw has its own."""
    size, rows = len(below.of), len(below.x)
    if rows == size or rows > FEW_ROWS:
        x = below.x if rows == size and bool((below.of == np.arange(size)).all()) else below.x[below.of]
        if picks is None:
            return [(None, x, 0)]
        return [(at, x[at], int(k)) for k in np.unique(picks) for at in [np.flatnonzero(picks == k)]]
    if rows == 1 and picks is None:
        return [(None, below.x, 0)]
    key = below.of if picks is None else below.of + rows * picks
    found: list[tuple[Ints | None, Floats, int]] = []
    for each in np.unique(key):
        pick, row = divmod(int(each), rows)
        found.append((np.flatnonzero(key == each), below.x[row : row + 1], pick))
    return found


def _mean(
    level: Level, part: Part, values: tuple[Floats, Floats, Ints | None], chosen: Step, rules: Rules
) -> Floats:
    """Aggregate some parents for some draws by one mean; its refusal is told by names."""
    x, weights, at = values
    lowest = rules.lowest
    if at is not None and lowest is not None and np.ndim(lowest):
        lowest = np.asarray(lowest)[at]
    offered = {"lowest": lowest, "reference": rules.reference, "threshold": part.threshold}
    asked = {name: offered[name] for name in takes(chosen.method) if name in offered}
    whole = len(rules.parts) == 1
    order = level.order if whole else level.order[part.children]
    own = weights if whole else weights[:, part.children]
    method = methods("aggregate")[chosen.method]
    with told("aggregate", chosen, [level.children[k] for k in part.children], rules.units):
        found: Floats = method(_ordered(x, order), own, part.starts, **(asked | chosen.params))
    return found


def _ordered(x: Floats, order: Ints) -> Floats:
    """Put children in the order of the level, without a copy where they are in it."""
    return x if len(order) == x.shape[1] and bool((order == np.arange(len(order))).all()) else x[:, order]


@cache
def takes(method: str) -> tuple[str, ...]:
    """Names of the parameters of a mean."""
    return tuple(inspect.signature(methods("aggregate")[method]).parameters)


def weighed(
    level: Level, below: Scored, given: Floats, use: Step, units: tuple[Mask, Sequence[str]]
) -> Floats:
    """Weights that the scores themselves give, (B or 1, children, 1 or n), in the order of the level.

    Parameters
    ----------
    level, below, given
        The level, the scores of its children, and their weights as stated.
    use : Step
        Where the weights come from.
    units : tuple of mask and names
        Units that count, and what messages call all of them.

    Raises
    ------
    UsageError
        If a child does not suit the method, by its name.
    """
    reference, names = units
    x = _ordered(below.x, level.order)
    ends = [*level.starts[1:], len(level.order)]
    found = []
    for start, end in zip(level.starts, ends, strict=True):
        with told("weigh", use, level.children[start:end], names):
            one: Floats = methods("weigh")[use.method](
                x[:, start:end], given[:, start:end, 0], reference, **use.params
            )
        found.append(one if one.ndim == 3 else one[..., None])
    deep = max(each.shape[-1] for each in found)
    rows = np.concatenate([np.broadcast_to(each, (*each.shape[:2], deep)) for each in found], axis=1)
    return rows if len(rows) == 1 else rows[below.of]
