"""A chart with all that travels with it, and its files; leans on matplotlib without pyplot."""

from __future__ import annotations

import csv
import io
import re
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from xml.sax.saxutils import escape, quoteattr

from indicators.whole import put

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from matplotlib.figure import Figure

    from .behind import Behind
    from .look import Size

Cell = str | int | float | None
STYLE = Path(__file__).with_name("house.mplstyle")
FORMULA = ("=", "+", "-", "@", "\t", "\r")  # what a spreadsheet would run
FULL: Final = "full"
FORMATS: Final = ("png", "svg", "pdf", "csv", FULL, "txt")
"""Kinds of file that a chart can be written as; `full` is the CSV of the values behind it."""
REPORTED: Final = ("png", "svg", "csv", "txt")
"""Those that a report holds of each chart: its values stand in the workbook."""


@dataclass(frozen=True)
class Chart:
    """One chart.

    Attributes
    ----------
    name : str
        Stem of its files.
    title, subtitle : str
        The finding, and what is drawn.
    alt : str
        What it shows, for those who cannot see it.
    columns : tuple of str
        Names of the columns of the data as shown.
    rows : tuple of tuple
        The data as shown; None for what is unknown.
    producers, licences : tuple of str
        Who made the data, the most used first; one line of terms for each.
    citation : str
        Producers first, then this package with version and state date.
    sources : str
        The first producers, for a column of the data as shown.
    size : Size
        Shape of the sheet.
    figure : Figure
        The drawing; it stays in the process that drew it.
    behind : Behind or None
        The values that the data as shown were made from; they stay there too.
    images : mapping of str to bytes
        Contents of its files by kind, once it is rendered.
    """

    name: str
    title: str
    subtitle: str
    alt: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    producers: tuple[str, ...]
    licences: tuple[str, ...]
    citation: str
    sources: str
    size: Size
    figure: Figure = field(repr=False, compare=False)
    behind: Behind | None = field(default=None, repr=False, compare=False)
    images: Mapping[str, bytes] = field(default_factory=dict, repr=False, compare=False)

    def __getstate__(self) -> dict[str, Any]:
        """Give what travels to another process: everything but the drawing and the facts."""
        return {name: value for name, value in vars(self).items() if name not in {"figure", "behind"}} | {
            "behind": None
        }

    def csv(self) -> str:
        """Write the data as shown as CSV, its last column the producers of the data.

        Texts that a spreadsheet would run get an apostrophe.
        """
        return _table((*self.columns, "data_by"), ((*row, self.sources) for row in self.rows))

    def full(self) -> str:
        """Write the values behind the data as shown as CSV, with dates and sources."""
        from .behind import COLUMNS

        return _table(COLUMNS, self.behind.rows() if self.behind else ())

    def text(self) -> str:
        """Put together how to cite, producers, licences, title, subtitle and alt text, as plain text."""
        files = f"Data as shown: {self.name}.csv"
        if self.behind:
            files += (
                f"\nValues behind it: {self.name}-{FULL}.csv (fourlayers chart {self.name} --format {FULL})"
            )
        parts = [
            "\n".join(("Producers of the data", *self.producers)),
            f"How to cite\n{self.citation}",
            "\n".join(("Licences", *self.licences)),
            f"{self.title}\n{self.subtitle}",
            f"Alt text\n{self.alt}",
            files,
        ]
        return "\n\n".join(parts) + "\n"


def _table(columns: Sequence[str], rows: Iterable[Sequence[Cell]]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([_cell(cell) for cell in row] for row in rows)
    return out.getvalue()


def _cell(value: Cell) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:.10g}".replace("inf", "INF")  # as the standard of tables writes it
    text = str(value)
    return f"'{text}" if isinstance(value, str) and text.startswith(FORMULA) else text


@contextmanager
def house_style() -> Iterator[None]:
    """Draw in the house style, whatever the user's own settings of matplotlib are."""
    import matplotlib as mpl

    with mpl.rc_context():
        mpl.rcdefaults()
        mpl.rcParams.update(mpl.rc_params_from_file(STYLE, use_default_template=False))
        yield


def _described(chart: Chart, svg: bytes) -> bytes:
    """Give an SVG its alt text where programs that read aloud look for it."""
    said = f'<svg role="img" aria-label={quoteattr(chart.title)} '
    text = svg.decode().replace("<svg ", said, 1)
    return re.sub(
        r"(<svg [^>]*>)", lambda found: f"{found[1]}\n <desc>{escape(chart.alt)}</desc>", text, count=1
    ).encode()


def image(chart: Chart, kind: str) -> bytes:
    """Render a chart.

    Parameters
    ----------
    chart : Chart
        What to render.
    kind : {"png", "svg", "pdf"}
        PNG at twice the resolution of a screen, SVG or PDF; no dates, so that the same chart has the same
        bytes.
    """
    if kind in chart.images:
        return chart.images[kind]
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    out, how = io.BytesIO(), dict[str, Any]()
    if kind == "png":
        across = float(chart.figure.get_figwidth())
        how["dpi"] = chart.size.pixels / across + 1e-6  # the renderer drops what is left of a pixel
        how["pil_kwargs"] = {"compress_level": 3}  # half the time of the usual level, and as small
    with house_style():
        canvas = FigureCanvasAgg(chart.figure)
        canvas.print_figure(out, format=kind, metadata=_metadata(chart, kind), **how)
    return _described(chart, out.getvalue()) if kind == "svg" else out.getvalue()


def _metadata(chart: Chart, kind: str) -> dict[str, str | None]:
    if kind == "png":
        return {"Software": None, "Title": chart.title, "Description": chart.alt}
    if kind == "svg":
        return {"Date": None, "Creator": None, "Title": chart.title, "Description": chart.alt}
    told: dict[str, str | None] = {"Title": chart.title, "Subject": chart.alt, "Creator": "fourlayers"}
    return told | {"CreationDate": None, "Producer": None}


def rendered(chart: Chart) -> Chart:
    """Make every file of a chart that a report holds, so that it can be handed to another process."""
    return replace(chart, images={kind: _content(chart, kind) for kind in REPORTED})


def write(chart: Chart, folder: Path, formats: Sequence[str] = REPORTED) -> list[Path]:
    """Write a chart into a folder, each file whole or not at all.

    Parameters
    ----------
    chart : Chart
        What to write.
    folder : Path
        Made if it does not exist.
    formats : sequence of str
        Of `FORMATS`: NAME.png, NAME.svg, NAME.pdf, NAME.csv, NAME-full.csv, NAME.txt.
    """
    folder.mkdir(parents=True, exist_ok=True)
    contents = {_file(chart, kind): _content(chart, kind) for kind in formats}
    return [put(folder / name, content) for name, content in contents.items()]


def _file(chart: Chart, kind: str) -> str:
    return f"{chart.name}-{FULL}.csv" if kind == FULL else f"{chart.name}.{kind}"


def _content(chart: Chart, kind: str) -> bytes:
    if kind in chart.images:
        return chart.images[kind]
    texts = {"csv": chart.csv, FULL: chart.full, "txt": chart.text}
    return texts[kind]().encode() if kind in texts else image(chart, kind)
