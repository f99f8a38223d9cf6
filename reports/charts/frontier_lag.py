"""The lag over time, day by day, with its band; the lag at releases as marks; means by definition."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np

from indicators.period import month_ends
from layers.frontier_capability.history import DAYS_SINCE, ordinal
from reports.wording import points, span

from .chart import Chart
from .credit import credit
from .frontier import NONE, contest, months, score_sources
from .palette import INK, MUTED, RULE
from .phrases import listed, opened, possessive
from .sheet import LABEL, SMALL, WIDTH, Sheet, sheet

if TYPE_CHECKING:
    from indicators.facts import Facts
    from scoring.answer import Answer

    from .frontier import Contest

NAME = "frontier-lag"
COLUMNS = ("what", "date", "model", "months_behind", "low", "high", "share_of_draws_ahead")
TALL, LEFT, RIGHT = 66.0, 9.0, 20.0
STEP = 5  # days between the points of the line
LIMITS = {"at least": "^", "at most": "v"}


def draw(answer: Answer, facts: Facts) -> Chart:
    """Draw the lag."""
    found = contest(answer, facts)
    named = credit(NAME, answer, score_sources(facts))
    title, subtitle = finding(answer, found), _subtitle(answer, found)
    page = sheet(title, subtitle, named.line, TALL if found else 8.0)
    if found:
        _panel(page, answer, found)
    else:
        page.write(0, 4, NONE, LABEL, color=MUTED)
    rows = tuple(_rows(found)) if found else ()
    parts = (COLUMNS, rows, named.producers, named.licences, named.citation, page.figure)
    return Chart(NAME, title, subtitle, _alt(found), *parts)


def finding(answer: Answer, found: Contest | None) -> str:
    """Say the lag now and its mean, or that it cannot be told from nothing."""
    if found is None:
        return f"{opened(listed(answer.names[code] for code in answer.pair))}: no lag can be told"
    leader, follower = (found.names[code] for code in (found.leader, found.follower))
    now, mean = found.history.now(), found.history.daily()
    if not found.told_apart():
        told = f"Which of {leader} and {follower} is behind cannot be told now"
        return f"{told}; {months(mean)} on average"
    average = f"{points(mean.value)} on average since July 2023"
    return f"{opened(follower)} is {months(now)} behind {leader}; {average}"


def _subtitle(answer: Answer, found: Contest | None) -> str:
    if found is None:
        return f"State of {answer.as_of}."
    daily, release = found.history.daily(), found.history.at_release()
    leader, follower = (found.names[code] for code in (found.leader, found.follower))
    tested = " All tests were run later." if found.history.index.linked else ""
    marks = f"{points(release.value)} ({span(release.low, release.high)}), the marks"
    if any(each.bound and each.released >= DAYS_SINCE for each in found.history.releases()):
        marks += " (a triangle is a bound: up at least, down at most)"
    return (
        f"Line: months since {leader} first stood where {follower} stood on the day (median, 90 % of draws); "
        f"it grows by a month a month between releases; below zero {follower} stands above. Mean day by day "
        f"{points(daily.value)} ({span(daily.low, daily.high)}); mean at {possessive(follower)} new bests "
        f"{marks}.{tested} State of {answer.as_of}."
    )


def _panel(page: Sheet, answer: Answer, found: Contest) -> None:
    from matplotlib.dates import DateFormatter, MonthLocator

    axes = page.axes(LEFT, 2.0, WIDTH - LEFT - RIGHT, TALL - 9.0)
    sides = (found.history.first, found.history.second)
    both = max(float(ordinal(found.history.index)[side].min()) for side in sides)
    start = max(DAYS_SINCE.toordinal(), int(both))
    at = np.unique([*np.arange(start, found.now(), STEP), found.now()])
    lag = found.history.lag(at)
    known = np.isfinite(lag).all(axis=0)
    if known.sum() < 2:
        page.write(0, 4, "They share less than a week of the record.", LABEL, color=MUTED)
        axes.set_axis_off()
        return
    at, lag = at[known], lag[:, known]
    low, middle, high = np.quantile(lag, [0.05, 0.5, 0.95], axis=0)
    dates: Any = [date.fromordinal(int(day)) for day in at]
    role = found.role(answer, found.follower)
    axes.fill_between(dates, low, high, color=role.colour, alpha=0.16, linewidth=0)
    axes.plot(dates, middle, color=role.colour, linewidth=1.6, zorder=3)
    axes.axhline(0.0, color=RULE, linewidth=0.8, zorder=1)
    for each in found.history.releases():
        when: Any = each.released
        if each.released.toordinal() >= start:
            mark = {**role.mark(), "markersize": role.size * 0.8, "markeredgewidth": 0.9, "clip_on": False}
            mark["marker"] = LIMITS.get(each.bound, role.marker)
            axes.plot([when], [each.lag.value], **mark, zorder=4)
    mean = found.history.daily().value
    axes.axhline(mean, color=INK, linewidth=0.8, linestyle=(0, (1, 1.5)), zorder=2)
    how: dict[str, Any] = {
        "textcoords": "offset points",
        "xytext": (5, 0),
        "va": "center",
        "annotation_clip": False,
    }
    close = abs(mean - float(middle[-1])) < 0.06 * (float(high.max()) - min(float(low.min()), 0.0))
    shift = 7 * (1 if mean >= middle[-1] else -1) if close else 0
    axes.annotate(
        f"{points(middle[-1])} now",
        (dates[-1], middle[-1]),
        size=LABEL,
        weight="bold",
        color=role.text,
        **{**how, "xytext": (5, -shift)},
    )
    axes.annotate(
        f"{points(mean)} mean", (dates[-1], mean), size=SMALL, color=INK, **{**how, "xytext": (5, shift)}
    )
    axes.set_xlim(dates[0], dates[-1])
    axes.set_ylabel("months behind", size=LABEL, color=MUTED)
    axes.xaxis.set_major_locator(MonthLocator(bymonth=(1, 7)))  # type: ignore[no-untyped-call]
    axes.xaxis.set_major_formatter(DateFormatter("%Y-%m"))  # type: ignore[no-untyped-call]


def _rows(found: Contest) -> list[tuple[str | float | None, ...]]:
    """Return the lag at month ends, with the share of draws in which the follower is above; then releases."""
    days = month_ends(DAYS_SINCE, date.fromordinal(int(found.now())))
    at = np.array([day.toordinal() for day in days], dtype=np.float64)
    lag, ahead = found.history.lag(at), found.history.ahead(at)
    rows: list[tuple[str | float | None, ...]] = []
    for k, day in enumerate(days):
        if np.isfinite(lag[:, k]).all():
            low, middle, high = (round(float(q), 2) for q in np.quantile(lag[:, k], [0.05, 0.5, 0.95]))
            rows.append(("day", day.isoformat(), "", middle, low, high, round(float(ahead[k]), 3)))
    for each in found.history.releases():
        stood = (round(part, 2) for part in (each.lag.value, each.lag.low, each.lag.high))
        what = f"release, {each.bound}" if each.bound else "release"
        rows.append((what, each.released.isoformat(), each.model, *stood, None))
    return rows


def _alt(found: Contest | None) -> str:
    if found is None:
        return "Empty chart: no lag can be told."
    return (
        f"A saw-toothed line with a band: months by which {found.names[found.follower]} is behind "
        f"{found.names[found.leader]}, since July 2023. It ends at {months(found.history.now())}; its "
        f"mean is {months(found.history.daily())}; at new bests it is "
        f"{months(found.history.at_release())} on average."
    )
