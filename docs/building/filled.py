"""Pages that are filled when the site is built: `<!-- filled: WHAT WORDS -->` gives way to Markdown."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from . import api, catalogue, commands, notebooks, terms

if TYPE_CHECKING:
    from collections.abc import Callable

    from sphinx.application import Sphinx

ROOT = Path(__file__).parents[2]
FILLED = re.compile(r"^<!-- filled: ([a-z]+)(.*?) -->$", re.MULTILINE)
BROUGHT = {
    "README.md": "index.md",
    "CONTRIBUTING.md": "contributing.md",
    "CHANGELOG.md": "changelog.md",
    "DATA-LICENCES.md": "licences.md",
    "CITATION.cff": "citing.md",
}
"""Files of the root that have a page of their own."""


def setup(app: Sphinx) -> dict[str, Any]:
    """Fill every page when it is read."""
    app.connect("source-read", _fill)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def _fill(_app: Sphinx, page: str, source: list[str]) -> None:
    up = "../" * page.count("/")
    source[0] = FILLED.sub(lambda found: WRITERS[found[1]](*found[2].split()), source[0])
    source[0] = relinked(source[0], up)


def relinked(text: str, up: str = "") -> str:
    """Lead links to files of the root and to docs/ to the pages of the site."""
    for name, page in BROUGHT.items():
        text = re.sub(rf"\]\((?:\.\./)*{re.escape(name)}(#[^)]*)?\)", rf"]({up}{page}\1)", text)
    return re.sub(r"\]\(docs/", f"]({up}", text)


def brought(name: str) -> str:
    """Text of a file of the root."""
    return (ROOT / name).read_text(encoding="utf-8")


WRITERS: dict[str, Callable[..., str]] = {
    "file": brought,
    "catalogue": catalogue.written,
    "listing": catalogue.listing,
    "tables": catalogue.tables,
    "door": api.door,
    "api": api.written,
    "rooms": api.rooms,
    "commands": commands.written,
    "terms": terms.written,
    "notebook": notebooks.written,
}
