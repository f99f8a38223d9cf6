"""The screen of layer 3: six pillars, memory and packaging by three views, and why the views differ."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from fourlayers.screens.layout import blocks, call_cell, cell, padded, wrapped
from layers.systems_integration.access import Rules
from layers.systems_integration.assemble import REACHES, market
from layers.systems_integration.reach import CONCENTRATION, FOREIGN
from reports.wording import HARD, NONE, listed, lower_first, of_hundred, plain, plural, the, upper_first
from scoring.index.recipe import Recipe
from scoring.supply import SUPPLIES, VIEWS, supply_views

if TYPE_CHECKING:
    from indicators.facts import Facts
    from layers.systems_integration.access import Access
    from layers.systems_integration.assemble import Market
    from scoring.answer import Answer
    from scoring.supply import Views

LAYER: Final = "systems_integration"
BESIDE: Final = ("TWN", "KOR", "US_ALLIES")
SAID: Final = {"location": "made here", "ownership": "owned here", "reach": "within reach"}
CODES: Final = {"memory": "hbm_reach_pct", "packaging": "advanced_logic_reach_pct"}
ITEMS: Final = {
    "accel_all_performance_weighted": "AI accelerators, all",
    "hbm": "high-bandwidth memory",
    "foundry_ai_le16": "AI chips made to order",
    "advanced_packaging": "advanced packaging",
    "cloud_rental_abroad": "compute rented abroad",
    "eda": "chip design software",
    "euv": "EUV lithography",
    "rare_earths_heavy": "heavy rare earths",
    "gallium_germanium": "gallium, germanium",
}
"""Items of the access table that the screen names, the nearest to a token first."""
SPELT: Final = {"mlperf": "MLPerf", "top500": "TOP500", "github": "GitHub"}
FREE: Final = 0.9
"""Access above which a supply counts as free in words."""
_SIDES: Final = {"under": "is understated", "over": "is overstated", "both": "may be misstated"}
_PILLARS: Final = (25, 15, 15, 15)
_ACCESS: Final = (15, 23, 6, 14, 10, 12)
_APART: Final = 5.0
"""Points below which two views are called alike."""


def screen(facts: Facts, answer: Answer) -> str:
    """Return the screen of the layer for a pair."""
    units = (*answer.pair, *(unit for unit in BESIDE if unit not in answer.pair and unit in answer.units))
    recipe = Recipe.model_validate_json(answer.made_with)
    known = {node.code for node in answer.nodes}
    views: dict[str, Views] = {it: supply_views(facts, recipe, it, units) for it in SUPPLIES if it in known}
    return blocks(
        [
            _head(answer),
            _pillars(answer),
            _three(answer, views, units),
            *(_why(answer, facts, pillar, views[pillar]) for pillar in views),
            _access(answer, facts),
            _errors(answer, facts),
            _blocs(answer, facts),
            [f"Next: fourlayers explain {answer.pair[1]} systems-integration · data show access"],
        ]
    )


def _head(answer: Answer) -> list[str]:
    names = listed(the(answer.names[code]) for code in answer.pair)
    return [
        *wrapped(f"Systems integration: {names}", "", "  "),
        f"state of {answer.as_of} · scores 0-100 on stated goalposts · 90 % ranges",
    ]


def _pillars(answer: Answer) -> list[str]:
    lines = [padded(("", *answer.pair, "call" if answer.draws else ""), _PILLARS)]
    nodes = [node for node in answer.nodes if LAYER in (node.code, node.parent)]
    for node in nodes:
        cells = [cell(answer.scores[code][node.code]) for code in answer.pair]
        call = call_cell(answer.gap[node.code]) if answer.draws else ""
        lines.append(
            padded((node.title if node.code == LAYER else f"  {node.title}", *cells, call), _PILLARS)
        )
    return lines


def _three(answer: Answer, views: dict[str, Views], units: tuple[str, ...]) -> list[str]:
    """Tabulate the views; what a bloc's members own counts as its own."""
    widths = (25, *(10,) * len(units))
    heads = [answer.names[unit] if len(unit) > 3 else unit for unit in units]
    lines = [padded(("Three views of a supply", *heads), widths)]
    for pillar, held in views.items():
        title = next(node.title for node in answer.nodes if node.code == pillar)
        whole = [answer.scores[unit][pillar].value for unit in units]
        lines.append(padded((title, *map(_number, whole)), widths))
        lines += [
            padded((f"  {SAID[it]}", *(_number(held[unit][it]) for unit in units)), widths) for it in VIEWS
        ]
    lines.append(f"  reach: foreign supply counts for {_range(FOREIGN)} at free access, and a sole")
    lines.append(f"  supplier's for {_range(CONCENTRATION)} of that less; own supply in full")
    return lines


