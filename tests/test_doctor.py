"""`doctor`, `--version` and `completion`: what is in force, what stands in the way, words for shells."""

from __future__ import annotations

import shutil
import subprocess
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING

import pytest

from fourlayers import health, import_check
from fourlayers.cli import main
from fourlayers.command import COMMANDS
from fourlayers.health import Finding, findings
from fourlayers.screens.doctor import doctor_screen
from indicators.facts import load

if TYPE_CHECKING:
    from pathlib import Path

SHELLS = ("bash", "zsh", "fish")


def parts(found: list[Finding], part: str) -> str:
    return " ".join(f"{each.state}: {each.says}" for each in found if each.part == part)


@pytest.mark.wheel
def test_the_version_names_the_day_of_the_data(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"fourlayers {version('fourlayers')}, data of {load().vintage}\n"


@pytest.mark.wheel
def test_doctor_finds_nothing_to_mend_where_all_is_well(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["doctor"]) == 0
    out = capsys.readouterr().out
    assert out.rstrip().endswith("Nothing to mend.")
    assert f"numpy {version('numpy')}" in out
    assert "are ours, and nobody else's" in " ".join(out.split())


def test_doctor_says_what_would_hide_our_names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "scoring.py").touch()
    (tmp_path / "layers").mkdir()
    monkeypatch.chdir(tmp_path)
    assert "mind: layers, scoring.py in this folder would hide ours" in parts([*findings()], "Names")


def test_doctor_says_who_else_owns_our_names(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "owners", lambda name: ["fourlayers", *(["stranger"] * (name == "reports"))])
    monkeypatch.setattr(health, "hidden", lambda: ["its package 'layers' would come from /x"])
    found = [*findings()]
    assert "wrong: the distribution 'stranger' installs a package 'reports' too" in parts(found, "Names")
    assert "wrong: its package 'layers' would come from /x; rename or move it" in parts(found, "Names")
    assert "nobody else's" not in parts(found, "Names")
    assert doctor_screen(found).rstrip().endswith("Two things to mend, marked with !")


def test_what_hides_a_name_is_said_with_its_owner(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(import_check, "owners", lambda name: ["other-reports"] if name == "reports" else [])
    said = " ".join(import_check.hidden(tmp_path))
    assert "(of the installed distribution other-reports)" in said


@pytest.mark.parametrize(
    ("held", "bound", "said"),
    [
        ("2.3.9", "2.4", "numpy 2.3.9 is older than 2.4, which is needed"),
        ("2.10.0", "2.4", "fine: numpy 2.10.0"),
        ("2.4rc1", "2.4", "fine: numpy 2.4rc1"),
        (None, "2.4", "numpy is not installed, 2.4 or newer is needed"),
    ],
)
def test_libraries_are_held_to_the_lower_bounds(
    held: str | None, bound: str, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def told(_name: str) -> str:
        if held is None:
            raise PackageNotFoundError
        return held

    monkeypatch.setattr(health, "version", told)
    monkeypatch.setattr(health, "requires", lambda _: [f"numpy>={bound}"])
    assert said in parts([*health._libraries()], "Libraries")


def test_bounds_and_extras_are_read_from_the_distribution(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = ["numpy>=2.4", "distributed>=2026.1; extra == 'cluster'", "typst", "a.b-c >= 1.0 ; extra == 'x'"]
    monkeypatch.setattr(health, "requires", lambda _: lines)
    assert health._wanted() == [
        ("numpy", "2.4", ""),
        ("distributed", "2026.1", "cluster"),
        ("typst", "", ""),
        ("a.b-c", "1.0", "x"),
    ]


def test_faulty_own_data_are_to_be_mended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "own.csv").write_text("economy\n", encoding="utf-8")
    monkeypatch.setenv("FOURLAYERS_DATA", str(tmp_path))
    assert "wrong: 1 fault in the data own.csv: found a CSV alone" in parts([*findings()], "Data")
    monkeypatch.setenv("FOURLAYERS_DATA", str(tmp_path / "gone"))
    assert main(["doctor"]) == 3


@pytest.mark.parametrize("shell", SHELLS)
def test_a_shell_takes_its_script_and_finds_every_command(
    shell: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["completion", shell]) == 0
    script = capsys.readouterr().out
    assert all(command.name in script for command in COMMANDS)
    assert "known-by" in script
    if (path := shutil.which(shell)) is None:
        pytest.skip(f"no {shell} on this machine")
    file = tmp_path / f"fourlayers.{shell}"
    file.write_text(script, encoding="utf-8")
    check = [path, "--no-execute" if shell == "fish" else "-n", str(file)]
    assert subprocess.run(check, capture_output=True, text=True, check=True).stderr == ""


def test_bash_completes_a_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["completion", "bash"]) == 0
    (tmp_path / "words").write_text(capsys.readouterr().out, encoding="utf-8")
    asked = (
        f". {tmp_path / 'words'}; COMP_WORDS=(fourlayers sc); COMP_CWORD=1; _fourlayers; "
        "printf '%s\\n' \"${COMPREPLY[@]}\""
    )
    told = subprocess.run(["bash", "-c", asked], capture_output=True, text=True, check=True).stdout
    assert sorted(told.split()) == ["scenario", "score"]


def test_a_shell_that_is_not_known_is_asked_for(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SHELL", "/bin/sorcery")
    assert main(["completion"]) == 2
    assert (
        "the shell 'sorcery' is not known; say which: bash, zsh, fish, powershell" in capsys.readouterr().err
    )


def test_the_script_is_put_where_the_shell_looks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("SHELL", "/usr/bin/fish")
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    assert main(["completion", "--install"]) == 0
    out = capsys.readouterr().out
    assert out.startswith(f"wrote {tmp_path}")
    assert next(tmp_path.rglob("*.fish")).stat().st_size > 1000
