"""The list of sources: each named once, numbered in the order of the tables, with dates and terms."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from reports.public import Kept
from reports.wording import upper_first

from .pieces import Reference

if TYPE_CHECKING:
    from indicators.facts import Facts
    from indicators.schema import Source
    from scoring.answer import Answer, IndicatorRow, Side

    Key = tuple[str, str, str, str]


class Found(NamedTuple):
    """A source and the indicators that use it."""

    source: Source
    used_by: list[str]


def source_of(facts: Facts, code: str, key: str) -> Source | None:
    """Return the source of a value, if it is described."""
    indicator = facts.indicators.get(code)
    return indicator.sources.get(key) if indicator else None


def printable(facts: Facts, code: str, side: Side) -> bool:
    """Whether the terms of the source let a shared file print the value; what has no source hides nothing."""
    source = source_of(facts, code, side.source)
    return source is None or source.redistribute


class References:
    """Sources of the values shown, numbered as they appear.

    Parameters
    ----------
    answer : Answer
        Whose indicators are listed.
    facts : Facts
        Where the sources are described.

    Attributes
    ----------
    kept : Kept
        What descriptions may say, where terms keep figures back.
    """

    def __init__(self, answer: Answer, facts: Facts) -> None:
        self._facts = facts
        self.kept = Kept(facts, answer)
        self._found: dict[Key, Found] = {}
        for row in answer.indicators:
            for side in (row.a, row.b):
                self._take(row, side)
        self._numbers = {key: number for number, key in enumerate(self._found, start=1)}

    def _take(self, row: IndicatorRow, side: Side) -> None:
        source = source_of(self._facts, row.code, side.source)
        if source is None:
            return
        used_by = self._found.setdefault(_key(source), Found(source, [])).used_by
        if row.short not in used_by:
            used_by.append(row.short)

    def numbers(self, row: IndicatorRow) -> tuple[int, ...]:
        """Give the numbers of the sources of an indicator's two values."""
        sources = (source_of(self._facts, row.code, side.source) for side in (row.a, row.b))
        return tuple(sorted({self._numbers[_key(source)] for source in sources if source}))

    def listed(self) -> tuple[Reference, ...]:
        """All sources in the order of their numbers."""
        return tuple(_reference(self._numbers[key], found) for key, found in self._found.items())


def _key(source: Source) -> Key:
    return source.producer, source.title, source.version_producer, source.date_published


def _reference(number: int, found: Found) -> Reference:
    source = found.source
    url, said = source.url_main or source.url_download, source.citation_full
    new = source.date_published and source.date_published not in said
    published = f"published {source.date_published}, " if new else ""
    party = f" (figure of a compared party: {source.party})" if source.party else ""
    return Reference(
        number=number,
        text=f"{source.citation_full.rstrip('.')}{party}.",
        dates=upper_first(f"{published}read {source.date_accessed.isoformat()}."),
        licence=source.licence,
        url="" if url in said else url,
        used_by="; ".join(found.used_by),
        printed=source.redistribute,
    )
