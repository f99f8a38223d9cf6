"""Mutated files for every reader, led by coverage (atheris): `make fuzz` and the figures of docs/robust.md.

Each reader has a process of its own with bounded memory; a file may take `SECONDS`. Whatever is neither read
nor refused in words is kept in build/fuzz with its traceback.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parent.parent
KEPT: Final = ROOT / "build" / "fuzz"
PAGE: Final = ROOT / "docs" / "robust.md"
MARKS: Final = ("<!-- fuzz -->\n", "<!-- end fuzz -->")
SECONDS: Final = 5.0
"""Of computing, for one file: the clock on the wall belongs to all that runs."""
MEMORY: Final = 3 * 2**30
"""Bytes of addresses that a process may have; numpy and pandas take some of it before anything is read."""
RUNS: Final = 5_700
