"""Examples are listed, printed and copied, and a file of the user's is never written over unasked."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from fourlayers import cli
from fourlayers.samples import copy, sample, samples

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.wheel


def test_the_list_names_every_example_with_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["examples"]) == 0
    out = capsys.readouterr().out
    assert all(f"  {name} " in out for name in samples())
    assert max(map(len, out.splitlines())) <= 80


def test_one_is_printed_as_it_stands(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["examples", "many-scenarios.py"]) == 0
    assert capsys.readouterr().out == sample("many_scenarios").text()


def test_a_folder_of_data_is_copied_and_passes_its_check(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["examples", "own_indicator", "--into", str(tmp_path / "mine")]) == 0
    out = capsys.readouterr().out
    folder = tmp_path / "mine" / "own_indicator"
    assert {path.suffix for path in folder.iterdir()} == {".toml", ".csv"}
    assert f"next: fourlayers data check {folder}" in out
    assert cli.main(["data", "check", str(folder)]) == 0
    assert "Fine" in capsys.readouterr().out


def test_a_file_of_the_users_stands_unless_told_otherwise(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "why_it_differs.py").write_text("mine", encoding="utf-8")
    assert cli.main(["examples", "--into", str(tmp_path)]) == 2
    said = capsys.readouterr()
    assert "why_it_differs.py" in said.err
    assert "--replace" in said.err
    assert said.out == ""
    assert [path.name for path in tmp_path.iterdir()] == ["why_it_differs.py"]
    assert (tmp_path / "why_it_differs.py").read_text(encoding="utf-8") == "mine"
    assert cli.main(["examples", "--into", str(tmp_path), "--replace"]) == 0
    assert (tmp_path / "why_it_differs.py").read_text(encoding="utf-8") != "mine"


def test_a_copy_holds_the_same_bytes(tmp_path: Path) -> None:
    for each in samples().values():
        for path, written in zip(each.files, copy([each], tmp_path), strict=True):
            assert written == tmp_path / path
            assert written.read_bytes() == (each.root / path).read_bytes()


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["examples", "own-indicatr"], "did you mean own_indicator"),
        (["examples", "--replace"], "--into"),
    ],
)
def test_a_slip_is_told(words: list[str], told: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(words) == 2
    assert told in capsys.readouterr().err


def test_a_file_in_the_way_of_the_folder_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "here").write_text("", encoding="utf-8")
    assert cli.main(["examples", "--into", str(tmp_path / "here")]) == 2
    assert "--into" in capsys.readouterr().err
