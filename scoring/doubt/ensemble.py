"""What many draws say together, as integer counts: flat in memory; the order of chunks cannot matter."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from scoring.doubt.sample import CHUNK, sample
from scoring.index.engine import Plan, run

if TYPE_CHECKING:
    from scoring.index.engine import Levels

Ints = NDArray[np.int64]

STEPS: Final = 20
"""Histogram bins per point: scores are exact to 0.05."""
BINS: Final = 100 * STEPS + 1


@dataclass(frozen=True)
class Ensemble:
    """Counts over draws.

    Attributes
    ----------
    nodes, units : tuple of str
        Top first; in the order of the plan.
    histogram : (nodes, n, 2001) array of int64
        Draws by score, in steps of 0.05.
    gaps : (nodes, 4001) array of int64
        Draws by gap of the pair, -100 to 100.
    leads : (nodes, n, n) array of int64
        Twice the draws in which the first stood above the second, a tie counting once.
    both : (nodes, n, n) array of int64
        Draws in which both were scored.
    pair : tuple of int
        Places of the pair.
    """

    nodes: tuple[str, ...]
    units: tuple[str, ...]
    histogram: Ints
    gaps: Ints
    leads: Ints
    both: Ints
    pair: tuple[int, int]

    def score_range(self, node: str, unit: str) -> tuple[float, float] | None:
        """5 and 95 % points of a score, or None where no draw scored it."""
        ends = _ends(self.histogram[self.nodes.index(node), self.units.index(unit)])
        return (ends[0] / STEPS, ends[1] / STEPS) if ends else None

    def gap_range(self, node: str) -> tuple[float, float] | None:
        """5 and 95 % points of the pair's gap, or None where no draw scored both."""
        ends = _ends(self.gaps[self.nodes.index(node)])
        return ((ends[0] - BINS + 1) / STEPS, (ends[1] - BINS + 1) / STEPS) if ends else None

    def ahead(self, node: str, first: str, second: str) -> float | None:
        """Share of draws in which the first stands above the second, or None where no draw scored both."""
        at = (self.nodes.index(node), self.units.index(first), self.units.index(second))
        return float(self.leads[at] / (2 * self.both[at])) if self.both[at] else None


def _ends(counts: Ints) -> tuple[int, int] | None:
    """Bins of the 5 and 95 % points."""
    total = counts.sum()
    if not total:
        return None
    upto = np.cumsum(counts)
    return int(np.searchsorted(20 * upto, total)), int(np.searchsorted(20 * upto, 19 * total))


def ensemble(p: Plan, pair: tuple[str, str], draws: int, seed: int, *, setups: bool = False) -> Ensemble:
    """Run the pipeline over draws and count.

    Parameters
    ----------
    p : Plan
        What is drawn for.
    pair : tuple of str
        Codes whose gap is counted.
    draws, seed : int
        How many and from which seed.
    setups : bool
        Vary the defensible set-ups as well as the data.
    """
    units = p.grid.units
    size = (len(p.nodes), len(units))
    first, second = units.index(pair[0]), units.index(pair[1])
    total = Ensemble(
        p.nodes,
        units,
        np.zeros((*size, BINS), dtype=np.int64),
        np.zeros((size[0], 2 * BINS - 1), dtype=np.int64),
        np.zeros((*size, size[1]), dtype=np.int64),
        np.zeros((*size, size[1]), dtype=np.int64),
        (first, second),
    )
    for chunk, start in enumerate(range(0, draws, CHUNK)):
        # A short last chunk is the beginning of a whole one: more draws never change the earlier ones.
        drawn = run(p, sample(p, seed, chunk, setups=setups))
        _tally(total, drawn, min(CHUNK, draws - start))
    return total


def _tally(total: Ensemble, drawn: Levels, count: int) -> None:
    scores = drawn.scores[:count]
    seen = np.isfinite(scores)
    filled = np.where(seen, scores, 0.0)
    nodes, n = scores.shape[1:]
    bins = np.rint(filled * STEPS).astype(np.int64)
    cell = np.arange(nodes * n).reshape(nodes, n) * BINS
    total.histogram.ravel()[:] += np.bincount((bins + cell)[seen], minlength=nodes * n * BINS)
    first, second = total.pair
    both = seen[:, :, first] & seen[:, :, second]
    gap = np.rint((filled[:, :, first] - filled[:, :, second]) * STEPS).astype(np.int64) + BINS - 1
    width = 2 * BINS - 1
    total.gaps.ravel()[:] += np.bincount((gap + np.arange(nodes) * width)[both], minlength=nodes * width)
    above = np.count_nonzero(scores[..., :, None] > scores[..., None, :], axis=0)  # missing is above nothing
    together = np.count_nonzero(seen[..., :, None] & seen[..., None, :], axis=0)
    total.leads[...] += together + above - above.swapaxes(-1, -2)  # what is neither above nor below is level
    total.both[...] += together
