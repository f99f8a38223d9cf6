"""Levers of value capture, scored apart; how strongly they would have to work to turn a verdict."""

from __future__ import annotations

import math
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final, Self

import numpy as np
from pydantic import Field, model_validator

from indicators.schema import SCORED_STATUSES, Frozen
from scoring.questions.value.dollar import sent

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from indicators.facts import Facts
    from scoring.questions.value.account import Stage
    from scoring.questions.value.dollar import Dollar
    from scoring.questions.value.market import Market
    from scoring.questions.value.pooled import Pool
    from scoring.questions.value.quantity import Ends

FILE: Final = Path(__file__).parents[2] / "levers.toml"
EVEN: Final = 50.0
MOST: Final = 5.0
"""Elasticity up to which a turn is looked for: a lever split 9 to 1 then multiplies a margin by nineteen."""
ELASTICITY: Final = "value.elasticity"
"""Input of the facts that stands in for the elasticity of the file."""


class Lever(Frozen):
    """What one lever is measured by: at most one of stage, router and indicator."""

    name: str
    """Its name."""
    what: str
    """The figure, in words."""
    stage: str = ""
    """Stage of the account whose stated AI revenue is split."""
    router: bool = False
    """Money per token on the router."""
    indicator: str = ""
    """Indicator whose newest values are split."""
    mind: str
    """What a critic would say."""

    @model_validator(mode="after")
    def _one_measure(self) -> Self:
        if sum(map(bool, (self.stage, self.router, self.indicator))) > 1:
            message = f"lever {self.name!r} has more than one measure; keep one of stage, router, indicator"
            raise ValueError(message)
        return self


class Levers(Frozen):
    """All levers and how they work on margins."""

    elasticity: float = Field(ge=-MOST, le=MOST)
    """Percentage by which a margin is higher for each per cent by which a lever is above an even split."""
    lever: tuple[Lever, ...]
    """Levers, in the order of the screen."""


@dataclass(frozen=True)
class Pull:
    """One lever for a pair.

    Attributes
    ----------
    lever : Lever
        What it is.
    score : tuple of float or None
        Share of the first of the pair in the two figures, 0 to 100, with its ends; None where no figure
        covers both. The second has what is left.
    turning : float or None
        Elasticity at which the second would book as much as the first, or the other way round; None where the
        lever is on the side that is ahead, so that none turns it.
    """

    lever: Lever
    score: Ends | None
    turning: float | None


@cache
def read_levers() -> Levers:
    """Read the shipped levers."""
    return Levers.model_validate(tomllib.loads(FILE.read_text(encoding="utf-8")))


def elasticity(facts: Facts) -> float:
    """Elasticity of margins to levers: the input of the facts, else that of the file, which is 0."""
    given = facts.inputs.get(ELASTICITY)
    return given.value if given is not None else read_levers().elasticity


def pulls(
    facts: Facts, pair: tuple[str, str], stages: Sequence[Stage], pool: Pool, router: Market | None
) -> tuple[Pull, ...]:
    """Score every lever for a pair, and say at which elasticity it would turn who books more profit.

    Notes
    -----
    With scores s and 1 - s and an elasticity k, gains are multiplied by ``(s / 0.5)^k`` and
    ``((1 - s) / 0.5)^k``; both sides are equal at ``k = ln(G_b / G_a) / ln(s / (1 - s))``. A turn is looked
    for from 0 upwards: a lever does not work against its holder.
    """
    gains = [found.gains[0] if (found := pool.of(code)) else 0.0 for code in pair]
    made = []
    for lever in read_levers().lever:
        score = _score(facts, pair, lever, stages, router)
        made.append(Pull(lever, score, _turn(gains, score)))
    return tuple(made)


def _turn(gains: Sequence[float], score: Ends | None) -> float | None:
    if score is None or min(gains) <= 0 or not 0 < score[0] < 100 or score[0] == EVEN:
        return None
    found = math.log(gains[1] / gains[0]) / math.log(score[0] / (100 - score[0]))
    return found if found >= 0 else None


def _score(
    facts: Facts, pair: tuple[str, str], lever: Lever, stages: Sequence[Stage], router: Market | None
) -> Ends | None:
    if lever.stage:
        return _split(*(_stated(stages, lever.stage, code) for code in pair))
    if lever.router and router is not None:
        found = [each.ratio if (each := router.of(code)) else None for code in pair]
        return _split(*found)
    if lever.indicator:
        return _split(*(_newest(facts, lever.indicator, code) for code in pair))
    return None


def _split(a: Ends | None, b: Ends | None) -> Ends | None:
    if a is None or b is None or a[0] + b[0] <= 0:
        return None
    least, most = 100 * a[1] / (a[1] + b[2]), 100 * a[2] / (a[2] + b[1])
    return 100 * a[0] / (a[0] + b[0]), least, most


def _stated(stages: Sequence[Stage], name: str, code: str) -> Ends | None:
    """AI revenue that the companies of an economy state in a stage."""
    lines = [line for stage in stages if stage.name == name for line in stage.lines]
    held = [line.ai_revenue for line in lines if line.stated and line.economy == code]
    if not held:
        return None
    revenue = np.sum([each for each in held if each is not None], axis=0)
    low, middle, high = np.quantile(revenue, [0.05, 0.5, 0.95]).tolist()
    return middle, low, high


def _newest(facts: Facts, indicator: str, code: str) -> Ends | None:
    rows = [row for row in facts.current if row["code"] == indicator and row["economy"] == code]
    rows = [row for row in rows if row["status"] in SCORED_STATUSES]
    if not rows:
        return None
    row = max(rows, key=lambda each: each["period_end"])
    low, high = (
        row["value"] if row[end] is None or math.isnan(row[end]) else row[end] for end in ("low", "high")
    )
    return row["value"], low, high


def factors(pair: tuple[str, str], made: Sequence[Pull], strength: float) -> dict[str, float]:
    """Factor on the margins of each of a pair at an elasticity: the mean of the levers that are scored."""
    scores = [pull.score[0] for pull in made if pull.score is not None]
    if not scores or not strength:
        return {}
    mean = sum(scores) / len(scores)
    return {pair[0]: (mean / EVEN) ** strength, pair[1]: ((100 - mean) / EVEN) ** strength}


def dollar_turns(dollar: Dollar, pair: tuple[str, str], made: Sequence[Pull]) -> float | None:
    """Elasticity at which the other of a pair keeps more profit of a dollar.

    None where none up to `MOST` does, or where not both own a stage. All levers work together, as their mean;
    only stages with a stated margin move.
    """

    def ahead(strength: float) -> float:
        moved = sent(dollar.case, dollar.home, factors(pair, made, strength))
        return float(np.median(moved.profit(pair[0]) - moved.profit(pair[1])))

    owners = {stage.firm for stage in dollar.stages}
    start = ahead(0.0) if owners >= set(pair) else 0.0
    return _crossing(ahead, start) if start and factors(pair, made, 1.0) else None


def _crossing(ahead: Callable[[float], float], start: float, steps: int = 12) -> float | None:
    low, high = 0.0, MOST
    if ahead(high) * start > 0:
        return None
    for _ in range(steps):
        middle = (low + high) / 2
        low, high = (middle, high) if ahead(middle) * start > 0 else (low, middle)
    return (low + high) / 2
