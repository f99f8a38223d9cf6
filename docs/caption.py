"""Writes the finding of the profile chart under it in the README."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[1]


def caption() -> str:
    """Return finding and state, from the text that stands beside the figure."""
    title, subtitle, *_ = (ROOT / "docs" / "figures" / "profile.txt").read_text(encoding="utf-8").splitlines()
    return f"*{title}.* {subtitle}"


if __name__ == "__main__":
    readme = ROOT / "README.md"
    text = readme.read_text(encoding="utf-8")
    new = f"<!-- caption -->\n{caption()}\n<!-- /caption -->"
    readme.write_text(
        re.sub("<!-- caption -->.*<!-- /caption -->", lambda _: new, text, flags=re.DOTALL), encoding="utf-8"
    )
