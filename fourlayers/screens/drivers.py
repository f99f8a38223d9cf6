"""The screen of `robustness drivers`: which groups of draws the variance of an answer goes with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from reports.firmness import cause, where
from reports.wording import listed, percent, the

from .layout import blocks, cut, padded, wrapped
from .score import foot

if TYPE_CHECKING:
    from scoring.answer import Answer
    from scoring.doubt.sensitivity import Effect, Sensitivity
    from scoring.robustness import Shares

_TABLE: Final = (42, 19, 19)
_LEAST: Final = 0.005
"""Total index below which a group is only named."""
_NONE: Final = 1e-9
"""Total index of a group that the scores do not depend on, such as the errors of another layer."""


def drivers_screen(answer: Answer, shares: Shares | None) -> str:
    """One screen: indices of the log ratio, the lead, whether they are settled, and the methods alone."""
    if shares is None:
        return blocks((_head(answer, ""), ["Without draws nothing varies."], [foot(answer)]))
    found = shares.indices
    effects = found.effects["log_ratio"]
    if not effects:
        reason = "one of the two is not scored, or nothing varies"
        said = wrapped(f"There is no variance to share out: {reason}.", "", "  ")
        return blocks((_head(answer, found.node), said, [foot(answer)]))
    return blocks(
        (
            _head(answer, found.node),
            _table(answer, effects),
            [*_interactions(effects), *_lead(answer, found), *_settled(found)],
            _methods(answer, shares),
            ["Next: fourlayers chart drivers · robustness · robustness flips", foot(answer)],
        )
    )


def _head(answer: Answer, node: str) -> list[str]:
    a, b = (the(answer.names[code]) for code in answer.pair)
    place = f", {where(answer, node)}" if node else ""
    lines = wrapped(f"What drives the answer: {a} and {b}{place}", "", "  ")
    return lines + wrapped(f"state of {answer.as_of}; set-ups vary {answer.setups}", "", "  ")


def _table(answer: Answer, effects: tuple[Effect, ...]) -> list[str]:
    lines = wrapped("Share of the variance of the logarithm of the ratio of the two scores, %", "", "  ")
    lines.append(padded(("", "alone", "with all others"), _TABLE))
    shown = [it for it in effects if it.total[0] >= _LEAST]
    for it in shown:
        lines.append(
            padded(
                (f"  {cut(cause(answer, it.group), 38)}", _ranged(it.first, it.total[0]), _ranged(it.total)),
                _TABLE,
            )
        )
    left = [cause(answer, it.group) for it in effects if it not in shown and it.total[0] > _NONE]
    return lines + (wrapped(f"under 1 %: {listed(left)}", "  ", "    ") if left else [])


def _ranged(index: tuple[float, float, float], most: float = 1.0) -> str:
    """Index in per cent with its interval; below nothing, or above what it is part of, is noise."""
    now, low, high = (round(100 * min(max(it, 0.0), 1.0)) for it in (min(index[0], most), *index[1:]))
    return f"{now:>2} [{low} to {high}]"


def _interactions(effects: tuple[Effect, ...]) -> list[str]:
    alone = sum(it.first[0] for it in effects)
    if alone >= 1:
        return wrapped("By themselves the groups explain all of it: they hardly act through one another.")
    said = f"By themselves the groups explain {percent(max(alone, 0.0))}"
    return wrapped(f"{said}; the rest goes with combinations of them.")


def _lead(answer: Answer, found: Sensitivity) -> list[str]:
    effects = found.effects["lead"]
    if not effects:
        return wrapped("Who leads is the same in all of these draws, or in all but a handful.")
    first = " and ".join(f"{cause(answer, it.group)}, {_ranged(it.total).strip()} %" for it in effects[:2])
    return wrapped(f"Of who leads, most goes with {first}, alone and with all others.")


def _settled(found: Sensitivity) -> list[str]:
    tail = f"widest 90 % interval {100 * found.widest:.0f} points, {found.runs:,} runs"
    dropped = f"; {found.dropped} draws left out, not scored" if found.dropped else ""
    moves = f"without half of the draws no index moves by more than {100 * found.moved:.0f} points"
    if found.is_settled:
        return wrapped(f"Settled: {moves}; {tail}{dropped}.")
    return wrapped(
        f"Not settled: without half of the draws an index moves by {100 * found.moved:.0f} points; "
        f"{tail}{dropped}. Take more with --draws."
    )


def _methods(answer: Answer, shares: Shares) -> list[str]:
    ranked = sorted(shares.methods.items(), key=lambda each: -each[1])
    told = [f"{cause(answer, name)} {percent(round(max(share, 0.0), 9))}" for name, share in ranked]
    if not told:
        return []
    return wrapped(
        f"Methods alone, everything else as stated (every combination, Shapley effects): {listed(told)}.",
        "",
        "  ",
    )
