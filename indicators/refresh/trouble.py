"""What goes wrong with a live source, said so that its user knows what happened and what stayed."""

from __future__ import annotations


class SourceError(ValueError):
    """One source cannot be read; the others go on, and the data that were there stay."""


def refused(address: str, found: str, repair: str = "") -> SourceError:
    """Make the error of an address: what came back, and what to do."""
    return SourceError(f"{address}: {found}" + (f". {repair}" if repair else ""))
