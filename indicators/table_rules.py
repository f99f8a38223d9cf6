"""Rules on the rows of a record table taken together: validity that overlaps, groups seen too narrowly."""

from __future__ import annotations

from datetime import date
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from .fault import Fault

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from .schema import Table

Columns = dict[str, list[Any]]


def faults(
    columns: Mapping[str, Sequence[Any]], lines: Sequence[int], file: str, table: Table
) -> list[Fault]:
    """Return what is wrong between the rows of a table whose cells are in order.

    Parameters
    ----------
    columns : mapping of str to sequence
        Values by column.
    lines : sequence of int
        Line of each row.
    file : str
        Name for messages.
    table : Table
        Its schema: `holds` and `several` are the rules.
    """
    return [*_overlaps(columns, lines, file, table), *_narrow(columns, lines, file, table)]


def _overlaps(
    columns: Mapping[str, Sequence[Any]], lines: Sequence[int], file: str, table: Table
) -> Iterator[Fault]:
    """Say which rows of one key hold at the same time, or end before they begin."""
    if table.holds is None:
        return
    first, last = table.holds
    chains: dict[tuple[Any, ...], list[tuple[date, date, int]]] = {}
    names = [name for name in table.key if name != first]
    for place, line in enumerate(lines):
        begins, ends = columns[first][place], columns[last][place] or date.max
        if begins is None:  # a fault of its own
            continue
        if ends < begins:
            yield Fault(file, line, last, str(ends), f"a day not before {first}, {begins}", "Swap the two.")
            continue
        chains.setdefault(tuple(columns[name][place] for name in names), []).append((begins, ends, line))
    for key, spans in chains.items():
        spans.sort()
        for (_, ends, before), (begins, _, line) in pairwise(spans):
            if begins <= ends:
                found = f"{', '.join(key)} from {begins}, while row {before} still holds"
                expected = "rows that follow one another"
                yield Fault(file, line, first, found, expected, f"End row {before} the day before.")


def _narrow(
    columns: Mapping[str, Sequence[Any]], lines: Sequence[int], file: str, table: Table
) -> Iterator[Fault]:
    """Say which groups are seen in one unit only, at the first row of each."""
    if table.several is None:
        return
    rule = table.several
    groups: dict[tuple[Any, ...], tuple[int, set[Any]]] = {}
    for place, line in enumerate(lines):
        if not rule.where or columns[rule.where][place]:
            name = tuple(columns[each][place] for each in rule.by)
            groups.setdefault(name, (line, set()))[1].add(columns[rule.of][place])
    for name, (line, seen) in groups.items():
        if len(seen) == 1:
            found = f"{': '.join(name)!r} in {seen.pop()} alone"
            repair = f"Add another {rule.of}, or write {rule.where} = false." if rule.where else ""
            yield Fault(file, line, rule.by[-1], found, f"at least two values of {rule.of}", repair)
