"""How much of a variance goes with which input: exact over a grid, by pick and freeze, or shared out."""

from __future__ import annotations

from itertools import combinations
from math import comb
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

ENDS: Final = (0.05, 0.95)
"""Ends of the intervals."""
TIMES: Final = 500
"""Samples of a bootstrap."""
MOST: Final = 16
"""Inputs whose subsets are all looked at: their number doubles with each."""


class Indices(NamedTuple):
    """Sobol indices, (inputs, outputs); NaN for an output that does not vary.

    Attributes
    ----------
    first : array
        Share of the variance that an input makes by itself: ``Var(E[y | x_i]) / Var(y)``.
    total : array
        Share that goes with it in any way, alone or through others: ``E[Var(y | all but x_i)] / Var(y)``.
    """

    first: Floats
    total: Floats


class Frozen(NamedTuple):
    """Outputs of a pick-and-freeze design.

    Attributes
    ----------
    a, b : (N, outputs) arrays
        Under two independent draws of all inputs.
    mixed : (inputs, N, outputs) array
        Under the first draw, with one input taken from the second.
    """

    a: Floats
    b: Floats
    mixed: Floats

    def whole(self) -> Frozen:
        """Leave the draws out in which an output is missing."""
        seen = np.isfinite(self.a + self.b).all(axis=1) & np.isfinite(self.mixed).all(axis=(0, 2))
        return Frozen(self.a[seen], self.b[seen], self.mixed[:, seen])

    def half(self) -> Frozen:
        """Leave the second half of the draws out."""
        n = len(self.a) // 2
        return Frozen(self.a[:n], self.b[:n], self.mixed[:, :n])


def exact(values: Floats, inputs: int) -> Indices:
    """Work out the indices of a full grid of independent inputs, every value as likely.

    Parameters
    ----------
    values : (m_1, ..., m_k) or (m_1, ..., m_k, outputs) array
        Output of every combination.
    inputs : int
        k.

    Raises
    ------
    ValueError
        If a combination has no value.
    """
    if not np.isfinite(values).all():
        message = "a combination of the grid has no value"
        raise ValueError(message)
    y = values.reshape(*values.shape[:inputs], -1)
    axes = tuple(range(inputs))
    whole = np.where(y.var(axis=axes) > 0, y.var(axis=axes), np.nan)
    first = [y.mean(axis=axes[:i] + axes[i + 1 :]).var(axis=0) / whole for i in axes]
    total = [y.var(axis=i).mean(axis=axes[:-1]) / whole for i in axes]
    return Indices(np.array(first), np.array(total))


def estimated(found: Frozen) -> Indices:
    """Estimate the indices from a pick-and-freeze design.

    Notes
    -----
    First order ``mean((y_B - m) (y_AB - y_A)) / V`` (Saltelli et al. 2010, Computer Physics Communications
    181, 259-270, table 2 b, centred by the mean m of all), total ``mean((y_A - y_AB)^2) / (2 V)`` (Jansen
    1999, there table 2 f), V the variance over both draws.
    """
    return _of_means(_terms(found).mean(axis=-1))


def intervals(found: Frozen, seed: int) -> tuple[Indices, Indices]:
    """Give 5 and 95 % points of the indices over draws taken again with replacement (bootstrap).

    Scrambled sequences fall more evenly than independent draws, so these are wider than they need be.
    """
    n = len(found.a)
    counts = np.random.default_rng(seed).multinomial(n, np.full(n, 1 / n), size=TIMES)
    means = np.einsum("rn,kon->rko", counts / n, _terms(found))
    every = [_of_means(each) for each in means]
    ends = np.quantile([[each.first, each.total] for each in every], ENDS, axis=0, method="inverted_cdf")
    return Indices(*ends[0]), Indices(*ends[1])


def _terms(found: Frozen) -> Floats:
    """List what the estimators are means of, (4 + 3 inputs, outputs, N): of both draws, then by input."""
    a, b = found.a.T, found.b.T
    step = found.mixed.swapaxes(1, 2) - a
    return np.concatenate([np.stack([a, b, a * a, b * b]), b * step, step, step * step])


def _of_means(means: Floats) -> Indices:
    (a, b, aa, bb), k = means[:4], (len(means) - 4) // 3
    cross, step, square = means[4 : 4 + k], means[4 + k : 4 + 2 * k], means[4 + 2 * k :]
    middle = (a + b) / 2
    variance = (aa + bb) / 2 - middle * middle
    # sums of squares that do not differ leave the rounding of their size
    variance = np.where(variance > 1e-12 * np.maximum(aa, bb), variance, np.nan)
    return Indices((cross - middle * step) / variance, square / (2 * variance))


def shapley(values: Floats, labels: Ints) -> Floats:
    """Share the variance out over inputs that may depend on each other, (inputs, outputs): Shapley effects.

    Parameters
    ----------
    values : (N,) or (N, outputs) array
        Output of every case of a whole population, each as likely.
    labels : (N, inputs) array of int64
        Which value each input has in it.

    Raises
    ------
    ValueError
        With more than `MOST` inputs.

    Notes
    -----
    ``sum over S without i of |S|! (k - |S| - 1)! / k! (v(S + i) - v(S)) / Var(y)``, with
    ``v(S) = Var(E[y | x_S])`` (Owen 2014, SIAM/ASA Journal on Uncertainty Quantification 2, 245-251; Song,
    Nelson and Staum 2016, there 4, 1060-1083). They add to what the inputs explain together, which is all
    where they settle the output; inputs that always go together share it.
    """
    y, k = values.reshape(len(values), -1), labels.shape[1]
    if k > MOST:
        message = f"Shapley effects of {k} inputs would need 2^{k} variances; at most {MOST}"
        raise ValueError(message)
    explained = {
        subset: _explained(y, labels[:, list(subset)])
        for size in range(k + 1)
        for subset in combinations(range(k), size)
    }
    whole = np.where(y.var(axis=0) > 0, y.var(axis=0), np.nan)
    found = np.zeros((k, y.shape[1]))
    for subset, before in explained.items():
        for i in set(range(k)) - set(subset):
            gain = explained[tuple(sorted((*subset, i)))] - before
            found[i] += gain / (k * comb(k - 1, len(subset)))
    return found / whole


def _explained(y: Floats, labels: Ints) -> Floats:
    """Variance of the means of the cases that share their labels, (outputs,)."""
    if not labels.shape[1]:
        return np.zeros(y.shape[1])
    _, of, count = np.unique(labels, axis=0, return_inverse=True, return_counts=True)
    of = of.reshape(-1)
    means = np.stack([np.bincount(of, column) / count for column in y.T], axis=1)
    return np.asarray((means[of]).var(axis=0))
