"""What indicators of one's own would do: who scores what, how the gap moves, what they tell again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from layers.layer import share
from scoring.analysis.correlations import correlation, interval
from scoring.index.engine import plan, run
from scoring.index.recipe import read_recipe
from scoring.view import View

if TYPE_CHECKING:
    from collections.abc import Collection

    from indicators.facts import Facts
    from scoring.index.recipe import Recipe

FEWEST: Final = 8
"""Economies with both values below which a correlation says nothing."""
CLOSE: Final = 0.7
"""Correlation from which another indicator is named."""
MOST: Final = 3
"""How many of them are named."""


@dataclass(frozen=True)
class Alike:
    """A weighted indicator that orders the economies alike: correlation with its 90 % interval over n."""

    code: str
    r: float
    low: float
    high: float
    n: int


@dataclass(frozen=True)
class Seen:
    """One indicator of one's own.

    Attributes
    ----------
    code, layer, pillar : str
        What it is and where it counts.
    scores : dict of str to float
        0 to 100 by economy, best first; those without a value are left out.
    alike : tuple of Alike
        What it correlates with most.
    weights : dict of str to tuple of float
        Weight within the layer of every indicator of the pillar, for the first of the pair: before, after.
    """

    code: str
    layer: str
    pillar: str
    scores: dict[str, float]
    alike: tuple[Alike, ...]
    weights: dict[str, tuple[float, float]]


@dataclass(frozen=True)
class Moved:
    """Gap of the pair at a node, without and with a folder: None where not scored; `added`: it is new."""

    node: str
    before: float | None
    after: float | None
    added: bool = False


@dataclass(frozen=True)
class Preview:
    """What a folder would do to an answer.

    Attributes
    ----------
    pair : tuple of str
        The economies compared.
    seen : tuple of Seen
        Weighted indicators of the folder.
    shown : tuple of str
        Those of weight 0: shown, not scored.
    moved : tuple of Moved
        Pillars, layers and the whole, where the gap is not the same.
    """

    pair: tuple[str, str]
    seen: tuple[Seen, ...]
    shown: tuple[str, ...]
    moved: tuple[Moved, ...]


def preview(
    without: Facts, known: Facts, own: Collection[str], pair: tuple[str, str], recipe: Recipe | None = None
) -> Preview:
    """Score without and with indicators of one's own; nothing is drawn.

    Parameters
    ----------
    without, known : Facts
        The shipped facts alone, and with the folder.
    own : collection of str
        Codes of the folder.
    pair : tuple of str
        The economies compared.
    recipe : Recipe, optional
        The shipped one by default.
    """
    chosen = recipe or read_recipe()
    before = _view(without, chosen, pair)
    share(without, known)
    after = _view(known, chosen, pair)
    old = set(before.nominal.nodes)
    moved = [
        Moved(node, before.gap(node) if node in old else None, after.gap(node), added=node not in old)
        for node in reversed(after.nominal.nodes)
    ]
    weighted = {it.code for it in after.plan.grid.indicators}
    return Preview(
        pair,
        tuple(_seen(before, after, code) for code in sorted(own) if code in weighted),
        tuple(code for code in sorted(own) if code not in weighted and code in known.indicators),
        tuple(each for each in moved if each.before != each.after or each.added),
    )


def _view(facts: Facts, recipe: Recipe, pair: tuple[str, str]) -> View:
    made = plan(facts, recipe)
    return View(facts, made, run(made), pair)


def _seen(before: View, after: View, code: str) -> Seen:
    grid = after.plan.grid
    codes = [it.code for it in grid.indicators]
    scores = after.nominal.indicators[0]
    own = grid.indicators[codes.index(code)]
    row = scores[codes.index(code)]
    one = zip(grid.units, row, grid.reference, strict=True)  # blocs are made of what is said of their members
    mine = {unit: float(x) for unit, x, counts in one if counts and np.isfinite(x)}
    near = [it.code for it in grid.indicators if (it.layer, it.pillar) == (own.layer, own.pillar)]
    old = {it.code: float(w) for it, w in zip(before.plan.grid.indicators, _first(before), strict=True)}
    new = dict(zip(codes, map(float, _first(after)), strict=True))
    return Seen(
        code,
        own.layer,
        own.pillar,
        dict(sorted(mine.items(), key=lambda each: (-each[1], each[0]))),
        _alike(after, code),
        {name: (old.get(name, 0.0), new[name]) for name in near},
    )


def _first(view: View) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Weights of all indicators for the first of the pair, (J,)."""
    return np.asarray(view.weights[:, view.places[0]])


def _alike(view: View, code: str) -> tuple[Alike, ...]:
    grid = view.plan.grid
    scores = view.nominal.indicators[0][:, grid.reference]
    at = next(place for place, it in enumerate(grid.indicators) if it.code == code)
    found = []
    for it, other in zip(grid.indicators, scores, strict=True):
        r, n = correlation(scores[at], other)
        if it.code != code and n >= FEWEST and abs(r) >= CLOSE:
            found.append(Alike(it.code, r, *interval(r, n), n))
    return tuple(sorted(found, key=lambda each: -abs(each.r))[:MOST])
