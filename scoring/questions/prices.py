"""The claim on prices: a token of a Chinese model is sold at close to a sixth of the American price."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from layers.inference_cost.gap import baskets, price_gap_history
from layers.inference_cost.history import days as dated
from layers.inference_cost.prices import offered

from .tested import Reading, Told, shown, tested
from .verdict import ClaimVerdict, Figure, source_text, within

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
    days = dated(facts) or [facts.date]
    seen = facts.table("prices")["seen"]
    read_on = facts.date if seen.empty else seen.max().date()

    def read(day: date) -> list[Reading]:
        return _readings(rows, day, read_on)

    history = [(day, _readings(rows, day, read_on)[0]) for day in days]
    now = history[-1][1]
    told = Told(
        "price-gap",
        "Price and cost",
        "Sonnet over the median of five Chinese flagships, 4.5 to 7.5x",
        "A token of a Chinese model costs nearly six times less than one of an American model.",
        _finding(main, history) + _others_in_short(_readings(rows, facts.date, read_on)),
        _overturn(main),
        _figures(facts, main),
        _notes(history[:-1], now),
    )
    made = tested(price_gap, told, read, days)
    return replace(made, data_to=_data_to(facts, main))


def _series(rows: pd.DataFrame, basket: str, measure: str) -> pd.DataFrame:
    return rows[(rows["basket"] == basket) & (rows["measure"] == measure)]


def _reading(rule: str, series: pd.DataFrame, day: date, read_on: date) -> Reading:
    """Reply of one reading on a day; the range runs from the dearest to the cheapest laboratory."""
    found = series[series["date"] == day]
    if found.empty:
        return Reading(rule, "no data")
    ratio, low, high = (float(found.iloc[0][name]) for name in ("ratio", "low", "high"))
    return Reading(rule, within(ratio, ratio, *BAND), f"{ratio:.1f}x", ratio, low, high, min(day, read_on))


def _readings(rows: pd.DataFrame, day: date, read_on: date) -> list[Reading]:
    """Return the replies on a day from what was on sale: the rule, then one choice changed at a time."""
    first, *more = baskets()[1]
    choices = [(first, "output"), (first, "chat"), *((basket, "output") for basket in more)]
    found = []
    for basket, measure in choices:
        rule = f"{basket.title}, {MEASURED[measure]}"
        reading = _reading(rule, _series(rows, basket.name, measure), day, read_on)
        found.append(shown(reading) if basket.name in LEANING else reading)
    return found


def _finding(main: pd.DataFrame, history: Sequence[tuple[date, Reading]]) -> str:
    now = history[-1][1]
    if now.value is None:
        last = [each for _, each in history if each.value is not None]
        return f"no prices on the date; {_times(last[-1])} on {last[-1].seen}" if last else "no dated prices"
    us = main.iloc[-1]["us_model"]
    return f"{us} costs {_times(now)} the median Chinese flagship"


def _others_in_short(readings: Sequence[Reading]) -> str:
    values = sorted(each.value for each in readings[1:] if each.decides and each.value is not None)
    told = dict.fromkeys(f"{value:.1f}x" for value in (values[:1] + values[-1:]))
    return f"; by other readings {' to '.join(told)}" if told else ""


def _times(each: Reading) -> str:
    return f"{each.value:.1f}x ({each.low:.1f} to {each.high:.1f})"


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


def _notes(past: Sequence[tuple[date, Reading]], now: Reading) -> tuple[str, ...]:
    notes = ["List prices: discounts, caches, batch rates and what buyers really pay are not in them."]
    held = [day for day, each in past if each.reply == "yes"]
    if held and now.reply == "no":
        notes.append(f"By the rule alone it was true from {held[0]} and last on {held[-1]}.")
    notes.append("A month's verdict looks at what was on sale then, told with today's price lists.")
    notes.append("Which model stands for whom is fixed by name: the pair cannot be exchanged here.")
    return tuple(notes)
