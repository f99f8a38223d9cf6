"""Under which weights of the layers the overall lead turns: slices of all weightings, and layer by layer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from reports.firmness import front
from reports.wording import percent, the
from scoring.doubt.tipping import turning_weights
from scoring.robustness import whole

from .behind import of_pair
from .credit import credit, pair_sources
from .look import PLAIN
from .palette import FIRST, INK, MUTED, PAPER, RULE, SECOND, Role
from .phrases import lowered, opened
from .sheet import LABEL, PATCH, SMALL, Scale, Sheet, fitted, sheet, width

if TYPE_CHECKING:
    from indicators.facts import Facts
    from scoring.answer import Answer
    from scoring.doubt.weightings import Weighting

    from .chart import Chart
    from .look import Look

COLUMNS = (
    "layer",
    "title",
    "weight_now",
    "gap",
    "weight_turns",
    "leads_beyond",
    "share_of_weightings",
    "first",
)
SIDE, LESS, GAP = 36.0, 28.0, 20.0  # mm: a triangle, one on a square, and the room between two of them
HIGH: Final = 0.867  # of its side
TOP = 15.0
NAMES, SAYS, NARROW = 42.0, 38.0, (36.0, 32.0)  # mm beside the strips
ROW, HEAD = 7.5, 9.0
HALF: Final = 0.5
PALE: Final = 0.22
CLOSE: Final = 0.15
"""A turn so near after the present weight leaves no room for its label between them."""


@dataclass(frozen=True)
class Slice:
    """All weightings of three parts while another keeps a weight; gaps at the corners, and where we are."""

    fixed: str
    share: float
    corners: tuple[str, ...]
    gaps: tuple[float, ...]
    now: tuple[float, ...]


def draw(answer: Answer, facts: Facts, look: Look = PLAIN) -> Chart:
    """Draw the weights at which the lead turns."""
    held = whole(answer)
    named = credit("flips", answer, pair_sources(answer, facts))
    title, subtitle = finding(answer, held), _subtitle(answer, held)
    side = LESS if look.size.narrow else SIDE
    slices = _slices(answer, held) if held else []
    strips = TOP + side * HIGH + 10.0 if slices else 0.0
    rows = len(held.children) if held else 1
    page = sheet(title, subtitle, named, strips + HEAD + ROW * rows + 2.5, look)
    if held:
        if len(slices) > 1:
            page.write(0, 2.0, f"Weight of {lowered(slices[0].fixed)}", LABEL, weight="bold")
        for i, each in enumerate(slices):
            between = min(GAP, (page.width - len(slices) * side - 12.0) / max(len(slices) - 1, 1))
            left = (page.width - len(slices) * side - (len(slices) - 1) * between) / 2 + i * (side + between)
            _triangle(page, left, side, each)
        _strips(page, strips, answer, held)
    else:
        page.write(0, HEAD, "There is no overall score for both.", LABEL, color=MUTED)
    shown = _shown(answer, held) if held else ()
    return page.chart("flips", _alt(answer, held), COLUMNS, shown, of_pair(answer, facts))


def finding(answer: Answer, held: Weighting | None) -> str:
    """Say under how many weightings the leader stays ahead, and which layer would turn it."""
    top = answer.nodes[0].code
    both = front(answer, top)
    if held is None or both is None:
        return "Without a score in every layer, no weighting gives an overall lead"
    leader, follower = (the(answer.names[code]) for code in both)
    share = held.share if both[0] == answer.pair[0] else 1 - held.share
    turn = _nearest(held)
    call = answer.gap[top].leader
    start = opened(leader) if call else f"By the stated values, {leader}"
    verb = "stays ahead" if call else "leads"
    end = "" if call or not answer.draws else "; the draws make no call"
    if turn is None:
        return (
            f"{start} {verb} under every weighting of the layers{end}"
            if share == 1
            else f"{start} {verb} under {percent(share)} of weightings; no single layer turns it{end}"
        )
    layer, weight, way = turn
    name = lowered(_title(answer, layer))
    return (
        f"{start} {verb} under {percent(share)} of weightings; {follower} leads "
        f"if {name} counts for {way} than {percent(weight)}{end}"
    )


def _turns(held: Weighting) -> list[float | None]:
    found = turning_weights(np.array(held.gaps), np.array(held.now))
    return [float(weight) if np.isfinite(weight) else None for weight in found]


def _nearest(held: Weighting) -> tuple[str, float, str] | None:
    found = [
        (abs(weight - now), code, weight, "more" if weight > now else "less")
        for code, now, weight in zip(held.children, held.now, _turns(held), strict=True)
        if weight is not None
    ]
    return min(found)[1:] if found else None


def _subtitle(answer: Answer, held: Weighting | None) -> str:
    if held is None:
        return f"State of {answer.as_of}."
    first, second = (the(answer.names[code]) for code in answer.pair)
    sides = f"blue: {first} leads overall, orange and hatched: {second}"
    if len(held.children) > 3:
        what = (
            "Each triangle is all ways to share what one layer leaves among the others; a corner is all of it"
        )
    else:
        what = "All ways to weigh the layers; a corner is all the weight"
    return f"{what}. {opened(sides)}. Below, one layer at a time. State of {answer.as_of}."


def _title(answer: Answer, code: str) -> str:
    return next((node.title for node in answer.nodes if node.code == code), code)


def _slices(answer: Answer, held: Weighting) -> list[Slice]:
    """Cut all weightings into triangles: none for two layers, one for three, else by the follower's best."""
    gaps, now = np.array(held.gaps), np.array(held.now)
    if len(gaps) < 3:
        return []
    if len(gaps) == 3:
        names = tuple(_short(answer, code) for code in held.children)
        return [Slice("", 0.0, names, tuple(gaps.tolist()), tuple(now.tolist()))]
    sign = 1.0 if gaps @ now >= 0 else -1.0
    fixed = int(np.argmin(gaps * sign))
    others = [k for k in np.argsort(gaps * sign, kind="stable") if k != fixed]
    shown, rest = sorted(others[:2] if len(others) > 3 else others[:3]), []
    if len(others) > 3:
        rest = [k for k in others if k not in shown]
    corners = [_short(answer, held.children[k]) for k in shown] + (["others"] if rest else [])
    values = [float(gaps[k]) for k in shown]
    weights = [float(now[k]) for k in shown]
    if rest:
        values.append(float(gaps[rest] @ now[rest] / now[rest].sum()))
        weights.append(float(now[rest].sum()))
    found = []
    for share in sorted({0.0, float(now[fixed]), _beyond(float(gaps[fixed]), values, float(now[fixed]))}):
        at = tuple(share * float(gaps[fixed]) + (1 - share) * value for value in values)
        here = tuple(weights) if share == now[fixed] else ()
        found.append(Slice(_title(answer, held.children[fixed]), share, tuple(corners), at, here))
    return found


