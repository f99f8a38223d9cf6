"""Simulated truths and random weightings on the shipped data: the figure, and tables of robustness.md."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from indicators.facts import load
from reports.charts.calibration import draw
from reports.charts.chart import house_style, write
from reports.content.doubt import SIMULATED
from scoring.doubt.calibration import calibrate
from scoring.doubt.weightings import weightings
from scoring.index.engine import plan, run
from scoring.index.recipe import read_recipe

if TYPE_CHECKING:
    from datetime import date

    from scoring.doubt.calibration import Calibration, Share
    from scoring.index.engine import Plan

HERE = Path(__file__).parent
WORLDS, DRAWS, SEED = 1600, 400, 1
HARD_WORLDS = 400
WEIGHTINGS = 1_000_000
PAIRS = (("USA", "CHN"), ("KOR", "JPN"), ("DEU", "FRA"))


def simulated(p: Plan, found: Calibration, hard: Calibration) -> list[str]:
    """Table of coverage, whole and layers, and of leads; beside both, hard worlds."""
    titles = {node.code: node.title for node in p.framework.nodes}
    shown = {"": "all nodes", **{code: titles[code] for code in (*p.tree[-1].parents, *p.tree[-2].parents)}}
    lines = [
        "| true scores inside their 90 % range | % | standard error | scores | hard, % | its error |",
        "|---|---|---|---|---|---|",
    ]
    for code, title in shown.items():
        it, other = found.coverage[code], hard.coverage[code]
        lines.append(f"| {title} | {_cells(it)} | {it.count:,} | {_cells(other)} |")
    lines += [
        "",
        "| said to be ahead, of 100 | truly ahead | standard error | pairs | hard: said | truly | error |",
        "|---|---|---|---|---|---|---|",
    ]
    for it, other in zip(found.leads, hard.leads, strict=True):
        cells = f"{100 * it.said:.1f} | {_cells(it.was)} | {it.was.count:,}"
        lines.append(f"| {cells} | {100 * other.said:.1f} | {_cells(other.was)} |")
    return lines


def record(found: Calibration, state: date) -> str:
    """Write what the report says of it in words, as it is kept."""
    whole = found.coverage[""]
    lines = [
        "# Written by make simulate: what simulated truths say of ranges and of shares of draws.",
        "",
        f"state = {state}",
        f"worlds = {found.worlds}",
        f"draws = {found.draws}",
        f"covered = {whole.value:.4f}",
        f"error = {whole.error:.4f}",
    ]
    for bin_ in found.leads:
        lines += ["", "[[leads]]", f"said = {bin_.said:.4f}", f"was = {bin_.was.value:.4f}"]
        lines += [f"error = {bin_.was.error:.4f}", f"count = {bin_.was.count}"]
    return "\n".join(lines) + "\n"


def _cells(it: Share) -> str:
    return f"{100 * it.value:.1f} | {100 * it.error:.1f}"


def weighted(p: Plan) -> list[str]:
    """Table of shares of weightings, exact and counted over a million random ones."""
    nominal = run(p)
    lines = ["| lead | exact share | of a million random weightings | standard error |", "|---|---|---|---|"]
    for pair in PAIRS:
        for node, it in weightings(p, nominal, pair).items():
            rng = np.random.default_rng(SEED)
            weights = rng.standard_exponential((WEIGHTINGS, len(it.gaps)))
            counted = float(np.mean(weights @ np.array(it.gaps) > 0))
            error = np.sqrt(it.share * (1 - it.share) / WEIGHTINGS)
            if 0 < it.share < 1:
                cells = f"{it.share:.6f} | {counted:.6f} | {error:.6f}"
                lines.append(f"| {pair[0]} over {pair[1]}, {node.replace('_', ' ')} | {cells} |")
    return lines


def main() -> None:
    """Simulate, draw the figure and write the tables."""
    facts = load()
    p = plan(facts, read_recipe())
    found = calibrate(p, facts.date, WORLDS, DRAWS, SEED)
    hard = calibrate(p, facts.date, HARD_WORLDS, DRAWS, SEED, hard=True)
    titles = {node.code: node.title for node in p.framework.nodes}
    credit = f"Simulated from the shipped data and error model, state of {facts.date}, seed {SEED}."
    with house_style():
        write(draw(found, titles, credit), HERE / "figures")
    SIMULATED.write_text(record(found, facts.date), encoding="utf-8")
    page = HERE / "robustness.md"
    text = page.read_text(encoding="utf-8")
    count = f"{WORLDS:,} worlds and {HARD_WORLDS} hard ones"
    head = f"State of {facts.date}; {count}, {DRAWS} draws each, seed {SEED}."
    for name, lines in (("simulated", [head, "", *simulated(p, found, hard)]), ("weighted", weighted(p))):
        begin, end = f"<!-- {name} -->", f"<!-- /{name} -->"
        before, after = text.split(begin)[0], text.split(end)[1]
        text = "\n".join((before + begin, *lines, end + after))
    page.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
