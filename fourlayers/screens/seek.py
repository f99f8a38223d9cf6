"""The screen of `scenario seek`: what each lever would have to be for a gap to reach a goal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from reports.scenario_words import signed
from reports.wording import plain

from .layout import blocks, cut, wrapped

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scoring.questions.scenario.seek import Sought

SHOWN: Final = 12


def seek_screen(found: Sequence[Sought], pair: tuple[str, str], node: str, goal: float) -> str:
    """List the levers that reach the goal, the least change first, then those that cannot."""
    reaching = [each for each in found if each.found]
    others = [each for each in found if not each.found]
    head = wrapped(
        f"What would bring the gap at {node}, {' minus '.join(pair)}, to {signed(goal, sign=False)}? "
        "Each alone, everything else as it stands; the least change first, "
        "in goalpost ranges of all that it moves.",
        "",
    )
    return blocks(
        (
            head,
            _reaching(reaching),
            _others(others),
            [
                *wrapped(
                    "Every answer was run: its gap is the goal to a millionth of a point. A goalpost "
                    "range is the way from an indicator's worst goalpost to its best.",
                    "",
                )
            ],
        )
    )


def _reaching(found: Sequence[Sought]) -> list[str]:
    if not found:
        return ["No lever reaches it: cannot, even at the goalpost."]
    lines = ["".ljust(45) + "now".rjust(10) + "needed".rjust(12) + "ranges".rjust(9)]
    for each in found[:SHOWN]:
        name = each.target.partition(".")[2]
        lines.append(
            f" {cut(name, 43):<44}{plain(each.now, 3):>10}{plain(each.to, 3):>12}{each.ranges:>9.2f}"
        )
    left = len(found) - SHOWN
    return [*lines, f" and {left} more that need a larger change"] if left > 0 else lines


def _others(found: Sequence[Sought]) -> list[str]:
    if not found:
        return []
    lines = [f"Cannot, even at the goalpost ({len(found)}); gap reached there, the nearest first"]
    for each in found[:SHOWN]:
        name = each.target.partition(".")[2]
        lines.append(
            f" {cut(name, 43):<44}{plain(each.now, 3):>10}{plain(each.end, 3):>12}{signed(each.at_end):>9}"
        )
    left = len(found) - SHOWN
    return [*lines, f" and {left} more"] if left > 0 else lines
