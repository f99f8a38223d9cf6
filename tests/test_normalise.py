"""The ways to put values on one scale, with their figures written out."""

from __future__ import annotations

import math
from statistics import NormalDist, mean, pstdev, stdev
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from layers.grid import transformed
from layers.normalise import FEWEST, METHODS, constant
from layers.unfit import Unfit

if TYPE_CHECKING:
    from random import Random

Floats = NDArray[np.float64]

finite = st.floats(-1e6, 1e6)
several = st.lists(finite, min_size=3, max_size=12)

NEEDED: Final[dict[str, dict[str, Any]]] = {
    "goalposts": {"worst": 0.0, "best": 10.0},
    "distance_to_reference": {"unit": 0, "cut": True},
    "distance_to_target": {"target": 2.0, "cut": True},
}
"""What a method must be told; the others have a default for everything."""

BOUNDED: Final = ("goalposts", "minmax", "zcdf", "percentile", "distance_to_maximum", "classes")
UNIT_FREE: Final = (*BOUNDED[1:], "zscore", "rank", "borda", "distance_to_reference")
"""Methods whose scores do not change when all values are multiplied or shifted."""


def scored(
    method: str,
    values: list[float],
    direction: int = 1,
    counted: list[bool] | None = None,
    **parameters: object,
) -> Floats:
    """Normalise one indicator of one draw."""
    x = np.array(values, dtype=np.float64)[None, None]
    reference = np.array(counted if counted is not None else [True] * len(values))
    told = {**NEEDED.get(method, {}), **parameters}
    return np.asarray(METHODS[method](x, np.array([direction]), reference, **told)[0, 0])


def test_goalposts_are_a_straight_line_cut_off_beyond_them() -> None:
    assert scored("goalposts", [-5, 0, 2.5, 10, 99]).tolist() == [0, 0, 100 * 2.5 / 10, 100, 100]
    assert scored("goalposts", [0, 2.5, 10], worst=10.0, best=0.0).tolist() == [100, 75, 0]
    assert scored("goalposts", [-5, 2.5], cut=False, scale=1).tolist() == [-0.5, 0.25]


def test_minmax_is_a_straight_line_between_the_extremes() -> None:
    assert scored("minmax", [3, 7, 4]).tolist() == [0, 100, 100 * (4 - 3) / (7 - 3)]
    assert scored("minmax", [3, 7, 4], -1).tolist() == [100, 0, 100 * (7 - 4) / (7 - 3)]
    assert scored("minmax", [3, 7, 4], lower=70, upper=130).tolist() == [70, 130, 70 + 60 * (4 - 3) / (7 - 3)]
    assert np.isnan(scored("minmax", [5, 5, 5])).all()


def test_zscore_is_in_standard_deviations() -> None:
    values = [3.0, 7.0, 4.0, 10.0]
    by_hand = [(value - mean(values)) / stdev(values) for value in values]
    assert scored("zscore", values) == pytest.approx(by_hand)
    assert scored("zscore", values, -1, mean=10, sd=2) == pytest.approx([10 - 2 * each for each in by_hand])
    by_hand = [100 + 10 * (value - mean(values)) / pstdev(values) for value in values]
    assert scored("zscore", values, mean=100, sd=10, ddof=0) == pytest.approx(by_hand)


def test_zcdf_is_the_normal_share_below() -> None:
    values = [3.0, 7.0, 4.0, 10.0]
    expected = [100 * NormalDist(mean(values), stdev(values)).cdf(value) for value in values]
    assert scored("zcdf", values) == pytest.approx(expected)
    assert scored("zcdf", values, -1) == pytest.approx([100 - each for each in expected])
    assert np.isnan(scored("zcdf", [5, 5])).all()


def test_ranks_count_from_the_worst_and_ties_share_the_lower() -> None:
    assert scored("rank", [9, 2, 2, math.nan, 1]).tolist()[:3] == [4, 2, 2]
    assert scored("rank", [9, 2, 2, 1], -1).tolist() == [1, 2, 2, 4]
    assert scored("borda", [9, 2, 2, 1]).tolist() == [3, 1, 1, 0]


