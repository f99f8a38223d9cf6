"""Economies and blocs: unique, unambiguous, in the ISO list; every producer stands in the licence file."""

from __future__ import annotations

import csv
import runpy
from pathlib import Path

import pycountry
import pytest

import indicators

ROOT = Path(__file__).parent.parent
FOLDER = Path(indicators.__file__).parent
AMBIGUOUS = {"korea", "congo", "china (all)", "greater china", "americas", "europe"}


def table(name: str) -> list[dict[str, str]]:
    with (FOLDER / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


ECONOMIES = table("economies.csv")
BLOCS = table("blocs.csv")


def names(row: dict[str, str]) -> set[str]:
    """Return every spelling that finds an economy, in small letters."""
    spellings = [row["code"], row["name"], row["short"], *row["aliases"].split(";")]
    return {spelling.strip().casefold() for spelling in spellings}


def test_there_are_twenty_three_economies_with_every_field_filled() -> None:
    assert len({row["code"] for row in ECONOMIES}) == len(ECONOMIES) == 23
    assert all(value.strip() for row in ECONOMIES for value in row.values())


@pytest.mark.parametrize("row", ECONOMIES, ids=lambda row: row["code"])
def test_an_economy_is_in_the_iso_list_and_answers_to_its_two_letter_code(row: dict[str, str]) -> None:
    country = pycountry.countries.get(alpha_3=row["code"])
    assert country is not None
    assert country.alpha_2.casefold() in names(row)


def test_no_spelling_names_two_economies_or_blocs() -> None:
    seen: dict[str, str] = {}
    for row in ECONOMIES:
        for name in names(row):
            assert seen.setdefault(name, row["code"]) == row["code"], name
    for bloc in BLOCS:
        assert bloc["code"].casefold() not in seen


def test_no_spelling_is_ambiguous() -> None:
    assert AMBIGUOUS.isdisjoint(name for row in ECONOMIES for name in names(row))


def test_blocs_are_made_of_covered_economies_named_once() -> None:
    codes = {row["code"] for row in ECONOMIES}
    assert len({bloc["code"] for bloc in BLOCS}) == len(BLOCS)
    for bloc in BLOCS:
        members = bloc["members"].split(";")
        assert len(members) == len(set(members)) >= 2
        assert codes.issuperset(members)


def test_the_european_bloc_says_how_many_members_it_has() -> None:
    bloc = next(row for row in BLOCS if row["code"] == "EU8")
    assert len(bloc["members"].split(";")) == 8
    assert "8 of 27" in bloc["name"]


def test_every_producer_stands_in_the_licence_file() -> None:
    page = (ROOT / "DATA-LICENCES.md").read_text(encoding="utf-8")
    renewed = runpy.run_path(str(ROOT / "docs" / "licences.py"))["renewed"](page)
    assert renewed == page, "the sources changed: run python docs/licences.py and read the rows it adds"
