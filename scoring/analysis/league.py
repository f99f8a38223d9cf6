"""The part of an audit that is about the league: what one indicator does to it, what makes up for what."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from indicators.draws import Draws
from layers.normalise.ranks import worse
from scoring.analysis.audit import Check, Verdict
from scoring.analysis.importance import compensability
from scoring.analysis.subject import Subject, counted
from scoring.index.engine import run

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scoring.index.engine import Levels, Plan

Floats = NDArray[np.float64]

MOVED: Final = 0.1
"""Mean shift of rank, as a share of the places, from which one indicator makes the league."""
POWERS: Final = {"arithmetic": 1.0, "geometric": 0.0, "harmonic": -1.0}
"""Exponents of the means whose rate of exchange between children is known."""


def league_audit(p: Plan, nominal: Levels, s: Subject) -> Iterator[Check]:
    """Run the checks of a league.

    Parameters
    ----------
    p : Plan
        What was scored.
    nominal : Levels
        Its nominal run.
    s : Subject
        Its tables.
    """
    yield from _left_out(p, nominal, s)
    yield from _made_up(p, s)


def left_out(p: Plan) -> Floats:
    """Scores of the top with each indicator left out in turn, (J, n)."""
    count = len(p.grid.codes)
    return np.asarray(run(p, Draws(size=count, left_out=np.arange(count))).scores[:, 0])


def _left_out(p: Plan, nominal: Levels, s: Subject) -> Iterator[Check]:
    """Leave each indicator out in turn: how far the units move in the league."""
    at = counted(p)
    before = nominal.scores[0, 0, at]
    after = left_out(p)[:, at]
    both = np.isfinite(before) & np.isfinite(after).all(axis=0)
    places = int(both.sum())
    if places < 2:
        says = "fewer than two units have a score at the top, with and without every indicator"
        yield Check("leave one out", s.top, None, None, None, MOVED, "cannot tell", says)
        return
    everyone = np.ones(places, dtype=bool)
    stood, stands = (worse(x[None, :, both], everyone)[0] for x in (before[None], after))
    shift = np.abs(stands - stood)
    for j in np.argsort(-shift.mean(axis=1), kind="stable")[:5]:
        mean, most = float(shift[j].mean()), int(shift[j].argmax())
        unit = p.grid.units[at[np.flatnonzero(both)[most]]]
        verdict: Verdict = "mind" if mean / places > MOVED else "fine"
        says = f"without it {places} units move by {mean:.1f} places on average, "
        says += f"most {unit} ({shift[j, most]:.0f})"
        todo = "say that the league rests on it" if verdict == "mind" else ""
        yield Check("leave one out", p.grid.codes[j], mean / places, None, None, MOVED, verdict, says, todo)


def _made_up(p: Plan, s: Subject) -> Iterator[Check]:
    """Compensability at the top, for a unit that stands at the median of every child."""
    own = [node for node in s.children(s.top) if s.weights[node] > 0]
    scores = {node: float(s.scores[node].median()) for node in own}
    yield exchanged(p, s, "the median unit", scores)


def exchanged(p: Plan, s: Subject, who: str, scores: dict[str, float]) -> Check:
    """Say what one point lost in the worst child of the top takes of the best, where a unit stands."""
    there = {node: score for node, score in scores.items() if np.isfinite(score)}
    power = POWERS.get(p.stated[-1])
    if power is None or len(there) < len(scores) or len(there) < 2:
        says = "not every part of the top is scored, or its mean has no rate of exchange"
        return Check("compensability", who, None, None, None, None, "cannot tell", says)
    weights = {node: s.weights[node] for node in there}
    rates = compensability(there, weights, power, p.recipe.clip if power < 1 else 0.0)
    worst, best = min(there, key=lambda node: there[node]), max(there, key=lambda node: there[node])
    rate = float(np.asarray(rates.loc[worst, best]))
    says = f"one point lost in {s.name(worst)} takes {rate:.1f} points of {s.name(best)} to make up for"
    if not np.isfinite(rate):
        says = f"nothing makes up for {s.name(worst)}, which stands at zero"
    value = rate if np.isfinite(rate) else None
    return Check("compensability", who, value, None, None, None, "for information", says)
