"""Terms of the report, as it uses them; kept in a file of their own."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Final

from .pieces import Labelled

FILE: Final = Path(__file__).with_name("glossary.toml")


@cache
def glossary() -> tuple[Labelled, ...]:
    """Give all terms in the order of the alphabet."""
    terms = tomllib.loads(FILE.read_text(encoding="utf-8"))["terms"]
    return tuple(Labelled(term, terms[term]) for term in sorted(terms, key=str.casefold))
