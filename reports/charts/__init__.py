"""Charts by name: each is a function of an answer and its facts; no chart computes a score."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Final

from indicators.fault import UsageError

from .chart import FORMATS, REPORTED, Chart, house_style, image, rendered, write
from .guessed import no_chart
from .look import PLAIN, SIZES, Look, look

if TYPE_CHECKING:
    from indicators.facts import Facts
    from scoring.answer import Answer
    from scoring.questions.scenario.outcome import Outcome

__all__ = [
    "CHARTS", "FORMATS", "MAIN", "REPORTED", "SCENARIO", "SIZES", "TECHNICAL", "Chart", "Look", "draw",
    "draw_scenario", "image", "look", "named", "rendered", "write",
]  # fmt: skip

SCENARIO: Final = "scenario"
MAIN: Final = {
    "profile": "who leads in which layer, with ranges and calls",
    "price-gap": "how much cheaper tokens are, by what is compared",
    "frontier": "whose best model is how far behind",
    "cost-why": "why a token costs more in one economy",
    "dollar": "who keeps a dollar that is paid for AI",
    "profit": "who earns the disclosed profit, and what is unknown",
    "adoption": "how many use AI, by who asks",
    "reach": "what stands here, is owned here, can be bought",
    "gap": "which indicators make the gap",
    "flips": "which weights would turn the lead",
    SCENARIO: "what a scenario does to the gap, by year",
    "home": "every economy in each layer, and its exposure",
}
"""The twelve charts of an answer, and what each says. `scenario` needs the name of one besides."""
TECHNICAL: Final = {
    "lead": "which calls stand when methods vary too",
    "tornado": "which figure moves the gap most in its range",
    "drivers": "what the doubt goes with (Sobol indices)",
    "acceptability": "how often each economy takes each place",
    "residuals": "where scores of models miss what the fit expects",
    "coverage": "which indicators are held, and how old they are",
    "frontier-leaders": "which laboratory leads, of 100 draws",
    "price-front": "price against capability, model by model",
    "price-ratio": "price ratio at equal capability, over time",
    "capture": "money earned against tokens made, in one router",
}
"""Charts for an appendix: how sure the rest is, and details of a layer."""
CHARTS: Final = tuple(name for name in (*MAIN, *TECHNICAL) if name != SCENARIO)
"""Those that an answer and its facts are enough for.

To add a chart, write a file of its name with `draw(answer, facts, look)` and name it here.
"""
TOGETHER: Final = (
    ("price-gap", "price-ratio", "price-front", "frontier", "residuals", "frontier-leaders"),
    ("profit", "dollar", "capture"),
)
"""Charts that rest on the same work, which is done once where one process draws them."""


def named(word: str) -> str:
    """Name of the chart that a user means.

    Raises
    ------
    UsageError
        With the chart that says it, or near names, if there is no such chart.
    """
    name = word.lower().replace("_", "-")
    if name in MAIN or name in TECHNICAL:
        return name
    raise no_chart(word, {**MAIN, **TECHNICAL})


def draw(name: str, answer: Answer, facts: Facts, how: Look = PLAIN) -> Chart:
    """Draw one chart.

    Parameters
    ----------
    name : str
        One of `CHARTS`.
    answer : Answer
        What is said about the pair.
    facts : Facts
        The facts that it was computed from, cut by the same clocks.
    how : Look
        Shape of the sheet, and a title in place of the finding.

    Raises
    ------
    UsageError
        With the chart that is meant or near names, if there is no such chart.
    """
    if name == SCENARIO:
        message = "the chart scenario needs the name of one: fourlayers chart scenario NAME"
        raise UsageError(message)
    if name not in CHARTS:
        raise no_chart(name, {**MAIN, **TECHNICAL})
    module = import_module(f"{__name__}.{name.replace('-', '_')}")
    with house_style():
        drawn: Chart = module.draw(answer, facts, how)
    return drawn


def draw_scenario(outcome: Outcome, how: Look = PLAIN) -> Chart:
    """Draw what a scenario does to the gap of a pair, by year and by change."""
    from .what_if import scenario

    with house_style():
        return scenario(outcome, how)
