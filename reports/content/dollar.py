"""The way of a dollar as a picture needs it: places in columns and flows between them, plain numbers only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from scoring.questions.value.dollar import COSTS, INVESTORS, OWNERS, USER, mean_cents

if TYPE_CHECKING:
    from scoring.questions.value.dollar import Dollar, Flow
    from scoring.questions.value.quantity import Ends

LEAST: Final = 0.05
"""Cents (mean) below which a flow is not drawn; what is left out is too thin to be seen."""
KINDS: Final = (USER, "stage", INVESTORS, OWNERS, COSTS)


@dataclass(frozen=True)
class Place:
    """A place of the picture.

    Attributes
    ----------
    name, label : str
        Its key in the flows, and what is written at it.
    kind : str
        Of `KINDS`.
    economy : str
        Of the user, owners, costs or investors; for a stage the economy of its owner.
    column : int
        From the left: the user, then the stages by their longest way, then those who keep.
    cents : tuple of float
        What passes through: mean, 5 and 95 % points.
    """

    name: str
    label: str
    kind: str
    economy: str
    column: int
    cents: Ends


@dataclass(frozen=True)
class Picture:
    """Places and flows of one dollar.

    Attributes
    ----------
    places : tuple of Place
        In the order in which they stand in their column.
    flows : tuple of Flow
        Means add up at every stage.
    """

    places: tuple[Place, ...]
    flows: tuple[Flow, ...]


def picture(dollar: Dollar) -> Picture:
    """Lay out a dollar in columns.

    Parameters
    ----------
    dollar : Dollar
        As followed.
    """
    merged = _merged(dollar)
    columns = _columns(dollar)
    last = max(columns.values()) + 1
    keepers = [name for name in dict.fromkeys(flow.target for flow in merged) if name not in columns]
    investors = dict.fromkeys(flow.source for flow in merged if flow.source.startswith(INVESTORS))
    places = [Place(USER, USER, USER, dollar.user, 0, (100.0, 100.0, 100.0))]
    for stage in dollar.stages:
        if any(flow.target == stage.stage for flow in merged):
            passed = mean_cents(stage.received + stage.subsidy)
            label = stage.stage.replace("_", " ")
            places.append(Place(stage.stage, label, "stage", stage.firm, columns[stage.stage], passed))
    for name in investors:
        to = min(columns[flow.target] for flow in merged if flow.source == name)
        places.append(_end(dollar, name, max(to - 1, 0)))
    places += [
        _end(dollar, name, last) for name in sorted(keepers, key=lambda it: -_depth(it, merged, columns))
    ]
    return Picture(tuple(places), tuple(merged))


def _merged(dollar: Dollar) -> list[Flow]:
    """Flows that can be seen."""
    return [flow for flow in dollar.flows() if flow.cents[0] >= LEAST]


def _columns(dollar: Dollar) -> dict[str, int]:
    """Longest way of each stage from the user."""
    found = {stage.stage: 1 for stage in dollar.stages}
    for stage in dollar.stages:
        for to in stage.paid:
            found[to] = max(found[to], found[stage.stage] + 1)
    return found


def _depth(name: str, flows: list[Flow], columns: dict[str, int]) -> float:
    """Mean column from which a place is paid, by amount: what comes from far down the chain stands high."""
    into = [flow for flow in flows if flow.target == name]
    return sum(columns[flow.source] * flow.cents[0] for flow in into) / sum(flow.cents[0] for flow in into)


def _end(dollar: Dollar, name: str, column: int) -> Place:
    kind, economy = name.split()
    return Place(name, kind, kind, economy, column, mean_cents(dollar.at(kind, economy)))
