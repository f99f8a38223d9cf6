"""The choices that turning facts into scores needs; embedded in the recipe of floor 2."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, model_validator

from indicators.schema import QUALITIES, Frozen, Lens

Normaliser = Literal["goalposts", "minmax", "zcdf", "percentile"]


class Choices(Frozen):
    """How values become scores."""

    lens: Lens = "scale"
    """What is asked: a question, never a doubt, so it is not drawn."""
    normalise: Normaliser = "goalposts"
    """Method of `layers.normalise.METHODS`."""
    fewest_units: int = Field(default=8, ge=2)
    """Observed economies below which a sample-driven method gives way to the goalposts."""


class Error(Frozen):
    """Standard deviations where the evidence gives no interval."""

    relative: dict[str, float]
    """By quality class, as a share of the value."""
    absolute: float = Field(default=0.02, ge=0)
    """Added for every class, as a share of the goalpost range; on the log scale, of the value."""

    @model_validator(mode="after")
    def _every_class_has_one(self) -> Self:
        lacking = [name for name in QUALITIES if name not in self.relative]
        strange = [name for name in self.relative if name not in QUALITIES]
        wrong = [f"{name} has none" for name in lacking] + [f"{name!r} is no class" for name in strange]
        wrong += [f"{name} has {sd:g}, below 0" for name, sd in self.relative.items() if not sd >= 0]
        if wrong:
            message = f"a standard deviation of 0 or more for each kind of source: {'; '.join(wrong)}"
            raise ValueError(message)
        return self
