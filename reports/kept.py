"""Reads a score document back, as far as a later comparison needs it; says what is wrong with a file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from pydantic import ValidationError

from indicators.fault import DataError, Fault
from indicators.texts import read_json
from scoring.index.described import faults_of
from scoring.index.framework import Framework, Leaf
from scoring.index.recipe import Recipe
from scoring.questions.held import Half, Item, Run, Told

from .document import PLAIN, SCHEMA

if TYPE_CHECKING:
    from pathlib import Path

KIND: Final = "fourlayers/score/"
EXPECTED: Final = "a document of fourlayers score --format json, or score.json of a report"


def read_run(path: Path) -> Run:
    """Read a run from a score document.

    Raises
    ------
    DataError
        If the file is no such document, or one of another layout.
    OSError
        If it cannot be read.
    """
    told = read_json(path, EXPECTED)
    if not isinstance(told, dict) or not str(told.get("schema", "")).startswith(KIND):
        found = repr(told.get("schema", "no schema")) if isinstance(told, dict) else type(told).__name__
        raise _wrong(path, 0, "schema", found, EXPECTED)
    if told["schema"] != SCHEMA:
        repair = "Score again with this version: the data of that day with --data, or --known-by."
        found = f"{told['schema']}, written by version {told.get('version', 'unknown')}"
        raise _wrong(path, 0, "schema", found, SCHEMA, repair)
    try:
        basis = told["basis"]
        for kind, key in ((Recipe, "recipe"), (Framework, "framework")):
            kind.model_validate(basis[key])
        if not basis["indicators"]:
            raise _wrong(path, 0, "basis.indicators", "none", EXPECTED)
        run = _run(told)
        for item in run.items.values():  # as the tree will hold them
            Leaf(code=item.code, parent=item.pillar, weight=item.weight)
    except DataError:
        raise
    except ValidationError as error:
        raise DataError(faults_of(str(path), error)) from None
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        found = f"{type(error).__name__}: {error}"
        raise _wrong(path, 0, "", found, "a whole document", "It was changed or cut off.") from None
    return run


def _wrong(path: Path, row: int, column: str, found: str, expected: str, repair: str = "") -> DataError:
    return DataError([Fault(str(path), row, column, found, expected, repair)])


def _run(told: dict[str, Any]) -> Run:
    basis, (first, second) = told["basis"], told["pair"]
    items = [_item(each, (first, second)) for each in basis["indicators"]]
    gap = {"overall": told["gap"]["overall"], **told["gap"]["layers"]}
    return Run(
        version=told["version"],
        code=basis["code"],
        pair=(first, second),
        lens=told["lens"],
        as_of=told["as_of"],
        known_by=told["known_by"] or "",
        vintage=told["data_vintage"],
        draws=int(told["draws"]),
        seed=int(told["seed"]),
        fingerprint=told["fingerprint"],
        recipe=dict(basis["recipe"]),
        tree=dict(basis["framework"]),
        gap={node: _told(each) for node, each in gap.items()},
        items={item.code: item for item in items},
    )


def _told(each: dict[str, Any]) -> Told:
    value, low, high = (each[name] for name in ("value", "low", "high"))
    return Told(value, low, high, str(each["call"]), each["leader"] or "")


def _item(each: dict[str, Any], pair: tuple[str, str]) -> Item:
    a, b = (Half(**each["sides"][code]) for code in pair)
    return Item(**{name: each[name] for name in PLAIN}, halves=(a, b))
