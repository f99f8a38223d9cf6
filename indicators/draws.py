"""Realisations of all that is uncertain, as data: a sample, a Sobol matrix, an enumeration, a list."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from indicators.fault import UsageError

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Draws:
    """`size` realisations, one field per independent group; None or an absent key is the nominal value.

    Attributes
    ----------
    size : int
        Number of realisations, B.
    data : (B, J, n) array of float64, optional
        Standard normals, one per cell: errors of the data.
    bias : (B, groups) array of float64, optional
        Standard normals, one per bias group in the order of the plan.
    posterior : mapping of str to (B,) array of int64
        Row of the fitted posteriors by family: all that a family holds moves together.
    inputs : mapping of str to (B,) array
        Standard normals, one array for each uncertain parameter of a what-if, by its name.
    weights : (B, edges) array of float64, optional
        Weight of every edge of the tree in the order of the plan.
    choices : mapping of str to (B,) array of int64
        Method picked at each stage, a place in what the recipe's `doubt` lists for it: `impute`, `transform`,
        `treat`, `normalise`, `aggregate`, `clip`.
    posts : (B, J, 2) array of float64, optional
        Shift of the worst and the best goalpost, as a share of the way from one to the other.
    left_out : (B,) array of int64, optional
        Indicator left out, -1 for none.
    """

    size: int
    data: Floats | None = None
    bias: Floats | None = None
    posterior: Mapping[str, Ints] = field(default_factory=dict)
    inputs: Mapping[str, Floats] = field(default_factory=dict)
    weights: Floats | None = None
    choices: Mapping[str, Ints] = field(default_factory=dict)
    posts: Floats | None = None
    left_out: Ints | None = None

    def __post_init__(self) -> None:
        """Take lists and columns of tables as the arrays that they stand for.

        Raises
        ------
        UsageError
            If a place is no whole number.
        """
        made: dict[str, Any] = {
            name: np.asarray(field, dtype=np.float64)
            for name in ("data", "bias", "weights", "posts")
            if (field := getattr(self, name)) is not None
        }
        if self.left_out is not None:
            made["left_out"] = _whole("left_out", self.left_out)
        for field in ("posterior", "choices"):
            held = getattr(self, field)
            if any(not isinstance(each, np.ndarray) or each.dtype != np.int64 for each in held.values()):
                made[field] = {name: _whole(name, each) for name, each in held.items()}
        for name, each in made.items():
            object.__setattr__(self, name, each)

    def swap(self, other: Draws, *groups: str) -> Self:
        """Return these draws with the named groups taken from `other` (pick and freeze).

        A group is a field, or one entry of a field that is a mapping, as in `choices:normalise`.
        """
        fields: dict[str, Any] = {}
        for group in groups:
            name, _, key = group.partition(":")
            held = fields.get(name, getattr(self, name))
            theirs = getattr(other, name)
            fields[name] = {**held, key: theirs[key]} if key else theirs
        return dataclasses.replace(self, **fields)

    def take(self, at: slice | Ints) -> Self:
        """Return some of these draws: a slice, or those at places, which may come again."""
        fields = {each.name: _taken(getattr(self, each.name), at) for each in dataclasses.fields(self)}
        size = len(range(*at.indices(self.size))) if isinstance(at, slice) else len(at)
        return dataclasses.replace(self, **(fields | {"size": size}))


def _whole(name: str, places: Any) -> Ints:  # noqa: ANN401 - whatever holds numbers
    found = np.asarray(places)
    if found.dtype.kind not in "iub" and not (np.isfinite(found) & (found == np.rint(found))).all():
        message = f"draws: {name} must be whole numbers"
        raise UsageError(message)
    return found.astype(np.int64, copy=False)


def _taken(field: Any, at: slice | Ints) -> Any:  # noqa: ANN401 - an array, a mapping of arrays, or nothing
    if isinstance(field, np.ndarray):
        return field[at]
    return {name: array[at] for name, array in field.items()} if isinstance(field, Mapping) else field


NOMINAL = Draws(size=1)
"""One realisation in which everything is at its stated value."""
