"""Drawing a value from its median and its 5 and 95 % points, on every scale."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from small import CLASSES, indicator, reading

from indicators.interval import (
    IDENTITY,
    LOG,
    LOGIT,
    Z95,
    from_scale,
    to_scale,
    two_piece,
    uniform,
)
from layers.choices import Error
from layers.spread import Given, Spread, goalpost_unit, spread

Z = np.random.default_rng(7).standard_normal(40_000)
ERROR = Error(relative=CLASSES, absolute=0.02)


def drawn(found: Spread, top: float = 1.0) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Draw from what `spread` found, as the engine does."""
    centre, below, above = (np.array([part]) for part in (found.centre, found.below, found.above))
    if found.scale in {IDENTITY, LOG, LOGIT}:
        return from_scale(two_piece(centre, below, above, Z), found.scale, top)
    return uniform(centre, below, above, Z)


@given(st.floats(1e-3, 1e6))
def test_a_value_comes_back_from_every_scale(value: float) -> None:
    x = np.array([value])
    assert from_scale(to_scale(x, IDENTITY), IDENTITY) == pytest.approx(x)
    assert from_scale(to_scale(x, LOG), LOG) == pytest.approx(x)
    share = np.array([value / 1e6 * 0.99 + 0.001])
    assert from_scale(to_scale(share, LOGIT), LOGIT) == pytest.approx(share)
    assert from_scale(to_scale(100 * share, LOGIT, 100.0), LOGIT, 100.0) == pytest.approx(100 * share)


def test_the_ends_of_a_share_stay_near_the_ends() -> None:
    for top in (1.0, 100.0):
        ends = to_scale(np.array([0.0, top]), LOGIT, top)
        assert from_scale(ends, LOGIT, top) == pytest.approx([1e-6 * top, (1 - 1e-6) * top])


def test_zero_goes_through_the_logarithm_without_a_warning() -> None:
    assert from_scale(to_scale(np.array([0.0, 1.0]), LOG), LOG) == pytest.approx([0.0, 1.0])


def test_the_halves_of_a_two_piece_normal_have_their_own_width() -> None:
    z = np.array([-Z95, 0.0, Z95])
    assert two_piece(np.array(5.0), np.array(1.0), np.array(3.0), z) == pytest.approx(
        [5 - 1 * Z95, 5, 5 + 3 * Z95]
    )


def test_bounds_are_even_on_either_side_and_keep_the_median() -> None:
    x = uniform(np.array(36.0), np.array(6.0), np.array(12.0), Z)
    assert x.min() >= 30
    assert x.max() <= 48
    assert np.quantile(x, [0.25, 0.5, 0.75]) == pytest.approx([33, 36, 42], abs=0.2)


@pytest.mark.parametrize(
    ("scale", "low", "value", "high"),
    [("identity", 4.0, 10.0, 12.0), ("log", 4.0, 10.0, 30.0), ("logit", 2.0, 10.0, 40.0)],
)
def test_a_given_range_is_drawn_as_given(scale: str, low: float, value: float, high: float) -> None:
    it = indicator("it", scale=scale, range=(0.0, 100.0))
    found = spread(it, Given(value, low, high, kind="sampling"), ERROR)
    x = drawn(found, 100.0)
    # 5 % of 40,000 draws: the standard error of a share is sqrt(0.05 * 0.95 / 40000) = 0.0011
    assert (x < low).mean() == pytest.approx(0.05, abs=0.005)
    assert (x > high).mean() == pytest.approx(0.05, abs=0.005)
    assert (x < value).mean() == pytest.approx(0.5, abs=0.01)
    assert not found.assumed


def test_a_range_of_judgement_counts_as_assumed() -> None:
    assert spread(indicator("it"), Given(10.0, 4.0, 12.0, kind="judgement"), ERROR).assumed


def test_a_class_is_relative_to_the_value_and_a_part_of_the_goalpost_range() -> None:
    # official 3 % of 50, and 2 % of a goalpost range of 100
    found = spread(indicator("it"), Given(50.0, math.nan, math.nan, quality="official", unit=100.0), ERROR)
    sd = math.hypot(0.03 * 50, 0.02 * 100)
    assert (found.below, found.above) == pytest.approx((sd, sd))
    assert (found.low, found.high) == pytest.approx((50 - 1.6448536 * sd, 50 + 1.6448536 * sd))
    assert found.assumed


def test_on_the_log_scale_both_parts_of_a_class_are_relative() -> None:
    it = indicator("it", scale="log", range=(0.0, 1e9))
    found = spread(it, Given(50.0, math.nan, math.nan, quality="measured"), ERROR)
    assert found.above == pytest.approx(math.hypot(0.05, 0.02))
    assert found.high == pytest.approx(50 * math.exp(1.6448536 * math.hypot(0.05, 0.02)))


def test_a_recorded_zero_on_the_log_scale_is_exact() -> None:
    it = indicator("it", scale="log", range=(0.0, 1e9))
    found = spread(it, Given(0.0, math.nan, math.nan, unit=100.0), ERROR)
    assert found[:3] == (0.0, 0.0, 0.0)
    assert set(drawn(found)) == {0.0}


def test_age_widens_a_range_on_its_scale() -> None:
    it = indicator("it", drift_per_year=0.1)
    given_ = Given(50.0, 50 - Z95 * 3, 50 + Z95 * 3, kind="sampling", unit=20.0, age=2.0)
    assert spread(it, given_, ERROR).above == pytest.approx(math.hypot(3, 0.1 * 2 * 20))
    it = indicator("it", scale="log", range=(0.0, 1e9), drift_per_year=0.1)
    given_ = Given(
        50.0, 50 / math.exp(Z95 * 0.3), 50 * math.exp(Z95 * 0.3), kind="sampling", unit=20.0, age=2.0
    )
    assert spread(it, given_, ERROR).above == pytest.approx(math.hypot(0.3, 0.1 * 2))


def test_age_widens_bounds_by_the_same_variance() -> None:
    it = indicator("it", drift_per_year=0.1)
    found = spread(it, Given(50.0, 44.0, 56.0, kind="bounds", unit=20.0, age=2.0), ERROR)
    assert found.above == pytest.approx(math.hypot(6, math.sqrt(3) * 0.1 * 2 * 20))
    assert (found.above / math.sqrt(3)) ** 2 == pytest.approx((6 / math.sqrt(3)) ** 2 + 4.0**2)


def test_a_low_end_of_zero_falls_back_from_the_logarithm_with_its_drift_in_the_unit() -> None:
    it = indicator("it", scale="log", range=(0.0, 1e9), drift_per_year=0.1)
    found = spread(it, Given(10.0, 0.0, 30.0, kind="sampling", unit=500.0, age=1.0), ERROR)
    assert found.scale == IDENTITY
    assert found.above == pytest.approx(math.hypot(20 / Z95, 0.1 * 1 * 10))


def test_a_goalpost_range_is_felt_less_by_small_values_under_a_logarithm() -> None:
    plain, log1p = indicator("aa"), indicator("bb", readings=reading(0.0, 600.0, "log1p"))
    log = indicator("cc", readings=reading(1.0, 100.0, "log"))
    assert goalpost_unit(plain.readings.scale, 3.0, 2.0) == pytest.approx(100 * 2)
    assert goalpost_unit(log1p.readings.scale, 1.0, 1.0) == pytest.approx(math.log(601) * 2)
    assert goalpost_unit(log1p.readings.scale, 500.0, 1.0) == pytest.approx(600)
    assert goalpost_unit(log.readings.scale, 4.0, 2.0) == pytest.approx(math.log(100) * 4)
