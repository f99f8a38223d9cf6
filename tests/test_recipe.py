"""Recipes: the shipped one, files of the user's, and what is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from pydantic import ValidationError
from small import EXACT, recipe

from indicators.fault import DataError, UsageError
from indicators.schema import QUALITIES
from layers.choices import Error
from scoring.index.recipe import FOLDER, Doubt, Recipe, read_recipe

if TYPE_CHECKING:
    from pathlib import Path


def test_the_shipped_recipe_is_what_the_method_says() -> None:
    made = read_recipe()
    assert made.aggregate == ("arithmetic", "arithmetic", "geometric")
    assert made.clip == 5
    assert (made.choices.normalise, made.choices.fewest_units, made.choices.lens) == ("goalposts", 8, "scale")
    assert set(made.error.relative) == set(QUALITIES)
    assert set(made.doubt.normalise) == {"goalposts", "minmax", "zcdf", "percentile"}
    assert made.choices.normalise in made.doubt.normalise
    assert made.clip in made.doubt.clip
    assert made.aggregate[-1] in made.doubt.aggregate


def test_a_copy_of_the_shipped_file_is_the_same_recipe(tmp_path: Path) -> None:
    copy = tmp_path / "mine.toml"
    copy.write_text((FOLDER / "default.toml").read_text(encoding="utf-8"), encoding="utf-8")
    assert read_recipe(copy) == read_recipe()
    assert read_recipe(copy).fingerprint() == read_recipe().fingerprint()


def test_any_change_changes_the_fingerprint() -> None:
    made = recipe()
    others: list[dict[str, Any]] = [{"clip": 6.0}, {"framework": "other"}, {"name": "x"}]
    others.append({"doubt": Doubt(weight_cv=0.3)})
    marks = {made.fingerprint(), *(made.model_copy(update=each).fingerprint() for each in others)}
    assert len(marks) == 1 + len(others)


def test_an_unknown_name_is_answered_with_the_known_ones() -> None:
    with pytest.raises(UsageError, match="unknown recipe 'defaults'; did you mean default"):
        read_recipe("defaults")


@pytest.mark.parametrize(
    "wrong",
    [
        {"clip": -1.0},
        {"clip": 101.0},
        {"aggregate": ()},
        {"aggregate": ("mode",)},
        {"aggregate": "mode"},
        {"aggregate": ({"method": "arithmetic", "power": 2},)},
        {"choices": {"normalise": "ranks"}},
        {"choices": {"normalise": {"method": "minmax", "lowest": 1}}},
        {"choices": {"order": ("normalise", "treat")}},
        {"choices": {"order": ("treat", "treat", "normalise")}},
        {"choices": {"fewest_units": 1}},
        {"doubt": {"clip": (0.0,)}},
        {"doubt": {"normalise": ()}},
        {"doubt": {"weight_cv": 0.0}},
        {"clips": 5.0},
    ],
)
def test_what_cannot_be_computed_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Recipe.model_validate({"name": "x", "error": {"relative": EXACT}} | wrong)


@pytest.mark.parametrize(
    ("relative", "message"),
    [
        ({name: 0.1 for name in QUALITIES if name != "press"}, "press has none"),
        (EXACT | {"rumour": 0.5}, "'rumour' is no class"),
        (EXACT | {"press": -0.1}, "press has -0.1, below 0"),
    ],
)
def test_every_kind_of_source_needs_a_standard_deviation(relative: dict[str, float], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        Error(relative=relative)


def test_faults_of_a_file_name_it_and_its_keys(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    text = (FOLDER / "default.toml").read_text(encoding="utf-8")
    path.write_text(
        text.replace("clip = 5.0", "clip = -1.0").replace('"quality"', "{press = 0.15}"), encoding="utf-8"
    )
    with pytest.raises(DataError) as caught:
        read_recipe(path)
    assert {fault.column for fault in caught.value.faults} == {"clip", "error"}
    assert {fault.file for fault in caught.value.faults} == {"mine.toml"}
