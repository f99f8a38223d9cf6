"""Draws and what they say together: seeds, chunks, known distributions, and the rule of the call."""

from __future__ import annotations

import dataclasses
import itertools
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from small import NORMALISERS, ONE, TWO, doubt, facts, framework, indicator, recipe, row

from scoring.doubt import ensemble as counting
from scoring.doubt.call import call, less_certain
from scoring.doubt.ensemble import Ensemble, ensemble
from scoring.doubt.sample import CHUNK, sample
from scoring.index.engine import Plan, plan, run

if TYPE_CHECKING:
    from indicators.draws import Draws
    from scoring.index.engine import Levels

PAIR = ("AAA", "BBB")
Z95 = 1.6448536


def ranged(code: str, unit: str, value: float, sd: float) -> dict[str, Any]:
    """Make a value with the range of a normal of that standard deviation."""
    ends: dict[str, Any] = {"low": value - Z95 * sd, "high": value + Z95 * sd}
    return row(code, unit, value, interval_kind="sampling", **ends)


def normal(a: tuple[float, float], b: tuple[float, float]) -> Plan:
    """One indicator, two economies, each with a mean and a standard deviation."""
    rows = [ranged("a1", "AAA", *a), ranged("a1", "BBB", *b)]
    return plan(facts([indicator("a1")], rows), recipe(), ONE)


def many() -> Plan:
    """Two layers, five indicators, everything uncertain."""
    its = [indicator(f"a{k}") for k in range(3)]
    its += [indicator(f"b{k}", "two", layer="right") for k in range(2)]
    rng = np.random.default_rng(2)
    rows = [ranged(it.code, unit, rng.uniform(20, 80), 5.0) for it in its for unit in (*PAIR, "CCC")]
    means = ("geometric", "arithmetic")
    varied = doubt(normalise=NORMALISERS, aggregate=means, clip=(1.0, 5.0), leave_one_out=True)
    return plan(facts(its, rows, (*PAIR, "CCC")), recipe(doubt=varied), TWO)


def same(a: Ensemble, b: Ensemble) -> bool:
    names = counting.COUNTED
    return all(np.array_equal(getattr(a, name), getattr(b, name)) for name in names)


def test_the_same_seed_gives_the_same_counts_and_another_seed_others() -> None:
    p = many()
    assert same(ensemble(p, PAIR, 300, 1, setups=True), ensemble(p, PAIR, 300, 1, setups=True))
    assert not same(ensemble(p, PAIR, 300, 1, setups=True), ensemble(p, PAIR, 300, 2, setups=True))


def test_a_few_draws_are_the_beginning_of_many(monkeypatch: pytest.MonkeyPatch) -> None:
    p, seen = many(), []
    tally = counting._tally

    def keep(total: Ensemble, p: Plan, drawn: Levels, count: int) -> None:
        seen.append(drawn.scores[:count])
        tally(total, p, drawn, count)

    monkeypatch.setattr(counting, "_tally", keep)
    for draws in (300, 512):
        ensemble(p, PAIR, draws, 1, setups=True)
    few, more = np.concatenate(seen[:2]), np.concatenate(seen[2:])
    assert len(few) == 300
    assert np.array_equal(few, more[:300], equal_nan=True)


def test_the_data_errors_are_the_same_in_both_readings() -> None:
    data, setups = (sample(many(), 1, 0, setups=each) for each in (False, True))
    for each in (data, setups):
        assert each.data is not None
        assert each.bias is not None
    assert np.array_equal(np.asarray(data.data), np.asarray(setups.data))
    assert np.array_equal(np.asarray(data.bias), np.asarray(setups.bias))
    assert data.weights is None


def test_counts_are_what_counting_one_by_one_gives() -> None:
    p = many()
    found = ensemble(p, PAIR, 40, 3, setups=True)
    scores = run(p, sample(p, 3, 0, setups=True)).scores[:40]
    for k, i, j in itertools.product(range(len(p.nodes)), range(3), range(3)):
        a, b = scores[:, k, i], scores[:, k, j]
        both = np.isfinite(a) & np.isfinite(b)
        assert found.both[k, i, j] == both.sum()
        assert found.leads[k, i, j] == (2 * (a[both] > b[both]) + (a[both] == b[both])).sum()
    assert found.histogram.sum(axis=-1).tolist() == np.isfinite(scores).sum(axis=0).tolist()


def test_a_known_normal_is_recovered_to_monte_carlo_error() -> None:
    p = normal((60.0, 4.0), (50.0, 3.0))
    found = ensemble(p, PAIR, 20_000, 1)
    score, gap = found.score_range("left", "AAA"), found.gap_range("left")
    # standard error of a 5 % point: sqrt(0.05 * 0.95 / B) / density = 0.0015 / (0.103 / sd), some 0.015 sd
    assert score == pytest.approx((60 - Z95 * 4, 60 + Z95 * 4), abs=4 * 0.015 * 4 + 0.05)
    assert gap == pytest.approx((10 - Z95 * 5, 10 + Z95 * 5), abs=4 * 0.015 * 5 + 0.05)
    # P(gap > 0) = Phi(10 / 5) = 0.97725, with a standard error of 0.001
    assert found.ahead("left", *PAIR) == pytest.approx(0.97725, abs=0.004)


