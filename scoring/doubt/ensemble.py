"""What many draws say together, as integer counts: flat in memory; the order of chunks cannot matter."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from scoring.doubt.sample import CHUNK, Vary, sample
from scoring.doubt.work import ALONE, spread
from scoring.index.engine import Plan, run

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from indicators.draws import Draws
    from scoring.doubt.work import Work
    from scoring.index.engine import Levels

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bits = NDArray[np.uint8]

STEPS: Final = 20
"""Histogram bins per point: scores are exact to 0.05."""
BINS: Final = 100 * STEPS + 1
MOST: Final = 32
"""Chunks that a job takes at once: enough that handing the counts over is no cost."""
SPREAD: Final = 16
"""Jobs that draws are cut for where the workers of a cluster may come and go."""
FEWEST: Final = 8
"""Chunks that such a job takes at least: its counts travel, some megabytes, whatever it draws."""
COUNTED: Final = ("histogram", "gaps", "leads", "both", "ranks")


@dataclass(frozen=True)
class Ensemble:
    """Counts over draws.

    Attributes
    ----------
    nodes, units : tuple of str
        Top first; in the order of the plan.
    histogram : (nodes, n, 2001) array of int64
        Draws by score, in steps of 0.05 from 0 to 100; what lies beyond is counted at the ends.
    gaps : (nodes, 4001) array of int64
        Draws by gap of the pair, -100 to 100 likewise.
    leads : (nodes, n, n) array of int64
        Twice the draws in which the first stood above the second, a tie counting once.
    both : (nodes, n, n) array of int64
        Draws in which both were scored.
    ranks : (nodes, n, n) array of int64
        Draws in which a unit had a rank, the first standing for rank 1, among the units that are ranked;
        those that tie share the better rank; blocs have none.
    pair : tuple of int
        Places of the pair.
    """

    nodes: tuple[str, ...]
    units: tuple[str, ...]
    histogram: Ints
    gaps: Ints
    leads: Ints
    both: Ints
    ranks: Ints
    pair: tuple[int, int]

    @classmethod
    def empty(cls, p: Plan, pair: tuple[str, str]) -> Self:
        """Return the counts before any draw."""
        units = p.grid.units
        k, n = len(p.nodes), len(units)
        shapes = ((k, n, BINS), (k, 2 * BINS - 1), (k, n, n), (k, n, n), (k, n, n))
        counts = {name: np.zeros(shape, dtype=np.int64) for name, shape in zip(COUNTED, shapes, strict=True)}
        return cls(p.nodes, units, **counts, pair=(units.index(pair[0]), units.index(pair[1])))

    def add(self, other: Ensemble) -> None:
        """Add the counts of other draws of the same plan and pair."""
        for name in COUNTED:
            counts = getattr(self, name)
            counts += getattr(other, name)

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

    def acceptability(self, node: str, unit: str) -> Floats:
        """Share of draws by rank, (n,): the first is the share in which a unit came first; zeros for a bloc.

        Notes
        -----
        The rank acceptability index of SMAA (Lahdelma, Hokkanen and Salminen 1998).
        """
        counts = self.ranks[self.nodes.index(node), self.units.index(unit)]
        total = counts.sum()
        return np.asarray(counts / total if total else counts.astype(np.float64))

    def places(self, p: Plan) -> dict[str, tuple[float, ...]]:
        """Share of the draws by rank at the top, of every ranked unit that any draw scored there."""
        units = [p.grid.units[i] for i in np.flatnonzero(p.grid.reference)]
        shares = {unit: self.acceptability(p.nodes[0], unit)[: len(units)] for unit in units}
        return {unit: tuple(each.tolist()) for unit, each in shares.items() if each.sum() > 0}


def _ends(counts: Ints) -> tuple[int, int] | None:
    """Bins of the 5 and 95 % points."""
    total = counts.sum()
    if not total:
        return None
    upto = np.cumsum(counts)
    return int(np.searchsorted(20 * upto, total)), int(np.searchsorted(20 * upto, 19 * total))


Piece = tuple[int, tuple[int, int]]
"""Which order, and its span of draws."""


class Order(NamedTuple):
    """What is to be counted: all that a job needs besides its span of draws."""

    plan: Plan
    pair: tuple[str, str]
    seed: int
    vary: Vary


def ensemble(  # noqa: PLR0913 - what is drawn, from where, and how
    p: Plan,
    pair: tuple[str, str],
    draws: int,
    seed: int,
    *,
    setups: bool = False,
    vary: Vary | None = None,
    work: Work = ALONE,
) -> Ensemble:
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
    vary : Vary, optional
        What is drawn, in place of `setups`.
    work : Work
        How many jobs, and of which kind; the counts do not depend on it.
    """
    order = Order(p, pair, seed, vary or Vary(setups=setups))
    return ensembles((order,), draws, work)[0]


