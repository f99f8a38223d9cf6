"""The screen of `diff`: how each gap moved, and the rows, settings and code behind it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from reports.wording import NONE, plain, plural
from scoring.questions.diff import CAUSES

from .layout import RULE, blocks, cut, wrapped

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from scoring.questions.diff import Cause, Diff, Move, Part
    from scoring.questions.held import Half, Run, Told

SHOWN: Final = 12
"""Parts of a cause that the screen names."""
STILL: Final = 0.05
"""Points below which a move is not seen at one decimal."""
HEADS: Final[dict[Cause, str]] = {
    "data": "Data",
    "recipe": "Recipe",
    "code": "Code",
    "together": "Not told apart: the row and how it is read or computed both changed",
}
_SIDES: Final = (26, 8, 8, 8)
_CAUSE: Final = 9


def diff_screen(found: Diff) -> str:
    """Draw one screen: the moves by cause, changed calls, then the parts of each cause, the largest first."""
    a, b = found.new.pair
    head = [f"What moved between two runs: {a} minus {b}", *_runs(found)]
    if found.empty:
        return blocks((head, ["Nothing moved."]))
    parts = [_parts(found, cause) for cause in CAUSES]
    return blocks((head, _moves(found), _calls(found), *parts, _settings(found), _revised(found)))


def _runs(found: Diff) -> list[str]:
    lines = []
    for name, run in (("OLD", found.old), ("NEW", found.new)):
        text = f"{name}  {run.as_of}{f', known by {run.known_by}' if run.known_by else ''}"
        lines.append(f"{text} · data {run.vintage} · {_code(run)} · run {run.fingerprint[:7]}")
    return lines


def _code(run: Run) -> str:
    return f"{run.version} {run.code[:7]}"


def _moves(found: Diff) -> list[str]:
    """Table of the moves; a column for each cause that has any part."""
    causes = [cause for cause in CAUSES if found.of(cause)]
    widths = (*_SIDES, *(_CAUSE for _ in causes))
    heads = ["Gap, points", "old", "new", "move", *causes]
    lines = [_right(heads, widths)]
    overall, *layers = found.moves
    for move in (*layers, overall):
        if move is overall:
            lines.append(RULE)
        lines.append(_right([move.title, *_figures(move, causes)], widths))
    return lines


def _figures(move: Move, causes: Sequence[Cause]) -> list[str]:
    ends = [NONE if told.value is None else f"{told.value:+.1f}" for told in (move.old, move.new)]
    if move.points is None:
        return [*ends, NONE, *(NONE for _ in causes)]
    return [*ends, _moved(move.points), *(_moved(move.by[cause]) for cause in causes)]


def _moved(value: float) -> str:
    """Write points that moved; an equals sign for none at all, which differs from a little."""
    if abs(value) < STILL / 10:
        return "=" if value == 0 else "~0"
    return f"{value:+.2f}" if abs(value) < STILL else f"{value:+.1f}"


def _right(cells: Sequence[str], widths: Sequence[int]) -> str:
    """One line: the first cell to the left, the others to the right."""
    first, *rest = zip(cells, widths, strict=True)
    line = cut(first[0], first[1] - 1).ljust(first[1]) + "".join(cell.rjust(width) for cell, width in rest)
    return line.rstrip()


def _calls(found: Diff) -> list[str]:
    changed = [f"{move.title}: {_call(move.old)} before, {_call(move.new)} now" for move in found.calls()]
    return ["Calls", *(line for text in changed for line in wrapped(text, "  ", "    "))] if changed else []


def _call(told: Told) -> str:
    return f"{told.leader} {told.call}" if told.leader else told.call


def _parts(found: Diff, cause: Cause) -> list[str]:
    parts = found.of(cause)
    if not parts:
        return []
    title = HEADS[cause]
    if cause == "code":
        title = f"Code: {_code(found.old)} before, {_code(found.new)} now"
    widths = (57, 11, 10)
    lines = [_right([title, "in layer", "overall"], widths)] if len(title) < widths[0] else [title]
    for part in parts[:SHOWN]:
        lines += _part(found, part, widths)
    more = len(parts) - SHOWN
    return [*lines, f"  and {plural(more, 'more part')}: --format csv has all"] if more > 0 else lines


def _part(found: Diff, part: Part, widths: Sequence[int]) -> Iterator[str]:
    item = found.new.items.get(part.code) or found.old.items.get(part.code)
    layer = item.layer if item else ""
    name = f"{part.what} {part.economy} {item.short}" if item else part.what
    inside = _moved(part.points[layer]) if layer in part.points else ""
    whole = _moved(part.points["overall"]) if "overall" in part.points else ""
    yield _right([f"  {name}", inside, whole], widths)
    if item and part.cause != "recipe":
        unit = f" · {item.unit}" if _is_told(part.old) or _is_told(part.new) else ""
        yield cut(f"    {_evidence(part.old)} before, {_evidence(part.new)} now{unit}", 79)


def _is_told(half: Half | None) -> bool:
    """Say whether a value is shown."""
    return half is not None and half.free and half.value is not None


def _evidence(half: Half | None) -> str:
    """Write a value with its period; what may not be passed on is not shown."""
    if half is None:
        return "not there"
    if half.state not in {"observed", "stale", "zero"}:
        return half.state
    if half.state == "stale":
        return f"too old ({half.date})"
    value = plain(half.value) if half.free else "withheld by licence"
    return f"{value} ({half.date})" if half.date else value


def _settings(found: Diff) -> list[str]:
    if not found.settings:
        return []
    texts = [f"{each.path}: {_plain(each.old)} before, {_plain(each.new)} now" for each in found.settings]
    lines = [line for text in texts[:SHOWN] for line in wrapped(text, "  ", "    ")]
    more = len(texts) - SHOWN
    return [
        "Settings that differ",
        *lines,
        *([f"  and {plural(more, 'more setting')}: --format json has all"] if more > 0 else []),
    ]


def _plain(value: object) -> str:
    text = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
    return "none" if value is None else cut(text, 36)


def _revised(found: Diff) -> list[str]:
    if not found.revised:
        return []
    names = ", ".join(f"{code} {economy}" for code, economy in found.revised[:SHOWN])
    more = ", ..." if len(found.revised) > SHOWN else ""
    text = f"{plural(len(found.revised), 'row')} revised or dated anew without moving a score: {names}{more}"
    return wrapped(text[:1].upper() + text[1:], "", "  ")
