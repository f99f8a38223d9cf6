"""The instrument model: what several instruments say about adoption, stated on one declared scale.

Linear in everything but the sign of the declared biases, so the posterior is a normal cut at zero in those
few directions: it is drawn exactly, by linear algebra, without a Markov chain.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

TAU_GRID: Final = np.geomspace(0.05, 1.6, 12)
SIGMA_GRID: Final = np.geomspace(0.02, 0.5, 13)
CANDIDATES: Final = 256
"""Points at which the cut directions are tried for each pair of the two spreads."""


@dataclass(frozen=True)
class Prior:
    """What is held before any figure is seen, in logits; wide, and stated in docs/application-ecosystem.md.

    Attributes
    ----------
    level, level_sd : float
        Mean of an economy with the mean of all, and how uncertain that mean is.
    spread : float
        Standard deviation of economies about their mean.
    offset : float
        Standard deviation of an instrument's constant difference from the declared scale.
    growth, growth_sd : float
        Logits a year on the declared scale.
    growth_instrument, growth_economy : float
        Standard deviations of what an instrument's or an economy's growth adds to that.
    tau : float
        Half-normal scale of the disagreement between one economy and one instrument.
    sigma : float
        Half-normal scale of the noise from wave to wave.
    """

    level: float = -1.0
    level_sd: float = 1.5
    spread: float = 1.0
    offset: float = 2.0
    growth: float = 0.5
    growth_sd: float = 0.5
    growth_instrument: float = 0.5
    growth_economy: float = 0.2
    tau: float = 0.5
    sigma: float = 0.15


PRIOR: Final = Prior()


@dataclass(frozen=True)
class Bias:
    """An error known to go one way: `sign` -1 where the instrument sees too little, +1 where too much."""

    economy: int
    instrument: int
    sign: int
    sd: float


@dataclass(frozen=True)
class Evidence:
    """Figures of several instruments on several economies.

    Attributes
    ----------
    y, sd : (m,) arrays
        Logits of the shares, and their known sampling error (0 where none is given).
    economy, instrument : (m,) arrays of int64
        Places; instrument 0 declares the scale.
    years : (m,) array
        Time less that at which the shares are wanted.
    loose : (instruments,) array
        How much more than others an instrument may disagree with an economy, 1 as a rule.
    biases : tuple of Bias
        Declared errors.
    economies : int
        Number of economies.
    """

    y: Floats
    sd: Floats
    economy: Ints
    instrument: Ints
    years: Floats
    loose: Floats
    biases: tuple[Bias, ...]
    economies: int


@dataclass(frozen=True)
class Fitted:
    """Draws of the posterior, P rows.

    Attributes
    ----------
    theta : (P, economies) array
        Logit of the share on the declared scale, without disagreement and bias.
    growth : (P, economies) array
        Logits a year on the declared scale.
    offset : (P, instruments) array
        An instrument's constant difference; 0 for the declared one.
    bias : (P, biases) array
        Size of each declared bias, never negative.
    tau, sigma : (P,) arrays
        The two spreads.
    """

    theta: Floats
    growth: Floats
    offset: Floats
    bias: Floats
    tau: Floats
    sigma: Floats


class Parts(NamedTuple):
    """Places of the parameters beside the mean level and growth, which come first."""

    level: slice
    pace: slice
    offset: slice
    drift: slice
    apart: slice
    bias: slice


@dataclass(frozen=True)
class Design:
    """Places of the parameters in one vector, and the matrix that takes it to the expected figures.

    Order: mean level, growth; by economy a level and a growth; by instrument but the declared an offset and a
    growth; disagreements by cell; biases.
    """

    matrix: Floats
    cells: Ints
    economies: int
    instruments: int
    biases: int

    @property
    def parts(self) -> Parts:
        """Slices of the vector."""
        sizes = (self.economies, self.economies, self.instruments - 1, self.instruments - 1)
        starts = np.cumsum([2, *sizes, len(self.cells), self.biases]).tolist()
        return Parts(*(slice(a, b) for a, b in pairwise(starts)))


def design(seen: Evidence) -> Design:
    """Lay out ``y = theta_e + growth (years) + offset_i + disagreement_ei + sign * bias``."""
    n, j, k = seen.economies, len(seen.loose), len(seen.biases)
    pairs = np.unique(np.stack([seen.economy, seen.instrument], axis=1), axis=0)
    made = Design(np.empty((0, 0)), pairs, n, j, k)
    level, pace, offset, drift, apart, bias = made.parts
    matrix = np.zeros((len(seen.y), bias.stop))
    at = np.arange(len(seen.y))
    matrix[:, 0], matrix[:, 1] = 1.0, seen.years
    matrix[at, level.start + seen.economy] = 1.0
    matrix[at, pace.start + seen.economy] = seen.years
    other = seen.instrument > 0
    matrix[at[other], offset.start + seen.instrument[other] - 1] = 1.0
    matrix[at[other], drift.start + seen.instrument[other] - 1] = seen.years[other]
    cell = {(int(e), int(i)): place for place, (e, i) in enumerate(pairs)}
    for row, key in enumerate(zip(seen.economy.tolist(), seen.instrument.tolist(), strict=True)):
        matrix[row, apart.start + cell[key]] = 1.0
        for place, each in enumerate(seen.biases):
            if (each.economy, each.instrument) == key:
                matrix[row, bias.start + place] = each.sign
    return Design(matrix, pairs, n, j, k)


def _prior_moments(laid: Design, seen: Evidence, prior: Prior, tau: float) -> tuple[Floats, Floats]:
    """Mean and variance of every parameter before the figures; biases as whole normals, cut later."""
    size = laid.matrix.shape[1]
    level, pace, offset, drift, apart, bias = laid.parts
    mean, sd = np.zeros(size), np.zeros(size)
    mean[0], sd[0] = prior.level, prior.level_sd
    mean[1], sd[1] = prior.growth, prior.growth_sd
    sd[level], sd[pace] = prior.spread, prior.growth_economy
    sd[offset], sd[drift] = prior.offset, prior.growth_instrument
    sd[apart] = tau * seen.loose[laid.cells[:, 1]]
    sd[bias] = [each.sd for each in seen.biases]
    return mean, sd**2


@dataclass(frozen=True)
class _Node:
    """The normal posterior at one pair of spreads, before the cut."""

    tau: float
    sigma: float
    weight: float
    mean: Floats
    root: Floats


def _node(laid: Design, seen: Evidence, prior: Prior, spreads: tuple[float, float]) -> _Node:
    """Solve the linear model at one pair of spreads; the weight is the log of its evidence and prior."""
    tau, sigma = spreads
    a = laid.matrix
    mean, variance = _prior_moments(laid, seen, prior, tau)
    noise = sigma**2 + seen.sd**2
    gap = seen.y - a @ mean
    precision = np.diag(1.0 / variance) + (a.T / noise) @ a
    lower = np.linalg.cholesky(precision)
    root = np.linalg.inv(lower).T  # root @ root.T is the posterior covariance
    moved = root @ (root.T @ (a.T @ (gap / noise)))
    fit = gap @ (gap / noise) - moved @ precision @ moved
    size = np.log(noise).sum() + np.log(variance).sum() + 2 * np.log(np.diag(lower)).sum()
    # half-normal priors of both spreads, on grids even in the logarithm
    held = -0.5 * ((tau / prior.tau) ** 2 + (sigma / prior.sigma) ** 2) + np.log(tau * sigma)
    return _Node(tau, sigma, float(-0.5 * (fit + size) + held), mean + moved, root)


def _cut(node: _Node, bias: slice, u: Floats) -> tuple[Floats, Floats]:
    """Draw the biases from the part of the normal where none is negative, with importance weights.

    Sequential (Geweke-Hajivassiliou-Keane): each direction is drawn above zero given those before it, and the
    weight is the probability of doing so.

    Returns
    -------
    draws : (N, biases) array
    weights : (N,) array
    """
    from scipy.special import ndtr, ndtri

    rows = node.root[bias]
    lower = np.linalg.cholesky(rows @ rows.T)
    drawn = np.zeros_like(u)
    weights = np.ones(len(u))
    for k in range(u.shape[1]):
        known = node.mean[bias][k] + drawn[:, :k] @ lower[k, :k]
        chance = ndtr(known / lower[k, k])
        drawn[:, k] = -ndtri(np.maximum(u[:, k] * chance, 1e-300))
        weights *= chance
    return np.maximum(node.mean[bias] + drawn @ lower.T, 0.0), weights


def fit(seen: Evidence, rows: int, seed: int, prior: Prior = PRIOR) -> Fitted:
    """Draw from the posterior.

    Parameters
    ----------
    seen : Evidence
        The figures.
    rows : int
        Draws wanted, P.
    seed : int
        The same seed gives the same draws.
    prior : Prior
        Held before.

    Notes
    -----
    The two spreads are taken from a grid by the weight of the evidence; at each, biases are drawn above zero
    (`_cut`), resampled by weight, and everything else is drawn from the normal given them (conditioning by
    kriging: ``x + C (bias - x_bias)``).
    """
    laid = design(seen)
    rng = np.random.default_rng(seed)
    nodes = [_node(laid, seen, prior, (float(t), float(s))) for t in TAU_GRID for s in SIGMA_GRID]
    bias = laid.parts[-1]
    u = rng.uniform(1e-9, 1.0, (len(nodes), CANDIDATES, laid.biases))
    tried = [_cut(node, bias, u[place]) for place, node in enumerate(nodes)]
    top = max(node.weight for node in nodes)
    weights = np.concatenate(
        [np.exp(node.weight - top) * part[1] for node, part in zip(nodes, tried, strict=True)]
    )
    picks = _systematic(weights, rows)
    x = np.concatenate(
        [
            _given(node, bias, part[0][picks[picks // CANDIDATES == place] % CANDIDATES], rng)
            for place, (node, part) in enumerate(zip(nodes, tried, strict=True))
        ]
    )
    order = rng.permutation(rows)
    tau, sigma = (
        np.array([getattr(nodes[p // CANDIDATES], name) for p in picks]) for name in ("tau", "sigma")
    )
    level, pace, offset, *_ = laid.parts
    x = x[order]
    zero = np.zeros((rows, 1))
    return Fitted(
        theta=x[:, :1] + x[:, level],
        growth=x[:, 1:2] + x[:, pace],
        offset=np.concatenate([zero, x[:, offset]], axis=1),
        bias=x[:, bias],
        tau=tau[order],
        sigma=sigma[order],
    )


def _systematic(weights: Floats, rows: int) -> Ints:
    """Pick places in proportion to weights, evenly spaced: the least noise that resampling can have."""
    steps = np.cumsum(weights / weights.sum())
    return np.minimum(np.searchsorted(steps, (np.arange(rows) + 0.5) / rows), len(weights) - 1)


def _given(node: _Node, bias: slice, drawn: Floats, rng: np.random.Generator) -> Floats:
    """Draw all parameters given the biases, (draws, parameters)."""
    x = node.mean + rng.standard_normal((len(drawn), len(node.mean))) @ node.root.T
    if not drawn.shape[1]:
        return x
    across = node.root @ node.root[bias].T
    gain = np.linalg.solve(across[bias], across.T).T
    return np.asarray(x + (drawn - x[:, bias]) @ gain.T)
