"""What weights come to: effective weights, importance beside them, and what makes up for what."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from scoring.analysis.correlations import correlation, interval

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

Floats = NDArray[np.float64]


def effective_weights(weights: Mapping[str, float], parents: Mapping[str, str]) -> dict[str, float]:
    """Share of the top that each node carries.

    Parameters
    ----------
    weights : mapping of str to float
        Weight of each node among its siblings, in any unit.
    parents : mapping of str to str
        Parent of each node; the top has none.

    Returns
    -------
    dict of str to float
        Product of the shares on the way up; 1 for the top. The nodes below any one node sum to it.
    """
    totals: dict[str, float] = {}
    for node, over in parents.items():
        totals[over] = totals.get(over, 0.0) + weights[node]

    def share(node: str) -> float:
        if node not in parents:
            return 1.0
        over = parents[node]
        return share(over) * weights[node] / totals[over]

    return {node: share(node) for node in {**dict.fromkeys(parents), **dict.fromkeys(parents.values())}}


def importance(scores: pd.DataFrame, total: pd.Series, weights: Mapping[str, float]) -> pd.DataFrame:
    """Compare what an indicator is meant to count with how closely the total follows it.

    Parameters
    ----------
    scores : DataFrame
        Units x indicators.
    total : Series
        The aggregate.
    weights : mapping of str to float
        Effective weights.

    Returns
    -------
    DataFrame
        `weight`; `r` with its 90 % interval `low` and `high`; `importance`, the squared correlation (the
        first-order index of a linear total: Paruolo, Saisana and Saltelli 2013) as a share of their sum; and
        `ratio`, importance over weight.
    """
    import pandas as pd

    y = total.to_numpy(np.float64)
    rows = {}
    for name in scores.columns:
        r, n = correlation(scores[name].to_numpy(np.float64), y)
        rows[name] = (weights[name], r, *interval(r, n), r * r, n)
    found = pd.DataFrame.from_dict(
        rows, orient="index", columns=["weight", "r", "low", "high", "importance", "n"]
    )
    found["importance"] /= found["importance"].sum()
    found["ratio"] = found["importance"] / found["weight"].where(found["weight"] > 0)
    return found


def compensability(
    scores: Mapping[str, float], weights: Mapping[str, float], power: float, clip: float = 0.0
) -> pd.DataFrame:
    """Points of one component that make up for one lost point of another, near where a unit stands.

    Parameters
    ----------
    scores, weights : mapping of str to float
        Components of one node for one unit.
    power : float
        Exponent of the mean: 1 arithmetic, 0 geometric, -1 harmonic.
    clip : float
        Lowest score in the mean; at or below it nothing is lost, so nothing makes up.

    Returns
    -------
    DataFrame
        Row: lost component; column: component that makes up. ``w_i x_i^(p-1) / (w_j x_j^(p-1))``.
    """
    import pandas as pd

    names = list(scores)
    x = np.array([max(scores[name], clip) for name in names], dtype=np.float64)
    felt = np.array([scores[name] > clip or clip == 0 for name in names])
    with np.errstate(divide="ignore"):
        slope = np.array([weights[name] for name in names]) * x ** (power - 1)
    with np.errstate(divide="ignore", invalid="ignore"):
        rate = np.where(felt, slope, 0.0)[:, None] / slope[None, :]
    return pd.DataFrame(rate, index=names, columns=names)
