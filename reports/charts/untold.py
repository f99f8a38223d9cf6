"""A chart that has nothing to show says why, in place of a picture."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .credit import credit
from .look import PLAIN
from .palette import MUTED
from .sheet import LABEL, sheet

if TYPE_CHECKING:
    from scoring.answer import Answer

    from .chart import Chart
    from .look import Look


def untold(
    name: str, answer: Answer, why: tuple[str, str], columns: tuple[str, ...], look: Look = PLAIN
) -> Chart:
    """Draw a sheet with a title and the reason alone.

    Parameters
    ----------
    name : str
        Of the chart.
    answer : Answer
        For the credit.
    why : tuple of str
        What cannot be said, as a title, and the reason.
    columns : tuple of str
        Of the data as shown, which are empty.
    look : Look
        Shape of the sheet.
    """
    page = sheet(*why, credit(name, answer, ()), 8.0, look)
    page.write(0, 4.0, "Nothing is shown.", LABEL, color=MUTED)
    return page.chart(name, f"No picture. {why[1]}", columns, ())
