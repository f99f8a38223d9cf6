"""The published ASEM index through the one pipeline: scored tables, and tables of replicates as draws."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest

from fourlayers import score_frame
from scoring.index.imeta import framework_of
from scoring.index.recipe import Recipe, read_recipe

if TYPE_CHECKING:
    from pathlib import Path

    from scoring.index.result import Result

CLOSE = 1e-12
REPLICATES = 1e-10
STEPS = ("denominate", "impute", "screen", "treat", "normalise")
FROM_ONE = {"method": "minmax", "lower": 1, "upper": 100}
BARE = {"impute": "none", "screen": "none", "treat": "none"}
STRENGTHS_APART = {"Ship", "Embs"}
"""Also first, as seven of the indicators are: ties are broken by the name of the pillar there."""
WEAKNESS_APART = "FreePress"
"""Last of all on it, and left out by the reference for being last (its `min_discard`)."""


@pytest.fixture(scope="module")
def asem(peers: Path) -> Path:
    return peers / "asem"


def recipe(choices: dict[str, Any] | None = None, **changes: Any) -> Recipe:  # noqa: ANN401
    """Make the recipe of the published example, changed as named."""
    stated = {
        "order": STEPS,
        "impute": {"method": "group_mean", "group": "EurAsia_group"},
        "screen": {"method": "availability", "least": 0.9},
        "treat": "two_stage",
        "normalise": "minmax",
    }
    plain = read_recipe("plain").model_dump()
    return Recipe.model_validate(plain | {"choices": stated | (choices or {})} | changes)


def scored(asem: Path, choices: dict[str, Any] | None = None, **changes: Any) -> Result:  # noqa: ANN401
    return score_frame(asem / "iData.csv", asem / "iMeta.csv", recipe(choices, **changes))


@pytest.fixture(scope="module")
def example(asem: Path) -> Result:
    return scored(asem)


def published(path: Path) -> pd.DataFrame:
    found: pd.DataFrame = pd.read_csv(path, index_col=0)
    return found


def apart(found: pd.DataFrame, expected: pd.DataFrame) -> float:
    """Largest relative difference over the columns of the published table; missing must be missing."""
    columns = [column for column in expected.columns if column in found.columns]
    assert len(columns) > len(expected.columns) / 2
    mine, theirs = (each.loc[expected.index, columns].astype(float).to_numpy() for each in (found, expected))
    assert (np.isnan(mine) == np.isnan(theirs)).all()
    off = np.abs(mine - theirs) / np.where(theirs == 0, 1.0, np.abs(theirs))
    return float(np.nanmax(off))


@pytest.mark.parametrize(
    ("name", "stage"),
    [
        ("1_raw", "raw"),
        ("2_denominated", "denominated"),
        ("3_imputed", "imputed"),
        ("4_screened", "screened"),
        ("5_treated", "treated"),
        ("6_normalised", "normalised"),
        ("7_aggregated", "aggregated"),
    ],
)
def test_every_stage_of_the_example(asem: Path, example: Result, name: str, stage: str) -> None:
    expected = published(asem / "base" / f"{name}.csv")
    assert apart(example.lineage[stage], expected) < CLOSE
    assert example.lineage[stage].shape == expected.shape


@pytest.mark.parametrize(
    ("name", "choices", "changes"),
    [
        ("amean_minmax0_100", {}, {}),
        ("gmean_minmax1_100", {"normalise": FROM_ONE}, {"aggregate": "geometric"}),
        (
            "amean_amean_gmean_minmax1_100",
            {"normalise": FROM_ONE},
            {"aggregate": ["arithmetic", "arithmetic", "geometric"]},
        ),
        ("amean_noimpute", BARE, {}),
        ("amean_noimpute_datthresh0.8", BARE, {"threshold": 0.8}),
    ],
)
def test_every_aggregation_from_the_raw_table(
    asem: Path, name: str, choices: dict[str, Any], changes: dict[str, Any]
) -> None:
    found = scored(asem, choices, **changes).lineage["aggregated"]
    expected = published(asem / "agg" / f"agg_{name}.csv")
    assert apart(found, expected) < CLOSE


def test_scores_ranks_and_ranks_within_groups(asem: Path, example: Result) -> None:
    full = published(asem / "base" / "results_full.csv").drop(columns="Rank")  # rounded to 15 decimals
    assert np.allclose(example.scores.loc[full.index, full.columns], full, rtol=CLOSE, atol=1e-15)
    ranks = published(asem / "base" / "results_ranks_aggs.csv")
    assert (example.ranks.loc[ranks.index, ranks.columns] == ranks).all(axis=None)
    summary = published(asem / "base" / "results_summ.csv")
    assert example.ranks["Index"].loc[summary.index].tolist() == summary["Rank"].tolist()
    within = published(asem / "base" / "results_groupranks_gdp.csv").drop(columns="GDP_group")
    mine = example.ranks_within("GDP_group").loc[within.index, within.columns]
    assert (mine == within).all(axis=None)


def test_weights_lineage_and_availability(asem: Path, example: Result) -> None:
    weights = pd.read_csv(asem / "base" / "eff_weights.csv").set_index("iCode")
    assert np.allclose(example.weights.loc[weights.index, "effective"], weights["EffWeight"], rtol=CLOSE)
    assert example.weights.loc[weights.index, "level"].tolist() == weights["Level"].tolist()
    tree = pd.read_csv(asem / "base" / "lineage.csv")
    parents = example.weights["parent"]
    assert parents.loc[tree["Indicator"]].tolist() == tree["Pillar"].tolist()
    assert parents.loc[tree["Pillar"]].tolist() == tree["Sub-index"].tolist()
    assert apart(example.availability, published(asem / "base" / "data_avail_raw_bygroup.csv")) < CLOSE


def test_points_that_were_pulled_in(asem: Path, example: Result) -> None:
    expected = pd.read_csv(asem / "base" / "treat_points.csv", index_col=0, dtype=str, keep_default_na=False)
    mine = example.notes["treated"].loc[expected.index, expected.columns]
    assert ((mine != "") == (expected != "")).all(axis=None)
    details = pd.read_csv(asem / "base" / "treat_details.csv").set_index("iCode")["winsorise.nwin"].fillna(0)
    assert (mine != "").sum().loc[details.index].tolist() == details.tolist()
    assert int(example.notes["imputed"].sum().sum()) == 65


def test_one_unit_with_its_strengths_and_weaknesses(asem: Path, example: Result) -> None:
    summary = published(asem / "base" / "unit_summary_CHN.csv")
    mine = example.unit_summary("CHN").loc[summary.index]
    assert np.allclose(mine["score"], summary["Score"], rtol=CLOSE)
    assert mine["rank"].tolist() == summary["Rank"].tolist()
    strong = published(asem / "base" / "strengths_CHN.csv")
    best = example.strengths("CHN", 7)
    assert set(best.index) == set(strong.index) | STRENGTHS_APART
    assert (best["rank"] == 1).all()
    weak = published(asem / "base" / "weaknesses_CHN.csv")
    worst = example.weaknesses("CHN", 8)
    assert worst.index[0] == WEAKNESS_APART
    assert worst.loc[weak.index, "rank"].tolist() == weak["Rank"].tolist()
    for code, row in pd.concat([strong, weak]).iterrows():
        value = {**best["value"], **worst["value"]}[code]
        assert float(f"{value:.3g}") == row["Value"]


# --- replicates: a published table of parameters as draws

DOUBT = {
    "treat": [{"method": "two_stage", "most": most} for most in range(1, 6)],
    "normalise": [FROM_ONE, {"method": "zscore", "mean": 10, "sd": 2}],
    "aggregate": [["arithmetic"] * 3, ["geometric"] * 3],
}


@pytest.fixture(scope="module")
def doubted(asem: Path) -> Result:
    return scored(asem, doubt=DOUBT)


def noisy_weights(asem: Path) -> pd.DataFrame:
    table = pd.read_csv(asem / "sa" / "noisy_weights_100.csv")
    found: pd.DataFrame = table.pivot_table(index="rep", columns="iCode", values="Weight")
    return found


def replicates(asem: Path, result: Result, para: pd.DataFrame) -> pd.DataFrame:
    """Index scores of a table of parameters, replicates x units."""
    draws = result.draws(
        noisy_weights(asem).loc[para["weight_rep"]],
        treat=para["winmax"] - 1,
        normalise=(para["norm"] == "n_zscore").astype(int),
        aggregate=(para["agg"] == "a_gmean").astype(int),
    )
    return pd.DataFrame(result.run(draws).scores[:, 0], index=para.index, columns=result.index)


def test_all_replicates_of_the_uncertainty_analysis(asem: Path, doubted: Result) -> None:
    para = published(asem / "sa" / "UA100_para.csv")
    expected = published(asem / "sa" / "UA100_scores.csv")
    found = replicates(asem, doubted, para).T
    found.columns = [f"r_{rep}" for rep in para.index]
    assert apart(found, expected.drop(columns="Nominal")) < REPLICATES
    assert apart(doubted.scores.rename(columns={"Index": "Nominal"}), expected[["Nominal"]]) < CLOSE


def test_statistics_of_the_ranks_over_the_replicates(asem: Path, doubted: Result) -> None:
    expected = published(asem / "sa" / "UA100_rankstats.csv")
    ranks = replicates(asem, doubted, published(asem / "sa" / "UA100_para.csv")).rank(
        axis=1, ascending=False, method="min"
    )
    found = pd.DataFrame(
        {
            "Nominal": doubted.ranks["Index"],
            "Mean": ranks.mean(),
            "Median": ranks.median(),
            "Q5": ranks.quantile(0.05),
            "Q95": ranks.quantile(0.95),
        }
    )
    assert apart(found, expected) < CLOSE


def test_exact_indices_of_the_whole_grid_of_choices(asem: Path, doubted: Result) -> None:
    expected = pd.read_csv(asem / "sa" / "exact_sobol.csv", index_col=0)
    grid = pd.MultiIndex.from_product([range(1, 6), range(2), range(1, 101), range(2)]).to_frame(index=False)
    para = pd.DataFrame(
        {
            "winmax": grid[0],
            "norm": np.where(grid[1] == 1, "n_zscore", "n_minmax"),
            "weight_rep": grid[2],
            "agg": np.where(grid[3] == 1, "a_gmean", "a_amean"),
        }
    )
    ranks = replicates(asem, doubted, para).rank(axis=1, ascending=False, method="min")
    nominal = doubted.ranks["Index"].astype(float)
    shift = (ranks - nominal).abs().mean(axis=1).to_numpy().reshape(5, 2, 100, 2)
    variance = shift.var()
    assert variance == pytest.approx(expected["varY"].iloc[0], rel=CLOSE)
    for axis, name in enumerate(expected.index):
        others = tuple(k for k in range(4) if k != axis)
        first, total = shift.mean(axis=others).var() / variance, shift.var(axis=axis).mean() / variance
        assert first == pytest.approx(expected.loc[name, "Si_exact"], rel=1e-9)
        assert total == pytest.approx(expected.loc[name, "STi_exact"], rel=1e-9)


def test_many_replicates_are_the_same_one_by_one(asem: Path, doubted: Result) -> None:
    para = published(asem / "sa" / "UA100_para.csv")
    together = replicates(asem, doubted, para)
    for rep in para.index[:7]:
        alone = replicates(asem, doubted, para.loc[[rep]])
        assert np.array_equal(alone.loc[rep], together.loc[rep])


def test_arithmetic_against_geometric_by_ranks(asem: Path) -> None:
    expected = published(asem / "sa" / "compare_amean_vs_gmean.csv")
    first = scored(asem, {"normalise": FROM_ONE}).ranks["Index"]
    second = scored(asem, {"normalise": FROM_ONE}, aggregate="geometric").ranks["Index"]
    found = pd.DataFrame({"coin.1": first, "coin.2": second, "Diff": first - second})
    found["Abs.diff"] = found["Diff"].abs()
    assert apart(found, expected) == 0


def test_each_pillar_taken_out(asem: Path, example: Result) -> None:
    expected = published(asem / "sa" / "remove_L2_ranks.csv")
    weights = pd.DataFrame(1.0, index=expected.columns, columns=list(example.plan.edges))
    for pillar in expected.columns.drop("Nominal"):
        weights.loc[pillar, pillar] = 0.0
    scores = example.run(example.draws(weights)).scores[:, 0]
    ranks = pd.DataFrame(scores, index=expected.columns, columns=example.index)
    found = ranks.rank(axis=1, ascending=False, method="min").T
    assert apart(found, expected) == 0


def test_every_normaliser_from_the_treated_table(asem: Path) -> None:
    goalposts = pd.read_csv(asem / "iMeta_goalposts_targets.csv")
    tree = framework_of(goalposts)
    for name, use in {
        "minmax_0_100": "minmax",
        "zscore_0_1": "zscore",
        "rank": "rank",
        "borda": "borda",
        "dist2max": {"method": "distance_to_maximum", "scale": 1},
        "scaled_0_100": "scaled",
        "goalposts_q05_q95_trunc_100": "goalposts",
    }.items():
        found = score_frame(asem / "iData.csv", tree, recipe({"normalise": use})).lineage["normalised"]
        assert apart(found, published(asem / "norm" / f"norm_{name}.csv")) < CLOSE, name


# --- a panel of the same data


def panel(asem: Path) -> pd.DataFrame:
    """Five years of the table, each shifted a little in a way that is written out here."""
    data = pd.read_csv(asem / "iData.csv")
    codes = data.columns[data.columns.get_loc("LPI") :]
    years = []
    for year in range(2018, 2023):
        each = data.assign(Time=year)
        shift = 1 + 0.01 * (year - 2018) * np.sin(np.arange(len(data) * len(codes))).reshape(len(data), -1)
        years.append(each.assign(**{code: each[code] * shift[:, k] for k, code in enumerate(codes)}))
    return pd.concat(years, ignore_index=True)


def test_a_panel_is_screened_and_treated_by_year_and_normalised_over_all(asem: Path) -> None:
    data, tree = panel(asem), framework_of(pd.read_csv(asem / "iMeta.csv"))
    how = recipe({"order": ["screen", "treat", "normalise"]})
    found = score_frame(data, tree, how)
    assert found.scores.shape == (230, 60)
    treated = found.lineage["treated"]
    years = treated.index.get_level_values("Time")
    for year in range(2018, 2023):
        alone = score_frame(data[data["Time"] == year], tree, how).lineage["treated"]
        assert apart(treated[years == year].droplevel("Time"), alone) == 0
    signs = pd.Series({leaf.code: leaf.direction for leaf in tree.ordered()})
    turned = treated * signs
    expected = 100 * (turned - turned.min()) / (turned.max() - turned.min())
    assert apart(found.lineage["normalised"], expected) < CLOSE
    assert found.ranks["Index"].groupby(level="Time").min().tolist() == [1] * 5


def test_a_panel_normalised_by_year_is_one_index_a_year(asem: Path) -> None:
    data, tree = panel(asem), framework_of(pd.read_csv(asem / "iMeta.csv"))
    how = recipe({"each_year": ["impute", "treat", "normalise"]})
    found = score_frame(data, tree, how).scores
    for year in (2018, 2022):
        alone = score_frame(data[data["Time"] == year], tree, how).scores
        of_year = found[found.index.get_level_values("Time") == year].droplevel("Time")
        assert apart(of_year, alone) < CLOSE
