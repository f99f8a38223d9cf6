"""The command where things are as they should not be: closed streams, full disks, no home, killed at work."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from fourlayers import cli
from indicators.whole import alone, put

KILLS = max(2, int(os.environ.get("KILLS", "10")) // 4)
GOLDEN = (5**0.5 - 1) / 2
COMMAND = [sys.executable, "-c", "import sys; from fourlayers.cli import main; sys.exit(main())"]
LIST = [*COMMAND, "examples"]
UNKNOWN = [*COMMAND, "scores"]
OWID = "Entity,Code,Year,Share\n" + "".join(
    f"{name},{code},{year},{year - 1999}.5\n"
    for year in range(2000, 2024)
    for name, code in (("United States", "USA"), ("China", "CHN"), ("Germany", "DEU"), ("France", "FRA"))
)

posix = pytest.mark.skipif(sys.platform == "win32", reason="streams and signals of other systems")


def shell(words: list[str], tail: str, **more: str) -> subprocess.CompletedProcess[str]:
    """Run a command in a shell with something after it."""
    line = f'exec "$@" {tail}' if "|" not in tail else f'"$@" {tail}'
    held = {"PATH": os.environ["PATH"], "COLUMNS": "80"} | more
    return subprocess.run(
        ["/bin/sh", "-c", line, "sh", *words], capture_output=True, text=True, env=held, check=False
    )


@posix
@pytest.mark.parametrize(
    ("words", "tail", "code", "told"),
    [
        (LIST, ">&-", 0, ""),
        (LIST, "2>&-", 0, ""),
        (UNKNOWN, ">&- 2>&-", 2, ""),
        (UNKNOWN, "2>&-", 2, ""),
        (LIST, "<&-", 0, ""),
        (LIST, "| head -1 >/dev/null", 0, ""),
    ],
)
def test_streams_that_are_closed(words: list[str], tail: str, code: int, told: str) -> None:
    done = shell(words, tail)
    assert (done.returncode, done.stderr) == (code, told)


@posix
@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
@pytest.mark.parametrize("words", [LIST, [*COMMAND, "--help"], [*COMMAND, "--version"]])
def test_a_full_disk_behind_the_output_is_one_line(words: list[str]) -> None:
    done = shell(words, ">/dev/full")
    assert done.returncode == 2
    assert done.stderr == "the output was cut short: the disk is full\n"


@posix
@pytest.mark.parametrize(
    "more",
    [
        {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
        {"PYTHONIOENCODING": "ascii"},
        {"COLUMNS": "-1", "NO_COLOR": "1", "TERM": ""},
    ],
)
def test_no_home_a_poor_locale_and_a_narrow_terminal(more: dict[str, str]) -> None:
    done = shell(LIST, "", **more)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout


def test_an_interrupt_and_want_of_memory_are_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for error, code, said in ((KeyboardInterrupt, 130, "stopped"), (MemoryError, 2, "not enough memory")):

        def gone(_: list[str], error: type[BaseException] = error) -> int:
            raise error

        monkeypatch.setattr(cli, "_run", gone)
        assert cli.main(["score"]) == code
        told = capsys.readouterr().err
        assert said in told
        assert told.count("\n") == 1


def test_an_interrupt_inside_a_command_is_told_too(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def gone(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("fourlayers.health.findings", gone)
    monkeypatch.setattr("fourlayers.commands.doctor.findings", gone)
    assert cli.main(["doctor"]) == 130
    assert capsys.readouterr().err == "stopped; nothing half-written was left\n"


@posix
def test_ctrl_c_is_one_line_and_130(tmp_path: Path) -> None:
    slow = "import signal, sys, time; from fourlayers import cli; "
    slow += "signal.signal(signal.SIGINT, signal.default_int_handler); "  # a shell may start us without it
    slow += "cli._run = lambda _: print('on', flush=True) or time.sleep(60)"
    with subprocess.Popen(
        [sys.executable, "-c", f"{slow}; sys.exit(cli.main(['score']))"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=tmp_path,
    ) as run:
        assert run.stdout
        assert run.stderr
        assert run.stdout.readline() == "on\n"
        run.send_signal(signal.SIGINT)
        assert run.wait(30) == 130
        assert run.stderr.read() == "stopped; nothing half-written was left\n"


@posix
@pytest.mark.parametrize("kind", ["import", "new"])
def test_a_command_killed_at_any_moment_leaves_old_files_or_new_ones(tmp_path: Path, kind: str) -> None:
    """Kill whole commands, a quarter of `KILLS` times each (`make kill-test`: 50)."""
    table, own = tmp_path / "owid.csv", tmp_path / "own"
    put(table, OWID)
    place = ["--layer", "cost", "--pillar", "competition", "--into", str(own)]
    words = {
        "import": [*COMMAND, "data", "import", str(table), "--code", "mine", "--replace", *place],
        "new": [*COMMAND, "data", "new", "mine", *place],
    }[kind]
    begun = time.monotonic()
    subprocess.run(words, check=True, capture_output=True, cwd=tmp_path)
    took = time.monotonic() - begun
    whole = {path.name: path.read_bytes() for path in own.iterdir()}
    assert {"mine.csv", "mine.toml"} <= set(whole)
    for k in range(KILLS):
        if kind == "new":
            for name in whole:
                (own / name).unlink(missing_ok=True)
        else:
            put(own / "mine.csv", "old\n")
        with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=tmp_path) as run:
            time.sleep(took * (k * GOLDEN % 1))
            run.kill()
        with alone(own):
            pass  # sweeps up what was half-written
        for path in own.iterdir():
            assert path.read_bytes() in {whole[path.name], b"old\n"}


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["scenario", "new", ""], "fourlayers scenario new: an empty text stands after it"),
        (["score", "--draws", "1" * 22], "expected at most 1,000,000,000"),
        (["explain", "xxx", "USA"], "unknown economy 'xxx'"),
        (["data", "list", "\x1b[31m"], "too much on the line: \\x1b[31m"),
    ],
)
def test_what_is_refused_is_refused_before_anything_is_computed(
    words: list[str], told: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("fourlayers.explaining.answer", lambda _: pytest.fail("computed"))
    assert cli.main(words) == 2
    assert told in capsys.readouterr().err
