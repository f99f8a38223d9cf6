"""Frontiers over time: the best model of each of a pair with its band, new bests, and the lag by day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np

from indicators.period import month_ends
from layers.frontier_capability import LAYER, frontier, irt
from layers.frontier_capability.history import DAYS_SINCE, Ranged, ordinal, pair
from reports.wording import points, span

from .behind import Behind
from .credit import credit
from .lag_panel import half_years, lag_panel, lag_rows
from .look import PLAIN
from .palette import FIRST, INK, MUTED, SECOND, Role
from .phrases import listed, opened, possessive
from .sheet import LABEL, PATCH, SMALL, sheet

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from indicators.facts import Facts
    from indicators.schema import Source
    from layers.frontier_capability.history import History
    from scoring.answer import Answer

    from .chart import Chart
    from .look import Look

NAME = "frontier"
TABLE = "scores"
COLUMNS = (
    "what",
    "economy",
    "date",
    "model",
    "points",
    "low",
    "high",
    "months_behind",
    "months_low",
    "months_high",
    "share_of_draws_ahead",
)
TALL, LOWER, HEAD, FOOT, LEFT, RIGHT = 56.0, 30.0, 5.0, 6.0, 9.0, 31.0  # mm
START = date(2023, 3, 1)
EMPTY = (None,) * 4
NONE = "The record of scores holds no models of both by then."


@dataclass(frozen=True)
class Contest:
    """A pair's frontiers, with words for the two sides.

    Attributes
    ----------
    history : History
        Leader first.
    leader, follower : str
        Codes as in the answer.
    names : dict
        Names with article, in running text.
    """

    history: History
    leader: str
    follower: str
    names: dict[str, str]

    def role(self, answer: Answer, code: str) -> Role:
        """Return how a side looks: as everywhere, the first of the pair is the first."""
        return FIRST if code == answer.pair[0] else SECOND

    def now(self) -> float:
        """Return the day of the newest release in the record."""
        return float(ordinal(self.history.index).max())

    def band(self, side: Any, at: Any) -> tuple[Any, Any, Any]:  # noqa: ANN401 - arrays
        """Return 5 % point, median and 95 % point of a side's frontier on some days, NaN before its first."""
        path = self.history.path(side, at)
        low, middle, high = np.quantile(np.where(np.isfinite(path), path, np.nan), [0.05, 0.5, 0.95], axis=0)
        return low, middle, high

    def told_apart(self) -> bool:
        """Return whether the range of the gap excludes nothing."""
        return Ranged.of(self.history.gap(np.array([self.now()]))[:, 0]).high < 0.0


def contest(answer: Answer, facts: Facts) -> Contest | None:
    """Return the pair's frontiers; None where one of them has no model in the record."""
    from reports.wording import the

    if not set(LAYER.tables) <= facts.catalogue.tables.keys():
        return None
    index = irt.index(facts)
    sides = [facts.units[code].members or (code,) for code in answer.pair if code in facts.units]
    if index is None or len(sides) < len(answer.pair):
        return None
    found = pair(index, *sides)
    if found is None:
        return None
    leader, follower = answer.pair[::-1] if found.swapped else answer.pair
    return Contest(found, leader, follower, {code: the(answer.names[code]) for code in answer.pair})


def score_sources(facts: Facts) -> list[tuple[Source, float]]:
    """Return the sources of the scores, each counting as much as its rows."""
    table = facts.catalogue.tables.get(TABLE)
    counts = facts.table(TABLE)["source"].value_counts().to_dict() if table else {}
    known = table.sources if table else {}
    return [(known[str(key)], float(n)) for key, n in sorted(counts.items()) if key in known]


def months(found: Ranged) -> str:
    """Write a lag with its range, as in `5.4 months (3.3 to 5.8)`."""
    return f"{points(found.value)} months ({span(found.low, found.high)})"


