"""Layer 2: prices in force, tiers, fronts, the money formula, access, the price gap: sums worked by hand."""

from __future__ import annotations

import csv
import math
import tomllib
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from layers.frontier_capability import capability
from layers.inference_cost import LAYER, doubt, gap, priced, prices, rated

if TYPE_CHECKING:
    from indicators.facts import Facts

TABLES = Path(__file__).parent.parent / "indicators" / "data" / "tables"
ECONOMIES = ("USA", "CHN", "FRA", "TWN", "ARE")


def price(model: str, lab: str, economy: str, cost: tuple[float, float], **more: str) -> dict[str, Any]:
    usual = {
        "model": model,
        "listing": model,
        "family": model,
        "capability_of": model,
        "lab": lab,
        "economy": economy,
        "catalogue": "model-prices",
        "condition": "standard",
        "status": "actual",
        "valid_from": "2026-01-01",
        "valid_to": None,
        "removed_by": None,
        "seen": "2026-10-26",
        "input_usd_per_mtok": cost[0],
        "output_usd_per_mtok": cost[1],
        "published": more.get("valid_from", "2026-01-01"),
        "source": "model_prices",
    }
    return usual | more


def price_table(*rows: dict[str, Any]) -> pd.DataFrame:
    frame = pd.DataFrame(rows).assign(row=range(2, len(rows) + 2), file="prices.csv")
    for column in ("valid_from", "valid_to", "removed_by", "seen", "published"):
        frame[column] = pd.to_datetime(frame[column])
    return frame


def model_table(eci: dict[str, float], family: str = "") -> pd.DataFrame:
    day = pd.Timestamp("2025-06-01")
    families = [family or name for name in eci]
    frame = pd.DataFrame({"model": list(eci), "family": families, "eci": list(eci.values()), "released": day})
    return frame.assign(economy="USA")


def release_table(models: pd.DataFrame, *predicted: tuple[str, float, float, str]) -> pd.DataFrame:
    """Return layer 1's releases of a table of models, with predicted ones (family, figure, sd, released)."""
    rows = pd.DataFrame(predicted, columns=["family", "capability", "sd", "released"])
    rows = rows.assign(basis="crosswalk", released=pd.to_datetime(rows["released"]))
    known = capability.published_releases(models).assign(sd=1.8, basis="published")
    frame = pd.concat([f for f in (known.assign(capability=known["eci"]), rows) if len(f)], ignore_index=True)
    return frame.sort_values("released", kind="stable").reset_index(drop=True)


# ---- prices in force ----------------------------------------------------------------------------------


def test_chat_price_is_three_parts_input_and_one_part_output() -> None:
    blended = prices.blended(pd.Series([2.0]), pd.Series([10.0]))
    assert blended[0] == pytest.approx((3 * 2.0 + 10.0) / 4)  # = 4.0


def test_a_price_holds_from_its_first_day_until_the_next_one() -> None:
    table = price_table(
        price("a", "A", "USA", (4.0, 4.0), valid_to="2026-03-01"),
        price("a", "A", "USA", (2.0, 2.0), valid_from="2026-03-01"),
    )
    for day, expected in ((date(2026, 2, 28), 4.0), (date(2026, 3, 1), 2.0)):
        assert prices.offers(table, day)["price"].tolist() == [expected]
    assert prices.offers(table, date(2025, 12, 31)).empty


def test_scheduled_withdrawn_and_stale_prices_do_not_hold() -> None:
    table = price_table(
        price("soon", "A", "USA", (1.0, 1.0), status="scheduled"),
        price("gone", "A", "USA", (1.0, 1.0), removed_by="2026-04-01"),
        price("stale", "A", "USA", (1.0, 1.0), seen="2026-01-02"),
        price("sold", "A", "USA", (1.0, 1.0)),
    )
    assert prices.offers(table, date(2026, 8, 1))["model"].tolist() == ["sold"]
    assert set(prices.offers(table, date(2026, 2, 1))["model"]) == {"gone", "stale", "sold"}


