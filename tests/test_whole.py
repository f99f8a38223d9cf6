"""Files whole or not at all: killed writers, two runs, full disks and folders that may not be written to."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from answers import a_leads

from fourlayers.cli import main
from fourlayers.writing import prepared, write_chart
from indicators.facts import load
from indicators.fault import UsageError
from indicators.whole import alone, put, put_all

KILLS = int(os.environ.get("KILLS", "10"))
SIZE = 1 << 20
GOLDEN = (5**0.5 - 1) / 2
WRITER = """
import sys
from itertools import cycle
from pathlib import Path
from indicators.whole import put
print("ready", flush=True)
for letter in cycle("ab"):
    put(Path(sys.argv[1]), letter * {size})
"""

needs_locks = pytest.mark.skipif(sys.platform == "win32", reason="folders are not locked on Windows")
as_any_user = pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() == 0, reason="the administrator may write anywhere"
)


def test_text_and_bytes_replace_what_was_there(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    assert put(path, "one\n") == path
    put(path, b"two\n")
    assert path.read_bytes() == b"two\n"
    assert [each.name for each in tmp_path.iterdir()] == ["a.txt"]


def test_a_file_has_the_rights_of_any_new_file(tmp_path: Path) -> None:
    (tmp_path / "usual").write_text("", encoding="utf-8")
    put(tmp_path / "ours", "")
    assert (tmp_path / "ours").stat().st_mode == (tmp_path / "usual").stat().st_mode


def test_a_writer_killed_at_any_moment_leaves_a_whole_file(tmp_path: Path) -> None:
    """Kill a process that does nothing but write, `KILLS` times (`make kill-test`: 200)."""
    path = tmp_path / "file"
    put(path, "a" * SIZE)
    wholes = {letter * SIZE for letter in "ab"}
    left = 0
    for k in range(KILLS):
        with subprocess.Popen(
            [sys.executable, "-c", WRITER.format(size=SIZE), str(path)], stdout=subprocess.PIPE
        ) as writer:
            assert writer.stdout
            assert writer.stdout.readline() == b"ready\n"
            time.sleep(0.02 * (k * GOLDEN % 1))  # any moment, the same in every run
            writer.kill()
        assert path.read_text(encoding="utf-8") in wholes
        left += sum(1 for _ in tmp_path.glob(".*.part"))
        with alone(tmp_path):
            pass
        if sys.platform != "win32":
            assert [each.name for each in tmp_path.iterdir()] == ["file"]
    if KILLS >= 100:
        assert left > 0  # some were killed in the middle of writing, or this shows nothing


def test_writers_of_one_file_do_not_mix(tmp_path: Path) -> None:
    path = tmp_path / "file"
    letters = "abcd"

    def write(letter: str) -> None:
        for _ in range(20):
            put(path, letter * 100_000)

    threads = [threading.Thread(target=write, args=(letter,)) for letter in letters]
    for each in threads:
        each.start()
    seen = set()
    while any(each.is_alive() for each in threads):
        if path.exists():
            seen.add(path.read_text(encoding="utf-8"))
    for each in threads:
        each.join()
    assert seen <= {letter * 100_000 for letter in letters}
    assert [each.name for each in tmp_path.iterdir()] == ["file"]


@needs_locks
def test_a_second_run_into_a_folder_is_refused_and_writes_nothing(tmp_path: Path) -> None:
    with alone(tmp_path), pytest.raises(UsageError, match="another run is writing there"):
        write_chart("profile", a_leads(), load(), tmp_path)
    assert list(tmp_path.iterdir()) == []
    with alone(tmp_path):
        pass


@needs_locks
def test_a_run_that_fails_lets_the_next_one_in(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), alone(tmp_path):
        raise ZeroDivisionError
    with alone(tmp_path):
        pass


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (errno.ENOSPC, "the disk is full"),
        (errno.EROFS, "cannot be written to"),
        (errno.EACCES, "may not be read or written by you"),
        (errno.EIO, os.strerror(errno.EIO)),
    ],
)
def test_what_the_disk_refuses_is_one_line_and_leaves_the_old_file(
    number: int,
    words: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    old = put(tmp_path / "old", "the old one")

    def full(_: int) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match=os.strerror(number)) as caught:
        put(old, "the new one")
    assert caught.value.filename == str(old)
    words_ = ["data", "new", "mine", "--into", str(tmp_path), "--layer", "systems_integration"]
    assert main([*words_, "--pillar", "power"]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith(f"{tmp_path / 'mine.toml'}: ")
    assert words in said.err
    assert said.err.count("\n") == 1
    assert {each.name: each.read_text(encoding="utf-8") for each in tmp_path.iterdir()} == {
        "old": "the old one"
    }


@as_any_user
def test_a_folder_without_the_right_to_write_is_said_before_anything_is_computed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    tmp_path.chmod(0o500)
    try:
        for out in (tmp_path, tmp_path / "new"):
            assert main(["report", "--out", str(out)]) == 2
            assert capsys.readouterr().err == f"{out}: it may not be read or written by you\n"
    finally:
        tmp_path.chmod(0o700)


def test_a_folder_that_refuses_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "access", lambda *_: False)
    with pytest.raises(PermissionError) as caught:
        prepared(tmp_path / "new")
    assert Path(caught.value.filename) == tmp_path / "new"


def test_files_that_belong_together_are_written_both_or_not_at_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old, new = tmp_path / "old.toml", tmp_path / "new.csv"
    old.write_text("before", encoding="utf-8")
    assert put_all({old: "first", new: "first"}) == [old, new]
    new.unlink()
    renamed = Path.replace

    def fails(self: Path, target: Path) -> Path:
        if target == new:
            raise OSError(errno.EACCES, "no", str(self))
        return renamed(self, target)

    monkeypatch.setattr(Path, "replace", fails)
    with pytest.raises(OSError, match=r"new\.csv"):
        put_all({old: "second", new: "second"})
    assert old.read_text(encoding="utf-8") == "first"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["old.toml"]