def test_percentile_is_the_share_of_the_others_below_with_ties_halved() -> None:
    assert scored("percentile", [1, 2, 2, 9]).tolist() == [
        0,
        100 * (1 + 1 / 2) / 3,
        100 * (1 + 1 / 2) / 3,
        100 * 3 / 3,
    ]
    assert scored("percentile", [1, 2, 2, 9], ties="low", scale=1).tolist() == [0, 1 / 3, 1 / 3, 1]
    assert np.isnan(scored("percentile", [1.0])).all()


def test_scaled_shifts_and_stretches() -> None:
    assert scored("scaled", [20, 130]).tolist() == [20, 130]
    assert scored("scaled", [20, 130], lower=10, upper=60).tolist() == [100 * 10 / 50, 100 * 120 / 50]


def test_distances_are_shares_of_the_way() -> None:
    assert scored("distance_to_maximum", [2, 6, 10], scale=1).tolist() == [0, 1 - (10 - 6) / (10 - 2), 1]
    share = [0, 1, (10 - 2) / (6 - 2)]
    assert scored("distance_to_reference", [2, 6, 10], unit=1, cut=False, scale=1).tolist() == share
    assert scored("distance_to_reference", [2, 6, 10], unit=1, scale=1).tolist() == [0, 1, 1]
    assert scored("distance_to_target", [2, 6, 10], target=12.0, scale=1).tolist() == [0, 0.4, 0.8]
    assert scored("distance_to_target", [2, 6, 10], -1, target=6.0, scale=1).tolist() == [1, 1, 0]


def test_no_way_to_measure_is_missing_or_reached_by_all() -> None:
    assert np.isnan(scored("distance_to_reference", [2, 6, 10], unit=0, cut=False)).all()
    assert scored("distance_to_reference", [2, 6, math.nan], unit=0).tolist()[:2] == [100, 100]


def test_a_fraction_of_the_largest_and_what_is_left_of_it() -> None:
    assert scored("fraction_of_maximum", [2, 5, 10]).tolist() == [20, 50, 100]
    assert scored("fraction_of_maximum", [0, 5, 10], -1).tolist() == [100, 50, 0]
    with pytest.raises(Unfit, match="highest value above 0") as refused:
        scored("fraction_of_maximum", [-1, -2, 0])
    assert refused.value.cells == ((0, -1),)


def test_classes_hold_equal_shares_of_the_units() -> None:
    ten = [float(value) for value in range(10)]
    assert scored("classes", ten).tolist() == [0, 0, 25, 25, 50, 50, 75, 75, 100, 100]
    assert scored("classes", [1, 1, 1, 2], count=4, scale=3).tolist() == [0, 0, 0, 3]
    assert scored("classes", [*ten, 99], counted=[True] * 10 + [False])[-1] == 100
    with pytest.raises(ValueError, match="2 or more"):
        scored("classes", ten, count=1)


