"""Who makes tokens, uses them, sets standards and holds the customer: figures side by side, never added."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from scoring.questions.value.held import rows_of

if TYPE_CHECKING:
    from indicators.facts import Facts

MEASURES: Final = ("tokens", "users", "share", "downloads", "money", "margin")
"""The more telling first."""
ROLES: Final = ("producers", "consumers", "standard setters", "customer holders", "market")


@dataclass(frozen=True)
class Figure:
    """One figure of a role.

    Attributes
    ----------
    role, economy, statement, unit : str
        What it is and of whom; economy empty for the world.
    value, low, high : float or None
        The figure.
    date, source, file, row : str, str, str, int
        When, and where it stands.
    comparable : bool
        The same definition covers both of the pair.
    """

    role: str
    economy: str
    statement: str
    value: float
    low: float | None
    high: float | None
    unit: str
    date: str
    source: str
    file: str
    row: int
    comparable: bool


def roles(facts: Facts, pair: tuple[str, str]) -> tuple[Figure, ...]:
    """Give the figures of a pair and of the world, by role.

    Parameters
    ----------
    facts : Facts
        With the table `value_facts`.
    pair : tuple of str
        Two economies.
    """
    rows = [row for row in rows_of(facts, "value_facts") if row["economy"] in {"", *pair}]
    by: dict[tuple[str, str], set[str]] = {}
    for row in rows:
        by.setdefault((row["measure"], row["definition"]), set()).add(row["economy"])
    order = {code: place for place, code in enumerate((*pair, ""))}
    rows.sort(
        key=lambda row: (
            ROLES.index(row["role"]),
            MEASURES.index(row["measure"]),
            order[row["economy"]],
            row["fact"],
        )
    )
    return tuple(_figure(facts, row, set(pair) <= by[row["measure"], row["definition"]]) for row in rows)


def _figure(facts: Facts, row: dict[str, Any], comparable: bool) -> Figure:  # noqa: FBT001 - one of its fields
    source = facts.catalogue.tables["value_facts"].sources[row["source"]]
    ends = (row["low"], row["high"])
    low, high = (end if end == end else None for end in ends)  # noqa: PLR0124 - NaN is what is not itself
    return Figure(
        row["role"],
        row["economy"],
        row["statement"],
        row["value"],
        low,
        high,
        row["unit"],
        str(row["period_end"]),
        f"{source.producer}: {source.title}",
        row["file"],
        row["row"],
        comparable,
    )
