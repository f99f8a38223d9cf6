"""Why a token is dearer in one case than in another: exact shares of each cause, in cost and in price."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from layers import shapley
from layers.inference_cost.case import mixed
from layers.inference_cost.normals import Normals, central
from layers.inference_cost.token_cost import hour, speeds

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from numpy.typing import NDArray

    from layers.inference_cost.case import Case

    Floats = NDArray[np.float64]

CAUSES: Final = (
    "electricity",
    "cooling",
    "hardware",
    "precision",
    "financing",
    "facility",
    "utilisation",
    "architecture",
    "software",
    "batching",
)
"""Causes of a gap in cost, in the order in which they are shown."""
MARGIN: Final = "margin"
"""What the price adds to the cost: the residual, hence only as good as the model of cost."""
SPEED: Final = ("hardware", "precision", "architecture", "software", "batching")
"""Causes that decide the tokens an accelerator makes."""
HOURLY: Final = ("electricity", "cooling", "hardware", "financing", "facility", "utilisation")
"""Causes that decide what an hour of it costs; utilisation by the share of power that is drawn."""
BUSY: Final = ("utilisation",)
"""What decides how many of the hours paid for are worked."""
DRAWS: Final = 1000


class Part(NamedTuple):
    """A factor of the cost: its causes, and its logarithm with some of them taken from the second case."""

    causes: tuple[str, ...]
    log: Callable[[Collection[str]], Floats]


@dataclass(frozen=True)
class Cause:
    """Factor by which one cause makes the second case dearer, with 5 and 95 % points over draws."""

    name: str
    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Why:
    """A gap between two cases, taken apart.

    Attributes
    ----------
    causes : tuple of Cause
        In the order of `CAUSES`, `MARGIN` last where both prices are known; their values multiply to `gap`.
    cost : Cause
        Cost of the second case over that of the first.
    gap : Cause
        What is explained: price over price where both are known, else `cost`.
    margins : tuple of Cause
        Share of each price that is not cost, first case and second; empty without prices.
    notes : tuple of str
        Mixes of causes that do not run and what stood in for them.
    """

    causes: tuple[Cause, ...]
    cost: Cause
    gap: Cause
    margins: tuple[Cause, ...]
    notes: tuple[str, ...]


def exact_shares(parts: Collection[Part], causes: tuple[str, ...]) -> Floats:
    """Shapley value of each cause of a sum of logarithms, (causes, B).

    The Shapley value of a sum is the sum of the Shapley values, and a part gives nothing to a cause that it
    does not depend on; so each part is enumerated over its own causes alone, which is the full enumeration.

    Parameters
    ----------
    parts
        Their logarithms add up to that of the cost.
    causes
        Rows of the result.
    """
    total: Floats | None = None
    for part in parts:
        inside = shapley.members(len(part.causes))
        worth = np.stack(
            [
                part.log([name for name, taken in zip(part.causes, row, strict=True) if taken])
                for row in inside
            ]
        )
        if total is None:
            total = np.zeros((len(causes), *worth.shape[1:]))
        for share, name in zip(shapley.shares(worth), part.causes, strict=True):
            total[causes.index(name)] += share
    return np.zeros((len(causes), 1)) if total is None else total


def cost_parts(a: Case, b: Case, normals: Normals) -> tuple[Part, Part, Part]:
    """Return the factors of a cost: hours of work a token, cost of an hour, hours paid for an hour worked."""

    def made(taken: Collection[str]) -> Floats:
        case = mixed(a, b, taken)
        found = speeds(case, normals)
        uncached = case.work.input_tokens / case.work.output_tokens * (1.0 - case.cached.drawn(normals))
        return np.asarray(np.log(1.0 / found.decode + uncached / found.prefill) + np.zeros(normals.size))

    def paid(taken: Collection[str]) -> Floats:
        return np.asarray(np.log(hour(mixed(a, b, taken), normals).total) + np.zeros(normals.size))

    def idle(taken: Collection[str]) -> Floats:
        return np.asarray(-np.log(mixed(a, b, taken).utilisation.drawn(normals)) + np.zeros(normals.size))

    return Part(SPEED, made), Part(HOURLY, paid), Part(BUSY, idle)


def explain(a: Case, b: Case, prices: tuple[float, float] | None = None, draws: int = DRAWS) -> Why:
    """Take the gap between two cases apart.

    Parameters
    ----------
    a, b
        Cases of `token_cost`; the gap is the second over the first.
    prices
        What is asked for a million output tokens with their input, USD, first case and second; without them
        the cost is explained.
    draws
        Draws behind the ranges, 0 for none; both cases share the numbers of what they share.

    Notes
    -----
    The values are those of the central case, in which they multiply to the gap exactly; ranges are of draws.
    A mix that does not run falls back as `case.mixed` says, and `notes` says so.
    """
    doubt = Normals(draws) if draws else central()
    middle, spread = (_logs(a, b, normals, prices) for normals in (central(), doubt))
    names = CAUSES if prices is None else (*CAUSES, MARGIN)
    causes = tuple(_factor(name, middle.shares[k], spread.shares[k]) for k, name in enumerate(names))
    cost = _factor("cost", middle.shares[: len(CAUSES)].sum(axis=0), spread.shares[: len(CAUSES)].sum(axis=0))
    gap = _factor("gap", middle.shares.sum(axis=0), spread.shares.sum(axis=0))
    margins = (
        ()
        if prices is None
        else tuple(
            _cause(name, 1.0 - np.exp(middle.cost[k]) / price, 1.0 - np.exp(spread.cost[k]) / price)
            for k, (name, price) in enumerate(zip(("first", "second"), prices, strict=True))
        )
    )
    return Why(causes, cost, gap, margins, _fallbacks(a, b))


class _Logs(NamedTuple):
    """Shares of the causes, (causes, B), and the logarithm of the cost of each case, (2, B)."""

    shares: Floats
    cost: Floats


def _logs(a: Case, b: Case, normals: Normals, prices: tuple[float, float] | None) -> _Logs:
    parts = cost_parts(a, b, normals)
    shares = exact_shares(parts, CAUSES)
    ends = [sum((part.log(taken) for part in parts), start=np.zeros(1)) for taken in ((), CAUSES)]
    cost = np.stack([np.asarray(end) + np.log(1e6 / 3600.0) for end in ends])
    if prices is not None:
        margin = np.log(prices[1] / prices[0]) - (cost[1] - cost[0])
        shares = np.vstack([shares, margin[None, :]])
    return _Logs(shares, cost)


def _factor(name: str, middle: Floats, spread: Floats) -> Cause:
    return _cause(name, np.exp(middle), np.exp(spread))


def _cause(name: str, middle: Floats, spread: Floats) -> Cause:
    low, high = np.quantile(spread, [0.05, 0.95])
    return Cause(name, float(middle[0]), float(low), float(high))


def _fallbacks(a: Case, b: Case) -> tuple[str, ...]:
    """Say what stood in for mixes that do not run, each once."""
    inside = shapley.members(len(SPEED))
    taken = [[name for name, t in zip(SPEED, row, strict=True) if t] for row in inside]
    notes = [note for each in taken for note in mixed(a, b, each).notes]
    return tuple(dict.fromkeys(notes))
