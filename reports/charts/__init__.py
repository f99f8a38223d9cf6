"""Charts by name: each is a function of an answer and its facts; no chart computes a score."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Final

from indicators.fault import unknown

from .chart import Chart, house_style, image, rendered, write

if TYPE_CHECKING:
    from indicators.facts import Facts
    from scoring.answer import Answer

__all__ = ["CHARTS", "Chart", "draw", "image", "rendered", "write"]

CHARTS: Final = (
    "profile",
    "economies",
    "gap",
    "frontier",
    "frontier-lag",
    "frontier-leaders",
    "adoption",
    "price-gap",
    "price-front",
    "price-ratio",
    "basket",
    "cost-why",
    "reach",
    "profit",
    "dollar",
    "capture",
    "lead",
    "flips",
    "tornado",
    "drivers",
    "acceptability",
    "coverage",
)
"""To add a chart, write a file of its name with `draw(answer, facts)` and name it here."""


def draw(name: str, answer: Answer, facts: Facts) -> Chart:
    """Draw one chart.

    Parameters
    ----------
    name : str
        A key of `CHARTS`.
    answer : Answer
        What is said about the pair.
    facts : Facts
        The facts that it was computed from, cut by the same clocks.

    Raises
    ------
    UsageError
        With near names, if there is no such chart.
    """
    if name not in CHARTS:
        raise unknown("chart", name, CHARTS)
    module = import_module(f"{__name__}.{name.replace('-', '_')}")
    with house_style():
        drawn: Chart = module.draw(answer, facts)
    return drawn
