"""The screen of `score`: the pair in four layers, what that says, how sure it is and what would change it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from indicators.owned import counted
from reports.wording import (
    count,
    day,
    in_text,
    layers,
    lower_first,
    of_hundred,
    percent,
    the,
    title,
    upper_first,
)

from .layout import RULE, blocks, call_cell, cell, padded, wrapped, years

if TYPE_CHECKING:
    from collections.abc import Callable

    from scoring.answer import Answer, Gap, NodeInfo

_WIDTHS: Final = (23, 15, 15, 17, 10)
_MIND: Final = 4
_LAG: Final = "months_behind"


def score_screen(answer: Answer, *more: list[str]) -> str:
    """Text of the screen.

    Parameters
    ----------
    answer : Answer
        What a run says.
    *more : list of str
        Further blocks (pillars, all economies), before the foot.
    """
    return blocks(
        (
            head(answer),
            _table(answer),
            [
                *_headed("What it says", says(answer)),
                *_headed("How sure", _sure(answer)),
                *_headed("What would change it", _change(answer)),
                *_headed("Mind", _mind(answer)),
            ],
            *more,
            [_next(answer), foot(answer)],
        )
    )


def head(answer: Answer) -> list[str]:
    """Title, and what the numbers are."""
    a, b = (answer.names[code] for code in answer.pair)
    title_line = upper_first(f"{the(a)} and {the(b)} in the {layers(answer)} of AI")
    parts = [f"state of {answer.as_of}", "scores 0-100 on stated goalposts"]
    parts.append("90 % ranges" if answer.draws else "no ranges drawn")
    lines = [title_line, " · ".join(parts)]
    if answer.lens == "intensity":
        lines.append("read per head or output (lens intensity), not by size")
    if answer.known_by:
        lines.append(f"only what had been published by {day(answer.known_by)}")
    elif answer.as_of > answer.data_vintage:
        lines.append(f"the data end on {day(answer.data_vintage)}: later is not a forecast, only older data")
    elif answer.reconstructed:
        lines.append(f"a reconstruction: told with data read up to {day(answer.data_vintage)}")
    return lines


def says(answer: Answer, name: Callable[[str], str] | None = None) -> list[str]:
    """Sentences on who leads where, by the calls alone; `name` words an economy (default: by its name)."""
    if not answer.draws:
        return ["Without draws there are no ranges, and without ranges nothing is called."]
    word = name or (lambda code: the(answer.names[code]))
    parts = [said for code in _by_leads(answer) if (said := _leads(answer, code, word(code)))]
    open_ = _with(answer, "no call")
    if open_ and not parts:
        both = " and ".join(map(word, answer.pair))
        parts.append(f"{both} cannot be told apart in {_where(answer, open_)}")
    elif open_:
        parts.append(f"in {in_text(answer, open_)} the two cannot be told apart")
    if gone := _with(answer, "not scored"):
        parts.append(f"{in_text(answer, gone)} {'is' if len(gone) == 1 else 'are'} not scored")
    return [upper_first("; ".join(parts)) + ".", *_lag(answer)]


def _where(answer: Answer, nodes: list[str]) -> str:
    return f"any of the {layers(answer)}" if len(nodes) == len(answer.layers()) else in_text(answer, nodes)


def _by_leads(answer: Answer) -> list[str]:
    led = [answer.gap[node.code].leader for node in answer.layers()]
    return sorted(answer.pair, key=lambda code: -led.count(code))


def _leads(answer: Answer, code: str, word: str) -> str:
    mine = {
        node.code: answer.gap[node.code] for node in answer.layers() if answer.gap[node.code].leader == code
    }
    ways = []
    for call in ("ahead", "likely ahead"):
        nodes = [node for node, gap in mine.items() if gap.call == call]
        if nodes:
            ways.append(f"{call} in {in_text(answer, nodes)}")
    return f"{word} is {', '.join(ways)}" if ways else ""


def _with(answer: Answer, call: str) -> list[str]:
    return [node.code for node in answer.layers() if answer.gap[node.code].call == call]


def _lag(answer: Answer) -> list[str]:
    """Months behind the leader, where one of the two leads and the other's lag is known."""
    row = next((row for row in answer.indicators if row.code == _LAG), None)
    if row is None or row.a.value is None or row.b.value is None:
        return []
    sides = sorted(zip(answer.pair, (row.a, row.b), strict=True), key=lambda side: side[1].value or 0.0)
    (_, ahead), (code, behind) = sides
    if ahead.value or not behind.value:
        return []
    inside = (
        f" ({behind.low:.0f} to {behind.high:.0f})"
        if behind.low is not None and behind.high is not None
        else ""
    )
    return [f"At the frontier {the(answer.names[code])} is {behind.value:.0f} months behind{inside}."]


def _table(answer: Answer) -> list[str]:
    lines = [padded(("", *answer.pair, "call", "data to"), _WIDTHS)]
    lines += [line for node in answer.layers() for line in _row(answer, node, node.title)]
    top = answer.nodes[0]
    if all(answer.scores[code][top.code].value is None for code in answer.pair):
        return lines
    lines += [RULE, *_row(answer, top, _top_title(answer))]
    means = [answer.arithmetic.get(code) for code in answer.pair]
    values = [answer.scores[code][top.code].value for code in answer.pair]
    if None not in means and means != values:
        cells = [f"{mean:.1f}" for mean in means if mean is not None]
        lines.append(padded(("        (arithmetic)", *cells, "", ""), _WIDTHS))
    return lines


def _top_title(answer: Answer) -> str:
    return f"{answer.nodes[0].title} (geometric)" if answer.recipe == "default" else answer.nodes[0].title


