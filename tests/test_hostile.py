"""Commands with hostile words, settings and surroundings: one line, the right code, and nothing written."""

from __future__ import annotations

import json
import os
import resource
import signal
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from fourlayers.cli import main
from fourlayers.request import Request, compute
from indicators.facts import load
from indicators.whole import alone
from reports.public import leaks, withheld
from reports.robustness_document import as_csv, as_json
from scoring.robustness import flips

if TYPE_CHECKING:
    from pathlib import Path

COMMAND = [sys.executable, "-c", "import sys; from fourlayers.cli import main; sys.exit(main())"]

posix = pytest.mark.skipif(sys.platform == "win32", reason="signals, links and limits of other systems")


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Working folder with a file, an empty folder, and a folder with faults."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "afile").write_text("x\n", encoding="utf-8")
    (tmp_path / "empty").mkdir()
    (tmp_path / "faulty").mkdir()
    (tmp_path / "faulty" / "mine.toml").write_text("a = [\n", encoding="utf-8")
    return tmp_path


EMPTY = (
    "report --out",
    "chart profile --out",
    "value-capture --out",
    "scenario run price-war --out",
    "examples --into",
    "score --data",
    "score --home",
    "score --recipe",
    "score --as-of",
    "score --cluster",
    "score USA",
    "claims",
    "layer",
    "prices",
    "doctor --data",
    "data refresh --data",
    "cite",
    "completion",
)
REFUSED = (
    ("score USA", "a pair needs two economies, found only 'USA'"),
    ("score USA usa", "a pair needs two different economies, found USA twice"),
    ("score usaa CHN", "unknown economy 'usaa'; did you mean usa"),
    ("score USA CHN DEU", "too much on the line: DEU"),
    ("score --lens foo", 'Choose from: "scale", "intensity"'),
    ("score --as-of 2026-13-01", "--as-of 2026-13-01: expected a date as 2026-06-30"),
    ("score --draws nan", "expected a whole number, found 'nan'"),
    ("score --draws -1", "--draws -1: expected a whole number from 0"),
    ("score --jobs 0", "--jobs 0: expected a whole number from 1"),
    ("score --format foo", 'Choose from: "table", "json", "csv"'),
    ("score --data nope", "--data nope: there is no such folder"),
    ("score --data afile", "--data afile: a file stands there"),
    ("score --data empty", "--data empty: no .toml and no .csv in it"),
    ("score --recipe defaul", "did you mean default?"),
    ("claims profi", "did you mean profit-share?"),
    ("report USA USA --out o", "found USA twice"),
    ("report usaa CHN --out o", "unknown economy 'usaa'"),
    ("report --home nope --out o", "unknown economy 'nope'"),
    ("report --out afile/x", "--out afile/x: a file stands in the way"),
    ("chart list extra", "too much on the line: extra; chart list stands alone"),
    ("chart profil", "did you mean profile"),
    ("chart profile --format png,foo", "unknown format 'foo'"),
    ("chart profile --out afile", "--out afile: a file stands in the way"),
    ("layer nope", "unknown layer 'nope'; known: frontier-capability"),
    ("value-capture USA EU8", "EU8 is a bloc"),
    ("value-capture --out afile", "--out afile: a file stands in the way"),
    ("prices glm", "did you mean glm-5"),
    ("prices glm-5 --as-of 1990", "unknown model 'glm-5'; known: none"),
    ("token-cost models --pue 1.2", "works out no cost, so --pue would do nothing"),
    ("token-cost --context nan/5", "--context nan/5: expected input/output tokens"),
    ("token-cost --context inf/5", "--context inf/5: expected input/output tokens"),
    ("token-cost --context 0/0", "--context 0/0: expected input/output tokens"),
    ("token-cost --compare ,", "--compare ,: nothing differs"),
    ("token-cost --electricity inf", "electricity inf: expected USD per kWh"),
    ("token-cost --price nan", "price nan: expected USD asked"),
    ("robustness flip", "unknown view 'flip'; did you mean flips?"),
    ("robustness drivers --layer inference", "did you mean inference_cost?"),
    ("audit USA USA", "a pair needs two different units"),
    ("scenario runn", "unknown command 'runn'; did you mean run?"),
    ("scenario run", "scenario run needs a name"),
    ("scenario run price-war price-war --out o", "scenario price-war is named twice"),
    ("scenario run price-war --out afile", "--out afile: a file stands in the way"),
    ("scenario run price-wa --out o", "did you mean price-war?"),
    ("scenario compare price-war --pair USA USA", "found USA twice"),
    ("scenario seek overall --goal nan", "--goal nan: expected a gap in points"),
    ("data refresh epoc --dry-run", "did you mean epoch"),
    ("data refresh --data afile --yes github", "--data afile: a file stands in the way"),
    ("data refresh --list extra", "--list names all sources; found extra besides"),
    ("data schema --into afile", "--into afile: a file stands in the way"),
    ("doctor extra", "too much on the line: extra"),
    ("completion bas", 'Did you mean "bash"?'),
    ("cite USA xx", "unknown economy 'xx'"),
)


