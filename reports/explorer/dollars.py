"""The way of each dollar as the page draws it: places, flows, and the numbers that each stage rests on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from reports.content.dollar import picture
from reports.content.value import BLOC, LATE, account_of, dollar_finding
from reports.wording import the
from scoring.questions.value.case import read_case
from scoring.questions.value.quantity import Parameter

if TYPE_CHECKING:
    from collections.abc import Mapping

    from indicators.facts import Facts
    from scoring.answer import Answer
    from scoring.questions.value.dollar import Dollar
    from scoring.questions.value.quantity import Ends

DIGITS: Final = 5
"""Significant digits of cents: finer than any range, and the file stays small."""
TABLE: Final = "value_chain"


def dollars(answer: Answer, facts: Facts) -> dict[str, Any]:
    """Gather the cases of a dollar.

    Parameters
    ----------
    answer : Answer
        Whose pair and home they are seen from.
    facts : Facts
        What it was computed from, cut by the same clocks.

    Returns
    -------
    dict
        `cases` with places, flows and numbers; `untold`, the titles of those that cannot be followed at this
        date; `why`, the reason where there is none at all.
    """
    made = account_of(answer, facts) if TABLE in facts.catalogue.tables else None
    if made is None:
        return {"cases": [], "untold": [], "why": f"{BLOC[0]}. {BLOC[1]}"}
    return {
        "cases": [_case(each, answer.names) for each in made.dollars],
        "untold": [read_case(name).title for name in made.untold],
        "why": f"{LATE[0]}. {LATE[1]}",
    }


def _case(dollar: Dollar, names: Mapping[str, str]) -> dict[str, Any]:
    shown = picture(dollar)
    return {
        "name": dollar.case.name,
        "title": dollar.case.title,
        "paid": the(names.get(dollar.user, dollar.user)),
        "finding": f"{dollar_finding(dollar, names)}.",
        "leaves_out": dollar.case.not_modelled,
        "places": [
            {
                "name": place.name,
                "label": place.label,
                "kind": place.kind,
                "economy": place.economy,
                "said": the(names.get(place.economy, place.economy)),
                "column": place.column,
                "cents": _rounded(place.cents),
            }
            for place in shown.places
        ],
        "flows": [[flow.source, flow.target, flow.economy, *_rounded(flow.cents)] for flow in shown.flows],
        "numbers": {stage.name: _numbers(dollar, stage.name) for stage in dollar.case.stage},
    }


def _numbers(dollar: Dollar, stage: str) -> list[list[Any]]:
    """Numbers that a stage rests on, per dollar of its revenue, each with its source or the word assumed."""
    return [
        [name.removeprefix(f"{stage}.").replace("_", " "), *_rounded((it.value, it.low, it.high)), it.source]
        for name, it in dollar.case.numbers()
        if isinstance(it, Parameter) and name.startswith(f"{stage}.")
    ]


def _rounded(ends: Ends) -> list[float]:
    return [float(f"{each:.{DIGITS}g}") for each in ends]
