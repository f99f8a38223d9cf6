"""What every test starts from: a plain terminal, no settings of the person who runs it."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest
from hypothesis import settings

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # as make test and the command line have it
settings.register_profile("repeatable", derandomize=True, deadline=None, database=None)
settings.load_profile("repeatable")

KEPT = {"FOURLAYERS_FROM_WHEEL", "FOURLAYERS_PEERS"}
"""Where tests find things; every other setting of the person who runs them is taken away."""


@pytest.fixture(scope="session")
def root() -> Path:
    """Give the folder of the repository (or of the copied tests, when the wheel is tested)."""
    return Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def project_files(root: Path) -> list[Path]:
    """List the files of the project, tracked or new but not ignored; without git, all there is."""
    if (root / ".git").exists():
        command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
        listed = subprocess.run(command, cwd=root, check=True, capture_output=True, text=True).stdout
        names = {Path(name) for name in listed.split("\0") if name}
    else:
        made = {"__pycache__", "build", "dist", "out"}
        found = (path.relative_to(root) for path in root.rglob("*"))
        names = {path for path in found if not any(part in made or part[0] == "." for part in path.parts)}
    return sorted(path for path in names if (root / path).is_file())


@pytest.fixture(scope="session")
def peers(root: Path) -> Path:
    """Give the folder of published results that the engine must reproduce; it lies beside the project."""
    named = os.environ.get("FOURLAYERS_PEERS")
    folder = Path(named) if named else root.parent / "shared" / "peers"
    if not folder.is_dir():
        message = f"published results are not at {folder}; FOURLAYERS_PEERS names their folder"
        if os.environ.get("CI", "").lower() == "true":
            pytest.fail(message)
        pytest.skip(message)
    return folder


@pytest.fixture(autouse=True)
def _plain_surroundings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.startswith("FOURLAYERS_") and name not in KEPT:
            monkeypatch.delenv(name)
    for name in ("FORCE_COLOR", "CLICOLOR_FORCE", "SOURCE_DATE_EPOCH", "PYTHONPATH"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("TERM", "dumb")
    monkeypatch.setenv("COLUMNS", "80")
