"""Layer 3: reach and access on written-out examples, and what the shipped indicators must hold."""

from __future__ import annotations

import csv
import tomllib
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest

import indicators
from indicators.facts import Facts, load
from indicators.period import period_end
from indicators.schema import Indicator, Quantity, Table
from layers.layer import COLUMNS
from layers.systems_integration import LAYER, REACHES
from layers.systems_integration.reach import (
    FOREIGN,
    access_between,
    in_force,
    newest_shares,
    reach,
    reach_range,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

DATA = Path(indicators.__file__).parent / "data"
PILLARS = {"cloud", "networking", "memory", "packaging", "power", "orchestration"}
QUARTER = 0.25


def table(*rows: tuple[str, str, str, str, str | None, float, float, float]) -> pd.DataFrame:
    names = ["economy", "supplier", "item", "from", "to", "value", "low", "high"]
    made = pd.DataFrame(list(rows), columns=names)
    made["from"], made["to"] = pd.to_datetime(made["from"]), pd.to_datetime(made["to"])
    return made.assign(published=made["from"], row=range(2, len(made) + 2))


RULES = table(
    ("DEFAULT", "ALL", "all_items", "2019-01-01", None, 1.0, 0.95, 1.0),
    ("CHN", "KOR", "hbm", "2019-01-01", "2024-12-30", 0.9, 0.6, 1.0),
    ("CHN", "KOR", "hbm", "2024-12-31", None, 0.03, 0.0, 0.12),
    ("CHN", "USA", "hbm", "2024-12-31", None, 0.01, 0.0, 0.05),
    ("DEFAULT", "CHN", "hbm", "2026-01-01", None, 0.5, 0.2, 0.8),
    ("CHN", "KOR", "dram", "2019-01-01", None, 0.98, 0.9, 1.0),
)


def test_own_supply_counts_in_full_and_foreign_supply_at_the_discount() -> None:
    share = np.array([79.0, 21.0])  # KOR, USA
    access = np.array([[1.0, 1.0], [0.03, 0.01]])  # USA, CHN
    own = np.array([[False, True], [False, False]])
    usa, chn = reach(share, access, own, 0.8)
    assert usa == pytest.approx(21 + 79 * 1.0 * 0.8)
    assert chn == pytest.approx(79 * 0.03 * 0.8 + 21 * 0.01 * 0.8)


def test_reach_at_full_access_and_no_discount_is_the_whole_supply() -> None:
    share = np.array([68.0, 12.0, 11.0, 8.0])
    own = np.zeros((1, 4), dtype=bool)
    assert reach(share, np.ones((1, 4)), own, 1.0) == pytest.approx([99.0])
    assert reach(share, np.zeros((1, 4)), own, 1.0) == pytest.approx([0.0])


def test_errors_of_access_add_and_that_of_the_discount_is_independent() -> None:
    share = np.array([60.0, 40.0])
    access = (np.array([[0.5, 0.5]]), np.array([[0.3, 0.4]]), np.array([[0.7, 0.6]]))
    discount = Quantity(value=0.8, low=0.6, high=1.0, source="an example")
    value, low, high = reach_range(share, access, np.zeros((1, 2), dtype=bool), discount)
    assert value == pytest.approx([(60 * 0.5 + 40 * 0.5) * 0.8])
    by_access = (60 * 0.2 + 40 * 0.1) * 0.8
    by_discount = (60 * 0.5 + 40 * 0.5) * 0.2
    assert low == pytest.approx(value - np.hypot(by_access, by_discount))
    assert high == pytest.approx(value + np.hypot(by_access, by_discount))


def test_what_is_made_at_home_has_no_range() -> None:
    access = tuple(np.array([[level]]) for level in (0.5, 0.0, 1.0))
    ranged = reach_range(np.array([100.0]), (access[0], access[1], access[2]), np.ones((1, 1), dtype=bool))
    assert [number.item() for number in ranged] == [100.0, 100.0, 100.0]


def test_reach_never_leaves_the_supply_there_is() -> None:
    share = np.array([21.0, 79.0])
    access = (np.ones((1, 2)), np.zeros((1, 2)), np.ones((1, 2)))
    _, low, high = reach_range(share, access, np.array([[True, False]]))
    assert low.item() == pytest.approx(21.0)
    assert high.item() <= 100.0


def test_the_discount_is_a_range_and_says_that_it_is_assumed() -> None:
    assert FOREIGN.low is not None
    assert FOREIGN.high is not None
    assert FOREIGN.low < FOREIGN.value < FOREIGN.high <= 1
    assert FOREIGN.source.startswith("Assumed")


def test_a_discount_without_bounds_is_taken_as_known() -> None:
    known = Quantity(value=0.5, source="an example")
    free = (np.ones((1, 1)), np.ones((1, 1)), np.ones((1, 1)))
    ranged = reach_range(np.array([100.0]), free, np.zeros((1, 1), dtype=bool), known)
    assert [number.item() for number in ranged] == [50.0, 50.0, 50.0]


@pytest.mark.parametrize(
    ("day", "expected"),
    [(date(2024, 12, 30), 0.9), (date(2024, 12, 31), 0.03), (date(2026, 6, 1), 0.03), (date(2018, 1, 1), 1)],
)
def test_access_is_that_of_the_day(day: date, expected: float) -> None:
    found = access_between(in_force(RULES, "hbm", day), "hbm", ["CHN"], ["KOR"])
    assert found["value"].item() == expected


def test_the_most_particular_row_wins() -> None:
    rows = in_force(RULES, "hbm", date(2026, 6, 1))
    found = access_between(rows, "hbm", ["CHN", "DEU"], ["KOR", "USA", "CHN"])
    assert found["value"].tolist() == [0.03, 0.01, 0.5, 1.0, 1.0, 0.5]
    assert found["row"].tolist() == [4, 5, 6, 2, 2, 6]
    assert found["low"].tolist() == [0.0, 0.0, 0.2, 0.95, 0.95, 0.2]


def test_a_table_cut_to_nothing_leaves_supply_free() -> None:
    found = access_between(RULES.iloc[:0], "hbm", ["CHN"], ["KOR"])
    assert found[["value", "low", "high"]].to_numpy().tolist() == [[1.0, 1.0, 1.0]]


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
    assert len(rows) == len(REACHES) * len(facts.economies)
    assert ((rows["low"] <= rows["value"]) & (rows["value"] <= rows["high"])).all()
    for row in rows.to_dict("records"):
        assert row["source"] in facts.indicators[row["code"]].sources


def test_the_rule_of_december_2024_shuts_china_out_on_its_day(facts: Facts) -> None:
    before = computed(facts.as_of(date(2024, 12, 30)), "CHN")["hbm_reach_pct"]
    after = computed(facts.as_of(date(2024, 12, 31)), "CHN")["hbm_reach_pct"]
    assert before == pytest.approx(90 * 0.8 * 0.8 + 10 * 0.15 * 0.8)  # shares of 2022: KOR 90, USA 10
    assert after == pytest.approx(91 * 0.03 * 0.8 + 9 * 0.01 * 0.8)  # shares of the fourth quarter of 2024


def test_the_united_states_is_untouched_by_the_rules_on_china(facts: Facts) -> None:
    assert computed(facts, "USA")["hbm_reach_pct"] == pytest.approx(21 + 79 * 0.8)


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


def test_memory_and_packaging_do_not_stand_on_reach_alone() -> None:
    for pillar in ("memory", "packaging"):
        weights: dict[str, float] = {}
        for told, _ in SHIPPED:
            if told["pillar"] == pillar:
                weights[told["view"]] = weights.get(told["view"], 0.0) + told["weight"]
        assert weights["reach"] < 0.5 * sum(weights.values())
        assert set(weights) >= {"reach", "ownership"}


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


def test_the_rows_of_the_access_table_follow_one_another() -> None:
    with (DATA / "tables" / "access.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    chains: dict[tuple[str, str, str], list[tuple[str, str]]] = {}
    for row in rows:
        assert float(row["low"]) <= float(row["value"]) <= float(row["high"])
        chains.setdefault((row["economy"], row["supplier"], row["item"]), []).append((row["from"], row["to"]))
    for spans in chains.values():
        for (_, end), (start, _) in zip(sorted(spans), sorted(spans)[1:], strict=False):
            assert "" < end < start
