"""A value account that shows itself: profit by stage, and where a dollar stays."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from reports.content.value import TITLES, cents, percent_range, pooled_sentence, unseen
from reports.wording import NONE, plain
from scoring.questions.value.capture import ValueCapture

from .html import table

if TYPE_CHECKING:
    from scoring.questions.value.account import Stage
    from scoring.questions.value.quantity import Ends


@dataclass(frozen=True)
class ShownCapture(ValueCapture):
    """A value account; in a notebook two tables, as text the screen of `value-capture`.

    Attributes
    ----------
    names : dict of str to str
        Short names of economies by code.
    """

    names: dict[str, str] = field(default_factory=dict, repr=False)

    def __str__(self) -> str:
        from fourlayers.screens.value_capture import screen

        return screen(self, self.names)

    def _repr_html_(self) -> str:
        a, b = self.pair
        stages = [
            (TITLES[stage.name], _booked(stage, a), _booked(stage, b), _covered(stage))
            for stage in self.stages
        ]
        head = ("stage", self.names[a], self.names[b], "share of revenue covered")
        caption = f"Gains and losses booked from AI, US$ bn, {self.account.title}, state of {self.state}"
        first = table(head, stages, caption, [pooled_sentence(self, self.names)])
        dollars = [
            (each.case.name, *(cents(it) if it else NONE for it in (kept.get(a), kept.get(b), stays)))
            for each in self.dollars
            for kept, stays in ((each.kept_by(), each.stays_in().get(self.home)),)
        ]
        head = ("case", f"owners in {self.names[a]}", f"owners in {self.names[b]}", f"stays in {self.home}")
        second = table(head, dollars, "Of a dollar paid for AI, in cents, with 90 % ranges")
        return first + second


def _booked(stage: Stage, economy: str) -> str:
    """Write gains and losses with their ranges; what no firm tells is unknown, not zero."""
    if not any(line.counted and line.economy == economy for line in stage.lines):
        return "unknown"
    parts = [_money(each) for each in (stage.gains(economy), stage.losses(economy)) if any(each)]
    return ("; ".join(parts) or "0") + (", a main firm does not tell" if unseen(stage, economy) else "")


def _money(each: Ends) -> str:
    middle, low, high = each
    return f"{plain(middle, 3)} ({plain(low, 3)} to {plain(high, 3)})" if low != high else plain(middle, 3)


def _covered(stage: Stage) -> str:
    return "no total stated" if stage.coverage is None else percent_range(stage.coverage)
