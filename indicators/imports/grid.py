"""Any table file as a grid of texts: CSV with any of the usual separators, or a sheet of a workbook."""

from __future__ import annotations

import csv
import io
import zipfile
import zlib
from typing import TYPE_CHECKING, Final, NamedTuple

from indicators.cells import read_bytes
from indicators.fault import DataError, Fault, near

from .workbook import read_workbook

if TYPE_CHECKING:
    from pathlib import Path

WORKBOOKS: Final = frozenset((".xlsx", ".xlsm", ".xlsb", ".xls", ".ods"))
LARGEST_UNPACKED: Final = 512 * 2**20
"""Bytes above which what a workbook unpacks to is refused."""
SEPARATORS: Final = ",;\t|"
MARKS: Final = ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"), (b"\xef\xbb\xbf", "utf-8-sig"))
"""First bytes that name an encoding without doubt."""


class Grid(NamedTuple):
    """Texts of a file, line by line.

    Attributes
    ----------
    file : str
        Its name.
    lines : list of int
        Line of the file, or row of the sheet, of each row.
    rows : list of list of str
        Stripped texts; rows may differ in length, empty ones are left out.
    """

    file: str
    lines: list[int]
    rows: list[list[str]]


def read_grid(path: Path, sheet: str = "", encoding: str = "") -> Grid:
    """Read a file into texts.

    Parameters
    ----------
    path : Path
        A text file with separators, or a workbook.
    sheet : str
        Sheet of a workbook; the only one by default.
    encoding : str
        Encoding of a text file; by its mark, else UTF-8, by default.

    Raises
    ------
    DataError
        If the file cannot be read, or is too large.
    """
    faults: list[Fault] = []
    raw = read_bytes(path, path.name, faults)
    if faults:
        raise DataError(faults)
    if path.suffix.lower() in WORKBOOKS:
        return _workbook(path, raw, sheet)
    return _text(path.name, raw, encoding)


def _refused(file: str, found: str, expected: str, repair: str = "", line: int = 0) -> DataError:
    return DataError([Fault(file, line, "", found, expected, repair)])


def _text(file: str, raw: bytes, encoding: str) -> Grid:
    marked = next((name for mark, name in MARKS if raw.startswith(mark)), "utf-8")
    try:
        text = raw.decode(encoding or marked)
    except LookupError:
        raise _refused(file, f"the encoding {encoding!r}", "an encoding such as utf-8 or latin-1") from None
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        found = f"byte 0x{raw[error.start]:02x}"
        repair = "Name its encoding, such as --encoding latin-1."
        raise _refused(file, found, f"{encoding or marked} text", repair, line) from None
    if "\0" in text:
        raise _refused(file, "a NUL byte", "text", "Name its encoding, such as --encoding utf-16.")
    head = text[: text.find("\n", 4096) if len(text) > 4096 else None]
    separator = max(SEPARATORS, key=head.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    lines, rows = [], []
    try:
        for row in reader:
            if any(map(str.strip, row)):
                lines.append(reader.line_num)
                rows.append([cell.strip() for cell in row])
    except csv.Error as error:
        raise _refused(file, str(error), "well-formed CSV", "Close the quotes.", reader.line_num) from None
    return Grid(file, lines, rows)


def _workbook(path: Path, raw: bytes, sheet: str) -> Grid:
    unpacked = _unpacked(raw)
    if unpacked > LARGEST_UNPACKED:
        expected = f"at most {LARGEST_UNPACKED // 2**20} MB unpacked"
        raise _refused(path.name, f"{unpacked / 2**20:.0f} MB", expected)
    names, rows, trouble = read_workbook(raw, sheet)
    if trouble:
        raise _refused(path.name, trouble, "a readable workbook")
    if rows is None and not sheet:
        repair = f"Name it: --sheet {names[0]!r}, or {', '.join(map(repr, names[1:6]))}."
        raise _refused(path.name, f"{len(names)} sheets", "the sheet to read", repair)
    if rows is None:
        repair = near(sheet, names) or f"there are {', '.join(map(repr, names))}."
        raise _refused(path.name, f"no sheet {sheet!r}", "the name of a sheet", repair)
    kept = [(line, row) for line, row in enumerate(rows, 1) if any(row)]
    return Grid(path.name, [line for line, _ in kept], [row for _, row in kept])


def _unpacked(raw: bytes) -> int:
    """Return the bytes that a packed workbook unpacks to, whatever it says; 0 where it is not packed."""
    size = 0
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as packed:
            for each in packed.infolist():
                each.file_size = LARGEST_UNPACKED + 1  # a forged size would end the reading early
                with packed.open(each) as part:
                    while (piece := part.read(2**20)) and size <= LARGEST_UNPACKED:
                        size += len(piece)
    except (zipfile.BadZipFile, zlib.error, ValueError, OSError, EOFError, NotImplementedError, RuntimeError):
        return size  # damaged or locked: its own reader says so
    return size
