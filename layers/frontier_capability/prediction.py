"""Predicts scores: the response curve about what is known of a model, and deviations that models share.

Not for the index: what laboratories and economies have in common trades off against ability.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from indicators.fault import UsageError, unknown
from layers.frontier_capability import evidence, naming, response
from layers.frontier_capability.covariates import Covariates, covariates
from layers.frontier_capability.kept import once

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from indicators.facts import Facts

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

FAMILY_SD = 0.3
CONFIGURATION_SD = 0.1
"""Of abilities about what date, economy, size and laboratory lead to expect."""
RIDGE = (0.3, 10.0)
"""Penalty on the seven general columns, and on those of single economies and laboratories."""
GENERAL = 7
REACH = np.array([0.5, 0.7, 0.7, 1.0, 0.8, 1.5])
"""Distances in ability, date, effort, size, reasoning and openness over which deviations are alike."""
LAB_YEARS = 0.7
SHARES = {"smooth": 0.008, "family": 0.0015, "lab": 0.007, "economy": 0.0015, "own": 0.001}
"""Variances of the deviations of a half-solved benchmark; all are scaled by 4 p (1 - p)."""
FLOOR = 0.02
GRAIN = 0.0002
"""Least p (1 - p), and the variance that remains where nothing else is left."""
NINETY = 1.6449
COARSE = 1e-7
"""Tolerance of the first fit, which only tells what abilities depend on."""


class Predicted(NamedTuple):
    """Expected scores with their 5 and 95 % points, each of shape (n,)."""

    mean: Floats
    low: Floats
    high: Floats


@dataclass(frozen=True)
class Subject:
    """Models to be predicted: covariates, ability and its variance, each with n in front."""

    smooth: Floats
    lab: Ints
    economy: Ints
    kin: Ints
    ability: Floats
    variance: Floats

    def at(self, rows: Ints | NDArray[np.bool_]) -> Subject:
        """Return some of them, as a copy."""
        numbers = (self.lab[rows], self.economy[rows], self.kin[rows])
        return Subject(self.smooth[rows], *numbers, self.ability[rows], self.variance[rows])


@dataclass(frozen=True)
class Deviations:
    """How one benchmark's scores deviate from the curve: the models tested, and their part in it."""

    rows: Ints
    spread: Floats
    factor: tuple[Floats, bool]
    part: Floats


