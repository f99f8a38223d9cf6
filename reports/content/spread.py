"""The two pages of a layer: what it finds and is made of; then every indicator and what may give way."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reports.wording import (
    NONE,
    call_label,
    listed,
    lower_first,
    percent,
    plain,
    points,
    span,
    the,
    title,
    upper_first,
    with_range,
)

from .evidence import turns, weakest
from .pieces import IndicatorLine, Labelled, LayerPage, NodeLine, Part, Value
from .references import printable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from indicators.facts import Facts
    from reports.public import Kept
    from scoring.answer import Answer, Gap, IndicatorRow, NodeInfo, Score, Side
    from scoring.robustness import Flips

    from .references import References

HIDDEN, TERMS = "not shown", "(terms)"
PARTS = 10
"""Indicators that the picture of the gap's parts has room for."""
MINDED = 4
"""Warnings that stand on a spread."""
SEEN = 0.05
"""Points that a printed score can show."""

CHARTS = {
    "frontier_capability": ("frontier",),
    "inference_cost": ("price-gap",),
    "systems_integration": ("reach",),
    "application_ecosystem": ("adoption",),
}
"""Charts that belong to one layer."""
CLAIMED, OF_OTHERS = {"USA", "CHN"}, {"inference_cost": ("cost-why",)}
"""The pair of which the price claim speaks, and what stands in its place for others."""

MARKS = {
    "floor": "none there",
    "zero": "zero",
    "censored": "below threshold",
    "missing": "not known",
    "imputed": "imputed",
    "stale": "too old to count",
}


def spread(
    answer: Answer, facts: Facts, layer: NodeInfo, references: References, flips: Flips | None = None
) -> LayerPage:
    """Write the two pages of a layer; without flips nothing is said of what would turn it."""
    rows = [row for row in answer.indicators if row.layer == layer.code]
    scored = [row for row in rows if _scored(facts, row)]
    nodes = (*answer.pillars(layer.code), layer)
    noted = _notes(facts, rows, references.kept)
    return LayerPage(
        code=layer.code,
        title=layer.title,
        sentence=sentence(answer, layer.code),
        lines=tuple(_node_line(answer, node) for node in nodes),
        parts=parts(rows),
        parts_title=_parts_title(answer, layer.code),
        mind=_mind(answer, layer.code, rows),
        charts=_charts(answer, layer.code),
        indicators=lines(answer, facts, scored, references),
        shown=len(rows) - len(scored),
        weakest=weakest(answer, flips, layer.code, rows),
        turns=turns(answer, flips, layer.code),
        notes=tuple(Labelled(label, text) for label, text, _ in noted),
        objections=tuple(Labelled(label, short) for label, _, short in noted),
    )


def _charts(answer: Answer, layer: str) -> tuple[str, ...]:
    own = CHARTS.get(layer, ())
    return own if set(answer.pair) == CLAIMED else OF_OTHERS.get(layer, own)


def _scored(facts: Facts, row: IndicatorRow) -> bool:
    return bool(row.weight or facts.indicators[row.code].weight)


def only_shown(answer: Answer, facts: Facts, references: References) -> tuple[IndicatorLine, ...]:
    """Write the indicators that are shown and not scored, of all layers."""
    return lines(answer, facts, [row for row in answer.indicators if not _scored(facts, row)], references)


def lines(
    answer: Answer, facts: Facts, rows: Sequence[IndicatorRow], references: References
) -> tuple[IndicatorLine, ...]:
    """Write indicators with their values, dates and the numbers of their sources."""
    return tuple(_line(answer, facts, row, references) for row in rows)


def sentence(answer: Answer, node: str) -> str:
    """Say the gap of a node in a sentence, whoever leads."""
    gap = answer.gap[node]
    a, b = (answer.names[code] for code in answer.pair)
    if gap.value is None:
        return upper_first(f"{lower_first(title(answer, node))} is not scored: {_why_not(answer, node)}.")
    if gap.leader:
        return _lead(answer, gap)
    if answer.draws == 0:
        front, size = (a if gap.value >= 0 else b), points(abs(gap.value))
        return upper_first(f"{the(front)} has {size} points more; without draws nothing is called.")
    size = with_range(gap.value, gap.low, gap.high)
    return f"The data cannot tell {the(a)} and {the(b)} apart: the gap is {size} points."


