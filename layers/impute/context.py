"""What an imputation may lean on besides the values, and what it gives back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Context:
    """What is known of units and indicators.

    Attributes
    ----------
    reference : (n,) array of bool
        Units that others are filled from.
    group : (n,) array of int64, optional
        Group of each unit, -1 for none.
    pillar : (J,) array of int64, optional
        Group of each indicator.
    direction : (J,) array, optional
        1, or -1 where less is better.
    unit : (n,) array of int64, optional
        In a panel, the unit that a column belongs to.
    time : (n,) array, optional
        In a panel, the time of a column.
    back : float
        Time points that `latest` may look back.
    neighbours : int
        Units that `neighbours` takes the mean of.
    value : scalar or (J,) array
        Number that `value` fills in.
    """

    reference: Mask
    group: Ints | None = None
    pillar: Ints | None = None
    direction: Floats | None = None
    unit: Ints | None = None
    time: Floats | None = None
    back: float = np.inf
    neighbours: int = 5
    value: ArrayLike = 0.0


class Imputed(NamedTuple):
    """Values after imputation.

    Attributes
    ----------
    values : (B, J, n) array
        NaN where nothing could be filled in; what was there is unchanged.
    filled : (B, J, n) array of bool
        Cells that were filled in.
    error : (B, J, n) array
        Standard deviation of a filled cell about its value, in the unit of the indicator: 0 where observed,
        NaN where it cannot be said.
    """

    values: Floats
    filled: Mask
    error: Floats


def imputed(x: Floats, guess: Floats, error: Floats) -> Imputed:
    """Fill the missing cells with a guess where there is one.

    Parameters
    ----------
    x : (B, J, n) array
        Values, NaN where missing.
    guess, error : arrays that broadcast to it
        What to fill in, and its standard deviation.
    """
    filled = np.isnan(x) & np.isfinite(guess)
    return Imputed(np.where(filled, guess, x), filled, np.where(filled, error, 0.0))


def needed(name: str, method: str, given: NDArray[np.generic] | None) -> NDArray[np.generic]:
    """Give a part of the context, or say that the method needs it."""
    if given is None:
        raise _lacking(name, method)
    return given


def _lacking(name: str, method: str) -> ValueError:
    return ValueError(f"imputation by {method!r} needs {name}, which is not given")
