"""The one pipeline: scores written out as sums, and what must hold whatever the values."""

from __future__ import annotations

import dataclasses
import math
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from small import (
    CLASSES,
    NORMALISERS,
    ONE,
    TWO,
    doubt,
    facts,
    framework,
    indicator,
    reading,
    recipe,
    row,
    table,
)

from indicators.draws import NOMINAL, Draws
from indicators.fault import UsageError
from layers.grid import OBSERVED
from scoring.doubt.sample import sample
from scoring.index.engine import Levels, Plan, plan, run

if TYPE_CHECKING:
    from indicators.schema import Indicator

UNITS = ("AAA", "BBB", "CCC")
FOUR = (
    indicator("a1", "one"),
    indicator("a2", "one", weight=3.0),
    indicator("b1", "two", layer="right"),
    indicator("b2", "two", layer="right"),
)
VALUES = {
    "a1": {"AAA": 80.0, "BBB": 20.0},
    "a2": {"AAA": 40.0, "BBB": 60.0},
    "b1": {"AAA": 50.0, "BBB": 10.0},
    "b2": {"AAA": 90.0, "BBB": 0.0},
}
ANY_WAY: dict[str, Any] = {"choices": {"fewest_units": 2}, "doubt": doubt(normalise=NORMALISERS)}
"""Every normaliser may be picked, however few the units."""


def four(**changes: Any) -> Plan:  # noqa: ANN401
    return plan(facts(FOUR, table(VALUES)), recipe(**changes), TWO)


def score(found: Levels, p: Plan, node: str, unit: str) -> float:
    return float(found.scores[0, found.nodes.index(node), p.grid.units.index(unit)])


def test_weighted_means_within_layers_and_a_geometric_mean_across_them() -> None:
    p = four()
    found = run(p)
    left, right = (80 + 3 * 40) / 4, (50 + 90) / 2
    assert score(found, p, "one", "AAA") == pytest.approx(left)
    assert score(found, p, "right", "AAA") == pytest.approx(right)
    assert score(found, p, "overall", "AAA") == pytest.approx(math.sqrt(left * right))
    assert found.nodes == ("overall", "left", "right", "one", "two")


def test_scores_below_the_clip_count_as_the_clip_in_a_geometric_mean() -> None:
    values = VALUES | {"b1": {"AAA": 50.0, "BBB": 2.0}}
    p = plan(facts(FOUR, table(values)), recipe(), TWO)
    assert score(run(p), p, "right", "BBB") == 1.0
    assert score(run(p), p, "overall", "BBB") == pytest.approx(math.sqrt((20 + 3 * 60) / 4 * 5))


def test_the_mean_across_layers_is_a_choice_and_so_is_the_clip() -> None:
    p = four(doubt=doubt(aggregate=("geometric", "arithmetic"), clip=(5.0, 20.0)))
    picks = {"aggregate": np.array([0, 1, 0]), "clip": np.array([0, 0, 1])}
    found = run(p, Draws(3, choices=picks)).scores[:, 0, 1]
    left, right = (20 + 3 * 60) / 4, (10 + 0) / 2
    assert found == pytest.approx([math.sqrt(left * 5), (left + right) / 2, math.sqrt(left * 20)])


def test_a_missing_value_passes_its_weight_to_its_siblings() -> None:
    rows = [each for each in table(VALUES) if (each["code"], each["economy"]) != ("a2", "AAA")]
    p = plan(facts(FOUR, rows), recipe(), TWO)
    assert score(run(p), p, "one", "AAA") == 80.0
    assert p.coverage["left"].tolist() == [1 / 4, 1]


@pytest.mark.parametrize("transform", ["none", "log", "log1p"])
def test_a_missing_value_is_not_a_bad_value_under_any_transform(transform: str) -> None:
    its = [indicator("a1", readings=reading(1.0, 100.0, transform)), indicator("a2")]
    p = plan(facts(its, table({"a1": {"AAA": 50.0}, "a2": {"AAA": 10.0, "BBB": 30.0}})), recipe(), ONE)
    found = run(p)
    assert np.isnan(found.indicators[0, 0, 1])
    assert score(found, p, "one", "BBB") == 30.0
    assert (np.isfinite(found.indicators[0]) == p.grid.present).all()


