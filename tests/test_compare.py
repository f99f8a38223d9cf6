"""What a gap is made of: parts that add up, what is like for like, the weight that turns a lead."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from small import ONE, TODAY, TWO, facts, framework, indicator, recipe, row, table

from indicators.draws import Draws
from scoring.index.compare import (
    contributions,
    effective_weights,
    matched,
    matched_scores,
    out_of_step,
    tipping_weights,
)
from scoring.index.engine import Plan, plan, run

ITS = (
    indicator("a1", "one"),
    indicator("a2", "one", weight=3.0),
    indicator("a3", "more"),
    indicator("b1", "two", layer="right"),
    indicator("b2", "two", layer="right"),
)
TREE = framework({"left": ["one", "more"], "right": ["two"]}, one=2.0, right=3.0)
some = st.fixed_dictionaries(
    {it.code: st.dictionaries(st.sampled_from(("AAA", "BBB")), st.floats(0, 100), max_size=2) for it in ITS}
)


def scored(values: dict[str, dict[str, float]], **changes: Any) -> Plan:  # noqa: ANN401
    return plan(facts(ITS, table(values)), recipe(**changes), TREE)


@given(some)
def test_effective_weights_add_to_one_in_every_layer_that_has_a_value(
    values: dict[str, dict[str, float]],
) -> None:
    p = scored(values)
    weights = effective_weights(p, run(p))
    for codes in (("a1", "a2", "a3"), ("b1", "b2")):
        own = [j for j, it in enumerate(p.grid.indicators) if it.code in codes]
        there = p.grid.present[own].any(axis=0)
        assert weights[own].sum(axis=0) == pytest.approx(there.astype(float))
        assert (weights[own][~p.grid.present[own]] == 0).all()


def test_what_is_missing_passes_its_weight_to_its_siblings() -> None:
    p = scored({"a1": {"AAA": 1.0, "BBB": 1.0}, "a2": {"AAA": 1.0}, "a3": {"AAA": 1.0}})
    weights = effective_weights(p, run(p))
    assert weights[:, 0] == pytest.approx([2 / 3 * 1 / 4, 2 / 3 * 3 / 4, 1 / 3, 0, 0])
    assert weights[:, 1] == pytest.approx([1, 0, 0, 0, 0])


@pytest.mark.parametrize("mean", ["arithmetic", "geometric"])
@given(values=some)
def test_contributions_add_up_to_the_gaps(mean: str, values: dict[str, dict[str, float]]) -> None:
    p = scored(values, aggregate=("arithmetic", "arithmetic", mean))
    found = run(p)
    points, overall = contributions(p, found, 0, 1)
    gap = found.scores[0, :, 0] - found.scores[0, :, 1]
    of = np.array(["left", "left", "left", "right", "right"])
    for layer in ("left", "right"):
        expected = gap[found.nodes.index(layer)]
        assert points[of == layer].sum() == pytest.approx(expected, nan_ok=True, abs=1e-9)
    assert overall.sum() == pytest.approx(gap[0], nan_ok=True, abs=1e-9)


def test_a_geometric_mean_below_the_layers_has_no_exact_parts() -> None:
    p = scored({"a1": {"AAA": 9.0, "BBB": 50.0}}, aggregate=("geometric", "arithmetic", "geometric"))
    assert all(np.isnan(parts).all() for parts in contributions(p, run(p), 0, 1))


def test_parts_of_a_layer_written_out() -> None:
    p = scored({"b1": {"AAA": 80.0, "BBB": 20.0}, "b2": {"AAA": 40.0}})
    points, overall = contributions(p, run(p), 0, 1)
    a, b = (80 + 40) / 2, 20
    m = (a + b) / 2
    assert points[3:] == pytest.approx([1 / 2 * (80 - m) - 1 * (20 - m), 1 / 2 * (40 - m)])
    assert points[3:].sum() == pytest.approx(a - b)
    assert np.isnan(overall).all()


def test_the_weight_that_turns_a_lead_written_out() -> None:
    values = {"a1": {"AAA": 60.0, "BBB": 20.0}, "b1": {"AAA": 30.0, "BBB": 50.0}}
    its = (indicator("a1", "one"), indicator("b1", "two", layer="right"))
    p = plan(facts(its, table(values)), recipe(aggregate=("arithmetic", "arithmetic", "arithmetic")), TWO)
    # left +40, right -20: with w on the left 40 w - 20 (1 - w) = 0
    assert tipping_weights(p, run(p), 0, 1) == pytest.approx([1 / 3, 2 / 3])


def three_layers(scores: list[tuple[float, float]], mean: str) -> Plan:
    """One indicator in each of three layers of weights 1, 2 and 3."""
    its = [indicator(f"c{k}", f"p{k}", layer=f"l{k}") for k in range(3)]
    tree = framework({"l0": ["p0"], "l1": ["p1"], "l2": ["p2"]}, l0=1.0, l1=2.0, l2=3.0)
    values = {f"c{k}": dict(zip(("AAA", "BBB"), pair, strict=True)) for k, pair in enumerate(scores)}
    return plan(facts(its, table(values)), recipe(aggregate=("arithmetic", "arithmetic", mean)), tree)


def gap_at(p: Plan, place: int, weight: float) -> float:
    """Score again with a layer's weight moved, the others in proportion."""
    rest = np.delete(np.array([1.0, 2.0, 3.0]), place)
    weights = np.insert(rest / rest.sum() * (1 - weight), place, weight)
    found = run(p, Draws(1, weights=np.array([[1.0] * 6 + weights.tolist()]))).scores[0, 0]
    return float(found[0] - found[1])


