"""What every normaliser leans on: the direction, a division that says when there is nothing to divide by."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from layers.shape import along, counted, extremes

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

FEWEST: Final = {
    "minmax": 3,
    "zscore": 3,
    "zcdf": 3,
    "rank": 2,
    "borda": 2,
    "percentile": 2,
    "distance_to_maximum": 3,
    "distance_to_reference": 2,
    "distance_to_target": 2,
    "fraction_of_maximum": 1,
    "classes": 2,
    "goalposts": 1,
    "scaled": 1,
    "none": 1,
}
"""Units below which a method says no more than who is first: two under min-max are always 0 and 100."""


def oriented(x: Floats, direction: ArrayLike) -> Floats:
    """Turn values so that more is better.

    Parameters
    ----------
    x : (B, J, n) array
        Values.
    direction : scalar, (J,) or (B, J)
        1, or -1 where less is better.
    """
    return x * along(direction)


def parted(above: Floats, below: Floats) -> Floats:
    """Divide; missing where there is nothing to divide by."""
    with np.errstate(divide="ignore", invalid="ignore"):
        share = above / below
    return np.where(below > 0, share, np.nan)


def constant(x: Floats, reference: Mask) -> Mask:
    """Say which indicators do not differ between the units that count.

    Parameters
    ----------
    x : (B, J, n) array
        Values, NaN where missing.
    reference : (n,) array of bool
        Units that count.

    Returns
    -------
    (B, J) array of bool
        True where all values are the same or none is there.
    """
    low, high = extremes(x, counted(x, reference))
    return np.asarray(~(high > low))[..., 0]
