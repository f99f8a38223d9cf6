"""Screening, dividing and the ways to fill in what is missing, with their sums written out."""

from __future__ import annotations

import math
from statistics import mean, median, stdev

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from layers.denominate import denominate
from layers.impute import METHODS, Context, Imputed
from layers.screen import METHODS as SCREEN
from layers.unfit import Unfit

GAP = math.nan


def filled(method: str, rows: list[list[float]], **told: object) -> Imputed:
    """Impute one draw."""
    x = np.array(rows, dtype=np.float64)[None]
    known: dict[str, object] = {"reference": np.ones(x.shape[-1], dtype=bool)}
    arrays = {name: np.array(value) if isinstance(value, list) else value for name, value in told.items()}
    found = METHODS[method](x, Context(**(known | arrays)))  # type: ignore[arg-type]
    return Imputed(found.values[0], found.filled[0], found.error[0])


def test_mean_and_median_of_the_others() -> None:
    found = filled("mean", [[1.0, 2.0, 6.0, GAP]])
    assert found.values[0].tolist() == [1, 2, 6, 3]
    assert found.filled[0].tolist() == [False, False, False, True]
    assert found.error[0] == pytest.approx([0, 0, 0, stdev([1, 2, 6]) * math.sqrt(1 + 1 / 3)])
    assert filled("median", [[1.0, 2.0, 6.0, GAP], [1.0, 2.0, GAP, GAP]]).values[:, 3].tolist() == [2, 1.5]


def test_blocs_are_filled_but_fill_nobody() -> None:
    reference = [True, True, False, False]
    assert filled("mean", [[1.0, 3.0, 500.0, GAP]], reference=reference).values[0].tolist() == [1, 3, 500, 2]


def test_of_the_group() -> None:
    rows = [[1.0, 3.0, GAP, 8.0, GAP, GAP, GAP]]
    group = [0, 0, 0, 1, 1, 2, -1]
    expected = [1, 3, 2, 8, 8, GAP, GAP]
    for method in ("group_mean", "group_median"):
        found = filled(method, rows, group=group)
        assert found.values[0] == pytest.approx(expected, nan_ok=True)
        # of one value nothing can be said of how far another is from it
        assert np.isnan(found.error[0][4])
    with pytest.raises(ValueError, match="'group_mean' needs the group of each unit"):
        filled("group_mean", rows)


def test_of_the_row_within_the_pillar() -> None:
    # turned and on 0-1 the unit has 0.5 and 1.0 in the pillar: 0.75 of the way from 50 down to 10
    rows = [[0.0, 10.0, 5.0], [50.0, 10.0, GAP], [2.0, 4.0, 4.0], [0.0, 1.0, 0.0]]
    told = {"pillar": [0, 0, 0, 1], "direction": [1.0, -1.0, 1.0, 1.0]}
    found = filled("row_mean", rows, **told)
    assert found.values[1, 2] == pytest.approx(50 - 0.75 * 40)
    # asked for the values that are known, 0 and 1, the rule says 0 and 1: it misses nothing
    assert found.error[1, 2] == pytest.approx(0)
    assert filled("row_median", rows, **told).values[1, 2] == pytest.approx(50 - 0.75 * 40)
    alone = filled("row_mean", [*rows[:3], [0.0, 1.0, GAP]], **told)
    assert np.isnan(alone.values[3, 2])


YEARS = {"unit": [0] * 6 + [1] * 6, "time": [2018.0, 2019.0, 2020.0, 2021.0, 2022.0, 2024.0] * 2}


@pytest.mark.parametrize(
    ("method", "expected"),
    [
        ("latest", [GAP, 2, 2, 2, 6, 6]),
        ("linear", [2, 2, 2 + 4 / 3, 2 + 8 / 3, 6, 6]),
        ("linear_constant", [2, 2, 2 + 4 / 3, 2 + 8 / 3, 6, 6]),
        ("constant", [2, 2, 2, 2, 6, 6]),
    ],
)
def test_of_other_years(method: str, expected: list[float]) -> None:
    found = filled(method, [[GAP, 2.0, GAP, GAP, 6.0, GAP, *[GAP] * 6]], **YEARS)
    assert found.values[0][:6] == pytest.approx(expected, nan_ok=True)
    assert np.isnan(found.values[0][6:]).all()


