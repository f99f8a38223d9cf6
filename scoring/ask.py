"""From facts to an answer about a pair: score, doubt in two readings, compare, and say what to mind."""

from __future__ import annotations

import hashlib
import math
from dataclasses import replace
from datetime import date
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from indicators.fault import UsageError
from layers.grid import OBSERVED, STATES
from scoring.answer import Answer, Flip, Gap, IndicatorRow, NodeInfo, Score, Side
from scoring.doubt.call import call, less_certain
from scoring.index.compare import (
    contributions,
    effective_weights,
    matched,
    matched_scores,
    out_of_step,
    tipping_weights,
)
from scoring.index.engine import Plan, plan, run
from scoring.index.recipe import Recipe, read_recipe
from scoring.mind import warnings

if TYPE_CHECKING:
    from indicators.facts import Facts
    from indicators.schema import Indicator, Lens
    from scoring.doubt.ensemble import Ensemble
    from scoring.index.engine import Levels

DRAWS: Final = 2000
SEED: Final = 1
PAIR: Final = ("USA", "CHN")


def ask(  # noqa: PLR0913 - the questions a user can put
    facts: Facts,
    pair: tuple[str, str] = PAIR,
    *,
    lens: Lens = "scale",
    recipe: Recipe | None = None,
    draws: int = DRAWS,
    seed: int = SEED,
    home: str = "",
) -> Answer:
    """Score all units and compare a pair.

    Parameters
    ----------
    facts : Facts
        Cut by both clocks.
    pair : tuple of str
        Codes of two different units.
    lens : {"scale", "intensity"}
        What an economy commands, or how much of it per head or output.
    recipe : Recipe, optional
        The shipped one by default.
    draws, seed : int
        Draws of each of the two readings; 0 gives no ranges.
    home : str
        Economy whose place is shown beside the pair.

    Raises
    ------
    UsageError
        If the two are the same or the number of draws is negative.
    """
    if pair[0] == pair[1]:
        raise UsageError(f"a pair needs two different economies, found {pair[0]} twice")
    if draws < 0:
        raise UsageError(f"the number of draws must be 0 or more, found {draws}")
    recipe = _through(recipe or read_recipe(), lens)
    p = plan(facts, recipe)
    nominal = run(p)
    data, everything = _ensembles(p, pair, draws, seed)
    first, second = (p.grid.units.index(code) for code in pair)
    answer = Answer(
        version=_version(),
        data_vintage=facts.vintage,
        as_of=facts.date,
        known_by=facts.known_by,
        reconstructed=facts.date < facts.vintage,
        pair=pair,
        names={code: unit.short for code, unit in facts.units.items()},
        adjectives={code: unit.adjective or unit.short for code, unit in facts.units.items()},
        home=home,
        lens=lens,
        recipe=recipe.name,
        recipe_fingerprint=recipe.fingerprint(),
        fingerprint=_mark(p, pair, draws, seed, home),
        draws=draws,
        seed=seed,
        nodes=_nodes(p),
        units=p.grid.units,
        scores=_scores(p, nominal, data),
        gap=_gaps(p, nominal, data, everything, pair),
        arithmetic=_arithmetic(p, nominal),
        matched_gap=_matched_gap(p, nominal, first, second),
        lens_gap=_other_lens(facts, recipe, pair, draws, seed),
        indicators=_indicators(facts, p, nominal, first, second),
        flips=_flips(p, nominal, pair),
        told_apart=_told_apart(p, nominal, data),
        measured_share=_measured(p, first, second),
        setups=_setups(recipe),
        warnings=(),
    )
    return replace(answer, warnings=warnings(answer, facts))


def _through(recipe: Recipe, lens: Lens) -> Recipe:
    return recipe.model_copy(update={"choices": recipe.choices.model_copy(update={"lens": lens})})


def _version() -> str:
    try:
        return version("fourlayers")
    except PackageNotFoundError:  # run from a folder that was never installed
        return "0"


def _mark(p: Plan, *parts: object) -> str:
    return hashlib.sha256(f"{p.fingerprint} {parts}".encode()).hexdigest()


def _ensembles(
    p: Plan, pair: tuple[str, str], draws: int, seed: int
) -> tuple[Ensemble | None, Ensemble | None]:
    if not draws:
        return None, None
    from scoring.doubt.ensemble import ensemble

    return ensemble(p, pair, draws, seed), ensemble(p, pair, draws, seed, setups=True)


def _nodes(p: Plan) -> tuple[NodeInfo, ...]:
    depths = p.framework.depths()
    level = {0: "overall", 1: "layer", 2: "pillar"}
    weights = {}
    for step, each in enumerate(p.tree[1:]):
        for place, weight in zip(each.order, each.weights, strict=True):
            weights[p.tree[step].parents[place]] = float(weight)
    return tuple(
        NodeInfo(it.code, it.title, it.parent or "", level[depths[it.code]], weights.get(it.code, 1.0))
        for it in p.framework.nodes
        if it.code in p.nodes
    )


