"""The data package beside a report says what is in each file, by the published standard, and truly."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
import sys
from importlib import import_module
from typing import TYPE_CHECKING, Any, NamedTuple

import jsonschema
import pytest

import fourlayers as fl
from fourlayers import cli
from indicators.fault import UsageError
from reports.charts import CHARTS, Chart, draw, write
from reports.data_package import MEDIA, data_package, described
from reports.document import Row, as_csv, as_json
from reports.parquet import as_parquet, needs_parquet

if TYPE_CHECKING:
    from pathlib import Path

    from indicators.facts import Facts
    from scoring.answer import Answer

DRAWN = ("profile", "gap", "reach")
NAMED = {"anyOf": [{"required": ["name"]}, {"required": ["path"]}]}
TYPES = "string number integer boolean object list datetime date time year yearmonth any"
FIELD = {
    "type": "object",
    "required": ["name"],
    "properties": {
        "name": {"type": "string", "minLength": 1},
        "type": {"enum": TYPES.split()},
        "description": {"type": "string"},
        "constraints": {"type": "object"},
    },
}
TITLED = {"type": "object", "required": ["title"]}
RESOURCE = {
    "type": "object",
    "required": ["name", "path"],
    "properties": {
        "name": {"type": "string", "minLength": 1},
        "path": {"type": "string", "pattern": r"^[^/~.][^/]*$"},
        "type": {"const": "table"},
        "bytes": {"type": "integer", "minimum": 0},
        "hash": {"type": "string", "pattern": "^sha256:[0-9a-f]{64}$"},
        "mediatype": {"type": "string", "pattern": "^(.+)/(.+)$"},
        "sources": {"type": "array", "minItems": 1, "items": TITLED},
        "licenses": {
            "type": "array",
            "minItems": 1,
            "items": NAMED | {"properties": {"name": {"pattern": r"^([-a-zA-Z0-9._])+$"}}},
        },
        "schema": {
            "type": "object",
            "required": ["fields"],
            "properties": {
                "fields": {"type": "array", "minItems": 1, "items": FIELD},
                "missingValues": {"type": "array", "items": {"type": "string"}},
                "primaryKey": {"type": "array", "minItems": 1},
            },
        },
    },
}
STANDARD = {
    "type": "object",
    "required": ["resources"],
    "properties": {
        "$schema": {"const": "https://datapackage.org/profiles/2.0/datapackage.json"},
        "name": {"type": "string", "pattern": r"^([-a-z0-9._/])+$"},
        "contributors": {"items": {"properties": {"roles": {"type": "array", "minItems": 1}}}},
        "resources": {"type": "array", "minItems": 1, "items": RESOURCE},
    },
}
"""The rules of Data Package 2.0, Data Resource and Table Schema that a report meets, in our words."""

FITS = {
    "integer": r"[+-]?\d+",
    "number": r"[+-]?\d+(\.\d+)?([eE][+-]?\d+)?|-?INF|NaN",
    "date": r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])",
    "yearmonth": r"\d{4}-(0[1-9]|1[0-2])",
    "boolean": "yes|no",
    "string": "[^\0]+",
}


class Written(NamedTuple):
    """A folder with its data, and what is said of it."""

    folder: Path
    said: dict[str, Any]
    text: str
    again: str

    def rows(self, resource: dict[str, Any]) -> list[list[str]]:
        """Read the CSV of a resource."""
        return list(csv.reader(io.StringIO((self.folder / resource["path"]).read_text(encoding="utf-8"))))

    def tables(self) -> list[dict[str, Any]]:
        """List the resources that are tables."""
        return [each for each in self.said["resources"] if each.get("type") == "table"]


@pytest.fixture(scope="module")
def facts() -> Facts:
    return fl.load()


@pytest.fixture(scope="module")
def answer() -> Answer:
    return fl.score()


@pytest.fixture(scope="module")
def written(answer: Answer, facts: Facts, tmp_path_factory: pytest.TempPathFactory) -> Written:
    folder = tmp_path_factory.mktemp("out")
    charts: dict[str, Chart] = {name: draw(name, answer, facts) for name in DRAWN}
    files = [path for chart in charts.values() for path in write(chart, folder)]
    for name, content in (("score.csv", as_csv(answer)), ("score.json", as_json(answer))):
        (folder / name).write_text(content, encoding="utf-8")
        files.append(folder / name)
    (folder / "score.parquet").write_bytes(as_parquet(answer))
    files.append(folder / "score.parquet")
    text, again = (data_package(answer, facts, charts, files) for _ in range(2))
    return Written(folder, json.loads(text), text, again)


def test_it_meets_the_standard(written: Written) -> None:
    assert [error.message for error in jsonschema.Draft7Validator(STANDARD).iter_errors(written.said)] == []
    names = [each["name"] for each in written.said["resources"]]
    assert len(set(names)) == len(names)


def test_every_data_file_is_in_it_with_its_hash(written: Written) -> None:
    held = {path.name for path in written.folder.iterdir() if path.suffix in MEDIA}
    assert {each["path"] for each in written.said["resources"]} == held
    for each in written.said["resources"]:
        content = (written.folder / each["path"]).read_bytes()
        assert each["bytes"] == len(content)
        assert each["hash"] == f"sha256:{hashlib.sha256(content).hexdigest()}"


def test_every_cell_is_of_the_type_of_its_column(written: Written) -> None:
    for resource in written.tables():
        head, *rows = written.rows(resource)
        fields = resource["schema"]["fields"]
        assert [field["name"] for field in fields] == head
        for place, field in enumerate(fields):
            cells = {row[place] for row in rows}
            if field.get("constraints", {}).get("required"):
                assert "" not in cells
            signs = FITS.get(field["type"])
            filled = cells - {""}
            assert (signs is None) == (not filled)
            assert [cell for cell in filled if signs and not re.fullmatch(signs, cell, re.DOTALL)] == []


def test_every_number_says_its_unit_and_every_column_its_meaning(written: Written) -> None:
    fields = [(each["name"], field) for each in written.tables() for field in each["schema"]["fields"]]
    assert [(name, field["name"]) for name, field in fields if "description" not in field] == []
    numbers = [(name, field) for name, field in fields if field["type"] in {"number", "integer"}]
    assert [(name, field["name"]) for name, field in numbers if "unit" not in field] == []


def test_the_columns_of_every_chart_have_a_meaning() -> None:
    words = described()
    for name in CHARTS:
        columns = import_module(f"reports.charts.{name.replace('-', '_')}").COLUMNS
        assert [column for column in columns if column not in words["any"] | words.get(name, {})] == [], name


def test_no_meaning_is_left_of_a_column_that_is_gone() -> None:
    charts = {name: set(import_module(f"reports.charts.{name.replace('-', '_')}").COLUMNS) for name in CHARTS}
    charts["score"] = set(Row._fields)
    words = described()
    assert words.keys() - charts.keys() == {"any"}
    assert [(name, word) for name in charts for word in words.get(name, {}).keys() - charts[name]] == []


def test_the_rows_of_the_scores_have_their_key(written: Written) -> None:
    (score,) = [each for each in written.tables() if each["name"] == "score"]
    head, *rows = written.rows(score)
    places = [head.index(name) for name in score["schema"]["primaryKey"]]
    keys = [tuple(row[place] for place in places) for row in rows]
    assert len(set(keys)) == len(keys) > 0


def test_every_source_has_its_terms_in_its_own_words(written: Written) -> None:
    for resource in written.said["resources"]:
        assert resource["sources"]
        said = {source["licence"] for source in resource["sources"]}
        assert said == {licence["title"] for licence in resource["licenses"]}
    known = {each["title"]: each["name"] for it in written.said["resources"] for each in it["licenses"]}
    assert known["CC BY 4.0"] == "CC-BY-4.0"
    assert known["not stated"] == "notspecified"


def test_the_same_files_give_the_same_bytes(written: Written, answer: Answer) -> None:
    assert written.text == written.again
    assert answer.fingerprint == written.said["id"]


def test_parquet_holds_the_rows_of_the_csv(written: Written, answer: Answer) -> None:
    import pyarrow.parquet as pq

    table = pq.read_table(written.folder / "score.parquet")
    rows = list(csv.DictReader(io.StringIO(as_csv(answer))))
    assert table.column_names == list(Row._fields)
    assert [str(kind) for kind in table.schema.types][5:] == ["string", "double", "double", "double"]
    for mine, theirs in zip(table.to_pylist(), rows, strict=True):
        as_text = {name: "" if value is None else str(value) for name, value in mine.items()}
        assert as_text == theirs
    assert as_parquet(answer) == (written.folder / "score.parquet").read_bytes()


def test_without_the_extra_it_is_said_before_anything_is_done(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    monkeypatch.setitem(sys.modules, "pyarrow.parquet", None)
    with pytest.raises(UsageError, match="needs the extra parquet"):
        needs_parquet("it")
    assert cli.main(["report", "--parquet", "--out", str(tmp_path / "out")]) == 2
    assert "pip install 'fourlayers[parquet]'" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()
