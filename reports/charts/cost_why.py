"""Why a token is dearer in one economy than in another: a waterfall of the causes, exact in logarithms."""

from __future__ import annotations

from dataclasses import dataclass
from math import log, log2
from typing import TYPE_CHECKING

from layers.inference_cost.paired import paired
from layers.inference_cost.why import MARGIN
from reports.wording import short_name, the

from .behind import Behind
from .credit import credit
from .look import PLAIN
from .palette import FAINT, FIRST, INK, MUTED, OTHER, RULE, SECOND, Role
from .phrases import listed, opened
from .pricing import held, times
from .sheet import LABEL, PATCH, SMALL, Sheet, sheet

if TYPE_CHECKING:
    from indicators.facts import Facts
    from indicators.schema import Source
    from layers.inference_cost.paired import Paired
    from layers.inference_cost.why import Cause
    from scoring.answer import Answer

    from .chart import Chart
    from .look import Look

NAME = "cost-why"
COLUMNS = ("row", "factor", "low", "high", "model", "first", "second")
TABLES = ("system_costs", "sites", "systems", "architectures", "measured_throughput")
LEFT, RIGHT = 34.0, 22.0
ROW, LOWER, HEAD = 6.6, 5.2, 7.0
LEAST = 1.005
"""A factor closer to one than this is drawn as a line without colour."""


@dataclass(frozen=True)
class Bar:
    """A row of the waterfall: its factor with range, and the product before and after it."""

    label: str
    cause: Cause
    start: float
    end: float
    total: bool = False


def draw(answer: Answer, facts: Facts, look: Look = PLAIN) -> Chart:
    """Draw the waterfall of the default cases of the pair."""
    found = paired(facts, *answer.pair) if held(facts) else None
    named = credit(NAME, answer, _sources(facts))
    title, subtitle = finding(answer, found), _subtitle(answer, found)
    bars = _bars(answer, found) if found else []
    row = LOWER if look.size.wide else ROW
    page = sheet(title, subtitle, named, HEAD + row * max(len(bars), 1) + 1, look)
    if bars:
        _body(page, bars, row)
    else:
        page.write(0, 4, "A site or the reference model is not known for one of them.", LABEL, color=MUTED)
    rows = (_shown(bar, found) for bar in bars if found)
    behind = Behind(facts, tables=tuple((name,) for name in TABLES))
    return page.chart(NAME, _alt(answer, found), COLUMNS, rows, behind)


def finding(answer: Answer, found: Paired | None) -> str:
    """Say which cause makes most of the gap in cost and what electricity does, or that none can be told."""
    if found is None:
        return f"Cost of a token: no case for {listed(answer.names[code] for code in answer.pair)}"
    cost = found.why.cost
    if cost.low <= 1.0 <= cost.high:
        return "Costs of a token differ by less than the error of the model"
    causes = [cause for cause in found.why.causes if cause.name != MARGIN]
    whole = log(cost.value)
    main = max(causes, key=lambda cause: log(cause.value) / whole)
    power = next(cause for cause in causes if cause.name == "electricity")
    part = 100.0 * log(main.value) / whole
    said = f"{opened(main.name)} makes {part:.0f} % of the gap in cost"
    return said if main is power else f"{said}, electricity {_whole(100.0 * log(power.value) / whole)} %"


def _whole(value: float) -> str:
    rounded = f"{value:.0f}"
    return "0" if rounded in {"0", "-0"} else rounded.replace("-", "\N{MINUS SIGN}")


def _subtitle(answer: Answer, found: Paired | None) -> str:
    first, second = (the(answer.names[code]) for code in answer.pair)
    if found is None:
        return f"Cost of a token in {first} and in {second}. State of {answer.as_of}."
    asked = "; price: what is asked there for the same open weights" if found.asked else ""
    return (
        f"{found.a.model.model} on {found.a.system.name} in {first} and {found.b.system.name} in {second}: "
        f"factors by which a token is dearer in {second}, exact Shapley shares in logarithms, which multiply "
        f"to the gap{asked}. Lines: 90 % of draws. State of {answer.as_of}."
    )


