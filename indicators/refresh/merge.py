"""Fresh rows and those that are there, as the two files of a pair, and what has changed in numbers."""

from __future__ import annotations

import math
import re
import tomllib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from indicators.cells import parse_number
from indicators.period import period_end
from indicators.schema import Indicator

from .fresh import SAME, cell
from .held import Texts, columns_of, csv_of
from .trouble import SourceError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from indicators.schema import Table

    from .fresh import Fresh
    from .held import Held

Row = dict[str, str]
Key = tuple[str, ...]
INDICATOR_KEY: Final = ("economy", "date", "instrument", "status")
MOST_LOST: Final = 0.2
"""Share of the rows a source stands for above which losing them is taken for a fault of the source."""
FEW: Final = 3
"""Rows that may go at any rate."""
DEFAULTS: Final = {"status": "actual", "quality": "judgement"}


class Change(NamedTuple):
    """One value: whose, of when or of what, in which column, before and after; empty where there is none."""

    economy: str
    what: tuple[str, ...]
    column: str
    before: str
    after: str


@dataclass
class Difference:
    """What a refresh does to one pair, in numbers.

    Attributes
    ----------
    name, unit : str
        The pair and the unit of its values; empty for a table.
    new, changed, gone : list of Change
        Values that come, differ and go.
    kept : int
        Rows that the source has as they are there.
    renewed : int
        Those of them of which it was seen again that they hold.
    """

    name: str
    unit: str
    new: list[Change] = field(default_factory=list)
    changed: list[Change] = field(default_factory=list)
    gone: list[Change] = field(default_factory=list)
    kept: int = 0
    renewed: int = 0

    @property
    def differs(self) -> bool:
        """Whether there is anything to write."""
        return bool(self.new or self.changed or self.gone or self.renewed)


def merge(held: Held, fresh: Fresh) -> Difference:
    """Put fresh rows in place of those that they stand for; the files wait in `held.merged`.

    A row that the source still has, with the same numbers, stays as it is, with the day on which it became
    known. One that differs, or is new, is of the day of retrieval. One that the source no longer has goes.

    Parameters
    ----------
    held : Held
        What is there.
    fresh : Fresh
        What the source has.

    Raises
    ------
    SourceError
        If rows repeat, or more of them would go than a source can be expected to withdraw.
    """
    described = held.described(fresh.name)
    work = _Work(fresh, described, held)
    work.take()
    work.hold_losses()
    if work.told.differs:
        rows = _sorted(work.rows) if isinstance(described, Indicator) else work.rows
        toml = _sources(held.texts(fresh.name).toml, fresh, {row["source"] for row in rows})
        held.merged[fresh.name] = Texts(toml, csv_of(columns_of(held, fresh.name), rows))
    return work.told


