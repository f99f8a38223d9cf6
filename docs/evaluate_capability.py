"""Measures layer 1 and writes the figures into frontier-capability.md: hidden scores, agreement, lag, fit.

Run by `make evaluate-capability`; takes some five minutes.
"""

from __future__ import annotations

import argparse
import csv
import re
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from indicators.facts import load
from layers.frontier_capability import evaluation, frontier, history, irt, kept, prediction

if TYPE_CHECKING:
    from collections.abc import Iterator

    from indicators.facts import Facts
    from layers.frontier_capability.irt import Index

DOC = Path(__file__).with_name("frontier-capability.md")
PUBLISHED = Path(__file__).with_name("published_lag.csv")
PAIR = ("USA", "CHN")
REPEATS = {"cells": 20, "blocks": 8, "late half": 6, "late": 1}
RESAMPLED = 60
ENDS = (0.05, 0.5, 0.95)
FEW = 5


def table(heads: tuple[str, ...], rows: list[tuple[str, ...]]) -> Iterator[str]:
    """Yield the lines of a table."""
    yield f"| {' | '.join(heads)} |"
    yield f"|{' --- |' * len(heads)}"
    for row in rows:
        yield f"| {' | '.join(row)} |"
    yield ""


def speed(facts: Facts) -> Iterator[str]:
    """Time both fits from nothing, tables read."""
    facts.table("scores"), facts.table("models"), facts.table("benchmarks")
    irt.index(load())  # imports
    kept.forget()
    start = time.perf_counter()
    irt.index(facts)
    middle = time.perf_counter()
    prediction.predictor(facts)
    end = time.perf_counter()
    yield f"Cold fits on two shared cores: index {middle - start:.1f} s, prediction {end - middle:.1f} s."
    yield ""


def hidden(facts: Facts, repeats: float) -> Iterator[str]:
    """Compare the models on hidden scores."""
    held = evaluation.board(facts)
    rows = []
    for kind in evaluation.KINDS:
        found = evaluation.trials(held, kind, max(1, round(REPEATS[kind] * repeats)))
        plain, index, model = map(evaluation.rmse, (found.plain, found.index, found.model))
        shares = (f"{100 * (1 - model / plain):.0f} %", f"{100 * (1 - model / index):.0f} %")
        covered = f"{100 * found.covered.mean():.1f} %"
        figures = (f"{plain:.4f}", f"{index:.4f}", f"{model:.4f}", *shares, covered)
        rows.append((kind, f"{found.model.size:,}", *figures))
    yield "### Hidden scores"
    yield ""
    yield (
        f"Scores of models with at least {evaluation.MODEL_SCORES} and benchmarks with at least "
        f"{evaluation.BENCHMARK_SCORES}: {held.eligible.size:,} of {held.cells.score.size:,}. "
        "Root mean square error."
    )
    yield ""
    heads = (
        "hidden",
        "scores",
        "two-parameter",
        "index",
        "prediction",
        "better than two-parameter",
        "than index",
    )
    yield from table((*heads, "within the 90 % interval"), rows)


def agreement(facts: Facts, index: Index) -> Iterator[str]:
    """Compare the ranking with published ones."""
    every, recent = evaluation.with_eci(index, facts.table("models"))
    votes = evaluation.with_arena(index, facts.table("arena"))
    named = (("published index, all families", every), ("published index, last twelve months", recent))
    rows = [
        (name, str(each.count), f"{each.index:.3f}", f"{each.date:.3f}")
        for name, each in (*named, ("Arena list of October 2026, families", votes))
    ]
    yield "### Agreement with other rankings"
    yield ""
    yield from table(("ranking", "families", "this index", "release date alone"), rows)


def lag(index: Index) -> Iterator[str]:
    """Show the lag by definition beside published figures."""
    found = history.pair(index, *([code] for code in PAIR))
    if found is None:
        return
    now = np.array([history.ordinal(index).max()])
    figures = {"now": found.now(), "daily": found.daily(), "release": found.at_release()}
    rows = [
        (f"{each.value:.1f}", f"{each.low:.1f} to {each.high:.1f}", history.DEFINITIONS[name])
        for name, each in figures.items()
    ]
    gap = history.Ranged.of(found.gap(now)[:, 0])
    yield "### Lag and gap"
    yield ""
    yield from table(("China, months", "90 % of draws", "definition"), rows)
    above = f"{100 * found.ahead(now)[0]:.0f} of 100 draws have China above"
    yield f"Gap {gap.value:.1f} points ({gap.low:.1f} to {gap.high:.1f}); {above}."
    yield ""
    every, least, most = found.bounds()
    yield (
        f"Of {every:.1f} new bests of China in a draw {least:.1f} stand no higher than the oldest American "
        f"model of the record, so that their lag is at least what is counted, and {most:.1f} are not reached "
        "yet."
    )
    yield ""
    openly, closed = (history.member(index, open_weights=is_open) for is_open in (True, False))
    both = history.History(index, closed, openly, np.unique(history.ordinal(index)[openly | closed]))
    told = (both.now(), both.daily(), both.at_release())
    words = ", ".join(f"{each.value:.1f} ({each.low:.1f} to {each.high:.1f})" for each in told)
    yield f"Open weights behind closed, same definitions: {words} months."
    yield ""
    with PUBLISHED.open(encoding="utf-8") as file:
        listed = [
            (
                r["publisher"],
                r["what"],
                f"{r['months']} ({r['low']} to {r['high']})" if r["low"] else r["months"],
                r["period"],
            )
            for r in csv.DictReader(file)
        ]
    yield from table(("published by", "what", "months", "period"), listed)


