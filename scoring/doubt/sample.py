"""Draws of everything uncertain in a plan, in chunks that each have their own seed."""

from __future__ import annotations

import dataclasses
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from indicators.draws import Draws
from indicators.fault import unknown
from layers.posterior import ROWS
from scoring.doubt.merge import droppable, merged
from scoring.index.weigh.random import dirichlet

if TYPE_CHECKING:
    from indicators.fault import UsageError
    from scoring.index.engine import Plan

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

CHUNK: Final = 256
"""Draws a chunk: fixed, so that any number of jobs gives the same bytes."""

GROUPS: Final = (
    "data", "bias", "weights", "normalise", "aggregate", "clip", "left_out", "posterior",
    "posts", "impute", "transform", "treat", "inputs",
)  # fmt: skip
"""Streams of random numbers; a new one goes to the end, so that the others stay."""
CHOICES: Final = ("impute", "transform", "treat", "normalise", "aggregate", "clip")


@dataclass(frozen=True)
class Vary:
    """What is drawn.

    Attributes
    ----------
    data : bool
        Errors of the values and rows of the fitted posteriors.
    bias : bool
        Errors that an economy has in a whole family of sources; only with the data.
    setups : bool
        Defensible set-ups: weights, methods, goalposts, the indicator left out.
    simplex : bool
        Weights from anywhere, each weighting as likely, instead of around those of the recipe.
    """

    data: bool = True
    bias: bool = True
    setups: bool = False
    simplex: bool = False


DATA: Final = Vary()
SETUPS: Final = Vary(setups=True)


def sample(
    p: Plan, seed: int, chunk: int, size: int = CHUNK, *, setups: bool = False, vary: Vary | None = None
) -> Draws:
    """Draw one chunk.

    Parameters
    ----------
    p : Plan
        What is drawn for.
    seed : int
        Seed of the whole run.
    chunk : int
        Number of the chunk.
    size : int
        Draws in it.
    setups : bool
        Draw the defensible set-ups as well.
    vary : Vary, optional
        What is drawn, in place of `setups`.

    Raises
    ------
    UsageError
        If the recipe offers no valid combination of methods, or varies a node that there is not.

    Notes
    -----
    Every group has a stream of its own, ``SeedSequence(seed, spawn_key=(chunk, group))``: the data errors are
    the same whether or not the set-ups are drawn. Combinations that make no sense are merged into the nearest
    that does (`scoring.doubt.merge`), never skipped: every draw counts.
    """
    return settled(p, unsettled(p, seed, chunk, size, vary or Vary(setups=setups)))


def settled(p: Plan, draws: Draws) -> Draws:
    """Merge the combinations of methods that make no sense."""
    return dataclasses.replace(draws, choices=merged(p, draws.choices)) if draws.choices else draws


def unsettled(p: Plan, seed: int, chunk: int, size: int = CHUNK, vary: Vary = SETUPS) -> Draws:
    """Draw one chunk as `sample` does, every group by itself: no combination of methods is merged yet."""
    rng = {
        name: np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(chunk, place)))
        for place, name in enumerate(GROUPS)
    }
    fields: dict[str, object] = {}
    if vary.data:
        fields["data"] = rng["data"].standard_normal((size, *p.grid.value.shape))
        fields["posterior"] = {each.family: _rows(seed, chunk, each.family, size) for each in p.grid.joints}
        fields["inputs"] = parameters(p, seed, chunk, size)
    if vary.data and vary.bias:
        fields["bias"] = rng["bias"].standard_normal((size, max(len(p.grid.groups), 1)))
    if vary.setups:
        fields |= _setups(p, rng, size)
    if vary.setups or vary.simplex:
        fields["weights"] = _weights(p, rng["weights"], size, simplex=vary.simplex)
    return Draws(size, **fields)  # type: ignore[arg-type] # by the names of its fields


def parameters(p: Plan, seed: int, chunk: int, size: int = CHUNK) -> dict[str, Floats]:
    """Draw standard normals for the parameters of a what-if, (B,) each: the same by name in every plan."""
    names = (each.name for each in p.grid.leeway)
    return {name: _stream(seed, chunk, "inputs", name).standard_normal(size) for name in names}


def _setups(p: Plan, rng: dict[str, np.random.Generator], size: int) -> dict[str, object]:
    """Draw methods, goalposts and the indicator left out; what has one option stays as stated."""
    doubt, count = p.recipe.doubt, len(p.grid.codes)
    options = {name: len(getattr(doubt, name)) for name in CHOICES}
    picks = {name: rng[name].integers(many, size=size) for name, many in options.items() if many}
    fields: dict[str, object] = {"choices": picks}
    if doubt.goalposts:
        fields["posts"] = rng["posts"].uniform(-doubt.goalposts, doubt.goalposts, (size, count, 2))
    if doubt.leave_one_out:
        out = rng["left_out"].integers(-1, count, size=size)
        fields["left_out"] = np.where((out >= 0) & droppable(p)[out], out, -1)
    return fields


def _rows(seed: int, chunk: int, family: str, size: int) -> Ints:
    """Rows of a family's posterior, (B,), from a stream that no other family moves."""
    return _stream(seed, chunk, "posterior", family).integers(ROWS, size=size)


def _stream(seed: int, chunk: int, group: str, name: str) -> np.random.Generator:
    """Random numbers of one name in a group, which no other name moves."""
    key = (chunk, GROUPS.index(group), zlib.crc32(name.encode()))
    return np.random.default_rng(np.random.SeedSequence(seed, spawn_key=key))


def _strange(node: str, p: Plan) -> UsageError:
    return unknown("node in [doubt.cv]", node, p.nodes)


def _weights(p: Plan, rng: np.random.Generator, size: int, *, simplex: bool) -> Floats:
    """Dirichlet weights of each node, (B, edges): around the stated ones, or over the whole simplex.

    Notes
    -----
    Over the simplex every child that has a weight counts 1, which makes each weighting as likely; else as
    `scoring.index.weigh.random.dirichlet` has it.
    """
    doubt, parts = p.recipe.doubt, []
    for node in doubt.cv:
        if node not in p.nodes:
            raise _strange(node, p)
    for level in p.tree:
        ends = [*level.starts[1:], len(level.weights)]
        for parent, start, end in zip(level.parents, level.starts, ends, strict=True):
            centre = level.weights[start:end]
            if simplex and np.count_nonzero(centre) > 1:
                gamma = rng.standard_gamma((centre > 0).astype(np.float64), size=(size, len(centre)))
                parts.append(gamma / gamma.sum(axis=1, keepdims=True))
            else:
                parts.append(dirichlet(centre, rng, size, cv=doubt.cv.get(parent, doubt.weight_cv)))
    return np.concatenate(parts, axis=1)