def test_ranges_cover_the_truth_as_often_as_they_say() -> None:
    truths, inside = np.random.default_rng(8).normal(50, 4, 200), 0
    for truth, seen in zip(truths, np.random.default_rng(9).normal(0, 4, 200), strict=True):
        p = normal((truth + seen, 4.0), (50.0, 1.0))
        low, high = ensemble(p, PAIR, CHUNK, 1).score_range("left", "AAA") or (0, 0)
        inside += low <= truth <= high
    assert 0.85 <= inside / 200 <= 0.95


def test_a_tie_counts_half_for_either() -> None:
    p = plan(facts([indicator("a1")], [row("a1", unit, 50.0) for unit in PAIR]), recipe(), ONE)
    assert ensemble(p, PAIR, 100, 1).ahead("left", *PAIR) == 0.5


def test_what_is_never_scored_has_no_range_and_no_share() -> None:
    p = plan(facts([indicator("a1")], [row("a1", "AAA", 50.0)]), recipe(), ONE)
    found = ensemble(p, PAIR, 10, 1)
    assert found.score_range("left", "BBB") is None
    assert found.gap_range("left") is None
    assert found.ahead("left", *PAIR) is None


def test_the_ends_of_a_histogram_are_the_5_and_95_percent_points() -> None:
    counts = np.zeros(100, dtype=np.int64)
    counts[:20] = 1  # 20 draws in bins 0 to 19: the first and the nineteenth
    assert counting._ends(counts) == (0, 18)
    assert counting._ends(np.zeros(3, dtype=np.int64)) is None


@pytest.mark.parametrize(("children", "cv"), [(4, 0.2), (2, 0.3), (7, 0.1)])
def test_weights_vary_by_the_stated_coefficient_and_add_to_one(children: int, cv: float) -> None:
    its = [indicator(f"a{k}") for k in range(children)]
    rows = [row(it.code, unit, 50.0) for it in its for unit in PAIR]
    p = plan(facts(its, rows), recipe(doubt=doubt(weight_cv=cv)), ONE)
    weights = np.concatenate([_weights(sample(p, 1, chunk, setups=True)) for chunk in range(20)])[
        :, :children
    ]
    assert weights.sum(axis=1) == pytest.approx(np.ones(len(weights)))
    assert weights.mean(axis=0) == pytest.approx(np.full(children, 1 / children), rel=0.05)
    assert weights.std(axis=0) / weights.mean(axis=0) == pytest.approx(np.full(children, cv), rel=0.08)


def _weights(draws: Draws) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    assert draws.weights is not None
    return draws.weights


def test_weights_of_every_node_add_to_one_in_every_draw() -> None:
    its = [indicator("a1", weight=2.0), indicator("a2"), indicator("b1", "two")]
    its.append(indicator("c1", "three", layer="right"))
    tree = framework({"left": ["one", "two"], "right": ["three"]}, right=0.0)
    p = plan(facts(its, []), recipe(), tree)
    weights = _weights(sample(p, 1, 0, setups=True))
    for level in p.tree:
        total = np.add.reduceat(weights[:, level.edges], level.starts, axis=1)
        assert total == pytest.approx(np.ones(total.shape))


def test_every_defensible_set_up_is_drawn() -> None:
    draws = sample(many(), 1, 0, setups=True)
    assert set(draws.choices["normalise"].tolist()) == {0, 1, 2, 3}
    assert set(draws.choices["aggregate"].tolist()) == {0, 1}
    assert draws.left_out is not None
    assert set(draws.left_out.tolist()) == {-1, 0, 1, 2, 3, 4}


def test_one_group_can_be_swapped_for_that_of_another_sample() -> None:
    p = many()
    a, b = sample(p, 1, 0), sample(p, 2, 0)
    mixed = a.swap(b, "data")
    assert mixed.data is b.data
    assert mixed.bias is a.bias
    kept = {each.name for each in dataclasses.fields(a)} - {"data"}
    assert all(getattr(mixed, name) is getattr(a, name) for name in kept)


@pytest.mark.parametrize(
    ("share", "expected"),
    [
        (1.0, ("ahead", "AAA")),
        (0.90, ("ahead", "AAA")),
        (0.8999, ("likely ahead", "AAA")),
        (0.66, ("likely ahead", "AAA")),
        (0.6599, ("no call", "")),
        (0.5, ("no call", "")),
        (0.3401, ("no call", "")),
        (0.34, ("likely ahead", "BBB")),
        (0.1001, ("likely ahead", "BBB")),
        (0.10, ("ahead", "BBB")),
        (0.0, ("ahead", "BBB")),
        (None, ("not scored", "")),
    ],
)
def test_the_rule_of_the_call(share: float | None, expected: tuple[str, str]) -> None:
    assert call(share, *PAIR) == expected


@given(st.floats(0, 1))
def test_the_call_is_a_mirror(share: float) -> None:
    word, leader = call(share, *PAIR)
    other = call(1 - share, "BBB", "AAA")
    assert other[0] == word
    assert other[1] == leader or share == 0.5


@pytest.mark.parametrize(
    ("data", "everything", "share"),
    [
        (0.99, 0.70, 0.70),
        (0.70, 0.99, 0.70),
        (0.02, 0.20, 0.20),
        (0.99, 0.40, 0.5),  # two readings that point to opposite sides: no call
        (0.01, 0.95, 0.5),
        (0.99, 0.50, 0.5),
        (0.80, None, 0.80),
        (None, None, None),
    ],
)
def test_the_less_certain_reading_makes_the_call(
    data: float | None, everything: float | None, share: float | None
) -> None:
    assert less_certain(data, everything) == share
