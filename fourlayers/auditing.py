"""The public function `audit`: every check of the shipped index, or of a scored table."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from indicators.fault import UsageError, unknown

from .request import Request, facts

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from indicators.facts import Facts
    from scoring.analysis.audit import Check
    from scoring.answer import Answer
    from scoring.index.engine import Levels, Plan
    from scoring.index.result import Result


class Audit(NamedTuple):
    """What was audited, and every check."""

    title: str
    checks: tuple[Check, ...]

    def __str__(self) -> str:
        from .screens.audit import audit_screen

        return audit_screen(self)

    def _repr_html_(self) -> str:
        from .screens.audit import RULE
        from .shown.html import table

        rows = [
            (it.check, it.node, with_interval(it), it.verdict, it.says, it.todo)
            for it in self.checks
            if it.verdict != "for information"
        ]
        head = ("check", "where", "figure and interval", "verdict", "finding", "what to do")
        return table(head, rows, self.title, [RULE])


def with_interval(check: Check) -> str:
    """Write the figure of a check with its interval, where it rests on a sample."""
    if check.value is None:
        return ""
    inside = "" if check.low is None or check.high is None else f" ({check.low:.2f} to {check.high:.2f})"
    return f"{check.value:.2f}{inside}"


def audit(
    result: Result | None = None, pair: Sequence[str] | None = None, *, facts: Facts | None = None
) -> Audit:
    """Check an index as its builder would.

    Parameters
    ----------
    result : Result, optional
        A scored table; without one the shipped framework on the shipped facts.
    pair : two of str, optional
        Units whose gap is looked at. Of a table none by default, of the shipped framework USA and CHN.
    facts : Facts, optional
        Facts for the shipped framework.

    Returns
    -------
    Audit
        A title, and of every check its value, interval, threshold, verdict, finding and what to do.

    Raises
    ------
    UsageError
        If a unit is not known, or a pair is not two different units.
    """
    if result is not None:
        return audited_table(result, tuple(pair) if pair is not None else ())
    from .request import facts as read

    asked = Request() if pair is None else Request(pair=_two(tuple(pair)))
    return audited(asked, facts if facts is not None else read(asked))


def audited(asked: Request, known: Facts | None = None) -> Audit:
    """Audit the index and the pair that a request names."""
    from indicators.economies import resolve
    from layers.application_ecosystem.pair import for_pair
    from scoring.index.engine import plan
    from scoring.index.recipe import read_recipe

    known = facts(asked) if known is None else known
    first, second = (resolve(word, known.units) for word in asked.pair)
    _two((first, second))
    known = for_pair(known, (first, second))
    p = plan(known, read_recipe(asked.recipe, asked.data).through(asked.lens))
    names = " and ".join(known.units[code].short for code in (first, second))
    title = f"Audit of {p.framework.title}: {names}, state of {known.date}"
    return Audit(title, _every(known, p, (first, second)))


def checks_of(answer: Answer, known: Facts) -> tuple[Check, ...]:
    """Audit the index and the pair of an answer, on the facts that it was computed from."""
    from layers.application_ecosystem.pair import for_pair
    from scoring.robustness import planned

    return _every(for_pair(known, answer.pair), planned(answer, known), answer.pair)


def _every(known: Facts, p: Plan, pair: tuple[str, str]) -> tuple[Check, ...]:
    from scoring.analysis.sources import source_audit
    from scoring.analysis.subject import subject
    from scoring.index.engine import run
    from scoring.view import View

    nominal = run(p)
    view = View(known, p, nominal, pair)
    return (
        *_checks(p, nominal, view.places, known.date.toordinal()),
        *source_audit(view, subject(p, nominal)),
    )


def audited_table(result: Result, pair: tuple[str, ...]) -> Audit:
    """Audit a scored table, and two of its units where they are named."""
    from scoring.analysis.subject import counted

    p = result.plan
    # of a panel the latest year: a unit may be named with it or without
    names = {p.grid.units[i]: int(i) for i in counted(p)}
    if p.grid.time is not None:
        names |= {str(result.index[i][0]): int(i) for i in counted(p)}
    places = []
    for unit in _two(pair) if pair else ():
        if unit not in names:
            raise unknown("unit", unit, names)
        places.append(names[unit])
    named = f": {' and '.join(pair)}" if pair else ""
    checks = tuple(_checks(p, result.levels, tuple(places), None))
    return Audit(f"Audit of {p.framework.title}{named}, recipe {p.recipe.name}", checks)


def _checks(p: Plan, nominal: Levels, places: tuple[int, ...], today: int | None) -> Iterator[Check]:
    """Run what every index has: its tables, its league, and a pair where there is one."""
    from scoring.analysis.audit import audit as checked
    from scoring.analysis.league import league_audit
    from scoring.analysis.pair import Pair, pair_audit
    from scoring.analysis.subject import subject

    s = subject(p, nominal)
    yield from checked(s)
    yield from league_audit(p, nominal, s)
    if places:
        yield from pair_audit(Pair(p, nominal, s, places[0], places[1], today))


def _two(pair: tuple[str, ...]) -> tuple[str, str]:
    if len(pair) != 2 or pair[0] == pair[1]:
        message = f"a pair needs two different units, found {' and '.join(pair) or 'none'}"
        raise UsageError(message)
    return pair[0], pair[1]
