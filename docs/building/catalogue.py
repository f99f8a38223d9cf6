"""The catalogue of indicators and record tables: Markdown made from the files by our own readers."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from indicators.facts import Facts, load
from indicators.period import period_end
from layers.layer import NAMES, computed_rows
from scoring.index.framework import Node, read_framework

from .text import plain

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from indicators.schema import Bias, Indicator, Reading, Source, Table

ABSENT = {
    "floor": "it truly has none and scores 0",
    "zero": "its value is 0",
    "censored": "it lies below the threshold of publication, {bound}: half of it, drawn between 0 and there",
    "missing": "it is unknown and left out; the weight passes to the siblings",
}
SCALES = {
    "identity": "as it stands",
    "log": "on the logarithm",
    "logit": "on the log-odds",
}
TRANSFORMS = {"none": "", "log": ", through the logarithm", "log1p": ", through log(1 + x)"}
DENOMINATORS = {"population": "per million people", "gdp_usd": "per US$ bn of output", None: ""}


@cache
def facts() -> Facts:
    """Read the shipped facts, once a build."""
    return load()


@cache
def rows() -> dict[str, list[dict[str, Any]]]:
    """Values of every indicator, read from its CSV or worked out by its layer."""
    found: dict[str, list[dict[str, Any]]] = {}
    for row in (*facts().current, *(row for name in NAMES for row in computed_rows(facts(), name))):
        found.setdefault(row["code"], []).append(row)
    return found


@cache
def shares() -> dict[str, float]:
    """Share of the whole that every node of the tree has by its stated weight, the top having 1."""
    nodes = read_framework().nodes
    held: dict[str, float] = {}
    for node in nodes:
        beside = [other for other in nodes if other.parent == node.parent]
        above = held[node.parent] if node.parent else 1.0
        held[node.code] = above * node.weight / sum(other.weight for other in beside)
    return held


def share(it: Indicator) -> float:
    """Share of the whole that an indicator has, all others being there."""
    beside = [other.weight for other in facts().indicators.values() if other.pillar == it.pillar]
    return shares()[it.pillar] * it.weight / sum(beside) if it.weight else 0.0


def anchor(code: str) -> str:
    """Name of the place of an indicator or a table in its page."""
    return code.replace("_", "-")


def listing() -> str:
    """One table of all indicators, for the filter on the page."""
    lines = [
        "| indicator | layer and pillar | weight | economies | newest |",
        "|---|---|---|---|---|",
    ]
    titles = {node.code: node.title for node in read_framework().nodes}
    for layer in NAMES:
        for it in _of(layer):
            mine = _scored_rows(it)
            newest = max(mine, key=_end)["date"] if mine else ""
            page = f"{layer.replace('_', '-')}.md#{anchor(it.code)}"
            weight = f"{100 * share(it):.1f} %" if it.weight else "shown only"
            place = f"{titles[layer]}: {titles[it.pillar].lower()}"
            economies = len({row["economy"] for row in mine})
            lines.append(
                f"| [{plain(it.title)}]({page}) `{it.code}` | {place} | {weight} | {economies} | {newest} |"
            )
    return "\n".join(lines)


def written(layer: str) -> str:
    """Pages of one layer: every pillar, every indicator in it."""
    nodes = [node for node in read_framework().nodes if node.parent == layer]
    return "\n\n".join(part for node in nodes for part in _pillar(layer, node))


def _of(layer: str) -> list[Indicator]:
    pillars = [node.code for node in read_framework().nodes]
    mine = [it for it in facts().indicators.values() if it.layer == layer]
    return sorted(mine, key=lambda it: (pillars.index(it.pillar), -it.weight, it.code))


def _pillar(layer: str, node: Node) -> Iterable[str]:
    mine = [it for it in _of(layer) if it.pillar == node.code]
    scored = sum(bool(it.weight) for it in mine)
    shown = f", {len(mine) - scored} more shown without weight" if scored < len(mine) else ""
    yield f"## {plain(node.title)}"
    part = shares()[node.code] / shares()[layer]
    yield (
        f"{100 * part:.0f} % of the layer, {100 * shares()[node.code]:.1f} % of the whole; "
        f"{scored} indicator{'s' * (scored != 1)} with weight{shown}."
    )
    for it in mine:
        yield from _indicator(it)


def _indicator(it: Indicator) -> Iterable[str]:
    yield f"({anchor(it.code)})=\n### {plain(it.title)}"
    yield plain(it.description)
    yield "\n".join(("| | |", "|---|---|", *(f"| {key} | {says} |" for key, says in _facts_of(it) if says)))
    for name, text in (("Caveat", it.caveat), ("Objection", it.objection)):
        if text:
            yield f"**{name}.** {plain(text)}"
    yield "**Sources**"
    yield "\n".join(_source(key, source) for key, source in it.sources.items())


def _facts_of(it: Indicator) -> Iterable[tuple[str, str]]:
    yield "Code", f"`{it.code}`"
    yield "Unit", plain(it.unit)
    yield "Better", "more" if it.direction > 0 else "less"
    yield "Weight", _weight(it)
    yield "Goalposts", _reading(it.readings.scale)
    if it.readings.intensity:
        yield "Goalposts, intensity lens", _reading(it.readings.intensity)
    yield "Belongs by", it.view or ""
    yield "Coverage", _coverage(it)
    yield "Without a row", ABSENT[it.absent].format(bound=it.censor_bound)
    yield "Too old after", f"{it.max_age_years:g} years"
    yield "Doubt is drawn", _doubt(it)
    yield "Known errors", "; ".join(_bias(code, bias) for code, bias in it.bias.items())
    yield "Instrument that scores", plain(it.central_instrument or "")
    yield "Computed from", ", ".join(f"[`{name}`](tables.md#{anchor(name)})" for name in it.computed_from)
    yield "Present form", plain(it.form)
    yield (
        "In a bloc",
        {"sum": "sum of the members", "mean": "mean of the members", "best": "the best"}[it.bloc_rule],
    )


def _weight(it: Indicator) -> str:
    if not it.weight:
        return "none: shown, not scored"
    beside = sum(other.weight for other in facts().indicators.values() if other.pillar == it.pillar)
    return f"{100 * it.weight / beside:.0f} % of its pillar, {100 * share(it):.1f} % of the whole"


def _reading(reading: Reading) -> str:
    worst, best = reading.goalposts
    per = DENOMINATORS[reading.denominator]
    per = f" {per}" if per else ""
    posts = f"{worst:,g} scores 0, {best:,g} scores 100{per}{TRANSFORMS[reading.transform]}"
    return f"{posts}. {plain(reading.reason)}"


def _doubt(it: Indicator) -> str:
    low, high = it.range
    limits = (
        "" if low == float("-inf") else f", values from {low:g}" + (f" to {high:g}" if high < 1e300 else "")
    )
    drift = f"; {it.drift_per_year:g} more for each year of age" if it.drift_per_year else ""
    return f"{SCALES[it.scale]}{limits}{drift}"


def _bias(code: str, bias: Bias) -> str:
    side = {"under": "understated", "over": "overstated", "both": "either way"}[bias.side]
    size = f"standard deviation {bias.sd:g}, shared by the group `{bias.group}`"
    return f"{code} {side}, {size}: {plain(bias.reason)}"


def _end(row: dict[str, Any]) -> date:
    return period_end(row["date"])


def _scored_rows(it: Indicator) -> list[dict[str, Any]]:
    known = set(facts().economies)
    return [row for row in rows().get(it.code, ()) if row["economy"] in known]


def _coverage(it: Indicator) -> str:
    mine = _scored_rows(it)
    if not mine:
        return "no row up to the date of the data"
    newest: dict[str, dict[str, Any]] = {}
    for row in sorted(mine, key=_end):
        newest[row["economy"]] = row
    by_date: dict[str, list[str]] = {}
    for row in sorted(newest.values(), key=lambda row: (-_end(row).toordinal(), row["economy"])):
        by_date.setdefault(str(row["date"]), []).append(row["economy"])
    groups = "; ".join(f"{date}: {' '.join(codes)}" for date, codes in by_date.items())
    first, last = (pick(mine, key=_end)["date"] for pick in (min, max))
    lacking = [code for code in facts().economies if code not in newest]
    without = f". Without: {' '.join(lacking)}" if lacking else ""
    period = str(first) if first == last else f"{first} to {last}"
    return f"{len(newest)} of {len(facts().economies)} economies, periods {period}. Newest {groups}{without}"


def _source(key: str, source: Source) -> str:
    title = f"[{plain(source.title)}]({source.url_main})" if source.url_main else plain(source.title)
    when = f", {source.date_published}" if source.date_published else ""
    passed = "" if source.redistribute else "; its values may not be passed on"
    whose = f"; own figure of {source.party}" if source.party else ""
    read = f"read {source.date_accessed}"
    return (
        f"- `{key}` {plain(source.producer)}: {title}{when}, {read}. {plain(source.licence)}{passed}{whose}"
    )


def tables() -> str:
    """Every record table: what a row is, its columns, its sources."""
    described = sorted(facts().catalogue.tables.items())
    return "\n\n".join(part for _, table in described for part in _table(table))


def _table(table: Table) -> Iterable[str]:
    count = len(next(iter(facts().columns(table.name).values())))
    yield f"({anchor(table.name)})=\n## {plain(table.title)}"
    yield plain(table.description)
    beside = " Read beside the scores, never by them." if table.beside else ""
    cut = f"cut by `{table.date}` and `{table.published}`"
    yield f"`{table.name}`: {count:,} rows, {cut}.{beside} {plain(table.note)}"
    lines = ["| column | holds | unit | what it means |", "|---|---|---|---|"]
    for name, column in table.columns.items():
        holds = column.type + (", required" if column.required else "")
        lines.append(f"| `{name}` | {holds} | {plain(column.unit)} | {plain(column.description)} |")
    yield "\n".join(lines)
    yield "**Sources**"
    yield "\n".join(_source(key, source) for key, source in table.sources.items())
