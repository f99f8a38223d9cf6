"""How nearly every table of the ASEM index is reproduced; run as a script it writes docs/reference.md."""

from __future__ import annotations

import math
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
import pandas as pd

from fourlayers import score_frame
from layers.treat import skew_kurtosis
from scoring.analysis import consistency, correlations
from scoring.analysis.statistics import availability, statistics
from scoring.index.aggregate import METHODS as AGGREGATE
from scoring.index.imeta import framework_of
from scoring.index.recipe import Recipe, read_recipe

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scoring.index.result import Result

STEPS: Final = ("denominate", "impute", "screen", "treat", "normalise")
FROM_ONE: Final = {"method": "minmax", "lower": 1, "upper": 100}
BARE: Final = {"impute": "none", "screen": "none", "treat": "none"}
STRENGTHS_APART: Final = {"Ship", "Embs"}
"""Also first, as seven of the indicators are: ties are broken by the name of the pillar there."""
WEAKNESS_APART: Final = "FreePress"
"""Last of all on it, and left out by the reference for being last (its `min_discard`)."""
UNMATCHED: Final = "treat/treat_logCT.csv"
"""The reference hands its log the limits of winsorising, which the log does not take: nothing was treated."""
DOUBT: Final = {
    "treat": [{"method": "two_stage", "most": most} for most in range(1, 6)],
    "normalise": [FROM_ONE, {"method": "zscore", "mean": 10, "sd": 2}],
    "aggregate": [["arithmetic"] * 3, ["geometric"] * 3],
}
COLUMNS: Final = {
    "Min": "min",
    "Max": "max",
    "Mean": "mean",
    "Median": "median",
    "Std": "sd",
    "Skew": "skewness",
    "Kurt": "kurtosis",
    "N.Avail": "n_available",
    "N.NonZero": "n_nonzero",
    "N.Unique": "n_unique",
    "N.Same": "n_same",
    "Frc.Avail": "available",
    "Frc.NonZero": "nonzero",
    "Frc.Unique": "unique",
    "Frc.Same": "same",
}
INPUTS: Final = {
    "README.md": "describes the tables",
    "iData.csv": "values",
    "iMeta.csv": "tree",
    "iMeta_goalposts_targets.csv": "tree with goalposts and targets",
    "sa/UA100_para.csv": "parameters of the replicates",
    "sa/noisy_weights_100.csv": "weights of the replicates",
}
STAGES: Final = {
    "1_raw": "raw",
    "2_denominated": "denominated",
    "3_imputed": "imputed",
    "4_screened": "screened",
    "5_treated": "treated",
    "6_normalised": "normalised",
    "7_aggregated": "aggregated",
}
NORMALISED: Final[dict[str, Any]] = {
    "minmax_0_100": "minmax",
    "zscore_0_1": "zscore",
    "rank": "rank",
    "borda": "borda",
    "dist2max": {"method": "distance_to_maximum", "scale": 1},
    "scaled_0_100": "scaled",
    "goalposts_q05_q95_trunc_100": "goalposts",
}
IMPUTED: Final[dict[str, Any]] = {
    "i_mean": "mean",
    "i_median": "median",
    "i_mean_grp_GDP": {"method": "group_mean", "group": "GDP_group"},
}
AGGREGATED: Final[dict[str, tuple[dict[str, Any], dict[str, Any]]]] = {
    "amean_minmax0_100": ({}, {}),
    "gmean_minmax1_100": ({"normalise": FROM_ONE}, {"aggregate": "geometric"}),
    "amean_amean_gmean_minmax1_100": (
        {"normalise": FROM_ONE},
        {"aggregate": ["arithmetic", "arithmetic", "geometric"]},
    ),
    "amean_noimpute": (BARE, {}),
    "amean_noimpute_datthresh0.8": (BARE, {"threshold": 0.8}),
}


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


def doubted_example(asem: Path) -> Result:
    """Score the example with the choices of its uncertainty analysis."""
    return scored(asem, doubt=DOUBT)


class Nearness(NamedTuple):
    """Largest relative difference from a published table, NaN where it is not matched; what to know of it."""

    largest: float
    note: str = ""


def off(found: Any, expected: Any) -> float:  # noqa: ANN401 - whatever holds figures
    """Largest relative difference of figures in one order; missing must be missing."""
    mine, theirs = (np.asarray(each, dtype=np.float64) for each in (found, expected))
    if mine.shape != theirs.shape or (np.isnan(mine) != np.isnan(theirs)).any():
        return math.inf
    relative = np.abs(mine - theirs) / np.where(theirs == 0, 1.0, np.abs(theirs))
    return float(np.nanmax(relative, initial=0.0))


def same(found: Any, expected: Any) -> float:  # noqa: ANN401 - whatever holds words or whole numbers
    """0 where words or whole numbers are the same, else infinite."""
    return 0.0 if list(found) == list(expected) else math.inf


