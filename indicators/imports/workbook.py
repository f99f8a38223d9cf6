"""Reads the sheets of a workbook in a process of its own.

A file of a kilobyte may speak of a cell a million rows down and sixteen thousand columns out. The reader then
asks for memory for all that lies between, and where there is none ends the process it runs in.
"""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import date, datetime
from typing import Any, Final, NamedTuple

MEMORY: Final = 2 * 2**30
"""Bytes that the reader may have; it takes some forty a cell."""
SECONDS: Final = 120


class Sheets(NamedTuple):
    """What a workbook holds.

    Attributes
    ----------
    names : list of str
        Its sheets.
    rows : list of list of str or None
        Texts of the one asked for, from its first cell on; None where there is none of that name, or none was
        named and there are several.
    trouble : str
        Why it could not be read; empty where it was.
    """

    names: list[str]
    rows: list[list[str]] | None
    trouble: str


def read_workbook(raw: bytes, sheet: str = "") -> Sheets:
    """Read one sheet of a workbook.

    Parameters
    ----------
    raw : bytes
        The file.
    sheet : str
        Its name; the only one by default.
    """
    words = [sys.executable, "-P", "-m", "indicators.imports.workbook", sheet]
    try:
        done = subprocess.run(words, input=raw, capture_output=True, timeout=SECONDS, check=False)  # noqa: S603
        told: dict[str, Any] = json.loads(done.stdout)
    except subprocess.TimeoutExpired:
        return Sheets([], None, f"a sheet that takes more than {SECONDS} seconds")
    except ValueError:  # ended without a word
        return Sheets([], None, "a sheet too large for the memory, perhaps for one cell far out")
    return Sheets(told["names"], told["rows"], told["trouble"])


def _bounded() -> None:
    """Bound the memory of this process, where the system can."""
    if sys.platform != "win32":
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _read(raw: bytes, sheet: str) -> Sheets:
    import io

    from python_calamine import CalamineError, CalamineWorkbook

    names: list[str] = []
    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(raw)) as book:
            names = book.sheet_names
            named = sheet or (names[0] if len(names) == 1 else "")
            if named not in names:
                return Sheets(names, None, "" if names else "a workbook without a sheet")
            table = book.get_sheet_by_name(named).to_python(skip_empty_area=False)
    except (CalamineError, OSError, ValueError) as error:
        return Sheets(names, None, str(error) or "an unreadable workbook")
    except MemoryError:
        return Sheets(names, None, "a sheet too large for the memory, perhaps for one cell far out")
    except BaseException:  # noqa: BLE001 - the reader, in another language, gave up in its own way
        return Sheets(names, None, "a workbook that its reader cannot follow")
    return Sheets(names, [[_cell(value) for value in row] for row in table], "")


def _cell(value: object) -> str:
    """Return a cell as a text: whole numbers without a point, days as ISO dates."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 2**53 else repr(value)
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    return str(value).strip()


def main() -> None:
    """Read what comes in, in the process that may die of it."""
    _bounded()
    json.dump(_read(sys.stdin.buffer.read(), sys.argv[1])._asdict(), sys.stdout)


if __name__ == "__main__":
    main()
