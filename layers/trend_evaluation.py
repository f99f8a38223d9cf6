"""Trends against their rivals on what had been observed at the time: scores by horizon, and the rule.

The rule: scenarios start from the trend by default only if, at every horizon that can be judged, its score is
lower than that of each rival, whichever block is resampled. A path cannot change its rule on the way, so one
horizon without proof is enough for hold to be the default.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from indicators.interval import SCALES, Z95, to_scale
from layers.projected import panel, series
from layers.trend import FEWEST, METHODS, Floats, Ints, Mask, Panel

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from indicators.facts import Facts
    from layers.projected import Baseline, Series

KEPT: Final = Path(__file__).with_name("trend.toml")
"""What `make evaluate-trend` found."""
LEVEL: Final = 0.9
HORIZONS: Final = (1, 2, 3, 4, 5)
FEW: Final = 30
"""Forecasts below which a horizon is not judged."""
SLACK: Final = 0.3
"""Years by which a target may miss its horizon."""
RESAMPLES: Final = 2000
SEED: Final = 1
TREND, *RIVALS = METHODS


@dataclass(frozen=True)
class Tried:
    """Forecasts that were made at an origin and met their target, N of them.

    Attributes
    ----------
    horizon : (N,) array of int64
        Years ahead.
    indicator, economy : (N,) arrays of str
        The series.
    origin : (N,) array of float64
        Time of the newest observation that was seen.
    score : (methods, N) array
        Interval score in mean absolute yearly changes of the indicator, lower is better.
    covered : (methods, N) array of bool
        The target fell into the range.
    """

    horizon: Ints
    indicator: NDArray[np.str_]
    economy: NDArray[np.str_]
    origin: Floats
    score: Floats
    covered: Mask

    def take(self, which: Mask) -> Tried:
        """Return some of the forecasts."""
        return Tried(
            self.horizon[which],
            self.indicator[which],
            self.economy[which],
            self.origin[which],
            self.score[:, which],
            self.covered[:, which],
        )

    def origins(self) -> int:
        """Count the series-origins: a series and a day from which it was projected."""
        return len(set(zip(self.indicator, self.economy, self.origin, strict=True)))


@dataclass(frozen=True)
class Better:
    """By how much the trend's score is lower than a rival's, as a share of the rival's.

    Attributes
    ----------
    rival : str
        Name of the rival.
    value : float
        ``1 - mean score of the trend / mean score of the rival``.
    by_indicator, by_economy : tuple of float
        90 % range of the block bootstrap with that block.
    """

    rival: str
    value: float
    by_indicator: tuple[float, float]
    by_economy: tuple[float, float]

    @property
    def proven(self) -> bool:
        """The trend is better whichever block is resampled."""
        return min(self.by_indicator[0], self.by_economy[0]) > 0


@dataclass(frozen=True)
class Standing:
    """How the methods did at one horizon.

    Attributes
    ----------
    years : int
        The horizon; 0 for all that are judged.
    forecasts : int
        Forecasts that met their target.
    score, covered : dict of str to float
        By method: mean interval score in mean absolute yearly changes, and the share of targets in the range.
    better : tuple of Better
        The trend against each rival.
    """

    years: int
    forecasts: int
    score: dict[str, float]
    covered: dict[str, float]
    better: tuple[Better, ...]

    @property
    def proven(self) -> bool:
        """The trend is better than every rival."""
        return all(each.proven for each in self.better)


def interval_score(low: Floats, high: Floats, x: Floats, level: float = LEVEL) -> Floats:
    """Score of central ranges: width, and what a target outside of them costs; lower is better.

    Notes
    -----
    ``(high - low) + 2 / (1 - level) (max(low - x, 0) + max(x - high, 0))`` (Winkler, JASA 67, 1972;
    Gneiting and Raftery, JASA 102, 2007, eq. 43).
    """
    outside = np.maximum(low - x, 0) + np.maximum(x - high, 0)
    return (high - low) + 2 / (1 - level) * outside


def tried(facts: Facts) -> Tried:
    """Project every series from every day of its past with enough before it, and compare with what came.

    Everything that a projection uses, the parameters shared by an indicator too, is fitted anew on what had
    been observed by the origin. The values are those of today's files: later revisions are in them.
    """
    fitted, whole = panel(series(facts))
    edges = np.array([_edges(each) for each in fitted]).reshape(-1, 2)
    parts = [_from(fitted, whole, edges, day) for day in np.unique(whole.time[np.isfinite(whole.time)])]
    held = [each for each in parts if len(each.horizon)]
    names = ("horizon", "indicator", "economy", "origin", "score", "covered")
    return Tried(*(np.concatenate([getattr(each, name) for each in held], axis=-1) for name in names))


def _edges(each: Series) -> tuple[float, float]:
    """Find the ends of the indicator's range on its scale."""
    least, most = to_scale(
        np.array(each.indicator.range), SCALES[each.indicator.scale], each.indicator.range[1]
    )
    return float(least), float(most)


