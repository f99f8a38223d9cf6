"""How a result is made: choices, aggregation, error model and what is doubted; kept with every result."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Annotated, Final, Literal

from pydantic import Field

from indicators.schema import Frozen
from layers.choices import Choices, Error, Normaliser
from scoring.index.described import read_described

FOLDER: Final = Path(__file__).parents[1] / "recipes"

Mean = Literal["arithmetic", "geometric"]
Clip = Annotated[float, Field(gt=0, le=100)]


class Doubt(Frozen):
    """What the second reading varies besides the data."""

    weight_cv: float = Field(default=0.2, gt=0, lt=1)
    """Coefficient of variation of a weight in a node whose children weigh the same."""
    normalise: tuple[Normaliser, ...] = Field(default=("goalposts",), min_length=1)
    """Normalisers drawn from, each as likely."""
    aggregate: tuple[Mean, ...] = Field(default=("geometric",), min_length=1)
    """Means across layers drawn from."""
    clip: tuple[Clip, ...] = Field(default=(5.0,), min_length=1)
    """Clips drawn from."""
    leave_one_out: bool = True
    """Leave no indicator or any one of them out, each as likely."""


class Recipe(Frozen):
    """Everything that turns facts into a result."""

    name: str
    """Name of the recipe."""
    framework: str = "default"
    """Name or file of the tree."""
    aggregate: tuple[Mean, ...] = Field(default=("arithmetic", "arithmetic", "geometric"), min_length=1)
    """Mean at each level, from the indicators up."""
    clip: Clip = 5.0
    """Lowest score in a geometric mean."""
    choices: Choices = Choices()
    """How values become scores."""
    error: Error
    """Standard deviations where the evidence gives none."""
    doubt: Doubt = Doubt()
    """What the second reading varies."""

    def fingerprint(self) -> str:
        """Return a hash of the recipe."""
        return hashlib.sha256(self.model_dump_json().encode()).hexdigest()


def read_recipe(name: str | Path = "default") -> Recipe:
    """Read a shipped recipe by name, or one from a file.

    Raises
    ------
    UsageError
        If there is neither.
    DataError
        If the file is not a recipe.
    """
    return read_described(Recipe, name, FOLDER)
