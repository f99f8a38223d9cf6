"""Finds the pairs of files (TOML and CSV) in the shipped and in added folders, and reads their TOML."""

from __future__ import annotations

import hashlib
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from .cells import decode, read_bytes
from .fault import DataError, Fault
from .schema import Indicator, Table

if TYPE_CHECKING:
    from collections.abc import Sequence

SHIPPED = Path(__file__).parent / "data"
TABLES = "tables"


@dataclass(frozen=True)
class Pair:
    """The two files of one indicator or table, and what identifies their content.

    Attributes
    ----------
    toml, csv : Path
        The files; `csv` is None for an indicator that a layer computes.
    digest : str
        SHA-256 of both, so that the same files always give the same fingerprint.
    """

    toml: Path
    csv: Path | None
    digest: str


@dataclass
class Catalogue:
    """What the folders hold.

    Attributes
    ----------
    indicators, tables : dict
        Descriptions by code or name.
    pairs, table_pairs : dict
        Files by code or name.
    """

    indicators: dict[str, Indicator] = field(default_factory=dict)
    tables: dict[str, Table] = field(default_factory=dict)
    pairs: dict[str, Pair] = field(default_factory=dict)
    table_pairs: dict[str, Pair] = field(default_factory=dict)


def read_catalogue(folders: Sequence[Path] = ()) -> Catalogue:
    """Read every description in the shipped folder, then in `folders`; a later pair replaces an earlier one.

    Raises
    ------
    DataError
        With the faults of all files.
    """
    faults: list[Fault] = []
    found = Catalogue()
    for folder in (SHIPPED, *folders):
        if not folder.is_dir():
            faults.append(
                Fault(str(folder), 0, "", "no such folder", "a folder with pairs of .toml and .csv")
            )
            continue
        tomls = sorted(folder.rglob("*.toml"))
        for path in tomls:
            _take(path, found, faults)
        paired = {path.with_suffix("") for path in tomls}
        for path in sorted(folder.rglob("*.csv")):
            if path.with_suffix("") not in paired:
                repair = f"Describe it in {path.stem}.toml."
                faults.append(
                    Fault(path.name, 0, "", "a CSV alone", "a TOML of the same name beside it", repair)
                )
    if faults:
        raise DataError(faults)
    return found


def _take(path: Path, found: Catalogue, faults: list[Fault]) -> None:
    raw = read_bytes(path, path.name, faults)
    text = decode(raw, path.name, faults)
    if not text:
        return
    is_table = path.parent.name == TABLES
    try:
        described = (Table if is_table else Indicator).model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        faults.append(Fault(path.name, 0, "", str(error), "well-formed TOML"))
        return
    except ValidationError as error:
        faults.extend(_described_wrongly(path.name, error))
        return
    name = described.name if isinstance(described, Table) else described.code
    if name != path.stem:
        faults.append(
            Fault(
                path.name,
                0,
                "name" if is_table else "code",
                repr(name),
                f"{path.stem!r}, the name of the file",
            )
        )
        return
    csv = path.with_suffix(".csv")
    computed = isinstance(described, Indicator) and bool(described.computed_from)
    if csv.is_file() == computed:
        expected = "no CSV beside an indicator that is computed" if computed else f"{csv.name} beside it"
        faults.append(Fault(path.name, 0, "", "a CSV" if computed else "no CSV", expected))
        return
    content = b"" if computed else read_bytes(csv, csv.name, faults)
    pair = Pair(path, None if computed else csv, hashlib.sha256(raw + b"\0" + content).hexdigest())
    if isinstance(described, Table):
        found.tables[name], found.table_pairs[name] = described, pair
    else:
        found.indicators[name], found.pairs[name] = described, pair


def _described_wrongly(file: str, error: ValidationError) -> list[Fault]:
    """Say a pydantic error in the words of the other faults."""
    faults = []
    for detail in error.errors(include_url=False):
        key = ".".join(map(str, detail["loc"]))
        faults.append(Fault(file, 0, key, _found(detail), _expected(detail)))
    return faults


def _found(detail: Any) -> str:  # noqa: ANN401 - a pydantic error record
    if detail["type"] == "missing":
        return "nothing"
    if detail["type"] == "extra_forbidden":
        return "an unknown key"
    return "parts that do not fit" if isinstance(detail["input"], dict) else repr(detail["input"])[:80]


def _expected(detail: Any) -> str:  # noqa: ANN401 - a pydantic error record
    if detail["type"] == "missing":
        return "this key (it is required)"
    if detail["type"] == "extra_forbidden":
        return "only the documented keys"
    return str(detail["msg"]).removeprefix("Value error, ").removeprefix("Input should be ")
