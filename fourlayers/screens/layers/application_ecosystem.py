"""The screen of layer 4: four pillars, adoption on one declared scale beside its instruments, its pace."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from fourlayers.screens.layout import blocks, call_cell, cell, padded, wrapped
from layers.application_ecosystem.assemble import computed, paces, scale
from layers.application_ecosystem.declared import declared
from layers.application_ecosystem.evidence import TABLE, covering
from layers.application_ecosystem.pair import for_pair
from layers.refitted import refitted
from reports.wording import NONE, listed, percent, plain, plural, the, upper_first
from scoring.doubt.ensemble import ensemble
from scoring.index.engine import plan
from scoring.index.recipe import Recipe

if TYPE_CHECKING:
    from indicators.facts import Facts
    from layers.application_ecosystem.assemble import Scale
    from scoring.answer import Answer

LAYER: Final = "application_ecosystem"
HEADS: Final = {"people": "People of 15 to 64 who use AI, %", "firms": "Firms that use AI, %"}
_PILLARS: Final = (25, 15, 15, 15)
_SHARES: Final = (41, 20, 19)
_PACES: Final = (48, 16, 16)
_MOST: Final = 1000
"""Draws from which the range without the declared biases is taken; more would not change a whole point."""


def screen(facts: Facts, answer: Answer) -> str:
    """Return the screen of the layer for a pair."""
    fitted = {counts: scale(facts, counts) for counts in HEADS} if TABLE in facts.catalogue.tables else {}
    return blocks(
        [
            _head(answer),
            _pillars(answer),
            *(_shares(answer, facts, counts, one) for counts, one in fitted.items()),
            _biases(answer, facts, fitted),
            _with_and_without(answer, facts),
            _pace(answer, facts) if fitted else [],
            _reading(fitted),
            [f"Next: fourlayers chart adoption · explain {answer.pair[1]} application-ecosystem"],
        ]
    )


def _head(answer: Answer) -> list[str]:
    names = listed(the(answer.names[code]) for code in answer.pair)
    return [
        *wrapped(f"Application ecosystem: {names}", "", "  "),
        f"state of {answer.as_of} · scores 0-100 on stated goalposts · 90 % ranges",
    ]


def _pillars(answer: Answer) -> list[str]:
    lines = [padded(("", *answer.pair, "call" if answer.draws else ""), _PILLARS)]
    for node in (node for node in answer.nodes if LAYER in (node.code, node.parent)):
        cells = [cell(answer.scores[code][node.code]) for code in answer.pair]
        call = call_cell(answer.gap[node.code]) if answer.draws else ""
        name = node.title if node.code == LAYER else f"  {node.title}"
        lines.append(padded((name, *cells, call), _PILLARS))
    return lines


def _shares(answer: Answer, facts: Facts, counts: str, one: Scale | None) -> list[str]:
    """Tabulate the pair on the declared scale, and what each instrument says."""
    rows = [row for row in facts.records(TABLE) if row["counts"] == counts and row["economy"] in answer.pair]
    if not rows and one is None:
        return []
    lines = [padded((HEADS[counts], *answer.pair), _SHARES)]
    if one is not None:
        lines.append(
            padded(("  on one declared scale", *(_ranged(one, code) for code in answer.pair)), _SHARES)
        )
        without = scale(facts, counts, biased=False)
        if without is not None and one.tied.evidence.biases:
            naive = (_ranged(without, code) for code in answer.pair)
            lines.append(padded(("  the same, biases taken as nil", *naive), _SHARES))
    marked = False
    inside = set() if one is None else set(one.tied.instruments)
    names = sorted({row["instrument"] for row in rows}, key=lambda name: (name not in inside, name))
    for name in names:
        cells = [_newest(rows, name, code, one) for code in answer.pair]
        marked |= any(it.endswith("*") for it in cells)
        lines.append(padded((f"  {name}", *cells), _SHARES))
    if marked:
        lines += wrapped("* not in the model: too old, or of one economy alone, so that nothing ties it")
    return [*lines, *_covered(answer, one)]


def _ranged(one: Scale, code: str) -> str:
    if code not in one.tied.economies:
        return "not scored"
    place = one.tied.economies.index(code)
    value, low, high = (part[place] for part in one.summary())
    return f"{value:.1f} ({low:.0f} to {high:.0f})"


def _newest(rows: list[dict[str, Any]], name: str, code: str, one: Scale | None) -> str:
    mine = [row for row in rows if row["instrument"] == name and row["economy"] == code]
    if not mine:
        return NONE
    last = max(mine, key=lambda row: row["date"])
    read = () if one is None else tuple(one.tied.rows["row"])
    mark = "" if last["row"] in read else " *"
    return f"{plain(last['value'], 3)}  {last['date']:%Y-%m}{mark}"


def _covered(answer: Answer, one: Scale | None) -> list[str]:
    """Say through which instruments the two are compared, or that nothing covers them both."""
    if one is None:
        return ["  not scored: the instrument that declares the scale has no figure at this date"]
    both = covering(one.tied.rows, answer.pair)
    if both:
        return wrapped(f"Compared through {listed(both)}.")
    missing = [code for code in answer.pair if code not in one.tied.economies]
    if missing:
        names = listed(the(answer.names[code]) for code in missing)
        return wrapped(f"Not scored for this pair: no instrument on the scale covers {names}.")
    text = (
        "Not scored for this pair: no instrument covers both; each stands on the scale through other "
        "economies, which is too little to set one against the other."
    )
    return wrapped(text)


def _biases(answer: Answer, facts: Facts, fitted: dict[str, Scale | None]) -> list[str]:
    """Give each declared bias of the pair before and after the figures."""
    lines: list[str] = []
    for counts, one in fitted.items():
        if one is None:
            continue
        named = next(it for name, it in declared().items() if name == counts)
        kept = [
            it
            for it in named.biases
            if (
                (one.tied.rows["economy"] == it.economy) & (one.tied.rows["instrument"] == it.instrument)
            ).any()
        ]
        for place, it in enumerate(kept):
            if it.economy not in answer.pair:
                continue
            low, value, high = np.quantile(one.fitted.bias[:, place], (0.05, 0.5, 0.95))
            sees = "too little" if it.side == "under" else "too much"
            text = (
                f"{upper_first(it.instrument)} sees {sees} of {facts.units[it.economy].short}: held before, "
                f"up to {1.96 * it.sd:.1f} logits (95 %); after, {value:.1f} ({low:.1f} to {high:.1f})."
            )
            lines += wrapped(text, "  ", "    ")
    return ["Declared biases, one way only", *lines] if lines else []


def _with_and_without(answer: Answer, facts: Facts) -> list[str]:
    """Give the range of the layer with the declared biases, and with them taken as nil."""
    if not answer.draws or not any(node.code == LAYER for node in answer.nodes):
        return []
    recipe = Recipe.model_validate_json(answer.made_with)
    naive = computed(facts, biased=False)
    nil = for_pair(refitted(facts, LAYER, naive.records(), naive.posteriors), answer.pair)
    p = plan(nil, recipe)
    drawn = ensemble(p, answer.pair, min(answer.draws, _MOST), answer.seed)
    lines = []
    for code in answer.pair:
        held, span = answer.scores[code][LAYER], drawn.score_range(LAYER, code)
        if held.low is None or held.high is None or span is None:
            continue
        cells = (f"{held.low:.1f} to {held.high:.1f}", f"{span[0]:.1f} to {span[1]:.1f}")
        lines.append(padded((f"  {answer.names[code]}", *cells), _SHARES))
    if not lines:
        return []
    ahead = [answer.gap[LAYER].ahead_data, drawn.ahead(LAYER, *answer.pair)]
    shares = [NONE if share is None else percent(share) for share in ahead]
    lines.append(padded((f"  draws with {the(answer.names[answer.pair[0]])} ahead", *shares), _SHARES))
    return [padded(("Range of the layer", "with the biases", "taken as nil"), _SHARES), *lines]


def _pace(answer: Answer, facts: Facts) -> list[str]:
    """Tabulate how fast shares rise by instruments that have seen both of the pair more than once."""
    lines: list[str] = []
    kinds: set[str] = set()
    for counts in HEADS:
        found = paces(facts, counts)
        for name in sorted({instrument for instrument, _ in found}):
            sides = [found.get((name, code)) for code in answer.pair]
            if None in sides:
                continue
            kinds |= {one.kind for one in sides if one is not None}
            cells = [NONE if one is None else f"{one.points:+.1f}" for one in sides]
            lines.append(padded((f"  {counts}: {name}", *cells), _PACES))
    if not lines:
        return []
    how = (
        "plain changes within a year: no instrument has four waves without a break"
        if kinds == {"change"}
        else "logistic curves where an instrument has four waves, else plain changes within a year"
    )
    return [padded(("Rise, percentage points a year", *answer.pair), _PACES), *lines, *wrapped(f"({how})")]


def _reading(fitted: dict[str, Scale | None]) -> list[str]:
    """Say what a share on each scale means."""
    lines: list[str] = []
    for counts, one in fitted.items():
        if one is not None:
            named = next(it for name, it in declared().items() if name == counts)
            many = plural(len(one.tied.economies), "economy", "economies")
            text = f"{upper_first(counts)}: {named.scale}, at {one.tied.day}; {many}."
            lines += wrapped(text, "  ", "    ")
    return ["What the scales mean", *lines] if lines else []
