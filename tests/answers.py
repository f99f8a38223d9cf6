"""Hand-made answers for tests of everything above the scores: small, consistent, and made without a run."""

from __future__ import annotations

import dataclasses
import math
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from indicators.catalogue import Catalogue
from indicators.economies import read_economies
from indicators.facts import Facts
from indicators.schema import Indicator
from scoring.answer import Answer, Flip, Gap, IndicatorRow, NodeInfo, Score, Side, Warn

if TYPE_CHECKING:
    from collections.abc import Callable

    from scoring.answer import Call

VINTAGE = date(2026, 11, 23)
OTHERS = ("GBR", "FRA", "KOR", "G_7")
HOSTILE = '#panic("owned") $x$ *b* _i_ @ref <label> \\ // [x] `raw`'
"""A title that would run or break if it were ever read as markup."""

TREE: dict[str, tuple[str, ...]] = {
    "frontier_capability": ("frontier", "depth", "breadth", "openness_and_output"),
    "inference_cost": ("price_offered", "cost_to_produce", "competition"),
    "systems_integration": ("cloud", "networking", "memory", "packaging", "power", "orchestration"),
    "application_ecosystem": ("enterprise", "consumers", "developers", "capital"),
}
LAYERS = tuple(TREE)
HALF_WIDTH = 8.0


class Level(NamedTuple):
    """Scores of first and second economy at one layer, and the share of draws in which the first is ahead."""

    first: float
    second: float
    ahead: float


FIRST_LEADS = (
    Level(90.0, 70.0, 0.99),
    Level(45.0, 55.0, 0.45),
    Level(78.0, 44.0, 0.97),
    Level(66.0, 52.0, 0.81),
)
EVEN = (Level(70.0, 69.0, 0.55), Level(50.0, 52.0, 0.44), Level(60.0, 59.0, 0.52), Level(55.0, 55.0, 0.50))


def a_leads(pair: tuple[str, str] = ("USA", "CHN"), *, home: str = "") -> Answer:
    """First ahead in two layers, likely ahead in one, no call in inference cost; ahead overall."""
    return _answer(FIRST_LEADS, pair, home)


def b_leads(pair: tuple[str, str] = ("USA", "CHN")) -> Answer:
    """Give the mirror of `a_leads`: what was said of the first must now be said of the second."""
    return _answer(tuple(Level(b, a, 1 - share) for a, b, share in FIRST_LEADS), pair, "")


def no_call(pair: tuple[str, str] = ("USA", "CHN")) -> Answer:
    """Nothing can be told apart anywhere."""
    return _answer(EVEN, pair, "")


def layer_missing() -> Answer:
    """Inference cost is not scored for the second economy, hence there is no overall."""
    answer = a_leads()
    missing = Score(None, None, None, 0.51, 0.0, "2025-06-30", "2026-10-31", "coverage 51 %, needs 67 %")
    scores = {unit: dict(nodes) for unit, nodes in answer.scores.items()}
    gap = dict(answer.gap)
    for node in ("overall", "inference_cost"):
        for nodes in scores.values():
            nodes[node] = missing
        gap[node] = Gap(None, None, None, None, None, "not scored", "")
    indicators = tuple(
        dataclasses.replace(
            row, overall_points=None, points=None if row.layer == "inference_cost" else row.points
        )
        for row in answer.indicators
    )
    return dataclasses.replace(
        answer,
        scores=scores,
        gap=gap,
        indicators=indicators,
        flips=(),
        told_apart=(),
        arithmetic=dict.fromkeys(answer.arithmetic),
        matched_gap=answer.matched_gap | {"inference_cost": None},
        lens_gap=answer.lens_gap | {node: gap[node] for node in ("overall", "inference_cost")},
        warnings=(
            Warn("not_scored", "inference_cost", "Inference cost: coverage 51 %, needs 67 %"),
            *answer.warnings,
        ),
    )


