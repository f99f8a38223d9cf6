"""Between the extremes: min-max, and distances to the best unit or to a named one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from layers.normalise.limits import oriented, parted
from layers.normalise.posts import towards
from layers.shape import along, counted, extremes
from layers.unfit import refuse, require

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]


def minmax(
    x: Floats,
    direction: ArrayLike,
    reference: Mask,
    *,
    lower: ArrayLike = 0.0,
    upper: ArrayLike = 100.0,
    cut: bool = True,
) -> Floats:
    """Put between the worst and the best unit: ``lower + (upper - lower) (x - min) / (max - min)``.

    Parameters
    ----------
    x : (B, J, n) array
        Values, NaN where missing.
    direction : scalar, (J,) or (B, J)
        1, or -1 where less is better.
    reference : (n,) array of bool
        Units that set minimum and maximum.
    lower, upper : scalar, (J,), (B, J) or (B, 1)
        Scores of the worst and the best.
    cut : bool
        Units that do not count and lie beyond score as the nearest that does.

    Notes
    -----
    Indicators on which the units do not differ come out as missing.
    """
    bottom, top = along(lower), along(upper)
    require("minmax", "upper", upper, top > bottom, f"above lower, {lower!r}")
    low, high = extremes(x, counted(x, reference))
    turned = along(direction) < 0
    worst, width = np.where(turned, high, low), np.where(turned, low - high, high - low)
    scores = x - worst
    scores /= np.where(high > low, width, np.nan)  # first, so that the best is 1 to the last digit
    scores *= top - bottom
    scores += bottom
    if not cut or reference.all():
        return scores
    return np.clip(scores, bottom, top)


def distance_to_maximum(
    x: Floats, direction: ArrayLike, reference: Mask, *, scale: ArrayLike = 100.0
) -> Floats:
    """Nearness to the best unit: ``scale (1 - (max - x) / (max - min))``."""
    y = oriented(x, direction)
    low, high = extremes(y, counted(y, reference))
    return along(scale) * (1.0 - parted(high - y, high - low))


def distance_to_reference(
    x: Floats,
    direction: ArrayLike,
    reference: Mask,
    *,
    unit: int,
    cut: bool = False,
    scale: ArrayLike = 100.0,
) -> Floats:
    """Share of the way from the lowest unit to a named one: ``scale (1 - (x_ref - x) / (x_ref - min))``.

    Parameters
    ----------
    unit : int
        Column of the named unit.
    cut : bool
        Score above the named unit as at it.

    Notes
    -----
    Where the named unit is the lowest itself there is no way to measure: missing, or `scale` for all with
    `cut`.
    """
    y = oriented(x, direction)
    low, _ = extremes(y, counted(y, reference))
    return towards(y, y[..., unit : unit + 1], low, cut=cut) * along(scale)


def fraction_of_maximum(
    x: Floats, direction: ArrayLike, reference: Mask, *, scale: ArrayLike = 100.0
) -> Floats:
    """Size beside the largest: ``scale x / max``; where less is better ``scale (1 - x / max)``.

    Raises
    ------
    Unfit
        If the highest value of an indicator is not above 0.
    """
    seen = counted(x, reference)
    _, high = extremes(x, seen)
    refuse("fraction_of_maximum", "a highest value above 0", (high <= 0)[..., 0] & seen.any(axis=-1))
    share = parted(x, high)
    return along(scale) * np.where(along(direction) < 0, 1.0 - share, share)