def _known(x: float) -> float | None:
    return float(x) if math.isfinite(x) else None


def _under(p: Plan, node: str) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """Which indicators stand under a node, (J,)."""
    parents = {it.code: it.parent for it in p.framework.nodes}
    held = []
    for it in p.grid.indicators:
        above: str | None = it.pillar
        while above is not None and above != node:
            above = parents[above]
        held.append(above == node)
    return np.array(held)


def _scores(p: Plan, nominal: Levels, data: Ensemble | None) -> dict[str, dict[str, Score]]:
    ends = np.array(
        [
            [p.grid.records[k]["period_end"].toordinal() if k >= 0 else 0 for k in row]
            for row in np.where(p.grid.state == OBSERVED, p.grid.record, -1)
        ]
    )
    under = {node: _under(p, node) for node in p.nodes}
    return {
        unit: {node: _score(p, nominal, data, node, unit, ends[under[node], i]) for node in p.nodes}
        for i, unit in enumerate(p.grid.units)
    }


def _score(
    p: Plan,
    nominal: Levels,
    data: Ensemble | None,
    node: str,
    unit: str,
    ends: np.ndarray[Any, np.dtype[np.int64]],
) -> Score:
    i = p.grid.units.index(unit)
    value = _known(nominal.scores[0, nominal.nodes.index(node), i])
    span = data.score_range(node, unit) if data and value is not None else None
    coverage = float(p.coverage[node][i])
    days = ends[ends > 0]
    return Score(
        value,
        span[0] if span else None,
        span[1] if span else None,
        coverage,
        0.0,
        date.fromordinal(int(days.min())).isoformat() if len(days) else "",
        date.fromordinal(int(days.max())).isoformat() if len(days) else "",
        "" if value is not None else _reason(p, node, coverage),
    )


def _reason(p: Plan, node: str, coverage: float) -> str:
    if node in p.tree[-1].parents:
        return "a layer is not scored"
    if coverage == 0:
        return "no data"
    return f"coverage {coverage:.0%}, needs {p.framework.coverage_floor:.0%}".replace("%", " %")


def _gaps(
    p: Plan, nominal: Levels, data: Ensemble | None, everything: Ensemble | None, pair: tuple[str, str]
) -> dict[str, Gap]:
    first, second = (p.grid.units.index(code) for code in pair)
    gaps = {}
    for k, node in enumerate(nominal.nodes):
        value = _known(nominal.scores[0, k, first] - nominal.scores[0, k, second])
        shares = [
            each.ahead(node, *pair) if each and value is not None else None for each in (data, everything)
        ]
        span = data.gap_range(node) if data and value is not None else None
        word, leader = call(less_certain(*shares), *pair)
        if value is not None and not data:
            word = "no call"  # without draws nothing can be called
        gaps[node] = Gap(value, span[0] if span else None, span[1] if span else None, *shares, word, leader)
    return gaps


def _arithmetic(p: Plan, nominal: Levels) -> dict[str, float | None]:
    top = p.tree[-1]
    scores = nominal.scores[0][[nominal.nodes.index(code) for code in p.tree[-2].parents]]
    means = top.weights @ scores[top.order]
    return {unit: _known(mean) for unit, mean in zip(p.grid.units, means, strict=True)}


def _matched_gap(p: Plan, nominal: Levels, first: int, second: int) -> dict[str, float | None]:
    again = matched_scores(p, nominal, first, second)
    gaps = again.scores[0, :, first] - again.scores[0, :, second]
    return {node: _known(gap) for node, gap in zip(again.nodes, gaps, strict=True)}


def _other_lens(facts: Facts, recipe: Recipe, pair: tuple[str, str], draws: int, seed: int) -> dict[str, Gap]:
    from scoring.doubt.ensemble import ensemble

    lens: Lens = "intensity" if recipe.choices.lens == "scale" else "scale"
    p = plan(facts, _through(recipe, lens))
    data = ensemble(p, pair, draws, seed) if draws else None
    gaps = _gaps(p, run(p), data, None, pair)
    return {node: gaps[node] for level in (p.tree[-1], p.tree[-2]) for node in level.parents}


def _indicators(facts: Facts, p: Plan, nominal: Levels, first: int, second: int) -> tuple[IndicatorRow, ...]:
    points, overall = contributions(p, nominal, first, second)
    stepped = out_of_step(p, first, second, facts.date.toordinal())
    alike = matched(p, first, second)
    weights = (effective_weights(p)[:, first] + effective_weights(p)[:, second]) / 2
    rows = [
        _row(it, (_side(p, nominal, j, first), _side(p, nominal, j, second)), float(weights[j]))
        | {
            "points": _known(points[j]),
            "overall_points": _known(overall[j]),
            "out_of_step": bool(stepped[j]),
            "matched": bool(alike[j]),
        }
        for j, it in enumerate(p.grid.indicators)
    ]
    rows += _shown(facts, p, (p.grid.units[first], p.grid.units[second]))
    return tuple(IndicatorRow(**row) for row in rows)


