"""The claim on models: the best of them are largely American."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from layers.frontier_capability.history import ordinal
from layers.frontier_capability.irt import index

from .shares import HALF
from .tested import PAIR, Reading, Told, adjective, larger, months, shown, tested
from .verdict import Figure, source_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from indicators.facts import Facts
    from layers.frontier_capability.irt import Index

    from .verdict import ClaimVerdict

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

TEN, TWENTY, FIVE = 10, 20, 5
SINCE: Final = date(2023, 6, 30)
"""First month of the history: from about then both sides have models in the record."""
SPEAKS: Final = timedelta(days=183)
"""A list of ratings that is older says nothing of the day."""


@dataclass(frozen=True)
class Groups:
    """Configurations put together, as by released version or by laboratory.

    Attributes
    ----------
    draws : (P, K) array of float64
        Capability, the configurations of a group side by side.
    released : (K,) array of float64
        Their release days.
    starts : (G,) array of int64
        Where each group begins.
    names, economies : (G,) arrays of str
        Its name, and the economy of its laboratory.
    """

    draws: Floats
    released: Floats
    starts: Ints
    names: NDArray[np.str_]
    economies: NDArray[np.str_]

    @classmethod
    def of(cls, held: Index, by: str) -> Groups:
        """Put the configurations of an index together by a column of its frame."""
        text = held.frame[by].astype("string").fillna("").to_numpy(dtype=str)
        order = np.argsort(text, kind="stable")
        names, starts = np.unique(text[order], return_index=True)
        economies = held.frame["economy"].astype("string").fillna("").to_numpy(dtype=str)[order][starts]
        return cls(held.draws[:, order], ordinal(held)[order], starts.astype(np.int64), names, economies)

    def best(self, day: date) -> Floats:
        """Return the best configuration of each group that is out on a day, (P, G); -inf where none is."""
        out = np.where(self.released <= day.toordinal(), self.draws, -np.inf)
        return np.asarray(np.maximum.reduceat(out, self.starts, axis=1))

    def share(self, day: date, count: int, economy: str) -> Floats | None:
        """Return the share of an economy in the best groups of a day by draw, in per cent, (P,).

        None where fewer than `count` are out.
        """
        best = self.best(day)
        if np.isfinite(best[0]).sum() < count:
            return None
        top = np.argpartition(-best, count - 1, axis=1)[:, :count]
        return np.asarray(100.0 * (self.economies[top] == economy).mean(axis=1))


def frontier(facts: Facts, pair: tuple[str, str] = PAIR) -> ClaimVerdict:
    """Test whether the best models are largely American.

    Of the ten most capable models released by the day, one for each released version, by the index of
    capability: yes where the American share lies above half with its whole range over the joint draws of the
    index, no where it lies at or below. Other readings: the twenty most capable; the five best laboratories,
    each by its best model; the ten highest ratings by people's votes, from one list of another house, which
    has no range. How often the single best is American is shown and decides nothing: the claim is on many.
    """
    a, _ = pair
    held = index(facts)
    models, labs = (Groups.of(held, by) if held else None for by in ("family", "lab"))
    votes = facts.table("arena")

    def read(day: date) -> list[Reading]:
        return [
            _reading("ten most capable models", models, day, TEN, a),
            _reading("twenty most capable models", models, day, TWENTY, a),
            _reading("five best laboratories", labs, day, FIVE, a),
            _voted(votes, day, a),
            shown(_single(models, day, a)),
        ]

    now = read(facts.date)[0]
    named = adjective(facts, a)
    told = Told(
        "frontier",
        "American hands",
        "over half of the ten most capable models, whole range",
        f"The best models are largely {named}.",
        f"{now.said} of the ten most capable models are {named}" if now.said else "no index of capability",
        _overturn(now, named),
        _figures(facts, held, models, a),
        ("Months before look at models released by then, with today's index: the tests were run later.",),
    )
    return tested(frontier, told, read, months(SINCE if held else None, facts))


def _reading(rule: str, groups: Groups | None, day: date, count: int, economy: str) -> Reading:
    drawn = groups.share(day, count, economy) if groups else None
    if groups is None or drawn is None:
        return Reading(rule, "no data")
    low, value, high = (float(x) for x in np.quantile(drawn, [0.05, 0.5, 0.95], method="nearest"))
    said = f"{value:.0f} % ({low:.0f} to {high:.0f})"
    seen = date.fromordinal(int(groups.released[groups.released <= day.toordinal()].max()))
    return Reading(rule, larger(low, high, HALF), said, value, low, high, seen)


def _single(groups: Groups | None, day: date, economy: str) -> Reading:
    rule = "the single best model"
    drawn = groups.share(day, 1, economy) if groups else None
    if drawn is None:
        return Reading(rule, "no data")
    odds = float(drawn.mean())
    reply = larger(odds, odds, 95.0) if odds > 5.0 else "no"
    return Reading(rule, "cannot tell" if 5.0 < odds <= 95.0 else reply, f"in {odds:.0f} % of draws", odds)


def _voted(votes: pd.DataFrame, day: date, economy: str) -> Reading:
    rule = "ten highest ratings by people's votes"
    known = votes[votes["date"].dt.date <= day]
    if known.empty or day - known["date"].max().date() > SPEAKS:
        return Reading(rule, "no data")
    newest = known[known["date"] == known["date"].max()]
    top = newest.sort_values(["rating", "model"], ascending=[False, True]).head(TEN)
    if len(top) < TEN:
        return Reading(rule, "no data")
    share = 100.0 * float(top["economy"].eq(economy).mean())
    seen = newest["date"].iloc[0].date()
    return Reading(rule, larger(share, share, HALF), f"{share:.0f} % on {seen}", share, seen=seen)


def _figures(facts: Facts, held: Index | None, models: Groups | None, economy: str) -> tuple[Figure, ...]:
    """Capability of the best of each side, from the row of its first score."""
    if held is None or models is None:
        return ()
    best = np.quantile(models.best(facts.date), [0.05, 0.5, 0.95], axis=0, method="nearest")
    found = []
    for own in (True, False):
        chosen = np.where((models.economies == economy) == own, best[1], -np.inf)
        place = int(np.argmax(chosen))
        if np.isfinite(chosen[place]):
            rows = held.frame[held.frame["family"] == models.names[place]]
            row = rows.iloc[0]
            side = models.economies[place] if own else f"elsewhere ({models.economies[place]})"
            found.append(
                Figure(
                    f"Capability of {models.names[place]}, the best model of {side}",
                    float(best[1, place]),
                    float(best[0, place]),
                    float(best[2, place]),
                    "points",
                    str(row["released"])[:10],
                    str(row["published"])[:10],
                    source_text(facts.catalogue.tables["scores"].sources[row["source"]]) + ", by our index",
                    str(row["file"]),
                    int(row["row"]),
                )
            )
    return tuple(found)


def _overturn(now: Reading, named: str) -> str:
    if now.value is None or now.low is None or now.high is None:
        return "Scores of ten models on benchmarks that were out by the day."
    wanted: Sequence[float] = (HALF, now.low, now.high)
    if now.reply == "yes":
        models = int((now.low - HALF) / TEN) or 1
        return f"Others' models taking the place of {models} more of the ten at the low end of the range."
    least = max(1, round((HALF - min(wanted)) / TEN) + 1)
    return f"{named} models in {least} more places of the ten at the low end of the range."
