"""The screens of `claims`: every verdict in a few lines; one claim with its rule, figures and history."""

from __future__ import annotations

import textwrap
from collections import Counter
from itertools import groupby
from typing import TYPE_CHECKING, Final

from reports.wording import plain
from scoring.questions.verdict import GROUPS, WORDS

from .layout import WIDTH, blocks, wrapped

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from scoring.questions.verdict import Alternative, ClaimVerdict, Figure, Point

TAB: Final = " " * 17
ROOM: Final = WIDTH - len(TAB)
LEAST: Final = 30
"""Characters of a sentence that are worth standing beside a verdict."""
MARKS: Final = {"HOLDS": "+", "HELD UNTIL": ".", "DEPENDS": "~", "DOES NOT HOLD": "-", "CANNOT TELL": "?"}
"""One mark a month in the history of a verdict."""
LEGEND: Final = "+ holds   . held until before   ~ depends   - does not hold   ? cannot tell"


def claims_screen(verdicts: Sequence[ClaimVerdict], when: date, clocks: str = "") -> str:
    """All claims by group: name, sentence, verdict, then rule and finding; `clocks` says how they stand."""
    counted = Counter(verdict.verdict for verdict in verdicts)
    words = " · ".join(f"{word} {counted[word]}" for word in WORDS)
    head = [f"The debate's claims, tested on data to {when}", *([clocks] if clocks else []), words]
    parts = [
        [group, *(line for each in verdicts if each.group == group for line in _short(each))]
        for group in GROUPS
    ]
    closing = ["fourlayers claims NAME   rule, figures, sources, history, what would overturn it"]
    return blocks((head, *(part for part in parts if len(part) > 1), closing))


def _short(verdict: ClaimVerdict) -> list[str]:
    word = _verdict(verdict)
    room = WIDTH - len(TAB) - len(word) - 2
    first, *rest = _split(verdict.sentence, room) if room >= LEAST else ["", *_split(verdict.sentence, ROOM)]
    line = f" {verdict.name:<{len(TAB) - 1}}{first}"
    return [
        line.ljust(WIDTH - len(word)) + word,
        *(TAB + text for text in rest),
        *wrapped(f"rule: {verdict.brief}", TAB, TAB + "  "),
        *wrapped(f"found: {verdict.finding}", TAB, TAB + "  "),
    ]


def _split(text: str, room: int) -> list[str]:
    """Break a sentence after a first line that leaves room for the verdict; the rest has whole lines."""
    first, *others = textwrap.wrap(text, room, break_long_words=False, break_on_hyphens=False)
    return [first, *textwrap.wrap(" ".join(others), ROOM, break_long_words=False, break_on_hyphens=False)]


def _headline(verdict: ClaimVerdict) -> str:
    word = _verdict(verdict)
    return verdict.name.ljust(WIDTH - len(word) - 2) + word


def _verdict(verdict: ClaimVerdict) -> str:
    return f"{verdict.verdict} {verdict.until} ({verdict.ended})" if verdict.until else verdict.verdict


def claim_screen(verdict: ClaimVerdict, clocks: str = "") -> str:
    """One claim: rule, finding, other readings, figures with sources, history, what would overturn it."""
    return blocks(
        (
            [_headline(verdict), *wrapped(verdict.sentence, ""), *([clocks] if clocks else [])],
            ["Rule", *wrapped(verdict.rule)],
            ["Found", *wrapped(verdict.finding)],
            _titled("Other readings", [line for each in verdict.alternatives for line in _other(each)]),
            _titled("Figures", [line for figure in verdict.figures for line in _figure(figure)]),
            _titled("Verdict by month", _marks(verdict.history)),
            _titled("What the rule said", _runs(verdict.history)),
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
    published = f", published {figure.published}" if figure.published else ""
    place = f"{figure.file}, line {figure.row}" if figure.row else figure.file or "worked out"
    return [
        *wrapped(f"{figure.label}{_value(figure)}", "  ", "    "),
        *wrapped(f"{figure.date}{published}; {figure.source}; {place}", "    ", "    "),
    ]


def _value(figure: Figure) -> str:
    if figure.value is None:
        return ": not printed, by the terms of its source" if figure.unit else ""
    inside = (
        "" if figure.low is None or figure.high is None else f" ({plain(figure.low)} to {plain(figure.high)})"
    )
    return f": {plain(figure.value)}{inside} {figure.unit}"


def _marks(points: Sequence[Point]) -> list[str]:
    """One row of marks a year, each in the place of its month; blank before the first."""
    rows = []
    for year, held in groupby(points, key=lambda point: point.date.year):
        months = {point.date.month: MARKS[point.verdict] if point.verdict else " " for point in held}
        marks = " ".join(months.get(month, " ") for month in range(1, 13))
        rows.append(f"  {year}  {marks}".rstrip())
    return ["        J F M A M J J A S O N D", *rows, f"  {LEGEND}"] if rows else []


def _runs(points: Sequence[Point]) -> list[str]:
    """List runs of the same reply, each with its first and last day and the span of the figure."""
    lines = []
    for reply, run in groupby(points, key=lambda point: point.reply):
        held = list(run)
        days = f"{held[0].date}" + (f" to {held[-1].date}" if len(held) > 1 else "")
        values = [point.value for point in held if point.value is not None]
        span = "" if not values else f"{plain(min(values), 3)} to {plain(max(values), 3)}"
        lines.append(f"  {days:<26}{reply:<14}{span}".rstrip())
    return lines