def ensembles(orders: Sequence[Order], draws: int, work: Work = ALONE) -> list[Ensemble]:
    """Run the pipeline over draws of several orders and count each, as `ensemble` does one.

    Jobs take pieces of one order after the other, so that they are set up once for all.
    """
    totals = [Ensemble.empty(order.plan, order.pair) for order in orders]
    chunks = -(-draws // CHUNK)
    least, ways = (FEWEST, SPREAD) if work.cluster else (1, work.jobs)
    size = max(least, min(MOST, chunks // (4 * ways)))
    spans = [(start * CHUNK, min(draws, (start + size) * CHUNK)) for start in range(0, chunks, size)]
    pieces = [(place, span) for place in range(len(orders)) for span in spans]
    for (place, span), part in zip(pieces, _parts(orders, pieces, len(spans), work, totals), strict=True):
        if part is not None:
            totals[place].add(part)
        if work.progress:
            work.progress(span[1], draws)
    return totals


def _parts(
    orders: Sequence[Order],
    pieces: Sequence[Piece],
    of_each: int,
    work: Work,
    totals: Sequence[Ensemble],
) -> Iterator[Ensemble | None]:
    """Yield the counts of each piece; alone they are added in place and nothing is handed over."""
    if work.is_alone(of_each):
        for place, span in pieces:
            _count(totals[place], orders[place], span)
            yield None
        return
    if work.prefer == "forks":  # what a plan works out once is handed on to every fork
        for order in orders:
            run(order.plan, sample(order.plan, order.seed, 0, 1, vary=order.vary))
    yield from spread(_counted, tuple(orders), pieces, work)


def _counted(orders: tuple[Order, ...], piece: Piece) -> Ensemble:
    place, span = piece
    part = Ensemble.empty(orders[place].plan, orders[place].pair)
    _count(part, orders[place], span)
    return part


def _count(total: Ensemble, order: Order, span: tuple[int, int]) -> None:
    """Draw and count a span of draws, which begins with a chunk."""
    for start in range(*span, CHUNK):
        # A short last chunk is the beginning of a whole one: more draws never change the earlier ones.
        drawn = run(order.plan, sample(order.plan, order.seed, start // CHUNK, vary=order.vary))
        _tally(total, order.plan, drawn, min(CHUNK, span[1] - start))


def counted(p: Plan, pair: tuple[str, str], each: Iterable[Draws]) -> Ensemble:
    """Count draws that come from elsewhere: a published list of replicates, an enumeration.

    Parameters
    ----------
    p : Plan
        What they are draws of.
    pair : tuple of str
        Codes whose gap is counted.
    each : iterable of Draws
        In pieces of any size.
    """
    total = Ensemble.empty(p, pair)
    for draws in each:
        _tally(total, p, run(p, draws), draws.size)
    return total


def _tally(total: Ensemble, p: Plan, drawn: Levels, count: int) -> None:
    scores = drawn.scores[:count]
    seen = np.isfinite(scores)
    bins = np.where(seen, scores, 0.0)
    bins *= STEPS
    first, second = total.pair
    gap = np.rint(bins[:, :, first] - bins[:, :, second]).astype(np.int64) + BINS - 1
    gap = np.clip(gap, 0, 2 * BINS - 2)
    both = seen[:, :, first] & seen[:, :, second]
    k, n = scores.shape[1:]
    np.add.at(total.gaps, (np.broadcast_to(np.arange(k), gap.shape)[both], gap[both]), 1)
    flat = np.clip(np.rint(bins).astype(np.int64), 0, BINS - 1)
    flat += np.arange(k * n).reshape(k, n) * BINS
    np.add.at(total.histogram.reshape(-1), flat.ravel() if seen.all() else flat[seen], 1)
    _compare(total, p, np.ascontiguousarray(scores.transpose(2, 1, 0)))


def _compare(total: Ensemble, p: Plan, scores: Floats) -> None:
    """Count who stands above whom and at which rank, from scores as (n, nodes, draws).

    Eight comparisons are packed in a byte and counted by their bits, unit by unit, so that memory stays flat.
    """
    n, k, count = scores.shape
    ranked = p.grid.reference
    seen = np.isfinite(scores)
    packed = np.packbits(seen, axis=-1)
    above = np.empty((k, n, n), dtype=np.int64)
    together = np.full((k, n, n), count, dtype=np.int64)
    node = np.arange(k)[:, None]
    for i in range(n):
        beaten = scores < scores[i]  # missing is above nothing
        above[:, i] = _bits(np.packbits(beaten, axis=-1))
        if not seen.all():
            together[:, i] = _bits(packed & packed[i])
        if ranked[i]:
            higher = (scores[ranked] > scores[i]).view(np.uint8).sum(axis=0, dtype=np.uint16)
            np.add.at(
                total.ranks,
                (np.broadcast_to(node, higher.shape)[seen[i]], i, higher[seen[i]].astype(np.int64)),
                1,
            )
    total.leads[...] += together + above - above.swapaxes(-1, -2)  # what is neither above nor below is level
    total.both[...] += together


def _bits(packed: Bits) -> Ints:
    """Count the bits of the last axis: (n, nodes, bytes) to (nodes, n)."""
    return np.asarray(np.bitwise_count(packed).sum(axis=-1, dtype=np.int64).T)
