"""Folders of the user's own data: those of the environment below, those of the command line above."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from indicators.fault import UsageError, printable
from indicators.folder import files

from .command import VARIABLE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .settings import Settings


def environment() -> tuple[Path, ...]:
    """Folders that the environment names, with the sign between them that PATH has; later over earlier."""
    named = os.environ.get(VARIABLE, "").split(os.pathsep)
    return tuple(Path(name).expanduser() for name in named if name.strip())


def in_force(given: Sequence[str | Path], settings: Settings) -> tuple[Path, ...]:
    """Folders whose data stand over the shipped ones, each over those before it.

    Parameters
    ----------
    given : sequence of str or Path
        Of the command line; they replace those of the settings, and stand over those of the environment.
    settings : Settings
        Of the working folder.

    Raises
    ------
    UsageError
        If one of them cannot be.
    """
    named = [folder(name) for name in given or settings.data]
    taken = {path.resolve() for path in named}
    below = [_there(path) for path in environment()]
    return (*(path for path in below if path.resolve() not in taken), *named)


def named(words: Sequence[str], kind: str, shipped: Path, folders: Sequence[Path]) -> list[str]:
    """Find what is called by its name in `kind/` of the folders; several may be joined with a plus.

    Raises
    ------
    UsageError
        If a name is that of a shipped one too.
    """
    from scoring.index.described import called

    def one(word: str) -> str:
        return str(called(word.strip(), kind, shipped, folders))

    return [word if Path(word).is_file() else "+".join(map(one, word.split("+"))) for word in words]


def held(kind: str, folders: Sequence[Path]) -> list[str]:
    """Names of what the folders hold in `kind/`."""
    return sorted({path.stem for folder in folders for path in (folder / kind).glob("*.toml")})


def said() -> str:
    """Say which folders of the environment are in force, so that nobody is surprised by them; else empty."""
    names = ", ".join(map(str, environment()))
    return f"own data in force, from {VARIABLE}: {printable(names)}" if names else ""


def _there(path: Path) -> Path:
    """Check a folder of the environment; it may be empty, as before the first file is written to it."""
    if path.is_dir():
        return path
    found = "a file stands there" if path.exists() else "there is no such folder"
    message = f"{VARIABLE}: {printable(str(path))}: {found}; make it, or take it out of the variable"
    raise UsageError(message)


def folder(name: str | Path, option: str = "--data") -> Path:
    """Check a folder of data.

    Raises
    ------
    UsageError
        If it is none, or holds no pair of files.
    """
    path = Path(name)
    if not path.is_dir():
        found = "a file stands there" if path.exists() else "there is no such folder"
        message = f"{option} {name}: {found}; expected a folder with pairs of .toml and .csv"
        raise UsageError(message)
    if not any(each.suffix in {".toml", ".csv"} for each in files(path)):
        message = f"{option} {name}: no .toml and no .csv in it; expected a folder with pairs of them"
        raise UsageError(message)
    return path
