"""Set-ups that are drawn: weights by node and over the simplex, goalposts, combinations that are merged."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import numpy as np
import pytest
from small import ONE, TWO, doubt, facts, framework, indicator, reading, recipe, row, write_framework

from indicators.fault import UsageError
from scoring.ask import ask
from scoring.doubt.ensemble import ensemble
from scoring.doubt.merge import droppable, merged
from scoring.doubt.sample import DATA, SETUPS, Vary, sample
from scoring.index.engine import plan, run

if TYPE_CHECKING:
    from pathlib import Path

    from scoring.index.engine import Plan
    from scoring.index.recipe import Doubt

UNITS = tuple("ABCDEFGHIJ"[k] * 3 for k in range(10))
PAIR = (UNITS[0], UNITS[1])


def planned(varied: Doubt, count: int = 3) -> Plan:
    """One layer of some indicators, ten economies with values from 10 up."""
    its = [indicator(f"a{k}") for k in range(count)]
    rng = np.random.default_rng(4)
    rows = [row(it.code, unit, float(rng.uniform(10, 90))) for it in its for unit in UNITS]
    return plan(facts(its, rows, UNITS), recipe(doubt=varied), ONE)


def test_outliers_are_not_treated_under_goalposts() -> None:
    p = planned(doubt(normalise=("goalposts", "minmax"), treat=("none", "winsorise")))
    picks = {"normalise": np.array([0, 0, 1, 1]), "treat": np.array([0, 1, 0, 1])}
    found = merged(p, picks)
    assert found["treat"].tolist() == [0, 0, 0, 1]
    assert found["normalise"].tolist() == [0, 0, 1, 1]
    assert picks["treat"].tolist() == [0, 1, 0, 1], "what was drawn stays as it was"


def test_where_every_option_treats_the_normaliser_gives_way() -> None:
    p = planned(doubt(normalise=("goalposts", "zcdf"), treat=("winsorise", "two_stage")))
    found = merged(p, {"normalise": np.array([0, 1]), "treat": np.array([1, 0])})
    assert found["normalise"].tolist() == [1, 1]
    assert found["treat"].tolist() == [1, 0]


def test_scores_below_zero_go_to_a_mean_that_takes_them() -> None:
    p = planned(doubt(normalise=("minmax", "zscore"), aggregate=("geometric", "arithmetic")))
    found = merged(p, {"normalise": np.array([0, 1, 1]), "aggregate": np.array([0, 0, 1])})
    assert found["aggregate"].tolist() == [0, 1, 1]


def test_where_no_mean_takes_them_the_normaliser_gives_way() -> None:
    p = planned(doubt(normalise=("zscore", "minmax"), aggregate=("geometric",)))
    assert merged(p, {"normalise": np.array([0, 1])})["normalise"].tolist() == [1, 1]


def test_a_recipe_without_any_valid_combination_is_refused() -> None:
    p = planned(doubt(normalise=("zscore",), aggregate=("geometric",)))
    with pytest.raises(UsageError, match="offer an arithmetic mean or another normaliser"):
        sample(p, 1, 0, vary=SETUPS)


def test_every_draw_of_a_mixed_recipe_counts() -> None:
    varied = doubt(
        normalise=("goalposts", "minmax", "zscore", "percentile"),
        aggregate=("geometric", "arithmetic"),
        treat=("none", "winsorise"),
        goalposts=0.1,
        leave_one_out=True,
    )
    p = planned(varied)
    found = ensemble(p, PAIR, 600, 1, setups=True)
    assert (found.both[p.nodes.index("overall")] == 600).all()


def test_an_indicator_on_which_a_layer_rests_alone_is_never_left_out() -> None:
    its = [indicator("a1"), indicator("a2"), indicator("b1", "two", layer="right"), indicator("b2", "two")]
    its[3] = indicator("b2", "two", layer="right")
    rows = [row(it.code, unit, 50.0) for it in its for unit in PAIR if (it.code, unit) != ("b2", PAIR[0])]
    p = plan(facts(its, rows, PAIR), recipe(doubt=doubt(leave_one_out=True)), TWO)
    assert droppable(p).tolist() == [True, True, False, True]
    out = sample(p, 1, 0, vary=SETUPS).left_out
    assert out is not None
    assert set(out.tolist()) == {-1, 0, 1, 3}
    assert np.isfinite(run(p, sample(p, 1, 0, vary=SETUPS)).scores).all()


def test_goalposts_move_by_the_stated_share_and_scores_with_them() -> None:
    posts = doubt(goalposts=0.2)
    p = plan(
        facts(
            [indicator("a1", readings=reading(20.0, 60.0))], [row("a1", unit, 40.0) for unit in PAIR], PAIR
        ),
        recipe(doubt=posts),
        ONE,
    )
    draws = sample(p, 1, 0, vary=Vary(data=False, setups=True))
    assert draws.posts is not None
    assert np.abs(draws.posts).max() <= 0.2
    assert draws.posts.std() == pytest.approx(0.2 / np.sqrt(3), rel=0.1)
    low, high = 20 + 40 * draws.posts[:, 0, 0], 60 + 40 * draws.posts[:, 0, 1]
    expected = 100 * (40 - low) / (high - low)
    assert run(p, draws).scores[:, -1, 0] == pytest.approx(expected, abs=1e-9)


def test_a_node_may_have_a_coefficient_of_its_own() -> None:
    p = planned(doubt(weight_cv=0.1, cv={"one": 0.4}), count=4)
    weights = np.concatenate([_weights(p, chunk, SETUPS) for chunk in range(12)])[:, :4]
    assert weights.std(axis=0) / weights.mean(axis=0) == pytest.approx(np.full(4, 0.4), rel=0.08)


def test_a_node_that_there_is_not_is_told_with_the_near_ones() -> None:
    p = planned(doubt(cv={"ome": 0.4}))
    with pytest.raises(UsageError, match=r"unknown node in \[doubt\.cv\] 'ome'.*one"):
        sample(p, 1, 0, vary=SETUPS)


def test_over_the_simplex_every_weighting_is_as_likely() -> None:
    p = planned(doubt(), count=3)
    weights = np.concatenate([_weights(p, chunk, Vary(setups=True, simplex=True)) for chunk in range(40)])[
        :, :3
    ]
    assert weights.sum(axis=1) == pytest.approx(np.ones(len(weights)))
    # Evenly over the triangle a weight is below t with probability 1 - (1 - t)^2.
    for t in (0.1, 0.5, 0.9):
        assert (weights < t).mean(axis=0) == pytest.approx(np.full(3, 1 - (1 - t) ** 2), abs=0.02)


def test_what_has_no_weight_gets_none_over_the_simplex() -> None:
    its = [indicator("a1"), indicator("b1", "two"), indicator("c1", "three", layer="right")]
    tree = framework({"left": ["one", "two"], "right": ["three"]}, right=0.0)
    p = plan(facts(its, []), recipe(), tree)
    weights = _weights(p, 0, Vary(setups=True, simplex=True))
    top = weights[:, p.tree[-1].edges]
    assert top == pytest.approx(np.broadcast_to(p.tree[-1].weights, top.shape))


def _weights(p: Plan, chunk: int, vary: Vary) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    found = sample(p, 1, chunk, vary=vary).weights
    assert found is not None
    return found


def test_shared_biases_are_drawn_or_not() -> None:
    bias = {PAIR[0]: {"group": "west", "sd": 5.0, "side": "under", "reason": "for the test"}}
    its = [indicator("a1", bias=bias)]
    p = plan(facts(its, [row("a1", unit, 50.0) for unit in PAIR], PAIR), recipe(), ONE)
    without = dataclasses.replace(DATA, bias=False)
    assert ensemble(p, PAIR, 500, 1, vary=without).ahead("left", *PAIR) == 0.5
    assert ensemble(p, PAIR, 500, 1).ahead("left", *PAIR) == 1.0
    assert sample(p, 1, 0, vary=without).bias is None
    same = sample(p, 1, 0).data, sample(p, 1, 0, vary=without).data
    assert same[0] is not None
    assert np.array_equal(same[0], np.asarray(same[1]))


def test_an_answer_holds_the_lead_with_and_without_shared_biases(tmp_path: Path) -> None:
    bias = {PAIR[0]: {"group": "west", "sd": 5.0, "side": "under", "reason": "for the test"}}
    known = facts([indicator("a1", bias=bias)], [row("a1", unit, 50.0) for unit in PAIR], PAIR)
    made = recipe(framework=write_framework(tmp_path, ONE))
    gap = ask(known, PAIR, recipe=made, draws=300).gap["overall"]
    assert (gap.ahead_data, gap.ahead_unbiased) == (1.0, 0.5)
    assert ask(known, PAIR, recipe=made, draws=0).gap["overall"].ahead_unbiased is None


def test_an_answer_says_what_its_set_ups_vary(tmp_path: Path) -> None:
    known = facts([indicator("a1")], [row("a1", unit, 50.0) for unit in PAIR], PAIR)
    folder = write_framework(tmp_path, ONE)
    nothing = ask(known, PAIR, recipe=recipe(framework=folder, doubt=doubt()), draws=0).setups
    assert nothing == "weights (coefficient of variation 0.2); geometric mean across layers; clip at 5"
    varied = doubt(
        normalise=("goalposts", "minmax"),
        goalposts=0.1,
        treat=("none", "winsorise"),
        impute=("none", "median"),
        transform=("declared", "declared", "none"),
        aggregate=("geometric", ("arithmetic", "arithmetic", "arithmetic")),
        leave_one_out=True,
    )
    said = ask(known, PAIR, recipe=recipe(framework=folder, doubt=varied), draws=0).setups
    assert said == (
        "weights (coefficient of variation 0.2); 2 ways to normalise; "
        "goalposts by up to 10 % of their range; 2 transforms; 2 ways with outliers; "
        "2 ways with missing values; geometric or arithmetic mean across layers; "
        "clip at 5; any one indicator left out"
    )
