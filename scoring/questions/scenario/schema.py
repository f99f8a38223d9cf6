"""What a scenario file says: a question, dated changes each with reason and source, and what is left out."""

from __future__ import annotations

import math
import re
from datetime import date
from typing import Annotated, Any, Final, Literal, Self

from pydantic import BeforeValidator, ConfigDict, Field, model_validator

from indicators.period import period_end
from indicators.schema import Frozen

ASSUMED: Final = "assumed"
"""Stands where a source would, for a parameter that nobody has published."""
KINDS: Final = ("set", "scale", "shift", "converge", "grow")
LAST: Final = 2060

Name = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_+-]{0,119}$")]
Written = Annotated[str, Field(min_length=1)]


def _day(value: Any) -> Any:  # noqa: ANN401 - whatever stands in the file
    """Read a day written as 2027-01-01, 2027-01, 2027-Q1 or 2027: the first day of the period."""
    if isinstance(value, date):
        return value
    text = str(value)
    try:
        end = period_end(text)
    except ValueError as error:
        message = f"a day as 2027-01-01, 2027-01, 2027-Q1 or 2027; {error}"
        raise ValueError(message) from None
    if len(text) == 4:
        return end.replace(month=1, day=1)
    return (
        end.replace(month=end.month - 2, day=1)
        if "Q" in text
        else end
        if len(text) > 7
        else end.replace(day=1)
    )


def _last(value: Any) -> Any:  # noqa: ANN401
    """Read the last day of a period."""
    if isinstance(value, date):
        return value
    try:
        return period_end(str(value))
    except ValueError as error:
        message = f"a day as 2030-12-31, 2030-12, 2030-Q4 or 2030; {error}"
        raise ValueError(message) from None


Day = Annotated[date, BeforeValidator(_day, json_schema_input_type=str | int)]
LastDay = Annotated[date, BeforeValidator(_last, json_schema_input_type=str | int)]


class Amount(Frozen):
    """A parameter with the range over which it is drawn."""

    value: float = Field(allow_inf_nan=False)
    """Median."""
    low: float | None = Field(default=None, allow_inf_nan=False)
    """5 % point."""
    high: float | None = Field(default=None, allow_inf_nan=False)
    """95 % point."""

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if (self.low is None) != (self.high is None):
            message = "both ends of a range, low and high, or neither"
            raise ValueError(message)
        if self.low is not None and self.high is not None and not self.low <= self.value <= self.high:
            message = f"low <= value <= high, found {self.low:g}, {self.value:g}, {self.high:g}"
            raise ValueError(message)
        return self

    @property
    def ranged(self) -> bool:
        """Whether it is drawn."""
        return self.low is not None and self.high is not None and self.low < self.high

    def at(self, end: Literal["value", "low", "high"]) -> float:
        """Median, 5 or 95 % point."""
        found = getattr(self, end)
        return self.value if found is None else float(found)


def _amount(value: Any) -> Any:  # noqa: ANN401
    """Take a bare number for an amount without a range."""
    return {"value": value} if isinstance(value, int | float) and not isinstance(value, bool) else value


Parameter = Annotated[Amount, BeforeValidator(_amount, json_schema_input_type=float | Amount)]


def _several(value: Any) -> Any:  # noqa: ANN401
    """Take one text for a list of one."""
    return (value,) if isinstance(value, str) else value


Several = Annotated[
    tuple[Written, ...], BeforeValidator(_several, json_schema_input_type=str | tuple[str, ...])
]


class Reference(Frozen):
    """A source of a scenario's parameters."""

    title: Written
    """Title of the publication."""
    publisher: str = ""
    """Who published it."""
    url: str = ""
    """Where it stands."""
    published: str = ""
    """When (year, month or day)."""
    note: str = ""
    """What to mind."""


