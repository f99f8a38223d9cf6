"""`fourlayers report`."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from fourlayers.command import FINE, say, show
from fourlayers.debate import shipped_for
from fourlayers.progress import progress
from fourlayers.request import answer, facts, request
from fourlayers.settings import read_settings
from fourlayers.writing import Kind, clear, default_folder, write_report

from .options import AsOf, Cluster, Data, Draws, Economy, Flag, Home, Jobs, KnownBy, Lens, Out, Recipe, Seed

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from fourlayers.request import Request
    from indicators.facts import Facts
    from scoring.answer import Answer
    from scoring.questions.held import Run
    from scoring.questions.scenario.outcome import Outcome
    from scoring.questions.scenario.read import Read

Since = Annotated[
    Path | None, Parameter(help="score.json of an earlier report: page 1 says what moved since")
]
Scenarios = Annotated[
    tuple[str, ...],
    Parameter(
        help="scenario to run and to give a chapter; may be given more than once",
        negative=(),
        show_default=False,
    ),
]
Brief = Annotated[bool, Parameter(help="only the report's first two pages, as brief.pdf"), Flag]
Public = Annotated[
    bool, Parameter(help="nothing whose terms keep it from being passed on, or nothing at all"), Flag
]
Parquet = Annotated[bool, Parameter(help="score.parquet besides score.csv (extra parquet)"), Flag]


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
    since: Since = None,
    scenario: Scenarios = (),
    brief: Brief = False,
    public: Public = False,
    parquet: Parquet = False,
) -> int:
    """Write the PDF, all charts and the scores into one folder (default: out/usa-vs-chn)."""
    if parquet:
        from reports.parquet import needs_parquet

        needs_parquet("report --parquet")  # before the long part
    settings = read_settings()
    old = _earlier(since)
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
    kind = Kind(old, shipped_for(asked), (), brief, public, parquet)
    return _report(asked, kind, out or settings.out, _runs(_read(scenario, asked), asked, lens))


def _report(asked: Request, kind: Kind, named: Path | None, run: Callable[[], tuple[Outcome, ...]]) -> int:
    """Answer, run scenarios, write; what can be refused is refused before the long part."""
    if named:
        clear(named)
    known = facts(asked)
    found = answer(asked, known)
    if kind.old:
        _check(kind.old, found)
    if asked.jobs > 1 or asked.cluster:
        _drawn(found, known, asked)
    kind = replace(kind, scenarios=run())
    folder = named or default_folder(found)
    say(f"writing to {folder}")
    with progress("charts, page and workbook") as told:
        written = write_report(found, known, folder, kind, told)
    show("\n".join(map(str, written)))
    return FINE


def _read(names: Sequence[str], asked: Request) -> list[Read]:
    """Read scenarios, shipped or of folders of the user's own, before anything is computed."""
    if not names:
        return []
    from scoring.questions.scenario.read import read

    from .scenario import called

    return [read(name) for name in called(names, asked.data)]


def _runs(found: Sequence[Read], asked: Request, lens: Lens) -> Callable[[], tuple[Outcome, ...]]:
    """Check all scenarios now; give what runs each against its baseline."""
    if not found:
        return tuple
    from scoring.questions.scenario.run import checked, run_scenario

    from .scenario import started

    begin = started(asked, lens, None)
    for each in found:
        checked(each, begin)

    def run() -> tuple[Outcome, ...]:
        with progress("scenarios") as told:
            alone = told if len(found) == 1 else None
            return tuple(run_scenario(each, begin, alone) for each in found)

    return run


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
