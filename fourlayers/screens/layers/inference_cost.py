"""The screen of layer 2: the price of a token by capability, its cost, and why one is dearer."""

from __future__ import annotations

from math import log
from typing import TYPE_CHECKING, Final

from fourlayers.screens.layout import blocks, call_cell, cell, padded, wrapped
from layers.inference_cost.gap import america, baskets, claim, price_gap
from layers.inference_cost.history import falls, ratios
from layers.inference_cost.hosted import hosted
from layers.inference_cost.market import TIERS, market_on
from layers.inference_cost.paired import paired
from layers.inference_cost.prices import disagreements, offered
from reports.wording import listed, percent, plural, the, upper_first

if TYPE_CHECKING:
    from datetime import date

    from indicators.facts import Facts
    from layers.inference_cost.history import Fall, Ratio
    from layers.inference_cost.market import Market
    from layers.inference_cost.paired import Paired
    from scoring.answer import Answer

LAYER: Final = "inference_cost"
SCORES: Final = (26, 15, 15, 24)
OFFERS: Final = (24, 28, 28)
RATIOS: Final = (24, 19, 19, 18)
BASKETS: Final = (44, 18, 18)
COSTS: Final = (44, 18, 18)
HOSTS: Final = (44, 18, 18)
PAIR: Final = ("USA", "CHN")
COST_ROWS: Final = ("token_cost_hardware_ratio", "token_cost_site_ratio", "token_cost_own_stack_ratio")
SMALL: Final = 0.01  # a cause within one per cent of nothing is named last, with the other small ones


def screen(facts: Facts, answer: Answer) -> str:
    """Text of the screen."""
    market = market_on(facts, facts.date)
    found = paired(facts, *answer.pair)
    return blocks(
        (
            _head(answer),
            _scores(answer),
            _offers(answer, market),
            _ratios(facts, answer),
            _baskets(facts, answer),
            _falls(facts, answer),
            _hosted(facts),
            _costs(answer),
            _why(answer, found),
            _mind(facts, market, found),
            ["Next: chart price-gap · price-front · price-ratio · cost-why, token-cost, claims"],
        )
    )


def _head(answer: Answer) -> list[str]:
    a, b = (the(answer.names[code]) for code in answer.pair)
    told = f"{upper_first(a)} and {b}: what a token is sold for, and what it costs to make"
    ranges = "90 % ranges" if answer.draws else "no ranges drawn"
    return [*wrapped(told, ""), f"state of {answer.as_of} · {ranges}"]


def _scores(answer: Answer) -> list[str]:
    """Scores of the layer and its pillars: price and cost stand apart."""
    nodes = [node for node in answer.nodes if node.code == LAYER] + list(answer.pillars(LAYER))
    if not nodes:
        return []
    lines = [padded(("Scores, 0-100", *answer.pair, "call"), SCORES)]
    for node in nodes:
        told = [cell(answer.scores[code][node.code]) for code in answer.pair]
        name = node.title if node.code == LAYER else f"  {node.title}"
        lines.append(padded((name, *told, call_cell(answer.gap[node.code])), SCORES))
    return lines


def times(value: float) -> str:
    """Write a ratio, as in `2.3x`, `12x`, `0.27x`."""
    return f"{_bare(value)}x"


def _bare(value: float) -> str:
    if value < 0.95:
        return f"{value:.2f}"
    return f"{value:.1f}" if value < 10 else f"{value:.0f}"


def ranged(value: float, low: float, high: float) -> str:
    """Write a ratio with its range, as in `2.3x (1.0-8.3)`."""
    return f"{times(value)} ({_bare(low)}-{_bare(high)})"


def _offers(answer: Answer, market: Market | None) -> list[str]:
    """Cheapest offers of the pair at each tier."""
    title = "Cheapest list price, USD per million tokens (three of input, one of output)"
    if market is None:
        return [title, "  no model has both a price and a capability on the date"]
    lines = [title, padded(("  points below the best", *answer.pair), OFFERS)]
    for gap in TIERS.values():
        cheapest = [_cheapest(market, code, gap) for code in answer.pair]
        lines.append(padded((f"  {gap:.0f}", *cheapest), OFFERS))
    return lines


def _cheapest(market: Market, economy: str, gap: float) -> str:
    """Name the cheapest offer by central figures."""
    able = market.table[market.table["economy"].eq(economy)]
    able = able[able["centre"] >= market.central_frontier - gap].sort_values("price", kind="stable")
    return f"{able.iloc[0]['price']:<6.3g} {able.iloc[0]['listing']}" if len(able) else "nothing"


def _ratios(facts: Facts, answer: Answer) -> list[str]:
    """Ratio of the pair by tier: per token and per task, and per token on the day of the claim."""
    now = ratios(facts, facts.date, *answer.pair)
    told = claim().day < facts.date and set(answer.pair) == set(PAIR)
    before = ratios(facts, claim().day, *answer.pair) if told else []
    if not now and not before:
        return []
    a, b = answer.pair
    heads = ["per token", "per task", *([f"token, {claim().day}"] if told else [])]
    lines = [padded((f"{a} over {b}, by draws", *heads), RATIOS[: len(heads) + 1])]
    for tier, gap in TIERS.items():
        cells = [_told(now, tier, "tokens"), _told(now, tier, "work")]
        cells += [_told(before, tier, "tokens")] if told else []
        lines.append(padded((f"  {gap:.0f} below", *cells), RATIOS[: len(cells) + 1]))
    return lines


