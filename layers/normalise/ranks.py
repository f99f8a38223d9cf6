"""Places among the units that count: rank, Borda, percentile rank and classes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from layers.normalise.limits import oriented, parted
from layers.shape import along, counted
from layers.unfit import require

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]


def rank(x: Floats, direction: ArrayLike, reference: Mask) -> Floats:
    """Rank from the worst up, the worst 1; units that tie share the lower rank.

    Parameters
    ----------
    x : (B, J, n) array
        Values, NaN where missing.
    direction : scalar, (J,) or (B, J)
        1, or -1 where less is better.
    reference : (n,) array of bool
        Units that are counted.
    """
    return borda(x, direction, reference) + 1.0


def borda(x: Floats, direction: ArrayLike, reference: Mask) -> Floats:
    """Count the units that are worse: rank less 1 (Borda 1784)."""
    return worse(oriented(x, direction), reference)


def percentile(
    x: Floats,
    direction: ArrayLike,
    reference: Mask,
    *,
    scale: ArrayLike = 100.0,
    ties: Literal["half", "low"] = "half",
) -> Floats:
    """Share of the other units that are worse: ``scale (below + ties / 2) / others``.

    Parameters
    ----------
    ties : {"half", "low"}
        Units that tie count half, or not at all: the latter is ``(rank - 1) / (n - 1)``.
    """
    require("percentile", "ties", ties, ties in {"half", "low"}, "half or low")
    y = oriented(x, direction)
    itself = reference.astype(np.float64)
    passed = worse(y, reference)
    if ties == "half":
        passed += (level(y, reference) - itself) / 2
    return along(scale) * parted(passed, _units(y, reference) - itself)


def classes(
    x: Floats,
    direction: ArrayLike,
    reference: Mask,
    *,
    count: ArrayLike = 5,
    scale: ArrayLike = 100.0,
) -> Floats:
    """Class by quantiles, from 0 for the lowest to `scale` for the highest.

    Parameters
    ----------
    count : scalar, (J,), (B, J) or (B, 1)
        Number of classes, two or more.

    Raises
    ------
    ValueError
        If there are fewer than two classes.

    Notes
    -----
    Class ``floor(count * below / n)`` of 0 to count - 1, where `below` of n units are worse, scores
    ``scale * class / (count - 1)``; units that tie are in one class (categorical scale of OECD/JRC 2008,
    step 5, with equal classes).
    """
    groups = along(count)
    whole = (groups >= 2) & (groups == np.floor(groups))
    require("classes", "count", count, whole, "a whole number, 2 or more")
    y = oriented(x, direction)
    with np.errstate(invalid="ignore", divide="ignore"):
        # whole numbers up to 2^53 divide exactly, so a quotient that should be whole is
        place = np.minimum(np.floor(groups * worse(y, reference) / _units(y, reference)), groups - 1)
    return along(scale) * place / (groups - 1)


def worse(y: Floats, reference: Mask) -> Floats:
    """Count, for every value, the units that count and lie below it.

    Parameters
    ----------
    y : (B, J, n) array
        More is better.
    reference : (n,) array of bool
        Units that are counted.

    Returns
    -------
    (B, J, n) array
        NaN where the value is missing.
    """
    return _tally(y, reference, np.less)


def level(y: Floats, reference: Mask) -> Floats:
    """Count the units that count and have the same value, itself among them; as `worse`."""
    return _tally(y, reference, np.equal)


def _tally(y: Floats, reference: Mask, compare: np.ufunc) -> Floats:
    """Compare every unit that counts with all units, for the whole batch at once."""
    by_unit = np.ascontiguousarray(np.moveaxis(y, -1, 0))
    count = np.zeros(by_unit.shape, dtype=np.uint16)
    for unit in np.flatnonzero(reference):
        count += compare(by_unit[unit], by_unit)
    found: Floats = np.where(np.isfinite(y), np.moveaxis(count, 0, -1), np.nan)
    return found


def _units(y: Floats, reference: Mask) -> Floats:
    """Units that count and have a value, (B, J, 1)."""
    count: Floats = counted(y, reference).sum(axis=-1, keepdims=True, dtype=np.float64)
    return count
