"""How sure, in four lines; and what must not be said."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reports.wording import (
    in_text,
    leader_share,
    lower_first,
    of_hundred,
    percent,
    span,
    the,
    title,
)

from .headline import undecided, unscored
from .pieces import Labelled

if TYPE_CHECKING:
    from scoring.answer import Answer, Flip


def how_sure(answer: Answer) -> tuple[Labelled, ...]:
    """Give the lines of the box: doubt, weakest evidence, nearest flip, share of ranges measured."""
    if answer.draws == 0:
        return (
            Labelled("Data and methods", "No draws were made: nothing on this page says how sure it is."),
            Labelled("Weakest evidence", _out_of_step(answer)),
            Labelled("Nearest flip", "Not looked for."),
            Labelled("Ranges", "Not drawn."),
        )
    return (
        Labelled("Data and methods", _shares(answer)),
        Labelled("Weakest evidence", f"{_weakest(answer)} {_out_of_step(answer)}"),
        Labelled("Nearest flip", _flip(answer)),
        Labelled("Ranges", _measured(answer)),
    )


def _shares(answer: Answer) -> str:
    gap = answer.gap["overall"]
    data = leader_share(gap, answer, everything=False)
    every = leader_share(gap, answer, everything=True)
    if data is None or every is None:
        return _shares_by_layer(answer)
    name = answer.names[gap.leader or answer.pair[0]]
    return (
        f"Data alone: {the(name)} ahead overall in {of_hundred(data)} draws. Weights and methods "
        f"varied too: in {of_hundred(every)} defensible set-ups."
    )


def _shares_by_layer(answer: Answer) -> str:
    said = []
    for info in answer.layers():
        gap = answer.gap[info.code]
        share = leader_share(gap, answer, everything=True)
        if share is not None and gap.leader:
            said.append(f"{the(answer.names[gap.leader])} in {lower_first(info.title)} ({of_hundred(share)})")
    missing = in_text(answer, unscored(answer)) if unscored(answer) else "a layer"
    calls = f" Ahead in defensible set-ups: {'; '.join(said)}." if said else ""
    return f"No overall: {missing} not scored.{calls}"


def _weakest(answer: Answer) -> str:
    """Name the scored layer whose gap has the widest range."""
    widths = {
        info.code: (gap.high - gap.low, gap)
        for info in answer.layers()
        if (gap := answer.gap[info.code]).low is not None and gap.high is not None
    }
    if not widths:
        return "No layer has a range."
    node = max(widths, key=lambda code: widths[code][0])
    gap = widths[node][1]
    return f"{title(answer, node)}: its gap may be anything from {span(gap.low, gap.high)} points."


def _out_of_step(answer: Answer) -> str:
    weighted = [row for row in answer.indicators if row.weight > 0]
    late = sum(row.out_of_step for row in weighted)
    verb = "has" if late == 1 else "have"
    return f"{late} of {len(weighted)} indicators {verb} values over 3 years old or over a year apart."


def _flip(answer: Answer) -> str:
    flip = next((flip for flip in answer.flips if flip.weight is not None), None)
    if answer.gap["overall"].value is None:
        return "No overall score, so no weight can turn it."
    if flip is None or flip.weight is None:
        return "No weight of a single layer turns the overall lead."
    return f"{_beyond(answer, flip, flip.weight)} (it counts for {percent(flip.now)})."


def _beyond(answer: Answer, flip: Flip, weight: float) -> str:
    name = the(answer.names.get(flip.leader, flip.leader)) if flip.leader else "the other"
    side = "more" if weight >= flip.now else "less"
    layer = lower_first(title(answer, flip.layer))
    return f"{name[:1].upper()}{name[1:]} leads overall if {layer} counts for {side} than {percent(weight)}"


def _measured(answer: Answer) -> str:
    share = answer.measured_share
    return f"{percent(share)} measured or published; {percent(1 - share)} assumed from the kind of source."


def do_not_say(answer: Answer) -> tuple[str, ...]:
    """Give two lines on what the result does not mean."""
    return _not_a_chance(answer), _not_complete(answer)


def _not_a_chance(answer: Answer) -> str:
    gap = answer.gap["overall"]
    share = leader_share(gap, answer, everything=True)
    if answer.draws == 0:
        return "Not that either “leads by so many points”: no ranges were drawn."
    if gap.leader and share is not None:
        who = the(answer.names[gap.leader])
        said = f"a chance of {percent(share)} that {who} wins" if share < 1 else f"{who} is sure to win"
        return f"Not “{said}”: these are shares of draws and set-ups for one date, not a forecast."
    if gap.call == "no call":
        return (
            "Not that the two “are level”: no call means that the data cannot tell, for one date; "
            "it is not a forecast."
        )
    missing = in_text(answer, unscored(answer)) if unscored(answer) else "a layer"
    return f"Not who “leads in AI”: without {missing} there is no overall score."


def _not_complete(answer: Answer) -> str:
    open_ = undecided(answer)
    level = f"; not that they “are level” in {in_text(answer, open_)}" if open_ and answer.draws else ""
    return f"Not who earns the money: profit is in no layer{level}."
