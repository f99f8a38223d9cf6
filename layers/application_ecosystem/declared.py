"""What the instrument model holds before it sees a figure, read from declared.toml."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Final, Literal

from pydantic import Field

from indicators.schema import Code, Frozen, Iso3

Counts = Literal["people", "firms"]
COUNTS: Final[tuple[Counts, ...]] = ("people", "firms")
SIGNS: Final = {"under": -1, "over": 1}
HERE = Path(__file__).with_name("declared.toml")


class DeclaredBias(Frozen):
    """An error of one instrument on one economy that is known to go one way."""

    group: Code
    """Name under which it is reported."""
    instrument: str
    """As in the table `adoption`."""
    economy: Iso3
    """Whom it concerns."""
    side: Literal["under", "over"]
    """Whether the instrument sees too little or too much."""
    sd: float = Field(gt=0)
    """Scale of the half-normal, in logits."""
    reason: str
    """Why, and why so large."""


class Declared(Frozen):
    """One scale: who declares it and what is known of the instruments tied to it."""

    code: Code
    """The indicator that it makes."""
    declared: str
    """The instrument on whose scale the shares are stated."""
    scale: str
    """What a share means on it."""
    reason: str
    """Why this instrument."""
    loose: dict[str, float] = Field(default_factory=dict)
    """How much more an instrument may disagree with an economy than others."""
    biases: tuple[DeclaredBias, ...] = ()
    """Errors that go one way."""


@cache
def declared() -> dict[Counts, Declared]:
    """Return the scales by what they count."""
    told = tomllib.loads(HERE.read_text(encoding="utf-8"))
    return {counts: Declared.model_validate(told[counts]) for counts in COUNTS}
