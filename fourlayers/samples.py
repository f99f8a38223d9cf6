"""Examples that ship: found, told in a line each, copied without harm to what is there."""

from __future__ import annotations

import ast
import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from indicators.fault import UsageError, unknown
from indicators.whole import put

if TYPE_CHECKING:
    from collections.abc import Iterable

HERE: Final = Path(__file__).parent
HOMES: Final = (HERE / "examples", HERE.parent / "examples")
"""Where they stand: within the installed package, or beside it in the sources."""
SUFFIXES: Final = (".py", ".toml", ".csv")
NOTEBOOKS: Final = "notebooks"


@dataclass(frozen=True)
class Sample:
    """One example.

    Attributes
    ----------
    name : str
        As it is asked for: the file's name without its ending, or the folder's.
    says : str
        One line.
    root : Path
        Folder of all examples.
    files : tuple of Path
        Its files, from `root`.
    """

    name: str
    says: str
    root: Path
    files: tuple[Path, ...]

    def text(self) -> str:
        """Return its content; several files one after another, each under its name."""
        parts = [(path, (self.root / path).read_text(encoding="utf-8")) for path in self.files]
        if len(parts) == 1:
            return parts[0][1]
        return "\n".join(f"# --- {path}\n{text}" for path, text in parts)


def samples(root: Path | None = None) -> dict[str, Sample]:
    """List the examples by name: scripts, then notebooks, then folders of data.

    Parameters
    ----------
    root : Path, optional
        Folder that holds them; the shipped one by default.
    """
    home = root or next(folder for folder in HOMES if folder.is_dir())
    scripts = [path for path in sorted(home.glob("*.py")) if path.is_file()]
    notebooks = sorted((home / NOTEBOOKS).glob("*.py"))
    folders = [path for path in sorted(home.iterdir()) if path.is_dir() and any(path.glob("*.toml"))]
    found = [_script(path, home) for path in (*scripts, *notebooks)] + [
        _folder(path, home) for path in folders
    ]
    return {each.name: each for each in found}


def _script(path: Path, home: Path) -> Sample:
    text = path.read_text(encoding="utf-8")
    heading = re.search(r"^# # (.+)$", text, re.MULTILINE)
    says = f"notebook: {heading[1]}" if heading else (ast.get_docstring(ast.parse(text)) or "").split("\n")[0]
    return Sample(path.stem, says, home, (path.relative_to(home),))


def _folder(path: Path, home: Path) -> Sample:
    titles = [
        tomllib.loads(each.read_text(encoding="utf-8"))["title"] for each in sorted(path.glob("*.toml"))
    ]
    files = tuple(each.relative_to(home) for each in sorted(path.iterdir()) if each.suffix in SUFFIXES)
    return Sample(path.name, f"folder for --data: {'; '.join(titles)}", home, files)


def sample(name: str) -> Sample:
    """Find an example by its name, with or without its ending.

    Raises
    ------
    UsageError
        With near names, if there is none such.
    """
    known = samples()
    wanted = Path(name).name.removesuffix(".py").replace("-", "_")
    if wanted not in known:
        raise unknown("example", name, known)
    return known[wanted]


def copy(wanted: Iterable[Sample], into: Path, *, replace: bool = False) -> list[Path]:
    """Copy examples into a folder; none of them if one of their files is there already.

    Parameters
    ----------
    wanted : iterable of Sample
        What to copy.
    into : Path
        The folder, made if it is not there.
    replace : bool
        Whether files of the same name are replaced.

    Returns
    -------
    list of Path
        What was written.

    Raises
    ------
    UsageError
        If a file is there and is not to be replaced; nothing is written then.
    """
    from .writing import prepared

    pairs = [(each.root / path, into / path) for each in wanted for path in each.files]
    if (there := [target for _, target in pairs if target.exists()]) and not replace:
        named = ", ".join(map(str, there[:3])) + (f" and {len(there) - 3} more" if len(there) > 3 else "")
        message = f"{named}: there already; nothing was copied. Name another folder, or add --replace"
        raise UsageError(message)
    for folder in sorted({target.parent for _, target in pairs}):
        prepared(folder, "--into")
    return [put(target, source.read_bytes()) for source, target in pairs]
