"""Writes what stands in every JSON document into docs/json.md: runs the commands, reads what comes out.

`python docs/documents.py score claims` renews those alone. A shape is told by keys; where all keys of a
mapping hold the same shape, as for economies and nodes, one stands for all.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import shlex
import sys
import tempfile
from pathlib import Path
from typing import Any

from fourlayers.cli import main

PAGE = Path(__file__).parent / "json.md"
COMMANDS = {
    "score": "fourlayers score --format json",
    "claims": "fourlayers claims --format json",
    "value-capture": "fourlayers value-capture --format json",
    "scenario": "fourlayers scenario run price-war --draws 0 --format json",
    "robustness": "fourlayers robustness --draws 256 --format json",
    "drivers": "fourlayers robustness drivers --draws 256 --format json",
    "audit": "fourlayers audit --format json",
    "diff": "fourlayers diff score.json --format json",
    "token-cost": "fourlayers token-cost --format json",
    "table": "fourlayers score --idata values.csv --imeta hdi --format json",
}
VALUES = """uCode,life_expectancy,expected_schooling,mean_schooling,gni_per_capita
NOR,81.6,17.5,12.6,64992
AUS,82.4,20.2,13.0,42261
CHE,83.0,15.8,12.8,56431
"""
"""Three countries of the Human Development Report 2015, table 1."""
DEEPEST = 5


def document(name: str) -> Any:  # noqa: ANN401 - any JSON
    """Document that a command gives, in the working folder."""
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        code = main(shlex.split(COMMANDS[name])[1:])
    if code:
        message = f"{COMMANDS[name]} ended with {code}"
        raise RuntimeError(message)
    return json.loads(out.getvalue())


def outline(it: Any, depth: int = 0) -> list[str]:  # noqa: ANN401 - any JSON
    """Lines that tell the keys of a document, further in where they are further down."""
    if isinstance(it, list):
        return outline(next((each for each in it if isinstance(each, dict)), None), depth)
    if not isinstance(it, dict) or depth == DEEPEST:
        return []
    if _alike(it):
        return ["    " * depth + "(each)", *outline(next(iter(it.values())), depth + 1)]
    lines = []
    for key, value in it.items():
        several = " []" if isinstance(value, list) else ""
        lines += ["    " * depth + f"{key}{several}", *outline(value, depth + 1)]
    return lines


def _alike(it: dict[str, Any]) -> bool:
    """Say whether a mapping holds several of one kind: economies, nodes, cases."""
    shapes = {tuple(each) if isinstance(each, dict) else None for each in it.values()}
    return len(it) > 1 and len(shapes) == 1 and None not in shapes


def renewed(page: str, name: str, held: dict[str, Any]) -> str:
    """Page with the outline of one document."""
    start, end = f"<!-- document: {name} -->\n", f"<!-- /document: {name} -->"
    before, _, rest = page.partition(start)
    after = rest.partition(end)[2]
    body = "\n".join(outline(held))
    return f"{before}{start}\n```text\n{body}\n```\n\n{end}{after}"


if __name__ == "__main__":
    text = PAGE.read_text(encoding="utf-8")
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        Path("values.csv").write_text(VALUES, encoding="utf-8")
        Path("score.json").write_text(json.dumps(document("score")), encoding="utf-8")
        for chosen in sys.argv[1:] or COMMANDS:
            text = renewed(text, chosen, document(chosen))
    PAGE.write_text(text, encoding="utf-8")
