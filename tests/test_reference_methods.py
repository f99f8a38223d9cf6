"""Every method against the published tables of the ASEM index, to the last digits."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest
from numpy.typing import NDArray

from layers.denominate import denominate
from layers.impute import METHODS as IMPUTE
from layers.impute import Context
from layers.normalise import METHODS as NORMALISE
from layers.screen import METHODS as SCREEN
from layers.screen import available, nonzero
from layers.treat import MARKS, skew_kurtosis
from layers.treat import METHODS as TREAT
from scoring.index.aggregate import METHODS as AGGREGATE
from scoring.index.aggregate import outranking
from scoring.index.weigh import METHODS as WEIGH

if TYPE_CHECKING:
    from pathlib import Path

Floats = NDArray[np.float64]
Told = dict[str, object] | Callable[["Asem"], dict[str, Floats]]

CLOSE = 1e-12
"""Largest relative difference from a published figure."""


class Asem:
    """The published tables; everything as (1, indicators, units) in the order of the published columns."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.meta = pd.read_csv(folder / "iMeta.csv").set_index("iCode")
        self.indicators = list(self.meta.index[self.meta["Type"] == "Indicator"])
        self.units = list(self.table("base/1_raw.csv").index)
        self.data = pd.read_csv(folder / "iData.csv").set_index("uCode").loc[self.units]
        self.everyone = np.ones(len(self.units), dtype=bool)

    def table(self, name: str) -> pd.DataFrame:
        found: pd.DataFrame = pd.read_csv(self.folder / name, index_col=0)
        return found

    def values(self, name: str) -> Floats:
        found: Floats = np.asarray(self.table(name)[self.indicators], dtype=np.float64).T[None]
        return found

    def column(self, name: str) -> Floats:
        found: Floats = self.meta.loc[self.indicators, name].to_numpy(dtype=np.float64)
        return found

    def group(self, values: pd.Series[Any]) -> NDArray[np.int64]:
        return np.unique(values.to_numpy(dtype=str), return_inverse=True)[1]

    def agrees(self, name: str, found: Floats) -> bool:
        return agree(found, self.values(name))


def agree(found: Floats, published: Floats) -> bool:
    """Say whether figures are the same to the last digits and missing in the same places."""
    apart = np.abs(found - published) > CLOSE * np.abs(published)
    return not apart.any() and bool((np.isnan(found) == np.isnan(published)).all())


@pytest.fixture(scope="module")
def asem(peers: Path) -> Asem:
    """Read the tables once."""
    return Asem(peers / "asem")


def test_figures_that_differ_in_the_twelfth_digit_do_not_agree() -> None:
    published = np.array([1.0, np.nan, 0.0])
    assert agree(published * (1 + 1e-13), published)
    assert not agree(published * (1 + 2e-12), published)
    assert not agree(np.array([1.0, 2.0, 0.0]), published)


def test_values_are_divided_by_their_denominators(asem: Asem) -> None:
    sizes = asem.data.reindex(columns=asem.meta.loc[asem.indicators, "Denominator"])
    divided = sizes.to_numpy(dtype=np.float64).T
    undivided = asem.meta.loc[asem.indicators, "Denominator"].isna().to_numpy()
    divided[undivided] = 1.0
    assert asem.agrees("base/2_denominated.csv", denominate(asem.values("base/1_raw.csv"), divided))


def context(asem: Asem, group: str = "EurAsia_group") -> Context:
    return Context(
        reference=asem.everyone,
        group=asem.group(asem.data[group]),
        pillar=asem.group(asem.meta.loc[asem.indicators, "Parent"]),
        direction=asem.column("Direction"),
    )


@pytest.mark.parametrize(
    ("method", "group", "published"),
    [
        ("group_mean", "EurAsia_group", "base/3_imputed.csv"),
        ("group_mean", "GDP_group", "impute/impute_i_mean_grp_GDP.csv"),
        ("mean", "GDP_group", "impute/impute_i_mean.csv"),
        ("median", "GDP_group", "impute/impute_i_median.csv"),
    ],
)
def test_imputation(asem: Asem, method: str, group: str, published: str) -> None:
    found = IMPUTE[method](asem.values("base/2_denominated.csv"), context(asem, group))
    assert asem.agrees(published, found.values)
    assert found.filled.sum() == 63 + 2
    assert (found.error[found.filled] > 0).all()


