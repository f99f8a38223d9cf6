"""Tiny facts, frameworks and recipes in memory, so that a test can write its expected figures out as sums."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from indicators.catalogue import SHIPPED, Catalogue, Pair
from indicators.facts import Facts
from indicators.period import period_end
from indicators.schema import Economy, Indicator
from layers.choices import Choices, Error
from scoring.index.framework import Framework, Node
from scoring.index.recipe import Doubt, Recipe

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

TODAY = date(2026, 6, 30)
EXACT = dict.fromkeys(
    ("official", "measured", "filing", "modelled", "survey", "industry_estimate", "press", "judgement"), 0.0
)
CLASSES = EXACT | {"official": 0.03, "measured": 0.05, "judgement": 0.25}
SOURCE = {
    "producer": "Office",
    "title": "Figures",
    "citation_full": "Office, Figures",
    "date_accessed": TODAY,
    "licence": "CC BY 4.0",
}


def indicator(code: str, pillar: str = "one", **changes: Any) -> Indicator:  # noqa: ANN401 - any field
    """Make an indicator from 0 to 100, scored as it stands unless `changes` say otherwise."""
    given: dict[str, Any] = {
        "code": code,
        "title": code,
        "short": code,
        "description": code,
        "unit": "points",
        "layer": "left",
        "pillar": pillar,
        "direction": 1,
        "max_age_years": 50.0,
        "readings": {"scale": {"goalposts": (0.0, 100.0), "reason": "as it stands"}},
        "sources": {"office": SOURCE},
    }
    return Indicator.model_validate(given | changes)


def reading(worst: float, best: float, transform: str = "none") -> dict[str, Any]:
    """Make readings of one lens between two goalposts."""
    return {"scale": {"goalposts": (worst, best), "transform": transform, "reason": "for the test"}}


def row(code: str, economy: str, value: float, when: str = "2026-06-30", **changes: Any) -> dict[str, Any]:  # noqa: ANN401
    """Make an observation as the reader would."""
    published = changes.pop("published", when)
    given = {
        "code": code,
        "economy": economy,
        "date": when,
        "published": published,
        "value": value,
        "low": float("nan"),
        "high": float("nan"),
        "interval_kind": "",
        "status": "actual",
        "instrument": "",
        "source": "office",
        "quality": "official",
        "note": "",
        "file": f"{code}.csv",
        "row": 2,
        "period_end": period_end(when),
        "known": period_end(published) if published else None,
    }
    return given | changes


def table(values: Mapping[str, Mapping[str, float]]) -> list[dict[str, Any]]:
    """Make observations from values by code and economy."""
    return [row(code, unit, value) for code, each in values.items() for unit, value in each.items()]


def facts(
    indicators: Iterable[Indicator],
    rows: Sequence[dict[str, Any]],
    economies: Sequence[str] = ("AAA", "BBB"),
    blocs: Mapping[str, tuple[str, ...]] | None = None,
) -> Facts:
    """Make facts at the end of June 2026."""
    units = {code: Economy(code=code, name=code, short=code) for code in economies}
    for code, members in (blocs or {}).items():
        units[code] = Economy(code=code, name=code, short=code, members=members)
    described = {it.code: it for it in indicators}
    nowhere = {code: Pair(SHIPPED / f"{code}.toml", None, code) for code in described}  # no such file
    return Facts(Catalogue(indicators=described, pairs=nowhere), tuple(rows), units, TODAY)


def framework(tree: Mapping[str, Sequence[str]], floor: float = 0.0, **weights: float) -> Framework:
    """Make a framework from layers and their pillars; weights by node, 1 where none is given."""
    nodes = [Node(code="overall", title="Overall")]
    for layer, pillars in tree.items():
        nodes.append(Node(code=layer, title=layer, parent="overall", weight=weights.get(layer, 1.0)))
        nodes += [Node(code=it, title=it, parent=layer, weight=weights.get(it, 1.0)) for it in pillars]
    return Framework(name="small", title="Small", coverage_floor=floor, nodes=tuple(nodes))


NORMALISERS = ("goalposts", "minmax", "zcdf", "percentile")
TWO = framework({"left": ["one"], "right": ["two"]})
ONE = framework({"left": ["one"]})


def recipe(classes: Mapping[str, float] | None = None, absolute: float = 0.0, **changes: Any) -> Recipe:  # noqa: ANN401
    """Make a recipe in which values without a range are exact, unless classes are given."""
    error = Error(relative=dict(classes or EXACT), absolute=absolute)
    choices = changes.pop("choices", {})
    return Recipe(name="small", error=error, choices=Choices(**choices), **changes)


def doubt(**changes: Any) -> Doubt:  # noqa: ANN401
    """Make set-ups that vary nothing but what is named."""
    return Doubt(**({"leave_one_out": False} | changes))


def write_framework(folder: Path, made: Framework) -> str:
    """Write a framework as TOML and return the path for a recipe."""
    lines = [f'name = "{made.name}"', f'title = "{made.title}"', f"coverage_floor = {made.coverage_floor}"]
    for node in made.nodes:
        lines += ["[[nodes]]", f'code = "{node.code}"', f'title = "{node.title}"', f"weight = {node.weight}"]
        lines += [f'parent = "{node.parent}"'] if node.parent else []
    path = folder / "framework.toml"
    path.write_text("\n".join(lines), encoding="utf-8")
    return str(path)