def test_a_layer_below_its_coverage_is_not_scored_and_then_there_is_no_overall() -> None:
    rows = [each for each in table(VALUES) if (each["code"], each["economy"]) != ("a2", "AAA")]
    tree = framework({"left": ["one"], "right": ["two"]}, floor=2 / 3)
    p = plan(facts(FOUR, rows), recipe(), tree)
    found = run(p)
    assert math.isnan(score(found, p, "left", "AAA"))
    assert math.isnan(score(found, p, "overall", "AAA"))
    assert score(found, p, "one", "AAA") == 80.0
    assert score(found, p, "right", "AAA") == (50 + 90) / 2
    assert not math.isnan(score(found, p, "overall", "BBB"))


def test_coverage_exactly_at_the_floor_is_enough() -> None:
    its = [indicator(code) for code in ("a1", "a2", "a3")]
    rows = table({"a1": {"AAA": 50.0, "BBB": 1.0}, "a2": {"AAA": 50.0, "BBB": 1.0}, "a3": {"BBB": 1.0}})
    p = plan(facts(its, rows), recipe(), framework({"left": ["one"]}, floor=2 / 3))
    assert score(run(p), p, "overall", "AAA") == pytest.approx(50)


def test_a_layer_without_weight_may_be_missing() -> None:
    rows = [each for each in table(VALUES) if each["code"] in {"a1", "a2"}]
    p = plan(facts(FOUR, rows), recipe(), framework({"left": ["one"], "right": ["two"]}, right=0.0))
    assert score(run(p), p, "overall", "AAA") == pytest.approx((80 + 3 * 40) / 4)


def test_true_absence_scores_zero_by_every_method_and_needs_nothing_to_divide_by() -> None:
    its = [indicator("a1", absent="floor", readings=reading(100.0, 1.0, "log"), direction=-1)]
    p = plan(facts(its, [row("a1", "AAA", 2.0)], UNITS), recipe(**ANY_WAY), ONE)
    for place in range(len(NORMALISERS)):
        found = run(p, Draws(1, choices={"normalise": np.array([place])}))
        assert found.indicators[0, 0, 1:].tolist() == [0, 0]
    p = dataclasses.replace(p, grid=dataclasses.replace(p.grid, divisor=np.full((1, 3), np.nan)))
    assert p.grid.present.tolist() == [[False, True, True]]


def test_true_absence_is_no_average_under_z_scores() -> None:
    its = [indicator("a1", absent="floor")]
    rows = table({"a1": {f"U{k:02d}": float(k) for k in range(9)}})
    units = tuple(f"U{k:02d}" for k in range(10))
    chosen = recipe(choices={"normalise": "zscore"})
    found = run(plan(facts(its, rows, units), chosen, ONE)).indicators[0, 0]
    assert found[0] < 0
    assert found[9] == found[0]
    goalposts = run(plan(facts(its, rows, units), recipe(), ONE)).indicators[0, 0]
    assert goalposts[9] == 0


def test_zero_under_a_logarithm_is_the_worst_or_the_best_there_is() -> None:
    more = indicator("a1", readings=reading(1.0, 100.0, "log"))
    less = indicator("a2", direction=-1, readings=reading(100.0, 1.0, "log"))
    values = {"a1": {"AAA": 0.0, "BBB": 10.0}, "a2": {"AAA": 0.0, "BBB": 10.0}}
    found = run(plan(facts([more, less], table(values)), recipe(), ONE)).indicators[0]
    assert found[0] == pytest.approx([0, 50])
    assert found[1] == pytest.approx([100, 50])


def test_zero_ranks_below_what_is_small_but_there_by_every_method() -> None:
    it = indicator("a1", readings=reading(1.0, 100.0, "log"))
    rows = table({"a1": {"AAA": 0.0, "BBB": 0.01, "CCC": 50.0}})
    p = plan(facts([it], rows, UNITS), recipe(**ANY_WAY), ONE)
    for place in range(len(NORMALISERS)):
        found = run(p, Draws(1, choices={"normalise": np.array([place])})).indicators[0, 0]
        assert found[0] <= found[1] < found[2], NORMALISERS[place]


