"""The tree that indicators hang on, and the same tree as index arrays."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, Literal, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, model_validator

from indicators.fault import UsageError, unknown
from indicators.schema import Frozen, Indicator
from layers.choices import Method, of
from scoring.index.described import called, read_described

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

Mean = Annotated[Method, of("aggregate")]
"""A mean by its name, or with parameters as ``{ method = "power", p = 0.5 }``."""

FOLDER: Final = Path(__file__).parents[1] / "frameworks"


NodeCode = Annotated[str, Field(pattern=r"^\S(.{0,62}\S)?$")]
"""Name of a node or of a column: at most 64 characters, none of them a space at an end."""


class Leaf(Frozen):
    """An indicator of a tree that is scored from a plain table."""

    code: NodeCode
    """Name of its column."""
    parent: NodeCode
    """The node it counts for."""
    title: str = ""
    """Name in tables; the code where none is given."""
    weight: float = Field(default=1.0, ge=0, allow_inf_nan=False)
    """Weight among its siblings."""
    direction: Literal[1, -1] = 1
    """1 where more is better, -1 where less is."""
    unit: str = ""
    """Unit of its values."""
    denominator: str | None = None
    """Column that its values are divided by."""
    transform: Literal["none", "log", "log1p"] = "none"
    """Transform of values and goalposts."""
    goalposts: tuple[float, float] | None = None
    """Lower and upper end of its range, whatever its direction."""
    full: float = Field(default=100.0, gt=0)
    """Score at the better end of that range."""
    cut: bool = True
    """Scores are cut off at the ends."""
    target: float | None = None
    """What distance to a target is measured from."""
    quality: str = "measured"
    """Class of a value's error, one of those of the recipe."""

    @model_validator(mode="after")
    def _can_be_measured_against(self) -> Self:
        if self.goalposts is not None and not self.goalposts[0] < self.goalposts[1]:
            message = f"goalposts of {self.code} must be a lower and an upper one, found {self.goalposts}"
            raise ValueError(message)
        if self.transform == "log" and self.goalposts is not None and self.goalposts[0] <= 0:
            message = f"a logarithm needs goalposts above 0, found {self.goalposts} of {self.code}"
            raise ValueError(message)
        return self


class Node(Frozen):
    """One node above the indicators."""

    code: NodeCode
    """Name of the node."""
    title: str
    """Name in tables and charts."""
    parent: NodeCode | None = None
    """The node it counts for; None for the top."""
    weight: float = Field(default=1.0, ge=0, allow_inf_nan=False)
    """Weight among its siblings."""
    mean: Mean | None = None
    """How its children are aggregated, where not as the recipe says for all nodes of its level."""
    threshold: float | None = Field(default=None, ge=0, le=1)
    """Share of its children that must have a value, where not as the recipe says."""


class Framework(Frozen):
    """A tree of nodes. Its leaves are the indicators, which name their pillar themselves, or its own list."""

    name: str
    """Name of the framework."""
    title: str
    """What it measures."""
    coverage_floor: float = Field(default=2 / 3, ge=0, le=1)
    """Share of its weight that a layer needs to be scored; then an overall score needs every layer."""
    nodes: tuple[Node, ...]
    """Top first."""
    indicators: tuple[Leaf, ...] = ()
    """Leaves of a tree that is scored from a plain table; none where the indicators are the shipped ones."""
    groups: tuple[str, ...] = ()
    """Columns of that table that group its units."""
    denominators: tuple[str, ...] = ()
    """Columns of that table that values are divided by."""

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
        if len(last) > 1 or (0 in last and not self.indicators):
            message = "pillars must all stand equally deep, at least one step under the top"
            raise ValueError(message)
        return self

    @model_validator(mode="after")
    def _leaves_hang_on_pillars(self) -> Self:
        if not self.indicators:
            return self
        codes = [*(node.code for node in self.nodes), *(leaf.code for leaf in self.indicators)]
        twice = sorted({code for code in codes if codes.count(code) > 1})
        if twice:
            message = f"nodes stand twice: {', '.join(twice)}"
            raise ValueError(message)
        pillars = [node.code for node in self.nodes if self.is_last(node.code)]
        strangers = [leaf for leaf in self.indicators if leaf.parent not in pillars]
        if strangers:
            named = ", ".join(f"{leaf.code} ({leaf.parent})" for leaf in strangers)
            message = f"indicators whose parent is no node of the lowest level: {named}"
            raise ValueError(message)
        bare = [code for code in pillars if all(leaf.parent != code for leaf in self.indicators)]
        if bare:
            message = f"nodes without any indicator: {', '.join(bare)}"
            raise ValueError(message)
        return self

    @property
    def strict(self) -> bool:
        """Whether the coverage rule holds: always for shipped indicators, for a table where it is stated."""
        return not self.indicators or "coverage_floor" in self.model_fields_set

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

    def ordered(self) -> tuple[Leaf, ...]:
        """Order the leaves of a plain table by their pillars; those of weight 0 keep their place."""
        pillars = [node.code for node in self.nodes if self.is_last(node.code)]
        return tuple(sorted(self.indicators, key=lambda leaf: pillars.index(leaf.parent)))

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


def read_framework(name: str | Path = "default", folders: Sequence[Path] = ()) -> Framework:
    """Read a shipped framework by name, one of `frameworks/` in folders of the user's own, or a file.

    Raises
    ------
    UsageError
        If there is neither.
    DataError
        If the file is not a framework.
    """
    return read_described(Framework, called(name, "frameworks", FOLDER, folders), FOLDER)


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
    children : tuple of str
        Codes of the children, in the order of `order`.
    """

    parents: tuple[str, ...]
    order: Ints
    starts: Ints
    weights: Floats
    edges: slice
    children: tuple[str, ...]


def levels(framework: Framework, leaves: Sequence[Indicator | Leaf]) -> tuple[Level, ...]:
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
    children = [(it.code, it.parent if isinstance(it, Leaf) else it.pillar, it.weight) for it in leaves]
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
    names = tuple(children[k][0] for k in order)
    return Level(parents, order, starts, share, slice(start, start + len(children)), names)
