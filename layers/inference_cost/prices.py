"""List prices of the laboratories themselves: in force on a day, as a series, where catalogues disagree."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pandas as pd

if TYPE_CHECKING:
    from datetime import date

    from indicators.facts import Facts

CENTRAL = "model-prices"  # the only catalogue that dates first-party Chinese prices
CARRY = timedelta(days=183)  # how long a reading speaks for a price nobody read since
LAG = timedelta(days=14)  # a snapshot younger than a price change by less may not have seen it
INPUT_SHARE = 0.75  # chat workload: three input tokens to one output token
GROUP = ["lab", "economy", "listing", "family"]
RATES = {"input": "input_usd_per_mtok", "cached": "cache_read_usd_per_mtok", "output": "output_usd_per_mtok"}
OFFER = [*GROUP, "model", "price", "low", "high", *RATES, "condition", "catalogue", "valid_from", "valid_to"]
OFFER += ["published", "source", "row", "dearest", "cheapest"]
NUMBERS = {
    "group": GROUP,
    "entry": [*GROUP, "catalogue"],
    "line": [*GROUP, "catalogue", "condition"],
    "sold": ["catalogue", "model"],
}
"""Integers that stand for columns of names, by which grouping is fast."""
SAME = 1.005  # prices closer than half a per cent are one price, rounded


def numbered(prices: pd.DataFrame) -> pd.DataFrame:
    """Return price rows with the columns `NUMBERS`; what has them already stays."""
    if set(NUMBERS) <= set(prices.columns):
        return prices
    return prices.assign(**{name: prices.groupby(names).ngroup() for name, names in NUMBERS.items()})


def blended(input_usd: pd.Series, output_usd: pd.Series) -> pd.Series:
    """Price of the chat workload, USD per million tokens: (3 input + output) / 4."""
    return INPUT_SHARE * input_usd + (1.0 - INPUT_SHARE) * output_usd


def in_force(prices: pd.DataFrame, on: date) -> pd.DataFrame:
    """Price rows that hold on a day.

    A row holds from `valid_from` until `valid_to` or `removed_by`, at most `CARRY` after its
    catalogue was last read; scheduled rows never hold. Of undated snapshots of one catalogue the
    newest counts. No reading after the day takes part.

    Parameters
    ----------
    prices
        The record table `prices`.
    on
        The day.

    Returns
    -------
    pandas.DataFrame
        The rows in force, with `price` (chat workload) and `NUMBERS` added and `seen` at most the day.
    """
    prices = numbered(prices)
    day = pd.Timestamp(on)
    open_end = prices["valid_to"].isna() | (prices["valid_to"] > day)
    offered = prices["removed_by"].isna() | (prices["removed_by"] > day)
    fresh = day <= prices["seen"] + CARRY
    started = (prices["valid_from"] <= day) & (prices["status"] == "actual")
    rows = prices[started & open_end & offered & fresh].copy()
    rows["price"] = blended(rows["input_usd_per_mtok"], rows["output_usd_per_mtok"])
    rows["seen"] = rows["seen"].mask(rows["seen"] > day, day)
    newest = rows.groupby("line")["valid_from"].transform("max")
    return rows[(rows["valid_from"] == newest) | (rows["catalogue"] == CENTRAL)]


def _charged(rows: pd.DataFrame) -> pd.DataFrame:
    """Of one model in one catalogue, the dearer thinking rate where there is one; no peak rates."""
    thinking = rows["condition"].eq("thinking")
    has = rows["sold"].isin(rows.loc[thinking, "sold"])
    return rows[(thinking | ~has) & rows["condition"].ne("peak")]


def _withdrawn(prices: pd.DataFrame, rows: pd.DataFrame, on: date) -> set[int]:
    """Return groups that the central catalogue has known but no longer lists on the day."""
    known = (prices["catalogue"] == CENTRAL) & (prices["valid_from"] <= pd.Timestamp(on))
    listed = rows["catalogue"] == CENTRAL
    return {*prices.loc[known, "group"]} - {*rows.loc[listed, "group"]}


def offers(prices: pd.DataFrame, on: date) -> pd.DataFrame:
    """One price per model and laboratory on a day, with the disagreement of the catalogues.

    Central: the cheapest row of the central catalogue, or a dated row that began after it was
    last read; where it never listed the model, the median of at least two others. `low`, `high`:
    cheapest and dearest catalogue (readings taken less than `LAG` after the central price began
    are left out), `high` also the peak-hour rate.

    Parameters
    ----------
    prices
        The record table `prices`.
    on
        The day.

    Returns
    -------
    pandas.DataFrame
        Columns `OFFER`; sorted by price and family. `price` is the chat blend, `input`, `cached`, `output`
        the rates; `cheapest` and `dearest` name the catalogues at the ends of the range.
    """
    prices = numbered(prices)
    rows = in_force(prices, on)
    cheapest = _charged(rows).sort_values(["price", "valid_from"], kind="stable").drop_duplicates("entry")
    cheapest = cheapest[~cheapest["group"].isin(_withdrawn(prices, rows, on))]
    central = cheapest["catalogue"] == CENTRAL
    main = pd.concat([_later(cheapest), cheapest[central], _medians(cheapest[~central])])
    main = main.drop_duplicates("group").set_index("group")
    comparable = _comparable(cheapest, main)
    seen = comparable.groupby("group")["price"]
    peak = rows[rows["condition"] == "peak"].groupby("group")["price"].max()
    main = main.assign(**{rate: main[column] for rate, column in RATES.items()})
    main["cached"] = main["cached"].fillna(main["input"])  # no cache price: read at the full one
    main["low"] = pd.concat([main["price"], seen.min().reindex(main.index)], axis=1).min(axis=1)
    highs = [main["price"], seen.max().reindex(main.index), peak.reindex(main.index)]
    main["high"] = pd.concat(highs, axis=1).max(axis=1)
    ends = comparable.sort_values("price", kind="stable").groupby("group")["catalogue"]
    main["cheapest"], main["dearest"] = (each.reindex(main.index) for each in (ends.first(), ends.last()))
    dearer = peak.reindex(main.index) > main[["price"]].join(seen.max().rename("top")).max(axis=1)
    main["dearest"] = main["dearest"].mask(dearer, "peak hours")
    table = main[OFFER]
    return table.sort_values(["price", "family"], kind="stable").reset_index(drop=True)


def _later(rows: pd.DataFrame) -> pd.DataFrame:
    """Return dated rows that began after the central catalogue was last read, the latest first."""
    read = rows[rows["catalogue"] == CENTRAL].set_index("group")["seen"].rename("read")
    joined = rows.join(read, on="group")
    dated = joined["valid_from"] < joined["seen"]
    return joined[dated & (joined["valid_from"] > joined["read"])].sort_values("valid_from", ascending=False)


def _comparable(rows: pd.DataFrame, main: pd.DataFrame) -> pd.DataFrame:
    """Return the rows that may disagree with the central price: read late enough, of the same mode."""
    dated = main["catalogue"].eq(CENTRAL)
    held = pd.DataFrame(
        {"began": main["valid_from"].where(dated), "thought": main["condition"].eq("thinking")}
    )
    joined = rows.join(held, on="group")
    late = joined["began"].isna() | (joined["seen"] > joined["began"] + LAG)
    same = joined["condition"].eq("thinking") | ~joined["thought"].eq(True)  # noqa: FBT003 (compares, not calls)
    return joined[late & same]


def _medians(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the cheapest row of each model held by two catalogues or more, at their median price."""
    held = rows[rows.groupby("group")["catalogue"].transform("size") >= 2].copy()
    rates = ["price", *RATES.values()]
    held[rates] = held.groupby("group")[rates].transform("median")
    return held.drop_duplicates("group")


