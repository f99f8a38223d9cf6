"""The index and the prediction: formulas against written-out sums, agreement with what others published."""

from __future__ import annotations

import dataclasses
from datetime import date
from functools import cache

import numpy as np
import pandas as pd
import pytest

import fourlayers
from fourlayers.screens.layers import frontier_capability as frontier_capability_screen
from indicators.facts import Facts, load
from indicators.fault import UsageError
from layers import frontier_capability
from layers.frontier_capability import LAYER, evaluation, history, irt, kept, naming, prediction, response
from layers.frontier_capability.covariates import effort_of
from layers.layer import ROWS


@cache
def shipped() -> Facts:
    return load()


def index() -> irt.Index:
    found = irt.index(shipped())
    assert found is not None
    return found


def shown(facts: Facts) -> str:
    """Return the screen without ranges of scores, its lines joined."""
    answer = fourlayers.score(facts, ("CHN", "USA"), draws=0)
    return " ".join(frontier_capability_screen.screen(facts, answer).split())


def small(seed: int = 1, models: int = 12, tests: int = 8) -> tuple[response.Cells, np.ndarray]:
    """Give scores made from known abilities: two configurations to a family, no score missing."""
    rng = np.random.default_rng(seed)
    ability, difficulty = np.sort(rng.normal(size=models)), rng.normal(size=tests)
    expected = response.sigmoid(ability[:, None] - difficulty[None])
    score = np.clip(expected + 0.02 * rng.normal(size=expected.shape), 0.0, 1.0)
    names = [f"m{k:02}" for k in range(models) for _ in range(tests)]
    kin = [f"f{k // 2:02}" for k in range(models) for _ in range(tests)]
    benchmarks = [f"b{b}" for _ in range(models) for b in range(tests)]
    return response.Cells.of(names, kin, benchmarks, score.ravel()), ability


class TestResponse:
    """The likelihood, its gradient and its inverse covariance."""

    def test_two_scores_written_out(self) -> None:
        cells = response.Cells.of(["m", "n"], ["f", "f"], ["b", "b"], np.array([0.6, 0.3]))
        x = np.array([0.5, -0.2, 0.1, 0.3, 0.2])  # two abilities, a family, a difficulty, a log slope
        slope = np.exp(0.2)
        p = 1.0 / (1.0 + np.exp(-slope * (np.array([0.5, -0.2]) - 0.3)))
        covariance = response.NOISE_SD**2 * np.array([[1.0, response.KINSHIP], [response.KINSHIP, 1.0]])
        d = p - np.array([0.6, 0.3])
        likely = d @ np.linalg.solve(covariance, d)
        prior = (0.4**2 + 0.3**2) / response.CONFIGURATION_SD**2 + (0.1 / response.FAMILY_SD) ** 2
        prior += (0.3 / response.DIFFICULTY_SD) ** 2 + (0.2 / response.LOG_SLOPE_SD) ** 2
        value, _ = response.objective(
            x, cells, response.Precision.of(cells, np.ones(2)), response.Prior.flat(cells)
        )
        assert value == pytest.approx(0.5 * (likely + prior))

    def test_gradient_is_the_slope_of_the_objective(self) -> None:
        cells, _ = small()
        rng = np.random.default_rng(2)
        weight = rng.uniform(0.2, 2.0, cells.score.size)
        given = (cells, response.Precision.of(cells, weight), response.Prior.flat(cells))
        x = rng.normal(scale=0.3, size=sum(cells.sizes) + cells.sizes[2])
        _, gradient = response.objective(x, *given)
        for k in range(x.size):
            step = np.zeros(x.size)
            step[k] = 1e-6
            rise = response.objective(x + step, *given)[0] - response.objective(x - step, *given)[0]
            assert gradient[k] == pytest.approx(rise / 2e-6, rel=1e-4, abs=1e-4)

    def test_pairs_are_the_entries_of_the_inverse_covariance(self) -> None:
        cells, _ = small()
        precision = response.Precision.of(cells, np.ones(cells.score.size))
        one, other, value = precision.pairs()
        matrix = np.zeros((cells.score.size, cells.score.size))
        matrix[one, other] = value
        same = cells.block[:, None] == cells.block[None]
        covariance = response.NOISE_SD**2 * np.where(same, response.KINSHIP, 0.0)
        covariance[np.diag_indices(cells.score.size)] = response.NOISE_SD**2
        np.testing.assert_allclose(matrix @ covariance, np.eye(cells.score.size), atol=1e-9)
        deviation = np.random.default_rng(3).normal(size=cells.score.size)
        np.testing.assert_allclose(precision.applied(deviation), matrix @ deviation)

    def test_known_abilities_are_found_in_order(self) -> None:
        cells, ability = small(models=16, tests=30)
        found = response.fitted(cells).parameters.ability
        assert np.corrcoef(found, ability)[0, 1] > 0.99

    def test_a_score_without_weight_is_not_seen(self) -> None:
        cells, _ = small()
        weight = np.ones(cells.score.size)
        weight[5] = 0.0
        changed = cells.score.copy()
        changed[5] = 0.0
        other = dataclasses.replace(cells, score=changed)
        one, two = (response.fitted(each, weight).x for each in (cells, other))
        np.testing.assert_array_equal(one, two)

    def test_draws_have_the_covariance_of_the_mode(self) -> None:
        cells, _ = small()
        fit = response.fitted(cells)
        drawn = fit.draws(20_000, 1).ability
        covariance = np.linalg.inv(response.curvature(fit))[: len(cells.models), : len(cells.models)]
        np.testing.assert_allclose(np.cov(drawn.T), covariance, rtol=0.1, atol=0.1 * covariance.max())


