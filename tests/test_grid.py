"""Which value stands in a cell, what its absence means, how blocs add up, and how cells are drawn."""

from __future__ import annotations

import dataclasses
import math
from datetime import date
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from small import CLASSES, TODAY, facts, indicator, reading, recipe, row, table

from indicators.draws import Draws
from indicators.facts import Facts, load
from indicators.fault import UsageError
from layers.drawn import drawn
from layers.grid import CENSORED, FLOOR, MISSING, OBSERVED, STALE, STATES, ZERO, Grid, build

UNITS = ("AAA", "BBB", "CCC")
OPEN = {"range": (0.0, math.inf)}


def grid(known: Facts, classes: dict[str, float] | None = None, absolute: float = 0.0) -> Grid:
    return build(known, tuple(known.indicators.values()), "scale", recipe(classes, absolute).error)


def one(rows: list[dict[str, Any]], **changes: Any) -> Grid:  # noqa: ANN401
    return grid(facts([indicator("it", **changes)], rows, UNITS, {"BLOC": ("AAA", "BBB")}))


def states(found: Grid) -> list[str]:
    return [STATES[state] for state in found.state[0]]


def test_the_newest_period_stands_whatever_the_order_of_the_file() -> None:
    rows = [row("it", "AAA", 1.0, "2024"), row("it", "AAA", 3.0, "2025-Q4"), row("it", "AAA", 2.0, "2025-06")]
    for order in (rows, rows[::-1]):
        assert one(order).value[0, 0] == 3.0


def test_of_one_period_the_value_published_last_stands_then_the_actual_one() -> None:
    early, late = (
        row("it", "AAA", value, "2025", published=published)
        for value, published in ((1.0, "2026-01"), (2.0, "2026-05"))
    )
    estimate = row("it", "AAA", 3.0, "2025", published="2026-05", status="estimate")
    for rows in ([early, late, estimate], [estimate, late, early]):
        assert one(rows).value[0, 0] == 2.0


@pytest.mark.parametrize("status", ["forecast", "announced"])
def test_what_has_not_happened_does_not_score(status: str) -> None:
    rows = [row("it", "AAA", 9.0, status=status), row("it", "AAA", 1.0, "2024")]
    assert one(rows).value[0, 0] == 1.0


def test_another_instrument_than_the_stated_one_does_not_score() -> None:
    rows = [
        row("it", "AAA", 9.0, instrument="panel"),
        row("it", "AAA", 1.0, "2024", instrument="telemetry"),
    ]
    assert one(rows, central_instrument="telemetry").value[0, 0] == 1.0


def test_a_value_beyond_its_age_is_missing_and_keeps_its_record() -> None:
    rows = [row("it", "AAA", 9.0, "2022"), row("it", "BBB", 1.0, "2025")]
    found = one(rows, max_age_years=3.0)
    assert states(found) == ["stale", "observed", "missing", "missing"]
    assert found.records[found.record[0, 0]]["value"] == 9.0
    assert found.present.tolist() == [[False, True, False, False]]


def test_absences_mean_what_the_indicator_says() -> None:
    rows = [row("it", "AAA", 9.0, "2025")]
    assert states(one(rows)) == ["observed", "missing", "missing", "missing"]
    zero = one(rows, absent="zero", bloc_rule="sum")
    assert states(zero) == ["observed", "zero", "zero", "observed"]
    assert zero.value[0].tolist() == [9, 0, 0, 9 + 0]
    floor = one(rows, absent="floor")
    assert states(floor) == ["observed", "floor", "floor", "observed"]
    assert floor.present.all()
    assert floor.value[0, 3] == 9  # true absence adds nothing to a sum
    censored = one(rows, absent="censored", censor_bound=4.0, **OPEN)
    assert states(censored) == ["observed", "censored", "censored", "observed"]
    assert [censored.low[0, 1], censored.value[0, 1], censored.high[0, 1]] == [0, 4 / 2, 4]
    assert censored.day[0].tolist() == [date(2025, 12, 31).toordinal()] * 4


def test_an_absence_means_nothing_where_nothing_was_measured() -> None:
    for absent in ({"absent": "zero"}, {"absent": "floor"}, {"absent": "censored", "censor_bound": 1.0}):
        assert set(states(one([], **absent))) == {"missing"}


def test_a_value_that_grew_too_old_in_a_list_is_below_its_bound_now() -> None:
    rows = [row("it", "AAA", 9.0, "2020"), row("it", "BBB", 5.0, "2025")]
    found = one(rows, absent="censored", censor_bound=4.0, max_age_years=3.0, **OPEN)
    assert states(found)[:2] == ["censored", "observed"]
    assert found.record[0, 0] == -1


