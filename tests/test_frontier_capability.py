"""Layer 1: sums written out, properties of the frontier, and what a state date lets through."""

from __future__ import annotations

import math
from datetime import date
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import indicators
from indicators.facts import load
from layers.frontier_capability import LAYER, domains, frontier, kept, output, preference

LEAP = {
    "model": "leap", "family": "leap", "lab": "Nobody", "economy": "JPN", "released": "2026-01-15",
    "score_type": "third_party_evaluation", "open_weights": "true", "n_rows": "1", "proportion": "true",
    "doubtful": "false", "source": "artificial_analysis_2026_07", "published": "2026-07-06",
}  # fmt: skip
LEAPS = {"aa_gpqa": "0.99", "aa_hle": "0.95", "aa_scicode": "0.95", "aa_critpt": "0.9", "aa_ifbench": "0.99"}
POINTS = st.floats(min_value=80.0, max_value=200.0)


class TestGaps:
    """The best of an economy against the best of the world."""

    def test_gap_is_own_best_less_world_best(self) -> None:
        points = [161.0, 150.0, 153.0, 140.0]
        chinese = [False, False, True, True]
        assert frontier.gap(points, chinese) == pytest.approx(153.0 - 161.0)

    def test_leader_has_no_gap(self) -> None:
        assert frontier.gap([161.0, 153.0], [True, False]) == 0.0

    def test_works_draw_by_draw(self) -> None:
        drawn = [[161.0, 153.0], [155.0, 156.0]]
        assert frontier.gap(drawn, [False, True]).tolist() == [-8.0, 0.0]

    @given(st.lists(POINTS, min_size=1, max_size=20), st.data())
    def test_a_weaker_model_never_moves_the_frontier(self, points: list[float], data: st.DataObject) -> None:
        member = data.draw(st.lists(st.booleans(), min_size=len(points), max_size=len(points)))
        best = frontier.best(points, member)
        weaker = data.draw(st.floats(min_value=0.0, max_value=max(points)))
        more = frontier.best([*points, min(weaker, float(best))], [*member, True])
        assert more == max(best, min(weaker, float(best)))
        assert frontier.best([*points, weaker], [True] * (len(points) + 1)) == max(points)

    @given(st.lists(POINTS, min_size=1, max_size=20), st.data())
    def test_a_gap_is_never_above_zero(self, points: list[float], data: st.DataObject) -> None:
        member = data.draw(st.lists(st.booleans(), min_size=len(points), max_size=len(points)))
        assert frontier.gap(points, member) <= 0.0


class TestLaboratories:
    """Depth and the effective number of laboratories."""

    def test_best_model_of_each_laboratory_counts(self) -> None:
        points = [161.0, 150.0, 155.0, 140.0]
        labs = ["A", "A", "B", "C"]
        gaps = frontier.lab_gaps(points, labs, [True, True, True, False])
        assert gaps.tolist() == [0.0, -6.0]

    def test_depth_is_the_mean_of_three(self) -> None:
        assert frontier.depth([-30.0, 0.0, -6.0, -9.0], -40.0) == pytest.approx((0.0 - 6.0 - 9.0) / 3)

    def test_a_lacking_laboratory_counts_as_the_worst_post(self) -> None:
        assert frontier.depth([-20.0], -40.0) == pytest.approx((-20.0 - 40.0 - 40.0) / 3)

    def test_a_hopeless_laboratory_counts_no_less_than_none(self) -> None:
        assert frontier.depth([-20.0, -95.0], -40.0) == frontier.depth([-20.0], -40.0)

    def test_effective_laboratories(self) -> None:
        assert frontier.effective_labs([0.0, -8.0, -16.0]) == pytest.approx(1.0 + 0.5 + 0.25)