def _from(fitted: list[Series], whole: Panel, edges: Floats, day: float) -> Tried:
    """Forecasts made on one day by the series that were observed on it."""
    seen = whole.until(day)
    usable = seen.count >= FEWEST
    past = seen.take(usable)
    starts = np.flatnonzero(usable)[past.last()[0] == day]
    change = _typical(past)[past.last()[0] == day]
    at, column, horizon = _targets(whole, starts, day)
    scores, covered = [], []
    for method in METHODS.values():
        low, high, x = np.empty((3, len(at)))
        for h in np.unique(whole.time[starts[at], column] - day):
            mine = whole.time[starts[at], column] - day == h
            ahead = method(past, np.full(len(past.group), h))
            kept = np.flatnonzero(usable).searchsorted(starts[at[mine]])
            half = Z95 * ahead.sd[kept]
            bounds = edges[starts[at[mine]]]
            low[mine] = np.clip(ahead.centre[kept] - half, *bounds.T)
            high[mine] = np.clip(ahead.centre[kept] + half, *bounds.T)
            x[mine] = whole.value[starts[at[mine]], column[mine]]
        scores.append(interval_score(low, high, x) / change[at])
        covered.append((low <= x) & (x <= high))
    told = [fitted[place] for place in starts[at]]
    return Tried(
        horizon,
        np.array([each.indicator.code for each in told], dtype=np.str_),
        np.array([each.economy for each in told], dtype=np.str_),
        np.full(len(at), day),
        np.array(scores).reshape(len(METHODS), -1),
        np.array(covered, dtype=bool).reshape(len(METHODS), -1),
    )


def _typical(past: Panel) -> Floats:
    """Mean absolute change a year over all series of the indicator of each series, (S,)."""
    rates = np.abs(np.diff(past.value, axis=1) / np.diff(past.time, axis=1))
    there = np.isfinite(rates)
    groups = int(past.group.max(initial=-1)) + 1
    total = np.bincount(past.group, np.where(there, rates, 0.0).sum(axis=1), groups)
    return np.asarray((total / np.maximum(np.bincount(past.group, there.sum(axis=1), groups), 1))[past.group])


def _targets(whole: Panel, starts: Ints, day: float) -> tuple[Ints, Ints, Ints]:
    """Find what was observed whole years later: place in `starts`, column, horizon; three (N,) arrays."""
    found = []
    for place, row in enumerate(starts):
        ahead = whole.time[row] - day
        for horizon in HORIZONS:
            miss = np.where(ahead > 0, np.abs(ahead - horizon), np.nan)
            if np.nanmin(miss, initial=np.inf) <= SLACK:
                found.append((place, int(np.nanargmin(miss)), horizon))
    told = np.array(found, dtype=np.int64).reshape(-1, 3)
    return told[:, 0], told[:, 1], told[:, 2]


def better(found: Tried, rival: str) -> Better:
    """Compare the trend with a rival over some forecasts, by a block bootstrap over indicators and economies.

    Notes
    -----
    The ratio of the mean scores is taken within each indicator, where it needs no unit, and the indicators
    count the same: the saving is one minus the geometric mean of their ratios.
    """
    names = list(METHODS)
    pair = found.score[[names.index(TREND), names.index(rival)]]
    codes, of = np.unique(found.indicator, return_inverse=True)
    places, at = np.unique(found.economy, return_inverse=True)
    sums = np.zeros((2, len(codes), len(places)))
    for total, each in zip(sums, pair, strict=True):
        np.add.at(total, (of, at), each)
    ratios = np.log(sums[0].sum(axis=1) / sums[1].sum(axis=1))
    by_indicator = _times(len(codes)) @ ratios / len(codes)
    resampled = _times(len(places)) @ sums.transpose(0, 2, 1)
    with np.errstate(invalid="ignore", divide="ignore"):
        by_economy = np.nanmean(np.log(resampled[0] / resampled[1]), axis=1)
    return Better(rival, float(-np.expm1(ratios.mean())), _range(by_indicator), _range(by_economy))


