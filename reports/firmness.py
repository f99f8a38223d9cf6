"""What would turn a lead and what its doubt is made of, in sentences; from an answer and its flips alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from reports.wording import HARD, count, listed, lower_first, percent, plain, plural, the, title, upper_first

if TYPE_CHECKING:
    from scoring.answer import Answer, IndicatorRow
    from scoring.robustness import Flips

BIAS_FREE: Final = "  without shared biases"
_CAUSES: Final = {
    "bias": "shared biases of sources",
    "weights": "weights",
    "left_out": "one indicator left out",
    "normalise": "way to normalise",
    "aggregate": "mean across layers",
    "clip": "clip",
    "impute": "imputation",
    "treat": "treatment of outliers",
    "transform": "transforms",
    "goalposts": "goalposts",
}
_FAMILIES: Final = {
    "capability": "the capability model",
    "token_cost": "the token-cost model",
    "adoption": "the adoption model",
}


def cause(answer: Answer, group: str) -> str:
    """Name a group of draws."""
    kind, _, name = group.partition(":")
    if kind == "data":
        return f"errors of figures in {lower_first(title(answer, name))}"
    if kind == "posterior":
        return f"doubt of {_FAMILIES.get(name, name.replace('_', ' '))}"
    return _CAUSES.get(kind, kind.replace("_", " "))


def front(answer: Answer, node: str) -> tuple[str, str] | None:
    """Who leads by the stated values and who follows; None where they are level or not scored."""
    value = answer.gap[node].value
    if not value:
        return None
    first, second = answer.pair
    return (first, second) if value > 0 else (second, first)


def follower(answer: Answer, node: str) -> str:
    """Code of who follows by the stated values, empty where nobody does."""
    both = front(answer, node)
    return both[1] if both else ""


def where(answer: Answer, node: str) -> str:
    """Say of a node where one leads: `overall`, or `in inference cost`."""
    return "overall" if node == answer.nodes[0].code else f"in {lower_first(title(answer, node))}"


def parts(answer: Answer, node: str) -> str:
    """Name what a node is made of."""
    return "layers" if node == answer.nodes[0].code else "pillars"


def nearest_weight(answer: Answer, flips: Flips) -> str:
    """Say at which weight of a single layer, or else of a pillar in its layer, the overall lead turns."""
    top = answer.nodes[0].code
    levels = {node.code: node.level for node in answer.nodes}
    found = [it for it in flips.turns if it.of == top and it.weight is not None]
    layers = [it for it in found if levels[it.node] == "layer"]
    turn = min(layers or found, key=lambda it: abs((it.weight or 0.0) - it.now), default=None)
    if turn is None:
        return "No weight of a single layer or pillar turns the overall lead." if flips.turns else ""
    way = "more" if (turn.weight or 0.0) > turn.now else "less"
    inside = "" if levels[turn.node] == "layer" else " of its layer"
    name, weight = lower_first(title(answer, turn.node)), closely(turn.weight or 0.0, turn.now)
    who = upper_first(the(answer.names[turn.leader]))
    none = "" if layers else "; no weight of a layer turns it"
    now = closely(turn.now, turn.weight or 0.0)
    return f"{who} leads overall if {name} counts for {way} than {weight}{inside} (now {now}){none}."


def leads_under(answer: Answer, flips: Flips, node: str) -> str:
    """Say under which share of all weightings the leader leads."""
    held, both = flips.weightings.get(node), front(answer, node)
    if held is None:
        return ""
    leader = both[0] if both else answer.pair[0]
    share = held.share if leader == answer.pair[0] else 1 - held.share
    what = (
        "every weighting"
        if share == 1
        else "no weighting"
        if share == 0
        else f"{percent(share)} of all weightings"
    )
    if len(held.children) == 1:
        return ""
    place = upper_first(where(answer, node))
    return f"{place}, {the(answer.names[leader])} leads under {what} of the {parts(answer, node)}."


def change(answer: Answer, flips: Flips, node: str) -> str:
    """Say what the smallest change of weights is that makes both level, if any does."""
    held = flips.weightings.get(node)
    if held is None or held.moved is None or len(held.children) == 1:
        return ""
    moves = [
        (then - now, code) for code, now, then in zip(held.children, held.now, held.nearest_l1, strict=True)
    ]
    taker = max(moves)[1]
    givers = listed(lower_first(title(answer, code)) for size, code in sorted(moves) if size < -1e-9)
    now, then = (each[held.children.index(taker)] for each in (held.now, held.nearest_l1))
    size = f"{closely(held.moved, 0.0)} of the weight"
    if not givers:
        return "Both are level at these weights."
    to = f"{lower_first(title(answer, taker))}, from {closely(now, then)} to {closely(then, now)}"
    return f"The least change that makes both level moves {size} from {givers} to {to}."


def closely(share: float, other: float) -> str:
    """Write a share as a percentage with as many digits as tell it from another."""
    digits = 0
    while digits < 6 and share != other and f"{100 * share:.{digits}f}" == f"{100 * other:.{digits}f}":
        digits += 1
    return f"{100 * share:.{digits}f}{HARD}%"


def row_of(answer: Answer, code: str) -> IndicatorRow:
    """Row of an indicator."""
    return next(row for row in answer.indicators if row.code == code)


def nearest_value(answer: Answer, flips: Flips, node: str, *, shared: bool = False) -> str:
    """Say which single figure turns a lead with the least move, and at which value.

    Parameters
    ----------
    answer : Answer
        Of a run.
    flips : Flips
        What would turn its leads.
    node : str
        The whole or a layer.
    shared : bool
        For a file that is passed on: a value that its terms keep back is not told, only how far it is.
    """
    mine = [it for it in flips.values if it.node == node]
    if not mine:
        return ""
    lead = (
        "the overall lead"
        if node == answer.nodes[0].code
        else f"the lead in {lower_first(title(answer, node))}"
    )
    turning = [it for it in mine if it.ranges is not None]
    if not turning:
        return f"No single figure turns {lead}, not even at its goalpost."
    it = min(turning, key=lambda it: it.ranges or 0.0)
    row = row_of(answer, it.indicator)
    side = row.a if it.economy == answer.pair[0] else row.b
    dated = f", {side.date[:7]}" if side.date else ""
    now = "absent" if it.now is None else f"now {plain(it.now, 3)}"
    figure = f"“{row.short}” of {the(answer.names[it.economy])}"
    if shared and not side.free:
        moved = f"{100 * (it.ranges or 0.0):.2g} % of its goalpost range"
        return f"A single figure turns {lead}: {figure}, moved by {moved} (its terms keep the value back)."
    return f"A single figure turns {lead}: {figure} at {plain(it.value, 3)} ({now}{dated}; {row.unit})."


def fewest_figures(answer: Answer, flips: Flips, node: str) -> str:
    """Say what the follower would have to raise in all to draw level."""
    effort = flips.efforts.get(node)
    if effort is None:
        return ""
    who = the(answer.names[effort.economy])
    place = where(answer, node)
    if effort.total is None:
        return f"{upper_first(place)}, {who} cannot draw level, not even with every figure at its goalpost."
    figures = plural(len(effort.raised), "figure") if len(effort.raised) > 1 else "one figure"
    ranges = (
        f"{effort.total:.1f} goalpost ranges"
        if effort.total >= 0.95
        else f"{100 * effort.total:.2g} % of a goalpost range"
    )
    return f"To draw level {place}, {who} would have to improve {figures} by {ranges} in all, at the least."


__all__ = [
    "BIAS_FREE",
    "cause",
    "change",
    "closely",
    "count",
    "fewest_figures",
    "follower",
    "front",
    "leads_under",
    "nearest_value",
    "nearest_weight",
    "parts",
    "row_of",
    "where",
]
