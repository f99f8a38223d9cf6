"""The notebooks that ship as scripts, as pages: executed when the site is built."""

from __future__ import annotations

import hashlib
from pathlib import Path

import jupytext

ROOT = Path(__file__).parents[2]
PACKAGES = ("indicators", "layers", "scoring", "reports", "fourlayers")


def written(name: str) -> str:
    """Return a script of `examples/notebooks` as a page that is executed."""
    notebook = jupytext.read(ROOT / "examples" / "notebooks" / f"{name}.py")
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return str(jupytext.writes(notebook, fmt="md:myst"))


def state() -> str:
    """Return a hash of all code and data of the packages: what is kept of a run holds for it alone."""
    digest = hashlib.sha256()
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts:
                digest.update(path.relative_to(ROOT).as_posix().encode() + path.read_bytes())
    return digest.hexdigest()[:16]
