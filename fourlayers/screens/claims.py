"""The screens of `claims`: every verdict in a few lines; one claim with its rule, figures and history."""

from __future__ import annotations

from collections import Counter
from itertools import groupby
from typing import TYPE_CHECKING

from reports.wording import plain
from scoring.questions.verdict import WORDS

from .layout import WIDTH, blocks, wrapped

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from scoring.questions.verdict import Alternative, ClaimVerdict, Figure, Point


def claims_screen(verdicts: Sequence[ClaimVerdict], when: date) -> str:
    """All claims, rule first: name, sentence, verdict, rule and finding."""
    counted = Counter(verdict.verdict for verdict in verdicts)
    words = " · ".join(f"{word} {counted[word]}" for word in WORDS)
    head = ["The debate's claims, tested on data to " + str(when), words]
    return blocks(
        (
            head,
            *map(_short, verdicts),
            ["fourlayers claims NAME   figures, sources, history, what would overturn it"],
        )
    )


def _short(verdict: ClaimVerdict) -> list[str]:
    return [
        _headline(verdict),
        *wrapped(verdict.sentence, "  "),
        *wrapped(f"rule: {_first_sentence(verdict.rule)}", "  ", "    "),
        *wrapped(f"found: {verdict.finding}", "  ", "    "),
    ]


def _headline(verdict: ClaimVerdict) -> str:
    word = _verdict(verdict)
    return verdict.name.ljust(WIDTH - len(word) - 2) + word


def _verdict(verdict: ClaimVerdict) -> str:
    return f"{verdict.verdict} {verdict.until} ({verdict.ended})" if verdict.until else verdict.verdict


def _first_sentence(text: str) -> str:
    head, stop, _ = text.partition(". ")
    return head + stop.strip()


def claim_screen(verdict: ClaimVerdict) -> str:
    """One claim: rule, finding, other readings, figures with sources, history, what would overturn it."""
    return blocks(
        (
            [_headline(verdict), *wrapped(verdict.sentence, "")],
            ["Rule", *wrapped(verdict.rule)],
            ["Found", *wrapped(verdict.finding)],
            _titled("Other readings", [line for each in verdict.alternatives for line in _other(each)]),
            _titled("Figures", [line for figure in verdict.figures for line in _figure(figure)]),
            _titled("History", _history(verdict.history)),
            _titled("What would overturn it", wrapped(verdict.overturn) if verdict.overturn else []),
            _titled("Mind", [line for note in verdict.notes for line in wrapped(f"~ {note}", "  ", "    ")]),
        )
    )


def _titled(title: str, lines: list[str]) -> list[str]:
    return [title, *lines] if lines else []


def _other(each: Alternative) -> list[str]:
    shown = "" if each.decides else " (shown, decides nothing)"
    return wrapped(f"{each.rule}: {each.answer}{shown}", "  ", "    ")


def _figure(figure: Figure) -> list[str]:
    inside = (
        "" if figure.low is None or figure.high is None else f" ({plain(figure.low)} to {plain(figure.high)})"
    )
    published = f", published {figure.published}" if figure.published else ""
    place = f"{figure.file}, line {figure.row}" if figure.row else figure.file or "worked out"
    lines = wrapped(f"{figure.label}: {plain(figure.value)}{inside} {figure.unit}", "  ", "    ")
    return [*lines, *wrapped(f"{figure.date}{published}; {figure.source}; {place}", "    ", "    ")]


def _history(points: Sequence[Point]) -> list[str]:
    """List runs of the same reply, each with its first and last day and the span of the figure."""
    lines = []
    for reply, run in groupby(points, key=lambda point: point.reply):
        held = list(run)
        days = f"{held[0].date}" + (f" to {held[-1].date}" if len(held) > 1 else "")
        values = [point.value for point in held if point.value is not None]
        span = "" if not values else f"{plain(min(values), 3)} to {plain(max(values), 3)}"
        lines.append(f"  {days:<26}{reply:<14}{span}".rstrip())
    return lines
