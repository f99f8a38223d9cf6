"""The claim on prices: a token of a Chinese model is sold at close to a sixth of the American price."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from layers.inference_cost.gap import baskets, price_gap_history
from layers.inference_cost.prices import offered

from .verdict import (
    Alternative,
    ClaimVerdict,
    Figure,
    Point,
    decide,
    rule_of,
    source_text,
    within,
)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    import pandas as pd

    from indicators.facts import Facts

BAND: Final = (4.5, 7.5)
"""What counts as nearly six times: six, a quarter less or more."""
LEANING: Final = {"small_lines"}
"""Baskets that lean to one side by their own reason: shown, and turning no verdict."""
MEASURED: Final = {"output": "output tokens", "chat": "three input tokens to one output token"}
UNIT: Final = "USD per million output tokens"


def price_gap(facts: Facts) -> ClaimVerdict:
    """Test whether Chinese tokens are nearly six times cheaper.

    On the date, the list price of an output token of the newest Claude Sonnet, divided by the median of the
    largest current models of five Chinese laboratories (Qwen by its Max line), lies between 4.5 and 7.5.
    Prices are first-party list prices in US dollars in standard mode; at least three of the laboratories must
    be on sale. Alternatives change one choice at a time: Qwen by its Plus line, open weights only, or three
    input tokens and one output token in place of output alone. The cheap lines are shown and decide nothing.
    """
    rows = price_gap_history(facts)
    main = _series(rows, baskets()[1][0].name, "output")
    days = [day for day in dict.fromkeys(rows["date"]) if day < facts.date]
    past = [_point(main, day) for day in days]
    now = _point(main, facts.date)
    others = _alternatives(rows, facts.date)
    made = decide(now.reply, [other.reply for other in others if other.decides], past)
    told = [*past, now]
    return ClaimVerdict(
        name="price-gap",
        sentence="A token of a Chinese model costs nearly six times less than one of an American model.",
        rule=rule_of(price_gap),
        verdict=made.word,
        until=made.until,
        ended=made.ended,
        finding=_finding(main, now, past) + _others_in_short(others),
        figures=_figures(facts, main),
        alternatives=others,
        history=tuple(_judged(rows, told[:place], point) for place, point in enumerate(told)),
        overturn=_overturn(main),
        data_to=_data_to(facts, main),
        notes=_notes(past, now),
    )


def _series(rows: pd.DataFrame, basket: str, measure: str) -> pd.DataFrame:
    return rows[(rows["basket"] == basket) & (rows["measure"] == measure)]


def _point(series: pd.DataFrame, day: date) -> Point:
    """Reply of one reading on a day; the range runs from the dearest to the cheapest laboratory."""
    found = series[series["date"] == day]
    if found.empty:
        return Point(day, "no data")
    ratio, low, high = (float(found.iloc[0][name]) for name in ("ratio", "low", "high"))
    return Point(day, within(ratio, ratio, *BAND), ratio, low, high)


def _judged(rows: pd.DataFrame, past: Sequence[Point], point: Point) -> Point:
    """Add the verdict of the day, from what was on sale on it."""
    others = [other.reply for other in _alternatives(rows, point.date) if other.decides]
    return replace(point, verdict=decide(point.reply, others, past).word)


def _alternatives(rows: pd.DataFrame, day: date) -> tuple[Alternative, ...]:
    first, *more = baskets()[1]
    readings = [(first, "chat"), *((basket, "output") for basket in more)]
    made = []
    for basket, measure in readings:
        point = _point(_series(rows, basket.name, measure), day)
        answer = point.reply if point.value is None else f"{point.reply}: {point.value:.1f}x"
        rule = f"{basket.title}, {MEASURED[measure]}"
        made.append(Alternative(rule, point.reply, answer, basket.name not in LEANING, point.value))
    return tuple(made)


def _finding(main: pd.DataFrame, now: Point, past: Sequence[Point]) -> str:
    if now.value is None:
        last = [point for point in past if point.value is not None]
        return f"no prices on the date; {_times(last[-1])} on {last[-1].date}" if last else "no dated prices"
    us = main.iloc[-1]["us_model"]
    return f"{us} costs {_times(now)} the median Chinese flagship"


def _others_in_short(others: Sequence[Alternative]) -> str:
    values = sorted(each.value for each in others if each.decides and each.value is not None)
    told = dict.fromkeys(f"{value:.1f}x" for value in (values[:1] + values[-1:]))
    return f"; by other readings {' to '.join(told)}" if told else ""


def _times(point: Point) -> str:
    return f"{point.value:.1f}x ({point.low:.1f} to {point.high:.1f})"


def _figures(facts: Facts, main: pd.DataFrame) -> tuple[Figure, ...]:
    """Ratio of the last day with data, the American price and the Chinese ones behind it."""
    if main.empty:
        return ()
    last = main.iloc[-1]
    day: date = last["date"]
    table = offered(facts, day)
    families = [last["us_model"], *(each.rsplit(" ", 1)[0] for each in last["models"].split("; "))]
    bounds = float(last["low"]), float(last["high"])
    label = "Price of Claude Sonnet over the median Chinese flagship (dearest to cheapest laboratory)"
    ratio = Figure(label, float(last["ratio"]), *bounds, "times", str(day), "", "the list prices below")
    return (ratio, *(_listed(facts, table, family) for family in families))


def _listed(facts: Facts, table: pd.DataFrame, family: str) -> Figure:
    row: Any = table[table["family"] == family].sort_values("output", kind="stable").iloc[0]
    return Figure(
        f"{family} ({row['lab']})",
        float(row["output"]),
        None,
        None,
        UNIT,
        str(row["valid_from"].date()),
        str(row["published"].date()),
        source_text(facts.catalogue.tables["prices"].sources[row["source"]]),
        "prices.csv",
        int(row["row"]),
    )


def _overturn(main: pd.DataFrame) -> str:
    if main.empty:
        return "Dated list prices of Claude Sonnet and of three Chinese laboratories on one day."
    price, median = float(main.iloc[-1]["us_price"]), float(main.iloc[-1]["median"])
    least, most = price / BAND[1], price / BAND[0]
    return (
        f"The rule says yes while the median Chinese flagship costs {least:.2f} to {most:.2f} {UNIT} "
        f"({median:.2f} on {main.iloc[-1]['date']}, Sonnet at {price:.2f})."
    )


def _data_to(facts: Facts, main: pd.DataFrame) -> str:
    """Newest day on which a price list was read, at most the state date."""
    return "" if main.empty else str(min(facts.table("prices")["seen"].max().date(), facts.date))


def _notes(past: Sequence[Point], now: Point) -> tuple[str, ...]:
    notes = ["List prices: discounts, caches, batch rates and what buyers really pay are not in them."]
    held = [point for point in past if point.reply == "yes"]
    if held and now.reply == "no":
        notes.append(f"By the rule alone it was true from {held[0].date} and last on {held[-1].date}.")
    notes.append("A month's verdict looks at what was on sale then, told with today's price lists.")
    return tuple(notes)
