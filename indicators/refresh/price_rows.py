"""What the two catalogues of prices share: the columns of a row, and what was decided by hand about some."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from .trouble import SourceError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from .held import Held

CATALOGUE_COLUMNS: Final = (
    *("catalogue", "condition", "status", "valid_from", "valid_to", "seen"),
    *("input_usd_per_mtok", "output_usd_per_mtok", "cache_read_usd_per_mtok", "published"),
)
"""Columns of the table prices that a catalogue speaks for."""


def not_installed(package: str) -> SourceError:
    """Say that a package of the extra is not there."""
    return SourceError(f"{package} is not installed: pip install 'fourlayers[live]'")


def spelt(name: str) -> str:
    """Return a name as families are spelt: small letters, digits and hyphens."""
    return re.sub(r"[^a-z0-9]+", "-", name.strip().casefold().rpartition("/")[2]).strip("-")


def families(held: Held) -> dict[str, str]:
    """Return the families that the tables of capability know, under every spelling of an alias."""
    known = {row["family"]: row["family"] for name in ("models", "scores") for row in held.rows(name)}
    aliases = {row["alias"]: row["family"] for row in held.rows("aliases") if row["rule"] == "same version"}
    return known | aliases


def by_hand(rows: Iterable[Mapping[str, str]], catalogue: str) -> set[str]:
    """Return the models of a catalogue of which a row carries a decision by hand: they are left as they are.

    Such are moving names split by what stood behind them, introductory prices whose end another catalogue
    states, and dearer hours.
    """
    return {
        row["model"]
        for row in rows
        if row["catalogue"] == catalogue and (row["note"] or row["condition"] not in ("standard", "thinking"))
    }
