"""A run as it is kept: what a file about it holds, enough to say later what has moved since."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

    from scoring.answer import Answer, IndicatorRow, Side


DECIMALS: Final = 4
"""Of scores and gaps that are shown, and of scores whose value may not be passed on."""
FINE: Final = 8
"""Of other scores, so that parts computed from a file add up."""


@dataclass(frozen=True)
class Half:
    """One economy's half of an indicator.

    Attributes
    ----------
    score : float or None
        0 to 100.
    state : str
        observed, zero, floor, censored, missing, stale or imputed.
    value : float or None
        In the unit of the indicator; None where unknown or where it may not be passed on.
    free : bool
        The value may be passed on.
    date, published, source : str
        Of the row.
    mark : str
        Hash of the evidence; equal marks are equal evidence.
    """

    score: float | None
    state: str
    value: float | None
    free: bool
    date: str
    published: str
    source: str
    mark: str


@dataclass(frozen=True)
class Item:
    """One indicator of a run.

    Attributes
    ----------
    code, short, unit, layer, pillar : str
        From its description.
    weight : float
        Weight in its pillar; 0 where it is only shown.
    reading, tables : str
        Hashes of how it is read and of the tables that it is computed from.
    halves : tuple of Half
        First and second economy of the pair.
    """

    code: str
    short: str
    unit: str
    layer: str
    pillar: str
    weight: float
    reading: str
    tables: str
    halves: tuple[Half, Half]


@dataclass(frozen=True)
class Told:
    """What a run said of a gap: points, 90 % range, call and whom it names."""

    value: float | None
    low: float | None
    high: float | None
    call: str
    leader: str


@dataclass(frozen=True)
class Run:
    """A run.

    Attributes
    ----------
    version, code : str
        Of the package, and a hash of the code that scores depend on.
    pair : tuple of str
        First and second economy.
    lens, as_of, known_by, vintage : str
        What was asked; days as YYYY-MM-DD, empty where not set.
    draws, seed : int
        Of the ranges and calls.
    fingerprint : str
        Of everything that went in.
    recipe, tree : mapping
        The whole recipe and framework, as in their JSON.
    gap : dict of str to Told
        Overall and layers.
    items : dict of str to Item
        Indicators by code, in the order of the framework.
    """

    version: str
    code: str
    pair: tuple[str, str]
    lens: str
    as_of: str
    known_by: str
    vintage: str
    draws: int
    seed: int
    fingerprint: str
    recipe: Mapping[str, Any]
    tree: Mapping[str, Any]
    gap: dict[str, Told]
    items: dict[str, Item]


def held(answer: Answer) -> Run:
    """Keep of an answer what a later comparison needs, rounded as in a file, so that both compare alike."""
    nodes = [node.code for node in answer.nodes if node.level in {"overall", "layer"}]
    return Run(
        version=answer.version,
        code=answer.code,
        pair=answer.pair,
        lens=answer.lens,
        as_of=answer.as_of.isoformat(),
        known_by=answer.known_by.isoformat() if answer.known_by else "",
        vintage=answer.data_vintage.isoformat(),
        draws=answer.draws,
        seed=answer.seed,
        fingerprint=answer.fingerprint,
        recipe=json.loads(answer.made_with or "{}"),
        tree=json.loads(answer.tree or "{}"),
        gap={node: _told(answer, node) for node in nodes},
        items={row.code: _item(row) for row in answer.indicators},
    )


def _told(answer: Answer, node: str) -> Told:
    gap = answer.gap[node]
    value, low, high = (rounded(each) for each in (gap.value, gap.low, gap.high))
    return Told(value, low, high, gap.call, gap.leader)


def rounded(value: float | None, decimals: int = DECIMALS) -> float | None:
    """Round a number for a file; None for one that is missing, and no negative zero."""
    if value is None or not math.isfinite(value):
        return None
    return round(float(value), decimals) + 0.0


def _item(row: IndicatorRow) -> Item:
    return Item(
        code=row.code,
        short=row.short,
        unit=row.unit,
        layer=row.layer,
        pillar=row.pillar,
        weight=row.stated,
        reading=row.reading,
        tables=row.tables,
        halves=(_half(row.a), _half(row.b)),
    )


def _half(side: Side) -> Half:
    known = side.value is not None and math.isfinite(side.value)
    return Half(
        score=rounded(side.score, FINE if side.free else DECIMALS),
        state=side.state,
        value=side.value if known and side.free else None,
        free=side.free,
        date=side.date,
        published=side.published,
        source=side.source,
        mark=side.mark,
    )
