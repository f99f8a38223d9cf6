"""The screens of `robustness`: how firm an answer is, and everything that would turn it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from reports.firmness import (
    BIAS_FREE,
    cause,
    change,
    closely,
    fewest_figures,
    front,
    leads_under,
    nearest_value,
    nearest_weight,
)
from reports.wording import NONE, listed, lower_first, of_hundred, percent, plain, the
from scoring.doubt.call import call, less_certain

from .layout import RULE, blocks, cut, padded, wrapped
from .score import foot

if TYPE_CHECKING:
    from scoring.answer import Answer, NodeInfo
    from scoring.doubt.drivers import Drivers, Reading
    from scoring.doubt.turning import TippingValue
    from scoring.doubt.weightings import Turn
    from scoring.robustness import Flips

_TABLE: Final = (24, 20, 15, 10, 11)
_TURNS: Final = (26, 8, 23, 23)
_VALUES: Final = (34, 5, 26, 15)
_TOP: Final = 3
_SHOWN: Final = 5


def robustness_screen(answer: Answer, flips: Flips, doubts: Drivers | None) -> str:
    """One screen: both readings with their calls, what the doubt is made of, and the nearest flips."""
    return blocks(
        (
            _head(answer),
            _readings(answer, doubts) if doubts else ["Without draws there are no ranges and no calls."],
            _made_of(answer, doubts) if doubts else [],
            _turning(answer, flips),
            [
                "Next: fourlayers robustness flips · robustness drivers · chart lead",
                foot(answer),
            ],
        )
    )


def _head(answer: Answer) -> list[str]:
    a, b = (the(answer.names[code]) for code in answer.pair)
    lines = [f"How firm it is: {a} and {b}"]
    lines += (
        wrapped(f"state of {answer.as_of}; set-ups vary {answer.setups}", "", "  ") if answer.draws else []
    )
    return lines


def _readings(answer: Answer, doubts: Drivers) -> list[str]:
    first = answer.pair[0]
    lines = [
        padded(
            (f"Gap, {' minus '.join(answer.pair)}", "data only", "and set-ups", f"{first} ahead", "call"),
            _TABLE,
        )
    ]
    for node in (*answer.layers(), answer.nodes[0]):
        if node.level == "overall":
            lines.append(RULE)
        lines += _node(answer, node, doubts)
    return [*lines, f"{first} ahead: of 100 draws of the data / of 100 defensible set-ups"]


def _node(answer: Answer, node: NodeInfo, doubts: Drivers) -> list[str]:
    gap = answer.gap[node.code]
    if gap.value is None:
        reason = next((s.reason for code in answer.pair if (s := answer.scores[code][node.code]).reason), "")
        return [node.title.ljust(_TABLE[0]) + f"not scored ({reason})"]
    pairs = (doubts.data, doubts.everything), (doubts.data_unbiased, doubts.everything_unbiased)
    lines = []
    for name, (data, everything) in zip((node.title, BIAS_FREE), pairs, strict=True):
        read = data[node.code], everything[node.code]
        value = f"{gap.value:+.1f} " if name == node.title else ""
        word, leader = call(less_certain(read[0].ahead, read[1].ahead), *answer.pair)
        said = f"{leader} {word.removesuffix(' ahead')}" if leader else word
        cells = (
            name,
            value + _range(read[0]),
            _range(read[1]),
            f"{_hundred(read[0])} / {_hundred(read[1])}",
            said,
        )
        lines.append(padded(cells, _TABLE))
    return lines if doubts.data[node.code] != doubts.data_unbiased[node.code] else lines[:1]


def _range(read: Reading) -> str:
    return NONE if read.low is None or read.high is None else f"[{round(read.low)} to {round(read.high)}]"


def _hundred(read: Reading) -> str:
    """Share of draws as a whole number; what is not all or nothing is never rounded to it."""
    if read.ahead is None:
        return NONE
    if 0.99 < read.ahead < 1:
        return ">99"
    return "<1" if 0 < read.ahead < 0.01 else f"{100 * read.ahead:.0f}"


def _made_of(answer: Answer, doubts: Drivers) -> list[str]:
    top = answer.nodes[0].code
    lines = ["What the doubt is made of"]
    known, kinds = answer.measured_share, answer.estimated_share
    parts = (known - kinds, kinds, 1 - known)
    measured, estimated, assumed = (percent(round(abs(part), 9)) for part in parts)
    said = f"{measured} of the ranges are measured, {estimated} estimated for the kind of source"
    lines += wrapped(f"{said}, {assumed} assumed.")
    if doubts.everything[top].width is None:
        return [*lines, "  There is no overall, so no group of draws can be weighed."]
    narrowed = [(driver, doubts.narrower(driver, top) or 0.0) for driver in doubts.drivers[:_TOP]]
    narrowing = [each for each in narrowed if each[1] > 0]
    if not narrowing:
        return [*lines, "  No group of draws narrows the overall range of all set-ups by itself."]
    lines += wrapped("Held at what is stated, these narrow the overall range of all set-ups most:")
    first, _ = front(answer, top) or answer.pair
    for driver, share in narrowing:
        ahead = driver.readings[top].ahead or 0.0
        left = of_hundred(ahead if first == answer.pair[0] else 1 - ahead)
        lines.append(
            f"  {cut(cause(answer, driver.group), 44):<45}by {percent(share):<6} {first} ahead in {left}"
        )
    return lines


def _turning(answer: Answer, flips: Flips) -> list[str]:
    top = answer.nodes[0].code
    lines = ["What would turn it"]
    sentences = []
    if front(answer, top) is None:
        sentences.append("There is no overall lead to turn.")
    else:
        sentences += [
            nearest_weight(answer, flips),
            leads_under(answer, flips, top),
            change(answer, flips, top),
        ]
        sentences += [nearest_value(answer, flips, top), fewest_figures(answer, flips, top)]
    nearest = _nearest_layer(answer, flips)
    sentences += [nearest] if nearest else []
    for sentence in filter(None, sentences):
        lines += wrapped(sentence, "  ", "    ")
    return lines


def _nearest_layer(answer: Answer, flips: Flips) -> str:
    """Say which layer one figure turns with the least move."""
    layers = {node.code for node in answer.layers()}
    found = [it for it in flips.values if it.node in layers and it.ranges is not None]
    nearest = min(found, key=lambda it: it.ranges or 0.0, default=None)
    return nearest_value(answer, flips, nearest.node) if nearest else ""


def flips_screen(answer: Answer, flips: Flips) -> str:
    """Tipping weights, all weightings, tipping values and least-effort combinations."""
    return blocks(
        (
            [f"What would turn a lead: {' and '.join(the(answer.names[code]) for code in answer.pair)}"],
            _leadless(answer),
            _weights(answer, flips),
            _weightings(answer, flips),
            *(_values(answer, flips, node) for node in (answer.nodes[0], *answer.layers())),
            _efforts(answer, flips),
            [foot(answer)],
        )
    )


def _leadless(answer: Answer) -> list[str]:
    """Say of which of the whole and the layers there is no lead to turn."""
    asked = (answer.nodes[0], *answer.layers())
    lacking = [lower_first(node.title) for node in asked if front(answer, node.code) is None]
    if len(lacking) == len(asked):
        return ["No lead to turn: the two are not scored, or level, overall and in every layer."]
    return wrapped(f"No lead to turn, not scored or level: {listed(lacking)}.", "", "  ") if lacking else []


def _weights(answer: Answer, flips: Flips) -> list[str]:
    """Tipping weights of each layer for the whole, and of its pillars for their layer and for the whole."""
    top = answer.nodes[0].code
    turns = {(it.node, it.of): it for it in flips.turns}
    lines = [padded(("Weight, of its siblings", "now", "turns its layer", "turns the whole"), _TURNS)]
    for layer in answer.layers():
        pillars = [it for it in answer.nodes if _layer(answer, it) == layer.code and it != layer]
        rows = []
        for node in pillars:
            held = [turns.get((node.code, of)) for of in (layer.code, top)]
            now = next((it.now for it in held if it), None)
            if now is not None:
                cells = [_turn(it) for it in held]
                rows.append(padded((f"  {node.title}", percent(now), *cells), _TURNS))
        own = turns.get((layer.code, top))
        if own or rows:
            head = (layer.title, percent(own.now) if own else "", "", _turn(own))
            lines += [padded(head, _TURNS), *rows]
    return lines if len(lines) > 1 else []


def _turn(it: Turn | None) -> str:
    if it is None:
        return NONE
    if it.weight is None:
        return "no weight"
    return f"{it.leader} {'above' if it.weight > it.now else 'below'} {closely(it.weight, it.now)}"


def _layer(answer: Answer, node: NodeInfo) -> str:
    parents = {it.code: it.parent for it in answer.nodes}
    code = node.code
    while parents.get(code) and parents[parents[code]]:
        code = parents[code]
    return code


def _weightings(answer: Answer, flips: Flips) -> list[str]:
    lines = []
    for node in (answer.nodes[0], *answer.layers()):
        if node.code in flips.weightings:
            lines += [f"{leads_under(answer, flips, node.code)} {change(answer, flips, node.code)}".strip()]
    return (
        ["All weightings together", *(line for it in lines for line in wrapped(it, "  ", "    "))]
        if lines
        else []
    )


def _values(answer: Answer, flips: Flips, node: NodeInfo) -> list[str]:
    """Figures that turn the lead of one node by themselves, the nearest first."""
    mine = [it for it in flips.values if it.node == node.code]
    if not mine:
        return []
    turning = sorted((it for it in mine if it.ranges is not None), key=lambda it: it.ranges or 0.0)
    leader = mine[0].leader
    where = "the whole" if node.level == "overall" else lower_first(node.title)
    head = (
        f"Figures that turn {where} by themselves ({leader} leads): {len(turning) or 'none'} of {len(mine)}"
    )
    lines = wrapped(head if turning else f"{head}, not even at the goalpost", "", "  ")
    if turning:
        lines.append(padded(("", "", "turns at (now)", "of its range"), _VALUES))
    lines += [_value(answer, it) for it in turning[:_SHOWN]]
    left = len(turning) - _SHOWN
    return [*lines, f"  and {left} more: --format csv"] if left > 0 else lines


def _value(answer: Answer, it: TippingValue) -> str:
    row = next(row for row in answer.indicators if row.code == it.indicator)
    side = row.a if it.economy == answer.pair[0] else row.b
    now = "absent" if it.now is None else plain(it.now, 3)
    dated = f"{plain(it.value, 3)} ({now}, {side.date[:7]})" if side.date else f"{plain(it.value, 3)} ({now})"
    return padded((f"  {row.short}", it.economy, dated, f"{100 * (it.ranges or 0.0):.1f} %"), _VALUES)


def _efforts(answer: Answer, flips: Flips) -> list[str]:
    lines = []
    for node in (answer.nodes[0], *answer.layers()):
        said = fewest_figures(answer, flips, node.code)
        if not said:
            continue
        lines += wrapped(said, "  ", "    ")
        effort = flips.efforts[node.code]
        for it in effort.raised[:_TOP]:
            row = next(row for row in answer.indicators if row.code == it.indicator)
            now = "absent" if it.now is None else plain(it.now, 3)
            lines.append(f"      {cut(row.short, 44):<45}{now} to {plain(it.to, 3)}")
    return [f"Least effort of all figures of {_followers(flips)} together", *lines] if lines else []


def _followers(flips: Flips) -> str:
    codes = {effort.economy for effort in flips.efforts.values()}
    return codes.pop() if len(codes) == 1 else "whoever follows"