def nearness(asem: Path) -> dict[str, Nearness]:
    """Compare every table of the folder with what the pipeline makes of its inputs."""
    example = scored(asem)
    found = dict(_pipeline(asem, example))
    found |= dict(_tables(asem, example))
    found |= dict(_one_unit(asem, example))
    found |= dict(_statistics(asem, example))
    found |= dict(_replicates(asem))
    return found


def _pipeline(asem: Path, example: Result) -> Iterator[tuple[str, Nearness]]:
    for name, stage in STAGES.items():
        yield (
            f"base/{name}.csv",
            Nearness(apart(example.lineage[stage], published(asem / "base" / f"{name}.csv"))),
        )
    for name, use in IMPUTED.items():
        made = scored(asem, {"impute": use}).lineage["imputed"]
        yield (
            f"impute/impute_{name}.csv",
            Nearness(apart(made, published(asem / f"impute/impute_{name}.csv"))),
        )
    tree = framework_of(pd.read_csv(asem / "iMeta_goalposts_targets.csv"))
    for name, use in NORMALISED.items():
        made = score_frame(asem / "iData.csv", tree, recipe({"normalise": use})).lineage["normalised"]
        yield f"norm/norm_{name}.csv", Nearness(apart(made, published(asem / f"norm/norm_{name}.csv")))
    for name, (choices, changes) in AGGREGATED.items():
        made = scored(asem, choices, **changes).lineage["aggregated"]
        yield f"agg/agg_{name}.csv", Nearness(apart(made, published(asem / f"agg/agg_{name}.csv")))
    scores = example.lineage["normalised"]
    weights = example.weights.loc[scores.columns, "effective"].to_numpy()[:, None]
    copeland = AGGREGATE["copeland"](scores.to_numpy().T[None], weights, np.array([0]))[0, 0]
    name = "agg/copeland_direct_49inds_effweights.csv"
    theirs = published(asem / name).loc[scores.index, "copeland"]
    yield name, Nearness(off(copeland, theirs))


def _tables(asem: Path, example: Result) -> Iterator[tuple[str, Nearness]]:
    base = asem / "base"
    yield (
        "treat/qTreat_default.csv",
        Nearness(apart(example.lineage["treated"], published(asem / "treat/qTreat_default.csv"))),
    )
    points = pd.read_csv(base / "treat_points.csv", index_col=0, dtype=str, keep_default_na=False)
    mine = example.notes["treated"].loc[points.index, points.columns]
    yield "base/treat_points.csv", Nearness(same(mine.to_numpy().ravel(), points.to_numpy().ravel()))
    yield "base/treat_details.csv", Nearness(_details(base, example, mine))
    weights = pd.read_csv(base / "eff_weights.csv").set_index("iCode")
    yield (
        "base/eff_weights.csv",
        Nearness(off(example.weights.loc[weights.index, "effective"], weights["EffWeight"])),
    )
    stated = pd.read_csv(base / "weights_original.csv").set_index("iCode")["Weight"]
    tree = example.plan.framework
    given = {node.code: node.weight for node in tree.nodes} | {it.code: it.weight for it in tree.indicators}
    yield "base/weights_original.csv", Nearness(off([given[str(code)] for code in stated.index], stated))
    lineage, up = pd.read_csv(base / "lineage.csv"), example.weights["parent"]
    parts = [(up.loc[lineage["Indicator"]], "Pillar"), (up.loc[lineage["Pillar"]], "Sub-index")]
    yield "base/lineage.csv", Nearness(max(same(each, lineage[name]) for each, name in parts))
    full = published(base / "results_full.csv").drop(columns="Rank")
    mine = example.scores.loc[full.index, full.columns]
    beyond = ((mine - full).abs() - 0.6e-15).clip(lower=0.0) / full.abs().where(full != 0, 1.0)
    told = "beyond its rounding to 15 decimals"
    yield "base/results_full.csv", Nearness(float(beyond.to_numpy().max()), told)
    ranks = published(base / "results_ranks_aggs.csv")
    yield "base/results_ranks_aggs.csv", Nearness(off(example.ranks.loc[ranks.index, ranks.columns], ranks))
    summary = published(base / "results_summ.csv")
    yield "base/results_summ.csv", Nearness(off(example.ranks["Index"].loc[summary.index], summary["Rank"]))
    within = published(base / "results_groupranks_gdp.csv").drop(columns="GDP_group")
    grouped = example.ranks_within("GDP_group").loc[within.index, within.columns]
    yield "base/results_groupranks_gdp.csv", Nearness(off(grouped, within))
    shares = published(base / "data_avail_raw_bygroup.csv")
    yield "base/data_avail_raw_bygroup.csv", Nearness(apart(example.availability, shares))
    counted = published(base / "data_avail_raw.csv")
    lacking = availability(example.lineage["raw"]).loc[counted.index]
    yield "base/data_avail_raw.csv", Nearness(off(lacking, counted))