def draw(answer: Answer, facts: Facts, look: Look = PLAIN) -> Chart:
    """Draw the frontiers, and the lag of the one behind the other."""
    found = contest(answer, facts)
    named = credit(NAME, answer, score_sources(facts))
    title, subtitle = finding(answer, found), _subtitle(answer, found, wide=look.size.wide)
    wide = look.size.wide
    body = HEAD + TALL + FOOT + (0.0 if wide else HEAD + LOWER + FOOT)
    page = sheet(title, subtitle, named, body if found else 8.0, look)
    if found is None:
        page.write(0, 4, NONE, LABEL, color=MUTED)
        return page.chart(NAME, _alt(found), COLUMNS, ())
    across = 0.57 * page.width if wide else page.width
    page.write(0, 2.0, "Best model released by each day, points of capability", LABEL, weight="bold")
    upper = page.axes(LEFT, HEAD, across - LEFT - RIGHT, TALL)
    _panel(upper, answer, found)
    left, top = (across + 6.0, 0.0) if wide else (0.0, HEAD + TALL + FOOT)
    words = f"Months by which {found.names[found.follower]} is behind"
    page.write(left, top + 2.0, words, LABEL, weight="bold")
    right = 17.0 if wide else RIGHT
    lower = page.axes(left + LEFT, top + HEAD, page.width - left - LEFT - right, TALL if wide else LOWER)
    lag_panel(lower, answer, found)
    if lower.axison and not wide:  # one above the other, a day stands at one place in both
        lower.set_xlim(upper.get_xlim())
        half_years(lower)
    rows = [*_rows(found), *lag_rows(found)]
    return page.chart(NAME, _alt(found), COLUMNS, rows, Behind(facts, tables=((TABLE, "score"),)))


def finding(answer: Answer, found: Contest | None) -> str:
    """Say how long ago the leader stood where the follower stands, or that they cannot be told apart."""
    if found is None:
        return f"{opened(listed(answer.names[code] for code in answer.pair))}: no frontier can be drawn"
    leader, follower = (found.names[code] for code in (found.leader, found.follower))
    if not found.told_apart():
        return f"{opened(leader)} and {follower} share the frontier: whose model is better cannot be told"
    lag = months(found.history.now()).replace(" months", " months ago", 1)
    return f"{opened(possessive(follower))} best model stands where {possessive(leader)} stood {lag}"


def _subtitle(answer: Answer, found: Contest | None, *, wide: bool) -> str:
    if found is None:
        return f"State of {answer.as_of}."
    daily, release = found.history.daily(), found.history.at_release()
    leader, follower = (found.names[code] for code in (found.leader, found.follower))
    marks = f"at its new bests, the marks, {points(release.value)} ({span(release.low, release.high)})"
    if any(each.bound and each.released >= DAYS_SINCE for each in found.history.releases()):
        marks += "; a triangle is a bound"
    tested = " All tests were run later." if found.history.index.linked else ""
    return (
        "Medians and 90 % of 1,000 joint draws; Claude 3.5 Sonnet = 130 points, GPT-5 = 150. "
        f"{'Right' if wide else 'Below'}: months since {leader} first stood where {follower} stood on the "
        f"day; below zero {follower} stands above. Mean since July 2023 {points(daily.value)} "
        f"({span(daily.low, daily.high)}); {marks}.{tested} State of {answer.as_of}."
    )


def _days(found: Contest) -> list[float]:
    event = found.history.event
    return [float(day) for day in event if day >= START.toordinal()]


def _panel(axes: Axes, answer: Answer, found: Contest) -> None:
    at = np.array([*_days(found), found.now()])
    dates: Any = [date.fromordinal(int(day)) for day in at]
    sides = {found.leader: found.history.first, found.follower: found.history.second}
    lowest = np.inf
    for code, side in sides.items():
        low, middle, high = found.band(side, at)
        role, known = found.role(answer, code), np.isfinite(low)
        axes.fill_between(
            dates, low, high, where=known, step="post", color=role.colour, alpha=0.16, linewidth=0
        )
        axes.step(
            dates, np.where(known, middle, np.nan), where="post", **role.line(), linewidth=1.8, zorder=3
        )
        lowest = min(lowest, float(np.nanmin(np.where(known, low, np.nan))))
        _label(axes, dates[-1], float(middle[-1]), role, answer.names[code])
    for code, release, best in _bests(found):
        when: Any = release
        role = found.role(answer, code)
        axes.plot(
            [when],
            [best],
            **{**role.mark(), "markersize": role.size * 0.7, "markeredgewidth": 0.8},
            zorder=4,
        )
    axes.set_ylim(bottom=max(lowest - 2.0, 85.0))
    first: Any = date.fromordinal(int(at[0]))
    axes.set_xlim(first, dates[-1])
    _arrow(axes, found)
    half_years(axes)


