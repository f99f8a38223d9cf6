"""What a layer offers to the floors above: the indicators that it computes from record tables."""

from __future__ import annotations

import hashlib
import importlib
import json
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from indicators.observations import COLUMNS as OBSERVED
from layers.posterior import ROWS, Posterior, digest, read, write

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    import pandas as pd

    from indicators.facts import Facts

__all__ = ["COLUMNS", "NAMES", "ROWS", "SHIPPED", "Computed", "Layer", "Part", "Posterior", "codes"]
__all__ += ["computed_rows", "fits", "key", "layer", "layer_names", "parts", "posteriors", "sources", "store"]

NAMES = ("frontier_capability", "inference_cost", "systems_integration", "application_ecosystem")
"""The four layers in the order in which they are always shown."""

COLUMNS = ("code", *OBSERVED, "file", "row")
HERE = Path(__file__).parent
SUFFIXES = {".py", ".toml"}
SHIPPED = HERE / "computed"
"""Values computed from the shipped tables, by layer and fingerprint: scoring then reads no record table."""


@dataclass(frozen=True)
class Computed:
    """Values that a layer computed for one state date.

    Attributes
    ----------
    rows : DataFrame
        One row per indicator and economy with the columns of `COLUMNS`: value, and 5 and 95 % points.
    posteriors : tuple of Posterior
        Joint draws of the same cells, where the layer has fitted a model.
    """

    rows: pd.DataFrame
    posteriors: tuple[Posterior, ...] = ()

    def records(self) -> list[dict[str, Any]]:
        """Rows as plain values, in a fixed order and rounded to 12 significant digits."""
        rows = self.rows.reindex(columns=list(COLUMNS)).sort_values(["code", "economy"], kind="stable")
        columns = [[_plain(value) for value in rows[name].tolist()] for name in COLUMNS]
        return [dict(zip(COLUMNS, values, strict=True)) for values in zip(*columns, strict=True)]


@dataclass(frozen=True)
class Part:
    """Part of what a layer computes, and all that it depends on besides the date.

    Attributes
    ----------
    name : str
        Within the layer.
    fit : callable
        Gives the values of the part.
    tables, codes : tuple of str
        Record tables, and indicators whose observations it reads.
    inputs : str
        How the names of the inputs begin that it takes; empty where it takes none.
    refit : callable, optional
        Gives the values of changed facts from those before, where that is quicker than `fit`.
    rows : mapping of str to (str, str)
        Tables of which it reads only the rows whose cell in a column has a form: by table, column and form.
    """

    name: str
    fit: Callable[[Facts], Computed]
    tables: tuple[str, ...]
    codes: tuple[str, ...] = ()
    inputs: str = ""
    refit: Callable[[Facts, Facts], Computed] | None = None
    rows: Mapping[str, tuple[str, str]] = field(default_factory=dict)

    def mark(self, facts: Facts) -> str:
        """Hash of all that the part depends on."""
        whole = tuple(table for table in self.tables if table not in self.rows)
        marks = [facts.fingerprint(*whole) if whole else "", facts.row_digest(self.codes)]
        for table, (column, pattern) in self.rows.items():
            columns = facts.columns(table)
            chosen = [k for k, cell in enumerate(columns[column]) if fnmatchcase(str(cell), pattern)]
            marks.append(repr([[cells[k] for k in chosen] for cells in columns.values()]))
        if self.inputs:
            given = sorted((name, it) for name, it in facts.inputs.items() if name.startswith(self.inputs))
            marks += [f"{name} {it.model_dump_json()}" for name, it in given]
        return hashlib.sha256("\n".join(marks).encode()).hexdigest()


class Layer(Protocol):
    """A layer that computes indicators.

    One with several parts lists them as `parts`; one with more to ship than its values has a `store` that
    writes it to a folder and returns the paths.
    """

    name: str
    tables: tuple[str, ...]

    def fit(self, facts: Facts) -> Computed:
        """Compute the layer's indicators from the record tables, at the state date of the facts."""
        ...


def _plain(value: Any) -> Any:  # noqa: ANN401 - a cell of any type
    if value is None or value != value:  # noqa: PLR0124 - NaN alone differs from itself
        return None
    if isinstance(value, str):
        return value
    if hasattr(value, "item"):
        value = value.item()
    return float(f"{value:.12g}") if isinstance(value, float) else value


def layer_names(facts: Facts) -> tuple[str, ...]:
    """Name the layers in the order in which they are shown: the four, then those that folders add."""
    return (*NAMES, *facts.catalogue.applied.layers)


def layer(name: str) -> Layer | None:
    """Return the object of a layer, or None where there is no such layer."""
    if name not in NAMES:
        return None
    found: Layer = importlib.import_module(f"layers.{name}").LAYER
    return found


