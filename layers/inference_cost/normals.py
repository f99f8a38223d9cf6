"""Standard normals by name: what two cases share, such as the price of one system, is drawn once for both."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

SEED = 20261123  # the data vintage


class Normals:
    """Standard normals by name, drawn when first asked for: same seed and name, same numbers.

    Parameters
    ----------
    size : int
        Draws; 0 for the central case, one draw of zeros.
    seed : int
        Of all streams.
    """

    def __init__(self, size: int, seed: int = SEED) -> None:
        self.size = max(size, 1)
        self._central = size == 0
        self._seed = seed
        self._kept: dict[str, Floats] = {}

    def z(self, name: str) -> Floats:
        """Return the draws of one name, (size,)."""
        if name not in self._kept:
            self._kept[name] = self._drawn(name)
        return self._kept[name]

    def _drawn(self, name: str) -> Floats:
        if self._central:
            return np.zeros(1)
        word = int.from_bytes(hashlib.sha256(name.encode()).digest()[:4])
        seed = np.random.SeedSequence(self._seed, spawn_key=(word,))
        return np.random.default_rng(seed).standard_normal(self.size)


def central() -> Normals:
    """Return the one draw in which everything uncertain has its median."""
    return Normals(0)
