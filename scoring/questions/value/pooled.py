"""Profit pooled over the stages, never without its coverage, and how margins run along the chain."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from scoring.questions.value.quantity import Ends, Floats, ends, total

if TYPE_CHECKING:
    from collections.abc import Callable

    from scoring.questions.value.account import Line, Stage


@dataclass(frozen=True)
class Pooled:
    """Profit of an economy's companies over the stages, and its share of all gains that are booked.

    Attributes
    ----------
    economy : str
        Headquarters.
    gains, losses : tuple of float
        Median, low, high in US$ bn, apart: a loss elsewhere does not make a gain smaller.
    share : tuple of float
        Of the gains of all companies counted: median, low, high.
    room : tuple of float
        Least and most that the share can be, once companies that do not say what AI earns them earned it with
        nothing or with all of their business, and the firms missing from stages with a stated total earned
        between nothing and the best of their stage: all against this economy, or all for it. From 0 to 1
        where no stage has a stated total, so that nothing bounds what is missing.
    """

    economy: str
    gains: Ends
    losses: Ends
    share: Ends
    room: tuple[float, float]


@dataclass(frozen=True)
class Pool:
    """All economies pooled, with what the figures cover.

    Attributes
    ----------
    economies : tuple of Pooled
        The largest gains first.
    gains, losses : tuple of float
        Of all companies counted, US$ bn.
    coverage : dict of str to tuple of float
        Revenue held over the revenue of the stage, for each stage with a stated total.
    without_total : tuple of str
        Stages in which it cannot be said how much is missing.
    counted, unknown : int
        Companies whose profit from AI is worked out, and those (or groups of those) of which it is not known.
    """

    economies: tuple[Pooled, ...]
    gains: Ends
    losses: Ends
    coverage: dict[str, Ends]
    without_total: tuple[str, ...]
    counted: int
    unknown: int

    def of(self, economy: str) -> Pooled | None:
        """Return one economy, None where no company of it is counted."""
        return next((each for each in self.economies if each.economy == economy), None)


def pooled(all_stages: tuple[Stage, ...]) -> Pool:
    """Pool the profits that can be worked out, by headquarters.

    Notes
    -----
    With G the gains of the companies counted, U the whole profit of those that do not say what AI earns them
    and M the most that missing firms can have earned, the share of an economy e is ``G_e / sum G``; its room
    runs from ``G_e / (sum G + U - U_e + M)`` to ``(G_e + U_e + M) / (sum G + U_e + M)``.
    """
    lines = [line for stage in all_stages for line in stage.lines]
    known = [line for line in lines if line.counted]
    codes = sorted({line.economy for line in known})
    gains = {code: _sum(known, code, lambda each: np.maximum(each, 0.0)) for code in codes}
    losses = {code: _sum(known, code, lambda each: np.minimum(each, 0.0)) for code in codes}
    whole = np.maximum(total(list(gains.values())), 1e-12)
    silent = [line for line in lines if not line.counted and line.whole is not None]
    unsaid = {line.economy: _unsaid(silent, line.economy) for line in silent}
    every = total(list(unsaid.values()))
    bounded = any(stage.coverage is not None for stage in all_stages)
    missing = sum(_missing(stage) for stage in all_stages)
    found = [
        Pooled(
            code,
            ends(gains[code]),
            ends(losses[code]),
            ends(gains[code] / whole),
            _room(gains[code], whole, unsaid.get(code, total([])), every, missing) if bounded else (0.0, 1.0),
        )
        for code in codes
    ]
    return Pool(
        tuple(sorted(found, key=lambda it: -it.gains[0])),
        ends(whole),
        ends(total(list(losses.values()))),
        {stage.name: stage.coverage for stage in all_stages if stage.coverage is not None},
        tuple(stage.name for stage in all_stages if stage.coverage is None),
        len(known),
        sum(len(stage.unknown()) for stage in all_stages),
    )


def _sum(lines: list[Line], code: str, part: Callable[[Floats], Floats]) -> Floats:
    return total([part(it.profit) for it in lines if it.economy == code and it.profit is not None])


def _unsaid(lines: list[Line], code: str) -> Floats:
    return total([np.maximum(it.whole, 0.0) for it in lines if it.economy == code and it.whole is not None])


def _room(own: Floats, whole: Floats, unsaid: Floats, every: Floats, missing: float) -> tuple[float, float]:
    least = own / (whole + every - unsaid + missing)
    most = (own + unsaid + missing) / (whole + unsaid + missing)
    return float(np.quantile(least, 0.05)), float(np.quantile(most, 0.95))


def _missing(stage: Stage) -> float:
    """Most that the missing firms of a stage can have earned from AI, US$ bn; 0 without a stated total.

    Their revenue is what the total leaves; their AI share and their margin are the highest of any company of
    the stage whose AI share is known.
    """
    margins = [line.margin[2] for line in stage.lines if line.margin]
    shares = [line.share[2] for line in stage.lines if line.stated]
    if not np.isfinite(stage.whole) or not margins or not shares:
        return 0.0
    return max(stage.whole - stage.held, 0.0) * max(*margins, 0.0) * max(shares)


@dataclass(frozen=True)
class Step:
    """Operating margins of one stage.

    Attributes
    ----------
    stage : str
        Of the account.
    margin : float or None
        Operating profit over revenue of its companies together, all business; None where no margin is known.
    low, high : float or None
        Least and most of one company.
    companies : int
        How many stand behind it.
    """

    stage: str
    margin: float | None
    low: float | None
    high: float | None
    companies: int


def gradient(all_stages: tuple[Stage, ...]) -> tuple[Step, ...]:
    """Give the operating margins along the chain, whole companies, from the ground up."""
    return tuple(_step(stage) for stage in all_stages)


def _step(stage: Stage) -> Step:
    known = [line for line in stage.lines if line.margin and line.whole is not None and line.revenue]
    if not known:
        return Step(stage.name, None, None, None, 0)
    profit = sum(float(np.median(line.whole)) for line in known if line.whole is not None)
    revenue = sum(line.revenue for line in known if line.revenue)
    margins = [line.margin[0] for line in known if line.margin]
    return Step(stage.name, profit / revenue, min(margins), max(margins), len(known))
