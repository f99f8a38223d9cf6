"""Correlations between indicators, and with the nodes above them, with p-values and intervals."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

Floats = NDArray[np.float64]
Kind = Literal["pearson", "spearman"]

Z90 = 1.6448536269514722


def correlation(x: Floats, y: Floats, kind: Kind = "pearson") -> tuple[float, int]:
    """Correlation over the units where both are known, and their number.

    Parameters
    ----------
    x, y : (n,) arrays
        NaN where missing.
    kind : {"pearson", "spearman"}
        Spearman is Pearson on mid-ranks of the shared units.

    Returns
    -------
    tuple of float and int
        NaN below three shared units or where one side is constant.
    """
    both = np.isfinite(x) & np.isfinite(y)
    x, y, n = x[both], y[both], int(both.sum())
    if n < 3:
        return math.nan, n
    if kind == "spearman":
        from scipy.stats import rankdata

        x, y = rankdata(x), rankdata(y)
    dx, dy = x - x.mean(), y - y.mean()
    scale = math.sqrt(float((dx**2).sum()) * float((dy**2).sum()))
    return (float((dx * dy).sum()) / scale if scale > 0 else math.nan), n


def p_value(r: float, n: int) -> float:
    """Two-sided p-value of no correlation: t = r sqrt((n - 2) / (1 - r^2)) with n - 2 degrees of freedom."""
    if not math.isfinite(r) or n < 3:
        return math.nan
    if abs(r) >= 1:
        return 0.0
    from scipy.special import stdtr

    return float(2 * stdtr(n - 2, -abs(r) * math.sqrt((n - 2) / (1 - r * r))))


def interval(r: float, n: int) -> tuple[float, float]:
    """90 % interval by Fisher's transform, tanh(atanh(r) +- 1.645 / sqrt(n - 3)); -1 to 1 below four."""
    if not math.isfinite(r):
        return math.nan, math.nan
    if n < 4:
        return -1.0, 1.0
    middle, half = math.atanh(max(min(r, 1 - 1e-15), -1 + 1e-15)), Z90 / math.sqrt(n - 3)
    return math.tanh(middle - half), math.tanh(middle + half)


def pairs(first: pd.DataFrame, second: pd.DataFrame, kind: Kind = "pearson") -> pd.DataFrame:
    """Correlate every column of one table with every column of another, in long form.

    Returns
    -------
    DataFrame
        Columns `first`, `second`, `r`, `low`, `high` (90 %), `p`, `n`; itself with itself is left out.
    """
    import pandas as pd

    rows = []
    for a in first.columns:
        for b in second.columns:
            if a == b:
                continue
            r, n = correlation(first[a].to_numpy(np.float64), second[b].to_numpy(np.float64), kind)
            low, high = interval(r, n)
            rows.append((a, b, r, low, high, p_value(r, n), n))
    return pd.DataFrame(rows, columns=["first", "second", "r", "low", "high", "p", "n"])


def matrix(values: pd.DataFrame, kind: Kind = "pearson") -> pd.DataFrame:
    """Correlation matrix over pairwise complete units; 1 on the diagonal."""
    import pandas as pd

    names, x = list(values.columns), values.to_numpy(np.float64)
    found = np.eye(len(names))
    for i in range(len(names)):
        for j in range(i):
            found[i, j] = found[j, i] = correlation(x[:, i], x[:, j], kind)[0]
    return pd.DataFrame(found, index=names, columns=names)


def with_parents(
    scores: pd.DataFrame, parents: Mapping[str, str], kind: Kind = "pearson", *, family: bool = False
) -> pd.DataFrame:
    """Correlate each node with its parent, or with all its ancestors.

    Parameters
    ----------
    scores : DataFrame
        Units x nodes: indicators and aggregates.
    parents : mapping of str to str
        Parent of each node; the top has none.
    kind : {"pearson", "spearman"}
        Which correlation.
    family : bool
        All ancestors, not the parent alone.

    Returns
    -------
    DataFrame
        As `pairs`, with the node first and the ancestor second.
    """
    import pandas as pd

    found = [
        pairs(scores[[node]], scores[[over]], kind)
        for node in parents
        for over in ancestors(node, parents)[: None if family else 1]
    ]
    return pd.concat(found, ignore_index=True) if found else pairs(scores[[]], scores[[]], kind)


def ancestors(node: str, parents: Mapping[str, str]) -> tuple[str, ...]:
    """Nodes above a node, nearest first."""
    found: list[str] = []
    while node in parents:
        node = parents[node]
        found.append(node)
    return tuple(found)
