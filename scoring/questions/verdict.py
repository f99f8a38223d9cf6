"""The shape of a tested claim, and the one rule by which answers become a verdict."""

from __future__ import annotations

import datetime as dt  # noqa: TC003 - stored claims are read back by these annotations
import inspect
import math
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from indicators.facts import Facts
    from indicators.schema import Source

Word = Literal["HOLDS", "HELD UNTIL", "DEPENDS", "DOES NOT HOLD", "CANNOT TELL"]
WORDS: Final[tuple[Word, ...]] = ("HOLDS", "HELD UNTIL", "DEPENDS", "DOES NOT HOLD", "CANNOT TELL")

Group = Literal["Price and cost", "American hands", "Who gains"]
GROUPS: Final[tuple[Group, ...]] = ("Price and cost", "American hands", "Who gains")
"""In the order in which they are shown."""

Reply = Literal["yes", "no", "cannot tell", "no data"]
"""What a rule says on a date: `cannot tell` where there are figures and they do not decide it."""


@dataclass(frozen=True)
class Figure:
    """One figure that a verdict rests on.

    Attributes
    ----------
    label : str
        What it is.
    value, low, high : float or None
        With its range, in `unit`; no range where the source gives none.
    unit : str
        Unit.
    date, published : str
        Period described and day of publication (YYYY-MM-DD).
    source : str
        Producer and title, in words.
    file : str
        File that holds it.
    row : int
        Line of the file, 0 where it is worked out from several.
    """

    label: str
    value: float | None
    low: float | None
    high: float | None
    unit: str
    date: str
    published: str
    source: str
    file: str = ""
    row: int = 0


@dataclass(frozen=True)
class Alternative:
    """Another way to read the claim.

    Attributes
    ----------
    rule : str
        The reading, in words.
    reply : str
        yes, no, cannot tell or no data.
    answer : str
        The reply with its figure.
    decides : bool
        False for a reading that is known to lean to one side: it is shown and turns no verdict.
    value : float or None
        The figure it looks at.
    """

    rule: str
    reply: Reply
    answer: str
    decides: bool = True
    value: float | None = None


@dataclass(frozen=True)
class Point:
    """What the rule said on a day.

    Attributes
    ----------
    date : date
        The day.
    reply : str
        yes, no, cannot tell or no data.
    value, low, high : float or None
        The figure the rule looks at.
    verdict : str
        Verdict of that day; empty where only the rule was asked.
    seen : date or None
        Newest day on which a figure behind it was true or read; None where that is the day itself.
    """

    date: dt.date
    reply: Reply
    value: float | None = None
    low: float | None = None
    high: float | None = None
    verdict: Word | Literal[""] = ""
    seen: dt.date | None = None

    @property
    def until(self) -> str:
        """The last day with data of which the point speaks (YYYY-MM-DD)."""
        return (self.date if self.seen is None else min(self.seen, self.date)).isoformat()


@dataclass(frozen=True)
class Decision:
    """A verdict.

    Attributes
    ----------
    word : str
        One of `WORDS`.
    until : str
        With HELD UNTIL, the last day with data on which the rule said yes (YYYY-MM-DD).
    ended : str
        With HELD UNTIL: `stopped being true`, or `data end` where nobody has looked since.
    """

    word: Word
    until: str = ""
    ended: Literal["", "stopped being true", "data end"] = ""


@dataclass(frozen=True)
class ClaimVerdict:
    """A claim of the debate, tested.

    Attributes
    ----------
    name : str
        Name by which it is asked for.
    group : str
        One of `GROUPS`.
    brief : str
        The rule in a few words, for a line of a table.
    sentence : str
        The claim in our words.
    rule : str
        What is looked at and when it counts as true, fixed before the figures are read.
    verdict : str
        One of `WORDS`.
    until, ended : str
        See `Decision`.
    finding : str
        The result in one line.
    figures : tuple of Figure
        What it rests on.
    alternatives : tuple of Alternative
        Other readings with their answers.
    history : tuple of Point
        What the rule said, and the verdict, by month, oldest first.
    overturn : str
        What would turn the verdict.
    data_to : str
        Newest day on which a figure was true or read (YYYY-MM-DD), empty without data.
    notes : tuple of str
        What to mind.
    """

    name: str
    group: Group
    brief: str
    sentence: str
    rule: str
    verdict: Word
    until: str
    ended: str
    finding: str
    figures: tuple[Figure, ...]
    alternatives: tuple[Alternative, ...]
    history: tuple[Point, ...]
    overturn: str
    data_to: str
    notes: tuple[str, ...] = field(default=())


def decide(now: Reply, others: Iterable[Reply], past: Sequence[Point]) -> Decision:
    """Turn the replies of a rule and of its alternatives into a verdict.

    1. The rule says yes or no, and an alternative that decides says the opposite: DEPENDS.
    2. It says yes: HOLDS.
    3. It says no: HELD UNTIL the last day with data on which it said yes (it stopped being true), or DOES
       NOT HOLD where it never did.
    4. There are figures and they do not decide: CANNOT TELL.
    5. There are no figures for the date: HELD UNTIL the last yes (`data end` if nothing later says
       otherwise), or CANNOT TELL where there was none.

    Parameters
    ----------
    now : str
        Reply of the rule on the date.
    others : iterable of str
        Replies on the date of the alternatives that decide.
    past : sequence of Point
        Earlier replies of the rule, oldest first.
    """
    opposite = {"yes": "no", "no": "yes"}.get(now)
    if opposite in set(others):
        return Decision("DEPENDS")
    if now == "yes":
        return Decision("HOLDS")
    answered = [point for point in past if point.reply in {"yes", "no"}]
    held = [point for point in answered if point.reply == "yes"]
    if now == "cannot tell" or not held:
        return Decision("DOES NOT HOLD" if now == "no" else "CANNOT TELL")
    until = held[-1].until
    if now == "no data" and answered[-1].reply == "yes":
        return Decision("HELD UNTIL", until, "data end")
    return Decision("HELD UNTIL", until, "stopped being true")


def within(low: float, high: float, least: float, most: float) -> Reply:
    """Say whether a whole range lies inside a band (yes), outside (no), or across its edge (cannot tell)."""
    if least <= low and high <= most:
        return "yes"
    return "no" if high < least or low > most else "cannot tell"


Claim = Callable[["Facts"], ClaimVerdict]
"""A claim: one function, which says its rule in its docstring."""


def rule_of(claim: Callable[..., ClaimVerdict]) -> str:
    """Return the rule that a claim's docstring states, in one paragraph: all that follows its first line."""
    text = inspect.cleandoc(claim.__doc__ or "").partition("\n\n")[2]
    return " ".join(text.split())


def source_text(source: Source) -> str:
    """Name a source in words: who made it, and what."""
    return f"{source.producer}, {source.title}"


def number(value: float) -> float | None:
    """Return a number of a table, None where its cell is empty."""
    return None if math.isnan(value) else float(value)
