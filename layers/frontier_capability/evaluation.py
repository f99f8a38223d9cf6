"""How well the two models do: hidden scores, agreement with other rankings, what the lag rests on."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from layers.frontier_capability import history, irt, naming, prediction, response
from layers.frontier_capability.covariates import covariates

if TYPE_CHECKING:
    from collections.abc import Iterator

    from indicators.facts import Facts
    from layers.frontier_capability.covariates import Covariates
    from layers.frontier_capability.history import History
    from layers.frontier_capability.irt import Index

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Kind = Literal["cells", "blocks", "late half", "late"]

KINDS: tuple[Kind, ...] = ("cells", "blocks", "late half", "late")
MODEL_SCORES, BENCHMARK_SCORES = 5, 25
"""Scores that a model and a benchmark need for their cells to be hidden."""
SHARE = 0.05
LATE = pd.Timestamp("2026-03-01")
RECENT = pd.DateOffset(months=12)
PLAIN_SD = (0.01, 1.5)
"""Of families and of configurations in the two-parameter model by configuration: families hardly count."""
MODES = (
    r"(?:none|minimal|low|medium|high|xhigh|max|thinking|reasoning|preview|chat|instruct|exp|"
    r"\d+k|\d{8}|\d{4})"
)
"""What may follow a family in the name of an entry of the Arena list without making it another model."""


@dataclass(frozen=True)
class Board:
    """Scores to hide and predict, with what is known of the models."""

    scores: pd.DataFrame
    cells: response.Cells
    known: Covariates

    @property
    def eligible(self) -> Ints:
        """Places of the scores that may be hidden."""
        c = self.cells
        enough = np.bincount(c.model)[c.model] >= MODEL_SCORES
        return np.flatnonzero(enough & (np.bincount(c.benchmark)[c.benchmark] >= BENCHMARK_SCORES))


@dataclass(frozen=True)
class Trial:
    """Errors on hidden scores.

    Attributes
    ----------
    plain, index, model : (n,) arrays of float64
        Errors of the two-parameter model by configuration, of that of the index, and of the prediction model.
    covered : (n,) array of bool
        Whether the 90 % interval holds the score.
    """

    plain: Floats
    index: Floats
    model: Floats
    covered: NDArray[np.bool_]


def rmse(error: Floats) -> float:
    """Return the root mean square."""
    return float(np.sqrt(np.mean(error**2)))


def board(facts: Facts) -> Board:
    """Lay out the pooled scores of the facts."""
    scores = prediction.pooled(facts.table("scores"))
    return Board(scores, prediction.cells_of(scores), covariates(facts, scores))


def hidden(held: Board, kind: Kind, seed: int) -> Ints:
    """Choose the scores to hide.

    cells: 5 % at random; blocks: all scores of a family on a benchmark, 5 % of such blocks; late half: half
    of the scores of models released from March 2026; late: all of them.
    """
    rng = np.random.default_rng([seed, KINDS.index(kind)])
    eligible = held.eligible
    if kind == "cells":
        return np.sort(rng.choice(eligible, round(SHARE * eligible.size), replace=False))
    if kind == "blocks":
        block = held.cells.block[eligible]
        names = np.unique(block)
        return eligible[np.isin(block, rng.choice(names, round(SHARE * names.size), replace=False))]
    first = held.scores.drop_duplicates("model").set_index("model")["released"]
    late = (first.loc[list(held.cells.models)] >= LATE).to_numpy(dtype=bool)
    chosen = eligible[late[held.cells.model[eligible]]]
    return chosen if kind == "late" else np.sort(rng.choice(chosen, chosen.size // 2, replace=False))


def trial(held: Board, out: Ints) -> Trial:
    """Hide some scores, fit three models to the rest and compare what they say of the hidden ones."""
    cells = held.cells
    weight = np.ones(cells.score.size)
    weight[out] = 0.0
    alone = response.Prior(np.zeros(len(cells.models)), *PLAIN_SD)
    plain = response.fitted(cells, weight, prior=alone).expected()[out]
    index = response.fitted(cells, weight).expected()[out]
    rich = prediction.Predictor(cells, held.known, weight)
    rows = rich.rows[cells.model[out]].tolist()
    said = rich.predict(rows, cells.benchmark[out].tolist(), np.full(out.size, np.nan))
    score = cells.score[out]
    covered = (score >= said.low) & (score <= said.high)
    return Trial(plain - score, index - score, said.mean - score, covered)


def trials(held: Board, kind: Kind, repeats: int, seed: int = 1) -> Trial:
    """Repeat a trial on new splits and put the errors end to end."""
    found = [trial(held, hidden(held, kind, seed + k)) for k in range(repeats)]
    names = ("plain", "index", "model", "covered")
    return Trial(*(np.concatenate([getattr(each, name) for each in found]) for name in names))


@dataclass(frozen=True)
class Agreement:
    """Rank correlations with another ranking, and how many families or models they are over."""

    index: float
    date: float
    count: int


def _ranked(one: pd.Series, other: pd.Series) -> float:
    return float(np.corrcoef(one.rank(), other.rank())[0, 1])


def with_eci(index: Index, models: pd.DataFrame) -> tuple[Agreement, Agreement]:
    """Compare families with the published index: all of them, and those of the last twelve months of it."""
    listed = models[models["eci"].notna()].groupby("family")
    other = pd.DataFrame({"eci": listed["eci"].max(), "date": listed["released"].min()})
    own = index.frame.assign(own=index.centre).groupby("family")["own"].max()
    both = other.join(own, how="inner")
    recent = both[both["date"] > both["date"].max() - RECENT]
    return _agreement(both, "eci"), _agreement(recent, "eci")


def _agreement(both: pd.DataFrame, other: str) -> Agreement:
    date = both["date"].astype("int64")
    return Agreement(_ranked(both["own"], both[other]), _ranked(date, both[other]), len(both))


def with_arena(index: Index, arena: pd.DataFrame) -> Agreement:
    """Compare families with the newest Arena list, by the best entry of each."""
    newest = arena[arena["date"] == arena["date"].max()]
    frame = index.frame.assign(own=index.centre).groupby("family")
    families = pd.DataFrame({"own": frame["own"].max(), "date": frame["released"].min()})
    spelt = {naming.spelling(name): name for name in families.index}
    family = [_family(naming.spelling(name), spelt) for name in newest["model"]]
    best = newest.assign(family=family)
    rating = best[best["family"] != ""].groupby("family")["rating"].max()
    return _agreement(families.join(rating, how="inner"), "rating")


def _family(name: str, known: dict[str, str]) -> str:
    """Return the family of an entry, empty where what follows its name may make it another model."""
    fits = [each for each in known if re.fullmatch(f"{re.escape(each)}(?:-{MODES})*", name)]
    return known[max(fits, key=len)] if fits else ""


@dataclass(frozen=True)
class Left:
    """Lag and gap of a pair when some scores are left out."""

    what: str
    now: float
    daily: float
    release: float
    gap: float


def left_out(facts: Facts, first: str, second: str) -> Iterator[Left]:
    """Yield lag and gap with all scores, then without each benchmark, source, kind and party's reports."""
    scores, full = irt.released(facts), irt.index(facts)
    if full is None:
        return
    yield from _without(full, scores, scores["score"].isna(), "nothing", (first, second))
    for name in sorted(scores["benchmark"].unique()):
        yield from _without(full, scores, scores["benchmark"] == name, f"benchmark {name}", (first, second))
    for name in sorted(scores["source"].unique()):
        yield from _without(full, scores, scores["source"] == name, f"source {name}", (first, second))
    for name in sorted(scores["score_type"].unique()):
        yield from _without(full, scores, scores["score_type"] == name, f"type {name}", (first, second))
    for economy in (first, second):
        own = (scores["score_type"] == "lab_reported") & (scores["economy"] == economy)
        yield from _without(
            full, scores, own, f"party {economy} (its laboratories' own reports)", (first, second)
        )


