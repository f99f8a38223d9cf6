"""Statistics, correlations, consistency, ranks and trends against written-out sums and scipy."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from scoring.analysis import consistency, correlations, importance, ranks, trends
from scoring.analysis.statistics import Limits, availability, kurtosis, skewness, statistics

MANY = st.lists(st.integers(-1000, 1000), min_size=5, max_size=30).filter(lambda x: len(set(x)) > 2)


@given(MANY)
@settings(max_examples=60)
def test_moments_are_those_of_scipy(values: list[int]) -> None:
    x = np.array(values, dtype=np.float64)
    assert skewness(x) == pytest.approx(stats.skew(x, bias=False), rel=1e-9, abs=1e-9)
    assert kurtosis(x) == pytest.approx(stats.kurtosis(x, bias=False), rel=1e-9, abs=1e-9)


def test_skewness_written_out() -> None:
    # 1, 2, 6: mean 3, squares 4 + 1 + 9, cubes -8 - 1 + 27
    m2, m3 = 14 / 3, 18 / 3
    assert skewness(np.array([1.0, 2.0, 6.0, math.nan])) == pytest.approx(math.sqrt(6) / 1 * m3 / m2**1.5)


def test_a_constant_or_a_short_column_has_no_moments() -> None:
    assert math.isnan(skewness(np.array([2.0, 2.0, 2.0])))
    assert math.isnan(kurtosis(np.array([1.0, 2.0, 3.0])))


def test_statistics_count_and_flag() -> None:
    values = pd.DataFrame(
        {"mostly_zero": [0.0, 0, 0, 5, 1], "gaps": [1.0, np.nan, np.nan, 2, 3], "even": [1.0, 2, 3, 4, 5]}
    )
    found = statistics(values, Limits(availability=0.65))
    assert [found[count]["mostly_zero"] for count in ("n_nonzero", "n_same", "n_unique")] == [2, 3, 3]
    assert found.loc["mostly_zero", "flagged"] == ("many zeros", "outliers")
    assert found.loc["gaps", "flagged"] == ("low availability",)
    assert found.loc["gaps", "available"] == pytest.approx(0.6)
    assert found.loc["even", "flagged"] == ()


def test_an_outlier_needs_skew_and_kurtosis() -> None:
    values = pd.DataFrame({"wild": [1.0, 2, 3, 4, 5, 6, 7, 100]})
    assert statistics(values)["flagged"]["wild"] == ("outliers",)
    assert statistics(values, Limits(kurtosis=10))["flagged"]["wild"] == ()


def test_what_units_lack() -> None:
    found = availability(pd.DataFrame({"a": [0.0, np.nan], "b": [2.0, 3.0]}, index=["X", "Y"]))
    assert list(found.loc["X"]) == [0, 1, 1, 1.0, 0.5]
    assert list(found.loc["Y"]) == [1, 0, 1, 0.5, 1.0]


@given(st.lists(st.tuples(st.integers(-50, 50), st.integers(-50, 50)), min_size=4, max_size=25))
@settings(max_examples=60)
def test_correlations_are_those_of_scipy(points: list[tuple[int, int]]) -> None:
    x, y = (np.array(side, dtype=np.float64) for side in zip(*points, strict=True))
    if len(set(x)) < 2 or len(set(y)) < 2:
        assert math.isnan(correlations.correlation(x, y)[0])
        return
    r, n = correlations.correlation(x, y)
    expected = stats.pearsonr(x, y)
    assert r == pytest.approx(expected.statistic, abs=1e-12)
    if abs(r) < 1 - 1e-9:
        assert correlations.p_value(r, n) == pytest.approx(expected.pvalue, rel=1e-6, abs=1e-12)
    assert correlations.correlation(x, y, "spearman")[0] == pytest.approx(
        stats.spearmanr(x, y).statistic, abs=1e-12
    )


def test_interval_is_fishers() -> None:
    low, high = correlations.interval(0.5, 28)
    assert (math.atanh(low), math.atanh(high)) == pytest.approx(
        (math.atanh(0.5) - 1.6448536269514722 / 5, math.atanh(0.5) + 1.6448536269514722 / 5)
    )
    assert correlations.interval(0.9, 3) == (-1.0, 1.0)


def test_pairs_leave_out_missing_and_itself() -> None:
    values = pd.DataFrame({"a": [1.0, 2, 3, np.nan], "b": [2.0, 4, 7, 1]})
    found = correlations.pairs(values, values)
    assert found["first"].tolist() == ["a", "b"]
    assert found["n"].tolist() == [3, 3]


def test_parents_and_family() -> None:
    scores = pd.DataFrame({"a": [1.0, 2, 4], "p": [1.0, 3, 2], "top": [2.0, 1, 3]})
    parents = {"a": "p", "p": "top"}
    assert correlations.with_parents(scores, parents)[["first", "second"]].to_numpy().tolist() == [
        ["a", "p"],
        ["p", "top"],
    ]
    assert len(correlations.with_parents(scores, parents, family=True)) == 3


def test_alpha_written_out() -> None:
    # variances 1 and 4, covariance 1: 2 (1 - 5 / 7)
    values = pd.DataFrame({"a": [-1.0, 0, 1], "b": [-1.0, -1, 2]})
    variance = values.cov().to_numpy()
    assert consistency.cronbach(values) == pytest.approx(2 * (1 - np.trace(variance) / variance.sum()))
    assert math.isnan(consistency.cronbach(values[["a"]]))


def test_components_sum_to_their_number_and_rebuild_the_correlations() -> None:
    rng = np.random.default_rng(3)
    values = pd.DataFrame(rng.normal(size=(30, 4)), columns=list("abcd"))
    values["b"] += 2 * values["a"]
    found = consistency.components(values)
    assert found.eigenvalues.sum() == pytest.approx(4)
    rebuilt = found.loadings * found.eigenvalues @ found.loadings.T
    np.testing.assert_allclose(rebuilt, np.corrcoef(values.to_numpy().T), atol=1e-12)
    assert (found.loadings.sum(axis=0) >= 0).all()


def test_components_name_a_constant_column() -> None:
    with pytest.raises(ValueError, match="constant over the complete units: b"):
        consistency.components(pd.DataFrame({"a": [1.0, 2, 3], "b": [1.0, 1, 1]}))


def test_adequacy_of_two_indicators_is_one_half() -> None:
    # the partial correlation of a pair is the correlation itself
    rng = np.random.default_rng(5)
    values = pd.DataFrame(rng.normal(size=(12, 2)), columns=["a", "b"])
    found = consistency.adequacy(values)
    assert found.kmo == pytest.approx(0.5)
    r = np.corrcoef(values.to_numpy().T)[0, 1]
    assert found.chi2 == pytest.approx(-(12 - 1 - 9 / 6) * math.log(1 - r * r))
    assert found.p == pytest.approx(stats.chi2.sf(found.chi2, 1))


def test_adequacy_needs_more_units_than_indicators() -> None:
    assert math.isnan(consistency.adequacy(pd.DataFrame(np.eye(3))).kmo)


def test_ranks_share_the_better_place() -> None:
    scores = pd.DataFrame({"s": [3.0, 5, 3, np.nan, 1]}, index=list("ABCDE"))
    assert (
        ranks.ranks(scores)["s"].tolist() == [2, 1, 2, pd.NA, 4] or ranks.ranks(scores)["s"].isna().sum() == 1
    )
    within = ranks.ranks(scores, pd.Series(["x", "y", "x", "y", "x"], index=list("ABCDE")))
    assert within.loc[["A", "B", "C", "E"], "s"].tolist() == [1, 1, 1, 3]


def test_shifts_are_signed_towards_the_top() -> None:
    first = pd.Series({"A": 3.0, "B": 2.0, "C": 1.0})
    second = pd.Series({"A": 1.0, "B": 2.0, "C": 3.0})
    found = ranks.rank_shifts(first, second)
    assert found.loc["C", "shift"] == 2
    assert found.loc["A", "shift"] == -2
    assert found.index[-1] == "B"


def test_strengths_come_best_first() -> None:
    oriented = pd.DataFrame({"a": [1.0, 2, 3], "b": [3.0, 2, 1], "c": [2.0, np.nan, 9]}, index=list("XYZ"))
    best, worst = ranks.extremes(oriented, "X", 1)
    assert best.index.tolist() == ["b"]
    assert worst.index.tolist() == ["a"]
    assert best.loc["b", "share"] == 1.0


def test_no_change_is_no_growth_from_zero_too() -> None:
    t = np.array([2020.0, 2021.0, 2022.0])
    assert trends.cagr(np.array([0.0, 5.0, 0.0]), t) == 0
    assert math.isnan(trends.cagr(np.array([0.0, 5.0, 1.0]), t))


def test_growth_written_out() -> None:
    assert trends.cagr(np.array([100.0, math.nan, 121.0]), np.array([2020.0, 2021, 2022])) == pytest.approx(
        0.1
    )
    assert math.isnan(trends.cagr(np.array([1.0]), np.array([2020.0])))


@given(st.lists(st.floats(-100, 100), min_size=3, max_size=12).filter(lambda x: len(set(x)) > 1))
@settings(max_examples=40)
def test_slope_is_that_of_scipy(values: list[float]) -> None:
    t = np.arange(len(values), dtype=np.float64)
    fit = trends.slope(np.array(values), t)
    expected = stats.linregress(t, values)
    assert fit.slope == pytest.approx(expected.slope, rel=1e-8, abs=1e-9)
    half = stats.t.ppf(0.95, len(values) - 2) * expected.stderr
    assert fit.high - fit.slope == pytest.approx(half, rel=1e-6, abs=1e-7)


def test_trends_by_unit() -> None:
    panel = pd.DataFrame({"u": ["A", "A", "B"], "t": [2021, 2020, 2020], "s": [4.0, 2.0, 7.0]})
    found = trends.trends(panel, "u", "t", "s")
    assert [found[part]["A"] for part in ("first", "last", "change", "cagr", "slope")] == [2, 4, 2, 1, 2]
    assert math.isnan(found["cagr"]["B"])


def test_effective_weights_multiply_upwards() -> None:
    weights = {"a": 1.0, "b": 3.0, "c": 1.0, "p": 1.0, "q": 1.0, "top": 1.0}
    parents = {"a": "p", "b": "p", "c": "q", "p": "top", "q": "top"}
    found = importance.effective_weights(weights, parents)
    assert found == {"a": 0.125, "b": 0.375, "c": 0.5, "p": 0.5, "q": 0.5, "top": 1.0}


def test_importance_beside_weight() -> None:
    scores = pd.DataFrame({"a": [1.0, 2, 3, 4], "b": [1.0, -1, -1, 1]})
    found = importance.importance(scores, scores["a"], {"a": 0.5, "b": 0.5})
    assert found.loc["a", "importance"] == pytest.approx(1)
    assert found.loc["b", "ratio"] == pytest.approx(0)


def test_what_makes_up_for_what() -> None:
    scores, weights = {"a": 20.0, "b": 80.0}, {"a": 0.5, "b": 0.5}
    assert importance.compensability(scores, weights, 1).loc["a", "b"] == pytest.approx(1)
    assert importance.compensability(scores, weights, 0).loc["a", "b"] == pytest.approx(4)  # (1/20) / (1/80)
    clipped = importance.compensability({"a": 3.0, "b": 80.0}, weights, 0, clip=5)
    assert clipped.loc["a", "b"] == 0