def offered(facts: Facts, on: date) -> pd.DataFrame:
    """Return `offers` of the facts' own price table on a day, worked out once."""
    place = f"offers {on.isoformat()}"
    if place not in facts.kept:
        if "prices numbered" not in facts.kept:
            facts.kept["prices numbered"] = numbered(facts.table("prices"))
        facts.kept[place] = offers(facts.kept["prices numbered"], on)
    found: pd.DataFrame = facts.kept[place]
    return found


def stepped(table: pd.DataFrame, tiers: pd.DataFrame, prompt: float, on: date) -> pd.DataFrame:
    """Rates of each offer for prompts of a length, where its price list has steps.

    Parameters
    ----------
    table
        What `offers` returns.
    tiers
        The record table `price_tiers`.
    prompt
        Tokens of a prompt.
    on
        The day.

    Returns
    -------
    pandas.DataFrame
        Columns input, cached, output, index as in `table`. Each base rate times the step of the same reading;
        a step without a cache price moves the cache price as the input.
    """
    day = pd.Timestamp(on)
    runs = (tiers["valid_from"] <= day) & (tiers["valid_to"].isna() | (tiers["valid_to"] > day))
    held = tiers[runs & (tiers["above_tokens"] < prompt)]
    if held.empty:
        return table[list(RATES)]
    top = held.sort_values(["above_tokens", "valid_from"]).drop_duplicates("listing", keep="last")
    found = table[["listing", *RATES]].join(top.set_index("listing"), on="listing")
    times_in = (found["input_usd_per_mtok"] / found["base_input_usd_per_mtok"]).fillna(1.0)
    times_out = (found["output_usd_per_mtok"] / found["base_output_usd_per_mtok"]).fillna(1.0)
    cached = found["cache_read_usd_per_mtok"] * found["input"] / found["base_input_usd_per_mtok"]
    made = {
        "input": found["input"] * times_in,
        "cached": cached.fillna(found["cached"] * times_in),
        "output": found["output"] * times_out,
    }
    return pd.DataFrame(made)


