"""What a folder changes of what is shipped: goalposts, weights, names; what it adds: layers, pillars."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import Field, ValidationError

from .fault import DataError, Fault, near
from .owned import Owned
from .schema import Code, Economy, Frozen, Indicator, Iso3, Said
from .texts import read_toml

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping
    from pathlib import Path

OVERRIDES = "overrides.toml"
"""Name of the file, at the top of a folder."""
Weight = Annotated[float, Field(ge=0, allow_inf_nan=False)]


class Wording(Frozen):
    """Other words for an economy or a bloc; what is left out stays as it is."""

    name: Said | None = None
    """Name in running text."""
    short: Said | None = None
    """Name in tables and charts."""
    adjective: Said | None = None
    """As in 'Chinese models'."""
    reason: str = ""
    """Why; may stay empty, as a name is the user's own choice."""


class Posts(Frozen):
    """Other goalposts of an indicator: [worst, best] through each lens, in its unit after dividing."""

    scale: tuple[float, float] | None = None
    """Of the reading by size."""
    intensity: tuple[float, float] | None = None
    """Of the reading per head or output."""
    reason: Said
    """Why these posts; it stands wherever the indicator is explained."""


class Weighed(Frozen):
    """Another weight of a node or of an indicator among its siblings."""

    weight: Weight
    """Relative to the weights of its siblings; 0 leaves it out of the score."""
    reason: Said
    """Why this weight."""


class AddedLayer(Frozen):
    """A layer beside those of the framework."""

    title: Said
    """Name in tables and charts."""
    weight: Weight = 1.0
    """Relative to the weights of the other layers; those shipped have 1 each."""
    reason: Said
    """Why it belongs to the index."""


class AddedPillar(Frozen):
    """A pillar in a layer, shipped or added."""

    layer: Code
    """The layer it counts for."""
    title: Said
    """Name in tables and charts."""
    weight: Weight = 1.0
    """Relative to the weights of the other pillars of the layer."""
    reason: Said
    """Why it belongs there."""


class Overrides(Frozen):
    """The file `overrides.toml` of a folder."""

    economies: dict[Iso3, Wording] = Field(default_factory=dict)
    """Other names, by code of the economy or bloc."""
    goalposts: dict[Code, Posts] = Field(default_factory=dict)
    """Other goalposts, by indicator."""
    weights: dict[Code, Weighed] = Field(default_factory=dict)
    """Other weights, by layer, pillar or indicator."""
    layers: dict[Code, AddedLayer] = Field(default_factory=dict)
    """Layers that are added, by code; each needs a pillar, and the pillar an indicator."""
    pillars: dict[Code, AddedPillar] = Field(default_factory=dict)
    """Pillars that are added, by code."""


PARTS = (Overrides, Wording, Posts, Weighed, AddedLayer, AddedPillar)
KEYS = frozenset(key for part in PARTS for key in part.model_fields)
"""Keys that the file may hold, for near names."""


@dataclass
class Applied:
    """Overrides of all folders, one over the other, as far as they concern more than one indicator.

    Attributes
    ----------
    names : dict
        Wording by economy.
    weights : dict
        Weights that are not those of an indicator, with the folder that states them.
    layers, pillars : dict
        What is added, by code.
    told : list of Owned
        One line for each override.
    digests : list of str
        SHA-256 of each file.
    """

    names: dict[str, Wording] = field(default_factory=dict)
    weights: dict[str, tuple[str, Weighed]] = field(default_factory=dict)
    layers: dict[str, AddedLayer] = field(default_factory=dict)
    pillars: dict[str, AddedPillar] = field(default_factory=dict)
    told: list[Owned] = field(default_factory=list)
    digests: list[str] = field(default_factory=list)


def read_overrides(folder: Path) -> tuple[Overrides, str, list[ValidationError | Fault]]:
    """Read the file of a folder: what it says, its hash, what is wrong with it; empty where there is none."""
    path = folder / OVERRIDES
    if not path.exists():
        return Overrides(), "", []
    try:
        text, content = read_toml(path)
        return Overrides.model_validate(content), hashlib.sha256(text.encode()).hexdigest(), []
    except ValidationError as error:
        return Overrides(), "", [error]
    except DataError as error:
        return Overrides(), "", [*error.faults]


