"""The index of capability: one figure per configuration with joint draws, on the anchored scale."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from indicators.fault import DataError, Fault
from layers.frontier_capability import evidence, response
from layers.frontier_capability.kept import once
from layers.layer import ROWS

if TYPE_CHECKING:
    import pandas as pd

    from indicators.facts import Facts

Floats = NDArray[np.float64]

ANCHORS: tuple[tuple[str, float], ...] = (
    ("claude-3-5-sonnet-20240620", 130.0),
    ("gpt-5-2025-08-07_high", 150.0),
)
"""Configurations and their places, as on the scale of the Epoch Capabilities Index."""
SEED = 20260809
FEWEST_TO_LINK = 10
TABLES = ("scores", "benchmarks")
KEPT = ("model", "family", "lab", "economy", "released", "published", "open_weights", "source", "file", "row")


@dataclass(frozen=True)
class Line:
    """A straight line, y = at + per x, from the model's own scale to points."""

    at: float
    per: float

    def __call__(self, x: Floats) -> Floats:
        """Return the points of abilities or difficulties."""
        return np.asarray(self.at + self.per * x, dtype=np.float64)


@dataclass(frozen=True)
class Index:
    """Capability of every configuration that has enough scores.

    Attributes
    ----------
    frame : DataFrame
        One row per configuration, in the order of `models`: model, family, lab, economy, released,
        published, open_weights, source, file, row (the first of its scores) and `scores`, their number.
    models, family : tuple of str
        Configurations, sorted, and the family of each, K long.
    centre : (K,) array of float64
        Most probable capability; Claude 3.5 Sonnet = 130, GPT-5 (high) = 150.
    draws : (P, K) array of float64
        Joint draws, P = 1000; row r of all that is computed from the index uses row r of these.
    fit : Fit
        The fit behind it, on its own scale; `scale` leads from there to points.
    scale : Line
        Ability to points.
    linked : bool
        True where the anchors were not out yet, so that the scale is that of the full fit by way of the
        configurations both share.
    left_out : tuple of str
        Configurations with too few scores that count.
    """

    frame: pd.DataFrame
    models: tuple[str, ...]
    family: tuple[str, ...]
    centre: Floats
    draws: Floats
    fit: response.Fit
    scale: Line
    linked: bool
    left_out: tuple[str, ...]

    @property
    def sd(self) -> Floats:
        """Standard deviation of each capability, (K,)."""
        return np.asarray(self.draws.std(axis=0), dtype=np.float64)


def index(facts: Facts) -> Index | None:
    """Return the index on the state date of the facts, fitted at the first call.

    Scores of configurations and benchmarks released later take no part; all scores were measured by mid-2026,
    whatever the state date. None where fewer than ten configurations can be placed, and where the scores of
    the anchors had not been published on the day known by.

    Raises
    ------
    DataError
        With the faults of the scores, or if the anchors of the scale are missing.
    """
    found: Index | None = None
    if facts.catalogue.tables.keys() >= evidence.TABLES:
        found = once(facts, "capability index", TABLES, _index)
    return found


def _index(facts: Facts) -> Index | None:
    evidence.check(facts)
    if not anchors_published(facts):
        return None
    scores = released(facts)
    fit = fit_of(scores)
    if fit is None:
        return None
    out = set(fit.cells.models)
    full = all(name in out for name, _ in ANCHORS)
    scale = anchored(fit) if full else _linked_scale(fit, facts)
    left_out = tuple(sorted(set(scores["model"]) - out))
    return assembled(scores, fit, scale, linked=not full, left_out=left_out)


def anchors_published(facts: Facts) -> bool:
    """Say whether the scores that the scale stands on were published on the day known by, if one is set."""
    if facts.known_by is None:
        return True
    known = evidence.placeable(evidence.usable(facts.as_of(date.max).table("scores")))
    return set(known["model"]) >= {name for name, _ in ANCHORS}


def released(facts: Facts) -> pd.DataFrame:
    """Return the usable scores on benchmarks that were out on the state date."""
    counted = evidence.usable(facts.table("scores"))
    out = facts.table("benchmarks")["benchmark"]
    return counted[counted["benchmark"].isin(out)].reset_index(drop=True)