def test_a_bloc_of_absent_members_is_absent() -> None:
    found = one([row("it", "CCC", 1.0)], absent="floor")
    assert states(found) == ["floor", "floor", "observed", "floor"]


@pytest.mark.parametrize(
    ("rule", "direction", "value", "low", "high"),
    [
        ("sum", 1, 10 + 30, 8 + 20, 14 + 50),
        ("mean", 1, (10 + 30) / 2, (8 + 20) / 2, (14 + 50) / 2),
        ("best", 1, 30, 20, 50),
        ("best", -1, 10, 8, 14),
    ],
)
def test_members_combine_by_the_rule_and_err_together(
    rule: str, direction: int, value: float, low: float, high: float
) -> None:
    ranged = [(10.0, 8.0, 14.0), (30.0, 20.0, 50.0)]
    rows = [
        row("it", unit, middle, low=least, high=most, interval_kind="sampling")
        for unit, (middle, least, most) in zip(UNITS, ranged, strict=False)
    ]
    posts = (0.0, 100.0) if direction > 0 else (100.0, 0.0)
    found = one(rows, bloc_rule=rule, direction=direction, readings=reading(*posts))
    assert [part[0, 3] for part in (found.value, found.low, found.high)] == [value, low, high]
    assert not found.assumed[0, 3]
    assert not found.reference[3]


def test_members_without_a_stated_range_bring_the_range_of_their_class() -> None:
    rows = table({"it": {"AAA": 10.0, "BBB": 30.0}})
    found = grid(facts([indicator("it")], rows, UNITS, {"BLOC": ("AAA", "BBB")}), CLASSES)
    assert found.high[0, 3] == pytest.approx(10 + 30 + 1.6448536 * (0.03 * 10 + 0.03 * 30))
    assert found.assumed[0, 3]


def test_a_sum_needs_every_member_and_a_mean_any() -> None:
    rows = [row("it", "AAA", 10.0)]
    assert states(one(rows))[3] == "missing"
    assert one(rows, bloc_rule="mean").value[0, 3] == 10.0


def test_a_bloc_is_as_old_as_its_oldest_member() -> None:
    found = one([row("it", "AAA", 1.0, "2023"), row("it", "BBB", 1.0, "2025")])
    assert found.day[0, 3] == date(2023, 12, 31).toordinal()


def test_a_bias_of_an_unlisted_economy_is_refused() -> None:
    bias = {"ZZZ": {"group": "lists", "sd": 1.0, "side": "under", "reason": "not seen"}}
    with pytest.raises(UsageError, match=r"economy in \[bias\] of it 'ZZZ'"):
        one([row("it", "AAA", 1.0)], bias=bias)


def biased(side: str, scale: str, **cell: Any) -> Grid:  # noqa: ANN401
    bias = {"AAA": {"group": "lists", "sd": 0.5, "side": side, "reason": "for the test"}}
    its = [indicator("it", scale=scale, range=(0.0, 100.0), bias=bias), indicator("no")]
    return grid(facts(its, [row("it", "AAA", **({"value": 10.0} | cell)), row("no", "AAA", 10.0)], UNITS))


def test_a_bias_shifts_on_the_scale_and_one_way_only() -> None:
    z = np.array([[-2.0], [0.0], [1.0]])
    expected = {
        ("under", "identity"): [10 + 0.5 * 2, 10, 10 + 0.5],
        ("over", "identity"): [10 - 0.5 * 2, 10, 10 - 0.5],
        ("both", "identity"): [10 - 0.5 * 2, 10, 10 + 0.5],
        ("under", "log"): [10 * math.exp(0.5 * 2), 10, 10 * math.exp(0.5)],
        ("under", "logit"): [100 / (1 + 9 * math.exp(-shift)) for shift in (1.0, 0.0, 0.5)],
    }
    for (side, scale), values in expected.items():
        x = drawn(biased(side, scale), Draws(3, bias=z))
        assert x[:, 0, 0] == pytest.approx(values), (side, scale)
        assert x[:, 1, 0].tolist() == [10, 10, 10]


def test_a_bias_also_shifts_bounds_and_what_cannot_take_a_logarithm() -> None:
    z, none = np.array([[2.0]]), np.zeros((1, 2, 3))
    bounds = biased("under", "log", low=8.0, high=12.0, interval_kind="bounds")
    wide = biased("under", "log", low=0.0, high=12.0, interval_kind="sampling")
    for found in (bounds, wide):
        assert drawn(found, Draws(1, data=none, bias=z))[0, 0, 0] == pytest.approx(10 * math.exp(0.5 * 2))


