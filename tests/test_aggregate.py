"""The ways to bring children together, with their sums written out."""

from __future__ import annotations

import math
from itertools import pairwise
from statistics import fmean, geometric_mean, harmonic_mean, pvariance
from typing import Any, Final

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from layers.normalise import METHODS as NORMALISE
from layers.unfit import Unfit
from scoring.index.aggregate import METHODS, outranking

NEEDED: Final[dict[str, dict[str, Any]]] = {"power": {"p": 2.0}}
MEANS: Final = ("arithmetic", "geometric", "harmonic", "power", "minimum", "median")

positive = st.lists(st.floats(0.1, 100), min_size=1, max_size=8)


def one(method: str, values: list[float], shares: list[float] | None = None, **told: object) -> float:
    """Bring the scores of one unit together under one parent."""
    x = np.array(values)[None, :, None]
    weights = (np.ones(len(values)) if shares is None else np.array(shares))[:, None]
    return float(METHODS[method](x, weights, np.array([0]), **{**NEEDED.get(method, {}), **told})[0, 0, 0])


def test_means_by_hand() -> None:
    values, shares = [2.0, 8.0, 4.0], [1.0, 2.0, 1.0]
    assert one("arithmetic", values, shares) == pytest.approx((2 + 16 + 4) / 4)
    assert one("geometric", values, shares) == pytest.approx((2 * 8 * 8 * 4) ** (1 / 4))
    assert one("harmonic", values, shares) == pytest.approx(4 / (1 / 2 + 2 / 8 + 1 / 4))
    assert one("power", values, shares, p=3) == pytest.approx(((8 + 2 * 512 + 64) / 4) ** (1 / 3))
    assert one("power", values, shares, p=0) == pytest.approx(one("geometric", values, shares))
    assert one("minimum", values, shares) == 2
    assert one("minimum", values, [0.0, 1.0, 1.0]) == 4
    assert one("median", values) == 4
    assert one("median", [2.0, 8.0, 4.0, 6.0]) == 5
    assert one("median", values, shares) == 6
    assert one("median", values, [1.0, 3.0, 1.0]) == 8


@given(positive)
def test_means_are_those_of_the_standard_library(values: list[float]) -> None:
    assert one("arithmetic", values) == pytest.approx(fmean(values))
    assert one("geometric", values) == pytest.approx(geometric_mean(values))
    assert one("harmonic", values) == pytest.approx(harmonic_mean(values))
    assert one("power", values, p=1) == pytest.approx(fmean(values))
    assert one("power", values, p=-1) == pytest.approx(harmonic_mean(values))


def test_the_flat_case_is_the_weighted_sum_of_other_libraries() -> None:
    """Five units, of one criterion less is better: what both libraries print.

    scikit-criteria 0.10 by NegateMinimize, MinMaxScaler and WeightedSumModel; pymcdm 1.4.0 by WSM with its
    minmax_normalization.
    """
    criteria = [[250, 200, 300, 275, 225], [16, 16, 32, 32, 16], [12, 8, 16, 8, 16], [5, 3, 4, 4, 2]]
    weights, direction = np.array([0.25, 0.25, 0.3, 0.2]), np.array([-1, 1, 1, 1])
    x = np.array(criteria, dtype=np.float64)[None]
    scores = NORMALISE["minmax"](x, direction, np.ones(5, dtype=bool), upper=1)
    found = METHODS["arithmetic"](scores, weights[:, None], np.array([0]))[0, 0]
    both = [0.47500000000000003, 0.31666666666666665, 0.6833333333333333]
    scikit_criteria = [*both, 0.44583333333333336, 0.4875]
    pymcdm = [*both, 0.4458333333333333, 0.4875]
    assert found == pytest.approx(scikit_criteria, rel=1e-15)
    assert found == pytest.approx(pymcdm, rel=1e-15)


@given(positive)
def test_imbalance_costs_what_the_means_say(values: list[float]) -> None:
    ladder = [one(name, values) for name in ("minimum", "harmonic", "geometric", "arithmetic", "power")]
    assert all(low <= high * (1 + 1e-9) for low, high in pairwise(ladder))


