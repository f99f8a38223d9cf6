"""How firm an answer is, as a document for other programs: JSON with a version, and long rows."""

from __future__ import annotations

import csv
import dataclasses
import io
import json
import math
from typing import TYPE_CHECKING, Any, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from scoring.answer import Answer
    from scoring.doubt.drivers import Drivers, Reading
    from scoring.doubt.effort import Effort
    from scoring.doubt.turning import Swing, TippingValue
    from scoring.robustness import Flips

SCHEMA: Final = "fourlayers/robustness/1"
DIGITS: Final = 10
"""Significant digits of everything written: coarser than what differs between two machines."""


class Row(NamedTuple):
    """One row of the long CSV: `what` of `item` (of `economy`) for the lead at `node`."""

    run: str
    date: str
    pair: str
    what: str
    node: str
    item: str
    economy: str
    measure: str
    value: float | str | None


def document(answer: Answer, flips: Flips, doubts: Drivers | None = None) -> dict[str, Any]:
    """Document by the schema `fourlayers/robustness/1`.

    Parameters
    ----------
    answer : Answer
        Of a run.
    flips : Flips
        What would turn its leads.
    doubts : Drivers, optional
        What its doubt is made of; left out without.
    """
    flips = without_withheld(answer, flips)
    made: dict[str, Any] = {
        "schema": SCHEMA,
        "version": answer.version,
        "data_vintage": answer.data_vintage.isoformat(),
        "as_of": answer.as_of.isoformat(),
        "known_by": answer.known_by.isoformat() if answer.known_by else None,
        "pair": list(answer.pair),
        "lens": answer.lens,
        "recipe": {"name": answer.recipe, "fingerprint": answer.recipe_fingerprint},
        "fingerprint": answer.fingerprint,
        "draws": answer.draws,
        "seed": answer.seed,
    }
    if doubts:
        made |= _doubts(answer, doubts)
    return made | {
        "tipping_weights": [_plain(it) for it in flips.turns],
        "weightings": [_weighting(it) for it in flips.weightings.values()],
        "tipping_values": [_plain(it) for it in flips.values],
        "least_effort": [_plain(it) for it in flips.efforts.values()],
        "swings": [_plain(it) for it in flips.swings],
    }


def without_withheld(answer: Answer, flips: Flips) -> Flips:
    """Leave out the figures whose terms keep them back, and what they would follow from; distances stay.

    Parameters
    ----------
    answer : Answer
        With the terms of each figure of the pair.
    flips : Flips
        What would turn its leads.
    """
    sides = [
        (row.code, side)
        for row in answer.indicators
        for side in zip(answer.pair, (row.a, row.b), strict=True)
    ]
    closed = {(code, economy) for code, (economy, side) in sides if not side.free}

    def kept(it: TippingValue) -> TippingValue:
        shut = (it.indicator, it.economy) in closed
        return dataclasses.replace(it, now=None, value=None) if shut else it

    def raised(effort: Effort) -> Effort:
        steps = (
            dataclasses.replace(it, now=None, to=math.nan) if (it.indicator, effort.economy) in closed else it
            for it in effort.raised
        )
        return dataclasses.replace(effort, raised=tuple(steps))

    def swung(it: Swing) -> Swing:
        shut = (it.indicator, it.economy) in closed
        return dataclasses.replace(it, low=math.nan, high=math.nan) if shut else it

    return dataclasses.replace(
        flips,
        values=tuple(map(kept, flips.values)),
        efforts={node: raised(effort) for node, effort in flips.efforts.items()},
        swings=tuple(map(swung, flips.swings)),
    )


def _doubts(answer: Answer, doubts: Drivers) -> dict[str, Any]:
    kinds = {
        "data": doubts.data,
        "data_without_bias": doubts.data_unbiased,
        "everything": doubts.everything,
        "everything_without_bias": doubts.everything_unbiased,
    }
    calls = {node: {"call": gap.call, "leader": gap.leader or None} for node, gap in answer.gap.items()}
    top = answer.nodes[0].code
    return {
        "measured_share": _rounded(answer.measured_share),
        "readings": {
            node: calls[node] | {name: _plain(by_node[node]) for name, by_node in kinds.items()}
            for node in doubts.data
        },
        "drivers": [
            {
                "group": it.group,
                "narrows_by": _rounded(doubts.narrower(it, top)),
                "without": {node: _plain(read) for node, read in it.readings.items()},
            }
            for it in doubts.drivers
        ],
        "ranks": {code: [_rounded(share) for share in shares] for code, shares in doubts.ranks.items()},
    }


