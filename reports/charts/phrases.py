"""Words that several charts need: numbers, lists, ranges and calls."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scoring.answer import Answer, Gap, Score

WORDS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


def counted(number: int) -> str:
    """Write a number in words up to ten, in figures beyond."""
    return WORDS[number] if number < len(WORDS) else str(number)


def listed(items: Sequence[str], last: str = "and") -> str:
    """Items as a list in a sentence."""
    return f" {last} ".join(filter(None, [", ".join(items[:-1]), items[-1]])) if items else ""


def opened(text: str) -> str:
    """Text with a capital first letter."""
    return text[:1].upper() + text[1:]


def lowered(title: str) -> str:
    """Title of a node as it stands within a sentence; names that are all capitals stay."""
    return title if title[:2].isupper() else title[:1].lower() + title[1:]


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