def test_too_few_observed_units_keep_the_goalposts() -> None:
    units = tuple(f"A{k}X" for k in range(9))
    its = [indicator("a1", absent="zero"), indicator("a2")]
    seen = {"a1": dict.fromkeys(units[:7], 40.0), "a2": {unit: 10.0 * k for k, unit in enumerate(units)}}
    p = plan(facts(its, table(seen), units), recipe(choices={"normalise": "minmax"}), ONE)
    found = run(p).indicators[0]
    assert found[0, :7].tolist() == [40] * 7  # seven observed, two zeros by rule: 8 are asked for
    assert found[1] == pytest.approx([100 * 10 * k / 80 for k in range(9)])


def test_an_indicator_left_out_is_as_if_it_were_not_there() -> None:
    p = four()
    left = run(p, Draws(3, left_out=np.array([-1, 1, 3])))
    place = left.nodes.index
    assert left.scores[:, place("left"), 0].tolist() == [(80 + 3 * 40) / 4, 80, (80 + 3 * 40) / 4]
    assert left.scores[:, place("right"), 0].tolist() == [(50 + 90) / 2, (50 + 90) / 2, 50]
    without = plan(facts([FOUR[0], *FOUR[2:]], table(VALUES)), recipe(), TWO)
    assert left.scores[1] == pytest.approx(run(without).scores[0])


def test_a_pillar_whose_only_indicator_is_left_out_passes_its_weight_on() -> None:
    tree = framework({"left": ["one", "two"]}, one=1.0, two=3.0)
    its = [indicator("a1", "one"), indicator("b1", "two")]
    p = plan(facts(its, table({"a1": {"AAA": 10.0}, "b1": {"AAA": 50.0}})), recipe(), tree)
    found = run(p, Draws(2, left_out=np.array([-1, 1]))).scores[:, 0, 0]
    assert found == pytest.approx([(10 + 3 * 50) / 4, 10])


def test_weights_of_a_draw_replace_those_of_the_framework() -> None:
    p = four()
    weights = np.array([[0.5, 0.5, 0.1, 0.9, 1.0, 1.0, 0.2, 0.8]])
    found = run(p, Draws(1, weights=weights))
    left, right = (80 + 40) / 2, 0.1 * 50 + 0.9 * 90
    assert score(found, p, "overall", "AAA") == pytest.approx(
        math.exp(0.2 * math.log(left) + 0.8 * math.log(right))
    )


def test_one_indicator_is_enough() -> None:
    p = plan(facts([indicator("a1")], [row("a1", "AAA", 30.0)]), recipe(), ONE)
    assert run(p).scores[0, :, 0].tolist() == pytest.approx([30, 30, 30])


def test_one_economy_is_enough() -> None:
    known = facts(FOUR, table({"a1": {"AAA": 30.0}, "b1": {"AAA": 30.0}}), ("AAA",))
    p = plan(known, recipe(doubt=doubt(normalise=NORMALISERS)), TWO)
    for place in range(len(NORMALISERS)):
        assert score(run(p, Draws(1, choices={"normalise": np.array([place])})), p, "overall", "AAA") == (
            pytest.approx(30)
        )


def test_nothing_known_is_nothing_scored() -> None:
    assert np.isnan(run(plan(facts(FOUR, []), recipe(), TWO)).scores).all()


def test_a_recipe_names_one_mean_per_level() -> None:
    with pytest.raises(UsageError, match=r"names 2 means .* has 3 levels"):
        four(aggregate=("arithmetic", "geometric"))


def test_deeper_and_flatter_trees_are_scored_too() -> None:
    known = facts(
        [indicator("a1", "one"), indicator("b1", "two")], table({"a1": {"AAA": 20.0}, "b1": {"AAA": 60.0}})
    )
    flat = framework({"one": [], "two": []})
    p = plan(known, recipe(aggregate=("arithmetic", "arithmetic")), flat)
    assert run(p).scores[0, :, 0].tolist() == [(20 + 60) / 2, 20, 60]


any_values = st.fixed_dictionaries(
    {it.code: st.dictionaries(st.sampled_from(UNITS), st.floats(-50, 150), max_size=3) for it in FOUR}
)


@given(any_values, st.integers(0, 3))
def test_scores_are_between_0_and_100(values: dict[str, dict[str, float]], method: int) -> None:
    p = plan(facts(FOUR, table(values), UNITS), recipe(**ANY_WAY), TWO)
    found = run(p, Draws(1, choices={"normalise": np.array([method])})).scores
    known = found[np.isfinite(found)]
    assert ((known >= 0) & (known <= 100 + 1e-9)).all()


