"""Shapley values by enumeration: exact shares of a difference among its causes."""

from __future__ import annotations

from math import factorial
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]

MOST = 16
"""Causes that can be enumerated: 65,536 mixes."""


def members(causes: int) -> NDArray[np.bool_]:
    """Say which causes take part in each subset, (2^n, n): row i holds the bits of i, the lowest first.

    Raises
    ------
    ValueError
        With fewer than one or more than sixteen causes.
    """
    if not 1 <= causes <= MOST:
        message = f"{causes} causes; Shapley values are enumerated for 1 to {MOST}"
        raise ValueError(message)
    bits = np.arange(2**causes)[:, None] >> np.arange(causes)[None, :]
    return (bits & 1).astype(np.bool_)


def shares(worth: ArrayLike) -> Floats:
    """Shapley value of each cause.

    phi_j = sum over S without j of |S|! (n - |S| - 1)! / n! (v(S + j) - v(S)); the values add up to
    v(all) - v(none) exactly (Shapley 1953).

    Parameters
    ----------
    worth
        (2^n, ...): v of each subset in the order of `members`.

    Returns
    -------
    numpy.ndarray
        (n, ...).

    Raises
    ------
    ValueError
        If the first axis is no power of two.
    """
    v = np.asarray(worth, dtype=np.float64)
    n = int(v.shape[0]).bit_length() - 1
    if v.shape[0] != 2**n:
        message = f"{v.shape[0]} subsets; there must be 2 to the number of causes"
        raise ValueError(message)
    inside = members(n)
    size = inside.sum(axis=1)
    weight = np.array([factorial(s) * factorial(n - s - 1) / factorial(n) for s in range(n)])
    places = np.arange(2**n)
    found = []
    for j in range(n):
        without = places[~inside[:, j]]
        gain = v[without + 2**j] - v[without]
        shape = (-1,) + (1,) * (v.ndim - 1)
        found.append((weight[size[without]].reshape(shape) * gain).sum(axis=0))
    return np.stack(found)