def test_catalogues_give_the_range_and_the_dated_one_the_centre() -> None:
    table = price_table(
        price("a", "A", "CHN", (1.0, 1.0)),
        price("a", "A", "CHN", (0.5, 0.5), catalogue="litellm", seen="2026-06-01", valid_from="2026-06-01"),
        price("a", "A", "CHN", (2.0, 2.0), condition="peak", catalogue="genai-prices"),
        price(
            "a", "A", "CHN", (9.0, 9.0), catalogue="models.dev", seen="2026-01-05", valid_from="2026-01-05"
        ),
    )
    offer = prices.offers(table, date(2026, 6, 2)).iloc[0]
    # models.dev was read 4 days after the central price began: it may not have seen it
    assert (offer["low"], offer["price"], offer["high"]) == (0.5, 1.0, 2.0)
    # a catalogue that was read again after the day knows no more about it on the day
    again = table.assign(seen=pd.Timestamp("2026-06-20"))
    for day in (date(2026, 1, 10), date(2026, 6, 2)):
        read = prices.offers(table.assign(seen=pd.Timestamp(day)), day)
        pd.testing.assert_frame_equal(prices.offers(again, day), read)


def test_a_model_the_dated_catalogue_dropped_is_not_revived_by_another() -> None:
    later = {"seen": "2026-06-01", "valid_from": "2026-06-01"}
    table = price_table(
        price("a", "A", "USA", (1.0, 1.0), valid_to="2026-05-01"),
        price("a", "A", "USA", (1.0, 1.0), catalogue="litellm", **later),
        price("a", "A", "USA", (1.0, 1.0), catalogue="genai-prices", **later),
        price("b", "A", "USA", (1.0, 1.0), catalogue="litellm", **later),
        price("b", "A", "USA", (3.0, 3.0), catalogue="genai-prices", **later),
        price("c", "A", "USA", (1.0, 1.0), catalogue="litellm", **later),
    )
    offered = prices.offers(table, date(2026, 6, 2))
    assert offered[["model", "price", "low", "high"]].to_numpy().tolist() == [["b", 2.0, 1.0, 3.0]]


def test_a_dated_change_after_the_last_reading_of_the_dated_catalogue_counts() -> None:
    table = price_table(
        price("a", "A", "FRA", (4.0, 4.0)),
        price(
            "a", "A", "FRA", (2.0, 2.0), catalogue="genai-prices", valid_from="2026-10-29", seen="2026-11-10"
        ),
    )
    assert prices.offers(table, date(2026, 10, 28))["price"].tolist() == [4.0]
    offer = prices.offers(table, date(2026, 11, 1)).iloc[0]
    assert (offer["low"], offer["price"], offer["high"]) == (2.0, 2.0, 4.0)


def test_a_dearer_thinking_rate_is_the_price_of_a_model() -> None:
    table = price_table(
        price("a", "A", "CHN", (1.0, 1.0)), price("a", "A", "CHN", (1.0, 5.0), condition="thinking")
    )
    assert prices.offers(table, date(2026, 6, 1))["price"].tolist() == [2.0]  # (3 x 1 + 5) / 4


# ---- tiers, fronts, rivals ----------------------------------------------------------------------------

CAPABILITY = np.array([[100.0, 90.0, 95.0]])
PRICE = np.array([[8.0, 1.0, 2.0]])
OWNER = np.array([0, 0, 1])  # group 0 sells the first two, group 1 the third


def test_ratio_is_the_mean_over_levels_and_ten_stands_in_where_nothing_is_offered() -> None:
    cheapest = prices.cheapest_by(CAPABILITY, PRICE, OWNER, np.array([90.0, 95.0, 100.0]))
    assert cheapest[0].tolist() == [[1.0, 2.0], [8.0, 2.0], [8.0, math.inf]]
    ratio = prices.log_ratio(cheapest)[0]
    assert ratio[0] == pytest.approx((0.0 + math.log10(8 / 2) + 0.0) / 3)
    assert ratio[1] == pytest.approx((math.log10(2 / 1) + 0.0 + 1.0) / 3)


