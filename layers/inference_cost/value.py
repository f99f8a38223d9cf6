"""One computed value with its range and its origin."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Value:
    """One value of one economy with its range and where it comes from."""

    economy: str
    value: float
    low: float
    high: float
    date: str
    published: str
    source: str
    file: str
    row: int
    note: str
