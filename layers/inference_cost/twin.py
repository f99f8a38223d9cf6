"""Dense twins of models with experts, and what their tokens cost beside those of the model itself."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from layers.inference_cost.case import case, mixed, software
from layers.inference_cost.shelf import shelf
from layers.inference_cost.token_cost import cost

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from indicators.facts import Facts
    from layers.inference_cost.architecture import Architecture
    from layers.inference_cost.normals import Normals

    Floats = NDArray[np.float64]

EXCHANGED = ("architecture", "software")
"""What a twin changes in a case: a dense model also has the software of dense models."""


def dense_twin(a: Architecture, experts: int) -> Architecture:
    """Return a model without experts that has the parameters of some experts of another in every layer.

    Parameters
    ----------
    a
        A model with experts.
    experts
        All of them: as many parameters in all. Those that a token uses: as many parameters used.

    Notes
    -----
    Every layer has the mean width of the feed-forward parts, (n_dense f_dense + n_moe (experts + shared)
    f_expert) / layers; attention and vocabulary stay; routers, below 0.1 % of the parameters, go.
    """
    wide = a.dense_layers * a.dense_ffn + a.moe_layers * (experts + a.experts_shared) * a.expert_ffn
    return replace(
        a,
        model=f"{a.model}, dense twin",
        dense_layers=a.layers,
        dense_ffn=round(wide / a.layers),
        moe_layers=0,
        experts_total=0,
        experts_active=0,
        experts_shared=0,
        expert_ffn=0,
    )


def times_dearer(facts: Facts, model: str, machine: str, normals: Normals, *, active: bool = False) -> Floats:
    """Cost of a token of the dense twin over that of the model with experts, (B,).

    The same machine at the same site with the same requests, and no limit on the wait for a token; the twin
    has as many parameters in all, or with `active` as many as a token uses.

    Raises
    ------
    UsageError
        For an unknown name, or what does not run.
    """
    held = shelf(facts)
    own = case(facts, model, machine, latency=None)
    a = held.model(model)
    twin = dense_twin(a, a.experts_active if active else a.experts_total)
    other = replace(own, model=twin, software=software(held.efficiency, twin, own.system))
    dearer = cost(mixed(own, other, EXCHANGED), normals).usd_per_mtok / cost(own, normals).usd_per_mtok
    found: Floats = dearer
    return found
