"""What fresh data would change, in numbers, and how a run over the sources ended."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from .layout import blocks, cut, padded, wrapped
from .preview import moved_lines

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fourlayers.refreshing import Refresh
    from indicators.refresh.merge import Change, Difference
    from indicators.refresh.sources import Live, Read

MOST: Final = 8
"""Values of a kind that are listed for each pair."""
_FIRST: Final = ("USA", "CHN")
_VALUES: Final = (30, 16, 16, 10)


def refresh_screen(run: Refresh) -> str:
    """Show what is new, changed and gone by pair, and what it does to the gap."""
    parts = [
        _pair(source, each)
        for source, found in run.read.differences.items()
        for each in found
        if each.differs
    ]
    same = [
        f"{source}: {each.name} as it is, {each.kept} rows"
        for source, found in run.read.differences.items()
        for each in found
        if not each.differs
    ]
    return blocks((*parts, same, *_effect(run)))


def _effect(run: Refresh) -> list[list[str]]:
    if not run.read.names:
        return []
    if run.moved is None:
        said = "What it does to the gap takes a new fit of layer 1; fourlayers data check FOLDER says it."
        return [wrapped(said)]
    return [moved_lines(run.moved, ("USA", "CHN"))]


def _pair(source: str, found: Difference) -> list[str]:
    unit = f" ({found.unit})" if found.unit else ""
    counts = [(found.new, "new"), (found.changed, "changed"), (found.gone, "gone")]
    said = ", ".join(f"{len(each)} {word}" for each, word in counts if each)
    head = f"{found.name}{unit}, from {source}: values {said}; {found.kept} rows as they are"
    lines = [line for each, word in counts for line in _listed(each, word)]
    return [*wrapped(head, "", "  "), *lines]


def _listed(found: Sequence[Change], word: str) -> list[str]:
    if not found:
        return []
    order = sorted(found, key=lambda each: (each.economy not in _FIRST, each.economy == "CHN"))
    newest = sorted(order[:], key=lambda each: each.economy not in _FIRST)[:MOST]
    lines = [padded(_values(each, word), _VALUES) for each in newest]
    rest = len(found) - len(newest)
    return [*lines, *([f"  and {rest} more {word}"] if rest else [])]


def _values(each: Change, word: str) -> tuple[str, str, str, str]:
    column = "" if each.column == "value" else f" {each.column}"
    name = " ".join(filter(None, (each.economy, each.what + column)))
    return f"  {cut(name, 27)}", each.before or "-", each.after or "-", word


def failures(read: Read) -> list[str]:
    """Say which sources could not be read, and that their data stay."""
    told = ((source, why.rstrip(".")) for source, why in read.failed.items())
    return [f"{source}: {why}. Its data stay as they were." for source, why in told]


def sources_screen(sources: Sequence[Live]) -> str:
    """List the sources with what they give and their terms."""
    return blocks(([padded((each.name, each.says, each.licence), (18, 46, 14)) for each in sources],))
