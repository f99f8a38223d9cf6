"""Settings of a folder: read, checked, and overruled by the command line."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from fourlayers.request import Request, request
from fourlayers.settings import Settings, read_settings
from indicators.fault import DataError, UsageError

if TYPE_CHECKING:
    from pathlib import Path

FULL = """
pair = ["DEU", "FRA"]
home = "NLD"
data = ["mine"]
recipe = "own.toml"
out = "papers"
seed = 7
draws = 100
"""


def settings(folder: Path, text: str) -> Settings:
    (folder / "fourlayers.toml").write_text(text, encoding="utf-8")
    return read_settings(folder)


def test_a_folder_without_the_file_has_the_defaults(tmp_path: Path) -> None:
    assert read_settings(tmp_path) == Settings()
    assert request(Settings()) == Request()
    assert Request().is_default()


def test_every_setting_is_taken_up(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "own.csv").touch()
    found = settings(tmp_path, FULL)
    assert found.out == tmp_path / "papers"
    asked = request(found)
    assert asked == Request(
        pair=("DEU", "FRA"),
        recipe=str(tmp_path / "own.toml"),
        data=(tmp_path / "mine",),
        draws=100,
        seed=7,
        home="NLD",
    )
    assert not asked.is_default()


def test_the_command_line_wins(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    asked = request(
        settings(tmp_path, FULL),
        "USA",
        "CHN",
        home="ITA",
        recipe="default",
        data=[str(tmp_path)],
        seed=0,
        draws=0,
        as_of="2025-Q2",
    )
    assert asked.pair == ("USA", "CHN")
    assert (asked.home, asked.recipe, asked.data) == ("ITA", "default", (tmp_path,))
    assert (asked.seed, asked.draws) == (0, 0)
    assert asked.as_of == date(2025, 6, 30)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            'pairs = ["USA", "CHN"]',
            "fourlayers.toml, pairs: found an unknown key; expected one of pair, home",
        ),
        ('pairs = ["USA", "CHN"]', "Did you mean pair?"),
        ('pair = ["USA"]', "pair: found ['USA']; expected two economies"),
        ('pair = "USA"', "pair: found 'USA'; expected two economies"),
        ("draws = -1", "draws: found -1; expected a whole number from 0"),
        ('draws = "many"', "draws: found 'many'; expected a whole number"),
        ("seed = 1.5", "seed: found 1.5; expected a whole number"),
        ("data = 3", "data: found 3; expected a list of folders"),
        ("home = 3", "home: found 3; expected an economy"),
        ("draws = ", "expected well-formed TOML"),
    ],
)
def test_a_wrong_setting_is_said_plainly(text: str, said: str, tmp_path: Path) -> None:
    with pytest.raises(DataError) as caught:
        settings(tmp_path, text)
    assert said in str(caught.value)
    assert "pydantic" not in str(caught.value)


def test_all_faults_are_said_at_once(tmp_path: Path) -> None:
    with pytest.raises(DataError) as caught:
        settings(tmp_path, 'draws = -1\nseed = "x"\ncolour = "red"')
    assert [fault.column for fault in caught.value.faults] == ["colour", "draws", "seed"]


def test_a_folder_of_the_settings_that_does_not_exist_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="there is no such folder"):
        request(settings(tmp_path, 'data = ["nowhere"]'))


@pytest.mark.parametrize("pair", [("USA", "CHN"), ("usa", "chn")])
def test_the_default_is_known_in_any_case(pair: tuple[str, str]) -> None:
    assert request(Settings(), *pair).is_default()


@pytest.mark.parametrize("pair", [("CHN", "USA"), ("USA", "JPN")])
def test_another_pair_is_not_the_default(pair: tuple[str, str]) -> None:
    assert not request(Settings(), *pair).is_default()
