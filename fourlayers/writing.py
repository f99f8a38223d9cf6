"""Everything that a report consists of, in one folder; each file whole or not at all."""

from __future__ import annotations

import errno
import os
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Final

from indicators.fault import UsageError
from indicators.whole import alone, put

from .auditing import checks_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from indicators.facts import Facts
    from reports.charts import Chart, Look
    from reports.pdf import Material
    from scoring.answer import Answer
    from scoring.questions.held import Run
    from scoring.questions.scenario.outcome import Outcome
    from scoring.questions.value.dollar import Dollar
    from scoring.questions.verdict import ClaimVerdict

PDF: Final = "report.pdf"
BRIEF: Final = "brief.pdf"
PAGE: Final = "explorer.html"
BOOK: Final = "workbook.xlsx"
CHART_FORMATS: Final = ("png", "svg", "csv", "full", "txt")
"""What is written of a chart that is asked for by itself."""


def default_folder(answer: Answer) -> Path:
    """Folder of a pair's report where none is named, as in `out/usa-vs-chn`."""
    return Path("out") / "-vs-".join(code.lower().replace("_", "-") for code in answer.pair)


@dataclass(frozen=True)
class Kind:
    """Which report is written.

    Attributes
    ----------
    old : Run or None
        An earlier run, since which the first page says what has moved.
    claims : sequence of ClaimVerdict or None
        The claims as tested on these facts; tested as the report is made where they are not given.
    scenarios : tuple of Outcome
        A chapter each.
    brief : bool
        The first two pages, as `brief.pdf`, and nothing else.
    public : bool
        Nothing that terms keep back, or nothing at all.
    parquet : bool
        Whether the long rows are written as Parquet too.
    """

    old: Run | None = None
    claims: Sequence[ClaimVerdict] | None = None
    scenarios: tuple[Outcome, ...] = ()
    brief: bool = False
    public: bool = False
    parquet: bool = False


WHOLE: Final = Kind()


def write_report(
    answer: Answer,
    facts: Facts,
    folder: Path,
    kind: Kind = WHOLE,
    told: Callable[[float], None] | None = None,
) -> list[Path]:
    """Write the PDF, every chart with its data, page, workbook, the scores, and what the data files hold.

    Parameters
    ----------
    answer : Answer
        What is said.
    facts : Facts
        What it was computed from, cut by the same clocks.
    folder : Path
        Made if it does not exist.
    kind : Kind
        Which report.
    told : callable, optional
        Told from time to time which share is done, 0 to 1.

    Raises
    ------
    UsageError
        If the folder cannot be made, another run is writing to it, Parquet cannot be written, or a public
        report would hold what may not be passed on.

    Notes
    -----
    Charts, page and workbook are made side by side where a process can be forked; this one alone writes.
    """
    from reports.parquet import needs_parquet

    if kind.parquet:
        needs_parquet("report --parquet")
    with alone(prepared(folder)):
        if not kind.public:
            return _written(answer, facts, folder, kind, told)[0]
        return _passed_on(answer, facts, folder, kind, told)


def _written(
    answer: Answer, facts: Facts, folder: Path, kind: Kind, told: Callable[[float], None] | None
) -> tuple[list[Path], Material]:
    """Make everything and write it; with it comes what the PDF was set from."""
    from reports.charts import CHARTS, rendered, write
    from reports.charts.what_if import draw_both
    from reports.content import Beside
    from reports.data_package import FILE, data_package
    from reports.document import as_csv, as_json
    from reports.parquet import as_parquet
    from reports.pdf import Material, write_pdf
    from scoring.robustness import flips, shares

    turning, parts = flips(answer, facts), shares(answer, facts)  # before the others, which take them over
    tested = _tested(facts) if kind.claims is None else kind.claims
    made = _made(answer, facts, tested, kind, told)
    found = {chart.name: chart for _ in _together() for chart in next(made)}
    charts = {name: found[name] for name in CHARTS}
    beside = Beside(kind.old, turning, parts, next(made))
    scenarios = [(each, [rendered(chart) for chart in draw_both(each)]) for each in kind.scenarios]
    of = Material(answer, facts, tested, charts, beside, scenarios)
    if kind.brief:
        return [write_pdf(of, folder / BRIEF, brief=True)], of
    written = [write_pdf(of, folder / PDF)]
    for chart in charts.values():
        written += write(chart, folder)
    written += [put(folder / name, content) for name, content in zip((PAGE, BOOK), made, strict=True)]
    written += [put(folder / "score.json", as_json(answer)), put(folder / "score.csv", as_csv(answer))]
    if kind.parquet:
        written.append(put(folder / "score.parquet", as_parquet(answer)))
    return [*written, put(folder / FILE, data_package(answer, facts, charts, written))], of


def _passed_on(
    answer: Answer, facts: Facts, folder: Path, kind: Kind, told: Callable[[float], None] | None
) -> list[Path]:
    """Write a report without what terms keep back: made aside, looked through, and only then put in place."""
    from reports.pdf import files_of
    from reports.public import leaks, published, refusal, withheld

    with TemporaryDirectory(prefix=".public-", dir=folder) as aside:
        made, of = _written(published(answer), facts, Path(aside), kind, told)
        set_from = files_of(of, drawn=False)
        files = [(path.name, path.read_bytes()) for path in made]
        found = leaks([*files, (f"{made[0].stem}.json", set_from["data.json"])], withheld(facts, answer))
        if found:
            raise UsageError(refusal(found))
        return [path.replace(folder / path.name) for path in made]


