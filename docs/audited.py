"""Writes the findings of audit.md: on our own framework, and on the published index beside the project."""

from __future__ import annotations

import os
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Final

from fourlayers import audit, score_frame
from scoring.analysis.audit import tally
from scoring.index.recipe import Recipe, read_recipe

if TYPE_CHECKING:
    from fourlayers.auditing import Audit
    from indicators.facts import Facts

DOCUMENT: Final = Path(__file__).with_name("audit.md")
PEERS: Final = Path(os.environ.get("FOURLAYERS_PEERS", Path(__file__).parents[2] / "shared" / "peers"))
VERDICTS: Final = ("mind", "cannot tell", "fine", "for information")
PUBLISHED: Final = ("CHN", "JPN")
EXAMPLE: Final = {
    "order": ("denominate", "impute", "screen", "treat", "normalise"),
    "impute": {"method": "group_mean", "group": "EurAsia_group"},
    "screen": {"method": "availability", "least": 0.9},
    "treat": "two_stage",
    "normalise": "minmax",
}
"""How the published index was computed."""


def findings(found: Audit) -> str:
    """Count by check, and list every finding to mind."""
    lines = [f"{found.title}.", "", "| check | " + " | ".join(VERDICTS) + " |", "|---|---|---|---|---|"]
    for name, counted in tally(found.checks).items():
        lines.append(f"| {name} | " + " | ".join(str(counted.get(it, "")) for it in VERDICTS) + " |")
    minded = [check for check in found.checks if check.verdict == "mind"]
    for name, group in groupby(minded, key=lambda check: check.check):
        told = list(group)
        said: dict[str, list[str]] = {}
        for check in told:
            said.setdefault(check.says, []).append(f"`{check.node}`")
        lines += ["", f"**{name[0].upper()}{name[1:]}**: {'; '.join(sorted({it.todo for it in told}))}.", ""]
        lines += [f"- {', '.join(nodes)}: {says}" for says, nodes in said.items()]
    return "\n".join(lines)


def ours(facts: Facts | None = None) -> str:
    """Audit the shipped framework."""
    return findings(audit(facts=facts))


def published(peers: Path = PEERS) -> str | None:
    """Audit the published index; None where its tables are not."""
    folder = peers / "asem"
    if not folder.is_dir():
        return None
    recipe = Recipe.model_validate(read_recipe("plain").model_dump() | {"name": "asem", "choices": EXAMPLE})
    return findings(audit(score_frame(folder / "iData.csv", folder / "iMeta.csv", recipe), PUBLISHED))


def filled(text: str, name: str, body: str) -> str:
    """Put a text between the marks of a name."""
    begin, end = f"<!-- {name} -->", f"<!-- /{name} -->"
    before, after = text.split(begin, maxsplit=1)[0], text.split(end)[1]
    return "\n".join((before + begin, "", body, "", end + after))


def main() -> None:
    """Write the document again; what stands there of the published index stays where its tables are not."""
    text = filled(DOCUMENT.read_text(encoding="utf-8"), "ours", ours())
    found = published()
    text = text if found is None else filled(text, "published", found)
    DOCUMENT.write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
