"""Writes the part of docs/claims.md that says each claim with its rule, from the functions themselves."""

from __future__ import annotations

import inspect
from pathlib import Path
from typing import Final

from scoring.questions.claims import CLAIMS

PAGE: Final = Path(__file__).with_name("claims.md")
BEGIN, END = "<!-- rules: written by docs/claims.py -->", "<!-- end of the rules -->"


def rules() -> str:
    """Every claim with the docstring that is its rule; no figure and no verdict stands here."""
    parts = []
    for name, test in CLAIMS.items():
        question, _, rule = inspect.cleandoc(test.__doc__ or "").partition("\n\n")
        asked = question.removeprefix("Test whether ").rstrip(".")
        parts.append(f"### `{name}`\n\nAsked is whether {asked}.\n\n{rule}\n")
    return "\n".join(parts)


def renewed(page: str) -> str:
    """Return the page with its written part as the functions say it now."""
    before, _, rest = page.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n\n{rules()}\n{END}{after}"


if __name__ == "__main__":
    PAGE.write_text(renewed(PAGE.read_text(encoding="utf-8")), encoding="utf-8", newline="\n")
