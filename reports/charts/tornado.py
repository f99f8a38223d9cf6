"""Which figures move the overall gap most within their own ranges, one at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reports.firmness import front
from reports.wording import plain, the
from scoring.robustness import flips

from .behind import of_pair
from .credit import credit, pair_sources
from .look import PLAIN
from .palette import FIRST, INK, MUTED, RULE, SECOND, Role
from .phrases import counted, possessive
from .sheet import LABEL, PATCH, SMALL, Scale, Sheet, fitted, sheet

if TYPE_CHECKING:
    from indicators.facts import Facts
    from scoring.answer import Answer, IndicatorRow
    from scoring.doubt.turning import Swing

    from .chart import Chart
    from .look import Look

COLUMNS = (
    "code",
    "indicator",
    "unit",
    "economy",
    "low",
    "high",
    "gap_at_low",
    "gap_at_high",
    "swing",
    "turns",
)
SHOWN, FEWER = 14, 11  # figures on a page, and on other sheets
LABELS, ROW, HEAD = 62.0, 5.6, 12.0  # mm
MINUS = "\N{MINUS SIGN}"


def draw(answer: Answer, facts: Facts, look: Look = PLAIN) -> Chart:
    """Draw the swings of the overall gap."""
    swings = _swings(answer, facts)
    named = credit("tornado", answer, pair_sources(answer, facts))
    shown = swings[: SHOWN if look.size.shape is None else FEWER]
    title, subtitle = (
        finding(answer, swings),
        _subtitle(answer, len(swings), len(shown), printed=all(_free(answer, it) for it in shown)),
    )
    page = sheet(title, subtitle, named, HEAD + ROW * max(len(shown), 1) + 5.0, look)
    if shown:
        scale = _scale(page, answer, shown)
        _axis(page, answer, scale, HEAD + ROW * len(shown))
        for i, swing in enumerate(shown):
            _row(page, HEAD + (i + 0.5) * ROW, answer, swing, scale)
    else:
        page.write(0, HEAD, "There is nothing to show.", LABEL, color=MUTED)
    rows = (_told(answer, swing) for swing in swings)
    return page.chart("tornado", _alt(answer, shown), COLUMNS, rows, of_pair(answer, facts))


def _size(swing: Swing) -> float:
    return abs(swing.at_high - swing.at_low)


def _swings(answer: Answer, facts: Facts) -> list[Swing]:
    top = answer.nodes[0].code
    if answer.gap[top].value is None:
        return []
    told = {row.code for row in answer.indicators}
    found = [
        it for it in flips(answer, facts).swings if it.node == top and _size(it) > 0 and it.indicator in told
    ]
    return sorted(found, key=lambda it: (-_size(it), it.indicator, it.economy))


def _turns(answer: Answer, swing: Swing) -> bool:
    """Say whether the lead changes sides within the range of a figure."""
    now = answer.gap[answer.nodes[0].code].value or 0.0
    return min(swing.at_low * now, swing.at_high * now) < 0


def _row_of(answer: Answer, swing: Swing) -> IndicatorRow:
    return next(row for row in answer.indicators if row.code == swing.indicator)


def finding(answer: Answer, swings: list[Swing]) -> str:
    """Say whether a single figure could turn the overall lead within its range, and which moves it most."""
    top = answer.nodes[0].code
    both = front(answer, top)
    if answer.gap[top].value is None:
        return "There is no overall gap to move, as a layer is not scored"
    if not swings or both is None:
        return "No figure has a range that moves the overall gap"
    owner = possessive(the(answer.names[swings[0].economy]))
    most = f"{owner} “{_row_of(answer, swings[0]).short}” moves it most, by {_size(swings[0]):.1f} points"
    turning = sum(_turns(answer, swing) for swing in swings)
    lead = "the overall lead" if answer.gap[top].leader else "the small overall gap"
    if not turning:
        return f"No single figure turns {lead} within its range; {most}"
    which = "One figure turns" if turning == 1 else f"{counted(turning).capitalize()} figures each turn"
    return f"{which} {lead} within {'its' if turning == 1 else 'their'} range; {most}"


def _subtitle(answer: Answer, every: int, shown: int, *, printed: bool) -> str:
    first, second = answer.pair
    much = f"the {shown} of {every} that move it most" if every > shown else "all that move it"
    what = f"Overall gap, {first} minus {second}, in points, with one figure at either end of its 90 % range"
    kept = "" if printed else " Low and high: ends that may not be printed."
    return f"{what} and all else as stated; {much}.{kept} State of {answer.as_of}."


def _scale(page: Sheet, answer: Answer, swings: list[Swing]) -> Scale:
    now = answer.gap[answer.nodes[0].code].value or 0.0
    ends = [now, *(end for swing in swings for end in (swing.at_low, swing.at_high))]
    low, high = min(ends), max(ends)
    if min(abs(low), abs(high)) < 1.5 * (high - low) or low * high < 0:
        low, high = min(low, 0.0), max(high, 0.0)
    room = max(high - low, 0.1)
    return Scale(low - 0.17 * room, high + 0.17 * room, LABELS + 2, page.width)


def _axis(page: Sheet, answer: Answer, scale: Scale, bottom: float) -> None:
    now = answer.gap[answer.nodes[0].code].value or 0.0
    if scale.low <= 0 <= scale.high:
        page.line([scale(0.0)] * 2, [HEAD - 2, bottom + 1], color=INK, linewidth=0.9, zorder=1)
        page.write(scale(0.0), bottom + 3, "0: both level", SMALL, ha="center", color=INK)
    page.line([scale(now)] * 2, [HEAD - 2, bottom + 1], color=RULE, linewidth=0.7, zorder=1)
    page.write(scale(now), HEAD - 4, f"{_signed(now)} as stated", SMALL, ha="center", color=MUTED)
    first, second = (the(answer.names[code]) for code in answer.pair)
    ahead, behind = f"for {first} →", f"← for {second}"
    page.write(page.width, 2.0, ahead, LABEL, ha="right", color=FIRST.text, weight="bold")
    page.write(scale.left, 2.0, behind, LABEL, color=SECOND.text, weight="bold")


def _role(answer: Answer, swing: Swing) -> Role:
    return FIRST if swing.economy == answer.pair[0] else SECOND


def _row(page: Sheet, y: float, answer: Answer, swing: Swing, scale: Scale) -> None:
    role = _role(answer, swing)
    label = fitted(_row_of(answer, swing).short, LABELS - 13, LABEL)
    page.write(0, y, label, LABEL)
    page.write(LABELS - 10, y, swing.economy[:6], LABEL, color=role.text, weight="bold")
    left, right = sorted((scale(swing.at_low), scale(swing.at_high)))
    hatch = {} if role is FIRST else {"hatch": "////", "edgecolor": role.colour, "fill": False}
    page.bar(left, y - 1.5, right - left, 3.0, role.colour, linewidth=0.8, zorder=2, **hatch)
    for at, value, gap in ((swing.at_low, swing.low, "low"), (swing.at_high, swing.high, "high")):
        outer = scale(at) == left if swing.at_low != swing.at_high else gap == "low"
        x, ha = (left - 0.8, "right") if outer else (right + 0.8, "left")
        end = plain(value, 3) if _free(answer, swing) else gap
        page.write(x, y, end, SMALL, ha=ha, color=MUTED, bbox=PATCH, zorder=3)


def _free(answer: Answer, swing: Swing) -> bool:
    """Whether the terms of its source let the range of a figure be printed."""
    row = _row_of(answer, swing)
    return (row.a if swing.economy == answer.pair[0] else row.b).free


def _signed(value: float) -> str:
    return f"{value:+.1f}".replace("-", MINUS)


def _told(answer: Answer, swing: Swing) -> tuple[str | float | None, ...]:
    row, free = _row_of(answer, swing), _free(answer, swing)
    return (
        row.code,
        row.short,
        row.unit,
        swing.economy,
        swing.low if free else None,
        swing.high if free else None,
        swing.at_low,
        swing.at_high,
        _size(swing),
        "yes" if _turns(answer, swing) else "no",
    )


def _alt(answer: Answer, swings: list[Swing]) -> str:
    gap = " minus ".join(answer.pair)
    parts = [f"Bars: the overall gap, {gap}, as one figure goes from the low to the high end."]
    for swing in swings:
        row, name = _row_of(answer, swing), answer.names[swing.economy]
        ends = f"{plain(swing.low, 3)} to {plain(swing.high, 3)} {row.unit}"
        ends = ends if _free(answer, swing) else "over a range that its terms keep back"
        parts.append(f"{row.short}, {name}: {ends}, gap {swing.at_low:.1f} to {swing.at_high:.1f}.")
    return " ".join(parts)
