"""The shape of a model, and what follows from it: parameters, memory per token of context, experts hit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Architecture:
    """The shape of a model, one row of the table `architectures`; 0 stands for what a model has not.

    Attributes
    ----------
    attention : str
        `GQA` (keys and values kept for `kv_heads` heads) or `MLA` (one latent vector kept per token).
    sparse_top : int
        Tokens that a query reads at most, chosen by an indexer; 0 where it reads all.
    window, window_share : int, float
        Tokens that windowed layers read at most, and the share of the layers that are windowed.
    tied_embedding : bool
        One matrix serves as embedding and output.
    draft_layers : int
        Layers that draft further tokens; not counted in the parameters.
    max_context : int
        Tokens that a sequence may have; 0 where it is not known.
    """

    model: str
    attention: str
    layers: int
    hidden: int
    heads: int
    vocabulary: int
    kv_heads: int = 0
    head_dim: int = 0
    kv_rank: int = 0
    query_rank: int = 0
    rope_dim: int = 0
    nope_dim: int = 0
    value_dim: int = 0
    sparse_top: int = 0
    indexer_heads: int = 0
    indexer_dim: int = 0
    window: int = 0
    window_share: float = 0.0
    dense_ffn: int = 0
    dense_layers: int = 0
    moe_layers: int = 0
    experts_total: int = 0
    experts_active: int = 0
    experts_shared: int = 0
    expert_ffn: int = 0
    tied_embedding: bool = False
    draft_layers: int = 0
    native_precision: str = ""
    max_context: int = 0

    @property
    def kind(self) -> str:
        """Kind of attention, as far as its software differs: sparse attention is a kind of its own."""
        return f"{self.attention} sparse" if self.sparse_top else self.attention

    @property
    def mixture(self) -> bool:
        """Has experts."""
        return self.moe_layers > 0


@dataclass(frozen=True)
class Parameters:
    """Parameter counts.

    Attributes
    ----------
    total, active : float
        In all; used per token (looking up an embedding is not counted).
    replicated : float
        Attention, feed-forward parts that every token uses, routers: without experts and vocabulary.
    expert : float
        One routed expert of one layer.
    vocabulary : float
        One matrix of vocabulary times hidden size.
    """

    total: float
    active: float
    replicated: float
    expert: float
    vocabulary: float


def parameters(a: Architecture) -> Parameters:
    """Count parameters from the shape; norms and biases (below 0.1 %) are left out.

    expert = 3 d f; replicated = layers x attention + 3 d f_dense x dense layers + moe layers x (shared x
    expert + d x experts); total = replicated + moe layers x experts x expert + 2 V d (once if tied); active =
    replicated + moe layers x active experts x expert + V d.
    """
    expert = 3.0 * a.hidden * a.expert_ffn
    vocabulary = float(a.vocabulary) * a.hidden
    routed = a.experts_shared * expert + float(a.hidden) * a.experts_total
    dense = 3.0 * a.hidden * a.dense_ffn * a.dense_layers
    replicated = a.layers * attention_parameters(a) + dense + a.moe_layers * routed
    tables = vocabulary * (1.0 if a.tied_embedding else 2.0)
    return Parameters(
        total=replicated + a.moe_layers * a.experts_total * expert + tables,
        active=replicated + a.moe_layers * a.experts_active * expert + vocabulary,
        replicated=replicated,
        expert=expert,
        vocabulary=vocabulary,
    )


def attention_parameters(a: Architecture) -> float:
    """Parameters of the attention of one layer.

    GQA: d h (H + 2 H_kv) + H h d. MLA: d r_q + r_q H (n + r) + d (r_kv + r) + r_kv H (n + v) + H v d, the
    first two terms d H (n + r) where the query is projected at once; with an indexer r_q h_i d_i + d d_i +
    d h_i.
    """
    d, heads = float(a.hidden), float(a.heads)
    if a.attention == "GQA":
        return d * a.head_dim * (heads + 2 * a.kv_heads) + heads * a.head_dim * d
    key = a.nope_dim + a.rope_dim
    query = d * a.query_rank + a.query_rank * heads * key if a.query_rank else d * heads * key
    kept = d * (a.kv_rank + a.rope_dim) + a.kv_rank * heads * (a.nope_dim + a.value_dim)
    source = a.query_rank or d
    indexer = source * a.indexer_heads * a.indexer_dim + d * (a.indexer_dim + a.indexer_heads)
    return query + kept + heads * a.value_dim * d + (indexer if a.sparse_top else 0.0)


def kept_elements(a: Architecture) -> float:
    """Elements kept per token of context and layer: 2 H_kv h in groups, r_kv + r with a latent vector."""
    return 2.0 * a.kv_heads * a.head_dim if a.attention == "GQA" else float(a.kv_rank + a.rope_dim)


def span(a: Architecture, tokens: Floats | float) -> Floats:
    """Mean over layers of the tokens kept and read: windowed layers hold no more than the window."""
    tokens = np.asarray(tokens, dtype=np.float64)
    if not a.window:
        return tokens
    return a.window_share * np.minimum(tokens, a.window) + (1.0 - a.window_share) * tokens


def kept_bytes(a: Architecture, tokens: Floats | float, element_bytes: float) -> Floats:
    """Bytes of context kept per sequence: layers x elements x tokens, one byte for each of an indexer."""
    tokens = np.asarray(tokens, dtype=np.float64)
    if a.attention == "GQA":
        return np.asarray(a.layers * kept_elements(a) * element_bytes * span(a, tokens))
    indexer = a.indexer_dim if a.sparse_top else 0.0
    return np.asarray(a.layers * (kept_elements(a) * element_bytes + indexer) * tokens)


def experts_hit(a: Architecture, tokens: Floats | float) -> Floats:
    """Return the expected share of the experts of a layer that are used: 1 - (1 - k / E)^tokens."""
    miss = 1.0 - a.experts_active / a.experts_total
    return np.asarray(1.0 - miss ** np.asarray(tokens, dtype=np.float64))
