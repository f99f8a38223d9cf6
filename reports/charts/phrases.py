"""Words that several charts need: numbers, lists, ranges and calls."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reports.wording import count as counted
from reports.wording import listed
from reports.wording import lower_first as lowered
from reports.wording import upper_first as opened

if TYPE_CHECKING:
    from scoring.answer import Answer, Gap, Score

__all__ = ["called", "counted", "listed", "lowered", "opened", "possessive", "ranged", "scored"]


def possessive(name: str) -> str:
    """Name of an owner."""
    return f"{name}'" if name.endswith("s") else f"{name}'s"


def ranged(value: float | None, low: float | None, high: float | None, form: str = ".1f") -> str:
    """Value with its range, as far as known."""
    if value is None:
        return "not scored"
    if low is None or high is None:
        return f"{value:{form}}"
    return f"{value:{form}} ({low:.0f} to {high:.0f})"


def scored(score: Score) -> str:
    """Score with its range, or why there is none."""
    return (
        ranged(score.value, score.low, score.high)
        if score.value is not None
        else score.reason or "not scored"
    )


def called(answer: Answer, gap: Gap) -> str:
    """Call in words, with the name of the leader."""
    return f"{answer.names[gap.leader]} {gap.call}" if gap.leader else gap.call
