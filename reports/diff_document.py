"""A comparison of two runs as a document for other programs: JSON with a version, and the long CSV."""

from __future__ import annotations

import csv
import dataclasses
import io
import json
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from scoring.questions.held import rounded

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scoring.questions.diff import Diff, Part
    from scoring.questions.held import Half, Run

SCHEMA: Final = "fourlayers/diff/1"
FINE: Final = 8


class Row(NamedTuple):
    """One row of the long CSV: a move (cause `move`) or one part of it at one node."""

    old_run: str
    new_run: str
    pair: str
    node: str
    cause: str
    what: str
    indicator: str
    economy: str
    old: float | None
    new: float | None
    old_date: str
    new_date: str
    points: float | None


def document(found: Diff) -> dict[str, Any]:
    """Document of a comparison by the schema `fourlayers/diff/1`; the parts of a node add up to its move."""
    return {
        "schema": SCHEMA,
        "pair": list(found.new.pair),
        "lens": found.new.lens,
        "old": _run(found.old),
        "new": _run(found.new),
        "nothing_moved": found.empty,
        "moves": {
            move.node: {
                "old": dataclasses.asdict(move.old),
                "new": dataclasses.asdict(move.new),
                "points": rounded(move.points, FINE),
                "by": {cause: rounded(value, FINE) for cause, value in move.by.items()},
            }
            for move in found.moves
        },
        "parts": [_part(part) for part in found.parts],
        "revised": [{"indicator": code, "economy": economy} for code, economy in found.revised],
        "settings": [dataclasses.asdict(each) for each in found.settings],
    }


def _run(run: Run) -> dict[str, Any]:
    told = ("version", "code", "as_of", "known_by", "vintage", "draws", "seed", "fingerprint")
    return {name: getattr(run, name) or None if name == "known_by" else getattr(run, name) for name in told}


def _part(part: Part) -> dict[str, Any]:
    plain: dict[str, Any] = {"cause": part.cause, "what": part.what}
    plain |= {"indicator": part.code or None, "economy": part.economy or None}
    for name, half in (("old", part.old), ("new", part.new)):
        plain[name] = None if half is None else dataclasses.asdict(half)
    return plain | {"points": {node: rounded(value, FINE) for node, value in part.points.items()}}


def as_json(found: Diff) -> str:
    """Text of the document."""
    return json.dumps(document(found), indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def rows(found: Diff) -> Iterator[Row]:
    """Long rows: each move, then its parts."""
    at = (found.old.fingerprint[:12], found.new.fingerprint[:12], "-".join(found.new.pair))
    for move in found.moves:
        days = (found.old.as_of, found.new.as_of)
        points = rounded(move.points, FINE)
        yield Row(*at, move.node, "move", "", "", "", move.old.value, move.new.value, *days, points)
    for part in found.parts:
        days, ends = (_date(part.old), _date(part.new)), (_value(part.old), _value(part.new))
        for node, value in part.points.items():
            if value:
                told = (part.cause, part.what, part.code, part.economy)
                yield Row(*at, node, *told, ends[0], ends[1], *days, rounded(value, FINE))


def _value(half: Half | None) -> float | None:
    return half.value if half else None


def _date(half: Half | None) -> str:
    return half.date if half else ""


def as_csv(found: Diff) -> str:
    """Text of the long CSV, with header; an empty cell is unknown or may not be passed on."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(Row._fields)
    writer.writerows(rows(found))
    return text.getvalue()
