"""Layer 3: reach and access on written-out examples, and what the shipped indicators must hold."""

from __future__ import annotations

import csv
import shutil
import tomllib
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import indicators
from indicators.facts import Facts, load
from indicators.fault import DataError
from indicators.period import period_end
from indicators.schema import Indicator, Table
from layers.layer import COLUMNS
from layers.systems_integration import LAYER
from layers.systems_integration.access import Rules, access
from layers.systems_integration.assemble import REACHES
from layers.systems_integration.reach import (
    CONCENTRATION,
    FOREIGN,
    Errors,
    access_drawn,
    dependence,
    lookup,
    newest_shares,
    nominal,
    reach,
    sample,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

DATA = Path(indicators.__file__).parent / "data"
PILLARS = {"cloud", "networking", "memory", "packaging", "power", "orchestration"}
QUARTER = 0.25


def table(*rows: tuple[str, str, str, str, str | None, float, float, float]) -> pd.DataFrame:
    names = ["economy", "supplier", "item", "from", "to", "value", "low", "high"]
    made = pd.DataFrame(list(rows), columns=names)
    made["from"], made["to"] = pd.to_datetime(made["from"]), pd.to_datetime(made["to"])
    return made.assign(published=made["from"], row=range(2, len(made) + 2), basis="rule")


RULES = table(
    ("DEFAULT", "ALL", "all_items", "2019-01-01", None, 1.0, 0.95, 1.0),
    ("CHN", "KOR", "hbm", "2019-01-01", "2024-12-30", 0.9, 0.6, 1.0),
    ("CHN", "KOR", "hbm", "2024-12-31", None, 0.03, 0.0, 0.12),
    ("CHN", "USA", "hbm", "2024-12-31", None, 0.01, 0.0, 0.05),
    ("DEFAULT", "CHN", "hbm", "2026-01-01", None, 0.5, 0.2, 0.8),
    ("CHN", "KOR", "dram", "2019-01-01", None, 0.98, 0.9, 1.0),
)


def drawn(foreign: float = 0.7, concentration: float = 0.25, **access: float) -> Errors:
    at = np.array([foreign]), np.array([concentration])
    return Errors(*at, {name: np.array([z]) for name, z in access.items()})


def test_own_supply_counts_in_full_and_foreign_supply_at_the_discount() -> None:
    share = np.array([79.0, 21.0])  # KOR, USA
    access = np.array([[[1.0, 1.0], [0.03, 0.01]]])  # USA, CHN
    own = np.array([[False, True], [False, False]])
    usa, chn = reach(share, access, own, np.array([[0.6, 0.7]]))[0]
    assert usa == pytest.approx(21 + 79 * 1.0 * 0.6)
    assert chn == pytest.approx(79 * 0.03 * 0.6 + 21 * 0.01 * 0.7)


def test_a_dominant_supplier_is_worth_less_and_one_below_half_is_not() -> None:
    found = dependence(np.array([0.2, 0.5, 0.79, 1.0]), drawn(0.7, 0.25))[0]
    # over half: 0.58 of the way to a sole supplier, and the sole supplier itself
    assert found == pytest.approx([0.7, 0.7, 0.7 * (1 - 0.25 * 0.58), 0.7 * 0.75])


def test_foreign_supply_never_counts_for_more_than_four_fifths() -> None:
    errors = sample(["CHN", "DEFAULT"], 2000, np.random.default_rng(3))
    found = dependence(np.array([0.1, 0.6, 1.0]), errors)
    assert found.max() <= 0.8
    assert found[:, 0].min() >= 0.6
    assert np.median(found[:, 0]) == pytest.approx(FOREIGN.value, abs=0.005)


def test_reach_at_full_access_and_no_discount_is_the_whole_supply() -> None:
    share = np.array([68.0, 12.0, 11.0, 8.0])
    own, whole = np.zeros((1, 4), dtype=bool), np.ones((1, 4))
    assert reach(share, np.ones((1, 1, 4)), own, whole)[0] == pytest.approx([99.0])
    assert reach(share, np.zeros((1, 1, 4)), own, whole)[0] == pytest.approx([0.0])


@given(
    share=st.lists(st.floats(0, 60), min_size=3, max_size=3),
    shut=st.floats(0, 1),
    foreign=st.floats(0.6, 0.8),
)
def test_reach_lies_between_own_supply_and_all_and_grows_with_access(
    share: list[float], shut: float, foreign: float
) -> None:
    parts, own = np.array(share), np.array([[True, False, False]])
    discount = np.full((1, 3), foreign)
    some = reach(parts, np.full((1, 1, 3), shut), own, discount)[0, 0]
    free = reach(parts, np.ones((1, 1, 3)), own, discount)[0, 0]
    assert parts[0] - 1e-9 <= some <= free + 1e-9 <= parts.sum() + 2e-9


def test_the_discounts_are_ranges_and_say_that_they_are_assumed() -> None:
    for one in (FOREIGN, CONCENTRATION):
        assert one.low is not None
        assert one.high is not None
        assert one.low < one.value < one.high <= 1
        assert one.source.startswith("Assumed")
    assert FOREIGN.high == 0.8  # foreign supply counts for at most that


def test_rows_of_one_regime_err_together_and_stay_within_free_and_shut() -> None:
    found = lookup(Rules(RULES, date(2026, 6, 1)), "hbm", ["CHN"], ["KOR", "USA"])
    high = access_drawn(found, drawn(CHN=1.6448536269514722))[0, 0]
    low = access_drawn(found, drawn(CHN=-5.0))[0, 0]
    assert high == pytest.approx([0.12, 0.05])  # both at their 95 % points
    assert low == pytest.approx([0.0, 0.0])
    assert access_drawn(found, nominal(["CHN"]))[0, 0] == pytest.approx([0.03, 0.01])


@pytest.mark.parametrize(
    ("day", "expected"),
    [(date(2024, 12, 30), 0.9), (date(2024, 12, 31), 0.03), (date(2026, 6, 1), 0.03), (date(2018, 1, 1), 1)],
)
def test_access_is_that_of_the_day(day: date, expected: float) -> None:
    assert access(RULES, "CHN", "KOR", "hbm", day).value == expected


def test_the_most_particular_row_wins() -> None:
    rules = Rules(RULES, date(2026, 6, 1))
    found = lookup(rules, "hbm", ["CHN", "DEU"], ["KOR", "USA", "CHN"])
    assert [[cell.value for cell in row] for row in found] == [[0.03, 0.01, 1.0], [1.0, 1.0, 0.5]]
    assert [[cell.row for cell in row] for row in found] == [[4, 5, 0], [2, 2, 6]]
    assert found[0][2].basis == "own"
    assert found[1][0].low == 0.95
    assert found[0][0].regime == "CHN"


def test_a_table_cut_to_nothing_leaves_supply_free() -> None:
    found = access(RULES.iloc[:0], "CHN", "KOR", "hbm", date(2026, 6, 1))
    assert (found.value, found.low, found.high, found.basis) == (1.0, 1.0, 1.0, "unlisted")


def observed(*rows: tuple[str, str, float, str]) -> pd.DataFrame:
    made = pd.DataFrame(list(rows), columns=["economy", "period_end", "value", "status"])
    return made.assign(code="hbm_share_by_hq_pct", period_end=pd.to_datetime(made["period_end"]))


SHARES = observed(
    ("KOR", "2022-12-31", 90.0, "actual"),
    ("USA", "2022-12-31", 10.0, "actual"),
    ("KOR", "2025-09-30", 79.0, "actual"),
    ("USA", "2025-09-30", 21.0, "actual"),
    ("CHN", "2025-09-30", 0.0, "actual"),
    ("CHN", "2026-12-31", 5.0, "forecast"),
)


def test_shares_come_from_one_date_and_forecasts_stay_out() -> None:
    found = newest_shares(SHARES, "hbm_share_by_hq_pct", date(2026, 11, 1), 2.5)
    assert dict(zip(found["economy"], found["value"], strict=True)) == {"KOR": 79.0, "USA": 21.0}


def test_shares_too_old_or_unknown_give_nothing() -> None:
    assert newest_shares(SHARES, "hbm_share_by_hq_pct", date(2029, 1, 1), 2.5).empty
    assert newest_shares(SHARES, "another", date(2026, 1, 1), 2.5).empty


# ---- the shipped facts, through both clocks


@pytest.fixture(scope="module")
def facts() -> Facts:
    return load()


def computed(facts: Facts, economy: str) -> dict[str, float]:
    rows = LAYER.fit(facts).rows
    return {row["code"]: row["value"] for row in rows[rows["economy"] == economy].to_dict("records")}


def test_the_layer_computes_every_economy_once(facts: Facts) -> None:
    rows = LAYER.fit(facts).rows
    assert list(rows.columns) == list(COLUMNS)
    assert len(rows) == len(REACHES) * len(facts.units)
    assert ((rows["low"] <= rows["value"]) & (rows["value"] <= rows["high"])).all()
    for row in rows.to_dict("records"):
        assert row["source"] in facts.indicators[row["code"]].sources


def test_a_bloc_owns_what_its_members_do_and_buys_as_the_freest_of_them(facts: Facts) -> None:
    allies = computed(facts, "US_ALLIES")
    assert allies["hbm_reach_pct"] == pytest.approx(100.0)  # South Korea 79, United States 21
    # United States 12, South Korea 11; Taiwan 68 (0.36 of the way to a sole supplier), China 8
    assert allies["advanced_logic_reach_pct"] == pytest.approx(23 + 68 * 0.7 * (1 - 0.25 * 0.36) + 8 * 0.7)


def test_the_rule_of_december_2024_shuts_china_out_on_its_day(facts: Facts) -> None:
    before = computed(facts.as_of(date(2024, 12, 30)), "CHN")["hbm_reach_pct"]
    after = computed(facts.as_of(date(2024, 12, 31)), "CHN")["hbm_reach_pct"]
    # shares of 2022: KOR 90 (0.8 of the way to a sole supplier), USA 10; then of the fourth quarter of 2024
    assert before == pytest.approx(90 * 0.8 * 0.7 * (1 - 0.25 * 0.8) + 10 * 0.15 * 0.7)
    assert after == pytest.approx(91 * 0.03 * 0.7 * (1 - 0.25 * 0.82) + 9 * 0.01 * 0.7)


def test_the_united_states_is_untouched_by_the_rules_on_china(facts: Facts) -> None:
    assert computed(facts, "USA")["hbm_reach_pct"] == pytest.approx(21 + 79 * 0.7 * (1 - 0.25 * 0.58))


def test_the_two_reaches_share_their_discount(facts: Facts) -> None:
    drawn_together = LAYER.fit(facts).posteriors[0]
    usa = drawn_together.economies.index("USA")
    hbm, logic = (drawn_together.values[:, code, usa] for code in (0, 1))
    assert drawn_together.family == "reach"
    assert np.corrcoef(hbm, logic)[0, 1] > 0.8
    assert drawn_together.values.min() >= 0
    assert drawn_together.values.max() <= 100


@pytest.mark.parametrize("day", [date(2022, 6, 30), date(2024, 6, 30), date(2025, 6, 30)])
def test_nothing_later_comes_through_either_clock(facts: Facts, day: date) -> None:
    state = LAYER.fit(facts.as_of(day)).rows
    known = LAYER.fit(facts.known_by_day(day)).rows
    assert all(period_end(text) <= day for text in [*state["date"], *known["date"]])
    assert all(period_end(text) <= day for text in known["published"])


def test_before_the_first_share_there_is_nothing_to_reach(facts: Facts) -> None:
    assert LAYER.fit(facts.as_of(date(2019, 6, 1))).rows.empty


# ---- the shipped indicators of the layer, read as files


def shipped() -> Iterator[tuple[dict[str, Any], list[dict[str, str]]]]:
    for path in sorted((DATA / "systems_integration").glob("*.toml")):
        told = tomllib.loads(path.read_text(encoding="utf-8"))
        rows: list[dict[str, str]] = []
        if path.with_suffix(".csv").exists():
            with path.with_suffix(".csv").open(encoding="utf-8", newline="") as file:
                rows = list(csv.DictReader(file))
        yield told, rows


SHIPPED = list(shipped())
OBSERVED = [(told, rows) for told, rows in SHIPPED if rows]


def year(text: str) -> float:
    """Read the end of a period as a year: 2025, 2025-Q3, 2025-06, 2025-06-30."""
    head, _, rest = text.partition("-")
    if not rest:
        return int(head) + 1.0
    return int(head) + (int(rest[1]) * QUARTER if rest[0] == "Q" else int(rest[:2]) / 12)


def newest(rows: list[dict[str, str]], economy: str) -> float | None:
    return max((year(row["date"]) for row in rows if row["economy"] == economy), default=None)


@pytest.mark.parametrize("told", [told for told, _ in SHIPPED], ids=[told["code"] for told, _ in SHIPPED])
def test_every_indicator_of_the_layer_keeps_to_the_schema(told: dict[str, Any]) -> None:
    known = Indicator.model_validate(told)
    assert known.layer == "systems_integration"
    assert known.pillar in PILLARS
    assert known.caveat
    assert known.objection
    assert known.weight > 0 or known.caveat.startswith("Weight 0")


@pytest.mark.parametrize("name", ["access", "denominators"])
def test_every_table_keeps_to_the_schema(name: str) -> None:
    told = tomllib.loads((DATA / "tables" / f"{name}.toml").read_text(encoding="utf-8"))
    with (DATA / "tables" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    known = Table.model_validate(told)
    assert list(known.columns) == list(rows[0])
    assert {row["source"] for row in rows} == set(known.sources)


def test_every_pillar_has_a_pair_that_is_like_for_like() -> None:
    paired = set()
    for told, rows in OBSERVED:
        usa, chn = newest(rows, "USA"), newest(rows, "CHN")
        if told["weight"] > 0 and usa is not None and chn is not None and abs(usa - chn) <= 2:
            paired.add(told["pillar"])
    assert paired == PILLARS


@pytest.mark.parametrize("pillar", ["memory", "packaging"])
def test_memory_and_packaging_are_the_mean_of_location_ownership_and_reach(pillar: str) -> None:
    weights: dict[str, float] = {}
    for told, _ in SHIPPED:
        if told["pillar"] == pillar and told["weight"]:
            weights[told["view"]] = weights.get(told["view"], 0.0) + told["weight"]
    assert weights == {"location": 1.0, "ownership": 1.0, "reach": 1.0}


@pytest.mark.parametrize(("told", "rows"), OBSERVED, ids=[told["code"] for told, _ in OBSERVED])
def test_one_value_for_one_economy_and_date_within_its_bounds(
    told: dict[str, Any], rows: list[dict[str, str]]
) -> None:
    keys = [(row["economy"], row["date"]) for row in rows]
    assert len(keys) == len(set(keys))
    for row in rows:
        low, high = float(row["low"] or row["value"]), float(row["high"] or row["value"])
        assert told["range"][0] <= low <= float(row["value"]) <= high <= told["range"][1]
        assert bool(row["interval_kind"]) == bool(row["low"])
        assert row["status"] in {"actual", "estimate"}
        assert row["source"] in told["sources"]
        assert row["published"]


def test_the_shares_behind_reach_come_whole_from_one_table() -> None:
    for told, rows in OBSERVED:
        if told["code"] in {"hbm_share_by_hq_pct", "advanced_foundry_capacity_share_pct"}:
            for when in {row["date"] for row in rows}:
                at = [row for row in rows if row["date"] == when]
                assert len(at) == 23
                assert 98 <= sum(float(row["value"]) for row in at) <= 100
                assert len({row["source"] for row in at}) == 1


def broken(tmp_path: Path, spoil: Callable[[list[dict[str, str]]], None]) -> list[str]:
    """Faults of a copy of the shipped access table with something spoilt."""
    folder = tmp_path / "tables"
    folder.mkdir()
    shutil.copy(DATA / "tables" / "access.toml", folder / "access.toml")
    with (DATA / "tables" / "access.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    spoil(rows)
    with (folder / "access.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    with pytest.raises(DataError) as caught:
        load([tmp_path]).table("access")
    return [str(fault) for fault in caught.value.faults]


def test_access_outside_0_and_1_is_refused_with_its_row(tmp_path: Path) -> None:
    (said,) = broken(tmp_path, lambda rows: rows[2].update(high="1.2"))
    assert said.startswith("access.csv, row 4, high: found '1.2'; expected a number, at least 0, at most 1")


def test_overlapping_validity_is_refused_with_its_row(tmp_path: Path) -> None:
    def spoil(rows: list[dict[str, str]]) -> None:
        rows[1]["to"] = "2023-11-30"  # row 4 begins on 2023-10-23

    (said,) = broken(tmp_path, spoil)
    assert said.startswith("access.csv, row 4, from: found CHN, USA, accel_frontier from 2023-10-23")
    assert "row 3 still holds" in said


def test_two_rows_without_an_end_overlap(tmp_path: Path) -> None:
    (said,) = broken(tmp_path, lambda rows: rows[1].update(to=""))
    assert "row 4, from" in said


def test_a_row_that_ends_before_it_begins_is_refused(tmp_path: Path) -> None:
    (said,) = broken(tmp_path, lambda rows: rows[1].update(to="2021-01-01"))
    assert said.startswith("access.csv, row 3, to: found 2021-01-01; expected a day not before from")


def test_an_unknown_buyer_or_supplier_is_refused_with_near_names(tmp_path: Path) -> None:
    def spoil(rows: list[dict[str, str]]) -> None:
        rows[0]["economy"], rows[5]["supplier"], rows[7]["value"] = "CHA", "TAIWAN", "2"

    said = broken(tmp_path, spoil)
    assert [text.split(":")[0] for text in said] == [
        "access.csv, row 2, economy",
        "access.csv, row 7, supplier",
        "access.csv, row 9, value",
    ]
    assert "CHN" in said[0]
    assert "TWN" in said[1]


def test_every_access_value_says_on_what_it_rests(facts: Facts) -> None:
    table = facts.as_of(date(2030, 1, 1)).table("access")
    assert set(table["basis"]) == {"rule", "observed", "judgement"}
    both = table.dropna(subset=["supplier_side", "buyer_side"])
    assert len(both) > 10
    assert ((table["low"] <= table["value"]) & (table["value"] <= table["high"])).all()


def test_what_never_bound_anybody_is_marked_and_every_rule_is_dated(facts: Facts) -> None:
    rules = facts.as_of(date(2030, 1, 1)).table("export_rules")
    assert len(rules) == 77
    by = rules.set_index("event")
    assert by.loc["E30", "state"] == "never enforced"  # the framework of January 2025
    assert by.loc["E21", "state"] == "not in force"  # proposed only
    held = by[by["state"] == "in force"]
    assert held["in_force_from"].notna().all()
    ended = held.dropna(subset=["in_force_to"])
    assert (ended["in_force_to"] >= ended["in_force_from"]).all()
