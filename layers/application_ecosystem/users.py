"""People who use AI: from a share to a number."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import ArrayLike, NDArray


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


def newest_measure(denominators: pd.DataFrame, measure: str) -> dict[str, float]:
    """Return the newest value of one measure for each economy.

    Parameters
    ----------
    denominators
        The table of that name.
    measure
        Such as ``population``.
    """
    rows = denominators[denominators["measure"] == measure].sort_values(["economy", "date"], kind="stable")
    newest = rows.groupby("economy", sort=True).tail(1)
    return {str(code): float(value) for code, value in zip(newest["economy"], newest["value"], strict=True)}
