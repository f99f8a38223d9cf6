"""The lag over time, day by day, with its band; the lag at releases as marks; their means."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np

from indicators.period import month_ends
from layers.frontier_capability.history import DAYS_SINCE, ordinal
from reports.wording import points

from .palette import INK, MUTED, RULE
from .sheet import LABEL, SMALL

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from scoring.answer import Answer

    from .frontier import Contest

STEP = 5  # days between the points of the line
NONE = (None, None, None)
LIMITS = {"at least": "^", "at most": "v"}


def half_years(axes: Axes) -> None:
    """Label January and July of each year, and fewer where there is no room."""
    from matplotlib.dates import DateFormatter, MonthLocator

    inch = axes.get_position().width * axes.get_figure().get_figwidth()  # type: ignore[union-attr]
    low, high = axes.get_xlim()
    crowded = (high - low) / 182 * 0.52 > inch
    axes.xaxis.set_major_locator(MonthLocator(bymonth=(1,) if crowded else (1, 7)))  # type: ignore[no-untyped-call]
    axes.xaxis.set_major_formatter(DateFormatter("%Y-%m"))  # type: ignore[no-untyped-call]


def lag_panel(axes: Axes, answer: Answer, found: Contest) -> None:
    """Draw the lag by day, its mean, and the lag at each new best of the follower."""
    sides = (found.history.first, found.history.second)
    both = max(float(ordinal(found.history.index)[side].min()) for side in sides)
    start = max(DAYS_SINCE.toordinal(), int(both))
    at = np.unique([*np.arange(start, found.now(), STEP), found.now()])
    lag = found.history.lag(at)
    known = np.isfinite(lag).all(axis=0)
    if known.sum() < 2:
        axes.text(0, 1, "They share less than a week of the record.", size=LABEL, color=MUTED, va="top")
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
    half_years(axes)


def lag_rows(found: Contest) -> list[tuple[str | float | None, ...]]:
    """Return the lag at month ends, with the share of draws in which the follower is above; then releases."""
    days = month_ends(DAYS_SINCE, date.fromordinal(int(found.now())))
    at = np.array([day.toordinal() for day in days], dtype=np.float64)
    lag, ahead = found.history.lag(at), found.history.ahead(at)
    rows: list[tuple[str | float | None, ...]] = []
    for k, day in enumerate(days):
        if np.isfinite(lag[:, k]).all():
            low, middle, high = (round(float(q), 2) for q in np.quantile(lag[:, k], [0.05, 0.5, 0.95]))
            share = round(float(ahead[k]), 3)
            rows.append(("lag", found.follower, day.isoformat(), "", *NONE, middle, low, high, share))
    for each in found.history.releases():
        stood = (each.capability, each.lag)
        figures = [round(part, 2) for it in stood for part in (it.value, it.low, it.high)]
        what = f"new best, lag {each.bound}" if each.bound else "new best"
        rows.append((what, found.follower, each.released.isoformat(), each.model, *figures, None))
    return rows
