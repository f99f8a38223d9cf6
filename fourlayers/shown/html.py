"""Tables and texts as HTML: every word escaped, no colour named, fit for light and dark notebooks."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_LEFT: Final = ' style="text-align:left;vertical-align:top"'
_CAPTION: Final = ' style="caption-side:top;text-align:left"'
_PRE: Final = ' style="white-space:pre-wrap;color:inherit;background:none"'


def table(head: Sequence[str], rows: Iterable[Sequence[str]], caption: str, notes: Sequence[str] = ()) -> str:
    """Set a table whose first column names its rows.

    Parameters
    ----------
    head : sequence of str
        Names of the columns.
    rows : iterable of sequence of str
        Cells, as many as columns.
    caption : str
        What it shows, and when.
    notes : sequence of str
        Lines under it.
    """
    body = "".join(_row(row) for row in rows)
    top = "".join(f'<th scope="col"{_LEFT}>{escape(each)}</th>' for each in head)
    under = "".join(f"<p>{escape(each)}</p>" for each in notes)
    return (
        f"<table><caption{_CAPTION}>{escape(caption)}</caption>"
        f"<thead><tr>{top}</tr></thead><tbody>{body}</tbody></table>{under}"
    )


def _row(cells: Sequence[str]) -> str:
    name, *rest = cells
    told = "".join(f"<td{_LEFT}>{escape(each)}</td>" for each in rest)
    return f'<tr><th scope="row"{_LEFT}>{escape(name)}</th>{told}</tr>'


def block(text: str) -> str:
    """Set a text with its own lines."""
    return f"<pre{_PRE}>{escape(text)}</pre>"