def _lead(answer: Answer, gap: Gap) -> str:
    """Say a call from the leader's side; the values as they stand may lean the other way than most draws."""
    leads_as_second = gap.leader == answer.pair[1]
    sign = -1 if leads_as_second else 1
    value, ends = sign * (gap.value or 0.0), (gap.low, gap.high)
    if leads_as_second and gap.low is not None and gap.high is not None:
        ends = (-gap.high, -gap.low)
    leader = the(answer.names[gap.leader])
    if value >= 0:
        return upper_first(f"{leader} is {gap.call} by {with_range(value, *ends)} points.")
    other = the(answer.names[answer.pair[0] if leads_as_second else answer.pair[1]])
    inside = f" ({span(*ends)} points)" if span(*ends) else ""
    return upper_first(
        f"{leader} is {gap.call} in the draws{inside}, though the values as they stand put {other} "
        f"{points(-value)} points in front: the ranges reach further to one side."
    )


def _why_not(answer: Answer, node: str) -> str:
    reasons = {
        f"{the(answer.names[code])} ({score.reason})"
        for code in answer.pair
        if (score := answer.scores[code][node]).value is None and score.reason
    }
    return "; ".join(sorted(reasons)) or "too few of its indicators have a value"


def _node_line(answer: Answer, node: NodeInfo) -> NodeLine:
    first, second = (answer.scores[code][node.code] for code in answer.pair)
    gap = answer.gap[node.code]
    total = node.level == "layer"
    return NodeLine(
        title="Whole layer" if total else node.title,
        weight="" if total else percent(node.weight),
        first=_score(first),
        first_range=span(first.low, first.high),
        second=_score(second),
        second_range=span(second.low, second.high),
        gap=points(gap.value),
        gap_range=span(gap.low, gap.high),
        call=call_label(gap, answer),
        total=total,
    )


def _score(score: Score) -> str:
    return NONE if score.value is None else points(score.value)


def parts(rows: Sequence[IndicatorRow]) -> tuple[Part, ...]:
    """Give what adds most to the gap of a layer either way, the rest in one line, so that all adds up."""
    counted = [(row.short, row.points) for row in rows if row.points is not None and row.weight > 0]
    if not counted:
        return ()
    counted.sort(key=lambda part: -abs(part[1]))
    room = PARTS if len(counted) > PARTS + 1 else PARTS + 1
    shown, rest = counted[:room], counted[room:]
    if rest:
        shown.append((f"{len(rest)} others together", sum(value for _, value in rest)))
    widest = max(abs(value) for _, value in shown) or 1.0
    return tuple(Part(name, _with_sign(value), value / widest) for name, value in shown)


def _with_sign(value: float) -> str:
    text = points(value)
    return f"+{text}" if value > 0 and text != "0.0" else text


def _parts_title(answer: Answer, node: str) -> str:
    gap = answer.gap[node]
    if gap.value is None:
        return ""
    a, b = (the(answer.names[code]) for code in answer.pair)
    return f"What the gap of {points(gap.value)} points is made of: right for {a}, left for {b}"


def _mind(answer: Answer, layer: str, rows: Sequence[IndicatorRow]) -> tuple[str, ...]:
    pillars = {info.code for info in answer.pillars(layer)}
    warned = [warn.message for warn in answer.warnings if warn.node == layer or warn.node in pillars]
    said = [f"{upper_first(text.rstrip('.'))}." for text in warned[:MINDED]]
    weighted = [row for row in rows if row.weight > 0]
    late, simple = sum(row.out_of_step for row in weighted), sum(bool(row.form) for row in weighted)
    if late:
        said.append(f"~ marks {late} of {len(weighted)} indicators whose dates are old or apart.")
    if simple:
        said.append(f"{simple} of {len(weighted)} indicators stand in a first form for a fuller model.")
    return (*said, *_off_its_range(answer, layer), *_other_readings(answer, layer))


