"""The chapters after the layers are right whoever leads, in a tie, with nothing to tell, data missing."""

from __future__ import annotations

import dataclasses
from datetime import date
from types import SimpleNamespace
from typing import Any

import answers
import pytest
from test_content import UNSAID, texts

from indicators.facts import Facts, load
from reports.content import Beside, write
from reports.content.doubt import calibration, doubt_chapter, finding
from reports.content.evidence import turns, weakest
from reports.content.flagged import audit_chapter
from reports.content.glossary import glossary
from reports.content.money import NO_ACCOUNT, money_chapter
from reports.wording import HARD, NONE
from scoring.analysis.audit import Check
from scoring.doubt.turning import Swing, TippingValue
from scoring.robustness import Flips, Shares

CASES = sorted(answers.ANSWERS)
CAPITAL, FRONTIER = "capital_1", "frontier_2"
"""An indicator whose values may not be printed, and one whose values may."""


@pytest.fixture(scope="module")
def shipped() -> Facts:
    return load()


def flips(node: str = "frontier_capability", indicator: str = FRONTIER, economy: str = "CHN") -> Flips:
    swing = Swing(indicator, economy, node, 60.0, 80.0, 24.0, 17.5)
    turn = TippingValue(indicator, economy, node, 70.0, 91.25, 100.0, 0.2125, "USA")
    return Flips({}, (), (turn,), {}, (swing,))


def rows(layer: str, case: str = "a_leads", **changes: Any) -> list[Any]:  # noqa: ANN401 - fields of a row
    made = [row for row in answers.ANSWERS[case]().indicators if row.layer == layer]
    return [dataclasses.replace(row, **changes) for row in made]


def told(labelled: Any) -> dict[str, str]:  # noqa: ANN401 - labelled lines
    return {line.label: line.text for line in labelled}


def test_the_widest_range_is_told_by_what_it_does_to_the_gap() -> None:
    found = told(weakest(answers.a_leads(), flips(), "frontier_capability", rows("frontier_capability")))
    assert found["Widest ranges"] == (
        "The gap over the range of one figure, all else as stated: Frontier 2, China, 17.5 to 24.0."
    )


def test_old_and_missing_values_are_named() -> None:
    found = told(weakest(answers.a_leads(), None, "application_ecosystem", rows("application_ecosystem")))
    assert found["Old or apart"] == "Capital 2 (2022)."
    assert "Widest ranges" not in found
    lacking = [
        dataclasses.replace(row, b=dataclasses.replace(row.b, state="missing", value=None))
        for row in rows("application_ecosystem")[:2]
    ]
    found = told(weakest(answers.a_leads(), None, "application_ecosystem", lacking))
    assert found["Not known"] == "For China Enterprise 1 and Enterprise 2."


def test_weak_kinds_of_source_are_told_by_their_weight() -> None:
    """Two of eight equal weights: a quarter."""
    made = rows("application_ecosystem")
    weak = [
        dataclasses.replace(row, a=dataclasses.replace(row.a, quality="press")) if place < 2 else row
        for place, row in enumerate(made)
    ]
    found = told(weakest(answers.a_leads(), None, "application_ecosystem", weak))
    assert found["Kind of source"] == (
        "Of the weight, the value of the United States or China rests on press reports 25 %."
    )


def test_a_layer_without_scored_indicators_has_no_weakest_evidence() -> None:
    assert weakest(answers.a_leads(), flips(), "frontier_capability", []) == ()
    assert weakest(answers.a_leads(), flips(), "frontier_capability", rows("memory", weight=0.0)) == ()


def test_what_would_change_a_lead_names_the_figure_and_its_value() -> None:
    found = told(turns(answers.a_leads(), flips(), "frontier_capability"))
    assert found["One figure"] == (
        "A single figure turns the lead in frontier capability: “Frontier 2” of China at 91.2 "
        "(now 70, 2026-06; % of firms)."
    )


