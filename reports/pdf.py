"""The report as a tagged PDF: content goes to typst as data, never as markup; same run, same bytes."""

from __future__ import annotations

import dataclasses
import json
import re
import shutil
import tempfile
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from indicators.whole import put
from reports.content import NOTHING, PICTURE, write

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date

    from indicators.facts import Facts
    from reports.charts.chart import Chart
    from reports.content import Beside, Content
    from scoring.answer import Answer
    from scoring.questions.scenario.outcome import Outcome
    from scoring.questions.verdict import ClaimVerdict

    Scenarios = Sequence[tuple[Outcome, Sequence[Chart]]]

TEMPLATES = Path(__file__).parent / "templates"
FONTS = ("DejaVuSans.ttf", "DejaVuSans-Bold.ttf", "DejaVuSans-Oblique.ttf", "DejaVuSans-BoldOblique.ttf")
WIDE, TALL, APART = 168.0, 250.0, 5.0
"""Width of the text, height of a page of charts, and the room between two of them, in mm."""
LEAST: Final = 0.84
"""By how much charts may shrink to share a page."""


@dataclasses.dataclass(frozen=True)
class Material:
    """Everything that a report is set from.

    Attributes
    ----------
    answer : Answer
        What the run says.
    facts : Facts
        Where indicators and sources are described.
    claims : sequence of ClaimVerdict
        Tested claims.
    charts : mapping of str to Chart
        Charts by name; places of those that are not there stay empty.
    beside : Beside
        What else is told; its scenarios and charts are filled in from the next ones.
    scenarios : sequence of (Outcome, charts)
        One chapter each, with the charts of its paths and parts.
    """

    answer: Answer
    facts: Facts
    claims: Sequence[ClaimVerdict] = ()
    charts: Mapping[str, Chart] = dataclasses.field(default_factory=dict)
    beside: Beside = NOTHING
    scenarios: Scenarios = ()


def write_pdf(of: Material, path: Path, *, brief: bool = False) -> Path:
    """Write the report, or its first two pages, whole or not at all.

    Parameters
    ----------
    of : Material
        What it is set from.
    path : Path
        Where the PDF goes; its folder is made.
    brief : bool
        The first two pages only.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    return put(path, pdf(of, brief=brief))


def pdf(of: Material, *, brief: bool = False) -> bytes:
    """Set the report as PDF/A-2a (archival) and PDF/UA-1 (readable aloud); typst refuses what breaks either.

    The time stamp is the data's vintage, not the clock. A brief is the first two pages of the same setting:
    the whole is laid out to number the pages of its contents.
    """
    when = of.answer.data_vintage
    if not brief:
        return compiled(files_of(of), "main.typ", when)
    laid_out = files_of(of, drawn=False)
    files = files_of(
        dataclasses.replace(of, charts={PICTURE: of.charts[PICTURE]} if PICTURE in of.charts else {})
    )
    files["data.json"] = _told(laid_out["data.json"], pages=_pages(laid_out))
    return compiled(files, "main.typ", when)


def files_of(of: Material, *, drawn: bool = True) -> dict[str, bytes]:
    """Give all files that the report is set from, by name.

    Parameters
    ----------
    of : Material
        What it is set from.
    drawn : bool
        False: empty figures of the same sizes, to lay out pages only.
    """
    from reports.scenario_brief import content as scenario

    charts = dict(sorted(of.charts.items()))
    beside = dataclasses.replace(
        of.beside,
        scenarios=tuple(scenario(outcome) for outcome, _ in of.scenarios),
        charts=tuple(of.charts),
    )
    written = write(of.answer, of.facts, of.claims, beside)
    files = {template.name: template.read_bytes() for template in sorted(TEMPLATES.glob("*.typ"))}
    every = charts | {
        f"{k}-{chart.name}": chart for k, (_, both) in enumerate(of.scenarios) for chart in both
    }
    files |= {_figure_file(name): _svg(chart) if drawn else _blank(chart) for name, chart in every.items()}
    files["data.json"] = _data(of, written, charts)
    return files


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

    with _laid(files) as root:
        return typst.compile(
            root / main,
            root=root,
            format="pdf",
            font_paths=[root / "fonts"],
            ignore_system_fonts=True,
            pdf_standards=["a-2a", "ua-1"],
            timestamp=int(datetime(when.year, when.month, when.day, tzinfo=UTC).timestamp()),
        )


@contextmanager
def _laid(files: Mapping[str, bytes]) -> Iterator[Path]:
    """Lay all files and the fonts of the house into one folder, for as long as it is needed."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        for name, content in files.items():
            (root / name).write_bytes(content)
        _copy_fonts(root / "fonts")
        yield root