def _off_its_range(answer: Answer, layer: str) -> list[str]:
    """Name what scores outside the range of its own draws, as values may whose errors are one-sided."""
    nodes = [layer, *(info.code for info in answer.pillars(layer))]
    scores = [(node, answer.scores[code][node]) for node in nodes for code in answer.pair]
    off = dict.fromkeys(node for node, score in scores if _is_off(score))
    if not off:
        return []
    where = listed(lower_first(title(answer, node)) for node in off)
    why = "its values are likelier to be off to one side than to the other"
    return [f"In {where} a score lies outside its range: {why}."]


def _is_off(score: Score) -> bool:
    if score.value is None or score.low is None or score.high is None:
        return False
    return score.value < score.low - SEEN or score.value > score.high + SEEN


def _other_readings(answer: Answer, layer: str) -> list[str]:
    """Give the gap over matched indicators only, and through the other lens."""
    said = []
    gap, matched, lens = answer.gap[layer], answer.matched_gap.get(layer), answer.lens_gap.get(layer)
    if gap.value is not None and matched is not None:
        said.append(
            f"Over indicators observed for both at most two years apart the gap is {points(matched)}."
        )
    if lens is not None and lens.value is not None:
        other = "counting size" if answer.lens == "intensity" else "per head or output"
        call = f" ({call_label(lens, answer)})" if lens.ahead_data is not None else ""
        said.append(f"Read {other} it is {with_range(lens.value, lens.low, lens.high)}{call}.")
    return said


def _line(answer: Answer, facts: Facts, row: IndicatorRow, references: References) -> IndicatorLine:
    return IndicatorLine(
        name=row.short,
        unit=row.unit,
        pillar=title(answer, row.pillar),
        weight=f"{100 * row.weight:.1f}" if row.weight else _unweighted(facts, row),
        first=_value(facts, row, row.a),
        second=_value(facts, row, row.b),
        points=_with_sign(row.points) if row.points is not None and row.weight else NONE,
        references=references.numbers(row),
        out_of_step=row.out_of_step,
    )


def _unweighted(facts: Facts, row: IndicatorRow) -> str:
    return "not used" if facts.indicators[row.code].weight else "shown"


def _value(facts: Facts, row: IndicatorRow, side: Side) -> Value:
    shown = printable(facts, row.code, side)
    value = NONE if side.value is None else plain(side.value) if shown else HIDDEN
    low, high = plain(side.low, 3), plain(side.high, 3)
    inside = f"{low} to {high}" if shown and low != high and NONE not in {low, high} else ""
    return Value(
        value=value,
        range=inside,
        date=side.date,
        score=NONE if side.score is None else f"{side.score:.0f}",
        mark=MARKS.get(side.state, "") if shown or side.value is None else TERMS,
    )


def hidden(answer: Answer, facts: Facts) -> int:
    """Count the values of the pair that the terms of their source keep out of a shared file."""
    return sum(
        side.value is not None and not printable(facts, row.code, side)
        for row in answer.indicators
        for side in (row.a, row.b)
    )


def _notes(facts: Facts, rows: Sequence[IndicatorRow], kept: Kept) -> list[tuple[str, str, str]]:
    """Give of each indicator its name, all that is to be said against it, and the same in short.

    The heaviest stand first; what holds for several is said once.
    """
    said: dict[tuple[str, str], list[str]] = {}
    for row in sorted(rows, key=lambda row: -row.weight):
        it = facts.indicators.get(row.code)
        parts = [_sentence(kept.text(row.code, text)) for text in (it.objection, it.caveat)] if it else []
        texts = [text for text in parts if text]
        if texts and row.weight > 0:
            said.setdefault((" ".join(texts), texts[0]), []).append(row.short)
    return [("; ".join(names), whole, short) for (whole, short), names in said.items()]


def _sentence(text: str) -> str:
    return f"{upper_first(text.rstrip('.'))}." if text else ""
