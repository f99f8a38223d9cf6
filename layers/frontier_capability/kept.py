"""Fits that were made, by what they were made from: the same tables and clocks are fitted once in a run."""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from indicators.facts import Facts

MOST = 24
"""Things held at a time; a fit has some seven megabytes of draws, the others far less."""
_HELD: OrderedDict[tuple[str, str], Any] = OrderedDict()


def once(facts: Facts, what: str, tables: tuple[str, ...], make: Callable[[Facts], Any]) -> Any:  # noqa: ANN401
    """Return what is made from some tables of the facts, made at the first call for their fingerprint.

    Parameters
    ----------
    facts
        What is known.
    what
        Name of the thing made.
    tables
        Names of the tables that it depends on.
    make
        Makes it.
    """
    if what not in facts.kept:
        key = (what, facts.fingerprint(*tables))
        if key not in _HELD:
            _HELD[key] = make(facts)
        _HELD.move_to_end(key)
        while len(_HELD) > MOST:
            _HELD.popitem(last=False)
        facts.kept[what] = _HELD[key]
    return facts.kept[what]


def forget() -> None:
    """Drop all fits, so that the next one is made anew."""
    _HELD.clear()
