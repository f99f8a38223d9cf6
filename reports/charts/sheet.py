"""The sheet that a chart is drawn on, in millimetres: title and subtitle above, body, source line below."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from .palette import FAINT, INK, MUTED, PAPER, Role

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

WIDTH = 160.0  # mm: the text width of the report's A4 page
MARGIN = 2.0
INCH = 25.4
POINT = INCH / 72
SLACK = 1.015  # drawn letters are set to whole pixels, which can make a line a little wider than measured
LINE = 1.3  # distance of lines, in letter heights
PATCH = {"facecolor": PAPER, "edgecolor": "none", "pad": 0.6}  # behind a label, so that no line crosses it
LEADING = 1.2  # the same within a label
HALF = 0.36  # half the height of a capital, so that labels align by capitals whether or not a letter descends
TITLE, SUBTITLE, LABEL, SMALL, SOURCE = 11.0, 8.0, 7.5, 6.5, 6.0  # sizes in points


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


@lru_cache(maxsize=4096)
def width(text: str, size: float, weight: str = "normal") -> float:
    """Width of a line of text in mm, measured with the font of the house."""
    from matplotlib.font_manager import FontProperties
    from matplotlib.textpath import text_to_path

    font = FontProperties(family="DejaVu Sans", size=size, weight=weight)
    return float(text_to_path.get_text_width_height_descent(text, font, ismath=False)[0]) * POINT * SLACK


def wrap(text: str, room: float, size: float, weight: str = "normal") -> list[str]:
    """Break a text into lines that are at most `room` mm wide; a word that is wider stands alone."""
    lines: list[str] = []
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and width(longer, size, weight) <= room:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


@dataclass(frozen=True)
class Sheet:
    """A figure with its body.

    Attributes
    ----------
    figure : Figure
        The whole sheet.
    paper : Axes
        The body in mm, from the top left corner, y downwards.
    top, body, height : float
        Where the body begins, how tall it is and how tall the sheet is, in mm.
    """

    figure: Figure
    paper: Axes
    top: float
    body: float
    height: float

    def axes(self, left: float, top: float, width: float, height: float) -> Axes:
        """Add axes at a place of the body, in mm from its top left corner."""
        across, bottom = WIDTH + 2 * MARGIN, self.height - self.top - top - height
        box = ((left + MARGIN) / across, bottom / self.height, width / across, height / self.height)
        return self.figure.add_axes(box)

    def write(self, x: float, y: float, text: str, size: float = LABEL, **how: Any) -> None:  # noqa: ANN401
        """Write lines, their capitals centred on `y`, left-aligned unless told otherwise."""
        lines = text.split("\n")
        for i, line in enumerate(lines):
            middle = y + (i - (len(lines) - 1) / 2) * size * LEADING * POINT
            self.paper.text(x, middle + HALF * size * POINT, line, **{"size": size, "color": INK, **how})

    def rule(self, y: float, left: float = 0.0, right: float = WIDTH, colour: str = FAINT) -> None:
        """Draw a level line."""
        self.paper.plot([left, right], [y, y], color=colour, linewidth=0.6, zorder=0)

    def mark(self, x: float, y: float, role: Role, **how: Any) -> None:  # noqa: ANN401
        """Set the mark of a role."""
        self.paper.plot([x], [y], **{**role.mark(), "zorder": 4, **how})

    def span(self, left: float, right: float, y: float, role: Role, thick: float = 1.6) -> None:
        """Draw a range in the way of a role, with caps, so that its ends are seen however short it is."""
        self.paper.plot([left, right], [y, y], **role.line(), linewidth=thick, zorder=2)
        for end in (left, right):
            cap = [y - thick / 2, y + thick / 2]
            self.paper.plot([end, end], cap, color=role.colour, linewidth=0.45 + thick / 4, zorder=2)

    def bar(self, x: float, y: float, across: float, down: float, colour: str, **how: Any) -> None:  # noqa: ANN401
        """Draw a rectangle from its upper left corner."""
        from matplotlib.patches import Rectangle

        self.paper.add_patch(
            Rectangle((x, y), across, down, **{"facecolor": colour, "edgecolor": "none", **how})
        )


def sheet(title: str, subtitle: str, source: str, body: float) -> Sheet:
    """Lay out a sheet: as tall as its wrapped texts and a body of `body` mm need.

    Parameters
    ----------
    title, subtitle, source : str
        Texts; each wraps to the width of the sheet.
    body : float
        Height of the drawing in mm.
    """
    from matplotlib.figure import Figure

    blocks = [(title, TITLE, "bold", INK), (subtitle, SUBTITLE, "normal", MUTED)]
    wrapped = [wrap(text, WIDTH, size, weight) for text, size, weight, _ in blocks]
    foot = wrap(source, WIDTH, SOURCE)
    top = (
        MARGIN + sum(_tall(lines, size) for lines, (_, size, _, _) in zip(wrapped, blocks, strict=True)) + 2.5
    )
    height = top + body + 1.5 + _tall(foot, SOURCE) + MARGIN
    across = WIDTH + 2 * MARGIN
    figure = Figure(figsize=(across / INCH, height / INCH))
    y = MARGIN
    for lines, (_, size, weight, colour) in zip(wrapped, blocks, strict=True):
        _print(figure, height, y, lines, {"size": size, "weight": weight, "color": colour})
        y += _tall(lines, size) + 0.8
    _print(figure, height, height - MARGIN - _tall(foot, SOURCE), foot, {"size": SOURCE, "color": MUTED})
    box = (MARGIN / across, (height - top - body) / height, WIDTH / across, body / height)
    paper = figure.add_axes(box, xlim=(0, WIDTH), ylim=(body, 0))
    paper.set_axis_off()
    return Sheet(figure, paper, top, body, height)


def _tall(lines: list[str], size: float) -> float:
    return len(lines) * size * LINE * POINT


def _print(figure: Figure, height: float, y: float, lines: list[str], how: dict[str, Any]) -> None:
    step = how["size"] * LINE * POINT
    for i, line in enumerate(lines):
        figure.text(MARGIN / (WIDTH + 2 * MARGIN), 1 - (y + i * step) / height, line, va="top", **how)
