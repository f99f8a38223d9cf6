"""The trend baseline: written-out sums, properties, and the judgement on the shipped data."""

from __future__ import annotations

import dataclasses
from datetime import date
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from small import facts, indicator, row

from indicators.facts import Facts, load
from indicators.fault import DataError
from indicators.interval import Z95
from indicators.schema import PROJECTED, SCORED_STATUSES, STATUSES
from layers import trend_evaluation as judged
from layers.projected import moment, panel, project, series, with_projected
from layers.trend import BELIEF, GRID, METHODS, Panel, damped, hold, random_walk
from scoring.index.engine import plan, run
from scoring.index.recipe import read_recipe

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from layers.trend import Ahead, Floats

YEARS = np.arange(6, dtype=np.float64)


@pytest.fixture(scope="module")
def shipped() -> Facts:
    """Give the shipped facts."""
    return load()


@pytest.fixture(scope="module")
def tried(shipped: Facts) -> judged.Tried:
    """Give every forecast that the shipped data allow."""
    return judged.tried(shipped)


def one(values: list[float]) -> Panel:
    """Lay out one yearly series."""
    size = len(values)
    return Panel(np.zeros(1, dtype=np.int64), np.arange(float(size))[None], np.array(values)[None])


def test_straight_lines_go_on_but_slower_and_without_doubt() -> None:
    ahead = damped(one([1.0, 3.0, 5.0, 7.0]), np.array([2.0]))
    least = 7 + 2 * (0.5 + 0.5**2)
    assert least <= ahead.centre[0] < 7 + 2 * 2
    # The damping nearest to none fits a line best: 0.98, the level followed in full, the slope in half.
    assert ahead.centre[0] == pytest.approx(7 + (0.98 + 0.98**2) * slope_of_line(0.98, 0.5))


def slope_of_line(phi: float, beta: float) -> float:
    """Follow the slope of the line 1, 3, 5, 7 by the recursion, written out."""
    b = 2.0
    for _ in range(3):
        e = 2 - phi * b  # the level is followed in full, so each error is that of the slope
        b = phi * b + beta * e
    return b


def test_random_walk_with_drift_is_the_textbook_formula() -> None:
    # 0, 1, 4: drift 2 a year, changes about it -1 and 1, one degree of freedom: s^2 = (4 * 2 + 2) / 5 = 2.
    ahead = random_walk(one([0.0, 1.0, 4.0]), np.array([3.0]))
    assert ahead.centre[0] == 4 + 3 * 2
    student = 2.015048372669157 / Z95  # 95 % point of t with 5 degrees of freedom, from printed tables 2.015
    assert ahead.sd[0] == pytest.approx(np.sqrt(2 * 3 * (1 + 3 / 2)) * student)


def test_hold_is_a_random_walk_without_drift() -> None:
    # Changes 1 and 3: mean square 5, which the belief in the indicator (itself) leaves as it is.
    ahead = hold(one([0.0, 1.0, 4.0]), np.array([4.0]))
    student = 1.9431802805153022 / Z95  # t with 6 degrees of freedom
    assert BELIEF + 2 == 6
    assert ahead.centre[0] == 4
    assert ahead.sd[0] == pytest.approx(np.sqrt(5 * 4) * student)


@given(st.lists(st.floats(-50, 50), min_size=3, max_size=8), st.floats(-100, 100), st.floats(0.1, 10))
def test_methods_do_not_depend_on_origin_or_unit(values: list[float], move: float, unit: float) -> None:
    for method in METHODS.values():
        plain = method(one(values), np.array([2.5]))
        other = method(one([move + unit * each for each in values]), np.array([2.5]))
        scale = 1e-6 * (1 + unit * max(map(abs, values)) + abs(move))
        if _is_clear(values):
            assert other.centre[0] == pytest.approx(move + unit * plain.centre[0], abs=scale)
            assert other.sd[0] == pytest.approx(unit * plain.sd[0], abs=scale)