class Predictor:
    """The fitted prediction model.

    Attributes
    ----------
    fit : Fit
        The response curve, its abilities drawn to what is expected of them.
    known : Covariates
        All configurations that can be predicted.
    """

    def __init__(self, cells: response.Cells, known: Covariates, weight: Floats | None = None) -> None:
        """Fit abilities, learn what they depend on, fit again around that, then the deviations."""
        first = response.fitted(cells, weight, tolerance=COARSE)
        self.known = known
        place = {name: k for k, name in enumerate(known.models)}
        self.rows = np.array([place[name] for name in cells.models], dtype=np.int64)
        tested = np.bincount(cells.model, first.weight, len(cells.models)) >= evidence.FEWEST
        self.expected = _regressed(known.design(), self.rows[tested], first.parameters.ability[tested])
        prior = response.Prior(self.expected[self.rows], FAMILY_SD, CONFIGURATION_SD)
        self.fit = response.fitted(cells, weight, start=first.x, prior=prior)
        covariance = np.linalg.inv(response.curvature(self.fit))
        self.subject = self._subjects(np.diag(covariance).astype(np.float64))
        self.deviations = [self._deviations(b) for b in range(len(cells.benchmarks))]

    @property
    def tested(self) -> Ints:
        """Number of scores of every known configuration, (n,)."""
        scores = np.bincount(self.fit.cells.model, self.fit.weight, self.rows.size)
        return np.bincount(self.rows, scores, len(self.known.models)).astype(np.int64)

    def _subjects(self, variance: Floats) -> Subject:
        """Place every known configuration: by its scores, else by its family's, else by what is expected."""
        cells, p, known = self.fit.cells, self.fit.parameters, self.known
        own, kin = variance[: len(cells.models)], variance[len(cells.models) :]
        families = {name: f for f, name in enumerate(cells.families)}
        ability = self.expected.copy()
        spread = np.full(ability.size, FAMILY_SD**2 + CONFIGURATION_SD**2)
        for k, name in enumerate(known.family):
            if name in families:
                ability[k] += p.family[families[name]]
                spread[k] = kin[families[name]] + CONFIGURATION_SD**2
        ability[self.rows], spread[self.rows] = p.ability, own
        return Subject(known.smooth, known.lab, known.economy, known.kin, ability, spread)

    def _curve(self, ability: Floats, benchmark: int) -> tuple[Floats, Floats, Floats]:
        """Return expected score, its slope in ability, and the scale of deviations."""
        p = self.fit.parameters
        slope = float(np.exp(p.log_slope[benchmark]))
        mean = response.sigmoid(slope * (ability - p.difficulty[benchmark]))
        unsure = mean * (1.0 - mean)
        return mean, slope * unsure, np.sqrt(4.0 * np.maximum(unsure, FLOOR))

    def _kernel(self, one: Subject, many: Subject) -> Floats:
        """Return the covariance of deviations of half-solved scores, (n, m)."""
        left, right = (np.column_stack([s.ability, s.smooth]) / REACH for s in (one, many))
        apart = np.sum((left[:, None] - right[None]) ** 2, axis=-1)
        years = (one.smooth[:, None, 0] - many.smooth[None, :, 0]) / LAB_YEARS
        same = {
            name: getattr(one, column)[:, None] == getattr(many, column)[None]
            for name, column in (("family", "kin"), ("lab", "lab"), ("economy", "economy"))
        }
        total = SHARES["smooth"] * np.exp(-0.5 * apart) + SHARES["lab"] * same["lab"] * np.exp(
            -0.5 * years**2
        )
        for name in ("family", "economy"):
            total = total + SHARES[name] * same[name]
        return np.asarray(total, dtype=np.float64)

    def _deviations(self, benchmark: int) -> Deviations:
        from scipy.linalg import cho_factor, cho_solve

        cells = self.fit.cells
        held = np.flatnonzero((cells.benchmark == benchmark) & (self.fit.weight > 0.0))
        rows = self.rows[cells.model[held]]
        tested = self.subject.at(rows)
        mean, _, scale = self._curve(tested.ability, benchmark)
        matrix = self._kernel(tested, tested) * scale[:, None] * scale[None]
        matrix[np.diag_indices(rows.size)] += SHARES["own"] * scale**2 + GRAIN
        if not rows.size:
            return Deviations(rows, scale, (matrix, True), mean)
        factor = cho_factor(matrix, lower=True)
        return Deviations(rows, scale, factor, cho_solve(factor, cells.score[held] - mean))

    def at(self, subject: Subject, benchmark: int) -> Predicted:
        """Predict the scores of some models on one benchmark."""
        from scipy.linalg import cho_solve

        mean, steep, scale = self._curve(subject.ability, benchmark)
        held = self.deviations[benchmark]
        variance = sum(SHARES.values()) * scale**2 + GRAIN
        if held.rows.size:
            shared = self._kernel(subject, self.subject.at(held.rows)) * scale[:, None] * held.spread[None]
            mean = mean + shared @ held.part
            variance = variance - np.sum(shared.T * cho_solve(held.factor, shared.T), axis=0)
        half = NINETY * np.sqrt(np.maximum(variance, GRAIN) + steep**2 * subject.variance)
        parts = (np.clip(part, 0.0, 1.0) for part in (mean, mean - half, mean + half))
        return Predicted(*parts)

    def predict(self, models: Sequence[int], benchmarks: Sequence[int], effort: Floats) -> Predicted:
        """Predict pairs given as places in `known` and in the benchmarks.

        `effort` replaces that of the model where it is not NaN: then the configuration is a new one of the
        model's family.
        """
        rows, tests = np.asarray(models, dtype=np.int64), np.asarray(benchmarks, dtype=np.int64)
        subject = self.subject.at(rows)
        changed = np.isfinite(effort)
        subject.smooth[changed, 1] = effort[changed]
        subject.variance[changed] += CONFIGURATION_SD**2
        found = np.empty((3, rows.size))
        for test in np.unique(tests):
            at = tests == test
            found[:, at] = self.at(subject.at(at), int(test))
        return Predicted(*found)


def _regressed(design: Floats, rows: Ints, ability: Floats) -> Floats:
    """Return the ability expected of every configuration, by ridge regression on those tested, (n,)."""
    penalty = np.full(design.shape[1], RIDGE[1])
    penalty[:GENERAL] = RIDGE[0]
    penalty[0] = 1e-6  # the level is free
    used = design[rows]
    slopes = np.linalg.solve(used.T @ used + np.diag(penalty), used.T @ ability)
    return np.asarray(design @ slopes, dtype=np.float64)


