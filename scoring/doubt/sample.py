"""Draws of everything uncertain in a plan, in chunks that each have their own seed."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING, Final

import numpy as np

from indicators.draws import Draws
from layers.posterior import ROWS
from scoring.index.engine import Plan

if TYPE_CHECKING:
    from numpy.typing import NDArray

CHUNK: Final = 256
"""Draws a chunk: fixed, so that any number of jobs gives the same bytes."""

GROUPS: Final = ("data", "bias", "weights", "normalise", "aggregate", "clip", "left_out", "posterior")


def sample(p: Plan, seed: int, chunk: int, size: int = CHUNK, *, setups: bool = False) -> Draws:
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
        Draw the defensible set-ups as well: weights, normaliser, mean and clip across layers, indicator left
        out.

    Notes
    -----
    Every group has a stream of its own, ``SeedSequence(seed, spawn_key=(chunk, group))``: the data errors are
    the same whether or not the set-ups are drawn.
    """
    streams = {
        name: np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(chunk, place)))
        for place, name in enumerate(GROUPS)
    }
    data = streams["data"].standard_normal((size, *p.grid.value.shape))
    bias = streams["bias"].standard_normal((size, max(len(p.grid.groups), 1)))
    rows = {each.family: _rows(seed, chunk, each.family, size) for each in p.grid.joints}
    if not setups:
        return Draws(size, data=data, bias=bias, posterior=rows)
    doubt = p.recipe.doubt
    choices = {
        "normalise": streams["normalise"].integers(len(doubt.normalise), size=size),
        "aggregate": streams["aggregate"].integers(len(doubt.aggregate), size=size),
        "clip": streams["clip"].integers(len(doubt.clip), size=size),
    }
    left_out = streams["left_out"].integers(-1, len(p.grid.codes), size=size)
    return Draws(
        size,
        data=data,
        bias=bias,
        posterior=rows,
        weights=_weights(p, streams["weights"], size),
        choices=choices,
        left_out=left_out if doubt.leave_one_out else None,
    )


def _rows(seed: int, chunk: int, family: str, size: int) -> NDArray[np.int64]:
    """Rows of a family's posterior, (B,), from a stream that no other family moves."""
    key = (chunk, GROUPS.index("posterior"), zlib.crc32(family.encode()))
    return np.random.default_rng(np.random.SeedSequence(seed, spawn_key=key)).integers(ROWS, size=size)


def _weights(p: Plan, rng: np.random.Generator, size: int) -> NDArray[np.float64]:
    """Dirichlet around the stated weights of each node, (B, edges).

    Notes
    -----
    The concentration is that at which k equal children, as many as have a weight, have the stated coefficient
    of variation: ``(1 - w) / (w CV^2) - 1`` with ``w = 1 / k``; a lone child keeps its weight.
    """
    parts = []
    for level in p.tree:
        ends = [*level.starts[1:], len(level.weights)]
        for start, end in zip(level.starts, ends, strict=True):
            centre = level.weights[start:end]
            share = 1 / np.count_nonzero(centre)
            concentration = (1 - share) / (share * p.recipe.doubt.weight_cv**2) - 1
            if concentration <= 0:
                parts.append(np.broadcast_to(centre, (size, len(centre))))
                continue
            gamma = rng.standard_gamma(concentration * centre, size=(size, len(centre)))
            parts.append(gamma / gamma.sum(axis=1, keepdims=True))
    return np.concatenate(parts, axis=1)
