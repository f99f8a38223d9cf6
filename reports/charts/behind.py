"""The values behind a chart, row by row with dates and sources; what may not be passed on is not printed."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from indicators.facts import Facts
    from indicators.schema import Source
    from scoring.answer import Answer

COLUMNS: Final = (
    "held_in",
    "line",
    "economy",
    "item",
    "field",
    "value",
    "low",
    "high",
    "unit",
    "date",
    "published",
    "quality",
    "source",
    "producer",
    "url",
    "licence",
    "note",
)
WITHHELD: Final = "value not printed: its source does not allow it"
PLACES: Final = frozenset(
    {"file", "row", "source", "published", "published_on", "note", "economy", "quality"}
)
Row = tuple[str | int | float | None, ...]


@dataclass(frozen=True)
class Behind:
    """What a chart was made from.

    Attributes
    ----------
    facts : Facts
        Cut by the clocks of the answer.
    codes : tuple of str
        Indicators whose observations are behind it.
    economies : tuple of str
        Whose observations; all of them where it is empty.
    tables : tuple of tuple of str
        Record tables behind it, each with the fields that are figures of interest, or alone for all of its
        figures; those that the facts do not hold are passed over.
    """

    facts: Facts = field(repr=False)
    codes: tuple[str, ...] = ()
    economies: tuple[str, ...] = ()
    tables: tuple[tuple[str, ...], ...] = ()

    def rows(self) -> Iterator[Row]:
        """Rows in the order of `COLUMNS`: observations of the indicators, then every figure of the tables."""
        wanted, asked = set(self.codes), set(self.economies)
        for row in self.facts.current:
            if row["code"] in wanted and (not asked or row["economy"] in asked):
                yield self._observation(row)
        for name, *fields in self.tables:
            if name in self.facts.catalogue.tables:
                yield from self._records(name, fields)

    def _observation(self, row: Mapping[str, Any]) -> Row:
        it = self.facts.indicators[row["code"]]
        source = it.sources.get(row["source"])
        free = source.redistribute if source else all(each.redistribute for each in it.sources.values())
        figures = [_number(row[name]) if free else None for name in ("value", "low", "high")]
        days = (str(row["date"]), str(row["published"] or ""))
        end = (row["quality"], row["source"], *_credit(source), row["note"] if free else WITHHELD)
        return (it.code, row["row"], row["economy"], it.title, "value", *figures, it.unit, *days, *end)

    def _records(self, name: str, fields: Collection[str]) -> Iterator[Row]:
        """One row for each figure; the words of a record that are no figure say what it is of."""
        table = self.facts.catalogue.tables[name]
        for record in self.facts.records(name):
            source = table.sources[record["source"]]
            free = source.redistribute
            told = [key for key in (record if free else table.key) if key not in PLACES]
            words = [value for key in told if isinstance(value := record[key], str) and value]
            where = (name, record["row"], str(record.get("economy") or ""), "; ".join(words))
            days = (str(record.get(table.date) or ""), str(record.get(table.published) or ""))
            note = str(record.get("note") or "") if free else WITHHELD
            end = (*days, str(record.get("quality") or ""), record["source"], *_credit(source), note)
            for key, *ends in _figures(record):
                if not fields or key in fields:
                    figures = ends if free else [None] * len(ends)
                    yield (*where, key, *figures, str(record.get("unit") or ""), *end)


def _figures(record: Mapping[str, Any]) -> Iterator[tuple[str, float | None, float | None, float | None]]:
    """Figures of a record by field; a range belongs to the field `value`, or to the first of them."""
    held = {
        key: _number(value)
        for key, value in record.items()
        if key not in PLACES and isinstance(value, (int, float)) and not isinstance(value, bool)
    }
    low, high = held.pop("low", None), held.pop("high", None)
    first = "value" if "value" in held else next(iter(held), "")
    for key, value in held.items():
        if value is not None:
            yield key, value, *((low, high) if key == first else (None, None))


def _number(value: float) -> float | None:
    return None if math.isnan(value) else float(value)


def _credit(source: Source | None) -> tuple[str, str, str]:
    if source is None:
        return "", "", ""
    return source.producer, source.url_download or source.url_main, source.licence


def of_pair(answer: Answer, facts: Facts) -> Behind:
    """Observations of the pair, of every indicator that is weighed."""
    return Behind(facts, _weighed(answer, facts), members(answer, facts))


def of_all(answer: Answer, facts: Facts) -> Behind:
    """Observations of all economies, of every indicator that is weighed."""
    return Behind(facts, _weighed(answer, facts))


def _weighed(answer: Answer, facts: Facts) -> tuple[str, ...]:
    return tuple(row.code for row in answer.indicators if row.weight > 0 and row.code in facts.indicators)


def members(answer: Answer, facts: Facts) -> tuple[str, ...]:
    """Economies of the pair; of a bloc, its members."""
    units = [facts.units[code] for code in answer.pair if code in facts.units]
    return tuple(code for unit in units for code in (unit.code, *unit.members))
