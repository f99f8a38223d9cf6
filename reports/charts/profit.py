"""Profit booked from AI by stage: the pair and the rest of the world, hatched where it is not known."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np

from reports.content.value import BLOC, BOOKED, TITLES, account_of, money, profit_finding

from .behind import Behind
from .credit import credit
from .look import PLAIN
from .palette import FAINT, FIRST, HATCH, INK, MUTED, OTHER, PAPER, RULE, SECOND, Role
from .sheet import LABEL, SMALL, Scale, Sheet, sheet
from .untold import untold

if TYPE_CHECKING:
    from collections.abc import Iterator

    from indicators.facts import Facts
    from indicators.schema import Source
    from scoring.answer import Answer
    from scoring.questions.value.account import Stage
    from scoring.questions.value.capture import ValueCapture
    from scoring.questions.value.quantity import Ends

    from .chart import Chart
    from .look import Look

COLUMNS = (
    "stage",
    "economies",
    "gains_usd_bn",
    "gains_low",
    "gains_high",
    "losses_usd_bn",
    "unknown_at_most_usd_bn",
    "main_firms_unknown",
    "coverage",
)
REST: Final = "rest"
BAR, APART, HEADING, LOWER, HEAD = 2.5, 3.1, 12.6, 10.8, 7.0  # mm
STUB = 4.0  # mm, of what has no known size
WIDE: Final = 0.02  # of a profit: a range that is narrower would not be seen
WHISKER: Final = replace(OTHER, colour=INK)
LEFT, RIGHT = 30.0, 27.0  # mm beside the bars


@dataclass(frozen=True)
class Side:
    """Profit of one side in a stage: gains and losses that are known, and the most that is not."""

    gains: Ends
    losses: Ends
    counted: bool
    unsaid: float
    silent: tuple[str, ...]


def draw(answer: Answer, facts: Facts, look: Look = PLAIN) -> Chart:
    """Draw profit by stage."""
    made = account_of(answer, facts)
    if made is None:
        return untold("profit", answer, BLOC, COLUMNS, look)
    pair = made.pair
    rows = [(stage, code, _side(stage, code, pair)) for stage in made.stages for code in (*pair, REST)]
    title = profit_finding(made, answer.names)
    subtitle = (
        f"Operating profit from AI in {made.account.year}, US$ bn, by headquarters; losses to the left. "
        "Hatched: profit of all business of companies that do not say what AI earned them: the most that is "
        f"missing of them; a stub: of no known size. ? = a main firm publishes nothing. {BOOKED}"
    )
    named = credit("profit", answer, _sources(facts, made))
    row = LOWER if look.size.wide else HEADING
    page = sheet(title, subtitle, named, HEAD + row * len(made.stages), look)
    _paint(page, row, answer, made, rows)
    held = Behind(facts, tables=(("value_chain",), ("value_stages",)))
    return page.chart("profit", _alt(answer, rows), COLUMNS, _shown(rows), held)


def _side(stage: Stage, code: str, pair: tuple[str, str]) -> Side:
    codes = {line.economy for line in stage.lines} | {it.economy for it in stage.undisclosed}
    own = {code} if code != REST else codes - set(pair)
    lines = [line for line in stage.lines if line.economy in own]
    counted = any(line.counted for line in lines)
    parts = [(stage.gains(each), stage.losses(each)) for each in sorted(own)]
    gains, losses = ([sum(part[at][end] for part in parts) for end in range(3)] for at in (0, 1))
    unsaid = [line.whole for line in lines if not line.counted and line.whole is not None]
    silent = [it.company for it in stage.undisclosed if it.economy in own]
    silent += [line.company for line in lines if not line.counted and line.whole is None]
    return Side(
        (gains[0], gains[1], gains[2]),
        (losses[0], losses[1], losses[2]),
        counted,
        float(sum(max(np.median(each), 0.0) for each in unsaid)),
        tuple(silent),
    )


def _paint(
    page: Sheet, row: float, answer: Answer, made: ValueCapture, rows: list[tuple[Stage, str, Side]]
) -> None:
    least = min(side.losses[1] for _, _, side in rows)
    most = max(side.gains[2] + side.unsaid for _, _, side in rows)
    scale = Scale(min(least, 0.0), max(most, 1.0), LEFT, page.width - RIGHT)
    for tick in _ticks(most):
        page.line([scale(tick)] * 2, [HEAD - 1.5, page.body], color=FAINT, linewidth=0.6, zorder=0)
        page.write(scale(tick), 1.8, f"{tick:g}", SMALL, ha="center", color=MUTED)
    for at, stage in enumerate(made.stages):
        top = HEAD + at * row
        page.rule(top, colour=RULE)
        page.write(0, top + 3.6, TITLES[stage.name], LABEL, weight="bold")
        covered = "no total stated" if stage.coverage is None else f"{100 * stage.coverage[0]:.0f} % covered"
        page.write(0, top + 7.4, covered, SMALL, color=MUTED)
        for place, (_, code, side) in enumerate(each for each in rows if each[0] is stage):
            y = top + row / 2 - 0.3 + (place - 1) * APART
            name = "others" if code == REST else answer.names.get(code, code)
            _bar(page, scale, y, side, _role(answer, code), name if at == 0 else "")
    page.line([scale(0)] * 2, [HEAD, page.body], color=INK, linewidth=0.7, zorder=5)


def _ticks(most: float) -> list[float]:
    step = next((each for each in (1, 2, 5, 10, 20, 50, 100, 200) if most / each <= 6), 500)
    return [float(tick) for tick in range(0, int(most) + 1, step)]


def _role(answer: Answer, code: str) -> Role:
    return {answer.pair[0]: FIRST, answer.pair[1]: SECOND}.get(code, OTHER)


def _bar(page: Sheet, scale: Scale, y: float, side: Side, role: Role, name: str) -> None:
    zero, right = scale(0), scale(0)
    if side.gains[0] > 0:
        right = scale(side.gains[0])
        page.bar(zero, y - BAR / 2, right - zero, BAR, role.colour, zorder=3)
    if side.gains[2] - side.gains[1] > WIDE * side.gains[0]:
        page.span(scale(side.gains[1]), scale(side.gains[2]), y, WHISKER, thick=0.8, zorder=4)
        right = max(right, scale(side.gains[2]))
    if side.losses[0] < 0:
        left = scale(side.losses[0])
        page.bar(left, y - BAR / 2, zero - left, BAR, role.colour, zorder=3, alpha=0.75)
    if side.unsaid > 0:
        end = scale(side.gains[0] + side.unsaid)
        how = {"hatch": "//////", "edgecolor": HATCH, "linewidth": 0.4, "zorder": 2}
        page.bar(right, y - BAR / 2, end - right, BAR, PAPER, **how)
        right = end
    elif not side.counted:
        how = {"hatch": "//////", "edgecolor": HATCH, "linewidth": 0.0, "zorder": 2}
        page.bar(zero, y - BAR / 2, STUB, BAR, PAPER, **how)
        right = zero + STUB
    page.write(right + 1.2, y, _text(side, name), SMALL, color=role.text, zorder=6)


def _text(side: Side, name: str) -> str:
    """Write what is known, up to how much is not, and that a main firm is silent."""
    known = [money(each) for each in (side.gains[0], side.losses[0]) if each]
    said = " ".join(known) if side.counted else ""
    if side.unsaid >= 0.05:
        said = f"{said} + up to {side.unsaid:.0f}".removeprefix(" + ") if said else f"up to {side.unsaid:.0f}"
    mark = "?" if side.silent or not (side.counted or side.unsaid) else ""
    text = " ".join(filter(None, (said or ("unknown" if mark else "0"), mark if said else "")))
    return f"{name} {text}".strip()


def _sources(facts: Facts, made: ValueCapture) -> Iterator[tuple[Source, float]]:
    table = facts.catalogue.tables.get("value_chain")
    known = table.sources if table else {}
    for stage in made.stages:
        for line in stage.lines:
            yield known[line.source], line.revenue or 1.0


def _shown(rows: list[tuple[Stage, str, Side]]) -> Iterator[tuple[str | float | None, ...]]:
    for stage, code, side in rows:
        gains = side.gains if side.counted else (None, None, None)
        losses = side.losses[0] if side.counted else None
        covered = None if stage.coverage is None else stage.coverage[0]
        yield (stage.name, code, *gains, losses, side.unsaid or None, "; ".join(side.silent), covered)


def _alt(answer: Answer, rows: list[tuple[Stage, str, Side]]) -> str:
    parts = []
    for stage, code, side in rows:
        name = "other economies" if code == REST else answer.names.get(code, code)
        parts.append(f"{TITLES[stage.name]}, {name}: {_text(side, '')}.")
    return "Bars of operating profit from AI by stage, US$ bn. " + " ".join(parts)
