"""The method in short, and how to read the report: only what the run itself did."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reports.wording import day, listed, lower_first, percent, plural, the, upper_first

from .first import SCALE
from .pieces import Labelled

if TYPE_CHECKING:
    from indicators.facts import Facts
    from scoring.answer import Answer


def how_to_read(answer: Answer) -> tuple[Labelled, ...]:
    """Explain the words and marks of the report."""
    a, b = (the(answer.names[code]) for code in answer.pair)
    return (
        Labelled(
            "Scores",
            "Run from 0 to 100 between a worst and a best value fixed for each indicator beforehand.",
        ),
        Labelled("Gap", f"The score of {a} less that of {b}, in points; below zero {b} is in front."),
        Labelled("Words", SCALE.removeprefix("Scale of words: ")),
        Labelled(
            "Dates", "Each value carries the period that it describes; ~ marks pairs that are old or apart."
        ),
        Labelled("Sources", "Numbers in square brackets lead to the list of sources at the end."),
    )


def method(answer: Answer, facts: Facts) -> tuple[Labelled, ...]:
    """Describe how the run went from facts to calls."""
    return (
        Labelled("Indicators", _indicators(answer, facts)),
        Labelled("Clocks", _clocks(answer)),
        Labelled("Scores", _scores(answer)),
        Labelled("Lens", _lens(answer)),
        Labelled("Aggregation", _aggregation(answer)),
        Labelled("Doubt", _doubt(answer)),
        Labelled("Calls", _calls(answer)),
        Labelled("Not in it", _not_in_it(answer)),
    )


def _indicators(answer: Answer, facts: Facts) -> str:
    weighted = [row for row in answer.indicators if facts.indicators[row.code].weight > 0]
    used = [row for row in weighted if row.weight > 0]
    matched = sum(row.matched for row in used)
    return (
        f"{len(used)} of {len(weighted)} weighted indicators have a usable value for one or both; "
        f"{len(answer.indicators) - len(weighted)} more are only shown. For {matched} of those used "
        "both economies are observed at most two years apart. No forecast is scored, and no two "
        "instruments or editions stand side by side in one indicator."
    )


def _clocks(answer: Answer) -> str:
    text = f"Rows whose period ends after {day(answer.as_of)} are left out."
    if answer.known_by:
        known = day(answer.known_by)
        return f"{text} Rows published after {known}, or at an unknown time, are left out as well."
    return (
        f"{text} Later corrections of earlier periods are used as they were known when the sources were read."
    )


def _scores(answer: Answer) -> str:
    return (
        "Each value is divided where its reading asks for it, put on its scale (amounts that spread over "
        "orders of magnitude in logarithms) and placed between its goalposts; the goalposts and their "
        "reasons stand in the description of each indicator. What is truly absent scores nothing; what is "
        f"unknown is missing. {len(answer.units)} economies and blocs are scored by the same rules."
    )


def _lens(answer: Answer) -> str:
    if answer.lens == "intensity":
        return "Amounts are read per head or per unit of output: how intense AI is, whatever the size."
    return (
        "Amounts are read as they are: what an economy commands. Each layer also gives the reading per head."
    )


def _aggregation(answer: Answer) -> str:
    weights = listed(f"{lower_first(info.title)} {percent(info.weight)}" for info in answer.layers())
    overall = {code: answer.arithmetic.get(code) for code in answer.pair}
    known = [f"{the(answer.names[code])} {value:.1f}" for code, value in overall.items() if value is not None]
    plainly = (
        f" By the arithmetic mean the overall scores would be {listed(known)}." if len(known) == 2 else ""
    )
    return (
        "Indicators make pillars and pillars make layers by weighted arithmetic means; layers make the "
        f"overall score by the mean that recipe {answer.recipe} names, as a rule the geometric one, so "
        f"that one layer cannot buy another. Weights: {weights}. A layer with too little coverage is not "
        f"scored, and then there is no overall score.{plainly}"
    )


def _doubt(answer: Answer) -> str:
    if answer.draws == 0:
        return "No draws were made in this run, so it gives no ranges and no calls."
    return (
        f"{answer.draws:,} draws move every value within its published or assumed range, with known "
        "one-sided errors of an economy drawn together. A second reading varies the set-up as well: "
        f"{answer.setups.rstrip('.')}. {percent(answer.measured_share)} of the pair's ranges are measured "
        "or published; the others are assumed from the kind of source."
    )


def _calls(answer: Answer) -> str:
    if answer.draws == 0:
        return "Calls need draws, and this run has none."
    return (
        "The share of draws in which one economy is ahead is taken from data alone and from data with "
        "set-ups, and the less certain of the two makes the call: ahead from 90 of 100, likely ahead from "
        "66, else no call."
    )


def _not_in_it(answer: Answer) -> str:
    more = ", unless own data of this run add them" if answer.own else ""
    return f"Profit, safety, military use and talent flows are not scored{more}; nothing here is a forecast."


def terms(number: int) -> str:
    """Say how many values the terms of their sources keep out of print."""
    if not number:
        return ""
    verb = "is" if number == 1 else "are"
    return (
        f"{upper_first(plural(number, 'value'))} {verb} used in the scores but not printed: "
        "their sources do not state terms that allow it, or forbid it."
    )
