"""Times the index against the floor and against others, and writes docs/benchmarks.md."""

from __future__ import annotations

import argparse
import datetime as dt
import os
import platform
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import others
import works
from memory import peak
from timing import paired

from scoring.doubt.ensemble import ensemble
from scoring.doubt.sample import CHUNK
from scoring.index.engine import run

if TYPE_CHECKING:
    from collections.abc import Iterator

    from timing import Timed

DOCUMENT = works.ROOT / "docs" / "benchmarks.md"
MANY, LOOPED = 20_000, 200
SHORT, LONG = 10_000, 10_000_000

HEAD = """\
# How fast it is

Written by `make bench` (`make bench-slow` for the long runs); what is measured stands in `benchmarks/`.
On {machine}
"""
SPEED = """\
## Draws a second, one process

Nine rounds, contenders in turns. The floor is drawing all the random numbers of the work from one generator
and one pass over the values: less nobody can do who redraws everything.

| work | middle round | best round | times the floor, middle (least to most) |
|---|---|---|---|"""
OTHERS = """
## Against others, on the same work

51 economies, 49 criteria: min-max and one weighted sum, with other weights in every draw, and with other
values as well. The libraries score one matrix at a time, so they are called in a loop ({looped} draws a
round); where the values stay they normalise once, outside the loop. A tree, treatment, ranges and missing
values they do not have. Before the time is taken the scores are checked to be the same to 1e-12.

| what varies | who | draws a second | times ours, middle (least to most) |
|---|---|---|---|"""
MEMORY = """
## Peak memory

Each in a process of its own, first with {short:,} draws. Counts are flat, whatever the draws.

| work | few draws | many draws | ratio |
|---|---|---|---|"""


def machine() -> str:
    """Describe what ran it."""
    lines = Path("/proc/cpuinfo")
    names = lines.read_text(encoding="utf-8").splitlines() if lines.is_file() else []
    model = next((line.split(":")[1].strip() for line in names if line.startswith("model name")), "")
    load = f"{os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else "unknown"
    parts = (
        model or platform.processor() or platform.machine(),
        f"{os.cpu_count()} cores",
        f"load {load} at the start",
        f"{platform.system()}",
        f"Python {platform.python_version()}",
        f"numpy {np.__version__}",
        "one thread of linear algebra",
        f"{dt.datetime.now(dt.UTC):%d %B %Y}",
    )
    return f"{', '.join(parts)}."


def ratio(times: tuple[float, float, float]) -> str:
    """Write a ratio with its least and most."""
    return f"{times[0]:.1f} ({times[1]:.1f} to {times[2]:.1f})"


def replicates(folder: Path) -> Iterator[str]:
    """Time weights and methods, the data as they stand."""
    p = works.Asem.read(folder).replicates()
    draws = works.weights_and_methods(p, MANY, 1)
    timed = paired({"run": (lambda: run(p, draws), MANY)})["run"]
    yield f"| ASEM, weights and methods vary | {timed.rate:,.0f} | {timed.best:,.0f} | |"


def against_floor(name: str, p: works.Plan) -> Iterator[str]:
    """Time everything redrawn against drawing the numbers and one pass over them."""

    def ours() -> None:
        run(p, works.chunk(p, 3))

    found = paired({"run": (ours, CHUNK), "floor": (lambda: works.floor(p, 3), CHUNK)})
    timed, least = found["run"], found["floor"]
    yield f"| {name} | {timed.rate:,.0f} | {timed.best:,.0f} | {ratio(timed.times(least))} |"


def whole() -> Iterator[str]:
    """Time the shipped index: everything drawn and counted."""
    p = works.shipped()
    yield from against_floor("shipped index, everything", p)
    seconds = []
    for _ in range(3):
        start = time.perf_counter()
        ensemble(p, ("USA", "CHN"), SHORT, 1, setups=True)
        seconds.append(time.perf_counter() - start)
    middle, best = SHORT / sorted(seconds)[1], SHORT / min(seconds)
    yield f"| the same, scores, gaps, leads and ranks counted | {middle:,.0f} | {best:,.0f} | |"
    yield ""
    yield (
        f"{SHORT:,} draws of the shipped index, everything drawn and counted: {sorted(seconds)[1]:.1f} s "
        f"(the best of three {min(seconds):.1f} s)."
    )


def flat(folder: Path) -> Iterator[str]:
    """Time the same work against the libraries."""
    for name, redrawn in (("weights vary", False), ("weights and values vary", True)):
        work = works.Flat.made(folder, 2_000, redrawn=redrawn)
        few = work.draws.take(slice(0, LOOPED))
        expected = run(work.plan, few).scores[:, 0]
        contenders = {"scikit-criteria": others.scikit_criteria, "pymcdm": others.pymcdm}
        for library, score in contenders.items():
            apart = np.abs(score(work, LOOPED) - expected).max()
            assert apart < 1e-12, f"{library} does other work: {apart}"
        jobs = {"ours": (lambda work=work: run(work.plan, work.draws), 2_000)}
        for library, score in contenders.items():
            jobs[library] = (lambda score=score, work=work: score(work, LOOPED), LOOPED)
        found = paired(jobs, rounds=5)
        ours = found.pop("ours")
        yield f"| {name} | this project | {ours.rate:,.0f} | |"
        for library, timed in found.items():
            yield f"| {name} | {others.version(library)} | {timed.rate:,.0f} | {_slower(timed, ours)} |"


def _slower(timed: Timed, ours: Timed) -> str:
    middle, least, most = timed.times(ours)
    return f"{middle:,.0f} ({least:,.0f} to {most:,.0f})"


def memory(folder: Path | None, *, slow: bool) -> Iterator[str]:
    """Measure the peak of few draws and of many, each in a process of its own."""
    most = LONG if slow else LONG // 100
    for name, wanted in (("asem", folder is not None), ("shipped", True)):
        many = most if name == "asem" else most // (50 if slow else 5)
        if not wanted:
            continue
        few, lots = peak(name, SHORT), peak(name, many)
        title = "ASEM, weights and methods" if name == "asem" else "shipped index, everything"
        yield f"| {title} | {few:.0f} MB | {lots:.0f} MB at {many:,} | {lots / few:.2f} |"


def document(*, slow: bool) -> Iterator[str]:
    """Write what was measured, line by line."""
    folder = works.peers()
    yield HEAD.format(machine=machine())
    if folder is None:
        yield "The published ASEM index was not beside the project, so what runs on it is left out.\n"
    yield SPEED
    if folder is not None:
        asem = works.Asem.read(folder)
        yield from replicates(folder)
        yield from against_floor("ASEM, everything redrawn, winsorised", asem.everything(winsorise=True))
        yield from against_floor("ASEM, everything redrawn, not winsorised", asem.everything(winsorise=False))
    yield from whole()
    if folder is not None:
        yield OTHERS.format(looped=LOOPED)
        yield from flat(folder)
    yield MEMORY.format(short=SHORT)
    yield from memory(folder, slow=slow)
    if slow:
        import away

        yield from away.scaling()
        yield from away.thousand()


def main() -> None:
    """Measure, show and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--slow", action="store_true", help="ten million draws, workers, a thousand scenarios: half an hour"
    )
    parser.add_argument("--dry", action="store_true", help="show only, write nothing")
    asked = parser.parse_args()
    lines = []
    for line in document(slow=asked.slow):
        print(line, flush=True)
        lines.append(line)
    if not asked.dry:
        DOCUMENT.write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")
        print(f"written to {DOCUMENT}", file=sys.stderr)


if __name__ == "__main__":
    main()
