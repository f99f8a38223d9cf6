"""Where the evidence of a layer is weakest, and what would change its lead."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from reports.firmness import change, fewest_figures, leads_under, nearest_value, row_of
from reports.wording import listed, points, the

from .pieces import Labelled

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from scoring.answer import Answer, IndicatorRow
    from scoring.doubt.turning import Swing
    from scoring.robustness import Flips

NAMED: Final = 3
"""Figures that are named."""
SEEN: Final = 0.05
"""Points by which the range of a figure must move a gap to be named."""
WEAK: Final = {"press": "press reports", "judgement": "judgement", "industry_estimate": "industry estimates"}
UNKNOWN: Final = ("missing", "stale")


def weakest(
    answer: Answer, flips: Flips | None, layer: str, rows: Sequence[IndicatorRow]
) -> tuple[Labelled, ...]:
    """Name what a layer's gap rests on that may give way; nothing where it is not scored."""
    weighted = [row for row in rows if row.weight > 0]
    if not weighted:
        return ()
    parts = (
        ("Widest ranges", _widest(answer, flips, layer)),
        ("Kind of source", _kinds(answer, weighted)),
        ("Old or apart", _late(weighted)),
        ("Not known", _unknown(answer, weighted)),
    )
    return tuple(Labelled(label, text) for label, text in parts if text)


def _widest(answer: Answer, flips: Flips | None, layer: str) -> str:
    mine = [it for it in flips.swings if it.node == layer] if flips else []
    mine = sorted((it for it in mine if _width(it) >= SEEN), key=lambda it: -_width(it))[:NAMED]
    if not mine:
        return ""
    said = "; ".join(_swing(answer, it) for it in mine)
    return f"The gap over the range of one figure, all else as stated: {said}."


def _width(it: Swing) -> float:
    return abs(it.at_high - it.at_low)


def _swing(answer: Answer, it: Swing) -> str:
    ends = sorted((it.at_low, it.at_high))
    who = the(answer.names[it.economy])
    return f"{row_of(answer, it.indicator).short}, {who}, {points(ends[0])} to {points(ends[1])}"


def _kinds(answer: Answer, rows: Sequence[IndicatorRow]) -> str:
    """Share of the layer's weight whose value, of either side, rests on a weak kind of source."""
    whole = sum(row.weight for row in rows)
    said = []
    for kind, name in WEAK.items():
        share = sum(row.weight for row in rows if kind in {row.a.quality, row.b.quality}) / whole
        if share > 0:
            said.append(f"{name} {max(100 * share, 1):.0f} %")
    who = " or ".join(the(answer.names[code]) for code in answer.pair)
    return f"Of the weight, the value of {who} rests on {listed(said)}." if said else ""


def _late(rows: Sequence[IndicatorRow]) -> str:
    late = [f"{row.short} ({' and '.join(_dates(row))})" for row in rows if row.out_of_step]
    return f"{listed(late)}." if late else ""


def _dates(row: IndicatorRow) -> list[str]:
    return [date for date in dict.fromkeys((row.a.date, row.b.date)) if date] or ["no date"]


def _unknown(answer: Answer, rows: Sequence[IndicatorRow]) -> str:
    said = []
    for code, place in zip(answer.pair, ("a", "b"), strict=True):
        lacking = [row.short for row in rows if getattr(row, place).state in UNKNOWN]
        if lacking:
            said.append(f"for {the(answer.names[code])} {listed(lacking)}")
    return f"{'; '.join(said)[:1].upper()}{'; '.join(said)[1:]}." if said else ""


def turns(answer: Answer, flips: Flips | None, layer: str) -> tuple[Labelled, ...]:
    """Say which figure, which weights and which effort would turn the lead of a layer."""
    if flips is None or answer.gap[layer].value is None:
        return ()
    return tuple(Labelled(label, text) for label, text in _turns(answer, flips, layer) if text)


def _turns(answer: Answer, flips: Flips, layer: str) -> Iterator[tuple[str, str]]:
    yield "One figure", nearest_value(answer, flips, layer, shared=True)
    yield "Weights", f"{leads_under(answer, flips, layer)} {change(answer, flips, layer)}".strip()
    yield "Effort", fewest_figures(answer, flips, layer)
