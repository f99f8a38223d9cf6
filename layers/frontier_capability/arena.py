"""Ratings by human preference, read from the newest Arena list; no other capability figure uses them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import ArrayLike, NDArray

# For lists without counts: about the fewest votes among the twenty best of October 2026 (4,356).
ASSUMED_VOTES = 4000.0
ELO_PER_LOGIT = 400.0 / np.log(10.0)


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
