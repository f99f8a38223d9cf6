"""The half of an answer that speaks of indicators: one row each for the pair, and where it comes from."""

from __future__ import annotations

import hashlib
import math
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from layers.grid import CENSORED, OBSERVED, STATES, build
from scoring.answer import IndicatorRow, Side
from scoring.index.compare import contributions, matched, out_of_step
from scoring.view import known

if TYPE_CHECKING:
    from indicators.schema import Indicator
    from layers.grid import Grid
    from scoring.view import View

Floats = NDArray[np.float64]

TOLD = ("code", "title", "short", "unit", "layer", "pillar", "form")


def indicator_rows(view: View) -> tuple[IndicatorRow, ...]:
    """Rows of all indicators: those of the framework in its order, then those that are only shown."""
    grid = view.plan.grid
    weights = view.weights[:, list(view.places)].mean(axis=1)
    parts = np.stack([weights, *contributions(view.plan, view.nominal, *view.places)])
    shown = tuple(it for it in view.facts.indicators.values() if it.weight == 0)
    rows = _rows(view, grid, view.nominal.indicators[0], parts)
    if shown:
        other = build(view.facts, shown, view.plan.recipe.choices.lens, view.plan.recipe.error)
        empty = np.full(other.value.shape, math.nan)
        rows += _rows(view, other, empty, np.full((3, len(shown)), math.nan))
    return tuple(rows)


def _rows(view: View, grid: Grid, scores: Floats, parts: Floats) -> list[IndicatorRow]:
    """Rows of one grid.

    Parameters
    ----------
    view : View
        Whose pair is compared.
    grid : Grid
        J indicators.
    scores : (J, n) array
        0 to 100.
    parts : (3, J) array
        Effective weight, points of the layer's gap and of the overall gap.
    """
    stepped = out_of_step(grid, *view.places, view.facts.date.toordinal())
    alike = matched(grid, *view.places)
    rows = []
    for j, it in enumerate(grid.indicators):
        a, b = (_side(grid, scores, j, i) for i in view.places)
        rows.append(
            IndicatorRow(
                **{name: getattr(it, name) for name in TOLD},
                weight=known(parts[0, j]) or 0.0,
                points=known(parts[1, j]),
                overall_points=known(parts[2, j]),
                out_of_step=bool(stepped[j]),
                matched=bool(alike[j]),
                a=a,
                b=b,
                stated=it.weight,
                reading=_mark(it.reading(view.plan.recipe.choices.lens).model_dump_json(), it.direction),
                tables=_tables(view, it),
            )
        )
    return rows


def _side(grid: Grid, scores: Floats, j: int, i: int) -> Side:
    """One economy's half; the record stays beside a value that is too old to be used."""
    row = grid.records[grid.record[j, i]] if grid.record[j, i] >= 0 else {}
    sources = grid.indicators[j].sources
    source = sources.get(str(row.get("source")))
    text = {name: str(row.get(name) or "") for name in ("date", "published", "source", "quality")}
    text |= {name: str(row.get(name) or "") for name in ("instrument", "note", "file")}
    return Side(
        value=known(grid.value[j, i]),
        low=known(grid.low[j, i]),
        high=known(grid.high[j, i]),
        score=known(scores[j, i]),
        state=STATES[grid.state[j, i]],
        row=int(row.get("row") or 0),
        range_kind=_range_kind(grid, j, i, str(row.get("interval_kind") or "")),
        mark=_mark(STATES[grid.state[j, i]], float(grid.value[j, i]), float(grid.divisor[j, i])),
        free=source.redistribute if source else all(each.redistribute for each in sources.values()),
        **text,
    )


def _mark(*parts: object) -> str:
    """Return a short hash."""
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:16]


def _tables(view: View, it: Indicator) -> str:
    """Hash of the record tables behind an indicator, empty where it is read from a file."""
    pairs = view.facts.catalogue.table_pairs
    held = [pairs[name].digest for name in it.computed_from if name in pairs]
    return _mark(*held) if held else ""


def _range_kind(grid: Grid, j: int, i: int, stated: str) -> str:
    """Word for a range; a zero by rule has none, and a bloc's is made of those of its members."""
    if grid.state[j, i] == CENSORED:
        return "bounds"
    if grid.state[j, i] != OBSERVED or not grid.reference[i]:
        return ""
    return stated or "class"


def shares(view: View) -> tuple[float, float]:
    """Say what the ranges of the pair's observed values rest on, as shares by weight.

    Returns
    -------
    measured : float
        The evidence gives the range.
    estimated : float
        The range is that of a kind of source whose error is estimated from duplicates. The rest is assumed: a
        kind of source without duplicates, or a judgement.
    """
    grid, places = view.plan.grid, list(view.places)
    weights = view.weights[:, places] * (grid.state[:, places] == OBSERVED)
    total = weights.sum()
    if not total:
        return 0.0, 0.0
    assumed = grid.assumed[:, places]
    known = _estimated(view)[:, places]
    return float(weights[~assumed].sum() / total), float(weights[assumed & known].sum() / total)


def _estimated(view: View) -> NDArray[np.bool_]:
    """Say which ranges come from an estimated kind of source, (J, n); a bloc's if those of its members do."""
    grid, estimated = view.plan.grid, set(view.plan.recipe.error.estimated)
    found = np.zeros(grid.value.shape, dtype=bool)
    for j, i in np.argwhere(grid.record >= 0):
        row = grid.records[grid.record[j, i]]
        found[j, i] = not row.get("interval_kind") and row.get("quality") in estimated
    for i, unit in enumerate(grid.units):
        members = [grid.units.index(code) for code in view.facts.units[unit].members]
        if members:
            absent = ~np.isfinite(grid.value[:, members])
            found[:, i] = ((found | ~grid.assumed)[:, members] | absent).all(axis=1)
    return found
