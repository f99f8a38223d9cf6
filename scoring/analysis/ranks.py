"""Ranks: competition ranks, within groups, their shifts between two results, strengths and weaknesses."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import pandas as pd


def ranks(scores: pd.DataFrame, groups: pd.Series | None = None) -> pd.DataFrame:
    """Competition ranks of every column, 1 for the highest; units that tie share the better rank.

    Parameters
    ----------
    scores : DataFrame
        Units x nodes; NaN has no rank.
    groups : Series, optional
        Group of each unit: ranks are then within the group.
    """
    by = scores if groups is None else scores.groupby(groups.reindex(scores.index))
    return by.rank(method="min", ascending=False).astype("Int64")


def rank_shifts(first: pd.Series, second: pd.Series) -> pd.DataFrame:
    """Compare the ranks of two results.

    Parameters
    ----------
    first, second : Series
        Scores by unit; only units scored in both are compared, each ranked among all of its own result.

    Returns
    -------
    DataFrame
        Ranks `first` and `second`, `shift` = first less second (positive: the unit rises) and its `size`,
        largest first.
    """
    import pandas as pd

    both = pd.DataFrame(
        {"first": ranks(first.to_frame()).iloc[:, 0], "second": ranks(second.to_frame()).iloc[:, 0]}
    )
    both = both.dropna()
    both["shift"] = both["first"] - both["second"]
    both["size"] = both["shift"].abs()
    return both.sort_values("size", ascending=False, kind="stable")


def extremes(oriented: pd.DataFrame, unit: str, count: int = 5) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Find the indicators on which a unit stands best and worst.

    Parameters
    ----------
    oriented : DataFrame
        Units x indicators, already turned so that more is better.
    unit : str
        Row of the table.
    count : int
        How many on each side.

    Returns
    -------
    tuple of DataFrame
        Strengths, best rank first, and weaknesses, worst rank last, with the columns `rank`, `of` (units that
        have a value) and `share` (of them that stand lower); ties keep the order of the columns.
    """
    import pandas as pd

    standing = pd.DataFrame(
        {
            "rank": ranks(oriented).loc[unit].astype("Float64"),
            "of": oriented.notna().sum(),
            "share": (oriented < oriented.loc[unit]).sum() / np.maximum(oriented.notna().sum() - 1, 1),
        }
    ).dropna()
    ordered = standing.sort_values("rank", kind="stable")
    ordered = ordered.astype({"rank": int})
    return ordered.head(count), ordered.tail(count)
