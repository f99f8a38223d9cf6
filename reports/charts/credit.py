"""Who made the data of a chart, on what terms, and how to cite it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from indicators.owned import counted

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from indicators.facts import Facts
    from indicators.schema import Source
    from scoring.answer import Answer

NAMED = 5  # producers that the line under a chart has room for


@dataclass(frozen=True)
class Credit:
    """Producers (the most used first), their terms, the citation, the line under the chart, and its start."""

    producers: tuple[str, ...]
    licences: tuple[str, ...]
    citation: str
    line: str
    short: str


def credit(name: str, answer: Answer, used: Iterable[tuple[Source, float]]) -> Credit:
    """Credit of a chart.

    Parameters
    ----------
    name : str
        Of the chart, for the pointer to its text file.
    answer : Answer
        For version and dates.
    used : iterable of (Source, float)
        Sources and how much each counts.
    """
    weights: dict[str, float] = {}
    terms: dict[str, list[str]] = {}
    for source, weight in used:
        weights[source.producer] = weights.get(source.producer, 0.0) + weight
        known = terms.setdefault(source.producer, [])
        if source.licence not in known:
            known.append(source.licence)
    producers = tuple(sorted(weights, key=lambda producer: (-round(weights[producer], 9), producer)))
    ours = _ours(answer)
    more = len(producers) - NAMED
    named = "; ".join(producers[:NAMED]) + (f" and {more} more (all in {name}.txt)" if more > 0 else "")
    return Credit(
        producers,
        tuple(f"{producer}: {'; '.join(sorted(terms[producer]))}" for producer in producers),
        f"{'; '.join(producers)}; processed by {ours}." if producers else f"{ours}.",
        f"Data: {named}. Computed by {ours}." if producers else f"Computed by {ours}.",
        named,
    )


def _ours(answer: Answer) -> str:
    known = f", known by {answer.known_by}" if answer.known_by else ""
    data = f"data of {answer.data_vintage}, run {answer.fingerprint[:7]}"
    own = f"; own data: {counted(answer.own)}" if answer.own else ""
    return f"fourlayers {answer.version} (state of {answer.as_of}{known}; {data}{own})"


def pair_sources(answer: Answer, facts: Facts) -> list[tuple[Source, float]]:
    """Find the sources of the pair's values, each counting as much as its indicators weigh."""
    keys = ((row, side.source) for row in answer.indicators if row.weight > 0 for side in (row.a, row.b))
    return _found(facts, ((row.code, key, row.weight) for row, key in keys))


def all_sources(answer: Answer, facts: Facts) -> list[tuple[Source, float]]:
    """Find the sources of all values of all economies, each counting as much as its indicator weighs."""
    held = {
        row.code: row.weight for row in answer.indicators if row.weight > 0 and row.code in facts.indicators
    }
    return [
        (source, weight / len(facts.indicators[code].sources))
        for code, weight in held.items()
        for source in facts.indicators[code].sources.values()
    ]


def indicator_sources(facts: Facts, code: str, keys: Mapping[str, float]) -> list[tuple[Source, float]]:
    """Find sources of one indicator by key, with how often each is used."""
    return _found(facts, ((code, key, weight) for key, weight in keys.items()))


def _found(facts: Facts, wanted: Iterable[tuple[str, str, float]]) -> list[tuple[Source, float]]:
    found = []
    for code, key, weight in wanted:
        indicator = facts.indicators.get(code)
        source = indicator.sources.get(key) if indicator else None
        if source:
            found.append((source, weight))
    return found
