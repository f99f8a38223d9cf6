"""Tasks side by side give what they give one after the other, and their faults come through."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from scoring.doubt.side_by_side import side_by_side

PROGRAM = """
import os
from scoring.doubt.side_by_side import side_by_side
from indicators.fault import DataError, Fault
base = [1, 2, 3]
print(list(side_by_side([lambda k=k: (k, sum(base) * k) for k in range(5)])))
print(len(set(side_by_side([os.getpid, os.getpid])) - {os.getpid()}) > 0)
def wrong():
    raise DataError([Fault("a.toml", 3, "b", "c", "d")])
try:
    list(side_by_side([wrong, wrong]))
except DataError as error:
    print(error.faults[0].row, error.faults[0].file)
"""


ORPHANS = """
import os, time
from scoring.doubt.side_by_side import side_by_side
def linger():
    os.write(1, f"{os.getpid()}\\n".encode())
    time.sleep(20)
list(side_by_side([linger, linger]))
"""


def _lives(pid: int) -> bool:
    try:
        return not Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").split(") ")[1].startswith("Z")
    except OSError:
        return False


def test_what_they_give_comes_in_order() -> None:
    assert list(side_by_side([lambda k=k: k * k for k in range(4)])) == [0, 1, 4, 9]  # type: ignore[misc]
    assert list(side_by_side([])) == []


@pytest.mark.skipif(sys.platform != "linux", reason="processes are forked on Linux alone")
def test_processes_inherit_results_come_back_and_faults_too() -> None:
    ran = subprocess.run([sys.executable, "-c", PROGRAM], check=True, capture_output=True, text=True)
    first, forked, fault = ran.stdout.splitlines()
    assert first == "[(0, 0), (1, 6), (2, 12), (3, 18), (4, 24)]"
    assert forked == str(len(os.sched_getaffinity(0)) > 1)
    assert fault == "3 a.toml"


@pytest.mark.skipif(sys.platform != "linux", reason="processes are forked on Linux alone")
@pytest.mark.skipif(len(os.sched_getaffinity(0)) < 2, reason="one processor: nothing is forked")
def test_tasks_end_with_a_parent_that_is_killed() -> None:
    with subprocess.Popen([sys.executable, "-c", ORPHANS], stdout=subprocess.PIPE, text=True) as run:
        assert run.stdout
        tasks = [int(run.stdout.readline()) for _ in range(2)]
        assert all(map(_lives, tasks))
        run.kill()
    end = time.monotonic() + 10
    while any(map(_lives, tasks)) and time.monotonic() < end:
        time.sleep(0.05)
    assert not any(map(_lives, tasks))
