"""The ways in which prices can be compared, each with its ratio on the day of the claim and now."""

from __future__ import annotations

from dataclasses import dataclass
from math import log2
from typing import TYPE_CHECKING, Any

from layers.inference_cost.gap import america, baskets, claim, price_gap
from layers.inference_cost.history import ratios
from layers.inference_cost.market import TIERS

from .palette import CLAIM, FAINT, MUTED, OTHER_CASE, RULE, RULE_CASE, Role
from .phrases import opened
from .pricing import PAIR, TICKS, times
from .sheet import LABEL, PATCH, SMALL, fitted

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from indicators.facts import Facts
    from scoring.answer import Answer

    from .sheet import Sheet

MEASURES = {"output": "output tokens", "chat": "three of input to one of output"}
HEADINGS = {
    "near": "10 points below the best",
    "mid": "20 points below the best",
    "far": "30 points below the best",
}
ROW, HEADING, HEAD, END = 4.7, 5.2, 7.0, 12.0  # mm
Ends = tuple[float, float, float]


@dataclass(frozen=True)
class Way:
    """One way to compare.

    Attributes
    ----------
    group, words, measure : str
        What is compared, in which basket or tier, and per which tokens.
    found : dict of str to (float, float, float)
        Ratio by date, with the ends of its range.
    tier : bool
        Whether it is a comparison at equal capability.
    """

    group: str
    words: str
    measure: str
    found: dict[str, Ends]
    tier: bool = False


def ways(answer: Answer, facts: Facts, days: list[date]) -> list[Way]:
    """Return the baskets, for the pair that they are of, then the tiers at equal capability."""
    made: list[Way] = []
    ours = set(answer.pair) == set(PAIR)
    titles = {basket.name: basket.title for basket in baskets()[1]} if ours else {}
    gaps: list[dict[str, Any]] = []
    for day in days if ours else ():
        gaps += price_gap(facts, day).to_dict("records")  # type: ignore[arg-type]
    for measure, words in MEASURES.items():
        for name, title in titles.items():
            rows = [row for row in gaps if (row["measure"], row["basket"]) == (measure, name)]
            found = {str(row["date"]): (row["ratio"], row["low"], row["high"]) for row in rows}
            made.append(Way(f"{america()} over a median, {words}", title, measure, found))
    first, second = PAIR if ours else answer.pair
    tiers = [ratio for day in days for ratio in ratios(facts, day, first, second) if ratio.kind == "tokens"]
    for tier in TIERS:
        found = {str(it.date): (it.value, it.low, it.high) for it in tiers if it.tier == tier}
        heading = "Cheapest over cheapest at equal capability"
        made.append(Way(heading, HEADINGS[tier], "tokens", found, tier=True))
    return [way for way in made if way.found]


def tall(held: list[Way]) -> float:
    """Height of the picture of some ways, in mm."""
    return HEAD + HEADING * len({way.group for way in held}) + ROW * len(held)


def paint(
    page: Sheet, box: tuple[float, float, float], held: list[Way], days: list[date], *, claimed: bool
) -> None:
    """Draw ways as dots with ranges between a left and a right edge, from some height, in mm."""
    left, right, top = box
    values = [end for way in held for found in way.found.values() for end in found]
    low, high = min(*values, 1.0) / 1.15, max(*values, 8.0) * 1.15
    names = left + min(58.0, 0.53 * (right - left))

    def place(value: float) -> float:
        return names + (log2(value) - log2(low)) / (log2(high) - log2(low)) * (right - END - names)

    bottom = top + tall(held)
    for tick in TICKS[0::2]:
        if low <= tick <= high:
            page.write(place(tick), top + 2.4, f"{tick:g}x", SMALL, color=MUTED, ha="center")
            colour = RULE if tick == 1 else FAINT
            page.line([place(tick)] * 2, [top + HEAD - 2, bottom], color=colour, linewidth=0.6, zorder=0)
    if claimed:
        at = place(claim().times)
        page.line([at] * 2, [top + HEAD - 2, bottom], **CLAIM.line(), linewidth=1.2, zorder=1)
    y, group = top + HEAD, ""
    for way in held:
        if way.group != group:
            group = way.group
            heading = fitted(opened(group), right - left, SMALL, "bold")
            page.write(left, y + HEADING / 2, heading, SMALL, weight="bold", bbox=PATCH)
            y += HEADING
        words = fitted(opened(way.words), names - left - 3, SMALL)
        page.write(left + 2, y + ROW / 2, words, SMALL)
        for day in days:
            if str(day) in way.found:
                _dot(page, place, way.found[str(day)], y + ROW / 2, right, now=day == days[-1])
        y += ROW


def _dot(
    page: Sheet, place: Callable[[float], float], found: Ends, y: float, right: float, *, now: bool
) -> None:
    """Set the ratio of one day with its range; the day of the claim lies a little higher."""
    role: Role = RULE_CASE if now else OTHER_CASE
    value, low, high = found
    height = y + (0.8 if now else -0.8)
    page.span(place(low), place(high), height, role, thick=1.2 if now else 0.8)
    page.mark(place(value), height, role)
    if now:
        page.write(right, y, times(value), LABEL, weight="bold", color=role.text, ha="right")