def _label(axes: Axes, at: Any, best: float, role: Role, name: str) -> None:  # noqa: ANN401 - a date
    how: dict[str, Any] = {
        "textcoords": "offset points",
        "xytext": (6, 0),
        "va": "center",
        "annotation_clip": False,
    }
    axes.annotate(f"{name} {best:.0f}", (at, best), size=LABEL, weight="bold", color=role.text, **how)


def _arrow(axes: Axes, found: Contest) -> None:
    """Mark the lag: from the day the leader stood at the follower's level to the newest release."""
    lag, now = found.history.now(), found.now()
    if not found.told_apart():
        return
    level = float(np.median(found.history.path(found.history.second, np.array([now]))[:, 0]))
    ends: Any = [date.fromordinal(int(now - lag.value * frontier.DAYS_PER_MONTH)), date.fromordinal(int(now))]
    axes.annotate(
        "",
        (ends[1], level),
        (ends[0], level),
        arrowprops={"arrowstyle": "<->", "color": INK, "lw": 1.0},
        zorder=5,
    )
    how: dict[str, Any] = {
        "textcoords": "offset points",
        "xytext": (-4, 0),
        "va": "center",
        "ha": "right",
        "bbox": PATCH,
    }
    axes.annotate(f"{lag.value:.1f} months", (ends[0], level), size=SMALL, color=INK, zorder=5, **how)


def _bests(found: Contest) -> list[tuple[str, date, float]]:
    """Return the new bests of both sides by most probable capability: side, day, points."""
    index, days = found.history.index, ordinal(found.history.index)
    bests = []
    for code, side in ((found.leader, found.history.first), (found.follower, found.history.second)):
        best = -np.inf
        for k in sorted(np.flatnonzero(side), key=lambda k: (days[k], -index.centre[k])):
            if index.centre[k] > best:
                best = float(index.centre[k])
                if days[k] >= START.toordinal():
                    bests.append((code, date.fromordinal(int(days[k])), best))
    return bests


def _rows(found: Contest) -> list[tuple[str | float | None, ...]]:
    """Return frontiers at month ends, and the follower's gap to the leader."""
    history = found.history
    days = month_ends(START, date.fromordinal(int(found.now())))
    at = np.array([day.toordinal() for day in days], dtype=np.float64)
    rows: list[tuple[str | float | None, ...]] = []
    for code, side in ((found.leader, history.first), (found.follower, history.second)):
        low, middle, high = found.band(side, at)
        for k, day in enumerate(days):
            if np.isfinite(low[k]):
                figures = (round(float(each[k]), 2) for each in (middle, low, high))
                rows.append(("frontier", code, day.isoformat(), "", *figures, *EMPTY))
    for k, gap in enumerate(history.gap(at).T):
        if np.isfinite(gap).all():
            middle = (round(float(each), 2) for each in np.quantile(gap, [0.5, 0.05, 0.95]))
            rows.append(("gap", found.follower, days[k].isoformat(), "", *middle, *EMPTY))
    return rows


def _alt(found: Contest | None) -> str:
    if found is None:
        return "Empty chart: no frontier can be drawn."
    now = np.array([found.now()])
    parts = ["Two rising step lines with bands: the capability of the best model of each side over time."]
    for code, side in ((found.leader, found.history.first), (found.follower, found.history.second)):
        best = Ranged.of(found.history.path(side, now)[:, 0])
        stands = f"{best.value:.0f} points ({best.low:.0f} to {best.high:.0f})"
        parts.append(f"{opened(found.names[code])} ends at {stands}.")
    if found.told_apart():
        parts.append(f"An arrow marks a lag of {months(found.history.now())}.")
    parts.append(
        f"A saw-toothed line with a band: months by which {found.names[found.follower]} is behind "
        f"{found.names[found.leader]}, since July 2023; its mean is {months(found.history.daily())}."
    )
    return " ".join(parts)
