"""The data appendix: every indicator with its coverage, and what is to be said against it."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any

from reports.wording import listed, lower_first, plural, title, upper_first

from .chapters import DataChapter, Entry

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from indicators.facts import Facts
    from scoring.answer import Answer, IndicatorRow

    from .pieces import IndicatorLine
    from .references import References

WITHOUT = ("missing", "stale")


def data_chapter(
    answer: Answer,
    facts: Facts,
    references: References,
    shown: Sequence[IndicatorLine],
    charts: Collection[str],
) -> DataChapter:
    """Write the appendix.

    Parameters
    ----------
    answer : Answer
        What the run says.
    facts : Facts
        Where indicators are described.
    references : References
        Numbers of their sources.
    shown : sequence of IndicatorLine
        Indicators that are shown and not scored.
    charts : collection of str
        Charts that stand in no other chapter.
    """
    places = {node.code: place for place, node in enumerate(answer.nodes)}
    rows = sorted(
        (row for row in answer.indicators if row.code in facts.indicators),
        key=lambda row: (places.get(row.layer, 0), places.get(row.pillar, 0), row.weight == 0),
    )
    counts = covered(answer, facts, rows)
    groups = tuple(
        (
            f"{title(answer, layer)}: {lower_first(title(answer, pillar))}",
            tuple(_entry(facts, row, counts, references) for row in members),
        )
        for (layer, pillar), members in groupby(rows, key=lambda row: (row.layer, row.pillar))
    )
    weighted = sum(row.weight > 0 for row in rows)
    finding = (
        f"{upper_first(plural(weighted, 'indicator'))} are scored and {len(rows) - weighted} more are shown, "
        f"from {plural(len(references.listed()), 'source')} behind the values of the pair."
    )
    return DataChapter(finding, groups, tuple(shown), tuple(charts))


def _entry(
    facts: Facts, row: IndicatorRow, counts: dict[str, tuple[int, int]], references: References
) -> Entry:
    it = facts.indicators[row.code]
    have, of = counts.get(row.code, (0, 0))
    numbers = references.numbers(row)
    sources = f"sources {listed(f'[{number}]' for number in numbers)}" if numbers else ""
    scored = "" if it.weight else "shown only"
    known = f"{have} of {of} economies" if of else ""
    return Entry(
        name=row.short,
        code=row.code,
        covered="; ".join(filter(None, (known, sources, scored))),
        sources=sources,
        says=references.kept.text(row.code, it.description),
        caveat=references.kept.text(row.code, it.caveat),
        objection=references.kept.text(row.code, it.objection),
    )


def covered(answer: Answer, facts: Facts, rows: Sequence[IndicatorRow]) -> dict[str, tuple[int, int]]:
    """Count by indicator the economies with a value in use or a known absence, and how many there are."""
    from layers.grid import STATES, build
    from scoring.robustness import recipe_of

    if not rows:
        return {}
    lens: Any = answer.lens
    grid = build(facts, [facts.indicators[row.code] for row in rows], lens, recipe_of(answer).error)
    alone = [i for i, code in enumerate(grid.units) if not facts.units[code].members]
    return {
        row.code: (sum(STATES[grid.state[j, i]] not in WITHOUT for i in alone), len(alone))
        for j, row in enumerate(rows)
    }
