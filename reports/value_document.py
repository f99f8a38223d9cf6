"""The value account as a document for other programs: JSON with a version, and long rows as CSV."""

from __future__ import annotations

import csv
import io
import json
import math
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from scoring.questions.value.quantity import Parameter, ends

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scoring.questions.value.account import Line, Stage
    from scoring.questions.value.capture import ValueCapture
    from scoring.questions.value.dollar import Dollar
    from scoring.questions.value.market import Market
    from scoring.questions.value.quantity import Ends, Floats

SCHEMA: Final = "fourlayers/value-capture/1"
DECIMALS: Final = 4


class Row(NamedTuple):
    """One long row."""

    part: str
    name: str
    economy: str
    measure: str
    unit: str
    value: float | None
    low: float | None
    high: float | None
    basis: str
    source: str


def document(made: ValueCapture) -> dict[str, Any]:
    """Document of the account by the schema `fourlayers/value-capture/1`.

    Returns
    -------
    dict
        Money in US$ bn, cents of a dollar, shares 0 to 1, rounded to four decimals; a triple is median, 5
        and 95 % (for the router: median, least and most); null is unknown, not zero. What a source forbids to
        pass on (the router's own figures by maker and model) is not in it.
    """
    return {
        "schema": SCHEMA,
        "pair": list(made.pair),
        "home": made.home,
        "as_of": made.state,
        "account": {"name": made.account.name, "year": made.account.year, "title": made.account.title},
        "stages": [_stage(stage) for stage in made.stages],
        "pooled": _pool(made),
        "margins": [
            {
                "stage": step.stage,
                "margin": _round(step.margin),
                "least": _round(step.low),
                "most": _round(step.high),
                "companies": step.companies,
            }
            for step in made.gradient
        ],
        "dollars": [_dollar(*each) for each in zip(made.dollars, made.turns, strict=True)],
        "router": _router(made.market) if made.market else None,
        "world": {
            "tokens_first_over_second": _round(made.world.ratio),
            "definition": made.world.definition or None,
            "figures": [row["fact"] for row in made.world.figures],
        },
        "roles": [
            {"role": it.role, "economy": it.economy or None, "statement": it.statement, "value": it.value}
            | {"low": it.low, "high": it.high, "unit": it.unit, "date": it.date, "source": it.source}
            | {"one_definition_for_both": it.comparable}
            for it in made.roles
        ],
        "levers": [
            {
                "lever": pull.lever.name,
                "measured_by": pull.lever.what,
                "share_of_first": _triple(pull.score),
                "turning_elasticity": _round(pull.turning),
                "mind": pull.lever.mind,
            }
            for pull in made.levers
        ],
        "elasticity": made.elasticity,
        "assumptions": list(made.assumptions()),
    }


def _stage(stage: Stage) -> dict[str, Any]:
    return {
        "stage": stage.name,
        "revenue_held_usd_bn": _round(stage.held),
        "revenue_of_stage_usd_bn": _round(stage.whole),
        "coverage": _triple(stage.coverage),
        "shares_of_revenue": {code: _round(share) for code, share in stage.shares().items()},
        "gains_usd_bn": _triple(stage.gains()),
        "losses_usd_bn": _triple(stage.losses()),
        "companies": [_line(line) for line in stage.lines],
        "undisclosed": [it.model_dump() for it in stage.undisclosed],
    }


def _line(line: Line) -> dict[str, Any]:
    return {
        "company": line.company,
        "economy": line.economy,
        "period": line.period,
        "revenue_usd_bn": _round(line.revenue),
        "ai_share": _triple(line.share),
        "ai_share_basis": line.ai_basis,
        "ai_share_known": line.stated,
        "operating_margin": _triple(line.margin),
        "margin_basis": line.margin_basis,
        "operating_profit_usd_bn": _drawn(line.whole),
        "profit_from_ai_usd_bn": _drawn(line.profit) if line.counted else None,
        "file": line.file,
        "row": line.row,
        "source": line.source,
    }


def _pool(made: ValueCapture) -> dict[str, Any]:
    pool = made.pool
    return {
        "gains_usd_bn": _triple(pool.gains),
        "losses_usd_bn": _triple(pool.losses),
        "companies_counted": pool.counted,
        "companies_or_groups_unknown": pool.unknown,
        "coverage": {name: _triple(share) for name, share in pool.coverage.items()},
        "stages_without_total": list(pool.without_total),
        "economies": [
            {
                "economy": it.economy,
                "gains_usd_bn": _triple(it.gains),
                "losses_usd_bn": _triple(it.losses),
                "share_of_gains": _triple(it.share),
                "room": [_round(each) for each in it.room],
            }
            for it in pool.economies
        ],
    }


