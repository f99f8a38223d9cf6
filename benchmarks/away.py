"""Times the same work alone, by processes and on the workers of a cluster here, and a large grid."""

from __future__ import annotations

import os
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

import works
from distributed import LocalCluster

from fourlayers.grid_run import grid_of, run_grid
from indicators.facts import load
from scoring.doubt.ensemble import COUNTED, ensemble
from scoring.doubt.work import ALONE, Work
from scoring.questions.scenario.run import start

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scoring.doubt.ensemble import Ensemble

DRAWS = 50_000
ROUNDS = 3
GRID = """name = "thousand"
scenario = "price-war"
[vary]
chinese-prices = { first = 0.1, last = 1.0, steps = 10 }
american-prices = { first = 0.1, last = 1.0, steps = 10 }
router-share = { first = 0.0, last = 18.0, steps = 10 }
"""
SCALING = """
## Over processes and workers

{draws:,} draws of the shipped index, everything drawn and counted, {rounds} rounds in turns; processes
started before, workers connected and checked within the time. The bytes were the same. Load {load:.1f} at
the start.

| who draws | seconds, middle | least | times faster than one process, middle |
|---|---|---|---|"""
THOUSAND = """
A grid of 1,000 scenarios (three numbers of `price-war`, ten values each, no draws) on two workers:
{seconds:.0f} s, written as 1,000 partitions; load {load:.1f} at the start."""


def scaling() -> Iterator[str]:
    """Time the draws alone, by two processes, and on one and two workers."""
    p = works.shipped()
    load_now = os.getloadavg()[0]
    with _workers(1) as one, _workers(2) as two:
        ways = {
            "one process": ALONE,
            "two processes": Work(2),
            "a cluster of one worker": Work(cluster=one.scheduler_address),
            "a cluster of two workers": Work(cluster=two.scheduler_address),
        }
        for work in ways.values():
            ensemble(p, ("USA", "CHN"), 2_000, 1, setups=True, work=work)
        seconds: dict[str, list[float]] = {name: [] for name in ways}
        expected: Ensemble | None = None
        for _ in range(ROUNDS):
            for name, work in ways.items():
                begun = time.perf_counter()
                found = ensemble(p, ("USA", "CHN"), DRAWS, 1, setups=True, work=work)
                seconds[name].append(time.perf_counter() - begun)
                expected = expected or found
                assert all((getattr(found, it) == getattr(expected, it)).all() for it in COUNTED), name
    yield SCALING.format(draws=DRAWS, rounds=ROUNDS, load=load_now)
    alone = seconds["one process"]
    for name, each in seconds.items():
        faster = sorted(a / b for a, b in zip(alone, each, strict=True))[ROUNDS // 2]
        yield f"| {name} | {sorted(each)[ROUNDS // 2]:.1f} | {min(each):.1f} | {faster:.2f} |"


def thousand() -> Iterator[str]:
    """Time a grid of a thousand scenarios on two workers."""
    load_now = os.getloadavg()[0]
    with tempfile.TemporaryDirectory() as name, _workers(2) as two:
        path = Path(name) / "grid.toml"
        path.write_text(GRID, encoding="utf-8")
        begun = time.perf_counter()
        run_grid(
            grid_of(path), start(load(), draws=0), Path(name) / "out", Work(cluster=two.scheduler_address)
        )
        seconds = time.perf_counter() - begun
    yield THOUSAND.format(seconds=seconds, load=load_now)


def _workers(count: int) -> LocalCluster:
    return LocalCluster(
        n_workers=count,
        threads_per_worker=1,
        host="127.0.0.1",
        protocol="tcp",
        dashboard_address="127.0.0.1:0",
    )


if __name__ == "__main__":
    for line in scaling():
        print(line, flush=True)
