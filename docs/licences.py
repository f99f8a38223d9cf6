"""Gathers the sources of the data by producer in DATA-LICENCES.md; what is written there by hand stays."""

from __future__ import annotations

import re
import tomllib
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

ROOT = Path(__file__).parents[1]
DATA = ROOT / "indicators" / "data"
OPEN: Final = re.compile(
    r"CC0|CC BY(?!-N)|\bMIT\b|Apache|public domain|Open (Government )?Licence|Standard Terms of Use",
    re.IGNORECASE,
)
"""What makes a licence an open one; a licence that forbids derivatives or sale is not."""
SINGLE: Final = frozenset(("access", "export_rules", "value_chain", "value_facts", "value_stages"))
"""Tables of single facts, from many pages each."""
OPEN_TERMS, RESTRICTED, FACTS = range(3)


@dataclass
class Producer:
    """What one maker of figures is used for."""

    files: dict[str, bool] = field(default_factory=dict)
    """Indicators and tables, and whether their values may be passed on."""
    licences: list[str] = field(default_factory=list)
    titles: list[str] = field(default_factory=list)

    def add(self, name: str, source: dict[str, Any]) -> None:
        """Add one source of one file."""
        self.files[name] = self.files.get(name, True) and source.get("redistribute", True)
        for listed, text in ((self.licences, source["licence"]), (self.titles, source["title"])):
            if text not in listed:
                listed.append(text)

    def section(self) -> int:
        """Return the table that a new row goes to."""
        if self.files.keys() <= SINGLE:
            return FACTS
        return OPEN_TERMS if all(OPEN.search(text) for text in self.licences) else RESTRICTED

    def used(self) -> str:
        """List the files."""
        return ", ".join(f"`{name}`" for name in sorted(self.files))

    def passed_on(self) -> str:
        """Say which values may be printed."""
        kept = [f"`{name}`" for name, free in sorted(self.files.items()) if not free]
        if not kept:
            return "yes"
        return "no" if len(kept) == len(self.files) else f"in part: no for {', '.join(kept)}"


def producers() -> dict[str, Producer]:
    """Read the sources of every file of the data folder."""
    found: defaultdict[str, Producer] = defaultdict(Producer)
    for path in sorted(DATA.rglob("*.toml")):
        for source in tomllib.loads(path.read_text(encoding="utf-8")).get("sources", {}).values():
            found[source["producer"]].add(path.stem, source)
    return dict(found)


def renewed(text: str) -> str:
    """Return the document with its three tables brought up to the sources."""
    known = producers()
    parts = re.split(r"(?m)^(\| (?:Producer|Source) \|.*\n\|[-|]+\n)((?:\|.*\n)*)", text)
    tables = [
        dict(_row(line) for line in block.splitlines() if _row(line)[0] in known) for block in parts[2::3]
    ]
    listed = {name for table in tables for name in table}
    for name in known.keys() - listed:
        tables[known[name].section()][name] = [_safe("; ".join(known[name].licences))]
    for place, table in enumerate(tables):
        lines = []
        for name in sorted(table, key=str.casefold):
            licence, *told = table[name]
            attribution = [told[0] if told else _safe(f"{name}: {'; '.join(known[name].titles)}")]
            cells = [name, licence, *(attribution if place != FACTS else [])]
            lines.append(f"| {' | '.join([*cells, known[name].used(), known[name].passed_on()])} |\n")
        parts[2 + 3 * place] = "".join(lines)
    return "".join(parts)


def _row(line: str) -> tuple[str, list[str]]:
    """Return the first cell of a row, and those written by hand: licence and attribution."""
    name, *cells = line.strip("| ").split(" | ")
    return name, cells[: len(cells) - 2]


def _safe(text: str) -> str:
    return " ".join(text.replace("|", "/").split())


if __name__ == "__main__":
    page = ROOT / "DATA-LICENCES.md"
    page.write_text(renewed(page.read_text(encoding="utf-8")), encoding="utf-8")
