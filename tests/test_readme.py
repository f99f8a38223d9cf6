"""What README and examples show is what the tool does."""

from __future__ import annotations

import re
import runpy
import shlex
from pathlib import Path

import pytest

from fourlayers.cli import main

ROOT = Path(__file__).parents[1]
README = ROOT / "README.md"

pytestmark = pytest.mark.skipif(not README.is_file(), reason="away from the sources there is no README")


def blocks(kind: str) -> list[str]:
    return re.findall(rf"```{kind}\n(.*?)```", README.read_text(encoding="utf-8"), flags=re.DOTALL)


def commands() -> list[str]:
    lines = [line for block in blocks("console") for line in block.splitlines()]
    return [
        line.removeprefix("$ ").split("#")[0].strip() for line in lines if line.startswith("$ fourlayers")
    ]


def test_the_readme_shows_commands_and_python() -> None:
    assert len(commands()) >= 5
    assert len(blocks("python")) >= 1


@pytest.mark.parametrize("command", commands() if README.is_file() else [])
def test_commands_of_the_readme_run(
    command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sys.argv", shlex.split(command))
    with pytest.raises(SystemExit) as stopped:
        raise SystemExit(main())
    assert not stopped.value.code, capsys.readouterr().err
    assert capsys.readouterr().out.strip() or any(tmp_path.rglob("*.*"))


def test_python_of_the_readme_runs(capsys: pytest.CaptureFixture[str]) -> None:
    for block in blocks("python"):
        exec(compile(block, "README.md", "exec"), {})  # noqa: S102 - our own words
    assert "points" in capsys.readouterr().out


def test_the_figure_and_its_caption_are_fresh(tmp_path: Path) -> None:
    import fourlayers as fl

    fl.chart("profile", out=tmp_path)
    for name in ("profile.csv", "profile.txt"):
        kept = (ROOT / "docs" / "figures" / name).read_text(encoding="utf-8")
        assert kept == (tmp_path / name).read_text(encoding="utf-8"), "run `make renew` and commit"
    title = (tmp_path / "profile.txt").read_text(encoding="utf-8").splitlines()[0]
    assert title in README.read_text(encoding="utf-8")


@pytest.mark.parametrize("script", sorted((ROOT / "examples").glob("*.py")), ids=lambda path: path.stem)
def test_examples_run(script: Path, capsys: pytest.CaptureFixture[str]) -> None:
    runpy.run_path(str(script), run_name="__main__")
    assert capsys.readouterr().out.strip()


def test_the_docs_show_what_the_example_prints(capsys: pytest.CaptureFixture[str]) -> None:
    runpy.run_path(str(ROOT / "examples" / "why_it_differs.py"), run_name="__main__")
    printed = capsys.readouterr().out.strip()
    assert printed in (ROOT / "docs" / "result.md").read_text(encoding="utf-8"), (
        "copy what the example prints"
    )
