"""What an input of a case or of a rate may be."""

from __future__ import annotations

from typing import TYPE_CHECKING

from indicators.fault import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from layers.inference_cost.architecture import Architecture

LIMITS: Mapping[str, tuple[float, float, str]] = {
    "utilisation": (0.001, 1.0, "a share above 0 and up to 1"),
    "load": (0.001, 1.0, "a share above 0 and up to 1"),
    "cached": (0.0, 0.999, "a share from 0 to below 1"),
    "pue": (1.0, 4.0, "facility power over computer power, 1 or more"),
    "electricity": (0.0, 2.0, "USD per kWh"),
    "cost_of_capital": (0.0, 0.5, "a rate per year such as 0.066"),
    "latency": (1e-4, 10.0, "milliseconds a token, between 0.1 and 10,000"),
    "price": (1e-6, 1e5, "USD asked for a million output tokens with their input"),
    "capex": (1.0, 1e7, "USD per accelerator"),
    "power": (0.001, 100.0, "kW per accelerator"),
    "construction": (0.0, 100.0, "USD per watt of IT load"),
    "operation": (0.0, 10.0, "USD per kW hour"),
    "it_life": (0.5, 30.0, "years"),
    "facility_life": (1.0, 60.0, "years"),
    "efficiency": (0.01, 1.5, "a share of the ideal rate, such as 0.5"),
    "tokens_per_step": (1.0, 8.0, "tokens gained per step, 1 without drafting"),
    "tokens to read": (1.0, 1e8, "input tokens of a request, 1 or more"),
    "input tokens": (0.0, 1e8, "tokens of a request"),
    "output tokens": (1.0, 1e8, "tokens of a request, 1 or more"),
    "held": (1.0, 1e8, "tokens of context per sequence, 1 or more"),
    "batch": (1e-3, 1e6, "sequences per accelerator, above 0"),
    "accelerators": (1.0, 4096.0, "accelerators that hold one copy, 1 or more"),
    "kv_bytes": (0.25, 8.0, "bytes per element of the context kept, such as 2 for 16 bits"),
}
"""What each input may be, with the words of the message."""
PER_CENT = ("utilisation", "load", "cached", "cost_of_capital", "efficiency")


def possible(name: str, value: float) -> float:
    """Return a value that an input may have.

    Raises
    ------
    UsageError
        If it may not, with what was probably meant.
    """
    low, high, words = LIMITS[name]
    if low <= value <= high:
        return value
    shown = value * 1000 if name == "latency" else value
    hint = ""
    if name in PER_CENT and low <= value / 100.0 <= high:
        hint = f"; for {value:g} per cent write {value / 100.0:g}"
    elif name == "electricity" and low <= value / 100.0 <= high:
        hint = f"; for {value:g} US cents write {value / 100.0:g}"
    elif name == "pue" and 0.0 <= value < 1.0:
        hint = f"; for an overhead of {value:g} write {1 + value:g}"
    message = f"{name.replace('_', ' ')} {shown:g}: expected {words}{hint}"
    raise UsageError(message)


def above(seconds: float) -> str:
    """Whole milliseconds that suffice for a time, as a message names them."""
    return f"{-(-seconds * 1000 // 1):.0f}"


def too_long(model: Architecture, tokens: float) -> UsageError:
    """Say that a request is longer than the context that a model holds."""
    message = (
        f"context {tokens:,.0f} tokens: {model.model} holds {model.max_context:,} at most, input and output"
    )
    return UsageError(message)
