"""In standard deviations from the mean, and the normal share below."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from layers.normalise.limits import oriented, parted
from layers.shape import along, counted, differ
from layers.shape import mean as average
from layers.unfit import require

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]


def zscore(
    x: Floats,
    direction: ArrayLike,
    reference: Mask,
    *,
    mean: ArrayLike = 0.0,
    sd: ArrayLike = 1.0,
    ddof: int = 1,
) -> Floats:
    """Standardise: ``mean + sd (x - m) / s``, m and s of the units that count.

    Parameters
    ----------
    x : (B, J, n) array
        Values, NaN where missing.
    direction : scalar, (J,) or (B, J)
        1, or -1 where less is better.
    reference : (n,) array of bool
        Units that count.
    mean, sd : scalar, (J,), (B, J) or (B, 1)
        Of the scores.
    ddof : int
        The standard deviation divides by ``n - ddof``: 1 for a sample, 0 for a population (Mazziotta-Pareto).

    Notes
    -----
    Indicators on which the units do not differ come out as missing.
    """
    require("zscore", "sd", sd, along(sd) > 0, "above 0")
    require("zscore", "ddof", ddof, ddof in {0, 1}, "0 or 1")
    scores, spread = _off(x, reference, ddof)
    scores /= np.where(spread > 0, spread, np.nan)
    scores *= along(sd) * along(direction)
    scores += along(mean)
    return scores


def zcdf(x: Floats, direction: ArrayLike, reference: Mask, *, scale: ArrayLike = 100.0) -> Floats:
    """Apply the normal distribution function to the z-score: ``scale Phi((x - m) / s)``, s with n - 1."""
    from scipy.special import ndtr

    off, spread = _off(oriented(x, direction), reference, 1)
    return along(scale) * np.asarray(ndtr(parted(off, spread)))


def _off(y: Floats, reference: Mask, ddof: int) -> tuple[Floats, Floats]:
    """Distance from the mean and standard deviation, the latter (B, J, 1)."""
    seen = counted(y, reference)
    centre, count = average(y, seen)
    off = y - centre
    # what rounding left in the mean shows in scores near zero: a second pass takes it out, as R does
    rest, _ = average(off, seen)
    off -= rest
    counts = off if seen.all() else np.where(seen, off, 0.0)
    squares = np.einsum("...i,...i->...", counts, counts)[..., None]
    with np.errstate(invalid="ignore", divide="ignore"):
        spread = np.sqrt(squares / (count - ddof))
    return off, np.where((count > ddof) & differ(squares, centre, count), spread, 0.0)
