"""The pair's price ratio at equal capability over time, by tier, with the commentary's figure marked."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from layers.inference_cost.gap import claim
from layers.inference_cost.history import ratio_history
from layers.inference_cost.market import TIERS

from .behind import Behind
from .credit import credit
from .look import PLAIN
from .palette import MUTED, RULE_CASE
from .phrases import counted, listed, opened
from .pricing import (
    CAPABILITY,
    PAIR,
    held,
    mark_claim,
    price_sources,
    ratio_axis,
    ratio_limits,
    time_axis,
    times,
)
from .sheet import LABEL, SMALL, Sheet, sheet, wrap
from .ways import HEADINGS

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from indicators.facts import Facts
    from layers.inference_cost.history import Ratio
    from scoring.answer import Answer

    from .chart import Chart
    from .look import Look

NAME = "price-ratio"
COLUMNS = ("date", "tier", "points_below_best", "ratio", "low", "high", "per")
SHORT = {"near": "near the frontier", "mid": "20 points below", "far": "30 below"}
TALL, LOWER, LEFT, HEAD = 52.0, 22.0, 12.0, 6.0
MONTH = 45  # days between two month ends, at most
APART = 0.45  # of two labels, in logarithms


def draw(answer: Answer, facts: Facts, look: Look = PLAIN) -> Chart:
    """Draw the ratio by tier over time."""
    path = ratio_history(facts, *answer.pair) if held(facts) else []
    named = credit(NAME, answer, price_sources(facts, CAPABILITY))
    title, subtitle = finding(answer, path), _subtitle(answer)
    body = HEAD + TALL + 8.0
    if look.size.narrow:
        body = len(TIERS) * (HEAD + LOWER) + 8.0
    page = sheet(title, subtitle, named, body if path else 8.0, look)
    if path:
        _panels(page, answer, path)
    else:
        page.write(0, 4, "There is no day on which both sold a model at one tier.", LABEL, color=MUTED)
    rows = (
        (
            str(r.date),
            r.tier,
            TIERS[r.tier],
            r.value,
            r.low,
            r.high,
            "token" if r.kind == "tokens" else "task",
        )
        for r in path
    )
    behind = Behind(facts, tables=(("prices",), ("scores", "score")))
    return page.chart(NAME, _alt(answer, path), COLUMNS, rows, behind)


def newest(path: list[Ratio], kind: str = "tokens") -> list[Ratio]:
    """Ratios of the last day, one per tier."""
    last = max((ratio.date for ratio in path), default=None)
    return [ratio for ratio in path if ratio.date == last and ratio.kind == kind]


def finding(answer: Answer, path: list[Ratio]) -> str:
    """Say how the ratio stands by tier, and whether the commentary's figure lies within a range."""
    now = newest(path)
    if not now:
        return f"No tier at which {listed(answer.names[code] for code in answer.pair)} both sold a model"
    first, second = (answer.adjectives[code] for code in answer.pair)
    parts = [f"{times(ratio.value)} {SHORT[ratio.tier]}" for ratio in now]
    said = f"{first} over {second} price at equal capability: {listed(parts)}"
    if answer.pair != PAIR:
        return opened(said)
    six = claim().times
    inside = sum(ratio.low <= six <= ratio.high for ratio in now)
    return opened(f"{said}; {six:g}x lies in {counted(inside) if inside else 'none'} of the ranges")


def _subtitle(answer: Answer) -> str:
    first, second = (answer.adjectives[code] for code in answer.pair)
    return (
        f"Cheapest {first} over cheapest {second} list price of a token at equal capability, at month ends. "
        "Bands: 90 % of draws over capability, workloads and catalogues; thin grey line: price of a task, "
        "not of a token. No line: one of them had nothing there. Before autumn 2025 few lists are dated. "
        f"State of {answer.as_of}."
    )


