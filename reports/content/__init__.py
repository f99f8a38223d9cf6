"""What a report says, as plain data, before any drawing: from an answer, its facts and tested claims."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from reports.wording import layers, the, upper_first
from scoring.questions.verdict import WORDS

from .appendix import data_chapter
from .chapters import Chapters
from .doubt import doubt_chapter
from .first import first_page
from .flagged import audit_chapter
from .glossary import glossary
from .method import how_to_read, method, terms
from .money import money_chapter
from .pieces import Claim, Content
from .references import References
from .spread import CLAIMED, HIDDEN, hidden, only_shown, spread

if TYPE_CHECKING:
    from collections.abc import Sequence

    from indicators.facts import Facts
    from scoring.analysis.audit import Check
    from scoring.answer import Answer
    from scoring.questions.held import Run
    from scoring.questions.verdict import Alternative, ClaimVerdict
    from scoring.robustness import Flips, Shares

__all__ = ["PICTURE", "Beside", "Content", "write"]

ABOUT = "The claims are about the United States and China, whatever pair the report compares."
PICTURE = "profile"
"""The chart of the first page."""


@dataclass(frozen=True)
class Beside:
    """What a report tells besides the run and the claims; what was not asked is not told.

    Attributes
    ----------
    old : Run or None
        An earlier run, since which the first page says what has moved.
    flips : Flips or None
        What would turn the leads.
    shares : Shares or None
        What the variance goes with.
    checks : tuple of Check
        Audit of the index.
    scenarios : tuple of dict
        What each scenario says, as `reports.scenario_brief.content` gives it.
    charts : tuple of str
        Charts that there are; those that no chapter takes stand in the data appendix.
    """

    old: Run | None = None
    flips: Flips | None = None
    shares: Shares | None = None
    checks: tuple[Check, ...] = ()
    scenarios: tuple[dict[str, Any], ...] = ()
    charts: tuple[str, ...] = ()


NOTHING: Final = Beside()


def write(
    answer: Answer, facts: Facts, claims: Sequence[ClaimVerdict] = (), beside: Beside = NOTHING
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
    beside : Beside
        What is told besides.
    """
    said = tuple(claim_line(claim) for claim in claims)
    references = References(answer, facts)
    a, b = (answer.names[code] for code in answer.pair)
    vintage = answer.data_vintage
    spreads = tuple(spread(answer, facts, layer, references, beside.flips) for layer in answer.layers())
    money = money_chapter(answer, facts)
    doubt = doubt_chapter(answer, beside.flips, beside.shares)
    taken = {
        PICTURE,
        *money.charts,
        *doubt.charts,
        *(name for page in spreads for name in page.charts),
    }
    shown = only_shown(answer, facts, references)
    data = data_chapter(
        answer, facts, references, shown, [name for name in beside.charts if name not in taken]
    )
    return Content(
        title=upper_first(f"{the(a)} and {the(b)} in the {layers(answer)} of AI"),
        subject=f"State of {answer.as_of.isoformat()}, fourlayers {answer.version}",
        names=(a, b),
        vintage=(vintage.year, vintage.month, vintage.day),
        first=first_page(answer, said, beside.old),
        how_to_read=how_to_read(answer),
        verdicts=verdicts(answer, claims),
        claims=said,
        layers=spreads,
        chapters=Chapters(
            money, beside.scenarios, doubt, audit_chapter(answer, beside.checks), data, glossary()
        ),
        method=method(answer, facts),
        references=references.listed(),
        hidden=HIDDEN,
        terms=terms(hidden(answer, facts)),
        own=tuple(f"{it.folder}: {it.message}." for it in answer.own),
    )


def verdicts(answer: Answer, claims: Sequence[ClaimVerdict]) -> str:
    """Count the claims by verdict, in the fixed order of the words; whom they are about, for another pair."""
    counted = ((word, sum(claim.verdict == word for claim in claims)) for word in WORDS)
    said = " · ".join(f"{word.lower()} {number}" for word, number in counted if number)
    if not said:
        return "No claim was tested in this run."
    about = "" if set(answer.pair) == CLAIMED else f". {ABOUT}"
    return f"{upper_first(said)}{about}"


def claim_line(claim: ClaimVerdict) -> Claim:
    """Write a tested claim: where it held until a day, the day and why it ended stand with the verdict."""
    verdict = f"{claim.verdict} {claim.until} ({claim.ended})" if claim.until else claim.verdict
    return Claim(
        name=claim.name,
        group=claim.group,
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
