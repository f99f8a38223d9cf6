"""The Human Development Index from its framework file alone, against figures that UNDP has published."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from indicators.fault import UsageError
from scoring.index.framework import Framework, read_framework
from scoring.index.result import score_frame

COLUMNS = ["life_expectancy", "expected_schooling", "mean_schooling", "gni_per_capita"]

TABLE_1 = {
    "NOR": (0.944, 81.6, 17.5, 12.6, 64_992),
    "AUS": (0.935, 82.4, 20.2, 13.0, 42_261),
    "CHE": (0.930, 83.0, 15.8, 12.8, 56_431),
    "DNK": (0.923, 80.2, 18.7, 12.7, 44_025),
    "NLD": (0.922, 81.6, 17.9, 11.9, 45_435),
    "DEU": (0.916, 80.9, 16.5, 13.1, 43_919),
    "IRL": (0.916, 80.9, 18.6, 12.2, 39_568),
    "USA": (0.915, 79.1, 16.5, 12.9, 52_947),
    "CAN": (0.913, 82.0, 15.9, 13.0, 42_155),
    "NZL": (0.913, 81.8, 19.2, 12.5, 32_689),
    "SGP": (0.912, 83.0, 15.4, 10.6, 76_628),
    "HKG": (0.910, 84.0, 15.6, 11.2, 53_959),
    "LIE": (0.908, 80.0, 15.0, 11.8, 79_851),
    "SWE": (0.907, 82.2, 15.8, 12.1, 45_636),
    "GBR": (0.907, 80.7, 16.2, 13.1, 39_267),
    "ISL": (0.899, 82.6, 19.0, 10.6, 35_182),
    "KOR": (0.898, 81.9, 16.9, 11.9, 33_890),
    "ISR": (0.894, 82.4, 16.0, 12.5, 30_676),
    "LUX": (0.892, 81.7, 13.9, 11.7, 58_711),
    "JPN": (0.891, 83.5, 15.3, 11.5, 36_927),
    "BEL": (0.890, 80.8, 16.3, 11.3, 41_187),
    "FRA": (0.888, 82.2, 16.0, 11.1, 38_056),
    "AUT": (0.885, 81.4, 15.7, 10.8, 43_869),
}
"""Index and components of 2014, as printed: Human Development Report 2015, table 1 (its page composite/HDI,
archived 15 May 2016). Schooling above 18 years and income above 75,000 PPP $ are cut off by the index."""

ROUNDED = np.array([0.05, 0.05, 0.05, 0.5])
"""Half of the last digit that the components are printed to."""


@pytest.fixture(scope="module")
def hdi() -> Framework:
    """Read the framework file."""
    return read_framework("hdi")


def scored(hdi: Framework, rows: dict[str, list[float]]) -> dict[str, dict[str, float]]:
    """Score a table of economies; by economy and node."""
    values = pd.DataFrame.from_dict(rows, orient="index", columns=COLUMNS)
    scores = score_frame(values, hdi).scores
    return {str(unit): {str(k): float(v) for k, v in row.items()} for unit, row in scores.iterrows()}


def test_the_worked_example_of_the_technical_note(hdi: Framework) -> None:
    """Human Development Report 2020, technical note 1: 0.6971, 0.3447 and 3,829 PPP $, 0.5506, are 0.510."""
    life, schooling = 20 + 0.6971 * (85 - 20), (0.3447 * 18, 0.3447 * 15)
    found = scored(hdi, {"example": [life, *schooling, 3829.0]})["example"]
    assert f"{found['income']:.4f}" == "0.5506"
    assert f"{found['health']:.4f}" == "0.6971"
    assert f"{found['education']:.4f}" == "0.3447"
    assert f"{found['HDI']:.3f}" == "0.510"


def test_the_published_table_to_its_printed_digits(hdi: Framework) -> None:
    """The printed index is one of those that the rounding of the printed components leaves."""
    printed = {unit: np.array(row[1:]) for unit, row in TABLE_1.items()}
    ends = [
        scored(hdi, {unit: (row + sign * ROUNDED).tolist() for unit, row in printed.items()})
        for sign in (-1, 1)
    ]
    for unit, (published, *_) in TABLE_1.items():
        low, high = (round(end[unit]["HDI"], 3) for end in ends)
        assert low <= published <= high, unit
        assert high - low < 0.005
    central = scored(hdi, {unit: row.tolist() for unit, row in printed.items()})
    assert all(abs(central[unit]["HDI"] - row[0]) < 0.001 for unit, row in TABLE_1.items())


def test_goalposts_and_means_by_hand(hdi: Framework) -> None:
    found = scored(hdi, {"all": [90.0, 20.0, 15.0, 1e6], "half": [52.5, 9.0, 7.5, (100 * 75_000) ** 0.5]})
    nodes = ["health", "education", "income", "HDI"]
    assert [found["all"][node] for node in nodes] == [1, 1, 1, 1]
    assert [found["half"][node] for node in nodes] == pytest.approx([0.5] * 4)
    uneven = scored(hdi, {"a": [52.5, 9.0, 15.0, 75_000.0]})["a"]
    assert uneven["education"] == pytest.approx((9 / 18 + 15 / 15) / 2)
    assert uneven["HDI"] == pytest.approx((0.5 * 0.75 * 1.0) ** (1 / 3))


def test_without_one_of_the_dimensions_there_is_no_index(hdi: Framework) -> None:
    found = scored(hdi, {"a": [70.0, 12.0, 9.0, np.nan], "b": [70.0, 12.0, 9.0, 5000.0]})
    assert np.isnan(found["a"]["HDI"])
    assert found["b"]["HDI"] > 0


def test_a_dimension_at_its_lower_goalpost_is_named(hdi: Framework) -> None:
    with pytest.raises(UsageError, match="health"):
        scored(hdi, {"a": [20.0, 12.0, 9.0, 5000.0]})