def undrawn() -> Answer:
    """Without draws: scores, but no range, share or call."""
    answer = a_leads()

    def bare(score: Score) -> Score:
        return dataclasses.replace(score, low=None, high=None)

    def silent(gap: Gap) -> Gap:
        return Gap(gap.value, None, None, None, None, "no call", "")

    return dataclasses.replace(
        answer,
        draws=0,
        scores={unit: {k: bare(v) for k, v in nodes.items()} for unit, nodes in answer.scores.items()},
        gap={node: silent(gap) for node, gap in answer.gap.items()},
        lens_gap={node: silent(gap) for node, gap in answer.lens_gap.items()},
        flips=(),
        told_apart=(),
        measured_share=0.0,
    )


ANSWERS: dict[str, Callable[[], Answer]] = {
    "a_leads": a_leads,
    "b_leads": b_leads,
    "no_call": no_call,
    "layer_missing": layer_missing,
    "undrawn": undrawn,
}
"""The five cases that every sentence and picture must survive."""


def facts(title: str = HOSTILE) -> Facts:
    """Describe the indicators of the answers: one title is hostile, one pillar may not be printed."""
    described = {}
    for layer, pillars in TREE.items():
        for pillar in pillars:
            for part in (1, 2):
                code = f"{pillar}_{part}"
                described[code] = _indicator(code, layer, pillar, title if code == "frontier_1" else "")
    return Facts(Catalogue(indicators=described), (), read_economies(), VINTAGE)


def _indicator(code: str, layer: str, pillar: str, title: str) -> Indicator:
    source = {
        "producer": "Producer of " + pillar,
        "title": title or "Yearly data",
        "citation_full": f"Producer of {pillar} (2026), Yearly data",
        "url_main": "https://example.org/" + pillar,
        "date_published": "2026-07",
        "date_accessed": VINTAGE,
        "licence": "CC BY 4.0" if pillar != "capital" else "terms not stated",
        "redistribute": pillar != "capital",
    }
    reading = {"goalposts": (0.0, 100.0), "reason": "the whole scale of a share"}
    return Indicator.model_validate(
        {
            "code": code,
            "title": title or _title(code),
            "short": _title(code),
            "description": f"What {_title(code).lower()} measures.",
            "unit": "% of firms",
            "layer": layer,
            "pillar": pillar,
            "direction": 1,
            "readings": {"scale": reading},
            "sources": {"source_a": source},
        }
    )


def _title(code: str) -> str:
    return code.replace("_", " ").capitalize()


def _answer(levels: tuple[Level, ...], pair: tuple[str, str], home: str) -> Answer:
    by_node = _levels(levels)
    known = read_economies()
    units = (*pair, *(code for code in OTHERS if code not in pair))
    scores = {code: _scores(by_node, position) for position, code in enumerate(units)}
    gap = {node: _gap(level, pair) for node, level in by_node.items()}
    return Answer(
        version="0.1.0",
        data_vintage=VINTAGE,
        as_of=VINTAGE,
        known_by=None,
        reconstructed=False,
        pair=pair,
        names={code: known[code].short for code in units},
        adjectives={code: known[code].adjective for code in units},
        home=home,
        lens="scale",
        recipe="default",
        recipe_fingerprint="9f8e7d6c5b4a",
        fingerprint="a1b2c3d4e5f6",
        draws=2000,
        seed=1,
        nodes=_nodes(),
        units=units,
        scores=scores,
        gap=gap,
        arithmetic={unit: _arithmetic(scores[unit]) for unit in units},
        matched_gap={layer: gap[layer].value for layer in LAYERS},
        lens_gap={node: _gap(by_node[node], pair) for node in ("overall", *LAYERS)},
        indicators=_indicators(by_node),
        flips=_flips(gap["overall"], pair),
        told_apart=_told_apart(gap["overall"], pair, units),
        measured_share=0.12,
        setups="Weights, normalisation, aggregation and left-out indicators were varied together.",
        warnings=_warnings(),
    )


def _levels(levels: tuple[Level, ...]) -> dict[str, Level]:
    found = {}
    first = math.prod(level.first for level in levels) ** 0.25
    second = math.prod(level.second for level in levels) ** 0.25
    share = 0.98 if first - second > 5 else 0.02 if second - first > 5 else 0.52
    found["overall"] = Level(first, second, share)
    for layer, level in zip(LAYERS, levels, strict=True):
        found[layer] = level
        for pillar in TREE[layer]:
            found[pillar] = level
    return found


