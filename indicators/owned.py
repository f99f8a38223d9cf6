"""What folders of the user's own put in place of what is shipped, or beside it, told one by one."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from .catalogue import Catalogue, Pair


@dataclass(frozen=True)
class Owned:
    """One thing that a folder adds or changes.

    Attributes
    ----------
    folder : str
        Name of the folder, without the way to it, so that the same data give the same bytes anywhere.
    kind : str
        `indicator`, `table` or `override`.
    code : str
        What is added or changed.
    message : str
        What it does, in a sentence without a full stop.
    """

    folder: str
    kind: str
    code: str
    message: str


def owned(catalogue: Catalogue) -> tuple[Owned, ...]:
    """List what is in force besides the shipped facts, by folder."""
    found = []
    for folder in catalogue.folders:
        name = folder.resolve().name
        found += [Owned(name, "indicator", *each) for each in _pairs(catalogue, folder, "indicator")]
        found += [Owned(name, "table", *each) for each in _pairs(catalogue, folder, "table")]
        found += [each for each in catalogue.applied.told if each.folder == name]
    return tuple(found)


def _pairs(catalogue: Catalogue, folder: Path, kind: str) -> Iterable[tuple[str, str]]:
    pairs = catalogue.pairs if kind == "indicator" else catalogue.table_pairs
    for code, pair in sorted(pairs.items()):
        if _of(pair, catalogue.folders) == folder:
            shipped = (kind, code) in catalogue.replaced
            yield code, f"{kind} {code}" + (" in place of the shipped one" if shipped else " is added")


def _of(pair: Pair, folders: Sequence[Path]) -> Path | None:
    """Folder that a pair stands in: the innermost, where one stands in another."""
    inside = [folder for folder in folders if folder in pair.toml.parents]
    return max(inside, key=lambda folder: len(folder.parts), default=None)


def counted(found: Sequence[Owned]) -> str:
    """Say in a few words what is in force, as in `my_data (2 indicators, 1 override)`; empty for nothing."""
    parts = []
    for folder in dict.fromkeys(each.folder for each in found):
        kinds = Counter(each.kind for each in found if each.folder == folder)
        counts = [f"{number} {kind}{'s' if number > 1 else ''}" for kind, number in kinds.items()]
        parts.append(f"{folder} ({', '.join(counts)})")
    return ", ".join(parts)