def _dollar(dollar: Dollar, turn: float | None) -> dict[str, Any]:
    return {
        "case": dollar.case.name,
        "title": dollar.case.title,
        "paid_in": dollar.user,
        "home": dollar.home,
        "not_modelled": dollar.case.not_modelled,
        "owners_cents": _by(dollar.kept_by()),
        "other_costs_cents": _by(dollar.costs_in()),
        "investors_cents": _by(dollar.put_in_by()),
        "stays_cents": _by(dollar.stays_in()),
        "flows": [
            {"from": flow.source, "to": flow.target, "mean_cents": _round(flow.cents[0])}
            | {"low": _round(flow.cents[1]), "high": _round(flow.cents[2])}
            for flow in dollar.flows()
        ],
        "numbers": [
            {"name": name, "value": _round(it.value), "low": _round(it.low), "high": _round(it.high)}
            | {"shape": it.shape, "assumed": it.assumed, "source": it.source}
            for name, it in dollar.case.numbers()
            if isinstance(it, Parameter)
        ],
        "turning_elasticity": _round(turn),
    }


def _router(market: Market) -> dict[str, Any]:
    return {
        "readings": len(market.readings),
        "from": str(min(reading.day for reading in market.readings)),
        "to": str(max(reading.day for reading in market.readings)),
        "hosts": market.hosts,
        "hosts_with_known_economy": market.placed,
        "economies": [
            {
                "economy": it.economy,
                "share_of_tokens": _triple(it.tokens),
                "share_of_money": _triple(it.dollars),
                "capture_ratio": _triple(it.ratio),
                "share_of_money_by_host": _triple(it.by_host),
            }
            for it in market.economies
        ],
    }


def _by(held: dict[str, Ends]) -> dict[str, list[float | None] | None]:
    return {code: _triple(each) for code, each in held.items()}


def _drawn(draws: Floats | None) -> list[float | None] | None:
    return None if draws is None else _triple(ends(draws))


def _triple(each: Ends | None) -> list[float | None] | None:
    return None if each is None else [_round(value) for value in each]


def _round(value: float | None) -> float | None:
    return None if value is None or not math.isfinite(value) else round(value, DECIMALS) + 0.0


def as_json(made: ValueCapture) -> str:
    """Write the document, two spaces to a level, with a newline at its end."""
    return json.dumps(document(made), indent=2, ensure_ascii=False) + "\n"


def rows(made: ValueCapture) -> Iterator[Row]:
    """Give the account in long rows: one measure of one company, economy, flow or lever each."""
    for stage in made.stages:
        yield from _stage_rows(stage)
    for found in made.pool.economies:
        at = ("pooled", "", found.economy)
        basis = f"{made.pool.counted} companies counted, {made.pool.unknown} unknown"
        yield _row(at, "share of gains", "share", found.share, basis, "")
        room = (found.share[0], *found.room)
        yield _row(at, "share of gains with room for missing firms", "share", room, basis, "")
    for dollar in made.dollars:
        yield from _dollar_rows(dollar)
    for captured in made.market.economies if made.market else ():
        at, told = ("router", "", captured.economy), "least to most of readings"
        yield _row(at, "share of tokens", "share", captured.tokens, told, "router.csv")
        yield _row(at, "share of money", "share", captured.dollars, told, "router.csv")
        yield _row(at, "capture ratio", "ratio", captured.ratio, told, "router.csv")
    for pull in made.levers:
        at = ("lever", pull.lever.name, made.pair[0])
        yield _row(at, "share of the pair", "%", pull.score, pull.lever.what, "")


def _stage_rows(stage: Stage) -> Iterator[Row]:
    part = f"stage {stage.name}"
    for line in stage.lines:
        at, where = (part, line.company, line.economy), f"{line.file}, row {line.row}"
        yield _row(at, "AI share", "share", line.share, line.ai_basis, where)
        yield _row(at, "operating margin", "share", line.margin, line.margin_basis, where)
        profit = ends(line.profit) if line.counted and line.profit is not None else None
        yield _row(at, "profit from AI", "US$ bn", profit, "" if profit else "unknown", where)
    for it in stage.undisclosed:
        yield _row((part, it.company, it.economy), "profit from AI", "US$ bn", None, f"unknown: {it.why}", "")
    told = "no total stated" if stage.coverage is None else ""
    yield _row((part, "", ""), "coverage", "share", stage.coverage, told, "value_stages.csv")


def _dollar_rows(dollar: Dollar) -> Iterator[Row]:
    part = f"dollar {dollar.case.name}"
    ways = (
        ("owners", "received", dollar.kept_by()),
        ("other costs", "received", dollar.costs_in()),
        ("investors", "put in", dollar.put_in_by()),
        ("all", "stays", dollar.stays_in()),
    )
    for name, measure, held in ways:
        for code, each in held.items():
            yield _row((part, name, code), measure, "cents", each, "", "")


def _row(
    at: tuple[str, str, str], measure: str, unit: str, each: Ends | None, basis: str, source: str
) -> Row:
    value, low, high = each or (None, None, None)
    return Row(*at, measure, unit, _round(value), _round(low), _round(high), basis, source)


def as_csv(made: ValueCapture) -> str:
    """Write the long rows as CSV; an empty cell is unknown."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(Row._fields)
    writer.writerows(["" if cell is None else cell for cell in row] for row in rows(made))
    return out.getvalue()
