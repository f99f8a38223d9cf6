"""`fourlayers scenario`: what if, and at what size."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, TypeVar

from cyclopts import App, Parameter

from fourlayers.command import FINE, quiet_app, say, show
from fourlayers.own_data import in_force, named
from fourlayers.progress import progress
from fourlayers.request import facts, request
from fourlayers.settings import read_settings
from fourlayers.writing import clear
from indicators.fault import UsageError

from .options import AsOf, Cluster, Data, Draws, Jobs, KnownBy, Lens, Out, Recipe, Seed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from fourlayers.request import Request
    from scoring.doubt.work import Work
    from scoring.questions.scenario.outcome import Outcome
    from scoring.questions.scenario.read import Read
    from scoring.questions.scenario.run import Start

T = TypeVar("T")
app: App = quiet_app("scenario", "what if: dated changes, run against a baseline")
Names = Annotated[
    tuple[str, ...], Parameter(help="scenarios: a shipped name, a file, or several as A+B", negative=())
]
Pair = Annotated[
    tuple[str, str] | None, Parameter(name="--pair", help="two economies, such as USA CHN", negative=())
]
Base = Annotated[
    Literal["hold", "trend"] | None,
    Parameter(help="what is not changed stays (hold) or goes on (trend); by default as the record allows"),
]
Format = Annotated[
    Literal["table", "json", "csv"], Parameter(name="--format", help="a screen, a document, or long rows")
]


GridOption = Annotated[
    Path | None, Parameter(name="--grid", help="file that varies numbers of a scenario; writes Parquet")
]


@app.command(name="list", help="the scenarios that come with the project, and those of your folders")
def list_(*, data: Data = ()) -> int:
    """List the shipped scenarios, then those in `scenarios/` of folders of one's own."""
    from fourlayers.own_data import held
    from fourlayers.screens.scenario import list_screen
    from scoring.questions.scenario.read import read, shipped

    folders = in_force(data, read_settings())
    own = called(held("scenarios", folders), folders)
    show(list_screen([read(name) for name in (*shipped(), *own)]))
    return FINE


def called(names: Sequence[str], folders: Sequence[Path]) -> list[str]:
    """Find scenarios that stand in folders of the user's own."""
    from scoring.questions.scenario.read import FOLDER

    return named(names, "scenarios", FOLDER, folders)


@app.command(name="show", help="one scenario: its question, changes, sources, and what it leaves out")
def show_(name: Annotated[str, Parameter(help="name or file")], /, *, data: Data = ()) -> int:
    """Show one scenario in full."""
    from fourlayers.screens.scenario import show_screen
    from scoring.questions.scenario.read import read

    show(show_screen(read(called([name], in_force(data, read_settings()))[0])))
    return FINE


@app.command(name="check", help="every fault of a scenario file, with its line; runs nothing")
def check(names: Names = (), /, *, as_of: AsOf = None, known_by: KnownBy = None, data: Data = ()) -> int:
    """Check scenarios against the facts without running them."""
    from scoring.questions.scenario.read import read, shipped
    from scoring.questions.scenario.run import checked

    asked = request(read_settings(), as_of=as_of, known_by=known_by, data=data, draws=0)
    begin = started(asked, None, "hold")
    for name in called(names, asked.data) or shipped():
        found = read(name)
        bound = checked(found, begin)
        show(f"{found.scenario.name}: {len(bound)} change{'s' * (len(bound) != 1)}, nothing wrong")
    return FINE


@app.command(name="new", help="write a scenario to be filled in, with the schema that editors read")
def new(file: Annotated[Path, Parameter(help="where to, such as my_scenario.toml")], /) -> int:
    """Write a scenario of one's own to start from."""
    from fourlayers.new_scenario import write_new

    show("\n".join(map(str, write_new(file))))
    return FINE


