"""What software keeps of the ideal rate: effects of phase, generation, model and measurement."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from layers.inference_cost.normals import Normals

    Floats = NDArray[np.float64]

# Standard deviations of the logarithm by effect: `components.components` on the rows held in November 2026,
# rounded. Fixed, so that a rate more or less does not change what every other rate says.
SPREADS = {
    "phase": 0.17,
    "generation": 0.14,
    "mixture": 0.15,
    "series": 0.22,
    "model": 0.14,
    "pair": 0.14,
}
RESIDUAL = 0.18
BEFORE = math.log(0.6)  # before any row is seen
BEFORE_SPREAD = 0.5
NEW = {"vendor": math.log(2.0), "attention": math.log(1.7)}
FEW = 5  # rows below which a vendor or a kind of attention counts as new


class Key(NamedTuple):
    """What an efficiency depends on; `series` is empty for a service that nobody has measured."""

    phase: str
    generation: str
    vendor: str
    attention: str
    mixture: bool
    model: str
    system: str
    series: str = ""

    def levels(self) -> dict[str, str]:
        """Level of every effect."""
        return {
            "phase": self.phase,
            "generation": self.generation,
            "mixture": "experts" if self.mixture else "no experts",
            "series": self.series,
            "model": self.model,
            "pair": f"{self.model} on {self.system}",
        }


@dataclass(frozen=True)
class Estimate:
    """Log-normal efficiency of one case: median of real over ideal rate, spread of its log."""

    median: float
    spread: float
    new: tuple[str, ...]

    def interval(self, share: float = 0.8) -> tuple[float, float]:
        """Return the ends of the central interval, as factors of the median."""
        from scipy.special import ndtri

        reach = float(ndtri(0.5 + share / 2.0)) * self.spread
        return math.exp(-reach), math.exp(reach)


@dataclass(frozen=True, eq=False)
class Efficiency:
    """Effects estimated from measured rates.

    Attributes
    ----------
    places : dict
        Column of every level, by (effect, level).
    mean : (p,) array
        Posterior mean of the effects, the common one first.
    root : (p, p) array
        Lower triangle R with R R' their covariance.
    counts : dict
        Rows by vendor and by kind of attention.
    """

    places: dict[tuple[str, str], int]
    mean: Floats
    root: Floats
    counts: dict[str, int]

    def estimate(self, key: Key) -> Estimate:
        """Median and spread for one case, with what is new about it."""
        known, unknown = self._split(key)
        variance = float((self.root[known].sum(axis=0) ** 2).sum()) + RESIDUAL**2
        variance += sum(SPREADS[effect] ** 2 for effect in unknown)
        new = self._new(key)
        spread = max([math.sqrt(variance), *(NEW[kind.split()[0]] for kind in new)])
        return Estimate(math.exp(float(self.mean[known].sum())), spread, new)

    def drawn(self, key: Key, normals: Normals) -> Floats:
        """Draws of the efficiency of one case, (B,); what two cases share is drawn once for both."""
        known, unknown = self._split(key)
        total = np.full(normals.size, float(self.mean[known].sum()))
        for column, weight in enumerate(self.root[known].sum(axis=0)):
            if weight:
                total = total + weight * normals.z(f"effect {column}")
        for effect in unknown:
            name = f"{effect} {key.levels()[effect]}"
            total = total + SPREADS[effect] * normals.z(name)
        total = total + self._rest(key) * normals.z(f"rest {key.phase} {key.model} {key.system}")
        return np.asarray(np.exp(total))

    def _rest(self, key: Key) -> float:
        """Spread of what belongs to the case alone: larger where something about it is new."""
        known, unknown = self._split(key)
        shared = float((self.root[known].sum(axis=0) ** 2).sum())
        shared += sum(SPREADS[effect] ** 2 for effect in unknown)
        return math.sqrt(max(RESIDUAL**2, self.estimate(key).spread ** 2 - shared))

    def _split(self, key: Key) -> tuple[list[int], list[str]]:
        known, unknown = [0], []
        for effect, level in key.levels().items():
            place = self.places.get((effect, level)) if level else None
            if place is None:
                unknown.append(effect)
            else:
                known.append(place)
        return known, unknown

    def _new(self, key: Key) -> tuple[str, ...]:
        named = {"vendor": key.vendor, "attention": key.attention}
        return tuple(f"{kind} {name}" for kind, name in named.items() if self.counts.get(name, 0) < FEW)


def estimated(keys: Sequence[Key], logs: Floats) -> Efficiency:
    """Estimate the effects from rows.

    Parameters
    ----------
    keys
        What each row measures.
    logs : (n,) array
        Logarithm of measured over ideal rate.

    Notes
    -----
    log ratio = common + sum of effects + residual; effects normal around 0 with `SPREADS`, the common
    part around `BEFORE`, the residual with `RESIDUAL`: one linear system gives mean and covariance. Rows
    of one series share its effect, so that fifty rows of one source do not count as fifty.
    """
    levels = sorted({pair for key in keys for pair in key.levels().items() if pair[1]})
    places = {pair: column + 1 for column, pair in enumerate(levels)}
    design = np.zeros((len(keys), len(places) + 1))
    design[:, 0] = 1.0
    for row, key in enumerate(keys):
        for pair in key.levels().items():
            if pair[1]:
                design[row, places[pair]] = 1.0
    inverse = np.array([BEFORE_SPREAD**-2, *(SPREADS[effect] ** -2 for effect, _ in levels)])
    before = np.zeros(len(inverse))
    before[0] = BEFORE
    precision = np.diag(inverse) + design.T @ design / RESIDUAL**2
    covariance = np.linalg.inv(precision)
    mean = covariance @ (inverse * before + design.T @ np.asarray(logs) / RESIDUAL**2)
    root = np.linalg.cholesky((covariance + covariance.T) / 2.0)
    counts: dict[str, int] = {}
    for key in keys:
        for name in (key.vendor, key.attention):
            counts[name] = counts.get(name, 0) + 1
    return Efficiency(places, mean, np.asarray(root, dtype=np.float64), counts)
