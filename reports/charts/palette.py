"""Colours and marks by what they mean, after Okabe and Ito; a chart names a meaning, never a colour."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

INK = "#222222"
MUTED = "#595959"  # 7:1 on white, for all secondary text
RULE = "#8a8a8a"
FAINT = "#e0e0e0"
TRACK = "#efefef"
HATCH = "#adadad"
PAPER = "#ffffff"

AGES = ("#08519c", "#3f8fc5", "#9dc7e6", "#dcebf7")
"""Age classes of the coverage chart, youngest first: one hue, dark is fresh, so that grey print keeps it."""


SHARES = ((0.10, "#dcebf7"), (0.25, "#b3d1e9"), (0.50, "#79b0d8"), (0.75, "#3f8fc5"), (1.01, "#08519c"))
"""Upper bounds and shades of shares of draws, least first: one hue, dark is often."""


@dataclass(frozen=True)
class Role:
    """How one side of a comparison looks: colour, its darker form for text, marker, fill and dash."""

    colour: str
    text: str
    marker: str
    filled: bool
    dash: Any
    size: float = 4.8

    def mark(self) -> dict[str, Any]:
        """Keywords of a mark, as matplotlib's `plot` takes them."""
        return {
            "marker": self.marker,
            "markersize": self.size,
            "markerfacecolor": self.colour if self.filled else PAPER,
            "markeredgecolor": self.colour,
            "markeredgewidth": 1.3,
            "linestyle": "none",
        }

    def line(self) -> dict[str, Any]:
        """Keywords of a line."""
        return {"color": self.colour, "linestyle": self.dash}


FIRST = Role("#0072B2", "#00639b", "o", filled=True, dash="solid")
SECOND = Role("#D55E00", "#a84a00", "D", filled=False, dash=(0, (3, 1.2)), size=4.3)
OTHER = Role("#6b6b6b", MUTED, "s", filled=True, dash="solid", size=2.4)
RULE_CASE = Role("#009E73", "#00704f", "o", filled=True, dash="solid", size=3.2)
OTHER_CASE = Role("#6b6b6b", MUTED, "s", filled=False, dash=(0, (3, 1.2)), size=3.0)
CLAIM = Role("#a3507c", "#8c3f69", "", filled=False, dash=(0, (1, 1.2)))
PATHS = Role("#6a3d9a", "#5a3484", "", filled=True, dash="solid")
"""A scenario's path: neither side's colour."""
HOME = Role("#009E73", "#00704f", "^", filled=True, dash="solid", size=4.6)
