"""Runs a grid of scenarios into its folder, and goes on where an earlier run stopped."""

from __future__ import annotations

from contextlib import nullcontext
from typing import TYPE_CHECKING

from fourlayers.progress import progress
from fourlayers.writing import prepared
from indicators.whole import alone
from reports.grid_folder import GridFolder, extremes
from reports.parquet import needs_parquet
from scoring.doubt.cluster import connected
from scoring.questions.scenario.grid import check_grid, read_grid, runs

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from scoring.doubt.work import Work
    from scoring.questions.scenario.grid import Grid
    from scoring.questions.scenario.run import Start


def grid_of(path: Path) -> Grid:
    """Read a grid, where its results can be written.

    Raises
    ------
    UsageError, DataError
        With all that is wrong with the file, or if Parquet cannot be written.
    """
    needs_parquet("a grid")
    return read_grid(path)


def run_grid(grid: Grid, begin: Start, folder: Path, work: Work) -> str:
    """Run what is missing of a grid and return what is shown of it.

    Parameters
    ----------
    grid, begin
        What is varied, and what it starts from.
    folder : Path
        Of this grid alone; made if it is not there.
    work : Work
        Who runs it.

    Raises
    ------
    UsageError, DataError
        If a value cannot be, the folder holds another grid, or another run is writing to it.
    """
    check_grid(grid, begin)
    if work.cluster:
        with connected(work.cluster):  # before a folder is made
            pass
    with alone(prepared(folder)):
        held = GridFolder(folder, grid)
        missing = held.begin(begin)
        there = grid.size - len(missing)
        with progress(f"{grid.size:,} runs") if missing else nullcontext() as told:
            _write(held, begin, missing, work, told)
    before = f", {there:,} of them from an earlier run" if there else ""
    lines = [f"{grid.size:,} runs of {grid.base.scenario.name} in {folder}/{before}", ""]
    return "\n".join([*lines, *extremes(folder, grid, begin)])


def _write(
    held: GridFolder, begin: Start, missing: list[int], work: Work, told: Callable[[float], None] | None
) -> None:
    there = held.grid.size - len(missing)
    for done, run in enumerate(runs(held.grid, begin, missing, work), start=there + 1):
        held.write(run)
        if told:
            told(done / held.grid.size)