def pooled(scores: pd.DataFrame) -> pd.DataFrame:
    """Return the scores to learn from: none that is doubtful, copies under the name of the original."""
    counted = scores[~scores["doubtful"].astype(bool)]
    named = counted["benchmark"].where(counted["twin_of"].eq(""), counted["twin_of"])
    own_first = counted.assign(benchmark=named, copy=counted["twin_of"].ne("")).sort_values(
        "copy", kind="stable"
    )
    return own_first.drop_duplicates(["model", "benchmark"]).reset_index(drop=True)


def cells_of(scores: pd.DataFrame) -> response.Cells:
    """Return pooled scores in sparse form."""
    models, families, tests = (scores[column].tolist() for column in ("model", "family", "benchmark"))
    return response.Cells.of(models, families, tests, np.asarray(scores["score"], dtype=np.float64))


def predictor(facts: Facts) -> Predictor:
    """Return the model fitted to the scores of the facts, at the first call.

    Raises
    ------
    DataError
        With the faults of the scores.
    UsageError
        If the facts hold no scores.
    """
    found: Predictor = once(facts, "score prediction", ("scores", "benchmarks", "models"), _predictor)
    return found


def _predictor(facts: Facts) -> Predictor:
    evidence.check(facts, placing=False)
    scores = pooled(facts.table("scores"))
    if scores.empty:
        message = "no scores are known by then, so that none can be predicted; see --known-by"
        raise UsageError(message)
    return Predictor(cells_of(scores), covariates(facts, scores))


def predict(
    models: str | Sequence[str], benchmarks: str | Sequence[str], facts: Facts | None = None
) -> Predicted:
    """Predict the scores of models on benchmarks, pair by pair.

    Parameters
    ----------
    models : str or sequence of str
        Configurations as in the table scores (``gpt-5-2025-08-07_high``) or models; another spelling, a
        family, an alias of one, or an effort of a family that was not tested, is found too. One name goes
        with all benchmarks.
    benchmarks : str or sequence of str
        Names as in the table benchmarks; as many as models, or one.
    facts : Facts, optional
        What is known; the shipped facts by default.

    Returns
    -------
    Predicted
        mean, low, high: arrays of shares from 0 to 1; nine scores in ten lie between low and high.

    Raises
    ------
    UsageError
        With every model and benchmark that is not known and the names near it; if the two differ in length.
    DataError
        With the faults of the scores.
    """
    known = _shipped() if facts is None else facts
    ready = predictor(known)
    names, tests = _paired(models, benchmarks)
    found = naming.Names(ready.known, ready.tested, naming.aliases(known))
    placed = {name: found.place(name) for name in dict.fromkeys(names)}
    held = naming.benchmarks(known, {name: b for b, name in enumerate(ready.fit.cells.benchmarks)})
    numbers = {test: held.get(naming.spelling(test)) for test in dict.fromkeys(tests)}
    lacking = [f"unknown model {name!r}; {found.hint(name)}" for name, it in placed.items() if it is None]
    lacking += [str(unknown("benchmark", test, held)) for test, number in numbers.items() if number is None]
    if lacking:
        raise UsageError("\n".join(lacking))
    places = [place for name in names if (place := placed[name]) is not None]
    at = [number for test in tests if (number := numbers[test]) is not None]
    effort = np.array([place.effort for place in places], dtype=np.float64)
    return ready.predict([place.row for place in places], at, effort)


@cache
def _shipped() -> Facts:
    from indicators.facts import load

    return load()


def _paired(models: str | Sequence[str], benchmarks: str | Sequence[str]) -> tuple[list[str], list[str]]:
    """Return as many models as benchmarks; a single name goes with each of the others."""
    names = [models] if isinstance(models, str) else list(models)
    tests = [benchmarks] if isinstance(benchmarks, str) else list(benchmarks)
    for each in (*names, *tests):
        if not isinstance(each, str):
            message = f"expected names of models and benchmarks, found {each!r}"
            raise UsageError(message)
    if isinstance(models, str):
        names = [models] * len(tests)
    elif isinstance(benchmarks, str):
        tests = [benchmarks] * len(names)
    if len(names) != len(tests):
        message = (
            f"{len(names)} models and {len(tests)} benchmarks; expected pairs: as many of each, or one name"
        )
        raise UsageError(message)
    return names, tests
