"""Straight lines between points that are fixed beforehand: goalposts, a scale, a target."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from layers.normalise.limits import oriented, parted
from layers.shape import along, counted, extremes
from layers.unfit import require

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]


def none(x: Floats, direction: ArrayLike, reference: Mask) -> Floats:
    """Leave the scale as it is, turned so that more is better: for values that are scores already."""
    del reference
    return oriented(x, direction)


def goalposts(  # noqa: PLR0913 - the posts, their scale and the cut are the method
    x: Floats,
    direction: ArrayLike,
    reference: Mask,
    *,
    worst: ArrayLike,
    best: ArrayLike,
    scale: ArrayLike = 100.0,
    cut: bool = True,
) -> Floats:
    """Put on a line between two posts: ``scale (x - worst) / (best - worst)``.

    Parameters
    ----------
    x : (B, J, n) array
        Values after dividing and transforming.
    direction, reference
        Not used: ``best < worst`` says that less is better, and fixed posts depend on no unit.
    worst, best : (J,), (B, J) or (B, 1) arrays
        Posts after the same transform.
    scale : scalar or array
        Score at the best post.
    cut : bool
        Beyond the posts score 0 and `scale`.
    """
    del direction, reference
    lowest, width = along(worst), along(best) - along(worst)
    require("goalposts", "best", best, width != 0, "apart from worst")
    top = along(scale)
    scores = top * (x - lowest) / width
    return np.clip(scores, 0.0, top) if cut else scores


def scaled(
    x: Floats,
    direction: ArrayLike,
    reference: Mask,
    *,
    lower: ArrayLike = 0.0,
    upper: ArrayLike = 100.0,
    scale: ArrayLike = 100.0,
) -> Floats:
    """Shift and stretch: ``scale (x - lower) / (upper - lower)``, nothing cut off.

    Parameters
    ----------
    lower, upper : scalar, (J,), (B, J) or (B, 1)
        Ends, stated after the direction is applied: for a percentage 0 and 100 leave it as it is.
    """
    del reference
    low, width = along(lower), along(upper) - along(lower)
    require("scaled", "upper", upper, width > 0, f"above lower, {lower!r}")
    return along(scale) * (oriented(x, direction) - low) / width


def distance_to_target(
    x: Floats,
    direction: ArrayLike,
    reference: Mask,
    *,
    target: ArrayLike,
    cut: bool = False,
    scale: ArrayLike = 100.0,
) -> Floats:
    """Share of the way from the lowest unit to a target: ``scale (x - min) / (target - min)``.

    Parameters
    ----------
    target : scalar, (J,), (B, J) or (B, 1)
        In the unit of the values; where less is better the way is from the highest unit down to it.
    cut : bool
        Score beyond the target as at it.

    Notes
    -----
    A target that the worst unit has reached leaves no way to measure: missing, or `scale` for all with `cut`.
    """
    y = oriented(x, direction)
    goal = along(np.asarray(target, dtype=np.float64) * np.asarray(direction, dtype=np.float64))
    return towards(y, goal, extremes(y, counted(y, reference))[0], cut=cut) * along(scale)


def towards(y: Floats, goal: Floats, low: Floats, *, cut: bool) -> Floats:
    """``1 - (goal - y) / (goal - low)``; with nothing between, missing or, cut, 1 at the goal and beyond.

    In this form, and not as ``(y - low) / (goal - low)``, it is that of COINr to the last digit.
    """
    share = 1.0 - parted(goal - y, goal - low)
    if not cut:
        return share
    there = np.isfinite(y) & np.isfinite(goal)
    return np.where((goal <= low) & there & (y >= goal), 1.0, np.minimum(share, 1.0))
