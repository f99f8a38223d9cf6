"""How much cheaper one side's tokens are: by the rule of the claim over time, by every way to compare now."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from layers.inference_cost.gap import baskets, claim, price_gap_history
from reports.wording import the

from .behind import Behind
from .credit import credit
from .look import PLAIN
from .palette import MUTED, RULE_CASE
from .phrases import listed, opened, possessive
from .pricing import (
    CAPABILITY,
    PAIR,
    TABLE,
    free,
    held,
    mark_claim,
    price_sources,
    ratio_axis,
    ratio_limits,
    time_axis,
    times,
)
from .sheet import LABEL, SMALL, sheet
from .ways import paint, tall, ways

if TYPE_CHECKING:
    from datetime import date

    from matplotlib.axes import Axes

    from indicators.facts import Facts
    from scoring.answer import Answer

    from .chart import Chart
    from .look import Look
    from .sheet import Sheet
    from .ways import Way

NAME = "price-gap"
MEASURE = "output"
COLUMNS = ("date", "basket", "title", "measure", "us_model", "ratio", "low", "high", "labs")
PRICES = ("us_price", "median", "models")  # printed only where the terms of every price source allow it
CLAIM_WORDS = "“nearly 6x cheaper”, as often claimed"
TALL, LOWER, HEAD, FOOT, LABELS = 46.0, 34.0, 5.0, 7.0, 12.0  # mm
APART = 0.35  # of two labels, in logarithms
Point = dict[str, Any]


def draw(answer: Answer, facts: Facts, look: Look = PLAIN) -> Chart:
    """Draw the price gap."""
    days = [day for day in dict.fromkeys((claim().day, facts.date)) if day <= facts.date]
    points = _points(answer, facts) if held(facts) else []
    found = ways(answer, facts, days) if held(facts) else []
    named = credit(NAME, answer, price_sources(facts, CAPABILITY))
    title = finding(answer, points, found, facts.date)
    above = HEAD + (LOWER if look.size.narrow else TALL) + FOOT if points else 0.0
    below = tall(found) if found else 0.0
    body = max(above, below) if look.size.wide else above + below
    page = sheet(title, _subtitle(answer, points, days), named, max(body, 8.0), look)
    if not points and not found:
        page.write(
            0, 4, "There is no day on which both sold models that can be compared.", LABEL, color=MUTED
        )
    across = 0.46 * page.width if look.size.wide and points else page.width
    if points:
        _history(page, across, (page.body if look.size.wide else above) - HEAD - FOOT, points)
    if found:
        left, top = (across + 4.0, 0.0) if look.size.wide and points else (0.0, above)
        paint(page, (left, page.width, top), found, days, claimed=bool(points))
    columns = COLUMNS + (PRICES if free(facts) else ())
    behind = Behind(facts, tables=((TABLE,), (CAPABILITY, "score")))
    return page.chart(NAME, _alt(points, found, days), columns, _rows(columns, points, found), behind)


def _points(answer: Answer, facts: Facts) -> list[Point]:
    """Ratios of the baskets by month end, oldest first, for the pair that they are of."""
    if set(answer.pair) != set(PAIR):
        return []
    history = price_gap_history(facts)
    titles = {basket.name: basket.title for basket in baskets()[1]}
    order = {name: i for i, name in enumerate(titles)}
    records: list[Point] = history.to_dict("records")  # type: ignore[assignment]
    points = [
        {**point, "day": point["date"], "date": str(point["date"]), "title": titles[point["basket"]]}
        for point in records
    ]
    return sorted(points, key=lambda it: (order[it["basket"]], it["measure"] != MEASURE, it["date"]))


def _rule(points: list[Point]) -> list[Point]:
    """Points of the first basket, by output tokens: the rule of the claim."""
    return [it for it in points if it["basket"] == points[0]["basket"] and it["measure"] == MEASURE]


def finding(answer: Answer, points: list[Point], found: list[Way], on: date) -> str:
    """Say how much cheaper whose tokens are at equal capability, or that it hangs on what is compared."""
    last = [(way, way.found[str(on)]) for way in found if str(on) in way.found]
    first, second = (answer.adjectives[code] for code in (PAIR if points else answer.pair))
    if not last and set(answer.pair) != set(PAIR):
        both = listed([the(answer.names[code]) for code in answer.pair])
        return f"No price gap: {both} sell no models of equal capability"
    if not last:
        return f"No price gap can be drawn by {on}: too few dated prices"
    tiers = [ends for way, ends in last if way.tier]
    since = _since(_rule(points)) if points else ""
    for who, sure, turn in (
        (second, all(e[1] > 1 for e in tiers), 1),
        (first, all(e[2] < 1 for e in tiers), -1),
    ):
        if tiers and sure:
            runs = sorted(ends[0] ** turn for ends in tiers)
            ends = list(dict.fromkeys(times(each).removesuffix("x") for each in (runs[0], runs[-1])))
            return f"At equal capability {who} tokens cost {' to '.join(ends)} times less{since}"
    if not points and all(ends[1] <= 1 <= ends[2] for ends in tiers):
        owners = listed([possessive(answer.names[code]) for code in answer.pair], "or")
        return f"At equal capability it cannot be told whose tokens are cheaper, {owners}"
    values = [ends[0] for _, ends in last]
    whose = "" if points else f" of {first} over {second} tokens"
    runs_ = f"The price gap{whose} runs from {times(min(values))} to {times(max(values))}"
    return f"{runs_} by which models are compared{since}"


def _since(rule: list[Point]) -> str:
    """Say where the rule of the claim stands, and where it began."""
    if not rule:
        return ""
    first, last = rule[0], rule[-1]
    if len(rule) < 2 or times(first["ratio"]) == times(last["ratio"]):
        return f"; flagship over flagship it is {times(last['ratio'])}"
    way = "down" if last["ratio"] < first["ratio"] else "up"
    from_ = f"{way} from {times(first['ratio'])} in {first['day']:%Y-%m}"
    return f"; flagship over flagship it is {times(last['ratio'])}, {from_}"


def _subtitle(answer: Answer, points: list[Point], days: list[date]) -> str:
    first, second = (answer.adjectives[code] for code in (PAIR if points else answer.pair))
    parts = [f"{opened(first)} over {second} list price of a token."]
    if points:
        parts += [
            f"Baskets: newest Claude Sonnet (now {points[-1]['us_model']}) over the median of newest Chinese",
            "models; ranges: dearest to cheapest of them.",
        ]
    parts.append("Equal capability: the cheapest offer of each, 90 % of draws.")
    parts += [f"Hollow: {days[0]}, filled: now."] if len(days) > 1 else []
    parts += [f"Dotted: the claimed {claim().times:g}x."] if points else []
    return " ".join([*parts, f"State of {answer.as_of}."])


def _history(page: Sheet, across: float, down: float, points: list[Point]) -> None:
    rule = _rule(points)
    heading = f"By date: {rule[0]['title']}, output tokens"
    page.write(0, 2.0, heading, LABEL, weight="bold", color=RULE_CASE.text)
    axes = page.axes(LABELS, HEAD, across - LABELS - 14, down)
    days: Any = [point["day"] for point in rule]
    lows, ratios, highs = ([point[part] for point in rule] for part in ("low", "ratio", "high"))
    axes.fill_between(days, lows, highs, color=RULE_CASE.colour, alpha=0.16, linewidth=0)
    mark = {**RULE_CASE.mark(), **RULE_CASE.line(), "linewidth": 1.5, "markeredgewidth": 0.8}
    axes.plot(days, ratios, **mark, clip_on=False)
    ratio_axis(axes, ratio_limits([*lows, *highs]))
    time_axis(axes, (days[0], days[-1]), max(int(across / 24), 2))
    mark_claim(axes, claim().times, days[-1], CLAIM_WORDS, above=ratios[-1] < claim().times)
    _ends(axes, rule[-1])


def _ends(axes: Axes, last: Point) -> None:
    """Label the last ratio and those ends of its range that are apart from it."""
    from math import log

    how: dict[str, Any] = {"textcoords": "offset points", "xytext": (6, 0), "va": "center"}
    how["annotation_clip"] = False
    at: Any = last["day"]
    bold: dict[str, Any] = {"size": LABEL + 0.5, "weight": "bold", "color": RULE_CASE.text}
    axes.annotate(times(last["ratio"]), (at, last["ratio"]), **bold, **how)
    for end in ("low", "high"):
        if abs(log(last[end] / last["ratio"])) > APART:
            axes.annotate(times(last[end]), (at, last[end]), size=SMALL, color=MUTED, **how)


def _rows(
    columns: tuple[str, ...], points: list[Point], found: list[Way]
) -> list[tuple[str | float | None, ...]]:
    """Return the baskets by month end, then the tiers on the days that are shown."""
    rows = [tuple(point[name] for name in columns) for point in points]
    for way in found:
        for day, ends in way.found.items() if way.tier else ():
            told: Point = {
                "date": day,
                "basket": "equal capability",
                "title": way.words,
                "measure": way.measure,
            }
            told["ratio"], told["low"], told["high"] = ends
            rows.append(tuple(told.get(name) for name in columns))
    return rows


def _alt(points: list[Point], found: list[Way], days: list[date]) -> str:
    if not found:
        return "Empty chart: there are too few dated prices to draw a price gap."
    parts = ["Ratios of list prices with ranges, one line per way to compare them."]
    if points:
        rule = _rule(points)
        ends = [f"{times(p['ratio'])} on {p['date']}" for p in (rule[0], rule[-1])]
        parts.append(f"Over time, {rule[0]['title']}: {', then '.join(ends)}.")
    now = str(days[-1])
    for way in found:
        if now in way.found:
            value, low, high = way.found[now]
            parts.append(f"{way.words}, {way.measure}: {times(value)} ({times(low)} to {times(high)}).")
    if points:
        parts.append(f"A dotted line marks the claim of {claim().times:g}x.")
    return " ".join(parts)
