"""What a report says, as plain data: texts ready to print, and the numbers that marks are placed by."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .chapters import Chapters


@dataclass(frozen=True)
class Finding:
    """One finding of the first page.

    Attributes
    ----------
    sentence, detail : str
        The finding, and its numbers with their ranges.
    word : str
        How sure: the word of a call or the verdict on a claim.
    reference : str
        Where it is shown.
    """

    sentence: str
    detail: str
    word: str
    reference: str


@dataclass(frozen=True)
class Labelled:
    """A line with a label before it."""

    label: str
    text: str


@dataclass(frozen=True)
class Ratio:
    """Score of the second economy over that of the first, in one index.

    Attributes
    ----------
    name, text : str
        The index, and its ratio in words.
    value, low, high : float or None
        The ratio and the widest range that the two scores' ranges allow; None where there is none.
    ours : bool
        Whether it is ours.
    """

    name: str
    text: str
    value: float
    low: float | None
    high: float | None
    ours: bool


@dataclass(frozen=True)
class Differs:
    """Why this differs from what has been read elsewhere."""

    title: str
    ratios: tuple[Ratio, ...]
    why: str
    sources: tuple[str, ...]


@dataclass(frozen=True)
class Place:
    """Where the home economy stands in one layer."""

    layer: str
    score: str
    place: str


@dataclass(frozen=True)
class Home:
    """The strip on the home economy."""

    title: str
    places: tuple[Place, ...]


@dataclass(frozen=True)
class FirstPage:
    """The first page: everything that a reader in a hurry sees."""

    headline: str
    dates: str
    findings: tuple[Finding, ...]
    home: Home | None
    sure: tuple[Labelled, ...]
    differs: Differs | None
    do_not_say: tuple[str, ...]
    scale: str
    versions: str
    citation: str


@dataclass(frozen=True)
class NodeLine:
    """One row of the score table of a layer: texts in the order of the columns."""

    title: str
    weight: str
    first: str
    first_range: str
    second: str
    second_range: str
    gap: str
    gap_range: str
    call: str
    total: bool


@dataclass(frozen=True)
class Part:
    """What one indicator adds to the gap of its layer: text, and share of the widest bar from -1 to 1."""

    name: str
    points: str
    reach: float


@dataclass(frozen=True)
class Value:
    """One economy's value of an indicator, as texts; `mark` says what it is where it is not observed."""

    value: str
    range: str
    date: str
    score: str
    mark: str


@dataclass(frozen=True)
class IndicatorLine:
    """One row of the table of indicators; `references` are numbers of the list of sources."""

    name: str
    unit: str
    pillar: str
    weight: str
    first: Value
    second: Value
    points: str
    references: tuple[int, ...]
    out_of_step: bool


@dataclass(frozen=True)
class LayerPage:
    """The two pages of one layer.

    Attributes
    ----------
    code, title, sentence : str
        The finding stands in the sentence.
    lines : tuple of NodeLine
        Pillars, then the whole layer.
    parts, parts_title
        What the gap is made of.
    mind : tuple of str
        Warnings and other readings.
    charts : tuple of str
        Charts of the layer, the first on its first page.
    indicators : tuple of IndicatorLine
        Those that are scored.
    shown : int
        How many more are only shown; they stand in the data appendix.
    weakest, turns : tuple of Labelled
        Weakest evidence, and what would change the lead.
    notes, objections : tuple of Labelled
        Objections with caveats, and one by one the objection alone, for where there is less room.
    """

    code: str
    title: str
    sentence: str
    lines: tuple[NodeLine, ...]
    parts: tuple[Part, ...]
    parts_title: str
    mind: tuple[str, ...]
    charts: tuple[str, ...]
    indicators: tuple[IndicatorLine, ...]
    shown: int
    weakest: tuple[Labelled, ...]
    turns: tuple[Labelled, ...]
    notes: tuple[Labelled, ...]
    objections: tuple[Labelled, ...]


@dataclass(frozen=True)
class Claim:
    """A claim of the debate, its rule and what the data say."""

    name: str
    group: str
    sentence: str
    rule: str
    verdict: str
    finding: str
    dates: str
    sources: str
    other_readings: tuple[str, ...]
    overturn: str


@dataclass(frozen=True)
class Reference:
    """A source in the list of sources."""

    number: int
    text: str
    dates: str
    licence: str
    url: str
    used_by: str
    printed: bool


@dataclass(frozen=True)
class Content:
    """The whole report."""

    title: str
    subject: str
    names: tuple[str, str]
    vintage: tuple[int, int, int]
    first: FirstPage
    how_to_read: tuple[Labelled, ...]
    verdicts: str
    claims: tuple[Claim, ...]
    layers: tuple[LayerPage, ...]
    chapters: Chapters
    method: tuple[Labelled, ...]
    references: tuple[Reference, ...]
    hidden: str
    terms: str
    own: tuple[str, ...] = ()
