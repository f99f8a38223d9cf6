"""What the data files of a folder hold, for programs: a Data Package (version 2) that describes each of them.

https://datapackage.org/standard/data-package/ (version 2.0), with its parts Data Resource and Table Schema.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from indicators.owned import counted
from reports.charts.credit import all_sources, credit
from reports.citation import AUTHOR

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from indicators.facts import Facts
    from reports.charts import Chart
    from scoring.answer import Answer

FILE: Final = "datapackage.json"
PROFILE: Final = "https://datapackage.org/profiles/2.0/datapackage.json"
ROWS: Final = "score.csv"
COLUMNS: Final = Path(__file__).with_name("columns.toml")
MEDIA: Final = {
    ".csv": "text/csv",
    ".json": "application/json",
    ".parquet": "application/vnd.apache.parquet",
}
"""Files that programs read, by ending; pictures, page, workbook and PDF show the same to people."""
KINDS: Final = (
    ("integer", re.compile(r"[+-]?\d+")),
    ("number", re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?|-?INF|NaN")),
    ("date", re.compile(r"\d{4}-\d\d-\d\d")),
    ("yearmonth", re.compile(r"\d{4}-\d\d")),
    ("boolean", re.compile("yes|no")),
)
"""Types of Table Schema by the signs of a cell, the narrowest first."""
LICENCES: Final = (
    ("CC-BY-4.0", r"CC BY 4\.0"),
    ("CC-BY-ND-4.0", r"CC BY-ND 4\.0"),
    ("CC-BY-NC-SA-3.0", r"CC BY-NC-SA 3\.0"),
    ("CC-BY-SA-4.0", r"CC BY-SA 4\.0"),
    ("CC0-1.0", r"CC0"),
    ("Apache-2.0", r"Apache-2\.0"),
    ("MIT", r"\bMIT\b"),
    ("other-pd", r"public domain"),
    ("notspecified", r"not stated"),
)
"""Identifiers of licences (Open Definition, SPDX) by the words of a producer, the first that is found."""


@dataclass(frozen=True)
class Told:
    """What is said of a file.

    Attributes
    ----------
    title, description : str
        In words.
    producers : tuple of str
        Of the data in it, those that count most first.
    licences : tuple of str
        A line for each producer, its name in front.
    """

    title: str
    description: str = ""
    producers: tuple[str, ...] = ()
    licences: tuple[str, ...] = ()


def data_package(answer: Answer, facts: Facts, charts: Mapping[str, Chart], files: Sequence[Path]) -> str:
    """Describe the data files of a report.

    Parameters
    ----------
    answer : Answer
        What the report is about.
    facts : Facts
        What it was computed from.
    charts : mapping of str to Chart
        The charts by name.
    files : sequence of Path
        What was written; files that only show data are passed over.

    Returns
    -------
    str
        JSON; the same files give the same bytes. Paths are relative to the folder of the first file.
    """
    told = _told(answer, facts, charts)
    data = [path for path in files if path.suffix in MEDIA]
    made = {
        "$schema": PROFILE,
        "name": "fourlayers-" + "-".join(code.lower().replace("_", "-") for code in answer.pair),
        "id": answer.fingerprint,
        "title": f"{' and '.join(answer.names[code] for code in answer.pair)} in the four layers of AI, "
        f"state of {answer.as_of}",
        "description": f"Scores, ranges, calls and the data behind every chart. {_state(answer)}",
        "version": answer.data_vintage.isoformat(),
        "made_by": f"fourlayers {answer.version}",
        "contributors": [{"title": AUTHOR, "roles": ["creator"]}],
        "resources": [_resource(path, told.get(path.name) or _like(path, told)) for path in data],
    }
    return json.dumps(made, indent=1, ensure_ascii=False, allow_nan=False) + "\n"


def _state(answer: Answer) -> str:
    known = f", known by {answer.known_by}" if answer.known_by else ""
    own = f" Own data: {counted(answer.own)}." if answer.own else ""
    return (
        f"Data {answer.data_vintage}{known}; recipe {answer.recipe} {answer.recipe_fingerprint[:12]}; "
        f"{answer.draws} draws, seed {answer.seed}; lens {answer.lens}.{own}"
    )


def _told(answer: Answer, facts: Facts, charts: Mapping[str, Chart]) -> dict[str, Told]:
    """Say what is known of the files by name: those of the whole answer, then the data of each chart."""
    used = credit("score", answer, all_sources(answer, facts))
    whole = {
        "score.csv": ("Scores, gaps and calls as long rows", "One row a number: economy, node and measure."),
        "score.parquet": ("Scores, gaps and calls as long rows", "The rows of score.csv, with types."),
        "score.json": ("Scores, gaps and calls as a document", "What `fourlayers diff` and scripts read."),
    }
    told = {name: Told(*words, used.producers, used.licences) for name, words in whole.items()}
    for chart in charts.values():
        said = Told(chart.title, f"{chart.subtitle} {chart.alt}", chart.producers, chart.licences)
        told[f"{chart.name}.csv"] = said
    return told


def _like(path: Path, told: Mapping[str, Told]) -> Told:
    """Say of another file of a chart, such as NAME-full.csv, what is said of its data as shown."""
    near = [name for name in told if path.stem.startswith(f"{Path(name).stem}-")]
    return told[max(near, key=len)] if near else Told(path.name)


def _resource(path: Path, told: Told) -> dict[str, Any]:
    content = path.read_bytes()
    table = path.suffix == ".csv"
    whole: dict[str, Any] = {
        "name": path.stem if table else path.name,
        "type": "table" if table else None,
        "title": told.title,
        "description": told.description,
        "path": path.name,
        "format": path.suffix[1:],
        "mediatype": MEDIA[path.suffix],
        "encoding": "utf-8" if path.suffix in {".csv", ".json"} else None,
        "bytes": len(content),
        "hash": f"sha256:{hashlib.sha256(content).hexdigest()}",
        "sources": _sources(told),
        "licenses": _licences(told),
        "schema": _schema(path.stem, content.decode()) if table else None,
    }
    return {name: value for name, value in whole.items() if value}


def _terms(told: Told) -> list[tuple[str, str]]:
    """Pair producers with their terms."""
    lines = zip(told.producers, told.licences, strict=True)
    return [(producer, line.removeprefix(f"{producer}: ")) for producer, line in lines]


def _sources(told: Told) -> list[dict[str, str]]:
    return [{"title": producer, "licence": terms} for producer, terms in _terms(told)]


def _licences(told: Told) -> list[dict[str, str]]:
    """List the terms that the sources are under, each once, with an identifier and in their own words."""
    words = dict.fromkeys(terms for _, terms in _terms(told))
    return [{"name": _identifier(terms), "title": terms} for terms in words]


def _identifier(terms: str) -> str:
    return next((name for name, words in LICENCES if re.search(words, terms)), "other-closed")


def _schema(stem: str, text: str) -> dict[str, Any]:
    """Table Schema of a CSV: a field each column, its type by what stands in it, meaning and unit by name."""
    head, *rows = csv.reader(io.StringIO(text))
    fields = [_field(stem, name, [row[place] for row in rows]) for place, name in enumerate(head)]
    schema: dict[str, Any] = {"fields": fields, "missingValues": [""]}
    if stem == Path(ROWS).stem:
        schema["primaryKey"] = ["economy", "level", "node", "measure"]
    return schema


def _field(stem: str, name: str, cells: Sequence[str]) -> dict[str, Any]:
    kind = _kind(cells)
    found: dict[str, Any] = {"name": name, "type": kind}
    known = described().get(stem, {}).get(name) or described()["any"].get(name) or {}
    if "says" in known:
        found["description"] = known["says"]
    if "unit" in known and kind in {"number", "integer", "any"}:
        found["unit"] = known["unit"]
    if kind == "boolean":
        found |= {"trueValues": ["yes"], "falseValues": ["no"]}
    if cells and all(cells):
        found["constraints"] = {"required": True}
    return found


def _kind(cells: Sequence[str]) -> str:
    filled = {cell for cell in cells if cell}
    if not filled:
        return "any"
    return next((kind for kind, signs in KINDS if all(map(signs.fullmatch, filled))), "string")


@cache
def described() -> dict[str, dict[str, dict[str, str]]]:
    """Read what is said of columns: by file, and under `any` for every file."""
    return tomllib.loads(COLUMNS.read_text(encoding="utf-8"))
