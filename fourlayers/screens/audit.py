"""The screen of `audit`: what was checked, what to mind and what to do about it."""

from __future__ import annotations

import math
from dataclasses import asdict
from itertools import groupby
from typing import TYPE_CHECKING, Final

from scoring.analysis.audit import tally

from .layout import blocks, padded, wrapped

if TYPE_CHECKING:
    from fourlayers.auditing import Audit
    from scoring.analysis.audit import Check

RULE: Final = (
    "What rests on a sample of units is flagged only where its 90 % interval lies beyond the threshold; "
    "counts of the table itself, such as coverage, are held against it as they are."
)
FEW: Final = 4
"""Findings shown of one check unless all are asked for."""
VERDICTS: Final = ("mind", "cannot tell", "fine", "for information")
WIDTHS: Final = (24, 10, 14, 10, 16)


def audit_screen(audit: Audit, *, everything: bool = False) -> str:
    """Count by check, then list the findings to mind, or all of them."""
    title, checks = audit
    counted = [padded(["", *VERDICTS], WIDTHS)]
    counted += [
        padded([name, *(str(found.get(verdict, "")) for verdict in VERDICTS)], WIDTHS)
        for name, found in tally(tuple(checks)).items()
    ]
    shown = checks if everything else [check for check in checks if check.verdict == "mind"]
    parts = [
        _findings(name, list(found), everything=everything)
        for name, found in groupby(shown, lambda it: it.check)
    ]
    way = "fourlayers audit --all   every check; --format md or json for a document"
    return blocks([[title], wrapped(RULE, ""), counted, *parts, *([] if everything else [[way]])])


def _findings(name: str, found: list[Check], *, everything: bool) -> list[str]:
    lines = [name[0].upper() + name[1:]]
    for check in found if everything else found[:FEW]:
        lines += wrapped(
            f"{check.node}: {check.says}{f' [{check.verdict}]' if everything else ''}", "  ", "    "
        )
    left = 0 if everything else len(found) - FEW
    if left > 0:
        others = ", ".join(check.node for check in found[FEW:])
        lines += wrapped(f"and {left} more: {others}", "  ", "    ")
    todo = sorted({check.todo for check in found if check.todo})
    return [*lines, *(line for each in todo for line in wrapped(f"-> {each}", "  ", "     "))]


def as_markdown(audit: Audit) -> str:
    """Every check as tables of a document."""
    title, checks = audit
    lines = [f"# {title}", "", RULE, ""]
    lines += ["| check | " + " | ".join(VERDICTS) + " |", "|---" * (len(VERDICTS) + 1) + "|"]
    for name, found in tally(tuple(checks)).items():
        lines.append(f"| {name} | " + " | ".join(str(found.get(it, "")) for it in VERDICTS) + " |")
    for name, group in groupby(checks, lambda it: it.check):
        lines += [
            "",
            f"## {name[0].upper()}{name[1:]}",
            "",
            "| where | value | interval | finding | verdict | what to do |",
            "|---|---|---|---|---|---|",
        ]
        lines += [
            f"| {it.node} | {_figure(it.value)} | {_interval(it)} | {it.says} | {it.verdict} | {it.todo} |"
            for it in group
        ]
    return "\n".join(lines) + "\n"


def _figure(value: float | None) -> str:
    return "" if value is None else f"{value:.2f}"


def _interval(check: Check) -> str:
    if check.low is None or check.high is None:
        return ""
    return f"{check.low:.2f} to {check.high:.2f}"


def _known(value: object) -> object:
    """Give nothing for a figure that is none, as where there are no data to take it from."""
    return None if isinstance(value, float) and not math.isfinite(value) else value


def as_json(audit: Audit) -> str:
    """Every check as a document for programs."""
    import json

    content = {
        "schema": "fourlayers/audit/1",
        "title": audit.title,
        "checks": [{name: _known(it) for name, it in asdict(each).items()} for each in audit.checks],
    }
    return json.dumps(content, indent=1, ensure_ascii=False, allow_nan=False)
