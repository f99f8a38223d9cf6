"""Finds the pairs of files (TOML and CSV) in the shipped and in added folders, and reads their TOML."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from .cells import decode, read_bytes
from .economies import read_economies
from .fault import DataError, Fault, near
from .folder import files
from .overrides import KEYS as OVERRIDE_KEYS
from .overrides import OVERRIDES, Applied, read_overrides, take
from .schema import Bias, Column, Indicator, Reading, Readings, Source, Table
from .texts import LARGEST, toml

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

SHIPPED = Path(__file__).parent / "data"
TABLES = "tables"
BESIDE = frozenset({"recipes", "frameworks", "scenarios", "cases", "accounts"})
"""Folders of a folder that hold no pairs, but files that are called by their names."""
SETTINGS = "fourlayers.toml"
"""Settings of a working folder, which may be the folder of the data too."""
ALONE = frozenset({"architectures.csv", "systems.csv"})
"""Files at the top of a folder that `token-cost` reads; they have no description."""
KEYS = frozenset(
    key for model in (Indicator, Reading, Readings, Bias, Source, Table, Column) for key in model.model_fields
)
"""Keys of the two kinds of description, for near names."""


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
    folders : tuple of Path
        Folders that stand over the shipped one, each over those before it.
    replaced : set of (str, str)
        Kind (`indicator` or `table`) and code of the pairs that stand in place of shipped ones.
    applied : Applied
        What the `overrides.toml` of the folders change.
    """

    indicators: dict[str, Indicator] = field(default_factory=dict)
    tables: dict[str, Table] = field(default_factory=dict)
    pairs: dict[str, Pair] = field(default_factory=dict)
    table_pairs: dict[str, Pair] = field(default_factory=dict)
    folders: tuple[Path, ...] = ()
    replaced: set[tuple[str, str]] = field(default_factory=set)
    applied: Applied = field(default_factory=Applied)

    def adds(self, code: str) -> bool:
        """Say whether an indicator is one that a folder adds, so that no code of ours can know of it."""
        pair = self.pairs.get(code)
        return (
            pair is not None and SHIPPED not in pair.toml.parents and ("indicator", code) not in self.replaced
        )


def scan(folders: Sequence[Path] = ()) -> tuple[Catalogue, list[Fault]]:
    """Read what can be read of every description, and say what is wrong with the rest.

    Within one folder a code stands for one pair; between folders the later pair wins.
    """
    faults: list[Fault] = []
    found = Catalogue(folders=tuple(folders))
    for folder in (SHIPPED, *folders):
        if not folder.is_dir():
            expected = "a folder with pairs of .toml and .csv"
            faults.append(Fault(str(folder), 0, "", "no such folder", expected))
            continue
        tomls = _files(folder, "*.toml")
        faults.extend(_twice(folder, tomls))
        for path in tomls:
            _take(path, found, faults)
        paired = {path.with_suffix("") for path in tomls}
        for path in _files(folder, "*.csv"):
            if path.with_suffix("") not in paired:
                repair = f"Describe it in {path.stem}.toml."
                faults.append(
                    Fault(path.name, 0, "", "a CSV alone", "a TOML of the same name beside it", repair)
                )
        if folder != SHIPPED:
            _override(folder, found, faults)
    return found, faults


def _override(folder: Path, found: Catalogue, faults: list[Fault]) -> None:
    """Apply the overrides of a folder to what was read so far."""
    told, digest, wrong = read_overrides(folder)
    for each in wrong:
        faults += [each] if isinstance(each, Fault) else _described_wrongly(OVERRIDES, each, OVERRIDE_KEYS)
    if digest:
        found.applied.digests.append(digest)
    units = read_economies()
    faults += take(told, folder.resolve().name, found.indicators, found.applied, units)


def _files(folder: Path, pattern: str) -> list[Path]:
    """Files of a folder that may be halves of pairs: neither hidden nor of another kind."""
    alike = (path for path in files(folder) if path.suffix == pattern.removeprefix("*"))
    return [path for path in alike if not _elsewhere(path.relative_to(folder))]


