"""The command that refreshes: what it shows, asks, writes and leaves, against a server on this machine."""

from __future__ import annotations

import contextlib
import datetime as dt
import io
import os
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest
from live import ISO3_TO_2, Server, csv_text, owid_csv, served

from fourlayers import refreshing
from fourlayers.cli import main
from indicators.catalogue import SHIPPED, scan
from indicators.facts import load
from indicators.fault import UsageError
from indicators.refresh import fetch
from indicators.refresh.folder import own_folder
from indicators.refresh.held import Held, rows_of
from indicators.refresh.sources import chosen
from indicators.whole import alone

if TYPE_CHECKING:
    from collections.abc import Iterator

GRAPH = "https://raw.githubusercontent.com/github/innovationgraph/main/data/"
SLUGS = ("electricity-generation", "share-electricity-low-carbon", "carbon-intensity-electricity")
FAST = fetch.Limits(connect=1, read=1, total=5, tries=1)


def answer_github(server: Server, newest: int = 31_000_000) -> None:
    """Answer what is held, and a third quarter more."""
    held = Held.of(())
    rows: list[tuple[object, ...]] = [
        (r["value"], ISO3_TO_2[r["economy"]], r["date"][:4], 3) for r in held.rows("github_developers")
    ]
    rows += [(newest, "US", 2026, 3), (13_000_000, "CN", 2026, 3)]
    topics = [
        (r["value"], "llm", ISO3_TO_2[r["economy"]], r["date"][:4], 3)
        for r in held.rows("github_topic_pushers_llm")
    ]
    for row in held.rows("github_kubernetes_pushers"):
        economy, year = ISO3_TO_2[row["economy"]], row["date"][:4]
        topics += [(row["value"], "kubernetes", economy, year, quarter) for quarter in (1, 2, 3)]
    server.put(f"{GRAPH}developers.csv", csv_text(("developers", "iso2_code", "year", "quarter"), rows))
    header = ("num_pushers", "topic", "iso2_code", "year", "quarter")
    server.put(f"{GRAPH}topics.csv", csv_text(header, topics))


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with served() as running:
        answer_github(running)
        for slug in SLUGS:
            running.put(f"https://ourworldindata.org/grapher/{slug}.csv", "<html>Sign in</html>")
        yield running