def _is_clear(values: list[float]) -> bool:
    """Say whether the choice among the grid does not hang on the last digit: changes are not all but none."""
    return bool(np.abs(np.diff(values)).max() > 0.1)


@pytest.mark.parametrize("method", METHODS.values(), ids=METHODS)
def test_doubt_grows_with_the_horizon_and_starts_at_none(
    method: Callable[[Panel, Floats], Ahead],
) -> None:
    history = one([5.0, 7.0, 6.0, 9.0, 8.0])
    sds = [float(method(history, np.array([h])).sd[0]) for h in (0.0, 0.5, 1.0, 1.5, 2.0, 4.0)]
    assert sds[0] == 0
    assert all(a < b for a, b in pairwise(sds))
    assert method(history, np.zeros(1)).centre[0] == pytest.approx(8.0, abs=1.2)  # a level may be smoothed


def test_series_of_an_indicator_share_parameters_and_order_does_not_matter() -> None:
    rng = np.random.default_rng(3)
    time = np.broadcast_to(YEARS, (5, 6)).copy()
    time[2, 4:] = np.nan
    value = np.cumsum(rng.normal(1, 1, (5, 6)), axis=1)
    value[2, 4:] = np.nan
    held = Panel(np.array([0, 0, 0, 1, 1]), time, value)
    turned = np.array([4, 2, 0, 3, 1])
    for method in METHODS.values():
        straight = method(held, np.full(5, 2.0))
        other = method(Panel(held.group[turned], time[turned], value[turned]), np.full(5, 2.0))
        assert other.centre == pytest.approx(straight.centre[turned])
        assert other.sd == pytest.approx(straight.sd[turned])
        alone = method(held.take(held.group == 0), np.full(3, 2.0))
        assert alone.centre == pytest.approx(straight.centre[:3])


def test_the_grid_is_damped() -> None:
    assert all(0 < phi < 1 for phi, _, _ in GRID)


def yearly(code: str, economy: str, values: list[float], **changes: object) -> list[dict[str, object]]:
    """Make rows of consecutive years that end in 2025."""
    first = 2026 - len(values)
    return [row(code, economy, value, str(first + k), **changes) for k, value in enumerate(values)]


def small(*rows: dict[str, Any], **changes: Any) -> Facts:  # noqa: ANN401 - any field
    """Make facts of one indicator."""
    return facts([indicator("it", **changes)], list(rows), ["AAA", "BBB"])


def test_a_series_is_of_one_instrument_and_of_scored_rows() -> None:
    rows = yearly("it", "AAA", [1.0, 2.0, 3.0], instrument="new")
    rows += [
        row("it", "AAA", 9.0, "2021", instrument="old"),
        row("it", "AAA", 9.0, "2030", status="forecast"),
    ]
    found = series(small(*rows).as_of(date(2031, 1, 1)))
    assert [[each["value"] for each in one.rows] for one in found] == [[1.0, 2.0, 3.0]]


def test_both_clocks_cut_what_is_fitted() -> None:
    held = small(*yearly("it", "AAA", [1.0, 2.0, 3.0, 4.0]))
    assert len(project(held, date(2028, 12, 31)).series) == 1
    assert [len(each.rows) for each in series(held.as_of(date(2023, 12, 31)))] == [2]
    assert project(held.as_of(date(2023, 12, 31)), date(2028, 12, 31)).series == ()


def test_zeros_end_a_series_on_the_log_scale() -> None:
    rows = yearly("it", "AAA", [5.0, 0.0, 1.0, 2.0, 4.0])
    found, laid = panel(series(small(*rows, scale="log", range=(0.0, float("inf")))))
    assert len(found) == 1
    assert np.exp(laid.value[0]) == pytest.approx([1.0, 2.0, 4.0])
    gone = small(*yearly("it", "AAA", [5.0, 2.0, 1.0, 0.0]), scale="log", range=(0.0, float("inf")))
    assert panel(series(gone))[0] == []


