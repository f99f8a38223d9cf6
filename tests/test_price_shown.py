"""Charts and screen of layer 2: right in words for every pair, and equal to the layer in figures."""

from __future__ import annotations

import csv
import io
import re
from datetime import date
from typing import TYPE_CHECKING

import pytest
from answers import ANSWERS, a_leads

from fourlayers.screens.layers.inference_cost import ranged, screen, times
from fourlayers.screens.prices import series_screen, shelf_screen
from indicators.facts import load
from indicators.fault import UsageError
from layers.inference_cost import gap, history, hosted, paired
from layers.inference_cost.history import Ratio
from layers.inference_cost.prices import disagreements, offered
from layers.inference_cost.why import Cause, Why
from reports.charts import cost_why, draw, image, price_front, price_ratio

if TYPE_CHECKING:
    from indicators.facts import Facts
    from reports.charts import Chart

NAMES = ("price-front", "price-ratio", "price-gap", "cost-why")
DAY = date(2026, 11, 23)


@pytest.fixture(scope="module")
def shipped() -> Facts:
    return load()


def as_shown(chart: Chart) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(chart.csv())))


def ratio(tier: str, low: float, value: float, high: float) -> Ratio:
    return Ratio(DAY, tier, "tokens", value, low, high)


def test_the_title_says_who_is_cheaper_where_and_what_cannot_be_told() -> None:
    answer = a_leads()
    near, mid, far = ratio("near", 0.2, 0.25, 0.5), ratio("mid", 2.0, 4.0, 8.0), ratio("far", 0.9, 2.0, 4.0)
    assert price_front.finding(answer, [near, mid, far]) == (
        "US tokens are cheaper by 4.0x near the frontier; Chinese tokens are cheaper by 4.0x 20 points below "
        "it; elsewhere it cannot be told"
    )
    assert price_front.finding(answer, [far]).startswith("At no level of capability")
    assert "no tier sold by both" in price_front.finding(answer, [])
    assert price_front.finding(a_leads(("CHN", "USA")), [near]) == (
        "Chinese tokens are cheaper by 4.0x near the frontier"
    )


def test_the_title_over_time_counts_the_ranges_that_hold_the_claim() -> None:
    path = [ratio("near", 0.2, 0.25, 0.5), ratio("mid", 2.0, 4.0, 8.0)]
    assert price_ratio.finding(a_leads(), path).endswith("; 6x lies in one of the ranges")
    assert price_ratio.finding(a_leads(), path[:1]).endswith("; 6x lies in none of the ranges")
    assert "6x" not in price_ratio.finding(a_leads(("CHN", "USA")), path)
    assert price_ratio.finding(a_leads(("FRA", "CHN")), path).startswith("French over Chinese price")


def explained(**factors: float) -> paired.Paired:
    causes = tuple(Cause(name, value, value, value) for name, value in factors.items())
    whole = 1.0
    for value in factors.values():
        whole *= value
    cost = Cause("cost", whole, whole * 0.9, whole * 1.1)
    return paired.Paired(None, None, (), Why(causes, cost, cost, (), ()))  # type: ignore[arg-type]


def test_the_waterfall_names_its_main_cause_or_says_that_none_can_be_told() -> None:
    # ln 2 of ln 1.6 is 147 %, ln 0.8 is -47 %
    told = cost_why.finding(a_leads(), explained(electricity=0.8, hardware=2.0))
    assert told == "Hardware makes 147 % of the gap in cost, electricity \N{MINUS SIGN}47 %"
    # dearer in the first: the largest share of a gap below one
    assert cost_why.finding(a_leads(), explained(electricity=0.5, hardware=1.1)).startswith(
        "Electricity makes"
    )
    even = cost_why.finding(a_leads(), explained(electricity=1.0, hardware=1.05))
    assert even == "Costs of a token differ by less than the error of the model"
    assert "no case" in cost_why.finding(a_leads(), None)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("pair", [("USA", "CHN"), ("CHN", "USA"), ("FRA", "JPN")])
def test_charts_of_real_prices_are_drawn_for_any_pair(
    shipped: Facts, name: str, pair: tuple[str, str]
) -> None:
    chart = draw(name, a_leads(pair), shipped)
    assert len(chart.title) < 170
    assert chart.alt
    assert not re.search(r"\bnan\b", chart.title + chart.alt + chart.csv(), re.IGNORECASE)


