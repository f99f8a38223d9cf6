"""A factorial of scenario parameters: every combination of stated values, each a scenario of its own."""

from __future__ import annotations

import hashlib
import math
import threading
from dataclasses import dataclass, replace
from itertools import product
from typing import TYPE_CHECKING, Annotated, Any, Final, NamedTuple

from pydantic import Field, ValidationError

from indicators.fault import DataError, Fault, UsageError, near
from indicators.schema import Frozen
from indicators.texts import read_toml
from scoring.doubt.work import ALONE, spread
from scoring.index.own_tree import tree_of
from scoring.questions.scenario.read import Read, keyed, read
from scoring.questions.scenario.run import checked, run_scenario
from scoring.questions.scenario.schema import Amount, Name, Written

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from scoring.doubt.work import Work
    from scoring.questions.scenario.outcome import Outcome
    from scoring.questions.scenario.run import Start

MOST: Final = 1_000_000
"""Runs of a grid: beyond these a study wants a design of experiments."""
Value = Annotated[float, Field(allow_inf_nan=False)]


class Steps(Frozen):
    """Evenly spaced values."""

    first: Value
    """The first."""
    last: Value
    """The last."""
    steps: Annotated[int, Field(ge=2, le=10_000)]
    """How many, both ends counted."""

    def values(self) -> tuple[float, ...]:
        """Write them out."""
        width = self.last - self.first
        return tuple(self.first + width * k / (self.steps - 1) for k in range(self.steps))


class GridFile(Frozen):
    """What a grid file says."""

    name: Name
    """Name by which its folder is called."""
    scenario: Written
    """The scenario whose numbers are varied: a shipped name, a file beside this one, or several as A+B."""
    vary: Annotated[dict[str, Annotated[tuple[Value, ...], Field(min_length=1)] | Steps], Field(min_length=1)]
    """By name of a change: the values that its number takes, or { first, last, steps }."""


@dataclass(frozen=True)
class Grid:
    """A grid that was read and checked by itself.

    Attributes
    ----------
    name : str
        Of the grid.
    base : Read
        The scenario.
    axes : dict of str to tuple of float
        Values by name of the change, in the order of the file; the last varies fastest.
    """

    name: str
    base: Read
    axes: dict[str, tuple[float, ...]]

    @property
    def size(self) -> int:
        """Number of runs."""
        return math.prod(map(len, self.axes.values()))

    def points(self) -> list[tuple[float, ...]]:
        """Values of every run, in order."""
        return list(product(*self.axes.values()))

    def variant(self, values: dict[str, float]) -> Read:
        """Return the scenario with some of its numbers at stated values, without ranges."""
        scenario = self.base.scenario
        changes = tuple(
            change.model_copy(update={"name": name, change.kind: Amount(value=values[name])})
            if name in values
            else change.model_copy(update={"name": name})
            for name, change in scenario.named()
        )
        return Read(scenario.model_copy(update={"changes": changes}), self.base.places)


def read_grid(path: Path) -> Grid:
    """Read a grid file.

    Raises
    ------
    UsageError
        If it or its scenario is not there.
    DataError
        With every fault: what is wrong, in which line.
    """
    if not path.is_file():
        message = f"--grid {path}: there is no such file"
        raise UsageError(message)
    text, content = read_toml(path)
    try:
        file = GridFile.model_validate(content)
    except ValidationError as error:
        raise DataError(_faults(path.name, text, error)) from None
    beside = path.parent / file.scenario
    base = read(beside if beside.is_file() else file.scenario)
    axes = {name: it.values() if isinstance(it, Steps) else it for name, it in file.vary.items()}
    grid = Grid(file.name, base, axes)
    if faults := [*_strange(path.name, text, grid)]:
        raise DataError(faults)
    return grid


def _faults(file: str, text: str, error: ValidationError) -> list[Fault]:
    """Say every fault of the schema once, with its line."""
    found: dict[str, Fault] = {}
    for each in error.errors(include_url=False):
        key = [str(part) for part in each["loc"][:2]]
        said = each["msg"].removeprefix("Value error, ").removeprefix("Input should be ")
        place, line = ".".join(key), keyed(text, key[-1]) or keyed(text, key[0])
        if each["type"] == "extra_forbidden" and len(key) == 1:
            fault = Fault(
                file, line, place, "an unknown key", "a key of a grid", near(key[0], GridFile.model_fields)
            )
        elif each["type"] == "missing" and len(key) == 1:
            fault = Fault(file, 0, place, "nothing", "this key (it is required)")
        elif key[0] == "vary" and len(key) > 1:
            expected = "a list of numbers, such as [0.5, 1.0], or { first = 0.5, last = 1.0, steps = 6 }"
            fault = Fault(file, line, place, _shown(text, line), expected)
        else:
            fault = Fault(file, line, place, repr(each["input"])[:80], said)
        found.setdefault(place, fault)
    return list(found.values())


