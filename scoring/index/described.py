"""Reads a TOML that describes how to compute: shipped under a name, or a file of the user's."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

from pydantic import ValidationError

from indicators.fault import DataError, Fault, UsageError, near, unknown
from indicators.schema import Frozen
from indicators.texts import read_toml

if TYPE_CHECKING:
    from collections.abc import Sequence

Described = TypeVar("Described", bound=Frozen)

_UNKNOWN: Final = re.compile(r"^unknown (.+?) '[^']*'; (.*)$")
"""Message about a name that there is not; the name stands in the fault already."""
ALL: Final = "for all levels"
EACH: Final = "level by level"


HIDDEN: Final = "~"
"""First letter of a tag that says which of several forms was meant; it is no part of the place of a fault."""


def tag(value: Any) -> str:  # noqa: ANN401 - whatever stands in the file
    """Say whether a key holds one thing for all levels or a list of one for each."""
    return EACH if isinstance(value, list | tuple) else ALL


def called(name: str | Path, kind: str, shipped: Path, folders: Sequence[Path]) -> str | Path:
    """Find a file that is called by its name: shipped, or in `kind/` of a folder of the user's own.

    Returns
    -------
    str or Path
        The name as it was given where it is shipped, or where it is no name; else the path of the file.

    Raises
    ------
    UsageError
        If it is shipped and a folder holds another one of that name: nobody could tell which was meant.
    """
    held = [folder / kind / f"{name}.toml" for folder in folders if "/" not in str(name)]
    found = [path for path in held if path.is_file()]
    if not found:
        return name
    if (shipped / f"{name}.toml").is_file():
        message = f"{found[-1]}: {name!r} is the name of a shipped one of {kind}; give the file another name"
        raise UsageError(message)
    return found[-1]


def read_described(kind: type[Described], name: str | Path, folder: Path) -> Described:
    """Read a shipped description by name, or one from a file.

    Parameters
    ----------
    kind : type
        What the file describes: `Recipe` or `Framework`.
    name : str or Path
        The name of a shipped one, or the path of a file.
    folder : Path
        Where the shipped ones are.

    Raises
    ------
    UsageError
        If there is neither.
    DataError
        With every fault of the file.
    """
    shipped = {path.stem: path for path in folder.glob("*.toml")}
    path = shipped.get(str(name), Path(name))
    if not path.is_file():
        raise unknown(kind.__name__.lower(), str(name), shipped)
    try:
        return kind.model_validate(read_toml(path)[1])
    except ValidationError as error:
        raise DataError(faults_of(path.name, error, kind)) from None


def faults_of(file: str, error: ValidationError, kind: type[Frozen] | None = None) -> list[Fault]:
    """Say every fault with its key, what stands there and what was expected; `kind` has the known keys."""
    faults = []
    for each in error.errors(include_url=False):
        missing, whole = each["type"] == "missing", isinstance(each["input"], dict)
        plain = each["msg"].removeprefix("Value error, ").removeprefix("Input should be ")
        if each["type"] == "extra_forbidden":
            plain = "no such key" + (f"; {known}" if (known := _near_keys(kind, each["loc"])) else "")
        if not whole:
            plain = _UNKNOWN.sub(r"a known \1; \2", plain)
        found = "nothing" if missing else plain if whole else repr(each["input"])[:80]
        expected = "this key (it is required)" if missing else "parts that fit together" if whole else plain
        parts = [str(part) for part in each["loc"] if part not in {ALL, EACH}]
        place = ".".join(part for part in parts if not part.startswith(HIDDEN))
        faults.append(Fault(file, 0, place, found, expected))
    return faults


def _near_keys(kind: type[Frozen] | None, place: tuple[int | str, ...]) -> str:
    """Find the keys that look like the last of a place, by walking the description there."""
    at: Any = kind
    for part in place[:-1]:
        field = at.model_fields.get(str(part)) if isinstance(at, type) and issubclass(at, Frozen) else None
        at = field.annotation if field else None
    known = at.model_fields if isinstance(at, type) and issubclass(at, Frozen) else ()
    return near(str(place[-1]), known)