def _refused(words: list[str], code: int, told: str, place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = sorted(place.rglob("*"))
    assert main(words) == code
    said = capsys.readouterr()
    assert said.out == ""
    assert told in said.err
    assert said.err.count("\n") == (1 if code == 2 else 2)
    assert sorted(place.rglob("*")) == before


@pytest.mark.parametrize("line", EMPTY)
def test_an_empty_text_is_refused_and_nothing_is_written(
    line: str, place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _refused([*line.split(), ""], 2, f"fourlayers {line}: an empty text stands after it", place, capsys)


def test_an_empty_text_after_a_sign_is_refused_and_a_name_left_out_is_not(
    place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _refused(["report", "--out="], 2, "--out: an empty text stands after it", place, capsys)
    assert main(["data", "import", "afile", "--code", "x", "--name=Korea="]) == 1
    assert "no such header" in capsys.readouterr().err


@pytest.mark.parametrize(("line", "told"), REFUSED, ids=[line for line, _ in REFUSED])
def test_what_cannot_be_is_one_line_and_nothing_is_written(
    line: str, told: str, place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _refused(line.split(), 2, told, place, capsys)


@pytest.mark.parametrize("line", ["score", "report --out o", "cite", "token-cost", "doctor", "prices"])
def test_a_folder_with_faults_is_named_and_nothing_is_written(
    line: str, place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = [*line.split(), "--data", "faulty"]
    if line == "doctor":
        assert main(words) == 3
        assert "mine.toml" in capsys.readouterr().out
        return
    _refused(words, 1, "mine.toml: found ", place, capsys)


@posix
@pytest.mark.parametrize("kind", ["folder", "pipe", "dangling", "circle"])
def test_settings_that_are_no_file_are_said(
    kind: str, place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = place / "fourlayers.toml"
    if kind == "folder":
        path.mkdir()
    elif kind == "pipe":
        os.mkfifo(path)
    else:
        path.symlink_to("nowhere" if kind == "dangling" else path.name)
    _refused(["score"], 1, "fourlayers.toml: found a ", place, capsys)


def test_settings_with_an_unknown_key_are_said(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (place / "fourlayers.toml").write_text('pairs = ["USA", "CHN"]\n', encoding="utf-8")
    _refused(["score"], 1, "pairs: found an unknown key", place, capsys)


@pytest.mark.parametrize("named", ["nope", "afile", "a\nb"])
def test_an_environment_that_names_no_folder_is_said(
    named: str, place: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FOURLAYERS_DATA", named)
    assert place.is_dir()
    assert main(["score"]) == 2
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 2  # which folders are in force, and what is wrong with one of them
    assert "make it, or take it out of the variable" in lines[1]


def test_an_audit_without_data_is_a_document(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert place.is_dir()
    assert main(["audit", "--known-by", "1990", "--format", "json"]) == 0
    checks = json.loads(capsys.readouterr().out)["checks"]
    assert any(each["value"] is None for each in checks)


def test_documents_of_robustness_hold_no_withheld_figure() -> None:
    facts = load()
    asked = Request(draws=0)
    answer = compute(asked, facts)
    turning = flips(answer, facts)
    kept_back = withheld(facts, answer)
    told = {"a.json": as_json(answer, turning), "a.csv": as_csv(answer, turning)}
    assert leaks([(name, text.encode()) for name, text in told.items()], kept_back) == {}
    shut = {row.code for row in answer.indicators if not row.a.free}
    open_ = next(it for it in turning.values if it.indicator not in shut and it.now and it.now > 1)
    assert f"{open_.now:.6g}"[:6] in told["a.csv"]
    assert any(it.indicator in shut and it.now is not None for it in turning.values)


@posix
@pytest.mark.parametrize(
    "line", ["value-capture --case us-closed --out out", "chart profile --draws 0 --format txt --out out"]
)
def test_a_second_run_into_a_folder_is_refused(
    line: str, place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (place / "out").mkdir()
    with alone(place / "out"):
        _refused(line.split(), 2, "out: another run is writing there; wait for it", place, capsys)


@posix
def test_two_runs_at_once_do_not_mix(place: Path) -> None:
    """Two processes begin together with other titles: one of them writes, or one after the other."""
    runs = [
        subprocess.Popen(
            [*COMMAND, "chart", "profile", "--format", "txt,svg", "--out", "out", "--title", title],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=place,
        )
        for title in ("First title", "Second title")
    ]
    told = [(run.communicate(timeout=60)[1], run.returncode) for run in runs]
    for error, code in told:
        assert (error, code) == ("", 0) or (code == 2 and "another run is writing there" in error)
    assert 0 in {code for _, code in told}
    titles = {
        title
        for name in ("profile.svg", "profile.txt")
        for title in ("First title", "Second title")
        if title in (place / "out" / name).read_text(encoding="utf-8")
    }
    assert len(titles) == 1
    assert not list((place / "out").glob(".*"))


@posix
def test_a_disk_that_fills_up_in_a_file_is_one_line_and_the_old_files_stand(place: Path) -> None:
    """No file of the process may grow beyond 8 kB: the kernel cuts the writing short, as a full disk does."""

    def small() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (8192, 8192))

    out = place / "out"
    out.mkdir()
    (out / "profile.png").write_text("the old one", encoding="utf-8")
    done = subprocess.run(
        [*COMMAND, "chart", "profile", "--format", "png", "--out", "out"],
        capture_output=True,
        text=True,
        check=False,
        cwd=place,
        preexec_fn=small,
    )
    assert done.returncode == 2
    assert (
        done.stderr
        == "out/profile.png: the file grew larger than the system allows; nothing half-written was left\n"
    )
    assert [(each.name, each.read_text(encoding="utf-8")) for each in out.iterdir()] == [
        ("profile.png", "the old one")
    ]