def series(prices: pd.DataFrame, listing: str, until: date) -> pd.DataFrame:
    """Return the dated prices of one listing, a row from each day on which anything about it changed.

    Parameters
    ----------
    prices
        The record table `prices`.
    listing
        Entry of a laboratory's price list.
    until
        Last day.

    Returns
    -------
    pandas.DataFrame
        `from` and the columns of `offers`; empty between two offers where the model was off the list.
    """
    own = prices[prices["listing"] == listing]
    ends = [own[name].dropna() for name in ("valid_from", "valid_to", "removed_by")]
    days = sorted({day.date() for day in pd.concat(ends) if day.date() <= until}) if len(own) else []
    steps = [offers(own, day).assign(**{"from": pd.Timestamp(day)}) for day in days]
    kept = [step for step in steps if len(step)]
    if not kept:
        return pd.DataFrame(columns=["from", *OFFER])
    whole = pd.concat(kept, ignore_index=True)
    told = ["price", "input", "cached", "output", "low", "high"]
    changed = whole[told].ne(whole[told].shift()).any(axis=1)
    return whole.loc[changed, ["from", *OFFER]].reset_index(drop=True)


def disagreements(table: pd.DataFrame) -> pd.DataFrame:
    """Return the offers on whose price catalogues differ, the widest first.

    Parameters
    ----------
    table
        What `offers` returns.

    Returns
    -------
    pandas.DataFrame
        Columns lab, model, price, low, high, cheapest, dearest (catalogues) and `times` = high / low.
    """
    wide = table.assign(times=table["high"] / table["low"])
    wide = wide[wide["times"] > SAME].sort_values(["times", "model"], ascending=[False, True], kind="stable")
    return wide[["lab", "model", "price", "low", "high", "cheapest", "dearest", "times"]].reset_index(
        drop=True
    )
