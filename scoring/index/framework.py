"""The tree that indicators hang on, and the same tree as index arrays."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, model_validator

from indicators.fault import UsageError, unknown
from indicators.schema import Code, Frozen, Indicator

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
        if len({depth for _, depth in self.depths().items() if self.is_last(_)}) > 1:
            message = "pillars must all stand equally deep under the top"
            raise ValueError(message)
        return self

    def depths(self) -> dict[str, int]:
        """Steps from the top, by node; a cycle is an error."""
        parents = {node.code: node.parent for node in self.nodes}
        depths = {}
        for code in parents:
            steps, above = 0, parents[code]
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
        """Indicators in the order of their pillars; those of weight 0 stay out.

        Raises
        ------
        UsageError
            If an indicator names a pillar that the tree does not have.
        """
        pillars = [node.code for node in self.nodes if self.is_last(node.code)]
        for it in indicators.values():
            if it.pillar not in pillars:
                raise unknown(f"pillar of indicator {it.code}", it.pillar, pillars)
        weighted = [it for it in indicators.values() if it.weight > 0]
        return tuple(sorted(weighted, key=lambda it: pillars.index(it.pillar)))


def read_framework(name: str | Path) -> Framework:
    """Read a shipped framework by name, or one from a file."""
    shipped = {path.stem: path for path in FOLDER.glob("*.toml")}
    path = shipped.get(str(name), Path(name))
    if not path.is_file():
        raise unknown("framework", str(name), shipped)
    return Framework.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))


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
        groups = [[k for k, (_, up, _) in enumerate(children) if up == parent] for parent in parents]
        weights = [np.array([children[k][2] for k in group], dtype=np.float64) for group in groups]
        for parent, each in zip(parents, weights, strict=True):
            if each.sum() <= 0:
                message = f"the weights under {parent!r} are all zero"
                raise UsageError(message)
        order = np.array([k for group in groups for k in group])
        starts = np.cumsum([0, *(len(group) for group in groups[:-1])])
        share = np.concatenate([each / each.sum() for each in weights])
        steps.append(Level(parents, order, starts, share, slice(start, start + len(order))))
        start += len(order)
        held = {node.code: node for node in nodes}
        children = [(code, held[code].parent or "", held[code].weight) for code in parents]
    return tuple(steps)
