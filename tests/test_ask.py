"""Answers from the shipped facts and from small ones: whole, consistent, and blind to what came later."""

from __future__ import annotations

import dataclasses
from datetime import date
from functools import cache
from typing import TYPE_CHECKING, Any

import pytest
from small import TODAY, facts, framework, indicator, recipe, row, table, write_framework

from indicators.facts import Facts, load
from indicators.fault import UsageError
from scoring.ask import ask
from scoring.doubt.call import call, less_certain
from scoring.mind import warnings

if TYPE_CHECKING:
    from pathlib import Path

    from scoring.answer import Answer

DRAWS = 256


@cache
def shipped() -> Facts:
    return load()


@cache
def answered(lens: Any = "scale", pair: tuple[str, str] = ("USA", "CHN"), draws: int = DRAWS) -> Answer:  # noqa: ANN401
    return ask(shipped(), pair, lens=lens, draws=draws)


@pytest.mark.parametrize("lens", ["scale", "intensity"])
@pytest.mark.parametrize("pair", [("USA", "CHN"), ("KOR", "EU8")])
def test_contributions_add_up_to_the_gaps_of_layers_and_whole(lens: str, pair: tuple[str, str]) -> None:
    answer = answered(lens, pair, 0)
    for layer in answer.layers():
        parts = [row.points or 0.0 for row in answer.indicators if row.layer == layer.code]
        gap = answer.gap[layer.code].value
        if gap is not None:
            assert sum(parts) == pytest.approx(gap)
    if answer.gap["overall"].value is not None:
        overall = [row.overall_points or 0.0 for row in answer.indicators]
        assert sum(overall) == pytest.approx(answer.gap["overall"].value)


def test_weights_of_a_layer_add_to_one_and_those_of_siblings_too() -> None:
    answer = answered()
    for layer in answer.layers():
        rows = [row.weight for row in answer.indicators if row.layer == layer.code]
        assert sum(rows) == pytest.approx(1)
        assert sum(node.weight for node in answer.pillars(layer.code)) == pytest.approx(1)
    assert sum(node.weight for node in answer.layers()) == pytest.approx(1)
    assert all(row.points is None for row in answer.indicators if shipped().indicators[row.code].weight == 0)


def test_gaps_are_the_differences_of_scores_and_calls_follow_the_rule() -> None:
    answer = answered()
    first, second = answer.pair
    for node, gap in answer.gap.items():
        a, b = (answer.scores[code][node].value for code in answer.pair)
        assert a is not None
        assert b is not None
        assert gap.value == pytest.approx(a - b)
        assert (gap.call, gap.leader) == call(less_certain(gap.ahead_data, gap.ahead_all), first, second)


def test_every_unit_has_every_score_and_a_reason_where_there_is_none() -> None:
    answer = answered()
    codes = {node.code for node in answer.nodes}
    for unit in answer.units:
        assert set(answer.scores[unit]) == codes
        for score in answer.scores[unit].values():
            assert (score.value is None) == bool(score.reason)
            assert score.value is None or 0 <= score.value <= 100
            assert (score.low is None) == (score.value is None)


def test_the_mirrored_pair_has_the_mirrored_answer() -> None:
    there, here = answered(), answered(pair=("CHN", "USA"))
    for node, gap in there.gap.items():
        other = here.gap[node]
        assert gap.value is not None
        assert other.value == pytest.approx(-gap.value)
        assert other.ahead_data == pytest.approx(1 - (gap.ahead_data or 0.0))
        assert (other.call, other.leader) == (gap.call, gap.leader)
    assert {(it.layer, it.leader) for it in there.flips} == {(it.layer, it.leader) for it in here.flips}


@pytest.mark.wheel
def test_the_same_question_has_the_same_answer_to_the_last_digit() -> None:
    again = ask(load(), draws=DRAWS)
    assert repr(again) == repr(answered())
    assert ask(shipped(), draws=DRAWS, seed=2).fingerprint != again.fingerprint


