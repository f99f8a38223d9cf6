"""How to cite a result and the data behind it: for a footnote, and for three kinds of reference manager."""

from __future__ import annotations

import json
import re
import textwrap
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from indicators.owned import counted
from reports.charts.credit import credit, pair_sources

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from indicators.facts import Facts
    from indicators.schema import Source
    from scoring.answer import Answer

TITLE: Final = (
    "fourlayers: who leads in AI, the United States or China, layer by layer, and how sure can we be"
)
AUTHOR: Final = "the fourlayers authors"
LICENCE: Final = "MIT"
"""Of the software, as in CITATION.cff (a test holds them)."""
WIDTH: Final = 80


class Work(NamedTuple):
    """One thing to cite.

    Attributes
    ----------
    key : str
        Name in a list of references: small letters, digits and hyphens.
    kind : str
        `software` or `dataset`.
    author, title, version : str
        Who made it, what it is called, and the edition.
    date : str
        Published: YYYY, YYYY-MM or YYYY-MM-DD; empty where the source does not say.
    read : str
        Day on which it was read, YYYY-MM-DD; empty for software.
    url, licence, note : str
        Address, terms, and what else a reader needs to find the same.
    """

    key: str
    kind: str
    author: str
    title: str
    version: str
    date: str
    read: str
    url: str
    licence: str
    note: str


class Citation(NamedTuple):
    """A result with all that has to be cited.

    Attributes
    ----------
    text : str
        One sentence, producers of the data first: the one that stands in the TXT of a chart.
    result : Work
        The software with the state, the data and the run of the result.
    sources : tuple of Work
        Sources of the values of the pair, those that weigh most first.
    terms : tuple of str
        Producers with their licences, those that weigh most first.
    """

    text: str
    result: Work
    sources: tuple[Work, ...]
    terms: tuple[str, ...]


def citation(answer: Answer, facts: Facts) -> Citation:
    """Gather what has to be cited for an answer.

    Parameters
    ----------
    answer : Answer
        The result.
    facts : Facts
        What it was computed from; its sources are described there.
    """
    used = pair_sources(answer, facts)
    given = credit("cite", answer, used)
    return Citation(given.citation, _result(answer), _sources(used), given.licences)


def _result(answer: Answer) -> Work:
    known = f", known by {answer.known_by}" if answer.known_by else ""
    pair = " and ".join(answer.names[code] for code in answer.pair)
    draws = f"{answer.draws} draws, seed {answer.seed}"
    own = f"; own data: {counted(answer.own)}" if answer.own else ""
    return Work(
        key=f"fourlayers-{answer.fingerprint[:7]}",
        kind="software",
        author=AUTHOR,
        title=TITLE,
        version=answer.version,
        date=answer.data_vintage.isoformat(),
        read="",
        url="",
        licence=LICENCE,
        note=f"{pair}: state of {answer.as_of}{known}; data {answer.data_vintage}; recipe {answer.recipe} "
        f"{answer.recipe_fingerprint[:7]}; {draws}; run {answer.fingerprint[:7]}{own}",
    )


def _sources(used: Sequence[tuple[Source, float]]) -> tuple[Work, ...]:
    """List the works behind the sources, each once, by the weight that rests on them."""
    weights: dict[tuple[str, str, str, str], float] = {}
    found: dict[tuple[str, str, str, str], Source] = {}
    for source, weight in used:
        key = (source.producer, source.title, source.version_producer, source.date_published)
        weights[key] = weights.get(key, 0.0) + weight
        found.setdefault(key, source)
    order = sorted(found, key=lambda key: (-round(weights[key], 9), key))
    taken: dict[str, int] = {}
    return tuple(_work(found[key], taken) for key in order)


def _work(source: Source, taken: dict[str, int]) -> Work:
    year = source.date_published[:4] or "undated"
    stem = "-".join([*re.findall(r"[a-z0-9]+", source.producer.lower())[:2], year])
    taken[stem] = taken.get(stem, 0) + 1
    return Work(
        key=stem if taken[stem] == 1 else f"{stem}-{taken[stem]}",
        kind="dataset",
        author=source.producer,
        title=source.title,
        version=source.version_producer,
        date=source.date_published if re.match(r"\d{4}(-\d\d){0,2}$", source.date_published) else "",
        read=source.date_accessed.isoformat(),
        url=source.url_main or source.url_download,
        licence=source.licence,
        note="" if source.redistribute else "values may not be passed on",
    )


