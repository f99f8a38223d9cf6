"""Leaving the process and the machine: the same bytes however, lost workers, clusters that will not do."""

from __future__ import annotations

import os
import signal
import socket
import threading
import time
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from small import NORMALISERS, TWO, doubt, facts, indicator, recipe, row

from fourlayers.cli import main
from indicators.fault import DataError, Fault, UsageError
from scoring.doubt import cluster
from scoring.doubt.cluster import connected, parted, stamp
from scoring.doubt.drivers import drivers
from scoring.doubt.ensemble import COUNTED, Ensemble, ensemble
from scoring.doubt.sample import CHUNK
from scoring.doubt.sensitivity import sensitivity
from scoring.doubt.work import Packed, Work, opened, spread
from scoring.index.engine import Plan, plan

if TYPE_CHECKING:
    from collections.abc import Iterator

PAIR = ("AAA", "BBB")
UNITS = ("AAA", "BBB", "CCC", "DDD")
DRAWS = int(os.environ.get("CLUSTER_DRAWS", "6000"))
KILLS = int(os.environ.get("CLUSTER_KILLS", "1"))
LIMIT = 60.0


@pytest.fixture(scope="module")
def p() -> Plan:
    """Two layers, five indicators, four economies, everything uncertain."""
    its = [indicator(f"a{k}") for k in range(3)]
    its += [indicator(f"b{k}", "two", layer="right") for k in range(2)]
    rng = np.random.default_rng(7)
    rows = []
    for it in its:
        for unit in UNITS:
            x = float(rng.uniform(30, 70))
            rows.append(row(it.code, unit, x, interval_kind="sampling", low=x - 9, high=x + 9))
    varied = doubt(normalise=NORMALISERS, aggregate=("geometric", "arithmetic"), leave_one_out=True)
    return plan(facts(its, rows, UNITS), recipe(doubt=varied), TWO)


@pytest.fixture(scope="module")
def here() -> Iterator[Any]:
    """Give a scheduler with two worker processes on this machine; a nanny starts a lost one again."""
    from distributed import LocalCluster

    with LocalCluster(
        n_workers=2, threads_per_worker=1, host="127.0.0.1", protocol="tcp", dashboard_address="127.0.0.1:0"
    ) as held:
        yield held


def same(a: Ensemble, b: Ensemble) -> bool:
    return all(getattr(a, name).tobytes() == getattr(b, name).tobytes() for name in COUNTED)


def pids(address: str) -> list[int]:
    with connected(address) as client:
        found: dict[str, int] = client.run(os.getpid)
    return list(found.values())


def test_alone_by_processes_and_on_two_workers_give_the_same_bytes(p: Plan, here: Any) -> None:  # noqa: ANN401
    far = Work(cluster=here.scheduler_address)
    alone = ensemble(p, PAIR, 9 * CHUNK + 5, 3, setups=True)
    for work in (Work(2), far):
        assert same(alone, ensemble(p, PAIR, 9 * CHUNK + 5, 3, setups=True, work=work))
    assert drivers(p, PAIR, 600, 3, far) == drivers(p, PAIR, 600, 3)
    assert sensitivity(p, PAIR, 600, 3, work=far) == sensitivity(p, PAIR, 600, 3)


def test_both_workers_work(here: Any) -> None:  # noqa: ANN401
    found = set(spread(_pid, 0.05, range(12), Work(cluster=here.scheduler_address)))
    assert len(found) == 2
    assert os.getpid() not in found


def test_a_worker_killed_half_way_changes_nothing(p: Plan, here: Any) -> None:  # noqa: ANN401
    address = here.scheduler_address
    alone = ensemble(p, PAIR, DRAWS, 5, setups=True)
    for _ in range(KILLS):
        victim = pids(address)[0]
        told: list[int] = []

        def progress(done: int, draws: int, victim: int = victim, told: list[int] = told) -> None:
            if done > draws / 3 > (told or [0])[-1]:
                os.kill(victim, signal.SIGKILL)
            told.append(done)

        work = Work(cluster=address, progress=progress)
        assert same(alone, ensemble(p, PAIR, DRAWS, 5, setups=True, work=work))
        assert told[-1] == DRAWS
        assert told == sorted(set(told))
        _until(lambda victim=victim: len(set(pids(address)) - {victim}) == 2)


def test_a_fault_on_a_worker_comes_back_as_it_was(here: Any) -> None:  # noqa: ANN401
    with pytest.raises(DataError) as found:
        list(spread(_faulty, "file.csv", [1], Work(cluster=here.scheduler_address)))
    assert found.value.faults == (Fault("file.csv", 1, "value", "x", "a number"),)