def _row(answer: Answer, node: NodeInfo, name: str) -> list[str]:
    scores = [answer.scores[code][node.code] for code in answer.pair]
    gap = answer.gap[node.code]
    if all(score.value is None for score in scores):
        return [name.ljust(_WIDTHS[0]) + f"not scored ({scores[0].reason})"]
    earliest = min((score.data_from for score in scores if score.data_from), default="")
    latest = max((score.data_to for score in scores), default="")
    seen = "" if node.level == "overall" else years(earliest, latest) + _apart(answer, node)
    call = call_cell(gap) if answer.draws or gap.value is None else ""
    lines = [padded((name, *map(cell, scores), call, seen), _WIDTHS)]
    for code, score in zip(answer.pair, scores, strict=True):
        if score.value is None:
            lines.append(f"  {code} not scored ({score.reason})")
    return lines


def _apart(answer: Answer, node: NodeInfo) -> str:
    rows = [row for row in answer.indicators if row.layer == node.code and row.weight > 0]
    return " ~" if any(row.out_of_step for row in rows) else ""


def _headed(name: str, sentences: list[str]) -> list[str]:
    lines = [line for sentence in sentences for line in wrapped(sentence, *_indents(sentence))]
    return [name, *lines] if lines else []


def _indents(sentence: str) -> tuple[str, str]:
    if sentence.startswith("~ "):
        return "  ", "    "
    first, _, _ = sentence.partition("  ")
    hanging = first in {"Weights", "Evidence", "Per head", "By size"}
    return ("  ", " " * 12) if hanging else ("  ", "  ")


def _sure(answer: Answer) -> list[str]:
    gap = answer.gap[answer.nodes[0].code]
    if gap.ahead_data is None:
        return []
    code = gap.leader or (answer.pair[0] if gap.ahead_data >= 0.5 else answer.pair[1])
    first = code == answer.pair[0]
    shares = [share if first or share is None else 1 - share for share in (gap.ahead_data, gap.ahead_all)]
    said = [f"Data alone: {code} ahead overall in {of_hundred(shares[0] or 0.0)} draws."]
    if shares[1] is not None:
        said.append(f"Weights and methods varied too: {of_hundred(shares[1])} defensible set-ups.")
    if not gap.leader:
        said.append("That is no call.")
    return [" ".join(said)]


def _change(answer: Answer) -> list[str]:
    top = answer.nodes[0].code
    if answer.gap[top].value is None:
        return []
    turning = [*_flip(answer), *_evidence(answer)] if answer.gap[top].leader else []
    return [*turning, *_other_lens(answer, answer.lens_gap.get(top))]


def _flip(answer: Answer) -> list[str]:
    turning = [flip for flip in answer.flips if flip.weight is not None]
    if not answer.flips:
        return []
    if not turning:
        return ["Weights    No weight of a single layer turns the overall lead."]
    flip = turning[0]
    layer = lower_first(title(answer, flip.layer))
    way = "more" if (flip.weight or 0.0) > flip.now else "less"
    weight = percent(flip.weight or 0.0)
    who = upper_first(the(answer.names[flip.leader]))
    return [f"Weights    {who} leads overall if {layer} counts for {way} than {weight}."]


def _evidence(answer: Answer) -> list[str]:
    """Name the indicator that carries most of the overall gap, on the side of whoever is in front."""
    gap = answer.gap[answer.nodes[0].code].value or 0.0
    sign = 1 if gap >= 0 else -1
    carried = [(sign * (row.overall_points or 0.0), row) for row in answer.indicators if row.weight > 0]
    points, row = max(carried, key=lambda each: each[0], default=(0.0, None))
    if row is None or points <= 0:
        return []
    front = answer.pair[0] if gap >= 0 else answer.pair[1]
    whole = (
        f"of {abs(gap):.1f} points" if abs(gap) >= points else f"points, more than the gap of {abs(gap):.1f}"
    )
    return [f"Evidence   {row.short} speaks most for {the(answer.names[front])}: {points:.1f} {whole}."]


def _other_lens(answer: Answer, gap: Gap | None) -> list[str]:
    if gap is None or not answer.draws:
        return []
    word = "By size" if answer.lens == "intensity" else "Per head"
    if gap.call == "not scored":
        said = "there is no overall."
    elif not gap.leader:
        said = "the two cannot be told apart overall."
    else:
        said = f"{the(answer.names[gap.leader])} is {gap.call} overall."
    return [f"{word:<11}{upper_first(said)}"]


def _mind(answer: Answer) -> list[str]:
    said = [f"~ {warning.message}" for warning in answer.warnings]
    if len(said) > _MIND - 1:
        left = len(said) - (_MIND - 2)
        said = [*said[: _MIND - 2], f"~ {count(left)} more things to mind: fourlayers score --wide"]
    return [*said, "Who earns the profit is not in this score."]


def _next(answer: Answer) -> str:
    weakest = min(
        (node.code for node in answer.layers()),
        key=lambda code: answer.scores[answer.pair[1]][code].value or 0.0,
    )
    return f"Next: fourlayers explain {answer.pair[1]} {weakest.replace('_', '-')} · claims · report"


def foot(answer: Answer) -> str:
    """Name what made the screen, so that it can be made again."""
    recipe = f"recipe {answer.recipe} {answer.recipe_fingerprint[:7]}"
    made = f"data {answer.data_vintage} · run {answer.fingerprint[:7]} · {recipe}"
    drawn = f"{answer.draws:,} draws, seed {answer.seed}" if answer.draws else "no draws"
    own = f"own data: {counted(answer.own)}" if answer.own else ""
    return "\n".join([f"{made} · {drawn}", *wrapped(own, "", "  ")])
