"""How the price gap depends on which models are compared: baskets and tiers at two dates, side by side."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from layers.inference_cost.gap import america, baskets, claim, price_gap
from layers.inference_cost.history import ratios
from layers.inference_cost.market import TIERS

from .chart import Chart
from .credit import credit
from .palette import CLAIM, FAINT, MUTED, OTHER_CASE, RULE, RULE_CASE, Role
from .phrases import lowered, opened
from .price_ratio import HEADINGS
from .pricing import CAPABILITY, PAIR, held, price_sources, times
from .sheet import LABEL, PATCH, SMALL, WIDTH, Sheet, sheet, wrap

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from indicators.facts import Facts
    from scoring.answer import Answer

NAME = "basket"
COLUMNS = ("date", "compared", "measure", "ratio", "low", "high")
MEASURES = {"output": "output tokens", "chat": "three of input to one of output"}
NOTHING = "No price gap can be drawn: too few dated prices"
EQUAL = "Cheapest over cheapest at equal capability"
ELSEWHERE = "Baskets are of American and Chinese models alone"
NAMES = 62.0
ROW, HEADING, HEAD = 6.4, 6.0, 8.0
TICKS = (0.25, 0.5, 1, 2, 4, 8, 16, 32, 64)


@dataclass(frozen=True)
class Line:
    """One way to compare: its words and its ratio at each date."""

    group: str
    words: str
    measure: str
    found: dict[str, tuple[float, float, float]]


def draw(answer: Answer, facts: Facts) -> Chart:
    """Draw the ratio by basket and by tier, on the day of the claim and on the state date."""
    days = [day for day in dict.fromkeys((claim().day, facts.date)) if day <= facts.date]
    ours = set(answer.pair) == set(PAIR)
    lines = _lines(facts, days) if ours and held(facts) else []
    named = credit(NAME, answer, price_sources(facts, CAPABILITY))
    title, subtitle = finding(lines, days) if ours else ELSEWHERE, _subtitle(answer, days)
    groups = list(dict.fromkeys(line.group for line in lines))
    page = sheet(title, subtitle, named.line, HEAD + HEADING * len(groups) + ROW * max(len(lines), 1))
    if lines:
        _body(page, lines, days)
    else:
        page.write(0, 4, NOTHING if ours else ELSEWHERE, LABEL, color=MUTED)
    rows = tuple(
        (day, line.words, line.measure, *found) for line in lines for day, found in line.found.items()
    )
    end = (named.producers, named.licences, named.citation, page.figure)
    return Chart(NAME, title, subtitle, _alt(lines, days), COLUMNS, rows, *end)


def _lines(facts: Facts, days: list[date]) -> list[Line]:
    made: dict[tuple[str, str, str], dict[str, tuple[float, float, float]]] = {}
    titles = {basket.name: basket.title for basket in baskets()[1]}
    over = f"Newest {america()} over a median, "
    for measure, words in MEASURES.items():
        made |= {(over + words, title, measure): {} for title in titles.values()}
    made |= {(EQUAL, HEADINGS[tier], "tokens"): {} for tier in TIERS}
    for day in days:
        rows: list[dict[str, Any]] = price_gap(facts, day).to_dict("records")  # type: ignore[assignment]
        for row in rows:
            key = (over + MEASURES[row["measure"]], titles[row["basket"]], row["measure"])
            made[key][str(day)] = (row["ratio"], row["low"], row["high"])
        for ratio in ratios(facts, day, *PAIR):
            if ratio.kind == "tokens":
                made[EQUAL, HEADINGS[ratio.tier], "tokens"][str(day)] = (ratio.value, ratio.low, ratio.high)
    return [Line(*key, found) for key, found in made.items() if found]


def finding(lines: list[Line], days: list[date]) -> str:
    """Say from where to where the ratio runs by what is compared, on the last day."""
    now = [line.found[str(days[-1])][0] for line in lines if days and str(days[-1]) in line.found]
    if not now:
        return NOTHING
    near = sum(abs(value / claim().times - 1.0) <= 0.25 for value in now)
    runs = f"The price gap runs from {times(min(now))} to {times(max(now))} by what is compared"
    return f"{runs}; {near or 'none'} of {len(now)} ways comes near the claimed {claim().times:g}x"


def _subtitle(answer: Answer, days: list[date]) -> str:
    before = f"Hollow: {days[0]}, the month of the claim; filled: " if len(days) > 1 else "Filled: "
    return (
        "US over Chinese list price. Baskets: the range runs from the dearest to the cheapest laboratory; "
        f"tiers: 90 % of draws. {before}{answer.as_of}. Dotted: the claimed {claim().times:g}x; near means "
        "within a quarter of it."
    )


def _body(page: Sheet, lines: list[Line], days: list[date]) -> None:
    from math import log2

    values = [end for line in lines for found in line.found.values() for end in found]
    low, high = min(*values, 1.0) / 1.15, max(*values, 8.0) * 1.15
    right = WIDTH - 12.0

    def place(value: float) -> float:
        return NAMES + (log2(value) - log2(low)) / (log2(high) - log2(low)) * (right - NAMES)

    bottom = page.body
    for tick in TICKS:
        if low <= tick <= high:
            page.write(place(tick), 3.0, f"{tick:g}x", SMALL, color=MUTED, ha="center")
            colour = RULE if tick == 1 else FAINT
            page.paper.plot([place(tick)] * 2, [HEAD - 2, bottom], color=colour, linewidth=0.6, zorder=0)
    page.paper.plot([place(claim().times)] * 2, [HEAD - 2, bottom], **CLAIM.line(), linewidth=1.2, zorder=1)
    y, group = HEAD, ""
    for line in lines:
        if line.group != group:
            group = line.group
            page.write(0, y + HEADING / 2, group, LABEL, weight="bold", bbox=PATCH)
            y += HEADING
        words = wrap(opened(line.words), NAMES - 6, SMALL)[0]
        page.write(3, y + ROW / 2, words, SMALL)
        for k, day in enumerate(days):
            if str(day) in line.found:
                _dot(page, place, line.found[str(day)], y + ROW / 2, now=k == len(days) - 1)
        y += ROW


def _dot(
    page: Sheet, place: Callable[[float], float], found: tuple[float, float, float], y: float, *, now: bool
) -> None:
    """Set the ratio of one day with its range; the day of the claim lies a little higher."""
    role: Role = RULE_CASE if now else OTHER_CASE
    value, low, high = found
    height = y + (1.1 if now else -1.1)
    page.span(place(low), place(high), height, role, thick=1.2 if now else 0.8)
    page.mark(place(value), height, role)
    if now:
        page.write(WIDTH, y, times(value), LABEL, weight="bold", color=role.text, ha="right")


def _alt(lines: list[Line], days: list[date]) -> str:
    if not lines:
        return f"Empty chart: {lowered(ELSEWHERE)}."
    told = [
        f"{line.words}, {line.measure}: {times(line.found[str(days[-1])][0])}"
        for line in lines
        if str(days[-1]) in line.found
    ]
    return f"Dots with ranges, one line per comparison. On {days[-1]}: {'; '.join(told)}."
