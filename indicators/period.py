"""Periods as they stand in the data (2025, 2025-Q4, 2025-10, 2025-10-31) and the days they end on."""

from __future__ import annotations

import calendar
import re
from datetime import date

_FORM = re.compile(r"(?P<y>[12]\d{3})(?:-Q(?P<q>[1-4])|-(?P<m>\d{2})(?:-(?P<d>\d{2}))?)?")


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
