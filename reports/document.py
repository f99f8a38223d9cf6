"""An answer as a document for other programs: JSON with a version, and the long CSV; stdlib only."""

from __future__ import annotations

import csv
import dataclasses
import io
import json
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from scoring.questions.held import held
from scoring.questions.held import rounded as _number

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scoring.answer import Answer, Gap, IndicatorRow, Score
    from scoring.questions.held import Run

SCHEMA: Final = "fourlayers/score/2"
PLAIN: Final = ("code", "short", "unit", "layer", "pillar", "weight", "reading", "tables")


class Row(NamedTuple):
    """One row of the long CSV; `run` is the short fingerprint, `economy` a code or a pair."""

    run: str
    date: str
    economy: str
    level: str
    node: str
    measure: str
    value: float | None
    low: float | None = None
    high: float | None = None


def document(answer: Answer) -> dict[str, Any]:
    """Document of an answer by the schema `fourlayers/score/2`.

    Returns
    -------
    dict
        Scores are 0 to 100, shares 0 to 1, rounded to four decimals; a node that is not scored has `value`
        null and a `reason`. The order of keys is fixed. `basis` holds what a later comparison needs: the
        whole recipe and framework, and the pair's half of every indicator; a value that its licence does not
        let pass is null and told by a hash. `own_data` lists what folders of the user's own add or change.
    """
    return {
        "schema": SCHEMA,
        "version": answer.version,
        "data_vintage": answer.data_vintage.isoformat(),
        "as_of": answer.as_of.isoformat(),
        "known_by": answer.known_by.isoformat() if answer.known_by else None,
        "pair": list(answer.pair),
        "home": answer.home or None,
        "lens": answer.lens,
        "recipe": {"name": answer.recipe, "fingerprint": answer.recipe_fingerprint},
        "fingerprint": answer.fingerprint,
        "draws": answer.draws,
        "seed": answer.seed,
        "scores": {
            unit: _tree(answer, {code: _score(it) for code, it in answer.scores[unit].items()})
            for unit in answer.units
        },
        "gap": _tree(answer, {code: _gap(it) for code, it in answer.gap.items()}),
        "basis": basis(held(answer)),
        "own_data": [dataclasses.asdict(it) for it in answer.own],
        "warnings": [{"code": it.code, "node": it.node, "message": it.message} for it in answer.warnings],
    }


def basis(run: Run) -> dict[str, Any]:
    """Give what a run rests on, as plain data; `reports.kept.read_run` reads it back."""
    return {
        "code": run.code,
        "recipe": run.recipe,
        "framework": run.tree,
        "indicators": [
            {
                **{name: getattr(item, name) for name in PLAIN},
                "sides": {
                    code: dataclasses.asdict(half) for code, half in zip(run.pair, item.halves, strict=True)
                },
            }
            for item in run.items.values()
        ],
    }


def as_json(answer: Answer) -> str:
    """Text of the document; the same answer gives the same bytes."""
    return json.dumps(document(answer), indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def rows(answer: Answer) -> Iterator[Row]:
    """Long rows of an answer: scores of all units, then the gap of the pair, then its indicators."""
    run, day, both = answer.fingerprint[:12], answer.as_of.isoformat(), "-".join(answer.pair)
    for unit in answer.units:
        for node in answer.nodes:
            score = answer.scores[unit][node.code]
            at = (run, day, unit, node.level, node.code)
            yield Row(*at, "score", _number(score.value), _number(score.low), _number(score.high))
            yield Row(*at, "coverage", _number(score.coverage))
            yield Row(*at, "imputed", _number(score.imputed))
    for node in answer.nodes:
        gap = answer.gap[node.code]
        at = (run, day, both, node.level, node.code)
        yield Row(*at, "gap", _number(gap.value), _number(gap.low), _number(gap.high))
        yield Row(*at, "ahead_data", _number(gap.ahead_data))
        yield Row(*at, "ahead_all", _number(gap.ahead_all))
    for indicator in answer.indicators:
        yield from _indicator(answer, indicator, run, day)


def as_csv(answer: Answer) -> str:
    """Text of the long CSV, with header; an empty cell is an unknown value."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(Row._fields)
    writer.writerows(rows(answer))
    return text.getvalue()


def _indicator(answer: Answer, it: IndicatorRow, run: str, day: str) -> Iterator[Row]:
    for unit, side in zip(answer.pair, (it.a, it.b), strict=True):
        yield Row(run, day, unit, "indicator", it.code, "score", _number(side.score))
    both = "-".join(answer.pair)
    yield Row(run, day, both, "indicator", it.code, "weight", _number(it.weight))
    yield Row(run, day, both, "indicator", it.code, "points", _number(it.points))


def _tree(answer: Answer, parts: dict[str, dict[str, Any]]) -> dict[str, Any]:
    layers = [node.code for node in answer.layers()]
    return {
        "overall": parts["overall"],
        "layers": {layer: parts[layer] for layer in layers},
        "pillars": {layer: {it.code: parts[it.code] for it in answer.pillars(layer)} for layer in layers},
    }


def _score(score: Score) -> dict[str, Any]:
    plain: dict[str, Any] = {
        "value": _number(score.value),
        "low": _number(score.low),
        "high": _number(score.high),
        "coverage": _number(score.coverage),
        "imputed": _number(score.imputed),
        "data_from": score.data_from or None,
        "data_to": score.data_to or None,
    }
    return plain if plain["value"] is not None else {**plain, "reason": score.reason}


def _gap(gap: Gap) -> dict[str, Any]:
    return {
        "value": _number(gap.value),
        "low": _number(gap.low),
        "high": _number(gap.high),
        "ahead_data": _number(gap.ahead_data),
        "ahead_all": _number(gap.ahead_all),
        "call": gap.call,
        "leader": gap.leader or None,
    }
