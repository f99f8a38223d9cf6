"""The two-parameter item response model: penalised likelihood, gradient, draws by Laplace's method."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Sequence

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

FAMILY_SD = 1.5
"""Prior standard deviation of a family's ability; it also identifies the scale (one unit: some 30 points)."""
CONFIGURATION_SD = 0.2
"""Of a configuration about its family. Cross-validated error is flat from 0.1 to 0.3."""
DIFFICULTY_SD = 2.0
LOG_SLOPE_SD = 0.5
NOISE_SD = 0.09
"""Standard deviation of a score about its expectation; hidden scores miss theirs by 0.092."""
KINSHIP = 0.5
"""Correlation of these deviations between configurations of one family on one benchmark, as measured."""
STEPS = 3000


@dataclass(frozen=True)
class Cells:
    """Scores in sparse form.

    Attributes
    ----------
    model, benchmark : (N,) arrays of int64
        Positions in `models` and `benchmarks`.
    score : (N,) array of float64
        Share correct, 0 to 1.
    family : (K,) array of int64
        Family of each model, a position in `families`.
    models, benchmarks, families : tuple of str
        Names, sorted.
    """

    model: Ints
    benchmark: Ints
    score: Floats
    family: Ints
    models: tuple[str, ...]
    benchmarks: tuple[str, ...]
    families: tuple[str, ...]

    @classmethod
    def of(
        cls, models: Sequence[str], families: Sequence[str], benchmarks: Sequence[str], scores: Floats
    ) -> Cells:
        """Take N scores by name; `families` holds the family of the model of each."""
        names, first, model = np.unique(np.asarray(models, dtype=str), return_index=True, return_inverse=True)
        tests, benchmark = np.unique(np.asarray(benchmarks, dtype=str), return_inverse=True)
        kinds, family = np.unique(np.asarray(families, dtype=str)[first], return_inverse=True)
        lists = (tuple(each.tolist()) for each in (names, tests, kinds))
        return cls(model, benchmark, np.asarray(scores, dtype=np.float64), family, *lists)

    @property
    def block(self) -> Ints:
        """Family and benchmark of each score as one number, (N,)."""
        return self.family[self.model] * len(self.benchmarks) + self.benchmark

    @property
    def sizes(self) -> tuple[int, int, int]:
        """Numbers of models, families and benchmarks."""
        return len(self.models), len(self.families), len(self.benchmarks)


class Parts(NamedTuple):
    """Ability of models and of families, difficulty and logarithm of the slope of benchmarks; last axis."""

    ability: Floats
    family: Floats
    difficulty: Floats
    log_slope: Floats


@dataclass(frozen=True)
class Prior:
    """What is expected of abilities before scores are seen.

    Attributes
    ----------
    offset : (K,) array of float64
        Expected ability of each configuration.
    family_sd, configuration_sd : float
        Standard deviations of a family about it, and of a configuration about its family.
    """

    offset: Floats
    family_sd: float = FAMILY_SD
    configuration_sd: float = CONFIGURATION_SD

    @classmethod
    def flat(cls, cells: Cells) -> Prior:
        """Expect the same of all, so that nothing but scores counts: what the index uses."""
        return cls(np.zeros(len(cells.models)))


@dataclass(frozen=True)
class Fit:
    """The most probable parameters, in units of the prior.

    Attributes
    ----------
    cells : Cells
        What was fitted.
    weight : (N,) array of float64
        Weight of each score.
    prior : Prior
        What was expected of abilities before scores were seen.
    x : array of float64
        All parameters in one vector; `parameters` names its parts.
    """

    cells: Cells
    weight: Floats
    prior: Prior
    x: Floats

    @property
    def parameters(self) -> Parts:
        """Parts of the vector."""
        return split(self.x, self.cells)

    def expected(self) -> Floats:
        """Return the expected score of each cell, (N,)."""
        return _expected(self.parameters, self.cells)[0]

    def draws(self, count: int, seed: int) -> Parts:
        """Draw from the normal distribution that has the mode and curvature of the posterior.

        Returns
        -------
        Parts
            Each part of shape (count, its size).
        """
        from scipy.linalg import cholesky, solve_triangular

        upper = cholesky(curvature(self), lower=False)
        noise = np.random.default_rng(seed).standard_normal((count, self.x.size))
        shift = solve_triangular(upper, noise.T, lower=False)
        return split(self.x + shift.T, self.cells)


