"""Tokens per second of an accelerator for a model on a system, with its range."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

import numpy as np

from indicators.fault import UsageError, unknown
from layers.inference_cost.architecture import Architecture
from layers.inference_cost.limits import LIMITS, above, possible, too_long
from layers.inference_cost.measured import key_of
from layers.inference_cost.precision import checked, fastest
from layers.inference_cost.rates import (
    LARGEST_BATCH,
    Work,
    able,
    decode_curve,
    fits,
    mixed_curve,
    prefill_rate,
    served,
    unfit,
)
from layers.inference_cost.roofline import Group
from layers.inference_cost.system import System

if TYPE_CHECKING:
    from layers.inference_cost.efficiency import Estimate
    from layers.inference_cost.rates import Curve
    from layers.inference_cost.roofline import Served
    from layers.inference_cost.shelf import Shelf

Phase = Literal["prefill", "decode", "aggregated"]
PHASES = ("prefill", "decode", "aggregated")
LAYOUTS = ("expert", "tensor")


@dataclass(frozen=True)
class Asked:
    """Conditions of a rate; None leaves the choice to the model.

    Attributes
    ----------
    context : (float, float)
        Input and output tokens of a request.
    held : float or None
        Tokens of context held per sequence; input and half of the output by default.
    precision
        Number format; the fastest that the system runs by default.
    batch, latency
        Sequences per accelerator at most; seconds that a user waits for a token at most.
    accelerators, layout
        Accelerators that hold one copy, and whether experts are spread (`expert`) or everything is split
        (`tensor`); the group with the highest rate by default.
    tokens_per_step
        Tokens gained per step: above 1 with drafted tokens.
    kv_bytes
        Bytes per element of the context kept; those usual for the precision by default.
    """

    context: tuple[float, float]
    held: float | None = None
    precision: str | None = None
    batch: float | None = None
    latency: float | None = None
    accelerators: int | None = None
    layout: Literal["expert", "tensor"] | None = None
    tokens_per_step: float = 1.0
    kv_bytes: float | None = None


@dataclass(frozen=True)
class Throughput:
    """A rate with its range.

    Attributes
    ----------
    tokens_per_second, low, high : float
        Per accelerator: median and the ends of the 80 % range. Input tokens while reading (`prefill`), output
        tokens otherwise.
    phase, model, system, precision : str
        What runs.
    accelerators, layout
        The group.
    batch : float
        Sequences per accelerator; NaN while reading.
    seconds_per_token : float
        That a user waits; NaN while reading.
    ideal, efficiency, spread : float
        Rate before losses of software, the share of it that is kept, and the standard deviation of its
        logarithm.
    new : tuple of str
        What nobody has measured: the range is wider for it.
    """

    tokens_per_second: float
    low: float
    high: float
    phase: str
    model: str
    system: str
    precision: str
    accelerators: int
    layout: str
    batch: float
    seconds_per_token: float
    ideal: float
    efficiency: float
    spread: float
    new: tuple[str, ...]


def throughput(
    held: Shelf, model: str | Architecture, system: str | System, phase: str, asked: Asked
) -> Throughput:
    """Work out a rate; see `Asked` and `Throughput`.

    Raises
    ------
    UsageError
        For unknown names, conditions that cannot be, a precision the system lacks, a model that does not fit,
        a latency no batch meets.
    """
    if phase not in PHASES:
        raise unknown("phase", phase, PHASES)
    made = model if isinstance(model, Architecture) else held.model(model)
    machine = system if isinstance(system, System) else held.system(system)
    asked = _checked(asked, made, phase)
    precision = checked(machine, asked.precision) if asked.precision else fastest(made, machine)
    estimate = held.efficiency.estimate(key_of(made, machine, phase))
    found = _able(made, machine, precision, asked)
    if phase == "prefill":
        best = max(found, key=lambda s: prefill_rate(s, asked.context[0]))
        ideal = prefill_rate(best, asked.context[0])
        below, above = estimate.interval()
        rates = tuple(ideal * estimate.median * factor for factor in (1.0, below, above))
        return _told(best, phase, rates, (float("nan"), float("nan")), (ideal, estimate))
    return _written(found, phase, asked, estimate)


def _written(found: tuple[Served, ...], phase: str, asked: Asked, estimate: Estimate) -> Throughput:
    below, above = estimate.interval()
    efficiency = estimate.median * np.array([1.0, below, above])
    work = _work(asked)
    curves = [decode_curve(s, work) if phase == "decode" else mixed_curve(s, work) for s in found]
    central = [float(curve.at(efficiency[:1], asked.latency)[0][0]) for curve in curves]
    late = [_late(curve, asked.latency, estimate.median) for curve in curves]
    if all(late):
        raise _too_late(found[0], min(float(c.seconds[0]) for c in curves) / estimate.median, asked)
    best = max((k for k, missed in enumerate(late) if not missed), key=lambda k: central[k])
    rates, batches = curves[best].at(efficiency, asked.latency)
    batch = float(batches[0])
    waited = batch / float(rates[0])
    ideal = float(rates[0]) / estimate.median
    told = (float(rates[0]), float(rates[1]), float(rates[2]))
    return _told(found[best], phase, told, (batch, waited), (ideal, estimate))


def _late(curve: Curve, limit: float | None, efficiency: float) -> bool:
    return limit is not None and float(curve.seconds[0]) / efficiency > limit


def _too_late(s: Served, quickest: float, asked: Asked) -> UsageError:
    limit = (asked.latency or 0.0) * 1000.0
    message = (
        f"latency {limit:g} ms: no batch of {s.model.model} in {s.precision.name} on {s.system.name} meets "
        f"it; the quickest is {quickest * 1000:.1f} ms a token: ask for {above(quickest)} ms or more"
    )
    return UsageError(message)


def _able(model: Architecture, system: System, precision: str, asked: Asked) -> tuple[Served, ...]:
    """Return what is served on the group asked for, or on every group on which the model fits."""
    context = asked.held or asked.context[0] + asked.context[1] / 2.0
    kept = asked.kv_bytes or 0.0
    if asked.accelerators is None:
        found = able(model, system, precision, context, layout=asked.layout, kv_bytes=kept)
        if not found:
            raise unfit(model, system, precision, context)
        return found
    tensor = asked.layout == "tensor" or (asked.layout is None and not model.mixture)
    group = Group(asked.accelerators, tensor and asked.accelerators > 1)
    s = served(model, system, precision, group, kept)
    if not fits(s, context):
        raise unfit(model, system, precision, context, group)
    return (s,)


def _checked(asked: Asked, model: Architecture, phase: str) -> Asked:
    """Return conditions that can be.

    Raises
    ------
    UsageError
        With the first that cannot.
    """
    read, written = asked.context
    if phase == "prefill":
        possible("tokens to read", read)
    else:
        possible("input tokens", read)
        possible("output tokens", written)
    possible("tokens_per_step", asked.tokens_per_step)
    for name in ("held", "batch", "kv_bytes", "accelerators"):
        if getattr(asked, name) is not None:
            possible(name, getattr(asked, name))
    if asked.latency is not None and not LIMITS["latency"][0] <= asked.latency <= LIMITS["latency"][1]:
        message = f"latency {asked.latency:g}: expected seconds a token, such as 0.05 for 50 ms"
        raise UsageError(message)
    if model.max_context and read + written > model.max_context:
        raise too_long(model, read + written)
    if asked.layout is not None and asked.layout not in LAYOUTS:
        raise unknown("layout", asked.layout, LAYOUTS)
    if asked.layout == "expert" and not model.mixture and (asked.accelerators or 2) > 1:
        message = (
            f"layout expert: {model.model} has no experts to spread; its tensors are split (layout tensor)"
        )
        raise UsageError(message)
    spread = model.mixture and asked.layout != "tensor"
    if asked.accelerators and spread and asked.accelerators > model.experts_total:
        message = (
            f"accelerators {asked.accelerators}: {model.model} spreads its experts over "
            f"{model.experts_total} at most; its tensors can be split over more (layout tensor)"
        )
        raise UsageError(message)
    return replace(asked, accelerators=None if asked.accelerators is None else int(asked.accelerators))


def _work(asked: Asked) -> Work:
    read, written = asked.context
    return Work(
        input_tokens=read,
        output_tokens=written,
        held=asked.held or read + written / 2.0,
        accepted=asked.tokens_per_step,
        most=asked.batch or LARGEST_BATCH,
    )


def _told(
    s: Served,
    phase: str,
    rates: tuple[float, ...],
    running: tuple[float, float],
    kept: tuple[float, Estimate],
) -> Throughput:
    ideal, estimate = kept
    return Throughput(
        tokens_per_second=rates[0],
        low=rates[1],
        high=rates[2],
        phase=phase,
        model=s.model.model,
        system=s.system.name,
        precision=s.precision.name,
        accelerators=s.group.size,
        layout="tensor" if s.group.tensor else "expert",
        batch=running[0],
        seconds_per_token=running[1],
        ideal=ideal,
        efficiency=estimate.median,
        spread=estimate.spread,
        new=estimate.new,
    )
