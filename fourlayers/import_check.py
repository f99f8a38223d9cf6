"""Looks where the four packages below would come from: a user's own `scoring.py` would hide ours."""

from __future__ import annotations

import sys
from importlib.util import find_spec
from pathlib import Path

BELOW = ("indicators", "layers", "scoring", "reports")


def hidden(root: Path | None = None) -> list[str]:
    """Say of each package below which other file hides it.

    Parameters
    ----------
    root : Path, optional
        The folder that holds the five packages; the one of this file by default.

    Returns
    -------
    list of str
        One sentence for each hidden package, empty where all is well.
    """
    root = root or Path(__file__).resolve().parent.parent
    return [said for name in BELOW if (said := _hidden_by(name, root))]


def _hidden_by(name: str, root: Path) -> str:
    try:
        spec = find_spec(name)
    except ValueError:  # a module of that name was put into sys.modules by hand
        spec = None
    origin = spec.origin if spec else None
    if origin and Path(origin).resolve() == root / name / "__init__.py":
        return ""
    found = origin or ", ".join((spec.submodule_search_locations if spec else None) or ["nowhere"])
    whose = [owner for owner in owners(name) if owner != "fourlayers"]
    said = f" (of the installed distribution {', '.join(whose)})" if whose else ""
    return f"its package {name!r} would come from {found}{said}, not from {root / name}"


def owners(name: str) -> list[str]:
    """Name the installed distributions that hold a package of that name at the top."""
    from importlib.metadata import packages_distributions

    return sorted(set(packages_distributions().get(name, ())))


def check() -> None:
    """Refuse to go on where a package below is hidden.

    Raises
    ------
    ImportError
        With the files that are in the way; on the command line the same words and exit code 2.
    """
    wrong = hidden()
    if not wrong:
        return
    message = "fourlayers cannot start: " + "; ".join(wrong)
    message += ". Rename or move what stands in the way, or run from another folder (check PYTHONPATH)."
    if sys.argv[0] == "-m" or Path(sys.argv[0]).stem == "fourlayers":
        print(message, file=sys.stderr)  # noqa: T201 - the command line has not started yet
        raise SystemExit(2)
    raise ImportError(message)
