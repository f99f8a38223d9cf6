"""Reads scenarios: shipped, files of the user's, several composed with a plus; every fault with its line."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import islice, pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from pydantic import ValidationError

from indicators.fault import MOST_FAULTS, DataError, Fault, UsageError, near
from indicators.texts import read_toml
from scoring.questions.scenario.schema import ASSUMED, KINDS, Amount, Change, Reference, Scenario

if TYPE_CHECKING:
    from collections.abc import Sequence

FOLDER: Final = Path(__file__).parents[2] / "scenarios"
JOIN: Final = "+"
SETS: Final = "a number, a table { value, low, high }, a text, true or false, or a list of texts"


class Read(NamedTuple):
    """A scenario with everything that it extends written out.

    Attributes
    ----------
    scenario : Scenario
        All changes, in the order in which they are made.
    places : tuple of (str, int)
        File and line of each change; file `scenario` and line 0 for one made in Python.
    """

    scenario: Scenario
    places: tuple[tuple[str, int], ...]


def shipped() -> tuple[str, ...]:
    """Names of the scenarios that come with the project."""
    return tuple(sorted(path.stem for path in FOLDER.glob("*.toml")))


def read(word: str | Path | Scenario) -> Read:
    """Read a scenario: a shipped one by name, a file, an object, or several with a plus between them.

    Raises
    ------
    UsageError
        If there is none of that name, with near names.
    DataError
        With every fault of its files: what is wrong, in which file and line.
    """
    if isinstance(word, Scenario):
        return _whole(word, tuple(("scenario", 0) for _ in word.changes), Path(), ())
    parts = [str(word)] if Path(word).is_file() else str(word).split(JOIN)
    found = [_one(part.strip(), Path(), ()) for part in parts]
    return found[0] if len(found) == 1 else composed(found)


def composed(parts: Sequence[Read]) -> Read:
    """Put scenarios one after the other: the changes of the first are made first."""
    each = [part.scenario for part in parts]
    changes, sources = _merged(each)
    whole = Scenario(
        name=JOIN.join(it.name for it in each),
        title="; then ".join(it.title for it in each),
        question=" And then: ".join(it.question for it in each),
        why="\n\n".join(it.why for it in each if it.why),
        changes=tuple(changes),
        not_modelled=tuple(dict.fromkeys(text for it in each for text in it.not_modelled)),
        sources=sources,
        until=max(it.until for it in each),
    )
    return Read(whole, tuple(place for part in parts for place in part.places))


def _merged(each: Sequence[Scenario]) -> tuple[list[Change], dict[str, Reference]]:
    """Join changes and sources; a key that two scenarios use for different sources is told apart."""
    changes: list[Change] = []
    sources: dict[str, Reference] = {}
    for it in each:
        other = {key for key, source in it.sources.items() if sources.get(key, source) != source}
        sources |= {f"{it.name}:{key}" if key in other else key: held for key, held in it.sources.items()}
        changes += [
            change.model_copy(update={"source": f"{it.name}:{change.source}"})
            if change.source in other
            else change
            for change in it.changes
        ]
    return changes, sources


def _one(word: str, beside: Path, above: tuple[str, ...]) -> Read:
    """Read one scenario with what it extends; `above` are those that extend it."""
    path = _found(word, beside)
    if above:
        _is_beside(path, word, Path(above[-1]))
    key = str(path.resolve())
    if key in above:
        chain = " extends ".join(Path(each).stem for each in (*above[above.index(key) :], key))
        line = _line(read_toml(Path(above[-1]))[0], "extends")
        fault = Fault(
            Path(above[-1]).name, line, "extends", f"a circle: {chain}", "scenarios that end somewhere"
        )
        raise DataError([fault])
    text, content = read_toml(path)
    scenario = _validated(path.name, text, content)
    blocks = _blocks(text)
    places = tuple((path.name, blocks[k][0] if k < len(blocks) else 0) for k in range(len(scenario.changes)))
    faults = _sources(scenario, path.name, text)
    if faults:
        raise DataError(faults)
    return _whole(scenario, places, path.parent, (*above, key))


def _found(word: str, beside: Path) -> Path:
    for path in (beside / word, beside / f"{word}.toml", FOLDER / f"{word}.toml"):
        if path.is_file():
            return path
    hint = near(word, shipped()) or f"known: {', '.join(shipped())}; or the name of a file"
    message = f"unknown scenario {word!r}; {hint}"
    raise UsageError(message)


def _is_beside(path: Path, word: str, extending: Path) -> None:
    """Refuse what a file of somebody else's would read from elsewhere on this machine."""
    real = path.resolve()
    if real.is_relative_to(extending.parent) or real.is_relative_to(FOLDER):
        return
    line = _line(read_toml(extending)[0], "extends")
    expected = "a shipped scenario, or a file in the folder of this one"
    raise DataError([Fault(extending.name, line, "extends", repr(word), expected, "Copy it there.")])


