"""What indicators of one's own would do, under the word that all is in order."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from reports.wording import NONE

from .layout import blocks, cut, padded, wrapped

if TYPE_CHECKING:
    from collections.abc import Sequence

    from indicators.owned import Owned
    from scoring.preview import Moved, Preview, Seen

_GAPS: Final = (34, 12, 12, 12)
_WEIGHTS: Final = (44, 12, 12)


def preview_screen(found: Preview) -> str:
    """Say for each indicator who scores what, and for all of them together how the gap moves."""
    shown = f"Weight 0, shown and not scored: {', '.join(found.shown)}."
    parts = [part for each in found.seen for part in _indicator(each)]
    moved = moved_lines(found.moved, found.pair) if found.seen or found.moved else []
    return blocks((*parts, moved, wrapped(shown, "", "  ") if found.shown else []))


def overrides_screen(told: Sequence[Owned]) -> str:
    """Say what is changed of what is shipped, one by one."""
    lines = [line for it in told for line in wrapped(f"{it.folder}: {it.message}", "  ", "    ")]
    return blocks([["Overrides in force", *lines]])


def _indicator(seen: Seen) -> list[list[str]]:
    scores = ", ".join(f"{code} {score:.1f}" for code, score in seen.scores.items())
    said = scores or "nobody: no value at the state date, or all too old"
    alike = "; ".join(
        f"{each.code} {each.r:+.2f} ({each.low:+.2f} to {each.high:+.2f}, n {each.n})" for each in seen.alike
    )
    told = f"tells much the same as: {alike}" if alike else "no weighted indicator correlates at 0.7 or more"
    head = [f"{seen.code} ({seen.layer}.{seen.pillar})"]
    weights = [padded(("  weight in the layer", "before", "after"), _WEIGHTS)]
    weights += [
        padded((f"    {cut(code, 38)}", f"{100 * old:.1f} %", f"{100 * new:.1f} %"), _WEIGHTS)
        for code, (old, new) in seen.weights.items()
    ]
    return [[*head, *wrapped(f"scores: {said}", "  ", "    "), *wrapped(told, "  ", "    "), *weights]]


def moved_lines(moved: Sequence[Moved], pair: tuple[str, str]) -> list[str]:
    """Say how the gap of a pair moves at every node at which it does."""
    if not moved:
        return [f"The gap of {' and '.join(pair)} does not move."]
    head = padded((f"Gap, {pair[0]} minus {pair[1]}", "without", "with", "change"), _GAPS)
    return [head, *(padded(_line(each), _GAPS) for each in moved)]


def _line(moved: Moved) -> tuple[str, str, str, str]:
    old, new = moved.before, moved.after
    change = NONE if old is None or new is None else f"{new - old:+.1f}"
    name = moved.node.replace("_", " ").replace(".", ", ")
    return f"  {cut(name, 31)}", "new" if moved.added else _points(old), _points(new), change


def _points(gap: float | None) -> str:
    return "not scored" if gap is None else f"{gap:+.1f}"
