"""What a treatment gives back: the values and a mark on every cell it changed."""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Marks = NDArray[np.uint8]

MARKS: Final = (
    "",
    "winhi",
    "winlo",
    "log",
    "log1p",
    "log_ct",
    "log_ct_neg",
    "log_ct_orig",
    "log_gii",
    "boxcox",
)
"""Words for the marks; an empty one for cells that stayed as they were."""

HIGH: Final = MARKS.index("winhi")
LOW: Final = MARKS.index("winlo")


class Treated(NamedTuple):
    """Values after a treatment.

    Attributes
    ----------
    values : (B, J, n) array
        NaN where missing.
    mark : (B, J, n) array of uint8
        Place in `MARKS`.
    """

    values: Floats
    mark: Marks


def marked(values: Floats, word: str) -> Treated:
    """Mark every cell that has a value with one word."""
    return Treated(values, np.where(np.isfinite(values), MARKS.index(word), 0).astype(np.uint8))