def take(
    found: Overrides, folder: str, indicators: dict[str, Indicator], applied: Applied, units: Collection[str]
) -> Iterator[Fault]:
    """Apply one folder's overrides over what is there; what cannot be is given back, and left as it was."""
    for code, posts in found.goalposts.items():
        yield from _goalposts(code, posts, folder, indicators, applied)
    for code, weighed in found.weights.items():
        _weight(code, weighed, folder, indicators, applied)
    for code, wording in found.economies.items():
        if code not in units:
            yield Fault(OVERRIDES, 0, f"economies.{code}", repr(code), "a listed economy", near(code, units))
            continue
        held = applied.names.get(code, Wording()).model_dump(exclude_none=True)
        applied.names[code] = Wording(**{**held, **wording.model_dump(exclude_none=True)})
        words = (wording.name, wording.short, wording.adjective)
        said = ", ".join(dict.fromkeys(filter(None, words)))
        _tell(applied, folder, code, f"{code} is called {said}", wording.reason)
    for code, layer in found.layers.items():
        applied.layers[code] = layer
        _tell(
            applied, folder, code, f"layer {code} ({layer.title}) with weight {layer.weight:g}", layer.reason
        )
    for code, pillar in found.pillars.items():
        applied.pillars[code] = pillar
        said = f"pillar {code} ({pillar.title}) in {pillar.layer} with weight {pillar.weight:g}"
        _tell(applied, folder, code, said, pillar.reason)


def _tell(applied: Applied, folder: str, code: str, message: str, reason: str) -> None:
    applied.told.append(
        Owned(folder, "override", code, message + (f": {reason.rstrip('.')}" if reason else ""))
    )


def _goalposts(
    code: str, posts: Posts, folder: str, indicators: dict[str, Indicator], applied: Applied
) -> Iterator[Fault]:
    place = f"goalposts.{code}"
    if code not in indicators:
        yield Fault(OVERRIDES, 0, place, repr(code), "the code of an indicator", near(code, indicators))
        return
    it = indicators[code]
    given = {lens: each for lens in ("scale", "intensity") if (each := getattr(posts, lens)) is not None}
    if not given:
        yield Fault(OVERRIDES, 0, place, "no goalposts", "scale or intensity = [worst, best]")
        return
    plain = it.model_dump(exclude_unset=True)
    for lens, pair in given.items():
        if not plain["readings"].get(lens):
            expected = f"goalposts of a reading that {code} has: scale"
            yield Fault(OVERRIDES, 0, f"{place}.{lens}", f"a reading that {code} does not have", expected)
            return
        before = plain["readings"][lens]["goalposts"]
        plain["readings"][lens] |= {"goalposts": pair, "reason": posts.reason}
        said = f"goalposts of {code} ({lens}) are {_pair(pair)} in place of {_pair(before)}"
        _tell(applied, folder, code, said, posts.reason)
    try:
        indicators[code] = Indicator.model_validate(plain)
    except ValidationError as error:
        for each in error.errors(include_url=False):
            found = str(each["msg"]).removeprefix("Value error, ")
            yield Fault(OVERRIDES, 0, place, found, "goalposts that the indicator can be read with")


def _pair(posts: Any) -> str:  # noqa: ANN401 - two numbers, read or dumped
    return f"[{posts[0]:g}, {posts[1]:g}]"


def _weight(
    code: str, weighed: Weighed, folder: str, indicators: dict[str, Indicator], applied: Applied
) -> None:
    """Change the weight of an indicator; keep that of a node for the tree, which a floor above knows."""
    if code not in indicators:
        applied.weights[code] = folder, weighed
        return
    it = indicators[code]
    said = f"weight of {code} in its pillar is {weighed.weight:g} in place of {it.weight:g}"
    _tell(applied, folder, code, said, weighed.reason)
    caveat = it.caveat or (weighed.reason if weighed.weight == 0 else "")
    indicators[code] = it.model_copy(update={"weight": weighed.weight, "caveat": caveat})


def renamed(
    units: Mapping[str, Economy], names: Mapping[str, Wording]
) -> tuple[dict[str, Economy], list[Fault]]:
    """Name economies as a user does; the words that were there before are understood further on.

    A word that already means another economy is refused, as nobody could tell the two apart.
    """
    found, faults = dict(units), []
    for code, wording in names.items():
        it = units[code]
        given = wording.model_dump(exclude_none=True, exclude={"reason"})
        others = {
            word.casefold(): other.code
            for other in units.values()
            if other.code != code
            for word in _words(other)
        }
        for key, word in given.items():
            if word.strip().casefold() in others:
                said = f"{word!r}, which means {others[word.strip().casefold()]}"
                faults.append(Fault(OVERRIDES, 0, f"economies.{code}.{key}", said, "a word of its own"))
        old = (word for word in _words(it) if word and word != code)
        found[code] = it.model_copy(update={**given, "aliases": tuple(dict.fromkeys((*it.aliases, *old)))})
    return found, faults


def _words(it: Economy) -> tuple[str, ...]:
    return (it.code, it.name, it.short, it.adjective, *it.aliases)