@given(any_values, st.sampled_from(FOUR), st.sampled_from(UNITS), st.floats(0.0, 50.0))
def test_a_better_value_never_lowers_a_score(
    values: dict[str, dict[str, float]],
    it: Indicator,
    unit: str,
    more: float,
) -> None:
    if unit not in values[it.code]:
        return
    better = values | {it.code: values[it.code] | {unit: values[it.code][unit] + more}}
    before, after = (run(plan(facts(FOUR, table(each), UNITS), recipe(), TWO)) for each in (values, better))
    i = UNITS.index(unit)
    assert (np.isnan(before.scores) == np.isnan(after.scores)).all()
    assert not (after.scores[0, :, i] < before.scores[0, :, i] - 1e-9).any()


@given(any_values, st.permutations(UNITS))
def test_the_order_of_the_economies_does_not_matter(
    values: dict[str, dict[str, float]], order: list[str]
) -> None:
    there, moved = (plan(facts(FOUR, table(values), each), recipe(), TWO) for each in (UNITS, tuple(order)))
    places = [order.index(unit) for unit in UNITS]
    assert np.array_equal(run(moved).scores[:, :, places], run(there).scores, equal_nan=True)


@given(any_values, st.sampled_from([0.125, 8.0, 1024.0]))
def test_the_unit_of_an_indicator_does_not_matter(values: dict[str, dict[str, float]], factor: float) -> None:
    moved = [
        FOUR[0].model_copy(update={"readings": indicator("xx", readings=reading(0, 100 * factor)).readings})
    ]
    other = values | {"a1": {unit: value * factor for unit, value in values["a1"].items()}}
    there = run(plan(facts(FOUR, table(values), UNITS), recipe(), TWO))
    here = run(plan(facts([*moved, *FOUR[1:]], table(other), UNITS), recipe(), TWO))
    assert np.allclose(there.scores, here.scores, equal_nan=True)


def rich() -> Plan:
    """Make a plan in which everything that can be drawn is drawn."""
    bias = {"AAA": {"group": "lists", "sd": 5.0, "side": "under", "reason": "for the test"}}
    its = [
        indicator("a1", bias=bias),
        indicator("a2", scale="log", range=(0.0, math.inf), readings=reading(1.0, 100.0, "log")),
        indicator("b1", "two", scale="logit", range=(0.0, 100.0), absent="floor"),
        indicator("b2", "two", absent="censored", censor_bound=20.0),
    ]
    units = tuple(f"AA{k}" for k in range(9))
    rng = np.random.default_rng(5)
    values = {it.code: dict(zip(("AAA", *units), rng.uniform(1, 99, 10), strict=True)) for it in its}
    del values["b1"]["AA3"], values["b2"]["AA4"], values["a1"]["AA5"]
    made = recipe(
        CLASSES,
        0.02,
        doubt=doubt(normalise=NORMALISERS, aggregate=("geometric", "arithmetic"), leave_one_out=True),
    )
    return plan(facts(its, table(values), ("AAA", *units)), made, TWO)


def test_a_batch_is_the_same_as_one_draw_after_the_other() -> None:
    p = rich()
    draws = sample(p, seed=4, chunk=0, size=24, setups=True)
    together = run(p, draws)
    for k in range(draws.size):
        assert draws.data is not None
        assert draws.bias is not None
        assert draws.weights is not None
        assert draws.left_out is not None
        alone = Draws(
            1,
            data=draws.data[k : k + 1],
            bias=draws.bias[k : k + 1],
            weights=draws.weights[k : k + 1],
            choices={name: picks[k : k + 1] for name, picks in draws.choices.items()},
            left_out=draws.left_out[k : k + 1],
        )
        assert np.array_equal(run(p, alone).scores[0], together.scores[k], equal_nan=True)


def test_draws_without_any_spread_are_the_nominal_run() -> None:
    its = [it.model_copy(update={"drift_per_year": 0.0}) for it in FOUR]
    p = plan(facts(its, table(VALUES)), recipe(), TWO)
    found = run(p, sample(p, seed=1, chunk=0, size=8))
    assert np.allclose(found.scores, run(p, NOMINAL).scores)


def test_the_observed_cells_are_those_with_a_value() -> None:
    p = rich()
    assert ((p.grid.state == OBSERVED) <= p.grid.present).all()
