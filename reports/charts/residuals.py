"""Where scores of models miss what the fit of capability expects, and which benchmarks lean to one side."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Final

from layers.frontier_capability import LAYER, irt
from layers.frontier_capability.lean import FEWEST, leans
from reports.wording import MINUS, the

from .behind import Behind
from .credit import credit
from .frontier import score_sources
from .look import PLAIN
from .palette import FAINT, FIRST, INK, MUTED, OTHER, RULE, SECOND
from .phrases import counted, listed, opened
from .sheet import LABEL, SMALL, Scale, fitted, sheet

if TYPE_CHECKING:
    from indicators.facts import Facts
    from layers.frontier_capability.lean import Lean
    from scoring.answer import Answer

    from .chart import Chart
    from .look import Look
    from .sheet import Sheet

NAME: Final = "residuals"
COLUMNS = ("benchmark", "title", "scores", "families_first", "families_second", "lean", "low", "high", "miss")
SHOWN: Final = {"page": 20, "slide": 13, "square": 15}
NAMES, MISS, ROW, HEAD = 58.0, 16.0, 5.0, 11.0  # mm
NARROW: Final = 46.0
_ENDS: Final = re.compile(r" \([^()]+\)$")
NONE: Final = f"No benchmark holds scores of {FEWEST} families of models of each."


def draw(answer: Answer, facts: Facts, look: Look = PLAIN) -> Chart:
    """Draw how benchmarks lean."""
    miss, found = _found(answer, facts)
    titles = (
        {str(row["benchmark"]): str(row["title"]) for row in facts.records("benchmarks")} if found else {}
    )
    shown = sorted(found[: SHOWN[look.size.name]], key=lambda it: -it.value)
    named = credit(NAME, answer, score_sources(facts))
    title, subtitle = finding(answer, miss, found), _subtitle(answer, len(shown), len(found))
    labels, house = starred({it.benchmark: titles.get(it.benchmark) or it.benchmark for it in shown})
    subtitle += f" * run by {house}." if house else ""
    page = sheet(title, subtitle, named, HEAD + ROW * len(shown) + 2.0 if shown else 8.0, look)
    if shown:
        _paint(page, answer, shown, labels)
    else:
        page.write(0, 4, NONE, LABEL, color=MUTED)
    rows = (
        (
            it.benchmark,
            titles.get(it.benchmark, ""),
            it.scores,
            *it.families,
            it.value,
            it.low,
            it.high,
            it.miss,
        )
        for it in found
    )
    behind = Behind(facts, tables=(("scores", "score"),))
    return page.chart(NAME, _alt(answer, shown, titles), COLUMNS, rows, behind)


def starred(titles: dict[str, str]) -> tuple[dict[str, str], str]:
    """Put a star for the house that most titles name in brackets at their end; return labels and house."""
    ends = Counter(title[title.rindex(" (") + 2 : -1] for title in titles.values() if _ENDS.search(title))
    house, times = max(ends.items(), key=lambda it: (it[1], it[0]), default=("", 0))
    if times < 2:
        return titles, ""
    return {code: title.replace(f" ({house})", " *") for code, title in titles.items()}, house


def _found(answer: Answer, facts: Facts) -> tuple[float, list[Lean]]:
    if not set(LAYER.tables) <= facts.catalogue.tables.keys():
        return 0.0, []
    index = irt.index(facts)
    sides = [facts.units[code].members or (code,) for code in answer.pair if code in facts.units]
    if index is None or len(sides) < len(answer.pair):
        return 0.0, []
    return leans(index, *sides)


def finding(answer: Answer, miss: float, found: list[Lean]) -> str:
    """Say how far scores miss the fit, and how many benchmarks lean to one side beyond doubt."""
    first, second = (the(answer.names[code]) for code in answer.pair)
    if not found:
        return f"Too few scores to say whether benchmarks lean to {first} or {second}"
    off = f"scores of models miss the fit by {miss:.0f} points of 100"
    told = [sum(it.low > 0 for it in found), sum(it.high < 0 for it in found)]
    if not any(told):
        return f"No benchmark leans to {first} or {second} beyond doubt; {off}"
    parts = [(n, who) for n, who in zip(told, (first, second), strict=True) if n]
    verb = "leans" if parts[0][0] == 1 else "lean"
    parts_ = [
        f"{counted(parts[0][0])} {verb} to {parts[0][1]}",
        *(f"{counted(n)} to {who}" for n, who in parts[1:]),
    ]
    return f"Of {len(found)} benchmarks, {listed(parts_)} beyond doubt; {off}"


def _subtitle(answer: Answer, shown: int, every: int) -> str:
    first, second = (answer.adjectives[code] for code in answer.pair)
    part = f" The {shown} with most scores of {every}." if every > shown else ""
    return (
        f"Mean residual (score less what its capability lets expect, points of 100) of {first} less that of "
        f"{second} models; each family counts once; lines: 90 % intervals, of which one in ten leaves out "
        f"zero by chance. Right: how far single scores miss.{part} State of {answer.as_of}."
    )


def _paint(page: Sheet, answer: Answer, shown: list[Lean], labels: dict[str, str]) -> None:
    names = NARROW if page.size.narrow else NAMES
    ends = [abs(end) for it in shown for end in (it.low, it.high)]
    most = max([*ends, 5.0]) * 1.05
    scale = Scale(-most, most, names, page.width - MISS)
    bottom = HEAD + ROW * len(shown)
    step = next(each for each in (5, 10, 20, 50, 100) if most / each <= 4)
    for k in range(-int(most / step), int(most / step) + 1):
        x, colour = scale(k * step), RULE if k == 0 else FAINT
        page.line([x, x], [HEAD - 2, bottom], color=colour, linewidth=0.6, zorder=0)
        page.write(
            x, HEAD - 4, f"{k * step:+d}".replace("-", MINUS) if k else "0", SMALL, ha="center", color=MUTED
        )
    first, second = (the(answer.names[code]) for code in answer.pair)
    page.write(scale(0) + 2, 2.0, f"for {first} →", LABEL, color=FIRST.text, weight="bold")
    page.write(scale(0) - 2, 2.0, f"← for {second}", LABEL, color=SECOND.text, weight="bold", ha="right")
    page.write(page.width, HEAD - 4, "miss", SMALL, color=MUTED, ha="right")
    for i, it in enumerate(shown):
        y = HEAD + (i + 0.5) * ROW
        role = (FIRST if it.value > 0 else SECOND) if it.told else OTHER
        name = fitted(labels[it.benchmark], names - 3, LABEL, "bold" if it.told else "normal")
        page.write(0, y, name, LABEL, weight="bold" if it.told else "normal")
        page.span(scale(it.low), scale(it.high), y, role, thick=1.1)
        page.mark(scale(it.value), y, role)
        page.write(page.width, y, f"{it.miss:.0f}", LABEL, color=INK, ha="right")


def _alt(answer: Answer, shown: list[Lean], titles: dict[str, str]) -> str:
    if not shown:
        return f"Empty chart. {NONE}"
    first, second = (answer.adjectives[code] for code in answer.pair)
    told = (
        f"{titles.get(it.benchmark) or it.benchmark} {it.value:+.1f} ({it.low:+.1f} to {it.high:+.1f})"
        for it in shown
    )
    return opened(f"{first} less {second} mean residuals by benchmark, points of 100: {listed(told)}.")
