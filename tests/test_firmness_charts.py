"""Charts of how firm a lead is: right in words for every answer, equal to the figures behind them."""

from __future__ import annotations

import csv
import dataclasses
import io
from typing import TYPE_CHECKING

import numpy as np
import pytest
from answers import ANSWERS, a_leads, facts, no_call

from indicators.facts import Facts, load
from reports.charts import Chart, draw, drivers
from scoring.ask import ask
from scoring.robustness import flips, ranks, shares, whole

if TYPE_CHECKING:
    from scoring.answer import Answer

LEAD = {
    "a_leads": "With weights and methods varied too, all three calls of the data alone stand",
    "b_leads": "With weights and methods varied too, all three calls of the data alone stand",
    "no_call": "In no layer can the United States and China be told apart, even by the data alone",
    "layer_missing": "With weights and methods varied too, all three calls of the data alone stand",
    "undrawn": "Without draws, no lead of the United States or China can be called",
}
FLIPS = {
    "a_leads": "The United States stays ahead under 95\N{NO-BREAK SPACE}% of weightings; "
    "China leads if inference cost counts for more than 64\N{NO-BREAK SPACE}%",
    "b_leads": "China stays ahead under 95\N{NO-BREAK SPACE}% of weightings; "
    "the United States leads if inference cost counts for more than 64\N{NO-BREAK SPACE}%",
    "layer_missing": "Without a score in every layer, no weighting gives an overall lead",
}


@pytest.fixture(scope="module")
def shipped() -> Facts:
    """Read the shipped facts."""
    return load()


@pytest.fixture(scope="module")
def answer(shipped: Facts) -> Answer:
    """Answer from few draws."""
    return ask(shipped, ("DEU", "FRA"), draws=80)


def as_shown(chart: Chart) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(chart.csv())))


@pytest.mark.parametrize("case", LEAD)
def test_the_title_of_the_lead_says_what_stands(case: str) -> None:
    assert draw("lead", ANSWERS[case](), facts()).title == LEAD[case]


def test_a_call_that_is_lost_and_one_that_is_weaker_are_named() -> None:
    made = a_leads()
    gap = dict(made.gap)
    gap["systems_integration"] = dataclasses.replace(
        gap["systems_integration"], ahead_all=0.8, call="likely ahead"
    )
    gap["application_ecosystem"] = dataclasses.replace(
        gap["application_ecosystem"], ahead_all=0.5, call="no call", leader=""
    )
    title = draw("lead", dataclasses.replace(made, gap=gap), facts()).title
    assert title == (
        "With weights and methods varied too, the call in application ecosystem is lost "
        "and systems integration is only likely"
    )


@pytest.mark.parametrize("case", FLIPS)
def test_the_title_of_the_flips_turns_with_the_leader(case: str) -> None:
    assert draw("flips", ANSWERS[case](), facts()).title == FLIPS[case]


def test_without_a_call_the_flips_speak_of_stated_values() -> None:
    title = draw("flips", no_call(), facts()).title
    assert title.startswith("By the stated values, ")
    assert title.endswith("; the draws make no call")


def test_the_flips_of_an_answer_are_those_of_its_plan(shipped: Facts, answer: Answer) -> None:
    held, there = whole(answer), flips(answer, shipped).weightings["overall"]
    assert held is not None
    assert held.gaps == pytest.approx(there.gaps)
    assert held.share == pytest.approx(there.share)
    rows = as_shown(draw("flips", answer, shipped))
    turns = {it.node: it.weight for it in flips(answer, shipped).turns if it.of == "overall"}
    assert {row["layer"]: float(row["weight_turns"] or "nan") for row in rows} == pytest.approx(
        {node: np.nan if (weight := turns[node]) is None else weight for node in held.children}, nan_ok=True
    )


def test_the_tornado_shows_the_swings_the_largest_first(shipped: Facts, answer: Answer) -> None:
    chart = draw("tornado", answer, shipped)
    rows = as_shown(chart)
    sizes = [float(row["swing"]) for row in rows]
    assert sizes == sorted(sizes, reverse=True)
    held = {(it.indicator, it.economy): it for it in flips(answer, shipped).swings if it.node == "overall"}
    for row in rows:
        it = held[row["code"], row["economy"]]
        assert float(row["gap_at_low"]) == pytest.approx(it.at_low)
        assert float(row["gap_at_high"]) == pytest.approx(it.at_high)
    assert f"by {sizes[0]:.1f} points" in chart.title


def test_the_drivers_show_the_indices_the_largest_first(shipped: Facts, answer: Answer) -> None:
    chart, held = draw("drivers", answer, shipped), shares(answer, shipped)
    assert held is not None
    effects = held.indices.effects["log_ratio"]
    rows = as_shown(chart)
    assert [row["group"] for row in rows] == [it.group for it in effects]
    assert [float(row["total"]) for row in rows] == pytest.approx([it.total[0] for it in effects])
    assert rows[0]["name"].lower() in chart.title.lower()
    assert ("Not settled" in chart.subtitle) != held.indices.is_settled
    assert drivers.finding(answer, ()) == "There is no overall ratio that varies"
    assert drivers.finding(dataclasses.replace(answer, draws=0), ()) == "Without draws nothing varies"


def test_places_are_shares_of_draws(shipped: Facts, answer: Answer) -> None:
    rows = as_shown(draw("acceptability", answer, shipped))
    shares = ranks(answer, shipped)
    assert {row["economy"] for row in rows} == set(shares)
    for code in shares:
        assert sum(float(row["share"]) for row in rows if row["economy"] == code) == pytest.approx(1)
    firsts = sum(float(row["share"]) for row in rows if row["place"] == "1")
    assert firsts >= 1 - 1e-9  # equals share the first place
