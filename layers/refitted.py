"""The same facts with one layer computed otherwise: to see what an assumption moves, to leave cells out."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    from indicators.facts import Facts
    from layers.posterior import Posterior


def refitted(
    facts: Facts, layer: str, rows: Sequence[dict[str, Any]], posteriors: Sequence[Posterior]
) -> Facts:
    """Return facts for which a layer has already been computed, in another way than its own.

    Parameters
    ----------
    facts : Facts
        As they stand; what else was computed from them is kept.
    layer : str
        Name of the layer.
    rows : sequence of dict
        Its values, see `layers.layer.Computed.records`.
    posteriors : sequence of Posterior
        Its draws.
    """
    other = replace(facts)
    other.kept.update(facts.kept)
    other.kept[f"computed {layer}"] = list(rows)
    other.kept[f"posteriors {layer}"] = tuple(each.stored() for each in posteriors)
    return other