def test_without_draws_nothing_has_a_range_or_a_call() -> None:
    answer = answered(draws=0)
    assert {gap.call for gap in answer.gap.values()} == {"no call"}
    assert all(gap.low is None and gap.ahead_data is None and not gap.leader for gap in answer.gap.values())
    assert all(score.low is None for nodes in answer.scores.values() for score in nodes.values())
    assert {node: gap.value for node, gap in answer.gap.items()} == {
        node: gap.value for node, gap in answered().gap.items()
    }
    assert len(answer.told_apart) <= 1


def test_the_other_lens_is_what_it_says_when_asked_itself() -> None:
    there, here = answered(), answered("intensity")
    for node, gap in there.lens_gap.items():
        assert (gap.value, gap.low, gap.high, gap.ahead_data) == (
            here.gap[node].value,
            here.gap[node].low,
            here.gap[node].high,
            here.gap[node].ahead_data,
        )


def test_groups_hold_every_scored_economy_once_and_no_bloc() -> None:
    answer = answered()
    held = [code for group in answer.told_apart for code in group]
    scored = {
        code
        for code in answer.units
        if not shipped().units[code].members and answer.scores[code]["overall"].value is not None
    }
    assert len(held) == len(set(held))
    assert set(held) == scored
    values = [answer.scores[group[0]]["overall"].value or 0.0 for group in answer.told_apart]
    assert values == sorted(values, reverse=True)


@pytest.mark.wheel
def test_a_value_goes_back_to_its_row() -> None:
    read = {(each["file"], each["row"]): each for each in shipped().rows}
    sides = [(each.code, side) for each in answered().indicators for side in (each.a, each.b)]
    observed = [(code, side) for code, side in sides if side.state == "observed"]
    from_csv = [(code, side) for code, side in observed if not shipped().indicators[code].computed_from]
    assert len(from_csv) > 50
    for code, side in from_csv:
        source = read[side.file, side.row]
        assert (source["value"], source["date"], source["code"]) == (side.value, side.date, code)
    for _, side in observed:
        assert side.value is not None
        assert side.low is not None
        assert side.high is not None
        assert side.low <= side.value <= side.high


@pytest.mark.parametrize(
    ("known", "wrong"),
    [
        ({"pair": ("USA", "USA")}, "two different economies, found USA twice"),
        ({"pair": ("USA", "CHI")}, "unknown economy 'CHI'"),
        ({"home": "GER"}, "unknown economy 'GER'"),
        ({"draws": -1}, "draws must be 0 or more, found -1"),
        ({"seed": -1}, "seed must be 0 or more, found -1"),
    ],
)
def test_what_cannot_be_asked_is_said(known: dict[str, Any], wrong: str) -> None:
    with pytest.raises(UsageError, match=wrong):
        ask(shipped(), **known)


@pytest.mark.parametrize(
    "clocks",
    [
        {"as_of": date(2019, 6, 30)},
        {"as_of": date(1999, 1, 1)},
        {"known_by": date(2020, 1, 1)},
        {"as_of": date(2024, 12, 31), "known_by": date(2025, 1, 31)},
    ],
)
def test_long_ago_there_is_nothing_to_score_and_it_says_so(clocks: dict[str, Any]) -> None:
    answer = ask(load(**clocks), draws=8)
    assert answer.gap["overall"].call == "not scored"
    assert answer.gap["overall"].value is None
    assert {warn.code for warn in answer.warnings} >= {"not_scored"}
    assert answer.flips == ()
    assert answer.told_apart == ()


LATER = date(2024, 6, 30)