def _weighting(it: Any) -> dict[str, Any]:  # noqa: ANN401 - a Weighting
    made: dict[str, Any] = _plain(it)
    return made | {"moved": _rounded(it.moved), "distance": _rounded(it.distance)}


def _plain(value: Any) -> Any:  # noqa: ANN401 - whatever a dataclass holds
    if dataclasses.is_dataclass(value):
        return {each.name: _plain(getattr(value, each.name)) for each in dataclasses.fields(value)}
    if isinstance(value, tuple):
        return [_plain(each) for each in value]
    return _rounded(value) if isinstance(value, float) else value


def _rounded(value: float | None) -> float | None:
    if value is None or not math.isfinite(value):
        return None
    return float(f"{value:.{DIGITS}g}") + 0.0


def as_json(answer: Answer, flips: Flips, doubts: Drivers | None = None) -> str:
    """Text of the document; the same answer gives the same bytes."""
    made = document(answer, flips, doubts)
    return json.dumps(made, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def as_csv(answer: Answer, flips: Flips, doubts: Drivers | None = None) -> str:
    """Long rows, one figure each."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(Row._fields)
    at = (answer.fingerprint[:12], answer.as_of.isoformat(), "-".join(answer.pair))
    told = without_withheld(answer, flips)
    parts = [*(_doubt_rows(answer, doubts) if doubts else ()), *_flip_rows(told)]
    for what, node, item, economy, measures in parts:
        for measure, value in measures.items():
            shown = _rounded(value) if isinstance(value, float) else value
            writer.writerow(
                "" if cell is None else cell for cell in Row(*at, what, node, item, economy, measure, shown)
            )
    return out.getvalue()


Part = tuple[str, str, str, str, "Mapping[str, float | str | None]"]


def _doubt_rows(answer: Answer, doubts: Drivers) -> Iterator[Part]:
    kinds = {
        "data": doubts.data,
        "data_without_bias": doubts.data_unbiased,
        "everything": doubts.everything,
        "everything_without_bias": doubts.everything_unbiased,
    }
    for node, gap in answer.gap.items():
        yield "call", node, "", gap.leader, {"call": gap.call}
        for name, by_node in kinds.items():
            yield "reading", node, name, "", _read(by_node[node])
    for it in doubts.drivers:
        for node, read in it.readings.items():
            yield "held", node, it.group, "", {"narrows_by": doubts.narrower(it, node)} | _read(read)
    top = answer.nodes[0].code
    for code, shares in doubts.ranks.items():
        yield "rank", top, "", code, {str(place): share for place, share in enumerate(shares, start=1)}


def _read(read: Reading) -> dict[str, float | str | None]:
    return {"ahead": read.ahead, "low": read.low, "high": read.high}


def _flip_rows(flips: Flips) -> Iterator[Part]:
    for turn in flips.turns:
        yield "tipping_weight", turn.of, turn.node, turn.leader, {"now": turn.now, "weight": turn.weight}
    for it in flips.weightings.values():
        yield "weightings", it.node, "", "", {"share": it.share, "moved": it.moved, "distance": it.distance}
        for k, child in enumerate(it.children):
            near = {name: each[k] for name, each in (("l1", it.nearest_l1), ("l2", it.nearest_l2)) if each}
            yield "weights", it.node, child, "", {"now": it.now[k], "gap": it.gaps[k]} | near
    for value in flips.values:
        measures = {"now": value.now, "turns_at": value.value, "goalpost": value.end, "ranges": value.ranges}
        yield "tipping_value", value.node, value.indicator, value.economy, measures
    for effort in flips.efforts.values():
        yield "least_effort", effort.node, "", effort.economy, {"total": effort.total}
        for each in effort.raised:
            measures = {"now": each.now, "to": each.to, "ranges": each.ranges}
            yield "least_effort", effort.node, each.indicator, effort.economy, measures
    for swing in flips.swings:
        ends = {
            "low": swing.low,
            "high": swing.high,
            "gap_at_low": swing.at_low,
            "gap_at_high": swing.at_high,
        }
        yield "swing", swing.node, swing.indicator, swing.economy, ends
