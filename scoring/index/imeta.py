"""Reads a tree from a table in the form of COINr's iMeta: a row for each indicator, node and group."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final

from pydantic import ValidationError

from indicators.fault import DataError, Fault, near, shown
from indicators.schema import QUALITIES
from scoring.index.described import faults_of
from scoring.index.framework import Framework, Leaf, Node

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import pandas as pd

NEEDED: Final = ("Level", "iCode", "Parent", "Direction", "Weight")
TYPES: Final = ("Indicator", "Aggregate", "Group", "Denominator", "Other")
ASIDE: Final = ("Group", "Other")


def framework_of(table: pd.DataFrame, name: str = "iMeta") -> Framework:
    """Read a tree from a table in COINr's form.

    Parameters
    ----------
    table : DataFrame
        Columns `Level` (1 for indicators), `iCode`, `Parent`, `Direction` (1 or -1) and `Weight`; optional
        `iName`, `Type`, `Unit`, `Denominator`, `Target`, `goalpost_lower`, `goalpost_upper`,
        `goalpost_scale`, `goalpost_trunc2posts`; of ours `Transform` and `Quality`. Others are not read.
    name : str
        File or name that messages call it by.

    Raises
    ------
    DataError
        With every fault, each with its row and node.
    """
    lacking = [column for column in NEEDED if column not in table.columns]
    if lacking:
        raise DataError(
            Fault(name, 1, each, "no such column", f"columns {', '.join(NEEDED)}", near(each, table.columns))
            for each in lacking
        )
    rows = [_Row(name, place + 2, record) for place, record in enumerate(table.to_dict("records"))]
    faults = [fault for row in rows for fault in row.faults()] or list(_between(name, rows))
    if faults:
        raise DataError(faults)
    tree = [row for row in rows if row.kind in {"Indicator", "Aggregate"}]
    nodes = sorted((row for row in tree if row.level > 1), key=lambda row: -row.level)
    try:
        made = Framework(
            name=name,
            title=nodes[0].title if nodes else name,
            nodes=tuple(
                Node(code=row.code, title=row.title, parent=row.parent, weight=row.weight) for row in nodes
            ),
            indicators=tuple(row.leaf() for row in tree if row.level == 1),
            groups=tuple(row.code for row in rows if row.kind in ASIDE),
            denominators=tuple(row.code for row in rows if row.kind == "Denominator"),
        )
    except ValidationError as error:
        raise DataError(faults_of(name, error)) from None
    steps = list(_steps(name, tree))
    if steps:
        raise DataError(steps)
    return made


class _Row:
    """One row of the table, its cells as they are needed."""

    def __init__(self, file: str, row: int, record: Mapping[Any, Any]) -> None:
        self.file, self.row, self.record = file, row, record
        self.code, self.title = self.text("iCode"), self.text("iName") or self.text("iCode")
        self.parent = self.text("Parent") or None
        self.level = int(self.number("Level") or 0) if math.isfinite(self.number("Level") or 0) else 0
        self.kind = self.text("Type") or ("Indicator" if self.level == 1 else "Aggregate")
        weight = self.number("Weight")
        self.weight = 1.0 if weight is None else weight

    def text(self, column: str) -> str:
        """Return a cell as text, empty where there is nothing."""
        value = self.record.get(column)
        return "" if value is None or value != value else str(value).strip()  # noqa: PLR0124 - NaN alone differs from itself

    def number(self, column: str) -> float | None:
        """Return a cell as a number: None where there is nothing, NaN where it is no number."""
        text = self.text(column)
        if text.upper() in {"", "NA"}:
            return None
        try:
            return float(text)
        except ValueError:
            return math.nan

    def fault(self, column: str, expected: str) -> Fault:
        """Say what is wrong with one cell, by the name of the node."""
        return Fault(
            self.file, self.row, f"{column} of {self.code or '?'}", shown(self.text(column)), expected
        )

    def faults(self) -> Iterator[Fault]:
        """Say what is wrong with this row by itself."""
        if not self.code:
            yield self.fault("iCode", "the name of an indicator or node")
        if self.kind not in TYPES:
            yield self.fault("Type", f"one of {', '.join(TYPES)}")
        if self.kind not in {"Indicator", "Aggregate"}:
            return
        level = self.number("Level")
        if level is None or level != self.level or self.level < 1:
            yield self.fault("Level", "a whole number, 1 for an indicator")
        elif (self.level == 1) != (self.kind == "Indicator"):
            yield self.fault("Level", "1 for an indicator, more for an aggregate")
        if (self.parent and self.number("Weight") is None) or not (
            math.isfinite(self.weight) and self.weight >= 0
        ):
            yield self.fault("Weight", "a number, 0 or more")
        if self.number("Direction") not in ({1.0, -1.0} if self.kind == "Indicator" else {1.0, -1.0, None}):
            yield self.fault("Direction", "1 or -1")
        yield from self._leaf_faults()

    def _leaf_faults(self) -> Iterator[Fault]:
        for column in ("Target", "goalpost_lower", "goalpost_upper", "goalpost_scale"):
            number = self.number(column)
            if number is not None and not math.isfinite(number):
                yield self.fault(column, "a number or nothing")
        if (self.number("goalpost_lower") is None) != (self.number("goalpost_upper") is None):
            yield self.fault("goalpost_upper", "both goalposts or none")
        if self.text("goalpost_trunc2posts").upper() not in {"", "NA", "TRUE", "FALSE"}:
            yield self.fault("goalpost_trunc2posts", "TRUE or FALSE")
        if self.text("Transform") not in {"", "none", "log", "log1p"}:
            yield self.fault("Transform", "none, log or log1p")
        if self.text("Quality") not in {"", *QUALITIES}:
            yield self.fault("Quality", f"one of {', '.join(QUALITIES)}")

    def leaf(self) -> Leaf:
        """Return the indicator that this row describes."""
        lower, upper = self.number("goalpost_lower"), self.number("goalpost_upper")
        return Leaf.model_validate(
            {
                "code": self.code,
                "title": self.title,
                "parent": self.parent or "",
                "weight": self.weight,
                "direction": int(self.number("Direction") or 1),
                "unit": self.text("Unit"),
                "denominator": self.text("Denominator") or None,
                "target": self.number("Target"),
                "goalposts": None if lower is None or upper is None else (lower, upper),
                "full": 100.0 if self.number("goalpost_scale") is None else self.number("goalpost_scale"),
                "cut": self.text("goalpost_trunc2posts").upper() != "FALSE",
                "transform": self.text("Transform") or "none",
                "quality": self.text("Quality") or "measured",
            }
        )


def _between(name: str, rows: list[_Row]) -> Iterator[Fault]:
    """Say what is wrong between rows: names that stand twice, parents and denominators that are not there."""
    codes = [row.code for row in rows]
    tree = [row for row in rows if row.kind in {"Indicator", "Aggregate"}]
    nodes = {row.code for row in tree if row.kind == "Aggregate"}
    divided = {row.code for row in rows if row.kind == "Denominator"}
    tops = [row for row in tree if row.parent is None]
    for row in rows:
        if codes.count(row.code) > 1:
            yield Fault(name, row.row, "iCode", shown(row.code), "a name that stands once")
    for row in tree:
        if row.parent is not None and row.parent not in nodes:
            yield row.fault("Parent", f"a node of the table. {near(row.parent, nodes)}".strip(" ."))
        divisor = row.text("Denominator")
        if divisor and divisor not in divided:
            yield row.fault("Denominator", f"a row of Type Denominator. {near(divisor, divided)}".strip(" ."))
    if not any(row.level == 1 for row in tree):
        yield Fault(name, 0, "Level", "no indicator", "rows of level 1")
    if len(tops) != 1:
        found = ", ".join(row.code for row in tops) or f"none ({_circle(tree)})"
        yield Fault(name, 0, "Parent", f"nodes without a parent: {found}", "one top, which has no parent")


def _circle(tree: list[_Row]) -> str:
    """Name the nodes of a circle, which there is where every node has a parent."""
    parents = {row.code: row.parent or "" for row in tree}
    path: list[str] = []
    code = next(iter(parents), "")
    while code in parents and code not in path:
        path.append(code)
        code = parents[code]
    ring = path[path.index(code) :] if code in path else path
    return f"{' > '.join([*ring, code])} is a circle"


def _steps(name: str, tree: list[_Row]) -> Iterator[Fault]:
    """Every parent stands one level above its children."""
    levels = {row.code: row.level for row in tree}
    for row in tree:
        if row.parent is not None and levels[row.parent] != row.level + 1:
            found = f"{row.parent} of level {levels[row.parent]}"
            expected = f"a parent of level {row.level + 1}, one above {row.code}"
            yield Fault(name, row.row, f"Parent of {row.code}", found, expected)
