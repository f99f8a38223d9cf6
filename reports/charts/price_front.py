"""Price against capability: what is on sale, and the cheapest offer of each of the pair at every level."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from layers.inference_cost.history import ratios, steps
from layers.inference_cost.market import TIERS, market_on

from .behind import Behind
from .credit import credit
from .look import PLAIN
from .palette import FAINT, FIRST, MUTED, OTHER, SECOND, Role
from .phrases import listed, opened
from .pricing import CAPABILITY, free, held, price_sources, times
from .sheet import LABEL, PATCH, SMALL, Sheet, sheet

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from indicators.facts import Facts
    from layers.inference_cost.history import Ratio, Step
    from layers.inference_cost.market import Market
    from scoring.answer import Answer

    from .chart import Chart
    from .look import Look

NAME = "price-front"
COLUMNS = ("what", "economy", "lab", "model", "points_below_best", "index", "price", "low", "high")
TALL, LOWER, LEFT, RIGHT = 78.0, 66.0, 14.0, 4.0
TIER_WORDS = {"near": "10 points below the best", "mid": "20 below", "far": "30 below"}
Row = tuple[str, str, str, str, float, float, float | None, float | None, float | None]


def draw(answer: Answer, facts: Facts, look: Look = PLAIN) -> Chart:
    """Draw price against capability."""
    market = market_on(facts, facts.date) if held(facts) else None
    found = ratios(facts, facts.date, *answer.pair) if market else []
    curves = [step for step in steps(market) if step.economy in answer.pair] if market else []
    named = credit(NAME, answer, price_sources(facts, CAPABILITY))
    title, subtitle = finding(answer, found), _subtitle(answer, market)
    tall = LOWER if look.size.wide else TALL
    page = sheet(title, subtitle, named, tall + 8 if curves and market else 8.0, look)
    if market and curves:
        _panel(page, answer, market, curves)
    else:
        page.write(0, 4, "Neither of them has a priced model whose capability is known.", LABEL, color=MUTED)
    shown = _rows(market, curves, prices=free(facts)) if market else []
    behind = Behind(facts, tables=(("prices",), ("scores", "score")))
    return page.chart(NAME, _alt(answer, found, market), COLUMNS, shown, behind)


def finding(answer: Answer, found: list[Ratio]) -> str:
    """Say at which levels of capability who sells the cheaper token."""
    told = {ratio.tier: ratio for ratio in found if ratio.kind == "tokens"}
    if not told:
        return f"{opened(listed(answer.names[code] for code in answer.pair))}: no tier sold by both"
    first, second = (answer.adjectives[code] for code in answer.pair)
    cheaper: dict[str, list[str]] = {}
    for tier, ratio in told.items():
        if ratio.low > 1.0:
            cheaper.setdefault(second, []).append(f"{times(ratio.value)} {_where(tier)}")
        elif ratio.high < 1.0:
            cheaper.setdefault(first, []).append(f"{times(1.0 / ratio.value)} {_where(tier)}")
    if not cheaper:
        return "At no level of capability can it be told whose tokens are cheaper"
    parts = [f"{who} tokens are cheaper by {listed(by)}" for who, by in cheaper.items()]
    open_at = len(told) - sum(len(by) for by in cheaper.values())
    end = "; elsewhere it cannot be told" if open_at else ""
    return opened("; ".join(parts)) + end


def _where(tier: str) -> str:
    return {"near": "near the frontier", "mid": "20 points below it", "far": "30 points below it"}[tier]


def _subtitle(answer: Answer, market: Market | None) -> str:
    out = f" {market.left_out} priced models without a score are left out." if market else ""
    return (
        "List price of a million tokens (three of input to one of output) on the laboratory's own list, "
        "against layer 1's capability. Lines: the cheapest offer at a level or above, median and 90 % of "
        f"draws over capability and catalogues.{out} State of {answer.as_of}."
    )


def _panel(page: Sheet, answer: Answer, market: Market, curves: list[Step]) -> None:
    from matplotlib.ticker import NullLocator

    axes = page.axes(LEFT, 3.0, page.width - LEFT - RIGHT, page.body - 11.0)
    best = market.central_frontier
    low, high = best - 45.0, best + 1.5
    axes.set_yscale("log")
    axes.set_xlim(low, high)
    table = market.table[market.table["best"] & (market.table["centre"] >= low)]
    for code, role in (("", OTHER), (answer.pair[1], SECOND), (answer.pair[0], FIRST)):
        own = table["economy"].eq(code) if code else ~table["economy"].isin(answer.pair)
        mark = {**role.mark(), "markersize": role.size * 0.65, "alpha": 0.55, "markeredgewidth": 0.9}
        axes.plot(table.loc[own, "centre"].to_numpy(), table.loc[own, "price"].to_numpy(), **mark, zorder=2)
    for code, role in zip(answer.pair, (FIRST, SECOND), strict=True):
        own_steps = [step for step in curves if step.economy == code]
        if own_steps:
            _curve(axes, own_steps, role, answer.adjectives[code])
    for gap in TIERS.values():
        axes.axvline(best - gap, color=FAINT, linewidth=4.0, zorder=0)
    ticks = [tick for tick in (0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50) if _inside(axes, tick)]
    axes.set_yticks(ticks, labels=[f"{tick:g}" for tick in ticks])
    axes.yaxis.set_minor_locator(NullLocator())
    axes.set_ylabel("USD per million tokens", size=LABEL, color=MUTED)
    axes.set_xlabel("Capability, points of the index", size=LABEL, color=MUTED)
    for tier, gap in TIERS.items():
        at = LEFT + (page.width - LEFT - RIGHT) * (best - gap - low) / (high - low)
        page.write(at, 1.2, TIER_WORDS[tier], SMALL, color=MUTED, ha="center")


def _inside(axes: Axes, value: float) -> bool:
    bottom, top = axes.get_ylim()
    return bottom <= value <= top


def _curve(axes: Axes, own: list[Step], role: Role, word: str) -> None:
    x = [step.level for step in own]
    axes.fill_between(
        x, [step.low for step in own], [step.high for step in own], color=role.colour, alpha=0.14, linewidth=0
    )
    axes.plot(x, [step.price for step in own], **role.line(), linewidth=1.8, zorder=3)
    start = own[-1]
    how: dict[str, Any] = {"textcoords": "offset points", "va": "bottom", "annotation_clip": False}
    words = f"cheapest {word} offer"
    how["bbox"] = PATCH
    axes.annotate(
        words, (start.level, start.price), xytext=(3, 3), size=LABEL, weight="bold", color=role.text, **how
    )


def _rows(market: Market, curves: list[Step], *, prices: bool) -> list[Row]:
    best = market.central_frontier
    records: list[dict[str, Any]] = market.table[market.table["best"]].to_dict("records")  # type: ignore[assignment]
    offers: list[Row] = [
        ("offer", r["economy"], r["lab"], r["model"], round(best - r["centre"], 1), round(r["centre"], 1), *p)
        for r in records
        for p in [(r["price"], r["low"], r["high"])]
        if prices
    ]
    lines: list[Row] = [
        ("cheapest", s.economy, "", "", float(s.below), round(s.level, 1), s.price, s.low, s.high)
        for s in curves
    ]
    return [*lines, *offers]


def _alt(answer: Answer, found: list[Ratio], market: Market | None) -> str:
    if market is None or not found:
        return "Empty chart: no level of capability at which both have a model on sale."
    first, second = (answer.adjectives[code] for code in answer.pair)
    told = [
        f"{_where(ratio.tier)} {times(ratio.value)} ({times(ratio.low)} to {times(ratio.high)})"
        for ratio in found
        if ratio.kind == "tokens" and math.isfinite(ratio.value)
    ]
    return (
        f"Scatter of {int(market.table['best'].sum())} models, list price against capability, with the "
        f"cheapest {first} and {second} price at each level. {first} over {second}: {listed(told)}."
    )