def _whole(
    scenario: Scenario, places: tuple[tuple[str, int], ...], beside: Path, above: tuple[str, ...]
) -> Read:
    """Put changes of what a scenario extends before its own; one of the same name takes its place."""
    if not scenario.extends:
        return Read(scenario, places)
    bases = [_one(_inside(word), beside, above) for word in scenario.extends]
    held = {
        name: (change, place)
        for base in bases
        for (name, change), place in zip(base.scenario.named(), base.places, strict=True)
    }
    held |= {name: (change, place) for (name, change), place in zip(scenario.named(), places, strict=True)}
    _, sources = _merged([*(base.scenario for base in bases), scenario])
    left_out = [*(text for base in bases for text in base.scenario.not_modelled), *scenario.not_modelled]
    whole = scenario.model_copy(
        update={
            "changes": tuple(change.model_copy(update={"name": name}) for name, (change, _) in held.items()),
            "sources": sources,
            "not_modelled": tuple(dict.fromkeys(left_out)),
            "until": max(scenario.until, *(base.scenario.until for base in bases)),
        }
    )
    return Read(whole, tuple(place for _, place in held.values()))


def _inside(word: str) -> str:
    """Refuse a base outside the folder of the scenario: a file from elsewhere must not read what it likes.

    Raises
    ------
    UsageError
        If it leads out of the folder.
    """
    path = Path(word)
    if path.is_absolute() or ".." in path.parts or "\\" in word or ":" in word:
        message = f"extends {word!r}: expected the name of a shipped scenario, or a file in the same folder"
        raise UsageError(message)
    return word


# ---- faults ---------------------------------------------------------------------------------------


def _validated(file: str, text: str, content: dict[str, Any]) -> Scenario:
    try:
        return Scenario.model_validate(content)
    except ValidationError as error:
        raise DataError(_faults(file, text, error)) from None


def _faults(file: str, text: str, error: ValidationError) -> list[Fault]:
    """Say every fault of the schema with its line; of the ways to read one key the first is told."""
    found: dict[tuple[Any, ...], Fault] = {}
    for each in error.errors(include_url=False):
        loc = each["loc"]
        key = loc[:3] if loc[:1] == ("changes",) else loc[:1] if loc[:1] != ("sources",) else loc[:3]
        if key not in found and len(found) < MOST_FAULTS:
            found[key] = _fault(file, text, key, dict(each))
    return list(found.values())


def _fault(file: str, text: str, key: tuple[Any, ...], each: dict[str, Any]) -> Fault:
    said = each["msg"].removeprefix("Value error, ").removeprefix("Input should be ")
    last = str(key[-1])
    place = ".".join(str(part + 1) if isinstance(part, int) else str(part) for part in key)
    line = _line(text, last, key[1] if len(key) > 1 and isinstance(key[1], int) else None)
    if each["type"] == "extra_forbidden":
        known = [*(Change if key[0] == "changes" else Scenario).model_fields, "from"]
        return Fault(file, line, place, "an unknown key", "a key of a scenario", near(last, known))
    if each["type"] == "missing":
        return Fault(file, line, place, "nothing", "this key (it is required)")
    if last == "set" and "Amount" not in said and each["type"] != "value_error":
        said = SETS
    whole = isinstance(each["input"], dict) or not isinstance(key[-1], str)
    return Fault(
        file,
        line,
        place,
        said if whole else repr(each["input"])[:80],
        "parts that fit together" if whole else said,
    )


def keyed(text: str, key: str) -> int:
    """Line of a key that is written bare or quoted, or of a table's head; 0 where it is not written."""
    pattern = re.compile(rf"""\s*(?:\[[^\]]*)?["']?{re.escape(key)}["']?\s*(?:=|\])""")
    return next((k for k, line in enumerate(text.splitlines(), 1) if pattern.match(line)), 0)


@lru_cache(maxsize=4)
def _split(text: str) -> tuple[str, ...]:
    return tuple(text.splitlines())


@lru_cache(maxsize=4)
def _blocks(text: str) -> tuple[tuple[int, int], ...]:
    """First and last line of every [[changes]], from 1."""
    lines = text.splitlines()
    heads = [k for k, line in enumerate(lines, 1) if re.match(r"\s*\[", line)] + [len(lines) + 1]
    return tuple(
        (head, after - 1)
        for head, after in pairwise(heads)
        if re.match(r"\s*\[\[\s*changes\s*\]\]", lines[head - 1])
    )


def _line(text: str, key: str, change: int | None = None) -> int:
    """Line of a key, in one change or anywhere; that of the change where the key is not written; else 0."""
    lines = _split(text)
    first, last = 1, len(lines)
    if change is not None:
        blocks = _blocks(text)
        if change >= len(blocks):
            return 0
        first, last = blocks[change]
    pattern = re.compile(rf"\s*(?:\[+.*\b)?{re.escape(key)}\b\s*(?:=|\])")
    for k in range(first, last + 1):
        if pattern.match(lines[k - 1]):
            return k
    return first if change is not None else 0


def _sources(scenario: Scenario, file: str, text: str) -> list[Fault]:
    """Name every change whose source is not described."""
    expected = f"a key of [sources], or the word {ASSUMED}"
    strange = (
        Fault(
            file,
            _line(text, "source", k),
            f"source of {name}",
            repr(change.source),
            expected,
            near(change.source, [*scenario.sources, ASSUMED]),
        )
        for k, (name, change) in enumerate(scenario.named())
        if change.source != ASSUMED and change.source not in scenario.sources
    )
    return list(islice(strange, MOST_FAULTS))


__all__ = ["ASSUMED", "FOLDER", "KINDS", "Amount", "Read", "composed", "read", "shipped"]
