"""Facts written out for the tests of claims."""

from __future__ import annotations

import dataclasses
from datetime import date
from typing import TYPE_CHECKING, Any

import pandas as pd

if TYPE_CHECKING:
    from indicators.facts import Facts

DAY = date(2026, 3, 31)
EXCHANGED = {"USA": "CHN", "CHN": "USA"}
THERE = ("CHN", "USA")
"""The pair the other way round."""


def holding(facts: Facts, on: date, name: str, frame: pd.DataFrame) -> Facts:
    """Give facts on a day with one table written out."""
    made = dataclasses.replace(facts, date=on)
    made._read[name] = frame
    return made


def tabled(facts: Facts, name: str, rows: list[dict[str, Any]], on: date = DAY) -> Facts:
    """Give facts on a day with the rows of one table, its dates as the reader gives them."""
    described = facts.catalogue.tables[name]
    frame = pd.DataFrame(rows, columns=list(described.columns)).assign(row=range(2, len(rows) + 2))
    for column, kind in described.columns.items():
        if kind.type == "date":
            frame[column] = pd.to_datetime(frame[column])
    frame = frame[~(frame[described.date] > pd.Timestamp(on))].reset_index(drop=True)
    return holding(facts, on, name, frame)


def indicating(facts: Facts, *rows: dict[str, Any], on: date = DAY) -> Facts:
    """Give facts on a day with the rows of indicators written out."""
    return dataclasses.replace(facts, date=on, rows=rows)


def printed(
    code: str,
    low: float,
    value: float,
    high: float,
    economy: str = "USA",
    day: date = date(2025, 12, 31),
    **more: Any,  # noqa: ANN401 - any cell
) -> dict[str, Any]:
    """Give a row of an indicator with its range."""
    usual = {
        "code": code,
        "economy": economy,
        "date": str(day),
        "period_end": day,
        "known": day,
        "value": value,
        "low": low,
        "high": high,
        "interval_kind": "bounds",
        "instrument": "",
        "status": "actual",
        "source": "",
        "quality": "industry_estimate",
        "file": f"{code}.csv",
        "row": 2,
    }
    return usual | more


def sourced(facts: Facts, *rows: dict[str, Any]) -> list[dict[str, Any]]:
    """Give rows the first source of their indicator."""
    return [
        row | {"source": row["source"] or next(iter(facts.indicators[row["code"]].sources))} for row in rows
    ]


def swapped(rows: list[dict[str, Any]], *columns: str) -> list[dict[str, Any]]:
    """Exchange the pair in some columns."""
    return [row | {name: EXCHANGED.get(row[name], row[name]) for name in columns} for row in rows]
