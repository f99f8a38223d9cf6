"""Charts by name: each is a function of an answer and its facts; no chart computes a score."""

from __future__ import annotations

from typing import TYPE_CHECKING

from indicators.fault import unknown

from . import (
    acceptability,
    adoption,
    basket,
    capture,
    cost_why,
    coverage,
    dollar,
    drivers,
    economies,
    flips,
    frontier,
    frontier_lag,
    frontier_leaders,
    gap,
    lead,
    price_front,
    price_gap,
    price_ratio,
    profile,
    profit,
    reach,
    tornado,
)
from .chart import Chart, house_style, image, write

if TYPE_CHECKING:
    from collections.abc import Callable

    from indicators.facts import Facts
    from scoring.answer import Answer

__all__ = ["CHARTS", "Chart", "draw", "image", "write"]

CHARTS: dict[str, Callable[[Answer, Facts], Chart]] = {
    "profile": profile.draw,
    "economies": economies.draw,
    "gap": gap.draw,
    "frontier": frontier.draw,
    "frontier-lag": frontier_lag.draw,
    "frontier-leaders": frontier_leaders.draw,
    "adoption": adoption.draw,
    "price-gap": price_gap.draw,
    "price-front": price_front.draw,
    "price-ratio": price_ratio.draw,
    "basket": basket.draw,
    "cost-why": cost_why.draw,
    "reach": reach.draw,
    "profit": profit.draw,
    "dollar": dollar.draw,
    "capture": capture.draw,
    "lead": lead.draw,
    "flips": flips.draw,
    "tornado": tornado.draw,
    "drivers": drivers.draw,
    "acceptability": acceptability.draw,
    "coverage": coverage.draw,
}
"""To add a chart, write a file with `draw(answer, facts)` and name it here."""


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
    with house_style():
        return CHARTS[name](answer, facts)
