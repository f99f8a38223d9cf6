"""All economies layer by layer, in groups that the overall scores can tell apart; no place numbers."""

from __future__ import annotations

from dataclasses import replace
from itertools import takewhile
from typing import TYPE_CHECKING

from reports.wording import all_layers, layers, the

from .chart import Chart
from .credit import all_sources, credit
from .palette import FAINT, FIRST, INK, MUTED, OTHER, RULE, SECOND, Role
from .phrases import counted, listed, opened, scored
from .sheet import LABEL, PATCH, SMALL, WIDTH, Scale, Sheet, sheet, wrap

if TYPE_CHECKING:
    from indicators.facts import Facts
    from scoring.answer import Answer, NodeInfo, Score

COLUMNS = ("group", "economy", "name", "node", "level", "score", "low", "high", "coverage", "reason")
NAMES, GUTTER = 33.0, 5.0  # mm
ROW, HEADING, HEAD = 3.9, 5.2, 10.0
ALONE, TOGETHER = "a group of one", "not told apart from {}"  # the first of the group
UNPLACED, BLOC = "not placed overall", "bloc, beside the economies"
UNDRAWN = "no draws, so nothing is told apart"
MOST = 3  # names that a title has room for
Group = tuple[str, tuple[str, ...]]


def draw(answer: Answer, facts: Facts) -> Chart:
    """Draw the strips of all economies."""
    nodes = [answer.nodes[0], *answer.layers()]
    groups = _groups(answer, facts)
    named = credit("economies", answer, all_sources(answer, facts))
    title, subtitle = finding(answer, groups), _subtitle(answer)
    body = HEAD + sum(HEADING + ROW * len(codes) for _, codes in groups) + 1.0
    page = sheet(title, subtitle, named.line, body)
    scales = _columns(page, nodes, body)
    y = HEAD
    for heading, codes in groups:
        page.rule(y + 0.6, colour=RULE)
        page.write(0, y + 0.55 * HEADING + 0.4, heading, SMALL, color=MUTED, style="italic", bbox=PATCH)
        y += HEADING
        for code in codes:
            _row(page, y + ROW / 2, answer, code, list(zip(nodes, scales, strict=True)))
            y += ROW
    rows = tuple(
        _shown(answer, heading, code, node) for heading, codes in groups for code in codes for node in nodes
    )
    return Chart(
        "economies",
        title,
        subtitle,
        _alt(answer, groups),
        COLUMNS,
        rows,
        named.producers,
        named.licences,
        named.citation,
        page.figure,
    )


def _groups(answer: Answer, facts: Facts) -> list[Group]:
    """Head the groups and sort each by name: an order within would be a rank that the data do not give."""
    blocs = {code for code, unit in facts.units.items() if unit.members}
    economies = [code for code in answer.units if code not in blocs]
    if answer.draws:
        groups = [(_heading(answer, group), group) for group in answer.told_apart if group]
    else:
        top = answer.nodes[0].code
        groups = [(UNDRAWN, tuple(code for code in economies if answer.scores[code][top].value is not None))]
    held = {code for _, group in groups for code in group}
    groups.append((UNPLACED, tuple(code for code in economies if code not in held)))
    groups.append((BLOC, tuple(code for code in answer.pair if code in blocs)))
    return [
        (heading, tuple(sorted(group, key=answer.names.__getitem__))) for heading, group in groups if group
    ]


def _heading(answer: Answer, group: tuple[str, ...]) -> str:
    """Say what a group has in common: the draws cannot tell its members from the first of them."""
    return ALONE if len(group) == 1 else TOGETHER.format(the(answer.names[group[0]]))


def finding(answer: Answer, groups: list[Group]) -> str:
    """Say who stands apart overall, or that nobody does."""
    placed = [codes for heading, codes in groups if heading not in {UNPLACED, BLOC}]
    total = sum(len(codes) for codes in placed)
    if not placed:
        return f"No economy can be placed overall, as none is scored in {all_layers(answer)}"
    if not answer.draws:
        return f"{opened(counted(total))} economies in {layers(answer)}, without ranges: none told apart"
    names = [the(answer.names[codes[0]]) for codes in takewhile(lambda codes: len(codes) == 1, placed)][:MOST]
    if total == 1:
        return f"Only {names[0]} is scored in {all_layers(answer)}"
    if not names:
        return _shared(answer, placed)
    lead = opened(", then ".join([f"{names[0]} stands apart overall", *names[1:]]))
    left = len(placed) - len(names)
    return f"{lead}; {_others(total - len(names), left)}" if left else lead


