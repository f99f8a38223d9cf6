"""Ways to put oriented values of many units on 0-100. Pure functions; missing values stay missing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]
Method = Callable[[Floats, Floats, Floats, Mask], Floats]


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
    """Between the worst and the best of the reference units: ``100 (x - min) / (max - min)``, within 0 and 100.

    Indicators on which the reference units do not differ come out as missing.
    """
    x = x * np.sign(best - worst)[:, None]
    low, high = _extremes(x, reference)
    with np.errstate(divide="ignore", invalid="ignore"):
        scaled = 100.0 * (x - low) / (high - low)
    return np.where(high > low, np.clip(scaled, 0.0, 100.0), np.nan)


def zcdf(x: Floats, worst: Floats, best: Floats, reference: Mask) -> Floats:
    """Normal distribution function of the z-score, times 100: ``100 Phi((x - mean) / sd)``, sd with n - 1."""
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
    others = np.where(reference, x, np.nan)
    ordered = np.sort(others, axis=-1)  # missing values go last
    count = np.isfinite(others).sum(axis=-1)[..., None]
    flat, table = x.reshape(-1, x.shape[-1]), ordered.reshape(-1, x.shape[-1])
    below = np.empty_like(flat)
    upto = np.empty_like(flat)
    for place, (row, sample) in enumerate(zip(flat, table, strict=True)):
        below[place] = np.searchsorted(sample, row, side="left")
        upto[place] = np.searchsorted(sample, row, side="right")
    below, upto = below.reshape(x.shape), upto.reshape(x.shape)
    itself = (reference & np.isfinite(x)).astype(np.float64)
    with np.errstate(divide="ignore", invalid="ignore"):
        share = (below + (upto - below - itself) / 2) / (count - itself)
    return np.where(np.isfinite(x) & (count - itself > 0), 100.0 * share, np.nan)


def _extremes(x: Floats, reference: Mask) -> tuple[Floats, Floats]:
    seen = np.isfinite(x) & reference
    low = np.where(seen, x, np.inf).min(axis=-1, keepdims=True)
    high = np.where(seen, x, -np.inf).max(axis=-1, keepdims=True)
    return low, high


METHODS: Final[dict[str, Method]] = {
    "goalposts": goalposts,
    "minmax": minmax,
    "zcdf": zcdf,
    "percentile": percentile,
}
