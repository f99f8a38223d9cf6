"""A chart with all that travels with it, and its four files; leans on matplotlib without pyplot."""

from __future__ import annotations

import csv
import io
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from indicators.whole import put

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from matplotlib.figure import Figure

Cell = str | int | float | None
STYLE = Path(__file__).with_name("house.mplstyle")
PICTURES: Final = ("png", "svg")
FORMULA = ("=", "+", "-", "@", "\t", "\r")  # what a spreadsheet would run


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
    figure : Figure
        The drawing; it stays in the process that drew it.
    images : mapping of str to bytes
        Pictures by kind, once it is rendered.
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
    figure: Figure = field(repr=False, compare=False)
    images: Mapping[str, bytes] = field(default_factory=dict, repr=False, compare=False)

    def __getstate__(self) -> dict[str, Any]:
        """Give what travels to another process: everything but the drawing."""
        return {name: value for name, value in vars(self).items() if name != "figure"}

    def csv(self) -> str:
        """Write the data as shown as CSV; texts that a spreadsheet would run get an apostrophe."""
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(self.columns)
        writer.writerows([_cell(cell) for cell in row] for row in self.rows)
        return out.getvalue()

    def text(self) -> str:
        """Put together title, subtitle, alt text, producers, licences and citation, as plain text."""
        parts = [
            f"{self.title}\n{self.subtitle}",
            f"Alt text\n{self.alt}",
            "\n".join(("Producers of the data", *self.producers)),
            "\n".join(("Licences", *self.licences)),
            f"Citation\n{self.citation}",
            f"Data as shown: {self.name}.csv",
        ]
        return "\n\n".join(parts) + "\n"


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


def image(chart: Chart, kind: str) -> bytes:
    """Render a chart.

    Parameters
    ----------
    chart : Chart
        What to render.
    kind : {"png", "svg"}
        PNG at twice the resolution of a screen, or SVG; no dates, so that the same chart has the same bytes.
    """
    if kind in chart.images:
        return chart.images[kind]
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    made: dict[str, dict[str, str | None]] = {
        "png": {"Software": None, "Title": chart.title, "Description": chart.alt},
        "svg": {"Date": None, "Creator": None, "Title": chart.title, "Description": chart.alt},
    }
    out = io.BytesIO()
    with house_style():
        FigureCanvasAgg(chart.figure)
        chart.figure.savefig(out, format=kind, metadata=made[kind])
    return out.getvalue()


def rendered(chart: Chart) -> Chart:
    """Render a chart in every kind of picture, so that it can be handed to another process."""
    return replace(chart, images={kind: image(chart, kind) for kind in PICTURES})


def write(chart: Chart, folder: Path) -> list[Path]:
    """Write NAME.png, NAME.svg, NAME.csv and NAME.txt into a folder, each whole or not at all.

    Parameters
    ----------
    chart : Chart
        What to write.
    folder : Path
        Made if it does not exist.
    """
    folder.mkdir(parents=True, exist_ok=True)
    contents = {kind: image(chart, kind) for kind in PICTURES}
    contents |= {"csv": chart.csv().encode(), "txt": chart.text().encode()}
    return [put(folder / f"{chart.name}.{kind}", content) for kind, content in contents.items()]
