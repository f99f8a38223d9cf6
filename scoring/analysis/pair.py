"""The part of an audit that is about a pair: is it like for like, what makes the gap, what would turn it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from scoring.analysis.audit import COVERED, Check, Verdict
from scoring.analysis.league import exchanged, left_out
from scoring.index.compare import contributions, matched, out_of_step

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scoring.analysis.subject import Subject
    from scoring.index.engine import Levels, Plan

ONE_INDICATOR: Final = 0.25
"""Share of the moves that make an overall gap from which one indicator carries too much of it."""


@dataclass(frozen=True)
class Pair:
    """Two units of one scored index.

    Attributes
    ----------
    plan : Plan
        What was scored.
    nominal : Levels
        Its nominal run.
    subject : Subject
        Its tables.
    first, second : int
        Places of the two among the units.
    today : int, optional
        Day number at which values are looked at; None where they carry no dates.
    """

    plan: Plan
    nominal: Levels
    subject: Subject
    first: int
    second: int
    today: int | None = None


def pair_audit(pair: Pair) -> Iterator[Check]:
    """Run every check of a pair."""
    yield from _comparable(pair)
    yield from _carried(pair)
    yield from _turned(pair)
    yield from _made_up(pair)


def _comparable(pair: Pair) -> Iterator[Check]:
    """Share of each layer's weight known for both at most two years apart, and pillars without any."""
    p, s = pair.plan, pair.subject
    alike = dict(zip(p.grid.codes, matched(p.grid, pair.first, pair.second).tolist(), strict=True))
    stepped = dict.fromkeys(p.grid.codes, False)
    if pair.today is not None:
        found = out_of_step(p.grid, pair.first, pair.second, pair.today)
        stepped = dict(zip(p.grid.codes, found.tolist(), strict=True))
    weights = s.effective
    for layer in p.tree[-2].parents if len(p.tree) > 1 else (s.top,):
        own = s.under(layer)
        total = sum(weights[code] for code in own)
        share = sum(weights[code] for code in own if alike[code]) / total if total else 0.0
        old = sum(weights[code] for code in own if stepped[code]) / total if total else 0.0
        lacking = [
            s.name(group)
            for group in s.groups()
            if set(s.under(group)) <= set(own) and not any(alike[code] for code in s.under(group))
        ]
        verdict: Verdict = "mind" if lacking or share < COVERED - 1e-12 else "fine"
        says = f"{100 * share:.0f} % of the weight is known for both"
        says += f", {100 * old:.0f} % old or more than a year apart" if pair.today is not None else ""
        says += f"; no such indicator in {', '.join(lacking)}" if lacking else ""
        todo = "read the gap over matched indicators beside it" if verdict == "mind" else ""
        yield Check("pair comparability", layer, share, None, None, COVERED, verdict, says, todo)


def _carried(pair: Pair) -> Iterator[Check]:
    """Effective weights for the pair's gap: what share of all its moves the largest indicators make."""
    p, s = pair.plan, pair.subject
    _, points = contributions(p, pair.nominal, pair.first, pair.second)
    moves = np.abs(points)
    total = float(np.nansum(moves))
    if not total:
        says = "there is no overall gap that can be split exactly: not scored, no gap, or other means"
        yield Check("weights for the gap", s.top, None, None, None, ONE_INDICATOR, "cannot tell", says)
        return
    for j in np.argsort(-np.nan_to_num(moves), kind="stable")[:5]:
        code, share = p.grid.codes[j], float(moves[j]) / total
        verdict: Verdict = "mind" if share > ONE_INDICATOR else "fine"
        weight = s.effective[code]
        says = f"{s.name(code)} makes {100 * share:.0f} % of all that moves the gap, "
        says += f"with {100 * weight:.0f} % of the weight"
        todo = "look at its range first" if verdict == "mind" else ""
        yield Check("weights for the gap", code, share, None, None, ONE_INDICATOR, verdict, says, todo)


def _turned(pair: Pair) -> Iterator[Check]:
    """Leave each indicator out in turn: how far the gap moves, and whether the lead turns."""
    p, s = pair.plan, pair.subject
    top = pair.nominal.scores[0, 0]
    now = float(top[pair.first] - top[pair.second])
    after = left_out(p)
    gaps = after[:, pair.first] - after[:, pair.second]
    if not (np.isfinite(now) and np.isfinite(gaps).any()):
        says = "there is no overall gap"
        yield Check("leave one out, pair", s.top, None, None, None, 0.0, "cannot tell", says)
        return
    turning = [s.name(p.grid.codes[j]) for j in np.flatnonzero(gaps * now < 0)]
    most = int(np.nanargmax(np.abs(gaps - now)))
    low, high = float(np.nanmin(gaps)), float(np.nanmax(gaps))
    says = f"the gap of {now:.1f} goes from {low:.1f} to {high:.1f}; most by {s.name(p.grid.codes[most])}"
    says += f"; the lead turns without {', '.join(turning)}" if turning else "; the lead never turns"
    todo = "say that the lead rests on it" if turning else ""
    verdict: Verdict = "mind" if turning else "fine"
    yield Check("leave one out, pair", s.top, now, low, high, 0.0, verdict, says, todo)


def _made_up(pair: Pair) -> Iterator[Check]:
    """Compensability: points of a unit's best part that make up for one lost in its worst."""
    p, s = pair.plan, pair.subject
    own = [node for node in s.children(s.top) if s.weights[node] > 0]
    table = np.concatenate([pair.nominal.indicators[0], pair.nominal.scores[0]])
    rows = dict(zip([*p.grid.codes, *pair.nominal.nodes], table, strict=True))
    for place in (pair.first, pair.second):
        yield exchanged(p, s, p.grid.units[place], {node: float(rows[node][place]) for node in own})