def _shared(answer: Answer, placed: list[tuple[str, ...]]) -> str:
    top, rest = placed[0], sum(len(codes) for codes in placed[1:])
    first = the(answer.names[answer.told_apart[0][0]])
    if not rest:
        return f"Overall, none of the other {counted(len(top) - 1)} economies can be told apart from {first}"
    if len(top) == 2:
        others = f"{counted(rest)} others stand behind them" if rest > 1 else "one other stands behind them"
        both = opened(listed([the(answer.names[code]) for code in top]))
        return f"{both} lead overall and cannot be told apart; {others}"
    return (
        f"{opened(counted(len(top)))} economies share the lead overall: none can be told apart from {first}"
    )


def _others(number: int, groups: int) -> str:
    if groups == 1:
        return f"the other {counted(number)} form one group" if number > 1 else "one other follows"
    return f"the other {counted(number)} fall into {counted(groups)} groups"


def _subtitle(answer: Answer) -> str:
    ranges = "lines are 90 % ranges of the data" if answer.draws else "without ranges, as no draws were made"
    groups = "A group holds those that the overall draws cannot tell from its first member, by name."
    order = groups if answer.draws else "By name."
    return f"Scores from 0 to 100; {ranges}. {order} State of {answer.as_of}."


def _columns(page: Sheet, nodes: list[NodeInfo], body: float) -> list[Scale]:
    step = (WIDTH - NAMES + GUTTER) / len(nodes)
    scales = [Scale(0, 100, NAMES + i * step, NAMES + (i + 1) * step - GUTTER) for i in range(len(nodes))]
    for node, scale in zip(nodes, scales, strict=True):
        room = scale.right - scale.left + GUTTER - 1
        page.write(scale.left, 2.8, "\n".join(wrap(node.title, room, LABEL, "bold")), LABEL, weight="bold")
        for tick, ha in ((0, "left"), (50, "center"), (100, "right")):
            page.write(scale(tick), HEAD - 1.7, str(tick), 6.0, color=MUTED, ha=ha)
            page.paper.plot([scale(tick)] * 2, [HEAD, body], color=FAINT, linewidth=0.6, zorder=0)
    return scales


def _row(page: Sheet, y: float, answer: Answer, code: str, cells: list[tuple[NodeInfo, Scale]]) -> None:
    role = {answer.pair[0]: FIRST, answer.pair[1]: replace(SECOND, dash="solid")}.get(code, OTHER)
    strong = code in answer.pair or code == answer.home
    size, name = LABEL, answer.names[code]
    lines = wrap(name, NAMES - 2, size)
    if len(lines) > 1:
        size = 6.0
    colour = role.text if code in answer.pair else INK
    page.write(0, y, " ".join(lines), size, color=colour, weight="bold" if strong else "normal")
    for node, scale in cells:
        _cell(page, y, answer.scores[code][node.code], scale, role)


def _cell(page: Sheet, y: float, score: Score, scale: Scale, role: Role) -> None:
    if score.value is None:
        page.write(scale(50), y, "not scored", 5.5, color=MUTED, ha="center", style="italic")
        return
    if score.low is not None and score.high is not None:
        page.span(scale(score.low), scale(score.high), y, role, thick=1.1)
    page.mark(scale(score.value), y, role, markersize=min(role.size, 3.4))


def _shown(answer: Answer, group: str, code: str, node: NodeInfo) -> tuple[str | float | None, ...]:
    it = answer.scores[code][node.code]
    return (
        group,
        code,
        answer.names[code],
        node.code,
        node.level,
        it.value,
        it.low,
        it.high,
        it.coverage,
        it.reason,
    )


def _alt(answer: Answer, groups: list[Group]) -> str:
    top = answer.nodes[0].code
    parts = []
    for heading, codes in groups:
        each = ", ".join(f"{answer.names[code]} {scored(answer.scores[code][top])}" for code in codes)
        parts.append(f"{opened(heading)}: {each}.")
    return " ".join(
        [
            "Strips of overall and layer scores with ranges, one row per economy. Overall scores by group.",
            *parts,
        ]
    )
