"""Layer 4: the instrument model against simulated truths, breaks and diffusion, and what the files hold."""

from __future__ import annotations

import csv
import math
import shutil
import tomllib
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indicators.facts import Facts, load
from indicators.fault import DataError
from layers.application_ecosystem import LAYER
from layers.application_ecosystem.assemble import paces, scale
from layers.application_ecosystem.declared import declared
from layers.application_ecosystem.diffusion import Wave, pace, unbroken
from layers.application_ecosystem.evidence import PERCENT, connected, covering, current, logit
from layers.application_ecosystem.instruments import PRIOR, Bias, Evidence, fit
from layers.application_ecosystem.users import users_million
from layers.layer import ROWS

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

DATA = Path(__file__).parent.parent / "indicators" / "data"
FOLDER = DATA / "application_ecosystem"
PILLARS = ("enterprise", "consumers", "developers", "capital")


def told(code: str) -> dict[str, Any]:
    return tomllib.loads((FOLDER / f"{code}.toml").read_text(encoding="utf-8"))


def rows(code: str) -> list[dict[str, str]]:
    with (FOLDER / f"{code}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def row_of(code: str, economy: str, when: str) -> dict[str, str]:
    return next(row for row in rows(code) if (row["economy"], row["date"]) == (economy, when))


def value(code: str, economy: str, when: str) -> float:
    return float(row_of(code, economy, when)["value"])


CODES = sorted(path.stem for path in FOLDER.glob("*.toml"))
SCORED = [code for code in CODES if told(code)["weight"] > 0]
PUBLISHED = [code for code in SCORED if "computed_from" not in told(code)]
COMPUTED = [code for code in CODES if "computed_from" in told(code)]


# ---- the instrument model: a truth is drawn, observed by three instruments, and found again


def simulated(
    rng: np.random.Generator, economies: int = 10
) -> tuple[Evidence, NDArray[np.float64], list[float]]:
    """Draw a truth from the prior and what three instruments make of it; the first declares the scale."""
    tau = min(max(abs(rng.normal(0, PRIOR.tau)), 0.05), 1.6)
    sigma = min(max(abs(rng.normal(0, PRIOR.sigma)), 0.02), 0.5)
    theta = rng.normal(PRIOR.level, PRIOR.level_sd) + rng.normal(0, PRIOR.spread, economies)
    growth = rng.normal(PRIOR.growth, PRIOR.growth_sd) + rng.normal(0, PRIOR.growth_economy, economies)
    offset = np.concatenate([[0.0], rng.normal(0, PRIOR.offset, 2)])
    drift = np.concatenate([[0.0], rng.normal(0, PRIOR.growth_instrument, 2)])
    apart = rng.normal(0, tau, (economies, 3))
    biases = (Bias(1, 0, -1, 1.5), Bias(1, 1, 1, 0.35))
    sizes = [abs(rng.normal(0, each.sd)) for each in biases]
    seen = [(e, 0, when) for e in range(economies) for when in (-0.75, -0.25, 0.0)]
    seen += [(e, 1, when) for e in (0, 1, 4, 6) for when in (-2.0, -1.0)]
    seen += [(e, 2, -0.25) for e in range(4, economies)]
    e, i, t = (np.array(part) for part in zip(*seen, strict=True))
    y = theta[e] + growth[e] * t + offset[i] + drift[i] * t + apart[e, i] + rng.normal(0, sigma, len(e))
    for each, size in zip(biases, sizes, strict=True):
        y = y + np.where((e == each.economy) & (i == each.instrument), each.sign * size, 0.0)
    nothing = np.zeros(len(y))
    return Evidence(y, nothing, e, i, t.astype(float), np.ones(3), biases, economies), theta, sizes


def test_ninety_per_cent_ranges_hold_the_truth_in_85_to_95_of_100() -> None:
    rng = np.random.default_rng(11)
    inside, biased, blind = [], [], []
    for seed in range(120):
        evidence, theta, sizes = simulated(rng)
        found = fit(evidence, 400, seed)
        low, high = np.quantile(found.theta, (0.05, 0.95), axis=0)
        inside.append((low <= theta) & (theta <= high))
        blind.append(inside[-1][1])
        low, high = np.quantile(found.bias, (0.05, 0.95), axis=0)
        biased.append((low <= sizes) & (sizes <= high))
    assert 0.85 <= np.mean(inside) <= 0.95
    assert 0.82 <= np.mean(blind) <= 0.97  # the economy with both biases alone
    assert 0.82 <= np.mean(biased) <= 0.97


def test_without_its_bias_the_model_misses_an_instrument_that_sees_too_little() -> None:
    rng = np.random.default_rng(5)
    evidence, theta, _ = simulated(rng)
    seen = (evidence.economy == 1) & (evidence.instrument == 0)
    blinded = replace(evidence, y=np.where(seen, theta[1] - 4.0 + evidence.years, evidence.y))
    aware, naive = fit(blinded, 400, 1), fit(replace(blinded, biases=()), 400, 1)
    assert np.median(aware.theta[:, 1]) > np.median(naive.theta[:, 1]) + 0.3
    assert np.quantile(aware.bias[:, 0], 0.05) > 0


def test_the_same_seed_gives_the_same_draws_and_biases_have_one_sign() -> None:
    evidence, _, _ = simulated(np.random.default_rng(2))
    one, two = fit(evidence, 200, 9), fit(evidence, 200, 9)
    assert all(
        np.array_equal(getattr(one, name), getattr(two, name)) for name in ("theta", "growth", "bias", "tau")
    )
    assert one.bias.min() >= 0
    assert (one.offset[:, 0] == 0).all()


def test_one_instrument_alone_gives_back_what_it_says() -> None:
    """Three economies, one instrument, no doubt about it: the medians lie at its figures."""
    y = logit(np.array([20.0, 40.0, 60.0]))
    places, nothing = np.arange(3), np.zeros(3)
    alone = Evidence(y, nothing, places, nothing.astype(int), nothing, np.array([0.05]), (), 3)
    assert np.median(fit(alone, 1000, 3).theta, axis=0) == pytest.approx(y, abs=0.06)


# ---- diffusion


def waves(*shares: float, wording: tuple[str, ...] = ()) -> list[Wave]:
    words = wording or ("",) * len(shares)
    return [Wave(date(2020 + k, 6, 30), share, words[k]) for k, share in enumerate(shares)]


def test_four_waves_on_a_logistic_curve_give_it_back() -> None:
    # 10, 18.2, 31.0, 47.5 %: the logits rise by ln 2 each year
    shares = [100 / (1 + math.exp(-(math.log(1 / 9) + k * math.log(2)))) for k in range(4)]
    found = pace(waves(*shares))
    assert found is not None
    assert found.kind == "logistic"
    assert found.logits == pytest.approx(math.log(2), rel=2e-3)
    assert found.points == pytest.approx(100 * 0.4706 * 0.5294 * math.log(2), rel=5e-3)
    assert found.half == pytest.approx(-math.log(8 / 9) / math.log(2), abs=5e-3)
    assert found.low < found.points < found.high


def test_three_waves_give_the_plain_change() -> None:
    found = pace(
        [Wave(date(2025, 6, 30), 26.3), Wave(date(2025, 12, 31), 28.3), Wave(date(2026, 3, 31), 31.3)]
    )
    assert found is not None
    assert found.kind == "change"
    assert found.points == pytest.approx(5 / ((date(2026, 3, 31) - date(2025, 6, 30)).days / 365.25))
    assert math.isnan(found.low)


def test_a_break_is_not_crossed() -> None:
    seen = waves(2.7, 2.8, 28.0, 30.3, wording=("old", "old", "new", "new"))
    assert [wave.share for wave in unbroken(seen)] == [28.0, 30.3]
    found = pace(seen)
    assert found is not None
    assert found.kind == "change"
    assert found.points == pytest.approx(2.3, rel=0.01)
    assert pace(waves(5.4, 18.5, wording=("old", "new"))) is None


def test_waves_too_close_or_too_far_apart_give_no_change() -> None:
    assert pace([Wave(date(2026, 1, 31), 10.0), Wave(date(2026, 3, 31), 12.0)]) is None
    assert pace([Wave(date(2024, 1, 31), 10.0), Wave(date(2026, 3, 31), 12.0)]) is None
    assert pace([]) is None


@settings(max_examples=40)
@given(st.lists(st.floats(1, 99), min_size=4, max_size=8))
def test_a_share_that_never_falls_never_spreads_backwards(shares: list[float]) -> None:
    found = pace(waves(*sorted(shares)))
    assert found is not None
    assert found.points >= -1e-9


# ---- the shipped facts


@pytest.fixture(scope="module")
def facts() -> Facts:
    return load()


def test_china_stands_between_what_telemetry_and_panel_say(facts: Facts) -> None:
    """Ordering only: above the instrument that is declared blind, below the panel that asks who is online."""
    one = scale(facts, "people")
    assert one is not None
    china = one.share[:, one.tied.economies.index("CHN")]
    low, high = np.quantile(china, (0.05, 0.95))
    assert 16.4 < low < high < 81.2
    naive = scale(facts, "people", biased=False)
    assert naive is not None
    told_so = np.quantile(naive.share[:, naive.tied.economies.index("CHN")], (0.05, 0.95))
    assert high - low > told_so[1] - told_so[0]  # the doubt about the bias is in the range


def test_a_survey_that_was_held_out_lies_in_its_predicted_range(facts: Facts) -> None:
    """China's national survey does not enter; 42.8 % of all people are 61.8 % of those aged 15 to 64."""
    one = scale(facts, "people")
    assert one is not None
    place = one.tied.instruments.index("household survey (Eurostat)")
    china = one.fitted.theta[:, one.tied.economies.index("CHN")] + one.fitted.offset[:, place]
    apart = one.fitted.tau * np.random.default_rng(0).standard_normal(ROWS)
    low, high = np.quantile(PERCENT / (1 + np.exp(-china - apart)), (0.025, 0.975))
    assert low < 42.8
    assert high > 42.8 / 0.693


def test_every_economy_of_the_telemetry_is_on_the_scale_of_people(facts: Facts) -> None:
    found = LAYER.fit(facts).rows
    shares = found[found["code"] == "ai_user_share_est"]
    assert set(shares["economy"]) == set(facts.economies)
    assert ((shares["low"] < shares["value"]) & (shares["value"] < shares["high"])).all()


def test_what_no_instrument_covers_has_no_share(facts: Facts) -> None:
    found = LAYER.fit(facts).rows
    firms = set(found.loc[found["code"] == "enterprise_ai_use_est", "economy"])
    table = facts.table("adoption")
    entered = table[(table["counts"] == "firms") & table["enters"].astype(bool)]
    fresh = entered[entered["date"] >= "2023-11-24"]
    assert firms == set(fresh["economy"])
    assert {"SGP", "ARE", "SAU", "TWN", "ISR"}.isdisjoint(firms)


def test_users_are_the_share_of_the_same_draw_times_people(facts: Facts) -> None:
    drawn = LAYER.fit(facts).posteriors[0]
    share, users = (
        drawn.values[:, drawn.codes.index(code)] for code in ("ai_user_share_est", "ai_users_million")
    )
    usa = drawn.economies.index("USA")
    # 340.1 million people, 63.4 % of them aged 15 to 64
    assert users[:, usa] / share[:, usa] * 100 == pytest.approx(np.full(ROWS, 340.1 * 0.634), rel=1e-3)
    assert drawn.family == "adoption"


def test_both_clocks_cut_what_the_model_reads(facts: Facts) -> None:
    early = LAYER.fit(facts.as_of(date(2026, 1, 15))).rows
    rises = early[early["code"] == "ai_user_share_change_pp"]
    assert set(rises["date"]) == {"2025-12-31"}
    known = LAYER.fit(facts.known_by_day(date(2026, 5, 1))).rows  # telemetry was published on 6 May
    assert "ai_user_share_est" not in set(known["code"])
    assert LAYER.fit(facts.as_of(date(2017, 12, 31))).rows.empty


def test_the_instruments_that_cover_a_pair(facts: Facts) -> None:
    one = scale(facts, "firms")
    assert one is not None
    assert covering(one.tied.rows, ("USA", "CHN")) == (
        "executive survey (McKinsey)",
        "online panel of employees (MIC Japan)",
    )
    assert covering(one.tied.rows, ("USA", "FRA")) == ()


def test_what_is_not_tied_to_the_scale_stays_out(facts: Facts) -> None:
    people = declared()["people"]
    held = current(facts, "people", people)
    adrift = held[held["instrument"] != people.declared].assign(economy="X" + held["economy"])
    assert connected(adrift, people.declared).empty
    assert not connected(held, people.declared).empty


def test_no_series_of_the_shipped_data_has_four_waves_without_a_break(facts: Facts) -> None:
    kinds = {one.kind for counts in ("people", "firms") for one in paces(facts, counts).values()}
    assert kinds == {"change"}


def broken(tmp_path: Path, spoil: Callable[[list[dict[str, str]]], None]) -> list[str]:
    """Faults of a copy of the shipped table with something spoilt."""
    folder = tmp_path / "tables"
    folder.mkdir()
    shutil.copy(DATA / "tables" / "adoption.toml", folder / "adoption.toml")
    with (DATA / "tables" / "adoption.csv").open(encoding="utf-8", newline="") as file:
        held = list(csv.DictReader(file))
    spoil(held)
    with (folder / "adoption.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(held[0]))
        writer.writeheader()
        writer.writerows(held)
    with pytest.raises(DataError) as caught:
        load([tmp_path]).table("adoption")
    return [str(fault) for fault in caught.value.faults]


def test_an_instrument_seen_in_one_economy_is_refused_with_its_row(tmp_path: Path) -> None:
    def spoil(held: list[dict[str, str]]) -> None:
        held[4].update(instrument="somebody's survey")

    (said,) = broken(tmp_path, spoil)
    assert said.startswith('adoption.csv, row 6, instrument: found "people: somebody\'s survey" in')
    assert "at least two values of economy" in said
    assert "enters = false" in said


def test_an_unknown_economy_and_a_share_above_100_are_refused_with_their_rows(tmp_path: Path) -> None:
    def spoil(held: list[dict[str, str]]) -> None:
        held[0]["economy"], held[2]["value"] = "US", "163"

    said = broken(tmp_path, spoil)
    assert said[0].startswith("adoption.csv, row 2, economy: found 'US'")
    assert "Write USA" in said[0]
    assert said[1].startswith("adoption.csv, row 4, value: found '163'")


def test_single_surveys_are_shown_and_do_not_enter() -> None:
    with (DATA / "tables" / "adoption.csv").open(encoding="utf-8", newline="") as file:
        held = list(csv.DictReader(file))
    seen: dict[tuple[str, str], set[str]] = {}
    for row in held:
        seen.setdefault((row["instrument"], row["enters"]), set()).add(row["economy"])
    assert all(len(economies) > 1 for (_, enters), economies in seen.items() if enters == "true")
    assert seen["national survey (CNNIC)", "false"] == {"CHN"}


def test_the_declared_biases_say_why_and_name_what_there_is() -> None:
    with (DATA / "tables" / "adoption.csv").open(encoding="utf-8", newline="") as file:
        cells = {(row["instrument"], row["economy"]) for row in csv.DictReader(file)}
    for one in declared().values():
        assert {one.declared, *one.loose} <= {instrument for instrument, _ in cells}
        for bias in one.biases:
            assert (bias.instrument, bias.economy) in cells
            assert len(bias.reason) > 80


def test_the_wide_prior_spans_what_has_been_published_on_china() -> None:
    bias = next(b for b in declared()["people"].biases if b.side == "under")
    reach = logit(np.array([16.4]))[0] + 1.959964 * bias.sd  # 95 % of a half-normal lies below 1.96 sd
    assert PERCENT / (1 + math.exp(-reach)) == pytest.approx(79, abs=1)
    over = next(b for b in declared()["people"].biases if b.side == "over")
    offline = [
        logit(np.array([share]))[0] - logit(np.array([share * online / 100]))[0]
        for share, online in ((81.2, 80.1), (68.8, 94.7))
    ]
    assert offline == pytest.approx([0.84, 0.16], abs=0.01)
    assert 1.959964 * over.sd == pytest.approx(offline[0] - offline[1], abs=0.01)


# ---- the indicators of the layer, read as files


@pytest.mark.parametrize("code", PUBLISHED)
def test_a_scored_column_holds_one_instrument(code: str) -> None:
    instruments = {row["instrument"] for row in rows(code)}
    assert instruments == {told(code).get("central_instrument", "")}


@pytest.mark.parametrize("code", PUBLISHED)
def test_only_actual_values_and_estimates(code: str) -> None:
    assert {row["status"] for row in rows(code)} <= {"actual", "estimate"}


@pytest.mark.parametrize("pillar", PILLARS)
def test_each_pillar_is_known_for_both_of_the_pair_at_most_two_years_apart(pillar: str, facts: Facts) -> None:
    found = LAYER.fit(facts).rows
    apart = []
    for code in SCORED:
        if told(code)["pillar"] != pillar:
            continue
        last: dict[str, int] = {}
        if code in COMPUTED:
            mine = found[found["code"] == code]
            last = {e: int(day[:4]) for e, day in zip(mine["economy"], mine["date"], strict=True)}
        else:
            last = {row["economy"]: int(row["date"][:4]) for row in rows(code)}
        if {"USA", "CHN"} <= last.keys():
            apart.append(abs(last["USA"] - last["CHN"]))
    assert min(apart) == 0
    assert max(apart) <= 2


def test_no_bias_is_added_again_to_what_the_model_drew() -> None:
    for code in COMPUTED:
        assert "bias" not in told(code)


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
    bound = told("ai_private_investment_usd_bn")["censor_bound"]
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
