"""Several cases side by side, on common random numbers: cost, ratio to the first, speeds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from layers.inference_cost.normals import Normals, central
from layers.inference_cost.token_cost import Cost, cost
from layers.inference_cost.why import DRAWS, Why, explain

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from layers.inference_cost.case import Case

    Floats = NDArray[np.float64]

SHOWN = (0.1, 0.9)  # ends of the 80 % range


@dataclass(frozen=True)
class Ranged:
    """A median with its 80 % range; the ends are the median where nothing was drawn."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, eq=False)
class Costed:
    """One case with its cost.

    Attributes
    ----------
    case : Case
        The inputs.
    central : Cost
        With every input at its median.
    usd, ratio, electricity_share, decode, prefill : Ranged
        USD per million output tokens; that over the first case; electricity in the cost of an hour; tokens
        per second of an accelerator.
    why : Why or None
        What the gap to the first case is made of; None for the first.
    """

    case: Case
    central: Cost
    usd: Ranged
    ratio: Ranged
    electricity_share: Ranged
    decode: Ranged
    prefill: Ranged
    why: Why | None = None


def compared(
    cases: Sequence[Case], draws: int, seed: int, prices: Sequence[float | None] = ()
) -> list[Costed]:
    """Cost several cases with the same random numbers, and take each one's gap to the first apart.

    Parameters
    ----------
    cases
        The first is the one that the others are held against.
    draws
        0 gives no ranges.
    prices
        What is asked for a million output tokens with their input, USD, by case: the gap in price is taken
        apart where that of the first case and of the other are known, else the gap in cost.
    """
    normals = Normals(draws, seed) if draws else central()
    middles = [cost(each) for each in cases]
    drawn = [cost(each, normals) for each in cases]
    asked = [*prices, *[None] * (len(cases) - len(prices))]
    first, first_drawn = middles[0].usd_per_mtok, drawn[0].usd_per_mtok
    return [
        Costed(
            case=each,
            central=middle,
            usd=_ranged(middle.usd_per_mtok, every.usd_per_mtok),
            ratio=_ranged(middle.usd_per_mtok / first, every.usd_per_mtok / first_drawn),
            electricity_share=_ranged(middle.electricity_share, every.electricity_share),
            decode=_ranged(middle.decode, every.decode),
            prefill=_ranged(middle.prefill, every.prefill),
            why=_why(cases[0], each, asked[0], price, draws) if place else None,
        )
        for place, (each, middle, every, price) in enumerate(zip(cases, middles, drawn, asked, strict=True))
    ]


def _why(first: Case, other: Case, one: float | None, price: float | None, draws: int) -> Why:
    both = None if one is None or price is None else (one, price)
    return explain(first, other, both, min(draws, DRAWS))


def _ranged(middle: Floats, drawn: Floats) -> Ranged:
    value = float(middle[0])
    low, high = (float(end) for end in np.quantile(drawn, SHOWN))
    return Ranged(value, min(low, value), max(high, value))
