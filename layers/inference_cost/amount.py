"""One uncertain input of a cost: its median and range, where it comes from, and its draws."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from indicators.interval import IDENTITY, LOG, LOGIT, Z95, from_scale, to_scale, two_piece

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from layers.inference_cost.normals import Normals

    Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Amount:
    """A number with its range.

    Attributes
    ----------
    value, low, high : float
        Median, 5 and 95 % points; equal where the number is given.
    name : str
        Of its stream of random numbers: two cases with the same name share their draws.
    source : str
        Key of the source, or `given`, or `assumed` with the reason.
    scale : int
        Scale on which the two halves are normal.
    least : float
        Draws below are set to it.
    """

    value: float
    low: float
    high: float
    name: str
    source: str
    scale: int = LOG
    least: float = -math.inf

    def drawn(self, normals: Normals) -> Floats:
        """Draws, (B,); one number where there is no range."""
        if self.low == self.high:
            return np.full(1, self.value)
        middle, low, high = to_scale(np.array([self.value, self.low, self.high]), self.scale)
        z = normals.z(self.name)
        drawn = two_piece(middle, (middle - low) / Z95, (high - middle) / Z95, z)
        return np.maximum(from_scale(np.asarray(drawn), self.scale), self.least)

    def given(self, value: float) -> Amount:
        """Return it with a value that the user gave, without doubt."""
        return replace(self, value=value, low=value, high=value, source="given")


def amount(value: float, low: float, high: float, name: str, source: str, scale: int = LOG) -> Amount:
    """Return an amount; an unknown end of the range is the value."""
    low, high = (value if math.isnan(end) else end for end in (low, high))
    return Amount(value, min(low, value), max(high, value), name, source, scale)


def fixed(value: float, source: str) -> Amount:
    """Return a number without a range."""
    return Amount(value, value, value, "", source)


SHARE, RATIO = LOGIT, IDENTITY
