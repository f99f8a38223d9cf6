"""Every economy in each layer with its range, the pair and the home economy marked; no table of places."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from reports.wording import layers, the
from scoring.robustness import recipe_of
from scoring.supply import SUPPLIES, supply_views

from .behind import of_all
from .credit import all_sources, credit
from .look import PLAIN
from .palette import FAINT, FIRST, HOME, MUTED, OTHER, SECOND, Role
from .phrases import called, counted, listed, lowered, opened, scored
from .sheet import LABEL, PATCH, SMALL, fitted, sheet, width

if TYPE_CHECKING:
    from indicators.facts import Facts
    from scoring.answer import Answer, NodeInfo

    from .chart import Chart
    from .look import Look
    from .sheet import Sheet

NAME: Final = "home"
COLUMNS = ("node", "title", "economy", "name", "score", "low", "high", "coverage", "data_to", "reason")
PLOT: Final = {"page": 32.0, "slide": 21.0, "square": 29.0}  # mm, of a panel
ABOVE, BELOW, AXIS, GUTTER = 6.0, 11.0, 6.0, 6.0  # mm around a panel
CODE: Final = 5.4  # points
APART: Final = 2.0  # mm between two codes
FEW: Final = 10
"""Economies that have room for their code in a larger letter."""


def draw(answer: Answer, facts: Facts, look: Look = PLAIN) -> Chart:
    """Draw all economies, layer by layer."""
    nodes = list(answer.layers())
    units = _units(answer, facts)
    named = credit(NAME, answer, all_sources(answer, facts))
    plot = PLOT[look.size.name]
    down = ABOVE + plot + BELOW
    title = finding(answer, units, exposure(answer, facts))
    page = sheet(title, _subtitle(answer, units), named, down * -(-len(nodes) // 2), look)
    across = (page.width - GUTTER) / 2
    for k, node in enumerate(nodes):
        _panel(page, ((k % 2) * (across + GUTTER), (k // 2) * down, across, plot), answer, node, units)
    rows = (_shown(answer, node, code) for node in nodes for code in units)
    return page.chart(NAME, _alt(answer, nodes, units), COLUMNS, rows, of_all(answer, facts))


def _units(answer: Answer, facts: Facts) -> list[str]:
    """Economies, and blocs where they are of the pair or the home."""
    named = {*answer.pair, answer.home}
    blocs = {code for code, unit in facts.units.items() if unit.members}
    return [code for code in answer.units if code not in blocs or code in named]


def exposure(answer: Answer, facts: Facts) -> dict[str, float]:
    """Points by which what the home economy can obtain of a supply exceeds what its firms own, by pillar."""
    if answer.home not in answer.scores:
        return {}
    held = {it.pillar for it in facts.indicators.values() if it.view == "reach" and it.weight}
    found: dict[str, float] = {}
    for pillar in (each for each in SUPPLIES if each in held):
        views = supply_views(facts, recipe_of(answer), pillar, [answer.home])[answer.home]
        reach, own = views["reach"], views["ownership"]
        if reach is not None and own is not None:
            found[pillar] = reach - own
    return found


def finding(answer: Answer, units: list[str], exposed: dict[str, float]) -> str:
    """Say where the home economy is near and where exposed; without one, whether the pair stands apart."""
    first, second = (the(answer.names[code]) for code in answer.pair)
    others = [code for code in units if code not in answer.pair]
    if answer.home in answer.scores:
        said = _at_home(answer, units, exposed)
    elif not others:
        said = f"{first} and {second} are the only economies that are scored"
    elif not answer.draws:
        said = f"{counted(len(units))} economies in {layers(answer)}, without ranges: none told apart"
    else:
        said = _apart(answer, others, f"{first} and {second}")
    return opened(said)


def _apart(answer: Answer, others: list[str], both: str) -> str:
    near = {node.title: _nearest(answer, node, others) for node in answer.layers()}
    told = {title: codes for title, codes in near.items() if codes is not None}
    open_ = [title for title, codes in told.items() if codes]
    if not told:
        return f"no layer is scored for {both} and any other economy"
    if not open_:
        return f"no other economy comes within the ranges of {both} in any layer"
    if len(open_) == len(told):
        return f"in every layer other economies come up to the ranges of {both}"
    where = listed([lowered(title) for title in open_])
    return f"only in {where} do other economies come up to the ranges of {both}"


def _nearest(answer: Answer, node: NodeInfo, others: list[str]) -> list[str] | None:
    """Others whose range reaches up to that of the lower of the pair; None where that has none."""
    lows = [answer.scores[code][node.code].low for code in answer.pair]
    held = [low for low in lows if low is not None]
    tops = {code: high for code in others if (high := answer.scores[code][node.code].high) is not None}
    if len(held) < len(lows) or not tops:
        return None
    return [code for code, high in tops.items() if high >= min(held)]


def _at_home(answer: Answer, units: list[str], exposed: dict[str, float]) -> str:
    name = opened(the(answer.names[answer.home]))
    behind = {}
    for node in answer.layers():
        own = answer.scores[answer.home][node.code].value
        values = [v for code in units if (v := answer.scores[code][node.code].value) is not None]
        if own is not None:
            behind[node.title] = max(values) - own
    if not behind:
        return f"{name} is not scored in any layer"
    near = min(behind, key=behind.__getitem__)
    start = "scores highest" if behind[near] <= 0 else "is nearest the leaders"
    said = f"{name} {start} in {lowered(near)}"
    supply = max(exposed, key=exposed.__getitem__, default="")
    if supply and exposed[supply] > 0:
        title = next((node.title for node in answer.nodes if node.code == supply), supply)
        return f"{said} and most exposed in {lowered(title)}"
    far = max(behind, key=behind.__getitem__)
    return said if far == near else f"{said} and furthest from them in {lowered(far)}"


def _subtitle(answer: Answer, units: list[str]) -> str:
    ranges = "lines are 90 % ranges of the data" if answer.draws else "without ranges, as no draws were made"
    text = f"Scores of {counted(len(units))} economies from 0 to 100, layer by layer; {ranges}."
    if answer.home in answer.scores:
        name = the(answer.names[answer.home])
        text += f" Shaded: the range of {name}. Exposed: what is within reach less what its firms own."
    return f"{text} State of {answer.as_of}."


def _panel(
    page: Sheet, box: tuple[float, float, float, float], answer: Answer, node: NodeInfo, units: list[str]
) -> None:
    """Draw one layer in a box: left, top and width, and height of its plot, in mm."""
    left, top, across, plot = box
    page.write(left, top + 2.2, node.title, LABEL, weight="bold")
    room = across - width(node.title, LABEL, "bold") - 4
    gap = answer.gap[node.code]
    call = called(answer, gap)
    if width(call, SMALL) > room:
        call = fitted(f"{gap.leader} {gap.call}".strip(), room, SMALL)
    page.write(left + across, top + 2.2, call, SMALL, color=MUTED, ha="right", bbox=PATCH)
    top += ABOVE
    scores = {code: answer.scores[code][node.code] for code in units}
    held = sorted(
        (code for code in units if scores[code].value is not None),
        key=lambda code: (-(scores[code].value or 0.0), code),
    )

    def up(value: float) -> float:
        return top + plot * (1 - min(max(value, 0.0), 100.0) / 100)

    for tick in (0, 50, 100):
        page.line([left + AXIS, left + across], [up(tick)] * 2, color=FAINT, linewidth=0.6, zorder=0)
        page.write(left + AXIS - 1, up(tick), str(tick), SMALL, color=MUTED, ha="right")
    own = scores.get(answer.home)
    if own and own.low is not None and own.high is not None:
        wide = across - AXIS
        page.bar(
            left + AXIS, up(own.high), wide, up(own.low) - up(own.high), HOME.colour, alpha=0.14, zorder=0
        )
    step = (across - AXIS) / max(len(held), 1)
    for k, code in enumerate(held):
        x, score, role = left + AXIS + (k + 0.5) * step, scores[code], _role(answer, code)
        if score.low is not None and score.high is not None:
            page.upright(up(score.low), up(score.high), x, replace(role, dash="solid"), thick=0.9)
        page.mark(x, up(score.value or 0.0), role, markersize=min(role.size, 3.6))
    for k in _labelled(answer, held, step):
        role = _role(answer, held[k])
        how: dict[str, Any] = (
            {"rotation": 90, "va": "top", "ha": "center"} if len(held) > FEW else {"ha": "center"}
        )
        how["weight"] = "normal" if role is OTHER else "bold"
        y = top + plot + (1.0 if len(held) > FEW else 2.6)
        page.write(left + AXIS + (k + 0.5) * step, y, held[k], CODE, color=role.text, **how)
    out = [answer.names[code] for code in units if code not in held]
    if out:
        text = f"not scored: {', '.join(out)}"
        page.write(left, top + plot + 9.0, fitted(text, across, 5.8), 5.8, color=MUTED, style="italic")


def _labelled(answer: Answer, held: list[str], step: float) -> list[int]:
    """Places that have room for their code: the pair and the home first, then the others from the left."""
    marked = [k for k, code in enumerate(held) if code in (*answer.pair, answer.home)]
    placed: list[int] = []
    for k in (*marked, *(k for k in range(len(held)) if k not in marked)):
        if all(abs(k - other) * step >= APART for other in placed):
            placed.append(k)
    return placed


def _role(answer: Answer, code: str) -> Role:
    if code in answer.pair:
        return FIRST if code == answer.pair[0] else SECOND
    return HOME if code == answer.home else OTHER


def _shown(answer: Answer, node: NodeInfo, code: str) -> tuple[str | float | None, ...]:
    it = answer.scores[code][node.code]
    figures = (it.value, it.low, it.high, it.coverage)
    return (node.code, node.title, code, answer.names[code], *figures, it.data_to, it.reason)


def _alt(answer: Answer, nodes: list[NodeInfo], units: list[str]) -> str:
    parts = ["One panel per layer: scores of all economies with ranges, highest first."]
    told = [code for code in units if code in (*answer.pair, answer.home)]
    for node in nodes:
        values = [v for code in units if (v := answer.scores[code][node.code].value) is not None]
        each = ", ".join(f"{answer.names[code]} {scored(answer.scores[code][node.code])}" for code in told)
        ends = f"; all {len(values)} from {min(values):.0f} to {max(values):.0f}" if values else ""
        parts.append(f"{node.title}: {each}{ends}.")
    return " ".join(parts)
