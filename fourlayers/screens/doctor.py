"""The screen of `doctor`: what was looked at, part by part, and what is to be done."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from reports.wording import plural, upper_first

from .layout import blocks, wrapped

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fourlayers.health import Finding

MARKS: Final = {"fine": " ", "mind": "~", "wrong": "!"}


def doctor_screen(found: Sequence[Finding]) -> str:
    """Say what was found; `~` is worth knowing, `!` is to be mended."""
    parts = [
        [part, *(line for each in found if each.part == part for line in _said(each))]
        for part in dict.fromkeys(each.part for each in found)
    ]
    wrong = sum(each.state == "wrong" for each in found)
    last = f"{upper_first(plural(wrong, 'thing'))} to mend, marked with !" if wrong else "Nothing to mend."
    return blocks([*parts, [last]])


def _said(each: Finding) -> list[str]:
    return wrapped(f"{MARKS[each.state]} {each.says}", "  " if each.state == "fine" else "", "    ")
