"""Which figures an account takes: one entry a company, and the main firms that tell nothing. A TOML file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Final, Literal, Self

from pydantic import Discriminator, Field, Tag, model_validator

from indicators.schema import Frozen
from scoring.index.described import read_described
from scoring.questions.value.quantity import Bounds

FOLDER: Final = Path(__file__).parents[2] / "accounts"
STAGES: Final = ("chips", "foundry", "memory", "cloud", "models", "applications", "distribution")
"""From the ground up; equipment makers sell to foundries and stand apart."""
StageName = Literal["chips", "foundry", "memory", "cloud", "models", "applications", "distribution"]


class Share(Bounds):
    """Bounds of the part of a revenue that is AI."""

    low: float = Field(ge=0, le=1)
    """Lowest share."""
    high: float = Field(ge=0, le=1)
    """Highest share."""


class Margin(Bounds):
    """Bounds of an operating margin; a loss may be larger than the revenue."""

    high: float = Field(le=1)
    """Highest margin."""


class Other(Frozen):
    """A margin read from another row of the same company."""

    period: str
    """Its period."""


class Borrowed(Frozen):
    """A margin read from the row of another company, such as the group of a segment."""

    company: str
    """As in the table `value_chain`."""
    period: str
    """Its period."""
    reason: str
    """Why it may stand in."""


class Revenue(Bounds):
    """A revenue that is only bounded, in US$ bn."""

    low: float = Field(ge=0)
    """Lowest revenue."""


def _form(value: object) -> str:
    """Say which form an entry is meant to have, so that only its own faults are told."""
    for kind, named, key in ((Borrowed, "~other company", "company"), (Other, "~other period", "period")):
        if isinstance(value, kind) or (isinstance(value, dict) and key in value):
            return named
    return "~bounds" if isinstance(value, Bounds | dict) else "~word"


Ai = Annotated[
    Annotated[Literal["stated", "all", "unstated"], Tag("~word")] | Annotated[Share, Tag("~bounds")],
    Discriminator(_form),
]
Taken = Annotated[
    Annotated[Literal["reported", "gross", "unknown"], Tag("~word")]
    | Annotated[Other, Tag("~other period")]
    | Annotated[Borrowed, Tag("~other company")]
    | Annotated[Margin, Tag("~bounds")],
    Discriminator(_form),
]


class Firm(Frozen):
    """Which figures speak for a company."""

    company: str
    """As in the table `value_chain`."""
    period: str
    """Row with its revenue."""
    revenue: Revenue | None = None
    """Bounds where the year's revenue was not seen."""
    ai: Ai
    """Share of it that is AI."""
    margin: Taken
    """Operating margin."""
    wide: bool = False
    """The row holds more than this stage: its revenue is not set against the stage's total."""


class Undisclosed(Frozen):
    """A main firm of a stage without figures: unknown, not zero."""

    stage: StageName
    """Where it belongs."""
    economy: str
    """Its headquarters."""
    company: str
    """Its name, or several."""
    why: str
    """What is not told."""


class Account(Frozen):
    """The choices of one year."""

    name: str
    """Short name."""
    year: int
    """Calendar year."""
    title: str
    """What is counted."""
    firm: tuple[Firm, ...]
    """One entry a company."""
    undisclosed: tuple[Undisclosed, ...] = ()
    """Main firms that tell nothing."""

    @model_validator(mode="after")
    def _one_row_a_company(self) -> Self:
        names = [firm.company for firm in self.firm]
        if not names:
            message = "no [[firm]]; expected at least one company"
            raise ValueError(message)
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            message = f"more than one entry for {', '.join(twice)}: expected one row a company"
            raise ValueError(message)
        return self


def read_account(name: str | Path = "2025") -> Account:
    """Read the shipped choices of a year, or those of a file.

    Raises
    ------
    UsageError
        If there is neither.
    DataError
        With every fault of the file.
    """
    return read_described(Account, name, FOLDER)