def fit_of(scores: pd.DataFrame, weight: Floats | None = None) -> response.Fit | None:
    """Fit the scores of configurations that have three or more; None where fewer than ten have."""
    kept = evidence.placeable(scores)
    if kept["model"].nunique() < FEWEST_TO_LINK:
        return None
    model, family, benchmark = (kept[name].tolist() for name in ("model", "family", "benchmark"))
    cells = response.Cells.of(model, family, benchmark, kept["score"].to_numpy(dtype=np.float64))
    return response.fitted(cells, weight)


def assembled(
    scores: pd.DataFrame,
    fit: response.Fit,
    scale: Line,
    *,
    linked: bool = False,
    left_out: tuple[str, ...] = (),
) -> Index:
    """Put an index together: places, joint draws and what the table says about each configuration."""
    cells = fit.cells
    ability = fit.parameters.ability
    drawn = aligned(fit.draws(ROWS, SEED).ability, ability)
    first = scores.drop_duplicates("model").set_index("model", drop=False)
    number = np.bincount(cells.model, minlength=len(cells.models))
    frame = first.loc[list(cells.models), list(KEPT)].reset_index(drop=True).assign(scores=number)
    family = tuple(cells.families[f] for f in cells.family)
    return Index(frame, cells.models, family, scale(ability), scale(drawn), fit, scale, linked, left_out)


def anchored(fit: response.Fit) -> Line:
    """Return the line through the two anchors.

    Raises
    ------
    DataError
        If one of them has no place.
    """
    ability = dict(zip(fit.cells.models, fit.parameters.ability.tolist(), strict=True))
    missing = [name for name, _ in ANCHORS if name not in ability]
    if missing:
        expected = f"at least {evidence.FEWEST} scores of it: the scale of points is anchored there"
        repair = "Keep the shipped rows beside your own."
        raise DataError(
            [
                Fault("scores.csv", 0, "model", f"too few scores of {name}", expected, repair)
                for name in missing
            ]
        )
    (low, at_low), (high, at_high) = ((ability[name], points) for name, points in ANCHORS)
    per = (at_high - at_low) / (high - low)
    return Line(at_low - per * low, per)


def aligned(x: Floats, target: Floats) -> Floats:
    """Bring abilities to the origin and unit of others of the same configurations.

    A fit finds abilities up to a shift and a stretch, which its prior alone settles. x = a + b target + error
    by least squares over configurations; the result is (x - a) / b.

    Parameters
    ----------
    x
        Shape (..., K).
    target
        Shape (K,).
    """
    at, per = least_squares(x, target)
    return np.asarray((x - at[..., None]) / per[..., None], dtype=np.float64)


def least_squares(x: Floats, target: Floats) -> tuple[Floats, Floats]:
    """Return intercept and slope of x on the target, each of shape (...)."""
    centred = target - target.mean()
    per = np.asarray((x * centred).sum(axis=-1) / (centred**2).sum(), dtype=np.float64)
    return np.asarray(x.mean(axis=-1) - per * target.mean(), dtype=np.float64), per


def _linked_scale(fit: response.Fit, facts: Facts) -> Line:
    """Return the line to points by way of the configurations that the full fit holds too."""
    if facts.date == date.max:  # the full fit itself lacks them
        return anchored(fit)
    full = index(facts.as_of(date.max))
    return anchored(fit) if full is None or full.linked else linked(fit, full)


def linked(fit: response.Fit, full: Index) -> Line:
    """Return the line to the points of another index, through the configurations both hold.

    Raises
    ------
    DataError
        If these are too few, and the anchors missing too.
    """
    place = {name: k for k, name in enumerate(full.models)}
    common = [(k, place[name]) for k, name in enumerate(fit.cells.models) if name in place]
    if len(common) < FEWEST_TO_LINK:
        return anchored(fit)
    here, there = np.array(common).T
    at, per = least_squares(fit.parameters.ability[here], full.centre[there])
    return Line(-float(at / per), 1.0 / float(per))