def test_a_value_that_terms_keep_back_is_not_told_by_what_would_turn_it() -> None:
    answer = answers.a_leads()
    closed = [
        dataclasses.replace(row, b=dataclasses.replace(row.b, free=False)) if row.code == CAPITAL else row
        for row in answer.indicators
    ]
    answer = dataclasses.replace(answer, indicators=tuple(closed))
    found = told(turns(answer, flips("application_ecosystem", CAPITAL), "application_ecosystem"))
    assert "91" not in found["One figure"]
    assert "70" not in found["One figure"]
    assert found["One figure"].endswith(
        "moved by 21 % of its goalpost range (its terms keep the value back)."
    )


def test_an_unscored_layer_has_no_lead_to_change() -> None:
    assert turns(answers.layer_missing(), flips("inference_cost"), "inference_cost") == ()


LED = (
    "Whoever leads does so in at least 90 of 100 draws and set-ups overall, in frontier capability and in "
    "systems integration; in at least 66 in application ecosystem; open is the lead in inference cost."
)
WITHOUT_ONE = (
    "Whoever leads does so in at least 90 of 100 draws and set-ups in frontier capability and in systems "
    "integration; in at least 66 in application ecosystem."
)


@pytest.mark.parametrize(
    ("case", "said"),
    [
        ("a_leads", LED),
        ("b_leads", LED),
        ("no_call", "No lead holds in 66 of 100 draws and set-ups."),
        ("layer_missing", WITHOUT_ONE),
        ("undrawn", "No draws were made: nothing here has a range, and nothing is called."),
    ],
)
def test_the_finding_on_doubt(case: str, said: str) -> None:
    assert finding(answers.ANSWERS[case]()) == said


def test_nothing_scored_leaves_no_lead_to_doubt() -> None:
    answer = answers.layer_missing()
    gap = dict.fromkeys(answer.gap, answer.gap["overall"])
    assert finding(dataclasses.replace(answer, gap=gap)).startswith("Nothing is scored for both")


def test_readings_tell_both_shares_and_mark_what_is_not_scored() -> None:
    made = doubt_chapter(answers.layer_missing(), None, None).readings
    assert made is not None
    assert made.rows[0] == (
        "Frontier capability", "20.0 (9.0 to 31.0)", "99 of 100", "99 of 100", NONE, "United States ahead",
    )  # fmt: skip
    assert made.rows[1] == ("Inference cost", "not scored", NONE, NONE, NONE, "not scored")
    assert doubt_chapter(answers.undrawn(), None, None).readings is None


def test_a_tie_has_no_lead_to_turn() -> None:
    answer = answers.no_call()
    level = answer.gap | {"overall": dataclasses.replace(answer.gap["overall"], value=0.0)}
    found = told(doubt_chapter(dataclasses.replace(answer, gap=level), flips(), None).turns)
    assert found["The whole"] == "There is no overall lead to turn."


def test_drivers_are_listed_with_intervals_down_to_half_a_percent() -> None:
    effects = tuple(
        SimpleNamespace(group=group, first=first, total=total)
        for group, first, total in (
            ("weights", (0.17, 0.14, 0.21), (0.27, 0.24, 0.29)),
            ("clip", (-0.001, -0.004, 0.002), (0.001, 0.0, 0.002)),
        )
    )
    indices: Any = SimpleNamespace(effects={"log_ratio": effects}, runs=20480, is_settled=False)
    made = doubt_chapter(answers.a_leads(), None, Shares(indices, {})).drivers
    assert made is not None
    assert made.rows == (("Weights", f"17{HARD}% (14 to 21)", f"27{HARD}% (24 to 29)"),)
    assert made.note.endswith("Not settled: more draws would move the shares.")


@pytest.mark.parametrize(
    ("covered", "word"), [(0.897, "as promised"), (0.85, "fewer than promised"), (0.95, "more than promised")]
)
def test_the_record_of_simulated_truths_is_judged_by_its_error(covered: float, word: str) -> None:
    leads = [
        {"said": 0.55, "was": 0.61, "error": 0.01, "count": 1000},
        {"said": 0.9, "was": 0.91, "error": 0.01, "count": 5000},
    ]
    record = {
        "state": date(2026, 11, 24), "worlds": 400, "draws": 400, "covered": covered, "error": 0.002,
        "leads": leads,
    }  # fmt: skip
    held, said, untested = calibration(record)
    assert held.endswith(f"(standard error 0.2), {word}.")
    assert "ahead in 55 of 100 draws it truly was in 61, the widest miss of 2 classes; 1,000 pairs" in said
    assert untested.endswith("State of the record: 24 November 2026.")


