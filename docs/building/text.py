"""Text of the files as Markdown."""

from __future__ import annotations

import re

MARKS = re.compile(r"([\\`*_{}\[\]<>|#~$])")


def plain(text: str) -> str:
    """Text in which nothing is taken for Markdown."""
    return MARKS.sub(r"\\\1", " ".join(text.split()))