def test_projected_values_stay_in_the_range_of_the_unit() -> None:
    held = small(*yearly("it", "AAA", [70.0, 85.0, 99.0]), range=(0.0, 100.0))
    ahead = project(held, date(2040, 12, 31))
    assert ahead.value()[0] == 100
    assert 0 <= ahead.quantile(0.05)[0] <= ahead.quantile(0.5)[0] <= ahead.quantile(0.95)[0] <= 100
    z = np.linspace(-3, 3, 7)[:, None]
    assert ((ahead.drawn(z) >= 0) & (ahead.drawn(z) <= 100)).all()


def test_a_value_too_old_to_score_is_not_brought_back() -> None:
    held = small(*yearly("it", "AAA", [1.0, 2.0, 3.0]), max_age_years=1.0)
    assert len(project(held.as_of(date(2026, 6, 30)), date(2030, 1, 1)).series) == 1
    assert project(held.as_of(date(2027, 6, 30)), date(2030, 1, 1)).series == ()


def test_projected_rows_replace_observed_ones_and_say_so() -> None:
    held = small(*yearly("it", "AAA", [10.0, 20.0, 30.0], low=28.0, high=33.0), row("it", "BBB", 5.0, "2025"))
    ahead = with_projected(held, date(2028, 12, 31))
    by_unit = {each["economy"]: each for each in ahead.rows}
    assert by_unit["AAA"]["status"] == PROJECTED
    assert by_unit["AAA"]["date"] == "2028-12-31"
    assert by_unit["AAA"]["value"] > 30
    assert by_unit["AAA"]["high"] - by_unit["AAA"]["value"] == pytest.approx(3.0)
    assert "Projected by damped trend from 3 values of 2023 to 2025" in by_unit["AAA"]["note"]
    assert by_unit["BBB"] == held.rows[-1]
    assert ahead.date == held.date
    assert ahead.fingerprint() != held.fingerprint()
    assert with_projected(held, date(2028, 12, 31), "hold") is held


def test_no_file_may_hold_a_projected_row(tmp_path: Path, shipped: Facts) -> None:
    assert PROJECTED not in {*STATUSES, *SCORED_STATUSES}
    folder = shipped.catalogue.pairs["robot_density"]
    (tmp_path / "robot_density.toml").write_bytes(folder.toml.read_bytes())
    assert folder.csv
    text = folder.csv.read_text(encoding="utf-8").replace(",actual,", ",projected,", 1)
    (tmp_path / "robot_density.csv").write_text(text, encoding="utf-8")
    with pytest.raises(DataError, match="projected"):
        load([tmp_path])


def test_shipped_facts_score_with_projected_values_and_others_stay(shipped: Facts) -> None:
    recipe, day = read_recipe(), date(2028, 12, 31)
    now, then = plan(shipped, recipe), plan(with_projected(shipped, day), recipe)
    moved = {each.indicator.code for each in project(shipped, day).series}
    changed = (run(now).indicators[0] != run(then).indicators[0]) & np.isfinite(run(now).indicators[0])
    assert {code for code, row_ in zip(now.grid.codes, changed, strict=True) if row_.any()} <= moved
    assert (np.isfinite(run(now).indicators[0]) == np.isfinite(run(then).indicators[0])).all()
    j = now.grid.codes.index("github_developers")
    i = now.grid.units.index("IND")
    assert then.grid.value[j, i] > now.grid.value[j, i]
    assert then.grid.above[j, i] > now.grid.above[j, i]


def test_interval_score_written_out() -> None:
    low, high = np.array([0.0, 0.0, 0.0]), np.array([10.0, 10.0, 10.0])
    found = judged.interval_score(low, high, np.array([5.0, 12.0, -1.0]))
    assert found == pytest.approx([10, 10 + 20 * 2, 10 + 20 * 1])


