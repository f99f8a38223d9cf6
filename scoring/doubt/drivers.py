"""What makes a result doubtful: the same draws, with one group of them at a time held at its stated value."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from scoring.doubt.sample import CHUNK, sample
from scoring.doubt.turning import headed, under
from scoring.doubt.work import ALONE, spread
from scoring.index.engine import run

if TYPE_CHECKING:
    from collections.abc import Callable

    from indicators.draws import Draws
    from scoring.doubt.work import Work
    from scoring.index.engine import Plan

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

DATA, BIAS, POSTERIOR, WEIGHTS, LEFT_OUT = "data", "bias", "posterior", "weights", "left_out"
GOALPOSTS: Final = "goalposts"
FIELDS: Final = {BIAS: "bias", WEIGHTS: "weights", GOALPOSTS: "posts", LEFT_OUT: "left_out"}
"""Groups that are one field of the draws."""
LEAST: Final = 1e-9
"""Scores below it count as this in a ratio."""


@dataclass(frozen=True)
class Reading:
    """What one way of drawing says about a pair at one node.

    Attributes
    ----------
    low, high : float or None
        5 and 95 % points of the gap, first minus second, in points; None where no draw scored both.
    ahead : float or None
        Share of draws in which the first is ahead, a tie counting half.
    width : float or None
        Width of the 90 % range of the logarithm of the ratio of the two scores, which means the same under
        every normaliser.
    """

    low: float | None
    high: float | None
    ahead: float | None
    width: float | None


@dataclass(frozen=True)
class Driver:
    """One group of draws that was held at its stated value while all others varied.

    Attributes
    ----------
    group : str
        `data:LAYER`, `posterior:FAMILY`, `bias`, `weights`, `left_out`, or a stage of the recipe.
    readings : dict of str to Reading
        What is left, by node.
    """

    group: str
    readings: dict[str, Reading]


@dataclass(frozen=True)
class Drivers:
    """The two readings of a pair, with and without shared biases, and what each group does to the second.

    Attributes
    ----------
    data, data_unbiased, everything, everything_unbiased : dict of str to Reading
        By node; data only, and data with set-ups.
    drivers : tuple of Driver
        Those that narrow the range of the overall gap most when held come first.
    ranks : dict of str to tuple of float
        By economy: share of the draws of the second reading in which it stands first, second, and so on.
    """

    data: dict[str, Reading]
    data_unbiased: dict[str, Reading]
    everything: dict[str, Reading]
    everything_unbiased: dict[str, Reading]
    drivers: tuple[Driver, ...]
    ranks: dict[str, tuple[float, ...]]

    def narrower(self, driver: Driver, node: str) -> float | None:
        """By how much holding a group narrows the range at a node, as a share of it."""
        whole, left = self.everything[node].width, driver.readings[node].width
        return None if not whole or left is None else 1 - left / whole


@dataclass(frozen=True)
class Variant:
    """One way of drawing: with or without set-ups, and the group that is held."""

    setups: bool
    held: str = ""


def variants(p: Plan) -> list[Variant]:
    """Both readings, both without shared biases, then every other group that this plan draws."""
    drawn = sample(p, 0, 0, 1, setups=True)
    groups = [f"{DATA}:{node}" for node in (headed(p)[1:] or headed(p))]
    groups += [f"{POSTERIOR}:{family}" for family in drawn.posterior]
    groups += [WEIGHTS] if drawn.weights is not None else []
    groups += [name for name in drawn.choices if _picks(p, name) > 1]
    groups += [GOALPOSTS] if drawn.posts is not None else []
    groups += [LEFT_OUT] if drawn.left_out is not None else []
    first = [Variant(setups=False), Variant(setups=False, held=BIAS), Variant(setups=True)]
    return [*first, Variant(setups=True, held=BIAS), *(Variant(setups=True, held=group) for group in groups)]


def _picks(p: Plan, stage: str) -> int:
    return len(getattr(p.recipe.doubt, stage, ()))


def held(p: Plan, draws: Draws, group: str) -> Draws:
    """Return draws with one group at its stated value."""
    kind, _, name = group.partition(":")
    if kind in FIELDS:
        nothing: dict[str, Any] = {FIELDS[kind]: None}
        return dataclasses.replace(draws, **nothing)
    if kind == POSTERIOR:
        rest = {family: row for family, row in draws.posterior.items() if family != name}
        return dataclasses.replace(draws, posterior=rest)
    if kind == DATA:
        data = np.array(draws.data)
        data[:, under(p, name)] = 0.0
        return dataclasses.replace(draws, data=data)
    return dataclasses.replace(draws, choices={it: at for it, at in draws.choices.items() if it != kind})


def drivers(
    p: Plan,
    pair: tuple[str, str],
    draws: int,
    seed: int,
    work: Work = ALONE,
    told: Callable[[float], None] | None = None,
) -> Drivers:
    """Draw in every variant with the same random numbers and compare what is left of the doubt.

    Parameters
    ----------
    p : Plan
        What is drawn for.
    pair : tuple of str
        Codes.
    draws, seed : int
        As of an ensemble: the first variants are the very draws of both readings.
    work : Work
        Who draws; the result does not depend on it.
    told : callable, optional
        Called with the share that is done, 0 to 1.

    Notes
    -----
    Holding a group at its stated value leaves its whole effect out, alone and through others; ranges that
    narrow do not add up. Draws are common to all variants, so that their differences carry no noise of their
    own.
    """
    ways = variants(p)
    starts = range(0, draws, CHUNK)
    chunks = [(chunk, min(CHUNK, draws - start)) for chunk, start in enumerate(starts)]
    units = np.flatnonzero(p.grid.reference)
    ranks = np.zeros((len(units), len(units)), dtype=np.int64)
    scores = []
    for done, (found, counted) in enumerate(spread(_chunk, (p, pair, seed), chunks, work), start=1):
        scores.append(found)
        ranks += counted
        if told:
            told(done / len(chunks))
    both = np.concatenate(scores, axis=1)
    readings = [_readings(p, each) for each in both]
    rest = [Driver(way.held, read) for way, read in zip(ways[4:], readings[4:], strict=True)]
    made = Drivers(
        readings[0],
        readings[1],
        readings[2],
        readings[3],
        (Driver(BIAS, readings[3]), *rest),
        _shares(p, units, ranks),
    )
    top = p.tree[-1].parents[0]
    order = sorted(made.drivers, key=lambda it: -(made.narrower(it, top) or 0.0))
    return dataclasses.replace(made, drivers=tuple(order))


def _chunk(common: tuple[Plan, tuple[str, str], int], each: tuple[int, int]) -> tuple[Floats, Ints]:
    """Scores of the pair, (variants, draws, nodes, 2), and how often each economy takes each place."""
    (p, pair, seed), (chunk, size) = common, each
    places = [p.grid.units.index(code) for code in pair]
    units = np.flatnonzero(p.grid.reference)
    ranks = np.zeros((len(units), len(units)), dtype=np.int64)
    drawn = {setups: sample(p, seed, chunk, setups=setups) for setups in (False, True)}
    found = []
    for way in variants(p):
        draws = drawn[way.setups]
        scores = run(p, held(p, draws, way.held) if way.held else draws).scores[:size]
        found.append(scores[:, :, places])
        if way == Variant(setups=True):
            ranks += _ranked(scores[:, 0, units])
    return np.stack(found), ranks


def _ranked(scores: Floats) -> Ints:
    """How often each unit takes each place, (n, n); equals share the better place, the unscored have none."""
    above = (scores[:, None, :] > scores[:, :, None]).sum(axis=2)
    n = scores.shape[1]
    seen = np.isfinite(scores)
    cell = np.broadcast_to(np.arange(n) * n, scores.shape) + above
    return np.bincount(cell[seen], minlength=n * n).reshape(n, n).astype(np.int64)


def _shares(p: Plan, units: Ints, ranks: Ints) -> dict[str, tuple[float, ...]]:
    total = ranks.sum(axis=1, keepdims=True)
    shares = ranks / np.maximum(total, 1)
    return {p.grid.units[i]: tuple(shares[k].tolist()) for k, i in enumerate(units) if total[k, 0]}


def _readings(p: Plan, scores: Floats) -> dict[str, Reading]:
    """Read the draws of one variant, (draws, nodes, 2), node by node."""
    return {node: _reading(scores[:, k, 0], scores[:, k, 1]) for k, node in enumerate(p.nodes)}


def _reading(a: Floats, b: Floats) -> Reading:
    both = np.isfinite(a) & np.isfinite(b)
    if not both.any():
        return Reading(None, None, None, None)
    a, b = a[both], b[both]
    low, high = _ends(a - b)
    ahead = (np.count_nonzero(a > b) + np.count_nonzero(a == b) / 2) / len(a)
    bottom, top = _ends(np.log(np.maximum(a, LEAST) / np.maximum(b, LEAST)))
    return Reading(low, high, float(ahead), top - bottom)


def _ends(x: Floats) -> tuple[float, float]:
    """5 and 95 % points, as the counts of an ensemble give them."""
    low, high = np.quantile(x, [0.05, 0.95], method="inverted_cdf").tolist()
    return float(low), float(high)