def _elsewhere(inside: Path) -> bool:
    if any(part.startswith(".") for part in inside.parts):
        return True
    if len(inside.parts) == 1:
        return inside.name in {OVERRIDES, SETTINGS, *ALONE}
    return inside.parts[0] in BESIDE


def _twice(folder: Path, tomls: Sequence[Path]) -> list[Fault]:
    """Say which names stand twice in one folder, as two indicators or as two tables."""
    first: dict[tuple[bool, str], Path] = {}
    faults = []
    for path in tomls:
        earlier = first.setdefault((path.parent.name == TABLES, path.stem), path)
        if earlier != path:
            found = f"{path.stem!r} again (first in {earlier.relative_to(folder)})"
            name = str(path.relative_to(folder))
            faults.append(
                Fault(name, 0, "code", found, "each code once in a folder", "Rename or delete one.")
            )
    return faults


def _take(path: Path, found: Catalogue, faults: list[Fault]) -> None:
    wrong: list[Fault] = []
    raw = read_bytes(path, path.name, wrong, LARGEST)
    text = decode(raw, path.name, wrong, "Save the file as UTF-8.")
    if not text.strip() and not wrong:
        wrong.append(Fault(path.name, 0, "", "an empty file", "the description of an indicator or a table"))
    if wrong:
        faults.extend(wrong)
        return
    is_table = path.parent.name == TABLES
    try:
        described = (Table if is_table else Indicator).model_validate(toml(text, path.name))
    except ValidationError as error:
        faults.extend(_described_wrongly(path.name, error))
        return
    except DataError as error:
        faults.extend(error.faults)
        return
    name = described.name if isinstance(described, Table) else described.code
    if name != path.stem:
        key, expected = "name" if is_table else "code", f"{path.stem!r}, the name of the file"
        faults.append(Fault(path.name, 0, key, repr(name), expected, "Rename one of them."))
        return
    csv = path.with_suffix(".csv")
    computed = isinstance(described, Indicator) and bool(described.computed_from)
    if csv.is_file() == computed:
        expected = "no CSV beside an indicator that is computed" if computed else f"{csv.name} beside it"
        faults.append(Fault(path.name, 0, "", "a CSV" if computed else "no CSV", expected))
        return
    content = b"" if computed else read_bytes(csv, csv.name, faults)
    held = found.table_pairs if is_table else found.pairs
    if (before := held.get(name)) and SHIPPED in before.toml.parents:
        found.replaced.add(("table" if is_table else "indicator", name))
    pair = Pair(path, None if computed else csv, hashlib.sha256(raw + b"\0" + content).hexdigest())
    if isinstance(described, Table):
        found.tables[name], found.table_pairs[name] = described, pair
    else:
        found.indicators[name], found.pairs[name] = described, pair


def _described_wrongly(file: str, error: ValidationError, keys: Collection[str] = KEYS) -> list[Fault]:
    """Say a pydantic error in the words of the other faults."""
    faults = []
    for detail in error.errors(include_url=False):
        kind, place = detail["type"], [str(part) for part in detail["loc"]]
        repair = near(place[-1], keys) if kind == "extra_forbidden" else ""
        key, expected = ".".join(place), _expected(detail)
        faults += [Fault(file, 0, key, found, expected, repair) for found in _found(detail)]
    return faults


def _found(detail: Any) -> list[str]:  # noqa: ANN401 - a pydantic error record
    if detail["type"] == "value_error":
        return str(detail["ctx"]["error"]).split("; ")
    if detail["type"] == "missing":
        return ["nothing"]
    return ["an unknown key" if detail["type"] == "extra_forbidden" else repr(detail["input"])]


def _expected(detail: Any) -> str:  # noqa: ANN401 - a pydantic error record
    if detail["type"] == "missing":
        return "this key (it is required)"
    if detail["type"] == "extra_forbidden":
        return "only the documented keys"
    if detail["type"] == "string_pattern_mismatch":
        small = detail["ctx"]["pattern"].startswith("^[a-z]")
        return "small letters, digits and _, a letter first" if small else "a code in capital letters"
    if detail["type"] == "value_error":
        return "keys that fit together"
    if detail["type"] == "string_too_short":
        return "a text"
    return str(detail["msg"]).removeprefix("Input should be ")
