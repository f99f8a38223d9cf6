"""Openness and output: notable models by economy and the largest training computation."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from layers.frontier_capability.placed import Placed, day, placed

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from indicators.facts import Facts

MONTHS = 36


def stated(column: pd.Series) -> pd.Series:
    """Return where a column of texts says something: neither missing nor empty."""
    return column.notna() & column.ne("")


def window_start(end: pd.Timestamp) -> pd.Timestamp:
    """Return the first instant of the 36 months that end with `end`."""
    return end - pd.DateOffset(months=MONTHS)


def recent(notable: pd.DataFrame, end: pd.Timestamp) -> pd.DataFrame:
    """Return the rows published in the 36 months to `end`."""
    return notable[(notable["date"] > window_start(end)) & (notable["date"] <= end)]


def shares(notable: pd.DataFrame) -> pd.DataFrame:
    """Return one row per model and economy with its share, 1 / number of economies named.

    Parameters
    ----------
    notable
        The ``notable`` table; ``economies`` holds codes joined by semicolons.

    Returns
    -------
    pandas.DataFrame
        The table's columns with ``economy`` and ``share``.
    """
    named = notable[stated(notable["economies"])]
    split = [str(codes).split(";") for codes in named["economies"]]
    rows = named.assign(
        economy=pd.Series(split, index=named.index), share=[1.0 / len(codes) for codes in split]
    ).explode("economy")
    return rows.reset_index(drop=True)


def counts(notable: pd.DataFrame) -> pd.DataFrame:
    """Count models by economy.

    Returns
    -------
    pandas.DataFrame
        Index economy; ``value`` adds the shares, ``high`` counts every co-author in full, and
        ``low = value^2 / high`` lies as far below on the log scale.
    """
    by = shares(notable).groupby("economy")["share"].agg(["sum", "count"])
    high = by["count"].astype(float)
    return pd.DataFrame({"value": by["sum"], "low": by["sum"] ** 2 / high, "high": high})


def largest_compute(notable: pd.DataFrame) -> pd.DataFrame:
    """Return the row of each economy's largest training computation and log10 of its share of the world's.

    Returns
    -------
    pandas.DataFrame
        One row per economy with a known computation; ``value`` = log10(own / world) <= 0.
    """
    known = shares(notable[notable["compute_flop"] > 0.0])
    by = ["compute_flop", "date", "model"]
    ranked = known.sort_values(by, ascending=[False, True, True], kind="stable")
    top = ranked.drop_duplicates("economy").reset_index(drop=True)
    if top.empty:
        return top.assign(value=[])
    return top.assign(value=np.log10(top["compute_flop"] / top["compute_flop"].max()))


def window_end(notable: pd.DataFrame, state: date) -> pd.Timestamp:
    """Return the earlier of the state date and the newest model: later months are unobserved, not empty."""
    newest: pd.Timestamp = notable["date"].max()
    return min(pd.Timestamp(state), newest)


def rows(facts: Facts) -> Iterator[Placed]:
    """Yield notable models of 36 months and the largest training computation among them."""
    table = facts.table("notable")
    if table.empty:
        return
    end = window_end(table, facts.date)
    published = recent(table, end)
    dates = {"date": day(end), "published": day(table["published"].max())}
    yield from _counted(published, table.iloc[0], facts, dates)
    largest = largest_compute(published)
    for _, record in largest[largest["economy"].isin(list(facts.economies))].iterrows():
        note = f"{record['model']}, {str(record['confidence']).lower()} estimate"
        span = (float(record["value"]), np.nan, np.nan)
        more = {"interval_kind": "", "note": note} | dates
        yield placed("training_compute_ratio_log10", str(record["economy"]), span, record, more)


def _counted(
    published: pd.DataFrame, origin: pd.Series, facts: Facts, dates: dict[str, str]
) -> Iterator[Placed]:
    counted = counts(published)
    for economy in counted.index.intersection(list(facts.economies)):
        value, low, high = (float(counted.loc[economy, c]) for c in ("value", "low", "high"))
        note = f"36 months to {dates['date']}; {high:.0f} with every co-author counted in full"
        more = {"interval_kind": "bounds", "status": "actual", "quality": "measured", "row": 0, "note": note}
        yield placed("notable_models_36m", str(economy), (value, low, high), origin, more | dates)
