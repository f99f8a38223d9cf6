"""A report is written by one process and made by several: the same bytes, and nothing half-written."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import numpy as np
import pytest

import reports.charts
from fourlayers import debate
from fourlayers.request import Request
from fourlayers.writing import BOOK, PAGE, PDF, Kind, write_report
from indicators.facts import Facts, load
from layers.application_ecosystem.pair import for_pair
from scoring.ask import ask
from scoring.doubt import side_by_side
from scoring.doubt.sensitivity import sensitivity
from scoring.doubt.work import Work
from scoring.index.engine import plan
from scoring.index.recipe import read_recipe
from scoring.robustness import planned, ranks

if TYPE_CHECKING:
    from pathlib import Path

    from scoring.answer import Answer

FEW = ("profile", "flips")

linux = pytest.mark.skipif(sys.platform != "linux", reason="processes are forked on Linux alone")


@pytest.fixture(scope="module")
def shipped() -> Facts:
    return load()


@pytest.fixture(scope="module")
def answer(shipped: Facts) -> Answer:
    return ask(shipped, draws=100)


@linux
def test_a_report_has_the_same_bytes_side_by_side_and_one_after_the_other(
    answer: Answer, shipped: Facts, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reports.charts, "CHARTS", FEW)
    told: list[float] = []
    for processors, name in ((2, "both"), (1, "one")):
        monkeypatch.setattr(side_by_side, "processors", lambda many=processors: many)
        written = write_report(answer, shipped, tmp_path / name, Kind(claims=()), told.append)
        assert {PDF, PAGE, BOOK, "profile.svg", "score.json"} <= {path.name for path in written}
    assert told[: len(told) // 2] == sorted(told[: len(told) // 2])
    assert told[-1] == 1.0
    files = sorted(path.name for path in (tmp_path / "one").iterdir())
    assert files == sorted(path.name for path in (tmp_path / "both").iterdir())
    for name in files:
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "both" / name).read_bytes(), name


@linux
def test_a_fault_in_a_chart_comes_through_and_leaves_nothing(
    answer: Answer, shipped: Facts, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(name: str, *_: object) -> None:
        raise ValueError(name)

    monkeypatch.setattr(reports.charts, "CHARTS", FEW)
    monkeypatch.setattr(reports.charts, "draw", broken)
    monkeypatch.setattr(side_by_side, "processors", lambda: 2)
    with pytest.raises(ValueError, match="profile"):
        write_report(answer, shipped, tmp_path / "out", Kind(claims=()))
    assert list((tmp_path / "out").iterdir()) == []


@linux
def test_forks_draw_what_one_process_draws(shipped: Facts, monkeypatch: pytest.MonkeyPatch) -> None:
    alone = ask(shipped, draws=300)
    monkeypatch.setattr(side_by_side, "processors", lambda: 2)
    assert ask(shipped, draws=300, work=Work(2, "forks")) == alone


def test_indicators_scored_once_give_the_indices_of_scoring_them_for_each_group(
    shipped: Facts, monkeypatch: pytest.MonkeyPatch
) -> None:
    p = plan(shipped, read_recipe())
    once = sensitivity(p, ("USA", "CHN"), 256, 3)
    monkeypatch.setattr("scoring.doubt.sensitivity._alike", lambda *_: False)
    assert sensitivity(p, ("USA", "CHN"), 256, 3) == once


def test_ranks_that_an_answer_brings_are_those_that_are_drawn_afresh() -> None:
    kept = load()
    answer = ask(kept, ("USA", "KOR"), draws=256)
    brought = ranks(answer, kept)
    fresh = load()
    assert f"ranks {answer.fingerprint}" not in fresh.kept
    assert ranks(answer, fresh) == brought
    held, other = planned(answer, kept).grid.present, plan(kept, read_recipe()).grid.present
    assert np.array_equal(held, plan(for_pair(kept, answer.pair), read_recipe()).grid.present)
    assert not np.array_equal(held, other)  # what no instrument covers for both is set apart


def test_shipped_claims_stand_for_the_shipped_data_alone(tmp_path: Path) -> None:
    assert debate.shipped_for(Request(data=(tmp_path,))) is None
    held = debate.read()
    assert debate.shipped_for(Request(pair=("CHN", "KOR"))) == (held.claims if held else None)


def test_who_draws_is_asked_for_or_as_many_as_there_are_processors() -> None:
    asked = Request(jobs=3)
    assert asked.forking(given=True) is asked
    forked = Request().forking(given=False)
    assert (forked.jobs, forked.prefer) == (side_by_side.processors(), "forks")
    assert forked.is_default()
