"""Makes the changes of a scenario on one day: facts rewritten, and models run again that it reaches."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import numpy as np

from indicators.fault import DataError, Fault
from layers.changed import carried
from layers.layer import computed_rows, posteriors
from scoring.questions.scenario.schema import moved
from scoring.questions.scenario.target import NoTargetError, Target, targets
from scoring.questions.scenario.working import ImpossibleError, Step, Working

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import date

    from indicators.facts import Facts
    from indicators.observations import Row
    from layers.posterior import Posterior
    from scoring.questions.scenario.schema import Change, Scenario
    from scoring.questions.scenario.world import World

    End = Literal["value", "low", "high"]

NOWHERE = ("scenario", 0)


class Bound(NamedTuple):
    """One change with the single targets that it has in a world, and where it is written.

    Attributes
    ----------
    name : str
        Of the change.
    change : Change
        What is done.
    targets : tuple of Target
        What it is done to.
    place : tuple of str and int
        File and line.
    """

    name: str
    change: Change
    targets: tuple[Target, ...]
    place: tuple[str, int]


@dataclass(frozen=True)
class Made:
    """A world after changes.

    Attributes
    ----------
    world : World
        Facts, tree and recipe.
    codes : frozenset of str
        Indicators that the changes can reach: named, or computed by a model that they reach.
    weighed : frozenset of str
        Nodes and indicators whose weight was changed.
    chosen : bool
        Whether the recipe was changed.
    """

    world: World
    codes: frozenset[str]
    weighed: frozenset[str] = frozenset()
    chosen: bool = False

    @cached_property
    def linked(self) -> frozenset[str]:
        """Nodes that the changes can reach."""
        nodes = {node.code: node.parent for node in self.world.framework.nodes}
        if self.chosen:
            return frozenset(nodes)
        indicators = self.world.facts.indicators
        start = {indicators[code].pillar for code in self.codes if indicators[code].weight > 0}
        for code in self.weighed:
            start.add(indicators[code].pillar if code in indicators else nodes[code] or code)
        found = set()
        for code in start:
            above: str | None = code
            while above is not None:
                found.add(above)
                above = nodes[above]
        return frozenset(found)


def bind(scenario: Scenario, world: World, places: Sequence[tuple[str, int]] = ()) -> tuple[Bound, ...]:
    """Find the targets of every change.

    Parameters
    ----------
    scenario : Scenario
        Read and checked.
    world : World
        What it changes.
    places : sequence of (file, line)
        Where each change is written.

    Raises
    ------
    DataError
        With every target that is not there, every change before the state date, and those that contradict
        each other.
    """
    found, faults = [], []
    for k, (name, change) in enumerate(scenario.named()):
        place = places[k] if k < len(places) else NOWHERE
        try:
            found.append(Bound(name, change, targets(change, world), place))
        except NoTargetError as error:
            faults.append(Fault(*place, f"target of {name}", error.found, error.expected, error.repair))
        if change.start <= world.facts.date:
            expected = f"a day after the state of {world.facts.date}, which the data describe"
            faults.append(Fault(*place, f"from of {name}", str(change.start), expected))
    faults += _contradictions(found)
    if faults:
        raise DataError(faults)
    return tuple(found)


def _contradictions(bound: Sequence[Bound]) -> list[Fault]:
    """Name every change that sets what another of the same scenario has set, moved or sets to."""
    before: dict[tuple[Target, str], Bound] = {}
    faults = []
    for each in bound:
        for target in each.targets:
            key = (target, repr(sorted(each.change.where.items())))
            other = before.get(key)
            if other is not None and each.change.kind == "set":
                found = f"{target} is set, after {other.name} ({other.change.kind}, row {other.place[1]})"
                repair = "Keep one of the two, or extend the scenario and give the change the same name."
                faults.append(
                    Fault(
                        *each.place,
                        f"set of {each.name}",
                        found,
                        "changes that do not undo each other",
                        repair,
                    )
                )
                break
            before[key] = each
    return faults


def made(
    bound: Sequence[Bound],
    world: World,
    when: date,
    only: Collection[str] | None = None,
    ends: Mapping[str, End] | None = None,
) -> Made:
    """Return a world on a day, after the changes that have begun by then.

    Parameters
    ----------
    bound : sequence of Bound
        Changes in their order.
    world : World
        Before them.
    when : date
        The day.
    only : collection of str, optional
        Names of the changes that are made; all by default.
    ends : mapping of str to {"value", "low", "high"}, optional
        Changes whose number is at an end of its range.

    Raises
    ------
    DataError
        With every change that its target cannot take.
    """
    return _settled(worked(bound, world, when, only, ends))


def worked(
    bound: Sequence[Bound],
    world: World,
    when: date,
    only: Collection[str] | None = None,
    ends: Mapping[str, End] | None = None,
) -> Working:
    """Make changes without running any model; parameters and errors as `made`."""
    working, faults = Working(world), []
    for each in bound:
        if not each.change.begun(when) or (only is not None and each.name not in only):
            continue
        size = each.change.parameter
        number = float("nan") if size is None else size.at((ends or {}).get(each.name, "value"))
        for target in each.targets:
            try:
                working.make(Step(each.change, each.name, number, when), target)
            except ImpossibleError as error:
                key = f"{each.change.kind} of {each.name}"
                faults.append(
                    Fault(*each.place, key, f"{target}: {error.found}", error.expected, error.repair)
                )
                break
    faults += _weightless(working, bound)
    if faults:
        raise DataError(faults)
    return working


def _weightless(working: Working, bound: Sequence[Bound]) -> list[Fault]:
    """Name every node whose children all have lost their weight, at the change that took the last."""
    if not working.weights:
        return []
    world = working.world
    children: dict[str, list[tuple[str, float]]] = {}
    for node in world.framework.nodes:
        if node.parent:
            children.setdefault(node.parent, []).append((node.code, node.weight))
    for code, it in world.facts.indicators.items():
        children.setdefault(it.pillar, []).append((code, it.weight))
    faults = []
    for parent, held in children.items():
        touched = [code for code, _ in held if code in working.weights]
        if touched and sum(working.weights.get(code, weight) for code, weight in held) <= 0:
            last = next(
                each
                for each in reversed(bound)
                if any(t.kind == "weights" and t.parts[0] in touched for t in each.targets)
            )
            found = f"all weights under {parent} are 0"
            faults.append(
                Fault(*last.place, f"{last.change.kind} of {last.name}", found, "at least one above 0")
            )
    return faults


def _settled(working: Working) -> Made:
    """Put what was changed in the place of what was there, and run the models that it reaches."""
    world = working.world
    sized = working.sized() if working.weights or working.recipe else world
    facts = _reweighed(world.facts, working.weights)
    codes: frozenset[str] = frozenset()
    if working.rows or working.added or working.tables or working.inputs:
        rows: tuple[Row, ...] | None = None
        if working.rows or working.added:
            held = tuple(working.rows.get(place, row) for place, row in enumerate(world.facts.rows))
            rows = (*held, *working.added.values())
        changed = facts.changed(rows=rows, rewritten=working.tables, inputs=working.inputs)
        facts, codes = carried(facts, changed)
        codes |= changed.touched(world.facts).codes
    if working.edits:
        facts = _edited(facts, working)
        codes |= {code for code, _ in working.edits}
    return Made(replace(sized, facts=facts), codes, frozenset(working.weights), bool(working.recipe))


def _reweighed(facts: Facts, weights: Mapping[str, float]) -> Facts:
    """Give indicators other weights; what layers computed does not depend on them."""
    own = {code: weight for code, weight in weights.items() if code in facts.indicators}
    if not own:
        return facts
    described = {
        code: it.model_copy(update={"weight": own[code]}) if code in own else it
        for code, it in facts.indicators.items()
    }
    other = dataclasses.replace(facts, catalogue=dataclasses.replace(facts.catalogue, indicators=described))
    other.kept.update(facts.kept)
    return other


def _edited(facts: Facts, working: Working) -> Facts:
    """Change values that a layer computed, and their draws row by row."""
    other = facts.changed()
    other.kept.update(facts.kept)
    for layer in {facts.indicators[code].layer for code, _ in working.edits}:
        edits = {at: steps for at, steps in working.edits.items() if facts.indicators[at[0]].layer == layer}
        rows = [_row(row, edits, facts) for row in computed_rows(facts, layer)]
        other.kept[f"computed {layer}"] = rows
        other.kept[f"posteriors {layer}"] = tuple(
            _drawn(each, edits, facts) for each in posteriors(facts, layer)
        )
    return other


Edits = "Mapping[tuple[str, str], list[tuple[Step, float]]]"


def _row(row: Row, edits: Mapping[tuple[str, str], list[tuple[Step, float]]], facts: Facts) -> Row:
    steps = edits.get((row["code"], row["economy"]))
    if not steps:
        return row
    after = dict(row)
    for part in ("value", "low", "high"):
        if row[part] is not None:
            after[part] = float(
                _through(np.array([row[part]]), steps, facts.indicators[row["code"]].range)[0]
            )
    if after["low"] is not None and after["high"] is not None:
        ends = (after["low"], after["value"], after["high"])
        after["low"], after["high"] = min(ends), max(ends)
    return after | {"note": f"changed by the scenario: {', '.join(step.name for step, _ in steps)}"}


def _drawn(
    each: Posterior, edits: Mapping[tuple[str, str], list[tuple[Step, float]]], facts: Facts
) -> Posterior:
    places = [
        (each.codes.index(code), each.economies.index(economy), code, economy)
        for code, economy in edits
        if code in each.codes and economy in each.economies
    ]
    if not places:
        return each
    values = each.values.copy()
    for j, i, code, economy in places:
        values[:, j, i] = _through(values[:, j, i], edits[code, economy], facts.indicators[code].range)
    return replace(each, values=values)


def _through(x: Any, steps: Sequence[tuple[Step, float]], limits: tuple[float, float]) -> Any:  # noqa: ANN401 - an array
    for step, towards in steps:
        x = x * 0.0 + moved(step.change, x, step.size, step.when, towards)
    return np.clip(x, *limits)
