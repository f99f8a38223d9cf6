"""Folders of the user's own: by the environment, by the command line, and told in everything that is made."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

import pytest

from fourlayers.cli import main
from fourlayers.own_data import environment, in_force
from fourlayers.settings import Settings
from indicators.facts import load
from indicators.fault import UsageError
from indicators.owned import counted, owned
from layers.layer import key

if TYPE_CHECKING:
    from pathlib import Path

CODE = "cloud_spend_own"


@pytest.fixture
def mine(tmp_path: Path) -> Path:
    """Give a folder with one indicator of the United States and China alone."""
    folder = tmp_path / "my_data"
    folder.mkdir()
    (folder / f"{CODE}.toml").write_text(
        f'code = "{CODE}"\ntitle = "Cloud spend"\nshort = "Cloud spend"\ndescription = "By own survey."\n'
        'unit = "US$ bn a year"\nlayer = "systems_integration"\npillar = "cloud"\ndirection = 1\n'
        '[readings.scale]\ngoalposts = [0.0, 500.0]\nreason = "none; about the world"\n'
        '[sources.main]\nproducer = "A survey"\ntitle = "Survey"\ncitation_full = "A survey (2026)."\n'
        'url_main = "https://example.org"\ndate_accessed = 2026-11-01\nlicence = "CC BY 4.0"\n',
        encoding="utf-8",
    )
    (folder / f"{CODE}.csv").write_text(
        "economy,date,published,value,low,high,interval_kind,status,instrument,source,quality,note\n"
        "USA,2025,2026-03,310,,,,actual,,main,survey,\nCHN,2025,2026-03,95,,,,actual,,main,survey,\n",
        encoding="utf-8",
    )
    return folder


def test_the_environment_stands_below_what_the_command_line_gives(
    mine: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    below, above = tmp_path / "below", mine
    below.mkdir()
    monkeypatch.setenv("FOURLAYERS_DATA", os.pathsep.join([str(below), str(above)]))
    assert environment() == (below, above)
    assert in_force((), Settings()) == (below, above)
    assert in_force([str(above)], Settings()) == (below, above)  # not twice
    assert in_force((), Settings(data=(above,))) == (below, above)


def test_a_folder_of_the_environment_that_is_not_there_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FOURLAYERS_DATA", str(tmp_path / "gone"))
    with pytest.raises(UsageError, match=r"FOURLAYERS_DATA: .*gone: there is no such folder"):
        in_force((), Settings())


def test_every_output_says_that_own_data_are_in_it(
    mine: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("FOURLAYERS_DATA", str(mine))
    assert main(["score", "--draws", "0"]) == 0
    told = capsys.readouterr()
    assert told.out.rstrip().endswith("own data: my_data (1 indicator)")
    assert told.err == f"own data in force, from FOURLAYERS_DATA: {mine}\n"
    assert main(["score", "--draws", "0", "--format", "json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["own_data"] == [
        {
            "folder": "my_data",
            "kind": "indicator",
            "code": CODE,
            "message": f"indicator {CODE} is added",
        }
    ]


def test_what_stands_in_place_of_a_shipped_pair_is_told_so(tmp_path: Path) -> None:
    facts = load()
    pair = facts.catalogue.pairs["cloud_regions_all"]
    assert pair.csv is not None
    for path in (pair.toml, pair.csv):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    found = owned(load([tmp_path]).catalogue)
    assert [each.message for each in found] == ["indicator cloud_regions_all in place of the shipped one"]
    assert counted(found) == f"{tmp_path.name} (1 indicator)"
    assert owned(facts.catalogue) == ()


def test_what_is_no_pair_is_left_alone(mine: Path) -> None:
    for name in ("fourlayers.toml", ".venv/lib/pyproject.toml", "recipes/own.toml", "scenarios/what.toml"):
        path = mine / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("seed = 1\n", encoding="utf-8")
    (mine / "systems.csv").write_text("system\n", encoding="utf-8")
    assert CODE in load([mine]).indicators


def test_what_is_added_to_a_layer_leaves_the_values_that_the_layer_computes(mine: Path) -> None:
    before, after = load(), load([mine])
    tables = tuple(sorted(before.catalogue.tables))
    assert key(before, "systems_integration", tables) == key(after, "systems_integration", tables)
