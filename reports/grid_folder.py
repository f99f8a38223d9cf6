"""The folder of a grid of scenarios: partitioned Parquet, one partition a run, each written in one step."""

from __future__ import annotations

import io
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from indicators.fault import DataError, UsageError
from indicators.texts import read_json
from indicators.whole import put
from scoring.doubt.cluster import stamp
from scoring.questions.scenario.grid import fingerprint

if TYPE_CHECKING:
    from pathlib import Path

    from scoring.questions.scenario.grid import Grid, Run
    from scoring.questions.scenario.run import Start

SCHEMA: Final = "fourlayers/grid/1"
MANIFEST: Final = "_grid.json"
"""Readers of partitioned folders pass over names that begin with a line."""
ROWS: Final = "rows.parquet"
NUMBERS: Final = ("base", "gap", "change", "low", "high", "rises", "falls", "first", "second")


@dataclass(frozen=True)
class GridFolder:
    """A folder that holds one grid.

    Attributes
    ----------
    path : Path
        The folder, which is there.
    grid : Grid
        What is varied.
    """

    path: Path
    grid: Grid

    def begin(self, start: Start) -> list[int]:
        """Write the manifest, or find it, and return the numbers of the runs that are not there yet.

        Raises
        ------
        UsageError
            If the folder holds another grid, or something else.
        """
        held, wanted = self.path / MANIFEST, manifest(self.grid, start)
        if held.is_file():
            _same(held, wanted)
        elif any(each for each in self.path.iterdir()):
            message = f"{self.path}: not empty and without {MANIFEST}; name another folder with --out"
            raise UsageError(message)
        else:
            put(held, json.dumps(wanted, indent=1, ensure_ascii=False) + "\n")
        for left in self.path.glob("run=*/.*.part"):
            left.unlink(missing_ok=True)
        return [number for number in range(self.grid.size) if not self._place(number).is_file()]

    def write(self, run: Run) -> Path:
        """Write the rows of a run: all of them or none."""
        place = self._place(run.number)
        place.parent.mkdir(exist_ok=True)
        return put(place, parquet(self.grid, run))

    def _place(self, number: int) -> Path:
        return self.path / f"run={number:0{len(str(self.grid.size - 1))}d}" / ROWS


def manifest(grid: Grid, start: Start) -> dict[str, Any]:
    """Say which grid a folder holds."""
    own = stamp()
    return {
        "schema": SCHEMA,
        "name": grid.name,
        "fingerprint": fingerprint(grid, start, own["code"]),
        "fourlayers": own["fourlayers"],
        "code": own["code"],
        "scenario": grid.base.scenario.name,
        "vary": {name: list(values) for name, values in grid.axes.items()},
        "runs": grid.size,
        "pair": list(start.pair),
        "as_of": str(start.facts.date),
        "facts": start.facts.fingerprint(),
        "recipe": start.recipe.name,
        "recipe_fingerprint": start.recipe.fingerprint(),
        "draws": start.draws,
        "seed": start.seed,
        "baseline": start.baseline,
    }


def _same(path: Path, wanted: dict[str, Any]) -> None:
    """Refuse a folder of another grid, and say in what it is another."""
    try:
        held = read_json(path, "the manifest of a grid")
        known = held["fingerprint"]
    except (DataError, KeyError, TypeError):
        message = f"{path}: not the manifest of a grid; name another folder with --out"
        raise UsageError(message) from None
    if known != wanted["fingerprint"]:
        parts = [key for key in wanted if key != "fingerprint" and held.get(key) != wanted[key]]
        other = ", ".join(parts) or "its scenario"
        message = (
            f"{path.parent}: holds another grid (it differs in: {other}); name another folder with --out, "
            "or remove this one"
        )
        raise UsageError(message)


def parquet(grid: Grid, run: Run) -> bytes:
    """Return the rows of a run, one a node and year, as a Parquet file.

    The columns are the varied numbers by the names of their changes, `vary.` before them; node, level and
    year; the gap in the baseline and in the scenario, its change, 5 and 95 % points and shares of paired
    draws as of `Effect`; and the scores of the pair.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    rows = [(node, effect) for node in run.outcome.nodes for effect in node.effects]
    columns: dict[str, Any] = {
        f"vary.{name}": pa.array([value] * len(rows), pa.float64())
        for name, value in zip(grid.axes, run.values, strict=True)
    }
    columns |= {
        "node": pa.array([node.node for node, _ in rows], pa.string()),
        "level": pa.array([node.level for node, _ in rows], pa.string()),
        "year": pa.array([effect.year for _, effect in rows], pa.int16()),
    }
    numbers = [
        (it.base, it.value, it.change, it.low, it.high, it.rises, it.falls, *it.scores) for _, it in rows
    ]
    for name, column in zip(NUMBERS, zip(*numbers, strict=True), strict=True):
        columns[name] = pa.array(column, pa.float64())
    out = io.BytesIO()
    pq.write_table(pa.table(columns), out, compression="zstd")
    return out.getvalue()


def extremes(folder: Path, grid: Grid, start: Start) -> list[str]:
    """Say between which gaps the whole ends up in the last year, and where in the grid."""
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    asked = [("level", "=", "overall")]
    rows = pq.read_table(folder, filters=asked)
    last = rows.filter(pc.equal(rows["year"], pc.max(rows["year"])))
    kept = last.filter(pc.is_valid(last["gap"]))
    year = last["year"][0].as_py()
    head = f"Overall gap at the end of {year}, {start.pair[0]} minus {start.pair[1]}, in points:"
    if not kept.num_rows:
        return [head, "  not scored in any run"]
    lines = []
    for word, pick in (("lowest", pc.min), ("highest", pc.max)):
        found = kept.filter(pc.equal(kept["gap"], pick(kept["gap"]))).slice(0, 1).to_pylist()[0]
        where = ", ".join(f"{name} = {found[f'vary.{name}']:g}" for name in grid.axes)
        lines.append(f"  {word:<8}{found['gap']:+7.1f}  (change {found['change']:+.1f})  {where}")
    spread = [f"  baseline{kept['base'][0].as_py():+7.1f}"]
    return [head, *spread, *lines]
