"""Every bad scenario is refused with file, line, what was found and what was expected; nothing is written."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from fourlayers import cli
from indicators.facts import load
from indicators.fault import DataError, UsageError
from scoring.questions.scenario.read import read, shipped
from scoring.questions.scenario.run import checked, start
from scoring.questions.scenario.schema import Scenario

if TYPE_CHECKING:
    from scoring.questions.scenario.run import Start

BAD = Path(__file__).parent / "bad_scenarios"


@pytest.fixture(scope="module")
def begin() -> Start:
    return start(load(), draws=0)


@pytest.mark.parametrize("path", sorted(BAD.glob("*.toml")), ids=lambda path: path.stem)
def test_a_bad_scenario_is_refused_in_words(path: Path, begin: Start) -> None:
    expected = path.read_text(encoding="utf-8").partition("\n")[0].removeprefix("# expected: ")
    with pytest.raises(DataError) as caught:
        checked(read(path), begin)
    assert expected in str(caught.value)


def test_nothing_is_written_for_a_bad_scenario(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert cli.main(["scenario", "run", "price-war", str(BAD / "before_the_data.toml")]) == 1
    assert list(tmp_path.iterdir()) == []
    assert "before_the_data.toml, row 6" in capsys.readouterr().err


def test_an_unknown_name_is_answered_with_near_ones() -> None:
    with pytest.raises(UsageError, match=r"unknown scenario 'price-wars'; did you mean price-war"):
        read("price-wars")


def test_all_faults_are_told_at_once(begin: Start) -> None:
    change = {"from": "2020", "reason": "r", "source": "assumed", "set": 1.0}
    made = Scenario.model_validate(
        {
            "name": "x",
            "title": "x",
            "question": "x",
            "not_modelled": ["y"],
            "changes": [change | {"target": "weights.mmory"}, change | {"target": "access.CHN.KOR.hmb"}],
        }
    )
    with pytest.raises(DataError) as caught:
        checked(read(made), begin)
    assert [fault.column.partition(" ")[0] for fault in caught.value.faults] == [
        "from",
        "from",
        "target",
        "target",
    ]


@pytest.mark.parametrize("name", shipped())
def test_what_is_shipped_is_in_order(name: str, begin: Start) -> None:
    found = read(name)
    assert found.scenario.name == name
    assert found.scenario.why
    assert len(checked(found, begin)) == len(found.scenario.changes)
    assert all(change.start > date(2026, 11, 24) for change in found.scenario.changes)
    used = {change.source for change in found.scenario.changes}
    assert used - {"assumed"} <= set(found.scenario.sources)
    assert set(found.scenario.sources) <= used
    for change in found.scenario.changes:  # an assumption is drawn over a range
        if change.source == "assumed":
            assert change.parameter is not None
            assert change.parameter.ranged
