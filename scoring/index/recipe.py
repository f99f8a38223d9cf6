"""How a result is made: choices, aggregation, error model and what is doubted; kept with every result."""

from __future__ import annotations

import hashlib
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final, Self

from pydantic import Discriminator, Field, Tag, model_validator

from indicators.schema import Code, Frozen, Lens
from layers.choices import Choices, Error, Impute, Method, Normaliser, Step, Transform, Treat, of, step
from scoring.index.described import ALL, EACH, called, read_described, tag
from scoring.index.framework import Mean

if TYPE_CHECKING:
    from collections.abc import Sequence

FOLDER: Final = Path(__file__).parents[1] / "recipes"

Weigh = Annotated[Method, of("weigh")]
Some = Field(min_length=1)
Means = Annotated[
    Annotated[Mean, Tag(ALL)] | Annotated[tuple[Mean, ...], Some, Tag(EACH)], Discriminator(tag)
]
"""One mean for every level, or a list of one for each."""
Weighings = Annotated[
    Annotated[Weigh, Tag(ALL)] | Annotated[tuple[Weigh, ...], Some, Tag(EACH)], Discriminator(tag)
]
Clip = Annotated[float, Field(gt=0, le=100)]
Share = Annotated[float, Field(ge=0, le=1)]
Shares = Annotated[
    Annotated[Share, Tag(ALL)] | Annotated[tuple[Share, ...], Some, Tag(EACH)], Discriminator(tag)
]


QUALITY: Final = FOLDER.parent / "doubt" / "quality.toml"
"""Errors of the kinds of source, written by `make quality`."""


def estimated() -> dict[str, Any]:
    """Return the errors of the kinds of source and which of them are estimated, as a recipe states them."""
    table = tomllib.loads(QUALITY.read_text(encoding="utf-8"))
    return {
        "relative": {name: each["sd"] for name, each in table.items()},
        "estimated": tuple(name for name, each in table.items() if each["basis"] == "estimated"),
    }


class Doubt(Frozen):
    """What the second reading varies besides the data."""

    weight_cv: float = Field(default=0.2, gt=0, lt=1)
    """Coefficient of variation of a weight in a node whose children weigh the same."""
    cv: dict[Code, Annotated[float, Field(gt=0, lt=1)]] = Field(default_factory=dict)
    """The same under single nodes, by code, where it is another."""
    impute: tuple[Impute, ...] = ()
    """Imputations drawn from, each as likely; none keeps that of the recipe. So with the other stages."""
    transform: tuple[Transform, ...] = ()
    """Transforms drawn from."""
    treat: tuple[Treat, ...] = ()
    """Treatments of outliers drawn from."""
    normalise: tuple[Normaliser, ...] = Field(default=("goalposts",), min_length=1)
    """Normalisers drawn from."""
    aggregate: tuple[Means, ...] = Field(default=("geometric",), min_length=1)
    """Means drawn from: one alone stands across the top, a list names one for each level."""
    clip: tuple[Clip, ...] = Field(default=(5.0,), min_length=1)
    """Clips drawn from."""
    goalposts: float = Field(default=0.0, ge=0, lt=0.5)
    """Each goalpost is moved by up to this share of the way between the two, either way, evenly."""
    leave_one_out: bool = True
    """Leave no indicator or any one of them out, each as likely."""


class Recipe(Frozen):
    """Everything that turns facts into a result."""

    name: str
    """Name of the recipe."""
    framework: str = "default"
    """Name or file of the tree."""
    aggregate: Means = ("arithmetic", "arithmetic", "geometric")
    """Mean at each level, from the indicators up, or one for every level."""
    clip: float = Field(default=5.0, ge=0, le=100)
    """Lowest score in a geometric or harmonic mean; 0: a score that such a mean cannot take is refused."""
    weigh: Weighings = "given"
    """Where weights come from, for every level or one for each."""
    threshold: Shares = 0.0
    """Share of its children, by number, that a node needs to have a value; one for all or one a level."""
    choices: Choices = Choices()
    """How values become scores."""
    error: Error
    """Standard deviations where the evidence gives none."""
    doubt: Doubt = Doubt()
    """What the second reading varies."""

    @model_validator(mode="before")
    @classmethod
    def _quality_is_looked_up(cls, given: Any) -> Any:  # noqa: ANN401 - whatever a file holds
        """Put the estimated errors of the kinds of source where a recipe asks for them by name."""
        error = given.get("error") if isinstance(given, dict) else None
        if not isinstance(error, dict) or not isinstance(error.get("relative"), str):
            return given
        if error["relative"] != QUALITY.stem:
            message = f"error.relative is a table by kind of source or {QUALITY.stem!r}, the estimated one"
            raise ValueError(message)
        return given | {"error": error | estimated()}

    @property
    def top(self) -> Step:
        """The mean across the layers, as a step."""
        return step(self.aggregate[-1] if isinstance(self.aggregate, tuple) else self.aggregate)

    def through(self, lens: Lens) -> Self:
        """Return the same recipe, asking through one lens."""
        return self.model_copy(update={"choices": self.choices.model_copy(update={"lens": lens})})

    def fingerprint(self) -> str:
        """Return a hash of the recipe."""
        return hashlib.sha256(self.model_dump_json().encode()).hexdigest()


def read_recipe(name: str | Path = "default", folders: Sequence[Path] = ()) -> Recipe:
    """Read a shipped recipe by name, one of `recipes/` in folders of the user's own, or a file.

    Raises
    ------
    UsageError
        If there is neither.
    DataError
        If the file is not a recipe.
    """
    return read_described(Recipe, called(name, "recipes", FOLDER, folders), FOLDER)
