"""Changed facts keep what was computed from the facts before, but for the parts that a change can reach."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from layers.layer import NAMES, computed_rows, parts, posteriors

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from indicators.facts import Facts, Touched
    from layers.layer import Part
    from layers.posterior import Posterior

MOST: Final = 64
"""Parts held at a time: those of a what-if with all its subsets."""
Made = tuple[list[dict[str, Any]], tuple["Posterior", ...]]
_HELD: OrderedDict[str, Made] = OrderedDict()


def reached(part: Part, touched: Touched) -> bool:
    """Say whether a change can move what a part computes."""
    inputs = part.inputs and any(name.startswith(part.inputs) for name in touched.inputs)
    return bool(inputs or touched.tables & set(part.tables) or touched.codes & set(part.codes))


def carried(before: Facts, after: Facts) -> tuple[Facts, frozenset[str]]:
    """Give changed facts the computed values of those before, and compute anew what the change can reach.

    Parameters
    ----------
    before, after : Facts
        Of one date; `after` was made from `before` by `Facts.changed` and is filled in place.

    Returns
    -------
    facts : Facts
        `after`.
    codes : frozenset of str
        Indicators of the parts that were computed anew.
    """
    touched = after.touched(before)
    codes: set[str] = set()
    for name in NAMES:
        rows, draws = computed_rows(before, name), posteriors(before, name)
        for part in parts(name):
            if not reached(part, touched):
                continue
            mark = part.mark(after)
            if mark != _mark(part, before):
                fresh, joint = _fitted(f"{name} {mark}", part, before, after)
                mine = {row["code"] for row in fresh} | {code for each in joint for code in each.codes}
                rows = [row for row in rows if row["code"] not in mine] + fresh
                draws = (*_without(draws, mine), *joint)
                codes |= mine
        after.kept[f"computed {name}"], after.kept[f"posteriors {name}"] = rows, draws
    return after, frozenset(codes)


def _without(draws: Sequence[Posterior], codes: set[str]) -> Iterator[Posterior]:
    """Yield draws without those of some indicators."""
    for each in draws:
        kept = [j for j, code in enumerate(each.codes) if code not in codes]
        if len(kept) == len(each.codes):
            yield each
        elif kept:
            names = tuple(each.codes[j] for j in kept)
            yield replace(each, codes=names, values=each.values[:, kept])


def _mark(part: Part, facts: Facts) -> str:
    """Mark of a part, worked out once for facts that much is made from."""
    place = f"mark of part {part.name}"
    if place not in facts.kept:
        facts.kept[place] = part.mark(facts)
    found: str = facts.kept[place]
    return found


def _fitted(key: str, part: Part, before: Facts, after: Facts) -> Made:
    """Compute a part of changed facts, once for all facts that agree in what it depends on."""
    if key not in _HELD:
        made = part.refit(before, after) if part.refit else part.fit(after)
        _HELD[key] = made.records(), tuple(each.stored() for each in made.posteriors)
    _HELD.move_to_end(key)
    while len(_HELD) > MOST:
        _HELD.popitem(last=False)
    return _HELD[key]


def forget() -> None:
    """Drop what is held, so that the next part is computed anew."""
    _HELD.clear()
