"""Periods as they stand in the data (2025, 2025-Q4, 2025-10, 2025-10-31) and the days they end on."""

from __future__ import annotations

import calendar
import re
from datetime import date

PERIOD_FORMS = "YYYY, YYYY-Qn, YYYY-MM or YYYY-MM-DD"
DAYS_A_YEAR = 365.25
_FORM = re.compile(r"(?P<y>[12]\d{3})(?:-Q(?P<q>[1-4])|-(?P<m>\d{2})(?:-(?P<d>\d{2}))?)?", re.ASCII)


def period_end(text: str) -> date:
    """Last day of a period.

    Parameters
    ----------
    text : str
        ``YYYY``, ``YYYY-Qn``, ``YYYY-MM`` or ``YYYY-MM-DD``.

    Raises
    ------
    ValueError
        If the text has another form or names a day that does not exist.
    """
    found = _FORM.fullmatch(text)
    if found is None:
        message = f"{text!r} is not a period (YYYY, YYYY-Qn, YYYY-MM or YYYY-MM-DD)"
        raise ValueError(message)
    year = int(found["y"])
    if found["d"]:
        return date(year, int(found["m"]), int(found["d"]))
    month = int(found["q"]) * 3 if found["q"] else int(found["m"] or 12)
    if not 1 <= month <= 12:
        message = f"{text!r} names month {month}"
        raise ValueError(message)
    return date(year, month, calendar.monthrange(year, month)[1])


def period_start(text: str) -> date:
    """First day of a period; forms and errors as `period_end`."""
    end = period_end(text)
    if "Q" in text:
        return end.replace(month=end.month - 2, day=1)
    return end.replace(month=end.month if len(text) > 4 else 1, day=end.day if len(text) > 7 else 1)


def month_ends(first: date, last: date) -> list[date]:
    """Return the last day of every month from `first` on, and `last` itself."""
    days: list[date] = []
    year, month = first.year, first.month
    while True:
        end = date(year, month, calendar.monthrange(year, month)[1])
        if end >= last:
            return [*days, last]
        days.append(end)
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)


def lapsed(end: date, today: date, years: float) -> bool:
    """Say whether a period ended more than so many years ago.

    One day is granted: from one year end to another is a whole number of years, leap or not.
    """
    return (today - end).days > years * DAYS_A_YEAR + 1


def rewritten(text: str) -> str:
    """Say how a date in a usual other form (2025/03, 2025.3.1, Q4 2025, 03/2025) is written; or nothing."""
    if _FORM.fullmatch(text):
        return "There is no such month or day."
    parts = re.findall(r"Q?\d+", text.upper(), re.ASCII)
    if len(parts) == 2 and len(parts[0]) < 4:
        parts.reverse()
    guess = "-".join(part if part.startswith("Q") else part.zfill(2) for part in parts)
    try:
        period_end(guess)
    except ValueError:
        return ""
    return f"Write {guess}."
