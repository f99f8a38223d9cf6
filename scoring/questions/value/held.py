"""Rows of the record tables behind the value account, as the clocks let them through or as they ever were."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from indicators.facts import Facts

Row = dict[str, Any]


def rows_of(facts: Facts, table: str) -> list[Row]:
    """Rows that both clocks let through; none where the facts hold no such table."""
    return facts.records(table) if table in facts.catalogue.tables else []


def rows_ever(facts: Facts, table: str) -> list[Row]:
    """Rows whatever the clocks."""
    return rows_of(replace(facts, date=dt.date.max, known_by=None), table)
