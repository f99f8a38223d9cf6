"""Statistics of each indicator over its units, with the flags that an index builder looks for."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import pandas as pd

Floats = NDArray[np.float64]

FLAGS = ("low availability", "many zeros", "many ties", "outliers")


@dataclass(frozen=True)
class Limits:
    """Where a statistic is flagged.

    Attributes
    ----------
    skew, kurtosis : float
        Both must be passed (skewness in absolute value) for `outliers`; the rule of the OECD/JRC handbook.
    availability, nonzero, unique : float
        Shares below which an indicator is flagged.
    """

    skew: float = 2.0
    kurtosis: float = 3.5
    availability: float = 0.65
    nonzero: float = 0.5
    unique: float = 0.5


def skewness(x: Floats) -> float:
    """Sample skewness of the finite values, type 2 (as spreadsheets print it).

    Notes
    -----
    ``sqrt(n (n - 1)) / (n - 2) * m3 / m2^1.5`` with central moments over n (Joanes and Gill 1998, G1). NaN
    below three values or where all are equal.
    """
    x = x[np.isfinite(x)]
    n, d = len(x), x - x.mean() if len(x) else x
    m2 = float((d**2).mean()) if n else 0.0
    if n < 3 or m2 == 0:
        return math.nan
    return math.sqrt(n * (n - 1)) / (n - 2) * float((d**3).mean()) / math.pow(m2, 1.5)


def kurtosis(x: Floats) -> float:
    """Sample excess kurtosis of the finite values, type 2.

    Notes
    -----
    ``(n - 1) / ((n - 2)(n - 3)) * ((n + 1) g2 + 6)`` with ``g2 = m4 / m2^2 - 3`` (Joanes and Gill 1998, G2).
    NaN below four values or where all are equal.
    """
    x = x[np.isfinite(x)]
    n, d = len(x), x - x.mean() if len(x) else x
    m2 = float((d**2).mean()) if n else 0.0
    if n < 4 or m2 == 0:
        return math.nan
    excess = float((d**4).mean()) / m2**2 - 3.0
    return (n - 1) / ((n - 2) * (n - 3)) * ((n + 1) * excess + 6.0)


def statistics(values: pd.DataFrame, limits: Limits = Limits()) -> pd.DataFrame:
    """Describe every column.

    Parameters
    ----------
    values : DataFrame
        Units x indicators.
    limits : Limits
        Where to flag.

    Returns
    -------
    DataFrame
        One row per indicator: min, max, mean, median, sd (over n - 1), skewness, kurtosis; counts of what is
        available, not zero, unique and most often repeated, each also as a share of the units (`available`)
        or of what is available; and `flagged`, a tuple out of `FLAGS`.
    """
    import pandas as pd

    rows = {str(name): _described(values[name].to_numpy(np.float64), limits) for name in values.columns}
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("indicator")


def _described(column: Floats, limits: Limits) -> dict[str, object]:
    x = column[np.isfinite(column)]
    n, units = len(x), len(column)
    distinct, counts = np.unique(x, return_counts=True)
    share = {
        "available": n / units if units else math.nan,
        "nonzero": np.count_nonzero(x) / n if n else math.nan,
        "unique": len(distinct) / n if n else math.nan,
        "same": counts.max() / n if n else math.nan,
    }
    skew, kurt = skewness(x), kurtosis(x)
    found = (
        share["available"] < limits.availability,
        share["nonzero"] < limits.nonzero,
        share["unique"] < limits.unique,
        abs(skew) > limits.skew and kurt > limits.kurtosis,
    )
    return {
        "min": x.min() if n else math.nan,
        "max": x.max() if n else math.nan,
        "mean": x.mean() if n else math.nan,
        "median": np.median(x) if n else math.nan,
        "sd": x.std(ddof=1) if n > 1 else math.nan,
        "skewness": skew,
        "kurtosis": kurt,
        "n_available": n,
        "n_nonzero": int(np.count_nonzero(x)),
        "n_unique": len(distinct),
        "n_same": int(counts.max()) if n else 0,
        **share,
        "flagged": tuple(name for name, is_so in zip(FLAGS, found, strict=True) if is_so),
    }


def availability(values: pd.DataFrame) -> pd.DataFrame:
    """Count what each unit lacks.

    Returns
    -------
    DataFrame
        One row per unit: `missing`, `zero`, `missing_or_zero` counts, and the shares `available` and
        `nonzero` (of what is available).
    """
    import pandas as pd

    x = values.to_numpy(np.float64)
    seen = np.isfinite(x)
    missing, zero, count = (~seen).sum(axis=1), (x == 0).sum(axis=1), seen.sum(axis=1)
    return pd.DataFrame(
        {
            "missing": missing,
            "zero": zero,
            "missing_or_zero": missing + zero,
            "available": count / x.shape[1],
            "nonzero": 1 - zero / np.maximum(count, 1),
        },
        index=values.index,
    )
