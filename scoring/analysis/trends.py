"""Change over time of panel results."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import pandas as pd

Floats = NDArray[np.float64]


class Slope(NamedTuple):
    """Least-squares slope per unit of time with its 90 % interval, and the number of points."""

    slope: float
    low: float
    high: float
    n: int


def cagr(y: Floats, t: Floats) -> float:
    """Compound growth per unit of time between the first and the last known value.

    Notes
    -----
    ``(y_last / y_first)^(1 / (t_last - t_first)) - 1``, and 0 where the two are the same. NaN for a single
    value or where the ratio is not positive.
    """
    seen = np.isfinite(y)
    y, t = y[seen], t[seen]
    if len(y) >= 2 and y[0] == y[-1]:
        return 0.0
    if len(y) < 2 or y[0] == 0 or y[-1] / y[0] <= 0:
        return math.nan
    return float((y[-1] / y[0]) ** (1 / (t[-1] - t[0])) - 1)


def slope(y: Floats, t: Floats) -> Slope:
    """Linear trend; below three values the interval is unbounded."""
    seen = np.isfinite(y)
    y, t, n = y[seen], t[seen], int(seen.sum())
    if n < 2:
        return Slope(math.nan, math.nan, math.nan, n)
    dt = t - t.mean()
    b = float((dt * y).sum() / (dt**2).sum())
    if n == 2:
        return Slope(b, -math.inf, math.inf, n)
    from scipy.special import stdtrit

    left = y - y.mean() - b * dt
    error = math.sqrt(float((left**2).sum()) / (n - 2) / float((dt**2).sum()))
    half = float(stdtrit(n - 2, 0.95)) * error
    return Slope(b, b - half, b + half, n)


def trends(panel: pd.DataFrame, unit: str, time: str, node: str) -> pd.DataFrame:
    """Trend of one node for every unit of a panel.

    Parameters
    ----------
    panel : DataFrame
        Long form with a column of units, one of times, and scores.
    unit, time, node : str
        Names of the columns.

    Returns
    -------
    DataFrame
        By unit: `first`, `last` (scores), `change`, `cagr`, and the linear `slope` with `low` and `high`.
    """
    import pandas as pd

    rows = {}
    for code, own in panel.sort_values(time, kind="stable").groupby(unit):
        y, t = own[node].to_numpy(np.float64), own[time].to_numpy(np.float64)
        known = y[np.isfinite(y)]
        fit = slope(y, t)
        first, last = (known[0], known[-1]) if len(known) else (math.nan, math.nan)
        rows[code] = (first, last, last - first, cagr(y, t), fit.slope, fit.low, fit.high)
    names = ["first", "last", "change", "cagr", "slope", "low", "high"]
    return pd.DataFrame.from_dict(rows, orient="index", columns=names).rename_axis(unit)