def test_a_series_of_one_value_has_no_line() -> None:
    rows = [[GAP, 2.0, *[GAP] * 10]]
    assert np.isnan(filled("linear", rows, **YEARS).values[0][[0, 2]]).all()
    assert filled("linear_constant", rows, **YEARS).values[0][:6].tolist() == [2] * 6


def test_error_of_other_years_grows_with_the_gap() -> None:
    # the one change known is 4 in 3 years: a variance of 16 / 3 a year
    rows = [[GAP, 2.0, GAP, GAP, 6.0, GAP, *[GAP] * 6]]
    wander = 16 / 3
    latest = filled("latest", rows, **YEARS).error[0]
    assert latest[[2, 3, 5]] == pytest.approx([math.sqrt(wander * gap) for gap in (1, 2, 2)])
    line = filled("linear_constant", rows, **YEARS).error[0]
    assert line[[0, 2, 3, 5]] == pytest.approx(
        [math.sqrt(each) for each in (wander * 1, wander * 1 * 2 / 3, wander * 2 * 1 / 3, wander * 2)]
    )


def test_the_order_of_the_columns_of_a_panel_does_not_matter() -> None:
    rows = [[GAP, 2.0, GAP, GAP, 6.0, GAP, 1.0, GAP, 3.0, GAP, 5.0, GAP]]
    order = np.random.default_rng(0).permutation(12)
    there = filled("linear", rows, **YEARS).values[0]
    mixed = {name: np.array(values)[order] for name, values in YEARS.items()}
    again = filled("linear", [list(np.array(rows[0])[order])], **mixed).values[0]
    assert again == pytest.approx(there[order], nan_ok=True)


def test_latest_looks_back_so_many_time_points() -> None:
    rows = [[2.0, GAP, GAP, GAP, 6.0, GAP, *[GAP] * 6]]
    assert filled("latest", rows, back=2, **YEARS).values[0][:6] == pytest.approx(
        [2, 2, 2, GAP, 6, 6], nan_ok=True
    )


def test_a_panel_needs_units_and_times() -> None:
    with pytest.raises(ValueError, match="'latest' needs several years of each unit"):
        filled("latest", [[1.0, GAP]])


def test_of_the_nearest_units() -> None:
    # the last unit is like the second and the third
    rows = [[0.0, 9.0, 10.0, 1.0, 10.0], [0.0, 10.0, 9.0, 0.0, 9.5], [100.0, 20.0, 30.0, 90.0, GAP]]
    found = filled("neighbours", rows, neighbours=2)
    assert found.values[2, 4] == mean([20, 30])
    missed = [100 - mean([90, 30]), 20 - mean([30, 90]), 30 - mean([20, 90]), 90 - mean([100, 30])]
    by_hand = math.sqrt(mean([each**2 for each in missed]))
    assert found.error[2, 4] == pytest.approx(by_hand, rel=0.3)
    assert filled("neighbours", rows, neighbours=1).values[2, 4] == 30
    with pytest.raises(ValueError, match="neighbours of impute must be 1 or more, found 0"):
        filled("neighbours", rows, neighbours=0)


def test_of_the_indicator_that_tells_most() -> None:
    told = [0.0, 1.0, 2.0, 3.0, 4.0, 5.0]
    noise = [3.0, -1.0, 2.0, 0.0, 5.0, 1.0]
    rows = [[1.0, 3.0, 5.0, 7.0, 9.0, GAP], told, noise]
    found = filled("regression", rows)
    assert found.values[0, 5] == pytest.approx(1 + 2 * 5)
    assert found.error[0, 5] == pytest.approx(0, abs=1e-9)


