"""The refusal of a method whose values do not suit it, with the cells, so that their names can be told."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

Mask = NDArray[np.bool_]

MOST: Final = 20
"""Cells that a refusal lists."""


class Unfit(ValueError):  # noqa: N818 - the error that people see is made where names are known
    """Values that a method cannot work on.

    Parameters
    ----------
    method : str
        Name of the method, as a recipe has it.
    need : str
        What it needs, to stand after "needs".
    cells : sequence of (row, column)
        Places in the array that the method was given; column -1 stands for a whole row.
    """

    def __init__(self, method: str, need: str, cells: tuple[tuple[int, int], ...]) -> None:
        self.method = method
        self.need = need
        self.cells = cells[:MOST]
        places = ", ".join(
            f"row {row}" if column < 0 else f"row {row} column {column}" for row, column in self.cells
        )
        super().__init__(f"{method} needs {need}; not so at {places}")


def refuse(method: str, need: str, wrong: Mask) -> None:
    """Raise where anything is wrong in any draw.

    Parameters
    ----------
    method, need : str
        As of `Unfit`.
    wrong : (B, rows, columns) or (B, rows) array of bool
        Cells, or whole rows, that the method cannot work on.

    Raises
    ------
    Unfit
        With the cells, each once.
    """
    if not wrong.any():
        return
    found = np.argwhere(wrong.any(axis=0))
    cells = [(int(row), int(at[0]) if len(at) else -1) for row, *at in found]
    raise Unfit(method, need, tuple(cells))


def require(method: str, name: str, found: object, right: object, expected: str) -> None:
    """Refuse a parameter that a method cannot work with.

    Parameters
    ----------
    method, name : str
        Names of the method and its parameter, as a recipe has them.
    found : object
        What was given.
    right : bool or array of bool
        Where it will do.
    expected : str
        What it must be.

    Raises
    ------
    ValueError
        If any of it will not do.
    """
    if not np.all(np.asarray(right)):
        message = f"{name} of {method} must be {expected}, found {found}"
        raise ValueError(message)
