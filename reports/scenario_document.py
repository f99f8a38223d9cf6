"""Outcomes of scenarios as a document for other programs: JSON with a version, and long rows; stdlib only."""

from __future__ import annotations

import csv
import dataclasses
import io
import json
import math
from typing import TYPE_CHECKING, Any, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from scoring.questions.scenario.outcome import Called, Effect, Input, NodeOutcome, Outcome

SCHEMA: Final = "fourlayers/scenario/1"
DECIMALS: Final = 4


class Row(NamedTuple):
    """One row of the long CSV: a measure of a node in a year, or of a change."""

    run: str
    scenario: str
    pair: str
    year: int | str
    level: str
    node: str
    measure: str
    change: str
    value: float | str | None
    low: float | None = None
    high: float | None = None


def document(outcome: Outcome) -> dict[str, Any]:
    """Document of a run by the schema `fourlayers/scenario/1`.

    Returns
    -------
    dict
        Gaps and differences in points, shares 0 to 1, rounded to four decimals; the order of keys is fixed.
    """
    it = outcome.scenario
    return {
        "schema": SCHEMA,
        "version": outcome.version,
        "scenario": {
            "name": it.name,
            "title": it.title,
            "question": it.question,
            "why": " ".join(it.why.split()),
            "not_modelled": list(it.not_modelled),
            "sources": {key: source.model_dump() for key, source in it.sources.items()},
        },
        "pair": list(outcome.pair),
        "as_of": outcome.as_of.isoformat(),
        "until": it.until,
        "baseline": {"name": outcome.baseline, "note": outcome.baseline_note or None},
        "recipe": outcome.recipe,
        "fingerprint": outcome.fingerprint,
        "own_data": [dataclasses.asdict(each) for each in outcome.own],
        "draws": outcome.draws,
        "seed": outcome.seed,
        "changes": [_input(each) for each in outcome.inputs],
        "nodes": {node.node: _node(node, outcome) for node in outcome.nodes},
        "turning": [
            {"change": each.name, "size": _number(each.size), "stated": _number(each.stated)}
            for each in outcome.turning
        ],
        "money": [
            {
                "case": each.case,
                "economy": each.economy,
                "cents_before": [_number(end) for end in each.before],
                "cents_after": [_number(end) for end in each.after],
            }
            for each in outcome.money
        ],
    }


def as_json(outcomes: Sequence[Outcome]) -> str:
    """Text of the document, or of a list of them; the same run gives the same bytes."""
    made = [document(each) for each in outcomes]
    content = made[0] if len(made) == 1 else made
    return json.dumps(content, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def rows(outcome: Outcome) -> Iterator[Row]:
    """Long rows: gaps and differences by node and year, calls, and what each change adds."""
    at = (outcome.fingerprint[:12], outcome.scenario.name, "-".join(outcome.pair))
    for node in outcome.nodes:
        where = (node.level, node.node)
        yield Row(*at, "now", *where, "gap", "", _number(node.now))
        for each in node.effects:
            yield from _effect(at, where, each, outcome)
        year = node.effects[-1].year
        for name, word in (("call_baseline", node.before), ("call", node.after)):
            if word is not None:
                yield Row(*at, year, *where, name, "", f"{word.leader} {word.call}".strip())
        for it, part in zip(outcome.inputs, node.parts or (), strict=False):
            yield Row(*at, year, *where, "part", it.name, _number(part))
    for it in outcome.inputs:
        yield Row(
            *at,
            outcome.scenario.until,
            "change",
            "",
            "value",
            it.name,
            _number(it.after),
            _number(it.low),
            _number(it.high),
        )


def _effect(
    at: tuple[str, str, str], where: tuple[str, str], each: Effect, outcome: Outcome
) -> Iterator[Row]:
    yield Row(*at, each.year, *where, "gap_baseline", "", _number(each.base))
    yield Row(*at, each.year, *where, "gap", "", _number(each.value))
    yield Row(
        *at, each.year, *where, "difference", "", _number(each.change), _number(each.low), _number(each.high)
    )
    if each.rises is not None:
        yield Row(*at, each.year, *where, "rises", "", _number(each.rises))
        yield Row(*at, each.year, *where, "falls", "", _number(each.falls))
    for code, score in zip(outcome.pair, each.scores, strict=True):
        yield Row(*at, each.year, *where, f"score_{code}", "", _number(score))


def as_csv(outcomes: Sequence[Outcome]) -> str:
    """Text of the long CSV, with header; an empty cell is an unknown value."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(Row._fields)
    writer.writerows(row for outcome in outcomes for row in rows(outcome))
    return text.getvalue()


def _input(it: Input) -> dict[str, Any]:
    size = (
        None if it.size is None else dict(zip(("value", "low", "high"), map(_number, it.size), strict=True))
    )
    return {
        "name": it.name,
        "label": it.label,
        "kind": it.kind,
        "targets": list(it.targets),
        "size": size,
        "before": _number(it.before),
        "after": _number(it.after),
        "after_low": _number(it.low),
        "after_high": _number(it.high),
        "unit": it.unit,
        "from": it.begins.isoformat(),
        "to": it.ends.isoformat() if it.ends else None,
        "reason": it.reason,
        "source": it.source,
    }


def _node(node: NodeOutcome, outcome: Outcome) -> dict[str, Any]:
    parts = None
    if node.parts is not None:
        parts = {it.name: _number(part) for it, part in zip(outcome.inputs, node.parts, strict=True)}
    return {
        "title": node.title,
        "level": node.level,
        "linked": node.linked,
        "now": _number(node.now),
        "years": {
            str(each.year): {
                "baseline": _number(each.base),
                "gap": _number(each.value),
                "difference": _number(each.change),
                "low": _number(each.low),
                "high": _number(each.high),
                "rises": _number(each.rises),
                "falls": _number(each.falls),
                "scores": dict(zip(outcome.pair, map(_number, each.scores), strict=True)),
            }
            for each in node.effects
        },
        "call_baseline": _word(node.before),
        "call": _word(node.after),
        "parts": parts,
    }


def _word(word: Called | None) -> dict[str, Any] | None:
    return None if word is None else {"call": word.call, "leader": word.leader or None}


def _number(value: float | None) -> float | None:
    if value is None or not math.isfinite(value):
        return None
    return round(float(value), DECIMALS) + 0.0  # adding zero turns -0.0 into 0.0