def left_out(facts: Facts) -> Iterator[str]:
    """Show what lag and gap become when parts of the record are left out."""
    found = list(evaluation.left_out(facts, *PAIR))
    tests = [each for each in found if each.what.startswith("benchmark")]
    most = max(tests, key=lambda each: abs(each.now - found[0].now))
    rows = [
        (found[0].what, *_figures(found[:1])),
        (f"one benchmark of {len(tests)}", *_figures(tests)),
        (f"moves the lag now most: {most.what}", *_figures([most])),
        *((each.what, *_figures([each])) for each in found[1:] if each not in tests),
    ]
    yield "### What they rest on"
    yield ""
    yield from table(("left out", "lag now", "mean day by day", "mean at release", "gap"), rows)


def _figures(some: list[evaluation.Left]) -> tuple[str, ...]:
    """Return lag by its three definitions and gap, as ranges over several fits."""
    spans = []
    for name in ("now", "daily", "release", "gap"):
        values = [f"{value:.1f}" for value in sorted(getattr(each, name) for each in some)]
        spans.append(" to ".join(dict.fromkeys((values[0], values[-1]))))
    return tuple(spans)


def doubt(index: Index) -> Iterator[str]:
    """Compare the joint draws with a bootstrap over benchmarks."""
    drawn = evaluation.bootstrap(index, RESAMPLED)
    enough = index.frame["scores"].to_numpy() >= evaluation.MODEL_SCORES
    ratio = np.quantile((drawn.std(axis=0) / index.sd)[enough], (0.1, 0.5, 0.9))
    sides = [history.member(index, economy=code) for code in PAIR]
    gaps = [
        np.quantile(frontier.best(c, sides[1]) - frontier.best(c, sides[0]), ENDS)
        for c in (index.draws, drawn)
    ]
    rows = [
        (name, *(f"{each:.1f}" for each in gap))
        for name, gap in zip(
            ("joint draws (1,000)", f"bootstrap over benchmarks ({RESAMPLED})"), gaps, strict=True
        )
    ]
    yield "### Draws against a bootstrap over benchmarks"
    yield ""
    yield (
        "Standard deviations of the bootstrap over those of the draws, models with five or more scores: "
        f"median {ratio[1]:.2f}, middle four fifths {ratio[0]:.2f} to {ratio[2]:.2f}. Gap of China:"
    )
    yield ""
    yield from table(("gap, points", "5 %", "median", "95 %"), rows)


def fit(index: Index) -> Iterator[str]:
    """Show how each benchmark fits."""
    frame = evaluation.fit_by_benchmark(index, PAIR)
    rows = [
        (
            each.benchmark,
            f"{each.scores}",
            f"{getattr(each, PAIR[1])}",
            f"{each.difficulty:.0f}",
            f"{each.slope:.2f}",
            f"{each.residual:.3f}",
            "" if np.isnan(each.lean) else f"{each.lean:+.3f}",
            f"{each.best:.2f}{' saturated' if each.best >= 0.95 else ''}",
        )
        for each in frame.itertuples()
    ]
    hard = frame[(frame["difficulty"] > 150) & ~frame["benchmark"].str.startswith("aa_")]
    few = hard[hard[PAIR[1]] < FEW]
    panel = int(frame.loc[frame["benchmark"].str.startswith("aa_"), PAIR[1]].sum())
    yield "### Benchmarks"
    yield ""
    yield (
        f"{(frame['best'] >= 0.95).sum()} of {len(frame)} benchmarks are saturated. Of {len(hard)} hard ones "
        f"outside the Artificial Analysis panel (difficulty above 150) {len(few)} hold fewer than five "
        f"Chinese configurations; the panel holds {panel:,} Chinese scores."
    )
    yield ""
    heads = (
        "benchmark",
        "scores",
        "Chinese",
        "difficulty",
        "slope",
        "residual",
        "lean to China",
        "expected of the best",
    )
    yield from table(heads, rows)


def measured(repeats: float) -> str:
    """Return all figures as text."""
    facts = load()
    lines = list(speed(facts))
    index = irt.index(facts)
    if index is None:
        return "\n".join(lines)
    for part in (
        hidden(facts, repeats),
        agreement(facts, index),
        lag(index),
        left_out(facts),
        doubt(index),
        fit(index),
    ):
        lines += part
    return "\n".join(lines).strip()


if __name__ == "__main__":
    given = argparse.ArgumentParser(description=__doc__)
    given.add_argument("--repeats", type=float, default=1.0, help="times the usual number of splits")
    given.add_argument("--print", action="store_true", help="print only; leave the document alone")
    asked = given.parse_args()
    text = measured(asked.repeats)
    sys.stdout.write(text + "\n")
    if not asked.print:
        whole = DOC.read_text(encoding="utf-8")
        new = f"<!-- measured -->\n{text}\n<!-- /measured -->"
        marked = re.sub("<!-- measured -->.*<!-- /measured -->", lambda _: new, whole, flags=re.DOTALL)
        DOC.write_text(marked, encoding="utf-8")