def test_powers_above_zero_take_zeros() -> None:
    assert one("power", [0.0, 4.0], p=2) == pytest.approx((16 / 2) ** 0.5)
    with pytest.raises(Unfit, match="power needs scores of 0 or more"):
        one("power", [-1.0, 4.0], p=2)
    with pytest.raises(ValueError, match="p of power must be a number"):
        one("power", [1.0, 4.0], p=math.nan)


def test_mazziotta_pareto_by_hand() -> None:
    values = [90.0, 100.0, 125.0]
    penalty = pvariance(values) / fmean(values)
    assert one("mazziotta_pareto", values) == pytest.approx(fmean(values) - penalty)
    assert one("mazziotta_pareto", values, sign=1) == pytest.approx(fmean(values) + penalty)
    weighted = [90.0, 100.0, 100.0, 125.0]
    expected = fmean(weighted) - pvariance(weighted) / fmean(weighted)
    assert one("mazziotta_pareto", values, [1.0, 2.0, 1.0]) == pytest.approx(expected)
    assert one("mazziotta_pareto", [100.0, 100.0]) == 100
    with pytest.raises(Unfit, match="a mean above 0"):
        one("mazziotta_pareto", [-5.0, 1.0])


def test_copeland_counts_victories_by_hand() -> None:
    # a beats b on 0.6 of the weight, b beats c on all, a and c are level on a half
    x = np.array([[[3.0, 2.0, 1.0], [3.0, 2.0, 1.0], [1.0, 2.0, 1.5]]])
    weights = np.array([0.3, 0.2, 0.5])[:, None]
    share = outranking(x, weights)[0]
    assert share == pytest.approx(np.array([[0, 0.5, 0.5], [0.5, 0, 1.0], [0.5, 0, 0]]))
    assert METHODS["copeland"](x, weights, np.array([0]))[0, 0].tolist() == [0, 1, -1]
    assert METHODS["copeland"](x, np.array([[0.4], [0.2], [0.4]]), np.array([0]))[0, 0].tolist() == [2, 0, -2]


def test_benefit_of_the_doubt_by_hand() -> None:
    # two best units, and one that reaches 40 and 50 of their 100s; a child of weight 0 does not show anybody
    x = np.array([[[100.0, 20.0, 40.0], [10.0, 100.0, 50.0], [0.0, 0.0, 99.0]]])
    found = METHODS["benefit_of_doubt"](x, np.array([[1.0], [1.0], [0.0]]), np.array([0]))[0, 0]
    third = 100 * (40 * 90 + 50 * 80) / (100 * 100 - 20 * 10)
    assert found == pytest.approx([100, 100, third])
    assert METHODS["benefit_of_doubt"](x, np.ones((3, 1)), np.array([0]))[0, 0, 2] == pytest.approx(100)
    with pytest.raises(Unfit, match="scores of 0 or more") as refused:
        METHODS["benefit_of_doubt"](np.array([[[1.0, 2.0], [3.0, -4.0]]]), np.ones((2, 1)), np.array([0, 1]))
    assert refused.value.cells == ((1, 1),)


def test_sums_of_weights_that_are_a_half_on_paper_are_a_draw() -> None:
    x = np.array([[[2.0, 1.0]] * 6 + [[1.0, 2.0]] * 6])
    weights = np.full((12, 1), 0.1 + 1e-17)
    assert METHODS["copeland"](x, weights, np.array([0]))[0, 0].tolist() == [0, 0]


def test_outranking_shares_weight_over_what_both_have() -> None:
    x = np.array([[[2.0, 1.0, np.nan], [1.0, 2.0, 3.0], [np.nan, np.nan, 5.0]]])
    share = outranking(x, np.array([0.5, 0.3, 0.2])[:, None])[0]
    assert share == pytest.approx(np.array([[0, 0.625, 0], [0.375, 0, 0], [1.0, 1.0, 0]]), nan_ok=True)
    alone = np.array([[[1.0, np.nan], [np.nan, 1.0]]])
    assert np.isnan(outranking(alone, np.ones((2, 1)))[0, 0, 1])
    assert METHODS["copeland"](alone, np.ones((2, 1)), np.array([0]))[0, 0].tolist() == [0, 0]


