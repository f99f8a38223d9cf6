"""What a gap's move is made of: data, row by row, recipe and code, in parts that add up to it.

The tree is run again with one part after the other taken from the new run: data, then recipe, then code, each
in the order of the framework, and once more in the reverse order; a part is the mean of the two. It is exact
for any tree and means, since each run through goes from the old gap to the new one.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, Literal

import numpy as np
from numpy.typing import NDArray

from indicators.fault import UsageError
from scoring.index.climb import Rules, Scored, climb
from scoring.index.engine import means_of, parts_of
from scoring.index.framework import Framework, Leaf, levels
from scoring.index.recipe import Recipe

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from scoring.index.framework import Level
    from scoring.questions.held import Half, Run, Told

Floats = NDArray[np.float64]
Cause = Literal["data", "recipe", "code", "together"]

CAUSES: Final[tuple[Cause, ...]] = ("data", "recipe", "code", "together")
"""The last: what the two runs hold does not tell the others apart."""
SAME: Final = 5e-8
"""Scores that differ by less are the same: runs are kept to eight decimals."""
ROUNDED: Final = 5e-4
"""What rounding to four decimals can make of a move."""
RULES: Final = ("aggregate", "weigh", "threshold")
"""Parts of a recipe that hang on the tree."""


@dataclass(frozen=True)
class Part:
    """One part of the move.

    Attributes
    ----------
    cause : str
        One of `CAUSES`.
    what : str
        added, removed, changed, aged; `scored otherwise` for the same evidence; or what of the recipe.
    code, economy : str
        Indicator and economy; empty where it is about neither.
    old, new : Half or None
        The evidence before and after.
    points : dict of str to float
        Points by node: overall and layers whose move is known.
    """

    cause: Cause
    what: str
    code: str = ""
    economy: str = ""
    old: Half | None = None
    new: Half | None = None
    points: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Move:
    """How one gap moved.

    Attributes
    ----------
    node, title : str
        Overall or a layer.
    old, new : Told
        What each run said.
    points : float or None
        New less old; None where one of them is not scored.
    by : dict of str to float
        Points by cause, adding up to `points`; empty where that is unknown.
    """

    node: str
    title: str
    old: Told
    new: Told
    points: float | None
    by: dict[str, float]


@dataclass(frozen=True)
class Setting:
    """A place of the recipe or the framework that differs: its path, and what stood and stands there."""

    path: str
    old: Any
    new: Any


@dataclass(frozen=True)
class Diff:
    """What moved between two runs.

    Attributes
    ----------
    old, new : Run
        The runs.
    moves : tuple of Move
        Overall first, then the layers.
    parts : tuple of Part
        All parts, those that moved the overall gap most first.
    revised : tuple of (str, str)
        Indicator and economy of rows that are not what they were, without moving a score.
    settings : tuple of Setting
        Where recipe and framework differ.
    """

    old: Run
    new: Run
    moves: tuple[Move, ...]
    parts: tuple[Part, ...]
    revised: tuple[tuple[str, str], ...]
    settings: tuple[Setting, ...]

    @cached_property
    def empty(self) -> bool:
        """Nothing moved: no gap, no call, no row, no setting."""
        still = all(move.old == move.new for move in self.moves)
        return still and not (self.parts or self.revised or self.settings)

    def calls(self) -> tuple[Move, ...]:
        """Give the moves whose call changed; without draws in one of the runs, whether there is a score."""
        drawn = self.old.draws and self.new.draws
        return tuple(
            move
            for move in self.moves
            if (drawn and (move.old.call, move.old.leader) != (move.new.call, move.new.leader))
            or (move.old.value is None) != (move.new.value is None)
        )

    def of(self, cause: str) -> tuple[Part, ...]:
        """Parts of one cause."""
        return tuple(part for part in self.parts if part.cause == cause)


@dataclass(frozen=True)
class _Rules:
    """How scores are aggregated: framework, indicators as (code, pillar, weight), recipe."""

    tree: Mapping[str, Any]
    items: tuple[tuple[str, str, float], ...]
    recipe: Mapping[str, Any]

    @cached_property
    def weighted(self) -> list[int]:
        """Places of the indicators that count."""
        return [k for k, (_, _, weight) in enumerate(self.items) if weight > 0]

    @cached_property
    def steps(self) -> list[tuple[Level, Rules]]:
        """Levels of the tree with their means, from the indicators up."""
        framework, recipe = Framework.model_validate(self.tree), Recipe.model_validate(self.recipe)
        held = [self.items[k] for k in self.weighted]
        tree = levels(framework, [Leaf(code=code, parent=up, weight=weight) for code, up, weight in held])
        means = means_of(recipe, framework, len(tree))
        alike = parts_of(recipe, framework, tree)
        both = np.ones(2, dtype=bool)
        return [
            (level, Rules(own, each[:1], None, recipe.clip or None, both, ("A", "B")))
            for level, own, each in zip(tree, alike, means, strict=True)
        ]

    def taking(self, names: Sequence[str], new: _Rules) -> _Rules:
        """Return the same with some settings of the new run."""
        recipe = dict(self.recipe) | {name: new.recipe[name] for name in names if name in new.recipe}
        tree = new.tree if "tree" in names else self.tree
        return _Rules(tree, new.items if "items" in names else self.items, recipe)


@dataclass(frozen=True)
class _State:
    """Scores, (items, 2), and how they are aggregated."""

    scores: Floats
    rules: _Rules


@dataclass(frozen=True)
class _Step:
    """Something that is taken from the new run: cells of the scores, or names of settings."""

    part: Part
    cells: tuple[tuple[int, int], ...] = ()
    settings: tuple[str, ...] = ()


def diff(old: Run, new: Run) -> Diff:
    """Take a move apart.

    Parameters
    ----------
    old, new : Run
        Of the same pair through the same lens.

    Raises
    ------
    UsageError
        If they ask different questions.
    """
    comparable(old, new)
    codes = [*new.items, *(code for code in old.items if code not in new.items)]
    nodes = [node for node in new.gap if node in old.gap]
    steps = [*_cells(old, new, codes), *_settings(old, new)]
    steps.sort(key=lambda each: CAUSES.index(each.part.cause))
    found = _split(_state(old, new, codes), _state(new, old, codes), steps, nodes)
    made = [
        replace(each.part, points=dict(zip(nodes, row.tolist(), strict=True)))
        for each, row in zip(steps, found, strict=True)
    ]
    made = _rounded(old, new, nodes, made)
    made.sort(key=lambda part: -max(map(abs, part.points.values()), default=0.0))
    moves = tuple(_move(old, new, node, made) for node in nodes)
    return Diff(old, new, moves, tuple(made), _revised(old, new), tuple(_differing(old, new)))


def comparable(old: Run, new: Run) -> None:
    """Refuse two runs that answer different questions.

    Raises
    ------
    UsageError
        If the pair or the lens differ.
    """
    if old.pair != new.pair:
        pairs = [" ".join(each.pair) for each in (old, new)]
        turned = "; it is the same pair the other way round" if old.pair == new.pair[::-1] else ""
        message = f"OLD is about {pairs[0]}, NEW about {pairs[1]}{turned}: score both with the same pair"
        raise UsageError(message)
    if old.lens != new.lens:
        message = f"OLD is seen through the lens {old.lens}, NEW through {new.lens}: two different questions"
        raise UsageError(message)


def _state(run: Run, other: Run, codes: Sequence[str]) -> _State:
    """Scores and settings of a run over the indicators of both; what it does not hold is missing."""
    scores = np.full((len(codes), 2), np.nan)
    items = []
    for place, code in enumerate(codes):
        item = run.items.get(code)
        stated = item or other.items[code]
        items.append((code, stated.pillar, stated.weight))
        if item:
            scores[place] = [np.nan if half.score is None else half.score for half in item.halves]
    return _State(scores, _Rules(run.tree, tuple(items), run.recipe))


def _cells(old: Run, new: Run, codes: Sequence[str]) -> Iterator[_Step]:
    """Name each score that is not what it was, with its cause."""
    for place, code in enumerate(codes):
        before, after = old.items.get(code), new.items.get(code)
        for side, economy in enumerate(new.pair):
            was, now = (item.halves[side] if item else None for item in (before, after))
            if _same(was.score if was else None, now.score if now else None):
                continue
            part = Part(_cause(old, new, code, side), _what(was, now), code, economy, was, now)
            if part.cause in {"recipe", "code"}:
                part = replace(part, what="scored otherwise")
            yield _Step(part, ((place, side),))


def _same(before: float | None, after: float | None) -> bool:
    if before is None or after is None:
        return before is after
    return abs(before - after) <= SAME


def _what(before: Half | None, after: Half | None) -> str:
    if before is None or before.score is None:
        return "added"
    if after is None or after.score is None:
        return "aged" if after and after.state == "stale" else "removed"
    return "changed"


def _cause(old: Run, new: Run, code: str, side: int) -> Cause:
    """Say why a score is another; the rules stand in docs/diff.md."""
    before, after = old.items.get(code), new.items.get(code)
    if before is None or after is None:
        return "data"
    evidence = before.halves[side].mark != after.halves[side].mark
    reading = before.reading != after.reading or _choices(old) != _choices(new)
    weighed = (before.weight > 0) != (after.weight > 0)
    coded = old.code != new.code
    if evidence and (reading or weighed):
        return "together"
    if evidence and after.tables and coded:
        computed = before.tables == after.tables and old.as_of == new.as_of
        return "code" if computed else "together"
    if evidence:
        return "data"
    if reading or weighed:
        return "recipe"
    return "code" if coded else "data"


def _choices(run: Run) -> Any:  # noqa: ANN401 - whatever the recipe holds
    return run.recipe.get("choices")


def _settings(old: Run, new: Run) -> Iterator[_Step]:
    """Name what of the tree and the recipe changes how scores are aggregated."""
    both = [code for code in new.items if code in old.items]
    stated = [[(run.items[code].pillar, run.items[code].weight) for code in both] for run in (old, new)]
    changed = [name for name in (*RULES, "clip") if old.recipe.get(name) != new.recipe.get(name)]
    changed += ["tree"] * (old.tree != new.tree) + ["items"] * (stated[0] != stated[1])
    names = {"tree": "weights or nodes of the tree", "items": "weights or pillars of indicators"}
    names |= {"aggregate": "means", "weigh": "way to weigh", "threshold": "threshold", "clip": "clip"}
    tied = [name for name in changed if name != "clip"]
    if tied:
        yield _Step(Part("recipe", "other " + ", ".join(names[name] for name in tied)), settings=tuple(tied))
    if "clip" in changed:
        yield _Step(Part("recipe", "other clip"), settings=("clip",))


def _split(old: _State, new: _State, steps: Sequence[_Step], nodes: Sequence[str]) -> Floats:
    """Points of each step for each node, (steps, nodes): the mean of both orders."""
    found = np.zeros((len(steps), len(nodes)))
    for order in (range(len(steps)), range(len(steps) - 1, -1, -1)):
        state, last = old, _gaps(old, nodes)
        for k in order:
            state = _taken(state, new, steps[k])
            now = _gaps(state, nodes)
            known = np.isfinite(now)
            found[k] += np.where(known, now - last, 0.0)
            last = np.where(known, now, last)
    return np.nan_to_num(found / 2)


def _taken(state: _State, new: _State, taken: _Step) -> _State:
    """Take one step from the new run."""
    if taken.settings:
        return _State(state.scores, state.rules.taking(taken.settings, new.rules))
    scores = state.scores.copy()
    for at in taken.cells:
        scores[at] = new.scores[at]
    return _State(scores, state.rules)


def _gaps(state: _State, nodes: Sequence[str]) -> Floats:
    """Run the tree for the pair: first minus second at each node, (nodes,), NaN where one has no score."""
    of = np.zeros(1, dtype=np.int64)
    below = Scored(state.scores[state.rules.weighted][None], of)
    found: dict[str, float] = {}
    for level, rules in state.rules.steps:
        out = np.full((1, len(level.parents), 2), np.nan)
        climb(level, below, level.weights[None, :, None], rules, out)
        if level is state.rules.steps[-1][0]:  # there is no overall without every layer
            needed = level.order[level.weights > 0]
            out[:, :, ~np.isfinite(below.x[0, needed]).all(axis=0)] = np.nan
        found |= dict(zip(level.parents, (out[0, :, 0] - out[0, :, 1]).tolist(), strict=True))
        below = Scored(out, of)
    return np.array([found.get(node, np.nan) for node in nodes])


def _rounded(old: Run, new: Run, nodes: Sequence[str], made: list[Part]) -> list[Part]:
    """Let the parts add up to what the runs said: rounding goes to the largest, more to a part of its own."""
    left = {}
    for node in nodes:
        ends = old.gap[node].value, new.gap[node].value
        if ends[0] is None or ends[1] is None:
            for part in made:
                part.points.pop(node)
        else:
            left[node] = ends[1] - ends[0] - sum(part.points[node] for part in made)
    more = {node: each for node, each in left.items() if abs(each) > ROUNDED or (each and not made)}
    if more:
        cause: Cause = "code" if old.code != new.code else "together"
        made.append(Part(cause, "aggregated otherwise", points={node: more.get(node, 0.0) for node in left}))
    for node in left.keys() - more.keys():
        if made:
            largest = max(made, key=lambda part: abs(part.points[node]))
            largest.points[node] += left[node]
    return made


def _move(old: Run, new: Run, node: str, made: Sequence[Part]) -> Move:
    titles = {each["code"]: each["title"] for each in new.tree["nodes"]}
    before, after = old.gap[node], new.gap[node]
    if before.value is None or after.value is None:
        return Move(node, titles[node], before, after, None, {})
    by: dict[str, float] = {
        cause: sum((part.points[node] for part in made if part.cause == cause), 0.0) for cause in CAUSES
    }
    return Move(node, titles[node], before, after, after.value - before.value, by)


def _revised(old: Run, new: Run) -> tuple[tuple[str, str], ...]:
    """Name rows that are other rows now, or have another date or source, while their score is the same."""
    return tuple(
        (code, economy)
        for code, item in new.items.items()
        if code in old.items
        for economy, before, after in zip(new.pair, old.items[code].halves, item.halves, strict=True)
        if _same(before.score, after.score)
        and (before.mark, before.date, before.published, before.source)
        != (after.mark, after.date, after.published, after.source)
    )


def _differing(old: Run, new: Run) -> Iterator[Setting]:
    """Walk through recipe and framework and name the places that differ."""
    yield from _walk("", _keyed(old.recipe), _keyed(new.recipe))
    yield from _walk("framework", _keyed(old.tree), _keyed(new.tree))
    for code, item in new.items.items():
        before = old.items.get(code)
        if before and before.weight != item.weight:
            yield Setting(f"weight of {code}", before.weight, item.weight)
        if before and before.reading != item.reading:
            yield Setting(f"reading of {code}", before.reading, item.reading)


def _keyed(value: Any) -> Any:  # noqa: ANN401 - whatever JSON holds
    """Turn lists of named things into mappings, so that they are compared by name."""
    if isinstance(value, dict):
        return {name: _keyed(each) for name, each in value.items()}
    if isinstance(value, list) and value and all(isinstance(each, dict) and "code" in each for each in value):
        return {each["code"]: _keyed({k: v for k, v in each.items() if k != "code"}) for each in value}
    return value


def _walk(path: str, before: Any, after: Any) -> Iterator[Setting]:  # noqa: ANN401
    if isinstance(before, dict) and isinstance(after, dict):
        for name in dict.fromkeys([*before, *after]):
            yield from _walk(f"{path}.{name}".lstrip("."), before.get(name), after.get(name))
    elif before != after:
        yield Setting(path, before, after)
