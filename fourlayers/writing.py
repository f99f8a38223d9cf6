"""Everything that a report consists of, in one folder; each file whole or not at all."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from indicators.fault import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from indicators.facts import Facts
    from scoring.answer import Answer
    from scoring.questions.held import Run
    from scoring.questions.scenario.outcome import Outcome
    from scoring.questions.value.dollar import Dollar

PDF: Final = "report.pdf"


def default_folder(answer: Answer) -> Path:
    """Folder of a pair's report where none is named, as in `out/usa-vs-chn`."""
    return Path("out") / "-vs-".join(code.lower().replace("_", "-") for code in answer.pair)


def write_report(answer: Answer, facts: Facts, folder: Path, old: Run | None = None) -> list[Path]:
    """Write the PDF, every chart with its data, and the scores as JSON and CSV.

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

    Raises
    ------
    UsageError
        If the folder cannot be made.
    """
    from reports.charts import CHARTS, draw, write
    from reports.document import as_csv, as_json
    from reports.pdf import write_pdf
    from scoring.questions.claims import claims

    made = prepared(folder)
    charts = {name: draw(name, answer, facts) for name in CHARTS}
    written = [write_pdf(answer, facts, claims(facts), charts, made / PDF, old)]
    for chart in charts.values():
        written += write(chart, made)
    written += [put(made / "score.json", as_json(answer)), put(made / "score.csv", as_csv(answer))]
    return written


def write_chart(name: str, answer: Answer, facts: Facts, folder: Path) -> list[Path]:
    """Write one chart: picture as PNG and SVG, the data as shown, and what goes under it."""
    from reports.charts import draw, write

    return write(draw(name, answer, facts), prepared(folder))


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


def prepared(folder: Path) -> Path:
    """Make a folder to write to.

    Raises
    ------
    UsageError
        If something else stands there.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except (FileExistsError, NotADirectoryError):
        message = f"--out {folder}: a file stands in the way; name another folder"
        raise UsageError(message) from None
    return folder


def put(path: Path, text: str) -> Path:
    """Write a text whole or not at all."""
    part = path.with_name(f"{path.name}.part")
    part.write_text(text, encoding="utf-8", newline="\n")
    part.replace(path)
    return path


def write_scenario(outcome: Outcome, folder: Path) -> list[Path]:
    """Write what a run of a scenario says: document, long rows and charts, each whole or not at all."""
    from reports.scenario_document import as_csv, as_json

    made = prepared(folder)
    return [put(made / "result.json", as_json([outcome])), put(made / "result.csv", as_csv([outcome]))]
