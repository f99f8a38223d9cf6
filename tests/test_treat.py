"""The ways to treat outliers, with their sums written out."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy import stats

from layers.treat import MARKS, METHODS, skew_kurtosis
from layers.unfit import Unfit

Floats = NDArray[np.float64]

several = st.lists(st.floats(-1e6, 1e6), min_size=4, max_size=15)


def treated(method: str, values: list[float], counted: list[bool] | None = None, **told: object) -> Floats:
    """Treat one indicator of one draw."""
    reference = np.array(counted if counted is not None else [True] * len(values))
    return np.asarray(METHODS[method](np.array(values)[None, None], reference, **told).values[0, 0])


def marks(method: str, values: list[float], **told: object) -> list[str]:
    found = METHODS[method](np.array(values)[None, None], np.ones(len(values), dtype=bool), **told)
    return [MARKS[each] for each in found.mark[0, 0]]


def test_skewness_and_kurtosis_by_hand() -> None:
    # 0, 0, 0, 4: mean 1, deviations -1, -1, -1, 3; sums of powers 2, 3 and 4: 12, 24, 84
    skewness = math.sqrt(4) * 24 / 12**1.5 * math.sqrt(4 * 3) / 2
    kurtosis = (5 * (4 * 84 / 12**2 - 3) + 6) * 3 / (2 * 1)
    x = np.array([[[0.0, 0.0, 0.0, 4.0, np.nan]]])
    found = skew_kurtosis(x, np.isfinite(x))
    assert [each[0, 0] for each in found] == pytest.approx([skewness, kurtosis])


@given(st.lists(st.integers(-1000, 1000), min_size=4, max_size=15, unique=True))
def test_skewness_and_kurtosis_are_those_of_spreadsheets(values: list[int]) -> None:
    x = np.array(values, dtype=np.float64)[None, None]
    skewness, kurtosis = skew_kurtosis(x, np.isfinite(x))
    assert skewness[0, 0] == pytest.approx(stats.skew(values, bias=False), rel=1e-9, abs=1e-9)
    assert kurtosis[0, 0] == pytest.approx(stats.kurtosis(values, bias=False), rel=1e-9, abs=1e-9)


@given(st.integers(4, 60), st.floats(-1e6, 1e6))
def test_values_that_do_not_differ_have_no_skewness(units: int, value: float) -> None:
    x = np.full((1, 1, units), value)
    assert np.isnan(skew_kurtosis(x, np.isfinite(x))).all()


def test_two_or_three_values_are_too_few_to_test() -> None:
    x = np.array([[[0.0, 0.0, 9.0, np.nan], [0.0, 9.0, np.nan, np.nan], [3.0, 3.0, 3.0, 3.0]]])
    skewness, kurtosis = skew_kurtosis(x, np.isfinite(x))
    assert np.isfinite(skewness).tolist() == [[True, False, False]]
    assert np.isnan(kurtosis).all()
    assert np.array_equal(METHODS["winsorise"](x, np.ones(4, dtype=bool)).values, x, equal_nan=True)


TEN = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0]


def test_the_farthest_point_takes_the_next_value() -> None:
    assert treated("winsorise", [*TEN, 100.0]).tolist() == [*TEN, 9.0]
    assert treated("winsorise", [-each for each in [*TEN, 100.0]]).tolist() == [-each for each in [*TEN, 9.0]]
    assert marks("winsorise", [*TEN, 100.0]) == [*[""] * 9, "winhi"]
    assert marks("winsorise", [*TEN, -100.0]) == [*[""] * 9, "winlo"]


def test_ties_are_pulled_in_together_and_counted() -> None:
    many = [*TEN, *TEN, *TEN]
    assert treated("winsorise", [*many, 300.0, 300.0, 200.0], most=1)[-3:].tolist() == [200, 200, 200]
    # two points stand at 300: more than the one that is allowed, so it ends there, still failing
    assert treated("winsorise", [*many, 300.0, 300.0, 200.0], most=5)[-3:].tolist() == [9, 9, 9]
    assert treated("winsorise", [*many, 300.0, 300.0, 200.0], most=0)[-3:].tolist() == [300, 300, 200]


def test_an_indicator_that_passes_stays_unless_forced() -> None:
    assert treated("winsorise", TEN).tolist() == TEN
    assert treated("winsorise", [*TEN, 10.5], force=True, most=1).tolist() == [*TEN, 9.0]


def test_forced_in_two_stages_are_those_that_fail_alone() -> None:
    assert treated("two_stage", [*TEN, 10.5], force=True, most=1).tolist() == [*TEN, 10.5]
    many = [*TEN, *TEN, *TEN, 100.0]
    assert treated("two_stage", many, most=3)[-1] == 9  # passes when one is in
    forced = treated("two_stage", many, force=True, most=5)
    assert forced.max() == 8  # four at the top by then, then all four and one more


def test_a_single_value_beside_many_equal_ones_ends_at_these() -> None:
    assert treated("winsorise", [1.0] * 9 + [5.0]).tolist() == [1.0] * 10


def test_blocs_are_cut_to_the_ends_and_never_counted() -> None:
    counted = [True] * 10 + [False] * 2
    assert treated("winsorise", [*TEN, 100.0, 500.0, -3.0], counted).tolist() == [*TEN, 9.0, 9.0, -3.0]


def test_parameters_by_indicator_and_by_draw() -> None:
    x = np.array([*TEN, *TEN, *TEN, 50.0, 100.0])
    batch = np.broadcast_to(x, (2, 2, len(x)))
    everyone = np.ones(len(x), dtype=bool)
    by_draw = METHODS["winsorise"](batch, everyone, most=np.array([[1], [2]])).values
    assert by_draw[:, :, -1].tolist() == [[50, 50], [9, 9]]
    by_indicator = METHODS["two_stage"](batch, everyone, most=np.array([1, 2]), second="none").values
    assert by_indicator[:, :, -1].tolist() == [[50, 9], [50, 9]]


def test_the_second_stage_starts_from_the_original() -> None:
    values = [*TEN, *TEN, *TEN, 300.0, 400.0]
    by_hand = [math.log(each - 1 + 0.01 * (400 - 1)) for each in values]
    assert treated("two_stage", values, most=1) == pytest.approx(by_hand)
    combined = [math.log(min(each, 300) - 1 + 0.01 * (300 - 1)) for each in values]
    assert treated("two_stage", values, most=1, from_original=False) == pytest.approx(combined)
    assert treated("two_stage", values, most=1, second="none").tolist() == [min(each, 300) for each in values]
    assert treated("two_stage", TEN, first="log_ct").tolist() == TEN
    assert marks("two_stage", values, most=1)[0] == "log_ct"


def test_logarithms_by_hand() -> None:
    e = math.e
    assert treated("log", [1.0, e]) == pytest.approx([0, 1])
    assert treated("log1p", [0.0, e - 1]) == pytest.approx([0, 1])
    assert treated("log_ct", [2.0, 5.0, 12.0]) == pytest.approx([math.log(x - 2 + 0.1) for x in (2, 5, 12)])
    assert treated("log_ct_orig", [2.0, 1.0 + e]) == pytest.approx([0, 1])
    # lowest at log 1 = 0, highest at the log of itself
    assert treated("log_gii", [2.0, 4.0, 10.0]) == pytest.approx(
        [0, math.log(9 * (4 - 2) / (10 - 2) + 1), math.log(10)]
    )


def test_the_log_towards_the_tail_keeps_the_order() -> None:
    left = [0.0, 8.0, 9.0, 10.0]
    assert treated("log_ct_plus", left) == pytest.approx([-math.log(10 + 0.1 - x) for x in left])
    assert marks("log_ct_plus", left) == ["log_ct_neg"] * 4
    right = [0.0, 1.0, 2.0, 10.0]
    assert treated("log_ct_plus", right).tolist() == treated("log_ct", right).tolist()


def test_values_that_do_not_differ_stay() -> None:
    for method in ("log_ct", "log_ct_plus", "log_ct_orig", "log_gii"):
        assert treated(method, [3.0, 3.0, 3.0]).tolist() == [3, 3, 3]


@pytest.mark.parametrize(
    ("method", "told", "values"),
    [
        ("log", {}, [1.0, 0.0, 2.0]),
        ("log", {}, [1.0, -1.0, 2.0]),
        ("log1p", {}, [1.0, -1.0, 2.0]),
        ("boxcox", {"shift": False}, [1.0, 0.0, 2.0]),
    ],
)
def test_the_cell_that_does_not_suit_is_named(method: str, told: dict[str, Any], values: list[float]) -> None:
    with pytest.raises(Unfit, match="row 0 column 1") as refused:
        treated(method, values, **told)
    assert refused.value.cells == ((0, 1),)


def test_the_gii_log_is_refused_where_it_would_turn_the_order_round() -> None:
    values = [0.1, 0.2, 0.9]
    with pytest.raises(Unfit, match="factor times the highest value above 1"):
        treated("log_gii", values)
    in_thousandths = treated("log_gii", [1000 * each for each in values])
    assert treated("log_gii", values, factor=1000) == pytest.approx(in_thousandths)


@pytest.mark.parametrize(
    ("method", "told", "message"),
    [
        ("two_stage", {"first": "wins"}, "first of two_stage must be one of winsorise, none, log,"),
        ("two_stage", {"second": "winsorise"}, "second of two_stage must be one of none, log,"),
        ("winsorise", {"most": -1}, "most of winsorising must be 0 or more, found -1"),
        ("winsorise", {"skew": math.nan}, "skew of winsorising must be a number"),
    ],
)
def test_parameters_that_make_no_sense_are_refused(method: str, told: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        treated(method, [1.0, 2.0, 3.0, 4.0], **told)


def test_a_stage_is_not_refused_for_indicators_that_it_does_not_treat() -> None:
    x = np.array([[[*TEN, 0.0], [*TEN, 5000.0]]])
    found = METHODS["two_stage"](x, np.ones(10, dtype=bool), first="log", second="none")
    assert found.values[0, 0].tolist() == [*TEN, 0.0]
    assert found.values[0, 1, -1] == pytest.approx(math.log(5000))


def test_box_cox_by_hand() -> None:
    assert treated("boxcox", [1.0, 4.0], power=0.5, shift=False) == pytest.approx([0, (2 - 1) / 0.5])
    assert treated("boxcox", [1.0, math.e], power=0, shift=False) == pytest.approx([0, 1])
    assert treated("boxcox", [5.0, 8.0], power=2) == pytest.approx([0, (4**2 - 1) / 2])


@pytest.mark.parametrize("seed", range(5))
def test_the_estimated_exponent_is_the_most_likely(seed: int) -> None:
    y = np.random.default_rng(seed).gamma(2.0, size=40) + 0.1
    expected, power = stats.boxcox(y)
    found = treated("boxcox", y.tolist(), shift=False)
    assert found == pytest.approx(expected, rel=1e-5, abs=1e-5)
    mine = treated("boxcox", [1.0, 2.0, *y.tolist()], power=power, shift=False)
    assert mine[2:] == pytest.approx(expected)


@pytest.mark.parametrize("method", ["winsorise", "two_stage", "log_ct", "log_ct_plus", "boxcox"])
@given(several)
def test_order_is_kept(method: str, values: list[float]) -> None:
    found = treated(method, values)
    ranked = found[np.argsort(values, kind="stable")]
    assert (np.diff(ranked) >= -1e-9 * max(1.0, np.abs(ranked).max())).all()


@given(several, st.randoms(use_true_random=False))
def test_the_order_of_the_units_does_not_matter(values: list[float], random: object) -> None:
    order = list(range(len(values)))
    random.shuffle(order)  # type: ignore[attr-defined]
    there = treated("winsorise", values)[order]
    again = treated("winsorise", [values[k] for k in order])
    # a test that stands on the limit may fall either way when sums are taken in another order
    assert len(np.unique(again)) <= len(np.unique(values))
    assert again == pytest.approx(there) or np.isclose(abs(skewness(values)), 2.0, atol=1e-6)


def skewness(values: list[float]) -> float:
    return float(
        skew_kurtosis(np.array(values)[None, None], np.ones((1, 1, len(values)), dtype=bool))[0][0, 0]
    )


@given(several)
def test_winsorising_stays_within_the_values(values: list[float]) -> None:
    found = treated("winsorise", values)
    assert set(found) <= set(values)
    assert min(values) <= found.min() <= found.max() <= max(values)


@pytest.mark.parametrize("method", METHODS)
def test_a_batch_is_the_same_as_one_after_the_other(method: str) -> None:
    x = np.random.default_rng(3).lognormal(1, 1.5, size=(6, 5, 30)) + 1
    x[:, 1, 2] = np.nan
    reference = np.arange(30) < 27
    together = METHODS[method](x, reference)
    for k, each in enumerate(x):
        apart = METHODS[method](each[None], reference)
        assert np.array_equal(together.values[k], apart.values[0], equal_nan=True)
        assert np.array_equal(together.mark[k], apart.mark[0])
    assert np.isnan(together.values[:, 1, 2]).all()
    assert (together.mark[:, 1, 2] == 0).all()