def test_nothing_later_is_seen(shipped: Facts, tried: judged.Tried) -> None:
    """Forecasts of an early origin are the same when later rows have other values."""
    early = moment(date(2022, 12, 31))
    later = [
        {**each, "value": each["value"] * (1.5 if each["period_end"] > date(2022, 12, 31) else 1.0)}
        for each in shipped.rows
        if each["code"] == "github_developers"
    ]
    other = judged.tried(dataclasses.replace(shipped, rows=tuple(later)))
    before = tried.take((tried.indicator == "github_developers") & (tried.origin <= early))
    after = other.take(other.origin <= early)
    assert len(before.horizon) == len(after.horizon) > 0
    assert not np.allclose(before.score, after.score)  # the targets moved
    laid = panel(series(dataclasses.replace(shipped, rows=tuple(later))))[1].until(early)
    plain = panel([each for each in series(shipped) if each.indicator.code == "github_developers"])[1]
    assert np.array_equal(laid.value, plain.until(early).value, equal_nan=True)


def test_at_least_two_hundred_series_origins(tried: judged.Tried) -> None:
    assert tried.origins() >= 200
    assert np.isfinite(tried.score).all()


def test_the_kept_judgement_is_that_of_the_shipped_data(tried: judged.Tried, root: Path) -> None:
    kept = judged.KEPT.read_text(encoding="utf-8")
    assert kept == judged.written(judged.standings(tried)), "rows changed: make evaluate-trend"
    document = root / "docs" / "trend.md"
    if document.is_file():
        assert f"**{judged.default_baseline()} is the default**" in document.read_text(encoding="utf-8")


def standing(years: int, *lows: float) -> judged.Standing:
    """Make a standing whose savings have these lower ends."""
    found = tuple(judged.Better("rival", 0.1, (low, 0.3), (0.05, 0.3)) for low in lows)
    return judged.Standing(years, 100, {}, {}, found)


@pytest.mark.parametrize(
    ("found", "default"),
    [
        ([standing(1, 0.01, 0.02), standing(2, 0.01, 0.02)], "trend"),
        ([standing(1, 0.01, 0.02), standing(2, 0.01, -0.02), standing(0, 0.1, 0.1)], "hold"),
        ([standing(0, 0.1, 0.1)], "hold"),
    ],
)
def test_the_rule(found: list[judged.Standing], default: str) -> None:
    assert judged.default(found) == default


def test_the_bootstrap_finds_a_better_method_and_no_difference() -> None:
    rng = np.random.default_rng(5)
    n = 400
    score = rng.gamma(2, 1, (3, n))
    codes = np.array([f"i{k % 10}" for k in range(n)])
    places = np.array([f"e{k % 23}" for k in range(n)])
    covered = np.ones((3, n), dtype=bool)
    plain = judged.Tried(np.ones(n, dtype=np.int64), codes, places, np.arange(n) / 1.0, score, covered)
    assert not judged.better(plain, "hold").proven
    halved = dataclasses.replace(plain, score=score * np.array([0.5, 1, 1])[:, None])
    assert judged.better(halved, "hold").proven


def test_what_is_known_of_a_baseline_is_told_with_its_reach() -> None:
    found = [
        judged.Standing(1, 90, {}, {"trend": 0.9}, (judged.Better("hold", 0.1, (0.1, 0.2), (0.1, 0.2)),)),
        judged.Standing(2, 90, {}, {"trend": 0.9}, (judged.Better("hold", 0.1, (-0.1, 0.2), (0.1, 0.2)),)),
        judged.Standing(0, 180, {}, {"trend": 0.87}, ()),
    ]
    told = "90 % ranges held 87 % of past values up to 2 years ahead"
    short = "; not shown to beat both hold and a random walk at 2 years"
    assert judged.known_of("trend", 1.5, found) == told + short
    assert judged.known_of("trend", 4.0, found) == told + short + "; nothing is known beyond 2 years"
    why = "the default: a trend is not shown to beat it and a random walk at 2 years"
    assert judged.known_of("hold", 4.0, found) == why
    assert judged.known_of("trend", 1.0, [found[0], found[2]]) == told.replace("2 years", "1 year")
    assert judged.known_of("hold", 1.0, [found[0], found[2]]) == ""
