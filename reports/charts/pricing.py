"""What the charts of prices share: their sources, how a ratio is written, axes of time and of ratios."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from layers.inference_cost import LAYER

from .palette import CLAIM, RULE
from .sheet import SMALL

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from matplotlib.axes import Axes

    from indicators.facts import Facts
    from indicators.schema import Source

TABLE = "prices"
CAPABILITY = "scores"
PAIR = ("USA", "CHN")
TICKS = (0.0625, 0.125, 0.25, 0.5, 1, 2, 4, 8, 16, 32, 64)


def price_sources(facts: Facts, *more: str) -> list[tuple[Source, float]]:
    """Return the sources of the price table and of further ones, each counting as much as its rows."""
    found = []
    for name in (TABLE, *more):
        table = facts.catalogue.tables.get(name)
        counts = facts.table(name)["source"].value_counts().to_dict() if table else {}
        known = table.sources if table else {}
        found += [(known[str(key)], float(n)) for key, n in sorted(counts.items()) if key in known]
    return found


def held(facts: Facts) -> bool:
    """Whether the facts hold the tables of layer 2; facts of other trees do not."""
    return set(LAYER.tables) <= facts.catalogue.tables.keys()


def free(facts: Facts) -> bool:
    """Whether every price source lets its values be printed."""
    table = facts.catalogue.tables.get(TABLE)
    return table is not None and all(source.redistribute for source in table.sources.values())


def times(value: float) -> str:
    """Write a ratio, as in `2.3x`, `12x`, `0.27x`."""
    if value < 0.95:
        return f"{value:.2f}x"
    return f"{value:.1f}x" if value < 10 else f"{value:.0f}x"


def ratio_limits(values: Iterable[float]) -> tuple[float, float]:
    """Powers of two around some ratios and one."""
    held = [value for value in values if math.isfinite(value) and value > 0] or [1.0]
    low, high = min(*held, 1.0), max(*held, 8.0)
    return 2.0 ** math.floor(math.log2(low)) / 1.1, 2.0 ** math.ceil(math.log2(high)) * 1.1


def ratio_axis(axes: Axes, limits: tuple[float, float], *, sparse: bool = False) -> None:
    """Make the upright axis one of ratios, with a line at one; every second label where it is low."""
    from matplotlib.ticker import NullLocator

    axes.set_yscale("log")
    axes.set_ylim(*limits)
    ticks = [tick for tick in TICKS[:: 2 if sparse else 1] if limits[0] <= tick <= limits[1]]
    axes.set_yticks(ticks, labels=[f"{tick:g}x" for tick in ticks])
    axes.yaxis.set_minor_locator(NullLocator())
    axes.axhline(1.0, color=RULE, linewidth=0.8, zorder=1)


def time_axis(axes: Axes, days: tuple[date, date], labels: int) -> None:
    """Make the level axis one of months, with about so many labels."""
    from matplotlib.dates import DateFormatter, MonthLocator

    if days[0] < days[1]:
        axes.set_xlim(*days)  # type: ignore[arg-type]
    every = max(1, round((days[1] - days[0]).days / 30 / labels))
    axes.xaxis.set_major_locator(MonthLocator(interval=every))  # type: ignore[no-untyped-call]
    axes.xaxis.set_major_formatter(DateFormatter("%Y-%m"))  # type: ignore[no-untyped-call]


def mark_claim(
    axes: Axes, value: float, at: date | None = None, words: str = "", *, above: bool = False
) -> None:
    """Draw the commentary's ratio as a dotted line, with words above or below it where wanted."""
    axes.axhline(value, **CLAIM.line(), linewidth=1.2, zorder=3)
    if words and at is not None:
        where: Any = at
        side = ((-4, 3), "bottom") if above else ((-4, -3), "top")
        how: dict[str, Any] = {"textcoords": "offset points", "xytext": side[0], "va": side[1], "ha": "right"}
        axes.annotate(words, (where, value), size=SMALL, color=CLAIM.text, **how)
