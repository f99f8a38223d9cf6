"""Ways to put oriented values of many units on 0-100. Pure functions; missing values stay missing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Callable

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]


def goalposts(x: Floats, worst: Floats, best: Floats, reference: Mask) -> Floats:
    """Linear between fixed posts, cut off beyond them.

    Parameters
    ----------
    x : (B, J, n) array
        Values after dividing and transforming.
    worst, best : (J,) arrays
        Posts after the same transform; ``best < worst`` where less is better.
    reference : (n,) array of bool
        Not used: fixed posts depend on no unit.

    Returns
    -------
    (B, J, n) array
        ``100 (x - worst) / (best - worst)``, within 0 and 100.
    """
    del reference
    lowest, width = worst[:, None], (best - worst)[:, None]
    return np.clip(100.0 * (x - lowest) / width, 0.0, 100.0)


def minmax(x: Floats, worst: Floats, best: Floats, reference: Mask) -> Floats:
    """Put between the worst and the best reference unit: ``100 (x - min) / (max - min)``, cut off beyond.

    Indicators on which the reference units do not differ come out as missing.
    """
    x = x * np.sign(best - worst)[:, None]
    low, high = _extremes(x, reference)
    with np.errstate(divide="ignore", invalid="ignore"):
        scaled = 100.0 * (x - low) / (high - low)
    return np.where(high > low, np.clip(scaled, 0.0, 100.0), np.nan)


def zcdf(x: Floats, worst: Floats, best: Floats, reference: Mask) -> Floats:
    """Apply the normal distribution function to the z-score: ``100 Phi((x - mean) / sd)``, sd with n - 1."""
    from scipy.special import ndtr

    x = x * np.sign(best - worst)[:, None]
    seen = np.isfinite(x) & reference
    count = seen.sum(axis=-1, keepdims=True)
    mean = np.where(seen, x, 0.0).sum(axis=-1, keepdims=True) / np.maximum(count, 1)
    squares = np.where(seen, (x - mean) ** 2, 0.0).sum(axis=-1, keepdims=True)
    with np.errstate(divide="ignore", invalid="ignore"):
        z = (x - mean) / np.sqrt(squares / (count - 1))
    return np.where(squares > 0, 100.0 * np.asarray(ndtr(z)), np.nan)


def percentile(x: Floats, worst: Floats, best: Floats, reference: Mask) -> Floats:
    """Share of the other reference units below, ties counted half: ``100 (below + ties / 2) / others``."""
    x = x * np.sign(best - worst)[:, None]
    others = np.where(reference, x, np.nan)[..., None, :]
    itself = reference & np.isfinite(x)
    below = (others < x[..., None]).sum(axis=-1)
    level = (others == x[..., None]).sum(axis=-1) - itself
    count = np.isfinite(others).sum(axis=-1) - itself
    with np.errstate(divide="ignore", invalid="ignore"):
        share = (below + level / 2) / count
    return np.where(np.isfinite(x) & (count > 0), 100.0 * share, np.nan)


def _extremes(x: Floats, reference: Mask) -> tuple[Floats, Floats]:
    seen = np.isfinite(x) & reference
    low = np.where(seen, x, np.inf).min(axis=-1, keepdims=True)
    high = np.where(seen, x, -np.inf).max(axis=-1, keepdims=True)
    return low, high


METHODS: Final[dict[str, Callable[[Floats, Floats, Floats, Mask], Floats]]] = {
    "goalposts": goalposts,
    "minmax": minmax,
    "zcdf": zcdf,
    "percentile": percentile,
}
