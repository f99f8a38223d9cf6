"""Prices at equal capability: curves, fronts, workloads, tokens on a task, tiers and their draws, by hand."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indicators.facts import load
from layers.inference_cost import LAYER, curve, history, market, priced, rated, work
from layers.posterior import ROWS

if TYPE_CHECKING:
    from indicators.facts import Facts

ABILITY = np.array([[100.0, 90.0, 95.0]])
PRICE = np.array([[8.0, 1.0, 2.0]])
OWNER = np.array([0, 0, 1])  # group 0 sells the first two, group 1 the third


@pytest.fixture(scope="module")
def shipped() -> Facts:
    return load()


# ---- curves -------------------------------------------------------------------------------------------


def test_ratio_is_the_mean_over_levels_and_ten_stands_in_where_nothing_is_offered() -> None:
    cheapest = curve.cheapest_by(ABILITY, PRICE, OWNER, np.array([90.0, 95.0, 100.0]))
    assert cheapest[0].tolist() == [[1.0, 2.0], [8.0, 2.0], [8.0, math.inf]]
    ratio = curve.log_ratio(cheapest)[0]
    assert ratio[0] == pytest.approx((0.0 + math.log10(8 / 2) + 0.0) / 3)
    assert ratio[1] == pytest.approx((math.log10(2 / 1) + 0.0 + 1.0) / 3)


def test_levels_that_nobody_reaches_do_not_count() -> None:
    cheapest = curve.cheapest_by(ABILITY, PRICE, OWNER, np.array([90.0, 200.0]))
    assert curve.log_ratio(cheapest)[0].tolist() == [0.0, pytest.approx(math.log10(2))]


def test_a_pair_is_compared_at_the_levels_both_reach() -> None:
    cheapest = curve.cheapest_by(ABILITY, PRICE, OWNER, np.array([90.0, 95.0, 100.0]))
    # 1 / 2 at 90, 8 / 2 at 95, nothing of group 1 at 100: the root of 0.5 x 4
    assert curve.pair_ratio(cheapest, 0, 1)[0] == pytest.approx(math.sqrt(0.5 * 4.0))
    assert np.isnan(curve.pair_ratio(cheapest[:, 2:], 0, 1)[0])


def test_laboratories_within_twice_the_cheapest_by_economy() -> None:
    labs = np.array([0, 1, 2])  # prices 8, 1, 2: the second and third are within 2 x 1
    cheapest = curve.cheapest_by(ABILITY, PRICE, labs, np.array([90.0, 95.0]))
    counts = curve.within_twice(cheapest, np.array([0, 0, 1]))
    # at 90: laboratory 1 of economy 0 and laboratory 2 of economy 1; at 95: laboratory 2 alone
    assert counts[0].tolist() == [(1 + 0) / 2, (1 + 1) / 2]


def test_front_holds_what_no_other_beats_in_both() -> None:
    ability = np.array([[100.0, 90.0, 95.0, 90.0]])
    cost = np.array([[8.0, 1.0, 2.0, 1.5]])
    assert curve.on_front(ability, cost)[0].tolist() == [True, True, True, False]
    share = curve.front_share(ability, cost, np.arange(4), np.array([0, 0, 1, 1]), floor=92.0)
    assert share[0].tolist() == [0.5, 0.5]  # the model at 90 lies below the floor
    # two efforts of one listing are one point: listings {0, 1} and {2, 3}
    share = curve.front_share(ability, cost, np.array([0, 0, 1, 2]), np.array([0, 0, 1, 1]), floor=0.0)
    assert share[0].tolist() == [0.5, 0.5]


@settings(max_examples=60)
@given(st.lists(st.tuples(st.integers(0, 4), st.integers(1, 4)), min_size=1, max_size=9))
def test_front_by_sorting_is_the_front_by_comparing_all_pairs(sold: list[tuple[int, int]]) -> None:
    found = curve.on_front(*(np.array([column], dtype=np.float64) for column in zip(*sold, strict=True)))
    beaten = [any(c >= able and p <= cost and (c, p) != (able, cost) for c, p in sold) for able, cost in sold]
    assert (~found[0]).tolist() == beaten


markets = st.lists(
    st.tuples(st.floats(80, 160), st.floats(0.05, 70), st.integers(0, 2)), min_size=3, max_size=12
)


@settings(max_examples=60)
@given(markets, st.floats(80, 160))
def test_cheapest_by_sorting_is_the_cheapest_by_looking_at_all(
    sold: list[tuple[float, float, int]], level: float
) -> None:
    ability, cost, code = (np.array(column) for column in zip(*sold, strict=True))
    code[:3] = [0, 1, 2]
    levels = np.array([level - 3, level, level + 3])
    found = curve.cheapest_by(ability[None], cost[None], code, levels)[0]
    for row, at in zip(found, levels, strict=True):
        for group, value in enumerate(row):
            able = cost[(code == group) & (ability >= at)]
            assert value == (able.min() if able.size else math.inf)
    assert (curve.log_ratio(found[None]) >= 0.0).all()


def test_a_price_that_halves_each_year_falls_by_two() -> None:
    years = np.array([0.0, 0.5, 1.0, 2.0])
    halving = 8.0 * 0.5**years
    path = np.stack([halving, np.where(years < 1.0, math.inf, halving)], axis=1)
    assert curve.fall_per_year(path[None], years)[0] == pytest.approx(2.0)  # two dates make no slope
    assert np.isnan(curve.fall_per_year(path[None, :, 1:], years)[0])


# ---- work ---------------------------------------------------------------------------------------------


def test_a_workload_is_the_sum_of_what_is_read_and_written(shipped: Facts) -> None:
    found = {each.name: each for each in work.workloads(shipped.table("workloads"))}
    rates = [np.array([2.0]), np.array([0.2]), np.array([10.0])]
    assert found["chat"].price(rates) == pytest.approx((3 * 2.0 + 10.0) / 4)
    assert found["long_input"].price(rates) == pytest.approx((15 * 2.0 + 10.0) / 16)  # 6,000 to 400
    # 608 tokens read, 342 of them from the cache, 168 written
    served = (266 * 2.0 + 342 * 0.2 + 168 * 10.0) / (608 + 168)
    assert found["served"].price(rates) == pytest.approx(served)
    # what is read is the same for all; only what is written stretches
    assert found["chat"].price(rates, 2.0) == pytest.approx((3 * 2.0 + 2 * 10.0) / 4)
    assert found["agent"].prompt == pytest.approx(54.9e9 / 357161, rel=1e-3)


@pytest.mark.parametrize(
    ("name", "mode", "effort"),
    [
        ("claude-4-5-sonnet-thinking", "thinking", ""),
        ("claude-sonnet-5-non-reasoning", "direct", ""),
        ("gpt-5.6-luna_none", "direct", ""),
        ("gpt-5-2025-08-07_high", "thinking", "top"),
        ("gpt-5.6-sol_low", "thinking", "low"),
        ("grok-4-3-medium", "thinking", "middle"),
        ("mistral-medium-3-1", "", ""),
        ("qwen3-max", "", ""),
        ("gpt-5.1-codex-max", "", ""),
        ("claude-sonnet-4-20250514_16K", "thinking", ""),
    ],
)
def test_names_tell_mode_and_effort(name: str, mode: str, effort: str) -> None:
    assert (work.mode_of(name), work.effort_of(name)) == (mode, effort)


def counts(*rows: tuple[str, str, str, float]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["family", "mode", "effort", "output_mtok"])


def test_tokens_on_a_task_are_counted_moved_by_effort_or_drawn_wide() -> None:
    table = counts(
        ("a", "thinking", "", 100.0),
        ("b", "thinking", "middle", 50.0),
        ("b", "direct", "", 5.0),
        ("c", "thinking", "", 100.0),
        ("d", "thinking", "low", 10.0),
        ("d", "thinking", "top", 90.0),
    )
    names = ["a", "b_high", "b_low", "b_none", "new-thinking"]
    found = work.spent(work.counted(table), ["a", "b", "b", "b", "new"], names)
    step = math.log(90 / 10) / 2  # = ln 3: between the middle and either end
    expected = [math.log(100), math.log(50) + step, math.log(50) - step, math.log(5)]
    typical = math.log(100)  # median of 100, 50, 100
    assert found.centre[:4] == pytest.approx(np.array(expected) - typical)
    assert found.counted.tolist() == [True, True, True, True, False]
    assert found.sd[0] == work.TASKS_DIFFER < found.sd[4]
    top = work.spent(
        work.counted(table), ["new", "new"], ["new-thinking", "new_max"]
    )  # nobody counted it, but not at its top
    assert top.centre[1] - top.centre[0] == pytest.approx(step)
    # one tested at not thinking leaves the other to think; an unknown effort beside a known one is an effort
    told = work.spent(
        work.counted(table), ["n", "n", "m", "m", "t"], ["n", "n_none", "m_unknown", "m_max", "t-thinking"]
    )
    assert told.centre[0] == told.centre[2] == told.centre[4] > told.centre[1]
    untold = work.spent(work.counted(table), ["n"], ["n"])
    assert untold.sd[0] > told.sd[0]  # of either mode
    nobody = work.spent(work.counted(table.iloc[:0]), ["a"], ["a"])
    assert (nobody.centre.tolist(), nobody.counted.tolist()) == ([0.0], [False])


# ---- capability of the offers -------------------------------------------------------------------------


def known(*rows: tuple[str, str, str, float]) -> rated.Abilities:
    table = pd.DataFrame(rows, columns=["name", "family", "released", "centre"])
    table["released"] = pd.to_datetime(table["released"])
    draws = np.tile(table["centre"].to_numpy(dtype=np.float64), (ROWS, 1))
    return rated.Abilities(table, draws)


def sold(*pairs: tuple[str, str]) -> pd.DataFrame:
    return pd.DataFrame(pairs, columns=["listing", "family"])


def test_an_offer_counts_at_each_effort_and_modes_sold_apart_stay_apart() -> None:
    abilities = known(
        ("x_low", "x", "2026-01-01", 140.0),
        ("x_high", "x", "2026-01-01", 150.0),
        ("x_xhigh", "x", "2026-01-01", 149.0),
        ("y-thinking", "y", "2026-01-01", 145.0),
        ("y-non-reasoning", "y", "2026-01-01", 130.0),
        ("z_high", "z", "2026-09-01", 160.0),
    )
    offered = sold(("x", "x"), ("y-thinking", "y"), ("y-instruct", "y"), ("z", "z"), ("w", "w"))
    early = rated.with_ability(offered, abilities, date(2026, 6, 1))
    assert early[["listing", "configuration", "centre", "best"]].to_numpy().tolist() == [
        ["x", "x_high", 150.0, True],  # high and xhigh are both the top effort: the better counts
        ["x", "x_low", 140.0, False],
        ["y-thinking", "y-thinking", 145.0, True],
        ["y-instruct", "y-non-reasoning", 130.0, True],  # beside a thinking entry, what does not think
    ]
    alone = rated.with_ability(sold(("y-instruct", "y")), abilities, date(2026, 6, 1))
    assert alone["configuration"].tolist() == ["y-thinking", "y-non-reasoning"]
    assert abilities.central_frontier(date(2026, 6, 1)) == 150.0  # priced or not, but not before its day
    assert abilities.frontier(date(2026, 9, 1)).tolist() == [160.0] * ROWS
    assert abilities.central_frontier(date(2020, 1, 1)) == -math.inf


# ---- the shipped market -------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def now(shipped: Facts) -> market.Market:
    found = market.market_on(shipped, shipped.date)
    assert found is not None
    return found


def test_the_market_is_drawn_in_the_rows_of_layer_1(shipped: Facts, now: market.Market) -> None:
    abilities = rated.abilities(shipped)
    assert np.array_equal(now.ability, abilities.draws[:, now.table["place"].to_numpy()])
    assert np.array_equal(now.frontier, abilities.draws.max(axis=1))
    low, high = (now.table[name].to_numpy() for name in ("low", "high"))
    assert (now.chat >= low - 1e-9).all()
    assert (now.chat <= high + 1e-9).all()


def test_every_workload_is_drawn_as_often(shipped: Facts, now: market.Market) -> None:
    """A listing on which catalogues agree takes one value per workload."""
    named = len(shipped.table("workloads"))
    plain = now.table.index[now.table["low"] == now.table["high"]][0]
    values, times = np.unique(now.tokens[:, plain].round(9), return_counts=True)
    assert (len(values), set(times)) == (named, {ROWS // named})


def test_draws_go_by_name_whatever_else_is_sold(shipped: Facts, now: market.Market) -> None:
    fewer = replace(shipped)
    prices = shipped.table("prices")
    keep = sorted(set(now.table["family"]))[::2]
    made = fewer.as_of(shipped.date)
    made._read["prices"] = prices[prices["family"].isin(keep)].reset_index(drop=True)
    made.kept["abilities of priced models"] = rated.abilities(shipped)
    half = market.market_on(made, shipped.date)
    assert half is not None
    places = dict(zip(zip(now.table["listing"], now.table["place"], strict=True), range(10**6), strict=False))
    columns = [places[key] for key in zip(half.table["listing"], half.table["place"], strict=True)]
    assert np.array_equal(half.work, now.work[:, columns])


def test_a_range_holds_its_value_and_somebody_is_the_cheapest(now: market.Market) -> None:
    for gap in market.TIERS.values():
        drawn = priced.tier_draws(now, gap)
        held = drawn[:, np.isfinite(drawn).all(axis=0)]
        assert (held >= 1.0).all()
        assert (held <= 10.0 + 1e-9).all()
        assert held.min(axis=1) == pytest.approx(np.maximum(held.min(axis=1), 1.0))


def test_indicators_are_the_median_of_their_draws(shipped: Facts) -> None:
    values, joint = priced.price_indicators(shipped)
    assert joint is not None
    assert (joint.family, joint.values.shape) == ("capability", (ROWS, 5, len(joint.economies)))
    for row, code in enumerate(joint.codes):
        for value in values[code]:
            drawn = joint.values[:, row, joint.economies.index(value.economy)]
            assert (value.low, value.value, value.high) == tuple(np.quantile(drawn, [0.05, 0.5, 0.95]))
    told = {value.economy for value in values["price_ratio_tier_mid"]}
    assert {"USA", "CHN"} <= told
    shares = sum(value.value for value in values["price_front_share"])
    assert shares == pytest.approx(1.0, abs=0.06)  # medians of shares that add up to one


def test_ratios_of_a_pair_turn_round_with_it(shipped: Facts) -> None:
    there = history.ratios(shipped, shipped.date, "USA", "CHN")
    back = history.ratios(shipped, shipped.date, "CHN", "USA")
    assert [(r.tier, r.kind) for r in there] == [(r.tier, r.kind) for r in back]
    for one, other in zip(there, back, strict=True):
        assert (one.value, one.low) == pytest.approx((1.0 / other.value, 1.0 / other.high), rel=0.02)
    assert history.ratios(shipped, shipped.date, "USA", "JPN") == []


def test_the_curve_never_falls_with_capability(now: market.Market) -> None:
    for economy in ("USA", "CHN"):
        own = [step for step in history.steps(now) if step.economy == economy]
        prices = [step.price for step in own]  # from the frontier down
        assert len(own) > 20
        assert prices == sorted(prices, reverse=True)


def rows_of(facts: Facts) -> list[dict[str, Any]]:
    return LAYER.fit(facts).records()


def test_the_same_facts_give_the_same_values_and_earlier_ones_look_at_nothing_later(shipped: Facts) -> None:
    on = date(2026, 4, 30)
    early = rows_of(shipped.as_of(on))
    assert all(row["date"] <= on.isoformat() for row in early)
    assert early == rows_of(shipped.as_of(on))
    # rows of later prices change nothing, even where the table still holds them
    whole = shipped.as_of(on)
    whole._read["prices"] = shipped.table("prices")
    offered = [row for row in rows_of(whole) if row["file"] == "prices.csv"]
    assert offered == [row for row in early if row["file"] == "prices.csv"]
