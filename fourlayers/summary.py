"""The default answer as it ships: read without pandas or pydantic, while its origins are unchanged."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import types
import typing
from datetime import date
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

from indicators.whole import put
from scoring.answer import Answer

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

ROOT: Final = Path(__file__).resolve().parent.parent
SHIPPED: Final = Path(__file__).with_name("summary.json")
DATA: Final = ("indicators", "scoring")
CODE: Final = ("indicators", "layers", "scoring")
APART: Final = frozenset({"__pycache__", "questions"})
"""Folders that no answer depends on: the claims ask the facts, and the scores do not ask them."""
PAIR: Final = ("USA", "CHN")
DRAWS: Final = 2000
SEED: Final = 1

T = TypeVar("T")


def key(root: Path = ROOT, apart: AbstractSet[str] = APART) -> str:
    """Hash of all that the default answer depends on: facts, frameworks, recipes, computed values and code.

    Folders named in `apart` are left out.
    The code is in it, so that whoever changes a method sees the new answer at once and not the shipped one.
    """
    digest = hashlib.sha256()
    for path in _files(root, apart):
        digest.update(path.relative_to(root).as_posix().encode() + b"\0")
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def _files(root: Path, apart: AbstractSet[str]) -> list[Path]:
    wanted = [root.joinpath(folder).rglob(f"*{end}") for folder in DATA for end in (".toml", ".csv")]
    wanted += [root.joinpath(folder).rglob("*.py") for folder in CODE]
    wanted += [root.joinpath("layers").rglob(f"*{end}") for end in (".toml", ".json")]
    return sorted(path for found in wanted for path in found if not apart & set(path.parts))


def read(path: Path = SHIPPED, root: Path = ROOT) -> Answer | None:
    """Return the shipped answer, or None where it is missing, damaged or older than what it was made from."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    if not isinstance(content, dict) or content.get("key") != key(root):
        return None
    return decode(Answer, content["answer"])


def version_line() -> str:
    """Version of the package and newest day on which its data were read, as `--version` says it."""
    from importlib.metadata import version

    shipped = read()
    if shipped:
        vintage = shipped.data_vintage
    else:
        from indicators.facts import load

        vintage = load().vintage
    return f"fourlayers {version('fourlayers')}, data of {vintage}"


def write(answer: Answer, path: Path = SHIPPED, root: Path = ROOT) -> None:
    """Write an answer as the shipped one, in one step, so that a reader never meets half a file."""
    content = {"key": key(root), "answer": encode(answer)}
    text = json.dumps(content, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    put(path, text.replace('},"', '},\n"') + "\n")


def encode(value: Any) -> Any:  # noqa: ANN401 - anything that an Answer holds
    """Plain data of a value: dataclasses as objects, tuples as lists, dates as text."""
    if dataclasses.is_dataclass(value):
        return {field.name: encode(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, dict):
        return {name: encode(each) for name, each in value.items()}
    if isinstance(value, tuple):
        return [encode(each) for each in value]
    return value


def decode(kind: type[T], value: Any) -> T:  # noqa: ANN401 - plain data of any shape
    """Rebuild what `encode` wrote, by the annotations of the dataclass."""
    built: T = _decode(kind, value)
    return built


def _decode(kind: Any, value: Any) -> Any:  # noqa: ANN401 - an annotation and the plain data that stand for it
    if value is None:
        return None
    origin, inner = typing.get_origin(kind), typing.get_args(kind)
    if origin in (types.UnionType, typing.Union):
        return _decode(next(each for each in inner if each is not type(None)), value)
    if origin is tuple:
        kinds = [inner[0]] * len(value) if inner[-1] is Ellipsis else inner
        return tuple(_decode(each, part) for each, part in zip(kinds, value, strict=True))
    if origin is dict:
        return {name: _decode(inner[1], each) for name, each in value.items()}
    return _decode_plain(kind, value)


def _decode_plain(kind: Any, value: Any) -> Any:  # noqa: ANN401 - a class and the plain data that stand for it
    if kind is date:
        return date.fromisoformat(value)
    if isinstance(value, dict):
        return kind(**{name: _decode(each, value[name]) for name, each in _fields(kind).items()})
    return value


@cache
def _fields(kind: type) -> dict[str, Any]:
    return typing.get_type_hints(kind)


def main() -> None:
    """Compute the values of the layers, the default answer and the claims afresh, and write them all."""
    from indicators.facts import load
    from layers.layer import store
    from scoring.ask import ask
    from scoring.questions.claims import claims

    from . import debate

    facts = load()
    store(facts)
    write(ask(facts, PAIR, draws=DRAWS, seed=SEED))
    debate.write(debate.Debate(facts.date, claims(facts)))


if __name__ == "__main__":
    main()
