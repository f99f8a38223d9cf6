"""What is known before a refresh: descriptions and rows of every pair, with what was merged so far."""

from __future__ import annotations

import csv
import io
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from indicators.catalogue import TABLES, Catalogue, scan
from indicators.fault import DataError
from indicators.observations import COLUMNS
from indicators.schema import Source

from .trouble import SourceError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from indicators.schema import Indicator, Table


class Texts(NamedTuple):
    """The two files of a pair."""

    toml: str
    csv: str


@dataclass
class Held:
    """Pairs of some folders.

    Attributes
    ----------
    catalogue : Catalogue
        What the folders hold.
    merged : dict of str to Texts
        What sources before made of a pair in the same run.
    """

    catalogue: Catalogue
    merged: dict[str, Texts] = field(default_factory=dict)

    @classmethod
    def of(cls, folders: Sequence[Path]) -> Held:
        """Read the descriptions of the shipped folder and of others.

        Raises
        ------
        DataError
            If there is a fault in them.
        """
        catalogue, faults = scan(folders)
        if faults:
            raise DataError(faults)
        return cls(catalogue)

    def described(self, name: str) -> Indicator | Table:
        """Return the description of an indicator or a table.

        Raises
        ------
        SourceError
            If there is none with a CSV.
        """
        found = self.catalogue.indicators.get(name) or self.catalogue.tables.get(name)
        if found is None or self._pair(name) is None:
            message = f"the data hold no {name}, into which the source is read"
            raise SourceError(message)
        return found

    def texts(self, name: str) -> Texts:
        """Return the files of a pair as they stand, or as they were merged in this run."""
        if name not in self.merged:
            toml, found = self._files(name)
            self.merged[name] = Texts(_read(toml), _read(found))
        return self.merged[name]

    def rows(self, name: str) -> list[dict[str, str]]:
        """Return the rows of a pair as texts by column."""
        return rows_of(self.texts(name).csv)

    def sources(self, name: str) -> dict[str, Source]:
        """Return the sources of a pair by key, as they stand or as they were merged in this run."""
        told = tomllib.loads(self.texts(name).toml)["sources"]
        return {key: Source.model_validate(each) for key, each in told.items()}

    def is_table(self, name: str) -> bool:
        """Say whether it is a record table."""
        return name in self.catalogue.tables

    def place(self, name: str, folder: Path) -> Path | None:
        """Return the folder in which the pair stands within another; None where it does not."""
        toml, _ = self._files(name)
        return toml.parent if toml.resolve().is_relative_to(folder.resolve()) else None

    def _files(self, name: str) -> tuple[Path, Path]:
        pair = self._pair(name)
        if pair is None:
            message = f"the data hold no {name}, into which the source is read"
            raise SourceError(message)
        return pair

    def _pair(self, name: str) -> tuple[Path, Path] | None:
        pair = self.catalogue.pairs.get(name) or self.catalogue.table_pairs.get(name)
        return (pair.toml, pair.csv) if pair is not None and pair.csv is not None else None


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8-sig")


def rows_of(text: str) -> list[dict[str, str]]:
    """Return the rows of a checked CSV by column, blanks taken off."""
    reader = csv.DictReader(io.StringIO(text, newline=""), strict=True)
    return [{(name or "").strip(): (cell or "").strip() for name, cell in row.items()} for row in reader]


def csv_of(columns: Iterable[str], rows: Iterable[dict[str, str]]) -> str:
    """Return rows as the text of a CSV."""
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, list(columns), restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def columns_of(held: Held, name: str) -> tuple[str, ...]:
    """Return the columns of a pair's CSV: ours for an indicator, as described for a table."""
    found = held.catalogue.tables.get(name)
    return tuple(found.columns) if found else COLUMNS


def inside(name: str, *, table: bool) -> Path:
    """Return where a pair that is new to a folder stands in it: a folder of its own."""
    return Path(name, TABLES) if table else Path(name)
