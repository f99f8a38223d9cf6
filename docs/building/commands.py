"""The reference of the command line, as the command line itself tells it."""

from __future__ import annotations

from fourlayers.cli import build


def written() -> str:
    """Every command with its arguments and options, a heading each."""
    text = build().generate_docs(output_format="markdown", heading_level=1)
    first, _, listed = text.partition("\n## fourlayers ")
    commands = first[first.index("**Commands**") :].partition("\n")[2]
    return f"{commands}\n## fourlayers {listed}"
