"""Bytes of a live source as text, rows or JSON, held to the form in which the source is known."""

from __future__ import annotations

import csv
import io
import json
import zipfile
import zlib
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from indicators.cells import LARGEST_FILE
from indicators.fault import near

from .trouble import SourceError, refused

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .fetch import Body

MOST_MEMBERS: Final = 2000
"""Files in an archive above which it is refused."""
SHOWN: Final = 12
"""Names that a message lists."""


class Line(NamedTuple):
    """One row of a table: where it stands, and its cells by column."""

    number: int
    cells: dict[str, str]


def text_of(body: Body, encoding: str = "utf-8") -> str:
    """Return the text of an answer.

    Parameters
    ----------
    body : Body
        The answer.
    encoding : str
        What a text that is not UTF-8 is read as; `utf-8` where nothing else is known of the source.

    Raises
    ------
    SourceError
        If it is a web page, another encoding or no text.
    """
    raw = body.content
    if raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise refused(body.address, "UTF-16 in place of UTF-8", _CHANGED)
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        if encoding == "utf-8":
            line = raw.count(b"\n", 0, error.start) + 1
            found = f"line {line}: byte 0x{raw[error.start]:02x}, which is not UTF-8"
            raise refused(body.address, found, _CHANGED) from None
        text = raw.decode(encoding)
    if "\0" in text:
        raise refused(body.address, "a NUL byte in place of a text", _CHANGED)
    if not text.strip():
        raise refused(body.address, "an empty file")
    return text


def table_of(body: Body, wanted: Sequence[str], encoding: str = "utf-8") -> list[Line]:
    """Return the rows of a CSV that has certain columns.

    Raises
    ------
    SourceError
        If it is no CSV, a column is missing or there twice, or a row has another number of cells.
    """
    text = text_of(body, encoding)
    if text.lstrip()[:1] == "<":
        raise refused(body.address, "a web page in place of a CSV", _CHANGED)
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        header = [name.strip() for name in next(reader, [])]
        _columns(body.address, header, wanted)
        lines = []
        for row in reader:
            if len(row) == len(header):
                lines.append(Line(reader.line_num, dict(zip(header, map(str.strip, row), strict=True))))
            elif any(map(str.strip, row)):
                found = f"line {reader.line_num}: {len(row)} cells under {len(header)} columns"
                raise refused(body.address, found, "It may have broken off, or changed its form.")
    except csv.Error as error:
        found = f"line {reader.line_num}: {error}"
        raise refused(body.address, found, "It may have broken off, or changed its form.") from None
    if not lines:
        raise refused(body.address, "a header without rows")
    return lines


def _columns(address: str, header: Sequence[str], wanted: Sequence[str]) -> None:
    """Hold a header to the columns that are read."""
    for name in wanted:
        if header.count(name) == 1:
            continue
        found = f"no column {name!r}" if name not in header else f"the column {name!r} twice"
        listed = ", ".join(map(repr, header[:SHOWN])) + (" and more" if len(header) > SHOWN else "")
        hint = near(name, header)
        repair = f"{hint[0].upper()}{hint[1:]}" if hint else _CHANGED
        raise refused(address, f"{found}; it has {listed}", repair)


_CHANGED: Final = "The source has changed its form; the adapter has to follow."


def json_of(body: Body) -> Any:  # noqa: ANN401 - whatever a source says
    """Return the content of a JSON.

    Raises
    ------
    SourceError
        If it is none.
    """
    text = text_of(body)
    if text.lstrip()[:1] == "<":
        raise refused(body.address, "a web page in place of JSON", _CHANGED)
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise refused(body.address, f"not well-formed JSON ({error})", "It may have broken off.") from None


def shape(body: Body, *, holds: bool, expected: str) -> None:
    """Hold an answer to something that its form must have.

    Raises
    ------
    SourceError
        If it does not hold.
    """
    if not holds:
        raise refused(body.address, f"expected {expected}", _CHANGED)


def member(body: Body, names: Sequence[str]) -> Body:
    """Return one file of a zip archive, the first of several names that is there, in any folder of it.

    Raises
    ------
    SourceError
        If it is no archive, is damaged, unpacks to too much, or holds none of the names.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(body.content)) as archive:
            held = {each.filename.rpartition("/")[2]: each for each in archive.infolist()[:MOST_MEMBERS]}
            wanted = next((name for name in names if name in held), None)
            if wanted is None:
                listed = ", ".join(sorted(filter(None, held))[:SHOWN])
                raise refused(body.address, f"no {' or '.join(names)} in the archive; it has {listed}")
            with archive.open(held[wanted]) as file:
                content = file.read(LARGEST_FILE + 1)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError) as error:
        page = body.content.lstrip()[:1] == b"<"
        found = "a web page in place of an archive" if page else f"a damaged archive ({error})"
        raise refused(body.address, found, "" if page else "It may have broken off.") from None
    if len(content) > LARGEST_FILE:
        raise refused(body.address, f"{wanted} unpacks to more than {LARGEST_FILE // 2**20} MB")
    return body._replace(address=f"{body.address} ({wanted})", content=content)


def number(text: str, where: str) -> float:
    """Return a number of a source, a percent sign and its blank taken off.

    Raises
    ------
    SourceError
        If it is none, with where it stands.
    """
    from indicators.cells import parse_number

    try:
        return parse_number(text.removesuffix("%").strip())
    except ValueError as error:
        message = f"{where}: found {text[:60]!r}, expected a number. {error}"
        raise SourceError(message) from None