def _without(
    full: Index, scores: pd.DataFrame, out: pd.Series, what: str, sides: tuple[str, str]
) -> Iterator[Left]:
    rest = scores[~out].reset_index(drop=True)
    fit = irt.fit_of(rest)
    if fit is None:
        return
    index = irt.assembled(rest, fit, irt.linked(fit, full))
    found = history.pair(index, *([side] for side in sides))
    if found is not None:
        yield Left(what, found.now().value, found.daily().value, found.at_release().value, _gap(found))


def _gap(found: History) -> float:
    return float(np.median(found.gap(np.array([history.ordinal(found.index).max()]))))


def bootstrap(index: Index, repeats: int, seed: int = 1, tolerance: float = 1e-10) -> Floats:
    """Refit with benchmarks drawn with replacement; return capabilities, (repeats, K), on the same scale."""
    cells = index.fit.cells
    size, ability = len(cells.benchmarks), index.fit.parameters.ability
    drawn = []
    for k in range(repeats):
        picks = np.random.default_rng([seed, k]).integers(0, size, size)
        weight = np.bincount(picks, minlength=size)[cells.benchmark].astype(np.float64)
        fit = response.fitted(cells, weight, start=index.fit.x, tolerance=tolerance)
        drawn.append(fit.parameters.ability)
    return index.scale(irt.aligned(np.array(drawn), ability))


def fit_by_benchmark(index: Index, economies: tuple[str, str]) -> pd.DataFrame:
    """Say how each benchmark fits the index.

    Returns
    -------
    pandas.DataFrame
        By benchmark: scores (number), those of either economy, difficulty (points at which half is solved),
        slope (change of the log-odds per ten points), residual (root mean square), lean (mean residual of the
        second economy less that of the first: above 0 the test favours the second), expected of the best
        model (saturated from 0.95).
    """
    cells, p = index.fit.cells, index.fit.parameters
    residual = cells.score - index.fit.expected()
    economy = index.frame["economy"].to_numpy(dtype=str)[cells.model]
    frame = pd.DataFrame({"benchmark": cells.benchmark, "economy": economy, "residual": residual})
    by = frame.groupby("benchmark")
    own = frame.groupby(["economy", "benchmark"])["residual"].agg(["mean", "size"])
    first, second = (own.loc[code].reindex(range(len(cells.benchmarks))) for code in economies)
    slope = np.exp(p.log_slope)
    best = response.sigmoid(slope * (p.ability.max() - p.difficulty))
    columns = {
        "benchmark": list(cells.benchmarks),
        "scores": by.size().to_numpy(),
        economies[0]: first["size"].fillna(0).astype(int).to_numpy(),
        economies[1]: second["size"].fillna(0).astype(int).to_numpy(),
        "difficulty": index.scale(p.difficulty),
        "slope": 10.0 * slope / index.scale.per,
        "residual": np.sqrt(by["residual"].apply(lambda r: float(np.mean(r**2))).to_numpy(dtype=np.float64)),
        "lean": (second["mean"] - first["mean"]).to_numpy(),
        "best": best,
    }
    return pd.DataFrame(columns).sort_values("difficulty", kind="stable", ignore_index=True)
