"""What a scenario does to a pair, as plain data: all that is shown of it is made from this alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from datetime import date

    from indicators.owned import Owned
    from scoring.answer import Call
    from scoring.questions.scenario.schema import Scenario

Baseline = Literal["hold", "trend"]


@dataclass(frozen=True)
class Input:
    """One change, as it is shown.

    Attributes
    ----------
    name, label, kind : str
        Of the change.
    targets : tuple of str
        Single targets.
    before, after : float or None
        Value of the first target on the state date and at the end; None where it is no number.
    low, high : float or None
        The value at the end where the change is at the ends of its range.
    unit : str
        Of that value.
    size : tuple of (float, float, float) or None
        The number of the change with its range.
    begins, ends : date or None
        From which day, and until which it builds up.
    reason, source : str
        Why, and the key of the source or `assumed`.
    """

    name: str
    label: str
    kind: str
    targets: tuple[str, ...]
    before: float | None
    after: float | None
    low: float | None
    high: float | None
    unit: str
    size: tuple[float, float, float] | None
    begins: date
    ends: date | None
    reason: str
    source: str


@dataclass(frozen=True)
class Effect:
    """The gap of the pair at one node at the end of one year, first minus second, in points.

    Attributes
    ----------
    year : int
        The year; the state is that of its last day.
    base, value : float or None
        Gap in the baseline and in the scenario, everything at its stated value; None where not scored.
    low, high : float or None
        5 and 95 % points of the difference over paired draws; None where nothing was drawn.
    rises, falls : float or None
        Shares of these draws in which the gap is larger, and smaller, than in the baseline.
    scores : tuple of float or None
        Scores of the two in the scenario.
    """

    year: int
    base: float | None
    value: float | None
    low: float | None = None
    high: float | None = None
    rises: float | None = None
    falls: float | None = None
    scores: tuple[float | None, float | None] = (None, None)

    @property
    def change(self) -> float | None:
        """Scenario minus baseline."""
        return None if self.base is None or self.value is None else self.value - self.base


@dataclass(frozen=True)
class Called:
    """A call, with the leader that it names."""

    call: Call
    leader: str


@dataclass(frozen=True)
class NodeOutcome:
    """What happens at one node.

    Attributes
    ----------
    node, title, level : str
        Of the tree.
    linked : bool
        Whether the changes can reach it.
    now : float or None
        Gap on the state date.
    effects : tuple of Effect
        By year.
    before, after : Called or None
        Calls in the last year, in the baseline and in the scenario; None where nothing was drawn.
    parts : tuple of float or None
        What each change adds to the difference of the last year (Shapley); None where it is not worked out.
    """

    node: str
    title: str
    level: str
    linked: bool
    now: float | None
    effects: tuple[Effect, ...]
    before: Called | None
    after: Called | None
    parts: tuple[float, ...] | None


@dataclass(frozen=True)
class Turning:
    """The size of a change at which the effect on the whole vanishes, all others as stated.

    Attributes
    ----------
    name, label : str
        Of the change.
    size : float
        Its size there.
    stated : float
        The size that is stated.
    """

    name: str
    label: str
    size: float
    stated: float


@dataclass(frozen=True)
class Money:
    """What owners in one economy keep of a dollar.

    Attributes
    ----------
    case, title : str
        Which dollar.
    economy : str
        Whose owners.
    before, after : tuple of float
        Cents in the baseline and in the scenario: median, 5 and 95 % points.
    """

    case: str
    title: str
    economy: str
    before: tuple[float, float, float]
    after: tuple[float, float, float]


@dataclass(frozen=True)
class Outcome:
    """Everything that a run of a scenario says.

    Attributes
    ----------
    scenario : Scenario
        What was asked.
    version : str
        Of the package.
    pair : tuple of str
        Codes, first and second.
    names : dict of str to str
        Short names by code.
    as_of : date
        State that the changes start from.
    recipe, fingerprint : str
        Name of the recipe; hash of everything that went in.
    draws, seed : int
        Paired draws, and their seed.
    baseline : str
        `hold`: what is not changed stays; `trend`: indicators go on as their past does.
    baseline_note : str
        What is known of the baseline's quality; empty for hold.
    inputs : tuple of Input
        The changes.
    nodes : tuple of NodeOutcome
        The whole first, then the layers, then pillars.
    turning : tuple of Turning
        Sizes at which the effect is gone.
    money : tuple of Money
        What the changes do to a dollar; empty where none of them is one of value capture.
    own : tuple of Owned
        What folders of the user's own add to the shipped data or put in their place.
    """

    scenario: Scenario
    version: str
    pair: tuple[str, str]
    names: dict[str, str]
    as_of: date
    recipe: str
    fingerprint: str
    draws: int
    seed: int
    baseline: Baseline
    baseline_note: str
    inputs: tuple[Input, ...]
    nodes: tuple[NodeOutcome, ...]
    turning: tuple[Turning, ...] = ()
    money: tuple[Money, ...] = ()
    own: tuple[Owned, ...] = ()

    def node(self, code: str) -> NodeOutcome:
        """Outcome at one node."""
        return next(each for each in self.nodes if each.node == code)

    def layers(self) -> tuple[NodeOutcome, ...]:
        """Outcomes of the layers, in their fixed order."""
        return tuple(each for each in self.nodes if each.level == "layer")

    @property
    def overall(self) -> NodeOutcome:
        """Outcome of the whole."""
        return self.nodes[0]

    @property
    def assumed(self) -> tuple[Input, ...]:
        """Changes whose size nobody has published."""
        return tuple(each for each in self.inputs if each.source == "assumed")
