"""What a file could do to this machine, and does not: bombs, links, pipes, paths that lead out, no end."""

from __future__ import annotations

import io
import os
import sys
import time
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from test_imports import SHEET, workbook

from fourlayers.own_data import folder as own_folder
from fourlayers.tables import read_table
from indicators import catalogue, cells, folder, texts
from indicators.check import check
from indicators.facts import load
from indicators.fault import MOST_FAULTS, MOST_LINES, DataError, Fault, UsageError
from indicators.imports import grid
from indicators.imports.table import import_table
from reports.kept import read_run
from scoring.index.recipe import read_recipe
from scoring.questions.scenario.read import FOLDER, read

if TYPE_CHECKING:
    from collections.abc import Callable

BAD = Path(__file__).parent / "bad"
PILLARS = {"systems_integration": {"power", "cloud"}}
SCENARIO = (FOLDER / "price-war.toml").read_text(encoding="utf-8")

posix = pytest.mark.skipif(sys.platform == "win32", reason="links and pipes are others on Windows")


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a folder with one good pair, and no shipped data."""
    (tmp_path / "shipped").mkdir()
    monkeypatch.setattr(catalogue, "SHIPPED", tmp_path / "shipped")
    made = tmp_path / "own"
    made.mkdir()
    for path in (BAD / "pair_years_apart").glob("widgets.*"):
        (made / path.name).write_bytes(path.read_bytes())
    return made


def said(made: Path) -> list[str]:
    return [str(fault) for fault in check([made], PILLARS) if fault.severity == "error"]


# ---- links and pipes --------------------------------------------------------------------------------------


@posix
@pytest.mark.parametrize(
    ("target", "found"),
    [
        ("/dev/zero", "something that is no file"),
        ("widgets.csv", "Too many levels of symbolic links"),
        ("nowhere.csv", "No such file or directory"),
    ],
)
def test_links_to_devices_circles_and_nothing_are_faults(own: Path, target: str, found: str) -> None:
    (own / "widgets.csv").unlink()
    (own / "widgets.csv").symlink_to(target)
    assert len(said(own)) >= 1
    faults: list[Fault] = []
    assert cells.read_bytes(own / "widgets.csv", "widgets.csv", faults) == b""
    assert faults[0].found == found


@posix
def test_a_pipe_is_not_waited_for(own: Path) -> None:
    (own / "widgets.csv").unlink()
    os.mkfifo(own / "widgets.csv")
    assert said(own)
    os.mkfifo(own / "recipe.toml")
    with pytest.raises(UsageError, match="unknown recipe"):
        read_recipe(own / "recipe.toml")


@posix
def test_links_to_folders_are_not_followed_and_links_to_files_are(own: Path) -> None:
    (own / "again").symlink_to(own)
    (own / "root").symlink_to("/")
    (own.parent / "elsewhere.csv").write_bytes((own / "widgets.csv").read_bytes())
    (own / "widgets.csv").unlink()
    (own / "widgets.csv").symlink_to(own.parent / "elsewhere.csv")
    assert said(own) == []
    assert len(load([own]).rows) == 2


# ---- paths that lead out ----------------------------------------------------------------------------------


@pytest.mark.parametrize("word", ["../base", "/{outside}", "link"])
def test_a_scenario_extends_only_what_lies_beside_it(tmp_path: Path, word: str) -> None:
    (tmp_path / "base.toml").write_text(SCENARIO, encoding="utf-8")
    inside = tmp_path / "inside"
    inside.mkdir()
    if word == "link" and sys.platform != "win32":
        (inside / "link.toml").symlink_to(tmp_path / "base.toml")
    named = word.replace("/{outside}", str(tmp_path / "base.toml"))
    path = inside / "mine.toml"
    path.write_text(SCENARIO.replace("\nquestion", f'\nextends = ["{named}"]\nquestion', 1), encoding="utf-8")
    with pytest.raises((DataError, UsageError)) as caught:
        read(path)
    assert "expected" in str(caught.value) or "unknown scenario" in str(caught.value)


# ---- sizes ------------------------------------------------------------------------------------------------


def test_a_folder_of_very_many_files_is_refused_before_any_is_read(
    own: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(folder, "MOST", 1)
    with pytest.raises(UsageError, match="more than 1 files and folders"):
        own_folder(own)


def test_a_toml_of_a_megabyte_is_refused(own: Path) -> None:
    (own / "widgets.toml").write_text("#" * (texts.LARGEST + 1), encoding="utf-8")
    assert said(own) == ["widgets.toml: found 512 kB; expected at most 512 kB. Split the file."]


def test_faults_without_end_are_cut_short(own: Path) -> None:
    csv = own / "widgets.csv"
    head = csv.read_text(encoding="utf-8").splitlines()[0]
    csv.write_text(head + "\n" + "x,y\n" * 50_000, encoding="utf-8")
    with pytest.raises(DataError) as caught:
        load([own])
    assert len(caught.value.faults) == MOST_FAULTS + 1
    assert str(caught.value).count("\n") == MOST_LINES + 1


def test_time_grows_with_a_scenario_and_not_with_its_square(tmp_path: Path) -> None:
    change = '[[changes]]\nname = "c{}"\ntarget = "x"\nset = 1.0\nfrom = "2027"\nreason = "r"\nsource = "?"\n'
    path = tmp_path / "long.toml"
    head = 'name = "s"\ntitle = "S"\nquestion = "?"\nnot_modelled = ["x"]\n'
    path.write_text(head + "".join(change.format(k) for k in range(4_000)), encoding="utf-8")
    begun = time.process_time()
    with pytest.raises(DataError) as caught:
        read(path)
    assert time.process_time() - begun < 20
    assert len(caught.value.faults) == MOST_FAULTS


# ---- workbooks --------------------------------------------------------------------------------------------


def repacked(path: Path, change: Callable[[bytes], bytes]) -> Path:
    """Give a workbook whose first sheet is changed."""
    whole, out = workbook(path, {"Data": SHEET}).read_bytes(), io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(whole)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, change(old.read(name)) if "sheet1" in name else old.read(name))
    path.write_bytes(out.getvalue())
    return path


@posix
@pytest.mark.parametrize(
    ("cell", "found"),
    [("XFD1048576", "too large for the memory"), ("ZZZZZZZZ99999999999", "cannot follow")],
)
def test_a_cell_far_out_takes_no_memory_and_ends_nothing(tmp_path: Path, cell: str, found: str) -> None:
    far = f'<row r="1"><c r="{cell}"><v>1</v></c></row><row>'.encode()
    path = repacked(tmp_path / "far.xlsx", lambda sheet: sheet.replace(b"<row>", far, 1))
    assert path.stat().st_size < 3_000
    with pytest.raises(DataError, match=found):
        import_table(path)


def test_a_bomb_that_says_it_is_small_is_measured(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(grid, "LARGEST_UNPACKED", 2**20)
    path = repacked(tmp_path / "bomb.xlsx", lambda sheet: sheet + b" " * 2**21)
    raw = bytearray(path.read_bytes())
    size = (len(zipfile.ZipFile(path).read("xl/worksheets/sheet1.xml"))).to_bytes(4, "little")
    assert raw.count(size) == 2
    path.write_bytes(raw.replace(size, (9).to_bytes(4, "little")))
    with pytest.raises(DataError, match="at most 1 MB unpacked"):
        import_table(path)


# ---- forms that are not faults, and texts that are none --------------------------------------------------


def test_a_mark_of_order_and_carriage_returns_are_welcome(own: Path) -> None:
    before = [(row["economy"], row["value"]) for row in load([own]).rows]
    for path in own.iterdir():
        path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
    assert [(row["economy"], row["value"]) for row in load([own]).rows] == before


@pytest.mark.parametrize(
    ("raw", "found"),
    [
        (b"[" * 100_000, "too deep"),
        (b'{"a": NaN}', "NaN in place of a number"),
        (b'{"a": ' + b"9" * 5_000 + b"}", "thousands of digits"),
        (b"\xff\xfe{\0}\0", "UTF-8"),
        (b'{"a": "\0"}', "NUL"),
        (b'{"schema": ["fourlayers/score/"]}', "schema"),
    ],
)
def test_a_saved_run_that_is_none_is_refused(tmp_path: Path, raw: bytes, found: str) -> None:
    path = tmp_path / "run.json"
    path.write_bytes(raw)
    with pytest.raises(DataError, match=found):
        read_run(path)


def test_a_number_beyond_all_floats_in_a_plain_table_is_named(tmp_path: Path) -> None:
    from scoring.index.frame import _column

    path = tmp_path / "values.csv"
    path.write_text(f"uCode,a\nAAA,{'9' * 400}\nBBB,2\n", encoding="utf-8")
    assert _column(read_table(path, "values")["a"]).tolist() == [float("inf"), 2.0]


def test_a_plain_table_of_very_many_columns_is_refused_before_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "tree.csv"
    path.write_text("iCode," + "A,1," * 10_000 + "\nx\n", encoding="utf-8")
    with pytest.raises(DataError, match="20,002 columns; expected at most 5,000"):
        read_table(path, "tree")


def test_a_message_never_steers_the_terminal() -> None:
    assert str(UsageError("unknown \x1b[31mname\u202e\nnext")) == "unknown \\x1b[31mname\\u202e\nnext"