@pytest.fixture(autouse=True)
def _here(server: Server, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv(fetch.BASE, server.base)
    monkeypatch.setattr(fetch, "today", lambda: dt.date(2026, 11, 24))
    monkeypatch.chdir(tmp_path)
    server.asked.clear()


class Said(NamedTuple):
    """What a run ended with."""

    code: int
    out: str
    err: str
    folder: Path


def run(*words: str) -> tuple[int, str, str]:
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = main(words)
    return code, out.getvalue(), err.getvalue()


def contents(folder: Path) -> dict[str, bytes]:
    return {str(each.relative_to(folder)): each.read_bytes() for each in folder.rglob("*") if each.is_file()}


@pytest.fixture(scope="module")
def refreshed(server: Server, tmp_path_factory: pytest.TempPathFactory) -> Said:
    """Refresh two sources, one of which answers a web page, into a new folder."""
    folder = tmp_path_factory.mktemp("own") / "data"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(fetch.BASE, server.base)
        patch.setattr(fetch, "today", lambda: load().vintage)  # the day for which the layers are shipped
        return Said(*run("data", "refresh", "github", "owid", "--yes", "--data", str(folder)), folder)


def test_a_source_that_fails_leaves_the_others(refreshed: Said) -> None:
    assert refreshed.code == 1
    assert (
        "owid: https://ourworldindata.org/grapher/electricity-generation.csv: a web page in place of a CSV. "
        "The source has changed its form; the adapter has to follow. Its data stay as they were.\n"
    ) in refreshed.err
    assert sorted(contents(refreshed.folder)) == [
        f"{name}/{name}.{end}"
        for name in ("github_developers", "github_kubernetes_pushers")
        for end in ("csv", "toml")
    ]


def test_the_difference_is_told_in_numbers(refreshed: Said) -> None:
    said = " ".join(refreshed.out.split())
    assert "github_developers (accounts), from github: rows 2 new (2026-Q3); 138 as they are" in said
    lines = [" ".join(line.split()) for line in refreshed.out.splitlines()]
    assert "USA \N{EN DASH} 31000000 new" in lines
    assert "CHN \N{EN DASH} 13000000 new" in lines
    assert any(line.startswith("Gap, USA minus CHN without with change") for line in lines)
    assert "github: github_topic_pushers_llm as it is, 35 rows" in lines
    assert max(map(len, refreshed.out.splitlines()[:-2])) <= 80


def test_refreshed_data_pass_the_check_and_are_scored(refreshed: Said) -> None:
    code, out, err = run("data", "check", str(refreshed.folder))
    assert code == 0
    assert {line.partition(":")[0] for line in err.splitlines()} <= {"warning"}
    assert "expected a pair at most two years apart" in err  # China has been below the threshold since 2022
    assert len(err.splitlines()) == 1
    assert "2 of them from" in out
    code, out, _ = run("score", "--draws", "0", "--data", str(refreshed.folder))
    assert code == 0
    assert "own data: data (2 indicators)" in out


def test_rows_that_did_not_change_keep_their_day_and_source(refreshed: Said) -> None:
    facts = load((refreshed.folder,))
    rows = {(row["economy"], row["date"]): row for row in facts.rows if row["code"] == "github_developers"}
    assert rows["USA", "2025-Q3"]["source"] == "github_ig_2026"
    assert rows["USA", "2025-Q3"]["published"] == "2026-03-26"
    fresh = rows["USA", "2026-Q3"]
    source = facts.indicators["github_developers"].sources[fresh["source"]]
    assert str(source.date_accessed) == fresh["published"]
    assert facts.vintage == source.date_accessed


def test_the_same_again_writes_nothing(refreshed: Said) -> None:
    before = contents(refreshed.folder)
    code, out, _ = run("data", "refresh", "github", "--yes", "--data", str(refreshed.folder))
    assert code == 0
    assert "nothing to write" in out
    assert contents(refreshed.folder) == before


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave out the check and the preview, which other tests run."""
    monkeypatch.setattr(refreshing, "_faults", lambda *_: [])
    monkeypatch.setattr(refreshing, "_moved", lambda *_: ())
    monkeypatch.setattr(refreshing, "load", lambda *_: None)


@pytest.mark.usefixtures("quick")
def test_a_dry_run_writes_nothing(tmp_path: Path) -> None:
    code, out, _ = run("data", "refresh", "github", "--dry-run", "--data", "mine")
    assert code == 0
    assert "nothing was written (--dry-run); it would go to mine" in out
    assert list(tmp_path.iterdir()) == []


def test_without_a_terminal_nothing_is_read_or_written(
    tmp_path: Path, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("y\n"))
    code, out, err = run("data", "refresh", "--data", "mine")
    assert (code, out) == (2, "")
    assert (
        err == "no terminal to ask on, so nothing was read or written: --yes writes, --dry-run only shows\n"
    )
    assert server.asked == []
    assert list(tmp_path.iterdir()) == []


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize(
    ("said", "written"), [("y\n", True), ("YES\n", True), ("\n", False), ("n\n", False), ("", False)]
)
def test_only_yes_is_yes(said: str, written: bool, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: FBT001
    typed = io.StringIO(said)
    typed.isatty = lambda: True  # type: ignore[method-assign]
    monkeypatch.setattr("sys.stdin", typed)
    code, out, err = run("data", "refresh", "github", "--data", "mine")
    assert code == 0
    assert "Write 2 pairs to mine? [y/N]" in err
    assert Path("mine").exists() == written
    assert ("wrote mine" in out, "nothing was written" in out) == (written, not written)


@pytest.mark.usefixtures("quick")
def test_where_it_goes_without_a_folder_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "xdg"))
    if sys.platform == "linux":
        assert own_folder() == tmp_path / "xdg" / "fourlayers" / "data"
    assert f"it would go to {own_folder()}" in run("data", "refresh", "github", "--dry-run")[1]
    first, last = tmp_path / "first", tmp_path / "last"
    first.mkdir()
    last.mkdir()
    monkeypatch.setenv("FOURLAYERS_DATA", f"{first}{os.pathsep}{last}")
    assert f"it would go to {last}" in run("data", "refresh", "github", "--dry-run")[1]


def test_shipped_data_are_never_written_over(server: Server) -> None:
    code, _, err = run("data", "refresh", "github", "--yes", "--data", str(SHIPPED / "systems_integration"))
    assert code == 2
    assert "shipped data are not written over" in err
    assert server.asked == []


def test_sources_are_chosen_by_name_or_by_its_beginning() -> None:
    assert [each.name for each in chosen(["owid", "github"])] == ["github", "owid"]
    assert [each.name for each in chosen(["epoch"])] == [
        *("epoch-benchmarks", "epoch-eci", "epoch-models", "epoch-clusters"),
    ]
    assert len(chosen([])) == 13
    with pytest.raises(UsageError, match="did you mean eurostat"):
        chosen(["eurostats"])


def test_the_list_of_sources_fits_and_asks_nothing(server: Server) -> None:
    code, out, _ = run("data", "refresh", "--list")
    assert (code, server.asked) == (0, [])
    assert len(out.splitlines()) == 13
    assert max(map(len, out.splitlines())) <= 80


def test_what_would_not_pass_the_check_is_taken_back(server: Server, tmp_path: Path) -> None:
    values = {}
    for row in Held.of(()).rows("electricity_generation_twh"):
        values[row["economy"], int(row["date"])] = float(row["value"])
    future = {**values, ("USA", 2031): 5000.0}  # a year that has not begun
    charts = {
        "share-electricity-low-carbon": "low-carbon",
        "carbon-intensity-electricity": "carbon intensity",
    }
    base = "https://ourworldindata.org/grapher/"
    before = dict(server.routes)
    server.put(f"{base}electricity-generation.csv", owid_csv("Electricity generation", future))
    for slug, word in charts.items():
        name = {"low-carbon": "low_carbon_share_electricity_pct"}.get(word, "grid_carbon_intensity_gco2_kwh")
        rows = {(r["economy"], int(r["date"])): float(r["value"]) for r in Held.of(()).rows(name)}
        server.put(f"{base}{slug}.csv", owid_csv(word, rows))
    run_ = refreshing.gather(chosen(["owid"]), tmp_path / "mine", limits=FAST)
    server.routes = before
    assert run_.read.names == []
    assert run_.read.failed["owid"].startswith(
        "electricity_generation_twh: what it gave does not pass the check: "
    )
    assert "expected not before 2031" in run_.read.failed["owid"]


def test_faults_of_ones_own_data_come_first(server: Server, tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "broken.toml").write_text("code = ", encoding="utf-8")
    code, _, err = run("data", "refresh", "github", "--yes", "--data", str(folder))
    assert (code, server.asked) == (1, [])
    assert "broken.toml" in err
    assert sorted(contents(folder)) == ["broken.toml"]


@pytest.mark.skipif(sys.platform == "win32", reason="folders are not locked on Windows")
@pytest.mark.usefixtures("quick")
def test_two_runs_into_one_folder_do_not_mix(tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    folder.mkdir()
    with alone(folder):
        code, _, err = run("data", "refresh", "github", "--yes", "--data", str(folder))
    assert code == 2
    assert "another run is writing there" in err
    assert contents(folder) == {}


KILLED = """
import os, sys
from pathlib import Path
from indicators.refresh.held import Held, Texts
from indicators.refresh.folder import write

folder, dies = Path(sys.argv[1]), int(sys.argv[2])
held = Held.of([folder] if folder.is_dir() else [])
name = "github_developers"
old = held.texts(name)
key = "round_%s" % sys.argv[3]
rows = old.csv.splitlines()
source = held.rows(name)[0]["source"]
head, *blocks = old.toml.split("[sources.")
block = next(each for each in blocks if each.startswith(source + "]")).split("]", 1)[1]
toml = head + "[sources." + key + "]" + block
held.merged[name] = Texts(toml, "\\n".join(row.replace(source, key) for row in rows) + "\\n")
folder.mkdir(exist_ok=True)
done, real = 0, os.replace
def replace(*args, **more):
    global done
    if done == dies:
        os._exit(9)
    done += 1
    return real(*args, **more)
os.replace = replace
write(held, name, folder)
print(done)
"""


def test_a_run_that_dies_at_any_step_leaves_a_pair_that_can_be_read(tmp_path: Path) -> None:
    """Let it die before each of its steps in turn, then end: new to the folder, then there already."""
    folder, steps = tmp_path / "own", []
    for turn in ("a", "b"):
        for dies in range(9):
            words = [sys.executable, "-c", KILLED, str(folder), str(dies), turn]
            ended = subprocess.run(words, check=False, capture_output=True, text=True)
            catalogue, faults = scan([folder])
            assert faults == []
            csv = catalogue.pairs["github_developers"].csv
            assert csv is not None
            used = {row["source"] for row in rows_of(csv.read_text(encoding="utf-8"))}
            assert used <= catalogue.indicators["github_developers"].sources.keys()
            assert len(used) == 1
            with alone(folder):  # what a killed run left half-written goes
                pass
            assert [each.name for each in folder.glob(".*")] == []
            if ended.returncode == 0:
                steps.append(int(ended.stdout))
                break
            assert ended.returncode == 9, ended.stderr
    assert steps == [3, 3]
    toml = (folder / "github_developers" / "github_developers.toml").read_text(encoding="utf-8")
    assert list(tomllib.loads(toml)["sources"]) == ["round_b"]
