"""What a run says about a pair, as plain data: all that is shown above is made from this and nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date  # noqa: TC003 - a stored answer is read back by these annotations
from typing import Literal

from indicators.owned import Owned  # noqa: TC001 - as above

Call = Literal["ahead", "likely ahead", "no call", "not scored"]


@dataclass(frozen=True)
class Score:
    """Score of one economy at one node of the tree.

    Attributes
    ----------
    value, low, high : float or None
        0 to 100: the stated values as they stand, and the 5 and 95 % points of the data-only draws; None
        where not scored.
    coverage : float
        Share of the node's weight that has a value, 0 to 1.
    imputed : float
        Share of the node's weight that is imputed.
    data_from, data_to : str
        Oldest and newest period that the values describe (YYYY-MM-DD), empty where there is none.
    reason : str
        Why it is not scored, empty where it is.
    """

    value: float | None
    low: float | None
    high: float | None
    coverage: float
    imputed: float
    data_from: str
    data_to: str
    reason: str = ""


@dataclass(frozen=True)
class Gap:
    """Gap of a pair at one node, first minus second.

    Attributes
    ----------
    value, low, high : float or None
        Points, with the 5 and 95 % points of the data-only draws.
    ahead_data, ahead_all : float or None
        Share of draws (0 to 1) in which the first is ahead: data only; data and defensible set-ups.
    call : str
        By the rule of `scoring.doubt.call`, from the less certain of the two readings.
    leader : str
        Code of the economy that the call names, empty where there is no call.
    ahead_unbiased : float or None
        As `ahead_data`, without the errors that an economy has in a whole family of sources.
    """

    value: float | None
    low: float | None
    high: float | None
    ahead_data: float | None
    ahead_all: float | None
    call: Call
    leader: str
    ahead_unbiased: float | None = None


@dataclass(frozen=True)
class Side:
    """One economy's half of an indicator row.

    Attributes
    ----------
    value, low, high : float or None
        In the unit of the indicator (before dividing and transforming); None where unknown.
    score : float or None
        0 to 100.
    state : str
        observed, floor (true absence), zero, censored (below a publication threshold), missing, imputed or
        stale.
    date, published : str
        Period described and time of publication, as in the data.
    source, quality, instrument, note, file : str
        Provenance; `source` is the key in the indicator's sources.
    row : int
        Line of the file, 0 where it is not one line.
    range_kind : str
        sampling, bounds, instruments, judgement, or "class" where the range is assumed from the kind of
        source; empty for a bloc, whose range is made of those of its members.
    mark : str
        Hash of the state, the value and what it is divided by: equal marks are equal evidence.
    free : bool
        The licence of its source lets the value be passed on.
    """

    value: float | None
    low: float | None
    high: float | None
    score: float | None
    state: str
    date: str
    published: str
    source: str
    quality: str
    instrument: str
    note: str
    file: str
    row: int
    range_kind: str
    mark: str = ""
    free: bool = True


@dataclass(frozen=True)
class IndicatorRow:
    """One indicator for the pair.

    Attributes
    ----------
    code, title, short, unit, layer, pillar, form : str
        From its description.
    weight : float
        Effective weight within its layer, 0 to 1, the mean of the two sides: what is missing passes its
        weight on, so it is 0 for one that is missing for both or only shown.
    points : float or None
        Contribution to the gap of its layer in points; the contributions of a layer add up to its gap.
    overall_points : float or None
        The same for the overall gap.
    out_of_step : bool
        The two values are more than a year apart, or one is over three years old.
    matched : bool
        Known for both (observed, a recorded zero or a true absence), at most two years apart.
    a, b : Side
        First and second economy.
    stated : float
        Weight in its pillar, as its description states it.
    reading : str
        Hash of how its value is read: denominator, transform, goalposts, direction.
    tables : str
        Hash of the record tables that it is computed from; empty where a file holds its values.
    """

    code: str
    title: str
    short: str
    unit: str
    layer: str
    pillar: str
    form: str
    weight: float
    points: float | None
    overall_points: float | None
    out_of_step: bool
    matched: bool
    a: Side
    b: Side
    stated: float = 1.0
    reading: str = ""
    tables: str = ""


@dataclass(frozen=True)
class Flip:
    """The weight of one layer at which the overall lead turns.

    Attributes
    ----------
    layer : str
        Layer whose weight moves; the others keep their proportions.
    weight : float or None
        Tipping weight from 0 to 1; None where no weight turns the lead.
    now : float
        Its weight today.
    leader : str
        Who leads beyond the tipping weight.
    """

    layer: str
    weight: float | None
    now: float
    leader: str


@dataclass(frozen=True)
class Warn:
    """Something a reader should mind."""

    code: str
    node: str
    message: str


@dataclass(frozen=True)
class NodeInfo:
    """A node of the tree: code, title, parent, level (`overall`, `layer`, `pillar`), weight in its parent."""

    code: str
    title: str
    parent: str
    level: str
    weight: float


@dataclass(frozen=True)
class Answer:
    """Everything that a run says about a pair.

    Attributes
    ----------
    version : str
        Version of the package.
    data_vintage, as_of : date
        Newest reading of a source; the state that is described.
    known_by : date or None
        The publication clock, where it was set.
    reconstructed : bool
        The state date is earlier than the vintage.
    pair : tuple of str
        Codes, first and second.
    names, adjectives : dict of str to str
        Short names ("United States") and adjectives ("US") of every unit, by code.
    home, lens : str
        Home economy (may be empty), and `scale` or `intensity`.
    recipe, recipe_fingerprint, fingerprint : str
        Name of the recipe, its hash, and the hash of everything that went in.
    draws, seed : int
        Number of draws of each reading, and seed.
    nodes : tuple of NodeInfo
        Overall first, then layers, then pillars, in the fixed order.
    units : tuple of str
        Codes of all scored units; blocs last.
    scores : dict
        `scores[unit][node]` -> Score.
    gap : dict
        `gap[node]` -> Gap of the pair.
    arithmetic : dict of str to float or None
        Overall by the arithmetic mean, for each unit.
    matched_gap : dict of str to float or None
        Gap by layer over matched indicators only.
    lens_gap : dict of str to Gap
        Gap by layer and overall through the other lens, without set-ups.
    indicators : tuple of IndicatorRow
        All indicators, weighted or shown, in the order of the framework.
    flips : tuple of Flip
        One per layer, nearest first.
    told_apart : tuple of tuple of str
        Economies in groups that the overall draws can tell apart, leaders first; blocs left out.
    measured_share : float
        Share of the pair's ranges, by weight, that rest on evidence, 0 to 1; the rest is assumed.
    setups : str
        One sentence: what the second reading varied.
    warnings : tuple of Warn
        Worst first.
    made_with : str
        The whole recipe as JSON, so that what was answered can be asked again otherwise; empty in an answer
        that no run made.
    estimated_share : float
        The part of `measured_share` in which the range is that of a kind of source, estimated from
        duplicates, and not the value's own.
    tree : str
        The whole framework as JSON; empty in an answer that no run made.
    code : str
        Hash of the code that the scores depend on.
    own : tuple of Owned
        What folders of the user's own add to the shipped data or put in their place.
    """

    version: str
    data_vintage: date
    as_of: date
    known_by: date | None
    reconstructed: bool
    pair: tuple[str, str]
    names: dict[str, str]
    adjectives: dict[str, str]
    home: str
    lens: str
    recipe: str
    recipe_fingerprint: str
    fingerprint: str
    draws: int
    seed: int
    nodes: tuple[NodeInfo, ...]
    units: tuple[str, ...]
    scores: dict[str, dict[str, Score]]
    gap: dict[str, Gap]
    arithmetic: dict[str, float | None]
    matched_gap: dict[str, float | None]
    lens_gap: dict[str, Gap]
    indicators: tuple[IndicatorRow, ...]
    flips: tuple[Flip, ...]
    told_apart: tuple[tuple[str, ...], ...]
    measured_share: float
    setups: str
    warnings: tuple[Warn, ...]
    made_with: str = ""
    estimated_share: float = 0.0
    tree: str = ""
    code: str = ""
    own: tuple[Owned, ...] = ()

    def layers(self) -> tuple[NodeInfo, ...]:
        """Nodes of the layers in their fixed order: the four, then those that own data add."""
        return tuple(node for node in self.nodes if node.level == "layer")

    def pillars(self, layer: str) -> tuple[NodeInfo, ...]:
        """Nodes of the pillars of one layer."""
        return tuple(node for node in self.nodes if node.parent == layer)