def as_text(found: Citation) -> str:
    """Say it in words, at most 80 columns wide: the sentence, the software, and the data with their terms."""
    result = found.result
    software = (
        f"{result.author} ({result.date[:4]}). {result.title}. Version {result.version}. {result.note}."
    )
    lines = ["To cite this result", *_indented(found.text)]
    lines += ["", "In a list of references", *_indented(software)]
    if found.terms:
        lines += ["", "Data used, what weighs most first, each on its own terms"]
        lines += [line for term in found.terms for line in _indented(term)]
    return "\n".join([*lines, ""])


def _indented(text: str) -> list[str]:
    return textwrap.wrap(
        text,
        WIDTH,
        initial_indent="  ",
        subsequent_indent="    ",
        break_long_words=False,
        break_on_hyphens=False,
    )


_TEX: Final = {
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
} | {sign: f"\\{sign}" for sign in "&%$#_"}


def as_bibtex(found: Citation) -> str:
    """Write BibTeX, one entry each; the fields are those that both BibTeX and biblatex know."""
    return "\n".join(_entry(work) for work in (found.result, *found.sources))


def _entry(work: Work) -> str:
    notes = [_note(work), f"Read {work.read}" if work.read else ""]
    fields = {
        "author": f"{{{_tex(work.author)}}}",  # in braces: the name of a body, not of a person
        "title": f"{{{_tex(work.title)}}}",
        "year": work.date[:4],
        "version": _tex(work.version),
        "howpublished": "Data set" if work.kind == "dataset" else "Computer software",
        "url": work.url.translate({ord(sign): f"%{ord(sign):02X}" for sign in "{}\\"}),
        "note": ". ".join(_tex(each) for each in notes if each),
    }
    lines = [f"  {name} = {{{text}}}," for name, text in fields.items() if text]
    return "\n".join([f"@misc{{{work.key},", *lines, "}", ""])


def _note(work: Work) -> str:
    return "; ".join(each for each in (work.note, f"Licence: {work.licence}") if each)


def _tex(text: str) -> str:
    return "".join(_TEX.get(sign, sign) for sign in " ".join(text.split()))


def as_csl(found: Citation) -> str:
    """Write CSL-JSON, which Zotero, Mendeley, pandoc and Word's add-ins read."""
    made = [_csl(work) for work in (found.result, *found.sources)]
    return json.dumps(made, indent=2, ensure_ascii=False) + "\n"


def _csl(work: Work) -> dict[str, Any]:
    whole = {
        "id": work.key,
        "type": work.kind,
        "title": work.title,
        "author": [{"literal": work.author}],
        "issued": _parts(work.date),
        "accessed": _parts(work.read),
        "version": work.version,
        "URL": work.url,
        "note": _note(work),
    }
    return {name: value for name, value in whole.items() if value}


def _parts(date: str) -> dict[str, list[list[int]]]:
    return {"date-parts": [[int(part) for part in date.split("-")]]} if date else {}


def as_ris(found: Citation) -> str:
    """Write RIS, which EndNote, RefWorks and Citavi read."""
    return "\n".join(_ris(work) for work in (found.result, *found.sources))


def _ris(work: Work) -> str:
    fields = (
        ("TY", "DATA" if work.kind == "dataset" else "COMP"),
        ("ID", work.key),
        ("AU", f"{work.author},"),  # a comma ends the name of a body
        ("TI", work.title),
        ("PY", work.date[:4]),
        ("DA", work.date.replace("-", "/")),
        ("ET", work.version),
        ("UR", work.url),
        ("Y2", work.read.replace("-", "/")),
        ("N1", _note(work)),
    )
    told = [f"{tag}  - {' '.join(text.split())}" for tag, text in fields if text]
    return "\n".join([*told, "ER  - ", ""])


FORMS: Final[dict[str, Callable[[Citation], str]]] = {
    "text": as_text,
    "bibtex": as_bibtex,
    "csl": as_csl,
    "ris": as_ris,
}
