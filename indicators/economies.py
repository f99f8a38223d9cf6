"""Economies and blocs: their codes, names and the words a user may call them by."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from .cells import read_cells
from .fault import DataError, Fault, near, unknown
from .schema import Economy

if TYPE_CHECKING:
    from collections.abc import Mapping

HERE = Path(__file__).parent
_COLUMNS = ("code", "name", "short", "adjective", "aliases")
_BLOC_COLUMNS = ("code", "name", "short", "members")


def read_economies(folder: Path = HERE) -> dict[str, Economy]:
    """Read the economies in the order of the file, then the blocs.

    Raises
    ------
    DataError
        If a code or an alias stands twice, or a bloc names an unknown member.
    """
    units = {}
    cells = read_cells(folder / "economies.csv", _COLUMNS, _COLUMNS)
    for row in cells.rows:
        code, name, short, adjective, aliases = row
        units[code] = Economy(
            code=code,
            name=name,
            short=short,
            adjective=adjective,
            aliases=tuple(filter(None, aliases.split(";"))),
        )
    blocs = read_cells(folder / "blocs.csv", _BLOC_COLUMNS, _BLOC_COLUMNS)
    for (code, name, short, members), line in zip(blocs.rows, blocs.lines, strict=True):
        strangers = [member for member in members.split(";") if member not in units]
        if strangers:
            blocs.faults.append(Fault(blocs.file, line, "members", ", ".join(strangers), "listed economies"))
        units[code] = Economy(code=code, name=name, short=short, members=tuple(members.split(";")))
    if cells.faults or blocs.faults:
        raise DataError([*cells.faults, *blocs.faults])
    return units


def resolve(word: str, economies: Mapping[str, Economy]) -> str:
    """Code of the economy or bloc that a user means.

    Parameters
    ----------
    word : str
        A code, a name or an alias; case and surrounding blanks do not matter.

    Raises
    ------
    UsageError
        With near names, where nothing or more than one thing is meant.
    """
    names: dict[str, set[str]] = {}
    for code, unit in economies.items():
        for name in (code, code.replace("_", "-"), unit.name, unit.short, unit.adjective, *unit.aliases):
            names.setdefault(name.casefold(), set()).add(code)
    names.pop("", None)
    found = names.get(word.strip().casefold(), set())
    if len(found) == 1:
        return found.pop()
    if near(word.strip().casefold(), names):
        raise unknown("economy", word.strip().casefold(), names)
    raise unknown("economy", word, economies)
