"""What the chapters after the layers say, as plain data: money, scenarios, doubt, audit, data, terms."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .pieces import IndicatorLine, Labelled


@dataclass(frozen=True)
class Grid:
    """A table of texts; what is empty is empty.

    Attributes
    ----------
    head : tuple of str
        Column heads; the first column holds names, the others are read against each other.
    rows : tuple of tuple of str
        As many cells as heads.
    note : str
        What stands under it.
    """

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    note: str = ""


@dataclass(frozen=True)
class MoneyChapter:
    """Who keeps the money: what is booked, where a dollar stays, tokens against money.

    Attributes
    ----------
    finding : str
        Of the account; why there is none where there is none.
    state : str
        Year of the account and state date.
    stages, dollars, market : Grid or None
        Profit by stage, cents of each dollar, and one router; None where nothing is known.
    says, market_says : tuple of str
        Sentences on the whole account, and on tokens and money.
    mind : tuple of str
        What to mind.
    charts : tuple of str
        On its first page, then on its second.
    """

    finding: str
    state: str = ""
    stages: Grid | None = None
    dollars: Grid | None = None
    market: Grid | None = None
    says: tuple[str, ...] = ()
    market_says: tuple[str, ...] = ()
    mind: tuple[str, ...] = ()
    charts: tuple[str, ...] = ()


@dataclass(frozen=True)
class DoubtChapter:
    """How firm the answer is: both readings, what the doubt is made of, what would turn it."""

    finding: str
    readings: Grid | None
    words: tuple[str, ...]
    drivers: Grid | None
    turns: tuple[Labelled, ...]
    calibration: tuple[str, ...]
    charts: tuple[str, ...]


@dataclass(frozen=True)
class AuditChapter:
    """What our own audit of the index flags."""

    finding: str
    rule: str
    tally: Grid
    flagged: tuple[Labelled, ...]


@dataclass(frozen=True)
class Entry:
    """One indicator of the data appendix."""

    name: str
    code: str
    covered: str
    sources: str
    says: str
    caveat: str
    objection: str


@dataclass(frozen=True)
class DataChapter:
    """Every indicator, those that are shown only, and charts for those who check."""

    finding: str
    groups: tuple[tuple[str, tuple[Entry, ...]], ...]
    shown: tuple[IndicatorLine, ...]
    charts: tuple[str, ...]


@dataclass(frozen=True)
class Chapters:
    """All chapters after the layers; a chapter without content is left out of the report."""

    money: MoneyChapter
    scenarios: tuple[dict[str, Any], ...]
    doubt: DoubtChapter
    audit: AuditChapter | None
    data: DataChapter
    glossary: tuple[Labelled, ...] = field(default=())
