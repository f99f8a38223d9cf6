"""The choices that turning facts into scores needs; embedded in the recipe of floor 2."""

from __future__ import annotations

from typing import Literal

from indicators.schema import Frozen, Lens

Normaliser = Literal["goalposts", "minmax", "zcdf", "percentile"]


class Choices(Frozen):
    """How values become scores."""

    lens: Lens = "scale"
    """What is asked: a question, never a doubt, so it is not drawn."""
    normalise: Normaliser = "goalposts"
    """Method of `layers.normalise.METHODS`."""
    fewest_units: int = 8
    """Observed economies below which a sample-driven method gives way to the goalposts."""


class Error(Frozen):
    """Standard deviations where the evidence gives no interval."""

    relative: dict[str, float]
    """By quality class, as a share of the value."""
    absolute: float = 0.02
    """Added for every class, as a share of the goalpost range."""
