"""Names as Epoch AI writes them: countries, laboratories and model versions, in the words of the tables."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from indicators.imports.places import Places

from .price_rows import spelt

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from .held import Held

EPOCH_HOSTS: Final = frozenset(("epoch.ai", "www.epoch.ai"))
PRODUCER: Final = "Epoch AI"
LICENCE: Final = "CC BY 4.0"
ALPHABET: Final = re.compile(r"\b(DeepMind|Isomorphic Labs|Google)\b")
"""Organisations that count as USA, by the headquarters of the company, whatever the address of the team."""
LABS: Final = {
    "Google DeepMind": "Google",
    "DeepMind": "Google",
    "Meta AI": "Meta",
    "Zhipu AI": "Z.ai",
    "Moonshot": "Moonshot AI",
    "InclusionAI": "Ant Group",
    "Microsoft Research": "Microsoft",
}
_SUFFIX: Final = re.compile(r"-(?:20\d\d-\d\d-\d\d|20\d{6}|instruct|chat|it|preview|exp)$")
OPEN: Final = "Open weights"
CLOSED: Final = ("API access", "Hosted access", "Unreleased")


def places() -> Places:
    """Return the names of economies, with those that Epoch writes out."""
    return Places({"United Kingdom of Great Britain and Northern Ireland": "GBR"})


def parts(text: str) -> list[str]:
    """Return what stands in a cell with several entries."""
    return [each.strip() for each in text.split(",") if each.strip()]


def lab(organisations: str) -> str:
    """Return the first organisation by the name that the tables use."""
    first = next(iter(parts(organisations)), "")
    bare = re.sub(r"\s*\(.*?\)$", "", first)
    return LABS.get(bare, bare)


def open_weights(accessibility: str) -> str:
    """Return whether weights can be downloaded, as a flag; empty where it is not said."""
    if accessibility.startswith(OPEN):
        return "true"
    return "false" if accessibility.startswith(CLOSED) else ""


def family(model: str, aliases: Mapping[str, str]) -> str:
    """Return the released version of a configuration: effort, date, mode and preview are stripped."""
    name = spelt(model.rpartition("_")[0] or model)
    while name not in aliases and (bare := _SUFFIX.sub("", name)) != name:
        name = bare
    return aliases.get(name, name)


def same_version(held: Held) -> dict[str, str]:
    """Return the family of every name that stands for the whole of one."""
    return {row["alias"]: row["family"] for row in held.rows("aliases") if row["rule"] == "same version"}


def economies_of(labs: Iterable[Mapping[str, str]]) -> dict[str, str]:
    """Return the economy of every laboratory that is held."""
    return {row["lab"]: row["economy"] for row in labs if row["lab"] and row["economy"]}
