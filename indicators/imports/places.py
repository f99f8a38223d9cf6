"""Which economy a name in somebody's file means; what may mean more than one is asked, never guessed."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from indicators.cells import read_cells
from indicators.economies import read_economies
from indicators.fault import near

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

LEAVE_OUT: Final = ""
"""What a name that is to be left out stands for."""
ELSEWHERE: Final = Path(__file__).parents[1] / "other_places.csv"
"""ISO 3166-1 codes and names of the places that are not scored, so that they are told from misspelt ones."""
_WORD: Final = re.compile(r"[^\W\d_]+")


class Places:
    """Names that are settled, and those that have to be asked about.

    Parameters
    ----------
    said : mapping of str to str
        What the user said of single names: a code, or nothing to leave the name out.
    """

    def __init__(self, said: Mapping[str, str] | None = None) -> None:
        self.said = {name.strip().casefold(): code for name, code in (said or {}).items()}
        self.listed = {code: unit for code, unit in read_economies().items() if not unit.members}
        self.known: dict[str, set[str]] = {}
        for code, unit in self.listed.items():
            for name in (code, unit.name, unit.short, *unit.aliases):
                self.known.setdefault(name.casefold(), set()).add(code)

    def economy(self, name: str, code: str = "") -> str | None:
        """Return the code that a row is about.

        Parameters
        ----------
        name, code : str
            What stands in the row; the code decides where it is one of ISO 3166-1 alpha-3.

        Returns
        -------
        str or None
            Empty where the place is not one of the scored economies; None where it has to be asked.
        """
        for word in (name, code):
            if word.casefold() in self.said:
                return self.said[word.casefold()]
        upper = code.upper()
        if upper in self.listed:
            return upper
        if upper in others():
            return LEAVE_OUT
        found = self.known.get(name.casefold(), set())
        if len(found) == 1:
            return next(iter(found))
        if name.casefold() in others().values() or not name:
            return LEAVE_OUT
        return None if found or self.meant(name) else LEAVE_OUT

    def meant(self, name: str) -> list[str]:
        """Return the codes that a name may stand for: part of a name, or nearly one."""
        words = set(_words(name))
        part = {
            code
            for known, codes in self.known.items()
            for code in codes
            if words and words < set(_words(known))
        }
        close = [] if part else _close(name, self.known)
        return sorted(part | {code for known in close for code in self.known[known]})


def _words(name: str) -> list[str]:
    return [word for word in _WORD.findall(name.casefold()) if len(word) > 3]


def _close(name: str, known: Iterable[str]) -> list[str]:
    import difflib

    return difflib.get_close_matches(name.casefold(), [word for word in known if len(word) > 3], cutoff=0.84)


@cache
def others() -> dict[str, str]:
    """Return code and name, in small letters, of the places that are not scored."""
    cells = read_cells(ELSEWHERE, ("code", "name"), ("code", "name"))
    return {code: name.casefold() for code, name in cells.rows}


def question(name: str, places: Places) -> str:
    """Say how to settle a name."""
    codes = places.meant(name) or sorted(places.known.get(name.casefold(), ()))
    hint = " or ".join(f'--name "{name}={code}"' for code in codes[:3])
    return f'Say {hint}, or --name "{name}=" to leave it out.' if codes else near(name, places.known)
