"""Which place each economy takes, and how often, over all defensible set-ups (SMAA rank acceptability)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from reports.wording import all_layers, of_hundred, the
from scoring.robustness import ranks

from .behind import of_all
from .credit import all_sources, credit
from .look import PLAIN
from .palette import INK, MUTED, PAPER, SHARES, TRACK
from .phrases import counted, opened
from .sheet import LABEL, SMALL, Sheet, sheet, width

if TYPE_CHECKING:
    from indicators.facts import Facts
    from scoring.answer import Answer

    from .chart import Chart
    from .look import Look

COLUMNS = ("economy", "name", "place", "share")
NAMES, ROW, LOWER, HEAD, FOOT = 30.0, 3.9, 3.4, 11.0, 2.0  # mm
WRITTEN: Final = 0.1
"""Shares from which the cell has room for its number."""
WORDS: Final = ("under 10 %", "10 to 25", "25 to 50", "50 to 75", "75 to 100")
MOST: Final = 0.5
LIKELY: Final = 2 / 3


def draw(answer: Answer, facts: Facts, look: Look = PLAIN) -> Chart:
    """Draw rank acceptabilities."""
    known = {code: each for code, each in ranks(answer, facts).items() if code in answer.names}
    shares = dict(sorted(known.items(), key=lambda each: (_mean(each[1]), each[0])))
    named = credit("acceptability", answer, all_sources(answer, facts))
    title, subtitle = finding(answer, shares), _subtitle(answer)
    row = LOWER if look.size.wide else ROW
    page = sheet(title, subtitle, named, HEAD + row * max(len(shares), 1) + FOOT, look)
    if shares:
        _key(page)
        _grid(page, row, answer, shares)
    else:
        page.write(0, HEAD, "No place can be shown.", LABEL, color=MUTED)
    rows = [
        (code, answer.names[code], place, share)
        for code, each in shares.items()
        for place, share in enumerate(each[: len(shares)], start=1)
    ]
    return page.chart("acceptability", _alt(answer, shares), COLUMNS, rows, of_all(answer, facts))


def _mean(shares: tuple[float, ...]) -> float:
    return sum(place * share for place, share in enumerate(shares, start=1)) / (sum(shares) or 1.0)


def finding(answer: Answer, shares: dict[str, tuple[float, ...]]) -> str:
    """Say who comes first in how many set-ups, and how few economies hold one place."""
    if not answer.draws:
        return "Without draws, no economy has a range of places"
    if not shares:
        return f"No economy can be placed overall, as none is scored in {all_layers(answer)}"
    firsts = sorted(((-each[0], code) for code, each in shares.items()))
    (most, first), *others = firsts
    held = sum(max(each) > MOST for each in shares.values())
    few = (
        "no economy keeps"
        if not held
        else "one economy keeps"
        if held == 1
        else f"{counted(held)} economies keep"
    )
    rest = f"only {few}" if 0 < held <= len(shares) / 2 else few
    settled = f"{rest} one place in more than half of them"
    who = opened(the(answer.names[first]))
    if -most >= LIKELY:
        return f"{who} comes first in {of_hundred(-most)} defensible set-ups; {settled}"
    second = f", {the(answer.names[others[0][1]])} in {of_hundred(-others[0][0])}" if others else ""
    best = f"{the(answer.names[first])} in {of_hundred(-most)} set-ups"
    return f"Who comes first is open: {best}{second}; {settled}"


def _subtitle(answer: Answer) -> str:
    if not answer.draws:
        return f"No draws were made. State of {answer.as_of}."
    what = (
        f"Share of {answer.draws:,} draws of data and set-ups in which an economy takes each place overall, %"
    )
    return f"{what}; ordered by mean place, which is no call. State of {answer.as_of}."


def _key(page: Sheet) -> None:
    x = 0.0
    for (bound, shade), words in zip(
        SHARES, ("under 10 %", "10 to 25", "25 to 50", "50 to 75", "75 to 100"), strict=True
    ):
        del bound
        page.bar(x, 0.6, 4.5, 2.6, shade)
        page.write(x + 5.4, 1.9, words, SMALL, color=MUTED)
        x += 5.4 + width(words, SMALL) + 3.2


def _grid(page: Sheet, tall: float, answer: Answer, shares: dict[str, tuple[float, ...]]) -> None:
    step = (page.width - NAMES) / len(shares)
    for place in range(1, len(shares) + 1):
        x = NAMES + (place - 0.5) * step
        page.write(x, HEAD - 2.2, str(place), SMALL, ha="center", color=MUTED)
    page.write(0, HEAD - 2.2, "place", SMALL, color=MUTED)
    for row, (code, each) in enumerate(shares.items()):
        y = HEAD + row * tall
        strong = "bold" if code in answer.pair or code == answer.home else "normal"
        page.write(0, y + tall / 2, answer.names[code], 7.0, weight=strong)
        for place, share in enumerate(each[: len(shares)]):
            x = NAMES + place * step
            page.bar(x + 0.15, y + 0.15, step - 0.3, tall - 0.3, _shade(share), linewidth=0)
            if share >= WRITTEN:
                ink = PAPER if share >= MOST else INK
                page.write(x + step / 2, y + tall / 2, f"{100 * share:.0f}", 5.6, ha="center", color=ink)


def _shade(share: float) -> str:
    if share == 0:
        return TRACK
    return next((shade for bound, shade in SHARES if share < bound), SHARES[-1][1])


def _alt(answer: Answer, shares: dict[str, tuple[float, ...]]) -> str:
    parts = [
        "Heat map of economies by place: how often each takes each place over draws of data and set-ups."
    ]
    for code, each in shares.items():
        place = max(range(len(each)), key=each.__getitem__)
        parts.append(f"{answer.names[code]}: most often place {place + 1}, in {of_hundred(each[place])}.")
    return " ".join(parts)