class TestLag:
    """Months since the leader first stood where the follower stands."""

    event = (0.0, 100.0, 200.0, 300.0)
    leader = ((120.0, 140.0, 160.0, 160.0),)
    follower = ((-np.inf, 110.0, 145.0, 165.0),)
    month = 365.25 / 12

    def daily(self, at: float) -> float:
        behind, ahead = np.array(self.follower), np.array(self.leader)
        return float(frontier.lag_by_day(behind, ahead, self.event, [at])[0, 0])

    def test_counts_from_the_first_model_at_that_level(self) -> None:
        assert self.daily(200.0) == pytest.approx(0.0)
        assert self.daily(150.0) == pytest.approx(150.0 / self.month)

    def test_grows_by_a_month_a_month_between_releases(self) -> None:
        assert self.daily(290.0) - self.daily(290.0 - self.month) == pytest.approx(1.0)

    def test_negative_where_the_follower_leads(self) -> None:
        assert self.daily(330.0) == pytest.approx(-30.0 / self.month)

    def test_the_two_sides_are_each_other_s_mirror(self) -> None:
        rng = np.random.default_rng(1)
        one, two = (np.maximum.accumulate(rng.normal(size=(50, 30)), axis=1) for _ in range(2))
        at = np.arange(0.0, 40.0)
        there, back = (frontier.lag_by_day(*pair, np.arange(30.0), at) for pair in ((one, two), (two, one)))
        np.testing.assert_allclose(there, -back)

    def test_unknown_before_both_have_released(self) -> None:
        assert math.isnan(self.daily(50.0))
        assert math.isnan(self.daily(-5.0))

    def test_at_release_a_lag_without_a_beginning_and_a_lead_without_an_end_are_bounds(self) -> None:
        behind, ahead = np.array(self.follower), np.array(self.leader)
        lag, bound = frontier.lag_at_release(behind, ahead, self.event, 400.0)
        expected = [math.nan, 100.0 / self.month, 0.0, -100.0 / self.month]
        np.testing.assert_allclose(lag[0], expected)
        assert bound[0].tolist() == [0, 1, 0, -1]  # 110 was below the leader's first, 165 it never reached

    def test_at_release_a_lead_ends_when_the_leader_arrives(self) -> None:
        behind, ahead = np.array([[150.0] * 4]), np.array(self.leader)
        lag, bound = frontier.lag_at_release(behind, ahead, self.event, 400.0)
        assert lag[0, 0] == pytest.approx(-200.0 / self.month)
        assert np.isnan(lag[0, 1:]).all()
        assert not bound.any()


class TestRunningBest:
    """The frontier on a day."""

    def test_best_of_what_was_out(self) -> None:
        path = frontier.running_best([1.0, 3.0, 2.0], [5.0, 1.0, 3.0], [True, True, True], [0.0, 1.0, 9.0])
        assert path.tolist() == [-np.inf, 3.0, 3.0]

    def test_only_members_count(self) -> None:
        path = frontier.running_best([1.0, 3.0], [1.0, 1.0], [True, False], [1.0])
        assert path.tolist() == [1.0]


class TestAround:
    """What the draws of published figures are used for."""

    def test_only_the_spread_of_the_draws_is_used(self) -> None:
        drawn = frontier.around(-8.0, np.linspace(-12.0, -2.0, 101))
        assert np.quantile(drawn, [0.05, 0.5, 0.95]) == pytest.approx([-12.5, -8.0, -3.5])

    def test_held_within_the_range(self) -> None:
        assert frontier.around(0.0, np.linspace(-2.0, 0.0, 101), highest=0.0).max() == 0.0


class TestDomains:
    """Shares of the best score of the world."""

    tests = ("one", "two", "three")

    def scores(self) -> pd.DataFrame:
        world = [("USA", t, 0.8, False) for t in self.tests for _ in range(domains.FEWEST_TESTED)]
        own = [("CHN", "one", 0.6, False), ("CHN", "two", 0.4, False), ("CHN", "three", 0.0, True)]
        frame = pd.DataFrame(world + own, columns=["economy", "benchmark", "score", "doubtful"])
        return frame.assign(trials=1000)

    def test_a_test_without_a_score_counts_zero(self) -> None:
        assert domains.ratio([0.6, 0.4, np.nan], [0.8, 0.8, 0.8]) == pytest.approx((0.75 + 0.5 + 0.0) / 3)

    def test_the_upper_end_leaves_it_out(self) -> None:
        placed = domains.domain_ratios(self.scores(), ["CHN", "FRA"], self.tests)
        assert list(placed) == ["CHN"]
        chinese = placed["CHN"]
        assert chinese.value == pytest.approx((0.75 + 0.5) / 3)
        assert chinese.high >= (0.75 + 0.5) / 2
        assert chinese.drawn.shape == (1000,)
        assert chinese.low <= chinese.value
        assert chinese.without == ("three",)

    def test_too_few_tested_configurations_give_nothing(self) -> None:
        few = self.scores().groupby("benchmark").head(domains.FEWEST_TESTED - 1)
        assert domains.domain_ratios(few, ["USA"], self.tests) == {}


class TestArena:
    """Ratings by votes."""

    def test_error_of_a_rating(self) -> None:
        assert preference.rating_sd([10_000.0])[0] == pytest.approx(2 * (400 / math.log(10)) / 100)

    def test_a_list_without_votes_is_given_four_thousand(self) -> None:
        assert preference.rating_sd([math.nan])[0] == preference.rating_sd([4000.0])[0]

    def test_only_the_newest_list_is_read(self) -> None:
        lists = pd.DataFrame(
            {"date": pd.to_datetime(["2025-01-01", "2025-02-01"]), "rating": [1500.0, 1400.0]}
        )
        assert preference.newest_list(lists)["rating"].tolist() == [1400.0]