def test_availability_of_data(asem: Asem) -> None:
    raw, published = asem.values("base/1_raw.csv"), asem.table("base/data_avail_raw.csv")
    assert agree(available(raw)[0], published["Dat_Avail"].to_numpy())
    assert agree(nonzero(raw)[0], published["Non_Zero"].to_numpy())
    assert SCREEN["availability"](raw, least=0.9)[0].sum() == (published["Dat_Avail"] >= 0.9).sum() == 46
    imputed = asem.values("base/3_imputed.csv")
    assert SCREEN["both"](imputed, least=0.9).all()
    assert asem.agrees("base/4_screened.csv", imputed)


def test_treatment_winsorises_the_published_points(asem: Asem) -> None:
    found = TREAT["two_stage"](asem.values("base/4_screened.csv"), asem.everyone)
    assert asem.agrees("base/5_treated.csv", found.values)
    points = pd.read_csv(asem.folder / "base/treat_points.csv", index_col=0, keep_default_na=False)
    assert (np.array(MARKS)[found.mark[0]] == points[asem.indicators].to_numpy().T).all()
    assert asem.agrees("treat/qTreat_default.csv", found.values)


def test_skewness_and_kurtosis_before_and_after(asem: Asem) -> None:
    details = pd.read_csv(asem.folder / "base/treat_details.csv").set_index("iCode").loc[asem.indicators]
    for name, step in (("base/4_screened.csv", "0"), ("base/5_treated.csv", "1")):
        x = asem.values(name)
        after = details[f"check_SkewKurt{step}.Skew"].notna().to_numpy()
        for found, of in zip(skew_kurtosis(x, np.isfinite(x)), ("Skew", "Kurt"), strict=True):
            assert agree(found[0][after], details[f"check_SkewKurt{step}.{of}"].to_numpy()[after])


def test_the_log_treatment_that_was_published_treated_nothing(asem: Asem) -> None:
    """The reference hands its log the limits of winsorising, which the log does not take: nothing happens."""
    x = asem.values("base/4_screened.csv")
    assert asem.agrees("treat/treat_logCT.csv", x)
    found = TREAT["two_stage"](x, asem.everyone, first="log_ct", second="none")
    treated = (found.mark[0] > 0).any(axis=1)
    details = pd.read_csv(asem.folder / "treat/treat_logCT_details.csv")
    assert sorted(np.array(asem.indicators)[~treated]) == sorted(details["iCode"])
    for row in np.flatnonzero(treated):
        y = x[0, row]
        expected = np.log(y - y.min() + 0.01 * (y.max() - y.min()))
        assert found.values[0, row] == pytest.approx(expected, rel=1e-13)


def posts(asem: Asem) -> dict[str, Floats]:
    told = pd.read_csv(asem.folder / "iMeta_goalposts_targets.csv").set_index("iCode").loc[asem.indicators]
    low, high = told["goalpost_lower"].to_numpy(), told["goalpost_upper"].to_numpy()
    up = asem.column("Direction") > 0
    return {"worst": np.where(up, low, high), "best": np.where(up, high, low)}


@pytest.mark.parametrize(
    ("method", "told", "published"),
    [
        ("minmax", {}, "base/6_normalised.csv"),
        ("minmax", {}, "norm/norm_minmax_0_100.csv"),
        ("zscore", {}, "norm/norm_zscore_0_1.csv"),
        ("rank", {}, "norm/norm_rank.csv"),
        ("borda", {}, "norm/norm_borda.csv"),
        ("distance_to_maximum", {"scale": 1}, "norm/norm_dist2max.csv"),
        ("scaled", {}, "norm/norm_scaled_0_100.csv"),
        ("goalposts", posts, "norm/norm_goalposts_q05_q95_trunc_100.csv"),
    ],
)
def test_normalisation(asem: Asem, method: str, told: Told, published: str) -> None:
    x = asem.values("base/5_treated.csv")
    parameters = told(asem) if callable(told) else told
    found = NORMALISE[method](x, asem.column("Direction"), asem.everyone, **parameters)
    assert asem.agrees(published, found)