def _tested(facts: Facts) -> tuple[ClaimVerdict, ...]:
    from scoring.doubt.side_by_side import side_by_side
    from scoring.questions.claims import CLAIMS, claim

    return tuple(side_by_side([partial(claim, name, facts) for name in CLAIMS]))


def _made(
    answer: Answer,
    facts: Facts,
    claims: Sequence[ClaimVerdict],
    kind: Kind,
    told: Callable[[float], None] | None,
) -> Iterator[Any]:
    """Make what takes long and needs nothing of each other: rendered charts, audit, page, workbook."""
    from reports.explorer.page import explorer
    from reports.workbook import workbook
    from scoring.doubt.side_by_side import side_by_side

    tasks: list[Callable[[], Any]] = [partial(_drawn, names, answer, facts, kind) for names in _together()]
    tasks.append(partial(checks_of, answer, facts))
    if not kind.brief:
        tasks += [partial(explorer, answer, facts, claims), partial(workbook, answer, facts)]
    for place, each in enumerate(side_by_side(tasks), start=1):
        yield each
        if told:
            told(place / len(tasks))


def _together() -> list[tuple[str, ...]]:
    """Names of the charts: those that rest on the same work stand together, and come first."""
    from reports.charts import CHARTS
    from reports.charts import TOGETHER as SHARING

    groups = [held for names in SHARING if (held := tuple(name for name in names if name in CHARTS))]
    alone = set(CHARTS).difference(*groups)
    return groups + [(name,) for name in CHARTS if name in alone]


def _drawn(names: Sequence[str], answer: Answer, facts: Facts, kind: Kind) -> list[Chart]:
    """Draw charts with their files; a brief needs the sizes alone, and none of the files."""
    from reports.charts import draw, image, rendered

    charts = [draw(name, answer, facts) for name in names]
    if kind.brief:
        return [replace(chart, images={"svg": image(chart, "svg")}) for chart in charts]
    return [rendered(chart) for chart in charts]


def write_chart(
    name: str,
    answer: Answer,
    facts: Facts,
    folder: Path,
    how: Look | None = None,
    formats: Sequence[str] = CHART_FORMATS,
) -> list[Path]:
    """Draw one chart and write it.

    Parameters
    ----------
    name : str
        Of the chart.
    answer, facts : Answer, Facts
        What is said, and what from.
    folder : Path
        Made if it does not exist.
    how : Look, optional
        Shape of the sheet and a title of one's own; a page with its finding by default.
    formats : sequence of str
        Kinds of file.
    """
    from reports.charts import Look, draw

    return write_drawn(draw(name, answer, facts, how or Look()), folder, formats)


def write_drawn(chart: Chart, folder: Path, formats: Sequence[str] = CHART_FORMATS) -> list[Path]:
    """Write a chart that is drawn: pictures, the data as shown and behind it, and how to cite."""
    from reports.charts import write

    with alone(prepared(folder)):
        return write(chart, folder, formats)


def write_dollars(answer: Answer, facts: Facts, dollars: Sequence[Dollar], folder: Path) -> list[Path]:
    """Draw the way of each dollar, as PNG, SVG, CSV and TXT."""
    from reports.charts.chart import house_style, write
    from reports.charts.dollar import drawn

    clear(folder)
    charts = []
    for dollar in dollars:
        with house_style():
            charts.append(drawn(answer, facts, dollar, f"dollar-{dollar.case.name}"))
    with alone(prepared(folder)):
        return [path for chart in charts for path in write(chart, folder)]


def clear(folder: Path, option: str = "--out") -> Path:
    """See that a folder could be made and written to, without making it: before the long part.

    Raises
    ------
    UsageError
        If something else stands there, or on the way to it.
    OSError
        If it may not be written to, with its name.
    """
    there = next(each for each in (folder, *folder.parents) if each.is_symlink() or each.exists())
    if not there.is_dir():
        message = f"{option} {folder}: a file stands in the way; name another folder"
        raise UsageError(message)
    if not os.access(there, os.W_OK | os.X_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(folder))
    return folder


def prepared(folder: Path, option: str = "--out") -> Path:
    """Make a folder to write to, and see that it can be written to.

    Raises
    ------
    UsageError
        If something else stands there.
    OSError
        If it may not be written to, with its name.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except (FileExistsError, NotADirectoryError):
        message = f"{option} {folder}: a file stands in the way; name another folder"
        raise UsageError(message) from None
    if not os.access(folder, os.W_OK | os.X_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(folder))
    return folder


def write_scenario(outcome: Outcome, folder: Path) -> list[Path]:
    """Write what a run of a scenario says: brief, document, rows and charts, each whole or not at all."""
    from reports.charts.chart import image
    from reports.charts.what_if import draw_both
    from reports.scenario_brief import brief
    from reports.scenario_document import as_csv, as_json

    charts = draw_both(outcome)
    contents: dict[str, bytes | str] = {
        "brief.pdf": brief(outcome, charts),
        "result.json": as_json([outcome]),
        "result.csv": as_csv([outcome]),
    }
    contents |= {f"{chart.name}.png": image(chart, "png") for chart in charts}
    with alone(prepared(folder)):  # only now, when all is there to be written
        return [put(folder / name, content) for name, content in contents.items()]