class TestOutput:
    """Counts in a moving window."""

    def notable(self) -> pd.DataFrame:
        rows = [
            ("old", "USA", "2021-12-31", 9e26), ("a", "USA", "2023-06-01", 1e25),
            ("b", "USA;CHN", "2024-06-01", 1e24), ("c", "", "2024-07-01", np.nan),
            ("d", "CHN", "2025-01-01", 1e23),
        ]  # fmt: skip
        frame = pd.DataFrame(rows, columns=["model", "economies", "date", "compute_flop"])
        return frame.assign(date=pd.to_datetime(frame["date"]))

    def test_shares_of_joint_models(self) -> None:
        recent = output.recent(self.notable(), pd.Timestamp("2025-01-01"))
        counted = output.counts(recent)
        assert list(counted.loc["USA"]) == pytest.approx([1.0 + 0.5, 1.5**2 / 2.0, 2.0])
        assert list(counted.loc["CHN"]) == pytest.approx([0.5 + 1.0, 1.5**2 / 2.0, 2.0])

    def test_window_ends_with_the_data(self) -> None:
        notable = self.notable()
        assert output.window_end(notable, pd.Timestamp("2026-11-23").date()) == pd.Timestamp("2025-01-01")
        assert output.window_end(notable, pd.Timestamp("2024-01-01").date()) == pd.Timestamp("2024-01-01")

    def test_largest_computation_against_the_world(self) -> None:
        largest = output.largest_compute(output.recent(self.notable(), pd.Timestamp("2025-01-01")))
        by = largest.set_index("economy")
        assert by["value"].to_dict() == pytest.approx({"USA": 0.0, "CHN": math.log10(1e24 / 1e25)})
        assert by.loc["CHN", "model"] == "b"


def added(folder: Path, table: str, rows: list[dict[str, str]]) -> Path:
    """Copy a shipped table into a folder of the user's and append rows to it."""
    shipped = Path(indicators.__file__).parent / "data" / "tables"
    tables = folder / "tables"
    tables.mkdir(exist_ok=True)
    for end in ("toml", "csv"):
        text = (shipped / f"{table}.{end}").read_text(encoding="utf-8")
        (tables / f"{table}.{end}").write_text(text, encoding="utf-8")
    header = (shipped / f"{table}.csv").read_text(encoding="utf-8").splitlines()[0].split(",")
    with (tables / f"{table}.csv").open("a", encoding="utf-8") as file:
        file.writelines(",".join(row.get(column, "") for column in header) + "\n" for row in rows)
    return folder


@pytest.fixture
def with_a_leap(tmp_path: Path) -> Path:
    """Give a folder whose scores hold one model more: far above all others, and of January 2026."""
    rows = [LEAP | {"benchmark": test, "score": score} for test, score in LEAPS.items()]
    return added(tmp_path, "scores", rows)


@cache
def fitted(when: date, *folders: Path) -> pd.DataFrame:
    rows: pd.DataFrame = LAYER.fit(load(folders, as_of=when)).rows
    return rows


class TestStateDate:
    """What the layer says on earlier dates."""

    @pytest.mark.parametrize("when", [date(2023, 9, 30), date(2025, 6, 30), date(2026, 11, 23)])
    def test_every_value_is_dated_before_the_state(self, when: date) -> None:
        rows = fitted(when)
        assert set(rows["code"]) >= {"frontier_gap_points", "arena_gap_points", "notable_models_36m"}
        assert (pd.to_datetime(rows["date"]) <= pd.Timestamp(when)).all()

    def test_a_later_model_moves_the_unit_of_points_at_most(self, with_a_leap: Path) -> None:
        when = date(2025, 6, 30)
        without, held = fitted(when), fitted(when, with_a_leap)
        np.testing.assert_allclose(without["value"], held["value"], rtol=0.01)
        lag = without["code"] == "months_behind"
        np.testing.assert_array_equal(without.loc[lag, "value"], held.loc[lag, "value"])

    def test_the_same_model_leads_once_it_is_out(self, with_a_leap: Path) -> None:
        rows = fitted(date(2026, 1, 31), with_a_leap)
        gaps = rows[rows["code"] == "frontier_gap_points"].set_index("economy")["value"]
        assert gaps["JPN"] == 0.0
        assert gaps["USA"] < -10.0

    def test_values_lie_within_their_intervals(self) -> None:
        rows = fitted(date(2026, 11, 23)).dropna(subset=["low"])
        assert (rows["low"] <= rows["value"]).all()
        assert (rows["value"] <= rows["high"]).all()

    def test_one_row_per_indicator_and_economy(self) -> None:
        rows = fitted(date(2026, 11, 23))
        assert not rows.duplicated(["code", "economy"]).any()

    def test_twice_the_same(self) -> None:
        when = date(2026, 11, 23)
        kept.forget()
        pd.testing.assert_frame_equal(fitted(when), fitted.__wrapped__(when))

    def test_scores_are_refused_before_they_were_published(self) -> None:
        rows = LAYER.fit(load(known_by=date(2026, 6, 30))).rows
        assert set(rows["code"]) == {"arena_gap_points"}

    def test_nothing_known_gives_no_rows(self) -> None:
        assert fitted(date(1949, 1, 1)).empty