def _details(base: Path, example: Result, points: pd.DataFrame) -> float:
    """Points that were pulled in, and skewness and kurtosis before and after."""
    told = pd.read_csv(base / "treat_details.csv").set_index("iCode")
    parts = [off((points != "").sum().loc[told.index], told["winsorise.nwin"].fillna(0))]
    for step, stage in (("0", "screened"), ("1", "treated")):
        after = told.index[told[f"check_SkewKurt{step}.Skew"].notna()]
        x = example.lineage[stage][after].to_numpy().T
        for found, of in zip(skew_kurtosis(x, np.isfinite(x)), ("Skew", "Kurt"), strict=True):
            parts.append(off(found, told.loc[after, f"check_SkewKurt{step}.{of}"]))
    return max(parts)


def _one_unit(asem: Path, example: Result) -> Iterator[tuple[str, Nearness]]:
    base = asem / "base"
    summary = published(base / "unit_summary_CHN.csv")
    mine = example.unit_summary("CHN").loc[summary.index]
    yield (
        "base/unit_summary_CHN.csv",
        Nearness(max(off(mine["score"], summary["Score"]), off(mine["rank"], summary["Rank"]))),
    )
    for name, found, apart_ in (
        ("strengths", example.strengths("CHN", 7), STRENGTHS_APART),
        ("weaknesses", example.weaknesses("CHN", 8), {WEAKNESS_APART}),
    ):
        table = published(base / f"{name}_CHN.csv")
        own = found.loc[table.index]
        value = off(own["rank"], table["Rank"]) + off(
            [float(f"{x:.3g}") for x in own["value"]], table["Value"]
        )
        yield (
            f"base/{name}_CHN.csv",
            Nearness(value, f"we also list {' and '.join(sorted(apart_))}: docs/methods.md"),
        )
    screened = example.lineage["screened"]
    same_ = apart(screened, published(asem / "treat/treat_logCT.csv"))
    told = "the values as they came in: the log failed there. Ours treats those that fail the test"
    yield UNMATCHED, Nearness(math.nan if same_ < 1e-12 else math.inf, told)
    logged = scored(asem, {"treat": {"method": "two_stage", "first": "log_ct", "second": "none"}})
    left = sorted(
        logged.plan.grid.codes[j] for j in np.flatnonzero(~(logged.notes["treated"] != "").any().to_numpy())
    )
    details = sorted(pd.read_csv(asem / "treat/treat_logCT_details.csv")["iCode"])
    yield "treat/treat_logCT_details.csv", Nearness(same(left, details), "the indicators that pass untreated")


def _statistics(asem: Path, example: Result) -> Iterator[tuple[str, Nearness]]:
    for name, stage in (("stats_raw", "raw"), ("stats_treated", "treated")):
        expected = pd.read_csv(asem / "stats" / f"{name}.csv").set_index("iCode")
        found = statistics(example.lineage[stage])
        found = found.loc[expected.index, list(COLUMNS.values())].astype(float)
        yield f"stats/{name}.csv", Nearness(off(found, expected[list(COLUMNS)].astype(float)))
    scores, parents = example.scores, example.weights["parent"].to_dict()
    own = {code: parents[code] for code in example.plan.grid.codes}
    up = correlations.with_parents(scores, own).set_index(["second", "first"])["r"]
    theirs = pd.read_csv(asem / "stats/corr_ind_parent.csv").set_index(["Var1", "Var2"])["Correlation"]
    yield "stats/corr_ind_parent.csv", Nearness(off(up.loc[theirs.index], theirs))
    table = pd.read_csv(asem / "stats/corr_pillar_index.csv")
    pairs = correlations.pairs(scores[["Index"]], scores[table["Var2"].tolist()])
    yield "stats/corr_pillar_index.csv", Nearness(off(pairs["r"], table["Correlation"]))
    alpha = pd.read_csv(asem / "stats/cronbach.csv").set_index("group")["alpha"]
    children = {
        group: list(own)
        if group == "All"
        else [code for code, up in parents.items() if up == str(group).removesuffix("_pillars")]
        for group in alpha.index
    }
    yield (
        "stats/cronbach.csv",
        Nearness(off([consistency.cronbach(scores[codes]) for codes in children.values()], alpha)),
    )
    eigen = pd.read_csv(asem / "stats/pca_eigen_level1.csv")
    parts = []
    for group, rows in eigen.groupby("group"):
        made = consistency.components(scores[[code for code, up in own.items() if up == group]])
        parts += [off(made.eigenvalues, rows["eigen"]), off(made.shares, rows["share"])]
    yield "stats/pca_eigen_level1.csv", Nearness(max(parts))