def _times(blocks: int) -> Floats:
    """How often each block is drawn in every resample, (R, blocks)."""
    drawn = np.random.default_rng(SEED).multinomial(blocks, np.full(blocks, 1 / blocks), size=RESAMPLES)
    return drawn.astype(np.float64)


def _range(logs: Floats) -> tuple[float, float]:
    """90 % range of the saving, from logarithms of ratios."""
    low, high = np.quantile(-np.expm1(logs), [0.05, 0.95])
    return float(low), float(high)


def standings(found: Tried) -> tuple[Standing, ...]:
    """Standing at each horizon that can be judged, then over all of them together."""
    judged = [h for h in HORIZONS if (found.horizon == h).sum() >= FEW]
    kept = found.take(np.isin(found.horizon, judged))
    return (*(_standing(kept.take(kept.horizon == h), h) for h in judged), _standing(kept, 0))


def _standing(found: Tried, years: int) -> Standing:
    score, covered = (
        dict(zip(METHODS, each.mean(axis=1).tolist(), strict=True)) for each in (found.score, found.covered)
    )
    return Standing(
        years, len(found.horizon), score, covered, tuple(better(found, rival) for rival in RIVALS)
    )


def by_indicator(found: Tried) -> dict[str, Standing]:
    """Standing of each indicator over all horizons; a block bootstrap over one indicator says nothing."""
    return {code: _standing(found.take(found.indicator == code), 0) for code in np.unique(found.indicator)}


def default(found: Iterable[Standing]) -> Baseline:
    """Apply the rule to the standings of the horizons."""
    judged = [each.proven for each in found if each.years]
    return "trend" if judged and all(judged) else "hold"


@cache
def kept(path: Path = KEPT) -> tuple[Standing, ...]:
    """Read what `make evaluate-trend` found on the shipped data."""
    table = tomllib.loads(path.read_text(encoding="utf-8"))
    return tuple(
        Standing(
            each["years"],
            each["forecasts"],
            each["score"],
            each["covered"],
            tuple(
                Better(it["rival"], it["value"], tuple(it["by_indicator"]), tuple(it["by_economy"]))
                for it in each["better"]
            ),
        )
        for each in table["standing"]
    )


def default_baseline() -> Baseline:
    """Return the baseline from which scenarios start where none is named, by the rule."""
    return default(kept())


def known_of(baseline: Baseline, years: float, found: Iterable[Standing] | None = None) -> str:
    """Say in one clause what is known of a baseline that reaches so many years ahead; may be nothing."""
    standing = kept() if found is None else tuple(found)
    reach = max(each.years for each in standing)
    short = _listed([each.years for each in standing if each.years and not each.proven])
    if baseline == "hold":
        return f"the default: a trend is not shown to beat it and a random walk at {short}" if short else ""
    whole = next(each for each in standing if not each.years)
    held = f"{100 * whole.covered[TREND]:.0f} % of past values up to {_listed([reach])} ahead"
    said = f"90 % ranges held {held}"
    said += f"; not shown to beat both hold and a random walk at {short}" if short else ""
    return said + (f"; nothing is known beyond {_listed([reach])}" if years > reach else "")


def _listed(years: list[int]) -> str:
    """Write `1, 3 and 4 years`; nothing for none."""
    if not years:
        return ""
    *head, last = map(str, years)
    named = f"{', '.join(head)} and {last}" if head else last
    return f"{named} year{'' if named == '1' else 's'}"


def written(found: Iterable[Standing]) -> str:
    """Return the text of the file that `kept` reads."""
    lines = ["# Written by make evaluate-trend."]
    for each in found:
        lines += ["", "[[standing]]", f"years = {each.years}", f"forecasts = {each.forecasts}"]
        lines += [f"score = {_inline(each.score)}", f"covered = {_inline(each.covered)}"]
        for it in each.better:
            lines += ["", "[[standing.better]]", f'rival = "{it.rival}"', f"value = {it.value:.4f}"]
            lines += [f"{name} = [{low:.4f}, {high:.4f}]" for name, (low, high) in _blocks(it)]
    return "\n".join(lines) + "\n"


def _inline(parts: dict[str, float]) -> str:
    return "{ " + ", ".join(f'"{name}" = {value:.4f}' for name, value in parts.items()) + " }"


def _blocks(it: Better) -> tuple[tuple[str, tuple[float, float]], ...]:
    return ("by_indicator", it.by_indicator), ("by_economy", it.by_economy)
