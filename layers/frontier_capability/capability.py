"""One capability figure per released model: the published index, or a cross-walk from a panel of tests."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

# Two tests of the Artificial Analysis panel that nearly every configuration took and whose zeros are no
# failed runs. Of six sets tried (of one to seven tests) this one had the smallest leave-one-out error, 2.65.
PANEL: tuple[str, ...] = ("aa_gpqa", "aa_scicode")
SAME_RELEASE_DAYS = 60
FEWEST_COMMON = 12
# Residual of the cross-walk on the 93 releases common to both in July 2026; used where under 12 are common.
RESIDUAL_SD = 2.61
CLIP = 0.01
COLUMNS: tuple[str, ...] = (
    "name", "family", "lab", "economy", "released", "published", "open_weights",
    "capability", "sd", "basis", "source", "file", "row",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Crosswalk:
    """Linear map from the panel index to points of the Epoch Capabilities Index.

    Attributes
    ----------
    intercept, slope
        Of the least-squares line.
    sd
        Residual standard deviation, in points (n - 2 degrees of freedom).
    n
        Releases that both indices cover.
    """

    intercept: float
    slope: float
    sd: float
    n: int

    def predict(self, x: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return intercept + slope x, in points."""
        return self.intercept + self.slope * x


def logit(p: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return log(p / (1 - p)) with p held between 0.01 and 0.99."""
    q = np.clip(p, CLIP, 1.0 - CLIP)
    return np.asarray(np.log(q / (1.0 - q)), dtype=np.float64)


def stated(column: pd.Series) -> pd.Series:
    """Return where a column of texts says something: neither missing nor empty."""
    return column.notna() & column.ne("")


def published_releases(models: pd.DataFrame) -> pd.DataFrame:
    """Return one row per family and release date with its highest published index score.

    The index gives a model one score whatever effort it ran at, so configurations collapse here.

    Parameters
    ----------
    models
        The ``models`` table.

    Returns
    -------
    pandas.DataFrame
        Rows of ``models``, one per (family, released).
    """
    known = models[models["eci"].notna() & stated(models["economy"])]
    best = known.sort_values(["eci", "model"], ascending=[False, True], kind="stable")
    return best.drop_duplicates(["family", "released"]).reset_index(drop=True)


def panel_index(scores: pd.DataFrame) -> pd.DataFrame:
    """Return the mean logit over the panel's tests, x = mean_b logit(score_b), by configuration.

    Parameters
    ----------
    scores
        The ``scores`` table.

    Returns
    -------
    pandas.DataFrame
        The first panel row of each configuration that took all tests, with a column ``x``.
    """
    counts = scores["benchmark"].isin(PANEL) & ~scores["doubtful"].astype(bool) & stated(scores["economy"])
    rows = scores[counts]
    rows = rows.assign(x=logit(rows["score"].to_numpy(dtype=np.float64)))
    by_model = rows.groupby("model")["x"].agg(["mean", "count"])
    complete = by_model.loc[by_model["count"] == len(PANEL), "mean"].rename("x")
    first = rows.drop_duplicates("model").drop(columns="x")
    return first.join(complete, on="model", how="inner").reset_index(drop=True)


def common(published: pd.DataFrame, panel: pd.DataFrame) -> pd.DataFrame:
    """Pair releases with configurations of the same family dated at most 60 days apart.

    Returns
    -------
    pandas.DataFrame
        Columns ``family``, ``released`` (of the index), ``eci``, ``model`` (of the panel) and ``x``.
    """
    left = published[["family", "released", "eci"]]
    right = panel[["family", "model", "x", "released"]].rename(columns={"released": "tested"})
    pairs = left.merge(right, on="family")
    apart = (pairs["released"] - pairs["tested"]).abs()
    return pairs[apart <= pd.Timedelta(days=SAME_RELEASE_DAYS)].drop(columns="tested").reset_index(drop=True)


def crosswalk(pairs: pd.DataFrame) -> Crosswalk | None:
    """Fit eci = a + b x by least squares on the best configuration of each release.

    Parameters
    ----------
    pairs
        What `common` returns.

    Returns
    -------
    Crosswalk or None
        None with fewer than 12 common releases.
    """
    best = pairs.sort_values("x").drop_duplicates(["family", "released"], keep="last")
    if len(best) < FEWEST_COMMON:
        return None
    x = best["x"].to_numpy(dtype=np.float64)
    y = best["eci"].to_numpy(dtype=np.float64)
    slope, intercept = np.polyfit(x, y, 1)
    residual = y - intercept - slope * x
    sd = float(np.sqrt(residual @ residual / (len(x) - 2)))
    return Crosswalk(float(intercept), float(slope), sd, len(x))


def _frame(rows: pd.DataFrame, capability: ArrayLike, sd: float, basis: str) -> pd.DataFrame:
    filled = rows.assign(capability=np.asarray(capability, dtype=np.float64), sd=sd, basis=basis)
    return filled.reindex(columns=list(COLUMNS))


def releases(models: pd.DataFrame, scores: pd.DataFrame) -> pd.DataFrame:
    """Return one capability per released model, with its standard deviation and where it comes from.

    A release the index covers keeps its published score, with sd = s / sqrt(2): the two disagree by s, shared
    equally between them. A release only the panel covers is predicted from it, with sd = s. A prediction is a
    conditional mean, so taking the best of many predictions does not reward their noise.

    Parameters
    ----------
    models, scores
        The record tables.

    Returns
    -------
    pandas.DataFrame
        Columns `COLUMNS`; ``basis`` is "published" or "crosswalk"; sorted by release date, then name.
    """
    known = published_releases(models)
    panel = panel_index(scores)
    pairs = common(known, panel)
    line = crosswalk(pairs)
    s = RESIDUAL_SD if line is None else line.sd
    frames = [_frame(known, known["eci"], float(s / np.sqrt(2.0)), "published")]
    if line is not None:
        rest = panel[~panel["model"].isin(pairs["model"])]
        rest = rest.sort_values(["x", "model"], ascending=[False, True], kind="stable")
        rest = rest.drop_duplicates(["family", "released"])
        predicted = line.predict(rest["x"].to_numpy(dtype=np.float64))
        frames.append(_frame(rest.assign(name=rest["model"]), predicted, s, "crosswalk"))
    filled = [frame for frame in frames if len(frame)] or frames[:1]
    both = pd.concat(filled, ignore_index=True)
    return both.sort_values(["released", "name"], kind="stable").reset_index(drop=True)
