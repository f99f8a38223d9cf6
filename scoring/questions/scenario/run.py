"""Runs a scenario: the gap by year against its baseline, paired draws, and what each change adds."""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from indicators.draws import Draws
from indicators.fault import UsageError, unknown
from indicators.period import DAYS_A_YEAR
from layers.application_ecosystem.pair import for_pair
from layers.changed import carried
from layers.projected import with_projected
from layers.shapley import MOST, members, shares
from layers.trend_evaluation import default_baseline, known_of
from scoring.index.climb import Scored
from scoring.index.engine import aggregated, run
from scoring.index.own_tree import all_owned
from scoring.index.recipe import read_recipe
from scoring.profile import LEVELS
from scoring.questions.scenario import drawn
from scoring.questions.scenario.apply import bind, made, worked
from scoring.questions.scenario.described import described
from scoring.questions.scenario.money import money
from scoring.questions.scenario.outcome import Effect, NodeOutcome, Outcome
from scoring.questions.scenario.turn import turning
from scoring.questions.scenario.world import World
from scoring.view import known

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from indicators.facts import Facts
    from scoring.index.engine import Plan
    from scoring.index.recipe import Recipe
    from scoring.questions.scenario.apply import Bound, Made
    from scoring.questions.scenario.outcome import Baseline, Called
    from scoring.questions.scenario.read import Read

Floats = NDArray[np.float64]

DRAWS: Final = 2000
SEED: Final = 1
PAIR: Final = ("USA", "CHN")
MOST_ALONE: Final = 8
"""Changes whose shares are worked out where every subset must be scored by itself: 256 of them."""
NOTHING: Final = 1e-9
"""Points below which a difference is none."""


@dataclass(frozen=True)
class Start:
    """What scenarios start from, worked out once for all that are run together.

    Attributes
    ----------
    facts : Facts
        Cut by both clocks, for the pair.
    recipe : Recipe
        How to score.
    pair : tuple of str
        Codes, first and second.
    draws, seed : int
        Paired draws.
    baseline : {"hold", "trend"}
        What happens to what a scenario does not change.
    """

    facts: Facts
    recipe: Recipe
    pair: tuple[str, str]
    draws: int
    seed: int
    baseline: Baseline

    def world(self, when: date) -> World:
        """Return the baseline at the end of a year, or on the state date."""
        place = f"scenario baseline {self.baseline} {when} {self.recipe.fingerprint()}"
        if self.baseline == "hold" or when <= self.facts.date:
            place = f"scenario baseline {self.recipe.fingerprint()}"
        if place not in self.facts.kept:
            facts = self.facts
            if self.baseline == "trend" and when > self.facts.date:
                facts = carried(self.facts, with_projected(self.facts, when, "trend"))[0]
            self.facts.kept[place] = World.of(facts, self.recipe)
        found: World = self.facts.kept[place]
        return found

    def plan(self, world: World) -> Plan:
        """Prepare a baseline, once."""
        place = f"scenario plan {self.recipe.fingerprint()}"
        if place not in world.facts.kept:
            world.facts.kept[place] = drawn.plan_of(world)
        found: Plan = world.facts.kept[place]
        return found

    def gaps(self, world: World) -> Floats:
        """Draws of the gap in a baseline, once."""
        place = f"scenario gaps {self.recipe.fingerprint()} {self.pair} {self.draws} {self.seed}"
        if place not in world.facts.kept:
            world.facts.kept[place] = drawn.gaps(self.plan(world), self.pair, self.draws, self.seed)
        found: Floats = world.facts.kept[place]
        return found

    def calls(self, world: World) -> list[Called]:
        """Call every node of a baseline, once."""
        place = f"scenario calls {self.recipe.fingerprint()} {self.pair} {self.draws} {self.seed}"
        if place not in world.facts.kept:
            given = (self.plan(world), self.pair, self.draws, self.seed)
            world.facts.kept[place] = drawn.calls(*given, self.gaps(world))
        found: list[Called] = world.facts.kept[place]
        return found


