"""Draws the profile chart of the README and writes its finding under it."""

from __future__ import annotations

import re
from pathlib import Path

import fourlayers as fl
from reports.charts import draw

ROOT = Path(__file__).parents[1]
FORMATS = ("png", "svg", "csv", "txt")


def caption() -> str:
    """Return finding and state of the chart."""
    chart = draw("profile", fl.score(), fl.load())
    return f"*{chart.title}.* {chart.subtitle}"


if __name__ == "__main__":
    fl.chart("profile", out=ROOT / "docs" / "figures", formats=FORMATS)
    readme = ROOT / "README.md"
    text = readme.read_text(encoding="utf-8")
    new = f"<!-- caption -->\n{caption()}\n<!-- /caption -->"
    readme.write_text(
        re.sub("<!-- caption -->.*<!-- /caption -->", lambda _: new, text, flags=re.DOTALL), encoding="utf-8"
    )
