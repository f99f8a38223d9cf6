"""The outcome of a scenario that shows itself: how far every gap moves, and which calls change."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from reports.scenario_words import asked, made_by, mind, signed, worded
from scoring.questions.scenario.outcome import Outcome

from .html import table

if TYPE_CHECKING:
    import pandas as pd

    from scoring.questions.scenario.outcome import Effect, NodeOutcome


@dataclass(frozen=True)
class ShownOutcome(Outcome):
    """An outcome that shows itself as the screen of `scenario run`, and gives its rows as a frame."""

    def __str__(self) -> str:
        from fourlayers.screens.scenario import run_screen

        return run_screen(self)

    def frame(self) -> pd.DataFrame:
        """Frame of the long rows: year, node, measure, change, value, low, high."""
        import pandas as pd

        from reports.scenario_document import Row, rows

        return pd.DataFrame(list(rows(self)), columns=list(Row._fields))

    def _repr_html_(self) -> str:
        effects = self.overall.effects
        middle = [effects[(len(effects) - 1) // 2].year] if len(effects) > 2 else []
        years = [*middle, effects[-1].year]
        rows = [_row(self, node, years) for node in (*self.layers(), self.overall)]
        head = ("gap", *(f"moves by {year}" for year in years), "call without it", "call with it")
        first, second = (self.names.get(code, code) for code in self.pair)
        drawn = f"90 % ranges of {self.draws:,} paired draws" if self.draws else "no ranges drawn"
        caption = f"{asked(self)} Gap of {first} minus {second}, in points, {drawn}; baseline {self.baseline}"
        notes = [("Made by", made_by(self)), ("Not in it", mind(self))]
        return table(head, rows, caption, [f"{name}: {text}" for name, text in notes if text])


def _row(outcome: Outcome, node: NodeOutcome, years: list[int]) -> tuple[str, ...]:
    if not node.linked:
        return (node.title, *("not linked to these changes" for _ in years), "", "")
    moves = [_move(each) for each in node.effects if each.year in years]
    words = ["" if each is None else worded(each, outcome.names) for each in (node.before, node.after)]
    return (node.title, *moves, *words)


def _move(effect: Effect) -> str:
    if effect.change is None:
        return "not scored"
    if effect.low is None or effect.high is None:
        return signed(effect.change)
    return f"{signed(effect.change)} ({signed(effect.low)} to {signed(effect.high)})"
