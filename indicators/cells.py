"""The only CSV reader: a file to text cells, every fault of its form collected. Standard library only."""

from __future__ import annotations

import csv
import io
import math
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from .fault import Fault, near, too_many

if TYPE_CHECKING:
    from pathlib import Path

LARGEST_FILE = 128 * 2**20
"""Bytes above which a data file is refused: a million rows with every column filled take about 90 MB."""
MOST_COLUMNS = 256
"""Columns above which a header is refused: no table here has a quarter of them."""


_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)
_UNKNOWN = {"", "na", "n/a", "nan", "inf", "+inf", "-inf", "infinity", "-", "..", "null", "none"}


@dataclass
class Cells:
    """Text cells of one file.

    Attributes
    ----------
    file : str
        File name for messages.
    header : list of str
        Column names.
    rows : list of list of str
        Cells, stripped; every row has as many as the header.
    lines : list of int
        Line of the file on which each row ends.
    faults : list of Fault
        What is wrong with the form of the file.
    """

    file: str
    header: list[str] = field(default_factory=list)
    rows: list[list[str]] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)

    def column(self, name: str) -> list[str]:
        """Cells of one column; empty texts where the file lacks it."""
        if name not in self.header:
            return [""] * len(self.rows)
        place = self.header.index(name)
        return [row[place] for row in self.rows]


def read_bytes(path: Path, name: str, faults: list[Fault], most: int | None = None) -> bytes:
    """Bytes of a file, or nothing and a fault where it cannot be read or is too large."""
    try:
        if path.exists() and not path.is_file():
            faults.append(Fault(name, 0, "", "something that is no file", "a file"))
            return b""
        size, most = path.stat().st_size, most or LARGEST_FILE
        if size > most:
            faults.append(Fault(name, 0, "", _big(size), f"at most {_big(most)}", "Split the file."))
            return b""
        return path.read_bytes()
    except OSError as error:
        faults.append(Fault(name, 0, "", error.strerror or "an unreadable file", "a readable file"))
        return b""


def _big(size: int) -> str:
    return f"{size / 2**20:.0f} MB" if size >= 2**20 else f"{size / 2**10:.0f} kB"


def decode(raw: bytes, name: str, faults: list[Fault], repair: str = "Save the file as CSV UTF-8.") -> str:
    """Text of UTF-8 bytes, or nothing and a fault that names the line."""
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        found = f"byte 0x{raw[error.start]:02x}"
        faults.append(Fault(name, line, "", found, "UTF-8 text", repair))
        return ""
    if "\0" in text:
        faults.append(
            Fault(
                name,
                text[: text.index("\0")].count("\n") + 1,
                "",
                "a NUL byte",
                "UTF-8 text",
                repair,
            )
        )
        return ""
    return text


def read_cells(path: Path, columns: tuple[str, ...], required: tuple[str, ...]) -> Cells:
    """Read a CSV whose columns are known.

    Parameters
    ----------
    path : Path
        The file.
    columns : tuple of str
        Allowed column names.
    required : tuple of str
        Columns that must be there.
    """
    cells = Cells(path.name)
    text = decode(read_bytes(path, path.name, cells.faults), path.name, cells.faults)
    if cells.faults:
        return cells
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        cells.header = [name.strip() for name in next(reader, [])]
        _check_header(cells, columns, required)
        if not cells.faults:
            _collect(cells, reader)
    except csv.Error as error:
        found, repair = str(error), "Close the quotes, and double a quote inside a quoted cell."
        if "field limit" in found:
            found = f"a cell of more than {csv.field_size_limit():,} signs"
        begun = cells.lines[-1] + 1 if cells.lines else min(reader.line_num, 2)
        cells.faults.append(Fault(cells.file, begun, "", found, "well-formed CSV", repair))
    return cells


def _check_header(cells: Cells, columns: tuple[str, ...], required: tuple[str, ...]) -> None:
    if not any(cells.header):
        found = "an empty file" if not cells.header else "an empty header"
        cells.faults.append(Fault(cells.file, 1, "", found, f"the header {','.join(required)}"))
        return
    if len(cells.header) > MOST_COLUMNS:
        found, expected = f"{len(cells.header):,} columns", f"at most {MOST_COLUMNS}"
        cells.faults.append(Fault(cells.file, 1, "", found, expected))
        return
    if len(cells.header) == 1 and any(mark in cells.header[0] for mark in ";\t|"):
        repair = "Save it with commas between the columns and points in the numbers."
        cells.faults.append(
            Fault(cells.file, 1, "", f"the header {cells.header[0]!r}", "columns apart by commas", repair)
        )
        return
    for name in sorted({name for name in cells.header if cells.header.count(name) > 1}):
        cells.faults.append(Fault(cells.file, 1, name, "the column twice", "each column once", "Delete one."))
    for name in cells.header:
        if name not in columns:
            found, expected = f"unknown column {name!r}", f"one of {', '.join(columns)}"
            cells.faults.append(Fault(cells.file, 1, name, found, expected, near(name, columns)))
    cells.faults.extend(
        Fault(cells.file, 1, name, "no such column", f"a column {name!r}", "Add it to the header.")
        for name in required
        if name not in cells.header
    )


def _collect(cells: Cells, reader: csv._reader) -> None:  # type: ignore[name-defined]
    width = len(cells.header)
    for row in reader:
        if not any(map(str.strip, row)):
            continue
        if len(row) != width:
            repair = (
                "Put quotes around a text with commas." if len(row) > width else "Keep empty cells as ,,."
            )
            cells.faults.append(
                Fault(cells.file, reader.line_num, "", f"{len(row)} cells", f"{width} cells", repair)
            )
            if too_many(cells.faults, cells.file, reader.line_num):
                return
            continue
        cells.rows.append([cell.strip() for cell in row])
        cells.lines.append(reader.line_num)


def parse_number(text: str) -> float:
    """Turn a text into a finite number.

    Raises
    ------
    ValueError
        With what to do, where the text is not a plain finite decimal number.
    """
    value = float(text) if _NUMBER.fullmatch(text) else math.nan
    if not math.isfinite(value):
        raise ValueError(_number_repair(text))
    return value


def _number_repair(text: str) -> str:
    if text.endswith("%"):
        return "Write percentages as numbers without the sign, in the unit of the indicator."
    if "," in text:
        return "Write a point for decimals and nothing between thousands."
    if text.lower() in _UNKNOWN:
        return "Leave out what is unknown."
    return "Write a plain number such as 1234.5."