def _number(value: float | None) -> str:
    return NONE if value is None else f"{value:.1f}"


def _range(quantity: object) -> str:
    value, low, high = (getattr(quantity, part) for part in ("value", "low", "high"))
    return f"{value:g} ({low:g} to {high:g})"


def _why(answer: Answer, facts: Facts, pillar: str, views: Views) -> list[str]:
    """Say why the views of one supply differ, for the pair."""
    held = next((market(facts, one) for one in REACHES if one.code == CODES[pillar]), None)
    title = next(node.title for node in answer.nodes if node.code == pillar)
    said = [_order(answer, views), _figures(answer, facts, pillar)]
    if held is not None:
        said += [_reached(answer, code, held) for code in answer.pair if code in held.buyers]
    said.append(_beside(answer, facts, views))
    text = " ".join(sentence for sentence in said if sentence)
    return [f"Why the views of {title[0].lower()}{title[1:]} differ", *wrapped(text)] if text else []


def _order(answer: Answer, views: Views) -> str:
    """Say who is ahead by which view."""
    first, second = answer.pair
    ahead: dict[str, list[str]] = {first: [], second: [], "": []}
    for view in VIEWS:
        a, b = views[first][view], views[second][view]
        if a is None or b is None:
            continue
        leader = "" if abs(a - b) < _APART else first if a > b else second
        ahead[leader].append(SAID[view].removesuffix(" here"))
    parts = [
        f"{the(answer.names[code])} is ahead by what is {listed(ahead[code])}"
        for code in answer.pair
        if ahead[code]
    ]
    if ahead[""]:
        parts.append(f"they are alike by what is {listed(ahead[''])}")
    return upper_first("; ".join(parts)) + "." if parts else ""


def _figures(answer: Answer, facts: Facts, pillar: str) -> str:
    """Give the pair's shares of the world behind the views by place and by owner."""
    views = []
    for view in VIEWS[:2]:
        parts = [
            f"{_bare(it.short)} {plain(it.a.value, 3)} and {plain(it.b.value, 3)}"
            for it in answer.indicators
            if it.pillar == pillar
            and it.weight
            and facts.indicators[it.code].view == view
            and it.unit.startswith("%")
            and None not in {it.a.value, it.b.value}
        ]
        views += [f"{SAID[view]}, {listed(parts)}"] if parts else []
    names = listed(the(answer.names[code]) for code in answer.pair)
    return f"In % of the world, {names}: {'; '.join(views)}." if views else ""


def _bare(label: str) -> str:
    """Drop from a label what the view says already."""
    for tail in (" made here", " located here", " share by headquarters", " by headquarters"):
        label = label.removesuffix(tail)
    return lower_first(label)


def _beside(answer: Answer, facts: Facts, views: Views) -> str:
    """Say what a bloc beside the pair changes, where one of them belongs to it."""
    said = []
    for unit in views:
        for code in answer.pair:
            if code not in facts.units[unit].members:
                continue
            parts = [
                f"{SAID[view]} from {_number(views[code][view])} to {_number(views[unit][view])}"
                for view in VIEWS
                if (views[unit][view] or 0.0) - (views[code][view] or 0.0) >= _APART
            ]
            if parts:
                name = the(answer.names[code])
                said.append(f"{answer.names[unit]} in place of {name} takes what is {listed(parts)}.")
    return " ".join(said)