def key(facts: Facts, name: str, tables: Sequence[str]) -> str:
    """Fingerprint of all that the values of a layer depend on: tables, clocks, descriptions, code.

    An indicator that a folder adds is not in it: what a layer reads it calls by name.
    """
    adds = facts.catalogue.adds
    own = sorted(code for code, it in facts.indicators.items() if it.layer == name and not adds(code))
    parts = [facts.catalogue.pairs[code].digest for code in own]
    parts += [f"{name} {it.model_dump_json()}" for name, it in sorted(facts.inputs.items())]
    parts += [
        facts.row_digest(own),
        *(f"{code} {unit.members}" for code, unit in facts.units.items()),
        sources(),
    ]
    short = hashlib.sha256("".join(parts).encode()).hexdigest()[:20]
    return f"{facts.fingerprint(*tables)[:20]}-{short}"


@cache
def sources() -> str:
    """Hash of the code of all four layers (one may use another's), so that a key needs no import of them."""
    files = [path for name in NAMES for path in sorted((HERE / name).rglob("*")) if path.suffix in SUFFIXES]
    parts = [f"{path.relative_to(HERE).as_posix()}\n{path.read_text(encoding='utf-8')}" for path in files]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def parts(name: str) -> tuple[Part, ...]:
    """Parts of a layer that a change of facts can reach one by one; a layer without any is one part."""
    found = layer(name)
    if found is None:
        return ()
    listed: tuple[Part, ...] = getattr(found, "parts", ())
    return listed or (Part(name, found.fit, found.tables),)


def codes(facts: Facts, name: str) -> tuple[str, ...]:
    """Codes of the indicators that a layer computes."""
    return tuple(code for code, it in facts.indicators.items() if it.layer == name and it.computed_from)


def computed_rows(facts: Facts, name: str) -> list[dict[str, Any]]:
    """Return a layer's computed values: the shipped copy if it fits these facts, else computed once."""
    place = f"computed {name}"
    if place not in facts.kept:
        copy = _stored(facts, name) if codes(facts, name) else {"rows": []}
        if copy is None:
            _fit(facts, name)
        else:
            facts.kept[place] = copy["rows"]
    rows: list[dict[str, Any]] = facts.kept[place]
    return rows


def posteriors(facts: Facts, name: str) -> tuple[Posterior, ...]:
    """Return the joint draws of a layer's computed values, read from the shipped copy at the first call."""
    place = f"posteriors {name}"
    if place not in facts.kept:
        computed_rows(facts, name)
    if place not in facts.kept:
        path = SHIPPED / f"{name}.npz"
        facts.kept[place] = read(path) if codes(facts, name) and path.is_file() else ()
    found: tuple[Posterior, ...] = facts.kept[place]
    return found


def share(computed: Facts, other: Facts) -> None:
    """Take over what is computed of every layer for which other facts hold all that it depends on alike."""
    for name in NAMES:
        found = layer(name)
        place = f"computed {name}"
        if found is None or place not in computed.kept or place in other.kept:
            continue
        tables = list(found.tables)
        if tables and key(computed, name, tables) == key(other, name, tables):
            other.kept[place] = computed.kept[place]
            other.kept[f"posteriors {name}"] = posteriors(computed, name)


def _fit(facts: Facts, name: str) -> None:
    """Compute a layer and keep what it gives, as it would be read back."""
    found = layer(name)
    fitted = found.fit(facts) if found else None
    facts.kept[f"computed {name}"] = fitted.records() if fitted else []
    facts.kept[f"posteriors {name}"] = tuple(each.stored() for each in fitted.posteriors) if fitted else ()


def fits(facts: Facts, name: str) -> bool:
    """Say whether the shipped values of a layer are those of these facts, so that nothing is to be fitted."""
    return not codes(facts, name) or _stored(facts, name) is not None


def _stored(facts: Facts, name: str) -> dict[str, Any] | None:
    """Content of the shipped copy, or None where it does not fit these facts or its draws are not whole."""
    path = SHIPPED / f"{name}.json"
    if not path.is_file():
        return None
    copy: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    fits = set(copy["tables"]) <= facts.catalogue.tables.keys() and copy["key"] == key(
        facts, name, copy["tables"]
    )
    return copy if fits and copy.get("draws", "") == digest(path.with_suffix(".npz")) else None


def store(facts: Facts, folder: Path = SHIPPED) -> list[Path]:
    """Write the computed values of every layer for these facts; what the shipped copies are made with."""
    folder.mkdir(exist_ok=True)
    written = []
    for name in NAMES:
        found = layer(name)
        if found is None or not codes(facts, name):
            continue
        path, tables, fitted = folder / f"{name}.json", list(found.tables), found.fit(facts)
        content = {"key": key(facts, name, tables), "tables": tables, "draws": "", "rows": fitted.records()}
        drawn = path.with_suffix(".npz")
        drawn.unlink(missing_ok=True)
        if fitted.posteriors:
            content["draws"] = write(fitted.posteriors, drawn)
            written.append(drawn)
        path.write_text(json.dumps(content, indent=0, ensure_ascii=False) + "\n", encoding="utf-8")
        written.append(path)
        more = getattr(found, "store", None)
        written += more(facts, folder) if more else []
    return written
