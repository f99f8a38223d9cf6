"""Errors of the kinds of source: recovered where they are known, and the shipped table as it is estimated."""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING

import numpy as np
import pytest
from small import CLASSES, ONE, facts, indicator, recipe, row

from indicators.facts import load
from indicators.fault import DataError
from indicators.schema import QUALITIES
from scoring.doubt.quality import PATH, Comparison, compared, comparisons, estimate, written
from scoring.index.engine import plan, run
from scoring.index.recipe import read_recipe
from scoring.rows import shares
from scoring.view import View

if TYPE_CHECKING:
    from pathlib import Path


def made(
    sd: float, *, items: int = 400, readers: int = 2, level: float = 0.3, repeats: bool = False
) -> Comparison:
    """Make readings with a known error, and readers that stand higher throughout."""
    rng = np.random.default_rng(7)
    readings = [
        (f"i{i:04}", f"r{k}", float(np.exp(0.01 * i + level * k + rng.normal(0, sd))))
        for i in range(items)
        for k in range(readers)
    ]
    found = compared("made", "official", readings, repeats=repeats)
    assert found is not None
    return found


@pytest.mark.parametrize(("sd", "readers"), [(0.05, 2), (0.2, 2), (0.1, 5)])
def test_a_known_error_is_recovered_whatever_the_levels_of_the_readers(sd: float, readers: int) -> None:
    assert made(sd, readers=readers).sd() == pytest.approx(sd, rel=0.08)


def test_few_items_are_not_taken_for_exact() -> None:
    found = []
    rng = np.random.default_rng(3)
    for _ in range(400):
        values = np.exp(rng.normal(0, 0.1, (3, 2)))
        each = compared(
            "x", "official", [(f"i{i}", f"r{k}", values[i, k]) for i in range(3) for k in range(2)]
        )
        assert each is not None
        found.append(each.sd())
    assert np.mean(found) == pytest.approx(0.1, rel=0.15)


def test_repeats_of_one_source_have_no_level_to_take_out() -> None:
    assert made(0.1, level=0.0, repeats=True).sd() == pytest.approx(0.1, rel=0.08)
    assert made(0.1, level=0.5, repeats=True).sd() > 0.25


def test_by_hand() -> None:
    # Two items read 100 and 110, 200 and 200: log differences 0.0953 and 0, about their mean 0.0477 each.
    # Residuals are +-0.0477 / 2 in four readings, one degree of freedom: sqrt(4 / 1) times as large.
    found = compared("x", "press", [("a", "r", 100), ("a", "s", 110), ("b", "r", 200), ("b", "s", 200)])
    assert found is not None
    assert found.sd() == pytest.approx(np.sqrt(np.pi / 2) * 2 * np.log(1.1) / 4)


def test_what_was_read_once_or_is_zero_says_nothing() -> None:
    assert compared("x", "press", [("a", "r", 1.0), ("b", "s", 2.0)]) is None
    assert compared("x", "press", [("a", "r", 1.0), ("a", "s", 0.0), ("b", "r", 2.0)]) is None


def test_the_shipped_table_is_what_is_estimated() -> None:
    assert PATH.read_text(encoding="utf-8") == written(estimate(load())), "make quality"


def test_the_document_shows_what_is_estimated(root: Path) -> None:
    text = (root / "docs" / "doubt.md").read_text(encoding="utf-8")
    facts = load()
    for name, it in estimate(facts).items():
        interval = "assumed" if it.low is None else f"{it.low:.3f} to {it.high:.3f}"
        assert f"| {name.replace('_', ' ')} | {it.sd:.3f} | {interval} | {it.items or ''} |" in text, (
            "make quality"
        )
    for each in comparisons(facts):
        counts = f"{len(each.items)} | {len(each.value)} | {each.sd():.3f}"
        assert f"| `{each.name}` | {each.quality.replace('_', ' ')} | {counts} |" in text, "make quality"


def test_every_estimate_is_positive_and_within_its_interval() -> None:
    table = tomllib.loads(PATH.read_text(encoding="utf-8"))
    assert tuple(table) == QUALITIES
    for each in table.values():
        assert each["sd"] > 0
        assert (each["basis"] == "estimated") == ("comparisons" in each)
        if each["basis"] == "estimated":
            assert each["low"] <= each["sd"] <= each["high"]


def test_every_comparison_speaks_for_a_kind_and_has_enough() -> None:
    found = comparisons(load())
    assert len({each.name for each in found}) == len(found)
    assert all(each.quality in QUALITIES and len(each.value) > len(each.items) for each in found)


def test_the_default_recipe_reads_the_table_and_says_what_is_estimated() -> None:
    table = tomllib.loads(PATH.read_text(encoding="utf-8"))
    error = read_recipe().error
    assert error.relative == {name: each["sd"] for name, each in table.items()}
    assert set(error.estimated) == {name for name, each in table.items() if each["basis"] == "estimated"}


def test_a_recipe_that_names_another_table_is_told(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text('name = "mine"\n[error]\nrelative = "qualty"\n', encoding="utf-8")
    with pytest.raises(DataError, match="quality"):
        read_recipe(path)


def test_ranges_are_measured_estimated_or_assumed() -> None:
    its = [indicator(f"a{k}") for k in range(4)]
    rows = [row("a0", unit, 50.0, low=40.0, high=60.0, interval_kind="sampling") for unit in ("AAA", "BBB")]
    rows += [row("a1", unit, 50.0) for unit in ("AAA", "BBB")]
    rows += [row("a2", unit, 50.0, quality="judgement") for unit in ("AAA", "BBB")]
    rows += [row("a3", unit, 50.0, low=40.0, high=60.0, interval_kind="judgement") for unit in ("AAA", "BBB")]
    made_of = recipe(CLASSES)
    made_of = made_of.model_copy(
        update={"error": made_of.error.model_copy(update={"estimated": ("official",)})}
    )
    known = facts(its, rows)
    p = plan(known, made_of, ONE)
    assert shares(View(known, p, run(p), ("AAA", "BBB"))) == pytest.approx((0.25, 0.25))
