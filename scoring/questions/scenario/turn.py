"""At which size of the change that works against it most the effect of a scenario is gone."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from indicators.fault import DataError
from scoring.questions.scenario import drawn
from scoring.questions.scenario.apply import made
from scoring.questions.scenario.outcome import Turning
from scoring.questions.scenario.schema import Amount

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from scoring.questions.scenario.apply import Bound, Made
    from scoring.questions.scenario.run import Year

    Floats = NDArray[np.float64]

FARTHEST: Final = 5.0
"""Times the stated size up to which a turn is looked for."""
STEPS: Final = 12
SMALL: Final = 0.05
"""Points that an effect must have at least for its end to be worth looking for, and that count as gone."""


def turning(
    bound: Sequence[Bound], last: Year, pair: tuple[str, str], parts: Floats | None
) -> tuple[Turning, ...]:
    """Find the size of one change at which the overall gap is that of the baseline, all others as stated.

    Parameters
    ----------
    bound : sequence of Bound
        The changes.
    last : Year
        The last year, with its worlds and plans.
    pair : tuple of str
        Codes.
    parts : (changes, nodes) array, optional
        What each change adds.

    Returns
    -------
    tuple of Turning
        At most one: of the change that works most against the whole. None where nothing works against it, the
        effect is smaller than `SMALL`, or five times the size does not suffice.
    """
    if parts is None or not len(bound):
        return ()
    base, value = (float(drawn.nominal(p, pair)[0] @ (1.0, -1.0)) for p in (last.base, last.plan))
    whole = value - base
    against = [(float(part) * math.copysign(1.0, whole), k) for k, part in enumerate(parts[:, 0])]
    least, k = min(against)
    size = bound[k].change.parameter
    if not math.isfinite(whole) or abs(whole) < SMALL or least >= -SMALL / 2 or size is None:
        return ()

    def left(times: float) -> float:
        after = made(_sized(bound, k, times), last.before, last.when)
        return _gap(last, after, pair) - base

    times = _root(left, whole)
    if times is None:
        return ()
    each = bound[k]
    return (Turning(each.name, each.change.label, _times(each, times), size.value),)


def _gap(last: Year, after: Made, pair: tuple[str, str]) -> float:
    p = drawn.plan_after(last.base, last.before, after, joint=False)
    return float(drawn.nominal(p, pair)[0] @ (1.0, -1.0))


def _times(each: Bound, times: float) -> float:
    """Size of a change that does so many times what it does: a factor to that power, else a multiple."""
    size = each.change.parameter
    stated = math.nan if size is None else size.value
    return stated**times if each.change.kind == "scale" else stated * times


def _sized(bound: Sequence[Bound], k: int, times: float) -> tuple[Bound, ...]:
    each = bound[k]
    change = each.change.model_copy(update={each.change.kind: Amount(value=_times(each, times))})
    return (*bound[:k], each._replace(change=change), *bound[k + 1 :])


def _root(left: Callable[[float], float], whole: float) -> float | None:
    """Multiple of the stated size between 1 and `FARTHEST` at which nothing is left, by false position."""
    low, at_low = 1.0, whole
    try:
        high, at_high = FARTHEST, left(FARTHEST)
    except DataError:  # the unit does not allow as much
        return None
    if at_low * at_high > 0:
        return None
    for _ in range(STEPS):
        middle = low + (high - low) * at_low / (at_low - at_high)
        found = left(middle)
        if abs(found) < SMALL / 10:
            return middle
        if found * at_low > 0:
            low, at_low, at_high = middle, found, at_high / 2  # Illinois: the end that stays counts half
        else:
            high, at_high, at_low = middle, found, at_low / 2
    return None