def _told(found: list[Ratio], tier: str, kind: str) -> str:
    held = [ratio for ratio in found if (ratio.tier, ratio.kind) == (tier, kind)]
    return ranged(held[0].value, held[0].low, held[0].high) if held else "not sold by both"


def _baskets(facts: Facts, answer: Answer) -> list[str]:
    """Compare the flagships by basket, now and on the day of the claim."""
    if set(answer.pair) != set(PAIR):
        return []
    days = [day for day in dict.fromkeys((claim().day, facts.date)) if day <= facts.date]
    lines = wrapped(
        f"Newest {america()} over the median of a Chinese basket, output tokens, from the dearest to the "
        f"cheapest laboratory (the commentary says {claim().words})",
        "",
        "  ",
    )
    lines.append(padded(("", *map(str, days)), BASKETS[: len(days) + 1]))
    for basket in baskets()[1]:
        told = [_basket(facts, day, basket.name) for day in days]
        lines.append(padded((f"  {upper_first(basket.title)}", *told), BASKETS[: len(days) + 1]))
    return lines


def _basket(facts: Facts, day: date, name: str) -> str:
    table = price_gap(facts, day)
    rows = table[table["basket"].eq(name) & table["measure"].eq("output")]
    if rows.empty:
        return "too few prices"
    row = rows.iloc[0]
    return ranged(float(row["ratio"]), float(row["low"]), float(row["high"]))


def _falls(facts: Facts, answer: Answer) -> list[str]:
    found = falls(facts, answer.pair)
    if not found:
        return []
    lines = ["Fall of the cheapest price a year, at today's levels held fixed"]
    for tier, gap in TIERS.items():
        own = [fall for fall in found if fall.tier == tier]
        if own:
            told = "; ".join(f"{fall.seller} {_fall(fall)}" for fall in own)
            lines += wrapped(f"{gap:.0f} below: {told}", "  ", "    ")
    return lines


def _fall(fall: Fall) -> str:
    return f"{ranged(fall.value, fall.low, fall.high)} since {fall.since:%Y-%m}"


def _hosted(facts: Facts) -> list[str]:
    """Set hosts of open weights against their laboratory: the same tokens elsewhere."""
    found = hosted(facts)
    if not found:
        return []
    lines = ["Open weights: price of other hosts over the laboratory's own, median and range"]
    for each in found:
        hosts = plural(each.hosts, "host")
        told = f"{each.family} ({each.lab}, {each.own:.3g} USD)"
        lines.append(padded((f"  {told}", ranged(each.median, each.low, each.high), hosts), HOSTS))
    return lines


def _costs(answer: Answer) -> list[str]:
    """Write the indicators of the cost pillar, as ratios to the cheapest."""
    rows = {row.code: row for row in answer.indicators}
    held = [rows[code] for code in COST_ROWS if code in rows]
    if not held:
        return []
    lines = [padded(("Cost to produce, over the cheapest", *answer.pair), COSTS)]
    for row in held:
        told = []
        for side in (row.a, row.b):
            if side.value is None:
                told.append(side.state)
            elif side.low is None or side.high is None:
                told.append(times(side.value))
            else:
                told.append(ranged(side.value, side.low, side.high))
        lines.append(padded((f"  {row.short}", *told), COSTS))
    return lines


def _why(answer: Answer, found: Paired | None) -> list[str]:
    """Take the pair's gap apart, the largest causes first."""
    if found is None:
        return []
    first, second = (answer.names[code] for code in answer.pair)
    a, b, why = found.a, found.b, found.why
    head = f"Why: {a.model.model} on {a.system.name} in {the(first)} and on {b.system.name} in {the(second)}"
    gap = f"A token costs {ranged(why.cost.value, why.cost.low, why.cost.high)} as much in {the(second)}"
    causes = sorted(why.causes, key=lambda cause: -abs(log(cause.value)))
    told = [
        f"{cause.name} x{cause.value:.2f} ({cause.low:.2f} to {cause.high:.2f})"
        for cause in causes
        if abs(cause.value - 1.0) >= SMALL
    ]
    small = [cause.name for cause in causes if abs(cause.value - 1.0) < SMALL]
    lines = [*wrapped(head, "", "  "), *wrapped(f"{gap}."), *wrapped(f"{'; '.join(told)}.", "  ", "    ")]
    if small:
        lines += wrapped(f"Under 1 % each: {listed(small)}.")
    if found.asked:
        pieces = [f"{each.price:.2f} ({each.seller})" for each in found.asked]
        kept = [f"{percent(m.value)} ({percent(m.low)} to {percent(m.high)})" for m in why.margins]
        lines += wrapped(
            f"Asked per million output tokens with their input: {listed(pieces)}; of it not cost of serving "
            f"{listed(kept)}.",
            "  ",
            "    ",
        )
    return lines


def _mind(facts: Facts, market: Market | None, found: Paired | None) -> list[str]:
    notes = ["a list price says nothing of discounts, subsidies, speed or what buyers really pay"]
    if market is not None:
        left = plural(market.left_out, "priced model")
        notes.append(f"{left} without a capability left out, among them the newest of most laboratories")
        table = offered(facts, facts.date)
        wide = disagreements(table)
        if len(wide):
            worst = wide.iloc[0]
            notes.append(
                f"catalogues disagree on {len(wide)} of {len(table)} prices, most on {worst['model']}: "
                f"{worst['low']:.3g} to {worst['high']:.3g} ({worst['cheapest']}, {worst['dearest']})"
            )
    notes += [f"stood in where it does not run: {note}" for note in (found.why.notes if found else ())]
    return ["Mind", *(line for note in notes for line in wrapped(f"~ {note}", "  ", "    "))]
