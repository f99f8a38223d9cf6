"""What terms keep out of a folder that is passed on: taken out first, and looked for afterwards."""

from __future__ import annotations

import dataclasses
import io
import math
import re
import zipfile
from pathlib import PurePath
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from indicators.facts import Facts
    from indicators.schema import Source
    from scoring.answer import Answer, Side

LEAST: Final = 6
"""Significant digits from which a number is taken to be the one that is looked for, and not another."""
NUMBER: Final = re.compile(r"\d[\d.,]*\d|\d")
WRITTEN: Final = (15, 10, 8, 6, 4)
"""Digits with which outputs write numbers, all of them first."""
QUOTED: Final = 3
"""Significant digits from which a number in the description of such an indicator is taken to be quoted."""
YEARS: Final = frozenset(str(year) for year in range(1990, 2100))
SENTENCE: Final = re.compile(r"(?<=[.;:]) (?=[A-Z])")
FIGURES: Final = ("value", "low", "high")


class Withheld(NamedTuple):
    """A number that may not be passed on: where it stands, and whose it is."""

    where: str
    producer: str


def published(answer: Answer) -> Answer:
    """Give an answer without the values, ranges and notes that may not be passed on; scores stay.

    A value that is left out is not a number, so that it counts as known and cannot be printed.
    """
    rows = tuple(dataclasses.replace(row, a=_without(row.a), b=_without(row.b)) for row in answer.indicators)
    return dataclasses.replace(answer, indicators=rows)


def _without(side: Side) -> Side:
    if side.free:
        return side
    value = None if side.value is None else math.nan
    return dataclasses.replace(side, value=value, low=None, high=None, note="")


def withheld(facts: Facts, answer: Answer, least: int = LEAST) -> dict[str, Withheld]:
    """List the numbers that may not be passed on, as they would be written; what is free elsewhere is not.

    Parameters
    ----------
    facts : Facts
        Rows of indicators and record tables, with the terms of their sources.
    answer : Answer
        With the values of its pair that layers compute from such tables.
    least : int
        Significant digits below which a number could be any other one, and is left out.

    Returns
    -------
    dict of str to Withheld
        By the text of the number.
    """
    closed: dict[str, Withheld] = {}
    free: set[str] = set()
    for number, where, source in _numbers(facts):
        if source.redistribute:
            free |= set(_forms(number, least, WRITTEN[:1]))
        else:
            closed |= {form: Withheld(where, source.producer) for form in _forms(number, least)}
    for number, held in _computed(answer):
        closed |= dict.fromkeys(_forms(number, least), held)
    return {form: held for form, held in closed.items() if form not in free}


def _numbers(facts: Facts) -> Iterator[tuple[float, str, Source]]:
    """Every number of every row whose source is described."""
    for row in facts.rows:
        source = facts.indicators[row["code"]].sources.get(str(row["source"] or ""))
        if source:
            for name in FIGURES:
                if isinstance(row[name], float | int):
                    yield float(row[name]), f"{row['code']} of {row['economy']}", source
    for name, table in facts.catalogue.tables.items():
        if any(not source.redistribute for source in table.sources.values()):
            yield from _of_table(facts, name, table.sources)


def _computed(answer: Answer) -> Iterator[tuple[float, Withheld]]:
    """Every value of the pair that may not be passed on, with its range."""
    for row in answer.indicators:
        for code, side in zip(answer.pair, (row.a, row.b), strict=True):
            for number in (side.value, side.low, side.high) if not side.free else ():
                if number is not None:
                    yield number, Withheld(f"{row.code} of {code}", side.source or "several producers")


def _of_table(facts: Facts, name: str, sources: Mapping[str, Source]) -> Iterator[tuple[float, str, Source]]:
    for row in facts.records(name):
        source = sources.get(str(row.get("source") or ""))
        if source:
            for column, value in row.items():
                if isinstance(value, float | int) and not isinstance(value, bool):
                    yield float(value), f"{name}, {column}", source


def _forms(number: float, least: int, written: tuple[int, ...] = WRITTEN) -> Iterator[str]:
    """Write a number in each way in which an output may, where that is long enough to be told."""
    if not math.isfinite(number):
        return
    for digits in written:
        text = f"{abs(number):.{digits}g}"
        if "e" not in text and len(text.replace(".", "").strip("0")) >= least:
            yield text
            yield f"{float(text):,.{len(text.partition('.')[2])}f}"


def leaks(files: Iterable[tuple[str, bytes]], numbers: Mapping[str, Withheld]) -> dict[str, list[Withheld]]:
    """Find withheld numbers in files, whole and as they are written; workbooks are opened, PDF are not.

    Parameters
    ----------
    files : iterable of (name, content)
        Of the folder; for a PDF what it is set from.
    numbers : mapping of str to Withheld
        As `withheld` gives them.

    Returns
    -------
    dict of str to list of Withheld
        What was found, by file; empty for nothing.
    """
    found = {}
    for name, content in files:
        written = {text.strip(".,") for part in _texts(name, content) for text in NUMBER.findall(part)}
        here = list(dict.fromkeys(numbers[text] for text in sorted(written & numbers.keys())))
        if here:
            found[name] = here
    return found


class Kept:
    """Sentences of descriptions of which some hold a number that may not be passed on.

    Parameters
    ----------
    facts : Facts
        Whose indicators are described.
    answer : Answer
        Whose pair is compared.
    """

    def __init__(self, facts: Facts, answer: Answer) -> None:
        self._closed = {
            code
            for code, it in facts.indicators.items()
            if not all(source.redistribute for source in it.sources.values())
        }
        self._numbers = set(withheld(facts, answer, QUOTED)) - YEARS

    def text(self, code: str, said: str) -> str:
        """Give what is said of an indicator, without the sentences that quote what its terms keep back."""
        whole = " ".join(said.split())
        if code not in self._closed:
            return whole
        return " ".join(each for each in SENTENCE.split(whole) if not self._quotes(each))

    def _quotes(self, sentence: str) -> bool:
        return any(text.strip(".,") in self._numbers for text in NUMBER.findall(sentence))


def _texts(name: str, content: bytes) -> Iterator[str]:
    if PurePath(name).suffix == ".xlsx":
        with zipfile.ZipFile(io.BytesIO(content)) as book:
            for part in book.namelist():
                yield book.read(part).decode("utf-8", "replace")
    elif PurePath(name).suffix not in {".png", ".pdf"}:
        yield content.decode("utf-8", "replace")


def refusal(found: Mapping[str, list[Withheld]]) -> str:
    """Say in one line what would be passed on, and in which files."""
    every = list(dict.fromkeys(held for each in found.values() for held in each))
    named = "; ".join(f"{held.where} ({held.producer})" for held in every[:3])
    more = f" and {len(every) - 3} more" if len(every) > 3 else ""
    files = ", ".join(sorted(found))
    return (
        f"--public: nothing was written, as values that may not be passed on would be in {files}: "
        f"{named}{more}; leave the indicator out, or set redistribute = true where its terms allow it"
    )
