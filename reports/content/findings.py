"""The three findings of the first page: the layers, price against cost, and what the gap is made of.

Where an earlier run is given, the third says what has moved since then.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from reports.wording import (
    in_text,
    listed,
    lower_first,
    percent,
    plural,
    points,
    the,
    title,
    upper_first,
    with_range,
)

from .headline import front, led, undecided, unscored
from .pieces import Finding
from .since import since

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scoring.answer import Answer, Gap, IndicatorRow
    from scoring.questions.held import Run

    from .pieces import Claim

PRICE_LAYER, PRICE, COST = "inference_cost", "price_offered", "cost_to_produce"
PRICE_CLAIM, CLAIMED = "price-gap", {"USA", "CHN"}
NAMED = 3
"""Indicators that are named in the third finding."""


def findings(answer: Answer, claims: Sequence[Claim], old: Run | None = None) -> tuple[Finding, ...]:
    """Give the findings in their fixed order; with an earlier run the third is about it."""
    third = _made_of(answer) if old is None else since(answer, old)
    return _layers(answer), _price(answer, claims), third


def gap_text(answer: Answer, node: str) -> str:
    """Write a gap with its range, as in `inference cost 3.3 (1.1 to 5.5)`; positive for the first."""
    gap = answer.gap[node]
    name = lower_first(title(answer, node))
    return f"{name} not scored" if gap.value is None else f"{name} {with_range(gap.value, gap.low, gap.high)}"


def _layers(answer: Answer) -> Finding:
    nodes = [info.code for info in answer.layers() if answer.gap[info.code].value is not None]
    first = the(answer.names[answer.pair[0]])
    numbers = "; ".join(gap_text(answer, node) for node in nodes)
    ranges = ", 90 % range in brackets" if answer.draws else ", no ranges drawn"
    detail = f"Points by which {first} is in front{ranges}: {numbers}." if nodes else ""
    return Finding(_layers_sentence(answer), detail, _overall_word(answer), "Figure")


def _layers_sentence(answer: Answer) -> str:
    if answer.draws == 0:
        return "Without draws there are scores but no ranges, and nothing can be called."
    said = [text for code in front(answer) for text in _leads(answer, code)]
    open_, gone = undecided(answer), unscored(answer)
    if len(open_) == len(answer.layers()):
        return "In none of the layers can the data tell the two apart."
    if open_:
        said.append(f"in {in_text(answer, open_)} the data cannot tell the two apart")
    if gone:
        said.append(f"{in_text(answer, gone)} {'is' if len(gone) == 1 else 'are'} not scored")
    return upper_first("; ".join(said)) + "."


def _leads(answer: Answer, code: str) -> list[str]:
    sure, likely = led(answer, code, "ahead"), led(answer, code, "likely ahead")
    parts = [f"ahead in {in_text(answer, sure)}"] if sure else []
    parts += [f"likely ahead in {in_text(answer, likely)}"] if likely else []
    return [f"{the(answer.names[code])} is {listed(parts)}"] if parts else []


def _overall_word(answer: Answer) -> str:
    gap = answer.gap["overall"]
    if answer.draws == 0:
        return "no ranges drawn"
    if gap.call == "not scored":
        return "no overall score"
    leader = f"{answer.names[gap.leader]} " if gap.leader else ""
    return f"overall: {leader}{gap.call}"


def _price(answer: Answer, claims: Sequence[Claim]) -> Finding:
    asked = claims if set(answer.pair) == CLAIMED else ()
    claim = next((claim for claim in asked if claim.name == PRICE_CLAIM), None)
    nodes = [info.code for info in answer.pillars(PRICE_LAYER) if info.code in {PRICE, COST}]
    numbers = "; ".join(gap_text(answer, node) for node in nodes if answer.gap[node].value is not None)
    text = f"Points, positive for {the(answer.names[answer.pair[0]])}: {numbers}." if numbers else ""
    if claim:
        text = f"“{claim.sentence.rstrip('.')}”: {claim.finding.rstrip('.')}. {text}"
    text += " Profit is not in these scores."
    word = f"claim: {claim.verdict.lower()}" if claim else _word(answer, PRICE_LAYER)
    return Finding(_price_sentence(answer, nodes), text.strip(), word, _price_reference(answer, claim))


def _price_reference(answer: Answer, claim: Claim | None) -> str:
    return f"Claim {claim.name}" if claim else f"Chapter {title(answer, PRICE_LAYER)}"


def _word(answer: Answer, node: str) -> str:
    gap = answer.gap[node]
    if answer.draws == 0 and gap.value is not None:
        return "no ranges drawn"
    return f"{answer.names[gap.leader]} {gap.call}" if gap.leader else gap.call


def _price_sentence(answer: Answer, nodes: Sequence[str]) -> str:
    """Set what a token is sold for against what it costs to make."""
    gaps = [(node, answer.gap[node]) for node in nodes if answer.gap[node].value is not None]
    if len(gaps) < 2:
        return "Price offered and cost to produce cannot be compared: not both are scored."
    if answer.draws == 0:
        return "Price offered and cost to produce are scored apart; without ranges neither is called."
    leaders = {gap.leader for _, gap in gaps}
    if leaders == {""}:
        return "Neither the price offered nor the cost to produce separates the two."
    if len(leaders) == 1:
        leader = the(answer.names[leaders.pop()])
        sure = all(gap.call == "ahead" for _, gap in gaps)
        return upper_first(
            f"{leader} is {'' if sure else 'likely '}ahead both in price offered and in cost to produce."
        )
    return upper_first("; ".join(_price_half(answer, node, gap) for node, gap in gaps)) + "."


def _price_half(answer: Answer, node: str, gap: Gap) -> str:
    what = "the price offered" if node == PRICE else "the cost to produce"
    if all(answer.scores[code][node].value == 0 for code in answer.pair):
        return f"in {what} both score 0"
    if not gap.leader:
        return f"in {what} the data cannot tell them apart"
    return f"{the(answer.names[gap.leader])} is {gap.call} in {what}"


def _made_of(answer: Answer) -> Finding:
    """Name the indicators that make most of the widest gap: the overall one, or else that of a layer."""
    node = _widest(answer)
    gap = answer.gap[node]
    if gap.value is None:
        return Finding("No gap can be taken apart: no layer is scored.", "", gap.call, "")
    rows = [row for row in answer.indicators if _points(row, node)]
    ahead = _strongest(rows, node, 1 if gap.value >= 0 else -1)
    against = _strongest(rows, node, -1 if gap.value >= 0 else 1)
    leader, other = answer.pair if gap.value >= 0 else answer.pair[::-1]
    name = "the overall gap" if node == "overall" else f"the gap in {in_text(answer, [node])}"
    text = f"{upper_first(name)} is {with_range(gap.value, gap.low, gap.high)} points."
    for code, side in ((leader, ahead), (other, against)):
        if side:
            named = "; ".join(f"{row.short} ({points(_points(row, node))})" for row in side)
            text += f" Most for {the(answer.names[code])}: {named}."
    return Finding(
        _made_of_sentence(answer, node, ahead, rows), text, _word(answer, node), "Chapters by layer"
    )


def _made_of_sentence(
    answer: Answer, node: str, ahead: Sequence[IndicatorRow], rows: Sequence[IndicatorRow]
) -> str:
    pulling = sum(abs(_points(row, node)) for row in rows)
    if answer.draws and not answer.gap[node].leader:
        return f"Differences in {len(rows)} indicators pull both ways and nearly cancel."
    share = sum(abs(_points(row, node)) for row in ahead) / pulling if pulling else 0.0
    makes = "makes" if len(ahead) == 1 else "make"
    where = "" if node == "overall" else f" in {in_text(answer, [node])}"
    return (
        f"{upper_first(plural(len(ahead), 'indicator'))} of {len(rows)} {makes} {percent(share)} "
        f"of all that separates the two{where}."
    )


def _widest(answer: Answer) -> str:
    if answer.gap["overall"].value is not None:
        return "overall"
    return max((info.code for info in answer.layers()), key=lambda node: abs(answer.gap[node].value or 0.0))


def _points(row: IndicatorRow, node: str) -> float:
    """Points that an indicator adds to a gap; 0 where it adds none."""
    if node == "overall":
        return row.overall_points or 0.0
    return (row.points or 0.0) if row.layer == node else 0.0


def _strongest(rows: Sequence[IndicatorRow], node: str, sign: int) -> list[IndicatorRow]:
    pulling = [row for row in rows if sign * _points(row, node) > 0]
    return sorted(pulling, key=lambda row: -abs(_points(row, node)))[:NAMED]