def start(
    facts: Facts,
    pair: tuple[str, str] = PAIR,
    *,
    recipe: Recipe | None = None,
    draws: int = DRAWS,
    seed: int = SEED,
    baseline: Baseline | None = None,
) -> Start:
    """Prepare what scenarios start from.

    Raises
    ------
    UsageError
        If a code is not known, the two are the same, or a number is negative.
    """
    for code in pair:
        if code not in facts.units:
            raise unknown("economy", code, facts.units)
    if pair[0] == pair[1]:
        message = f"a pair needs two different economies, found {pair[0]} twice"
        raise UsageError(message)
    if draws < 0 or seed < 0:
        message = f"draws and seed must be 0 or more, found {draws} and {seed}"
        raise UsageError(message)
    return Start(
        for_pair(facts, pair), recipe or read_recipe(), pair, draws, seed, baseline or default_baseline()
    )


class Year(NamedTuple):
    """One year of a run: both worlds and their plans, the last with the sizes of changes to be drawn."""

    when: date
    before: World
    after: Made
    base: Plan
    plan: Plan
    loose: Plan


def years_of(read: Read, begin: date) -> tuple[int, ...]:
    """Years of a run: those after the state date, to the scenario's last."""
    first = begin.year if (begin.month, begin.day) < (12, 31) else begin.year + 1
    return tuple(year for year in range(first + 1, read.scenario.until + 1)) or (read.scenario.until,)


def run_scenario(read: Read, begin: Start, told: Callable[[float], None] | None = None) -> Outcome:
    """Run one scenario against its baseline.

    Parameters
    ----------
    read : Read
        The scenario with the places of its changes.
    begin : Start
        What it starts from.
    told : callable, optional
        Called with the share that is done.

    Returns
    -------
    Outcome
        The same input gives the same outcome to the last bit.

    Raises
    ------
    DataError
        With all that is wrong with the scenario in these facts; nothing is run then.
    """
    bound = checked(read, begin)
    years = years_of(read, begin.facts.date)
    now = begin.world(begin.facts.date)
    gap_now = drawn.nominal(begin.plan(now), begin.pair) @ (1.0, -1.0)
    runs: list[Year] = []
    effects: list[list[Effect]] = []
    for k, year in enumerate(years):
        when = date(year, 12, 31)
        if runs and begin.baseline == "hold" and _extent(bound, when) == _extent(bound, runs[-1].when):
            runs.append(runs[-1]._replace(when=when))
            effects.append([replace(each, year=year) for each in effects[-1]])
        else:
            runs.append(_year(bound, begin, when))
            effects.append(_effects(runs[-1], begin))
        if told:
            told((k + 1) / (len(years) + 2))
    last = runs[-1]
    before, after = (None, None)
    if begin.draws:
        before = begin.calls(last.before)
        after = before
        if last.plan is not last.base:
            after = drawn.calls(last.loose, begin.pair, begin.draws, begin.seed)
    parts = contributions(bound, last, begin.pair)
    nodes = tuple(
        NodeOutcome(
            node=code,
            title=title,
            level=level,
            linked=any(code in each.after.linked for each in runs),
            now=known(gap_now[k]),
            effects=tuple(each[k] for each in effects),
            before=before[k] if before else None,
            after=after[k] if after else None,
            parts=None if parts is None else tuple(parts[:, k].tolist()),
        )
        for k, (code, title, level) in _nodes(last.base)
    )
    outcome = Outcome(
        scenario=read.scenario,
        version=_version(),
        pair=begin.pair,
        names={code: unit.short for code, unit in begin.facts.units.items()},
        as_of=begin.facts.date,
        recipe=begin.recipe.name,
        fingerprint=_mark(last, read, begin),
        draws=begin.draws,
        seed=begin.seed,
        baseline=begin.baseline,
        baseline_note=_quality(begin, last.when),
        inputs=described(bound, now, last.when),
        nodes=nodes,
        turning=turning(bound, last, begin.pair, parts),
        money=money(bound, last.before, last.after.world, begin.pair[0]),
        own=all_owned(begin.facts, begin.recipe.framework),
    )
    if told:
        told(1.0)
    return outcome


