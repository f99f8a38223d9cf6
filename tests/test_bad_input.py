"""Bad input: each folder of tests/bad holds one kind of fault and, in expected.txt, what is said of it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from indicators import catalogue, cells
from indicators.check import check
from indicators.facts import load
from indicators.fault import DataError, Fault, unknown

BAD = Path(__file__).parent / "bad"
FOLDERS = sorted(path.name for path in BAD.iterdir())
FRAMEWORK = {"systems_integration": {"power", "cloud"}}
READABLE = {
    "beyond_the_goalposts",
    "flag_against_licence",
    "open_flag_under_unstated_terms",
    "pair_years_apart",
    "published_after_it_was_read",
    "source_never_used",
    "source_without_address",
    "table_intervals",
    "table_published_after_it_was_read",
    "unknown_layer",
    "unknown_pillar",
    "unknown_table",
    "weightless_without_reason",
}
"""Folders that can be read: what is wrong with them is a matter for the checker."""


@pytest.fixture(autouse=True)
def _nothing_shipped(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    empty = tmp_path / "shipped"
    empty.mkdir()
    monkeypatch.setattr(catalogue, "SHIPPED", empty)


def copy_of(folder: str, tmp_path: Path) -> Path:
    return shutil.copytree(BAD / folder, tmp_path / folder)


def said(faults: tuple[Fault, ...]) -> list[str]:
    return [f"{fault.severity}: {fault}" for fault in faults]


@pytest.mark.parametrize("folder", FOLDERS)
def test_the_checker_says_what_is_wrong_and_nothing_else(folder: str) -> None:
    expected = (BAD / folder / "expected.txt").read_text(encoding="utf-8").splitlines()
    assert said(check([BAD / folder], FRAMEWORK)) == expected


@pytest.mark.parametrize("folder", sorted({*FOLDERS} - READABLE))
def test_nothing_is_computed_from_a_folder_with_a_fault(folder: str) -> None:
    with pytest.raises(DataError) as caught:
        load([BAD / folder]).table("plants")
    expected = (BAD / folder / "expected.txt").read_text(encoding="utf-8").splitlines()
    told = said(caught.value.faults)
    assert told
    assert set(told) <= set(expected)
    assert str(caught.value).startswith(f"{len(told)} fault{'s' * (len(told) != 1)} in the data\n")


@pytest.mark.parametrize("folder", sorted(READABLE))
def test_what_only_the_checker_minds_is_read(folder: str) -> None:
    assert load([BAD / folder]).date is not None


def test_all_faults_of_all_files_come_at_once() -> None:
    with pytest.raises(DataError) as caught:
        load([BAD / "several_faults", BAD / "unknown_economy"])
    assert {fault.file for fault in caught.value.faults} == {"gadgets.toml", "widgets.csv"}
    assert caught.value.faults == tuple(sorted(caught.value.faults))


def test_the_parts_of_a_fault_are_data() -> None:
    fault = check([BAD / "two_letter_code"], FRAMEWORK)[0]
    assert (fault.file, fault.row, fault.column) == ("widgets.csv", 2, "economy")
    assert (fault.found, fault.repair) == ("'US'", "write USA.")
    assert fault.expected == "the ISO 3166 alpha-3 code of a listed economy"
    assert fault.severity == "error"


def test_a_huge_file_is_refused_before_it_is_read(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    folder = copy_of("beyond_the_goalposts", tmp_path)
    (folder / "widgets.csv").write_bytes(b"x" * (2 * 2**20 + 1))
    monkeypatch.setattr(cells, "LARGEST_FILE", 2**20)
    monkeypatch.setattr(Path, "read_bytes", _small_files_only)
    assert [str(fault) for fault in check([folder], FRAMEWORK) if fault.severity == "error"] == [
        "widgets.csv: found 2 MB; expected at most 1 MB. Split the file."
    ]


def _small_files_only(path: Path) -> bytes:
    assert path.stat().st_size < 2**20
    with path.open("rb") as file:
        return file.read()


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    (fault,) = check([tmp_path / "nowhere"], FRAMEWORK)
    assert fault.file == str(tmp_path / "nowhere")
    assert fault.found == "no such folder"


def test_a_folder_in_place_of_a_file_is_named(tmp_path: Path) -> None:
    folder = copy_of("beyond_the_goalposts", tmp_path)
    (folder / "gadgets.toml").mkdir()
    assert "error: gadgets.toml: found something that is no file; expected a file" in said(
        check([folder], FRAMEWORK)
    )


def test_a_text_that_looks_like_a_formula_stays_a_text(tmp_path: Path) -> None:
    folder = copy_of("pair_years_apart", tmp_path)
    text = (folder / "widgets.csv").read_text(encoding="utf-8")
    (folder / "widgets.csv").write_text(
        text.replace("official,", "official,=1+1", 1).replace("official,\n", "official,@SUM(A1)\n", 1),
        encoding="utf-8",
    )
    assert [row["note"] for row in load([folder]).rows] == ["=1+1", "@SUM(A1)"]


def test_a_deeply_nested_description_is_a_fault_not_a_crash(tmp_path: Path) -> None:
    folder = copy_of("pair_years_apart", tmp_path)
    (folder / "widgets.toml").write_text("a = " + "[" * 100_000, encoding="utf-8")
    (fault,) = check([folder], FRAMEWORK)
    assert (fault.file, fault.expected) == ("widgets.toml", "well-formed TOML")


def test_a_long_cell_is_cut_in_the_message(tmp_path: Path) -> None:
    folder = copy_of("pair_years_apart", tmp_path)
    csv = folder / "widgets.csv"
    csv.write_text(csv.read_text(encoding="utf-8").replace("USA", "U" * 100_000), encoding="utf-8")
    (fault,) = check([folder], FRAMEWORK)
    assert len(str(fault)) < 400


def test_a_pair_of_a_later_folder_replaces_the_earlier_one(tmp_path: Path) -> None:
    later = copy_of("pair_years_apart", tmp_path)
    csv = later / "widgets.csv"
    csv.write_text(csv.read_text(encoding="utf-8").replace(",100,", ",101,"), encoding="utf-8")
    facts = load([BAD / "pair_years_apart", later])
    assert [row["value"] for row in facts.rows] == [101.0, 101.0]


def test_a_name_nothing_looks_like_is_answered_with_some_of_many() -> None:
    told = str(unknown("model", "zz", [f"m{number:03}" for number in range(60)]))
    assert told.startswith("unknown model 'zz'; known: m000, m001")
    assert told.endswith("m039 and 20 more")
