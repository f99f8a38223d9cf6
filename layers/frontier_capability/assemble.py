"""Turns the tables of one state date into one row per indicator and economy, with joint draws."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from layers.frontier_capability import domains, frontier, irt, output, preference
from layers.frontier_capability.history import Ranged, member, ordinal
from layers.frontier_capability.placed import Placed, day, placed
from layers.layer import COLUMNS, ROWS, Computed, Posterior

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from indicators.facts import Facts
    from layers.frontier_capability.irt import Index

Floats = NDArray[np.float64]
FAMILY = "capability"


class Releases:
    """The index with what every row of it needs.

    Attributes
    ----------
    index : Index
        Capability and draws of every configuration.
    labs : (K,) array of str
        Laboratory of each configuration, empty where unknown.
    days : (K,) array of float64
        Release days.
    dated : dict
        Newest release and newest source, for the rows.
    tested : str
        What the notes of a run on an earlier date add.
    """

    def __init__(self, index: Index) -> None:
        """Read what the rows need from the frame of the index."""
        frame = index.frame
        self.index = index
        self.labs = frame["lab"].fillna("").to_numpy(dtype=str)
        self.days = ordinal(index)
        self.dated = {
            name: day(frame[of].max()) for name, of in (("date", "released"), ("published", "published"))
        }
        when = f"{self.dated['published']}, after the state date" if index.linked else ""
        self.tested = f"; all tests were run by {when}; scale linked to the full fit" if when else ""

    def best(self, chosen: NDArray[np.bool_]) -> int:
        """Return the place of the most capable of some configurations."""
        return int(np.argmax(np.where(chosen, self.index.centre, -np.inf)))

    def named(self, k: int) -> str:
        """Return the words for a configuration: name, capability, release, number of scores."""
        record, points = self.index.frame.iloc[k], self.index.centre[k]
        return f"{record['model']} ({points:.1f}, {day(record['released'])}, {record['scores']} scores)"

    def row(self, code: str, economy: str, drawn: Floats, k: int, note: str) -> Placed:
        """Return the row of a drawn figure: median, 5 and 95 % points."""
        span = Ranged.of(drawn)
        more = {**self.dated, "note": note + self.tested}
        return placed(code, economy, (span.value, span.low, span.high), self.index.frame.iloc[k], more, drawn)


def gap_row(code: str, economy: str, held: Releases, chosen: NDArray[np.bool_]) -> Placed:
    """Place the best of the chosen against the best of the world, draw by draw."""
    world = np.ones(chosen.size, dtype=bool)
    own, best = held.best(chosen), held.best(world)
    note = f"{held.named(own)} against {held.named(best)}" if own != best else f"{held.named(own)} leads"
    return held.row(code, economy, frontier.gap(held.index.draws, chosen), own, note)


def lab_rows(economy: str, held: Releases, chosen: NDArray[np.bool_], worst: float) -> Iterator[Placed]:
    """Yield depth and the effective number of laboratories of one economy."""
    gaps, drawn = (
        frontier.lab_gaps(points, held.labs, chosen) for points in (held.index.centre, held.index.draws)
    )
    top = np.unique(held.labs[chosen])[np.argsort(-gaps, kind="stable")][: frontier.LABS_IN_DEPTH]
    note, own = f"best laboratories: {', '.join(top)}; {gaps.size} in all", held.best(chosen)
    yield held.row("depth_gap_top3_labs", economy, frontier.depth(drawn, worst), own, note)
    yield held.row("effective_frontier_labs", economy, frontier.effective_labs(drawn), own, note)


def lag_row(economy: str, held: Releases, leader: str) -> Placed:
    """Return the months since the leading economy first stood at this economy's best level."""
    follower, ahead = member(held.index, economy=economy), member(held.index, economy=leader)
    own = held.best(follower)
    if economy == leader:
        return held.row("months_behind", economy, np.zeros(ROWS), own, "leads")
    event, now = np.unique(held.days[follower | ahead]), held.days.max()
    behind, front = (
        frontier.running_best(held.index.draws, held.days, side, event) for side in (follower, ahead)
    )
    lag = frontier.lag_by_day(behind, front, event, [now])[:, 0]
    since = (now - held.days[own]) / frontier.DAYS_PER_MONTH
    release = float(np.median(lag)) - since
    note = f"{leader} leads; {release:.1f} months at the release of {held.index.models[own]}"
    return held.row("months_behind", economy, lag, own, note)


def capability_rows(facts: Facts) -> Iterator[Placed]:
    """Yield the indicators that read the index."""
    index = irt.index(facts)
    if index is None:
        return
    held = Releases(index)
    worst = float(facts.indicators["depth_gap_top3_labs"].readings.scale.goalposts[0])
    sides = {economy: member(index, economy=economy) for economy in facts.economies}
    present = {economy: chosen for economy, chosen in sides.items() if chosen.any()}
    if not present:
        return
    leader = max(present, key=lambda economy: float(np.median(frontier.best(index.draws, present[economy]))))
    openly = member(index, open_weights=True)
    for economy, chosen in present.items():
        yield gap_row("frontier_gap_points", economy, held, chosen)
        yield from lab_rows(economy, held, chosen, worst)
        yield lag_row(economy, held, leader)
        if (chosen & openly).any():
            yield gap_row("open_frontier_gap_points", economy, held, chosen & openly)


def domain_rows(facts: Facts) -> Iterator[Placed]:
    """Yield the three domain ratios."""
    scores = irt.released(facts)
    for code, tests in domains.DOMAINS.items():
        rows = domains.tested(scores, tests)
        ranked = rows.sort_values(["score", "model"], ascending=[False, True], kind="stable")
        for economy, found in domains.domain_ratios(scores, facts.economies, tests).items():
            own = ranked[ranked["economy"] == economy].drop_duplicates("benchmark").sort_values("benchmark")
            more = {"row": 0, "quality": "measured", "note": domain_note(own, found.without)}
            more |= {"date": day(rows["released"].max()), "published": day(rows["published"].max())}
            drawn = None if found.without else found.drawn
            yield placed(code, economy, (found.value, found.low, found.high), own.iloc[0], more, drawn)


def domain_note(own: pd.DataFrame, without: tuple[str, ...]) -> str:
    """Return the model that holds each best score, and the tests without one."""
    held = [f"{t} {m} {s:.3f}" for t, m, s in own[["benchmark", "model", "score"]].itertuples(index=False)]
    lacking = f"; no score, counted 0: {', '.join(without)}" if without else ""
    return ("; ".join(held) + lacking).replace("aa_", "")


def posterior(rows: Sequence[Placed], economies: Sequence[str]) -> tuple[Posterior, ...]:
    """Lay the draws of the rows side by side: one row of all of them is one state of the world."""
    drawn = [each for each in rows if each.drawn is not None]
    if not drawn:
        return ()
    codes = tuple(sorted({each.code for each in drawn}))
    values = np.full((ROWS, len(codes), len(economies)), np.nan)
    for each in drawn:
        values[:, codes.index(each.code), list(economies).index(each.economy)] = each.drawn
    return (Posterior(FAMILY, codes, tuple(economies), values),)


def computed(facts: Facts) -> Computed:
    """Return all rows of the layer, sorted by code and economy, with their joint draws."""
    index_rows = [*capability_rows(facts), *domain_rows(facts)]
    rows = [*index_rows, *preference.rows(facts), *output.rows(facts)]
    frame = pd.DataFrame([each.record for each in rows], columns=list(COLUMNS))
    ordered = frame.sort_values(["code", "economy"], kind="stable").reset_index(drop=True)
    return Computed(ordered, posterior(rows, facts.economies))
