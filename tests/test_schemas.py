"""Schemas for editors: every shipped TOML is fine by them, and each bad one is not, nor for its reader."""

from __future__ import annotations

import importlib
import json
import tomllib
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from jsonschema import Draft202012Validator
from pydantic import ValidationError

import indicators
import scoring
from fourlayers.cli import main
from fourlayers.schemas import KINDS, line_of, schema

if TYPE_CHECKING:
    from pydantic import BaseModel

FACTS, SCORING = (Path(str(package.__file__)).parent for package in (indicators, scoring))
BAD = Path(__file__).parent / "bad_toml"
SHIPPED = {
    "indicator": [path for path in (FACTS / "data").glob("*/*.toml") if path.parent.name != "tables"],
    "table": list((FACTS / "data" / "tables").glob("*.toml")),
    "framework": list((SCORING / "frameworks").glob("*.toml")),
    "recipe": list((SCORING / "recipes").glob("*.toml")),
    "scenario": list((SCORING / "scenarios").glob("*.toml")),
    "case": list((SCORING / "cases").glob("*.toml")),
    "account": list((SCORING / "accounts").glob("*.toml")),
}
WRITTEN = {
    "overrides": """
        [economies.TWN]
        short = "Chinese Taipei"
        [goalposts.cloud_regions_all]
        scale = [1.0, 100.0]
        reason = "why"
        [weights.memory]
        weight = 2
        reason = "why"
        [layers.talent]
        title = "Talent"
        reason = "why"
        [pillars.researchers]
        layer = "talent"
        title = "Researchers"
        reason = "why"
    """,
    "grid": """
        name = "own"
        scenario = "price-war"
        [vary]
        one = [1.0, 2.0]
        other = { first = 1.0, last = 2.0, steps = 5 }
    """,
    "settings": """
        pair = ["USA", "CHN"]
        data = ["my_data"]
        seed = 1
    """,
}


def told(text: str) -> Any:  # noqa: ANN401 - whatever the file holds
    """Read a TOML as an editor does, which knows dates as texts."""

    def plain(value: Any) -> Any:  # noqa: ANN401
        if isinstance(value, dict):
            return {key: plain(each) for key, each in value.items()}
        if isinstance(value, list):
            return [plain(each) for each in value]
        return value.isoformat() if isinstance(value, date | datetime) else value

    return plain(tomllib.loads(text))


def checker(kind: str) -> Draft202012Validator:
    made = schema(kind)
    Draft202012Validator.check_schema(made)
    return Draft202012Validator(made)


@pytest.mark.parametrize("kind", KINDS)
def test_every_shipped_file_is_fine_by_its_schema(kind: str) -> None:
    checks = checker(kind)
    texts = [path.read_text(encoding="utf-8") for path in SHIPPED.get(kind, [])]
    texts += [WRITTEN[kind]] if kind in WRITTEN else []
    assert texts, f"no file of kind {kind} is held against its schema"
    for text in texts:
        assert [error.message for error in checks.iter_errors(told(text))] == []


@pytest.mark.parametrize("path", sorted(BAD.glob("*.toml")), ids=lambda path: path.stem)
def test_a_bad_file_is_refused_by_its_schema_and_by_its_reader(path: Path) -> None:
    kind = KINDS[path.stem.partition("-")[0]]
    text = path.read_text(encoding="utf-8")
    assert list(checker(path.stem.partition("-")[0]).iter_errors(told(text)))
    model: type[BaseModel] = getattr(importlib.import_module(kind.module), kind.model)
    with pytest.raises(ValidationError):
        model.model_validate(tomllib.loads(text))


def test_every_kind_has_a_bad_file() -> None:
    assert {path.stem.partition("-")[0] for path in BAD.glob("*.toml")} == set(KINDS)


def test_every_key_is_explained(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["data", "schema", "indicator"]) == 0
    made = json.loads(capsys.readouterr().out)
    parts = [made, *made["$defs"].values()]
    bare = [key for part in parts for key, each in part["properties"].items() if "description" not in each]
    assert bare == []


def test_schemas_are_listed_written_and_named_in_a_new_pair(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["data", "schema"]) == 0
    out = capsys.readouterr().out
    assert all(f"  {kind}" in out for kind in KINDS)
    assert main(["data", "schema", "--into", str(tmp_path / "all")]) == 0
    assert len(list((tmp_path / "all").iterdir())) == len(KINDS)
    assert main(["data", "schema", "indicatr"]) == 2
    assert "did you mean indicator?" in capsys.readouterr().err
    new = ["data", "new", "own", "--layer", "systems", "--pillar", "cloud", "--into", str(tmp_path / "mine")]
    assert main(new) == 0
    toml = (tmp_path / "mine" / "own.toml").read_text(encoding="utf-8")
    assert toml.splitlines()[0] == line_of("indicator")
    assert (tmp_path / "mine" / "indicator.schema.json").is_file()
