"""The report as a tagged PDF: content goes to typst as data, never as markup; same run, same bytes."""

from __future__ import annotations

import dataclasses
import json
import shutil
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from indicators.whole import put
from reports.content import PICTURE, write

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from indicators.facts import Facts
    from reports.charts.chart import Chart
    from reports.content import Content
    from scoring.answer import Answer
    from scoring.questions.held import Run
    from scoring.questions.verdict import ClaimVerdict

TEMPLATES = Path(__file__).parent / "templates"
FONTS = ("DejaVuSans.ttf", "DejaVuSans-Bold.ttf", "DejaVuSans-Oblique.ttf", "DejaVuSans-BoldOblique.ttf")


def write_pdf(
    answer: Answer,
    facts: Facts,
    claims: Sequence[ClaimVerdict],
    charts: Mapping[str, Chart],
    path: Path,
    old: Run | None = None,
) -> Path:
    """Write the report, whole or not at all.

    Parameters
    ----------
    answer : Answer
        What the run says.
    facts : Facts
        Where indicators and sources are described.
    claims : sequence of ClaimVerdict
        Tested claims.
    charts : mapping of str to Chart
        Charts by name; places of those that are not there stay empty.
    path : Path
        Where the PDF goes; its folder is made.
    old : Run, optional
        An earlier run, since which the first page says what has moved.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    return put(path, pdf(answer, facts, claims, charts, old))


def pdf(
    answer: Answer,
    facts: Facts,
    claims: Sequence[ClaimVerdict],
    charts: Mapping[str, Chart],
    old: Run | None = None,
) -> bytes:
    """Set the report as PDF/A-2a (archival) and PDF/UA-1 (readable aloud); typst refuses what breaks either.

    The time stamp is the data's vintage, not the clock.
    """
    content = write(answer, facts, claims, old)
    files = {template.name: template.read_bytes() for template in sorted(TEMPLATES.glob("*.typ"))}
    figures = {name: _svg(chart) for name, chart in sorted(charts.items()) if name in _wanted(content)}
    files |= {_figure_file(name): svg for name, svg in figures.items()}
    files["data.json"] = _data(answer, content, {name: charts[name] for name in figures})
    return compiled(files, "main.typ", answer.data_vintage)


def compiled(files: Mapping[str, bytes], main: str, when: date) -> bytes:
    """Set a document from its files, all in one folder, with the fonts of the house.

    Parameters
    ----------
    files : mapping of str to bytes
        Templates, figures and data by name.
    main : str
        Template to begin with.
    when : date
        Time stamp of the document.
    """
    import typst

    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        for name, content in files.items():
            (root / name).write_bytes(content)
        _copy_fonts(root / "fonts")
        return typst.compile(
            root / main,
            root=root,
            format="pdf",
            font_paths=[root / "fonts"],
            ignore_system_fonts=True,
            pdf_standards=["a-2a", "ua-1"],
            timestamp=int(datetime(when.year, when.month, when.day, tzinfo=UTC).timestamp()),
        )


def _wanted(content: Content) -> set[str]:
    """Names of the charts that the report has a place for."""
    layers = (name for layer in content.layers for name in layer.charts)
    return {PICTURE, *content.overall_charts, *layers}


def _svg(chart: Chart) -> bytes:
    from reports.charts.chart import image

    return image(chart, "svg")


def _figure_file(name: str) -> str:
    return f"figure-{name}.svg"


def _data(answer: Answer, content: Content, charts: Mapping[str, Chart]) -> bytes:
    """Give what the templates read, as JSON."""
    figures = {name: {"path": _figure_file(name), "alt": chart.alt} for name, chart in charts.items()}
    data: dict[str, Any] = dataclasses.asdict(content)
    data |= {"codes": answer.pair, "picture": PICTURE, "figures": figures}
    return json.dumps(data, ensure_ascii=False, allow_nan=False).encode()


def _copy_fonts(folder: Path) -> None:
    """Copy the four faces alone: matplotlib's folder also holds a font that would hide missing glyphs."""
    import matplotlib as mpl

    folder.mkdir()
    held = Path(mpl.get_data_path()) / "fonts" / "ttf"
    for name in FONTS:
        shutil.copyfile(held / name, folder / name)
