"""The tested claims as the page shows them: by group, each with its rule, readings, figures and sources."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from reports.claims_document import figure_text, verdict_text
from reports.wording import upper_first
from scoring.questions.verdict import GROUPS, WORDS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scoring.questions.verdict import Alternative, ClaimVerdict


def debate(claims: Sequence[ClaimVerdict]) -> list[dict[str, Any]]:
    """Gather the claims by group, as plain texts; groups without one are left out."""
    held = {group: [_claim(claim) for claim in claims if claim.group == group] for group in GROUPS}
    return [{"name": group, "claims": found} for group, found in held.items() if found]


def verdicts(claims: Sequence[ClaimVerdict]) -> str:
    """Count the verdicts in the fixed order of the words."""
    counted = ((word, sum(claim.verdict == word for claim in claims)) for word in WORDS)
    return upper_first(", ".join(f"{word.lower()} {number}" for word, number in counted if number))


def _claim(claim: ClaimVerdict) -> dict[str, Any]:
    return {
        "name": claim.name,
        "verdict": verdict_text(claim),
        "sentence": claim.sentence,
        "finding": claim.finding,
        "rule": claim.rule,
        "readings": [_reading(each) for each in claim.alternatives],
        "figures": [
            {
                "label": figure.label,
                "value": figure_text(figure),
                "date": figure.date,
                "published": figure.published,
                "source": figure.source,
            }
            for figure in claim.figures
        ],
        "overturn": claim.overturn,
        "notes": claim.notes,
    }


def _reading(each: Alternative) -> str:
    return f"{each.rule}: {each.answer}" + ("" if each.decides else " (shown, decides nothing)")
