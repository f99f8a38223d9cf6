"""Ratings by human preference, read from the newest Arena list; no other capability figure uses them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from layers.frontier_capability import frontier
from layers.frontier_capability.placed import Placed, day, placed
from layers.layer import ROWS

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd
    from numpy.typing import ArrayLike, NDArray

    from indicators.facts import Facts

CODE = "arena_gap_points"
# For lists without counts: about the fewest votes among the twenty best of October 2026 (4,356).
ASSUMED_VOTES = 4000.0
ELO_PER_LOGIT = 400.0 / np.log(10.0)
SEED = 20261005


def rating_sd(votes: ArrayLike) -> NDArray[np.float64]:
    """Return the standard deviation of a rating from its votes: 2 (400 / ln 10) / sqrt(votes).

    A vote between equals carries p (1 - p) = 1/4 units of information on the logit: var = 4 / votes logit^2.
    """
    counted = np.asarray(votes, dtype=np.float64)
    counted = np.where(np.isfinite(counted) & (counted > 0.0), counted, ASSUMED_VOTES)
    return np.asarray(2.0 * ELO_PER_LOGIT / np.sqrt(counted), dtype=np.float64)


def newest_list(arena: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of the latest list; lists differ in scale and are never mixed."""
    newest: pd.DataFrame = arena[arena["date"] == arena["date"].max()]
    return newest.reset_index(drop=True)


def rows(facts: Facts) -> Iterator[Placed]:
    """Yield the gap of each economy on the newest list."""
    table = facts.table("arena")
    if table.empty:
        return
    listed = newest_list(table)
    rating = listed["rating"].to_numpy(dtype=np.float64)
    sd = rating_sd(listed["votes"].to_numpy(dtype=np.float64, na_value=np.nan))
    drawn = rating + sd * np.random.default_rng(SEED).standard_normal((ROWS, rating.size))
    top = listed.iloc[int(np.argmax(rating))]
    for economy in facts.economies:
        member = (listed["economy"] == economy).to_numpy(dtype=bool)
        if not member.any():
            continue
        own = listed.iloc[int(np.argmax(np.where(member, rating, -np.inf)))]
        value = float(frontier.gap(rating, member))
        around = frontier.around(value, frontier.gap(drawn, member), highest=0.0)
        span = (value, float(np.quantile(around, 0.05)), float(np.quantile(around, 0.95)))
        more = {"quality": "measured", "status": "actual", "note": f"{named(own)} against {named(top)}"}
        more |= {"date": day(own["date"]), "published": day(own["published"])}
        yield placed(CODE, economy, span, own, more, around)


def named(record: pd.Series) -> str:
    """Return the words for one entry: model, rating, date of the list."""
    return f"{record['model']} (rating {record['rating']:.1f}, {day(record['date'])})"
