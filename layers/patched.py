"""A grid with some of its indicators taken from another, and one of some units alone: less to work on."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from layers.posterior import Joint

if TYPE_CHECKING:
    from collections.abc import Sequence

    from layers.grid import Grid

Ints = NDArray[np.int64]

CELLS: Final = (
    "value", "low", "high", "state", "centre", "below", "above", "scale", "divisor", "day", "assumed",
)  # fmt: skip
"""What is known of a cell, indicators along the first axis."""


def patched(whole: Grid, part: Grid) -> Grid:
    """Return a grid in which the indicators of another of the same units stand in for its own.

    Parameters
    ----------
    whole : Grid
        All indicators.
    part : Grid
        Some of them.
    """
    rows = np.array([whole.codes.index(code) for code in part.codes], dtype=np.int64)
    cells: dict[str, Any] = {}
    for name in CELLS:
        cells[name] = getattr(whole, name).copy()
        cells[name][rows] = getattr(part, name)
    record = whole.record.copy()
    record[rows] = np.where(part.record >= 0, part.record + len(whole.records), -1)
    families = sorted({each.family for each in (*whole.joints, *part.joints)})
    joints = [_joint(family, whole.joints, part.joints, rows) for family in families]
    return replace(
        whole,
        **cells,
        record=record,
        records=(*whole.records, *part.records),
        joints=tuple(each for each in joints if len(each.rows)),
    )


def narrowed(whole: Grid, units: Sequence[str]) -> Grid:
    """Return a grid of some of its units alone, in their order."""
    columns = np.array([whole.units.index(code) for code in units], dtype=np.int64)
    cells: dict[str, Any] = {
        name: np.ascontiguousarray(getattr(whole, name)[:, columns]) for name in (*CELLS, "record")
    }
    place = np.full(len(whole.units), -1, dtype=np.int64)
    place[columns] = np.arange(len(columns))
    mine = place[whole.bias.columns] >= 0
    held = whole.bias
    bias = replace(
        held,
        rows=held.rows[mine],
        columns=place[held.columns[mine]],
        group=held.group[mine],
        side=held.side[mine],
        sd=held.sd[mine],
        scale=held.scale[mine],
    )
    joints = []
    for each in whole.joints:
        kept = place[each.columns] >= 0
        if kept.any():
            values = np.ascontiguousarray(each.values[:, kept])
            joints.append(Joint(each.family, each.rows[kept], place[each.columns[kept]], values))
    leeway = [
        replace(each, low=narrowed(each.low, units), high=narrowed(each.high, units)) for each in whole.leeway
    ]
    return replace(
        whole,
        **cells,
        units=tuple(units),
        bias=bias,
        joints=tuple(joints),
        leeway=tuple(leeway),
        reference=whole.reference[columns],
        families={name: groups[columns] for name, groups in whole.families.items()},
    )


def _joint(family: str, whole: Sequence[Joint], part: Sequence[Joint], rows: Ints) -> Joint:
    """Cells of one family: of the whole grid where the part has no say, and of the part."""
    found = []
    for each in whole:
        if each.family == family:
            kept = ~np.isin(each.rows, rows)
            found.append((each.rows[kept], each.columns[kept], each.values[:, kept]))
    found += [(rows[each.rows], each.columns, each.values) for each in part if each.family == family]
    j, i = (np.concatenate([cells[axis] for cells in found]) for axis in (0, 1))
    values = np.concatenate([cells[2] for cells in found], axis=1)
    order = np.lexsort((i, j))
    return Joint(family, j[order], i[order], np.ascontiguousarray(values[:, order]))
