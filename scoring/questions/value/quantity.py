"""Uncertain numbers of the value account, where they come from, and one way to draw them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Final, Literal, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import Discriminator, Field, Tag, model_validator

from indicators.interval import Z95, two_piece
from indicators.schema import Frozen

if TYPE_CHECKING:
    from collections.abc import Sequence

Floats = NDArray[np.float64]
Ends = tuple[float, float, float]
"""Median, 5 and 95 % points."""

DRAWS: Final = 4000
SEED: Final = 20261123
"""One seed for ever: the same account for the same data."""
ASSUMED: Final = "assumed"
"""First word of the source of a number that nothing measures."""


class Bounds(Frozen):
    """Two ends between which every value is as likely."""

    low: float
    """Lowest value."""
    high: float
    """Highest value."""
    reason: str
    """Why these ends."""

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.low > self.high:
            message = f"low {self.low:g} is above high {self.high:g}; swap the two"
            raise ValueError(message)
        return self


class Parameter(Frozen):
    """A number with its 5 and 95 % points, and where it comes from."""

    value: float
    """Median."""
    low: float
    """5 % point, or the lowest value where the shape is even."""
    high: float
    """95 % point, or the highest value where the shape is even."""
    shape: Literal["two halves", "even"] = "two halves"
    """Two halves of a normal that meet at the median, or every value between the ends as likely."""
    source: str
    """Citation, or the word *assumed* and why."""

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if not self.low <= self.value <= self.high:
            message = (
                f"low {self.low:g}, value {self.value:g}, high {self.high:g}: expected low <= value <= high"
            )
            raise ValueError(message)
        return self

    @property
    def assumed(self) -> bool:
        """Say whether nothing measures it."""
        return self.source.lower().startswith(ASSUMED)


class Read(Frozen):
    """A number that is read from the table `value_chain`, so that changed facts change it."""

    company: str
    """As in the table."""
    period: str
    """Row of the company."""
    column: Literal["operating_margin", "gross_margin"] = "operating_margin"
    """What is read."""
    rest: bool = False
    """Take one less the figure: the cost of revenue from a gross margin."""
    below: float = Field(ge=0)
    """Distance of the 5 % point."""
    above: float = Field(ge=0)
    """Distance of the 95 % point."""
    source: str
    """What it is, and why this range."""


def _number_or_read(value: object) -> str:
    """Say which of the two a table of a TOML is meant to be, so that only its own faults are told."""
    return (
        "~read" if isinstance(value, Read) or (isinstance(value, dict) and "company" in value) else "~number"
    )


Amount = Annotated[
    Annotated[Parameter, Tag("~number")] | Annotated[Read, Tag("~read")], Discriminator(_number_or_read)
]
"""A number that is given or read."""


def generator(name: str) -> np.random.Generator:
    """Give the stream of one number: the same name, the same draws, whatever else is asked for."""
    return np.random.default_rng(np.random.SeedSequence([SEED, *name.encode()]))


def uniform(name: str, low: float, high: float, draws: int = DRAWS) -> Floats:
    """Draw evenly between two ends, (draws,)."""
    return np.asarray(generator(name).uniform(low, high, draws))


def drawn(name: str, value: float, low: float, high: float, draws: int = DRAWS) -> Floats:
    """Draw two-piece normal around a median with its 5 and 95 % points, (draws,)."""
    z = generator(name).standard_normal(draws)
    halves = (np.array((value - low) / Z95), np.array((high - value) / Z95))
    return np.asarray(two_piece(np.array(value), *halves, z))


def parameter_draws(name: str, each: Parameter) -> Floats:
    """Draw a parameter by its shape, (draws,)."""
    if each.shape == "even":
        return uniform(name, each.low, each.high)
    return drawn(name, each.value, each.low, each.high)


def ends(draws: Floats) -> Ends:
    """Median, 5 and 95 % points."""
    low, middle, high = np.quantile(draws, [0.05, 0.5, 0.95]).tolist()
    return middle, low, high


def total(parts: Sequence[Floats], draws: int = DRAWS) -> Floats:
    """Sum of draws, zeros where there are none."""
    return np.sum(parts, axis=0) if parts else np.zeros(draws)
