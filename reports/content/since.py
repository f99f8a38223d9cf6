"""The third finding where an earlier run is given: what has moved since then, and what moved it."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Final

from reports.wording import day, in_text, listed, lower_first, points, the, upper_first
from scoring.questions.diff import diff
from scoring.questions.held import held

from .pieces import Finding

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scoring.answer import Answer
    from scoring.questions.diff import Diff, Move, Part
    from scoring.questions.held import Run, Told

NAMED: Final = 3
"""Parts that are named."""
SEEN: Final = 0.05
"""Points that a move must have to be seen at one decimal."""
REFERENCE: Final = "fourlayers diff"
NAMES: Final = {"together": "row and code or reading, not told apart"}


def since(answer: Answer, old: Run) -> Finding:
    """Say what has moved since an earlier run.

    Raises
    ------
    UsageError
        If that run answered another question.
    """
    found = diff(old, held(answer))
    when = _when(answer, old)
    changed = found.calls()
    moved = [move for move in found.moves if move.points is not None and abs(move.points) >= SEEN]
    word = "calls changed" if changed else "calls as before"
    if not changed and not moved:
        said = f"Nothing to speak of has moved since {when}."
        return Finding(said, _still(found), word, REFERENCE)
    sentence = _calls(answer, changed, when) if changed else _gaps(answer, moved, when)
    return Finding(sentence, _detail(answer, found, moved), word, REFERENCE)


def _when(answer: Answer, old: Run) -> str:
    """Name the earlier run by its day, or where that is the same by its mark."""
    if old.as_of == answer.as_of.isoformat():
        return f"run {old.fingerprint[:7]} of the same day"
    return f"the run of {day(date.fromisoformat(old.as_of))}"


def _still(found: Diff) -> str:
    """Say that rows changed although nothing moved by as much as is shown."""
    rows = len({(part.code, part.economy) for part in found.of("data")} | set(found.revised))
    return f"Rows of data that are not what they were: {rows}." if rows else ""


def _calls(answer: Answer, changed: Sequence[Move], when: str) -> str:
    names = {move.node: in_text(answer, [move.node]) for move in changed} | {"overall": "the overall call"}
    said = [
        f"{names[move.node]} went from {_words(answer, move.old)} to {_words(answer, move.new)}"
        for move in changed
    ]
    return upper_first(f"since {when} {listed(said)}.")


def _words(answer: Answer, told: Told) -> str:
    return f"{the(answer.names[told.leader])} {told.call}" if told.leader else told.call


def _gaps(answer: Answer, moved: list[Move], when: str) -> str:
    """Name the widest move: the overall one where it is seen, else that of a layer."""
    widest = next((move for move in moved if move.node == "overall"), None)
    widest = widest or max(moved, key=lambda move: abs(move.points or 0.0))
    name = "the overall gap" if widest.node == "overall" else f"the gap in {in_text(answer, [widest.node])}"
    ends = f"from {points(widest.old.value)} to {points(widest.new.value)} points"
    return f"No call has changed since {when}; {name} went {ends}."


def _detail(answer: Answer, found: Diff, moved: list[Move]) -> str:
    """Split the overall move, or the widest of a layer, by cause, and name what moved it most."""
    known = [move for move in found.moves if move.points is not None]
    if not known:
        return ""
    overall = next((move for move in known if move.node == "overall"), None)
    shown = overall if overall and (overall in moved or not moved) else max(moved or known, key=_size)
    causes = [f"{NAMES.get(cause, cause)} {_signed(value)}" for cause, value in shown.by.items() if value]
    name = "overall" if shown.node == "overall" else in_text(answer, [shown.node])
    text = (
        f"Points, positive for {the(answer.names[answer.pair[0]])}, {name}: {', '.join(causes) or 'no move'}."
    )
    parts = [part for part in found.parts if abs(part.points.get(shown.node, 0.0)) >= SEEN / 10]
    parts = sorted(parts, key=lambda part: -abs(part.points[shown.node]))[:NAMED]
    named = "; ".join(f"{_name(answer, found, part)} ({_signed(part.points[shown.node])})" for part in parts)
    return f"{text} Most by {named}." if named else text


def _size(move: Move) -> float:
    return abs(move.points or 0.0)


def _name(answer: Answer, found: Diff, part: Part) -> str:
    item = found.new.items.get(part.code) or found.old.items.get(part.code)
    if item is None:
        return part.what
    return f"{lower_first(item.short)}, {answer.names.get(part.economy, part.economy)}, {part.what}"


def _signed(value: float) -> str:
    """Write points with their sign, two decimals where one would show none."""
    text = points(value) if abs(value) >= SEEN else f"{value:.2f}".replace("-", "\N{MINUS SIGN}")
    return text if value < 0 else f"+{text}"
