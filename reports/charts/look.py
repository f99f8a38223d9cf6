"""How a chart is wanted: the shape of its sheet, and a title of one's own in place of its finding."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from indicators.fault import UsageError, unknown

LONGEST: Final = 300
"""Characters of a title; more would leave no room for the picture."""


@dataclass(frozen=True)
class Size:
    """One shape of sheet.

    Attributes
    ----------
    name : str
        What it is called.
    shape : float or None
        Height over width; None for as tall as what is drawn.
    least : float
        Narrowest body in mm. A sheet of fixed shape that has too little height for what is drawn is made
        wider, so that everything on it is a little smaller and nothing is cut.
    margin : float
        Around the body, in mm.
    pixels : int
        Width of the PNG: twice that of the screen it is meant for.
    title, subtitle : float
        Sizes of letters in points.
    """

    name: str
    shape: float | None
    least: float
    margin: float
    pixels: int
    title: float = 11.0
    subtitle: float = 8.0

    @property
    def wide(self) -> bool:
        """Say whether panels stand side by side rather than one above the other."""
        return self.shape is not None and self.shape < 1.0

    @property
    def narrow(self) -> bool:
        """Say whether there is little room from left to right."""
        return self.shape is not None and self.shape >= 1.0


PAGE: Final = Size("page", None, 160.0, 2.0, 1550)
SLIDE: Final = Size("slide", 9 / 16, 184.0, 5.0, 2560, 14.0, 8.5)
SQUARE: Final = Size("square", 1.0, 124.0, 4.0, 2160, 12.0, 8.0)
SIZES: Final = {size.name: size for size in (PAGE, SLIDE, SQUARE)}


@dataclass(frozen=True)
class Look:
    """How a chart is wanted.

    Attributes
    ----------
    size : Size
        Shape of the sheet.
    title : str
        In place of the finding; empty for the finding.
    """

    size: Size = PAGE
    title: str = ""


PLAIN: Final = Look()


def look(size: str = PAGE.name, title: str | None = None) -> Look:
    """Check how a chart is wanted.

    Parameters
    ----------
    size : {"page", "slide", "square"}
        Name of a shape.
    title : str, optional
        In place of the finding.

    Raises
    ------
    UsageError
        If there is no such size, or the title is empty, too long or cannot be drawn.
    """
    if size not in SIZES:
        raise unknown("size", size, SIZES)
    return Look(SIZES[size], "" if title is None else _drawable(title))


def _drawable(title: str) -> str:
    """Title on one line, if the font of the charts has all of its characters."""
    text = " ".join(title.split())
    if not text:
        message = "--title: it is empty; leave it out for the finding of the chart"
        raise UsageError(message)
    if len(text) > LONGEST:
        message = f"--title: {len(text)} characters; expected at most {LONGEST}"
        raise UsageError(message)
    lacking = sorted(set(text) - _characters())
    if lacking:
        which = ", ".join(f"U+{ord(each):04X}" for each in lacking[:5])
        message = f"--title: the font of the charts (DejaVu Sans) has no character {which}"
        raise UsageError(message)
    return text


def _characters() -> set[str]:
    """Characters that can be drawn in a bold title."""
    from matplotlib.font_manager import FontProperties, findfont, get_font

    font = get_font(findfont(FontProperties(family="DejaVu Sans", weight="bold")))
    return {chr(code) for code in font.get_charmap()}