def _beyond(fixed: float, corners: list[float], now: float) -> float:
    """Weight of the last slice: amid those at which the lead is divided, or a half where nothing is."""
    turning = [corner / (corner - fixed) for corner in corners if corner * fixed < 0]
    if not turning or len(turning) < len(corners):
        return HALF
    middle = (min(turning) + max(turning)) / 2
    return middle if middle > now + 0.05 else HALF


def _short(answer: Answer, code: str) -> str:
    return _title(answer, code).split()[0]


def _triangle(page: Sheet, left: float, side: float, each: Slice) -> None:
    """Draw one slice: tinted by who leads, with the line at which the lead turns."""
    from matplotlib.patches import Polygon

    tall = side * HIGH
    places = np.array([(left, TOP + tall), (left + side, TOP + tall), (left + side / 2, TOP)])
    gaps = np.array(each.gaps)
    for sign, role in ((1.0, FIRST), (-1.0, SECOND)):
        part = _part(places, gaps * sign)
        if len(part) < 3:
            continue
        page.paper.add_artist(Polygon(part, facecolor=role.colour, alpha=PALE, edgecolor="none", zorder=1))
        if role is SECOND:
            page.paper.add_artist(
                Polygon(part, facecolor="none", hatch="////", edgecolor=role.colour, linewidth=0, zorder=2)
            )
    page.paper.add_artist(Polygon(places, facecolor="none", edgecolor=RULE, linewidth=0.8, zorder=3))
    line = _line(places, gaps)
    if len(line) == 2:
        page.line(*map(list, zip(*line, strict=True)), color=INK, linewidth=1.2, zorder=4)
    if each.now:
        x, y = np.array(each.now) / sum(each.now) @ places
        page.line([x], [y], marker="o", markersize=5, markerfacecolor=PAPER, markeredgecolor=INK, zorder=5)
        page.write(x + 1.6, y, "now", SMALL, color=INK, zorder=6, bbox=PATCH)
    if each.fixed:
        told = f"{100 * each.share:.0f} %" + (" (now)" if each.now else "")
        page.write(left + side / 2, TOP - 7.5, told, LABEL, ha="center", weight="bold")
    spots = ((0.0, tall + 2.6, "center"), (side, tall + 2.6, "center"), (side / 2, -2.6, "center"))
    for name, (x, y, ha) in zip(each.corners, spots, strict=True):
        page.write(left + x, TOP + y, name, SMALL, ha=ha, color=MUTED)


def _part(places: np.ndarray, gaps: np.ndarray) -> list[tuple[float, float]]:
    """Corners of the part of a triangle on which the gap is not negative."""
    found = []
    for k in range(3):
        here, after = k, (k + 1) % 3
        if gaps[here] >= 0:
            found.append(tuple(places[here]))
        if gaps[here] * gaps[after] < 0:
            share = gaps[here] / (gaps[here] - gaps[after])
            found.append(tuple(places[here] + share * (places[after] - places[here])))
    return found


