"""Draw the values of a grid: every cell from its error model, then what whole groups have in common."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from indicators.interval import LOG, LOGIT, UNIFORM, Z95, from_scale, to_scale, two_piece, uniform
from layers.grid import FLOOR, ZERO

if TYPE_CHECKING:
    from indicators.draws import Draws
    from layers.grid import Grid, Leeway
    from layers.posterior import Joint

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def drawn(grid: Grid, draws: Draws) -> Floats:
    """Draw the values, (B, J, n), in their units.

    Parameters
    ----------
    grid : Grid
        With the error model of every cell.
    draws : Draws
        Without `data`, `bias` and `posterior` every value is the nominal one.

    Notes
    -----
    Each cell is drawn from its own error model, or taken from the row of the posterior that its family
    shares; then the systematic errors are added on the scale of the indicator, one draw for a whole group,
    and what is impossible is cut off at the range of the indicator. A family without a row stays at its
    values. An uncertain parameter of a what-if moves what is drawn towards what the same draw gives at the
    ends of its range, in proportion on either side.
    """
    x = _drawn(grid, draws)
    given = [(each, draws.inputs[each.name]) for each in grid.leeway if each.name in draws.inputs]
    if not given:
        return x
    middle = x
    x = x.copy()
    for each, z in given:
        x[:, each.rows] += _moved(middle[:, each.rows], each, z, draws)
    for limit, end in ((np.maximum, grid.limits[:, :1]), (np.minimum, grid.limits[:, 1:])):
        limit(x, end, out=x)
    return x


def _moved(middle: Floats, each: Leeway, z: Floats, draws: Draws) -> Floats:
    """By how much a parameter moves its indicators, (B, k, n); nothing where one of the ends is unknown."""
    part = replace(
        draws,
        data=None if draws.data is None else draws.data[:, each.rows],
        inputs={},
    )
    ends = np.where((z < 0)[:, None, None], _drawn(each.low, part), _drawn(each.high, part))
    step = np.abs(z)[:, None, None] / Z95 * (ends - middle)
    return np.asarray(np.where(np.isfinite(step), step, 0.0))


def _drawn(grid: Grid, draws: Draws) -> Floats:
    """Draw the values as if every parameter were at its central value."""
    if draws.data is None and draws.bias is None and not draws.posterior:
        return np.broadcast_to(grid.value, (draws.size, *grid.value.shape))
    x = np.broadcast_to(grid.value, (draws.size, *grid.value.shape))
    x = x.copy() if draws.data is None else _erred(grid, draws.data)
    for each in grid.joints:
        _take(x, grid, each, draws.posterior.get(each.family))
    if draws.bias is not None:
        _add_bias(x, grid, draws.bias)
    for limit, end in ((np.maximum, grid.limits[:, :1]), (np.minimum, grid.limits[:, 1:])):
        if np.isfinite(end).any():
            limit(x, end, out=x)
    x[:, ~np.isfinite(grid.value)] = np.nan
    return x


def _erred(grid: Grid, z: Floats) -> Floats:
    """Draw every cell by itself from standard normals, (B, J, n)."""
    if np.array_equal(grid.below, grid.above):  # in place: one pass less is a good part of the whole
        x = z * grid.below
        x += grid.centre
    else:
        x = two_piece(grid.centre, grid.below, grid.above, z)
    for scale in (LOG, LOGIT):
        j, i = np.nonzero(grid.scale == scale)
        x[:, j, i] = from_scale(x[:, j, i], scale, grid.limits[j, 1])
    j, i = np.nonzero(grid.scale == UNIFORM)
    if len(j):
        x[:, j, i] = uniform(grid.centre[j, i], grid.below[j, i], grid.above[j, i], z[:, j, i])
    return x


def _take(x: Floats, grid: Grid, joint: Joint, row: Ints | None) -> None:
    """Put a family's cells at one row of its posterior, in place; what it does not tell stays as drawn."""
    j, i = joint.rows, joint.columns
    if row is None:
        told = np.isfinite(joint.values).all(axis=0)
        x[:, j[told], i[told]] = grid.value[j[told], i[told]]
        return
    values = joint.values[row]
    x[:, j, i] = np.where(np.isfinite(values), values, x[:, j, i])


def _add_bias(x: Floats, grid: Grid, z: Floats) -> None:
    """Shift the cells of each group together, in place; one way only where the side of the error is known."""
    bias = grid.bias
    shift = z[:, bias.group]
    shift = bias.sd * np.where(bias.side == 0, shift, np.abs(shift) * bias.side)
    state = grid.state[bias.rows, bias.columns]
    for scale in np.unique(bias.scale):
        at = np.flatnonzero((bias.scale == scale) & ~np.isin(state, (FLOOR, ZERO)))
        j, i = bias.rows[at], bias.columns[at]
        top = grid.limits[j, 1]
        x[:, j, i] = from_scale(to_scale(x[:, j, i], scale, top) + shift[:, at], scale, top)
