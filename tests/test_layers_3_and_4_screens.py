"""Screens of layers 3 and 4: what they say of a pair, whoever leads, and what a pair may be compared by."""

from __future__ import annotations

import csv
import io
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import pytest

from fourlayers.screens.layers import screen
from indicators.facts import Facts, load
from layers.application_ecosystem.pair import for_pair, uncovered
from layers.layer import computed_rows, posteriors
from reports.charts import draw
from scoring.ask import ask
from scoring.index.recipe import read_recipe
from scoring.supply import VIEWS, supply_views

if TYPE_CHECKING:
    from scoring.answer import Answer

WIDTH = 80


@pytest.fixture(scope="module")
def facts() -> Facts:
    return load()


@pytest.fixture(scope="module")
def answer(facts: Facts) -> Answer:
    return ask(facts, ("USA", "CHN"), draws=64)


def test_memory_is_the_mean_of_its_three_views(facts: Facts, answer: Answer) -> None:
    for pillar in ("memory", "packaging"):
        views = supply_views(facts, read_recipe(), pillar, ("USA", "CHN", "KOR"))
        for unit, held in views.items():
            parts = [held[view] for view in VIEWS]
            assert None not in parts
            assert answer.scores[unit][pillar].value == pytest.approx(np.mean(np.array(parts, dtype=float)))


def test_the_screen_of_systems_integration_explains_the_views(facts: Facts, answer: Answer) -> None:
    text = screen("systems_integration", facts, answer)
    assert max(map(len, text.splitlines())) <= WIDTH
    for head in (
        "Three views of a supply",
        "Why the views of memory differ",
        "Held back",
        "Errors drawn once",
    ):
        assert head in text
    line = next(line for line in text.splitlines() if line.startswith("  within reach"))
    views = supply_views(facts, read_recipe(), "memory", ("USA", "CHN"))
    assert [f"{views[code]['reach']:.1f}" for code in ("USA", "CHN")] == line.split()[2:4]


def test_the_screens_hold_when_the_pair_is_turned_round_or_is_another(facts: Facts) -> None:
    for pair in (("CHN", "KOR"), ("DEU", "US_ALLIES")):
        other = ask(facts, pair, draws=0)
        for name in ("systems_integration", "application_ecosystem"):
            text = screen(name, facts, other)
            assert max(map(len, text.splitlines())) <= WIDTH
            assert "nan" not in text
            assert "None" not in text


def test_the_screen_of_the_application_ecosystem_sets_the_model_beside_its_instruments(
    facts: Facts, answer: Answer
) -> None:
    text = screen("application_ecosystem", facts, answer)
    assert max(map(len, text.splitlines())) <= WIDTH
    assert "on one declared scale" in text
    assert "42.8  2025-12 *" in text  # the survey that nothing ties
    assert "Compared through online panel (MIC Japan) and telemetry (Microsoft)." in text
    assert "Range of the layer" in text


def test_screens_of_a_time_without_data_say_so(facts: Facts) -> None:
    early = facts.as_of(date(2021, 6, 30))
    text = screen("application_ecosystem", early, ask(early, ("USA", "CHN"), draws=0))
    assert "not scored" in text


def test_a_pair_that_no_instrument_covers_is_not_scored_in_the_pillar(facts: Facts) -> None:
    assert uncovered(facts, ("USA", "FRA")) == ("enterprise_ai_use_est",)
    assert uncovered(facts, ("USA", "CHN")) == ()
    found = ask(facts, ("USA", "FRA"), draws=0)
    assert found.scores["USA"]["enterprise"].value is None
    assert found.scores["FRA"]["enterprise"].value is None
    assert found.gap["enterprise"].call == "not scored"
    assert found.scores["DEU"]["enterprise"].value is not None


def test_a_pair_that_is_covered_keeps_its_facts(facts: Facts) -> None:
    assert for_pair(facts, ("USA", "CHN")) is facts
    cut = for_pair(facts, ("USA", "FRA"))
    gone = {(row["code"], row["economy"]) for row in computed_rows(facts, "application_ecosystem")} - {
        (row["code"], row["economy"]) for row in computed_rows(cut, "application_ecosystem")
    }
    assert gone == {("enterprise_ai_use_est", "USA"), ("enterprise_ai_use_est", "FRA")}
    held = posteriors(cut, "application_ecosystem")[0]
    code, usa = held.codes.index("enterprise_ai_use_est"), held.economies.index("USA")
    assert np.isnan(held.values[:, code, usa]).all()


def test_the_chart_of_reach_says_what_counting_it_does(facts: Facts, answer: Answer) -> None:
    chart = draw("reach", answer, facts)
    rows = list(csv.DictReader(io.StringIO(chart.csv())))
    views = supply_views(facts, read_recipe(), "memory", ("USA", "CHN"))
    shown = {(row["economy"], row["view"]): float(row["score"]) for row in rows if row["pillar"] == "memory"}
    for code in ("USA", "CHN"):
        for view, said in (("location", "made here"), ("ownership", "owned here"), ("reach", "within reach")):
            assert shown[code, said] == pytest.approx(views[code][view])
        without = (shown[code, "made here"] + shown[code, "owned here"]) / 2
        whole = shown[code, "mean of the three"]
        verb = "rises" if whole > without else "falls"
        assert f"{verb} from {without:.0f} to {whole:.0f}" in chart.title


def test_the_chart_of_reach_without_figures_says_so(facts: Facts) -> None:
    early = facts.as_of(date(2019, 6, 1))
    chart = draw("reach", ask(early, ("USA", "CHN"), draws=0), early)
    assert chart.title.startswith("Too little is held")
    assert chart.rows == () or all(row[3] is None for row in chart.rows if row[1] == "within reach")
