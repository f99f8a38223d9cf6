"""Number formats in which a model can be served, and which of them a system runs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from indicators.fault import UsageError, unknown

if TYPE_CHECKING:
    from layers.inference_cost.architecture import Architecture
    from layers.inference_cost.system import System

SCALED_4 = 4.5 / 8  # NVFP4: a scale of one byte for every 16 numbers
SHARED_4 = 4.25 / 8  # MXFP4: a scale of one byte for every 32 numbers
GROUPED_4 = (4 + 20 / 128) / 8  # AWQ, GPTQ: 16 bits of scale and 4 of zero point for every 128 numbers


@dataclass(frozen=True)
class Precision:
    """One way of serving.

    Attributes
    ----------
    expert_bytes, dense_bytes, kv_bytes : float
        Per weight of an expert, per other weight, per element of context kept.
    expert_rate, dense_rate : tuple of str
        Formats of the products with experts and with other weights, in order of preference.
    """

    name: str
    expert_bytes: float
    dense_bytes: float
    kv_bytes: float
    expert_rate: tuple[str, ...]
    dense_rate: tuple[str, ...]


PRECISIONS = {
    p.name: p
    for p in (
        Precision("bf16", 2.0, 2.0, 2.0, ("bf16",), ("bf16",)),
        Precision("fp8", 1.0, 1.0, 2.0, ("fp8",), ("fp8",)),
        Precision("int8", 1.0, 1.0, 2.0, ("int8",), ("int8",)),
        # as published for DeepSeek-R1: experts in 4 bits, attention and context in 8
        Precision("fp4", SCALED_4, 1.0, 1.0, ("fp4",), ("fp8",)),
        # as gpt-oss is released: only the weights of experts in 4 bits; chips with 4-bit units multiply in 8
        Precision("mxfp4", SHARED_4, 2.0, 2.0, ("fp8 with fp4", "bf16"), ("bf16",)),
        # weights alone in 4 bits, multiplied in 16
        Precision("int4", GROUPED_4, GROUPED_4, 2.0, ("bf16",), ("bf16",)),
    )
}
OTHER_NAMES = {"fp16": "bf16", "float16": "bf16", "bfloat16": "bf16", "float8": "fp8", "e4m3": "fp8"}
OTHER_NAMES |= {"nvfp4": "fp4", "w4a16": "int4", "awq": "int4", "gptq": "int4"}
PREFERRED = ("fp4", "fp8", "int8", "bf16")
AS_WIDE = {"fp8": "int8", "int8": "fp8"}


def precision(name: str) -> Precision:
    """Return a precision by name, or another name in use (fp16, nvfp4, awq).

    Raises
    ------
    UsageError
        If it is unknown.
    """
    folded = name.strip().casefold()
    found = OTHER_NAMES.get(folded, folded)
    if found not in PRECISIONS:
        raise unknown("precision", name, [*PRECISIONS, *OTHER_NAMES])
    return PRECISIONS[found]


def rate(system: System, formats: tuple[str, ...]) -> float:
    """Peak rate of the first of the formats that a system has, TFLOP/s; 0 where it has none."""
    rates = dict(system.rates)
    for each in formats:
        if each == "fp8 with fp4":
            found = rates.get("fp8", 0.0) if rates.get("fp4", 0.0) else 0.0
        else:
            found = rates.get(each, 0.0)
        if found:
            return found
    return 0.0


def runs(system: System, name: str) -> bool:
    """Say whether a system has the rates of a precision."""
    wanted = PRECISIONS[name]
    return bool(rate(system, wanted.expert_rate) and rate(system, wanted.dense_rate))


def offered(system: System) -> tuple[str, ...]:
    """Precisions that a system runs."""
    return tuple(name for name in PRECISIONS if runs(system, name))


def fastest(architecture: Architecture, system: System) -> str:
    """Return the precision of a model's release if in four bits, else the narrowest that the system runs."""
    if architecture.native_precision.startswith("mxfp4") and runs(system, "mxfp4"):
        return "mxfp4"
    return next(name for name in PREFERRED if runs(system, name))


def nearest(system: System, name: str) -> str:
    """Return the precision that a system runs and that comes nearest: as many bits, else the next wider."""
    as_wide = AS_WIDE.get(name, name)
    for same in (name, as_wide):
        if runs(system, same):
            return same
    wider = PREFERRED[PREFERRED.index(name) + 1 :] if name in PREFERRED else PREFERRED
    return next((other for other in wider if runs(system, other)), "bf16")


def checked(system: System, name: str) -> str:
    """Return the name of a precision that the system runs, which may be given by another name.

    Raises
    ------
    UsageError
        If it is unknown, or the system has no rate for it.
    """
    wanted = precision(name).name
    if not runs(system, wanted):
        message = f"{system.name} has no {wanted} rate on record; it runs {', '.join(offered(system))}"
        raise UsageError(message)
    return wanted
