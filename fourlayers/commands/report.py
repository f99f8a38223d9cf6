"""`fourlayers report`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from fourlayers.command import FINE, say, show
from fourlayers.debate import shipped_for
from fourlayers.progress import progress
from fourlayers.request import answer, facts, request
from fourlayers.settings import read_settings
from fourlayers.writing import Kind, default_folder, prepared, write_report

from .options import AsOf, Cluster, Data, Draws, Economy, Flag, Home, Jobs, KnownBy, Lens, Out, Recipe, Seed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fourlayers.request import Request
    from indicators.facts import Facts
    from scoring.answer import Answer
    from scoring.questions.held import Run
    from scoring.questions.scenario.outcome import Outcome
    from scoring.questions.scenario.read import Read


def report(
    first: Economy = None,
    second: Economy = None,
    /,
    *,
    out: Out = None,
    home: Home = None,
    as_of: AsOf = None,
    known_by: KnownBy = None,
    lens: Lens = None,
    recipe: Recipe = None,
    data: Data = (),
    draws: Draws = None,
    seed: Seed = None,
    jobs: Jobs = None,
    cluster: Cluster = None,
    since: Annotated[
        Path | None, Parameter(help="score.json of an earlier report: page 1 says what moved since")
    ] = None,
    scenario: Annotated[
        tuple[str, ...],
        Parameter(
            help="scenario to run and to give a chapter; may be given more than once",
            negative=(),
            show_default=False,
        ),
    ] = (),
    brief: Annotated[bool, Parameter(help="only the report's first two pages, as brief.pdf"), Flag] = False,
    public: Annotated[
        bool, Parameter(help="nothing whose terms keep it from being passed on, or nothing at all"), Flag
    ] = False,
    parquet: Annotated[bool, Parameter(help="score.parquet besides score.csv (extra parquet)"), Flag] = False,
) -> int:
    """Write the PDF, all charts and the scores into one folder (default: out/usa-vs-chn)."""
    if parquet:
        from reports.parquet import needs_parquet

        needs_parquet("report --parquet")  # before the long part
    settings = read_settings()
    old, what_ifs = _earlier(since), _read(scenario)
    asked = request(
        settings,
        first,
        second,
        as_of=as_of,
        known_by=known_by,
        lens=lens,
        recipe=recipe,
        data=data,
        draws=draws,
        seed=seed,
        jobs=jobs,
        cluster=cluster,
        home=home,
    ).forking(given=jobs is not None or cluster is not None)
    if named := out or settings.out:
        prepared(named)  # before the long part: a folder that cannot be is said at once
    known = facts(asked)
    found = answer(asked)
    if old:
        _check(old, found)
    if asked.jobs > 1 or asked.cluster:
        _drawn(found, known, asked)
    outcomes = _run(what_ifs, asked, lens)
    folder = named or default_folder(found)
    say(f"writing to {folder}")
    kind = Kind(old, shipped_for(asked), outcomes, brief, public, parquet)
    with progress("charts, page and workbook") as told:
        written = write_report(found, known, folder, kind, told)
    show("\n".join(map(str, written)))
    return FINE


def _read(names: Sequence[str]) -> list[Read]:
    """Read scenarios before anything is computed."""
    if not names:
        return []
    from scoring.questions.scenario.read import read

    return [read(name) for name in names]


def _run(found: Sequence[Read], asked: Request, lens: Lens) -> tuple[Outcome, ...]:
    """Check all scenarios, then run each against its baseline."""
    if not found:
        return ()
    from scoring.questions.scenario.run import checked, run_scenario

    from .scenario import started

    begin = started(asked, lens, None)
    for each in found:
        checked(each, begin)
    with progress("scenarios") as told:
        return tuple(run_scenario(each, begin, told if len(found) == 1 else None) for each in found)


def _drawn(found: Answer, known: Facts, asked: Request) -> None:
    """Draw what the charts ask for by jobs or a cluster; it is kept with the facts, where they find it."""
    from scoring.robustness import ranks, shares

    with progress("draws of the charts") as told:
        shares(found, known, work=asked.work(), told=told)
    ranks(found, known, asked.work())


def _check(old: Run, found: Answer) -> None:
    """Refuse an earlier run of another question before anything is drawn."""
    from scoring.questions.diff import comparable
    from scoring.questions.held import held

    comparable(old, held(found))


def _earlier(path: Path | None) -> Run | None:
    """Read an earlier run before anything is computed, or written over it."""
    if path is None:
        return None
    from reports.kept import read_run

    return read_run(path)
