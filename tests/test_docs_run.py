"""The examples of the documents run, and the tutorial shows what is printed."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from types import ModuleType

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"

pytestmark = pytest.mark.skipif(not DOCS.is_dir(), reason="away from the sources there are no documents")


def script(name: str) -> ModuleType:
    """Load a script of docs/, which is no package."""
    spec = importlib.util.spec_from_file_location(name, DOCS / f"{name}.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def blocks(page: str, kind: str) -> list[str]:
    text = (DOCS / page).read_text(encoding="utf-8")
    return re.findall(rf"^```{kind}\n(.*?)^```", text, flags=re.DOTALL | re.MULTILINE)


def test_the_tutorial_shows_what_is_printed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shown, page = script("shown"), (DOCS / "tutorial.md").read_text(encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert shown.renewed(page) == page, "run `python docs/shown.py` and read what changed"


def test_what_the_tutorial_leaves_out_the_readme_runs() -> None:
    shown, page = script("shown"), (DOCS / "tutorial.md").read_text(encoding="utf-8")
    left = [found["command"] for found in shown.BLOCK.finditer(page) if found["kept"] == shown.ELSEWHERE]
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert left
    assert all(f"$ {command}" in readme for command in left)


def test_lines_that_are_left_out_leave_a_mark() -> None:
    shown = script("shown")
    assert shown.kept("a\nb\nc\nd\n", "1 3") == "a\n...\nc\n...\n"
    assert shown.kept("a\nb\n", None) == "a\nb\n"
    assert shown.kept("a\nb\n", "none") == ""
    with pytest.raises(RuntimeError, match="ended with 2"):
        shown.printed("fourlayers scores")


def test_the_nightly_script_runs_and_finds_that_nothing_moved(tmp_path: Path) -> None:
    if not shutil.which("sh"):
        pytest.skip("no shell")
    own = {**os.environ, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
    (block,) = blocks("nightly.md", "sh")
    ran = subprocess.run(
        ["sh", "-c", block], cwd=tmp_path, env=own, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stderr
    assert (tmp_path / "yesterday.json").is_file()
    assert "fourlayers/diff/1" in (tmp_path / "moved.json").read_text(encoding="utf-8")


def test_the_documents_hold_the_keys_that_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    documents, page = script("documents"), (DOCS / "json.md").read_text(encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "values.csv").write_text(documents.VALUES, encoding="utf-8")
    for name in ("score", "claims", "table"):
        assert documents.renewed(page, name, documents.document(name)) == page, f"docs/documents.py {name}"


UNITS = ("CHN", "JPN", "USA", "KOR", "DEU", "FRA", "GBR", "IND", "CAN", "ITA", "ESP", "NLD")
INDICATORS = ("roads", "ports", "power", "school", "health", "trust")
REPLICATES = """
[doubt]
treat = [{ method = "two_stage", most = 1 }, { method = "two_stage", most = 2 }]
normalise = [{ method = "minmax", lower = 1, upper = 100 }, { method = "zscore", mean = 10, sd = 2 }]
aggregate = [["arithmetic", "arithmetic"], ["geometric", "geometric"]]
"""


def ready(folder: Path) -> dict[str, Any]:
    """Lay out the table, the tree and the panel that the pages about trees of one's own speak of."""
    import numpy as np
    import pandas as pd

    import scoring
    from fourlayers import score_frame

    draw = np.random.default_rng(1)
    values = pd.DataFrame(draw.lognormal(2, 0.3, (12, 6)), index=list(UNITS), columns=list(INDICATORS))
    values.rename_axis("uCode").to_csv(folder / "iData.csv")
    parents = {**dict.fromkeys(INDICATORS[:3], "works"), **dict.fromkeys(INDICATORS[3:], "people")}
    levels = [(1, code, parent) for code, parent in parents.items()]
    levels += [(2, "works", "all"), (2, "people", "all"), (3, "all", "")]
    tree = pd.DataFrame(levels, columns=["Level", "iCode", "Parent"]).assign(Direction=1, Weight=1.0)
    tree.to_csv(folder / "iMeta.csv", index=False)
    reps = [(rep, code, draw.uniform(0.5, 1.5)) for rep in (64, 86, 88) for code in INDICATORS]
    pd.DataFrame(reps, columns=["rep", "iCode", "Weight"]).to_csv(folder / "noisy_weights.csv", index=False)
    plain = (Path(scoring.__file__).parent / "recipes" / "plain.toml").read_text(encoding="utf-8")
    (folder / "mine.toml").write_text(plain.partition("[doubt]")[0] + REPLICATES, encoding="utf-8")
    years = enumerate((2023, 2024, 2025), 1)
    panel = pd.concat([values.assign(Time=year, roads=values["roads"] * step) for step, year in years])
    return {
        "pd": pd,
        "other": score_frame(values.iloc[:, ::-1], tree, folder / "mine.toml"),
        "panel": score_frame(panel.rename_axis("uCode").reset_index(), tree),
        "varied": score_frame("iData.csv", "iMeta.csv", "mine.toml"),
    }


def run(page: str, at: int, names: dict[str, Any], instead: dict[str, str] | None = None) -> dict[str, Any]:
    """Run one Python block of a page, with smaller numbers in place of large ones."""
    code = blocks(page, "python")[at]
    for there, here in (instead or {}).items():
        assert there in code
        code = code.replace(there, here)
    exec(compile(code, page, "exec"), names)  # noqa: S102 - our own words
    return names


def test_python_of_the_pages_about_trees_of_ones_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    names = ready(tmp_path)
    run("any-tree.md", 0, names)
    assert names["result"].scores.columns[0] == "all"
    run("any-tree.md", 1, names)
    names["result"] = names["varied"]
    run("any-tree.md", 2, names)
    assert names["scores"].shape == (3, 3, 12)
    run("audit.md", 0, names)
    assert names["found"].checks


def test_python_of_the_other_pages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import pandas as pd

    monkeypatch.chdir(tmp_path)
    names = run("doubt.md", 0, {}, {"10_000": "256", "jobs=2": "jobs=1"})
    assert 0 <= names["found"].ahead("overall", "USA", "CHN") <= 1
    (tmp_path / "out/price-war-depth/run=00").mkdir(parents=True)
    row = {
        "vary.chinese-prices": 0.1,
        "vary.american-prices": 1.0,
        "level": "overall",
        "year": 2030,
        "gap": 1.0,
    }
    pd.DataFrame([row]).to_parquet("out/price-war-depth/run=00/rows.parquet")
    run("cluster.md", 0, {})
    assert run("token-cost.md", 0, {})["found"].low > 0
    assert set(run("frontier-capability.md", 0, {})) >= {"mean", "low", "high"}
