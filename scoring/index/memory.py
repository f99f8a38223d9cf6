"""Keeps the memory of large arrays between the blocks of a run, in place of giving it back each time."""

from __future__ import annotations

import sys
from typing import Final

TRIM, MMAP = -1, -3
"""Parameters of glibc's `mallopt`: free memory that is given back, and the least array on its own."""
KEPT: Final = 1 << 28
ALONE: Final = 1 << 25
"""32 MB, the most that glibc takes."""


def keep() -> bool:
    """Tell glibc to keep large arrays' memory; say whether there is one that listens.

    Notes
    -----
    Else every large array goes back to the kernel, and fetching its pages again costs a third of a run, or
    more than half on the workers of a cluster, whose starter sets a threshold of 64 kB for them.
    """
    if sys.platform != "linux":
        return False
    import ctypes

    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)  # other C libraries have none
    return mallopt is not None and bool(mallopt(TRIM, KEPT)) and bool(mallopt(MMAP, ALONE))
