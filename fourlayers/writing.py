"""Everything that a report consists of, in one folder; each file whole or not at all."""

from __future__ import annotations

import errno
import os
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from indicators.fault import UsageError
from indicators.whole import alone, put

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from indicators.facts import Facts
    from reports.charts import Chart
    from scoring.answer import Answer
    from scoring.questions.held import Run
    from scoring.questions.scenario.outcome import Outcome
    from scoring.questions.value.dollar import Dollar
    from scoring.questions.verdict import ClaimVerdict

PDF: Final = "report.pdf"
PAGE: Final = "explorer.html"
BOOK: Final = "workbook.xlsx"


def default_folder(answer: Answer) -> Path:
    """Folder of a pair's report where none is named, as in `out/usa-vs-chn`."""
    return Path("out") / "-vs-".join(code.lower().replace("_", "-") for code in answer.pair)


def write_report(  # noqa: PLR0913 - as many as a report has choices
    answer: Answer,
    facts: Facts,
    folder: Path,
    old: Run | None = None,
    *,
    claims: Sequence[ClaimVerdict] | None = None,
    told: Callable[[float], None] | None = None,
    parquet: bool = False,
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
    old : Run, optional
        An earlier run, since which the first page says what has moved.
    claims : sequence of ClaimVerdict, optional
        The claims as tested on these facts; tested here where they are not given.
    told : callable, optional
        Told from time to time which share is done, 0 to 1.
    parquet : bool
        Whether the long rows are written as Parquet too.

    Raises
    ------
    UsageError
        If the folder cannot be made, another run is writing to it, or Parquet cannot be written.

    Notes
    -----
    Charts, page and workbook are made side by side where a process can be forked; this one alone writes.
    """
    from reports.charts import CHARTS, write
    from reports.data_package import FILE, data_package
    from reports.document import as_csv, as_json
    from reports.parquet import as_parquet, needs_parquet
    from reports.pdf import write_pdf

    if parquet:
        needs_parquet("report --parquet")
    with alone(prepared(folder)):
        tested = _tested(facts) if claims is None else claims
        made = _made(answer, facts, tested, told)
        charts = {name: next(made) for name in CHARTS}
        written = [write_pdf(answer, facts, tested, charts, folder / PDF, old)]
        for chart in charts.values():
            written += write(chart, folder)
        written += [put(folder / name, content) for name, content in zip((PAGE, BOOK), made, strict=True)]
        written += [put(folder / "score.json", as_json(answer)), put(folder / "score.csv", as_csv(answer))]
        if parquet:
            written.append(put(folder / "score.parquet", as_parquet(answer)))
        written.append(put(folder / FILE, data_package(answer, facts, charts, written)))
    return written


def _tested(facts: Facts) -> tuple[ClaimVerdict, ...]:
    from scoring.doubt.side_by_side import side_by_side
    from scoring.questions.claims import CLAIMS, claim

    return tuple(side_by_side([partial(claim, name, facts) for name in CLAIMS]))


def _made(
    answer: Answer, facts: Facts, claims: Sequence[ClaimVerdict], told: Callable[[float], None] | None
) -> Iterator[Any]:
    """Make what takes long and needs nothing of each other: rendered charts, page, workbook."""
    from reports.charts import CHARTS
    from reports.explorer.page import explorer
    from reports.workbook import workbook
    from scoring.doubt.side_by_side import side_by_side

    tasks: list[Callable[[], Any]] = [partial(_drawn, name, answer, facts) for name in CHARTS]
    tasks += [partial(explorer, answer, facts, claims), partial(workbook, answer, facts)]
    for place, each in enumerate(side_by_side(tasks), start=1):
        yield each
        if told:
            told(place / len(tasks))


def _drawn(name: str, answer: Answer, facts: Facts) -> Chart:
    from reports.charts import draw, rendered

    return rendered(draw(name, answer, facts))


def write_chart(name: str, answer: Answer, facts: Facts, folder: Path) -> list[Path]:
    """Write one chart: picture as PNG and SVG, the data as shown, and what goes under it."""
    from reports.charts import draw, write

    with alone(prepared(folder)):
        return write(draw(name, answer, facts), folder)


def write_dollars(answer: Answer, facts: Facts, dollars: Sequence[Dollar], folder: Path) -> list[Path]:
    """Draw the way of each dollar, as PNG, SVG, CSV and TXT."""
    from reports.charts.chart import house_style, write
    from reports.charts.dollar import drawn

    made = prepared(folder)
    written = []
    for dollar in dollars:
        with house_style():
            chart = drawn(answer, facts, dollar, f"dollar-{dollar.case.name}")
        written += write(chart, made)
    return written


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
