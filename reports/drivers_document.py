"""What drives an answer, as a document for other programs: JSON with a version, and long rows."""

from __future__ import annotations

import csv
import io
import json
import math
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from scoring.answer import Answer
    from scoring.robustness import Shares

SCHEMA: Final = "fourlayers/drivers/1"
COLUMNS: Final = ("run", "date", "pair", "node", "output", "group", "index", "value", "low", "high")
DIGITS: Final = 10


def document(answer: Answer, shares: Shares | None) -> dict[str, Any]:
    """Document by the schema `fourlayers/drivers/1`: indices by output and group, each with its interval."""
    made: dict[str, Any] = {
        "schema": SCHEMA,
        "version": answer.version,
        "as_of": answer.as_of.isoformat(),
        "pair": list(answer.pair),
        "lens": answer.lens,
        "recipe": {"name": answer.recipe, "fingerprint": answer.recipe_fingerprint},
        "fingerprint": answer.fingerprint,
        "seed": answer.seed,
    }
    if shares is None:
        return made | {"draws": 0, "outputs": {}}
    found = shares.indices
    outputs = {
        name: [{"group": it.group, "first": _three(it.first), "total": _three(it.total)} for it in effects]
        for name, effects in found.effects.items()
    }
    return made | {
        "node": found.node,
        "draws": found.draws,
        "runs": found.runs,
        "dropped": found.dropped,
        "settled": found.is_settled,
        "moved": _rounded(found.moved),
        "widest": _rounded(found.widest),
        "outputs": outputs,
        "methods": {name: _rounded(share) for name, share in shares.methods.items()},
    }


def as_json(answer: Answer, shares: Shares | None) -> str:
    """Write the document as JSON."""
    return json.dumps(document(answer, shares), indent=2, ensure_ascii=False) + "\n"


def as_csv(answer: Answer, shares: Shares | None) -> str:
    """Write one row for each index."""
    out = io.StringIO()
    written = csv.writer(out, lineterminator="\n")
    written.writerow(COLUMNS)
    head = (answer.fingerprint[:12], answer.as_of.isoformat(), "-".join(answer.pair))
    found = shares.indices if shares else None
    for name, effects in found.effects.items() if found else ():
        for it in effects:
            for index, values in (("first", it.first), ("total", it.total)):
                written.writerow(
                    [*head, found.node if found else "", name, it.group, index, *map(_rounded, values)]
                )
    for stage, share in shares.methods.items() if shares else ():
        node = found.node if found else ""
        written.writerow([*head, node, "log_ratio", stage, "shapley_of_methods", _rounded(share), "", ""])
    return out.getvalue()


def _three(index: tuple[float, float, float]) -> dict[str, float | None]:
    return dict(zip(("value", "low", "high"), map(_rounded, index), strict=True))


def _rounded(value: float) -> float | None:
    return float(f"{value:.{DIGITS}g}") if math.isfinite(value) else None
