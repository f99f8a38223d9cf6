"""The files of a folder that a user names: not beyond links, not hidden ones, and not a whole disk."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

from .fault import UsageError

MOST: Final = 20_000
"""Files and folders above which a folder is no folder of data."""


def files(folder: Path) -> list[Path]:
    """Files under a folder, sorted, and folders with a suffix; neither hidden ones nor what links lead to.

    Raises
    ------
    UsageError
        If there are more than `MOST`: somebody named the root of a disk, or a home.
    """
    found: list[Path] = []
    seen = 0
    for place, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        seen += len(folders) + len(names)
        if seen > MOST:
            message = f"{folder}: more than {MOST:,} files and folders in it; name the one of the data alone"
            raise UsageError(message)
        alike = [name for name in folders if "." in name]  # taken for a file by whoever looks at names
        found += [Path(place, name) for name in (*names, *alike) if not name.startswith(".")]
    return sorted(found)