def _shown(text: str, line: int) -> str:
    return text.splitlines()[line - 1].partition("=")[2].strip() if line else "something else"


def _strange(file: str, text: str, grid: Grid) -> Iterator[Fault]:
    """Name every axis that is no number of the scenario or has a value twice; a grid that is too large."""
    changes = dict(grid.base.scenario.named())
    for name, values in grid.axes.items():
        place = (file, keyed(text, name), f"vary.{name}")
        if name not in changes:
            known = f"a change of {grid.base.scenario.name}: {', '.join(changes)}"
            yield Fault(*place, "an unknown change", known, near(name, changes))
        elif changes[name].parameter is None:
            yield Fault(*place, f"a change that sets {changes[name].set!r}", "a change with a number")
        if len(set(values)) < len(values):
            twice = next(value for value in values if values.count(value) > 1)
            yield Fault(*place, f"{twice:g} twice", "every value once")
    if grid.size > MOST:
        yield Fault(file, keyed(text, "vary"), "vary", f"{grid.size:,} runs", f"at most {MOST:,}")


def check_grid(grid: Grid, begin: Start) -> None:
    """Try every value of every axis by itself, the other numbers as stated; runs nothing.

    Raises
    ------
    DataError
        With each value that its target cannot take.
    """
    faults: dict[tuple[str, float], tuple[Fault, ...]] = {}
    for name, values in grid.axes.items():
        for value in values:
            try:
                checked(grid.variant({name: value}), begin)
            except DataError as error:
                faults[name, value] = error.faults
    if faults:
        raise DataError(
            replace(fault, found=f"{fault.found} (vary.{name} = {value:g})")
            for (name, value), each in faults.items()
            for fault in each
        )


class Run(NamedTuple):
    """One run of a grid.

    Attributes
    ----------
    number : int
        From 0, in the order of the points.
    values : tuple of float
        By axis.
    outcome : Outcome
        What came out.
    """

    number: int
    values: tuple[float, ...]
    outcome: Outcome


def runs(grid: Grid, begin: Start, wanted: Sequence[int], work: Work = ALONE) -> Iterator[Run]:
    """Run some points of a grid, in the order in which they are wanted.

    Parameters
    ----------
    grid, begin
        What is varied, and what it starts from.
    wanted : sequence of int
        Numbers of the runs.
    work : Work
        Who runs them; the outcomes do not depend on it.
    """
    points = grid.points()
    items = [(number, points[number]) for number in wanted]
    common = (grid, begin if work.is_alone(len(items)) else bare(begin))
    for (number, values), outcome in zip(items, spread(_run, common, items, work), strict=True):
        yield Run(number, values, outcome)


def bare(begin: Start) -> Start:
    """Return a start that another process can take: all tables read, and nothing that was kept on the way."""
    facts = begin.facts
    for name in facts.catalogue.tables:
        facts.columns(name)
    return replace(begin, facts=facts.changed())


_TURN = threading.Lock()


def _run(common: tuple[Grid, Start], item: tuple[int, tuple[float, ...]]) -> Outcome:
    """Run one point; one at a time in a process, since runs share what is kept of the baseline."""
    (grid, begin), (number, values) = common, item
    with _TURN:
        try:
            return run_scenario(grid.variant(dict(zip(grid.axes, values, strict=True))), begin)
        except DataError as error:
            told = ", ".join(f"{name} = {value:g}" for name, value in zip(grid.axes, values, strict=True))
            faults = [replace(fault, found=f"{fault.found} (run {number}: {told})") for fault in error.faults]
            raise DataError(faults) from None


def run_all(reads: Sequence[Read], begin: Start, work: Work) -> Iterator[Outcome]:
    """Run scenarios that were checked, each by itself, in their order."""
    common = begin if work.is_alone(len(reads)) else bare(begin)
    return spread(_one, common, reads, work)


def _one(begin: Start, each: Read) -> Outcome:
    with _TURN:
        return run_scenario(each, begin)


def fingerprint(grid: Grid, begin: Start, code: str) -> str:
    """Hash of everything that the outcomes depend on: grid, scenario, facts, recipe, pair, draws, code."""
    parts: tuple[Any, ...] = (
        grid.base.scenario.model_dump_json(),
        list(grid.axes.items()),
        begin.facts.fingerprint(),
        begin.recipe.fingerprint(),
        tree_of(begin.facts, begin.recipe.framework).model_dump_json(),
        (begin.pair, begin.draws, begin.seed, begin.baseline),
        code,
    )
    return hashlib.sha256(repr(parts).encode()).hexdigest()
