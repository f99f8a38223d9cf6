"""Deterministic draws of what is uncertain in prices and costs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from indicators.interval import Z95

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

DRAWS = 400
SEED = 20261123  # the data vintage


def generator(stream: int) -> np.random.Generator:
    """Return the generator of one stream of draws: same stream, same numbers."""
    return np.random.default_rng(np.random.SeedSequence(SEED, spawn_key=(stream,)))


def two_piece(rng: np.random.Generator, low: Floats, mid: Floats, high: Floats) -> Floats:
    """Log-normal draws in two pieces, (DRAWS, k), with `low` and `high` as 5 and 95 % points.

    x = mid * exp(s z / 1.645) with s = ln(high / mid) for z > 0 and ln(mid / low) for z < 0.
    """
    z = rng.standard_normal((DRAWS, len(mid))) / Z95
    up, down = np.log(high / mid), np.log(mid / low)
    return np.asarray(mid * np.exp(np.where(z > 0, up, down) * z))


def between(rng: np.random.Generator, low: Floats, mid: Floats, high: Floats) -> Floats:
    """Draws on the identity scale, half below and half above `mid`, uniform on each side."""
    u = rng.random((DRAWS, len(mid)))
    below = low + (mid - low) * 2.0 * u
    above = mid + (high - mid) * (2.0 * u - 1.0)
    return np.asarray(np.where(u < 0.5, below, above))


def bounds(draws: Floats, value: float) -> tuple[float, float]:
    """5 and 95 % points of draws, widened where the value itself lies outside them."""
    low, high = np.quantile(draws, [0.05, 0.95])
    return min(float(low), value), max(float(high), value)