def checked(read: Read, begin: Start) -> tuple[Bound, ...]:
    """Bind a scenario and make its changes at every year and at both ends of every range.

    Raises
    ------
    DataError
        With all that is wrong with it in these facts.
    """
    now = begin.world(begin.facts.date)
    bound = bind(read.scenario, now, read.places)
    days = [date(year, 12, 31) for year in years_of(read, begin.facts.date)]
    for when in days:
        worked(bound, begin.world(when), when)
    for each in bound:
        if each.change.parameter and each.change.parameter.ranged:
            for end in drawn.ENDS:
                worked(bound, begin.world(when), when, ends={each.name: end})
    return bound


def _year(bound: Sequence[Bound], begin: Start, when: date) -> Year:
    before = begin.world(when)
    after = made(bound, before, when)
    base = begin.plan(before)
    plan = drawn.plan_after(base, before, after)
    loose = drawn.with_leeway(plan, bound, before, after, when) if begin.draws else plan
    return Year(when, before, after, base, plan, loose)


def _extent(bound: Sequence[Bound], when: date) -> list[tuple[float, float]]:
    """How much of each change holds on a day: on two days of the same extent the world is the same."""
    return [
        (each.change.share(when), each.change.years(when) if each.change.kind == "grow" else 0.0)
        for each in bound
    ]


def _nodes(p: Plan) -> list[tuple[int, tuple[str, str, str]]]:
    """Place in the plan, code, title and level of every node, the whole first, then as in the tree."""
    depths = p.framework.depths()
    return [
        (p.nodes.index(it.code), (it.code, it.title, LEVELS[min(depths[it.code], 2)]))
        for depth in range(3)
        for it in p.framework.nodes
        if it.code in p.nodes and min(depths[it.code], 2) == depth
    ]


def _effects(run: Year, begin: Start) -> list[Effect]:
    """Effects at every node of one year, in the order of the plan."""
    base, value = (drawn.nominal(p, begin.pair) for p in (run.base, run.plan))
    low, high, rises, falls = np.full((4, len(run.base.nodes)), np.nan)
    if begin.draws:
        if run.plan is run.base:
            moves = np.where(np.isfinite(begin.gaps(run.before)), 0.0, np.nan)
        else:
            gaps = drawn.gaps(run.loose, begin.pair, begin.draws, begin.seed, like=run.base)
            moves = gaps - begin.gaps(run.before)
        for k in range(moves.shape[1]):
            seen = moves[np.isfinite(moves[:, k]), k]
            if len(seen):
                low[k], high[k] = np.quantile(seen, [0.05, 0.95])
                rises[k], falls[k] = (seen > NOTHING).mean(), (seen < -NOTHING).mean()
    gap = base @ (1.0, -1.0), value @ (1.0, -1.0)
    return [
        Effect(
            run.when.year,
            known(gap[0][k]),
            known(gap[1][k]),
            known(low[k]),
            known(high[k]),
            known(rises[k]),
            known(falls[k]),
            (known(value[k, 0]), known(value[k, 1])),
        )
        for k in range(len(run.base.nodes))
    ]


def contributions(bound: Sequence[Bound], last: Year, pair: tuple[str, str]) -> Floats | None:
    """Work out what each change adds to the difference of the gap at every node, (changes, nodes).

    Parameters
    ----------
    bound : sequence of Bound
        The changes.
    last : Year
        Of the last year.
    pair : tuple of str
        Codes.

    Returns
    -------
    array or None
        NaN at a node that is not scored in every subset; None with too many changes.

    Notes
    -----
    Shapley values over all subsets of the changes, each made in the stated order, every number at its median:
    they add up to the whole difference exactly.
    """
    if not bound:
        return np.zeros((0, len(last.base.nodes)))
    if len(bound) > MOST:
        return None
    worth = _by_parts(bound, last, pair)
    if worth is None:
        worth = _one_by_one(bound, last, pair) if len(bound) <= MOST_ALONE else None
    return None if worth is None else shares(worth)