def split(x: Floats, cells: Cells) -> Parts:
    """Cut the last axis of a parameter vector into its parts."""
    k, f, b = cells.sizes
    return Parts(*np.split(x, np.cumsum([k, f, b]), axis=-1))


def sigmoid(z: Floats) -> Floats:
    """Return 1 / (1 + exp(-z)) without overflow."""
    return np.asarray(0.5 * (1.0 + np.tanh(0.5 * z)), dtype=np.float64)


def _expected(p: Parts, cells: Cells) -> tuple[Floats, Floats, Floats]:
    """Return expected scores, slopes and distances of ability from difficulty, each (N,)."""
    slope = np.exp(p.log_slope)[cells.benchmark]
    apart = p.ability[cells.model] - p.difficulty[cells.benchmark]
    return sigmoid(slope * apart), slope, apart


@dataclass(frozen=True)
class Precision:
    """Inverse covariance of the deviations: what configurations of a family share on a benchmark counts once.

    Deviations of one block have variance sd^2 and correlation r, so that for n of them the inverse is
    (I - r / (1 + (n - 1) r) 11') / (sd^2 (1 - r)).

    Attributes
    ----------
    block : (N,) array of int64
        Block of each score, numbered from 0.
    root : (N,) array of float64
        Square root of the weight of each score.
    shared : (blocks,) array of float64
        r / (1 + (n - 1) r) of each block.
    """

    block: Ints
    root: Floats
    shared: Floats

    @classmethod
    def of(cls, cells: Cells, weight: Floats) -> Precision:
        """Make the blocks of a set of scores, of which those without weight do not count."""
        block = np.unique(cells.block, return_inverse=True)[1]
        n = np.bincount(block, weight > 0.0)
        return cls(block, np.sqrt(weight), KINSHIP / (1.0 + (np.maximum(n, 1.0) - 1.0) * KINSHIP))

    def applied(self, deviation: Floats) -> Floats:
        """Return the inverse covariance times the deviations, (N,)."""
        rooted = self.root * deviation
        together = np.bincount(self.block, rooted, self.shared.size)
        apart = rooted - (self.shared * together)[self.block]
        return np.asarray(self.root * apart / (NOISE_SD**2 * (1.0 - KINSHIP)), dtype=np.float64)

    def pairs(self) -> tuple[Ints, Ints, Floats]:
        """Return the two scores and the value of every entry of the inverse covariance that is not zero."""
        order = np.argsort(self.block, kind="stable")
        n = np.bincount(self.block)
        start = np.repeat(np.cumsum(n) - n, n * n)
        step = np.arange(start.size) - np.repeat(np.cumsum(n * n) - n * n, n * n)
        wide = np.repeat(n, n * n)
        left, right = order[start + step // wide], order[start + step % wide]
        value = (left == right) - self.shared[self.block[left]]
        scale = self.root[left] * self.root[right] / (NOISE_SD**2 * (1.0 - KINSHIP))
        return left, right, np.asarray(value * scale, dtype=np.float64)


def objective(x: Floats, cells: Cells, precision: Precision, prior: Prior) -> tuple[float, Floats]:
    """Return the negative log posterior (up to a constant) and its gradient.

    d' V^-1 d / 2 with d_i = sigmoid(a_b (C_m - D_b)) - s_i and V^-1 as in `Precision`, and normal priors on
    F_f, C_m - offset_m - F_f, D_b and log a_b.
    """
    k, f, b = cells.sizes
    p = split(x, cells)
    expected, slope, apart = _expected(p, cells)
    deviation = expected - cells.score
    pressed = precision.applied(deviation)
    own = p.ability - prior.offset - p.family[cells.family]
    abilities = ((own, prior.configuration_sd), (p.family, prior.family_sd))
    centred = (*abilities, (p.difficulty, DIFFICULTY_SD))
    penalised = (*centred, (p.log_slope, LOG_SLOPE_SD))
    value = np.sum(deviation * pressed) + sum(np.sum((v / sd) ** 2) for v, sd in penalised)
    pull = pressed * expected * (1.0 - expected) * slope
    own_pull = own / prior.configuration_sd**2
    gradient = (
        np.bincount(cells.model, pull, k) + own_pull,
        p.family / prior.family_sd**2 - np.bincount(cells.family, own_pull, f),
        p.difficulty / DIFFICULTY_SD**2 - np.bincount(cells.benchmark, pull, b),
        p.log_slope / LOG_SLOPE_SD**2 + np.bincount(cells.benchmark, pull * apart, b),
    )
    return 0.5 * float(value), np.concatenate(gradient)


def curvature(fit: Fit) -> Floats:
    """Return the expected second derivatives (Gauss-Newton) of the negative log posterior at the mode."""
    cells, (k, f, b) = fit.cells, fit.cells.sizes
    expected, slope, apart = _expected(fit.parameters, cells)
    steep = expected * (1.0 - expected) * slope
    one, other, value = Precision.of(cells, fit.weight).pairs()
    parts = (
        (cells.model, steep),
        (k + f + cells.benchmark, -steep),
        (k + f + b + cells.benchmark, steep * apart),
    )
    size = fit.x.size
    flat = np.zeros(size * size)
    for row, left in parts:
        for column, right in parts:
            place = row[one] * size + column[other]
            flat += np.bincount(place, left[one] * right[other] * value, size * size)
    matrix = flat.reshape(size, size)
    tie = 1.0 / fit.prior.configuration_sd**2
    own, kin = np.arange(k), k + cells.family
    np.add.at(matrix, (own, own), tie)
    np.add.at(matrix, (kin, kin), tie)
    np.add.at(matrix, (own, kin), -tie)
    np.add.at(matrix, (kin, own), -tie)
    spread = [0.0, fit.prior.family_sd**-2, DIFFICULTY_SD**-2, LOG_SLOPE_SD**-2]
    matrix[np.diag_indices(size)] += np.repeat(spread, [k, f, b, b])
    return matrix


def _start(cells: Cells, weight: Floats) -> Floats:
    """All at the middle, difficulties by the mean score."""
    k, f, b = cells.sizes
    n = np.bincount(cells.benchmark, weight, b)
    total = np.bincount(cells.benchmark, weight * cells.score, b)
    mean = np.clip(np.where(n > 0.0, total / np.maximum(n, 1e-9), 0.5), 0.03, 0.97)
    return np.concatenate([np.zeros(k + f), np.log((1.0 - mean) / mean), np.zeros(b)])


def fitted(
    cells: Cells,
    weight: Floats | None = None,
    start: Floats | None = None,
    prior: Prior | None = None,
    tolerance: float = 1e-10,
) -> Fit:
    """Find the most probable parameters.

    Parameters
    ----------
    cells
        Scores.
    weight
        Weight of each score, (N,), 0 to leave it out; all 1 by default.
    start
        Parameters to begin with, such as those of a similar fit.
    prior
        What is expected of abilities; the same of all by default.
    tolerance
        Relative fall of the objective at which the search ends.
    """
    from scipy.optimize import minimize

    given = np.ones(cells.score.size) if weight is None else np.asarray(weight, dtype=np.float64)
    expected = Prior.flat(cells) if prior is None else prior
    found = minimize(
        objective,
        _start(cells, given) if start is None else start,
        args=(cells, Precision.of(cells, given), expected),
        jac=True,
        method="L-BFGS-B",
        options={"maxiter": STEPS, "maxfun": STEPS, "maxcor": 30, "ftol": tolerance, "gtol": 1e-4},
    )
    return Fit(cells, given, expected, np.asarray(found.x, dtype=np.float64))
