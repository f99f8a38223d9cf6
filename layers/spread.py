"""The error model of one cell: where its draws are centred and how far they go. Pure functions on numbers."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from indicators.interval import IDENTITY, LOG, SCALES, UNIFORM, Z95, to_scale

if TYPE_CHECKING:
    from indicators.schema import Indicator, Reading
    from layers.choices import Error

BOUNDS: Final = "bounds"
"""The kind of interval that is drawn evenly between its ends."""
_ASSUMED: Final = "judgement"


@dataclass
class Given:
    """What is known of a value before its error model.

    Attributes
    ----------
    value, low, high : float
        In the unit of the indicator; the ends are NaN where the evidence gives none.
    kind, quality : str
        Interval kind and quality class.
    unit : float
        One goalpost range in the unit of the indicator, at this value.
    age : float
        Years.
    ahead : float
        Standard deviation that a projection adds, on the scale of the indicator; 0 for an observed value.
    """

    value: float
    low: float
    high: float
    kind: str = ""
    quality: str = _ASSUMED
    unit: float = 0.0
    age: float = 0.0
    ahead: float = 0.0


class Spread(NamedTuple):
    """How a value is drawn.

    Attributes
    ----------
    centre : float
        Median on `scale`.
    below, above : float
        Standard deviations on `scale`, or half widths where it is `UNIFORM`.
    scale : int
        `IDENTITY`, `LOG`, `LOGIT` or `UNIFORM`.
    assumed : bool
        The range rests on a quality class or a judgement, not on evidence.
    low, high : float
        5 and 95 % points, or the bounds, before age widens them.
    """

    centre: float
    below: float
    above: float
    scale: int
    assumed: bool
    low: float
    high: float


def goalpost_unit(reading: Reading, value: float, divisor: float) -> float:
    """One goalpost range in the unit of the indicator, at a value.

    Notes
    -----
    ``divisor * |best - worst|``. Under a logarithm f a step of that size would carry a small value over many
    points, so there it is at most what carries the value over one range:
    ``divisor * |f(best) - f(worst)| / f'(x)``, with x = value / divisor.
    """
    worst, best = reading.goalposts
    span = abs(best - worst)
    if reading.transform == "log":
        span = min(span, abs(math.log(best / worst)) * value / divisor)
    elif reading.transform == "log1p":
        span = min(span, abs(math.log1p(best) - math.log1p(worst)) * (1 + value / divisor))
    return max(span, 0.0) * divisor if math.isfinite(divisor) else 0.0


def spread(it: Indicator, given: Given, error: Error) -> Spread:
    """Turn what is known of a value into how it is drawn; older values are drawn wider.

    Parameters
    ----------
    it : Indicator
        Its scale, range and drift.
    given : Given
        The value.
    error : Error
        Standard deviations by quality class, for values without an interval.

    Notes
    -----
    Each half has its own standard deviation: ``sqrt(((value - low) / 1.645)^2 + (drift age)^2)`` below the
    median on the scale, and likewise above. Bounds are drawn evenly on either side of the value; age widens
    their half widths h to ``sqrt(h^2 + 3 (drift age)^2)``, which adds the same variance; a side without width
    stays so. What a projection adds is added like drift; projected values have no bounds.
    """
    stated, value = math.isfinite(given.low), given.value
    low, high = (given.low, given.high) if stated else _class_range(it, given, error)
    scale, top = SCALES[it.scale], it.range[1]
    drift, ahead = it.drift_per_year * max(given.age, 0.0), given.ahead
    assumed = not stated or given.kind == _ASSUMED
    if low == value == high == 0:
        return Spread(0.0, 0.0, 0.0, IDENTITY, assumed, low, high)  # a recorded zero is exact
    if stated and given.kind == BOUNDS:
        wide = math.sqrt(3) * drift * _raw(it, given)
        below, above = (math.hypot(half, wide) if half else 0.0 for half in (value - low, high - value))
        return Spread(value, below, above, UNIFORM, assumed, low, high)
    if scale == LOG and low <= 0:
        scale, drift, ahead = IDENTITY, drift * value, ahead * value  # no logarithm of the lower end
    elif scale == IDENTITY:
        drift *= given.unit
    drift = math.hypot(drift, ahead)
    bottom, middle, ceiling = to_scale(np.array([low, value, high]), scale, top).tolist()
    below, above = (math.hypot(half / Z95, drift) for half in (middle - bottom, ceiling - middle))
    return Spread(middle, below, above, scale, assumed, low, high)


def _raw(it: Indicator, given: Given) -> float:
    """One unit of drift on the indicator's scale, in the unit of the indicator."""
    if it.scale == "log":
        return given.value
    return given.value * (1 - given.value / it.range[1]) if it.scale == "logit" else given.unit


def _class_range(it: Indicator, given: Given, error: Error) -> tuple[float, float]:
    """5 and 95 % points from the quality class: relative to the value, and a part of the goalpost range.

    On the log scale both parts are relative, so that a recorded zero stays zero.
    """
    value, relative = given.value, error.relative[given.quality]
    if SCALES[it.scale] == LOG:
        factor = math.exp(Z95 * math.hypot(relative, error.absolute))
        low, high = value / factor, value * factor
    else:
        sd = math.hypot(relative * abs(value), error.absolute * given.unit)
        low, high = value - Z95 * sd, value + Z95 * sd
    return min(max(low, it.range[0]), value), max(min(high, it.range[1]), value)
