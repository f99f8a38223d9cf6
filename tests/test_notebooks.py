"""The notebooks that ship run from the first cell to the last, fast, and show tables and a picture."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING

import jupytext
import pytest
from nbclient import NotebookClient

from fourlayers import debate, summary

if TYPE_CHECKING:
    from nbformat import NotebookNode

FOLDER = Path(__file__).parents[1] / "examples" / "notebooks"
SCRIPTS = sorted(FOLDER.glob("*.py"))
LONGEST = 30.0
"""Seconds for one, on a machine that does other things besides, where what ships computed is fresh."""

pytestmark = [
    pytest.mark.skipif(not SCRIPTS, reason="away from the sources there are no notebooks"),
    # What the client of the kernel warns of is its own; our code runs in the kernel.
    pytest.mark.filterwarnings("default"),
]


def executed(script: Path, folder: Path) -> NotebookNode:
    """Run a script as a notebook in a folder; a warning of ours is found on the error stream of its cell."""
    notebook: NotebookNode = jupytext.read(script)
    NotebookClient(
        notebook,
        timeout=120,
        kernel_name="python3",
        resources={"metadata": {"path": str(folder)}},
    ).execute()
    return notebook


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.stem)
def test_a_notebook_runs_and_shows(script: Path, tmp_path: Path) -> None:
    started = time.monotonic()
    notebook = executed(script, tmp_path)
    fresh = summary.read() and debate.read()
    assert time.monotonic() - started < LONGEST or not fresh
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    assert [output for output in outputs if output.get("name") == "stderr"] == []
    kinds = [kind for output in outputs for kind in output.get("data", {})]
    assert kinds.count("text/html") >= 3
    assert ("image/svg+xml" in kinds) == ("chart(" in script.read_text(encoding="utf-8"))
    assert all("text/plain" in output.data for output in outputs if "data" in output)
    assert [path.name for path in tmp_path.iterdir()] == []


def test_each_begins_with_its_title_and_words() -> None:
    assert len(SCRIPTS) == 2
    for script in SCRIPTS:
        first = jupytext.read(script).cells[0]
        assert first.cell_type == "markdown"
        assert first.source.startswith("# ")