def _reached(answer: Answer, code: str, held: Market) -> str:
    """Say what one economy has of its own, and what it can obtain from the largest supplier abroad."""
    at = held.buyers.index(code)
    own = sum(part for part, mine in zip(held.share, held.own[at], strict=True) if mine)
    foreign = [
        (part, name, cell)
        for part, name, cell in zip(held.share, held.suppliers, held.access[at], strict=True)
        if name not in held.members[at]
    ]
    if not foreign:
        return ""
    part, name, found = max(foreign, key=lambda each: each[0])
    share = (
        f"{own:.0f}{HARD}% of the world's {_goods(held)}" if own else f"none of the world's {_goods(held)}"
    )
    start = f"{upper_first(the(answer.names[code]))} has {share} of its own"
    supplier = f"the {part:.0f}{HARD}% from {the(answer.names.get(name, name))}"
    if found.value > FREE:
        return f"{start} and may buy {supplier}, for what dependence leaves of it."
    return f"{start}; of {supplier} it can obtain {_said(found)}."


def _goods(held: Market) -> str:
    return "high-bandwidth memory" if held.one.item == "hbm" else "capacity at 16 nm and better"


def _said(found: Access) -> str:
    span = "" if found.low == found.high else f" ({found.low:g} to {found.high:g})"
    return f"{found.value:g}{span}, by {found.basis}"


def _access(answer: Answer, facts: Facts) -> list[str]:
    """List what is held back from either of the pair, and on what each value rests."""
    table = facts.table("access")
    rules = Rules(table, facts.date)
    lines: list[str] = []
    for code in answer.pair:
        for item, name in ITEMS.items():
            for supplier in dict.fromkeys(table.loc[table["item"] == item, "supplier"]):
                found = rules.access(code, str(supplier), item)
                if found.value <= FREE and found.basis != "own":
                    lines.append(_held_back((code, str(supplier), name), found))
    if not lines:
        return []
    head = "Held back: what part of the supply can be obtained (0 shut, 1 free)"
    return [head, padded(("", "", "", "90 % range", "rests on", "sell, buy"), _ACCESS), *lines]


def _held_back(what: tuple[str, str, str], found: Access) -> str:
    sides = [side for side in (found.supplier_side, found.buyer_side) if math.isfinite(side)]
    span = f"{found.low:g} to {found.high:g}"
    both = ", ".join(f"{side:g}" for side in sides) if len(sides) > 1 else ""
    buyer, supplier, name = what
    return padded((f"  {buyer} from {supplier}", name, f"{found.value:g}", span, found.basis, both), _ACCESS)


def _errors(answer: Answer, facts: Facts) -> list[str]:
    """List the errors that an economy of the pair has in a whole family of sources."""
    groups: dict[tuple[str, str], list[str]] = {}
    for it in facts.indicators.values():
        for code, bias in it.bias.items():
            if it.layer == LAYER and code in answer.pair and it.weight:
                groups.setdefault((code, bias.group), []).append(bias.side)
    if not groups:
        return []
    lines = ["Errors drawn once for a family of sources (how large and why: data show)"]
    for code in answer.pair:
        parts: dict[str, list[str]] = {}
        for (unit, group), sides in sorted(groups.items()):
            if unit == code:
                where = group.replace("_", " ").split(" in ")[-1].split(" on ")[-1]
                many = plural(len(sides), "indicator")
                parts.setdefault(_SIDES[sides[0]], []).append(f"{SPELT.get(where, where)} ({many})")
        for how, places in parts.items():
            lines += wrapped(f"{upper_first(the(answer.names[code]))} {how} in {listed(places)}.")
    gap = answer.gap[LAYER]
    if gap.ahead_data is not None and gap.ahead_unbiased is not None:
        first = the(answer.names[answer.pair[0]])
        text = (
            f"{first} is ahead in {of_hundred(gap.ahead_data)} draws with them, "
            f"in {of_hundred(gap.ahead_unbiased)} without"
        )
        lines += wrapped(upper_first(text) + ".")
    return lines


def _blocs(answer: Answer, facts: Facts) -> list[str]:
    """Say how members add up to a bloc."""
    if not any(facts.units[unit].members for unit in (*answer.pair, *BESIDE) if unit in facts.units):
        return []
    rules: dict[str, int] = {}
    for it in facts.indicators.values():
        if it.layer == LAYER and it.weight:
            rules[it.bloc_rule] = rules.get(it.bloc_rule, 0) + 1
    words = {"sum": "added up", "mean": "averaged", "best": "stood for by the best of them"}
    parts = [f"{words[rule]} for {plural(count, 'indicator')}" for rule, count in sorted(rules.items())]
    return wrapped(f"A bloc's members are {listed(parts)}.", "", "  ")
