"""Ideal rates of an accelerator, before losses of software: over the batch, and for the best group."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from indicators.fault import UsageError
from layers.inference_cost import roofline
from layers.inference_cost.precision import PRECISIONS, runs
from layers.inference_cost.roofline import Group, Served, decode_step, prefill_step, room

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from layers.inference_cost.architecture import Architecture
    from layers.inference_cost.system import System

    Floats = NDArray[np.float64]

CHUNK = 16384.0  # tokens per accelerator of a step that reads the input, as in published runs
MIXED_CHUNK = 8192.0  # the same where one pool reads and writes
LARGEST_BATCH = 1408.0  # sequences per accelerator: the largest in a published run (GB200, September 2025)
POINTS = 48  # of the batch, evenly in its logarithm
GROUPS = (1, 2, 4, 8, 16, 32, 64, 128)
LARGEST_TENSOR = 8  # no published run splits tensors further


@dataclass(frozen=True)
class Work:
    """What is asked of a group.

    Attributes
    ----------
    input_tokens, output_tokens : float
        Of a request.
    held : float
        Tokens of context held per sequence, on average while writing.
    accepted : float
        Tokens gained per step; above 1 with drafted tokens.
    most : float
        Sequences per accelerator that no batch may exceed.
    """

    input_tokens: float
    output_tokens: float
    held: float
    accepted: float = 1.0
    most: float = LARGEST_BATCH

    @property
    def queries(self) -> int:
        """Tokens processed per sequence and step: those accepted at best."""
        return math.ceil(self.accepted)


@dataclass(frozen=True, eq=False)
class Curve:
    """Ideal seconds between two tokens of a user, by batch.

    Attributes
    ----------
    batch, seconds : (K,) arrays
        Sequences per accelerator, rising; seconds per token of one sequence.
    """

    batch: Floats
    seconds: Floats

    def at(self, efficiency: Floats, limit: float | None) -> tuple[Floats, Floats]:
        """Tokens per second of an accelerator at the largest batch within a limit, and that batch, (B,).

        Parameters
        ----------
        efficiency : (B,) array
            Ideal over real time.
        limit
            Seconds that a user waits for a token at most; None for no limit. Where no batch meets it, the
            smallest counts.
        """
        efficiency = np.asarray(efficiency, dtype=np.float64)
        if limit is None:
            batch = np.full(efficiency.shape, self.batch[-1])
        else:
            allowed = np.log(limit * efficiency)
            batch = np.exp(np.interp(allowed, np.log(self.seconds), np.log(self.batch)))
        seconds = np.exp(np.interp(np.log(batch), np.log(self.batch), np.log(self.seconds)))
        return batch * efficiency / seconds, batch


def served(
    model: Architecture, system: System, precision: str, group: Group, kv_bytes: float = 0.0
) -> Served:
    """Put together what is served; `kv_bytes` 0 takes that of the precision."""
    found = PRECISIONS[precision]
    return Served(model, system, found, group, kv_bytes or found.kv_bytes)


def prefill_rate(s: Served, input_tokens: float, chunk: float = CHUNK) -> float:
    """Input tokens per second of an accelerator at best."""
    return float(chunk / prefill_step(s, chunk, input_tokens).total)


def decode_curve(s: Served, work: Work) -> Curve:
    """Seconds per token over the batch, for accelerators that only write."""
    batch = _batches(s, work)
    return _rising(batch, decode_step(s, batch, work.queries, work.held).total / work.accepted)


def mixed_curve(s: Served, work: Work) -> Curve:
    """Seconds per token over the batch, for accelerators that read and write: t / a + b ISL t_pre / OSL."""
    batch = _batches(s, work)
    writing = decode_step(s, batch, work.queries, work.held).total / work.accepted
    reading = 1.0 / prefill_rate(s, work.input_tokens, MIXED_CHUNK)
    return _rising(batch, writing + batch * work.input_tokens * reading / work.output_tokens)


def _batches(s: Served, work: Work) -> Floats:
    most = min(room(s, work.held), work.most)
    least = 1.0 / s.group.size
    return np.geomspace(least, max(most, least), POINTS)


def _rising(batch: Floats, seconds: Floats) -> Curve:
    # a hair steeper than flat, so that a limit finds one batch
    return Curve(batch, np.maximum.accumulate(seconds) * (1.0 + 1e-12 * np.arange(len(seconds))))


def fits(s: Served, held: float) -> bool:
    """Say whether the weights and at least one sequence of the whole group fit into the memory."""
    return room(s, held) * s.group.size >= 1.0


def groups(model: Architecture, system: System, layout: str | None = None) -> tuple[Group, ...]:
    """Return the groups that are tried: experts spread over up to 128, tensors split over up to 8."""
    if model.mixture and layout != "tensor":
        return tuple(Group(size) for size in GROUPS if size <= model.experts_total)
    largest = min(LARGEST_TENSOR, system.domain)
    return tuple(Group(size, tensor=size > 1) for size in GROUPS if size <= largest)


def able(
    model: Architecture,
    system: System,
    precision: str,
    held: float,
    *,
    layout: str | None = None,
    kv_bytes: float = 0.0,
) -> tuple[Served, ...]:
    """Return what is served on every group that holds the model and one sequence of `held` tokens.

    Where none of the usual ones does, tensors are split over more, as far as the links of the domain reach:
    accelerators with little memory are built for that.
    """
    wider = tuple(Group(size, tensor=True) for size in GROUPS if LARGEST_TENSOR < size <= system.domain)
    for tried in (groups(model, system, layout), wider if layout != "expert" else ()):
        found = tuple(served(model, system, precision, group, kv_bytes) for group in tried)
        fitting = tuple(s for s in found if fits(s, held))
        if fitting:
            return fitting
    return ()


@lru_cache(maxsize=4096)
def decoding(
    model: Architecture, system: System, precision: str, work: Work, limit: float | None, software: float
) -> tuple[Group, Curve]:
    """Group that writes most per accelerator within the limit at a central efficiency, and its curve.

    Raises
    ------
    UsageError
        If the model fits on no group, with what it needs.
    """
    best: tuple[float, Group, Curve] | None = None
    for s in able(model, system, precision, work.held):
        curve = decode_curve(s, work)
        rate = float(curve.at(np.array([software]), limit)[0][0])
        late = limit is not None and curve.seconds[0] / software > limit
        worth = rate * (1e-6 if late else 1.0)
        if best is None or worth > best[0] * 1.001:
            best = (worth, s.group, curve)
    if best is None:
        raise unfit(model, system, precision, work.held)
    return best[1], best[2]


@lru_cache(maxsize=4096)
def prefilling(
    model: Architecture, system: System, precision: str, input_tokens: float
) -> tuple[Group, float]:
    """Group that reads most per accelerator, and its ideal rate.

    Raises
    ------
    UsageError
        If the model fits on no group.
    """
    found = able(model, system, precision, input_tokens)
    if not found:
        raise unfit(model, system, precision, input_tokens)
    ranked = [(prefill_rate(s, input_tokens), s.group) for s in found]
    rate, group = max(ranked, key=lambda pair: (pair[0], -pair[1].size))
    return group, rate


def unfit(
    model: Architecture, system: System, precision: str, held: float, group: Group | None = None
) -> UsageError:
    """Say what a model needs that fits on no group, and which precision would do."""
    largest = group or groups(model, system)[-1]
    s = served(model, system, precision, largest)
    wider = [r.group.size for r in able(model, system, precision, held) if r.group.size > largest.size]
    usable = (roofline.USABLE * system.memory * 1e9 - roofline.RESERVED) / 1e9
    need = roofline.weight_bytes(s) / 1e9
    narrower = [
        name
        for name in PRECISIONS
        if name != precision
        and _able(replace(s, precision=PRECISIONS[name], kv_bytes=PRECISIONS[name].kv_bytes), held)
    ]
    many = str(largest.size) if largest.size > 1 else "one"
    ways = [*(f"on {size}" for size in wider[:1]), *(f"in {name}" for name in narrower)]
    hint = f"; it fits {' or '.join(ways)}" if ways else "; a system with more memory would do"
    message = (
        f"{model.model} in {precision} does not fit on {many} {system.name}: {need:.0f} GB of weights each, "
        f"{usable:.0f} GB usable, and {held:,.0f} tokens of context{hint}"
    )
    return UsageError(message)


def _able(s: Served, held: float) -> bool:
    return runs(s.system, s.precision.name) and fits(s, held)
