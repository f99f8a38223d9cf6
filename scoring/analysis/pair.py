"""The part of an audit that is about a pair: is it like for like, what makes the gap, what would turn it."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final

import numpy as np

from indicators.draws import Draws
from scoring.analysis.audit import COVERED, Check, Verdict
from scoring.analysis.importance import compensability
from scoring.index.engine import run

if TYPE_CHECKING:
    from collections.abc import Iterator

    from indicators.facts import Facts
    from scoring.answer import Answer, IndicatorRow
    from scoring.index.engine import Plan

ONE_INDICATOR: Final = 0.25
"""Share of the moves that make an overall gap from which one indicator carries too much of it."""
ONE_PRODUCER: Final = 1 / 3
"""Share of the weight from which one producer of data carries too much."""
POWERS: Final = {"arithmetic": 1.0, "geometric": 0.0, "harmonic": -1.0}


def pair_audit(answer: Answer, p: Plan, facts: Facts) -> tuple[Check, ...]:
    """Run every check of a pair.

    Parameters
    ----------
    answer : Answer
        What was said about the pair.
    p : Plan
        What it was computed with.
    facts : Facts
        The same facts.
    """
    return (
        *_comparable(answer),
        *_carried(answer),
        *_producers(answer, facts),
        *_left_out(answer, p),
        *_made_up(answer, p),
        *_ranges(answer),
    )


def _weighted(answer: Answer, layer: str) -> list[IndicatorRow]:
    return [row for row in answer.indicators if row.layer == layer and row.weight > 0]


def _comparable(answer: Answer) -> Iterator[Check]:
    """Share of each layer's weight known for both at most two years apart, and pillars without any."""
    for layer in answer.layers():
        rows = _weighted(answer, layer.code)
        total = sum(row.weight for row in rows)
        share = sum(row.weight for row in rows if row.matched) / total if total else 0.0
        stepped = sum(row.weight for row in rows if row.out_of_step) / total if total else 0.0
        lacking = [
            pillar.title
            for pillar in answer.pillars(layer.code)
            if not any(row.matched for row in rows if row.pillar == pillar.code)
        ]
        verdict: Verdict = "mind" if lacking or share < COVERED else "fine"
        says = f"{share:.0%} of the weight is known for both, {stepped:.0%} old or more than a year apart"
        says += f"; no such indicator in {', '.join(lacking)}" if lacking else ""
        todo = "read the gap over matched indicators beside it" if verdict == "mind" else ""
        yield Check("pair comparability", layer.code, share, None, None, COVERED, verdict, says, todo)


def _carried(answer: Answer) -> Iterator[Check]:
    """Effective weights for the pair's gap: what share of all its moves the largest indicators make."""
    moves = {row.code: abs(row.overall_points or 0.0) for row in answer.indicators}
    titles = {row.code: row.short for row in answer.indicators}
    total = sum(moves.values())
    if not total:
        says = "there is no overall gap to split"
        yield Check("weights for the gap", "overall", None, None, None, None, "cannot tell", says)
        return
    for code in sorted(moves, key=lambda code: -moves[code])[:5]:
        share = moves[code] / total
        verdict: Verdict = "mind" if share > ONE_INDICATOR else "fine"
        says = f"{titles[code]} makes {share:.0%} of all that moves the overall gap"
        todo = "look at its range first" if verdict == "mind" else ""
        yield Check("weights for the gap", code, share, None, None, ONE_INDICATOR, verdict, says, todo)


def _producers(answer: Answer, facts: Facts) -> Iterator[Check]:
    """Weight that rests on the data of one producer, over the layers as weighed at the top."""
    top = {node.code: node.weight for node in answer.layers()}
    by: dict[str, float] = defaultdict(float)
    for row in answer.indicators:
        for side in (row.a, row.b):
            known = facts.indicators[row.code].sources
            maker = known[side.source].producer if side.source in known else "by rule, no source"
            by[maker] += row.weight * top[row.layer] / 2
    total = sum(by.values())
    for maker in sorted(by, key=lambda maker: -by[maker])[:3]:
        share = by[maker] / total if total else 0.0
        verdict: Verdict = "mind" if share > ONE_PRODUCER else "fine"
        todo = "find a second source for its largest indicators" if verdict == "mind" else ""
        says = f"{maker} stands behind {share:.0%} of the weight"
        yield Check("producers", "overall", share, None, None, ONE_PRODUCER, verdict, says, todo)


def _left_out(answer: Answer, p: Plan) -> Iterator[Check]:
    """Leave each indicator out in turn: how far the overall gap moves, and whether the lead turns."""
    count = len(p.grid.indicators)
    first, second = (p.grid.units.index(code) for code in answer.pair)
    out = run(p, Draws(size=count, left_out=np.arange(count)))
    top = out.scores[:, 0, :]
    gaps = top[:, first] - top[:, second]
    now = answer.gap[p.nodes[0]].value
    if now is None or not np.isfinite(gaps).any():
        says = "there is no overall gap"
        yield Check("leave one out", p.nodes[0], None, None, None, None, "cannot tell", says)
        return
    turning = [p.grid.indicators[j].short for j in range(count) if gaps[j] * now < 0]
    most = int(np.nanargmax(np.abs(gaps - now)))
    low, high = float(np.nanmin(gaps)), float(np.nanmax(gaps))
    says = f"the gap of {now:.1f} goes from {low:.1f} to {high:.1f}; most by {p.grid.indicators[most].short}"
    says += f"; the lead turns without {', '.join(turning)}" if turning else "; the lead never turns"
    todo = "say that the lead rests on it" if turning else ""
    verdict: Verdict = "mind" if turning else "fine"
    yield Check("leave one out", p.nodes[0], now, low, high, 0.0, verdict, says, todo)


def _made_up(answer: Answer, p: Plan) -> Iterator[Check]:
    """Compensability: points of a unit's best layer that make up for one lost in its worst."""
    layers = answer.layers()
    weights = {node.code: node.weight for node in layers if node.weight > 0}
    power = POWERS.get(p.recipe.top.method)
    for code in answer.pair:
        scores = {node: answer.scores[code][node].value for node in weights}
        there = {node: value for node, value in scores.items() if value is not None}
        if power is None or len(there) < len(weights) or len(there) < 2:
            says = "not every layer is scored, or the mean has no rate of exchange"
            yield Check("compensability", code, None, None, None, None, "cannot tell", says)
            continue
        rates = compensability(there, weights, power, p.recipe.clip if power < 1 else 0.0)
        worst, best = min(there, key=lambda node: there[node]), max(there, key=lambda node: there[node])
        rate = float(np.asarray(rates.loc[worst, best]))
        titles = {node.code: node.title.lower() for node in layers}
        says = f"{code}: one point lost in {titles[worst]} takes {rate:.1f} points of {titles[best]}"
        yield Check("compensability", code, rate, None, None, None, "for information", says)


def _ranges(answer: Answer) -> Iterator[Check]:
    """Say which share of the ranges comes from the evidence."""
    share = answer.measured_share
    says = f"{share:.0%} of the pair's ranges come from the evidence, the rest from the kind of source"
    todo = "take the widths of the ranges as a convention, not as a measurement" if share < 0.5 else ""
    verdict: Verdict = "mind" if share < 0.5 else "fine"
    yield Check("measured ranges", "overall", share, None, None, 0.5, verdict, says, todo)
