"""The chapter on the audit: what the checks of our own index flag, with what to do about it."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Final

from reports.wording import percent, plural, upper_first
from scoring.analysis.audit import tally

from .chapters import AuditChapter, Grid
from .pieces import Labelled

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from scoring.analysis.audit import Check
    from scoring.answer import Answer

VERDICTS: Final = ("mind", "cannot tell", "fine", "for information")
NAMED: Final = 4
"""Findings of one check that are told in full; the others are named."""
RULE: Final = (
    "The checks that a builder of indices makes, made on this one. What rests on a sample of economies is "
    "flagged only where its whole 90 % interval lies beyond the threshold; counts of the table are held "
    "against it as they are. Of a hundred checks of nothing but noise about five are flagged."
)


def audit_chapter(answer: Answer, checks: Sequence[Check]) -> AuditChapter | None:
    """Write the chapter; None where nothing was checked."""
    if not checks:
        return None
    names = {row.code: row.short for row in answer.indicators}
    names |= {node.code: node.title for node in answer.nodes}
    minded = [check for check in checks if check.verdict == "mind"]
    groups = [(name, list(found)) for name, found in groupby(minded, lambda check: check.check)]
    return AuditChapter(
        finding=_finding(checks, groups),
        rule=RULE,
        tally=_tally(checks),
        flagged=tuple(
            Labelled(f"{upper_first(name)} ({len(found)})", _told(found, names)) for name, found in groups
        ),
    )


def _finding(checks: Sequence[Check], groups: Sequence[tuple[str, list[Check]]]) -> str:
    flagged = sum(len(found) for _, found in groups)
    if not flagged:
        return f"None of {len(checks)} checks flags anything."
    name, most = max(groups, key=lambda group: len(group[1]))
    share = percent(len(most) / flagged)
    verb = "flags" if flagged == 1 else "flag"
    rest = f"; {share} of them in one check, {name}" if len(groups) > 1 else f", in one check, {name}"
    return f"{upper_first(plural(flagged, 'check'))} of {len(checks)} {verb} something to mind{rest}."


def _tally(checks: Sequence[Check]) -> Grid:
    counted = tally(tuple(checks))
    rows = tuple(
        (upper_first(name), *(str(found.get(verdict, "")) for verdict in VERDICTS))
        for name, found in counted.items()
    )
    return Grid(("Check", "To mind", "Cannot tell", "Fine", "For information"), rows)


def _told(found: Sequence[Check], names: Mapping[str, str]) -> str:
    """Tell the findings furthest from their threshold in full, name the others, and say what to do."""
    order = sorted(found, key=lambda check: -_beyond(check))
    parts = [f"{_where(check.node, names)}: {check.says.rstrip('.')}" for check in order[:NAMED]]
    rest = [_where(check.node, names) for check in order[NAMED:]]
    more = f" Also: {'; '.join(rest)}." if rest else ""
    todo = list(dict.fromkeys(upper_first(check.todo.rstrip(".")) for check in found if check.todo))
    return f"{'; '.join(parts)}.{more}" + "".join(f" To do: {each}." for each in todo)


def _beyond(check: Check) -> float:
    """Distance from the threshold; what has none stands last."""
    if check.value is None or check.threshold is None:
        return -1.0
    return abs(check.value - check.threshold)


def _where(node: str, names: Mapping[str, str]) -> str:
    """Name an indicator or node, or a pair of them, as elsewhere in the report."""
    return " and ".join(names.get(part, part.replace("_", " ")) for part in node.split(" - "))
