"""The screen of layer 1: best models, the gap and the lag with their definitions, and what they rest on."""

from __future__ import annotations

import dataclasses
from datetime import date
from typing import TYPE_CHECKING, Final

import numpy as np

from fourlayers.screens.layout import blocks, call_cell, cell, padded, wrapped
from layers.frontier_capability import evidence, frontier, irt
from layers.frontier_capability.history import DEFINITIONS, Ranged, ordinal, pair, standings
from reports.wording import MINUS, NONE, of_hundred, the, upper_first

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from indicators.facts import Facts
    from layers.frontier_capability.history import History, Release
    from layers.frontier_capability.irt import Index
    from scoring.answer import Answer, Side

LAYER: Final = "frontier_capability"
SCORES: Final = (26, 15, 15, 24)
FIGURES: Final = (30, 25, 25)
RELEASES: Final = (38, 12, 14, 16)
STANDINGS: Final = (26, 30, 24)
SHOWN: Final = (
    ("frontier_gap_points", "Gap to the world", "points"),
    ("depth_gap_top3_labs", "Three best labs", "points"),
    ("effective_frontier_labs", "Effective frontier labs", ""),
    ("open_frontier_gap_points", "Best open model", "points"),
    ("arena_gap_points", "Gap by votes (Arena)", "Elo"),
)
NEWEST: Final = 6
LEADERS: Final = 4
LABORATORIES: Final = 6
FEW: Final = 5


def screen(facts: Facts, answer: Answer) -> str:
    """Text of the screen."""
    index = irt.index(facts)
    found = None if index is None else pair(index, *(members(facts, code) for code in answer.pair))
    return blocks(
        (
            _head(answer, index),
            _refused(facts),
            _scores(answer),
            _best(facts, answer, index),
            _lag(answer, found),
            _releases(answer, found),
            _leaders(index),
            _laboratories(index),
            _mind(facts, answer, index),
            ["Next: fourlayers chart frontier · frontier-leaders · residuals"],
        )
    )


def members(facts: Facts, code: str) -> tuple[str, ...]:
    """Return the economies of a bloc, or the economy itself."""
    return facts.units[code].members or (code,)


def _head(answer: Answer, index: Index | None) -> list[str]:
    a, b = (the(answer.names[code]) for code in answer.pair)
    told = f"{upper_first(a)} and {b}: how near the frontier, and how sure"
    tested = "" if index is None else f" · {len(index.models)} configurations tested"
    ranges = "90 % ranges" if answer.draws else "no ranges drawn"
    return [*wrapped(told, ""), f"state of {answer.as_of} · {ranges}{tested}"]


def _refused(facts: Facts) -> list[str]:
    """Say that the index cannot be told by the publication clock, and why."""
    if irt.anchors_published(facts):
        return []
    every = dataclasses.replace(facts, date=date.max, known_by=None).table("scores")["published"].max()
    told = (
        f"Refused: capability as known by {facts.known_by}. The scores were published by {every:%Y-%m-%d}, "
        "and all tests were run in the months before; --as-of tells an earlier state with today's scores."
    )
    return wrapped(told, "")


def _scores(answer: Answer) -> list[str]:
    nodes = [node for node in answer.nodes if node.code == LAYER] + list(answer.pillars(LAYER))
    if not nodes:
        return []
    lines = [padded(("Scores, 0-100", *answer.pair, "call"), SCORES)]
    for node in nodes:
        told = [cell(answer.scores[code][node.code]) for code in answer.pair]
        name = node.title if node.code == LAYER else f"  {node.title}"
        lines.append(padded((name, *told, call_cell(answer.gap[node.code])), SCORES))
    return lines


def signed(value: float, digits: int = 1) -> str:
    """Write a number with a true minus sign; nothing known is a dash."""
    if not np.isfinite(value):
        return NONE
    text = f"{value:.{digits}f}"
    return text.replace("-", MINUS) if float(text) else text.removeprefix("-")


def ranged(found: Ranged) -> str:
    """Write a figure with its range."""
    if not np.isfinite(found.value):
        return NONE
    return f"{signed(found.value)} ({signed(found.low)} to {signed(found.high)})"


def _best(facts: Facts, answer: Answer, index: Index | None) -> list[str]:
    """Show the best model of each side and the indicators in their units."""
    lines = [padded(("Figures", *answer.pair), FIGURES)]
    if index is not None:
        places = [_place(facts, index, code) for code in answer.pair]
        lines += [
            padded(
                ("  best model", *(index.models[k] if k >= 0 else "none tested" for k in places)), FIGURES
            ),
            padded(("  released, scores", *(_released(index, k) for k in places)), FIGURES),
            padded(("  capability of the best", *(_frontier(facts, index, c) for c in answer.pair)), FIGURES),
        ]
    sides = {row.code: (row.a, row.b) for row in answer.indicators}
    for code, name, unit in SHOWN:
        if code in sides:
            label = f"  {name}, {unit}" if unit else f"  {name}"
            lines.append(padded((label, *(_side(side) for side in sides[code])), FIGURES))
    return lines if len(lines) > 1 else []


def _own(facts: Facts, index: Index, code: str) -> NDArray[np.bool_]:
    return np.asarray(index.frame["economy"].isin(list(members(facts, code))), dtype=bool)


