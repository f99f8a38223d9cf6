"""Grids of scenarios: every combination once, each in a partition; killed and resumed; faults of the file."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from small import CLASSES, doubt, facts, indicator, recipe, table, write_framework
from small import framework as tree

from fourlayers.cli import main
from fourlayers.grid_run import grid_of, run_grid
from indicators.fault import DataError, UsageError
from scoring.doubt.work import ALONE, Work
from scoring.questions.scenario.grid import Grid, read_grid, run_all, runs
from scoring.questions.scenario.read import read
from scoring.questions.scenario.run import run_scenario, start

if TYPE_CHECKING:
    from scoring.questions.scenario.run import Start

PAIR = ("AAA", "BBB")
VALUES = {"xx": {"AAA": 60.0, "BBB": 40.0}, "zz": {"AAA": 20.0, "BBB": 80.0}}
SCENARIO = """
name = "s"
title = "S"
question = "What if?"
not_modelled = ["all else"]
[[changes]]
name = "more"
target = "indicators.xx.AAA"
set = { value = 50.0, low = 40.0, high = 70.0 }
from = "2027-01"
reason = "r"
source = "assumed"
[[changes]]
name = "factor"
target = "indicators.zz.BBB"
scale = 0.5
from = "2027-01"
to = "2028-12"
reason = "r"
source = "assumed"
"""
GRID = """name = "g"
scenario = "s.toml"
[vary]
more = { first = 10.0, last = 90.0, steps = 5 }
factor = [0.25, 1.0]
"""


def begin(folder: Path, draws: int = 0) -> Start:
    described = [indicator("xx"), indicator("zz", "two", layer="right")]
    named = write_framework(folder, tree({"left": ["one"], "right": ["two"]}))
    how = recipe(CLASSES, framework=named, aggregate=("arithmetic",) * 3, doubt=doubt())
    return start(facts(described, table(VALUES)), PAIR, recipe=how, draws=draws, baseline="hold")


def grid(folder: Path, text: str = GRID) -> Grid:
    (folder / "s.toml").write_text(SCENARIO, encoding="utf-8")
    (folder / "g.toml").write_text(text, encoding="utf-8")
    return grid_of(folder / "g.toml")


def contents(folder: Path) -> dict[str, bytes]:
    files = [path for path in folder.rglob("*") if path.is_file()]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def test_every_combination_is_run_once_and_is_the_scenario_with_those_numbers(tmp_path: Path) -> None:
    import pandas as pd

    told = run_grid(grid(tmp_path), begin(tmp_path), tmp_path / "out", ALONE)
    rows = pd.read_parquet(tmp_path / "out")
    last = rows[(rows["level"] == "overall") & (rows["year"] == 2030)].sort_values("run", ignore_index=True)
    axes = list(product(np.linspace(10, 90, 5), (0.25, 1.0)))
    assert list(zip(last["vary.more"], last["vary.factor"], strict=True)) == axes
    expected = [((more - 40.0) + (20.0 - 80.0 * factor)) / 2 for more, factor in axes]
    assert last["gap"].to_numpy() == pytest.approx(expected)
    assert last["base"].to_numpy() == pytest.approx([(20.0 - 60.0) / 2] * 10)
    assert len(rows) == 10 * 5 * 4  # runs, nodes, years
    assert "lowest    -45.0  (change -25.0)  more = 10, factor = 1" in told
    assert "highest   +25.0  (change +45.0)  more = 90, factor = 0.25" in told


def test_processes_write_the_same_bytes_and_draws_are_paired(tmp_path: Path) -> None:
    held = grid(tmp_path)
    for name, work in (("one", ALONE), ("two", Work(2))):
        run_grid(held, begin(tmp_path, 64), tmp_path / name, work)
    assert contents(tmp_path / "one") == contents(tmp_path / "two")
    (run,) = runs(held, begin(tmp_path, 64), [3])
    assert run.values == (30.0, 1.0)
    low, high = run.outcome.overall.effects[-1].low, run.outcome.overall.effects[-1].high
    assert low is not None
    assert high is not None
    assert low < (30.0 - 60.0) / 2 < high  # the error of the value that was set away is drawn


def test_a_second_run_redoes_nothing_and_the_missing_are_filled_in(tmp_path: Path) -> None:
    held, out = grid(tmp_path), tmp_path / "out"
    run_grid(held, begin(tmp_path), out, ALONE)
    before = contents(out)
    times = {path: path.stat().st_mtime_ns for path in out.rglob("*.parquet")}
    for number in (2, 7):
        (out / f"run={number}" / "rows.parquet").unlink()
    (out / "run=2" / ".rows.parquet.1-0.part").write_bytes(b"half")
    told = run_grid(held, begin(tmp_path), out, ALONE)
    assert "10 runs of s" in told
    assert "8 of them from an earlier run" in told
    assert contents(out) == before
    changed = [path for path in times if path.stat().st_mtime_ns != times[path]]
    assert sorted(path.parent.name for path in changed) == ["run=2", "run=7"]


def test_a_grid_stopped_by_kill_9_resumes_without_redoing_or_losing_runs(tmp_path: Path) -> None:
    many = GRID.replace("steps = 5", "steps = 60")
    held, out = grid(tmp_path, many), tmp_path / "out"
    script = (
        "import sys; from pathlib import Path; sys.path.insert(0, sys.argv[2])\n"
        "import test_scenario_grid as t\n"
        "f = Path(sys.argv[1]); t.run_grid(t.grid_of(f / 'g.toml'), t.begin(f), f / 'out', t.ALONE)"
    )
    command = [sys.executable, "-c", script, str(tmp_path), str(Path(__file__).parent)]
    process = subprocess.Popen(command)
    try:
        end = time.monotonic() + 60
        while sum(1 for _ in out.glob("run=*/rows.parquet")) < 10:
            assert process.poll() is None
            assert time.monotonic() < end
            time.sleep(0.01)
    finally:
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
    there = {path: path.stat().st_mtime_ns for path in out.glob("run=*/rows.parquet")}
    assert 10 <= len(there) < 120
    told = run_grid(held, begin(tmp_path), out, ALONE)
    assert f"{len(there)} of them from an earlier run" in told
    assert {path: path.stat().st_mtime_ns for path in there} == there
    fresh = tmp_path / "fresh"
    run_grid(held, begin(tmp_path), fresh, ALONE)
    assert contents(out) == contents(fresh)
    assert len(contents(out)) == 121


def test_the_folder_of_another_grid_and_one_with_something_else_are_refused(tmp_path: Path) -> None:
    out = tmp_path / "out"
    run_grid(grid(tmp_path), begin(tmp_path), out, ALONE)
    before = contents(out)
    other = grid(tmp_path, GRID.replace("[0.25, 1.0]", "[0.25, 0.75]"))
    with pytest.raises(UsageError, match=r"holds another grid \(it differs in: vary\)"):
        run_grid(other, begin(tmp_path), out, ALONE)
    with pytest.raises(UsageError, match=r"holds another grid \(it differs in: draws\)"):
        run_grid(grid(tmp_path), begin(tmp_path, 8), out, ALONE)
    (tmp_path / "s.toml").write_text(SCENARIO.replace("2028-12", "2029-12"), encoding="utf-8")
    with pytest.raises(UsageError, match=r"holds another grid \(it differs in: its scenario\)"):
        run_grid(read_grid(tmp_path / "g.toml"), begin(tmp_path), out, ALONE)
    assert contents(out) == before
    (out / "_grid.json").write_text(json.dumps(["x"]), encoding="utf-8")
    with pytest.raises(UsageError, match="not the manifest of a grid"):
        run_grid(grid(tmp_path), begin(tmp_path), out, ALONE)
    (out / "_grid.json").unlink()
    with pytest.raises(UsageError, match=r"not empty and without _grid.json"):
        run_grid(grid(tmp_path), begin(tmp_path), out, ALONE)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("name = 1 2", "row 1"),
        ('name = "g"\nscenario = "s.toml"\n[vary]\n', "row 3, vary: found {}"),
        (GRID + "colour = [1.0]\n", "row 6, vary.colour: found an unknown change"),
        (GRID.replace("[0.25, 1.0]", "[1, 1.0]"), "row 5, vary.factor: found 1 twice"),
        (GRID.replace("[0.25, 1.0]", '"all"'), 'row 5, vary.factor: found "all"; expected a list of numbers'),
        (GRID.replace("steps = 5", "steps = 1"), "row 4, vary.more: found { first = 10.0"),
        (GRID.replace("name =", "nam ="), "row 1, nam: found an unknown key; expected a key of a grid"),
        (GRID.replace('scenario = "s.toml"\n', ""), "scenario: found nothing; expected this key"),
        (
            GRID.replace("steps = 5", "steps = 9000").replace("[0.25, 1.0]", str([*range(200)])),
            "1,800,000 runs",
        ),
    ],
)
def test_faults_of_a_grid_file_are_told_with_their_line(tmp_path: Path, text: str, expected: str) -> None:
    with pytest.raises(DataError) as found:
        grid(tmp_path, text)
    assert expected in str(found.value)
    assert "g.toml" in str(found.value)


def test_every_value_that_its_target_cannot_take_is_told_before_anything_is_run(tmp_path: Path) -> None:
    held = grid(tmp_path, GRID.replace("[0.25, 1.0]", "[-0.5, 1.0, -2.0]"))
    with pytest.raises(DataError) as found:
        run_grid(held, begin(tmp_path), tmp_path / "out", ALONE)
    assert len(found.value.faults) == 2
    assert "(vary.factor = -0.5); expected 0 or more where the change builds up" in str(found.value)
    assert not (tmp_path / "out").exists()


def test_a_grid_names_its_own_scenario(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert main(["scenario", "run", "price-war", "--grid", "g.toml"]) == 2
    assert "--grid names its own scenario" in capsys.readouterr().err
    assert main(["scenario", "run", "--grid", str(tmp_path / "none.toml")]) == 2
    assert "there is no such file" in capsys.readouterr().err


def test_without_the_extra_nothing_is_run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow.parquet", None)
    with pytest.raises(UsageError, match=r"pip install 'fourlayers\[parquet\]'"):
        grid(tmp_path)


def test_scenarios_by_processes_come_out_the_same_and_in_order(tmp_path: Path) -> None:
    grid(tmp_path)
    base = read(tmp_path / "s.toml")
    reads: list[Any] = [base, base._replace(scenario=base.scenario.model_copy(update={"name": "other"}))]
    found = list(run_all(reads, begin(tmp_path, 32), Work(2)))
    assert found == [run_scenario(each, begin(tmp_path, 32)) for each in reads]
