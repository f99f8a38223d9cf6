"""Damped trends of many short series at once, and the two rivals that they are judged against.

Pure functions on arrays: series are rows, observations columns, times in years, values on the scale on which
their doubt is symmetric.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from indicators.interval import Z95

if TYPE_CHECKING:
    from collections.abc import Callable

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]

FEWEST: Final = 3
"""Observations that a fit needs: two changes, one to start from and one to err on."""
LEADS: Final = 3
"""Observations ahead over which the parameters of an indicator are chosen."""
BELIEF: Final = 4.0
"""Observations that the error of the indicator counts for in the error of one of its series."""
GRID: Final = tuple(product((0.5, 0.7, 0.8, 0.9, 0.98), (0.7, 1.0), (0.0, 0.2, 0.5)))
"""Damping a year, weight of the newest level, weight of the newest slope; the most damped first."""


@dataclass(frozen=True)
class Panel:
    """Series of some indicators.

    Attributes
    ----------
    group : (S,) array of int64
        Indicator of each series, from 0; its series share parameters.
    time : (S, T) array of float64
        Years, rising; NaN behind the last observation.
    value : (S, T) array of float64
        On the scale of the indicator; NaN where there is no time.
    """

    group: Ints
    time: Floats
    value: Floats

    @property
    def count(self) -> Ints:
        """(S,): observations of each series."""
        return np.asarray(np.isfinite(self.time).sum(axis=1))

    def until(self, moment: float) -> Panel:
        """Return what had been observed by a moment, the same series in the same order."""
        seen = self.time <= moment
        return Panel(self.group, np.where(seen, self.time, np.nan), np.where(seen, self.value, np.nan))

    def take(self, which: Mask) -> Panel:
        """Return some of the series."""
        return Panel(self.group[which], self.time[which], self.value[which])

    def last(self) -> tuple[Floats, Floats]:
        """Time and value of the newest observation of each series, two (S,) arrays."""
        rows, at = np.arange(len(self.group)), np.maximum(self.count - 1, 0)
        return self.time[rows, at], self.value[rows, at]


@dataclass(frozen=True)
class Ahead:
    """Where series are expected to be.

    Attributes
    ----------
    centre : (S,) array of float64
        Median on the scale.
    sd : (S,) array of float64
        Standard deviation of a normal with the same 5 and 95 % points as the forecast, on the scale.
    """

    centre: Floats
    sd: Floats


def damped(panel: Panel, years: Floats) -> Ahead:
    """Project series by a damped trend.

    Parameters
    ----------
    panel : Panel
        Series of at least `FEWEST` observations.
    years : (S,) array of float64
        How far behind the newest observation of each series; not negative.

    Notes
    -----
    Level l and yearly slope b of Gardner and McKenzie (Management Science 31, 1985), for uneven intervals of
    d years: with ``s(d) = sum of phi^i, i = 1..d`` continued to fractions as ``phi (1 - phi^d) / (1 - phi)``,
    the forecast is ``l + s(d) b`` and its error e moves ``l`` by ``a e`` and makes
    ``b = phi^d b + a c e / d``, with ``a = 1 - (1 - alpha)^d`` and ``c = 1 - (1 - beta)^d``. The slope starts
    from the median yearly change of the indicator, since a series of three to ten years says little about its
    own. Damping and weights are those of `GRID` with the least squared error one to three observations ahead
    over all series of the indicator. Variance over h years:
    ``sigma^2 (1 + sum of (alpha (1 + beta s(j)))^2, j = 1..h-1)`` (Hyndman et al., Forecasting with
    Exponential Smoothing, 2008, table 6.2), the last term in proportion.
    """
    start = _median_slope(panel)
    phi, alpha, beta = (each[:, None] for each in np.array(GRID).T)
    loss = _loss(panel, start, (phi, alpha, beta))
    best = np.stack([np.bincount(panel.group, each) for each in loss]).argmin(axis=0)[panel.group]
    chosen = (phi[best, 0][None], alpha[best, 0][None], beta[best, 0][None])
    level, slope, errors = _filtered(panel, start, chosen)
    step = np.diff(panel.time, axis=1)
    spread = _variance(step, *(each[0][:, None] for each in chosen))
    with np.errstate(invalid="ignore", divide="ignore"):
        standard = errors[0, :, 1:] ** 2 / spread
    sigma, wide = _error(panel, standard, 0)
    sd = sigma * np.sqrt(_variance(years, *(each[0] for each in chosen))) * wide
    return Ahead(level[0] + _sum(years, chosen[0][0]) * slope[0], sd)


def random_walk(panel: Panel, years: Floats) -> Ahead:
    """Project series by a random walk with the drift that each has had; parameters as `damped`.

    Notes
    -----
    ``y + h (y_T - y_1) / (t_T - t_1)``, variance ``sigma^2 h (1 + h / (t_T - t_1))`` (Hyndman and
    Athanasopoulos, Forecasting: Principles and Practice, 3rd ed., 5.5); sigma from changes about the drift.
    """
    last, value = panel.last()
    span = last - panel.time[:, 0]
    drift = (value - panel.value[:, 0]) / span
    step, change = np.diff(panel.time, axis=1), np.diff(panel.value, axis=1)
    sigma, wide = _error(panel, (change - drift[:, None] * step) ** 2 / step, 1)
    return Ahead(value + years * drift, sigma * np.sqrt(years * (1 + years / span)) * wide)


def hold(panel: Panel, years: Floats) -> Ahead:
    """Let series stay where they are, as uncertain as their changes have been; parameters as `damped`.

    Notes
    -----
    A random walk without drift: variance ``sigma^2 h``.
    """
    step, change = np.diff(panel.time, axis=1), np.diff(panel.value, axis=1)
    sigma, wide = _error(panel, change**2 / step, 0)
    return Ahead(panel.last()[1], sigma * np.sqrt(years) * wide)


METHODS: Final[dict[str, Callable[[Panel, Floats], Ahead]]] = {
    "trend": damped,
    "random walk with drift": random_walk,
    "hold": hold,
}


def _median_slope(panel: Panel) -> Floats:
    """Median yearly change over all series of the indicator of each series, (S,)."""
    slopes = np.diff(panel.value, axis=1) / np.diff(panel.time, axis=1)
    medians = np.zeros(int(panel.group.max(initial=-1)) + 1)
    for group in np.unique(panel.group):
        medians[group] = np.nanmedian(slopes[panel.group == group])
    return medians[panel.group]


def _sum(years: Floats, phi: Floats) -> Floats:
    """Damped years: ``phi + phi^2 + ... + phi^h``, continued to fractions of a year."""
    return np.asarray(phi * (1 - phi**years) / (1 - phi))


def _filtered(panel: Panel, start: Floats, chosen: tuple[Floats, ...]) -> tuple[Floats, Floats, Floats]:
    """Run the smoother over every series for every set of parameters.

    Returns
    -------
    level, slope : (G, S) arrays
        After the newest observation.
    errors : (G, S, T) array
        One observation ahead; NaN for the first.
    """
    level, slope, errors, _ = _states(panel, start, chosen)
    return level, slope, errors


def _states(panel: Panel, start: Floats, chosen: tuple[Floats, ...]) -> tuple[Floats, Floats, Floats, Floats]:
    """As `_filtered`, and the (G, S, T, 2) level and slope after each observation."""
    phi, alpha, beta = chosen
    shape = np.broadcast_shapes(phi.shape, (1, len(panel.group)))
    level = np.broadcast_to(panel.value[:, 0], shape).copy()
    slope = np.broadcast_to(start, shape).copy()
    errors = np.full((*shape, panel.time.shape[1]), np.nan)
    states = np.full((*errors.shape, 2), np.nan)
    states[..., 0, 0], states[..., 0, 1] = level, slope
    for t in range(1, panel.time.shape[1]):
        d = panel.time[:, t] - panel.time[:, t - 1]
        expected = level + _sum(d, phi) * slope
        e = panel.value[:, t] - expected
        a, c = 1 - (1 - alpha) ** d, 1 - (1 - beta) ** d
        seen = np.isfinite(e)
        level = np.where(seen, expected + a * e, level)
        slope = np.where(seen, phi**d * slope + a * c * e / d, slope)
        errors[..., t] = e
        states[..., t, 0], states[..., t, 1] = np.where(seen, level, np.nan), np.where(seen, slope, np.nan)
    return level, slope, errors, states


def _loss(panel: Panel, start: Floats, chosen: tuple[Floats, ...]) -> Floats:
    """Squared errors one to `LEADS` observations ahead, summed over each series, (G, S)."""
    _, _, _, states = _states(panel, start, chosen)
    total = np.zeros(states.shape[:2])
    for lead in range(1, min(LEADS, panel.time.shape[1] - 1) + 1):
        d = panel.time[:, lead:] - panel.time[:, :-lead]
        expected = states[..., :-lead, 0] + _sum(d, chosen[0][..., None]) * states[..., :-lead, 1]
        total += np.nansum((panel.value[:, lead:] - expected) ** 2, axis=-1)
    return total


def _variance(years: Floats, phi: Floats, alpha: Floats, beta: Floats) -> Floats:
    """Variance of a forecast over so many years, in units of that over one."""
    total = np.minimum(years, 1.0)
    farthest = np.nanmax(years, initial=0.0)
    for j in range(1, int(np.ceil(farthest))):
        part = np.clip(years - j, 0.0, 1.0)
        total = total + part * (alpha * (1 + beta * _sum(np.array(float(j)), phi))) ** 2
    return np.asarray(total)


def _error(panel: Panel, squares: Floats, lost: int) -> tuple[Floats, Floats]:
    """Find the standard error of each series, drawn towards that of its indicator, and what its tails add.

    Parameters
    ----------
    panel : Panel
        The series.
    squares : (S, T-1) array
        Squared errors in units of the variance of one year; NaN where there is none.
    lost : int
        Parameters that each series spent.

    Notes
    -----
    ``s^2 = (k s_g^2 + sum of squares) / (k + n)``, s_g^2 the mean square of the indicator, k = `BELIEF` (the
    moderated variance of Smyth, Statistical Applications in Genetics and Molecular Biology 3, 2004). The
    second result is the 95 % point of Student's t with k + n degrees of freedom over that of the normal.
    """
    from scipy.special import stdtrit

    there = np.isfinite(squares)
    own = np.where(there, squares, 0.0).sum(axis=1)
    n = np.maximum(there.sum(axis=1) - lost, 0)
    groups = int(panel.group.max(initial=-1)) + 1
    pooled = np.bincount(panel.group, own, groups) / np.maximum(np.bincount(panel.group, n, groups), 1)
    free = BELIEF + n
    sigma = np.sqrt((BELIEF * pooled[panel.group] + own) / free)
    return sigma, np.asarray(stdtrit(free, 0.95)) / Z95