def test_levels_that_nobody_reaches_do_not_count() -> None:
    cheapest = prices.cheapest_by(CAPABILITY, PRICE, OWNER, np.array([90.0, 200.0]))
    assert prices.log_ratio(cheapest)[0].tolist() == [0.0, pytest.approx(math.log10(2))]


def test_laboratories_within_twice_the_cheapest_by_economy() -> None:
    labs = np.array([0, 1, 2])  # prices 8, 1, 2: the second and third are within 2 x 1
    cheapest = prices.cheapest_by(CAPABILITY, PRICE, labs, np.array([90.0, 95.0]))
    counts = prices.within_twice(cheapest, np.array([0, 0, 1]))
    # at 90: laboratory 1 of economy 0 and laboratory 2 of economy 1; at 95: laboratory 2 alone
    assert counts[0].tolist() == [(1 + 0) / 2, (1 + 1) / 2]


def test_front_holds_what_no_other_beats_in_both() -> None:
    capability = np.array([[100.0, 90.0, 95.0, 90.0]])
    cost = np.array([[8.0, 1.0, 2.0, 1.5]])
    assert prices.on_front(capability, cost)[0].tolist() == [True, True, True, False]
    share = prices.front_share(capability, cost, np.array([0, 0, 1, 1]), floor=92.0)
    assert share[0].tolist() == [0.5, 0.5]  # the model at 90 lies below the floor


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 4), st.integers(1, 4)), min_size=1, max_size=9))
def test_front_by_sorting_is_the_front_by_comparing_all_pairs(sold: list[tuple[int, int]]) -> None:
    found = prices.on_front(*(np.array([column], dtype=np.float64) for column in zip(*sold, strict=True)))
    beaten = [any(c >= able and p <= cost and (c, p) != (able, cost) for c, p in sold) for able, cost in sold]
    assert (~found[0]).tolist() == beaten


markets = st.lists(
    st.tuples(st.floats(80, 160), st.floats(0.05, 70), st.integers(0, 2)), min_size=3, max_size=12
)


@settings(max_examples=60, deadline=None)
@given(markets, st.floats(80, 160), st.floats(1.0, 5.0))
def test_a_dearer_model_never_changes_the_cheapest_and_no_ratio_is_below_one(
    sold: list[tuple[float, float, int]], level: float, dearer: float
) -> None:
    capability, cost, code = (np.array(column) for column in zip(*sold, strict=True))
    code[:3] = [0, 1, 2]
    levels = np.array([level - 3, level, level + 3])
    before = prices.cheapest_by(capability[None], cost[None], code, levels)
    assert (prices.log_ratio(before) >= 0.0).all()
    more = [np.append(x, y) for x, y in ((capability, capability[0]), (cost, cost[0] * dearer), (code, 0))]
    after = prices.cheapest_by(more[0][None], more[1][None], more[2], levels)
    assert np.array_equal(before, after)


def test_tiers_on_a_small_market() -> None:
    table = price_table(
        price("best", "A", "USA", (20.0, 20.0)),
        price("cheap", "B", "CHN", (1.0, 1.0)),
        price("middle", "A", "USA", (4.0, 4.0)),
        price("unrated", "C", "FRA", (0.1, 0.1)),
    )
    models = model_table({"best": 150.0, "cheap": 145.0, "middle": 145.0})
    market = priced.market_on(table, release_table(models), models, date(2026, 6, 1))
    assert market is not None
    assert market.frontier == 150.0
    assert market.left_out == 1
    # levels 137 to 143: both middle models qualify at all seven, so 4 / 1
    values = {v.economy: v for v in priced.tier_values(market, 10.0)}
    assert values["CHN"].value == pytest.approx(1.0)
    assert values["USA"].value == pytest.approx(4.0)
    assert all(v.low <= v.value <= v.high for v in values.values())
    assert set(values) == {"USA", "CHN"}  # what has no capability takes no part