def _pages(files: Mapping[str, bytes]) -> list[dict[str, Any]]:
    """Find on which page each chapter begins."""
    import typst

    with _laid(files) as root:
        found = typst.query(
            root / "main.typ",
            "<pages>",
            field="value",
            one=True,
            root=root,
            font_paths=[root / "fonts"],
            ignore_system_fonts=True,
        )
    pages: list[dict[str, Any]] = json.loads(found)
    return pages


def _svg(chart: Chart) -> bytes:
    from reports.charts.chart import image

    return image(chart, "svg")


def _blank(chart: Chart) -> bytes:
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 {_ratio(chart)}"/>'.encode()


def _figure_file(name: str) -> str:
    return f"figure-{name}.svg"


def figures_of(charts: Mapping[str, Chart], before: str = "") -> dict[str, dict[str, Any]]:
    """Give file, alt text and height over width of each chart."""
    return {
        name: {"path": _figure_file(f"{before}{name}"), "alt": chart.alt, "ratio": _ratio(chart)}
        for name, chart in charts.items()
    }


def _ratio(chart: Chart) -> float:
    """Height over width, as the picture says it."""
    found = re.search(rb'viewBox="0 0 ([\d.]+) ([\d.]+)"', _svg(chart))
    if found is None:
        message = f"the picture of {chart.name} has no size"
        raise ValueError(message)
    wide, tall = (float(each) for each in found.groups())
    return round(tall / wide, 4)


def _data(of: Material, content: Content, charts: Mapping[str, Chart]) -> bytes:
    """Give what the templates read, as JSON."""
    data: dict[str, Any] = dataclasses.asdict(content)
    for k, (told, (_, both)) in enumerate(zip(data["chapters"]["scenarios"], of.scenarios, strict=True)):
        told["figures"] = figures_of({chart.name: chart for chart in both}, f"{k}-")
    data |= {"codes": of.answer.pair, "picture": PICTURE, "figures": figures_of(charts), "pages": None}
    data["sheets"] = sheets(content.chapters.data.charts, charts)
    return json.dumps(data, ensure_ascii=False, allow_nan=False).encode()


def _told(data: bytes, **more: Any) -> bytes:  # noqa: ANN401 - any JSON
    return json.dumps(json.loads(data) | more, ensure_ascii=False, allow_nan=False).encode()


def sheets(names: Sequence[str], charts: Mapping[str, Chart]) -> list[dict[str, Any]]:
    """Put charts on pages: each on the first page that has room for it, if all on it shrink a little."""
    pages: list[list[str]] = []
    for name in names:
        place = next((page for page in pages if _scale([*page, name], charts) >= LEAST), None)
        if place is None:
            pages.append([name])
        else:
            place.append(name)
    return [{"names": page, "scale": round(_scale(page, charts), 4)} for page in pages]


def _scale(names: Sequence[str], charts: Mapping[str, Chart]) -> float:
    """Scale at which charts stand on one page, of the width of the text; 1 where they need not shrink."""
    drawn = sum(WIDE * _ratio(charts[name]) for name in names)
    return float(min(1.0, (TALL - APART * len(names)) / drawn))


def _copy_fonts(folder: Path) -> None:
    """Copy the four faces alone: matplotlib's folder also holds a font that would hide missing glyphs."""
    import matplotlib as mpl

    folder.mkdir()
    held = Path(mpl.get_data_path()) / "fonts" / "ttf"
    for name in FONTS:
        shutil.copyfile(held / name, folder / name)