def _replicates(asem: Path) -> Iterator[tuple[str, Nearness]]:
    doubted = doubted_example(asem)
    para, expected = published(asem / "sa/UA100_para.csv"), published(asem / "sa/UA100_scores.csv")
    made = replicates(asem, doubted, para)
    found: pd.DataFrame = made.T.set_axis([f"r_{rep}" for rep in para.index], axis=1)
    found = found.assign(Nominal=doubted.scores["Index"])
    yield "sa/UA100_scores.csv", Nearness(apart(found, expected))
    ranks = made.rank(axis=1, ascending=False, method="min")
    told = {
        "Mean": ranks.mean(),
        "Median": ranks.median(),
        "Q5": ranks.quantile(0.05),
        "Q95": ranks.quantile(0.95),
    }
    table = pd.DataFrame({"Nominal": doubted.ranks["Index"].astype(float), **told})
    yield "sa/UA100_rankstats.csv", Nearness(apart(table, published(asem / "sa/UA100_rankstats.csv")))
    yield "sa/exact_sobol.csv", Nearness(_exact_indices(asem, doubted))
    first = scored(asem, {"normalise": FROM_ONE}).ranks["Index"]
    second = scored(asem, {"normalise": FROM_ONE}, aggregate="geometric").ranks["Index"]
    both = pd.DataFrame(
        {"coin.1": first, "coin.2": second, "Diff": first - second, "Abs.diff": (first - second).abs()}
    )
    yield (
        "sa/compare_amean_vs_gmean.csv",
        Nearness(apart(both, published(asem / "sa/compare_amean_vs_gmean.csv"))),
    )
    without = published(asem / "sa/remove_L2_ranks.csv")
    weights = pd.DataFrame(1.0, index=without.columns, columns=list(doubted.plan.edges))
    for pillar in without.columns.drop("Nominal"):
        weights.loc[pillar, pillar] = 0.0
    scores = pd.DataFrame(
        doubted.run(doubted.draws(weights)).scores[:, 0], index=without.columns, columns=doubted.index
    )
    found = scores.rank(axis=1, ascending=False, method="min").T
    yield "sa/remove_L2_ranks.csv", Nearness(apart(found, without))


def _exact_indices(asem: Path, doubted: Result) -> float:
    """First-order and total indices over all 2,000 combinations."""
    expected = pd.read_csv(asem / "sa/exact_sobol.csv", index_col=0)
    grid = pd.MultiIndex.from_product([range(1, 6), range(2), range(1, 101), range(2)]).to_frame(index=False)
    names = {
        "norm": np.array(["n_minmax", "n_zscore"])[grid[1]],
        "agg": np.array(["a_amean", "a_gmean"])[grid[3]],
    }
    para = pd.DataFrame({"winmax": grid[0], "weight_rep": grid[2], **names})
    ranks = replicates(asem, doubted, para).rank(axis=1, ascending=False, method="min")
    shift = (ranks - doubted.ranks["Index"].astype(float)).abs().mean(axis=1).to_numpy().reshape(5, 2, 100, 2)
    variance = shift.var()
    parts = [off(np.full(len(expected), variance), expected["varY"])]
    for axis, name in enumerate(expected.index):
        others = tuple(k for k in range(4) if k != axis)
        both = [shift.mean(axis=others).var() / variance, shift.var(axis=axis).mean() / variance]
        parts.append(off(both, expected.loc[name, ["Si_exact", "STi_exact"]]))
    return max(parts)


def page(found: dict[str, Nearness]) -> str:
    """Write the table of the document."""
    lines = ["| table | largest relative difference | |", "|---|---|---|"]
    for name in sorted(found):
        largest, note = found[name]
        shown = "not matched" if math.isnan(largest) else "0" if largest == 0 else f"{largest:.0e}"
        lines.append(f"| `{name}` | {shown} | {note} |")
    return "\n".join(lines)


def main() -> None:
    """Write the table in docs/reference.md again."""
    root = Path(__file__).parents[1]
    peers = Path(os.environ.get("FOURLAYERS_PEERS", root.parent / "shared" / "peers"))
    if not (peers / "asem").is_dir():
        sys.exit(f"published results are not at {peers}; FOURLAYERS_PEERS names their folder")
    document = root / "docs" / "reference.md"
    text = document.read_text(encoding="utf-8")
    before, after = text.split("<!-- asem -->")[0], text.split("<!-- /asem -->")[1]
    body = page(nearness(peers / "asem"))
    document.write_text(
        f"{before}<!-- asem -->\n\n{body}\n\n<!-- /asem -->{after}", encoding="utf-8", newline="\n"
    )


if __name__ == "__main__":
    main()
