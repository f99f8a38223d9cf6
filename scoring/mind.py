"""What a reader of an answer should mind, worst first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scoring.answer import Warn
from scoring.doubt.call import LIKELY

if TYPE_CHECKING:
    from collections.abc import Iterator

    from indicators.facts import Facts
    from scoring.answer import Answer


def warnings(answer: Answer, facts: Facts) -> tuple[Warn, ...]:
    """List what weakens an answer: layers not scored, pairs not like for like, old values, assumed ranges."""
    found = [
        *_not_scored(answer),
        *_not_alike(answer),
        *_sign_changes(answer),
        *_against_the_record(answer),
        *_lapsed(answer),
        *_stand_ins(answer),
        *_assumed(answer),
        *_clocks(facts),
    ]
    return tuple(found)


def _not_scored(answer: Answer) -> Iterator[Warn]:
    for node in answer.layers():
        scores = {code: answer.scores[code][node.code] for code in answer.pair}
        why = "; ".join(f"{code}: {score.reason}" for code, score in scores.items() if score.value is None)
        if why:
            yield Warn("not_scored", node.code, f"{node.title} is not scored ({why}), so there is no overall")


def _not_alike(answer: Answer) -> Iterator[Warn]:
    for layer in answer.layers():
        for pillar in answer.pillars(layer.code):
            rows = [row for row in answer.indicators if row.pillar == pillar.code and row.weight > 0]
            if not any(row.matched for row in rows):
                message = f"{pillar.title} has no indicator observed for both at most two years apart"
                yield Warn("not_like_for_like", pillar.code, message)


def _sign_changes(answer: Answer) -> Iterator[Warn]:
    for layer in answer.layers():
        gap, alike = answer.gap[layer.code].value, answer.matched_gap.get(layer.code)
        if gap is not None and alike is not None and gap * alike < 0:
            message = f"the lead in {layer.title.lower()} changes sides over indicators observed for both"
            yield Warn("matched_gap_turns", layer.code, message)


def _against_the_record(answer: Answer) -> Iterator[Warn]:
    """Name nodes where most draws go against the recorded values, as lopsided ranges can make them."""
    for node in answer.nodes:
        gap = answer.gap[node.code]
        if not gap.value or gap.ahead_data is None:
            continue
        drawn = gap.ahead_data if gap.value > 0 else 1 - gap.ahead_data
        if drawn <= 1 - LIKELY:
            front, behind = answer.pair[:: 1 if gap.value > 0 else -1]
            message = (
                f"{node.title}: {front} leads by the record, {behind} in {1 - drawn:.0%} of draws: "
                "ranges lean to one side"
            )
            yield Warn("draws_against_record", node.code, message.replace("%", " %"))


def _lapsed(answer: Answer) -> Iterator[Warn]:
    weighted = [row for row in answer.indicators if row.weight > 0]
    apart = sum(row.out_of_step for row in weighted)
    if apart:
        message = (
            f"in {apart} of {len(weighted)} indicators a value is over 3 years old or the two are more than "
            "a year apart"
        )
        yield Warn("out_of_step", "overall", message)


def _stand_ins(answer: Answer) -> Iterator[Warn]:
    count = sum(bool(row.form) and row.weight > 0 for row in answer.indicators)
    if count:
        yield Warn("simple_form", "overall", f"{count} indicators stand in a simple form for a fuller model")


def _assumed(answer: Answer) -> Iterator[Warn]:
    share, kinds = answer.measured_share, answer.estimated_share
    message = (
        f"{share - kinds:.0%} of ranges are measured, {kinds:.0%} estimated for the kind of source, "
        f"{1 - share:.0%} assumed"
    )
    yield Warn("assumed_ranges", "overall", message.replace("%", " %"))


def _clocks(facts: Facts) -> Iterator[Warn]:
    if facts.undated:
        message = f"{facts.undated} values are left out because it is unknown when they were published"
        yield Warn("undated", "overall", message)
    if facts.date < facts.vintage and facts.known_by is None:
        message = f"the state of {facts.date} is told with data read up to {facts.vintage}: a reconstruction"
        yield Warn("reconstructed", "overall", message)
