"""JSON schemas of the TOML files that a user writes, for editors that complete and check while one types."""

from __future__ import annotations

import importlib
import json
import math
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from indicators.fault import unknown
from indicators.whole import put_all

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from pydantic import BaseModel

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"


class Kind(NamedTuple):
    """A kind of file: which class reads it, in which module, and where such a file stands."""

    model: str
    module: str
    stands: str


KINDS: Final = {
    "indicator": Kind("Indicator", "indicators.schema", "CODE.toml beside CODE.csv"),
    "table": Kind("Table", "indicators.schema", "tables/NAME.toml beside NAME.csv"),
    "overrides": Kind("Overrides", "indicators.overrides", "overrides.toml at the top of a folder"),
    "framework": Kind("Framework", "scoring.index.framework", "frameworks/NAME.toml"),
    "recipe": Kind("Recipe", "scoring.index.recipe", "recipes/NAME.toml"),
    "scenario": Kind("Scenario", "scoring.questions.scenario.schema", "scenarios/NAME.toml"),
    "grid": Kind("GridFile", "scoring.questions.scenario.grid", "the file of scenario run --grid"),
    "case": Kind("Case", "scoring.questions.value.case", "cases/NAME.toml"),
    "account": Kind("Account", "scoring.questions.value.choices", "accounts/YEAR.toml"),
    "settings": Kind("SettingsFile", "fourlayers.settings_file", "fourlayers.toml in the working folder"),
}


def schema(name: str) -> dict[str, Any]:
    """Give the JSON schema of a kind of file, made from the class that reads it.

    Raises
    ------
    UsageError
        If there is no such kind.
    """
    if name not in KINDS:
        what = "kind of file"
        raise unknown(what, name, KINDS)
    kind = KINDS[name]
    model: type[BaseModel] = getattr(importlib.import_module(kind.module), kind.model)
    made = model.model_json_schema(by_alias=True, mode="validation")
    head = {
        "$schema": DIALECT,
        "title": f"fourlayers {name}",
        "description": f"{kind.stands}: {made['description']}",
    }
    return {key: _exact(each) for key, each in (made | head).items()}


def _exact(value: Any) -> Any:  # noqa: ANN401 - any part of a schema
    """Leave out defaults that JSON has no word for, as an endless range; close tables of patterned keys."""
    if isinstance(value, list):
        return [_exact(each) for each in value]
    if not isinstance(value, dict):
        return value
    found = {key: _exact(each) for key, each in value.items() if key != "default" or _written(each)}
    return found | {"additionalProperties": False} if "patternProperties" in found else found


def _written(default: Any) -> bool:  # noqa: ANN401 - any default
    parts = default if isinstance(default, list | tuple) else [default]
    return not any(isinstance(each, float) and not math.isfinite(each) for each in parts)


def schema_text(name: str) -> str:
    """Give the schema as text; the same version gives the same bytes."""
    return json.dumps(schema(name), indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def file_name(name: str) -> str:
    """Name under which a schema is written, and called in the first line of a TOML."""
    return f"{name}.schema.json"


def line_of(name: str) -> str:
    """First line of a TOML by which editors find the schema that lies beside it."""
    return f"#:schema ./{file_name(name)}"


def write_schemas(names: Sequence[str], folder: Path) -> list[Path]:
    """Write schemas into a folder, all of them or none.

    Raises
    ------
    UsageError
        If there is no such kind of file.
    """
    texts = {file_name(name): schema_text(name) for name in names}
    return put_all({folder / name: text for name, text in texts.items()})