def test_the_same_chart_has_the_same_bytes(shipped: Facts) -> None:
    for name in ("price-front", "cost-why"):
        first, again = (image(draw(name, a_leads(), shipped), "png") for _ in range(2))
        assert first == again


def test_charts_show_what_the_layer_says(shipped: Facts) -> None:
    answer = a_leads()
    shown = [
        row for row in as_shown(draw("price-ratio", answer, shipped)) if row["date"] == str(shipped.date)
    ]
    told = history.ratios(shipped, shipped.date, "USA", "CHN")
    assert [float(row["ratio"]) for row in shown] == pytest.approx([each.value for each in told])
    rows = {row["row"]: float(row["factor"]) for row in as_shown(draw("cost-why", answer, shipped))}
    found = paired.paired(shipped, "USA", "CHN")
    assert found is not None
    assert rows["Hardware"] == pytest.approx(next(c.value for c in found.why.causes if c.name == "hardware"))
    assert rows["Cost, China over US"] == pytest.approx(found.why.cost.value)
    tiers = [
        row for row in as_shown(draw("price-gap", answer, shipped)) if row["basket"] == "equal capability"
    ]
    assert {row["date"] for row in tiers} == {str(gap.claim().day), str(shipped.date)}


def test_tokens_that_may_not_be_printed_are_not(shipped: Facts) -> None:
    counts = {f"{value:g}" for value in shipped.table("token_use")["output_mtok"]}
    for name in NAMES:
        cells = {cell for row in as_shown(draw(name, a_leads(), shipped)) for cell in row.values()}
        assert not counts & cells


@pytest.mark.parametrize("make", ANSWERS)
def test_the_screen_fits_and_reads_for_every_answer(shipped: Facts, make: str) -> None:
    text = screen(shipped, ANSWERS[make]())
    assert all(len(line) <= 80 for line in text.splitlines())
    assert not re.search(r"\bnan\b", text)
    for words in ("Cheapest list price", "USA over CHN", "Why: GLM-5", "electricity", "Mind"):
        assert words in text


def test_the_screen_of_other_pairs_leaves_out_what_is_not_theirs(shipped: Facts) -> None:
    text = screen(shipped, a_leads(("FRA", "JPN")))
    assert all(len(line) <= 80 for line in text.splitlines())
    assert "Claude Sonnet" not in text
    assert "Asked per million" not in text
    early = shipped.as_of(date(2026, 4, 30))
    before = screen(early, a_leads())
    assert "2026-11" not in before.replace("state of 2026-11-23", "")


def test_ratios_are_written_with_two_figures() -> None:
    assert [times(value) for value in (0.272, 0.9, 0.96, 2.34, 12.4)] == [
        "0.27x",
        "0.90x",
        "1.0x",
        "2.3x",
        "12x",
    ]
    assert ranged(2.34, 0.5, 12.4) == "2.3x (0.50-12)"


def test_hosts_are_set_against_the_laboratory(shipped: Facts) -> None:
    found = {each.family: each for each in hosted.hosted(shipped)}
    glm = found["glm-5"]
    assert glm.own == pytest.approx((3 * 1.0 + 3.2) / 4)  # Z.ai's list: 1.00 and 3.20 USD
    assert glm.low <= glm.median <= glm.high
    assert glm.low == pytest.approx((3 * 0.6 + 2.08) / 4 / glm.own)  # DeepInfra: 0.60 and 2.08


def test_one_model_is_shown_since_its_prices_are_dated(shipped: Facts) -> None:
    for asked in ("gpt-5-6-luna", "GPT-5.6 Luna", "gpt-5.6-luna"):
        text = series_screen(shipped, asked)
        assert "2026-07-09  1       0.1     6" in text
        assert "longer than 272,000 tokens" in text
    assert "introductory  2026-12-01" in series_screen(shipped, "gemini-4-argon")
    with pytest.raises(UsageError, match="unknown model 'glm5'; did you mean glm-5"):
        series_screen(shipped, "glm5")


def test_disagreements_of_catalogues_are_listed(shipped: Facts) -> None:
    text = shelf_screen(shipped)
    apart = disagreements(offered(shipped, shipped.date))
    assert f"Catalogues disagree on {len(apart)}" in text
    assert all(len(line) <= 80 for line in text.splitlines())
    assert "peak hours" in text
    nothing = shelf_screen(shipped.as_of(date(2020, 1, 1)))
    assert "0 models" in nothing
    assert "agree on every price" in nothing
