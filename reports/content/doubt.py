"""The chapter on doubt: both readings, what it is made of, what would turn a lead, and how ranges did."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from reports.firmness import cause, change, fewest_figures, front, leads_under, nearest_value, nearest_weight
from reports.wording import (
    HARD,
    NONE,
    call_label,
    day,
    listed,
    lower_first,
    of_hundred,
    percent,
    the,
    title,
    upper_first,
    with_range,
)

from .chapters import DoubtChapter, Grid
from .pieces import Labelled

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scoring.answer import Answer
    from scoring.doubt.sensitivity import Effect
    from scoring.robustness import Flips, Shares

SIMULATED: Final = Path(__file__).with_name("simulated.toml")
CHARTS: Final = ("lead", "flips")
GROUPS: Final = 6
"""Groups of draws that are listed."""
LEAST: Final = 0.005
"""Share of the variance below which a group is not listed."""
PROMISED: Final = 0.9
UNTESTED: Final = (
    "What this does not test: a wrong choice of indicators, or errors of a kind that nobody has thought of."
)
MIDDLE: Final = (0.25, 0.75)
"""Shares of draws between which a lead is open."""


def doubt_chapter(answer: Answer, flips: Flips | None, shares: Shares | None) -> DoubtChapter:
    """Write the chapter.

    Parameters
    ----------
    answer : Answer
        Of a run; without draws there are no readings to give.
    flips : Flips, optional
        What would turn its leads.
    shares : Shares, optional
        Which groups of draws the variance goes with.
    """
    return DoubtChapter(
        finding=finding(answer),
        readings=_readings(answer) if answer.draws else None,
        words=_words(answer),
        drivers=_drivers(answer, shares),
        turns=tuple(Labelled(label, text) for label, text in _turns(answer, flips) if text),
        calibration=calibration() if answer.draws else (),
        charts=CHARTS,
    )


def finding(answer: Answer) -> str:
    """Say which calls hold when weights and methods are varied too, and which only by the data."""
    if not answer.draws:
        return "No draws were made: nothing here has a range, and nothing is called."
    nodes = [node for node in (answer.nodes[0], *answer.layers()) if answer.gap[node.code].value is not None]
    if not nodes:
        return "Nothing is scored for both, so there is no lead to doubt."
    firm = [node.code for node in nodes if answer.gap[node.code].call == "ahead"]
    likely = [node.code for node in nodes if answer.gap[node.code].call == "likely ahead"]
    open_ = [node.code for node in nodes if answer.gap[node.code].call == "no call"]
    if not firm and not likely:
        return "No lead holds in 66 of 100 draws and set-ups."
    parts = [
        f"in at least 90 of 100 draws and set-ups {_where(answer, firm)}" if firm else "",
        f"in at least 66 {_where(answer, likely)}" if likely else "",
    ]
    rest = f"; open is the lead {_where(answer, open_)}" if open_ else ""
    return f"Whoever leads does so {'; '.join(filter(None, parts))}{rest}."


def _where(answer: Answer, nodes: list[str]) -> str:
    top = answer.nodes[0].code
    parts = [f"in {lower_first(title(answer, node))}" for node in nodes if node != top]
    return listed((["overall"] if top in nodes else []) + parts)


def _readings(answer: Answer) -> Grid:
    first = answer.names[answer.pair[0]]
    rows = tuple(_reading(answer, node.code, node.title) for node in (*answer.layers(), answer.nodes[0]))
    head = ("", "Gap, 90 % range", "By the data", "With set-ups", "Without shared errors", "Call")
    note = (
        f"Gap: {the(first)} less {the(answer.names[answer.pair[1]])}, in points. The next three columns: of "
        f"100 draws, those in which {the(first)} is in front, when values move within their ranges; when "
        "weights, methods and goalposts vary as well; and by the data, were no error shared by the sources "
        "of an economy. The less certain of the first two makes the call."
    )
    return Grid(head, rows, note)


def _reading(answer: Answer, node: str, name: str) -> tuple[str, ...]:
    gap = answer.gap[node]
    if gap.value is None:
        return (name, "not scored", NONE, NONE, NONE, "not scored")
    read = (gap.ahead_data, gap.ahead_all, gap.ahead_unbiased)
    return (
        name,
        with_range(gap.value, gap.low, gap.high),
        *(NONE if share is None else of_hundred(share) for share in read),
        call_label(gap, answer),
    )


def _words(answer: Answer) -> tuple[str, ...]:
    if not answer.draws:
        return ()
    known, kinds = answer.measured_share, answer.estimated_share
    measured, estimated, assumed = (percent(round(abs(it), 9)) for it in (known - kinds, kinds, 1 - known))
    shares = (
        f"By weight, {measured} of the ranges behind the pair's scores are measured or published, "
        f"{estimated} are estimated for the kind of source from figures that two sources give, and "
        f"{assumed} are assumed."
    )
    return (shares, f"What the set-ups vary: {answer.setups.rstrip('.')}.")


def _drivers(answer: Answer, shares: Shares | None) -> Grid | None:
    effects = shares.indices.effects.get("log_ratio", ()) if shares else ()
    shown = [it for it in effects if it.total[0] >= LEAST][:GROUPS]
    if not shares or not shown:
        return None
    rows = tuple((upper_first(cause(answer, it.group)), *_shares(it)) for it in shown)
    settled = "" if shares.indices.is_settled else " Not settled: more draws would move the shares."
    note = (
        f"Sobol indices of the logarithm of the ratio of overall scores, {shares.indices.runs:,} runs, with "
        f"90 % intervals. What goes with combinations counts for each of its groups.{settled}"
    )
    return Grid(("Of the spread of the overall ratio", "Alone", "With others"), rows, note)


def _shares(it: Effect) -> tuple[str, str]:
    return _share(it.first), _share(it.total)


def _share(index: tuple[float, float, float]) -> str:
    middle, low, high = (100 * max(each, 0.0) for each in index)
    return f"{middle:.0f}{HARD}% ({low:.0f} to {high:.0f})"


def _turns(answer: Answer, flips: Flips | None) -> Iterator[tuple[str, str]]:
    top = answer.nodes[0].code
    if flips is None:
        return
    if front(answer, top) is None:
        yield "The whole", "There is no overall lead to turn."
    else:
        yield "One weight", nearest_weight(answer, flips)
        yield "All weights", f"{leads_under(answer, flips, top)} {change(answer, flips, top)}".strip()
        yield "One figure", nearest_value(answer, flips, top, shared=True)
        yield "Effort", fewest_figures(answer, flips, top)
    for node in answer.layers():
        yield node.title, nearest_value(answer, flips, node.code, shared=True)


@cache
def _simulated() -> dict[str, Any]:
    return tomllib.loads(SIMULATED.read_text(encoding="utf-8"))


def calibration(told: dict[str, Any] | None = None) -> tuple[str, ...]:
    """Say how often ranges held simulated truths and leads were leads, from the record of `make simulate`."""
    told = _simulated() if told is None else told
    return (_held(told), _leads(told), f"{UNTESTED} State of the record: {day(told['state'])}.")


def _held(told: dict[str, Any]) -> str:
    whole, error = 100 * told["covered"], 100 * told["error"]
    off = whole - 100 * PROMISED
    met = "as promised" if abs(off) <= 2 * error else f"{'fewer' if off < 0 else 'more'} than promised"
    return (
        f"Ranges: in {told['worlds']} simulated worlds, with true values known and observed through the same "
        f"errors, 90 % ranges held {whole:.1f} % of the true scores (standard error {error:.1f}), {met}."
    )


def _leads(told: dict[str, Any]) -> str:
    off = max(told["leads"], key=lambda bin_: abs(bin_["was"] - bin_["said"]))
    counted = sum(bin_["count"] for bin_ in told["leads"] if MIDDLE[0] < bin_["said"] < MIDDLE[1])
    return (
        f"Shares of draws: where one side was said to be ahead in {100 * off['said']:.0f} of 100 draws it "
        f"truly was in {100 * off['was']:.0f}, the widest miss of {len(told['leads'])} classes; {counted:,} "
        "pairs of economies lay between 25 and 75 of 100."
    )
