"""People who use AI: from a share to a number, and from two waves of one instrument to a yearly rise."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import ArrayLike, NDArray

import numpy as np

DAYS_PER_YEAR = 365.25
# A rise is read over a year at most; ten days' grace, so that waves a calendar year apart still count as one.
LONGEST_SPAN_DAYS = 375
# Two waves closer than a quarter differ by less than the noise of either.
SHORTEST_SPAN_DAYS = 80


def users_million(
    share_pct: ArrayLike, population: ArrayLike, working_age_pct: ArrayLike
) -> NDArray[np.float64]:
    """Return users in millions: share / 100 x population x working-age share / 100 / 1,000,000.

    Parameters
    ----------
    share_pct
        Share of people aged 15 to 64 who use AI, per cent.
    population
        People of all ages.
    working_age_pct
        Share of the population aged 15 to 64, per cent.
    """
    share = np.asarray(share_pct, dtype=np.float64) / 100.0
    adults = np.asarray(population, dtype=np.float64) * np.asarray(working_age_pct, dtype=np.float64) / 100.0
    return np.asarray(share * adults / 1e6, dtype=np.float64)


def yearly_rise(old: float, new: float, days: float) -> float:
    """Return (new - old) / (days / 365.25), in percentage points a year."""
    return (new - old) / (days / DAYS_PER_YEAR)


def newest(waves: pd.DataFrame) -> pd.DataFrame:
    """Return the latest wave of each economy, indexed by economy.

    Parameters
    ----------
    waves
        Observations of one indicator with ``economy`` and ``period_end``.
    """
    ordered = waves.sort_values(["economy", "period_end"], kind="stable")
    return ordered.groupby("economy", sort=True).tail(1).set_index("economy")


def earlier(waves: pd.DataFrame, latest: pd.DataFrame) -> pd.DataFrame:
    """Return, for each economy, the oldest wave that lies 80 to 375 days before its latest one.

    Parameters
    ----------
    waves
        As in `newest`.
    latest
        What `newest` returned.

    Returns
    -------
    pandas.DataFrame
        Indexed by economy, with ``days`` to the latest wave; economies with one wave only are left out.
    """
    dated = waves.join(latest["period_end"].rename("last"), on="economy")
    dated = dated.assign(days=(dated["last"] - dated["period_end"]).dt.days)
    inside = dated[dated["days"].between(SHORTEST_SPAN_DAYS, LONGEST_SPAN_DAYS)]
    ordered = inside.sort_values(["economy", "period_end"], kind="stable")
    return ordered.groupby("economy", sort=True).head(1).set_index("economy")