def test_blocs_are_compared_but_are_nobodys_opponent() -> None:
    x = np.array([[[1.0, 2.0, 9.0]]])
    counted = np.array([True, True, False])
    found = METHODS["copeland"](x, np.ones((1, 1)), np.array([0]), reference=counted)[0, 0]
    assert found.tolist() == [-1, 1, 2]


@pytest.mark.parametrize("method", METHODS)
def test_missing_children_pass_their_weight_on(method: str) -> None:
    x = np.array([[[3.0, 4.0], [5.0, np.nan], [7.0, 8.0]]])
    weights, told = np.array([1.0, 1.0, 2.0])[:, None], NEEDED.get(method, {})
    whole = METHODS[method](x, weights, np.array([0]), **told)[0, 0]
    part = METHODS[method](x[:, [0, 2]], weights[[0, 2]], np.array([0]), **told)[0, 0]
    if method not in {"copeland", "benefit_of_doubt"}:
        assert whole[1] == pytest.approx(part[1])
    enough = METHODS[method](x, weights, np.array([0]), threshold=0.7, **told)[0, 0]
    assert np.isnan(enough).tolist() == [False, True]
    none = METHODS[method](np.full((1, 2, 1), np.nan), np.ones((2, 1)), np.array([0]), **told)
    assert np.isnan(none).all()


@pytest.mark.parametrize("method", ["geometric", "harmonic", "power"])
def test_the_cell_that_is_not_positive_is_named(method: str) -> None:
    x = np.array([[[3.0, 4.0], [5.0, 0.0]]])
    told = {"p": -2.0} if method == "power" else {}
    with pytest.raises(Unfit, match="row 1 column 1") as refused:
        METHODS[method](x, np.ones((2, 1)), np.array([0]), **told)
    assert refused.value.cells == ((1, 1),)
    lifted = METHODS[method](x, np.ones((2, 1)), np.array([0]), lowest=4.0, **told)[0, 0, 1]
    assert lifted == pytest.approx(4)


@pytest.mark.parametrize("method", MEANS)
@given(positive, st.integers(0, 100))
def test_a_mean_lies_between_and_grows_with_its_children(method: str, values: list[float], seed: int) -> None:
    rng = np.random.default_rng(seed)
    shares = rng.uniform(0.1, 1, size=len(values)).tolist()
    found = one(method, values, shares)
    assert min(values) * (1 - 1e-9) <= found <= max(values) * (1 + 1e-9)
    better = [value + rng.uniform(0, 5) for value in values]
    assert one(method, better, shares) >= found * (1 - 1e-9)
    order = rng.permutation(len(values))
    mixed = one(method, [values[k] for k in order], [shares[k] for k in order])
    assert mixed == pytest.approx(found)
    assert one(method, values, [7 * share for share in shares]) == pytest.approx(found)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("seed", range(4))
def test_a_batch_and_a_level_are_the_same_as_one_after_the_other(method: str, seed: int) -> None:
    rng = np.random.default_rng(seed)
    x = rng.uniform(1, 100, size=(3, 7, 5))
    x[rng.random(x.shape) < 0.1] = np.nan
    weights, starts, told = rng.uniform(size=(3, 7, 1)), np.array([0, 3, 5]), NEEDED.get(method, {})
    together = METHODS[method](x, weights, starts, **told)
    for b in range(3):
        for parent, (start, end) in enumerate(((0, 3), (3, 5), (5, 7))):
            part = x[b : b + 1, start:end], weights[b : b + 1, start:end], np.array([0])
            alone = METHODS[method](*part, **told)[0, 0]
            assert together[b, parent] == pytest.approx(alone, rel=1e-12, nan_ok=True)


def test_logarithms_of_a_geometric_mean_are_exact_for_equal_children() -> None:
    assert one("geometric", [37.0] * 5) == pytest.approx(37.0, rel=1e-15 * math.e)
