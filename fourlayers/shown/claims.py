"""Tested claims that show themselves: all as a table, one with its figures and other readings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from indicators.fault import unknown
from reports.wording import plain
from scoring.questions.verdict import ClaimVerdict

from .html import table

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from scoring.questions.verdict import Figure


@dataclass(frozen=True)
class ShownClaim(ClaimVerdict):
    """A tested claim that shows itself as the screen of `claims NAME`, in a notebook as a table."""

    def __str__(self) -> str:
        from fourlayers.screens.claims import claim_screen

        return claim_screen(self)

    def _repr_html_(self) -> str:
        rows = [("rule", self.rule, self.finding)]
        rows += [("other reading", each.rule, each.answer) for each in self.alternatives]
        rows += [
            ("figure", each.label, f"{_figure(each)}; {each.date}; {each.source}") for each in self.figures
        ]
        rows += [("would overturn it", self.overturn, "")] if self.overturn else []
        caption = f"{self.sentence.rstrip('.')}: {verdict(self)} (data to {self.data_to or 'no day'})"
        return table(("", "what is looked at", "answer"), rows, caption, [f"Mind: {it}" for it in self.notes])


class Claims(tuple[ShownClaim, ...]):  # noqa: SLOT001 - it also holds the state date
    """All tested claims in their order; in a notebook a table, as text the screen of `claims`."""

    when: date

    def __new__(cls, claims: Iterable[ClaimVerdict], when: date) -> Self:
        """Take tested claims and the state date."""
        made = super().__new__(cls, (ShownClaim(**vars(each)) for each in claims))
        made.when = when
        return made

    def named(self, name: str) -> ShownClaim:
        """Return one claim by its name.

        Raises
        ------
        UsageError
            With near names, if there is none such.
        """
        found = {each.name: each for each in self}
        if name not in found:
            raise unknown("claim", name, found)
        return found[name]

    def __str__(self) -> str:
        from fourlayers.screens.claims import claims_screen

        return claims_screen(self, self.when)

    def _repr_html_(self) -> str:
        rows = [(each.name, each.sentence, verdict(each), each.finding, each.data_to) for each in self]
        head = ("claim", "in our words", "verdict", "found", "data to")
        return table(head, rows, f"The debate's claims, tested on data to {self.when}")


def verdict(claim: ClaimVerdict) -> str:
    """Write a verdict with its day, where it has one."""
    return f"{claim.verdict} {claim.until} ({claim.ended})" if claim.until else claim.verdict


def _figure(figure: Figure) -> str:
    if figure.value is None:
        return "not printed, by the terms of its source" if figure.unit else "stated in words"
    ranged = figure.low is not None and figure.high is not None
    if not ranged:
        return f"{plain(figure.value)} {figure.unit}, no range stated"
    return f"{plain(figure.value)} ({plain(figure.low)} to {plain(figure.high)}) {figure.unit}"