@app.command(name="run", help="run scenarios and write what they do, one folder each")
def run(
    names: Names = (),
    /,
    *,
    pair: Pair = None,
    baseline: Base = None,
    grid: GridOption = None,
    out: Out = None,
    as_of: AsOf = None,
    known_by: KnownBy = None,
    lens: Lens = None,
    recipe: Recipe = None,
    data: Data = (),
    format_: Format = "table",
    draws: Draws = None,
    seed: Seed = None,
    jobs: Jobs = None,
    cluster: Cluster = None,
) -> int:
    """Run each scenario by itself; with several, one table at the end sets them side by side."""
    settings = read_settings()
    asked = request(
        settings,
        *(pair or (None, None)),
        as_of=as_of,
        known_by=known_by,
        lens=lens,
        recipe=recipe,
        data=data,
        draws=draws,
        seed=seed,
        jobs=jobs,
        cluster=cluster,
    )
    folder = clear(out or settings.out or Path("out"))
    if grid:
        return _grid(grid, names, format_, asked, folder, lambda: started(asked, lens, baseline))
    begin, work = started(asked, lens, baseline), asked.work()
    if format_ != "table":
        from reports.scenario_document import as_csv, as_json

        show((as_json if format_ == "json" else as_csv)(_outcomes(_named(names, asked), begin, work)))
        return FINE
    from fourlayers.screens.scenario import compare_screen, run_screen
    from fourlayers.writing import write_scenario

    def then(outcome: Outcome) -> list[Path]:
        return write_scenario(outcome, folder / outcome.scenario.name)

    ended = _ended(_named(names, asked), begin, work, then)
    found = [outcome for outcome, _ in ended]
    for each, paths in ended:
        show(run_screen(each, f"{paths[0].parent}/", [path.name for path in paths]))
        if len(found) > 1:
            show("")
    if len(found) > 1:
        show(compare_screen(found))
    return FINE


@app.command(name="compare", help="several scenarios side by side; writes nothing")
def compare(
    names: Names = (),
    /,
    *,
    pair: Pair = None,
    baseline: Base = None,
    as_of: AsOf = None,
    known_by: KnownBy = None,
    lens: Lens = None,
    recipe: Recipe = None,
    data: Data = (),
    draws: Draws = None,
    seed: Seed = None,
    jobs: Jobs = None,
    cluster: Cluster = None,
) -> int:
    """Set scenarios side by side; without names, all that are shipped."""
    from fourlayers.screens.scenario import compare_screen
    from scoring.questions.scenario.read import shipped

    asked = request(
        read_settings(),
        *(pair or (None, None)),
        as_of=as_of,
        known_by=known_by,
        lens=lens,
        recipe=recipe,
        data=data,
        draws=draws,
        seed=seed,
        jobs=jobs,
        cluster=cluster,
    )
    show(
        compare_screen(
            _outcomes(called(names, asked.data) or shipped(), started(asked, lens, baseline), asked.work())
        )
    )
    return FINE


def _named(names: Sequence[str], asked: Request) -> Sequence[str]:
    if not names:
        message = "scenario run needs a name; fourlayers scenario list shows them"
        raise UsageError(message)
    if twice := sorted({name for name in names if names.count(name) > 1}):
        message = f"scenario {', '.join(twice)} is named twice; each is run by itself, so name it once"
        raise UsageError(message)
    return called(names, asked.data)


def started(asked: Request, lens: Lens, baseline: Literal["hold", "trend"] | None) -> Start:
    """Give what scenarios of a request start from."""
    from indicators.economies import resolve
    from layers.trend_evaluation import default_baseline
    from scoring.index.recipe import read_recipe
    from scoring.questions.scenario.run import start

    known = facts(asked)
    first, second = (resolve(word, known.units) for word in asked.pair)
    recipe = read_recipe(asked.recipe, asked.data)
    if lens:
        recipe = recipe.model_copy(update={"choices": recipe.choices.model_copy(update={"lens": lens})})
    return start(
        known,
        (first, second),
        recipe=recipe,
        draws=asked.draws,
        seed=asked.seed,
        baseline=baseline or default_baseline(),
    )


