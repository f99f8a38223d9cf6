"""Which choice drives an answer: Sobol indices by groups of draws, through the one pipeline."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from indicators.draws import Draws
from indicators.fault import UsageError
from layers.posterior import ROWS
from scoring.doubt.drivers import BIAS, DATA, GOALPOSTS, LEFT_OUT, POSTERIOR, WEIGHTS
from scoring.doubt.indices import Frozen, Indices, estimated, exact, intervals, shapley
from scoring.doubt.merge import droppable
from scoring.doubt.sample import CHOICES, CHUNK, sample, settled, unsettled
from scoring.doubt.turning import headed, under
from scoring.doubt.work import ALONE, spread
from scoring.index.engine import rerun, run

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from scoring.doubt.work import Work
    from scoring.index.engine import Plan

    Output = Callable[[NDArray[np.float64]], NDArray[np.float64]]
    """From scores, (B, nodes, n), to what is asked about, (B, outputs)."""

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

LEAST: Final = 1e-9
"""Scores below it count as this in a ratio."""
OTHER: Final = 1 << 40
"""Chunks of the second of two independent draws begin here; nobody draws so many."""
MOVES, WIDE = 0.05, 0.2
"""Indices are settled if none moves by more without half of the draws, and no interval is wider."""
FIELDS: Final = {BIAS: "bias", WEIGHTS: "weights", GOALPOSTS: "posts", LEFT_OUT: "left_out"}


@dataclass(frozen=True)
class Effect:
    """What one group does to an output.

    Attributes
    ----------
    group : str
        As of `scoring.doubt.drivers.Driver`.
    first, total : tuple of float
        Index, and the ends of its 90 % interval.
    """

    group: str
    first: tuple[float, float, float]
    total: tuple[float, float, float]


@dataclass(frozen=True)
class Sensitivity:
    """Sobol indices of a pair at one node.

    Attributes
    ----------
    node : str
        Whose scores.
    draws, runs, dropped : int
        Draws of each group, runs of the pipeline, and draws in which something was not scored.
    effects : dict of str to tuple of Effect
        By output (`log_ratio`, `lead`, `rank:CODE`), the largest total index first; empty for an output that
        does not vary, or in a handful of draws only.
    moved, widest : float
        Largest change of an index of the log ratio without the second half of the draws, and the width of its
        widest interval; NaN where it does not vary.
    """

    node: str
    draws: int
    runs: int
    dropped: int
    effects: dict[str, tuple[Effect, ...]]
    moved: float
    widest: float

    @property
    def is_settled(self) -> bool:
        """Whether more draws would hardly change the indices."""
        return self.moved <= MOVES and self.widest <= WIDE


def groups(p: Plan) -> list[str]:
    """Independent groups of draws that this plan has: errors by layer, models, biases, weights, methods."""
    drawn = unsettled(p, 0, 0, 1)
    found = [f"{DATA}:{node}" for node in (headed(p)[1:] or headed(p))]
    found += [f"{POSTERIOR}:{family}" for family in drawn.posterior]
    found += [BIAS] if p.grid.groups else []
    found += [WEIGHTS, *(name for name in CHOICES if _many(p, name) > 1)]
    found += [GOALPOSTS] if drawn.posts is not None else []
    return found + ([LEFT_OUT] if drawn.left_out is not None else [])


def _many(p: Plan, stage: str) -> int:
    return len(getattr(p.recipe.doubt, stage))


def swapped(p: Plan, a: Draws, b: Draws, group: str) -> Draws:
    """Take one group from other draws (pick and freeze)."""
    kind, _, name = group.partition(":")
    if kind in FIELDS:
        return a.swap(b, FIELDS[kind])
    if kind == POSTERIOR:
        return a.swap(b, group)
    if kind != DATA:
        return a.swap(b, f"choices:{kind}")
    data, rows = np.array(a.data), under(p, name)
    data[:, rows] = np.asarray(b.data)[:, rows]
    return dataclasses.replace(a, data=data)


def sensitivity(  # noqa: PLR0913 - what is asked, from where, and how
    p: Plan,
    pair: tuple[str, str],
    draws: int,
    seed: int,
    *,
    node: str = "",
    work: Work = ALONE,
    told: Callable[[float], None] | None = None,
) -> Sensitivity:
    """Estimate first-order and total Sobol indices of a pair's log ratio, lead and ranks.

    Parameters
    ----------
    p : Plan
        What is scored; its recipe says what varies.
    pair : tuple of str
        Codes.
    draws, seed : int
        How many draws of each group, taken up to the next power of two of at least 256, and from which seed.
    node : str, optional
        The whole by default.
    work : Work
        Who draws; the result does not depend on it.
    told : callable, optional
        Called with the share that is done.

    Notes
    -----
    Every group is drawn twice, independently; the pipeline runs under the first draw, the second, and the
    first with each group in turn taken from the second. What one number picks (methods, rows of fitted
    models, the indicator left out) comes from a scrambled Sobol sequence; errors, weights and goalposts,
    which are many numbers, from independent streams. Combinations of methods that make no sense are merged
    after the swap, so that the groups stay independent. Points of different normalisers cannot be compared,
    so the output is the logarithm of the ratio of the two scores, who leads, or a rank.
    """
    node = node or p.nodes[0]
    chunks = _power(draws) // CHUNK
    names, of = outputs(p, pair, node)
    held = groups(p)
    if work.prefer == "forks":  # what a plan works out once is handed on to every fork
        run(p, sample(p, seed, 0, 1, setups=True))
    found = []
    for done, each in enumerate(spread(_chunk, (p, of, held, seed), range(chunks), work), 1):
        found.append(each)
        if told:
            told(done / chunks)
    a, b = (np.concatenate([each[k] for each in found]) for k in (0, 1))
    whole = Frozen(a, b, np.concatenate([each.mixed for each in found], axis=1))
    return _summed(node, held, names, whole, seed)


def _power(draws: int) -> int:
    """Next power of two, of at least one chunk: what a Sobol sequence needs to fall evenly."""
    return max(CHUNK, 1 << max(draws - 1, 0).bit_length())


def _chunk(common: tuple[Plan, Output, list[str], int], chunk: int) -> Frozen:
    p, of, held, seed = common
    a, b = _two(p, seed, chunk)
    first = settled(p, a)
    before = run(p, first)
    ways = [settled(p, each) for each in (b, *(swapped(p, a, b, group) for group in held))]
    ran = (rerun(p, each, before) if _alike(p, first, each) else run(p, each) for each in ways)
    found = np.stack([of(before.scores), *(of(each.scores) for each in ran)])
    return Frozen(found[0], found[1], found[2:])


def _alike(p: Plan, x: Draws, y: Draws) -> bool:
    """Say whether the scores of the indicators are the same under both, so that they need no second run."""
    drawn = all(getattr(x, name) is getattr(y, name) for name in ("data", "bias", "posts"))
    rows = all(x.posterior[name] is y.posterior[name] for name in x.posterior)
    stages = p.recipe.choices.order
    return (
        drawn
        and rows
        and all(np.array_equal(x.choices[it], y.choices[it]) for it in stages if it in x.choices)
    )


def _two(p: Plan, seed: int, chunk: int) -> tuple[Draws, Draws]:
    """Two independent draws of a chunk; what one number picks falls evenly over both."""
    both = unsettled(p, seed, chunk), unsettled(p, seed, OTHER + chunk)
    stages = [name for name in CHOICES if name in both[0].choices]
    families = list(both[0].posterior)
    count = len(stages) + len(families) + 1
    u = _even(2 * count, seed, chunk * CHUNK, CHUNK)
    return tuple(  # type: ignore[return-value] # there are two
        _picked(p, draws, stages, families, u[:, k * count : (k + 1) * count]) for k, draws in enumerate(both)
    )


def _picked(p: Plan, draws: Draws, stages: list[str], families: list[str], u: Floats) -> Draws:
    """Put picks in place that fall evenly, u from 0 to 1 by column."""
    sizes = [*(_many(p, name) for name in stages), *(ROWS for _ in families), len(p.grid.codes) + 1]
    places = [_place(column, many) for column, many in zip(u.T, sizes, strict=True)]
    choices = dict(zip(stages, places, strict=False))
    rows = dict(zip(families, places[len(stages) :], strict=False))
    out = draws.left_out
    if out is not None:
        out = places[-1] - 1
        out = np.where((out >= 0) & droppable(p)[out], out, -1)
    return dataclasses.replace(draws, choices=choices, posterior=rows, left_out=out)


def _even(dimensions: int, seed: int, start: int, size: int) -> Floats:
    """Points of a scrambled Sobol sequence, (size, dimensions), from 0 to 1."""
    from scipy.stats.qmc import Sobol

    sequence = Sobol(dimensions, scramble=True, rng=np.random.default_rng(seed))
    if start:
        sequence.fast_forward(start)
    return np.asarray(sequence.random(size), dtype=np.float64)


def _place(u: Floats, many: int) -> Ints:
    return np.minimum((u * many).astype(np.int64), many - 1)


@dataclass(frozen=True)
class _Outputs:
    """Log ratio, lead and ranks of a pair at one node, from scores; a job takes it along."""

    node: int
    pair: tuple[int, int]
    ranked: tuple[int, ...]
    units: Ints

    def __call__(self, scores: Floats) -> Floats:
        own = scores[:, self.node]
        a, b = (own[:, i] for i in self.pair)
        ratio = np.log(np.maximum(a, LEAST) / np.maximum(b, LEAST))
        found = [ratio, np.where(np.isfinite(ratio), np.sign(a - b), np.nan)]
        for i in self.ranked:
            above = (own[:, self.units] > own[:, i : i + 1]).sum(axis=1)
            found.append(np.where(np.isfinite(own[:, i]), 1.0 + above, np.nan))
        return np.stack(found, axis=1)


def outputs(p: Plan, pair: tuple[str, str], node: str) -> tuple[list[str], Output]:
    """Name the outputs of a pair at a node, and give the function from scores to them; blocs have no rank."""
    places = p.grid.units.index(pair[0]), p.grid.units.index(pair[1])
    ranked = tuple(i for i in places if p.grid.reference[i])
    names = ["log_ratio", "lead", *(f"rank:{p.grid.units[i]}" for i in ranked)]
    return names, _Outputs(p.nodes.index(node), places, ranked, np.flatnonzero(p.grid.reference))


def _summed(node: str, held: list[str], names: list[str], all_: Frozen, seed: int) -> Sensitivity:
    found, draws, runs = all_.whole(), len(all_.a), len(all_.a) * (2 + len(held))
    dropped = draws - len(found.a)
    if len(found.a) < 2:
        return Sensitivity(node, draws, runs, dropped, dict.fromkeys(names, ()), np.nan, np.nan)
    now, (low, high), before = estimated(found), intervals(found, seed), estimated(found.half())
    moved = max(float(np.abs(a[:, 0] - b[:, 0]).max()) for a, b in zip(now, before, strict=True))
    widest = max(float((b[:, 0] - a[:, 0]).max()) for a, b in zip(low, high, strict=True))
    effects = {name: _effects(held, now, (low, high), k) for k, name in enumerate(names)}
    return Sensitivity(node, draws, runs, dropped, effects, moved, widest)


def _effects(held: list[str], now: Indices, ends: tuple[Indices, Indices], output: int) -> tuple[Effect, ...]:
    """Effects on one output, the largest total index first; none where it does not vary, or hardly.

    What varies in so few draws that a sample of them may have none of these cannot be told apart from chance.
    """
    if not all(np.isfinite(it.total[:, output]).all() for it in (now, *ends)):
        return ()
    made = [
        Effect(
            group,
            *(
                (float(it[k, output]), float(below[k, output]), float(above[k, output]))
                for it, below, above in zip(now, *ends, strict=True)
            ),
        )
        for k, group in enumerate(held)
    ]
    return tuple(sorted(made, key=lambda each: -each.total[0]))


# --- finite choices


def crossed(axes: Mapping[str, Draws], places: Ints) -> Draws:
    """Make draws that take one alternative of every axis.

    Parameters
    ----------
    axes : mapping of str to Draws
        The alternatives of each axis, as draws that hold the fields of that axis alone: a table of weights,
        the places of some methods.
    places : (B, axes) array of int64
        Which alternative of each.

    Raises
    ------
    UsageError
        If two axes hold the same field.
    """
    held: dict[str, object] = {}
    for (axis, each), at in zip(axes.items(), places.T, strict=True):
        taken = each.take(at)
        for field in dataclasses.fields(Draws):
            value = getattr(taken, field.name)
            if field.name == "size" or value is None or (isinstance(value, dict) and not value):
                continue
            before = held.get(field.name, {})
            if not isinstance(value, dict):
                clash = [field.name] if field.name in held else []
                held[field.name] = value
            else:
                clash = sorted(value.keys() & before.keys())  # type: ignore[attr-defined] # both are mappings
                held[field.name] = before | value  # type: ignore[operator]
            if clash:
                message = f"axis {axis!r} holds {clash[0]!r}, as another one does"
                raise UsageError(message)
    return Draws(len(places), **held)  # type: ignore[arg-type] # by the names of its fields


def by_enumeration(p: Plan, axes: Mapping[str, Draws], of: Output) -> Indices:
    """Exact indices of finite choices, by running every combination of their alternatives.

    Parameters
    ----------
    p : Plan
        What is scored.
    axes : mapping of str to Draws
        As of `crossed`.
    of : callable
        From scores, (B, nodes, n), to (B,) or (B, outputs).
    """
    sizes = [each.size for each in axes.values()]
    places = np.indices(sizes).reshape(len(sizes), -1).T
    y = np.concatenate([of(run(p, crossed(axes, part)).scores) for part in _cut(places)])
    return exact(y.reshape(*sizes, -1), len(sizes))


def of_methods(p: Plan, pair: tuple[str, str], node: str = "") -> dict[str, dict[str, float]]:
    """Share out what the methods do to a pair, data and weights as stated: exact Shapley effects.

    Returns
    -------
    dict of str to dict of str to float
        By output and stage, adding to 1; empty for an output that does not vary.

    Notes
    -----
    Every combination that the recipe offers is run once. Merging those that make no sense makes the methods
    depend on each other, which Shapley effects allow for and Sobol indices do not.
    """
    stages = [name for name in CHOICES if _many(p, name) > 1]
    if not stages:
        return {name: {} for name in outputs(p, pair, node or p.nodes[0])[0]}
    places = np.indices([_many(p, name) for name in stages]).reshape(len(stages), -1).T
    names, of = outputs(p, pair, node or p.nodes[0])
    picks = dict(zip(stages, places.T, strict=True))
    single = {name: np.zeros(len(places), dtype=np.int64) for name in CHOICES if _many(p, name) == 1}
    draws = settled(p, Draws(len(places), choices=picks | single))
    y = of(run(p, draws).scores)
    labels = np.stack([draws.choices[name] for name in stages], axis=1)
    kept = np.isfinite(y).all(axis=1)
    shares = shapley(y[kept], labels[kept]) if kept.any() else np.full((len(stages), len(names)), np.nan)
    return {
        name: dict(zip(stages, column.tolist(), strict=True)) if np.isfinite(column).all() else {}
        for name, column in zip(names, shares.T, strict=True)
    }


def by_sampling(p: Plan, axes: Mapping[str, Draws], of: Output, draws: int, seed: int) -> Frozen:
    """Pick and freeze over finite choices; `estimated` and `intervals` read the result.

    Parameters
    ----------
    p, axes, of
        As of `by_enumeration`.
    draws, seed : int
        Points of the scrambled Sobol sequence, best a power of two, and its seed.
    """
    sizes = np.array([each.size for each in axes.values()])
    u = _even(2 * len(sizes), seed, 0, draws)
    a, b = (np.minimum((part * sizes).astype(np.int64), sizes - 1) for part in np.split(u, 2, axis=1))
    ways = [a, b]
    for k in range(len(sizes)):
        ways.append(a.copy())
        ways[-1][:, k] = b[:, k]
    y = [_column(of(run(p, crossed(axes, each)).scores)) for each in ways]
    return Frozen(y[0], y[1], np.stack(y[2:]))


def _cut(places: Ints) -> Sequence[Ints]:
    return np.split(places, range(CHUNK, len(places), CHUNK))


def _column(y: Floats) -> Floats:
    return y.reshape(len(y), -1)