def test_forecast_error_of_a_regression_by_hand() -> None:
    p, y = [0.0, 1.0, 2.0, 3.0, 4.0], [1.0, 0.0, 3.0, 2.0, 4.0]
    slope = sum((a - 2) * (b - 2) for a, b in zip(p, y, strict=True)) / 10
    residual = sum((b - 2 - slope * (a - 2)) ** 2 for a, b in zip(p, y, strict=True))
    found = filled("regression", [[*y, GAP], [*p, 7.0]])
    assert found.values[0, 5] == pytest.approx(2 + slope * (7 - 2))
    by_hand = math.sqrt(residual / 3) * math.sqrt(1 + 1 / 5 + (7 - 2) ** 2 / 10)
    assert found.error[0, 5] == pytest.approx(by_hand)


def test_the_mean_stands_in_where_too_few_units_have_both() -> None:
    found = filled("regression", [[1.0, 2.0, 3.0, GAP], [5.0, 1.0, 2.0, 2.0]])
    assert found.values[0, 3] == 2


def test_a_given_number_and_nothing() -> None:
    found = filled("value", [[1.0, GAP], [GAP, 2.0]], value=[7.0, 0.0])
    assert found.values.tolist() == [[1, 7], [0, 2]]
    assert np.isnan(found.error[found.filled]).all()
    assert not filled("none", [[1.0, GAP]]).filled.any()


@pytest.mark.parametrize("method", METHODS)
@given(st.integers(0, 1000))
def test_what_is_known_stays_and_a_batch_is_as_one_after_the_other(method: str, seed: int) -> None:
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(3, 6, 12))
    x[:, rng.random((6, 12)) < 0.2] = np.nan
    told = Context(
        reference=np.arange(12) < 11,
        group=np.arange(12) % 3,
        pillar=np.arange(6) % 2,
        direction=np.where(np.arange(6) % 3, 1.0, -1.0),
        unit=np.arange(12) // 4,
        time=np.arange(12.0) % 4,
    )
    found = METHODS[method](x, told)
    known = np.isfinite(x)
    assert np.array_equal(found.values[known], x[known])
    assert not found.filled[known].any()
    assert (found.error[known] == 0).all()
    assert (np.isfinite(found.values) == (known | found.filled)).all()
    for k, each in enumerate(x):
        apart = METHODS[method](each[None], told)
        for together, alone in zip(found, apart, strict=True):
            assert np.array_equal(together[k], alone[0], equal_nan=True)


def test_median_of_an_even_number() -> None:
    values = [4.0, 1.0, 9.0, 2.0]
    assert filled("median", [[*values, GAP]]).values[0, 4] == median(values)


def test_units_are_screened_by_what_they_lack_and_by_zeros() -> None:
    x = np.array([[[1.0, GAP, 0.0], [2.0, GAP, 0.0], [3.0, 4.0, 1.0]]])
    assert SCREEN["availability"](x, least=0.5).tolist() == [[True, False, True]]
    assert SCREEN["zeros"](x, least_nonzero=0.5).tolist() == [[True, True, False]]
    assert SCREEN["both"](x, least=0.5, least_nonzero=0.5).tolist() == [[True, False, False]]
    assert SCREEN["zeros"](np.full((1, 2, 1), GAP)).tolist() == [[False]]


def test_values_are_stated_per_denominator() -> None:
    x = np.array([[[10.0, 30.0, GAP], [1.0, 2.0, 3.0]]])
    size = np.array([[2.0, GAP, 5.0], [1.0, 1.0, 1.0]])
    found = denominate(x, size, np.array([1000.0, 1.0]))[0]
    assert found[0] == pytest.approx([5000, GAP, GAP], nan_ok=True)
    assert found[1].tolist() == [1, 2, 3]


@pytest.mark.parametrize("size", [0.0, -2.0, math.inf])
def test_a_denominator_that_is_no_size_is_refused(size: float) -> None:
    with pytest.raises(Unfit, match="denominators above 0") as refused:
        denominate(np.ones((1, 1, 2)), np.array([[1.0, size]]))
    assert refused.value.cells == ((0, 1),)
