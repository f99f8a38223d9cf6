"""Time of one step of a model on a group of accelerators, by the slower of computing and moving bytes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from layers.inference_cost.architecture import (
    experts_hit,
    kept_bytes,
    kept_elements,
    parameters,
    span,
)
from layers.inference_cost.precision import rate

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from layers.inference_cost.architecture import Architecture
    from layers.inference_cost.precision import Precision
    from layers.inference_cost.system import System

    Floats = NDArray[np.float64]

# Best kernels reach these shares of the peak: Epoch AI 2025 caps 0.70 of FLOP/s and 0.75 of bandwidth on
# H100 and H800; CloudMatrix384 measures 0.65-0.67 and 0.84-0.90 in attention; AIConfigurator takes 0.8 of
# bandwidth.
COMPUTE, BANDWIDTH, NETWORK = 0.70, 0.75, 0.75
# Seconds a layer: kernel launches (Epoch AI 2025: 4 x 4 us) and the latency of collectives (2-14 us).
LAUNCH = 30e-6
ACTIVATION = 40.0  # bytes moved per token, layer and unit of the hidden size
IMBALANCE = 1.18  # busiest over mean accelerator: measured without and with even load, H100 and 910C alike
USABLE, RESERVED = 0.92, 6e9  # share of the memory given to the server; bytes of it for graphs and buffers
NODES = 4  # DeepSeek sends a token to four servers at most while reading the input


@dataclass(frozen=True)
class Group:
    """Accelerators that hold one copy of a model.

    Attributes
    ----------
    size : int
        How many.
    tensor : bool
        Everything is split (True), or experts are spread and the rest is copied (False).
    even : bool
        The load on experts is perfectly even, as in some simulations.
    """

    size: int
    tensor: bool = False
    even: bool = False

    @property
    def split(self) -> int:
        """Parts into which what is not an expert is cut."""
        return self.size if self.tensor else 1


@dataclass(frozen=True)
class Served:
    """A model in a precision on a group of a system: what all steps share."""

    model: Architecture
    system: System
    precision: Precision
    group: Group
    kv_bytes: float

    @property
    def bandwidth(self) -> float:
        """Bytes per second that the memory delivers at best."""
        return self.system.bandwidth * 1e12 * BANDWIDTH

    def compute(self, *formats: str) -> float:
        """FLOP per second at best."""
        return rate(self.system, formats) * 1e12 * COMPUTE

    @property
    def imbalance(self) -> float:
        """Time of the busiest accelerator over the mean one, where experts are spread."""
        spread = self.model.mixture and self.group.size > 1 and not self.group.tensor
        return IMBALANCE if spread and not self.group.even else 1.0


@dataclass(frozen=True)
class Step:
    """Seconds of one step and its parts, (...) arrays; `total` overlaps computing and communication."""

    linear: Floats
    experts: Floats
    attention: Floats
    activations: Floats
    communication: Floats
    latency: float

    @property
    def total(self) -> Floats:
        """max(computing, communication) + latency."""
        computing = self.linear + self.experts + self.attention + self.activations
        return np.asarray(np.maximum(computing, self.communication) + self.latency)


def linear_precision(s: Served) -> tuple[float, tuple[str, ...]]:
    """Bytes and formats of weights outside experts: a model without experts is quantised as experts are."""
    if s.model.mixture or s.precision.name == "mxfp4":
        return s.precision.dense_bytes, s.precision.dense_rate
    return s.precision.expert_bytes, s.precision.expert_rate


def decode_step(s: Served, batch: Floats, queries: int, held: float) -> Step:
    """Step that adds tokens to running sequences.

    Parameters
    ----------
    s
        What is served.
    batch : (...) array
        Sequences per accelerator.
    queries
        Tokens processed per sequence: one and the drafted ones.
    held
        Tokens of context held per sequence.
    """
    tokens = np.asarray(batch, dtype=np.float64) * queries
    read = np.asarray(batch) * _read_bytes(s, held) * s.model.layers
    work = _decode_flops(s.model, held) * tokens * s.model.layers
    attention = np.maximum(read / s.bandwidth, work / s.compute("bf16"))
    return _step(s, tokens, attention, s.model.experts_active)


def prefill_step(s: Served, tokens: Floats | float, input_tokens: float) -> Step:
    """Step that reads the input: `tokens` per accelerator, of requests of `input_tokens` each."""
    tokens = np.asarray(tokens, dtype=np.float64)
    work = _prefill_flops(s.model, input_tokens) * tokens * s.model.layers
    written = kept_elements(s.model) * s.kv_bytes * tokens * s.model.layers
    attention = np.maximum(written / s.bandwidth, work / s.compute("bf16"))
    return _step(s, tokens, attention, min(s.model.experts_active, NODES))


def _step(s: Served, tokens: Floats, attention: Floats, receivers: int) -> Step:
    model = s.model
    moved = ACTIVATION * tokens * model.hidden * model.layers
    return Step(
        linear=_linear(s, tokens),
        experts=_experts(s, tokens) * s.imbalance if model.mixture else np.zeros_like(tokens),
        attention=attention,
        activations=moved / s.bandwidth,
        communication=_communication(s, tokens, receivers),
        latency=model.layers * LAUNCH,
    )


def _linear(s: Served, tokens: Floats) -> Floats:
    """Weights that every token uses: bytes once per step, 2 FLOP per weight and token."""
    counted = parameters(s.model)
    weights = counted.replicated + counted.vocabulary
    size, formats = linear_precision(s)
    moved = weights * size / s.group.split / s.bandwidth
    return np.maximum(moved, 2.0 * weights * tokens / s.compute(*formats))


def _experts(s: Served, tokens: Floats) -> Floats:
    """Routed experts: those hit are read, and each pads its rows to half a tile on average."""
    m, group = s.model, s.group
    expert = parameters(m).expert
    hit = m.experts_total / group.size * experts_hit(m, tokens * group.size)
    rows = tokens * m.experts_active + hit * s.system.tile / 2.0
    moved = m.moe_layers * hit * expert * s.precision.expert_bytes / s.bandwidth
    return np.maximum(moved, 2.0 * m.moe_layers * rows * expert / s.compute(*s.precision.expert_rate))


def _communication(s: Served, tokens: Floats, receivers: int) -> Floats:
    """Seconds on the links.

    Experts spread: every token goes to k experts in one byte per number and comes back in two; the share
    1 - D / G leaves the domain of D accelerators. Tensors split: two sums over all per layer, each moving
    2 (G - 1) / G times its size of two bytes per number and token of the group.
    """
    m, size = s.model, s.group.size
    if size == 1:
        return np.zeros_like(tokens)
    inside, outside = s.system.scale_up * 1e9 * NETWORK, s.system.scale_out / 8.0 * 1e9 * NETWORK
    if s.group.tensor:
        moved = 2.0 * m.layers * (tokens * size * m.hidden * 2.0) * 2.0 * (size - 1) / size
        return np.asarray(moved / (inside if size <= s.system.domain else min(inside, outside)))
    if not m.mixture:
        return np.zeros_like(tokens)
    leaving = max(0.0, 1.0 - s.system.domain / size)
    sent = tokens * m.hidden * 3.0
    near = sent * m.experts_active * (1.0 - leaving) * (1.0 - 1.0 / size) / inside
    far = sent * receivers * leaving / outside
    return np.asarray(m.moe_layers * (near + far) * s.imbalance)


def _read_bytes(s: Served, held: float) -> float:
    """Bytes of context read per sequence and layer; what cannot be split (a latent vector) is copied."""
    m = s.model
    if m.attention == "GQA":
        copies = max(1.0, s.group.split / m.kv_heads)
        return float(kept_elements(m) * s.kv_bytes * span(m, held) * copies)
    read = min(held, m.sparse_top) if m.sparse_top else held
    indexer = m.indexer_dim * held if m.sparse_top else 0.0
    return (kept_elements(m) * s.kv_bytes * read + indexer) * s.group.split


def _decode_flops(m: Architecture, held: float) -> float:
    """FLOP of the attention core per query token and layer: 4 H h s; latent 2 H (2 r_kv + r) s."""
    if m.attention == "GQA":
        return float(4.0 * m.heads * m.head_dim * span(m, held))
    read = min(held, m.sparse_top) if m.sparse_top else held
    return 2.0 * m.heads * (2 * m.kv_rank + m.rope_dim) * read + _indexer_flops(m, held)


def _prefill_flops(m: Architecture, input_tokens: float) -> float:
    """FLOP of the attention core per input token and layer, over half the input on average."""
    half = input_tokens / 2.0
    if m.attention == "GQA":
        return float(4.0 * m.heads * m.head_dim * span(m, half))
    if m.sparse_top:
        core = 2.0 * m.heads * (2 * m.kv_rank + m.rope_dim) * min(half, m.sparse_top)
        return core + _indexer_flops(m, half)
    return 2.0 * m.heads * (m.nope_dim + m.rope_dim + m.value_dim) * half


def _indexer_flops(m: Architecture, tokens: float) -> float:
    return 2.0 * m.indexer_heads * m.indexer_dim * tokens if m.sparse_top else 0.0


def weight_bytes(s: Served) -> float:
    """Bytes of weights per accelerator."""
    counted = parameters(s.model)
    size, _ = linear_precision(s)
    tables = counted.vocabulary * (1.0 if s.model.tied_embedding else 2.0)
    routed = s.model.moe_layers * s.model.experts_total * counted.expert * s.precision.expert_bytes
    return routed / s.group.size + (counted.replicated + tables) * size / s.group.split


def room(s: Served, held: float) -> float:
    """Sequences per accelerator that the memory holds beside the weights; 0 or less where none."""
    free = USABLE * s.system.memory * 1e9 - RESERVED - weight_bytes(s)
    whole = s.model.attention == "MLA"
    copies = s.group.split if whole else max(1.0, s.group.split / s.model.kv_heads)
    return free / float(kept_bytes(s.model, held, s.kv_bytes) * copies)
