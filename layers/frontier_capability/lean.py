"""Which benchmarks lean: their scores miss what capability says, more for models of one of two sides."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Collection

    from numpy.typing import NDArray

    from layers.frontier_capability.irt import Index

    Floats = NDArray[np.float64]

FEWEST: Final = 5
"""Families of each side that a benchmark needs."""
NINETY: Final = 1.6448536269514722
"""Standard errors on either side of a mean that hold 90 % of a normal distribution."""


@dataclass(frozen=True)
class Lean:
    """How one benchmark leans.

    Attributes
    ----------
    benchmark : str
        Its code.
    scores : int
        Scores of both sides.
    families : tuple of int
        Families of each side, of which each counts once.
    value, low, high : float
        Mean residual of the first side minus that of the second, points of 100, with its 90 % interval.
    miss : float
        Root mean square of the residuals of both, points of 100.
    """

    benchmark: str
    scores: int
    families: tuple[int, int]
    value: float
    low: float
    high: float
    miss: float

    @property
    def told(self) -> bool:
        """Whether the interval leaves out zero."""
        return self.low > 0.0 or self.high < 0.0


def leans(index: Index, first: Collection[str], second: Collection[str]) -> tuple[float, list[Lean]]:
    """Compare residuals of two sides, benchmark by benchmark.

    residual = score - expected score at the most probable capability, times 100; a family counts by its mean,
    as its configurations err together; the interval is mean +- 1.645 sqrt(s1^2 / n1 + s2^2 / n2).

    Parameters
    ----------
    index : Index
        With its fit.
    first, second : collection of str
        Economies of each side.

    Returns
    -------
    miss : float
        Root mean square of all residuals, points of 100.
    leans : list of Lean
        Benchmarks with at least five families of each side, those with most scores first.
    """
    cells = index.fit.cells
    residual = 100.0 * (cells.score - index.fit.expected())
    economy = index.frame["economy"].to_numpy()[cells.model]
    sides = [np.isin(economy, list(side)) for side in (first, second)]
    found = []
    for b, name in enumerate(cells.benchmarks):
        on = cells.benchmark == b
        means = [_by_family(residual, cells.family[cells.model], on & side) for side in sides]
        if min(map(len, means)) < FEWEST:
            continue
        value = float(means[0].mean() - means[1].mean())
        wide = NINETY * float(np.sqrt(sum(each.var(ddof=1) / len(each) for each in means)))
        both = on & (sides[0] | sides[1])
        miss = float(np.sqrt(np.mean(residual[both] ** 2)))
        families = (len(means[0]), len(means[1]))
        found.append(Lean(name, int(both.sum()), families, value, value - wide, value + wide, miss))
    found.sort(key=lambda it: (-it.scores, it.benchmark))
    return float(np.sqrt(np.mean(residual**2))), found


def _by_family(residual: Floats, family: NDArray[np.int64], kept: NDArray[np.bool_]) -> Floats:
    """Mean residual of each family, over the scores that are kept."""
    known, place = np.unique(family[kept], return_inverse=True)
    if not known.size:
        return np.empty(0)
    return np.asarray(np.bincount(place, residual[kept]) / np.bincount(place), dtype=np.float64)