class TestIndex:
    """Shipped scores."""

    def test_anchors(self) -> None:
        place = dict(zip(index().models, index().centre, strict=True))
        assert [place[name] for name, _ in irt.ANCHORS] == pytest.approx(
            [points for _, points in irt.ANCHORS]
        )

    def test_shapes(self) -> None:
        found = index()
        assert found.draws.shape == (ROWS, len(found.models))
        assert len(found.family) == len(found.models) == len(found.frame)
        assert (found.frame["scores"] >= 3).all()

    def test_twice_the_same_to_the_last_bit(self) -> None:
        kept.forget()
        again = irt.index(load())
        assert again is not None
        assert again is not index()
        np.testing.assert_array_equal(again.draws, index().draws)

    def test_the_same_tables_are_fitted_once(self) -> None:
        assert irt.index(load()) is irt.index(load())

    def test_agrees_with_the_published_index_and_better_than_release_dates(self) -> None:
        every, recent = evaluation.with_eci(index(), shipped().table("models"))
        assert every.count > 150
        assert every.index >= 0.98
        assert recent.count > 50
        assert recent.index >= 0.9
        assert every.index > every.date + 0.04
        assert recent.index > recent.date + 0.2

    def test_agrees_with_votes_that_it_does_not_use(self) -> None:
        votes = evaluation.with_arena(index(), shipped().table("arena"))
        assert votes.count > 150
        assert votes.index >= 0.93

    def test_draws_are_about_as_wide_as_a_bootstrap_over_benchmarks(self) -> None:
        found = index()
        drawn = evaluation.bootstrap(found, 5, tolerance=1e-7)
        enough = found.frame["scores"].to_numpy() >= 5
        assert 0.75 < np.median((drawn.std(axis=0, ddof=1) / found.sd)[enough]) < 1.3

    def test_lag_of_china_near_published_ones(self) -> None:
        found = history.pair(index(), ["USA"], ["CHN"])
        assert found is not None
        assert not found.swapped
        daily, release = found.daily(), found.at_release()
        assert 4.0 < daily.value < 8.0
        assert daily.low < daily.value < daily.high
        assert 3.5 < release.value < 7.0

    def test_standings_by_laboratory_economy_and_weights_on_any_day(self) -> None:
        labs = history.standings(index(), "lab")
        assert labs[0].gap.high == 0.0
        assert [each.frontier.value for each in labs] == sorted(
            (s.frontier.value for s in labs), reverse=True
        )
        when = date(2024, 12, 31)
        past = history.standings(index(), "economy", when)
        assert past[0].name == "USA"
        assert max(each.released for each in past) <= when
        weights = {each.name: each.frontier.value for each in history.standings(index(), "open_weights")}
        assert weights["False"] > weights["True"]
        assert history.standings(index(), "lab", date(2020, 1, 1)) == []

    def test_the_other_order_tells_the_same(self) -> None:
        one, two = (history.pair(index(), *sides) for sides in ((["USA"], ["CHN"]), (["CHN"], ["USA"])))
        assert one is not None
        assert two is not None
        assert two.swapped
        assert one.daily() == two.daily()

    def test_benchmarks_that_hold_few_chinese_models_are_seen(self) -> None:
        frame = evaluation.fit_by_benchmark(index(), ("USA", "CHN")).set_index("benchmark")["CHN"]
        assert frame["hle"] < 5
        assert frame["aa_hle"] > 100


