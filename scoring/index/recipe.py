"""How a result is made: choices, aggregation, error model and what is doubted; kept with every result."""

from __future__ import annotations

import hashlib
import tomllib
from pathlib import Path
from typing import Final, Literal

from pydantic import Field, ValidationError

from indicators.fault import DataError, Fault, unknown
from indicators.schema import Frozen
from layers.choices import Choices, Error, Normaliser

FOLDER: Final = Path(__file__).parents[1] / "recipes"

Mean = Literal["arithmetic", "geometric"]


class Doubt(Frozen):
    """What the second reading varies besides the data."""

    weight_cv: float = Field(default=0.2, gt=0, lt=1)
    """Coefficient of variation of a weight in a node of four equal children."""
    normalise: tuple[Normaliser, ...] = ("goalposts",)
    """Normalisers drawn from, each as likely."""
    aggregate: tuple[Mean, ...] = ("geometric",)
    """Means across layers drawn from."""
    clip: tuple[float, ...] = (5.0,)
    """Clips drawn from."""
    leave_one_out: bool = True
    """Leave no indicator or any one of them out, each as likely."""


class Recipe(Frozen):
    """Everything that turns facts into a result."""

    name: str
    """Name of the recipe."""
    framework: str = "default"
    """Name or file of the tree."""
    aggregate: tuple[Mean, ...] = ("arithmetic", "arithmetic", "geometric")
    """Mean at each level, from the indicators up."""
    clip: float = Field(default=5.0, gt=0)
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
    shipped = {path.stem: path for path in FOLDER.glob("*.toml")}
    path = shipped.get(str(name), Path(name))
    if not path.is_file():
        raise unknown("recipe", str(name), shipped)
    try:
        return Recipe.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise DataError([Fault(path.name, 0, "", str(error), "well-formed TOML in UTF-8")]) from None
    except ValidationError as error:
        faults = [
            Fault(path.name, 0, ".".join(map(str, each["loc"])), repr(each["input"])[:80], each["msg"])
            for each in error.errors()
        ]
        raise DataError(faults) from None