class _Work:
    """The merging of one pair."""

    def __init__(self, fresh: Fresh, described: Indicator | Table, held: Held) -> None:
        self.fresh = fresh
        self.is_indicator = isinstance(described, Indicator)
        self.range = described.range if isinstance(described, Indicator) else (-math.inf, math.inf)
        if isinstance(described, Indicator):
            self.key: Key = INDICATOR_KEY
            self.published, unit = "published", described.unit
        else:
            self.key = tuple(name for name in described.key if name != "source")
            self.published, unit = described.published, ""
        self.old = [self._filled(row) for row in held.rows(fresh.name)]
        sources = held.sources(fresh.name)
        self.mine = {
            self._key(row): place
            for place, row in enumerate(self.old)
            if fresh.stands_for(row, sources[row["source"]])
        }
        self.rows = list(self.old)
        self.lost = 0
        self.told = Difference(fresh.name, unit)

    def take(self) -> None:
        """Put every fresh row in its place, and take out what the source no longer has."""
        seen: set[Key] = set()
        for given in self.fresh.rows:
            row = self._filled(given)
            key = self._key(row)
            if key in seen:
                message = f"{self.fresh.body.address}: {', '.join(filter(None, key))} twice"
                raise SourceError(message)
            seen.add(key)
            place = self.mine.get(key)
            if place is None:
                self._add(row)
            else:
                self._replace(place, given, row)
        gone = {place for key, place in self.mine.items() if key not in seen}
        still = {self._year(row) for row in self.rows if row["source"] == self.fresh.origin.key}
        for place in sorted(gone):
            self.told.gone.extend(self._changes(self.old[place], {}))
        self.rows = [row for place, row in enumerate(self.rows) if place not in gone]
        self.lost = sum(self._year(self.old[place]) not in still for place in gone)

    def hold_losses(self) -> None:
        """Refuse what a whole file would hardly lose."""
        if self.lost > max(FEW, MOST_LOST * len(self.mine)):
            message = (
                f"{self.fresh.body.address}: {self.lost} of the {len(self.mine)} rows of {self.fresh.name} "
                f"that it stands for are not in it; expected at most {MOST_LOST:.0%} to go. It may have "
                "broken off, or changed its form"
            )
            raise SourceError(message)

    def _year(self, row: Row) -> Key:
        """Return economy and year, in which one period may take the place of another; of a table, the key."""
        return (row["economy"], row["date"][:4]) if self.is_indicator else self._key(row)

    def _filled(self, row: Mapping[str, str]) -> Row:
        return {**dict.fromkeys(INDICATOR_KEY, ""), **DEFAULTS, **row} if self.is_indicator else dict(row)

    def _key(self, row: Row) -> Key:
        return tuple(row.get(name, "") for name in self.key)

    def _stamped(self, row: Row) -> Row:
        return {self.published: self.fresh.body.day.isoformat(), **row, "source": self.fresh.origin.key}

    def _add(self, row: Row) -> None:
        made = self._stamped(row)
        if self.is_indicator and self.fresh.carry and not row.get("low"):
            made |= self._carried(row)
        self.rows.append(made)
        self.told.new.extend(self._changes({}, made))

    def _replace(self, place: int, given: Row, row: Row) -> None:
        old = self.old[place]
        differs = [name for name in given if name not in self._silent() and not self._same(old, row, name)]
        if not differs:
            self.told.kept += 1
            fresher = {
                name: given[name] for name in self.fresh.quiet if given.get(name, "") > old.get(name, "")
            }
            if fresher:
                self.told.renewed += 1
                self.rows[place] = {**old, **fresher, "source": self.fresh.origin.key}
            return
        blank = dict.fromkeys(("low", "high", "interval_kind", "note"), "") if self.is_indicator else {}
        made = {**old, **blank, **self._stamped(row)}
        if self.is_indicator and self.fresh.carry and not row.get("low"):
            made |= self._scaled(old, row)
        self.rows[place] = made
        self.told.changed.extend(
            Change(row.get("economy", ""), self._what(row), name, old.get(name, ""), row[name])
            for name in differs
        )

    def _silent(self) -> set[str]:
        """Columns in which a difference alone is none."""
        return {*self.key, *self.fresh.quiet, "note", "source", self.published}

    def _same(self, old: Row, row: Row, name: str) -> bool:
        before, after = old.get(name, ""), row.get(name, "")
        if before == after:
            return True
        try:
            a, b = parse_number(before), parse_number(after)
        except ValueError:
            return False
        return math.isclose(a, b, rel_tol=SAME, abs_tol=self.fresh.same)

    def _what(self, row: Row) -> tuple[str, ...]:
        names = ("date",) if self.is_indicator else tuple(name for name in self.key if name != "economy")
        return tuple(row.get(name, "") for name in names)

    def _changes(self, before: Row, after: Row) -> list[Change]:
        """Return the values of a row that comes or goes."""
        row = after or before
        head = (row.get("economy", ""), self._what(row))
        names = [name for name in self.fresh.shown if row.get(name)] or [self.fresh.shown[0]]
        return [Change(*head, name, before.get(name, ""), after.get(name, "")) for name in names]

    def _carried(self, row: Row) -> Row:
        """Return the range of the newest earlier value of the economy, in proportion."""
        earlier = [
            old
            for old in self.old
            if old["economy"] == row["economy"]
            and old.get("low")
            and period_end(old["date"]) < period_end(row["date"])
        ]
        return self._scaled(max(earlier, key=lambda old: period_end(old["date"])), row) if earlier else {}

    def _scaled(self, old: Row, row: Row) -> Row:
        if not old.get("low"):
            return {}
        value, low, high, now = (
            float(text) for text in (old["value"], old["low"], old["high"], row["value"])
        )
        factor = now / value if value > 0 else 1.0
        low, high = now + (low - value) * factor, now + (high - value) * factor
        return {
            "low": cell(min(max(low, self.range[0]), now)),
            "high": cell(max(min(high, self.range[1]), now)),
            "interval_kind": "judgement",
            "note": "; ".join(filter(None, (row.get("note"), f"range of {old['date']} carried over"))),
        }


def _sorted(rows: Sequence[Row]) -> list[Row]:
    """Return rows by economy, in the order in which they first come, and by date."""
    order = {code: place for place, code in enumerate(dict.fromkeys(row["economy"] for row in rows))}
    return sorted(rows, key=lambda row: (order[row["economy"]], period_end(row["date"])))


def _sources(toml: str, fresh: Fresh, used: set[str]) -> str:
    """Return a description with the fresh source, without those that no row names any more.

    Raises
    ------
    SourceError
        If the sources do not stand as tables of their own.
    """
    expected: dict[str, Any] = tomllib.loads(toml)
    text = toml
    for key in list(expected["sources"]):
        if key not in used or key == fresh.origin.key:
            del expected["sources"][key]
            text = re.sub(rf"(?m)^\[sources\.{re.escape(key)}\][^\n]*\n(?:(?!\[)[^\n]*\n?)*", "", text)
    if fresh.origin.key in used:
        block = fresh.origin.block(fresh.body)
        text = f"{text.rstrip()}\n\n{block}"
        expected["sources"] |= tomllib.loads(block)["sources"]
    try:
        sound = tomllib.loads(text) == expected
    except tomllib.TOMLDecodeError:
        sound = False
    if not sound:
        message = f"{fresh.name}.toml: each source has to stand in a table of its own, as [sources.KEY]"
        raise SourceError(message)
    return text