def _scores(by_node: dict[str, Level], position: int) -> dict[str, Score]:
    """Score the pair as stated, peers below the second, so that no peer disturbs the pair."""
    found = {}
    for node, level in by_node.items():
        value = (level.first, level.second)[position] if position < 2 else min(level[:2]) - 4.0 * position
        low, high = max(0.0, value - HALF_WIDTH), min(100.0, value + HALF_WIDTH)
        found[node] = Score(value, low, high, 0.95, 0.0, "2021-12-31", "2026-11-17")
    return found


def _gap(level: Level, pair: tuple[str, str]) -> Gap:
    value = level.first - level.second
    certainty = max(level.ahead, 1 - level.ahead)
    call: Call = "ahead" if certainty >= 0.9 else "likely ahead" if certainty >= 0.66 else "no call"
    leader = "" if call == "no call" else pair[0] if level.ahead > 0.5 else pair[1]
    return Gap(value, value - 11.0, value + 11.0, level.ahead, level.ahead, call, leader)


def _nodes() -> tuple[NodeInfo, ...]:
    layers = [NodeInfo(layer, _title(layer), "overall", "layer", 0.25) for layer in LAYERS]
    pillars = [
        NodeInfo(pillar, _title(pillar), layer, "pillar", 1 / len(names))
        for layer, names in TREE.items()
        for pillar in names
    ]
    return (NodeInfo("overall", "Overall", "", "overall", 1.0), *layers, *pillars)


def _arithmetic(scores: dict[str, Score]) -> float:
    return sum(scores[layer].value or 0.0 for layer in LAYERS) / 4


def _indicators(by_node: dict[str, Level]) -> tuple[IndicatorRow, ...]:
    rows = []
    for layer, pillars in TREE.items():
        weight = 1 / (2 * len(pillars))
        for pillar in pillars:
            level = by_node[pillar]
            rows += [_row(f"{pillar}_{part}", layer, pillar, weight, level) for part in (1, 2)]
    return tuple(rows)


def _row(code: str, layer: str, pillar: str, weight: float, level: Level) -> IndicatorRow:
    points = weight * (level.first - level.second)
    return IndicatorRow(
        code=code,
        title=_title(code),
        short=HOSTILE[:34] if code == "frontier_1" else _title(code),
        unit="% of firms",
        layer=layer,
        pillar=pillar,
        form="",
        weight=weight,
        points=points,
        overall_points=points / 4,
        out_of_step=code == "capital_2",
        matched=code != "capital_2",
        a=_side(code, level.first, "observed"),
        b=_side(code, level.second, "censored" if code == "developers_2" else "observed"),
    )


def _side(code: str, score: float, state: str) -> Side:
    return Side(
        value=score,
        low=score - 5.0,
        high=score + 5.0,
        score=score,
        state=state,
        date="2022" if code == "capital_2" and score > 50 else "2026-06",
        published="2026-07",
        source="source_a",
        quality="measured",
        instrument="",
        note="",
        file=f"{code}.csv",
        row=2,
        range_kind="sampling",
    )


def _flips(overall: Gap, pair: tuple[str, str]) -> tuple[Flip, ...]:
    other = next((code for code in pair if code != overall.leader), "") if overall.leader else ""
    nearest = Flip("inference_cost", 0.77 if other else None, 0.25, other)
    return (nearest, *(Flip(layer, None, 0.25, "") for layer in LAYERS if layer != "inference_cost"))


def _told_apart(overall: Gap, pair: tuple[str, str], units: tuple[str, ...]) -> tuple[tuple[str, ...], ...]:
    rest = tuple(unit for unit in units[2:] if unit != "G_7")
    if not overall.leader:
        return (pair, rest)
    other = pair[1] if overall.leader == pair[0] else pair[0]
    return ((overall.leader,), (other,), rest)


def _warnings() -> tuple[Warn, ...]:
    return (
        Warn("out_of_step", "capital", "In 1 of 34 indicators the two values are more than a year apart."),
        Warn("assumed_ranges", "overall", "12 % of ranges are measured, 88 % assumed."),
    )
