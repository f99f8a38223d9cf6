"""Ranges and lead frequencies on simulated truths: right where errors are as said, else found out."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import numpy as np
import pytest
from small import CLASSES, TODAY, facts, framework, indicator, reading, recipe, row

from reports.charts.calibration import draw
from reports.charts.chart import write
from scoring.doubt.calibration import BEYOND, CLEAR, Calibration, _inside, _leads, _share, calibrate, world
from scoring.doubt.ensemble import ensemble
from scoring.index.engine import Plan, plan, run

if TYPE_CHECKING:
    from pathlib import Path

    from indicators.schema import Indicator
    from scoring.doubt.ensemble import Ensemble

UNITS = tuple(f"{letter}{letter}{letter}" for letter in "ABCDEFGH")
TREE = framework({"left": ["one", "more"], "right": ["two"]})
TITLES = {"overall": "Overall", "left": "Left", "right": "Right"}


@cache
def doubtful() -> Plan:
    """Eight economies, shares, logarithms and counts, with ranges stated, assumed, and between bounds."""
    bias = {"BBB": {"group": "west", "side": "under", "sd": 6.0, "reason": "not seen"}}
    its: list[Indicator] = [
        indicator("a1", "one", range=(0.0, 100.0), bias=bias),
        indicator("a2", "more", range=(0.0, float("inf")), scale="log", readings=reading(1.0, 1000.0, "log")),
        indicator("b1", "two", layer="right", range=(0.0, 100.0), scale="logit"),
        indicator("b2", "two", layer="right"),
    ]
    rng = np.random.default_rng(4)
    rows = []
    for k, unit in enumerate(UNITS):
        rows += [row("a1", unit, rng.uniform(20, 80), quality="measured")]
        rows += [row("a2", unit, float(np.exp(rng.uniform(2, 5))), quality="measured")]
        share = rng.uniform(30, 70)
        ends: dict[str, Any] = {"low": share - 8, "high": share + 12}
        rows += [row("b1", unit, share, interval_kind="sampling", **ends)]
        ends = {"low": 20.0 + k, "high": 60.0 + k}
        rows += [row("b2", unit, 40.0 + k, interval_kind="bounds", **ends)]
    return plan(facts(its, rows, UNITS), recipe(CLASSES, absolute=0.02), TREE)


@cache
def found() -> Calibration:
    return calibrate(doubtful(), TODAY, 150, 256, seed=2)


def test_ranges_hold_as_often_as_they_say() -> None:
    for node, share in found().coverage.items():
        assert 0.85 <= share.value <= 0.95, node
    assert found().coverage[""].count == sum(found().coverage[node].count for node in doubtful().nodes)


def test_leads_come_as_often_as_said() -> None:
    for it in found().leads:
        assert it.was.value == pytest.approx(it.said, abs=4 * it.was.error)
    assert len(found().leads) == 10


def test_luck_of_the_draws_does_not_sort_pairs() -> None:
    """Of pairs near the edge of a bin those over it by luck would be said too much: other draws sort them."""
    rng = np.random.default_rng(3)
    truth = rng.uniform(0, 1, (1, 90, 90))
    counted = [
        SimpleNamespace(
            nodes=("overall",),
            both=np.full(truth.shape, 20),
            leads=2 * rng.binomial(20, truth),
        )
        for _ in range(2)
    ]
    was = np.where(np.arange(90) < 45, 1.0, 0.0)[None]
    units = np.arange(90)
    found = _leads(cast("Ensemble", counted[0]), cast("Ensemble", counted[1]), was, units, ("overall",))
    rows, columns = np.triu_indices(90, 1)
    sorted_by = counted[1].leads[0][rows, columns] / 40
    first = sorted_by < 0.1
    assert found[0, 1] == pytest.approx(counted[0].leads[0][rows, columns][first].sum() / 40)
    assert found[0, 1] / found[0, 0] > sorted_by[first].mean() + 0.01  # which by themselves say too little


def test_errors_that_are_larger_than_said_are_found_out() -> None:
    p = doubtful()
    hits = np.zeros(2)
    for number in range(40):
        made = world(p, TODAY, 2, number)
        grid = made.seen.grid
        narrow = replace(made.seen, grid=replace(grid, below=grid.below / 3, above=grid.above / 3))
        true = run(made.truth).scores[0]
        hits += _inside(ensemble(narrow, ("AAA", "BBB"), 256, 1), true, np.arange(8)).sum(axis=0)
    assert hits[0] / hits[1] < 0.75


def test_a_world_is_the_same_for_the_same_seed_and_other_for_another() -> None:
    p = doubtful()
    for hard in (False, True):
        once, twice, other = (world(p, TODAY, 2, number, hard=hard) for number in (7, 7, 8))
        assert np.array_equal(once.truth.grid.value, twice.truth.grid.value)
        assert np.array_equal(once.seen.grid.centre, twice.seen.grid.centre)
        assert not np.array_equal(once.truth.grid.value, other.truth.grid.value)


def test_true_values_lie_beyond_the_goalposts_on_either_side_and_are_cut_off_at_the_range() -> None:
    p = doubtful()
    true = [world(p, TODAY, 2, number).truth.grid for number in range(200)]
    values, centres = (np.array([getattr(grid, name) for grid in true]) for name in ("value", "centre"))
    low, high = p.grid.limits[:, :1], p.grid.limits[:, 1:]
    assert ((values >= low) & (values <= high)).all()
    # a1 runs from 0 to 100 between goalposts that are its range: 4 standard deviations beyond, cut off
    wide = CLEAR * p.grid.above[0].mean()
    assert (centres[:, 0] < 0).mean() == pytest.approx(wide / (100 + 2 * wide), abs=0.03)
    assert (centres[:, 0] > 100).mean() == pytest.approx(wide / (100 + 2 * wide), abs=0.03)
    assert (values[:, 0][centres[:, 0] < 0] == 0).all()
    # the logarithm reaches both goalposts, 1 and 1,000
    assert centres[:, 1].min() < 0 < np.log(1000) < centres[:, 1].max()


def test_what_is_seen_is_as_far_from_the_truth_as_the_error_model_says() -> None:
    p = doubtful()
    worlds = [world(p, TODAY, 2, number) for number in range(300)]
    off = np.array([it.truth.grid.centre - it.seen.grid.centre for it in worlds])
    assert off[:, 2].std(axis=0) == pytest.approx((p.grid.below[2] + p.grid.above[2]) / 2, rel=0.12)
    assert abs(np.median(off[:, 2] / p.grid.above[2])) < 0.06
    # BBB is seen too low in a1, never too high: its true values lie above by more than its own error makes
    plain = np.median(off[:, 0, 2:])
    assert np.median(off[:, 0, 1]) > plain + 2


def test_true_values_of_a_hard_world_stay_near_what_is_held() -> None:
    p = doubtful()
    once = world(p, TODAY, 2, 7, hard=True)
    ends = p.grid.centre - BEYOND * p.grid.below, p.grid.centre + BEYOND * p.grid.above
    for j, true in enumerate((once.truth.grid.value[0], np.log(once.truth.grid.value[1]))):
        assert ends[0][j].min() - 1e-9 <= true.min()
        assert true.max() <= ends[1][j].max() + 1e-9
    between = once.truth.grid.value[3]
    assert (between >= p.grid.low[3]).all()
    assert (between <= p.grid.high[3]).all()
    assert np.array_equal(once.seen.grid.value[3], p.grid.value[3])


def test_errors_by_kind_of_source_are_those_of_the_observed_value() -> None:
    made = world(doubtful(), TODAY, 2, 3, hard=True).seen.grid
    # measured: a twentieth of the value, and 2 % of the range of 100
    assert made.above[0] == pytest.approx(np.hypot(0.05 * made.value[0], 2.0), rel=0.01)
    # a stated range moves with the value on its scale
    assert np.array_equal(made.below[2], doubtful().grid.below[2])


def test_standard_errors_are_over_worlds() -> None:
    share = _share(np.array([2.0, 0.0]), np.array([2.0, 2.0]))
    # a ratio of 1/2; residuals +1 and -1; sqrt(2 * 2 / 1) / 4
    assert (share.value, share.error, share.count) == (0.5, 0.5, 4)


def test_pairs_that_are_never_in_doubt_are_not_counted() -> None:
    p = plan(
        facts([indicator("a1")], [row("a1", unit, 50.0) for unit in ("AAA", "BBB")]),
        recipe(),
        framework({"left": ["one"]}),
    )
    counted = ensemble(p, ("AAA", "BBB"), 32, 1)
    assert not _leads(counted, counted, run(p).scores[0], np.arange(2), ("overall",)).any()
    assert not _inside(counted, run(p).scores[0], np.arange(2)).any()


def test_the_figure_says_what_was_found(tmp_path: Path) -> None:
    chart = draw(found(), TITLES, "Simulated.")
    assert chart.title.startswith("Ranges of 90 % hold ")
    write(chart, tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {
        f"calibration.{kind}" for kind in ("png", "svg", "csv", "txt")
    }
    bad = replace(found(), coverage=found().coverage | {"": replace(found().coverage[""], value=0.6)})
    assert "do not hold what they say: they hold 60 %" in draw(bad, TITLES, "Simulated.").title


def test_the_page_and_the_figure_are_of_one_simulation(root: Path) -> None:
    if not (root / "docs").is_dir():
        pytest.skip("without the documents, as in the test of the wheel")
    text = (root / "docs" / "robustness.md").read_text(encoding="utf-8")
    for line in (root / "docs" / "figures" / "calibration.csv").read_text(encoding="utf-8").splitlines()[1:]:
        what, item, said, was, *_ = line.split(",")
        if what == "coverage" and item in {"", "overall", "inference_cost"}:
            assert f"| {100 * float(was):.1f} |" in text
        if what == "lead":
            assert f"| {100 * float(said):.1f} | {100 * float(was):.1f} |" in text
