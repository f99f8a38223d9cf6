"""The glossary of the report, as a page."""

from __future__ import annotations

from reports.content.glossary import glossary

from .text import plain


def written() -> str:
    """Every term with what it means, in the order of the alphabet."""
    return "\n\n".join(f"{plain(term.label)}\n: {plain(term.text)}" for term in glossary())