class TestClocks:
    """Earlier state dates, and what was known when."""

    def test_an_earlier_state_uses_only_what_was_out_and_keeps_the_scale(self) -> None:
        when = date(2025, 1, 31)
        past = irt.index(shipped().as_of(when))
        assert past is not None
        assert past.linked
        assert past.frame["released"].max() <= pd.Timestamp(when)
        benchmarks = shipped().table("benchmarks").set_index("benchmark")["released"]
        assert benchmarks[list(past.fit.cells.benchmarks)].max() <= pd.Timestamp(when)
        now = dict(zip(index().models, index().centre, strict=True))
        common = [k for k, name in enumerate(past.models) if name in now]
        apart = past.centre[common] - np.array([now[past.models[k]] for k in common])
        assert abs(apart.mean()) < 0.5
        assert apart.std() < 4.0

    def test_the_screen_says_that_tests_were_run_later(self) -> None:
        assert "their tests were run later" in shown(shipped().as_of(date(2025, 6, 30)))

    def test_nothing_is_known_before_the_scores_were_published(self) -> None:
        known = load(known_by=date(2026, 6, 30))
        assert irt.index(known) is None
        assert {row["code"] for row in LAYER.fit(known).records()} == {"arena_gap_points"}
        with pytest.raises(UsageError, match="no scores are known by then"):
            prediction.predict("gpt-5", "gpqa_diamond", known)
        refused = "Refused: capability as known by 2026-06-30. The scores were published by 2026-08-09"
        assert refused in shown(known)

    def test_without_the_scores_of_the_anchors_nothing_is_known_either(self) -> None:
        known = load(known_by=date(2026, 7, 20))
        assert not known.table("scores").empty
        assert irt.index(known) is None

    def test_too_early_for_anything(self) -> None:
        assert irt.index(shipped().as_of(date(2023, 3, 1))) is None


class TestPrediction:
    """Scores that were hidden, and names."""

    def test_hidden_scores(self) -> None:
        held = evaluation.board(shipped())
        found = evaluation.trials(held, "cells", 1, seed=77)
        model = evaluation.rmse(found.model)
        assert model <= 0.082
        assert model <= 0.85 * evaluation.rmse(found.plain)
        assert 0.85 < found.covered.mean() < 0.97

    def test_intervals_hold_their_mean_and_stay_shares(self) -> None:
        tests = list(shipped().table("benchmarks")["benchmark"])
        said = prediction.predict("kimi-k3_max", tests, shipped())
        assert said.mean.shape == (len(tests),)
        assert (
            (said.low >= 0.0) & (said.low <= said.mean) & (said.mean <= said.high) & (said.high <= 1.0)
        ).all()

    def test_a_copy_of_a_benchmark_is_predicted_as_the_original(self) -> None:
        said = prediction.predict("kimi-k3_max", ["scicode", "aa_scicode"], shipped())
        assert said.mean[0] == said.mean[1]

    def test_another_spelling_a_family_and_an_untested_effort(self) -> None:
        names = ["gpt-5-2025-08-07_high", "GPT-5-2025-08-07-High", "claude-opus-5_minimal"]
        said = prediction.predict(names, "aa_hle", shipped())
        assert said.mean[0] == said.mean[1]
        wide = said.high - said.low
        assert wide[2] > wide[0]

    def test_every_alias_means_its_family(self) -> None:
        ready, aliases = prediction.predictor(shipped()), naming.aliases(shipped())
        names = naming.Names(ready.known, ready.tested, aliases)
        assert len(aliases) > 20
        for alias, family in aliases.items():
            place = names.place(alias)
            assert place is not None
            assert ready.known.family[place.row] == family

    def test_unknown_names_are_told_with_near_ones(self) -> None:
        with pytest.raises(UsageError) as caught:
            prediction.predict(["gpt-5.5-ultra", "gpt-5", "kimi-k99"], ["aa_hle", "hlee", "hle"], shipped())
        first, second, third = str(caught.value).splitlines()
        assert first.startswith("unknown model 'gpt-5.5-ultra'; did you mean gpt-5")
        assert second.startswith("unknown model 'kimi-k99'; did you mean kimi-k2")
        assert third.startswith("unknown benchmark 'hlee'; did you mean hle")

    def test_pairs_are_as_many(self) -> None:
        with pytest.raises(UsageError, match="2 models and 3 benchmarks"):
            prediction.predict(["gpt-5", "kimi-k3"], ["hle", "gso", "mmlu"], shipped())
        with pytest.raises(UsageError, match="expected names"):
            prediction.predict(["gpt-5", 5], "hle", shipped())  # type: ignore[list-item]
        assert prediction.predict([], [], shipped()).mean.size == 0
        assert prediction.predict("gpt-5", [], shipped()).mean.size == 0

    def test_the_door_leads_to_it(self) -> None:
        said = fourlayers.predict("kimi-k3_max", "hle")
        assert said == frontier_capability.predict(["kimi-k3_max"], ["hle"], shipped())

    def test_effort_is_read_from_the_name(self) -> None:
        assert [effort_of(name) for name in ("m_none", "m_high", "m_8k")] == [0.0, 1.5, 1.25]
        assert np.isnan(effort_of("gpt-5-high"))

    def test_spelling(self) -> None:
        assert naming.spelling("fireworks/Kimi K2.5_high") == "kimi-k2-5-high"


def test_left_out_parts_are_named() -> None:
    scores = irt.released(shipped())
    some = scores[
        scores["benchmark"].isin(["aa_gpqa", "aa_hle", "aa_scicode", "gpqa_diamond", "arc_agi", "hle"])
    ]
    fit = irt.fit_of(some.reset_index(drop=True))
    assert fit is not None
    assert set(fit.cells.benchmarks) <= set(some["benchmark"])
