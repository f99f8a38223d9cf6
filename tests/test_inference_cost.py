"""Layer 2 as a whole: what is computed for whom, from which tables, and what the shipped tables promise."""

from __future__ import annotations

import csv
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from indicators.facts import load
from layers.inference_cost import LAYER
from layers.layer import layer

if TYPE_CHECKING:
    from typing import Any

    from indicators.facts import Facts
    from layers.layer import Computed

DATA = Path(__file__).parent.parent / "indicators" / "data"
PRICES = ("price_ratio_tier_near", "price_ratio_tier_mid", "price_ratio_tier_far", "price_front_share")
COSTS = ("token_cost_hardware_ratio", "token_cost_site_ratio", "token_cost_own_stack_ratio")
CODES = (*PRICES, "labs_within_2x_of_cheapest", *COSTS)


@pytest.fixture(scope="module")
def shipped() -> Facts:
    return load()


@pytest.fixture(scope="module")
def now(shipped: Facts) -> Computed:
    return LAYER.fit(shipped)


def described(code: str) -> dict[str, Any]:
    return tomllib.loads((DATA / "inference_cost" / f"{code}.toml").read_text(encoding="utf-8"))


def test_the_layer_is_found_by_its_name() -> None:
    found: object = layer("inference_cost")
    assert found is LAYER


def test_all_eight_are_computed_for_the_pair_with_ranges(shipped: Facts, now: Computed) -> None:
    for code in CODES:
        rows = now.rows[now.rows["code"] == code].set_index("economy")
        assert {"USA", "CHN"} <= set(rows.index)
        assert (rows["low"] <= rows["value"]).all()
        assert (rows["value"] <= rows["high"]).all()
    ratios = now.rows[now.rows["code"].str.contains("ratio")]
    assert (ratios["value"] >= 1.0).all()
    assert (now.rows["date"] <= str(shipped.date)).all()


def test_price_and_cost_are_two_equal_pillars(shipped: Facts) -> None:
    tree = tomllib.loads(
        (DATA.parent.parent / "scoring" / "frameworks" / "default.toml").read_text(encoding="utf-8")
    )
    weights = {n["code"]: n.get("weight", 1.0) for n in tree["nodes"] if n.get("parent") == "inference_cost"}
    assert weights["price_offered"] == weights["cost_to_produce"] > weights["competition"]
    pillars = {code: shipped.indicators[code].pillar for code in CODES}
    assert {pillars[code] for code in PRICES} == {"price_offered"}
    assert {pillars[code] for code in COSTS} == {"cost_to_produce"}


def test_prices_and_costs_are_drawn_together_each_in_their_family(now: Computed) -> None:
    families = {each.family: each.codes for each in now.posteriors}
    assert set(families) == {"capability", "token_cost"}
    assert set(families["capability"]) == {*PRICES, "labs_within_2x_of_cheapest"}
    assert set(families["token_cost"]) == set(COSTS)


def test_every_value_names_a_source_and_every_table_it_rests_on(now: Computed) -> None:
    for code in CODES:
        told = described(code)
        assert set(told["computed_from"]) <= set(LAYER.tables)
        found = now.rows.loc[now.rows["code"] == code, "source"]
        assert set(found) <= set(told["sources"])


def test_shipped_prices_are_paid_started_first_party_and_dated() -> None:
    with (DATA / "tables" / "prices.csv").open(encoding="utf-8", newline="") as handle:
        rows = list(csv.DictReader(handle))
    for row in rows:
        assert float(row["input_usd_per_mtok"]) > 0
        assert float(row["output_usd_per_mtok"]) > 0
        assert not any(mark in row["model"].lower() for mark in (":free", "batch", "-latest", "/"))
        assert row["valid_from"] <= row["seen"] or row["status"] == "scheduled"
        assert row["published"] <= row["seen"]
    key = ("model", "catalogue", "condition", "valid_from")
    assert len({tuple(row[name] for name in key) for row in rows}) == len(rows)


def test_steps_rise_and_belong_to_listed_models(shipped: Facts) -> None:
    steps, listed = shipped.table("price_tiers"), set(shipped.table("prices")["listing"])
    assert set(steps["listing"]) <= listed
    assert (steps["input_usd_per_mtok"] >= steps["base_input_usd_per_mtok"]).all()
    ends = steps["valid_to"].dropna()
    assert (ends > steps.loc[ends.index, "valid_from"]).all()


def test_counts_and_hosts_are_of_families_the_tables_know(shipped: Facts) -> None:
    known = set(shipped.table("scores")["family"]) | set(shipped.table("prices")["family"])
    assert set(shipped.table("token_use")["family"]) <= known | {"gpt-oss-120b", "gpt-oss-20b"}
    assert set(shipped.table("hosted_prices")["family"]) <= known
    assert not any(source.redistribute for source in shipped.catalogue.tables["token_use"].sources.values())
