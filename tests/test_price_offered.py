"""List prices: in force on a day, as a series, their steps, disagreements, and the gap of flagships."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest

from indicators.facts import load
from indicators.period import month_ends
from layers.inference_cost import gap, paired, prices

if TYPE_CHECKING:
    from indicators.facts import Facts


def price(
    model: str, lab: str, economy: str, cost: tuple[float, float], **more: str | float
) -> dict[str, Any]:
    usual = {
        "model": model,
        "listing": model,
        "family": model,
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
        "cache_read_usd_per_mtok": float("nan"),
        "published": more.get("valid_from", "2026-01-01"),
        "source": "model_prices",
    }
    return usual | more


def price_table(*rows: dict[str, Any]) -> pd.DataFrame:
    frame = pd.DataFrame(rows).assign(row=range(2, len(rows) + 2), file="prices.csv")
    for column in ("valid_from", "valid_to", "removed_by", "seen", "published"):
        frame[column] = pd.to_datetime(frame[column])
    return frame


def holding(facts: Facts, frame: pd.DataFrame, on: date) -> Facts:
    """Give facts on a day with their own price table."""
    made = facts.as_of(on)
    made._read["prices"] = frame
    return made


@pytest.fixture(scope="module")
def shipped() -> Facts:
    return load()


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
    early = {"catalogue": "models.dev", "seen": "2026-01-05", "valid_from": "2026-01-05"}
    table = price_table(
        price("a", "A", "CHN", (1.0, 1.0)),
        price("a", "A", "CHN", (0.5, 0.5), catalogue="litellm", seen="2026-06-01", valid_from="2026-06-01"),
        price("a", "A", "CHN", (2.0, 2.0), condition="peak", catalogue="genai-prices"),
        price("a", "A", "CHN", (9.0, 9.0), **early),
    )
    offer = prices.offers(table, date(2026, 6, 2)).iloc[0]
    # models.dev was read 4 days after the central price began: it may not have seen it
    assert (offer["low"], offer["price"], offer["high"]) == (0.5, 1.0, 2.0)
    assert (offer["cheapest"], offer["dearest"]) == ("litellm", "peak hours")
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
    assert offered[["input", "output"]].to_numpy().tolist() == [[2.0, 2.0]]


def test_where_one_other_catalogue_is_all_there_is_nothing_is_offered() -> None:
    alone = {"catalogue": "litellm"}
    table = price_table(
        price("a", "A", "USA", (1.0, 1.0), **alone), price("b", "A", "CHN", (3.0, 3.0), **alone)
    )
    # a frame without rows takes the index of what is put into it: no row without a price may come back
    assert prices.offers(table, date(2026, 6, 2)).empty


def test_a_dated_change_after_the_last_reading_of_the_dated_catalogue_counts() -> None:
    late = {"catalogue": "genai-prices", "valid_from": "2026-10-29", "seen": "2026-11-10"}
    table = price_table(price("a", "A", "FRA", (4.0, 4.0)), price("a", "A", "FRA", (2.0, 2.0), **late))
    assert prices.offers(table, date(2026, 10, 28))["price"].tolist() == [4.0]
    offer = prices.offers(table, date(2026, 11, 1)).iloc[0]
    assert (offer["low"], offer["price"], offer["high"]) == (2.0, 2.0, 4.0)


def test_a_dearer_thinking_rate_is_the_price_of_a_model() -> None:
    table = price_table(
        price("a", "A", "CHN", (1.0, 1.0)), price("a", "A", "CHN", (1.0, 5.0), condition="thinking")
    )
    assert prices.offers(table, date(2026, 6, 1))["price"].tolist() == [2.0]  # (3 x 1 + 5) / 4


def test_input_without_a_cache_price_is_read_at_the_full_one() -> None:
    table = price_table(
        price("a", "A", "USA", (2.0, 4.0)),
        price("b", "A", "USA", (2.0, 4.0), cache_read_usd_per_mtok=0.2),
    )
    assert prices.offers(table, date(2026, 6, 1)).set_index("model")["cached"].to_dict() == {
        "a": 2.0,
        "b": 0.2,
    }


def test_a_series_has_a_row_for_each_change_and_none_for_a_repeated_price() -> None:
    table = price_table(
        price("a", "A", "USA", (4.0, 4.0), valid_to="2026-03-01"),
        price("a", "A", "USA", (4.0, 4.0), valid_from="2026-03-01", valid_to="2026-05-01"),
        price("a", "A", "USA", (2.0, 2.0), valid_from="2026-05-01"),
        price("b", "A", "USA", (9.0, 9.0)),
    )
    found = prices.series(table, "a", date(2026, 8, 1))
    assert [(str(day.date()), value) for day, value in zip(found["from"], found["price"], strict=True)] == [
        ("2026-01-01", 4.0),
        ("2026-05-01", 2.0),
    ]
    assert prices.series(table, "nobody", date(2026, 8, 1)).empty


def test_disagreements_name_both_catalogues_the_widest_first() -> None:
    other = {"catalogue": "litellm", "valid_from": "2026-05-01", "seen": "2026-05-01"}
    table = price_table(
        price("same", "A", "USA", (1.0, 1.0)),
        price("same", "A", "USA", (1.001, 1.0), **other),
        price("a", "A", "USA", (1.0, 1.0)),
        price("a", "A", "USA", (1.5, 1.5), **other),
        price("b", "A", "USA", (1.0, 1.0)),
        price("b", "A", "USA", (0.25, 0.25), **other),
    )
    found = prices.disagreements(prices.offers(table, date(2026, 6, 1)))
    assert found[["model", "cheapest", "dearest", "times"]].to_numpy().tolist() == [
        ["b", "litellm", "model-prices", 4.0],
        ["a", "model-prices", "litellm", 1.5],
    ]


def test_long_prompts_are_charged_by_the_step_of_the_price_list() -> None:
    offered = prices.offers(price_table(price("a", "A", "CHN", (1.0, 4.0))), date(2026, 6, 1))
    tiers = pd.DataFrame(
        {
            "listing": ["a", "a", "b"],
            "above_tokens": [32000.0, 128000.0, 1.0],
            "valid_from": pd.to_datetime(["2026-01-01"] * 3),
            "valid_to": pd.Series([pd.NaT] * 3),
            "base_input_usd_per_mtok": [0.5, 0.5, 1.0],
            "base_output_usd_per_mtok": [2.0, 2.0, 1.0],
            "input_usd_per_mtok": [1.0, 2.0, 9.0],
            "output_usd_per_mtok": [3.0, 8.0, 9.0],
            "cache_read_usd_per_mtok": [0.1, float("nan"), 9.0],
        }
    )
    for prompt, expected in (
        (32000.0, [1.0, 1.0, 4.0]),  # not longer than the threshold: the base
        (40000.0, [2.0, 0.2, 6.0]),  # twice the input, half more of the output, cache 0.1 x 1.0 / 0.5
        (200000.0, [4.0, 4.0, 16.0]),  # four times both; no cache price: moves as the input
    ):
        assert prices.stepped(offered, tiers, prompt, date(2026, 6, 1)).iloc[0].tolist() == pytest.approx(
            expected
        )
    ended = tiers.assign(valid_to=pd.Timestamp("2026-03-01"))
    assert prices.stepped(offered, ended, 2e5, date(2026, 6, 1)).iloc[0].tolist() == [1.0, 1.0, 4.0]


# ---- the shipped table --------------------------------------------------------------------------------


def test_introductory_prices_have_an_end(shipped: Facts) -> None:
    rows = shipped.table("prices")
    intro = rows[rows["condition"] == "introductory"]
    assert len(intro) > 5
    assert intro["valid_to"].notna().all()


def test_one_listing_is_offered_once_and_deepseek_not_at_its_peak_rate(shipped: Facts) -> None:
    offered = prices.offered(shipped, shipped.date)
    assert not offered.duplicated(["lab", "listing"]).any()
    pro = offered[offered["listing"] == "deepseek-v4-pro"].iloc[0]
    assert (pro["output"], pro["high"] / pro["price"]) == (1.98, pytest.approx(2.0))  # peak: 3.96
    assert (offered["price"] > 0).all()
    assert (offered["low"] <= offered["price"]).all()
    assert (offered["price"] <= offered["high"]).all()


def test_luna_fell_by_four_fifths_on_the_thirtieth_of_july(shipped: Facts) -> None:
    found = prices.series(shipped.table("prices"), "gpt-5-6-luna", shipped.date)
    # OpenAI reduced the price by 80 % on 2026-07-30: 1 and 6 to 0.20 and 1.20 USD
    assert found["from"].dt.date.tolist()[:2] == [date(2026, 7, 9), date(2026, 7, 30)]
    assert found["price"].tolist()[:2] == pytest.approx([(3 + 6) / 4, (0.6 + 1.2) / 4])


# ---- the gap between flagships ------------------------------------------------------------------------


def test_gap_is_the_us_price_over_the_median_of_the_basket(shipped: Facts) -> None:
    table = price_table(
        price("claude-sonnet-4-6", "Anthropic", "USA", (3.0, 15.0)),
        price("deepseek-v4-pro", "DeepSeek", "CHN", (1.0, 3.0)),
        price("glm-5-1", "Z.ai", "CHN", (1.0, 5.0)),
        price("minimax-m2-7", "MiniMax", "CHN", (0.3, 1.0)),
    )
    day = date(2026, 6, 1)
    result = gap.price_gap(holding(shipped, table, day), day)
    row = result[(result["basket"] == "flagships") & (result["measure"] == "output")].iloc[0]
    assert (row["ratio"], row["low"], row["high"]) == (15 / 3, 15 / 5, 15 / 1)  # median of 1, 3, 5 is 3
    chat = result[(result["basket"] == "flagships") & (result["measure"] == "chat")].iloc[0]
    assert chat["ratio"] == pytest.approx(6.0 / 1.5)  # (9 + 15) / 4 over (3 + 3) / 4
    without = table[table["family"] != "deepseek-v4-pro"]
    assert gap.price_gap(holding(shipped, without, day), day).empty  # two laboratories are too few


def test_month_ends_include_the_state_date() -> None:
    expected = [date(2025, 12, 31), date(2026, 1, 31), date(2026, 2, 10)]
    assert month_ends(date(2025, 12, 5), date(2026, 2, 10)) == expected


def test_history_has_every_month_and_both_dates_of_the_claim(shipped: Facts) -> None:
    history = gap.price_gap_history(shipped)
    rule = history[(history["basket"] == "flagships") & (history["measure"] == "output")]
    assert {gap.claim().day, shipped.date} <= set(rule["date"])
    assert (rule["low"] <= rule["ratio"]).all()
    assert (rule["ratio"] <= rule["high"]).all()


def test_every_family_of_the_baskets_has_a_price(shipped: Facts) -> None:
    known = set(shipped.table("prices")["family"])
    america, baskets = gap.baskets()
    assert {f for basket in baskets for lab in basket.labs.values() for f in lab} | set(america) <= known


def test_the_same_open_weights_are_priced_on_both_sides(shipped: Facts) -> None:
    found = paired.paired(shipped, "USA", "CHN")
    assert found is not None
    assert found.a.model is found.b.model
    assert [each.seller for each in found.asked] == ["Amazon Bedrock, Google Vertex AI", "Z.ai"]
    # GLM-5 at Z.ai: 1.0 and 3.2 USD, cache 0.2; 608 / 168 tokens read a token written, 56.3 % from the cache
    expected = 3.2 + 608 / 168 * (0.437 * 1.0 + 0.563 * 0.2)
    assert found.asked[1].price == pytest.approx(expected, rel=0.01)
