"""The way of a dollar from the user to those who keep it, as a Sankey diagram in print form."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from reports.content.dollar import picture
from reports.content.value import BLOC, LATE, account_of, dollar_finding
from reports.wording import short_name
from scoring.questions.value.dollar import COSTS, INVESTORS, OWNERS

from .behind import Behind
from .credit import credit
from .look import PLAIN
from .palette import FIRST, HATCH, INK, MUTED, OTHER, SECOND, Role
from .sheet import LEADING, POINT, SMALL, Sheet, sheet, wrap
from .untold import untold

if TYPE_CHECKING:
    from collections.abc import Iterator

    from indicators.facts import Facts
    from indicators.schema import Source
    from reports.content.dollar import Picture, Place
    from scoring.answer import Answer
    from scoring.questions.value.dollar import Dollar, Flow

    from .chart import Chart
    from .look import Look

CASE: Final = "us-closed"
COLUMNS = ("case", "paid_in", "from", "to", "economy", "mean_cents", "low", "high")
LEFT, RIGHT = 2.0, 46.0  # mm to the first column, and from the last to the right edge
GAP, BAR, HEAD = 6.4, 2.4, 9.0  # mm
TALL: Final = {"page": 92.0, "slide": 74.0, "square": 86.0}
APART = 3.7  # mm between labels
SAID: Final = {OWNERS: "owners", COSTS: "other costs", INVESTORS: "investors"}
FAINTER: Final = 0.28
FLOW: Final = 0.5


def draw(answer: Answer, facts: Facts, look: Look = PLAIN) -> Chart:
    """Draw the first shipped case, seen from the home economy of the answer or from the first of its pair."""
    made = account_of(answer, facts)
    if made is None:
        return untold("dollar", answer, BLOC, COLUMNS, look)
    dollar = next((each for each in made.dollars if each.case.name == CASE), None)
    if dollar is None:
        return untold("dollar", answer, LATE, COLUMNS, look)
    return drawn(answer, facts, dollar, "dollar", look)


def drawn(answer: Answer, facts: Facts, dollar: Dollar, name: str, look: Look = PLAIN) -> Chart:
    """Draw any dollar that was followed."""
    shown = picture(dollar)
    title = dollar_finding(dollar, answer.names)
    assumed, every = len(dollar.case.assumed()), len(list(dollar.case.numbers()))
    subtitle = (
        "Cents of a dollar, means of 4,000 draws; in brackets 90 % ranges. Owners keep profits; other costs "
        "are labour, power, tax, depreciation; investors cover losses, so that more is paid than is earned. "
        f"{assumed} of {every} numbers are assumptions. Not in it: {dollar.case.not_modelled}"
    )
    named = credit(name, answer, _sources(facts, dollar))
    page = sheet(title, subtitle, named, HEAD + TALL[look.size.name], look)
    _paint(page, answer, shown)
    rows = (
        (dollar.case.name, dollar.user, flow.source, flow.target, flow.economy, *flow.cents)
        for flow in shown.flows
    )
    return page.chart(name, _alt(answer, shown), COLUMNS, rows, Behind(facts, tables=(("value_chain",),)))


def _paint(page: Sheet, answer: Answer, shown: Picture) -> None:
    tops, scale = _stacked(shown, page.body - HEAD)
    right = page.width - RIGHT
    last = max(place.column for place in shown.places)
    across = {place.name: LEFT + (right - LEFT) * place.column / last for place in shown.places}
    by_name = {place.name: place for place in shown.places}
    leaving = dict(tops)
    arriving = dict(tops)
    order = {place.name: at for at, place in enumerate(shown.places)}
    for flow in sorted(shown.flows, key=lambda it: (order[it.source], _rank(by_name[it.target], tops))):
        thick = flow.cents[0] * scale
        role = _role(answer, flow, by_name)
        faint = FAINTER if flow.target.startswith(COSTS) else FLOW
        start = (across[flow.source] + BAR, leaving[flow.source])
        end = (across[flow.target], arriving[flow.target])
        _band(page, start, end, thick, role.colour, faint)
        leaving[flow.source] += thick
        arriving[flow.target] += thick
    for place in shown.places:
        height = place.cents[0] * scale
        colour = _colour(answer, place)
        page.bar(across[place.name], tops[place.name], BAR, max(height, 0.4), colour, zorder=4)
    _label(page, answer, shown, tops, across, scale)


def _rank(place: Place, tops: dict[str, float]) -> tuple[int, float]:
    """Later stages leave from the top, those who keep from below, in the order in which they stand."""
    return (0 if place.kind == "stage" else 1, tops[place.name])


def _stacked(shown: Picture, tall: float) -> tuple[dict[str, float], float]:
    """Upper edge of each place, and mm for a cent, so that the fullest column fits."""
    columns: dict[int, list[Place]] = {}
    for place in shown.places:
        columns.setdefault(place.column, []).append(place)
    scale = min(
        (tall - GAP * (len(held) - 1) - 7.0) / sum(place.cents[0] for place in held)
        for held in columns.values()
    )
    tops = {}
    for held in columns.values():
        y = HEAD
        for place in held:
            tops[place.name] = y
            y += place.cents[0] * scale + GAP
    return tops, scale


def _band(
    page: Sheet, start: tuple[float, float], end: tuple[float, float], thick: float, colour: str, alpha: float
) -> None:
    """Draw one flow: two smooth edges that leave and arrive level."""
    t = np.linspace(0.0, 1.0, 40)
    x = start[0] + (end[0] - start[0]) * t
    ease = t * t * (3 - 2 * t)
    y = start[1] + (end[1] - start[1]) * ease
    page.paper.fill_between(x, y, y + thick, color=colour, alpha=alpha, linewidth=0, zorder=2)


def _role(answer: Answer, flow: Flow, places: dict[str, Place]) -> Role:
    """Colour of a flow: of the economy that keeps it or puts it in, else of the stage that is paid."""
    code = flow.economy or places[flow.target].economy
    return {answer.pair[0]: FIRST, answer.pair[1]: SECOND}.get(code, OTHER)


def _colour(answer: Answer, place: Place) -> str:
    if place.kind == "user":
        return INK
    return {answer.pair[0]: FIRST.colour, answer.pair[1]: SECOND.colour}.get(place.economy, HATCH)


def _label(
    page: Sheet,
    answer: Answer,
    shown: Picture,
    tops: dict[str, float],
    across: dict[str, float],
    scale: float,
) -> None:
    free = HEAD - APART
    for place in shown.places:
        middle = tops[place.name] + place.cents[0] * scale / 2
        if place.kind in {OWNERS, COSTS}:
            at = max(middle, free + APART)
            free = at
            x = across[place.name] + BAR
            page.line([x + 0.4, x + 2.4], [middle, at], color=MUTED, linewidth=0.5, zorder=3)
            page.write(
                x + 3.0, at, f"{short_name(answer, place.economy)}, {SAID[place.kind]}", SMALL, color=INK
            )
            page.write(page.width, at, _cents(place), SMALL, ha="right", color=INK)
            continue
        said = f"{short_name(answer, place.economy)} investors" if place.kind == INVESTORS else place.label
        room = (page.width - RIGHT - LEFT) / max(each.column for each in shown.places) - 0.6
        lines = wrap(f"{said} {place.cents[0]:.0f}", room, SMALL)
        away = 1.6 + (len(lines) - 1) * SMALL * LEADING * POINT / 2
        under = tops[place.name] + max(place.cents[0] * scale, 0.4) + away
        y = under if place.kind == INVESTORS else tops[place.name] - away
        page.write(across[place.name], y, "\n".join(lines), SMALL, color=INK, zorder=6)


def _cents(place: Place) -> str:
    middle, low, high = place.cents
    return f"{middle:.0f} [{low:.0f}-{high:.0f}]" if high >= 1 else "under 1"


def _sources(facts: Facts, dollar: Dollar) -> Iterator[tuple[Source, float]]:
    """Give the sources of the rows of the value chain that the numbers of the case are read from."""
    rows = {(row["file"], str(row["row"])): row for row in facts.records("value_chain")}
    known = facts.catalogue.tables["value_chain"].sources
    for _, each in dollar.case.numbers():
        told = getattr(each, "source", "")
        for (file, line), row in rows.items():
            if told.endswith(f"({file}, row {line})"):
                yield known[row["source"]], 1.0


def _alt(answer: Answer, shown: Picture) -> str:
    kept = [
        f"{answer.names.get(place.economy, place.economy)}, {SAID[place.kind]}: {place.cents[0]:.1f} cents"
        for place in shown.places
        if place.kind in SAID
    ]
    chain = [place.label for place in shown.places if place.kind == "stage"]
    return f"Flow diagram of one dollar from the user through {', '.join(chain)}. {'; '.join(kept)}."