def _place(facts: Facts, index: Index, code: str) -> int:
    own = _own(facts, index, code)
    return int(np.argmax(np.where(own, index.centre, -np.inf))) if own.any() else -1


def _released(index: Index, k: int) -> str:
    if k < 0:
        return NONE
    record = index.frame.iloc[k]
    return f"{record['released']:%Y-%m-%d}, {record['scores']}"


def _frontier(facts: Facts, index: Index, code: str) -> str:
    own = _own(facts, index, code)
    return ranged(Ranged.of(frontier.best(index.draws, own))) if own.any() else NONE


def _side(side: Side) -> str:
    if side.value is None:
        return NONE if side.state == "missing" else side.state
    if side.low is None or side.high is None or side.low == side.high:
        return signed(side.value)
    return ranged(Ranged(side.value, side.low, side.high))


def _lag(answer: Answer, found: History | None) -> list[str]:
    """Show the lag by its three definitions."""
    if found is None:
        return []
    leader, follower = _named(answer, found)
    now = float(ordinal(found.index).max())
    above = float(found.ahead(np.array([now]))[0])
    lines = [f"Months that {the(follower)} is behind {the(leader)}"]
    figures = (("now", found.now()), ("daily", found.daily()), ("release", found.at_release()))
    for name, figure in figures:
        lines += wrapped(f"{ranged(figure)}: {DEFINITIONS[name]}", "  ", "    ")
    last = date.fromordinal(int(now)).isoformat()
    share = {0.0: "no draw", 1.0: "every draw"}.get(above, f"{of_hundred(above)} draws")
    told = f"{upper_first(the(follower))} stands above in {share} ({last}, the newest release)."
    return [*lines, *wrapped(told)]


def _named(answer: Answer, found: History) -> tuple[str, str]:
    one, two = (answer.names[code] for code in answer.pair)
    return (two, one) if found.swapped else (one, two)


def _releases(answer: Answer, found: History | None) -> list[str]:
    """Show the follower's newest new bests."""
    if found is None:
        return []
    _, follower = _named(answer, found)
    listed = found.releases()[-NEWEST:]
    heads = (f"New bests of {the(follower)}", "released", "points", "months behind")
    return [padded(heads, RELEASES), *(padded(_release(each), RELEASES) for each in reversed(listed))]


def _release(each: Release) -> tuple[str, str, str, str]:
    bound = f"{each.bound} " if each.bound else ""
    lag = f"{bound}{signed(each.lag.value)} ({signed(each.lag.low, 0)} to {signed(each.lag.high, 0)})"
    return f"  {each.model}", each.released.isoformat(), signed(each.capability.value), lag


def _leaders(index: Index | None) -> list[str]:
    """Say which model leads the world in how many draws."""
    if index is None:
        return []
    shares = np.bincount(np.argmax(index.draws, axis=1), minlength=len(index.models)) / len(index.draws)
    order = np.argsort(-shares, kind="stable")[:LEADERS]
    named = [f"{index.models[k]} in {100 * shares[k]:.0f}" for k in order if shares[k] > 0.0]
    return wrapped(f"Who leads the world, of 100 draws: {', '.join(named)}.", "")


def _laboratories(index: Index | None) -> list[str]:
    """Show the best model of the first laboratories, and of open and closed weights."""
    if index is None:
        return []
    lines = [padded(("Frontier by laboratory", "best model", "points"), STANDINGS)]
    words = {"True": "open weights", "False": "closed weights"}
    groups = [*standings(index, "lab")[:LABORATORIES], *standings(index, "open_weights")]
    told = ((words.get(each.name, each.name), each.model, ranged(each.frontier)) for each in groups)
    return [*lines, *(padded((f"  {name}", model, points), STANDINGS) for name, model, points in told)]


def _mind(facts: Facts, answer: Answer, index: Index | None) -> list[str]:
    """Say what the figures rest on, worst first."""
    if index is None:
        if not irt.anchors_published(facts):
            return []
        told = f"no capability can be told: fewer than {irt.FEWEST_TO_LINK} models out by {answer.as_of} have"
        return ["Mind", *wrapped(f"~ {told} {evidence.FEWEST} scores", "  ", "    ")]
    lines = ["Mind"]
    tested = f"{index.frame['published'].max():%Y-%m-%d}"
    if index.linked:
        lines += wrapped(
            f"~ models and benchmarks are those out on {answer.as_of}, but their tests were run later, by "
            f"{tested}; the scale is linked to the full fit, where its anchors are",
            "  ",
            "    ",
        )
    few = [index.models[k] for k in np.argsort(-index.centre)[:20] if index.frame["scores"].iloc[k] < FEW]
    if few:
        lines += wrapped(f"~ on three or four scores only: {', '.join(few[:3])}", "  ", "    ")
    newest = f"{index.frame['released'].max():%Y-%m-%d}"
    lines += wrapped(f"~ newest model in the record {newest}; later ones are not in it", "  ", "    ")
    scale = "~ points: Claude 3.5 Sonnet = 130, GPT-5 (high) = 150; docs/frontier-capability.md"
    lines += wrapped(scale, "  ", "    ")
    if index.left_out:
        lines += wrapped(f"~ {len(index.left_out)} configurations have too few scores", "  ", "    ")
    return lines