def climbed(
    asem: Asem, x: Floats, method: str | tuple[str, str, str], threshold: float = 0.0
) -> pd.DataFrame:
    """Aggregate level by level with the published weights."""
    scores = dict(zip(asem.indicators, x[0], strict=True))
    for level, name in enumerate((method,) * 3 if isinstance(method, str) else method, start=1):
        rows = asem.meta[asem.meta["Level"] == level]
        for parent, children in rows.groupby("Parent").groups.items():
            table = np.stack([scores[child] for child in children])[None]
            weights = rows.loc[children, "Weight"].to_numpy(dtype=np.float64)[:, None]
            found = AGGREGATE[name](table, weights, np.array([0]), threshold=threshold)
            scores[str(parent)] = found[0, 0]
    return pd.DataFrame(scores, index=asem.units)


@pytest.mark.parametrize(
    ("method", "lower", "published"),
    [
        ("arithmetic", 0, "base/7_aggregated.csv"),
        ("arithmetic", 0, "agg/agg_amean_minmax0_100.csv"),
        ("geometric", 1, "agg/agg_gmean_minmax1_100.csv"),
        (("arithmetic", "arithmetic", "geometric"), 1, "agg/agg_amean_amean_gmean_minmax1_100.csv"),
    ],
)
def test_aggregation(asem: Asem, method: str | tuple[str, str, str], lower: int, published: str) -> None:
    x = asem.values("base/5_treated.csv")
    scores = NORMALISE["minmax"](x, asem.column("Direction"), asem.everyone, lower=lower)
    expected = asem.table(published)
    found = climbed(asem, scores, method)[expected.columns]
    assert agree(found.to_numpy(), expected.to_numpy())


@pytest.mark.parametrize(
    ("threshold", "published"),
    [(0.0, "agg/agg_amean_noimpute.csv"), (0.8, "agg/agg_amean_noimpute_datthresh0.8.csv")],
)
def test_aggregation_of_what_is_there(asem: Asem, threshold: float, published: str) -> None:
    x = asem.values("base/2_denominated.csv")
    scores = NORMALISE["minmax"](x, asem.column("Direction"), asem.everyone)
    expected = asem.table(published)
    found = climbed(asem, scores, "arithmetic", threshold)[expected.columns]
    assert agree(found.to_numpy(), expected.to_numpy())


def test_copeland(asem: Asem) -> None:
    effective = asem.table("base/eff_weights.csv").loc[asem.indicators, "EffWeight"].to_numpy()[:, None]
    scores = asem.values("base/6_normalised.csv")
    found = AGGREGATE["copeland"](scores, effective, np.array([0]))[0, 0]
    assert agree(found, asem.table("agg/copeland_direct_49inds_effweights.csv")["copeland"].to_numpy())
    share = outranking(scores, effective)[0]
    apart = ~np.eye(len(asem.units), dtype=bool)
    assert (share + share.T)[apart] == pytest.approx(1.0, abs=1e-12)


def test_principal_components_weigh_without_negative_weights(asem: Asem) -> None:
    """The reference takes loadings: one pillar gets a weight of -0.74. Squared loadings have no sign."""
    published = pd.read_csv(asem.folder / "stats/pca_eigen_level1.csv")
    scores = asem.values("base/6_normalised.csv")
    pillars = asem.meta.loc[asem.indicators, "Parent"]
    for pillar, eigen in published.groupby("group"):
        rows = np.flatnonzero(pillars == pillar)
        weights = WEIGH["pca"](scores[:, rows], np.ones(len(rows)), asem.everyone)[0]
        assert weights.min() >= 0
        assert weights.sum() == pytest.approx(1)
        r = np.corrcoef(scores[0, rows])
        assert np.sqrt(weights) @ np.abs(r) @ np.sqrt(weights) >= eigen["eigen"].iloc[0] * (1 - CLOSE)