@pytest.mark.parametrize("mean", ["arithmetic", "geometric"])
@given(scores=st.lists(st.tuples(st.floats(0, 100), st.floats(0, 100)), min_size=3, max_size=3))
def test_scored_again_at_the_tipping_weight_the_gap_is_nothing_and_beyond_it_it_turns(
    mean: str, scores: list[tuple[float, float]]
) -> None:
    p = three_layers(scores, mean)
    for place, turn in enumerate(tipping_weights(p, run(p), 0, 1)):
        ends = gap_at(p, place, 0.0), gap_at(p, place, 1.0)
        if min(map(abs, ends)) < 1e-6:
            continue
        if turn is None:
            assert ends[0] * ends[1] > 0
            continue
        assert ends[0] * ends[1] < 0
        assert gap_at(p, place, turn) == pytest.approx(0, abs=1e-7)


def test_no_weight_turns_a_lead_in_every_layer_and_one_layer_has_nothing_to_weigh_against() -> None:
    values = {"a1": {"AAA": 60.0, "BBB": 20.0}, "b1": {"AAA": 30.0, "BBB": 20.0}}
    its = (indicator("a1", "one"), indicator("b1", "two", layer="right"))
    p = plan(facts(its, table(values)), recipe(), TWO)
    assert tipping_weights(p, run(p), 0, 1) == [None, None]
    p = plan(facts(its[:1], table({"a1": values["a1"]})), recipe(), ONE)
    assert tipping_weights(p, run(p), 0, 1) == [None]


def test_a_tie_in_the_other_layers_is_no_turn() -> None:
    values = {"a1": {"AAA": 60.0, "BBB": 20.0}, "b1": {"AAA": 30.0, "BBB": 30.0}}
    its = (indicator("a1", "one"), indicator("b1", "two", layer="right"))
    p = plan(facts(its, table(values)), recipe(), TWO)
    assert tipping_weights(p, run(p), 0, 1) == [None, None]


def test_matched_means_known_for_both_and_at_most_two_years_apart() -> None:
    its = [
        indicator("a1"),
        indicator("a2"),
        indicator("a3", absent="zero"),
        indicator("a4", absent="censored", censor_bound=9.0),
        indicator("a5"),
    ]
    rows = [
        *(row("a1", "AAA", 80.0, "2023"), row("a1", "BBB", 20.0, "2025")),
        *(row("a2", "AAA", 10.0, "2022"), row("a2", "BBB", 90.0, "2025")),
        *(row("a3", "AAA", 50.0), row("a4", "AAA", 70.0), row("a5", "AAA", 70.0)),
    ]
    p = plan(facts(its, rows), recipe(), ONE)
    assert matched(p.grid, 0, 1).tolist() == [True, False, True, False, False]
    again = matched_scores(p, run(p), 0, 1)
    assert again.scores[0, again.nodes.index("left"), :2].tolist() == [(80 + 50) / 2, (20 + 0) / 2]


def test_out_of_step_means_over_a_year_apart_or_over_three_years_old() -> None:
    its = [indicator(code) for code in ("a1", "a2", "a3", "a4", "a5")]
    rows = [
        *(row("a1", "AAA", 1.0, "2025-06"), row("a1", "BBB", 1.0, "2026-06")),
        *(row("a2", "AAA", 1.0, "2025-05"), row("a2", "BBB", 1.0, "2026-06")),
        *(row("a3", "AAA", 1.0, "2023-06-30"), row("a3", "BBB", 1.0, "2023-06-29")),
        *(row("a4", "AAA", 1.0, "2023"), row("a4", "BBB", 1.0, "2024")),  # 366 days, and a year
        row("a5", "AAA", 1.0),
    ]
    p = plan(facts(its, rows), recipe(), ONE)
    assert out_of_step(p.grid, 0, 1, TODAY.toordinal()).tolist() == [False, True, True, False, False]


def test_a_gap_of_nothing_keeps_parts_that_cancel() -> None:
    values = {
        "b1": {"AAA": 80.0, "BBB": 20.0},
        "b2": {"AAA": 20.0, "BBB": 80.0},
        "a1": {"AAA": 9.0, "BBB": 9.0},
    }
    p = scored(values)
    points, overall = contributions(p, run(p), 0, 1)
    assert points[3:].tolist() == [(80 - 20) / 2, (20 - 80) / 2]
    assert overall.sum() == pytest.approx(0)
    assert math.isfinite(overall[3])
    assert overall[3] > 0


def test_scores_that_both_lie_under_the_clip_make_no_overall_gap() -> None:
    values = {"b1": {"AAA": 4.0, "BBB": 1.0}, "a1": {"AAA": 9.0, "BBB": 9.0}}
    p = scored(values)
    points, overall = contributions(p, run(p), 0, 1)
    assert points[3] == pytest.approx(4 - 1)
    assert overall[3] == 0
    assert run(replace(p)).scores[0, 0, 0] == pytest.approx(run(p).scores[0, 0, 1])
