"""What fresh data would change, in numbers, and how a run over the sources ended."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from reports.wording import NONE

from .layout import blocks, cut, padded, wrapped
from .preview import moved_lines

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fourlayers.refreshing import Refresh
    from indicators.refresh.merge import Change, Difference
    from indicators.refresh.sources import Live, Read

MOST: Final = 8
"""Values of a kind that are listed for each pair."""
_PAIR: Final = {"USA": 0, "CHN": 1}
"""Whose values come first."""
_VALUES: Final = (42, 14, 15, 8)


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
    kinds = [(found.new, "new"), (found.changed, "changed"), (found.gone, "gone")]
    counts = [f"{len({each[:2] for each in some})} {word}" for some, word in kinds if some]
    counts += [f"{found.renewed} seen again"] if found.renewed else []
    told, alike = _apart([each for some, _ in kinds for each in some])
    of = f" ({', '.join(alike)})" if alike else ""
    head = f"{found.name}{unit}, from {source}: rows {', '.join(counts)}{of}; {found.kept} as they are"
    return [*wrapped(head, "", "  "), *(line for some, word in kinds for line in _listed(some, word, told))]


def _apart(found: Sequence[Change]) -> tuple[tuple[int, ...], list[str]]:
    """Return which parts of what a value is of tell the values apart, and what is alike in all of them."""
    parts = [set(each) for each in zip(*(each.what for each in found), strict=True)]
    if len({each[:2] for each in found}) < 2:
        return tuple(range(len(parts))), []
    alike = [next(iter(held)) for held in parts if len(held) == 1]
    return tuple(k for k, held in enumerate(parts) if len(held) > 1), list(filter(None, alike))


def _listed(found: Sequence[Change], word: str, told: tuple[int, ...]) -> list[str]:
    if not found:
        return []
    first = sorted(found, key=lambda each: _PAIR.get(each.economy, len(_PAIR)))[:MOST]
    lines = [padded(_values(each, word, told), _VALUES) for each in first]
    rest = len(found) - len(first)
    return [*lines, *([f"  and {rest} more {word}"] if rest else [])]


def _values(each: Change, word: str, told: tuple[int, ...]) -> tuple[str, str, str, str]:
    column = "" if each.column == "value" else each.column.removesuffix("_usd_per_mtok")
    name = " ".join(filter(None, (each.economy, *(each.what[k] for k in told), column)))
    return f"  {cut(name, 39)}", each.before or NONE, each.after or NONE, word


def failures(read: Read) -> list[str]:
    """Say which sources could not be read, and that their data stay."""
    told = ((source, why if why.endswith((".", "?")) else f"{why}.") for source, why in read.failed.items())
    return [f"{source}: {why} Its data stay as they were." for source, why in told]


def sources_screen(sources: Sequence[Live]) -> str:
    """List the sources with what they give and their terms."""
    return blocks(([padded((each.name, each.says, each.licence), (18, 46, 14)) for each in sources],))
