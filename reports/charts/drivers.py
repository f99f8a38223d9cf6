"""Which groups of draws the variance of the overall ratio goes with: Sobol indices."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from reports.firmness import cause
from reports.wording import percent, short_name
from scoring.robustness import shares

from .behind import of_pair
from .credit import credit, pair_sources
from .look import PLAIN
from .palette import FAINT, FIRST, INK, MUTED, SHARES
from .phrases import opened
from .sheet import LABEL, PATCH, SMALL, Scale, Sheet, sheet, wrap

if TYPE_CHECKING:
    from indicators.facts import Facts
    from scoring.answer import Answer
    from scoring.doubt.sensitivity import Effect, Sensitivity

    from .chart import Chart
    from .look import Look

COLUMNS = (
    "group", "name", "first", "first_low", "first_high", "total", "total_low", "total_high",
)  # fmt: skip
LEAST: Final = 0.005
"""Total index below which a group is in the data alone."""
LABELS, ROW, LOWER, HEAD = 62.0, 6.4, 5.2, 12.0  # mm
LIGHT, DARK = SHARES[1][1], FIRST.colour


def draw(answer: Answer, facts: Facts, look: Look = PLAIN) -> Chart:
    """Draw the indices of the overall log ratio."""
    held = shares(answer, facts)
    found = held.indices if held else None
    effects = found.effects["log_ratio"] if found else ()
    shown = [it for it in effects if it.total[0] >= LEAST]
    named = credit("drivers", answer, pair_sources(answer, facts))
    title, subtitle = finding(answer, effects), _subtitle(answer, found)
    row = ROW if look.size.shape is None else LOWER
    page = sheet(title, subtitle, named, HEAD + row * max(len(shown), 1) + 5.0, look)
    if shown:
        _legend(page)
        scale = _scale(page, shown)
        _axis(page, scale, HEAD + row * len(shown))
        for i, it in enumerate(shown):
            _row(page, HEAD + (i + 0.5) * row, answer, it, scale)
    else:
        page.write(0, HEAD, "There is nothing to show.", LABEL, color=MUTED)
    rows = ((it.group, cause(answer, it.group), *it.first, *it.total) for it in effects)
    return page.chart("drivers", _alt(answer, shown), COLUMNS, rows, of_pair(answer, facts))


def finding(answer: Answer, effects: tuple[Effect, ...]) -> str:
    """Say which groups have most to do with the spread of the overall ratio."""
    if not answer.draws:
        return "Without draws nothing varies"
    if not effects:
        return "There is no overall ratio that varies"
    first, *rest = effects[:2]
    most = f"{opened(cause(answer, first.group))} has most to do with how far the overall ratio spreads"
    if not rest or rest[0].total[0] < LEAST:
        return most
    second = rest[0]
    if second.total[2] < first.total[1]:
        return f"{most}: {percent(first.total[0])} of its variance, alone and with others"
    both = f"{opened(cause(answer, first.group))} and {cause(answer, second.group)}"
    shares_ = f"{percent(first.total[0])} and {percent(second.total[0])} of its variance"
    return f"{both} have most to do with how far the overall ratio spreads: {shares_}"


def _subtitle(answer: Answer, found: Sensitivity | None) -> str:
    ratio = " over ".join(short_name(answer, code) for code in answer.pair)
    what = f"Sobol indices of the logarithm of the ratio of overall scores, {ratio}, "
    how = (
        "by group of draws; lines: 90 % intervals. What goes with combinations counts for each of its groups."
    )
    if found is None or not found.effects["log_ratio"]:
        return f"{what}by group of draws. State of {answer.as_of}."
    settled = "" if found.is_settled else " Not settled: more draws would move the indices."
    return f"{what}{how} {found.runs:,} runs. State of {answer.as_of}.{settled}"


def _scale(page: Sheet, shown: list[Effect]) -> Scale:
    most = max(it.total[2] for it in shown)
    return Scale(0.0, max(most * 1.12, 0.1), LABELS + 2, page.width)


def _legend(page: Sheet) -> None:
    x = LABELS + 2
    for colour, text, room in ((DARK, "alone", 20.0), (LIGHT, "alone and with others", 0.0)):
        page.bar(x, 0.6, 4.4, 2.8, colour)
        page.write(x + 5.6, 2.0, text, SMALL, color=MUTED)
        x += room


def _axis(page: Sheet, scale: Scale, bottom: float) -> None:
    step = next(each for each in (0.02, 0.05, 0.1, 0.2, 0.25, 0.5) if scale.high / each <= 6)
    for k in range(int(scale.high / step) + 1):
        x = scale(k * step)
        page.line([x, x], [HEAD - 2, bottom + 1], color=FAINT, linewidth=0.6, zorder=0)
        page.write(
            x, HEAD - 4, f"{100 * k * step:.0f}" + (" %" if k == 0 else ""), SMALL, ha="center", color=MUTED
        )


def _row(page: Sheet, y: float, answer: Answer, it: Effect, scale: Scale) -> None:
    lines = wrap(opened(cause(answer, it.group)), LABELS - 2, LABEL)
    page.write(0, y, "\n".join(lines), LABEL)
    total, low, high = it.total
    page.bar(scale.left, y - 1.6, scale(total) - scale.left, 3.2, LIGHT, zorder=1)
    alone = min(max(it.first[0], 0.0), total)
    page.bar(scale.left, y - 0.9, scale(alone) - scale.left, 1.8, DARK, zorder=2)
    page.line([scale(low), scale(high)], [y, y], color=INK, linewidth=0.8, zorder=3)
    page.write(scale(max(high, total)) + 1.2, y, percent(total), SMALL, color=MUTED, bbox=PATCH)


def _alt(answer: Answer, shown: list[Effect]) -> str:
    parts = ["Bars: share of the variance of the overall log ratio that goes with each group of draws."]
    for it in shown:
        alone = percent(max(it.first[0], 0.0))
        parts.append(f"{opened(cause(answer, it.group))}: {percent(it.total[0])} in all, {alone} alone.")
    return " ".join(parts)
