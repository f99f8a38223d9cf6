"""What is wrong with a file, said so that its owner can mend it; leans on nothing."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable


LONGEST = 120
"""Characters of a cell that a message repeats."""
MOST_NAMES = 40
"""Names that a message lists."""
MOST_FAULTS = 1_000
"""Faults after which a reader stops: a file with more of them is of another kind than expected."""
MOST_LINES = 200
"""Faults that a message spells out."""


@dataclass(frozen=True, order=True)
class Fault:
    """One thing wrong at one place.

    Parameters
    ----------
    file : str
        File name as its owner knows it.
    row : int
        Line of the file, 0 where the fault is not in one line.
    column : str
        Column or key, empty where the fault concerns the whole file.
    found, expected, repair : str
        What stands there, what was expected, what to do.
    severity : str
        `error`: the data cannot be used; `warning`: they can, and somebody should look.
    """

    file: str
    row: int
    column: str
    found: str
    expected: str
    repair: str = ""
    severity: Literal["error", "warning"] = "error"

    def __str__(self) -> str:
        where = (
            self.file
            + (f", row {self.row}" if self.row else "")
            + (f", {self.column}" if self.column else "")
        )
        found = self.found if len(self.found) <= LONGEST else f"{self.found[:LONGEST]}..."
        text = f"{where}: found {found}; expected {self.expected}"
        repair = f". {self.repair[0].upper()}{self.repair[1:]}" if self.repair else ""
        return printable(text + repair)


def shown(cell: str) -> str:
    """Return a cell as a message shows it."""
    return repr(cell) if cell else "an empty cell"


def printable(text: str) -> str:
    """Escape what a terminal would obey instead of show: names in a file may be hostile."""
    return "".join(each if each.isprintable() else repr(each)[1:-1] for each in text)


def too_many(faults: list[Fault], file: str, line: int) -> bool:
    """Say whether a reader is to stop, and add to the faults that it did."""
    if len(faults) < MOST_FAULTS:
        return False
    found, repair = f"{len(faults):,} faults up to here", "Mend these first; what follows was not read."
    faults.append(Fault(file, line, "", found, "rows in order", repair))
    return True


class DataError(ValueError):
    """Faults in data, all of them at once.

    Attributes
    ----------
    faults : tuple of Fault
        In the order of file, row and column.
    """

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(sorted(faults))
        count, told = len(self.faults), list(map(str, self.faults[:MOST_LINES]))
        if count > MOST_LINES:
            told.append(f"and {count - MOST_LINES:,} more")
        super().__init__(f"{count} fault{'s' if count != 1 else ''} in the data\n" + "\n".join(told))

    def __reduce__(self) -> tuple[type[DataError], tuple[tuple[Fault, ...]]]:
        """Travel from one process to another with the faults, not with their text."""
        return type(self), (self.faults,)


class UsageError(ValueError):
    """A request that cannot be carried out: an unknown name, an impossible option."""

    def __str__(self) -> str:
        return "\n".join(map(printable, super().__str__().split("\n")))


def near(word: str, known: Iterable[str], most: int = 3) -> str:
    """Words of `known` that look like `word`, as the tail of a message; empty where none does."""
    found = difflib.get_close_matches(word, list(known), n=most, cutoff=0.5)
    return f"did you mean {' or '.join(found)}?" if found else ""


def unknown(kind: str, word: str, known: Iterable[str]) -> UsageError:
    """Make the error for a name that is not known, with the near ones or the whole list."""
    names = sorted(known)
    rest = f" and {len(names) - MOST_NAMES} more" if len(names) > MOST_NAMES else ""
    hint = near(word, names) or f"known: {', '.join(names[:MOST_NAMES]) or 'none'}{rest}"
    return UsageError(f"unknown {kind} {word!r}; {hint}")
