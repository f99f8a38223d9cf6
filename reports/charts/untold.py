"""A chart that has nothing to show says why, in place of a picture."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .chart import Chart
from .credit import credit
from .palette import MUTED
from .sheet import LABEL, sheet

if TYPE_CHECKING:
    from scoring.answer import Answer


def untold(name: str, answer: Answer, why: tuple[str, str], columns: tuple[str, ...]) -> Chart:
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
    """
    named = credit(name, answer, ())
    page = sheet(*why, named.line, 8.0)
    page.write(0, 4.0, "Nothing is shown.", LABEL, color=MUTED)
    alt = f"No picture. {why[1]}"
    producers, licences = named.producers, named.licences
    return Chart(name, *why, alt, columns, (), producers, licences, named.citation, page.figure)