class Change(Frozen):
    """One dated change of one target."""

    model_config = ConfigDict(populate_by_name=True)

    name: Name | None = None
    """Name in tables and charts; by default made from the target."""
    title: str = ""
    """Words in tables and charts; by default the target."""
    target: Annotated[Several, Field(min_length=1)]
    """What changes, one or a list that moves by the same number: indicators.CODE.ECONOMY,
    access.BUYER.SUPPLIER.ITEM, inputs.NAME, tables.NAME.COLUMN, weights.NODE or recipe.FIELD. `*` stands for
    any text within a part."""
    where: dict[str, str | float | bool] = Field(default_factory=dict)
    """With a table: cells by which its rows are chosen, as in { economy = "CHN" }."""
    set: Parameter | str | bool | list[str] | None = None
    """Takes this value."""
    scale: Parameter | None = None
    """Is multiplied by this factor."""
    shift: Parameter | None = None
    """Is moved by this amount, in its unit."""
    converge: Parameter | None = None
    """Closes this share of its distance to `towards`, 0 to 1."""
    grow: Parameter | None = None
    """Grows by this share a year (0.1 is 10 %) from `from` to `to`."""
    towards: float | Written | None = None
    """With converge: a value, or an economy whose own value it moves towards."""
    keeps_total: bool = False
    """With an indicator that is a share: what one gains the others lose, in proportion to theirs."""
    start: Day = Field(alias="from")
    """First day on which it holds."""
    to: LastDay | None = None
    """Day on which it is complete (it begins at `from` and goes on evenly); at once where there is none. With
    grow: the last day of growth."""
    path: dict[str, float] = Field(default_factory=dict)
    """In place of `to`: how much of it holds on some days, 0 to 1, as in { "2027" = 0.2, "2030" = 1 };
    even between them."""
    reason: Written
    """Why, and how the size was chosen."""
    source: Written
    """A key of [sources], or the word assumed."""

    @model_validator(mode="after")
    def _one_kind(self) -> Self:
        kinds = [kind for kind in KINDS if getattr(self, kind) is not None]
        if len(kinds) != 1:
            message = f"one of {', '.join(KINDS)}; found {' and '.join(kinds) or 'none'}"
            raise ValueError(message)
        if (self.converge is None) != (self.towards is None):
            message = "towards goes with converge, and converge with towards"
            raise ValueError(message)
        return self

    @model_validator(mode="after")
    def _in_time(self) -> Self:
        if self.to is not None and self.to < self.start:
            message = f"to = {self.to} is before from = {self.start}"
            raise ValueError(message)
        if self.path and self.to is not None:
            message = "to or path, not both"
            raise ValueError(message)
        if self.path and self.grow is not None:
            message = "a path of the share that holds does not go with grow"
            raise ValueError(message)
        for text, share in self.path.items():
            day = _last(text)
            if day < self.start:
                message = f"path: {text} is before from = {self.start}"
                raise ValueError(message)
            if not 0 <= share <= 1:
                message = f"path: {text} = {share:g} is no share from 0 to 1"
                raise ValueError(message)
        return self

    @property
    def kind(self) -> str:
        """Which of the five it is."""
        return next(kind for kind in KINDS if getattr(self, kind) is not None)

    @property
    def parameter(self) -> Amount | None:
        """Its number with its range; None where a text, a flag or a list is set."""
        found = getattr(self, self.kind)
        return found if isinstance(found, Amount) else None

    @property
    def label(self) -> str:
        """Words for tables and charts."""
        return self.title or self.target[0].partition(".")[2].replace(".", " ")

    def begun(self, when: date) -> bool:
        """Say whether any of it holds on a day."""
        return when >= self.start

    def share(self, when: date) -> float:
        """How much of it holds on a day, 0 to 1."""
        if not self.begun(when):
            return 0.0
        points = sorted((_last(text), share) for text, share in self.path.items())
        if not points:
            if self.to is None or self.to == self.start or when >= self.to:
                return 1.0
            return (when - self.start).days / (self.to - self.start).days
        before = (self.start, 0.0)
        for point in points:
            if when <= point[0]:
                days = (point[0] - before[0]).days
                part = (when - before[0]).days / days if days else 1.0
                return before[1] + part * (point[1] - before[1])
            before = point
        return before[1]

    def years(self, when: date) -> float:
        """Years for which it has grown by a day."""
        end = when if self.to is None else min(when, self.to)
        return max((end - self.start).days, 0) / 365.25


class Scenario(Frozen):
    """A question with the changes that stand for it."""

    name: Name
    """Name by which it is run."""
    title: Written
    """A few words."""
    question: Written
    """What if?"""
    why: str = ""
    """A paragraph: why these changes and sizes."""
    extends: tuple[Written, ...] = ()
    """Scenarios whose changes come first, in this order; a change of the same name stands in for theirs."""
    changes: tuple[Change, ...] = ()
    """In the order in which they are made."""
    not_modelled: Annotated[tuple[Written, ...], Field(min_length=1)]
    """What such a world would bring besides, and this does not."""
    sources: dict[str, Reference] = Field(default_factory=dict)
    """Sources by the key used in the changes."""
    until: Annotated[int, Field(ge=2027, le=LAST)] = 2030
    """Last year."""

    def named(self) -> tuple[tuple[str, Change], ...]:
        """Name every change, each differently."""
        seen: dict[str, int] = {}
        found = []
        for change in self.changes:
            plain = re.sub(r"[^a-z0-9_-]+", "-", change.target[0].lower()).strip("-")
            name = change.name or plain[:64]
            seen[name] = seen.get(name, 0) + 1
            found.append((name if seen[name] == 1 else f"{name}-{seen[name]}", change))
        return tuple(found)


def moved(change: Change, x: float, parameter: float, when: date, towards: float = math.nan) -> float:
    """Return what a number is on a day after one change.

    Parameters
    ----------
    change : Change
        What is done.
    x : float
        The number before.
    parameter : float
        Size of the change, from its range.
    when : date
        The day.
    towards : float
        With converge, the number that it moves towards.

    Notes
    -----
    With s the share of the change that holds and y the years for which it has grown::

        set       x + s (p - x)        shift   x + s p
        scale     x p^s                grow    x (1 + p)^y
        converge  x + s p (towards - x)
    """
    s = change.share(when)
    if not change.begun(when):
        return x
    if change.kind == "set":
        return parameter if s == 1 else x + s * (parameter - x)
    if change.kind == "scale":
        return x * float(parameter**s)
    if change.kind == "shift":
        return x + s * parameter
    if change.kind == "converge":
        return x + s * parameter * (towards - x)
    return float(x * (1 + parameter) ** change.years(when))
