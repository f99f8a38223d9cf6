"""Divide what grows with size by a measure of size."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from layers.shape import along
from layers.unfit import refuse

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import ArrayLike

Floats = NDArray[np.float64]


def denominate(x: Floats, divisor: Floats, scale: ArrayLike = 1.0) -> Floats:
    """Divide values by a denominator and state them per `scale` of it: ``x / divisor * scale``.

    Parameters
    ----------
    x : (B, J, n) array
        Values, NaN where missing.
    divisor : (J, n) or (B, J, n) array
        Size of each unit: 1 where nothing is divided, NaN where it is unknown.
    scale : scalar, (J,), (B, J) or (B, 1)
        Units of the denominator that the result is stated per: 1000 for "per thousand people".

    Returns
    -------
    (B, J, n) array
        NaN where value or divisor is missing.

    Raises
    ------
    Unfit
        If a divisor is zero, negative or infinite.
    """
    wrong = np.isinf(divisor) | (divisor <= 0)
    refuse("denominate", "denominators above 0", wrong.reshape(-1, *divisor.shape[-2:]))
    found = x / divisor
    return found * along(scale) if np.any(np.asarray(scale) != 1) else found


METHODS: Final[dict[str, Callable[..., Floats]]] = {"denominate": denominate}