def test_an_offer_takes_its_index_entry_else_the_newest_release_of_its_family() -> None:
    named = {"family": "pair", "capability_of": "pair-plain"}
    unnamed = {"capability_of": ""}
    table = price_table(
        price("plain", "A", "USA", (1.0, 1.0), **named),
        price("other", "B", "CHN", (2.0, 2.0), **unnamed),
        price("nobody", "C", "FRA", (3.0, 3.0), **unnamed),
    )
    models = model_table({"pair-plain": 139.0, "pair-thinking": 145.0}, family="pair")
    guessed = [("other", 120.0, 2.6, "2025-01-01"), ("other", 130.0, 2.6, "2026-02-01")]
    releases = release_table(models, *guessed)
    columns = ["model", "capability", "sd", "basis"]
    for day, newest in ((date(2026, 1, 15), 120.0), (date(2026, 3, 1), 130.0)):
        placed = rated.with_capability(prices.offers(table, day), releases, models, day)
        # two modes of one release are sold apart: the plain one keeps its own score
        first, second = placed[columns].to_numpy().tolist()
        assert first == ["plain", 139.0, 1.8, "published"]
        assert second == ["other", newest, 2.6, "crosswalk"]


def test_an_index_entry_that_is_not_out_yet_is_not_replaced_by_its_family() -> None:
    table = price_table(price("a", "A", "USA", (1.0, 1.0)))
    models = model_table({"a": 140.0}).assign(released=pd.Timestamp("2026-09-01"))
    releases = release_table(models, ("a", 100.0, 2.6, "2025-01-01"))
    offered = prices.offers(table, date(2026, 6, 1))
    assert rated.with_capability(offered, releases, models, date(2026, 6, 1)).empty


def test_predicted_capability_is_drawn_wider_and_listings_of_one_release_together() -> None:
    unnamed = {"capability_of": ""}
    table = price_table(
        price("listed", "A", "USA", (1.0, 1.0)),
        price("guessed", "B", "CHN", (2.0, 2.0), **unnamed),
        price("guessed-2", "B", "CHN", (3.0, 3.0), family="guessed", **unnamed),
    )
    models = model_table({"listed": 150.0})
    releases = release_table(models, ("guessed", 140.0, 2.6, "2025-06-01"))
    market = priced.market_on(table, releases, models, date(2026, 6, 1))
    assert market is not None
    drawn, _ = market.drawn(1)
    assert drawn.std(axis=0) == pytest.approx([1.8, 2.6, 2.6], rel=0.15)
    assert np.array_equal(drawn[:, 1], drawn[:, 2])


def test_the_frontier_of_the_tiers_is_that_of_layer_1() -> None:
    table = price_table(price("a", "A", "USA", (1.0, 1.0)))
    models = model_table({"a": 140.0})
    releases = release_table(models, ("unpriced", 151.0, 2.6, "2025-06-01"))
    market = priced.market_on(table, releases, models, date(2026, 6, 1))
    assert market is not None
    assert market.frontier == 151.0


# ---- the shipped tables -------------------------------------------------------------------------------


def stamp(text: str) -> pd.Timestamp:
    if not text:
        return pd.NaT  # type: ignore[return-value]
    freq = {4: "Y", 7: "M", 10: "D"}[len(text)]
    return pd.Period(text, freq=freq).end_time.normalize()


def shipped(name: str, on: date) -> pd.DataFrame:
    """Return a shipped table with the columns of its schema typed, cut at a day."""
    schema = tomllib.loads((TABLES / f"{name}.toml").read_text(encoding="utf-8"))
    frame = pd.read_csv(TABLES / f"{name}.csv", dtype=str, keep_default_na=False)
    frame = frame.assign(file=f"{name}.csv", row=range(2, len(frame) + 2))
    for column, spec in schema["columns"].items():
        if spec["type"] in {"number", "whole"}:
            frame[column] = pd.to_numeric(frame[column].where(frame[column] != "", None))
        elif spec["type"] == "date":
            frame[column] = pd.to_datetime(frame[column].map(stamp))
        elif spec["type"] == "flag":
            frame[column] = frame[column] == "true"
    dates = frame[str(schema["date"])]
    return frame.loc[dates.isna() | (dates <= pd.Timestamp(on))]


