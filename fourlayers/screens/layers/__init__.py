"""The screens of `layer`: one file per layer, named like it, with `screen(facts, answer) -> str`."""

from __future__ import annotations

import importlib
import importlib.util
from typing import TYPE_CHECKING

from indicators.fault import UsageError, near
from layers.layer import NAMES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from indicators.facts import Facts
    from scoring.answer import Answer

ALIASES = {"frontier": "frontier_capability", "prices": "inference_cost"}


def find_layer(word: str, known: Sequence[str] = NAMES) -> str:
    """Return the layer that a user means by a name, a part of it or an alias; `known` are all that there are.

    Raises
    ------
    UsageError
        With the layers that there are, where none or more than one is meant.
    """
    wanted = word.strip().lower().replace("-", "_").replace(" ", "_")
    if wanted in (*known, *ALIASES):
        return ALIASES.get(wanted, wanted)
    found = [name for name in known if wanted and wanted in name]
    if len(found) == 1:
        return found[0]
    names = [name.replace("_", "-") for name in known]
    hint = near(word, names, most=1) or f"known: {', '.join(names)}"
    message = f"unknown layer {word!r}; {hint}"
    raise UsageError(message)


def screen(name: str, facts: Facts, answer: Answer) -> str:
    """Return the screen of one layer.

    Parameters
    ----------
    name : str
        A name of `layers.layer.NAMES`.
    facts, answer
        What is known, and what is said about the pair; both cut by the same clocks.

    Raises
    ------
    UsageError
        If the layer has no screen of its own.
    """
    home = f"{__name__}.{name}"
    if importlib.util.find_spec(home) is None:
        message = f"the layer {name.replace('_', '-')} has no screen of its own; see fourlayers explain"
        raise UsageError(message)
    text: str = importlib.import_module(home).screen(facts, answer)
    return text
