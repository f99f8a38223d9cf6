"""Tested claims as a document: JSON with a version, and Markdown; stdlib only."""

from __future__ import annotations

import dataclasses
import json
import math
from collections import Counter
from typing import TYPE_CHECKING, Any, Final

from reports.wording import plain
from scoring.questions.verdict import GROUPS, WORDS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from scoring.questions.verdict import ClaimVerdict, Figure

SCHEMA: Final = "fourlayers/claims/1"
DIGITS: Final = 10
"""Significant digits of everything written: coarser than what differs between two machines."""


def document(claims: Sequence[ClaimVerdict], when: date, known_by: date | None = None) -> dict[str, Any]:
    """Document of some claims by the schema `fourlayers/claims/1`: every field, dates as text."""
    counted = Counter(claim.verdict for claim in claims)
    return {
        "schema": SCHEMA,
        "as_of": when.isoformat(),
        "known_by": known_by.isoformat() if known_by else None,
        "counts": {word: counted[word] for word in WORDS},
        "claims": [_plain(dataclasses.asdict(claim)) for claim in claims],
    }


def _plain(value: Any) -> Any:  # noqa: ANN401 - a field of any type
    if isinstance(value, dict):
        return {name: _plain(each) for name, each in value.items()}
    if isinstance(value, tuple | list):
        return [_plain(each) for each in value]
    if isinstance(value, float):
        return float(f"{value:.{DIGITS}g}") if math.isfinite(value) else None
    return value.isoformat() if hasattr(value, "isoformat") else value


def as_json(claims: Sequence[ClaimVerdict], when: date, known_by: date | None = None) -> str:
    """Write the document as JSON text."""
    return json.dumps(document(claims, when, known_by), ensure_ascii=False, indent=2, allow_nan=False) + "\n"


def as_markdown(claims: Sequence[ClaimVerdict], when: date) -> str:
    """Write the claims as Markdown: a table of verdicts by group, then each claim with its rule first."""
    counted = Counter(claim.verdict for claim in claims)
    words = " · ".join(f"{word} {counted[word]}" for word in WORDS)
    return "\n".join([f"# The debate's claims, tested on data to {when}", "", words, *_body(claims)]) + "\n"


def _body(claims: Sequence[ClaimVerdict]) -> Iterator[str]:
    for group in GROUPS:
        held = [claim for claim in claims if claim.group == group]
        if held:
            yield from ("", f"## {group}", "", "| claim | verdict | found |", "|---|---|---|")
            yield from (
                f"| {_cell(each.sentence)} | {verdict_text(each)} | {_cell(each.finding)} |" for each in held
            )
    for claim in claims:
        yield from _claim(claim)


def _claim(claim: ClaimVerdict) -> Iterator[str]:
    yield from ("", f"## {claim.name}: {verdict_text(claim)}", "", claim.sentence)
    yield from ("", f"**Rule.** {claim.rule}", "", f"**Found.** {claim.finding}")
    if claim.alternatives:
        yield from ("", "**Other readings.**", "")
    for each in claim.alternatives:
        yield f"- {each.rule}: {each.answer}" + ("" if each.decides else " (shown, decides nothing)")
    if claim.figures:
        yield from ("", "| figure | value | of | published | source | row |", "|---|---|---|---|---|---|")
    for figure in claim.figures:
        place = f"{figure.file}, line {figure.row}" if figure.row else figure.file
        cells = (figure.label, figure_text(figure), figure.date, figure.published, figure.source, place)
        yield "| " + " | ".join(map(_cell, cells)) + " |"
    yield from ("", f"**What would overturn it.** {claim.overturn}")
    if claim.notes:
        yield ""
    yield from (f"- {note}" for note in claim.notes)


def verdict_text(claim: ClaimVerdict) -> str:
    """Write a verdict, with the day until which it held and why it ended."""
    return f"{claim.verdict} {claim.until} ({claim.ended})" if claim.until else claim.verdict


def figure_text(figure: Figure) -> str:
    """Write a figure with its range and unit; one whose terms do not let it be passed on says so."""
    if figure.value is None:
        return "not printed, by the terms of its source" if figure.unit else ""
    inside = (
        "" if figure.low is None or figure.high is None else f" ({plain(figure.low)} to {plain(figure.high)})"
    )
    return f"{plain(figure.value)}{inside} {figure.unit}"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
