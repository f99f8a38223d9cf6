"""What a report says, as plain data, before any drawing: from an answer, its facts and tested claims."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reports.wording import layers, the, upper_first

from .first import first_page
from .method import how_to_read, method, terms
from .pieces import Claim, Content
from .references import References
from .spread import HIDDEN, hidden, spread

if TYPE_CHECKING:
    from collections.abc import Sequence

    from indicators.facts import Facts
    from scoring.answer import Answer
    from scoring.questions.held import Run
    from scoring.questions.verdict import Alternative, ClaimVerdict

__all__ = ["OVERALL_CHARTS", "PICTURE", "Content", "write"]

PICTURE = "profile"
"""The chart of the first page."""
OVERALL_CHARTS = ("economies", "gap", "coverage")
"""Charts on the whole: under the contents, under the method, and on a page of its own."""


def write(
    answer: Answer, facts: Facts, claims: Sequence[ClaimVerdict] = (), old: Run | None = None
) -> Content:
    """Write a report.

    Parameters
    ----------
    answer : Answer
        What the run says.
    facts : Facts
        Where indicators and sources are described.
    claims : sequence of ClaimVerdict
        Tested claims, in the order in which they are shown.
    old : Run, optional
        An earlier run, since which the first page says what has moved.
    """
    said = tuple(claim_line(claim) for claim in claims)
    references = References(answer, facts)
    a, b = (answer.names[code] for code in answer.pair)
    vintage = answer.data_vintage
    return Content(
        title=upper_first(f"{the(a)} and {the(b)} in the {layers(answer)} of AI"),
        subject=f"State of {answer.as_of.isoformat()}, fourlayers {answer.version}",
        names=(a, b),
        vintage=(vintage.year, vintage.month, vintage.day),
        first=first_page(answer, said, old),
        how_to_read=how_to_read(answer),
        claims=said,
        overall_charts=OVERALL_CHARTS,
        layers=tuple(spread(answer, facts, layer, references) for layer in answer.layers()),
        method=method(answer, facts),
        references=references.listed(),
        hidden=HIDDEN,
        terms=terms(hidden(answer, facts)),
        own=tuple(f"{it.folder}: {it.message}." for it in answer.own),
    )


def claim_line(claim: ClaimVerdict) -> Claim:
    """Write a tested claim: where it held until a day, the day and why it ended stand with the verdict."""
    verdict = f"{claim.verdict} {claim.until} ({claim.ended})" if claim.until else claim.verdict
    return Claim(
        name=claim.name,
        sentence=claim.sentence,
        rule=claim.rule,
        verdict=verdict,
        finding=claim.finding,
        dates=f"data to {claim.data_to}" if claim.data_to else "no data",
        sources="; ".join(dict.fromkeys(figure.source for figure in claim.figures)),
        other_readings=tuple(_reading(alternative) for alternative in claim.alternatives),
        overturn=claim.overturn,
    )


def _reading(alternative: Alternative) -> str:
    shown = "" if alternative.decides else ", shown only"
    return upper_first(f"{alternative.rule.rstrip('.')}: {alternative.answer}{shown}.")
