"""The price gap by date: a US flagship against four baskets of Chinese models, each with its range."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from layers.inference_cost.gap import claim

from .chart import Chart
from .credit import credit
from .palette import CLAIM, MUTED, OTHER_CASE, RULE, RULE_CASE, Role
from .phrases import listed, opened
from .pricing import free, price_sources
from .sheet import LABEL, SMALL, WIDTH, Sheet, sheet, wrap

if TYPE_CHECKING:
    from datetime import date

    from matplotlib.axes import Axes

    from indicators.facts import Facts
    from scoring.answer import Answer

CLAIMED = claim().times
CLAIM_WORDS = "“nearly 6x cheaper”, as often claimed"
MEASURE = "output"
TABLE = "prices"
COLUMNS = ("date", "basket", "title", "us_model", "ratio", "low", "high", "labs")
PRICES = ("us_price", "median", "models")  # printed only where the terms of every price source allow it
LABELS = 12.0  # mm for the labels of the axis
TALL, SMALLER, BETWEEN = 46.0, 30.0, 15.0
TICKS = (0.5, 1, 2, 4, 8, 16, 32, 64)
Point = dict[str, Any]


def draw(answer: Answer, facts: Facts) -> Chart:
    """Draw the price gap."""
    points = _points(facts)
    named = credit("price-gap", answer, price_sources(facts))
    title, subtitle = finding(points, facts.date), _subtitle(answer, points)
    page = sheet(title, subtitle, named.line, TALL + BETWEEN + SMALLER + 6 if points else 8.0)
    if points:
        _panels(page, points)
    else:
        page.write(
            0, 4, "Fewer than three Chinese laboratories have a dated price by then.", LABEL, color=MUTED
        )
    columns = COLUMNS + (PRICES if free(facts) else ())
    return Chart(
        "price-gap",
        title,
        subtitle,
        _alt(points),
        columns,
        tuple(tuple(point[name] for name in columns) for point in points),
        named.producers,
        named.licences,
        named.citation,
        page.figure,
    )


def _points(facts: Facts) -> list[Point]:
    """Ratios of output prices, by basket and month end, oldest first."""
    from layers.inference_cost.gap import baskets, price_gap_history

    if TABLE not in facts.catalogue.tables:
        return []
    history = price_gap_history(facts)
    history = history[history["measure"] == MEASURE]
    titles = {basket.name: basket.title for basket in baskets()[1]}
    order = {name: i for i, name in enumerate(titles)}
    records: list[Point] = history.to_dict("records")  # type: ignore[assignment]
    points = [
        {**point, "day": point["date"], "date": str(point["date"]), "title": titles[point["basket"]]}
        for point in records
    ]
    return sorted(points, key=lambda point: (order[point["basket"]], point["date"]))


def _ratio(value: float) -> str:
    return f"{value:.1f}x" if value < 10 else f"{value:.0f}x"


def finding(points: list[Point], on: date) -> str:
    """Say how much less Chinese flagships cost, or, where the range reaches one, that the model decides."""
    rule = [point for point in points if points and point["basket"] == points[0]["basket"]]
    if not rule:
        return f"No price gap can be drawn by {on}: too few dated prices"
    first, last = rule[0], rule[-1]
    low, high, now = last["low"], last["high"], last["ratio"]
    if low <= 1 <= high:
        runs = (
            f"The price gap runs from {_ratio(low)} to {_ratio(high)} by which Chinese flagship is compared"
        )
        return f"{runs}; the median is {_ratio(now)}"
    way = "down" if now < first["ratio"] else "up"
    since = "" if len(rule) < 2 else f", {way} from {_ratio(first['ratio'])} in {first['day']:%Y-%m}"
    if high < 1:
        span = f"({_ratio(1 / high)} to {_ratio(1 / low)})"
        return f"The median Chinese flagship costs {_ratio(1 / now)} the price of the US one {span}"
    span = f"({_ratio(low)} to {_ratio(high)})"
    return f"The US flagship costs {_ratio(now)} the price of the median Chinese one {span}{since}"


def _subtitle(answer: Answer, points: list[Point]) -> str:
    model = f" (now {points[-1]['us_model']})" if points else ""
    return (
        f"List price of output tokens: newest Claude Sonnet{model} over the median of the newest "
        "Chinese models, at month ends; bands run from dearest to cheapest of the basket. "
        f"State of {answer.as_of}."
    )


def _panels(page: Sheet, points: list[Point]) -> None:
    names = list(dict.fromkeys(point["basket"] for point in points))
    split = {name: [point for point in points if point["basket"] == name] for name in names}
    days = [point["day"] for point in points]
    limits = (_floor(min(point["low"] for point in points)), _ceiling(max(point["high"] for point in points)))
    main = page.axes(LABELS, 6.0, WIDTH - LABELS - 16, TALL - 3.0)
    page.write(0, 2.0, f"Rule: {split[names[0]][0]['title']}", LABEL, weight="bold", color=RULE_CASE.text)
    _panel(main, split[names[0]], RULE_CASE, limits, (min(days), max(days)))
    _claim(main, max(days), words=True)
    others = names[1:]
    step = (WIDTH - LABELS + 4) / max(len(others), 3)
    for i, name in enumerate(others):
        left = LABELS + i * step
        heading = "\n".join(wrap(opened(split[name][0]["title"]), step - 4, SMALL, "bold"))
        page.write(left, TALL + BETWEEN - 5.0, heading, SMALL, weight="bold", color=MUTED)
        axes = page.axes(left, TALL + BETWEEN, step - 13, SMALLER)
        _panel(axes, split[name], OTHER_CASE, limits, (min(days), max(days)), sparse=True)
        _claim(axes, max(days), words=False)
        if i:
            axes.tick_params(labelleft=False)


def _floor(value: float) -> float:
    return min(2.0 ** math.floor(math.log2(value)), 1.0) / 1.1


def _ceiling(value: float) -> float:
    return max(2.0 ** math.ceil(math.log2(value)), 8.0) * 1.1


def _panel(
    axes: Axes,
    points: list[Point],
    role: Role,
    limits: tuple[float, float],
    days: tuple[date, date],
    *,
    sparse: bool = False,
) -> None:
    from matplotlib.dates import DateFormatter, MonthLocator
    from matplotlib.ticker import NullLocator

    dates: Any = [point["day"] for point in points]
    lows, ratios, highs = ([point[part] for point in points] for part in ("low", "ratio", "high"))
    axes.fill_between(dates, lows, highs, color=role.colour, alpha=0.16, linewidth=0)
    axes.plot(dates, lows, color=role.colour, linewidth=0.5)
    axes.plot(dates, highs, color=role.colour, linewidth=0.5)
    axes.plot(
        dates,
        ratios,
        **{**role.mark(), **role.line(), "linewidth": 1.5, "markeredgewidth": 0.8, "clip_on": False},
    )
    axes.set_yscale("log")
    axes.set_ylim(*limits)
    if days[0] < days[1]:
        axes.set_xlim(*days)  # type: ignore[arg-type]
    ticks = [tick for tick in TICKS if limits[0] <= tick <= limits[1]]
    axes.set_yticks(ticks, labels=[f"{tick:g}x" for tick in ticks])
    axes.yaxis.set_minor_locator(NullLocator())
    axes.axhline(1.0, color=RULE, linewidth=0.8, zorder=1)
    span = (days[1] - days[0]).days
    every = max(1, round(span / 30 / (3 if sparse else 7)))
    axes.xaxis.set_major_locator(MonthLocator(interval=every))  # type: ignore[no-untyped-call]
    axes.xaxis.set_major_formatter(DateFormatter("%Y-%m"))  # type: ignore[no-untyped-call]
    _ends(axes, points[-1], role, apart=0.62 if sparse else 0.35)


def _ends(axes: Axes, last: Point, role: Role, *, apart: float) -> None:
    """Label the last ratio and those ends of its range that are `apart` from it (in logarithms)."""
    how: dict[str, Any] = {
        "textcoords": "offset points",
        "xytext": (6, 0),
        "va": "center",
        "annotation_clip": False,
    }
    at: Any = last["day"]
    axes.annotate(
        _ratio(last["ratio"]), (at, last["ratio"]), size=LABEL + 0.5, weight="bold", color=role.text, **how
    )
    for end in ("low", "high"):
        if abs(math.log(last[end] / last["ratio"])) > apart:
            axes.annotate(_ratio(last[end]), (at, last[end]), size=SMALL, color=MUTED, **how)


def _claim(axes: Axes, last: date, *, words: bool) -> None:
    axes.axhline(CLAIMED, **CLAIM.line(), linewidth=1.2, zorder=3)
    if words:
        at: Any = last
        how: dict[str, Any] = {"textcoords": "offset points", "xytext": (-4, -3), "va": "top", "ha": "right"}
        axes.annotate(CLAIM_WORDS, (at, CLAIMED), size=SMALL, color=CLAIM.text, **how)


def _alt(points: list[Point]) -> str:
    if not points:
        return "Empty chart: there are too few dated prices to draw a price gap."
    parts = [
        "Ratio of a US flagship's price to the median of a basket of Chinese models, by month, with bands."
    ]
    for name in dict.fromkeys(point["basket"] for point in points):
        own = [point for point in points if point["basket"] == name]
        ends = [
            f"{_ratio(p['ratio'])} ({_ratio(p['low'])} to {_ratio(p['high'])}) on {p['date']}"
            for p in (own[0], own[-1])
        ]
        parts.append(f"{own[0]['title']}: {listed(ends, 'then')}.".replace(" then ", ", then "))
    parts.append(f"A dotted line marks the claim of {CLAIMED:g}x.")
    return " ".join(parts)
