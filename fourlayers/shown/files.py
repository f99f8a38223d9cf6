"""Files that were written, and texts: a chart shows its picture, a report what it consists of."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

from .html import block

PICTURES = {".svg": "image/svg+xml", ".png": "image/png"}
"""Kinds of picture that a notebook shows, the sharper first."""


class ChartFiles(list[Path]):
    """The files of one chart; in a notebook its picture, as text their names."""

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, Any]:  # noqa: ARG002
        told: dict[str, Any] = {"text/plain": "\n".join(map(str, self))}
        for suffix, kind in PICTURES.items():
            for path in self:
                if path.suffix == suffix and path.is_file():
                    content = path.read_bytes()
                    return told | {kind: content.decode() if suffix == ".svg" else content}
        return told


class ReportFiles(list[Path]):
    """The files of a report; in a notebook and as text, the folder and what there is in it."""

    def __str__(self) -> str:
        if not self:
            return "nothing was written"
        kinds = Counter(path.suffix[1:] for path in self)
        return f"{self[0].parent}: " + ", ".join(f"{count} {kind}" for kind, count in sorted(kinds.items()))

    def _repr_html_(self) -> str:
        return block(str(self))


class Text(str):
    """A text of several lines that a notebook shows as it is, and not as a literal."""

    __slots__ = ()

    def __repr__(self) -> str:
        return str(self)

    def _repr_html_(self) -> str:
        return block(self)
