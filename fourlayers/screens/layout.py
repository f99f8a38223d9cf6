"""Lines of a screen: wrapping, padding and the few forms of numbers that only a narrow table needs."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Final

from reports.wording import NONE

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from scoring.answer import Gap, Score

WIDTH: Final = 80
RULE: Final = "-" * 78


def wrapped(text: str, first: str = "  ", rest: str | None = None) -> list[str]:
    """Break a sentence into lines, the first and the others with their own indent."""
    indent = first if rest is None else rest
    return textwrap.wrap(
        text,
        WIDTH,
        initial_indent=first,
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
    )


def padded(cells: Sequence[str], widths: Sequence[int]) -> str:
    """One line of a table: each cell as wide as its column, cut where it is longer."""
    line = "".join(cut(cell, width - 1).ljust(width) for cell, width in zip(cells, widths, strict=True))
    return line.rstrip()


def cut(text: str, width: int) -> str:
    """Shorten a text to a width, with an ellipsis where something is left out."""
    return text if len(text) <= width else text[: width - 1].rstrip() + "…"


def blocks(parts: Iterable[Sequence[str]]) -> str:
    """Join blocks with a blank line between them; a block without content vanishes."""
    return "\n\n".join("\n".join(part) for part in parts if part) + "\n"


def cell(score: Score) -> str:
    """Score in a table, as in `88.8 [77-99]`."""
    if score.value is None:
        return "not scored"
    if score.low is None or score.high is None:
        return f"{score.value:.1f}"
    return f"{score.value:.1f} [{score.low:.0f}-{score.high:.0f}]"


def gap_cell(gap: Gap) -> str:
    """Gap in a table, as in `+11.1 [-2 to 24]`."""
    if gap.value is None:
        return NONE
    if gap.low is None or gap.high is None:
        return f"{gap.value:+.1f}"
    return f"{gap.value:+.1f} [{gap.low:.0f} to {gap.high:.0f}]"


def call_cell(gap: Gap) -> str:
    """Call in a table: `USA ahead`, `USA likely`, `no call`, `not scored`."""
    if not gap.leader:
        return gap.call
    return f"{gap.leader} {'likely' if gap.call == 'likely ahead' else gap.call}"


def years(earliest: str, latest: str) -> str:
    """Time that data describe: a month where they are of one year, else years, as in `2021-26`."""
    if not latest:
        return NONE
    if not earliest or earliest[:4] == latest[:4]:
        return latest[:7]
    return f"{earliest[:4]}-{latest[2:4]}"