def _grid(
    path: Path, names: Sequence[str], form: str, asked: Request, folder: Path, begin: Callable[[], Start]
) -> int:
    """Run a grid; its file names the scenario."""
    if names or form != "table":
        found = names[0] if names else f"--format {form}"
        message = f"--grid names its own scenario and writes Parquet; found {found} besides"
        raise UsageError(message)
    from fourlayers.grid_run import grid_of, run_grid

    grid = grid_of(path)
    show(run_grid(grid, begin(), folder / grid.name, asked.work()))
    return FINE


def outcomes(names: Sequence[str], asked: Request, lens: Lens) -> list[Outcome]:
    """Run scenarios as a request says, against the baseline that the record allows."""
    return _outcomes(called(names, asked.data), started(asked, lens, None), asked.work())


def _outcomes(names: Sequence[str], begin: Start, work: Work) -> list[Outcome]:
    return [outcome for outcome, _ in _ended(names, begin, work, lambda _: None)]


def _ended(
    names: Sequence[str], begin: Start, work: Work, then: Callable[[Outcome], T]
) -> list[tuple[Outcome, T]]:
    """Read and check all before any is run; with each outcome comes what was done with it."""
    from scoring.questions.scenario.read import read
    from scoring.questions.scenario.run import checked

    found = [read(name) for name in names]
    for each in found:
        checked(each, begin)
    ended: list[tuple[Outcome, T]] = []
    with progress(", ".join(each.scenario.name for each in found)) as told:
        for done in _each_run(found, begin, work, then, told):
            ended.append(done)
            if told:
                told(len(ended) / len(found))
    if 0 < begin.draws < 200:
        say(f"only {begin.draws} draws: ranges and calls are rough")
    return ended


def _each_run(
    found: Sequence[Read],
    begin: Start,
    work: Work,
    then: Callable[[Outcome], T],
    told: Callable[[float], None] | None,
) -> Iterator[tuple[Outcome, T]]:
    """Run scenarios: where the work says, else side by side, a single one with its own progress."""
    from scoring.doubt.side_by_side import side_by_side
    from scoring.questions.scenario.run import run_scenario

    if not work.is_alone(len(found)):
        from scoring.questions.scenario.grid import run_all

        yield from ((outcome, then(outcome)) for outcome in run_all(found, begin, work))
        return

    def one(read: Read) -> tuple[Outcome, T]:
        outcome = run_scenario(read, begin, told if len(found) == 1 else None)
        return outcome, then(outcome)

    yield from side_by_side([partial(one, each) for each in found])


@app.command(
    name="seek", help="the least change of one figure that brings a gap to a goal, or that none does"
)
def seek_(
    node: Annotated[str, Parameter(help="overall, a layer or a pillar")] = "overall",
    /,
    *levers: Annotated[str, Parameter(help="targets to move; by default every indicator of who is behind")],
    goal: Annotated[
        float, Parameter(help="gap to reach, first minus second, in points; 0 draws level")
    ] = 0.0,
    of: Annotated[str | None, Parameter(help="whose indicators are moved")] = None,
    pair: Pair = None,
    as_of: AsOf = None,
    known_by: KnownBy = None,
    lens: Lens = None,
    recipe: Recipe = None,
    data: Data = (),
) -> int:
    """Seek the least change, in goalpost ranges, of each lever alone; every answer has been run."""
    if not abs(goal) <= 100.0:  # nor where it is no number
        message = f"--goal {goal:g}: expected a gap in points, from -100 to 100"
        raise UsageError(message)
    from fourlayers.screens.seek import seek_screen
    from indicators.economies import resolve
    from scoring.questions.scenario.seek import seek

    asked = request(
        read_settings(),
        *(pair or (None, None)),
        as_of=as_of,
        known_by=known_by,
        lens=lens,
        recipe=recipe,
        data=data,
        draws=0,
    )
    begin = started(asked, lens, "hold")
    code = node.lower().replace("-", "_").replace(" ", "_")
    economy = resolve(of, begin.facts.units) if of else ""
    show(seek_screen(seek(begin, code, goal, levers, economy), begin.pair, code, goal))
    return FINE
