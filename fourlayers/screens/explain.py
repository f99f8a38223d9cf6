"""The screen of `explain`: from a score down to the rows of the data that it was made from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from reports.wording import NONE, plain

from .layout import WIDTH, blocks, cell, cut, padded, wrapped
from .score import foot

if TYPE_CHECKING:
    from indicators.schema import Indicator, Source
    from scoring.answer import Answer, IndicatorRow, NodeInfo, Side

_NODES: Final = (25, 9, 16, 16, 14)
_ROWS: Final = (37, 24, 8, 11)
_MOST: Final = 12
STATES: Final = {
    "floor": "truly absent: scored 0",
    "zero": "no row means zero",
    "censored": "below what is published",
    "missing": "unknown",
    "stale": "too old to score",
    "imputed": "imputed",
}


@dataclass(frozen=True)
class Explained:
    """What a walk starts from.

    Attributes
    ----------
    answer : Answer
        Holds the scores of all units.
    unit, other : str
        The economy that is explained, and the one beside it.
    rows : tuple of (IndicatorRow, Side, Side)
        Every indicator with the side of the economy, then that of the other.
    sign : int
        -1 where the economy is the second of the pair, so that gaps change sides; else 1.
    indicators : dict
        Descriptions by code.
    """

    answer: Answer
    unit: str
    other: str
    rows: tuple[tuple[IndicatorRow, Side, Side], ...]
    sign: int
    indicators: dict[str, Indicator]


def explain_screen(walk: Explained, node: str) -> str:
    """Text of the screen for a node of the tree or an indicator."""
    info = next((each for each in walk.answer.nodes if each.code == node), None)
    if info is None:
        return blocks((*_indicator(walk, node), [foot(walk.answer)]))
    return blocks((_head(walk, info), _children(walk, info), *_under(walk, info), [foot(walk.answer)]))


def _head(walk: Explained, info: NodeInfo) -> list[str]:
    score = walk.answer.scores[walk.unit][info.code]
    said = cell(score) if score.value is not None else f"not scored ({score.reason})"
    lines = [f"{walk.answer.names[walk.unit]}: {info.title}   {said}"]
    parts = [f"coverage {score.coverage:.0%}".replace("%", " %")]
    if score.data_to:
        parts.append(f"data from {score.data_from} to {score.data_to}")
    if info.level != "overall":
        parts.append(f"weight {info.weight:.0%} of {info.parent.replace('_', ' ')}".replace("%", " %"))
    return [*lines, *wrapped(" · ".join(parts), "")]


def _children(walk: Explained, info: NodeInfo) -> list[str]:
    children = [node for node in walk.answer.nodes if node.parent == info.code]
    if not children:
        return []
    lines = [padded(("Made of", "weight", walk.unit, walk.other, "their gap"), _NODES)]
    for node in children:
        mine, theirs = (walk.answer.scores[unit][node.code] for unit in (walk.unit, walk.other))
        gap = NONE if mine.value is None or theirs.value is None else f"{mine.value - theirs.value:+.1f}"
        lines.append(
            padded((f"  {node.title}", f"{node.weight:5.0%}", cell(mine), cell(theirs), gap), _NODES)
        )
    return lines


def _under(walk: Explained, info: NodeInfo) -> list[list[str]]:
    """List the indicators below a node by pillar; for the top only those that weigh most in its gap."""
    if info.level == "overall":
        rows = [each for each in walk.rows if each[0].overall_points is not None]
        rows.sort(key=lambda each: -abs(each[0].overall_points or 0.0))
        return [_listed(walk, "Most of the gap is made by", rows[:_MOST], whole=True)]
    pillars = walk.answer.pillars(info.code) if info.level == "layer" else (info,)
    return [
        _listed(walk, pillar.title, [each for each in walk.rows if each[0].pillar == pillar.code])
        for pillar in pillars
    ]


def _listed(
    walk: Explained, title: str, rows: list[tuple[IndicatorRow, Side, Side]], *, whole: bool = False
) -> list[str]:
    lines = [padded((title, f"{walk.unit} value", "score", "date"), _ROWS)]
    for row, mine, _ in rows:
        score = NONE if mine.score is None else f"{mine.score:.1f}"
        lines.append(padded((f"  {row.short}", _value(mine), score, mine.date or NONE), _ROWS))
        line = f"line {mine.row}" if mine.row else ""
        parts = filter(None, (row.code, _points(walk, row, whole=whole), line, row.unit))
        lines.append(cut(f"    {' · '.join(parts)}", WIDTH))
    return lines if rows else []


def _points(walk: Explained, row: IndicatorRow, *, whole: bool) -> str:
    """Points that an indicator adds to the gap of its layer, or to the whole, seen from the economy."""
    if not walk.indicators[row.code].weight:
        return "shown, not scored"
    points = row.overall_points if whole else row.points
    if points is None or not row.weight:
        return ""
    return f"gap {round(walk.sign * points, 1) + 0.0:+.1f}"


def _value(side: Side) -> str:
    if side.value is None:
        return STATES.get(side.state, side.state)
    inside = f" ({plain(side.low, 3)} to {plain(side.high, 3)})" if side.low is not None else ""
    return plain(side.value, 3) + inside


def _indicator(walk: Explained, code: str) -> list[list[str]]:
    row, mine, theirs = next(each for each in walk.rows if each[0].code == code)
    described = walk.indicators[code]
    sides = [
        _side(walk, described, row, unit, side) for unit, side in ((walk.unit, mine), (walk.other, theirs))
    ]
    return [
        [
            *wrapped(row.title, ""),
            *wrapped(f"{row.layer}.{row.pillar}.{code}, {row.unit}; {_weight(row, described)}", ""),
        ],
        wrapped(described.description),
        *sides,
        _how(walk, described),
        [
            line
            for name in ("form", "caveat", "objection")
            for line in _remark(name, str(getattr(described, name)))
        ],
        *_sources(described, (mine, theirs)),
    ]


def _weight(row: IndicatorRow, described: Indicator) -> str:
    if not described.weight:
        return "shown, not scored"
    return f"weight {100 * row.weight:.1f} % of its layer" if row.weight else "no value for either"


def _side(walk: Explained, described: Indicator, row: IndicatorRow, unit: str, side: Side) -> list[str]:
    score = "not scored" if side.score is None or not row.weight else f"score {side.score:.1f}"
    if side.value is None:
        return [f"{walk.answer.names[unit]}: {STATES.get(side.state, side.state)}, {score}"]
    inside = (
        f" ({plain(side.low)} to {plain(side.high)})"
        if side.low is not None and side.high is not None
        else ""
    )
    kind = "assumed from the kind of source" if side.range_kind == "class" else side.range_kind
    lines = wrapped(f"{walk.answer.names[unit]}: {plain(side.value)}{inside} {row.unit}, {score}", "", "  ")
    if side.state not in ("observed", "missing"):
        lines.append(f"  {STATES.get(side.state, side.state)}")
    if side.date:
        lines.append(
            f"  describes {side.date}, published {side.published or 'at an unknown time'}; {side.quality}"
        )
    if inside:
        lines.append(f"  range: {kind}")
    if bias := described.bias.get(unit):
        lines += wrapped(f"its record may run {bias.side}: {bias.reason}", "  ", "    ")
    if side.file:
        lines.append(
            f"  row: {side.file}" + (f", line {side.row}" if side.row else ", worked out from several rows")
        )
    return lines + (wrapped(side.note, "  note: ", "    ") if side.note else [])


def _how(walk: Explained, described: Indicator) -> list[str]:
    reading = described.reading("intensity" if walk.answer.lens == "intensity" else "scale")
    per = {"population": "per million people, ", "gdp_usd": "per US$ bn of output, ", None: ""}[
        reading.denominator
    ]
    how = {"none": "linear", "log": "in logarithms", "log1p": "in log(1 + x)"}[reading.transform]
    worst, best = map(plain, reading.goalposts)
    return wrapped(f"Read {per}{how} from {worst} (0) to {best} (100): {reading.reason}", "", "  ")


def _remark(name: str, text: str) -> list[str]:
    return wrapped(f"{name.capitalize()}: {text}", "", "  ") if text else []


def _sources(described: Indicator, sides: tuple[Side, Side]) -> list[list[str]]:
    keys = dict.fromkeys(side.source for side in sides if side.source in described.sources)
    return [_source(described.sources[key]) for key in keys or described.sources]


def _source(source: Source) -> list[str]:
    terms = f"Licence: {source.licence}" + ("" if source.redistribute else " (values may not be passed on)")
    lines = wrapped(f"Source: {source.citation_full}", "", "  ")
    lines += [f"  {source.url_main}"] if source.url_main not in source.citation_full else []
    lines += wrapped(f"copy read: {source.copy_read}", "  ", "    ") if source.copy_read else []
    return [*lines, *wrapped(f"{terms}; read {source.date_accessed}", "  ", "    ")]