def _row(it: Indicator, sides: tuple[Side, Side], weight: float) -> dict[str, Any]:
    told = ("code", "title", "short", "unit", "layer", "pillar", "form")
    return {name: getattr(it, name) for name in told} | {"weight": weight, "a": sides[0], "b": sides[1]}


def _side(p: Plan, nominal: Levels | None, j: int, i: int) -> Side:
    grid, k = p.grid, p.grid.record[j, i]
    row = grid.records[k] if k >= 0 else {}
    text = {
        name: str(row.get(name) or "") for name in ("date", "published", "source", "quality", "note", "file")
    }
    state = STATES[grid.state[j, i]]
    kind = str(row.get("interval_kind") or "class") if math.isfinite(grid.value[j, i]) else ""
    score = _known(nominal.indicators[0, j, i]) if nominal else None
    return Side(
        value=_known(grid.value[j, i]),
        low=_known(grid.low[j, i]),
        high=_known(grid.high[j, i]),
        score=score,
        state=state,
        instrument=str(row.get("instrument") or ""),
        row=int(row.get("row") or 0),
        range_kind="bounds" if state == "censored" else kind,
        **text,
    )


def _shown(facts: Facts, p: Plan, pair: tuple[str, str]) -> list[dict[str, Any]]:
    """Rows of the indicators that are shown but not scored."""
    from layers.grid import build

    shown = [it for it in facts.indicators.values() if it.weight == 0]
    if not shown:
        return []
    other = replace(p, grid=build(facts, shown, p.recipe.choices.lens, p.recipe.error))
    first, second = (other.grid.units.index(code) for code in pair)
    extra = {"points": None, "overall_points": None}
    stepped = out_of_step(other, first, second, facts.date.toordinal())
    alike = matched(other, first, second)
    return [
        _row(it, (_side(other, None, j, first), _side(other, None, j, second)), 0.0)
        | extra
        | {"out_of_step": bool(stepped[j]), "matched": bool(alike[j])}
        for j, it in enumerate(shown)
    ]


def _flips(p: Plan, nominal: Levels, pair: tuple[str, str]) -> tuple[Flip, ...]:
    first, second = (p.grid.units.index(code) for code in pair)
    scores = nominal.scores[0, 0, [first, second]]
    if not np.isfinite(scores).all():
        return ()
    follower = pair[1] if scores[0] >= scores[1] else pair[0]
    layers = p.tree[-2].parents
    weights = dict(zip((layers[k] for k in p.tree[-1].order), p.tree[-1].weights, strict=True))
    flips = [
        Flip(code, turn, float(weights[code]), follower)
        for code, turn in zip(layers, tipping_weights(p, nominal, first, second), strict=True)
    ]
    return tuple(sorted(flips, key=lambda it: abs((2.0 if it.weight is None else it.weight) - it.now)))


def _told_apart(p: Plan, nominal: Levels, data: Ensemble | None) -> tuple[tuple[str, ...], ...]:
    """Economies in groups: each member cannot be told apart from the first of its group by the data-only draws."""
    overall = nominal.scores[0, 0]
    places = [
        i for i in np.argsort(-overall, kind="stable") if np.isfinite(overall[i]) and p.grid.reference[i]
    ]
    groups: list[list[str]] = []
    for i in places:
        unit = p.grid.units[i]
        share = data.ahead(p.nodes[0], groups[-1][0], unit) if groups and data else None
        if groups and (share is None or call(share, groups[-1][0], unit)[0] != "ahead"):
            groups[-1].append(unit)
        else:
            groups.append([unit])
    return tuple(map(tuple, groups))


def _measured(p: Plan, first: int, second: int) -> float:
    """Share of the pair's observed values, by weight, whose range comes from the evidence."""
    weights = effective_weights(p)[:, [first, second]]
    seen = p.grid.state[:, [first, second]] == OBSERVED
    total = (weights * seen).sum()
    return float((weights * (seen & ~p.grid.assumed[:, [first, second]])).sum() / total) if total else 0.0


def _setups(recipe: Recipe) -> str:
    doubt = recipe.doubt
    parts = [
        f"weights (coefficient of variation {doubt.weight_cv:g})",
        f"{len(doubt.normalise)} ways to normalise",
        f"{' or '.join(doubt.aggregate)} mean across layers",
        f"clip at {', '.join(f'{clip:g}' for clip in doubt.clip)}",
    ]
    if doubt.leave_one_out:
        parts.append("any one indicator left out")
    return "; ".join(parts)