def _line(places: np.ndarray, gaps: np.ndarray) -> list[tuple[float, float]]:
    """Both ends of the line on which the gap is nothing, where it crosses the triangle."""
    found = []
    for k in range(3):
        after = (k + 1) % 3
        if gaps[k] * gaps[after] < 0:
            share = gaps[k] / (gaps[k] - gaps[after])
            found.append(tuple(places[k] + share * (places[after] - places[k])))
        elif gaps[k] == 0:
            found.append(tuple(places[k]))
    return found


def _strip_of(page: Sheet) -> Scale:
    names, says = NARROW if page.size.narrow else (NAMES, SAYS)
    return Scale(0.0, 1.0, names, page.width - says)


def _strips(page: Sheet, top: float, answer: Answer, held: Weighting) -> None:
    """Draw one bar a layer: who leads overall as its weight goes from nothing to all."""
    page.write(0, top + 2.0, "Weight of one layer, the others in proportion", LABEL, weight="bold")
    gaps, now = np.array(held.gaps), np.array(held.now)
    strip, y = _strip_of(page), top + HEAD
    for code, own, weight in zip(held.children, held.now, _turns(held), strict=True):
        _strip(page, y, answer, (code, own, weight), float(gaps @ now))
        y += ROW
    for tick in (0.0, 0.25, 0.5, 0.75, 1.0):
        words = f"{100 * tick:.0f}" + (" %" if tick == 1 else "")
        page.write(strip(tick), y - 1.4, words, SMALL, ha="center", color=MUTED)


def _strip(page: Sheet, y: float, answer: Answer, row: tuple[str, float, float | None], total: float) -> None:
    (code, own, weight), strip = row, _strip_of(page)
    leads = FIRST if total >= 0 else SECOND
    other = SECOND if leads is FIRST else FIRST
    page.write(0, y, _title(answer, code), LABEL)
    cuts = [(0.0, 1.0, leads)]
    if weight is not None:
        cuts = [(0.0, weight, leads), (weight, 1.0, other)]
        if weight < own:
            cuts = [(0.0, weight, other), (weight, 1.0, leads)]
    for left, right, role in cuts:
        _tinted(page, strip(left), y - 2.0, strip(right) - strip(left), 4.0, role)
    page.line([strip(own)] * 2, [y - 2.6, y + 2.6], color=INK, linewidth=0.9, zorder=4)
    left = weight is not None and 0 < weight - own < CLOSE
    x, ha = (strip(own) - 0.9, "right") if left else (strip(own) + 0.9, "left")
    page.write(x, y, f"now {100 * own:.0f}", SMALL, ha=ha, color=INK, zorder=5, bbox=PATCH)
    follower = answer.pair[1] if leads is FIRST else answer.pair[0]
    who = answer.names[follower]
    if weight is None:
        page.write(strip.right + 3, y, "turns at no weight", SMALL, color=MUTED)
        return
    page.line([strip(weight)] * 2, [y - 2.6, y + 2.6], color=INK, linewidth=1.4, zorder=4)
    way = "above" if weight > own else "below"
    room = page.width - strip.right - 3
    text = (
        f"{fitted(who, room - width(' leads', SMALL, 'bold'), SMALL, 'bold')} leads\n{way} {percent(weight)}"
    )
    page.write(strip.right + 3, y, text, SMALL, color=other.text, weight="bold")


def _tinted(page: Sheet, x: float, y: float, across: float, down: float, role: Role) -> None:
    page.bar(x, y, across, down, role.colour, alpha=PALE, zorder=1)
    if role is SECOND:
        page.bar(x, y, across, down, "none", hatch="////", edgecolor=role.colour, linewidth=0, zorder=2)


def _shown(answer: Answer, held: Weighting) -> list[tuple[str | float | None, ...]]:
    gaps, now = np.array(held.gaps), np.array(held.now)
    follower = answer.pair[1] if gaps @ now >= 0 else answer.pair[0]
    return [
        (
            code,
            _title(answer, code),
            own,
            gap,
            weight,
            follower if weight is not None else "",
            held.share,
            answer.pair[0],
        )
        for code, own, gap, weight in zip(held.children, held.now, held.gaps, _turns(held), strict=True)
    ]


def _alt(answer: Answer, held: Weighting | None) -> str:
    if held is None:
        return "No triangle of weights: there is no overall score for both economies."
    first = the(answer.names[answer.pair[0]])
    parts = [f"All weightings of the layers: {first} leads overall under {percent(held.share)} of them."]
    for code, now, weight in zip(held.children, held.now, _turns(held), strict=True):
        turn = "no weight turns the lead" if weight is None else f"the lead turns at {percent(weight)}"
        parts.append(f"{_title(answer, code)}, now {percent(now)}: {turn}.")
    return " ".join(parts)
