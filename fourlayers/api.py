"""The public functions: load, score, compare, explain, claims, chart, report."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from indicators.facts import Facts
from indicators.facts import load as _load
from indicators.fault import UsageError, unknown

from . import summary
from .nodes import find_node
from .request import Request, compute, day
from .request import answer as _answer
from .shown.answer import Comparison, Shown
from .shown.claims import Claims
from .shown.files import ChartFiles, ReportFiles, Text
from .shown.value import ShownCapture

if TYPE_CHECKING:
    from collections.abc import Sequence

    from indicators.schema import Lens
    from scoring.answer import Answer

Day = str | date | None


def load(*folders: str | Path, as_of: Day = None, known_by: Day = None) -> Facts:
    """Read the shipped facts and those of further folders.

    Parameters
    ----------
    *folders : str or Path
        Folders with pairs of TOML and CSV; a pair of the same name replaces the shipped one.
    as_of, known_by : str or date, optional
        State of the world on a day; only what had been published by a day. A text may be `2026`, `2026-Q2`,
        `2026-06` or `2026-06-30`.

    Raises
    ------
    DataError
        With every fault of every file.
    UsageError
        If a day is none.
    """
    return _load(folders, as_of=_day("as_of", as_of), known_by=_day("known_by", known_by))


def score(  # noqa: PLR0913 - as many as the command line has options
    facts: Facts | None = None,
    pair: Sequence[str] = summary.PAIR,
    *,
    lens: Lens = "scale",
    recipe: str | Path = "default",
    draws: int = summary.DRAWS,
    seed: int = summary.SEED,
    home: str = "",
) -> Answer:
    """Score all economies and compare a pair.

    Parameters
    ----------
    facts : Facts, optional
        The shipped ones by default.
    pair : two of str
        Codes, names or aliases.
    lens : {"scale", "intensity"}
        What an economy commands, or how much of it per head or output.
    recipe : str or Path
        Name of a shipped recipe, or a file.
    draws, seed : int
        Draws of each of the two readings; 0 gives no ranges.
    home : str
        Economy whose place is shown beside the pair.

    Returns
    -------
    Answer
        Scores are 0 to 100, shares 0 to 1; the last line of a notebook cell shows it as a table.

    Raises
    ------
    UsageError, DataError
        If it cannot be answered as it stands.
    """
    if isinstance(pair, str) or len(pair) != 2:
        message = f'a pair needs two economies, such as ("USA", "CHN"); found {pair!r}'
        raise UsageError(message)
    asked = Request((pair[0], pair[1]), None, None, lens, str(recipe), (), draws, seed, home)
    found = compute(asked, facts) if facts is not None else _answer(asked)
    return Shown(**vars(found))


def compare(
    pair: Sequence[str] = summary.PAIR,
    node: str = "overall",
    *,
    facts: Facts | None = None,
    answer: Answer | None = None,
) -> Comparison:
    """Say what the gap of a pair at a node is made of.

    Parameters
    ----------
    pair : two of str
        Codes, names or aliases; not needed with `answer`.
    node : str
        `overall`, a layer or a pillar; a unique tail is enough.
    facts : Facts, optional
        The shipped ones by default.
    answer : Answer, optional
        Of an earlier `score`, which is then not run again.

    Returns
    -------
    Comparison
        The gap with its range and call, and the points of every indicator, which add up to it.
    """
    found = answer or score(facts, pair)
    code = find_node(node, found)
    if code not in found.gap:
        message = f"{node!r} is an indicator; compare takes overall, a layer or a pillar"
        raise UsageError(message)
    return Comparison(found, code)


def explain(economy: str, node: str, *, facts: Facts | None = None) -> Text:
    """Walk from a score back to the rows of the data, as text of at most 80 columns."""
    from .explaining import explained

    return Text(explained(Request(), economy, node, facts))


def claims(facts: Facts | None = None) -> Claims:
    """Test the claims of the debate at the date of the facts; without facts, those that ship."""
    from . import debate

    shipped = debate.read() if facts is None else None
    if shipped:
        return Claims(shipped.claims, shipped.when)
    from scoring.questions.claims import claims as tested

    known = facts or load()
    return Claims(tested(known), known.date)


def value_capture(
    pair: Sequence[str] = summary.PAIR,
    *,
    facts: Facts | None = None,
    home: str = "",
    cases: Sequence[str | Path] = (),
    account: str | Path = "2025",
) -> ShownCapture:
    """Work out who keeps the money: profit by stage, the way of a dollar, tokens against money, levers.

    Parameters
    ----------
    pair : two of str
        Codes, names or aliases of economies.
    facts : Facts, optional
        The shipped ones by default.
    home : str
        Economy in which the dollar is paid; the first of the pair by default.
    cases : sequence of str or Path
        Names of shipped cases or TOML files; every shipped case by default.
    account : str or Path
        Account of a year: its name or a TOML file.

    Raises
    ------
    UsageError, DataError
        If it cannot be answered as it stands.
    """
    from scoring.questions.value.capture import value_capture as worked_out

    if isinstance(pair, str) or len(pair) != 2:
        message = f'a pair needs two economies, such as ("USA", "CHN"); found {pair!r}'
        raise UsageError(message)
    known = facts or load()
    made = worked_out(known, (pair[0], pair[1]), home=home or pair[0], cases=cases, account=account)
    return ShownCapture(**vars(made), names={code: unit.short for code, unit in known.units.items()})


def report(
    answer: Answer | None = None,
    out: str | Path | None = None,
    *,
    facts: Facts | None = None,
    parquet: bool = False,
) -> ReportFiles:
    """Write the PDF, all charts and the scores.

    Parameters
    ----------
    answer : Answer, optional
        What is reported; the shipped facts about USA and CHN by default.
    out : str or Path, optional
        Folder; `out/usa-vs-chn` by default, with the codes of the pair.
    facts : Facts, optional
        What the answer was computed from, if not the shipped facts.
    parquet : bool
        Whether the long rows are written as Parquet too (extra ``parquet``).

    Returns
    -------
    list of Path
        The files; a notebook shows where they are.
    """
    from . import debate
    from .writing import Kind, default_folder, write_report

    found = answer or score(facts)
    shipped = None if facts or found.known_by else debate.read()
    tested = shipped.claims if shipped and shipped.when == found.as_of else None
    folder = Path(out) if out else default_folder(found)
    known = facts or _same_clocks(found)
    return ReportFiles(write_report(found, known, folder, Kind(claims=tested, parquet=parquet)))


def chart(  # noqa: PLR0913 - as many as the command line has options
    name: str,
    answer: Answer | None = None,
    out: str | Path = "out",
    *,
    facts: Facts | None = None,
    size: str = "page",
    title: str | None = None,
    formats: Sequence[str] | None = None,
) -> ChartFiles:
    """Write one chart; a notebook shows it.

    Parameters
    ----------
    name : str
        Of `fourlayers chart list`, except `scenario`, which is of a run: `run(...)` writes it.
    answer, out, facts
        As in `report`; the folder is `out` by default.
    size : {"page", "slide", "square"}
        Shape of the sheet.
    title : str, optional
        In place of the finding.
    formats : sequence of str, optional
        Of png, svg, pdf, csv, full (the values behind it) and txt; all but pdf by default.

    Raises
    ------
    UsageError
        If there is no such chart, size or format, or the title cannot be drawn.
    """
    from reports.charts import FORMATS, look

    from .writing import CHART_FORMATS, write_chart

    how = look(size, title)
    for kind in formats or ():
        if kind not in FORMATS:
            raise unknown("format", kind, FORMATS)
    found = answer or score(facts)
    known = facts or _same_clocks(found)
    return ChartFiles(write_chart(name, found, known, Path(out), how, formats or CHART_FORMATS))


def _same_clocks(answer: Answer) -> Facts:
    return _load(as_of=answer.as_of, known_by=answer.known_by)


def _day(name: str, when: Day) -> date | None:
    return when if isinstance(when, date) else day(name, when)
