"""Gathers what a walk from a score to the data needs."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from .nodes import find_node
from .request import Request, answer, compute, facts
from .screens.explain import Explained, explain_screen

if TYPE_CHECKING:
    from indicators.facts import Facts


def explained(asked: Request, economy: str, node: str, known: Facts | None = None) -> str:
    """Text of the walk for an economy and a node, both as a user wrote them.

    Raises
    ------
    UsageError
        If one of them is not known.
    """
    from indicators.economies import resolve

    given, known = known, known or facts(asked)
    unit = resolve(economy, known.units)  # before anything is computed
    found = answer(asked) if given is None else compute(asked, known)
    code = find_node(node, found)
    beside = found
    if unit not in found.pair:  # its rows take a comparison of its own; its scores are in the answer
        beside = compute(replace(asked, pair=(unit, found.pair[0]), draws=0), known)
    turned = beside.pair[1] == unit
    rows = tuple((row, row.b, row.a) if turned else (row, row.a, row.b) for row in beside.indicators)
    other = beside.pair[0 if turned else 1]
    walk = Explained(found, unit, other, rows, -1 if turned else 1, dict(known.indicators))
    return explain_screen(walk, code)
