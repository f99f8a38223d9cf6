"""TOML and JSON that users hand in, read within limits: every way in which such a text hurts is a fault."""

from __future__ import annotations

import json
import re
import tomllib
from typing import TYPE_CHECKING, Any, Final, NoReturn

from .cells import decode, read_bytes
from .fault import DataError, Fault

if TYPE_CHECKING:
    from pathlib import Path

LARGEST: Final = 2**19
"""Bytes above which a TOML is refused: ten times the longest one shipped."""
LARGEST_JSON: Final = 2**24
"""Bytes above which a JSON is refused: seventy times a run as it is written."""
MOST_POINTS: Final = 400
"""Points in one line of a TOML. The reader takes time by the square of the parts of a dotted key."""
TOO_DEEP: Final = "brackets or tables within one another, too deep to be read"


def read_toml(path: Path) -> tuple[str, dict[str, Any]]:
    """Read a TOML file.

    Returns
    -------
    text : str
        The file, to find lines in.
    content : dict
        What it says.

    Raises
    ------
    DataError
        If it cannot be read, is too large, or is no TOML in UTF-8.
    """
    faults: list[Fault] = []
    text = decode(read_bytes(path, path.name, faults, LARGEST), path.name, faults)
    if faults:
        raise DataError(faults)
    return text, toml(text, path.name)


def toml(text: str, file: str) -> dict[str, Any]:
    """Read a text as TOML.

    Raises
    ------
    DataError
        If it is none, with the line.
    """
    for line, words in enumerate(text.splitlines(), 1):
        if words.count(".") > MOST_POINTS:
            found, expected = f"a line with {words.count('.'):,} points", f"at most {MOST_POINTS}"
            raise DataError([Fault(file, line, "", found, expected, "Break the line.")])
    try:
        return tomllib.loads(text)
    except RecursionError:
        raise DataError([Fault(file, 0, "", TOO_DEEP, "well-formed TOML")]) from None
    except ValueError as error:
        named = re.search(r"at line (\d+)", str(error))
        raise DataError(
            [Fault(file, int(named[1]) if named else 0, "", _said(error), "well-formed TOML")]
        ) from None


def _said(error: ValueError) -> str:
    """Say what the reader said, and in our words where it speaks of Python."""
    return "a whole number of thousands of digits" if "integer string" in str(error) else str(error)


def read_json(path: Path, expected: str) -> Any:  # noqa: ANN401 - whatever stands in the file
    """Read a JSON file; numbers that are none (NaN, Infinity) are refused.

    Parameters
    ----------
    path : Path
        The file; messages call it by its whole path.
    expected : str
        What should have stood there, for the message.

    Raises
    ------
    DataError
        If it cannot be read, is too large, or is no JSON in UTF-8.
    """
    name, faults = str(path), list[Fault]()
    text = decode(read_bytes(path, name, faults, LARGEST_JSON), name, faults, "Save it as UTF-8.")
    if faults:
        raise DataError(faults)
    try:
        return json.loads(text, parse_constant=_no_number)
    except RecursionError:
        raise DataError([Fault(name, 0, "", TOO_DEEP, expected)]) from None
    except json.JSONDecodeError as error:
        found = f"{error.msg}, column {error.colno}" if text else "an empty file"
        raise DataError([Fault(name, error.lineno, "", found, expected)]) from None
    except ValueError as error:
        raise DataError([Fault(name, 0, "", _said(error), expected)]) from None


def _no_number(word: str) -> NoReturn:
    message = f"{word} in place of a number"
    raise ValueError(message)
