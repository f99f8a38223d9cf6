"""What may be compared for a pair: a share that no instrument has measured in both is not."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np

from indicators.period import lapsed
from layers.application_ecosystem.declared import COUNTS, declared
from layers.layer import computed_rows, posteriors
from layers.refitted import refitted

if TYPE_CHECKING:
    from indicators.facts import Facts
    from layers.posterior import Posterior

LAYER: Final = "application_ecosystem"
TABLE: Final = "adoption"
MADE_FROM: Final = {"people": ("ai_user_share_est", "ai_users_million"), "firms": ("enterprise_ai_use_est",)}
"""Indicators that rest on each scale."""


def uncovered(facts: Facts, pair: tuple[str, str]) -> tuple[str, ...]:
    """Return the indicators whose scale no single instrument ties to both economies of a pair.

    Parameters
    ----------
    facts : Facts
        Cut by both clocks.
    pair : tuple of str
        Two economies; with a bloc nothing is said to be uncovered.
    """
    if TABLE not in facts.catalogue.tables or any(facts.units[code].members for code in pair):
        return ()
    rows = [row for row in facts.records(TABLE) if row["enters"] and row["economy"] in pair]
    found: list[str] = []
    for counts in COUNTS:
        code = declared()[counts].code
        if code not in facts.indicators:
            continue
        limit = facts.indicators[code].max_age_years
        seen: dict[str, set[str]] = {economy: set() for economy in pair}
        for row in rows:
            if row["counts"] == counts and not lapsed(row["date"], facts.date, limit):
                seen[row["economy"]].add(row["instrument"])
        if not seen[pair[0]] & seen[pair[1]]:
            found += MADE_FROM[counts]
    return tuple(found)


def for_pair(facts: Facts, pair: tuple[str, str]) -> Facts:
    """Return the facts without the shares of a pair that no instrument has measured in both.

    The two may each stand on the scale by way of others, which is enough to show where they stand and too
    little to set one against the other. What is left of the pillar goes too, unless it is known of both: the
    pillar is then not scored for the pair.
    """
    codes = uncovered(facts, pair)
    rows = computed_rows(facts, LAYER)
    kept = [row for row in rows if not (row["code"] in codes and row["economy"] in pair)]
    if len(kept) == len(rows):
        return facts
    other = refitted(facts, LAYER, kept, [_without(each, codes, pair) for each in posteriors(facts, LAYER)])
    return _unscored(other, {facts.indicators[code].pillar for code in codes}, pair)


def _unscored(facts: Facts, pillars: set[str], pair: tuple[str, str]) -> Facts:
    """Drop what only one of a pair has in some pillars."""
    inside = {code for code, it in facts.indicators.items() if it.layer == LAYER and it.pillar in pillars}
    seen: dict[str, set[str]] = {}
    for row in facts.current:
        if row["code"] in inside and row["economy"] in pair:
            seen.setdefault(row["code"], set()).add(row["economy"])
    single = {code for code, economies in seen.items() if len(economies) == 1}
    rows = tuple(row for row in facts.rows if not (row["code"] in single and row["economy"] in pair))
    other = replace(facts, rows=rows)
    other.kept.update(facts.kept)
    return other


def _without(held: Posterior, codes: tuple[str, ...], pair: tuple[str, str]) -> Posterior:
    """Draws that say nothing of some cells."""
    values = held.values.copy()
    for code in set(codes) & set(held.codes):
        for economy in set(pair) & set(held.economies):
            values[:, held.codes.index(code), held.economies.index(economy)] = np.nan
    return replace(held, values=values)
