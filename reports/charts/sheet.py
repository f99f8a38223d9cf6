"""The sheet that a chart is drawn on, in millimetres: title and subtitle above, body, source line below."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from .chart import Chart
from .look import PLAIN
from .palette import FAINT, INK, MUTED, PAPER, Role

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from .behind import Behind
    from .chart import Cell
    from .credit import Credit
    from .look import Look, Size

INCH = 25.4
POINT = INCH / 72
Box = tuple[float, float, float, float]
"""Left edge, upper edge, width and height, in mm."""
SLACK = 1.015  # drawn letters are set to whole pixels, which can make a line a little wider than measured
LINE = 1.3  # distance of lines, in letter heights
PATCH = {"facecolor": PAPER, "edgecolor": "none", "pad": 0.6}  # behind a label, so that no line crosses it
LEADING = 1.2  # the same within a label
HALF = 0.36  # half the height of a capital, so that labels align by capitals whether or not a letter descends
LABEL, SMALL, SOURCE = 7.5, 6.5, 6.0  # sizes in points
WIDER: Final = 4.0
"""Millimetres by which a sheet of fixed shape is widened at a time until what is drawn fits."""
STRETCHED: Final = 1.45
"""What is drawn is at most so much taller than it asks to be; the rest of a sheet stays white."""


@dataclass(frozen=True)
class Scale:
    """A straight scale from values to millimetres on the sheet."""

    low: float
    high: float
    left: float
    right: float

    def __call__(self, value: float) -> float:
        """Place of a value, in mm; values beyond the ends stand at the ends."""
        share = (min(max(value, self.low), self.high) - self.low) / (self.high - self.low)
        return self.left + share * (self.right - self.left)


@lru_cache(maxsize=8192)
def width(text: str, size: float, weight: str = "normal") -> float:
    """Width of a line of text in mm, measured with the font of the house."""
    from matplotlib.font_manager import FontProperties
    from matplotlib.textpath import text_to_path

    font = FontProperties(family="DejaVu Sans", size=size, weight=weight)
    return float(text_to_path.get_text_width_height_descent(text, font, ismath=False)[0]) * POINT * SLACK


def wrap(text: str, room: float, size: float, weight: str = "normal") -> list[str]:
    """Break a text into lines that are at most `room` mm wide; a word that is wider is broken itself."""
    lines: list[str] = []
    for word in text.split(" "):
        if not word:
            continue
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and width(longer, size, weight) <= room:
            lines[-1] = longer
        elif width(word, size, weight) <= room:
            lines.append(word)
        else:
            lines += _broken(word, room, size, weight)
    return lines


def _broken(word: str, room: float, size: float, weight: str) -> list[str]:
    parts = [""]
    for letter in word:
        if parts[-1] and width(parts[-1] + letter, size, weight) > room:
            parts.append("")
        parts[-1] += letter
    return parts


def fitted(text: str, room: float, size: float, weight: str = "normal") -> str:
    """Text as it stands where it is at most `room` mm wide, else cut, with an ellipsis."""
    if width(text, size, weight) <= room:
        return text
    while text and width(f"{text}…", size, weight) > room:
        text = text[:-1]
    return f"{text.rstrip()}…"


@dataclass(frozen=True)
class Sheet:
    """A figure with its body.

    Attributes
    ----------
    figure : Figure
        The whole sheet.
    paper : Axes
        The body in mm, from the top left corner, y downwards.
    width, body : float
        Of the body in mm; its height is that asked for, whatever it is stretched to.
    stretch : float
        How many mm of the sheet one mm downwards takes up.
    top, across, height, margin : float
        Where the body begins, how large the sheet is, and its margin, in mm.
    title, subtitle : str
        As printed.
    named : Credit
        Who is named.
    size : Size
        Shape of the sheet.
    """

    figure: Figure
    paper: Axes
    width: float
    body: float
    stretch: float
    top: float
    across: float
    height: float
    margin: float
    title: str
    subtitle: str
    named: Credit
    size: Size

    def axes(self, left: float, top: float, width: float, height: float) -> Axes:
        """Add axes at a place of the body, in mm from its top left corner."""
        bottom = self.height - self.top - (top + height) * self.stretch
        box = (
            (left + self.margin) / self.across,
            bottom / self.height,
            width / self.across,
            height * self.stretch / self.height,
        )
        return self.figure.add_axes(box)

    def write(self, x: float, y: float, text: str, size: float = LABEL, **how: Any) -> None:  # noqa: ANN401
        """Write lines, their capitals centred on `y`, left-aligned unless told otherwise."""
        lines, point = text.split("\n"), POINT / self.stretch
        for i, line in enumerate(lines):
            middle = y + (i - (len(lines) - 1) / 2) * size * LEADING * point
            self.paper.text(x, middle + HALF * size * point, line, **{"size": size, "color": INK, **how})

    def rule(self, y: float, left: float = 0.0, right: float | None = None, colour: str = FAINT) -> None:
        """Draw a level line, to the right edge unless told otherwise."""
        end = self.width if right is None else right
        self.line([left, end], [y, y], color=colour, linewidth=0.6, zorder=0)

    def line(self, x: Iterable[float], y: Iterable[float], **how: Any) -> None:  # noqa: ANN401
        """Draw a line through places of the body."""
        from matplotlib.lines import Line2D

        self.paper.add_artist(Line2D(list(x), list(y), **how))

    def mark(self, x: float, y: float, role: Role, **how: Any) -> None:  # noqa: ANN401
        """Set the mark of a role."""
        self.line([x], [y], **{**role.mark(), "zorder": 4, **how})

    def span(
        self, left: float, right: float, y: float, role: Role, thick: float = 1.6, zorder: float = 2
    ) -> None:
        """Draw a range in the way of a role, with caps, so that its ends are seen however short it is."""
        self.line([left, right], [y, y], **role.line(), linewidth=thick, zorder=zorder)
        half, wide = thick / 2 / self.stretch, 0.45 + thick / 4
        for end in (left, right):
            self.line([end, end], [y - half, y + half], color=role.colour, linewidth=wide, zorder=zorder)

    def upright(self, low: float, high: float, x: float, role: Role, thick: float = 1.6) -> None:
        """Draw a range that stands upright."""
        self.line([x, x], [low, high], **role.line(), linewidth=thick, zorder=2)
        for end in (low, high):
            self.line(
                [x - thick / 2, x + thick / 2],
                [end] * 2,
                color=role.colour,
                linewidth=0.45 + thick / 4,
                zorder=2,
            )

    def bar(self, x: float, y: float, across: float, down: float, colour: str, **how: Any) -> None:  # noqa: ANN401
        """Draw a rectangle from its upper left corner."""
        from matplotlib.patches import Rectangle

        self.paper.add_artist(
            Rectangle((x, y), across, down, **{"facecolor": colour, "edgecolor": "none", **how})
        )

    def bars(self, boxes: Sequence[Box], colour: str, **how: Any) -> None:  # noqa: ANN401
        """Draw many rectangles of one look, each as upper left corner, width and height."""
        import numpy as np
        from matplotlib.collections import PolyCollection

        x, y, across, down = (np.asarray(side) for side in zip(*boxes, strict=True))
        corners = [(x, y), (x + across, y), (x + across, y + down), (x, y + down)]
        outlines = np.moveaxis(np.array(corners), -1, 0)
        self.paper.add_artist(
            PolyCollection(list(outlines), **{"facecolor": colour, "edgecolor": "none", **how})
        )

    def chart(
        self,
        name: str,
        alt: str,
        columns: tuple[str, ...],
        rows: Iterable[tuple[Cell, ...]],
        behind: Behind | None = None,
    ) -> Chart:
        """Put the chart together with all that travels with it.

        Parameters
        ----------
        name, alt : str
            Stem of its files, and what it shows, in words.
        columns, rows
            The data as shown.
        behind : Behind, optional
            The values that these were made from.
        """
        made = self.named
        end = (made.producers, made.licences, made.citation, made.short, self.size, self.figure, behind)
        return Chart(name, self.title, self.subtitle, alt, columns, tuple(rows), *end)


def sheet(
    title: str,
    subtitle: str,
    named: Credit,
    body: float | Callable[[float], float],
    look: Look = PLAIN,
) -> Sheet:
    """Lay out a sheet: as tall as its texts and its body need, or of a shape, as wide as that takes.

    Parameters
    ----------
    title, subtitle : str
        Texts; each wraps to the width of the sheet.
    named : Credit
        Whose line stands below.
    body : float or callable
        Height of the drawing in mm; where it depends on the width of the body, a function of that.
    look : Look
        Shape of the sheet, and a title in place of this one.
    """
    from matplotlib.figure import Figure

    size = look.size
    across = size.least
    while True:
        blocks = _blocks(look.title or title, subtitle, across, size)
        foot = wrap(named.line, across, SOURCE)
        top = size.margin + sum(_tall(lines, how["size"]) + 0.8 for lines, how in blocks) + 1.5
        below = 1.5 + _tall(foot, SOURCE) + size.margin * 0.8
        wanted = body(across) if callable(body) else body
        whole = across + 2 * size.margin
        height = top + wanted + below if size.shape is None else whole * size.shape
        room = height - top - below
        if room >= wanted - 1e-6:
            break
        across += WIDER
    stretch = min(room / wanted, STRETCHED)
    figure = Figure(figsize=(whole / INCH, height / INCH))
    y = size.margin
    for lines, how in blocks:
        _print(figure, (whole, height), (size.margin, y), lines, how)
        y += _tall(lines, how["size"]) + 0.8
    at = (size.margin, height - below + 1.5)
    _print(figure, (whole, height), at, foot, {"size": SOURCE, "color": MUTED})
    used = wanted * stretch
    box = (size.margin / whole, (height - top - used) / height, across / whole, used / height)
    paper = figure.add_axes(box, xlim=(0, across), ylim=(wanted, 0), autoscale_on=False)
    paper.set_axis_off()
    made = (look.title or title, subtitle, named, size)
    return Sheet(figure, paper, across, wanted, stretch, top, whole, height, size.margin, *made)


def _blocks(title: str, subtitle: str, room: float, size: Size) -> list[tuple[list[str], dict[str, Any]]]:
    above: dict[str, Any] = {"size": size.title, "weight": "bold", "color": INK}
    under: dict[str, Any] = {"size": size.subtitle, "weight": "normal", "color": MUTED}
    return [
        (wrap(_bound(text), room, how["size"], how["weight"]), how)
        for text, how in ((title, above), (subtitle, under))
    ]


def _bound(text: str) -> str:
    """Text on one line whose percent signs stay with their numbers."""
    return " ".join(text.splitlines()).replace(" %", "\N{NO-BREAK SPACE}%")


def _tall(lines: list[str], size: float) -> float:
    return len(lines) * size * LINE * POINT


def _print(
    figure: Figure,
    page: tuple[float, float],
    at: tuple[float, float],
    lines: list[str],
    how: dict[str, Any],
) -> None:
    step = how["size"] * LINE * POINT
    for i, line in enumerate(lines):
        figure.text(at[0] / page[0], 1 - (at[1] + i * step) / page[1], line, va="top", **how)
