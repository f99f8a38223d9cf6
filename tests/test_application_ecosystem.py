"""Layer 4: one instrument to a scored column, the pair within two years, and the arithmetic written out."""

from __future__ import annotations

import csv
import math
import tomllib
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest

from indicators.facts import load
from layers.application_ecosystem import LAYER
from layers.application_ecosystem.users import earlier, newest, users_million, yearly_rise

DATA = Path(__file__).parent.parent / "indicators" / "data"
FOLDER = DATA / "application_ecosystem"
PILLARS = ("enterprise", "consumers", "developers", "capital")


def settings(code: str) -> dict[str, Any]:
    return tomllib.loads((FOLDER / f"{code}.toml").read_text(encoding="utf-8"))


def rows(code: str) -> list[dict[str, str]]:
    with (FOLDER / f"{code}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def row_of(code: str, economy: str, when: str) -> dict[str, str]:
    return next(row for row in rows(code) if (row["economy"], row["date"]) == (economy, when))


def value(code: str, economy: str, when: str) -> float:
    return float(row_of(code, economy, when)["value"])


CODES = sorted(path.stem for path in FOLDER.glob("*.toml"))
SCORED = [code for code in CODES if settings(code)["weight"] > 0]
PUBLISHED = [code for code in SCORED if "computed_from" not in settings(code)]


@pytest.mark.parametrize("code", PUBLISHED)
def test_a_scored_column_holds_one_instrument(code: str) -> None:
    instruments = {row["instrument"] for row in rows(code)}
    assert len(instruments) == 1
    central = settings(code).get("central_instrument", "")
    assert instruments == {central}


def test_the_column_that_mixes_instruments_is_never_scored() -> None:
    assert len({row["instrument"] for row in rows("ai_adoption_by_instrument")}) > 10
    assert settings("ai_adoption_by_instrument")["weight"] == 0


def test_chinas_survey_never_stands_in_the_telemetry_column() -> None:
    china = [float(row["value"]) for row in rows("ai_user_share_pct") if row["economy"] == "CHN"]
    assert china == [15.4, 16.3, 16.4]


@pytest.mark.parametrize("code", PUBLISHED)
def test_only_actual_values_and_estimates(code: str) -> None:
    assert {row["status"] for row in rows(code)} <= {"actual", "estimate"}


@pytest.mark.parametrize("pillar", PILLARS)
def test_each_pillar_has_a_survey_or_count_of_both_at_most_two_years_apart(pillar: str) -> None:
    apart = []
    for code in PUBLISHED:
        if settings(code)["pillar"] == pillar:
            last = {row["economy"]: int(row["date"][:4]) for row in rows(code)}
            if {"USA", "CHN"} <= last.keys():
                apart.append(abs(last["USA"] - last["CHN"]))
    assert min(apart) == 0
    assert max(apart) <= 2


def test_the_business_survey_says_that_it_is_not_like_for_like() -> None:
    assert "CHN" not in {row["economy"] for row in rows("ai_firm_use_oecd_pct")}
    assert settings("ai_firm_use_oecd_pct")["caveat"].startswith("Not like for like")


def test_koreas_break_of_2022_is_not_crossed() -> None:
    korea = [row["date"] for row in rows("ai_firm_use_oecd_pct") if row["economy"] == "KOR"]
    assert min(korea) == "2022"


def test_two_editions_of_private_investment_are_one_series() -> None:
    """Cumulative totals 2013-2025 (edition 2026) less 2013-2024 (edition 2025) against the year 2025."""
    cumulative = {
        "USA": (757.27, 470.922),
        "CHN": (131.83, 119.320),
        "GBR": (34.07, 28.17),
        "CAN": (19.59, 15.31),
    }
    for economy, (to_2025, to_2024) in cumulative.items():
        year = value("ai_private_investment_usd_bn", economy, "2025")
        assert math.isclose(to_2025 - to_2024, year, rel_tol=0.01), economy


def test_guidance_funds_set_the_upper_end_for_china_and_nothing_else() -> None:
    china = row_of("ai_private_investment_usd_bn", "CHN", "2025")
    assert float(china["high"]) == pytest.approx(12.41 + 184 / 10, abs=0.02)
    assert float(china["value"]) == 12.41


def test_a_bound_entered_as_an_interval_is_the_middle_of_zero_to_the_bound() -> None:
    bound = settings("ai_private_investment_usd_bn")["censor_bound"]
    for economy in ("ARE", "NLD"):
        row = row_of("ai_private_investment_usd_bn", economy, "2025")
        assert float(row["value"]) == pytest.approx(0.50 * bound)
        assert float(row["low"]) == 0
        assert float(row["high"]) == bound


def test_a_censored_count_lies_above_its_bound() -> None:
    assert all(float(row["value"]) >= 100 for row in rows("github_topic_pushers_llm"))


def test_newly_funded_companies_come_from_the_edition_that_lists_all() -> None:
    counts = rows("ai_newly_funded_companies")
    assert len(counts) == 23
    assert {row["source"] for row in counts} == {"ai_index_2025"}


def test_corrected_values() -> None:
    assert value("openrouter_token_share_by_hq_pct", "USA", "2026-05-16") == 42.4
    assert value("openrouter_token_share_by_hq_pct", "CHN", "2026-05-16") == 43.4
    assert value("ai_skill_penetration", "IND", "2025") == 2.95


def logit(percent: float) -> float:
    return math.log(percent / (100 - percent))


def half_normal_point(x: float, sd: float) -> float:
    """Return the share of a half-normal below x: erf(x / (sd sqrt 2))."""
    return math.erf(x / (sd * math.sqrt(2)))


def test_the_bias_of_telemetry_is_what_its_reason_says() -> None:
    sd = settings("ai_user_share_pct")["bias"]["CHN"]["sd"]
    panel = (logit(81.2) - logit(15.4)) - (logit(68.8) - logit(26.3))
    survey = (logit(42.8 / 0.693) - logit(16.3)) - (logit(56) - logit(28.3))
    assert panel == pytest.approx(1.35, abs=0.01)
    assert survey == pytest.approx(0.96, abs=0.02)
    assert half_normal_point(survey, sd) == pytest.approx(0.66, abs=0.01)
    assert half_normal_point(panel, sd) == pytest.approx(0.82, abs=0.01)


def test_the_same_bias_on_the_number_of_users_is_the_same_shift() -> None:
    shifted = 100 / (1 + math.exp(-(logit(16.4) + 1.0)))
    number = settings("ai_users_million")["bias"]["CHN"]
    assert number["group"] == settings("ai_user_share_pct")["bias"]["CHN"]["group"]
    assert number["sd"] == pytest.approx(math.log(shifted / 16.4), abs=0.01)


def chain() -> list[dict[str, str]]:
    with (DATA / "tables" / "value_chain.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_value_chain_holds_no_projection_and_no_net_margin() -> None:
    by = {(row["company"], row["period"]): row for row in chain()}
    assert ("Anthropic", "Q2 2026") not in by
    assert by["Zhipu (Knowledge Atlas)", "H1 2025"]["operating_margin"] == ""
    assert by["SMIC", "FY2025"]["revenue_usd_bn"] == "9.327"
    assert by["Microsoft (AI business)", "rate at Q3 FY2026"]["scope"] == "run_rate"


@pytest.mark.parametrize(
    ("company", "yuan_bn", "dollars_bn"),
    [("Cambricon", 6.5, 0.906), ("Moore Threads", 1.5, 0.209), ("MetaX", 1.6, 0.223)],
)
def test_chinese_rows_of_2025_have_one_rate(company: str, yuan_bn: float, dollars_bn: float) -> None:
    row = next(r for r in chain() if (r["company"], r["period"]) == (company, "FY2025"))
    assert float(row["revenue_usd_bn"]) == dollars_bn == pytest.approx(yuan_bn / 7.1756, abs=0.0005)


def test_users_are_share_times_people_of_working_age() -> None:
    # 30 % of the 60 % of working age among 10 million people: 10 x 0.6 x 0.3 = 1.8 million
    assert users_million([30.0], [10_000_000], [60.0])[0] == pytest.approx(1.8)


def test_a_rise_of_five_points_in_nine_months_is_6_67_a_year() -> None:
    assert yearly_rise(26.3, 31.3, 0.75 * 365.25) == pytest.approx(5 / 0.75)


def waves() -> pd.DataFrame:
    columns = ("economy", "date", "period_end", "value")
    seen = [
        ("USA", "2024-06-30", "2024-06-30", 20.0),
        ("USA", "2025-06-30", "2025-06-30", 26.3),
        ("USA", "2026-03-31", "2026-03-31", 31.3),
        ("CHN", "2026-03-31", "2026-03-31", 16.4),
    ]
    frame = pd.DataFrame(seen, columns=list(columns))
    return frame.assign(period_end=pd.to_datetime(frame["period_end"]))


def test_a_rise_reaches_back_a_year_at_most_and_needs_two_waves() -> None:
    latest = newest(waves())
    first = earlier(waves(), latest)
    assert list(latest["value"]) == [16.4, 31.3]
    assert list(first.index) == ["USA"]
    assert first.loc["USA", "value"] == 26.3
    assert first.loc["USA", "days"] == (date(2026, 3, 31) - date(2025, 6, 30)).days


def facts() -> SimpleNamespace:
    """Two economies, the United States with a population and China without one."""
    seen = waves().assign(
        code="ai_user_share_pct",
        published="2026-05-06",
        low=float("nan"),
        high=float("nan"),
        interval_kind="",
        status="actual",
        instrument="Microsoft telemetry",
        source="microsoft_q1_2026",
        quality="modelled",
        note="",
        file="ai_user_share_pct.csv",
        row=[2, 3, 4, 5],
    )
    people = pd.DataFrame(
        [
            ("USA", "population", "2023-12-31", 330e6),
            ("USA", "population", "2024-12-31", 340e6),
            ("USA", "working_age_share_pct", "2024-12-31", 65.0),
        ],
        columns=["economy", "measure", "date", "value"],
    )
    people = people.assign(date=pd.to_datetime(people["date"]))
    return SimpleNamespace(economies=("USA", "CHN"), observations=seen, table=lambda _: people)


def test_the_layer_computes_what_it_can_and_leaves_the_rest_out() -> None:
    out = LAYER.fit(facts()).rows  # type: ignore[arg-type]
    assert [(row.code, row.economy) for row in out.itertuples()] == [
        ("ai_users_million", "USA"),
        ("ai_user_share_change_pp", "USA"),
    ]
    # 31.3 % of 340 million x 65 %
    assert out["value"].iloc[0] == pytest.approx(0.313 * 340 * 0.65, abs=1e-3)
    assert (out["date"] == "2026-03-31").all()
    assert (out["row"] == 4).all()


def test_the_shipped_facts_give_the_users_of_the_pair() -> None:
    rows = LAYER.fit(load()).rows
    users = rows[rows["code"] == "ai_users_million"].set_index("economy")["value"]
    assert len(users) == 23
    # share x population of 2024 x working-age share: 0.313 x 340.1 x 0.634 and 0.164 x 1,409.0 x 0.693
    assert users["USA"] == pytest.approx(0.313 * 340.1 * 0.634, rel=1e-3)
    assert users["CHN"] == pytest.approx(0.164 * 1409.0 * 0.693, rel=1e-3)


def test_an_earlier_state_sees_no_later_wave() -> None:
    rows = LAYER.fit(load(as_of=date(2026, 1, 15))).rows
    assert set(rows["date"]) == {"2025-12-31"}
    assert LAYER.fit(load(as_of=date(2024, 12, 31))).rows.empty
