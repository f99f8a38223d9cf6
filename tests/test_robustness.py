"""How firm an answer is: values and weights that turn a lead, least effort, and what doubt is made of."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import math
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small import ONE, TWO, doubt, facts, framework, indicator, reading, recipe, row, table

from fourlayers.cli import main
from fourlayers.screens.robustness import flips_screen, robustness_screen
from indicators.draws import Draws
from indicators.facts import load
from reports.robustness_document import as_csv, as_json
from scoring.ask import ask
from scoring.doubt.drivers import drivers, held, variants
from scoring.doubt.effort import efforts
from scoring.doubt.ensemble import ensemble
from scoring.doubt.sample import sample
from scoring.doubt.turning import gaps_after, movable, swings, tipping_values
from scoring.doubt.weightings import turns, weightings
from scoring.doubt.work import Work
from scoring.index.engine import Plan, plan, run
from scoring.robustness import doubts, flips

if TYPE_CHECKING:
    from indicators.facts import Facts
    from scoring.answer import Answer

PAIR = ("AAA", "BBB")
ARITHMETIC = ("arithmetic", "arithmetic", "arithmetic")
GEOMETRIC = ("arithmetic", "arithmetic", "geometric")
FOUR = framework({"left": ["one", "more"], "right": ["two", "rest"]}, one=2.0, right=3.0)
ITS = (
    indicator("a1", "one"),
    indicator("a2", "more", readings=reading(1.0, 1000.0, "log"), range=(0.0, math.inf)),
    indicator("b1", "two", layer="right", direction=-1, readings=reading(50.0, 0.0)),
    indicator("b2", "rest", layer="right"),
)
CODES = tuple(it.code for it in ITS)
values = st.fixed_dictionaries(
    {
        "a1": st.tuples(st.floats(0, 100), st.floats(0, 100)),
        "a2": st.tuples(st.floats(1, 1000), st.floats(1, 1000)),
        "b1": st.tuples(st.floats(0, 50), st.floats(0, 50)),
        "b2": st.tuples(st.floats(0, 100), st.floats(0, 100)),
    }
)


def scored(given: dict[str, tuple[float, float]], mean: tuple[str, ...] = GEOMETRIC, **changes: Any) -> Plan:  # noqa: ANN401
    rows = table({code: dict(zip(PAIR, pair, strict=True)) for code, pair in given.items()})
    return plan(facts(ITS, rows), recipe(aggregate=mean, **changes), FOUR)


def gap(p: Plan, node: str) -> float:
    a, b = run(p).scores[0, p.nodes.index(node), :2]
    return float(a - b)


def test_a_tipping_value_written_out() -> None:
    its = (indicator("a1", "one"), indicator("b1", "two", layer="right"))
    rows = table({"a1": {"AAA": 60.0, "BBB": 20.0}, "b1": {"AAA": 30.0, "BBB": 50.0}})
    p = plan(facts(its, rows), recipe(aggregate=ARITHMETIC), TWO)
    found = {(it.indicator, it.economy, it.node): it for it in tipping_values(p, PAIR)}
    # overall (60 + 30) / 2 - (20 + 50) / 2 = 10, so each value turns it by moving 20
    assert found["a1", "AAA", "overall"].value == pytest.approx(40, abs=1e-9)
    assert found["b1", "BBB", "overall"].value == pytest.approx(70, abs=1e-9)
    assert found["b1", "AAA", "overall"].value == pytest.approx(10, abs=1e-9)
    assert found["a1", "AAA", "left"].value == pytest.approx(20, abs=1e-9)
    assert found["a1", "AAA", "left"].ranges == pytest.approx(0.4)
    assert found["b1", "AAA", "right"].leader == "BBB"
    assert found["b1", "AAA", "right"].value == pytest.approx(50, abs=1e-9)


def test_cannot_even_at_the_goalpost() -> None:
    its = (indicator("a1", "one"), indicator("b1", "two", layer="right"))
    rows = table({"a1": {"AAA": 90.0, "BBB": 10.0}, "b1": {"AAA": 90.0, "BBB": 10.0}})
    p = plan(facts(its, rows), recipe(aggregate=ARITHMETIC), TWO)
    overall = [it for it in tipping_values(p, PAIR) if it.node == "overall"]
    assert len(overall) == 4
    # the largest single move is 90 points of one layer, half of which is 45 of a gap of 80
    assert all(it.value is None and it.ranges is None for it in overall)
    assert {it.end for it in overall} == {0.0, 100.0}


@pytest.mark.parametrize("mean", [ARITHMETIC, GEOMETRIC])
@settings(max_examples=25)
@given(given=values)
def test_scored_again_at_its_tipping_value_both_are_level(
    mean: tuple[str, ...], given: dict[str, tuple[float, float]]
) -> None:
    p = scored(given, mean)
    for it in tipping_values(p, PAIR):
        if it.value is None:
            continue
        side = PAIR.index(it.economy)
        pair = list(given[it.indicator])
        pair[side] = it.value
        again = scored(given | {it.indicator: (pair[0], pair[1])}, mean)
        assert gap(again, it.node) == pytest.approx(0, abs=1e-7)


def test_a_value_beyond_its_goalpost_starts_at_it_and_a_true_absence_at_nothing() -> None:
    its = (indicator("a1", readings=reading(20.0, 80.0)), indicator("a2", absent="floor"))
    rows = [row("a1", "AAA", 95.0), row("a1", "BBB", 5.0), row("a2", "AAA", 30.0)]
    p = plan(facts(its, rows), recipe(aggregate=ARITHMETIC), ONE)
    found = {(it.indicator, it.economy): it for it in tipping_values(p, PAIR, ["left"])}
    # 100 and 0 in a1, 30 and 0 in a2: a gap of 65, which no value turns but AAA's a1 at a score of -30
    assert found["a1", "AAA"].value is None
    assert found["a2", "BBB"].now is None
    its = (indicator("a1"), indicator("a2", absent="floor"))
    rows = [row("a1", "AAA", 50.0), row("a1", "BBB", 40.0), row("a2", "AAA", 30.0)]
    p = plan(facts(its, rows), recipe(aggregate=ARITHMETIC), ONE)
    found = {(it.indicator, it.economy): it for it in tipping_values(p, PAIR, ["left"])}
    assert found["a2", "BBB"].value == pytest.approx(40, abs=1e-9)  # 50 + 30 = 40 + 40


def test_divided_values_turn_in_their_own_unit(known: Facts) -> None:
    p = plan(known, _recipe("intensity"))
    moved = movable(p)
    codes = p.grid.codes
    for it in tipping_values(p, ("USA", "CHN")):
        if it.value is None:
            continue
        cell = (codes.index(it.indicator), p.grid.units.index(it.economy), it.value)
        left = gaps_after(moved, [(cell,)], (p.grid.units.index("USA"), p.grid.units.index("CHN")))
        assert left[0, p.nodes.index(it.node)] == pytest.approx(0, abs=1e-6)


def _recipe(lens: str) -> Any:  # noqa: ANN401 - a recipe through a lens
    from scoring.index.recipe import read_recipe

    made = read_recipe()
    return made.model_copy(update={"choices": made.choices.model_copy(update={"lens": lens})})


def test_swings_are_the_gaps_at_the_ends_of_the_range() -> None:
    ends: dict[str, Any] = {"low": 40.0, "high": 90.0}
    its = (indicator("a1", "one"), indicator("b1", "two", layer="right"))
    rows = [row("a1", "AAA", 60.0, interval_kind="sampling", **ends), row("a1", "BBB", 20.0)]
    rows += [row("b1", unit, 50.0) for unit in PAIR]
    p = plan(facts(its, rows), recipe(aggregate=ARITHMETIC), TWO)
    found = {it.node: it for it in swings(p, PAIR)}
    assert set(found) == {"overall", "left"}
    assert (found["left"].at_low, found["left"].at_high) == pytest.approx((20, 70))
    assert (found["overall"].at_low, found["overall"].at_high) == pytest.approx((10, 35))


def gap_at(p: Plan, place: int, siblings: list[int], own: float, node: str) -> float:
    """Score again with one weight moved and its siblings in proportion."""
    weights = np.concatenate([level.weights for level in p.tree])
    rest = weights[siblings]
    weights[siblings], weights[place] = rest / rest.sum() * (1 - own), own
    scores = run(p, Draws(1, weights=weights[None])).scores[0, p.nodes.index(node)]
    return float(scores[0] - scores[1])


@pytest.mark.parametrize("mean", [ARITHMETIC, GEOMETRIC, ("geometric", "arithmetic", "harmonic")])
@settings(max_examples=25)
@given(given=values)
def test_at_the_tipping_weight_of_a_pillar_its_layer_and_the_whole_are_level(
    mean: tuple[str, ...], given: dict[str, tuple[float, float]]
) -> None:
    p = scored(given, mean)
    edges = {"one": (4, [5]), "more": (5, [4]), "two": (6, [7]), "rest": (7, [6])}
    edges |= {"left": (8, [9]), "right": (9, [8])}
    for it in turns(p, run(p), PAIR):
        ends = [gap_at(p, *edges[it.node], w, it.of) for w in (it.now, 0.0, 1.0)]
        if it.weight is None:
            assert all(end * ends[0] >= -1e-9 for end in ends)
        else:
            assert gap_at(p, *edges[it.node], it.weight, it.of) == pytest.approx(0, abs=1e-6)
            assert (it.leader == "AAA") == (ends[0] < 0)


def test_all_weightings_of_the_whole_and_of_layers() -> None:
    p = scored({"a1": (80.0, 20.0), "a2": (10.0, 10.0), "b1": (50.0, 0.0), "b2": (60.0, 0.0)}, ARITHMETIC)
    found = weightings(p, run(p), PAIR)
    assert set(found) == {"overall", "left", "right"}
    assert found["left"].gaps == pytest.approx((60, 0))
    assert found["left"].share == 1
    assert found["right"].gaps == pytest.approx((-100, 60))
    assert found["right"].share == pytest.approx(60 / 160)  # w 60 > (1 - w) 100
    overall = 2 / 3 * 60, 1 / 2 * -100 + 1 / 2 * 60
    assert found["overall"].gaps == pytest.approx(overall)
    assert found["overall"].share == pytest.approx(overall[0] / (overall[0] - overall[1]))


def test_weights_that_the_scores_make_have_no_tipping_weight() -> None:
    given = {"a1": (80.0, 20.0), "a2": (10.0, 10.0), "b1": (50.0, 0.0), "b2": (60.0, 0.0)}
    p = scored(given, ARITHMETIC, weigh="equal")
    assert weightings(p, run(p), PAIR) == {}
    assert turns(p, run(p), PAIR) == ()


@pytest.mark.parametrize("mean", [ARITHMETIC, GEOMETRIC])
@settings(max_examples=25)
@given(given=values)
def test_the_least_effort_makes_both_level_and_none_of_many_others_is_less(
    mean: tuple[str, ...], given: dict[str, tuple[float, float]]
) -> None:
    p = scored(given, mean)
    moved, rng = movable(p), np.random.default_rng(5)
    for node, effort in efforts(p, run(p), PAIR).items():
        unit = PAIR.index(effort.economy)
        sign = 1 if unit == 1 else -1
        at = p.nodes.index(node)
        if effort.total is None:
            best = [(j, unit, float(it.reading("scale").goalposts[1])) for j, it in enumerate(ITS)]
            assert gaps_after(moved, [best], (0, 1))[0, at] * sign > -1e-9
            continue
        cells = [(CODES.index(it.indicator), unit, it.to) for it in effort.raised]
        assert gaps_after(moved, [cells], (0, 1))[0, at] == pytest.approx(0, abs=1e-6)
        assert sum(it.ranges for it in effort.raised) == pytest.approx(effort.total)
        # as much effort, spread at random: never ahead
        scores = run(p).indicators[0, :, unit]
        spread = rng.dirichlet(np.full(4, 0.5), 40) * effort.total
        moves = [_raised(each, scores, unit) for each in spread if (each <= 1 - scores / 100).all()]
        after = gaps_after(moved, moves, (0, 1))[:, at] * sign
        assert (after >= -1e-6).all()


def _raised(ranges: Any, scores: Any, unit: int) -> list[tuple[int, int, float]]:  # noqa: ANN401 - arrays
    """Values after moving each score by so many ranges, by the goalposts written out."""
    u = scores / 100 + ranges
    to = (100 * u[0], 1000 ** u[1], 50 * (1 - u[2]), 100 * u[3])
    return [(j, unit, float(value)) for j, value in enumerate(to)]


def test_under_the_clip_a_layer_is_raised_whole_or_not_at_all() -> None:
    p = scored({"a1": (90.0, 0.0), "a2": (900.0, 1.0), "b1": (10.0, 10.0), "b2": (90.0, 88.0)}, clip=5.0)
    effort = efforts(p, run(p), PAIR)["overall"]
    cells = [(CODES.index(it.indicator), 1, it.to) for it in effort.raised]
    assert effort.total is not None
    assert gaps_after(movable(p), [cells], (0, 1))[0, 0] == pytest.approx(0, abs=1e-6)
    first = sum(it.ranges for it in effort.raised if it.indicator in {"a1", "a2"})
    assert first * 100 * 2 / 3 > 5


def doubtful() -> Plan:
    """Two layers with errors, a shared bias, and set-ups."""
    bias = {"BBB": {"group": "west", "side": "under", "sd": 8.0, "reason": "unseen"}}
    its = [indicator("a1", bias=bias), indicator("a2", "two", layer="right")]
    rows = [
        row(it.code, unit, value)
        for it in its
        for unit, value in (("AAA", 60.0), ("BBB", 45.0), ("CCC", 30.0))
    ]
    varied = doubt(leave_one_out=False, aggregate=("geometric", "arithmetic"), goalposts=0.1)
    made = recipe({**dict.fromkeys(("official",), 0.1), **_rest()}, doubt=varied)
    return plan(facts(its, rows, ("AAA", "BBB", "CCC")), made, TWO)


def _rest() -> dict[str, float]:
    from small import CLASSES

    return {name: sd for name, sd in CLASSES.items() if name != "official"}


def test_the_readings_are_those_of_the_ensembles() -> None:
    p = doubtful()
    found = drivers(p, PAIR, 600, 3)
    for setups, read in ((False, found.data), (True, found.everything)):
        counted = ensemble(p, PAIR, 600, 3, setups=setups)
        for node in p.nodes:
            assert read[node].ahead == counted.ahead(node, *PAIR)
            span = counted.gap_range(node)
            assert (read[node].low, read[node].high) == pytest.approx(span, abs=0.051)
    shares = found.ranks["CCC"]
    assert sum(shares) == pytest.approx(1)
    assert shares[2] > 0.9


def test_without_biases_is_drawn_without_them_and_a_group_held_is_at_its_value() -> None:
    p = doubtful()
    draws = sample(p, 1, 0, 8, setups=True)
    assert held(p, draws, "bias").bias is None
    assert held(p, draws, "weights").weights is None
    assert held(p, draws, "goalposts").posts is None
    assert "aggregate" not in held(p, draws, "aggregate").choices
    only = np.asarray(held(p, draws, "data:left").data)
    assert (only[:, 0] == 0).all()
    assert (only[:, 1] != 0).all()
    assert [way.held for way in variants(p)] == [
        "", "bias", "", "bias", "data:left", "data:right", "weights", "aggregate", "goalposts",
    ]  # fmt: skip


def test_with_every_group_but_one_held_that_one_is_all_that_is_left() -> None:
    p = doubtful()
    draws = sample(p, 1, 0, 8, setups=True)
    for way in variants(p)[3:]:
        if way.held != "weights":
            draws = held(p, draws, way.held)
    expected = run(p, Draws(8, weights=sample(p, 1, 0, 8, setups=True).weights)).scores
    assert run(p, draws).scores == pytest.approx(expected, nan_ok=True)


def test_jobs_change_no_figure() -> None:
    p = doubtful()
    assert drivers(p, PAIR, 600, 3, work=Work(2)) == drivers(p, PAIR, 600, 3)


def test_progress_is_told_to_the_end() -> None:
    told: list[float] = []
    drivers(doubtful(), PAIR, 600, 3, told=told.append)
    assert told == [1 / 3, 2 / 3, 1.0]


@pytest.fixture(scope="module")
def known() -> Facts:
    """Read the shipped facts."""
    return load()


@pytest.fixture(scope="module")
def answers(known: Facts) -> dict[tuple[str, str], Answer]:
    """Answer about three pairs, with few draws."""
    pairs = (("USA", "CHN"), ("CHN", "USA"), ("KOR", "JPN"))
    return {pair: ask(known, pair, draws=60) for pair in pairs}


@pytest.mark.parametrize("pair", [("USA", "CHN"), ("CHN", "USA"), ("KOR", "JPN")])
def test_both_screens_fit_the_terminal_and_name_nobody_else(
    known: Facts, answers: dict[tuple[str, str], Answer], pair: tuple[str, str]
) -> None:
    answer = answers[pair]
    found = flips(answer, known)
    for screen in (robustness_screen(answer, found, doubts(answer, known)), flips_screen(answer, found)):
        assert all(len(line) <= 80 for line in screen.splitlines())
        for other in {"USA", "CHN", "KOR", "JPN"} - set(pair):
            assert other not in screen
        assert "nan" not in screen
        assert not [line for line in screen.splitlines() if "[" in line and "…" in line]  # no range is cut
    assert len(robustness_screen(answer, found, doubts(answer, known)).splitlines()) <= 48


def test_turned_round_the_screens_say_the_same_of_the_same(
    known: Facts, answers: dict[tuple[str, str], Answer]
) -> None:
    here, there = (flips(answers[pair], known) for pair in (("USA", "CHN"), ("CHN", "USA")))
    assert {(it.node, it.of, it.leader) for it in here.turns} == {
        (it.node, it.of, it.leader) for it in there.turns
    }
    for node, held_here in here.weightings.items():
        assert held_here.share + there.weightings[node].share == pytest.approx(1)
    assert {k: v.total for k, v in here.efforts.items()} == pytest.approx(
        {k: v.total for k, v in there.efforts.items()}
    )


def test_the_documents_hold_the_figures(known: Facts, answers: dict[tuple[str, str], Answer]) -> None:
    answer = answers["USA", "CHN"]
    found, made_of = flips(answer, known), doubts(answer, known)
    made = json.loads(as_json(answer, found, made_of))
    assert made["schema"] == "fourlayers/robustness/1"
    assert len(made["tipping_weights"]) == len(found.turns)
    assert made["readings"]["overall"]["data"]["ahead"] == pytest.approx(answer.gap["overall"].ahead_data)
    rows = list(csv.DictReader(io.StringIO(as_csv(answer, found, made_of))))
    shares = {
        it["node"]: float(it["value"])
        for it in rows
        if it["what"] == "weightings" and it["measure"] == "share"
    }
    assert shares == pytest.approx({node: it.share for node, it in found.weightings.items()})
    assert {it["what"] for it in rows} == {
        "call", "reading", "held", "rank", "tipping_weight", "weightings", "weights", "tipping_value",
        "least_effort", "swing",
    }  # fmt: skip


def test_without_draws_there_is_no_made_of(known: Facts) -> None:
    answer = ask(known, draws=0)
    assert doubts(answer, known) is None
    screen = robustness_screen(answer, flips(answer, known), None)
    assert "no ranges and no calls" in screen
    assert "Held at what is stated" not in screen


def test_a_layer_that_is_not_scored_leaves_nothing_overall_to_turn(known: Facts) -> None:
    answer = ask(known, ("USA", "IRL"), draws=20)
    bare = replace(
        answer, gap=answer.gap | {"overall": replace(answer.gap["overall"], value=None, call="not scored")}
    )
    assert "There is no overall lead to turn." in robustness_screen(bare, flips(answer, known), None)


def test_where_nothing_leads_nothing_turns(known: Facts) -> None:
    even = scored(dict.fromkeys(CODES, (40.0, 40.0)))
    assert turns(even, run(even), PAIR) == ()
    half = scored({"a1": (60.0, 40.0), "a2": (90.0, 60.0)})
    assert {it.of for it in turns(half, run(half), PAIR)} == {"left"}
    early = known.as_of(dt.date(2022, 6, 30))
    answer = ask(early, draws=0)
    heads = (answer.nodes[0], *answer.layers())
    assert {answer.gap[node.code].value for node in heads} == {None}
    screen = flips_screen(answer, flips(answer, early))
    assert "No lead to turn: the two are not scored, or level, overall and in every layer." in screen
    assert "no weight" not in screen


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["flps"], "unknown view 'flps'; did you mean flips"),
        (["USA", "CHN", "--jobs", "0"], "--jobs 0: expected a whole number from 1"),
        (["--draws", "1.5"], "Invalid value for --draws: expected a whole number, found '1.5'"),
        (["USA", "USA"], "a pair needs two different economies, found USA twice"),
        (["flips", "USA", "CHX"], "unknown economy"),
    ],
)
def test_bad_input_is_told_plainly(capsys: pytest.CaptureFixture[str], words: list[str], said: str) -> None:
    assert main(["robustness", *words]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert said in err
    assert "Traceback" not in err