def test_a_bias_reaches_what_is_below_a_threshold_but_not_a_zero_by_rule() -> None:
    bias = {"BBB": {"group": "lists", "sd": 0.5, "side": "under", "reason": "for the test"}}
    shared: dict[str, Any] = {"scale": "log", "range": (0.0, 100.0), "bias": bias}
    draws = Draws(1, data=np.zeros((1, 1, 4)), bias=np.array([[2.0]]))
    below = one([row("it", "AAA", 9.0)], absent="censored", censor_bound=4.0, **shared)
    assert drawn(below, draws)[0, 0, 1] == pytest.approx(2 * math.exp(0.5 * 2))
    zero = one([row("it", "AAA", 9.0)], absent="zero", **(shared | {"scale": "identity"}))
    assert drawn(zero, draws)[0, 0, 1] == 0


def test_no_draw_leaves_the_range_of_the_unit() -> None:
    rows = [row("it", "AAA", 99.0, low=50.0, high=100.0, interval_kind="sampling")]
    z = np.random.default_rng(1).standard_normal((500, 1, 4))
    x = drawn(one(rows, range=(0.0, 100.0)), Draws(500, data=z))
    assert np.nanmax(x) <= 100
    assert np.isnan(x[:, 0, 1]).all()


def test_a_censored_value_is_drawn_evenly_between_zero_and_its_bound() -> None:
    found = one([row("it", "AAA", 9.0)], absent="censored", censor_bound=4.0, **OPEN)
    z = np.random.default_rng(1).standard_normal((20_000, 1, 4))
    x = drawn(found, Draws(20_000, data=z))[:, 0, 1]
    assert np.quantile(x, [0.1, 0.5, 0.9]) == pytest.approx([0.4, 2, 3.6], abs=0.06)


def test_what_is_divided_by_goes_through_both_lenses() -> None:
    known = load()
    it = known.indicators["electricity_generation_twh"]
    error = recipe(CLASSES).error
    per_head = build(known, [it], "intensity", error)
    us, bloc = per_head.units.index("USA"), per_head.units.index("QUAD")
    people = {
        each["economy"]: each["value"] / 1e6
        for each in known.records("denominators")
        if each["measure"] == "population" and each["date"] == date(2024, 12, 31)
    }
    assert per_head.divisor[0, us] == pytest.approx(people["USA"])
    assert per_head.divisor[0, bloc] == pytest.approx(
        sum(people[code] for code in known.units["QUAD"].members)
    )
    assert (build(known, [it], "scale", error).divisor == 1).all()
    before = build(known.as_of(date(2010, 1, 1)), [it], "intensity", error)
    assert np.isnan(before.divisor).all()
    assert not before.present.any()


def test_the_light_reader_gives_what_the_frame_gives() -> None:
    known = load(as_of=date(2023, 12, 31), known_by=date(2024, 6, 30))
    for clock in (known, load(as_of=date(2022, 12, 31))):
        frame = clock.table("denominators")
        light = clock.records("denominators")
        assert [each["row"] for each in light] == frame["row"].tolist()
        assert [each["value"] for each in light] == frame["value"].tolist()


def test_changed_facts_keep_nothing_of_what_was_computed_before() -> None:
    known = facts([indicator("it")], [row("it", "AAA", 1.0)])
    known.kept["anything"] = 1
    assert dataclasses.replace(known, rows=()).kept == {}
    assert known.as_of(date(2020, 1, 1)).kept == {}
    assert known.fingerprint() != dataclasses.replace(known, rows=()).fingerprint()


@given(st.lists(st.tuples(st.sampled_from(UNITS), st.integers(2000, 2025), st.floats(0, 100)), max_size=12))
def test_every_cell_has_a_value_exactly_where_its_state_says_so(cells: list[tuple[str, int, float]]) -> None:
    rows = [row("it", unit, value, str(year)) for unit, year, value in cells]
    found = one(rows, max_age_years=10.0)
    with_value = np.isin(found.state, (OBSERVED, ZERO, CENSORED))
    assert (np.isfinite(found.value) == with_value).all()
    assert set(np.unique(found.state)) <= {MISSING, OBSERVED, STALE, FLOOR}
    newest = {unit: max(year for it, year, _ in cells if it == unit) for unit, _, _ in cells}
    for unit, year in newest.items():
        fresh = (TODAY.toordinal() - date(year, 12, 31).toordinal()) / 365.25 <= 10
        assert states(found)[UNITS.index(unit)] == ("observed" if fresh else "stale")
