"""Breadth: the economy's best score over the world's best, averaged over the three tests of a domain."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from layers.frontier_capability.frontier import around
from layers.frontier_capability.output import stated
from layers.layer import ROWS

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
    from numpy.typing import ArrayLike

Floats = NDArray[np.float64]

DOMAINS: dict[str, tuple[str, ...]] = {
    "domain_ratio_reasoning": ("aa_hle", "aa_gpqa", "aa_critpt"),
    "domain_ratio_agents_code": ("aa_terminalbenchHard", "aa_tau2", "aa_scicode"),
    "domain_ratio_context_vision": ("aa_lcr", "aa_ifbench", "aa_mmmuPro"),
}
FEWEST_TESTED = 10
SEED = 20260706


class Ratio(NamedTuple):
    """Mean ratio over the tests of a domain, its 5 and 95 % points, tests without a score, and draws."""

    value: float
    low: float
    high: float
    without: tuple[str, ...]
    drawn: Floats


def tested(scores: pd.DataFrame, tests: Sequence[str]) -> pd.DataFrame:
    """Return the rows of the given tests that count: economy known, not a doubtful zero."""
    keep = (
        scores["benchmark"].isin(list(tests)) & stated(scores["economy"]) & ~scores["doubtful"].astype(bool)
    )
    return scores[keep]


def live_tests(rows: pd.DataFrame, tests: Sequence[str]) -> list[str]:
    """Return the tests that at least ten configurations took and one passed in part, in the order given."""
    by_test = rows.groupby("benchmark")["score"].agg(["max", "count"])
    live = by_test.index[(by_test["count"] >= FEWEST_TESTED) & (by_test["max"] > 0.0)]
    return [test for test in tests if test in live]


def best_scores(rows: pd.DataFrame, tests: Sequence[str]) -> pd.DataFrame:
    """Return the best score by economy (index) and test (columns), NaN where there is none."""
    best = rows.pivot_table(index="economy", columns="benchmark", values="score", aggfunc="max")
    return best.reindex(columns=list(tests))


def ratio(own: ArrayLike, world: ArrayLike) -> float:
    """Return the mean of own_b / world_b over tests; a test the economy has no score on counts 0.

    Parameters
    ----------
    own
        Best score of the economy by test, NaN where none, shape (b,).
    world
        Best score of the world by test, above 0, shape (b,).
    """
    shares = np.asarray(own, dtype=np.float64) / np.asarray(world, dtype=np.float64)
    return float(np.nan_to_num(shares, nan=0.0).mean())


def drawn_shares(
    rows: pd.DataFrame, economies: Sequence[str], seed: Sequence[int], count: int = ROWS
) -> Floats:
    """Draw every score of one test with its binomial error; return own best / world best of each draw.

    sd = sqrt(p (1 - p) / trials).

    Returns
    -------
    numpy.ndarray
        Shape (economies, count); 0 for an economy without a score.
    """
    p = rows["score"].to_numpy(dtype=np.float64)
    sd = np.sqrt(p * (1.0 - p) / rows["trials"].to_numpy(dtype=np.float64))
    noise = np.random.default_rng(list(seed)).standard_normal((count, p.size))
    scores = np.clip(p + sd * noise, 0.0, 1.0)
    world = scores.max(axis=1)
    shares = np.zeros((len(economies), count))
    for place, economy in enumerate(economies):
        own = scores[:, (rows["economy"] == economy).to_numpy()].max(axis=1, initial=0.0)
        np.divide(own, world, out=shares[place], where=world > 0.0)
    return shares


def resampled(shares: Floats, seed: int = SEED) -> Floats:
    """Return the mean share of each draw over tests drawn with replacement: three tests stand for a domain.

    Parameters
    ----------
    shares
        Shape (draws, b).
    """
    count, tests = shares.shape
    picks = np.random.default_rng([seed, tests]).integers(0, tests, size=(count, tests))
    return np.asarray(np.take_along_axis(shares, picks, axis=1).mean(axis=1), dtype=np.float64)


def placed(own: Floats, world: Floats, shares: Floats, tests: Sequence[str]) -> Ratio:
    """Place one economy in one domain.

    The value counts a test without a score as 0: no tested model of the economy does it. The upper end leaves
    such tests out. The spread of the draws about their median is laid around the value.

    Parameters
    ----------
    own, world
        Best scores by test, shape (b,).
    shares
        Drawn shares, shape (draws, b).
    tests
        Names, for those without a score.
    """
    value, without = ratio(own, world), np.isnan(own)
    drawn = around(value, resampled(shares), 0.0, 1.0)
    low, high = (float(point) for point in np.quantile(drawn, [0.05, 0.95]))
    if without.any():
        high = max(high, ratio(own[~without], world[~without]))
    lacking = tuple(t for t, none in zip(tests, without, strict=True) if none)
    return Ratio(value, min(low, value), max(high, value), lacking, drawn)


def domain_ratios(scores: pd.DataFrame, economies: Sequence[str], tests: Sequence[str]) -> dict[str, Ratio]:
    """Place every economy that took at least one of the tests.

    Parameters
    ----------
    scores
        The ``scores`` table.
    economies
        ISO3 codes.
    tests
        Benchmarks of the domain.

    Returns
    -------
    dict
        Economy to its `Ratio`, in the order given; empty while fewer than ten configurations took any test.
    """
    rows = tested(scores, tests)
    live = live_tests(rows, tests)
    best = best_scores(rows, live)
    present = [e for e in economies if e in best.index and bool(best.loc[e].notna().any())] if live else []
    if not present:
        return {}
    by_test = [drawn_shares(rows[rows["benchmark"] == t], present, [SEED, i]) for i, t in enumerate(live)]
    shares = np.stack(by_test, axis=-1)
    world = best.max().to_numpy(dtype=np.float64)
    own = best.loc[present].to_numpy(dtype=np.float64)
    return {e: placed(own[i], world, shares[i], live) for i, e in enumerate(present)}