CODES = (*priced.TIERS, "price_front_share", "labs_within_2x_of_cheapest", "token_cost_site_ratio")
CODES += ("token_cost_hardware_ratio", "token_cost_own_stack_ratio")


def facts(on: date, **changed: pd.DataFrame) -> Facts:
    known = {name: shipped(name, on) for name in LAYER.tables} | changed
    made = SimpleNamespace(
        date=on, economies=ECONOMIES, indicators=dict.fromkeys(CODES), table=lambda name: known[name]
    )
    return cast("Facts", made)


@pytest.fixture(scope="module")
def now() -> pd.DataFrame:
    return LAYER.fit(facts(date(2026, 11, 23))).rows


def test_shipped_prices_are_paid_started_first_party_and_dated() -> None:
    with (TABLES / "prices.csv").open(encoding="utf-8", newline="") as handle:
        rows = list(csv.DictReader(handle))
    for row in rows:
        assert float(row["input_usd_per_mtok"]) > 0
        assert float(row["output_usd_per_mtok"]) > 0
        assert not any(mark in row["model"].lower() for mark in (":free", "batch", "-latest", "/"))
        assert row["valid_from"] <= row["seen"] or row["status"] == "scheduled"
        assert row["published"] <= row["seen"]
    assert len(
        {tuple(row[k] for k in ("model", "catalogue", "condition", "valid_from")) for row in rows}
    ) == len(rows)


def test_every_capability_key_of_the_prices_stands_in_the_models() -> None:
    day = date(2026, 11, 23)
    wanted = set(shipped("prices", day)["capability_of"]) - {""}
    models = shipped("models", day)
    assert wanted <= set(models.loc[models["eci"].notna(), "model"])


def test_capability_is_that_of_layer_1_and_most_priced_models_have_it() -> None:
    day = date(2026, 11, 23)
    models, offered = shipped("models", day), prices.offers(shipped("prices", day), day)
    releases = capability.releases(models, shipped("scores", day))
    placed = rated.with_capability(offered, releases, models, day)
    assert len(placed) > 0.6 * len(offered)
    assert set(placed["basis"]) == {"published", "crosswalk"}
    known = placed[placed["basis"] == "crosswalk"]
    assert known["capability"].tolist() == releases.loc[known["release"], "capability"].tolist()
    index = models.groupby("model")["eci"].max()
    listed = placed[placed["basis"] == "published"]
    assert listed["capability"].tolist() == index.loc[listed["capability_of"]].tolist()
    by_release = releases.loc[placed["release"]]
    assert placed["economy"].tolist() == by_release["economy"].tolist()


def test_all_eight_are_computed_for_the_pair_with_ranges(now: pd.DataFrame) -> None:
    for code in CODES:
        rows = now[now["code"] == code].set_index("economy")
        assert {"USA", "CHN"} <= set(rows.index)
        assert (rows["low"] <= rows["value"]).all()
        assert (rows["value"] <= rows["high"]).all()
    ratios = now[now["code"].str.contains("ratio")]
    assert (ratios["value"] >= 1.0).all()
    assert (now["date"] <= "2026-11-23").all()


def test_the_source_of_every_value_stands_in_its_indicator(now: pd.DataFrame) -> None:
    folder = TABLES.parent / "inference_cost"
    for code in (*priced.TIERS, "price_front_share", "labs_within_2x_of_cheapest"):
        told = tomllib.loads((folder / f"{code}.toml").read_text(encoding="utf-8"))
        assert told["computed_from"] == ["prices", "models", "scores"]
        assert set(told["computed_from"]) <= set(LAYER.tables)
        assert "artificial_analysis_2026_07" in told["sources"]
    for code in now["code"].unique():
        rows = now[now["code"] == code]
        declared = tomllib.loads((folder / f"{code}.toml").read_text(encoding="utf-8"))["sources"]
        assert set(rows["source"]) <= set(declared)


