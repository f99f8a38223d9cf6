"""What one's own indicators would do is told before they are used."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from fourlayers.cli import main
from fourlayers.screens.preview import preview_screen
from indicators.facts import load
from scoring.ask import ask
from scoring.preview import preview

if TYPE_CHECKING:
    from pathlib import Path

TOML = """
code = "own_share"
title = "A share of one's own"
short = "Own share"
description = "Made up for this test."
unit = "%"
layer = "inference_cost"
pillar = "competition"
direction = 1
range = [0.0, 100.0]
[readings.scale]
goalposts = [0.0, 50.0]
reason = "half of the world is dominance"
[sources.main]
producer = "A test"
title = "A test"
citation_full = "A test."
url_main = "https://example.org"
date_accessed = 2026-11-01
licence = "CC0"
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "own_share.toml").write_text(TOML, encoding="utf-8")
    rows = "economy,date,published,value,source\nUSA,2025,2026-10,40,main\nCHN,2025,2026-10,10,main\n"
    (tmp_path / "own_share.csv").write_text(rows, encoding="utf-8")
    return tmp_path


def test_an_indicator_of_the_pair_alone_is_scored_and_told(folder: Path) -> None:
    without, known = load(), load((folder,))
    found = preview(without, known, ["own_share"], ("USA", "CHN"))
    (seen,) = found.seen
    assert seen.scores == {"USA": pytest.approx(80.0), "CHN": pytest.approx(20.0)}
    assert seen.alike == ()  # two economies say nothing about a correlation
    old, new = zip(*seen.weights.values(), strict=True)
    assert sum(new) == pytest.approx(sum(old))
    assert seen.weights["own_share"] == pytest.approx((0.0, sum(new) / 2))
    answers = [ask(facts, draws=0) for facts in (without, known)]
    for moved in found.moved:
        assert [answer.gap[moved.node].value for answer in answers] == [moved.before, moved.after]
    assert {each.node for each in found.moved} == {"competition", "inference_cost", "overall"}
    assert "USA 80.0, CHN 20.0" in preview_screen(found)


def test_nothing_of_ones_own_moves_nothing() -> None:
    facts = load()
    found = preview(facts, facts, [], ("USA", "CHN"))
    assert (found.seen, found.shown, found.moved) == ((), (), ())


def test_the_check_shows_it(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["data", "check", str(folder)]) == 0
    told = capsys.readouterr().out
    assert "Fine: " in told
    assert "Gap, USA minus CHN" in told
    assert all(len(line) <= 80 for line in told.splitlines())
