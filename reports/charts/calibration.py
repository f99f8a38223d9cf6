"""Simulated truths: how often 90 % ranges hold the true score, and how often a lead that was said was one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from .credit import Credit
from .palette import FAINT, FIRST, INK, MUTED, OTHER, RULE, TRACK
from .sheet import LABEL, SMALL, Scale, Sheet, sheet

if TYPE_CHECKING:
    from collections.abc import Mapping

    from scoring.doubt.calibration import Bin, Calibration, Share

    from .chart import Chart

COLUMNS = ("what", "item", "said", "was", "standard_error", "count")
WANTED: Final = (0.85, 0.95)
ROW, HEAD, SQUARE = 4.3, 12.0, 62.0  # mm
LEFT: Final = Scale(0.80, 1.0, 42.0, 82.0)
OFF: Final = 95.0
TWO: Final = 2.0
"""Standard errors on either side that a line shows."""


def draw(found: Calibration, titles: Mapping[str, str], credit: str) -> Chart:
    """Draw coverage and calibration.

    Parameters
    ----------
    found : Calibration
        Of simulated truths.
    titles : mapping of str to str
        Titles of the nodes to show, by code, in their order.
    credit : str
        What it was simulated from.
    """
    nodes = {code: title for code, title in titles.items() if found.coverage[code].count}
    title, subtitle = finding(found), _subtitle(found)
    named = Credit((), (), credit, credit, "")
    page = sheet(title, subtitle, named, HEAD + max(ROW * len(nodes), SQUARE) + 7.0)
    _coverage(page, found, nodes)
    _leads(page, found.leads)
    return page.chart("calibration", _alt(found, nodes), COLUMNS, _rows(found, nodes))


def finding(found: Calibration) -> str:
    """Say what the ranges cover and how far leads are off."""
    whole = found.coverage[""]
    off = max(abs(it.was.value - it.said) for it in found.leads)
    right = WANTED[0] <= whole.value <= WANTED[1]
    word = "hold" if right else "do not hold what they say: they hold"
    return (
        f"Ranges of 90 % {word} {100 * whole.value:.0f} % of simulated truths; "
        f"leads come as often as said, within {100 * off:.1f} in 100"
    )


def _subtitle(found: Calibration) -> str:
    return (
        f"{found.worlds} simulated worlds, {found.draws} draws of the data each. Lines: two standard errors "
        "over worlds. Left: share of true scores inside their 90 % range. Right: pairs of economies, "
        "share of draws ahead against share truly ahead; overall and the layers."
    )


def _coverage(page: Sheet, found: Calibration, nodes: Mapping[str, str]) -> None:
    bottom = HEAD + ROW * len(nodes)
    page.bar(
        LEFT(WANTED[0]), HEAD - 1, LEFT(WANTED[1]) - LEFT(WANTED[0]), bottom - HEAD + 1, TRACK, zorder=-2
    )
    page.line([LEFT(0.9)] * 2, [HEAD - 1, bottom], color=RULE, linewidth=0.7, zorder=-1)
    page.write(LEFT(0.9), 3.0, "inside the range, %", LABEL, ha="center", weight="bold")
    for tick in (0.80, 0.85, 0.90, 0.95, 1.0):
        page.write(LEFT(tick), HEAD - 3, f"{100 * tick:.0f}", SMALL, ha="center", color=MUTED)
    for row, (code, title) in enumerate(nodes.items()):
        y, share = HEAD + (row + 0.5) * ROW, found.coverage[code]
        page.write(0, y, title, SMALL)
        ends = share.value - TWO * share.error, share.value + TWO * share.error
        page.span(LEFT(ends[0]), LEFT(ends[1]), y, OTHER, thick=1.0)
        page.mark(LEFT(share.value), y, FIRST, markersize=3.4)


def _leads(page: Sheet, leads: tuple[Bin, ...]) -> None:
    across = Scale(0.0, 1.0, OFF, OFF + SQUARE)
    up = Scale(0.0, 1.0, HEAD + SQUARE, HEAD)
    for tick in (0.0, 0.25, 0.5, 0.75, 1.0):
        page.line([across(tick)] * 2, [HEAD, HEAD + SQUARE], color=FAINT, linewidth=0.5, zorder=-2)
        page.line([OFF, OFF + SQUARE], [up(tick)] * 2, color=FAINT, linewidth=0.5, zorder=-2)
        page.write(across(tick), HEAD + SQUARE + 2.2, f"{100 * tick:.0f}", SMALL, ha="center", color=MUTED)
        page.write(OFF - 1.5, up(tick), f"{100 * tick:.0f}", SMALL, ha="right", color=MUTED)
    page.line([OFF, OFF + SQUARE], [HEAD + SQUARE, HEAD], color=RULE, linewidth=0.7, zorder=-1)
    page.write(OFF + SQUARE / 2, 3.0, "truly ahead, of 100", LABEL, ha="center", weight="bold")
    page.write(
        OFF + SQUARE / 2, HEAD + SQUARE + 5.6, "said to be ahead, of 100 draws", SMALL, ha="center", color=INK
    )
    for it in leads:
        ends = it.was.value - TWO * it.was.error, it.was.value + TWO * it.was.error
        x = across(it.said)
        page.line([x, x], [up(ends[0]), up(ends[1])], color=OTHER.colour, linewidth=1.0, zorder=1)
        page.mark(x, up(it.was.value), FIRST, markersize=3.8)


def _rows(found: Calibration, nodes: Mapping[str, str]) -> list[tuple[str | float | int | None, ...]]:
    def row(what: str, item: str, said: float, was: Share) -> tuple[str | float | int | None, ...]:
        return what, item, said, was.value, was.error, was.count

    rows = [row("coverage", code, 0.9, found.coverage[code]) for code in ("", *nodes)]
    return rows + [row("lead", f"{it.said:.2f}", it.said, it.was) for it in found.leads]


def _alt(found: Calibration, nodes: Mapping[str, str]) -> str:
    inside = ", ".join(f"{title} {100 * found.coverage[code].value:.0f} %" for code, title in nodes.items())
    leads = ", ".join(f"{100 * it.said:.0f} said {100 * it.was.value:.0f} true" for it in found.leads)
    return f"True scores inside their 90 % range: {inside}. Leads, of 100: {leads}."