def test_the_same_facts_give_the_same_values(now: pd.DataFrame) -> None:
    pd.testing.assert_frame_equal(now, LAYER.fit(facts(date(2026, 11, 23))).rows)


def test_the_clock_lets_nothing_later_through() -> None:
    on = date(2026, 4, 30)
    early = LAYER.fit(facts(on)).rows
    assert (early["date"] <= on.isoformat()).all()
    # rows of later prices change nothing, even where the table still holds them
    whole = LAYER.fit(facts(on, prices=shipped("prices", date(2030, 1, 1)))).rows
    pd.testing.assert_frame_equal(early, whole)
    # nor does what a row that counts says of later days
    sold, day = shipped("prices", on), pd.Timestamp(on)
    unread = {name: sold[name].mask(sold[name] > day) for name in ("valid_to", "removed_by")}
    unread["seen"] = sold["seen"].mask(sold["seen"] > day, day)
    pd.testing.assert_frame_equal(early, LAYER.fit(facts(on, prices=sold.assign(**unread))).rows)
    assert LAYER.fit(facts(date(2024, 1, 1))).rows.empty


# ---- the price gap ------------------------------------------------------------------------------------


def test_gap_is_the_us_price_over_the_median_of_the_basket() -> None:
    table = price_table(
        price("claude-sonnet-4-6", "Anthropic", "USA", (3.0, 15.0)),
        price("deepseek-v4-pro", "DeepSeek", "CHN", (1.0, 3.0)),
        price("glm-5-1", "Z.ai", "CHN", (1.0, 5.0)),
        price("minimax-m2-7", "MiniMax", "CHN", (0.3, 1.0)),
    )
    result = gap.price_gap(table, date(2026, 6, 1))
    row = result[(result["basket"] == "flagships") & (result["measure"] == "output")].iloc[0]
    assert (row["ratio"], row["low"], row["high"]) == (15 / 3, 15 / 5, 15 / 1)  # median of 1, 3, 5 is 3
    chat = result[(result["basket"] == "flagships") & (result["measure"] == "chat")].iloc[0]
    assert chat["ratio"] == pytest.approx(6.0 / 1.5)  # (9 + 15) / 4 over (3 + 3) / 4


def test_two_laboratories_are_too_few_for_a_median() -> None:
    table = price_table(
        price("claude-sonnet-4-6", "Anthropic", "USA", (3.0, 15.0)),
        price("glm-5-1", "Z.ai", "CHN", (1.0, 5.0)),
        price("minimax-m2-7", "MiniMax", "CHN", (0.3, 1.0)),
    )
    assert gap.price_gap(table, date(2026, 6, 1)).empty


def test_month_ends_include_the_state_date() -> None:
    assert gap.month_ends(date(2025, 12, 5), date(2026, 2, 10)) == [
        date(2025, 12, 31),
        date(2026, 1, 31),
        date(2026, 2, 10),
    ]


def test_history_has_every_month_and_both_dates_of_the_claim() -> None:
    history = gap.price_gap_history(facts(date(2026, 11, 23)))
    rule = history[(history["basket"] == "flagships") & (history["measure"] == "output")]
    assert {date(2026, 4, 30), date(2026, 11, 23)} <= set(rule["date"])
    assert (rule["low"] <= rule["ratio"]).all()
    assert (rule["ratio"] <= rule["high"]).all()


def test_every_family_of_the_baskets_has_a_price() -> None:
    known = set(shipped("prices", date(2026, 11, 23))["family"])
    america, baskets = gap.baskets()
    assert {f for basket in baskets for lab in basket.labs.values() for f in lab} | set(america) <= known


def test_draws_keep_their_points() -> None:
    draws = doubt.two_piece(doubt.generator(9), np.array([1.0]), np.array([2.0]), np.array([8.0]))
    low, middle, high = np.quantile(draws, [0.05, 0.5, 0.95])
    assert low == pytest.approx(1.0, rel=0.15)
    assert middle == pytest.approx(2.0, rel=0.15)
    assert high == pytest.approx(8.0, rel=0.3)
