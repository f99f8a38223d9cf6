"""Goal-seek: the least change of one lever that brings a gap to a goal, or that its goalpost cannot."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final

import numpy as np

from indicators.fault import DataError, UsageError, unknown
from layers.systems_integration.access import DEFAULT_BUYER
from scoring.index.engine import run
from scoring.questions.scenario import drawn
from scoring.questions.scenario.apply import Bound, bind, made
from scoring.questions.scenario.schema import Amount, Change, Scenario
from scoring.questions.scenario.working import Working

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from layers.grid import Grid
    from scoring.index.engine import Plan
    from scoring.questions.scenario.run import Start
    from scoring.questions.scenario.target import Target

STEPS: Final = 48
"""Bisections: finer than any value is stated."""
SCAN: Final = 8
"""Places between now and the end at which the goal is looked for first, so that a bend is not missed."""
CLOSE: Final = 1e-6
"""Points within which a goal is reached."""


@dataclass(frozen=True)
class Sought:
    """What one lever would have to be.

    Attributes
    ----------
    target : str
        The lever.
    now, to, end : float
        Its value now, the one that reaches the goal (NaN where none does), and the one it was moved towards.
    unit : str
        Of these.
    ranges : float
        What the change amounts to in goalpost ranges: the sum over all indicators of the economy that it
        moves of the change of their scores over 100; NaN where the goal is not reached.
    reached, at_end : float
        The gap there (NaN), and at the end.
    changes : Scenario
        A scenario of this one change, with which the answer can be run.
    """

    target: str
    now: float
    to: float
    end: float
    unit: str
    ranges: float
    reached: float
    at_end: float
    changes: Scenario | None

    @property
    def found(self) -> bool:
        """Whether the goal is reached."""
        return math.isfinite(self.to)


def seek(begin: Start, node: str, goal: float, levers: Sequence[str] = (), economy: str = "") -> list[Sought]:
    """Find, for each lever alone, the least change that brings the gap at a node to a goal.

    Parameters
    ----------
    begin : Start
        What is changed: the state date, everything at its stated value.
    node : str
        The whole, a layer or a pillar.
    goal : float
        Gap of the pair in points, first minus second; 0 draws level.
    levers : sequence of str
        Targets of single numbers, such as ``indicators.hbm_share_by_hq_pct.CHN``; by default every weighted
        indicator of `economy`.
    economy : str
        Whose indicators are moved; the one behind by default.

    Returns
    -------
    list of Sought
        Those that reach the goal first, the least change first; then the others, the nearest first.

    Raises
    ------
    UsageError, DataError
        If there is no such node or lever, or the gap is not scored.

    Notes
    -----
    An indicator is moved as far as its better (or worse) goalpost, access to 0 or 1, an input to its limits
    or a hundredth or hundredfold. Between now and there the goal is bracketed on `SCAN` steps and then
    bisected through the whole pipeline, models included.
    """
    now = begin.world(begin.facts.date)
    base = begin.plan(now)
    if node not in base.nodes:
        raise unknown("node", node, base.nodes)
    at = base.nodes.index(node)
    gap = float(drawn.nominal(base, begin.pair)[at] @ (1.0, -1.0))
    if not math.isfinite(gap):
        message = f"{node} is not scored for {' and '.join(begin.pair)}: there is no gap to move"
        raise UsageError(message)
    names = list(levers) or _weighted(base, node, economy or begin.pair[1 if gap > 0 else 0])
    found = [each for name in names for each in _levers(begin, name, at, gap, goal)]
    return sorted(
        found, key=lambda it: (not it.found, it.ranges if it.found else abs(it.at_end - goal), it.target)
    )


def _weighted(base: Plan, node: str, economy: str) -> list[str]:
    """Name the indicators under a node that an economy has a value of."""
    parents = {it.code: it.parent for it in base.framework.nodes}
    i, held = base.grid.units.index(economy), []
    for j, it in enumerate(base.grid.indicators):
        above: str | None = it.pillar
        while above is not None and above != node:
            above = parents[above]
        if above == node and np.isfinite(base.grid.value[j, i]):
            held.append(f"indicators.{it.code}.{economy}")
    return held


def _levers(begin: Start, name: str, at: int, gap: float, goal: float) -> list[Sought]:
    """Seek along every single target of a name."""
    now = begin.world(begin.facts.date)
    when = date(begin.facts.date.year + 1, 12, 31)
    bound = bind(_scenario(name, 0.0, when), now)
    found = []
    for target in bound[0].targets:
        value = Working(now).value(target)
        if value is None:
            message = f"{target} is no single number to move"
            raise UsageError(message)
        found.append(_one(begin, target, value, at, (gap, goal)))
    return found


def _scenario(target: str, value: float, when: date) -> Scenario:
    change = Change(
        name="sought",
        target=(target,),
        set=Amount(value=value),
        start=when.replace(month=1, day=1),
        reason="Sought by the goal.",
        source="assumed",
    )
    return Scenario(
        name="sought",
        title="Sought",
        question=f"What if {target} were {value:g}?",
        changes=(change,),
        not_modelled=("what it would take",),
        until=max(when.year, 2027),
    )


def _one(begin: Start, target: Target, value: float, at: int, aim: tuple[float, float]) -> Sought:
    now = begin.world(begin.facts.date)
    base, when = begin.plan(now), date(begin.facts.date.year + 1, 12, 31)
    gap, goal = aim

    def gap_at(x: float) -> float:
        change = _scenario(str(target), x, when).changes[0]
        after = made((Bound("sought", change, (target,), ("sought", 0)),), now, when)
        p = drawn.plan_after(base, now, after, joint=False)
        return float(drawn.nominal(p, begin.pair)[at] @ (1.0, -1.0))

    ends = _ends(base, target, value, begin)
    tried = [(end, *_towards(gap_at, value, end, gap, goal)) for end in ends]
    reached = [each for each in tried if math.isfinite(each[1])]
    nearest = min(tried, key=lambda each: abs(each[2] - goal), default=(value, math.nan, gap))
    end, to, at_end = min(reached, key=lambda each: abs(each[1] - value)) if reached else nearest
    good = math.isfinite(to)
    return Sought(
        str(target),
        value,
        to,
        end,
        _unit(target, begin),
        _ranges(begin, target, to, when) if good else math.nan,
        gap_at(to) if good else math.nan,
        at_end,
        _scenario(str(target), to, when) if good else None,
    )


def _towards(
    gap_at: Callable[[float], float], value: float, end: float, gap: float, goal: float
) -> tuple[float, float]:
    """Return where between now and an end the gap first meets the goal, NaN if nowhere, and the gap there."""
    if abs(gap - goal) <= CLOSE:
        return value, gap
    steps = np.linspace(value, end, SCAN + 1)[1:]
    if value > 0 and end > 0 and max(value, end) / min(value, end) > 10:
        steps = np.geomspace(value, end, SCAN + 1)[1:]
    before, there = value, gap
    for x in steps.tolist():
        try:
            moved = gap_at(x)
        except DataError:  # beyond what the unit allows
            break
        if (there - goal) * (moved - goal) <= 0 and moved != there:
            return _bisected(gap_at, before, x, there, goal), moved
        before, there = x, moved
    return math.nan, there


def _bisected(gap_at: Callable[[float], float], low: float, high: float, at_low: float, goal: float) -> float:
    for _ in range(STEPS):
        middle = (low + high) / 2
        found = gap_at(middle)
        if abs(found - goal) <= CLOSE / 10 or middle in (low, high):
            return middle
        if (found - goal) * (at_low - goal) > 0:
            low, at_low = middle, found
        else:
            high = middle
    return high


def _ends(base: Plan, target: Target, value: float, begin: Start) -> list[float]:
    """Where a lever can be moved to at most, either way."""
    if target.kind == "indicators":
        code, economy = target.parts
        if code not in base.grid.codes:
            message = f"{code} has no weight: no value of it moves a gap"
            raise UsageError(message)
        return [post for post in _posts(base.grid, code, economy) if post != value]
    if target.kind == "access" and target.parts[0] != DEFAULT_BUYER:
        return [end for end in (0.0, 1.0) if end != value]
    if target.kind == "inputs":
        held = begin.world(begin.facts.date).inputs[target.parts[0]]
        ends = (max(held.least, value / 100), min(held.most, value * 100))
        return [end for end in ends if end != value and math.isfinite(end)]
    if target.kind == "weights":
        return [0.0, 100.0 * max(value, 0.01)]
    message = f"{target}: goal-seek moves indicators, access, inputs and weights"
    raise UsageError(message)


def _posts(grid: Grid, code: str, economy: str) -> tuple[float, float]:
    """Worst and best goalpost of an indicator, in its own unit at the size of the economy."""
    j, i = grid.codes.index(code), grid.units.index(economy)
    divisor = float(grid.divisor[j, i])
    least, most = grid.limits[j].tolist()
    ends = (float(grid.posts.worst[j]) * divisor, float(grid.posts.best[j]) * divisor)
    return min(max(ends[0], least), most), min(max(ends[1], least), most)


def _ranges(begin: Start, target: Target, to: float, when: date) -> float:
    """Goalpost ranges by which a change moves the indicators of the pair, together."""
    now = begin.world(begin.facts.date)
    base = begin.plan(now)
    change = _scenario(str(target), to, when).changes[0]
    after = made((Bound("sought", change, (target,), ("sought", 0)),), now, when)
    p = drawn.plan_after(base, now, after, joint=False)
    if p.grid.codes != base.grid.codes:
        return math.nan
    places = [base.grid.units.index(code) for code in begin.pair]
    moved = run(p).indicators[0][:, places] - run(base).indicators[0][:, places]
    return float(np.nansum(np.abs(moved)) / 100)


def _unit(target: Target, begin: Start) -> str:
    from scoring.questions.scenario.described import unit_of

    return unit_of(target, begin.world(begin.facts.date))
