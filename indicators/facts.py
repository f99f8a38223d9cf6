"""Everything known, cut by two clocks in one place: what a scenario rewrites; nothing above reads a file."""

from __future__ import annotations

import dataclasses
import datetime as dt
import hashlib
import json
from dataclasses import dataclass, field
from functools import cached_property
from operator import itemgetter
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, Self

from .catalogue import Catalogue, scan
from .economies import read_economies
from .fault import DataError, unknown
from .many import read_rows
from .observations import COLUMNS, Row
from .overrides import renamed
from .tables import framed, read_columns

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    import pandas as pd

    from .schema import Economy, Indicator, Quantity

Columns = dict[str, list[Any]]
"""A record table as plain values, by column, as `tables.read_columns` gives it."""


class Touched(NamedTuple):
    """In what changed facts differ from those before.

    Attributes
    ----------
    tables, inputs, codes : frozenset of str
        Names of record tables and of inputs, and indicators whose observations differ.
    """

    tables: frozenset[str]
    inputs: frozenset[str]
    codes: frozenset[str]


OBSERVATION_COLUMNS = ("code", *COLUMNS, "period_end", "known", "file", "row")


@dataclass(frozen=True)
class Facts:
    """All facts for one state date.

    Attributes
    ----------
    catalogue : Catalogue
        Descriptions of indicators and tables, and their files.
    rows : tuple of dict
        Every observation of every file, uncut.
    units : mapping of str to Economy
        Economies, then blocs.
    inputs : mapping of str to Quantity
        Uncertain numbers that are no indicator.
    date : date
        The state that is described: rows whose period ends later are out.
    known_by : date or None
        Rows published later, or at an unknown time, are out.
    rewritten : mapping of str to dict
        Record tables that stand in for those of the files, by name and column; nothing changes their lists.
    kept : dict
        What floors above computed from exactly these facts; changed facts start without any.
    """

    catalogue: Catalogue
    rows: tuple[Row, ...]
    units: Mapping[str, Economy]
    date: dt.date
    known_by: dt.date | None = None
    inputs: Mapping[str, Quantity] = field(default_factory=dict)
    rewritten: Mapping[str, Columns] = field(default_factory=dict)
    kept: dict[str, Any] = field(default_factory=dict, init=False, repr=False, compare=False)
    _raw: dict[str, Columns] = field(default_factory=dict, init=False, repr=False, compare=False)
    _hashed: dict[frozenset[str], str] = field(default_factory=dict, init=False, repr=False, compare=False)
    _read: dict[str, pd.DataFrame] = field(default_factory=dict, init=False, repr=False, compare=False)

    @property
    def indicators(self) -> Mapping[str, Indicator]:
        """Indicators by code, those of the shipped folder first."""
        return self.catalogue.indicators

    @cached_property
    def economies(self) -> tuple[str, ...]:
        """Codes of the economies, without blocs, in the order of the list."""
        return tuple(code for code, unit in self.units.items() if not unit.members)

    @cached_property
    def vintage(self) -> dt.date:
        """Newest day on which a source of the scores was read: the default state date.

        Tables and sources that stand beside the scores do not move it.
        """
        held = self.catalogue
        described = [each.sources.values() for each in held.indicators.values()]
        described += [each.sources.values() for each in held.tables.values() if not each.beside]
        sources = [source.date_accessed for each in described for source in each if not source.beside]
        return max(sources, default=dt.date.min)

    def as_of(self, when: dt.date) -> Self:
        """Return the state of the world on a day, told with today's data (a reconstruction)."""
        return dataclasses.replace(self, date=when)

    def known_by_day(self, when: dt.date) -> Self:
        """Return what had been published by a day; the state is of that day unless it is set earlier."""
        return dataclasses.replace(self, known_by=when, date=min(self.date, when))

    def changed(
        self,
        *,
        rows: tuple[Row, ...] | None = None,
        rewritten: Mapping[str, Columns] | None = None,
        inputs: Mapping[str, Quantity] | None = None,
    ) -> Self:
        """Return facts with other observations, tables or inputs on the same date; the rest stands as before.

        Parameters
        ----------
        rows : tuple of dict, optional
            All observations; those that stay are the same objects.
        rewritten, inputs : mapping, optional
            Tables and inputs that stand in for those of the same name.
        """
        other = dataclasses.replace(
            self,
            rows=self.rows if rows is None else rows,
            rewritten={**self.rewritten, **(rewritten or {})},
            inputs={**self.inputs, **(inputs or {})},
        )
        other._raw.update(self._raw)  # noqa: SLF001 - its own class
        if other.rows is self.rows:
            other._hashed.update(self._hashed)  # noqa: SLF001 - its own class
        kept = {name: held for name, held in self._read.items() if name not in (rewritten or {})}
        other._read.update(kept)  # noqa: SLF001 - its own class
        return other

    def touched(self, before: Facts) -> Touched:
        """Say in what these facts differ from others of the same date that they were made from."""
        codes: set[str] = set()
        if self.rows is not before.rows:
            old, new = ({id(row) for row in facts.rows} for facts in (before, self))
            codes = {row["code"] for row in self.rows if id(row) not in old}
            codes |= {row["code"] for row in before.rows if id(row) not in new}
        pairs = ((self.rewritten, before.rewritten), (self.inputs, before.inputs))
        tables, inputs = (
            frozenset(name for name in {*mine, *theirs} if mine.get(name) is not theirs.get(name))
            for mine, theirs in pairs
        )
        return Touched(tables, inputs, frozenset(codes))

    def columns(self, name: str) -> Columns:
        """Return a record table as plain values, uncut; its lists are the caller's own.

        Raises
        ------
        UsageError
            If there is no such table.
        DataError
            With all faults of its file.
        """
        if name not in self.catalogue.tables:
            raise unknown("table", name, self.catalogue.tables)
        held = self.rewritten.get(name) or self._raw.get(name)
        if held is None:
            held = read_columns(self._csv(name), self.catalogue.tables[name], frozenset(self.units))
            self._raw[name] = held
        return {column: list(cells) for column, cells in held.items()}

    def admits(self, row: Row) -> bool:
        """Say whether both clocks let an observation through."""
        if row["period_end"] > self.date:
            return False
        return self.known_by is None or (row["known"] is not None and row["known"] <= self.known_by)

    @cached_property
    def current(self) -> tuple[Row, ...]:
        """Observations that both clocks let through."""
        return tuple(filter(self.admits, self.rows))

    @cached_property
    def undated(self) -> int:
        """Observations left out by the publication clock because it is unknown when they were published."""
        if self.known_by is None:
            return 0
        return sum(row["known"] is None and row["period_end"] <= self.date for row in self.rows)

    @cached_property
    def observations(self) -> pd.DataFrame:
        """Observations that both clocks let through, as a frame with the columns of `OBSERVATION_COLUMNS`."""
        import pandas as pd

        frame = pd.DataFrame(list(self.current), columns=list(OBSERVATION_COLUMNS))
        return frame.assign(
            period_end=pd.to_datetime(frame["period_end"]), known=pd.to_datetime(frame["known"])
        )

    def table(self, name: str) -> pd.DataFrame:
        """Return a record table, cut by both clocks; read from its file at the first call.

        Raises
        ------
        UsageError
            If there is no such table.
        DataError
            With all faults of its file.
        """
        if name not in self._read:
            columns, keep = self._cut(name)
            self._read[name] = framed(columns, self.catalogue.tables[name]).loc[keep].reset_index(drop=True)
        return self._read[name]

    def records(self, name: str) -> list[dict[str, Any]]:
        """Return the rows of a record table, cut by both clocks, as plain values: for a floor without pandas.

        Raises
        ------
        UsageError
            If there is no such table.
        DataError
            With all faults of its file.
        """
        columns, keep = self._cut(name)
        rows = zip(*columns.values(), strict=True)
        return [dict(zip(columns, row, strict=True)) for row, kept in zip(rows, keep, strict=True) if kept]

    def _cut(self, name: str) -> tuple[Columns, list[bool]]:
        """Columns of a record table, and which of its rows both clocks let through."""
        columns = self.columns(name)
        described = self.catalogue.tables[name]
        dates = zip(columns[described.date], columns[described.published], strict=True)
        return columns, [self._in_time(day, known) for day, known in dates]

    def _in_time(self, day: dt.date | None, known: dt.date | None) -> bool:
        """Say whether both clocks let a record through; one without a date of its own describes any state."""
        if day is not None and day > self.date:
            return False
        return self.known_by is None or (known is not None and known <= self.known_by)

    def _csv(self, name: str) -> Path:
        path = self.catalogue.table_pairs[name].csv
        if path is None:
            message = f"table {name!r} has no CSV"
            raise AssertionError(message)
        return path

    @cached_property
    def _digests(self) -> dict[str, str]:
        """Hash of every table that stands in for that of a file."""
        return {
            name: hashlib.sha256(repr(held).encode()).hexdigest() for name, held in self.rewritten.items()
        }

    def row_digest(self, codes: Collection[str]) -> str:
        """Return a hash of the observations of some indicators as they stand here, rewritten or as read."""
        if not codes:
            return ""
        asked = frozenset(codes)
        if asked not in self._hashed:
            said = itemgetter("code", *(name for name in COLUMNS if name != "note"))
            rows = [said(row) for row in self.rows if row["code"] in asked]
            self._hashed[asked] = hashlib.sha256(repr(rows).encode()).hexdigest()
        return self._hashed[asked]

    def fingerprint(self, *tables: str) -> str:
        """Return a hash of the named tables (without names: of all facts) and the clocks."""
        pairs = self.catalogue.table_pairs
        chosen = {
            name: self._digests[name] if name in self.rewritten else pairs[name].digest
            for name in (tables or sorted(pairs))
        }
        if not tables:
            chosen |= {f"indicator {code}": pair.digest for code, pair in self.catalogue.pairs.items()}
            chosen |= {f"unit {code}": unit.model_dump_json() for code, unit in self.units.items()}
            chosen |= {f"input {name}": it.model_dump_json() for name, it in self.inputs.items()}
            chosen["rows"] = self.row_digest(self.indicators)
            chosen |= {f"overrides {k}": it for k, it in enumerate(self.catalogue.applied.digests)}
        parts = [sorted(chosen.items()), self.date.isoformat(), str(self.known_by)]
        return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def load(
    folders: Sequence[str | Path] = (), *, as_of: dt.date | None = None, known_by: dt.date | None = None
) -> Facts:
    """Read the shipped facts and those of further folders.

    Parameters
    ----------
    folders : sequence of path
        Folders with pairs of TOML and CSV; a pair of the same name replaces the shipped one, and an
        `overrides.toml` changes goalposts, weights and names, and adds layers and pillars.
    as_of : date, optional
        The state date; the data's vintage by default, never today's clock.
    known_by : date, optional
        Use only what had been published by then.

    Raises
    ------
    DataError
        With every fault of every file.
    """
    catalogue, faults = scan([Path(folder) for folder in folders])
    units, wrong_names = renamed(read_economies(), catalogue.applied.names)
    faults += wrong_names
    rows: list[Row] = []
    codes = frozenset(code for code, unit in units.items() if not unit.members)
    for code, pair in catalogue.pairs.items():
        if pair.csv is not None:
            read, wrong = read_rows(pair.csv, catalogue.indicators[code], codes)
            rows.extend(read)
            faults.extend(wrong)
    if faults:
        raise DataError(faults)
    facts = Facts(catalogue, tuple(rows), units, dt.date.max)
    facts = facts.as_of(as_of or facts.vintage)
    return facts.known_by_day(known_by) if known_by else facts