def check(name: str, node: str, value: float, verdict: Any, todo: str = "") -> Check:  # noqa: ANN401
    return Check(name, node, value, None, None, 0.5, verdict, f"{value:.0%} of it", todo)


def test_the_audit_tells_the_furthest_in_full_and_names_the_rest() -> None:
    checks = (
        check("coverage", "cloud", 0.6, "fine"),
        *(check("heaped", f"capital_{k}", 0.5 + k / 10, "mind", "look again") for k in (1, 2)),
        *(check("heaped", f"other_{k}", 0.55, "mind", "look again") for k in range(3)),
    )
    made = audit_chapter(answers.a_leads(), checks)
    assert made is not None
    assert made.finding == "Five checks of 6 flag something to mind, in one check, heaped."
    assert made.tally.rows == (("Coverage", "", "", "1", ""), ("Heaped", "5", "", "", ""))
    (only,) = made.flagged
    assert only.label == "Heaped (5)"
    assert only.text == (
        "Capital 2: 70% of it; Capital 1: 60% of it; other 0: 55% of it; other 1: 55% of it. "
        "Also: other 2. To do: Look again."
    )


def test_an_audit_that_flags_nothing_says_so_and_none_is_no_chapter() -> None:
    made = audit_chapter(answers.a_leads(), (check("coverage", "cloud", 0.9, "fine"),))
    assert made is not None
    assert made.finding == "None of 1 checks flags anything."
    assert made.flagged == ()
    assert audit_chapter(answers.a_leads(), ()) is None


@pytest.mark.parametrize("case", CASES)
def test_nothing_unsaid_gets_into_the_chapters(case: str) -> None:
    content = write(answers.ANSWERS[case](), answers.facts("Plain title"), (), Beside(flips=flips()))
    assert not [text for text in texts(dataclasses.asdict(content.chapters)) if UNSAID.search(text)]
    assert content.chapters.money.finding == NO_ACCOUNT
    assert content.verdicts == "No claim was tested in this run."


@pytest.mark.parametrize("pair", [("USA", "CHN"), ("CHN", "USA"), ("KOR", "JPN")])
def test_the_money_is_told_for_any_pair(pair: tuple[str, str], shipped: Facts) -> None:
    answer = dataclasses.replace(
        answers.a_leads(pair), names={code: it.short for code, it in shipped.units.items()}
    )
    made = money_chapter(answer, shipped)
    assert made.stages is not None
    assert made.stages.head[1:3] == tuple(answer.names[code] for code in pair)
    assert len(made.stages.rows) == 7
    assert not [text for text in texts(dataclasses.asdict(made)) if UNSAID.search(text)]
    assert (made.market is None) == (pair == ("KOR", "JPN"))


def test_before_any_account_the_money_is_unknown_and_no_dollar_is_followed() -> None:
    answer = dataclasses.replace(answers.a_leads(), as_of=date(2024, 6, 30))
    then = load(as_of=date(2024, 6, 30))
    made = money_chapter(answer, then)
    assert made.finding == "No company held says what AI earned it at this date."
    assert (made.dollars, made.market) == (None, None)


def test_money_is_not_told_for_a_bloc(shipped: Facts) -> None:
    made = money_chapter(answers.a_leads(("USA", "G_7")), shipped)
    assert made.finding.startswith("Who keeps the money is told for two economies, not for a bloc.")
    assert made.stages is None


def test_charts_that_no_chapter_takes_stand_in_the_appendix() -> None:
    beside = Beside(charts=("profile", "frontier", "profit", "lead", "gap", "new"))
    content = write(answers.a_leads(), answers.facts("Plain title"), (), beside)
    assert content.chapters.data.charts == ("profit", "gap", "new")


def test_terms_of_the_glossary_are_in_order_and_told_in_a_sentence() -> None:
    terms = glossary()
    assert [it.label for it in terms] == sorted((it.label for it in terms), key=str.casefold)
    assert all(it.text.endswith(".") for it in terms)
    assert all(it.text[0].isupper() or it.text[0].isdigit() for it in terms)
    assert len(terms) > 25
