"""How answers look as the last line of a notebook cell."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

from reports.wording import call_label, points, span, with_range
from scoring.answer import Answer, Gap, IndicatorRow

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import pandas as pd


@dataclass(frozen=True)
class Shown(Answer):
    """An answer that shows itself: as a table in a notebook, as the screen of `score` in a terminal."""

    def __str__(self) -> str:
        from .screens.score import score_screen

        return score_screen(self)

    def _repr_html_(self) -> str:
        nodes = (*self.layers(), self.nodes[0])
        a, b = self.pair
        rows = []
        for node in nodes:
            scores = [self.scores[code][node.code] for code in self.pair]
            cells = [
                with_range(it.value, it.low, it.high) if it.value is not None else it.reason for it in scores
            ]
            rows.append((node.title, *cells, call_label(self.gap[node.code], self)))
        caption = f"state of {self.as_of}, 90 % ranges, run {self.fingerprint[:7]}"
        return _table(("", self.names[a], self.names[b], "call"), rows, caption)


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
        gap = self.gap
        rows = [
            (row.short, points(row.a.score), points(row.b.score), points(each)) for row, each in self.rows()
        ]
        caption = f"{self.node}: {with_range(gap.value, gap.low, gap.high)}, {call_label(gap, self.answer)}"
        return _table(("", *self.answer.pair, "points"), rows, caption)


def _table(head: Sequence[str], rows: Iterable[Sequence[str]], caption: str) -> str:
    def line(cells: Sequence[str], tag: str) -> str:
        return "<tr>" + "".join(f"<{tag}>{escape(each)}</{tag}>" for each in cells) + "</tr>"

    body = "".join(line(row, "td") for row in rows)
    top = f"<caption>{escape(caption)}</caption><thead>{line(head, 'th')}</thead>"
    return f"<table>{top}<tbody>{body}</tbody></table>"
