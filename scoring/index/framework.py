"""The tree that indicators hang on, and the same tree as index arrays."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, model_validator

from indicators.fault import UsageError, unknown
from indicators.schema import Code, Frozen, Indicator
from scoring.index.described import read_described

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

FOLDER: Final = Path(__file__).parents[1] / "frameworks"


class Node(Frozen):
    """One node above the indicators."""

    code: Code
    """Name of the node."""
    title: str
    """Name in tables and charts."""
    parent: Code | None = None
    """The node it counts for; None for the top."""
    weight: float = Field(default=1.0, ge=0)
    """Weight among its siblings."""


class Framework(Frozen):
    """A tree of nodes; indicators are its leaves and name their pillar themselves."""

    name: str
    """Name of the framework."""
    title: str
    """What it measures."""
    coverage_floor: float = Field(default=2 / 3, ge=0, le=1)
    """Share of its weight that a layer needs to be scored."""
    nodes: tuple[Node, ...]
    """Top first."""

    @model_validator(mode="after")
    def _is_a_tree(self) -> Self:
        codes = [node.code for node in self.nodes]
        twice = sorted({code for code in codes if codes.count(code) > 1})
        if twice:
            message = f"nodes stand twice: {', '.join(twice)}"
            raise ValueError(message)
        tops = [node.code for node in self.nodes if node.parent is None]
        if len(tops) != 1:
            message = f"a tree has one top, found {', '.join(tops) or 'none'}"
            raise ValueError(message)
        strangers = [node.code for node in self.nodes if node.parent is not None and node.parent not in codes]
        if strangers:
            message = f"nodes whose parent does not exist: {', '.join(strangers)}"
            raise ValueError(message)
        last = {depth for code, depth in self.depths().items() if self.is_last(code)}
        if len(last) > 1 or 0 in last:
            message = "pillars must all stand equally deep, at least one step under the top"
            raise ValueError(message)
        return self

    def depths(self) -> dict[str, int]:
        """Count the steps from the top, by node.

        Raises
        ------
        ValueError
            If a node stands above itself.
        """
        parents = {node.code: node.parent for node in self.nodes}
        depths = {}
        for code, parent in parents.items():
            steps, above = 0, parent
            while above is not None:
                steps, above = steps + 1, parents[above]
                if steps > len(parents):
                    message = f"node {code!r} stands above itself"
                    raise ValueError(message)
            depths[code] = steps
        return depths

    def is_last(self, code: str) -> bool:
        """Say whether no other node hangs on it: a pillar, which takes indicators."""
        return all(node.parent != code for node in self.nodes)

    def leaves(self, indicators: Mapping[str, Indicator]) -> tuple[Indicator, ...]:
        """Order the indicators by their pillars; those of weight 0 stay out.

        Raises
        ------
        UsageError
            If an indicator names a pillar that the tree does not have.
        """
        pillars = [node.code for node in self.nodes if self.is_last(node.code)]
        for it in indicators.values():
            if it.pillar not in pillars:
                raise _strange(it, pillars)
        weighted = [it for it in indicators.values() if it.weight > 0]
        return tuple(sorted(weighted, key=lambda it: pillars.index(it.pillar)))


def _strange(it: Indicator, pillars: Sequence[str]) -> UsageError:
    return unknown(f"pillar of indicator {it.code}", it.pillar, pillars)


def read_framework(name: str | Path = "default") -> Framework:
    """Read a shipped framework by name, or one from a file.

    Raises
    ------
    UsageError
        If there is neither.
    DataError
        If the file is not a framework.
    """
    return read_described(Framework, name, FOLDER)


@dataclass(frozen=True)
class Level:
    """One step of aggregation: which children go to which parents.

    Attributes
    ----------
    parents : tuple of str
        In the order of the arrays.
    order : (children,) array of int64
        Places of the children, those of one parent together.
    starts : (parents,) array of int64
        Where each parent's children start in `order`.
    weights : (children,) array of float64
        In the order of `order`, adding to 1 for each parent.
    edges : slice
        Where these weights stand in a draw's `weights`.
    """

    parents: tuple[str, ...]
    order: Ints
    starts: Ints
    weights: Floats
    edges: slice


def levels(framework: Framework, leaves: Sequence[Indicator]) -> tuple[Level, ...]:
    """Index arrays of the tree, from the indicators up; nodes without any indicator are left out.

    Raises
    ------
    UsageError
        If no indicator has a weight.
    """
    if not leaves:
        message = "no indicator has a weight: nothing can be scored"
        raise UsageError(message)
    depths = framework.depths()
    children = [(it.code, it.pillar, it.weight) for it in leaves]
    steps: list[Level] = []
    start = 0
    for depth in range(max(depths.values()), -1, -1):
        nodes = [node for node in framework.nodes if depths[node.code] == depth]
        parents = tuple(node.code for node in nodes if any(up == node.code for _, up, _ in children))
        steps.append(_level(parents, children, start))
        start += len(children)
        held = {node.code: node for node in nodes}
        children = [(code, held[code].parent or "", held[code].weight) for code in parents]
    return tuple(steps)


def _level(parents: tuple[str, ...], children: Sequence[tuple[str, str, float]], start: int) -> Level:
    """Make one step of the tree from children as (code, parent, weight)."""
    groups = [[k for k, (_, up, _) in enumerate(children) if up == parent] for parent in parents]
    weights = [np.array([children[k][2] for k in group], dtype=np.float64) for group in groups]
    for parent, each in zip(parents, weights, strict=True):
        if each.sum() <= 0:
            message = f"the weights under {parent!r} are all zero"
            raise UsageError(message)
    order = np.array([k for group in groups for k in group], dtype=np.int64)
    starts = np.cumsum([0, *(len(group) for group in groups[:-1])], dtype=np.int64)
    share = np.concatenate([each / each.sum() for each in weights])
    return Level(parents, order, starts, share, slice(start, start + len(children)))
