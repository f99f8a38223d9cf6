"""The ways to put values on 0 to 100, with their figures written out."""

from __future__ import annotations

import math
from statistics import NormalDist, mean, stdev

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from layers.grid import transformed
from layers.normalise import METHODS

Floats = NDArray[np.float64]

finite = st.floats(-1e6, 1e6)
several = st.lists(finite, min_size=3, max_size=12)


def scored(
    method: str,
    values: list[float],
    posts: tuple[float, float] = (0.0, 10.0),
    counted: list[bool] | None = None,
) -> Floats:
    """Normalise one indicator of one draw."""
    x = np.array(values, dtype=np.float64)[None, None]
    reference = np.array(counted if counted is not None else [True] * len(values))
    worst, best = (np.array([post]) for post in posts)
    return np.asarray(METHODS[method](x, worst, best, reference)[0, 0])


def test_goalposts_are_a_straight_line_cut_off_beyond_them() -> None:
    assert scored("goalposts", [-5, 0, 2.5, 10, 99]).tolist() == [0, 0, 100 * 2.5 / 10, 100, 100]
    assert scored("goalposts", [0, 2.5, 10], (10.0, 0.0)).tolist() == [100, 75, 0]


def test_minmax_is_a_straight_line_between_the_extremes() -> None:
    assert scored("minmax", [3, 7, 4]).tolist() == [0, 100, 100 * (4 - 3) / (7 - 3)]
    assert scored("minmax", [3, 7, 4], (10.0, 0.0)).tolist() == [100, 0, 100 * (7 - 4) / (7 - 3)]
    assert np.isnan(scored("minmax", [5, 5, 5])).all()


def test_zcdf_is_the_normal_share_below() -> None:
    values = [3.0, 7.0, 4.0, 10.0]
    expected = [100 * NormalDist(mean(values), stdev(values)).cdf(value) for value in values]
    assert scored("zcdf", values) == pytest.approx(expected)
    assert scored("zcdf", values, (10.0, 0.0)) == pytest.approx([100 - each for each in expected])
    assert np.isnan(scored("zcdf", [5, 5])).all()


def test_percentile_is_the_share_of_the_others_below_with_ties_halved() -> None:
    assert scored("percentile", [1, 2, 2, 9]).tolist() == [
        0,
        100 * (1 + 1 / 2) / 3,
        100 * (1 + 1 / 2) / 3,
        100 * 3 / 3,
    ]
    assert np.isnan(scored("percentile", [1.0])).all()


@pytest.mark.parametrize("method", METHODS)
def test_a_bloc_is_scored_but_sets_no_standard(method: str) -> None:
    counted = [True, True, True, False]
    alone = scored(method, [1.0, 2.0, 4.0])
    beside = scored(method, [1.0, 2.0, 4.0, 400.0], counted=counted)
    assert beside[:3] == pytest.approx(alone)
    assert beside[3] == pytest.approx(100.0, abs=0.1)


@pytest.mark.parametrize("method", METHODS)
def test_what_is_missing_stays_missing_and_counts_for_nothing(method: str) -> None:
    assert scored(method, [1.0, math.nan, 2.0, 4.0])[[0, 2, 3]] == pytest.approx(
        scored(method, [1.0, 2.0, 4.0])
    )
    assert np.isnan(scored(method, [1.0, math.nan, 2.0, 4.0])[1])


@pytest.mark.parametrize("method", METHODS)
@given(several)
def test_a_better_value_never_scores_less(method: str, values: list[float]) -> None:
    found = scored(method, values)
    order = np.argsort(values, kind="stable")
    known = found[order][np.isfinite(found[order])]
    assert (np.diff(known) >= -1e-9).all()
    assert ((known >= 0) & (known <= 100)).all()


@pytest.mark.parametrize("method", METHODS)
@given(several, st.randoms(use_true_random=False))
def test_the_order_of_the_units_does_not_matter(method: str, values: list[float], random: object) -> None:
    order = list(range(len(values)))
    random.shuffle(order)  # type: ignore[attr-defined]
    assert scored(method, [values[k] for k in order]) == pytest.approx(
        scored(method, values)[order], nan_ok=True, abs=1e-6
    )


@pytest.mark.parametrize("method", METHODS)
@given(st.lists(st.integers(-1000, 1000), min_size=3, max_size=12), st.sampled_from([0.25, 4.0, 1024.0]))
def test_the_unit_does_not_matter_where_the_goalposts_move_with_it(
    method: str, values: list[int], factor: float
) -> None:
    there = scored(method, [float(value) for value in values], (-10.0, 90.0))
    moved = scored(method, [value * factor for value in values], (-10.0 * factor, 90.0 * factor))
    assert moved == pytest.approx(there, nan_ok=True, abs=1e-9)


@pytest.mark.parametrize("method", METHODS)
def test_a_batch_is_the_same_as_one_after_the_other(method: str) -> None:
    x = np.random.default_rng(3).normal(size=(5, 4, 9))
    x[:, 1, 2] = np.nan
    worst, best, counted = np.full(4, -1.0), np.array([1.0, 1.0, -2.0, 1.0]), np.arange(9) < 7
    together = METHODS[method](x, worst, best, counted)
    apart = [METHODS[method](each[None], worst, best, counted)[0] for each in x]
    assert np.array_equal(together, np.stack(apart), equal_nan=True)


def test_transforms() -> None:
    x = np.array([1.0, math.e, 0.0, -2.0, math.nan])
    assert transformed(x, "none") is x
    assert transformed(x, "log", 0.5) == pytest.approx(
        [0, 1, math.log(0.5), math.log(0.5), math.nan], nan_ok=True
    )
    assert transformed(x, "log1p") == pytest.approx(
        [math.log(2), math.log(1 + math.e), 0, 0, math.nan], nan_ok=True
    )