def _bars(answer: Answer, found: Paired) -> list[Bar]:
    bars: list[Bar] = []
    at = 1.0
    over = " over ".join(short_name(answer, code) for code in answer.pair[::-1])
    for cause in found.why.causes:
        if cause.name == MARGIN:
            bars.append(Bar(f"Cost, {over}", found.why.cost, 1.0, at, total=True))
        bars.append(Bar(opened(cause.name), cause, at, at * cause.value))
        at *= cause.value
    word = "Price" if found.asked else "Cost"
    return [*bars, Bar(f"{word}, {over}", found.why.gap, 1.0, at, total=True)]


def _body(page: Sheet, bars: list[Bar], row: float) -> None:
    ends = [1.0]
    for bar in bars:
        base = 1.0 if bar.total else bar.start
        ends += [bar.start, bar.end, base * bar.cause.low, base * bar.cause.high]
    low, high = min(ends) / 1.12, max(ends) * 1.12

    def place(value: float) -> float:
        return LEFT + (log2(value) - log2(low)) / (log2(high) - log2(low)) * (page.width - LEFT - RIGHT)

    for tick in (0.125, 0.25, 0.5, 1.0, 2.0, 4.0, 8.0):
        if low <= tick <= high:
            colour = RULE if tick == 1.0 else FAINT
            page.line([place(tick)] * 2, [HEAD - 2, page.body], color=colour, linewidth=0.7, zorder=0)
            page.write(place(tick), 2.6, f"{tick:g}x", SMALL, color=MUTED, ha="center")
    y = HEAD
    for bar in bars:
        base = 1.0 if bar.total else bar.start
        role = OTHER if bar.total or 1 / LEAST < bar.cause.value < LEAST else _role(bar)
        left, right = sorted((place(base), place(bar.end)))
        page.write(0, y + row / 2, bar.label, LABEL, weight="bold" if bar.total else "normal")
        page.bar(left, y + 1.0, max(right - left, 0.35), row - 2.0, role.colour, alpha=0.8)
        page.span(place(base * bar.cause.low), place(base * bar.cause.high), y + row / 2, OTHER, thick=0.9)
        told = times(bar.cause.value) if bar.total else f"x{bar.cause.value:.2f}"
        weight = "bold" if bar.total else "normal"
        page.write(page.width, y + row / 2, told, LABEL, color=INK, weight=weight, ha="right", bbox=PATCH)
        if not bar.total:
            page.line([place(bar.end)] * 2, [y + row / 2, y + 1.5 * row], color=RULE, linewidth=0.5)
        y += row


def _role(bar: Bar) -> Role:
    """Colour of whom the cause favours: the first where the second is dearer by it."""
    return FIRST if bar.cause.value > 1.0 else SECOND


def _shown(bar: Bar, found: Paired) -> tuple[str | float | None, ...]:
    cause, machines = bar.cause, (found.a.system.name, found.b.system.name)
    return (bar.label, cause.value, cause.low, cause.high, found.a.model.model, *machines)


def _sources(facts: Facts) -> list[tuple[Source, float]]:
    """Return the sources of the tables behind the cost, each counting as much as its rows."""
    found = []
    for name in TABLES:
        table = facts.catalogue.tables.get(name)
        if table is None:
            continue
        counts = facts.table(name)["source"].value_counts().to_dict()
        known = table.sources
        found += [(known[str(key)], float(n)) for key, n in sorted(counts.items()) if key in known]
    return found


def _alt(answer: Answer, found: Paired | None) -> str:
    if found is None:
        return "Empty chart: no case for one of the two economies."
    first, second = (the(answer.names[code]) for code in answer.pair)
    causes = found.why.causes
    told = [f"{cause.name} x{cause.value:.2f} ({cause.low:.2f} to {cause.high:.2f})" for cause in causes]
    cost = found.why.cost
    return (
        f"Waterfall of the cost of a token in {second} over {first}: {times(cost.value)} ({times(cost.low)} "
        f"to {times(cost.high)}), made of {listed(told)}."
    )
