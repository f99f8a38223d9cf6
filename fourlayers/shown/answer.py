"""Answers and comparisons that show themselves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from indicators.owned import counted
from reports.wording import call_label, plain, points, span, with_range
from scoring.answer import Answer, Gap, IndicatorRow

from .html import table

if TYPE_CHECKING:
    import pandas as pd

    from scoring.answer import Side


@dataclass(frozen=True)
class Shown(Answer):
    """An answer that shows itself: as a table in a notebook, as the screen of `score` in a terminal."""

    def __str__(self) -> str:
        from fourlayers.screens.score import score_screen

        return score_screen(self)

    def _repr_html_(self) -> str:
        rows = []
        for node in (*self.layers(), self.nodes[0]):
            gap = self.gap[node.code]
            scores = [self.scores[code][node.code] for code in self.pair]
            cells = [
                with_range(it.value, it.low, it.high) if it.value is not None else it.reason for it in scores
            ]
            newest = max((it.data_to for it in scores), default="")[:7]
            rows.append(
                (node.title, *cells, with_range(gap.value, gap.low, gap.high), call_label(gap, self), newest)
            )
        drawn = f"90 % ranges of {self.draws:,} draws" if self.draws else "no ranges drawn"
        caption = f"Scores from 0 to 100, state of {self.as_of}, {drawn}, run {self.fingerprint[:7]}"
        head = ("", *(self.names[code] for code in self.pair), "gap", "call", "data to")
        own = [f"Own data: {counted(self.own)}"] if self.own else []
        return table(head, rows, caption, [*own, *(f"Mind: {each.message}" for each in self.warnings[:2])])


@dataclass(frozen=True)
class Comparison:
    """What the gap of a pair at one node is made of.

    Attributes
    ----------
    answer : Answer
        The run.
    node : str
        Code of the node.
    """

    answer: Answer
    node: str

    @property
    def gap(self) -> Gap:
        """The gap, first minus second, in points, with its range and call."""
        return self.answer.gap[self.node]

    @property
    def matched(self) -> float | None:
        """The gap over indicators that are observed for both; None where it is not known."""
        return self.answer.matched_gap.get(self.node)

    def rows(self) -> list[tuple[IndicatorRow, float]]:
        """List the indicators under the node with their points, the largest first; they add up to the gap."""
        found = [(row, self._points(row)) for row in self.answer.indicators if row.weight > 0]
        known = [(row, each) for row, each in found if each is not None]
        return sorted(known, key=lambda pair: -abs(pair[1]))

    def made_of(self) -> pd.DataFrame:
        """Frame of the same: indicator, layer, pillar, unit, both values and scores, points, out_of_step."""
        import pandas as pd

        a, b = self.answer.pair
        return pd.DataFrame(
            [
                {
                    "indicator": row.code,
                    "layer": row.layer,
                    "pillar": row.pillar,
                    "unit": row.unit,
                    f"value_{a}": row.a.value,
                    f"value_{b}": row.b.value,
                    f"score_{a}": row.a.score,
                    f"score_{b}": row.b.score,
                    "points": each,
                    "out_of_step": row.out_of_step,
                }
                for row, each in self.rows()
            ]
        )

    def _points(self, row: IndicatorRow) -> float | None:
        info = next(each for each in self.answer.nodes if each.code == self.node)
        if info.level == "overall":
            return row.overall_points
        if self.node not in (row.layer, row.pillar) or row.points is None:
            return None
        return row.points if info.level == "layer" else row.points / info.weight

    def __str__(self) -> str:
        gap, pair = self.gap, " minus ".join(self.answer.pair)
        inside = span(gap.low, gap.high)
        lines = [f"{self.node}, {pair}: {points(gap.value)}" + (f" ({inside})" if inside else "")]
        lines.append(call_label(gap, self.answer))
        lines += [f"{points(each):>8}  {row.short}" for row, each in self.rows()]
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        answer, gap = self.answer, self.gap
        rows = [
            (row.short, _value(row.a, row.unit), _value(row.b, row.unit), points(each))
            for row, each in self.rows()
        ]
        title = next(each.title for each in answer.nodes if each.code == self.node)
        caption = (
            f"{title}, {' minus '.join(answer.names[code] for code in answer.pair)}: "
            f"{with_range(gap.value, gap.low, gap.high)} points, {call_label(gap, answer)}"
        )
        head = ("", *(answer.names[code] for code in answer.pair), "points of the gap")
        note = "Points add up to the gap of the stated values; the range of the gap is in the caption."
        return table(head, rows, caption, [note])


def _value(side: Side, unit: str) -> str:
    """Write a value with its range and unit, or why there is none to write."""
    if not side.free:
        return "withheld by licence"
    if side.value is None:
        return side.state
    if side.low is None or side.high is None:
        return f"{plain(side.value)} {unit}, no range"
    return f"{plain(side.value)} ({plain(side.low, 3)} to {plain(side.high, 3)}) {unit}"
