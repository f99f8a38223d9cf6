"""Statistics, correlations, alpha, components and availability of the ASEM index, to the published digits."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest
from reference import COLUMNS

from scoring.analysis import consistency, correlations, importance, ranks
from scoring.analysis.statistics import availability, statistics

if TYPE_CHECKING:
    from pathlib import Path

EXACT = 1e-12
FLAGS = {
    "Flag.Avail": "low availability",
    "Flag.NonZero": "many zeros",
    "Flag.Unique": "many ties",
    "Flag.SkewKurt": "outliers",
}


@pytest.fixture
def asem(peers: Path) -> Path:
    return peers / "asem"


def table(path: Path) -> pd.DataFrame:
    return pd.read_csv(path).set_index("uCode")


@pytest.fixture
def meta(asem: Path) -> pd.DataFrame:
    return pd.read_csv(asem / "iMeta.csv").set_index("iCode")


@pytest.fixture
def indicators(meta: pd.DataFrame) -> list[str]:
    return meta.index[meta["Type"] == "Indicator"].tolist()


@pytest.fixture
def parents(meta: pd.DataFrame) -> dict[str, str]:
    tree = meta[meta["Type"].isin(["Indicator", "Aggregate"]) & meta["Parent"].notna()]
    return {str(code): str(parent) for code, parent in tree["Parent"].items()}


@pytest.mark.parametrize(("values", "published"), [("1_raw", "stats_raw"), ("5_treated", "stats_treated")])
def test_statistics(asem: Path, indicators: list[str], values: str, published: str) -> None:
    found = statistics(table(asem / "base" / f"{values}.csv")[indicators])
    expected = pd.read_csv(asem / "stats" / f"{published}.csv").set_index("iCode").loc[indicators]
    for theirs, ours in COLUMNS.items():
        np.testing.assert_allclose(
            found[ours].astype(float), expected[theirs].astype(float), rtol=EXACT, err_msg=theirs
        )
    for theirs, ours in FLAGS.items():
        flagged = [ours in marks for marks in found["flagged"]]
        assert flagged == (expected[theirs] != "ok").tolist()


def test_availability(asem: Path, indicators: list[str]) -> None:
    found = availability(table(asem / "base" / "1_raw.csv")[indicators])
    expected = table(asem / "base" / "data_avail_raw.csv").loc[found.index]
    np.testing.assert_allclose(found.to_numpy(), expected.to_numpy(), rtol=EXACT)


def test_correlations_with_parents(asem: Path, indicators: list[str], parents: dict[str, str]) -> None:
    scores = table(asem / "base" / "7_aggregated.csv")
    own = {code: parents[code] for code in indicators}
    found = correlations.with_parents(scores, own).set_index(["second", "first"])["r"]
    expected = pd.read_csv(asem / "stats" / "corr_ind_parent.csv").set_index(["Var1", "Var2"])["Correlation"]
    np.testing.assert_allclose(found.loc[expected.index], expected, rtol=EXACT)


def test_correlations_of_pillars_with_the_top(asem: Path) -> None:
    scores = table(asem / "base" / "7_aggregated.csv")
    expected = pd.read_csv(asem / "stats" / "corr_pillar_index.csv")
    found = correlations.pairs(scores[["Index"]], scores[expected["Var2"].tolist()])
    np.testing.assert_allclose(found["r"], expected["Correlation"], rtol=EXACT)


def test_alpha(asem: Path, indicators: list[str], parents: dict[str, str]) -> None:
    scores = table(asem / "base" / "7_aggregated.csv")
    expected = pd.read_csv(asem / "stats" / "cronbach.csv").set_index("group")["alpha"]
    for group, alpha in expected.items():
        above = str(group).removesuffix("_pillars")
        own = indicators if group == "All" else [code for code, over in parents.items() if over == above]
        assert consistency.cronbach(scores[own]) == pytest.approx(alpha, rel=EXACT), group


def test_components(asem: Path, parents: dict[str, str]) -> None:
    scores = table(asem / "base" / "7_aggregated.csv")
    expected = pd.read_csv(asem / "stats" / "pca_eigen_level1.csv")
    for group, rows in expected.groupby("group"):
        found = consistency.components(scores[[code for code, above in parents.items() if above == group]])
        np.testing.assert_allclose(found.eigenvalues, rows["eigen"], rtol=EXACT)
        np.testing.assert_allclose(found.shares, rows["share"], rtol=EXACT)


def test_effective_weights(asem: Path, meta: pd.DataFrame, parents: dict[str, str]) -> None:
    weights = {str(code): float(weight) for code, weight in meta["Weight"].items()}
    found = importance.effective_weights(weights, parents)
    expected = pd.read_csv(asem / "base" / "eff_weights.csv").set_index("iCode")["EffWeight"]
    np.testing.assert_allclose([found[str(code)] for code in expected.index], expected, rtol=EXACT)


def test_ranks_within_groups(asem: Path) -> None:
    expected = table(asem / "base" / "results_groupranks_gdp.csv")
    scores = table(asem / "base" / "7_aggregated.csv")
    nodes = [name for name in expected.columns if name != "GDP_group"]
    found = ranks.ranks(scores[nodes], expected["GDP_group"])
    assert found.loc[expected.index].to_numpy().tolist() == expected[nodes].to_numpy().tolist()


def test_ranks_of_the_whole(asem: Path) -> None:
    expected = table(asem / "base" / "results_ranks_aggs.csv")
    found = ranks.ranks(table(asem / "base" / "7_aggregated.csv")[list(expected.columns)])
    assert found.loc[expected.index].to_numpy().tolist() == expected.to_numpy().tolist()


def test_shifts_between_means(asem: Path) -> None:
    expected = table(asem / "sa" / "compare_amean_vs_gmean.csv")
    first = -expected["coin.1"].astype(float)
    found = ranks.rank_shifts(first, -expected["coin.2"].astype(float)).loc[expected.index]
    assert found["shift"].tolist() == expected["Diff"].tolist()
