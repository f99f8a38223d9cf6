"""What README and examples show is what the tool does."""

from __future__ import annotations

import os
import re
import resource
import runpy
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

import fourlayers as fl
from fourlayers.cli import main
from reports.charts import draw

ROOT = Path(__file__).parents[1]
README = ROOT / "README.md"

OWN = "Your own indicator, in five minutes"
AGREED = 300.0
"""Seconds of computing from nothing to a report; on an idle machine it takes no longer by the clock."""

pytestmark = pytest.mark.skipif(not README.is_file(), reason="away from the sources there is no README")


def section(title: str) -> str:
    """Return what stands under a heading."""
    parts = re.split(r"(?m)^## ", README.read_text(encoding="utf-8"))
    return next(part for part in parts if part.startswith(f"{title}\n"))


def blocks(kind: str, text: str | None = None) -> list[str]:
    given = README.read_text(encoding="utf-8") if text is None else text
    return re.findall(rf"```{kind}\n(.*?)```", given, flags=re.DOTALL)


def lines_of(text: str) -> list[str]:
    """Return the commands of the console blocks of a text."""
    lines = [line for block in blocks("console", text) for line in block.splitlines()]
    return [
        line.removeprefix("$ ").split("#")[0].strip() for line in lines if line.startswith("$ fourlayers")
    ]


def commands() -> list[str]:
    """Return the commands that stand each for itself; a report is written by the steps below."""
    apart = section(OWN)
    whole = README.read_text(encoding="utf-8").replace(apart, "")
    return [line for line in lines_of(whole) if not line.startswith("fourlayers report")]


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


def test_the_steps_of_the_readme_lead_to_a_report_with_an_indicator_of_ones_own(tmp_path: Path) -> None:
    """Run what stands there, in its order, in an empty folder, with the installed command."""
    pairs = re.findall(r"```(console|toml|csv)\n(.*?)```", section(OWN), flags=re.DOTALL)
    names = re.findall(r"`(mine/\w+\.(?:toml|csv))`:\n", section(OWN))
    bin_ = str(Path(sys.executable).parent)
    surroundings = os.environ | {"PATH": os.pathsep.join((bin_, os.environ["PATH"]))}
    before, said = resource.getrusage(resource.RUSAGE_CHILDREN), {}
    for kind, text in pairs:
        if kind != "console":
            name = next(name for name in names if name.endswith(kind))
            assert (tmp_path / name).is_file(), "the step before writes the file that is filled in here"
            (tmp_path / name).write_text(text, encoding="utf-8")
            continue
        for line in lines_of(f"```console\n{text}```"):
            ran = subprocess.run(
                shlex.split(line), cwd=tmp_path, env=surroundings, capture_output=True, text=True, check=False
            )
            assert ran.returncode == 0, f"{line}\n{ran.stderr}"
            said[" ".join(line.split()[:3])] = ran.stdout
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime < AGREED
    assert "Fine" in said["fourlayers data check"]
    assert "researchers_per_million" in said["fourlayers data check"]
    assert "own data" in said["fourlayers score --data"]
    folder = tmp_path / "my-report"
    assert (folder / "report.pdf").read_bytes().startswith(b"%PDF")
    rows = (folder / "score.csv").read_text(encoding="utf-8")
    assert re.search(r"USA,indicator,researchers_per_million,score,49\.37", rows), "4,937 of 10,000 is 49.4"


def test_the_ways_to_install_are_there() -> None:
    ways = blocks("sh", section(OWN))[0]
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    assert 'fourlayers = "fourlayers.cli:main"' in project
    for way in ("make report", "uv tool install .", "pip install ."):
        assert way in ways


def test_python_of_the_readme_runs(capsys: pytest.CaptureFixture[str]) -> None:
    for block in blocks("python"):
        exec(compile(block, "README.md", "exec"), {})  # noqa: S102 - our own words
    assert "points" in capsys.readouterr().out


def test_the_figure_and_its_caption_are_fresh(tmp_path: Path) -> None:
    fl.chart("profile", out=tmp_path, formats=("csv", "txt"))
    for name in ("profile.csv", "profile.txt"):
        kept = (ROOT / "docs" / "figures" / name).read_text(encoding="utf-8")
        assert kept == (tmp_path / name).read_text(encoding="utf-8"), "run `make renew` and commit"
    chart = draw("profile", fl.score(), fl.load())
    assert f"\n*{chart.title}.* {chart.subtitle}\n" in README.read_text(encoding="utf-8")


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


def test_the_pictures_are_small_shown_and_described() -> None:
    taken = sorted((ROOT / "docs" / "figures").glob("*.png"))
    pages = [README, *(ROOT / "docs").glob("*.md")]
    told = "".join(path.read_text(encoding="utf-8") for path in pages)
    made = (ROOT / "docs" / "pictures.md").read_text(encoding="utf-8")
    own = [path for path in taken if f"figures/{path.name}" in made]
    assert len(own) == 7
    assert [path.name for path in own if path.stat().st_size > 150_000] == []
    assert [path.name for path in taken if f"figures/{path.name}" not in told] == []
    assert all(len(words) > 20 for words in re.findall(r"!\[(.*?)\]\(figures/", made, flags=re.DOTALL))
