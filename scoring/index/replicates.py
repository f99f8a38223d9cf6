"""Tables of replicates as draws: weights, picks and what is left out by name, held to what a plan offers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from indicators.draws import Draws
from indicators.fault import UsageError, unknown
from layers.choices import step
from layers.posterior import ROWS
from layers.stages import listed

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    import pandas as pd

    from layers.choices import Step
    from scoring.index.engine import Plan
    from scoring.index.framework import Level

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

STAGES: Final = ("impute", "transform", "treat", "normalise", "aggregate", "clip")
"""Stages whose method a draw may pick."""


def replicates(
    p: Plan,
    weights: pd.DataFrame | None = None,
    left_out: Collection[str | None] | None = None,
    picks: Mapping[str, Collection[int | str]] | None = None,
) -> Draws:
    """Make draws from tables of replicates.

    Parameters
    ----------
    p : Plan
        What they are replicates of.
    weights : DataFrame, optional
        Replicates x indicators and nodes: the weight of each among its siblings, which need not add to 1.
        Where no child of a node has a column all keep their stated weights; a column of the top is not read.
    left_out : sequence of str or None, optional
        By replicate the code of an indicator or node that does not count; None or empty for none.
    picks : mapping of str to sequence of int or str
        By stage (`impute`, `transform`, `treat`, `normalise`, `aggregate`, `clip`) the method of each
        replicate: its place, from 0, in what the recipe's `doubt` lists for the stage, or its name where it
        stands there once.

    Raises
    ------
    UsageError
        If the tables differ in length, a column or code is unknown, some children of a node have a weight
        and others have none, a weight is no number of 0 or more, or a pick is not in the list.
    """
    given = {"weights": weights, "left_out": left_out, **(picks or {})}
    sizes = {name: len(each) for name, each in given.items() if each is not None}
    size = next(iter(sizes.values()), 1)
    if set(sizes.values()) - {size}:
        told = ", ".join(f"{name} {count}" for name, count in sizes.items())
        message = f"replicates: tables of one length are needed, found {told}"
        raise UsageError(message)
    held = None if weights is None else _weighed(p, weights)
    out = None
    if left_out is not None:
        held, out = _without(p, held, left_out)
    choices = {stage: _picked(p, stage, each) for stage, each in (picks or {}).items()}
    return Draws(size, weights=held, choices=choices, left_out=out)


def _stated(p: Plan, size: int) -> Floats:
    """Weights of the framework in every replicate, (size, edges)."""
    return np.tile(np.concatenate([level.weights for level in p.tree]), (size, 1))


def _weighed(p: Plan, weights: pd.DataFrame) -> Floats:
    """Lay a table of weights out in the order of the plan, (B, edges)."""
    columns = [str(column) for column in weights.columns]
    for column in columns:
        if column not in {*p.edges, *p.nodes}:
            kind = "indicator or node with a weight"
            raise unknown(kind, column, (*p.edges, *p.nodes))
    twice = sorted({column for column in columns if columns.count(column) > 1})
    if twice:
        message = f"weights: columns stand twice: {listed(twice)}"
        raise UsageError(message)
    found = _stated(p, len(weights))
    given = weights.set_axis(columns, axis=1)
    for place, code in _asked(p, set(columns)):
        try:
            found[:, place] = given[code].to_numpy(np.float64)
        except (TypeError, ValueError):
            message = f"weights must be numbers of 0 or more; not so: {code}"
            raise UsageError(message) from None
    check_weights(p, found)
    return found


def _asked(p: Plan, columns: set[str]) -> list[tuple[int, str]]:
    """Places and codes of the edges that have a column: of a node all children or none."""
    found, lacking = [], []
    for level in p.tree:
        ends = [*level.starts[1:], len(level.order)]
        for start, end in zip(level.starts, ends, strict=True):
            children = [(level.edges.start + k, level.children[k]) for k in range(start, end)]
            own = [each for each in children if each[1] in columns]
            found += own
            lacking += [code for _, code in children if own and code not in columns]
    if lacking:
        message = f"weights are needed for all children of a node or for none; none: {listed(lacking)}"
        raise UsageError(message)
    return found


def _without(
    p: Plan, weights: Floats | None, left_out: Collection[str | None]
) -> tuple[Floats | None, Ints | None]:
    """Give weights in which nodes are left out, and the indicator left out of each replicate."""
    codes, edges = list(p.grid.codes), list(p.edges)
    out = np.full(len(left_out), -1)
    for b, code in enumerate(left_out):
        if code is None or code == "" or code != code:  # noqa: PLR0124 - a table's empty cell is no number
            continue
        if code not in edges:
            kind = "indicator or node left out"
            raise unknown(kind, str(code), edges)
        if code in codes:
            out[b] = codes.index(code)
        else:
            weights = _stated(p, len(left_out)) if weights is None else weights
            weights[b, edges.index(code)] = 0.0
    return weights, out if (out >= 0).any() else None


def _offered(p: Plan, stage: str) -> tuple[Any, ...]:
    """List what the recipe offers for a stage."""
    if stage not in STAGES:
        kind = "stage to pick for"
        raise unknown(kind, stage, STAGES)
    return tuple(getattr(p.recipe.doubt, stage))


def _picked(p: Plan, stage: str, picks: Collection[int | str]) -> Ints:
    """Places of methods in what the recipe lists, (B,)."""
    offered = _offered(p, stage)
    names = [_name(each) for each in offered]
    places = {name: k for k, name in enumerate(names) if names.count(name) == 1}
    found = [_place(pick, places) for pick in picks]
    if not all(0 <= place < len(offered) for place in found):
        by_name = f", or one of {', '.join(places)}" if places else ""
        message = (
            f"{stage}: expected {len(found)} places in the {len(offered)} that the recipe's doubt lists"
            f"{by_name}"
        )
        raise UsageError(message)
    return np.array(found, dtype=np.int64)


def _place(pick: Any, places: Mapping[str, int]) -> int:  # noqa: ANN401 - whatever stands in a table
    """Place that a cell of a table stands for, -1 for what is none."""
    if isinstance(pick, str):
        return places.get(pick, -1)
    return int(pick) if isinstance(pick, (int, float, np.number)) and pick == np.floor(pick) else -1


def _name(method: Step | str | float | tuple[Step | str, ...]) -> str:
    """Name of what stands in a list of the recipe; means by level are joined."""
    if isinstance(method, tuple):
        return " ".join(step(each).method for each in method)
    return f"{method:g}" if isinstance(method, (int, float)) else step(method).method


def check(p: Plan, draws: Draws) -> None:
    """Hold draws to a plan: the shape of every field, and that what they pick is there.

    Raises
    ------
    UsageError
        If a field has another shape, a place lies outside its list, or weights are no weights.
    """
    b, (j, n) = draws.size, p.grid.value.shape
    shapes: dict[str, tuple[Any, tuple[int, ...]]] = {
        "data": (draws.data, (b, j, n)),
        "bias": (draws.bias, (b, max(len(p.grid.groups), 1))),
        "weights": (draws.weights, (b, len(p.edges))),
        "posts": (draws.posts, (b, j, 2)),
        "left_out": (draws.left_out, (b,)),
    }
    shapes |= {f"choices[{name!r}]": (each, (b,)) for name, each in draws.choices.items()}
    shapes |= {f"posterior[{name!r}]": (each, (b,)) for name, each in draws.posterior.items()}
    for name, (field, shape) in shapes.items():
        if field is not None and np.shape(field) != shape:
            message = f"draws: {name} has the shape {np.shape(field)}, expected {shape}"
            raise UsageError(message)
    for stage, picks in draws.choices.items():
        _inside(f"choices[{stage!r}]", picks, 0, len(_offered(p, stage)))
    for family, rows in draws.posterior.items():
        _inside(f"posterior[{family!r}]", rows, 0, ROWS)
    if draws.left_out is not None:
        _inside("left_out", draws.left_out, -1, j)
    if draws.weights is not None:
        check_weights(p, draws.weights)


def _inside(name: str, places: Ints, first: int, end: int) -> None:
    """Refuse places outside of their list."""
    places = np.asarray(places)
    if len(places) and not (first <= places.min() and places.max() < end):
        message = f"draws: {name} goes from {places.min()} to {places.max()}, expected {first} to {end - 1}"
        raise UsageError(message)


def check_weights(p: Plan, weights: Floats) -> None:
    """Refuse weights that are no weights: negative, no number, or all zero under a node."""
    for level in p.tree:
        _check_level(level, weights[:, level.edges])


def _check_level(level: Level, given: Floats) -> None:
    wrong = np.flatnonzero(~((given >= 0) & np.isfinite(given)).all(axis=0))
    if len(wrong):
        names = listed([level.children[k] for k in wrong])
        message = f"weights must be numbers of 0 or more; not so: {names}"
        raise UsageError(message)
    none = np.flatnonzero((np.add.reduceat(given, level.starts, axis=1) <= 0).any(axis=0))
    if len(none):
        message = f"the weights under {listed([level.parents[k] for k in none])} are all zero in a draw"
        raise UsageError(message)
