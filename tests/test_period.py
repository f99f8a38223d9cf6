"""Periods: every form, their first and last days, and what is no period."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indicators.period import lapsed, period_end, period_start, rewritten

DAYS = st.dates(date(1000, 1, 1), date(2999, 12, 30))


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2025", "2025-01-01", "2025-12-31"),
        ("2025-Q1", "2025-01-01", "2025-03-31"),
        ("2025-Q4", "2025-10-01", "2025-12-31"),
        ("2024-02", "2024-02-01", "2024-02-29"),
        ("2025-02", "2025-02-01", "2025-02-28"),
        ("2025-10-31", "2025-10-31", "2025-10-31"),
        ("2024-02-29", "2024-02-29", "2024-02-29"),
    ],
)
def test_a_period_has_a_first_and_a_last_day(text: str, first: str, last: str) -> None:
    assert (str(period_start(text)), str(period_end(text))) == (first, last)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "25",
        "2025-",
        "2025-13",
        "2025-00",
        "2025-1",
        "2025-Q0",
        "2025-Q5",
        "2025Q1",
        "2025-02-29",
        "2025-01-32",
        "2025/03",
        "2025-03-1",
        " 2025",
        "2025\n",
        "٢٠٢٥",
        "3025",
        "last year",
        "2025-q1",
        "2025-W1",
    ],
)
def test_anything_else_is_no_period(text: str) -> None:
    for read in (period_start, period_end):
        with pytest.raises(ValueError, match=r".+"):
            read(text)


@given(DAYS)
def test_every_day_lies_in_its_day_month_quarter_and_year(day: date) -> None:
    quarter = (day.month + 2) // 3
    for text in (f"{day}", f"{day:%Y-%m}", f"{day.year}-Q{quarter}", f"{day.year}"):
        assert period_start(text) <= day <= period_end(text)
        assert (period_end(text) + timedelta(days=1)).day == 1 or text == f"{day}"


@given(DAYS)
def test_a_period_of_the_day_before_the_next_begins_ends_then(day: date) -> None:
    after = period_end(f"{day:%Y-%m}") + timedelta(days=1)
    if after.year <= 2999:
        assert period_start(f"{after:%Y-%m}") == after


@given(st.text(max_size=12) | st.from_regex(r"[0-9Q/. -]{1,12}"))
def test_whatever_is_offered_as_a_repair_is_a_period(text: str) -> None:
    told = rewritten(text)
    if told.startswith("Write "):
        assert period_end(told.removeprefix("Write ").removesuffix(".")).year >= 1000


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("2025/03", "Write 2025-03."),
        ("2025.3.1", "Write 2025-03-01."),
        ("q4 2025", "Write 2025-Q4."),
        ("3/2025", "Write 2025-03."),
        ("20250301", ""),
        ("03/04/2025", ""),  # March or April: not ours to guess
        ("2025-13", "There is no such month or day."),
        ("soon", ""),
    ],
)
def test_usual_other_forms_are_told_how_they_are_written(text: str, told: str) -> None:
    assert rewritten(text) == told


@pytest.mark.parametrize("year", range(1999, 2032))
@pytest.mark.parametrize("years", [1, 2, 3])
def test_a_year_end_is_whole_years_from_another_leap_or_not(year: int, years: int) -> None:
    end, today = date(year, 12, 31), date(year + years, 12, 31)
    assert not lapsed(end, today, years)
    assert lapsed(end, today + timedelta(days=2), years)