@pytest.mark.parametrize("clock", ["as_of", "known_by"])
def test_what_came_later_never_changes_an_answer(clock: str) -> None:
    its = [indicator("a1", absent="zero"), indicator("a2", absent="censored", censor_bound=9.0)]
    rows = [
        *(row("a1", "AAA", 10.0, "2023"), row("a1", "BBB", 20.0, "2022"), row("a2", "AAA", 50.0, "2023")),
        *(row("a1", "AAA", 90.0, "2024"), row("a2", "BBB", 60.0, "2025"), row("a2", "AAA", 1.0, "2024-12")),
        row("a1", "BBB", 99.0, "2023", published="2025-02"),
    ]
    known = facts(its, rows)
    cut = known.as_of(LATER) if clock == "as_of" else known.known_by_day(LATER)
    column = "period_end" if clock == "as_of" else "known"
    rewritten = tuple(each | {"value": 77.0} if each[column] > LATER else each for each in cut.rows)
    assert sum(each["value"] == 77.0 for each in rewritten) >= 3
    one = framework({"left": ["one"]})
    assert _scored(cut, one) == _scored(dataclasses.replace(cut, rows=rewritten), one)
    assert _scored(cut, one) != _scored(known, one)


def _scored(known: Facts, tree: Any) -> str:  # noqa: ANN401
    from scoring.index.engine import plan, run

    return repr(run(plan(known, recipe(), tree)).scores)


@pytest.mark.parametrize("clock", ["as_of", "known_by"])
def test_later_rows_of_the_shipped_facts_never_change_an_answer(clock: str) -> None:
    cut = load(**{clock: date(2025, 9, 30)})  # type: ignore[arg-type]
    column = "period_end" if clock == "as_of" else "known"
    late = [each[column] is None or each[column] > date(2025, 9, 30) for each in cut.rows]
    assert sum(late) > 100
    rows = tuple(
        each | {"value": each["value"] * 3 + 1} if is_late and each["period_end"] else each
        for each, is_late in zip(cut.rows, late, strict=True)
    )
    there, here = ask(cut, draws=16), ask(dataclasses.replace(cut, rows=rows), draws=16)
    assert repr(dataclasses.replace(there, fingerprint="")) == repr(dataclasses.replace(here, fingerprint=""))


def test_one_indicator_is_enough_for_an_answer(tmp_path: Path) -> None:
    known = facts([indicator("a1")], table({"a1": {"AAA": 60.0, "BBB": 40.0}}))
    made = recipe(framework=write_framework(tmp_path, framework({"left": ["one"]})))
    answer = ask(known, ("AAA", "BBB"), recipe=made, draws=16)
    assert answer.gap["overall"].value == pytest.approx(60 - 40)
    assert answer.gap["overall"].call == "ahead"
    assert answer.indicators[0].points == pytest.approx(60 - 40)
    assert [flip.weight for flip in answer.flips] == [None]
    assert answer.as_of == TODAY


def test_opposite_readings_make_no_call(tmp_path: Path) -> None:
    # nominally ahead by a hair in every draw of the data; half of the set-ups leave out what carries the lead
    its = [indicator("a1"), indicator("a2")]
    values = {"a1": {"AAA": 90.0, "BBB": 10.0}, "a2": {"AAA": 10.0, "BBB": 89.0}}
    folder = write_framework(tmp_path, framework({"left": ["one"]}))
    answer = ask(facts(its, table(values)), ("AAA", "BBB"), recipe=recipe(framework=folder), draws=600)
    gap = answer.gap["overall"]
    assert gap.ahead_data == 1
    assert gap.ahead_all is not None
    assert gap.ahead_all < 0.66
    assert (gap.call, gap.leader) == ("no call", "")


def test_draws_against_the_record_are_said() -> None:
    answer = answered()
    turned = dataclasses.replace(answer.gap["consumers"], value=3.9, ahead_data=0.2)
    answer = dataclasses.replace(answer, gap={**answer.gap, "consumers": turned})
    said = {warn.node: warn.message for warn in warnings(answer, shipped()) if "against" in warn.code}
    assert "frontier_capability" not in said
    assert said["consumers"].startswith("Consumers: USA leads by the record, CHN in 80 % of draws")
