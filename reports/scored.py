"""A scored table as text: a league for a terminal, a document, or a table of every score."""

from __future__ import annotations

import io
import json
import math
import textwrap
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from scoring.index.result import Result

SCHEMA: Final = "fourlayers/table/1"
DIGITS: Final = 15
"""Significant digits written: enough to compare with another toolbox, the same on every machine."""
WIDTH: Final = 80
COLUMN: Final = 10


def as_table(result: Result) -> str:
    """Write the league by the top score, with ranks and the nodes that fit beside it."""
    nodes = result.levels.nodes
    room = max(1, (WIDTH - 30) // COLUMN)
    shown, rest = nodes[:room], nodes[room:]
    panel = result.scores.index.nlevels > 1
    lines = [
        f"{result.plan.framework.title}: {len(result.scores)} rows, {len(result.plan.grid.codes)} indicators"
    ]
    lines += ["; ".join(filter(None, (f"Recipe {result.plan.recipe.name}", _told(result)))), ""]
    keys = result.scores.index.to_list()
    width = min(22, max([4, *(len(_name(key)) for key in keys)]) + 2)
    lines.append("rank  " + "unit".ljust(width) + "".join(_fit(each).rjust(COLUMN) for each in shown))
    order = result.scores[nodes[0]].rank(method="first", ascending=False, na_option="bottom").argsort()
    for place in order.tolist():
        key = keys[place]
        rank = _rounded(result.ranks[nodes[0]].iloc[place])
        cells = [_number(result.scores[node].iloc[place]) for node in shown]
        text = "-" if rank is None else str(int(rank))
        lines.append(
            text.rjust(4)
            + "  "
            + _name(key)[: width - 2].ljust(width)
            + "".join(c.rjust(COLUMN) for c in cells)
        )
    lines.append("")
    if panel:
        lines.append("Ranks are within each year.")
    if result.unmeasured:
        told = f"No score by this method, so that the weight passes on: {', '.join(result.unmeasured)}."
        lines += textwrap.wrap(told, WIDTH)
    if rest:
        lines.append(f"{len(rest)} more nodes and every indicator: --format csv or json.")
    return "\n".join(lines) + "\n"


def _told(result: Result) -> str:
    """Say what was done on the way, in the order in which it was done."""
    choices = result.plan.recipe.choices
    steps = [f"{stage} {choices.step(stage).method}" for stage in choices.order if stage != "denominate"]
    used = [step for step in steps if not step.endswith((" none", " declared"))]
    dropped = int((~result.plan.kept).sum())
    return "; ".join([*used, *([f"{dropped} rows screened out"] if dropped else [])])


def as_json(result: Result) -> str:
    """Write a document by the schema `fourlayers/table/1`: scores and ranks by unit, weights by node."""
    keys = result.scores.index.to_list()
    ranked = list(result.levels.nodes)
    made = {
        "schema": SCHEMA,
        "framework": result.plan.framework.name,
        "recipe": {"name": result.plan.recipe.name, "fingerprint": result.plan.recipe.fingerprint()},
        "fingerprint": result.plan.fingerprint,
        "unmeasured": list(result.unmeasured),
        "nodes": {
            code: {
                "level": int(row["level"]),
                "parent": row["parent"] or None,
                "weight": _rounded(row["weight"]),
                "effective_weight": _rounded(row["effective"]),
            }
            for code, row in result.weights.iterrows()
        },
        "units": [
            {
                **_key(key),
                "scores": {code: _rounded(value) for code, value in result.scores.iloc[place].items()},
                "ranks": {code: _rounded(result.ranks[code].iloc[place]) for code in ranked},
            }
            for place, key in enumerate(keys)
        ],
    }
    return json.dumps(made, indent=1, ensure_ascii=False, allow_nan=False) + "\n"


def as_csv(result: Result) -> str:
    """Write one row a unit: its rank at the top, then every node and indicator."""
    table = result.scores.copy()
    table.insert(0, "Rank", result.ranks[result.levels.nodes[0]])
    out = io.StringIO()
    table.to_csv(out, float_format=f"%.{DIGITS}g", lineterminator="\n")
    return out.getvalue()


def _key(key: Any) -> dict[str, Any]:  # noqa: ANN401 - a label, or a label and a year
    if isinstance(key, tuple):
        return {"unit": str(key[0]), "time": _rounded(key[1])}
    return {"unit": str(key)}


def _name(key: Any) -> str:  # noqa: ANN401
    return " ".join(map(str, key)) if isinstance(key, tuple) else str(key)


def _fit(code: str) -> str:
    return code if len(code) < COLUMN else code[: COLUMN - 2] + "…"


def _number(value: float) -> str:
    return "-" if math.isnan(value) else f"{value:.4g}" if abs(value) < 1 else f"{value:.2f}"


def _rounded(value: Any) -> Any:  # noqa: ANN401 - a number of any library
    if hasattr(value, "item"):
        value = value.item()
    try:
        number = float(value)
    except (TypeError, ValueError):  # a rank that there is not among them
        return None
    if math.isnan(number):
        return None
    return int(number) if number.is_integer() and isinstance(value, int) else float(f"{number:.{DIGITS}g}")