def _one_by_one(bound: Sequence[Bound], last: Year, pair: tuple[str, str]) -> Floats:
    """Gap after every subset, (subsets, nodes), each scored by itself."""
    inside = members(len(bound))
    worth = np.empty((len(inside), len(last.base.nodes)))
    for k, chosen in enumerate(inside):
        names = {each.name for each, there in zip(bound, chosen, strict=True) if there}
        after = last.after if all(chosen) else made(bound, last.before, last.when, only=names)
        p = last.plan if all(chosen) else drawn.plan_after(last.base, last.before, after, joint=False)
        worth[k] = drawn.nominal(p, pair) @ (1.0, -1.0)
    return worth


def _by_parts(bound: Sequence[Bound], last: Year, pair: tuple[str, str]) -> Floats | None:
    """As `_one_by_one`, from the indicators of groups of changes that reach no indicator in common.

    Every group has the same scores whatever the others do, so that only its own subsets are worked out. None
    where scores depend on other units, or weights, recipe or coverage change.
    """
    if not drawn.apart(last.base) or last.after.weighed or last.after.chosen:
        return None
    start = drawn.narrow(last.base, pair)
    x = np.repeat(run(start).indicators, 2 ** len(bound), axis=0)
    inside = members(len(bound))
    for group, codes in _groups(bound, last):
        rows = [start.grid.codes.index(code) for code in codes if code in start.grid.codes]
        for subset in members(len(group)):
            chosen = [k for k, there in zip(group, subset, strict=True) if there]
            after = made(bound, last.before, last.when, only={bound[k].name for k in chosen})
            p = drawn.narrow(drawn.plan_after(last.base, last.before, after, joint=False), pair)
            if (p.unscored != start.unscored).any():
                return None
            mine = (inside[:, group] == subset).all(axis=1)
            x[np.ix_(mine, rows)] = run(p).indicators[0][rows]
    size = len(x)
    scores = aggregated(start, Scored(x, np.arange(size)), Draws(size)).scores
    return np.asarray(scores @ (1.0, -1.0))


def _groups(bound: Sequence[Bound], last: Year) -> list[tuple[list[int], set[str]]]:
    """Put changes that reach an indicator in common in one group, each with all that it reaches."""
    groups: list[tuple[list[int], set[str]]] = []
    for k, each in enumerate(bound):
        codes = set(made(bound, last.before, last.when, only={each.name}).codes)
        mine = [group for group in groups if group[1] & codes]
        whole = (
            sorted([k, *(place for group in mine for place in group[0])]),
            codes.union(*(group[1] for group in mine)),
        )
        groups = [*(group for group in groups if not group[1] & codes), whole]
    return groups


@cache
def _version() -> str:
    try:
        return version("fourlayers")
    except PackageNotFoundError:  # run from a folder that was never installed
        return "0"


def _quality(begin: Start, when: date) -> str:
    """Say what is known of the baseline's quality."""
    return known_of(begin.baseline, (when - begin.facts.date).days / DAYS_A_YEAR)


def _mark(last: Year, read: Read, begin: Start) -> str:
    parts = (last.plan.fingerprint, last.base.fingerprint, read.scenario.model_dump_json(), begin.pair)
    more = (begin.draws, begin.seed, begin.baseline)
    return hashlib.sha256(repr((*parts, *more)).encode()).hexdigest()


def gone(change: float | None) -> bool:
    """Say whether a difference is none."""
    return change is not None and math.isfinite(change) and abs(change) <= NOTHING
