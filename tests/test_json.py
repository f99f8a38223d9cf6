"""The versioned document, the long CSV and the shipped answer: exact shapes, no NaN, nothing lost."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from answers import ANSWERS, LAYERS, TREE, a_leads, layer_missing

from fourlayers import summary
from reports.document import SCHEMA, as_csv, as_json, document
from scoring.answer import Answer

if TYPE_CHECKING:
    from pathlib import Path

TOP = (
    "schema",
    "version",
    "data_vintage",
    "as_of",
    "known_by",
    "pair",
    "home",
    "lens",
    "recipe",
    "fingerprint",
    "draws",
    "seed",
    "scores",
    "gap",
    "basis",
    "own_data",
    "warnings",
)
NODE = {"value", "low", "high", "coverage", "imputed", "data_from", "data_to"}
GAP = {"value", "low", "high", "ahead_data", "ahead_all", "call", "leader"}


@pytest.fixture(params=list(ANSWERS))
def answer(request: pytest.FixtureRequest) -> Answer:
    return ANSWERS[request.param]()


def leaves(tree: dict[str, Any]) -> list[dict[str, Any]]:
    layers = list(tree["layers"].values())
    return [tree["overall"], *layers, *(node for each in tree["pillars"].values() for node in each.values())]


def test_the_document_has_the_keys_of_its_schema_and_no_other(answer: Answer) -> None:
    told = json.loads(as_json(answer))
    assert told["schema"] == SCHEMA == "fourlayers/score/2"
    assert tuple(told) == TOP
    assert set(told["recipe"]) == {"name", "fingerprint"}
    assert set(told["scores"]) == set(answer.units)
    for tree in (*told["scores"].values(), told["gap"]):
        assert list(tree) == ["overall", "layers", "pillars"]
        assert tuple(tree["layers"]) == LAYERS
        assert {layer: tuple(each) for layer, each in tree["pillars"].items()} == TREE
    for tree in told["scores"].values():
        for node in leaves(tree):
            assert set(node) - {"reason"} == NODE
            assert ("reason" in node) == (node["value"] is None)
    assert all(set(node) == GAP for node in leaves(told["gap"]))
    assert all(set(warning) == {"code", "node", "message"} for warning in told["warnings"])


def test_what_is_not_scored_is_null_with_a_reason() -> None:
    told = document(layer_missing())
    assert told["scores"]["CHN"]["layers"]["inference_cost"]["value"] is None
    assert told["scores"]["CHN"]["layers"]["inference_cost"]["reason"] == "coverage 51 %, needs 67 %"
    assert told["gap"]["overall"] == dict.fromkeys(GAP - {"call"}) | {"call": "not scored"}


def test_no_number_is_ever_nan() -> None:
    answer = a_leads()
    gap = replace(answer.gap["overall"], value=float("nan"), high=float("inf"))
    told = as_json(replace(answer, gap=answer.gap | {"overall": gap}))
    assert "NaN" not in told
    assert "Infinity" not in told
    assert json.loads(told)["gap"]["overall"]["value"] is None


def test_the_same_answer_gives_the_same_bytes(answer: Answer) -> None:
    again = summary.decode(Answer, json.loads(json.dumps(summary.encode(answer))))
    assert as_json(again) == as_json(answer)
    assert as_csv(again) == as_csv(answer)


def test_the_long_csv_has_one_number_a_row(answer: Answer) -> None:
    rows = list(csv.DictReader(io.StringIO(as_csv(answer))))
    assert list(rows[0]) == ["run", "date", "economy", "level", "node", "measure", "value", "low", "high"]
    assert {row["level"] for row in rows} == {"overall", "layer", "pillar", "indicator"}
    assert {row["run"] for row in rows} == {answer.fingerprint[:12]}
    for row in rows:
        for name in ("value", "low", "high"):
            assert row[name] == "" or float(row[name]) == float(row[name])  # NaN alone differs from itself
    places = [(row["economy"], row["node"], row["measure"]) for row in rows]
    assert len(places) == len(set(places))


def test_document_and_csv_say_the_same() -> None:
    answer = a_leads()
    told = document(answer)["gap"]["layers"]
    rows = csv.DictReader(io.StringIO(as_csv(answer)))
    gaps = {row["node"]: row for row in rows if row["measure"] == "gap" and row["level"] == "layer"}
    assert {node: float(row["value"]) for node, row in gaps.items()} == {
        node: gap["value"] for node, gap in told.items()
    }


def test_an_answer_survives_the_file(answer: Answer, tmp_path: Path) -> None:
    path = tmp_path / "summary.json"
    summary.write(answer, path)
    assert summary.read(path) == answer


@pytest.mark.parametrize("damage", ["", "{", "[]", '{"key": "of another day", "answer": {}}'])
def test_a_damaged_or_old_file_is_not_read(damage: str, tmp_path: Path) -> None:
    path = tmp_path / "summary.json"
    assert summary.read(path) is None
    path.write_text(damage, encoding="utf-8")
    assert summary.read(path) is None


def test_the_key_changes_with_facts_recipes_and_code(tmp_path: Path) -> None:
    for name in (
        "indicators/data/a.csv",
        "scoring/recipes/default.toml",
        "layers/computed/x.json",
        "layers/y.py",
    ):
        before = summary.key(tmp_path)
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("1", encoding="utf-8")
        made = summary.key(tmp_path)
        path.write_text("2", encoding="utf-8")
        assert len({before, made, summary.key(tmp_path)}) == 3


def test_a_value_that_may_not_be_passed_on_is_not_in_the_document() -> None:
    answer = a_leads()
    row = next(row for row in answer.indicators if row.b.value is not None)
    closed = replace(row, b=replace(row.b, free=False, value=123456.75))
    told = as_json(replace(answer, indicators=(closed,)))
    assert "123456.75" not in told
    sides = json.loads(told)["basis"]["indicators"][0]["sides"]
    assert sides[answer.pair[1]]["value"] is None
    assert sides[answer.pair[0]]["value"] == row.a.value
