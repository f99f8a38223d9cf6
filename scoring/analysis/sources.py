"""The part of an audit that is about the sources of a pair's figures; it needs the facts behind them."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final

from scoring.analysis.audit import Check, Verdict
from scoring.rows import shares

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scoring.analysis.subject import Subject
    from scoring.view import View

ONE_PRODUCER: Final = 1 / 3
"""Share of the weight from which one producer of data carries too much."""
MEASURED: Final = 0.5
"""Share of the ranges that rests on evidence, below which widths are a convention."""


def source_audit(view: View, s: Subject) -> Iterator[Check]:
    """Run the checks of where a pair's figures come from."""
    yield from _producers(view, s)
    yield from _ranges(view, s)


def _producers(view: View, s: Subject) -> Iterator[Check]:
    """Weight that rests on the data of one producer, over the pair."""
    grid, weights = view.plan.grid, s.effective
    by: dict[str, float] = defaultdict(float)
    for j, code in enumerate(grid.codes):
        known = view.facts.indicators[code].sources
        for place in view.places:
            row = grid.records[grid.record[j, place]] if grid.record[j, place] >= 0 else {}
            source = known.get(str(row.get("source") or ""))
            by[source.producer if source else "by rule, no source"] += weights[code] / 2
    for maker in sorted(by, key=lambda maker: -by[maker])[:3]:
        share = by[maker]
        verdict: Verdict = "mind" if share > ONE_PRODUCER else "fine"
        todo = "find a second source for its largest indicators" if verdict == "mind" else ""
        says = f"{maker} stands behind {100 * share:.0f} % of the weight"
        yield Check("producers", s.top, share, None, None, ONE_PRODUCER, verdict, says, todo)


def _ranges(view: View, s: Subject) -> Iterator[Check]:
    """Say which share of the ranges comes from the evidence."""
    measured, estimated = shares(view)
    share = measured + estimated
    says = (
        f"{100 * measured:.0f} % of the pair's ranges are stated by the evidence, "
        f"{100 * estimated:.0f} % estimated from duplicates, the rest assumed"
    )
    verdict: Verdict = "mind" if share < MEASURED else "fine"
    todo = "take the widths of the ranges as a convention, not as a measurement" if verdict == "mind" else ""
    yield Check("measured ranges", s.top, share, None, None, MEASURED, verdict, says, todo)