def _panels(page: Sheet, answer: Answer, path: list[Ratio]) -> None:
    tokens = [ratio for ratio in path if ratio.kind == "tokens"]
    limits = ratio_limits([end for ratio in tokens for end in (ratio.low, ratio.high)])
    days = (min(ratio.date for ratio in path), max(ratio.date for ratio in path))
    stacked = page.size.narrow
    across = page.width - LEFT if stacked else (page.width - LEFT + 6) / 3
    down = HEAD + LOWER if stacked else 0.0
    for i, tier in enumerate(TIERS):
        left, top = (LEFT, i * down) if stacked else (LEFT + i * across, 0.0)
        heading = "\n".join(wrap(HEADINGS[tier], across - 8, LABEL, "bold"))
        page.write(left, top + 2.0, heading, LABEL, weight="bold", color=RULE_CASE.text)
        axes = page.axes(left, top + HEAD, across - 18, LOWER if stacked else TALL)
        ratio_axis(axes, limits, sparse=stacked)
        if i and not stacked:
            axes.tick_params(labelleft=False)
        if stacked and i < len(TIERS) - 1:
            axes.tick_params(labelbottom=False)
        own = [ratio for ratio in tokens if ratio.tier == tier]
        work = [ratio for ratio in path if ratio.tier == tier and ratio.kind == "work"]
        time_axis(axes, days, 6 if stacked else 3)
        for stretch in _unbroken(own):
            _line(axes, stretch, work)
        if own:
            _end(axes, own[-1])
        if answer.pair == PAIR:
            last = None if i else days[1]
            mark_claim(axes, claim().times, last, f"claimed: {claim().words}")


def _unbroken(path: list[Ratio]) -> list[list[Ratio]]:
    """Stretches of a path without a month in which one of the pair had nothing on sale."""
    stretches: list[list[Ratio]] = []
    for ratio in path:
        if stretches and (ratio.date - stretches[-1][-1].date).days <= MONTH:
            stretches[-1].append(ratio)
        else:
            stretches.append([ratio])
    return stretches


def _line(axes: Axes, own: list[Ratio], work: list[Ratio]) -> None:
    days: Any = [ratio.date for ratio in own]
    lows, highs = [ratio.low for ratio in own], [ratio.high for ratio in own]
    axes.fill_between(days, lows, highs, color=RULE_CASE.colour, alpha=0.16, linewidth=0)
    held = [ratio for ratio in work if own[0].date <= ratio.date <= own[-1].date]
    task: Any = [ratio.date for ratio in held]
    axes.plot(task, [ratio.value for ratio in held], color=MUTED, linewidth=0.9, zorder=2)
    mark = {**RULE_CASE.mark(), "markersize": 1.6}
    axes.plot(days, [r.value for r in own], **{**mark, **RULE_CASE.line(), "linewidth": 1.7}, zorder=3)


def _end(axes: Axes, last: Ratio) -> None:
    how: dict[str, Any] = {"textcoords": "offset points", "va": "center", "annotation_clip": False}
    at: Any = last.date
    bold: dict[str, Any] = {"size": LABEL, "weight": "bold", "color": RULE_CASE.text}
    axes.annotate(times(last.value), (at, last.value), xytext=(4, 0), **bold, **how)
    for end in (last.low, last.high):
        if abs(math.log(end / last.value)) > APART:
            axes.annotate(times(end), (at, end), xytext=(4, 0), size=SMALL, color=MUTED, **how)


def _alt(answer: Answer, path: list[Ratio]) -> str:
    now = newest(path)
    if not now:
        return "Empty chart: no tier at which both sold a model."
    first, second = (answer.adjectives[code] for code in answer.pair)
    told = [f"{HEADINGS[r.tier]} {times(r.value)} ({times(r.low)} to {times(r.high)})" for r in now]
    return (
        f"Three panels, one per tier: {first} over {second} price at month ends with bands. On "
        f"{now[0].date}: {listed(told)}."
    )
