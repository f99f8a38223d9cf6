"""Finds what a change is about: the cells that its target names, or near names where there are none."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Final, NamedTuple

from indicators.economies import resolve
from indicators.fault import UsageError, near
from layers.systems_integration.access import ANY_SUPPLIER, DEFAULT_BUYER

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from scoring.questions.scenario.schema import Change
    from scoring.questions.scenario.world import World

FORMS: Final = {
    "indicators": "indicators.CODE.ECONOMY",
    "access": "access.BUYER.SUPPLIER.ITEM",
    "inputs": "inputs.NAME",
    "tables": "tables.NAME.COLUMN",
    "weights": "weights.NODE",
    "recipe": "recipe.FIELD",
}
"""How each target is written."""
STEPS: Final = ("clip", "aggregate", "weigh", "threshold", "choices")
"""Fields of a recipe that a scenario may set; those of choices by their own names."""
STAGES: Final = ("screen", "impute", "transform", "treat", "normalise", "fewest_units")


class Target(NamedTuple):
    """One thing that a change moves: what kind it is, and its parts."""

    kind: str
    parts: tuple[str, ...]

    def __str__(self) -> str:
        return ".".join((self.kind, *self.parts))


class NoTargetError(UsageError):
    """A target that is not there, in the parts of a fault."""

    def __init__(self, *, found: str, expected: str, repair: str = "") -> None:
        self.found, self.expected, self.repair = found, expected, repair
        super().__init__(f"found {found}; expected {expected}. {repair}")


def targets(change: Change, world: World) -> tuple[Target, ...]:
    """Name every single target of a change, `*` and blocs written out.

    Raises
    ------
    NoTargetError
        If there is none, with near names.
    """
    found = tuple(dict.fromkeys(each for text in change.target for each in _targets(text, world)))
    kinds = {each.kind for each in found}
    if len(kinds) > 1:
        raise NoTargetError(
            found=f"{' and '.join(sorted(kinds))} in one change", expected="targets of one kind"
        )
    return found


def _targets(text: str, world: World) -> tuple[Target, ...]:
    kind, _, rest = text.partition(".")
    if kind not in FORMS or not rest:
        hint = near(kind, FORMS)
        raise NoTargetError(found=repr(text), expected=f"one of {', '.join(FORMS.values())}", repair=hint)
    if kind == "inputs":
        return tuple(Target(kind, (name,)) for name in _matching("input", rest, world.inputs))
    split = {"indicators": 2, "access": 3, "tables": 2, "weights": 1, "recipe": 1}[kind]
    parts = rest.split(".", split - 1)
    if len(parts) != split or not all(parts):
        raise NoTargetError(found=repr(text), expected=FORMS[kind])
    return {
        "indicators": _indicators,
        "access": _access,
        "tables": _tables,
        "weights": _weights,
        "recipe": _recipe,
    }[kind](parts, world)


def _matching(what: str, text: str, known: Iterable[str]) -> tuple[str, ...]:
    names = list(known)
    if text in names:
        return (text,)
    found = tuple(name for name in names if fnmatchcase(name, text))
    if not found:
        hint = near(text, names) or (f"known: {', '.join(sorted(names))}" if len(names) <= 12 else "")
        raise NoTargetError(found=repr(text), expected=f"a known {what}", repair=hint)
    return found


def _economies(text: str, world: World, extra: Sequence[str] = ()) -> tuple[str, ...]:
    """Economies that a part names: a code, name or alias, several with commas, a bloc, or `*`."""
    found: list[str] = []
    for word in text.split(","):
        if word in extra:
            found.append(word)
        elif "*" in word:
            found += _matching("economy", word, world.facts.economies)
        else:
            try:
                code = resolve(word, world.facts.units)
            except UsageError as error:
                raise NoTargetError(
                    found=repr(word), expected="a known economy", repair=str(error).partition("; ")[2]
                ) from None
            found += world.facts.units[code].members or (code,)
    return tuple(dict.fromkeys(found))


def _indicators(parts: Sequence[str], world: World) -> tuple[Target, ...]:
    codes = _matching("indicator", parts[0], world.facts.indicators)
    economies = _economies(parts[1], world)
    return tuple(Target("indicators", (code, economy)) for code in codes for economy in economies)


def _access(parts: Sequence[str], world: World) -> tuple[Target, ...]:
    if "access" not in world.facts.catalogue.tables:
        raise NoTargetError(found="no table access", expected="facts with the table access")
    items = sorted({str(item) for item in world.facts.columns("access")["item"]})
    return tuple(
        Target("access", (buyer, supplier, item))
        for buyer in _economies(parts[0], world, (DEFAULT_BUYER,))
        for supplier in _economies(parts[1], world, (ANY_SUPPLIER,))
        for item in _matching("item of access", parts[2], items)
    )


def _tables(parts: Sequence[str], world: World) -> tuple[Target, ...]:
    (name,) = _matching("table", parts[0], world.facts.catalogue.tables)[:1]
    columns = _matching(f"column of {name}", parts[1], world.facts.catalogue.tables[name].columns)
    return tuple(Target("tables", (name, column)) for column in columns)


def _weights(parts: Sequence[str], world: World) -> tuple[Target, ...]:
    top = {node.code for node in world.framework.nodes if node.parent is None}
    nodes = [node.code for node in world.framework.nodes if node.code not in top]
    return tuple(
        Target("weights", (code,))
        for code in _matching("node or indicator", parts[0], [*nodes, *world.facts.indicators])
    )


def _recipe(parts: Sequence[str], _world: World) -> tuple[Target, ...]:
    fields = [name for name in STEPS if name != "choices"] + [f"choices.{name}" for name in STAGES]
    (field,) = _matching("field of a recipe", parts[0], fields)[:1]
    return (Target("recipe", tuple(field.split("."))),)
