"""How fast adoption spreads: a logistic curve where one instrument has four waves, else the plain change."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Final, Literal

import numpy as np

from indicators.period import DAYS_A_YEAR
from layers.application_ecosystem.evidence import PERCENT, logit

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

WAVES: Final = 4
"""Waves of one instrument from which a curve is fitted; two parameters then leave two to judge it by."""
LONGEST: Final = 375
"""Days that a plain change may span: a year, with ten days' grace for waves a calendar year apart."""
SHORTEST: Final = 80
"""Two waves closer than a quarter differ by less than the noise of either."""


@dataclass(frozen=True)
class Wave:
    """One wave: its day, the share in per cent and the version of the question."""

    day: date
    share: float
    wording: str = ""


@dataclass(frozen=True)
class Pace:
    """How fast a share rises at its newest wave.

    Attributes
    ----------
    kind : {"logistic", "change"}
        How it was found.
    points : float
        Percentage points a year.
    low, high : float
        5 and 95 % points; NaN for a plain change, which has no error of its own.
    logits : float
        Logits a year.
    half : float
        Years from the newest wave to half of everybody, negative where that is past; NaN where the share does
        not rise.
    waves : tuple of Wave
        What it rests on.
    """

    kind: Literal["logistic", "change"]
    points: float
    low: float
    high: float
    logits: float
    half: float
    waves: tuple[Wave, ...]


def unbroken(waves: Sequence[Wave]) -> tuple[Wave, ...]:
    """Return the newest waves that one version of the question asked, oldest first: no break is crossed."""
    ordered = sorted(waves, key=lambda wave: wave.day)
    breaks = [place for place, (a, b) in enumerate(pairwise(ordered), 1) if a.wording != b.wording]
    return tuple(ordered[breaks[-1] if breaks else 0 :])


def pace(waves: Sequence[Wave]) -> Pace | None:
    """Return the pace of one economy's waves of one instrument, or None where fewer than two can be compared.

    Parameters
    ----------
    waves : sequence of Wave
        In any order.
    """
    held = unbroken(waves)
    return _logistic(held) if len(held) >= WAVES else _change(held)


def _logistic(waves: tuple[Wave, ...]) -> Pace:
    """Fit ``share = 100 / (1 + exp(-(a + r t)))`` by least squares of the logits.

    The ceiling is everybody: four waves cannot tell it from the speed. The range is that of r, by Student's t
    with two degrees of freedom less than waves.
    """
    from scipy.special import stdtrit

    last = waves[-1]
    t = np.array([(wave.day - last.day).days / DAYS_A_YEAR for wave in waves])
    y = logit(np.array([wave.share for wave in waves]))
    about = t - t.mean()
    spread = float((about**2).sum())
    rate = float((about * y).sum()) / spread
    level = float(y.mean() - rate * t.mean())
    left = y - level - rate * t
    error = float(np.sqrt((left**2).sum() / (len(waves) - 2) / spread))
    wide = float(stdtrit(len(waves) - 2, 0.95)) * error
    steep = _steepness(PERCENT / (1 + np.exp(-level)))
    half = -level / rate if rate > 0 else float("nan")
    low, high = steep * (rate - wide), steep * (rate + wide)
    return Pace("logistic", steep * rate, low, high, rate, half, waves)


def _change(waves: tuple[Wave, ...]) -> Pace | None:
    """Take the difference between the newest wave and the oldest that lies 80 to 375 days before it."""
    if not waves:
        return None
    last = waves[-1]
    inside = [wave for wave in waves if SHORTEST <= (last.day - wave.day).days <= LONGEST]
    if not inside:
        return None
    first = inside[0]
    years = (last.day - first.day).days / DAYS_A_YEAR
    old, new = logit(np.array([first.share, last.share])).tolist()
    rate = (new - old) / years
    half = -new / rate if rate > 0 else float("nan")
    nothing = float("nan")
    return Pace("change", (last.share - first.share) / years, nothing, nothing, rate, half, (first, last))


def _steepness(share: float) -> float:
    """Points a year for one logit a year at a share: ``100 p (1 - p)``."""
    return share * (1 - share / PERCENT)
