"""Money earned against tokens made inside one router: under the even line is who earns less than its part."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from reports.content.value import BLOC, account_of, capture_finding, hundred, world_sentence

from .behind import Behind
from .credit import credit
from .look import PLAIN
from .palette import FAINT, FIRST, INK, MUTED, OTHER, RULE, SECOND, Role
from .sheet import LABEL, SMALL, Scale, Sheet, sheet, wrap
from .untold import untold

if TYPE_CHECKING:
    from collections.abc import Iterator

    from indicators.facts import Facts
    from indicators.schema import Source
    from scoring.answer import Answer
    from scoring.questions.value.capture import ValueCapture
    from scoring.questions.value.market import Captured

    from .chart import Chart
    from .look import Look

COLUMNS = ("economy", "measure", "median", "least", "most")
LEFT, HEAD, FOOT, BETWEEN, STEP = 14.0, 4.0, 11.0, 8.0, 3.0  # mm around the square, and between lines
SIDE: Final = {"page": 76.0, "slide": 70.0, "square": 56.0}
TICKS: Final = (0, 25, 50, 75, 100)


def draw(answer: Answer, facts: Facts, look: Look = PLAIN) -> Chart:
    """Draw capture against production."""
    made = account_of(answer, facts)
    if made is None:
        return untold("capture", answer, BLOC, COLUMNS, look)
    found = [each for code in made.pair if made.market and (each := made.market.of(code))]
    title = capture_finding(made, answer.names)
    days = [reading.day for reading in made.market.readings] if made.market else []
    when = f", {min(days)} to {max(days)}" if days else ""
    subtitle = f"No share of money is held beside one of tokens. State of {answer.as_of}."
    if found:
        subtitle = (
            "Share of tokens and of money at list prices by home of the model's maker, % of what one router "
            f"lists{when}. Marks: medians; bars: least to most of {len(days)} readings. The router carries "
            "about half a per cent of the world's tokens and its users look for price."
        )
    named = credit("capture", answer, _sources(facts, made))
    notes = _notes(made, answer, found)
    side = SIDE[look.size.name]

    def body(across: float) -> float:
        below = sum(len(wrap(note, across, SMALL)) * STEP + 1.6 for note in notes)
        if not found:
            return HEAD + below
        return HEAD + side + FOOT + (below if look.size.narrow else 0.0)

    page = sheet(title, subtitle, named, body, look)
    if not found:
        _noted(page, notes, 0.0, HEAD)
        return page.chart("capture", _alt(answer, found), COLUMNS, (), Behind(facts, tables=(("router",),)))
    across, down = Scale(0, 100, LEFT, LEFT + side), Scale(0, 100, HEAD + side, HEAD)
    _square(page, across, down)
    for each in found:
        _mark(page, answer, each, across, down)
    _beside(page, answer, found, notes)
    held = Behind(facts, tables=(("router",), ("prices",), ("workloads",)))
    return page.chart("capture", _alt(answer, found), COLUMNS, _shown(found), held)


def _square(page: Sheet, across: Scale, down: Scale) -> None:
    side = across.right - LEFT
    for tick in TICKS:
        x, y = across(tick), down(tick)
        page.line([x, x], [HEAD, HEAD + side], color=FAINT, linewidth=0.6, zorder=0)
        page.line([LEFT, LEFT + side], [y, y], color=FAINT, linewidth=0.6, zorder=0)
        page.write(x, HEAD + side + 2.6, str(tick), SMALL, ha="center", color=MUTED)
        page.write(LEFT - 1.6, y, str(tick), SMALL, ha="right", color=MUTED)
    page.line([LEFT, LEFT + side], [HEAD + side, HEAD], color=RULE, linewidth=0.9, zorder=1)
    page.write(LEFT + side / 2, HEAD + side + 6.8, "tokens made, %", SMALL, ha="center", color=MUTED)
    page.write(
        2.0, HEAD + side / 2, "money earned, %", SMALL, rotation=90, ha="center", va="center", color=MUTED
    )
    page.write(LEFT + 2, HEAD + 2.4, "earns more than its part", SMALL, color=MUTED)
    page.write(LEFT + side - 3, HEAD + side - 4, "earns less than its part", SMALL, ha="right", color=MUTED)


def _role(answer: Answer, code: str) -> Role:
    return {answer.pair[0]: FIRST, answer.pair[1]: SECOND}.get(code, OTHER)


def _mark(page: Sheet, answer: Answer, each: Captured, across: Scale, down: Scale) -> None:
    role = _role(answer, each.economy)
    x, y = across(100 * each.tokens[0]), down(100 * each.dollars[0])
    page.span(across(100 * each.tokens[1]), across(100 * each.tokens[2]), y, role, thick=1.4)
    ends = [down(100 * end) for end in each.dollars[1:]]
    page.line([x, x], ends, **role.line(), linewidth=1.4, zorder=2)
    page.mark(x, y, role)
    page.write(x + 2.4, y - 2.6, answer.names[each.economy], LABEL, color=role.text, weight="bold")


def _beside(page: Sheet, answer: Answer, found: list[Captured], notes: tuple[str, ...]) -> None:
    y, right = HEAD + 3.0, LEFT + SIDE[page.size.name] + BETWEEN
    for each in found:
        role = _role(answer, each.economy)
        page.write(right, y, answer.names[each.economy], LABEL, color=role.text, weight="bold")
        ratio = f"{each.ratio[0]:.2f} ({each.ratio[1]:.2f} to {each.ratio[2]:.2f})"
        lines = (
            f"tokens {hundred(each.tokens)}",
            f"money {hundred(each.dollars)}",
            f"money by host {hundred(each.by_host)} *",
            f"money over tokens {ratio}",
        )
        for line in lines:
            y += 3.6
            page.write(right, y, line, SMALL, color=INK)
        y += 6.4
    if page.size.narrow:
        y, right = HEAD + SIDE[page.size.name] + FOOT, 0.0
    _noted(page, notes, right, y)


def _noted(page: Sheet, notes: tuple[str, ...], right: float, y: float) -> None:
    for note in notes:
        for line in wrap(note, page.width - right, SMALL):
            page.write(right, y, line, SMALL, color=MUTED)
            y += STEP
        y += 1.6


def _notes(made: ValueCapture, answer: Answer, found: list[Captured]) -> tuple[str, ...]:
    world = world_sentence(made, answer.names)
    hosts = "* once others sell part of the tokens of open models: 0.2 to 0.8, royalty 0 to 0.1, assumed"
    return (hosts, world) if found else (world,)


def _sources(facts: Facts, made: ValueCapture) -> Iterator[tuple[Source, float]]:
    if made.market is None:
        return
    for name in ("router", "prices", "workloads"):
        for source in facts.catalogue.tables[name].sources.values():
            yield source, 3.0 if name == "router" else 1.0


def _shown(found: list[Captured]) -> Iterator[tuple[str | float, ...]]:
    for each in found:
        yield (each.economy, "tokens", *each.tokens)
        yield (each.economy, "money", *each.dollars)
        yield (each.economy, "money over tokens", *each.ratio)
        yield (each.economy, "money by host", *each.by_host)


def _alt(answer: Answer, found: list[Captured]) -> str:
    parts = [
        f"{answer.names[it.economy]}: {hundred(it.tokens)} % of tokens, {hundred(it.dollars)} % of money."
        for it in found
    ]
    return " ".join(["Share of money against share of tokens inside one router.", *parts])