@pytest.mark.parametrize(
    ("method", "told", "message"),
    [
        ("minmax", {"lower": 5, "upper": 5}, "upper of minmax must be above lower, 5, found 5"),
        ("zscore", {"sd": 0}, "sd of zscore must be above 0, found 0"),
        ("scaled", {"lower": 100}, "upper of scaled must be above lower"),
        ("goalposts", {"worst": 1.0, "best": 1.0}, "best of goalposts must be apart from worst"),
        ("percentile", {"ties": "high"}, "ties of percentile must be half or low, found high"),
        ("classes", {"count": 2.5}, "count of classes must be a whole number"),
    ],
)
def test_parameters_that_make_no_sense_are_refused(
    method: str, told: dict[str, object], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        METHODS[method](np.ones((1, 1, 3)), np.ones(1), np.ones(3, dtype=bool), **told)


def test_parameters_may_differ_by_indicator_and_draw() -> None:
    x = np.broadcast_to(np.array([2.0, 6.0, 10.0]), (2, 3, 3))
    everyone, up = np.ones(3, dtype=bool), np.ones(3)
    by_indicator = METHODS["minmax"](x, up, everyone, lower=np.array([0.0, 1.0, 2.0]))
    assert by_indicator[1, :, 0].tolist() == [0, 1, 2]
    by_draw = METHODS["minmax"](x, up, everyone, upper=np.array([[10.0], [20.0]]))
    assert by_draw[:, 2, 2].tolist() == [10, 20]
    by_both = METHODS["zscore"](x, up, everyone, mean=np.arange(6.0).reshape(2, 3))
    assert by_both[:, :, 1].tolist() == [[0, 1, 2], [3, 4, 5]]


def test_indicators_that_do_not_differ_are_named() -> None:
    x = np.array([[[1.0, 1.0, 5.0], [1.0, 2.0, 5.0], [math.nan, math.nan, 5.0]]])
    assert constant(x, np.array([True, True, False])).tolist() == [[True, False, True]]
    assert set(FEWEST) == set(METHODS)


@pytest.mark.parametrize("method", ["minmax", "zscore", "zcdf", "distance_to_maximum"])
@given(st.integers(2, 60), finite)
def test_units_that_do_not_differ_are_missing_however_their_mean_rounds(
    method: str, units: int, value: float
) -> None:
    assert np.isnan(scored(method, [value] * units)).all()


@pytest.mark.parametrize("method", BOUNDED)
def test_a_bloc_is_scored_but_sets_no_standard(method: str) -> None:
    if method == "distance_to_maximum":
        assert scored(method, [1, 2, 4, 7], counted=[True] * 3 + [False])[3] == pytest.approx(200)
        return
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


@pytest.mark.parametrize("direction", [1, -1])
@pytest.mark.parametrize("method", METHODS)
@given(several)
def test_a_better_value_never_scores_less(method: str, direction: int, values: list[float]) -> None:
    if method == "fraction_of_maximum" and max(values) <= 0:
        values = [*values, 1.0]
    if method == "goalposts" and direction < 0:
        found = scored(method, values, worst=10.0, best=0.0)
    else:
        found = scored(method, values, direction)
    order = np.argsort(direction * np.array(values), kind="stable")
    known = found[order][np.isfinite(found[order])]
    # a share of a range that rounding leaves nothing of is exact to that range only
    slack = 1e-9 * np.abs(known).max(initial=1.0)
    assert (np.diff(known) >= -slack).all()
    if method in BOUNDED:
        assert ((known >= 0) & (known <= 100)).all()


@pytest.mark.parametrize("method", sorted(set(METHODS) - {"distance_to_reference"}))
@given(several, st.randoms(use_true_random=False))
def test_the_order_of_the_units_does_not_matter(method: str, values: list[float], random: Random) -> None:
    if method == "fraction_of_maximum" and max(values) <= 0:
        values = [*values, 1.0]
    order = list(range(len(values)))
    random.shuffle(order)
    there = scored(method, values)[order]
    assert scored(method, [values[k] for k in order]) == pytest.approx(there, nan_ok=True, abs=1e-6)


@pytest.mark.parametrize("method", UNIT_FREE)
@given(
    st.lists(st.integers(-1000, 1000), min_size=3, max_size=12),
    st.sampled_from([0.25, 4.0, 1024.0]),
    st.sampled_from([-512.0, 0.0, 64.0]),
)
def test_the_unit_does_not_matter(method: str, values: list[int], factor: float, shift: float) -> None:
    there = scored(method, [float(value) for value in values])
    moved = scored(method, [value * factor + shift for value in values])
    assert moved == pytest.approx(there, nan_ok=True, abs=1e-9)


@given(st.lists(st.integers(-1000, 1000), min_size=3, max_size=12), st.sampled_from([0.25, 4.0, 1024.0]))
def test_the_unit_does_not_matter_where_the_goalposts_move_with_it(values: list[int], factor: float) -> None:
    there = scored("goalposts", [float(value) for value in values], worst=-10.0, best=90.0)
    moved = [value * factor for value in values]
    found = scored("goalposts", moved, worst=-10.0 * factor, best=90.0 * factor)
    assert found == pytest.approx(there, nan_ok=True, abs=1e-9)


@pytest.mark.parametrize("method", METHODS)
def test_a_batch_is_the_same_as_one_after_the_other(method: str) -> None:
    x = np.random.default_rng(3).lognormal(size=(5, 4, 9))
    x[:, 1, 2] = np.nan
    direction, counted = np.array([1, 1, -1, 1]), np.arange(9) < 7
    told = NEEDED.get(method, {})
    together = METHODS[method](x, direction, counted, **told)
    apart = [METHODS[method](each[None], direction, counted, **told)[0] for each in x]
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