def test_a_worker_that_holds_something_else_is_named(
    here: Any,  # noqa: ANN401
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(cluster, "stamp", lambda: stamp() | {"numpy": "1.0", "code": "abc"})
    with pytest.raises(UsageError, match=r"2 of 2 workers cannot give the same bytes") as found:
        list(spread(_pid, 0.0, [1], Work(cluster=here.scheduler_address)))
    lines = str(found.value).splitlines()[1:]
    assert len(lines) == 2
    assert all(
        f"numpy {np.__version__}, here 1.0, code {stamp()['code']}, here abc" in each for each in lines
    )


def test_a_worker_without_the_package_and_one_that_does_not_answer_are_told(
    here: Any,  # noqa: ANN401
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(cluster, "ASKED", "__import__('a_package_that_nobody_has')")
    with pytest.raises(UsageError, match=r"cannot import fourlayers \(ModuleNotFoundError"):
        list(spread(_pid, 0.0, [1], Work(cluster=here.scheduler_address)))
    monkeypatch.setattr(cluster, "ASKED", "__import__('time').sleep(1.5)")
    monkeypatch.setattr(cluster, "CHECK", 0.3)
    with pytest.raises(UsageError, match=r"2 workers did not say within 0 s what they hold"):
        list(spread(_pid, 0.0, [1], Work(cluster=here.scheduler_address)))
    time.sleep(1.5)


def test_a_worker_that_joins_later_is_checked_with_its_first_piece() -> None:
    packed = Packed.of(0.0)
    with pytest.raises(UsageError, match="a worker that joined later holds something else"):
        cluster._piece(_pid, packed, 1, {"numpy": "1.0"})
    assert cluster._piece(_pid, packed, 1, stamp()) == os.getpid()


def test_a_scheduler_without_workers_says_so() -> None:
    from distributed import LocalCluster

    with (
        LocalCluster(n_workers=0, host="127.0.0.1", protocol="tcp", dashboard_address="127.0.0.1:0") as empty,
        pytest.raises(UsageError, match="has no workers; start some with: dask worker tcp://127"),
        connected(empty.scheduler_address),
    ):
        pass


def test_no_scheduler_is_one_line_within_seconds(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        address = f"tcp://127.0.0.1:{taken.getsockname()[1]}"
        start = time.monotonic()
        with pytest.raises(UsageError, match="no Dask scheduler answers there"), connected(address):
            pass
        assert time.monotonic() - start < 5
        assert main(["scenario", "run", "price-war", "--draws", "0", "--cluster", address]) == 2
    err = capsys.readouterr().err
    assert err.count("\n") == 1
    assert "start one with: dask scheduler" in err


def test_something_else_that_listens_there_is_no_scheduler(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "CONNECT", 0.5)
    with socket.create_server(("127.0.0.1", 0)) as mute:
        address = f"tcp://127.0.0.1:{mute.getsockname()[1]}"
        with pytest.raises(UsageError, match="no Dask scheduler answers there"), connected(address):
            pass


@pytest.mark.parametrize(
    "address", ["127.0.0.1:8786", "http://a:1", "tcp://a", "tcp://a:0", "tcp://a:70000", "tcp://a:1/x", ""]
)
def test_what_is_no_address_is_told(address: str) -> None:
    with pytest.raises(UsageError, match="expected the address of a Dask scheduler, as tcp://HOST:PORT"):
        parted(address)


def test_addresses_are_parted() -> None:
    assert parted("tcp://10.0.0.1:8786") == ("10.0.0.1", 8786)
    assert parted("tls://[::1]:9") == ("::1", 9)


@pytest.mark.parametrize("command", [["score"], ["robustness"], ["robustness", "drivers"], ["report"]])
def test_every_command_that_draws_takes_one_of_jobs_and_cluster(
    command: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*command, "USA", "CHN", "--jobs", "2", "--cluster", "tcp://a:1"]) == 2
    assert "--jobs and --cluster: expected one of them" in capsys.readouterr().err
    assert main([*command, "USA", "CHN", "--cluster", "a:1"]) == 2
    assert "--cluster a:1: expected the address" in capsys.readouterr().err


def test_without_the_extra_the_message_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "distributed", None)
    with (
        pytest.raises(UsageError, match=r"pip install 'fourlayers\[cluster\]'"),
        connected("tcp://127.0.0.1:9"),
    ):
        pass


def test_what_is_common_is_unpacked_once() -> None:
    packed = Packed.of({"a": 1})
    assert opened(packed) is opened(Packed.of({"a": 1}))
    found: list[object] = []
    threads = [threading.Thread(target=lambda: found.append(opened(packed))) for _ in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert all(each is found[0] for each in found)


def _pid(seconds: float, _: int) -> int:
    time.sleep(seconds)
    return os.getpid()


def _faulty(file: str, line: int) -> int:
    raise DataError([Fault(file, line, "value", "x", "a number")])


def _until(done: Any) -> None:  # noqa: ANN401
    end = time.monotonic() + LIMIT
    while not done():
        assert time.monotonic() < end
        time.sleep(0.1)
