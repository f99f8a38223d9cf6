"""Trees and tables of one's own: read, scored, and refused with the names of what does not fit."""

from __future__ import annotations

import io
import json
import math
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fourlayers import DataError, UsageError, score_frame
from indicators.draws import Draws
from reports.scored import as_json, as_table
from scoring.index.engine import run
from scoring.index.framework import Framework, Leaf, Node
from scoring.index.imeta import framework_of
from scoring.index.recipe import Recipe, read_recipe

if TYPE_CHECKING:
    from pathlib import Path

    from scoring.index.result import Result

VALUES = pd.DataFrame(
    {
        "a": [1.0, 2.0, 3.0, 5.0],
        "b": [0.0, 5.0, 2.0, 8.0],
        "c": [1.0, 1.0, 2.0, 3.0],
        "d": [3.0, 1.0, 2.0, 9.0],
    },
    index=["AAA", "BBB", "CCC", "DDD"],
)


def meta(**cells: Any) -> pd.DataFrame:  # noqa: ANN401
    """Make a tree of four indicators, two pillars and a top; `Weight_0=2` changes a cell of row 0."""
    table = pd.DataFrame(
        {
            "Level": [1, 1, 1, 1, 2, 2, 3],
            "iCode": ["a", "b", "c", "d", "P", "Q", "I"],
            "Parent": ["P", "P", "Q", "Q", "I", "I", None],
            "Direction": [1, 1, -1, 1, 1, 1, 1],
            "Weight": [1.0, 1, 1, 1, 1, 1, 1],
        }
    ).astype(object)
    for cell, value in cells.items():
        column, row = cell.split("_")
        table.loc[int(row), column] = value
    return table


def recipe(choices: dict[str, Any] | None = None, **changes: Any) -> Recipe:  # noqa: ANN401
    plain = read_recipe("plain").model_dump()
    return Recipe.model_validate(plain | {"choices": plain["choices"] | (choices or {})} | changes)


def scored(
    choices: dict[str, Any] | None = None,
    tree: pd.DataFrame | None = None,
    values: pd.DataFrame = VALUES,
    **changes: Any,  # noqa: ANN401
) -> Result:
    return score_frame(values, meta() if tree is None else tree, recipe(choices, **changes))


def share(column: str, unit: str, direction: int = 1) -> float:
    """Min-max by hand, 0 to 1."""
    x = VALUES[column]
    part = float((x[unit] - x.min()) / (x.max() - x.min()))
    return part if direction > 0 else 1 - part


A, B, C, D = share("a", "CCC"), share("b", "CCC"), share("c", "CCC", -1), share("d", "CCC")


def at_ccc(result: Result, node: str) -> float:
    return float(result.scores[node].to_numpy()[2])


def test_min_max_and_arithmetic_means_by_hand() -> None:
    found = scored()
    assert at_ccc(found, "P") == pytest.approx(100 * (A + B) / 2)
    assert at_ccc(found, "I") == pytest.approx(100 * (A + B + C + D) / 4)
    assert list(found.scores.columns) == ["I", "P", "Q", "a", "b", "c", "d"]
    assert found.ranks["I"].tolist() == found.scores["I"].rank(ascending=False, method="min").tolist()


def test_weights_are_of_siblings() -> None:
    found = scored(tree=meta(Weight_0=3, Weight_5=4))
    assert at_ccc(found, "I") == pytest.approx(100 * ((3 * A + B) / 4 + 4 * (C + D) / 2) / 5)
    assert found.weights.loc["a", "effective"] == pytest.approx(3 / 4 / 5)


def test_units_may_stand_in_a_column_and_in_any_order() -> None:
    moved = VALUES.iloc[::-1].rename_axis("uCode").reset_index()[["d", "uCode", "b", "a", "c"]]
    assert scored(values=moved).scores.loc[VALUES.index].equals(scored().scores.rename_axis("uCode"))


def test_different_means_at_levels_and_nodes() -> None:
    ways = {"normalise": {"method": "minmax", "lower": 1}}
    a, b, c, d = (1 + 99 * part for part in (A, B, C, D))
    found = scored(ways, aggregate=["arithmetic", "geometric"])
    assert at_ccc(found, "I") == pytest.approx(math.sqrt((a + b) / 2 * (c + d) / 2))
    own = framework_of(meta())
    nodes = tuple(
        node.model_copy(update={"mean": "geometric"}) if node.code == "Q" else node for node in own.nodes
    )
    mixed = score_frame(VALUES, own.model_copy(update={"nodes": nodes}), recipe(ways))
    assert at_ccc(mixed, "P") == pytest.approx((a + b) / 2)
    assert at_ccc(mixed, "Q") == pytest.approx(math.sqrt(c * d))
    power = scored(ways, aggregate={"method": "power", "p": -1})
    assert at_ccc(power, "P") == pytest.approx(at_ccc(scored(ways, aggregate="harmonic"), "P"))


def test_a_threshold_of_what_must_be_there_for_all_nodes_or_for_one() -> None:
    values = VALUES.astype(float).copy()
    values.loc["CCC", "a"] = np.nan
    assert at_ccc(scored(values=values), "P") == pytest.approx(100 * B)
    assert math.isnan(at_ccc(scored(values=values, threshold=0.6), "P"))
    assert at_ccc(scored(values=values, threshold=0.5), "P") == pytest.approx(100 * B)
    tree = framework_of(meta())
    nodes = tuple(
        node.model_copy(update={"threshold": 1.0}) if node.code == "P" else node for node in tree.nodes
    )
    found = score_frame(values, tree.model_copy(update={"nodes": nodes}), recipe())
    assert math.isnan(at_ccc(found, "P"))
    assert at_ccc(found, "I") == at_ccc(found, "Q")


def test_one_indicator_may_be_treated_otherwise() -> None:
    each = {"a": {"normalise": {"method": "minmax", "lower": 50}}, "d": {"treat": "log"}}
    found = scored({"each": each}).scores
    assert found.loc["AAA", "a"] == 50
    assert found.loc["CCC", "d"] == pytest.approx(100 * math.log(2) / math.log(9))
    assert found["b"].equals(scored().scores["b"])


def test_the_order_of_stages_is_the_recipe_s() -> None:
    values = VALUES.assign(n=[1.0, 2.0, 4.0, 8.0]).astype(float)
    values.loc["BBB", "a"] = np.nan
    tree = pd.concat([meta(), pd.DataFrame({"iCode": ["n"], "Type": ["Denominator"]})], ignore_index=True)
    tree["Denominator"] = ["n", *[None] * 7]
    first = {"impute": "mean", "order": ["denominate", "impute", "normalise"]}
    then = {"impute": "mean", "order": ["impute", "denominate", "normalise"]}
    divided = [1 / 1, 3 / 4, 5 / 8]
    assert scored(first, tree, values).lineage["imputed"].loc["BBB", "a"] == pytest.approx(sum(divided) / 3)
    assert scored(then, tree, values).lineage["denominated"].loc["BBB", "a"] == pytest.approx(
        (1 + 3 + 5) / 3 / 2
    )
    assert list(scored(first, tree, values).lineage) == [
        "raw",
        "denominated",
        "imputed",
        "normalised",
        "aggregated",
    ]


def test_a_unit_that_is_screened_out_leaves_and_sets_no_extreme() -> None:
    values = VALUES.copy()
    values.loc["DDD", ["a", "b", "c"]] = np.nan
    found = scored({"screen": {"method": "availability", "least": 0.5}}, values=values)
    assert found.scores.index.tolist() == ["AAA", "BBB", "CCC"]
    assert found.scores.loc["AAA", "d"] == 100
    assert len(found.lineage["raw"]) == 4


def test_what_comes_before_the_screening_counts_everyone() -> None:
    values = VALUES.astype(float).copy()
    values.loc["DDD"] = [50.0, np.nan, np.nan, 9.0]
    values.loc["CCC", "a"] = np.nan
    how = {"each": {"a": {"impute": "mean"}}, "screen": {"method": "availability", "least": 0.75}}
    filled = {}
    for order in (["impute", "screen", "normalise"], ["screen", "impute", "normalise"]):
        found = scored(how | {"order": order}, values=values)
        assert found.scores.index.tolist() == ["AAA", "BBB", "CCC"]
        filled[order[0]] = found.lineage["imputed"].loc["CCC", "a"]
    assert filled == {"impute": pytest.approx((1 + 2 + 50) / 3), "screen": pytest.approx((1 + 2) / 2)}


def test_a_denominator_may_be_stated_per_thousand() -> None:
    tree = pd.concat([meta().assign(Denominator=["n", "", "", "", "", "", ""]), DIVISOR])
    values = VALUES.assign(n=[2.0, 4, 5, 10])
    found = scored({"denominate": {"method": "denominate", "scale": 1000}}, tree, values)
    assert found.lineage["denominated"]["a"].tolist() == [500, 500, 600, 500]
    own = scored({"each": {"a": {"denominate": "none"}}}, tree, values)
    assert own.lineage["denominated"]["a"].tolist() == VALUES["a"].tolist()


def test_a_threshold_for_each_level() -> None:
    values = VALUES.astype(float).copy()
    values.loc["CCC", ["a", "c", "d"]] = np.nan  # one child of P is left, none of Q
    assert at_ccc(scored(values=values, threshold=[0.5, 0.5]), "I") == pytest.approx(100 * B)
    assert math.isnan(at_ccc(scored(values=values, threshold=[0.5, 0.6]), "I"))
    assert at_ccc(scored(values=values, threshold=[0.5, 0.6]), "P") == pytest.approx(100 * B)
    assert math.isnan(at_ccc(scored(values=values, threshold=[0.6, 0.5]), "P"))


def test_an_indicator_that_a_method_cannot_measure_is_told() -> None:
    found = scored({"normalise": {"method": "distance_to_reference", "unit": "AAA"}})
    assert found.unmeasured == ("a", "b")  # AAA is the lowest on both
    assert "the weight passes on: a, b." in as_table(found)
    assert json.loads(as_json(found))["unmeasured"] == ["a", "b"]
    assert scored().unmeasured == ()


def test_a_unit_without_a_score_stands_last_without_a_rank() -> None:
    values = VALUES.astype(float).copy()
    values.loc["DDD", ["a", "b"]] = np.nan
    found = scored(values=values, threshold=[0.5, 1.0])
    assert as_table(found).rstrip().splitlines()[-1].split()[:3] == ["-", "DDD", "-"]
    unit = next(each for each in json.loads(as_json(found))["units"] if each["unit"] == "DDD")
    assert unit["ranks"]["I"] is None
    assert unit["scores"]["I"] is None


def test_weights_from_the_data_and_an_optimal_one_for_each_unit() -> None:
    equal = scored(weigh="equal", tree=meta(Weight_0=9)).scores
    assert equal["I"].tolist() == scored().scores["I"].tolist()
    best = scored(aggregate="arithmetic", weigh="benefit_of_doubt").scores
    assert (best["I"] >= scored().scores["I"] - 1e-9).all()


def test_goalposts_and_a_target_of_the_tree_are_used() -> None:
    tree = meta().assign(goalpost_lower=0.0, goalpost_upper=10.0, goalpost_scale=1, Target=4.0)
    plain = score_frame(VALUES, tree)
    assert [at_ccc(plain, code) for code in "abcd"] == pytest.approx([0.3, 0.2, 0.8, 0.2])
    near = scored({"normalise": {"method": "distance_to_target", "scale": 1}}, tree)
    assert near.scores.loc["CCC", "a"] == pytest.approx(1 - (4 - 3) / (4 - 1))


def test_a_tree_of_one_level_is_a_weighted_sum() -> None:
    tree = meta(Weight_0=2, Level_6=2).drop(index=[4, 5]).replace({"Parent": {"P": "I", "Q": "I"}})
    assert at_ccc(scored(tree=tree), "I") == pytest.approx(100 * (2 * A + B + C + D) / 5)


def test_a_deep_tree_and_a_lone_child_change_nothing() -> None:
    rows = meta().to_dict("records")
    rows[4:] = [
        {"Level": 2, "iCode": "P", "Parent": "P2", "Direction": 1, "Weight": 1},
        {"Level": 2, "iCode": "Q", "Parent": "Q2", "Direction": 1, "Weight": 1},
        {"Level": 3, "iCode": "P2", "Parent": "I", "Direction": 1, "Weight": 1},
        {"Level": 3, "iCode": "Q2", "Parent": "I", "Direction": 1, "Weight": 1},
        {"Level": 4, "iCode": "I", "Parent": None, "Direction": 1, "Weight": 1},
    ]
    assert scored(tree=pd.DataFrame(rows)).scores["I"].tolist() == scored().scores["I"].tolist()


def test_a_tree_in_toml_with_its_own_indicators(tmp_path: Path) -> None:
    leaves = [("a", "P", 1), ("b", "P", 1), ("c", "Q", -1), ("d", "Q", 1)]
    lines = ['name = "mine"', 'title = "Mine"']
    for code, parent in (("I", ""), ("P", "I"), ("Q", "I")):
        lines += ["[[nodes]]", f'code = "{code}"', f'title = "{code}"']
        lines += [f'parent = "{parent}"'] if parent else []
    for code, parent, direction in leaves:
        lines += ["[[indicators]]", f'code = "{code}"', f'parent = "{parent}"', f"direction = {direction}"]
    path = tmp_path / "mine.toml"
    path.write_text("\n".join(lines), encoding="utf-8")
    assert score_frame(VALUES, path).scores.equals(scored().scores)


# --- draws of such a tree


VARIED: dict[str, Any] = {
    "treat": ["none", {"method": "winsorise", "most": 1, "skew": 0.0, "kurtosis": -9.0}],
    "normalise": [{"method": "minmax", "lower": 1}, {"method": "minmax", "lower": 20}, "rank"],
    "aggregate": ["arithmetic", ["geometric", "arithmetic"]],
    "leave_one_out": False,
}


def test_picks_are_places_in_what_the_recipe_lists() -> None:
    result = scored({"normalise": {"method": "minmax", "lower": 1}}, doubt=VARIED)
    draws = result.draws(normalise=[0, 1, 2, 1], aggregate=[0, 0, 0, 1], treat=[0, 0, 0, 0])
    found = result.run(draws).scores[:, 0, 2]
    flat = [at_ccc(scored({"normalise": VARIED["normalise"][k]}), "I") for k in range(3)]
    mixed = scored({"normalise": VARIED["normalise"][1]}, aggregate=["geometric", "arithmetic"])
    assert found.tolist() == pytest.approx([*flat, at_ccc(mixed, "I")])


def test_a_pick_may_be_a_name_and_weights_may_be_those_of_some_nodes_alone() -> None:
    result = scored({"normalise": {"method": "minmax", "lower": 1}}, doubt=VARIED)
    by_name, by_place = (result.run(result.draws(normalise=each)) for each in (["rank"], [2]))
    assert by_name.scores.tolist() == by_place.scores.tolist()
    part = pd.DataFrame({"P": [1.0, 3.0], "Q": [1.0, 1.0], "I": [1.0, 1.0]})
    found = result.run(result.draws(part, left_out=["", None])).scores[:, 0, 2]
    p, q = (at_ccc(result, node) for node in "PQ")
    stated = {node.code: node.weight for node in result.plan.framework.nodes}
    assert set(stated.values()) == {1.0}
    assert found == pytest.approx([(p + q) / 2, (3 * p + q) / 4])


def test_what_is_left_out_by_name_counts_as_if_it_had_no_weight() -> None:
    result = scored()
    left = result.draws(left_out=["a", "P", None])
    weights = pd.DataFrame(1.0, index=range(3), columns=list(result.plan.edges))
    weights.loc[0, "a"] = weights.loc[1, "P"] = 0.0
    for each in (result.draws(weights), result.draws(weights, left_out=[None, None, None])):
        expected = result.run(each).scores
        assert np.allclose(result.run(left).scores, expected, rtol=1e-14, equal_nan=True)
    assert result.run(left).scores[1, 0].tolist() == result.run(left).scores[1, -1].tolist()


@settings(max_examples=8)
@given(st.integers(0, 10_000))
def test_a_batch_is_the_same_as_one_draw_after_the_other(seed: int) -> None:
    result = scored(
        {"impute": "mean"},
        values=VALUES.mask(VALUES == 5),
        doubt=VARIED | {"impute": ["mean", "median"]},
        clip=1.0,
    )
    rng = np.random.default_rng(seed)
    size, p = 24, result.plan
    picks = {stage: rng.integers(len(VARIED[stage]), size=size) for stage in ("treat", "normalise")}
    picks |= {stage: rng.integers(2, size=size) for stage in ("aggregate", "impute")}
    draws = Draws(
        size,
        data=rng.standard_normal((size, 4, 4)),
        weights=rng.uniform(0.1, 1, (size, len(p.edges))),
        choices=picks,
        left_out=rng.integers(-1, 4, size=size),
    )
    together = run(p, draws)
    for k in range(size):
        alone = run(p, draws.take(slice(k, k + 1)))
        assert np.array_equal(alone.scores[0], together.scores[k], equal_nan=True)
        assert np.array_equal(alone.indicators[0], together.indicators[k], equal_nan=True)


def test_what_is_imputed_is_drawn_with_its_error() -> None:
    values = VALUES.mask(VALUES == 5)
    result = scored({"impute": "mean"}, values=values)
    z = np.zeros((2, 4, 4))
    z[1, 0, 3] = 1.0  # a of DDD, which is missing
    moved = run(result.plan, Draws(2, data=z)).indicators[:, 0]
    assert moved[0].tolist() == result.levels.indicators[0, 0].tolist()
    assert moved[1].tolist() != moved[0].tolist()


def test_draws_of_weights_alone_work_the_indicators_out_once() -> None:
    result = scored()
    table = pd.DataFrame(1.0, index=range(5000), columns=list(result.plan.edges))
    table["P"] = np.linspace(0.5, 2, 5000)
    found = result.run(result.draws(table))
    assert sum(len(each.x) for each in found.leaves) == len(found.leaves)
    p, q = (at_ccc(result, node) for node in "PQ")
    expected = (table["P"] * p + q) / (table["P"] + 1)
    assert found.scores[:, 0, 2] == pytest.approx(expected.to_numpy())


@settings(max_examples=25)
@given(st.lists(st.floats(0.01, 1.0), min_size=6, max_size=6), st.floats(0.1, 50.0))
def test_the_size_of_weights_does_not_matter_and_scores_stay_between_the_children(
    weights: list[float], factor: float
) -> None:
    result = scored()
    table = pd.DataFrame([weights, [factor * each for each in weights]], columns=list(result.plan.edges))
    found = result.run(result.draws(table)).scores
    assert found[0] == pytest.approx(found[1], abs=1e-9)
    top, pillars = found[0, 0], found[0, 1:]
    assert (top <= pillars.max(axis=0) + 1e-9).all()
    assert (top >= pillars.min(axis=0) - 1e-9).all()


# --- what does not fit


@pytest.mark.parametrize(
    ("cells", "message"),
    [
        ({"Weight_0": -1}, "row 2, Weight of a: found '-1'; expected a number, 0 or more"),
        ({"Weight_0": math.inf}, "Weight of a: found 'inf'"),
        ({"Weight_4": "much"}, "row 6, Weight of P: found 'much'"),
        ({"Direction_1": 0}, "Direction of b: found '0'; expected 1 or -1"),
        ({"Weight_0": None}, "Weight of a: found an empty cell; expected a number, 0 or more"),
        ({"Parent_0": "PP"}, "Parent of a: found 'PP'; expected a node of the table. did you mean P"),
        ({"Parent_0": "b"}, "Parent of a: found 'b'"),
        ({"Parent_0": None}, "nodes without a parent: a, I; expected one top"),
        ({"Parent_4": "Q", "Parent_5": "P"}, "'P' stands above itself"),
        ({"Parent_6": "P"}, "P > I > P is a circle"),
        ({"Parent_2": "P", "Parent_3": "P"}, "nodes without any indicator: Q"),
        ({"iCode_0": "b"}, "row 2, iCode: found 'b'; expected a name that stands once"),
        ({"Level_4": 3}, "Parent of a: found P of level 3; expected a parent of level 2, one above a"),
        ({"Level_0": 1.5}, "Level of a: found '1.5'"),
    ],
)
def test_a_tree_that_is_none_is_refused_by_its_nodes(cells: dict[str, Any], message: str) -> None:
    with pytest.raises(DataError) as caught:
        score_frame(VALUES, meta(**cells))
    assert message in str(caught.value)


def test_a_tree_without_its_columns_is_refused() -> None:
    with pytest.raises(DataError, match="Weight: found no such column"):
        score_frame(VALUES, meta().drop(columns="Weight"))


DIVISOR = pd.DataFrame({"iCode": ["n"], "Type": ["Denominator"]})
ZERO_DIVISOR = pd.concat([meta().assign(Denominator=["n", "", "", "", "", "", ""]), DIVISOR])


@pytest.mark.parametrize(
    ("values", "tree", "message"),
    [
        (VALUES, meta(Weight_0=0, Weight_1=0), "the weights under 'P' are all zero"),
        (VALUES.drop(columns="c"), meta(), "in the tree but not in the table: c"),
        (VALUES.rename(columns={"c": "cc"}), meta(), r"not in the table: c \(did you mean cc\?\)"),
        (VALUES.assign(z=1.0), meta(), "in the table but not in the tree: z"),
        (VALUES.assign(c=2.0), meta(), "all units are the same, so that nothing is compared: c"),
        (VALUES.assign(c=np.nan), meta(), "indicators without any value: c"),
        (VALUES.iloc[:2], meta(), r"too few units have a value to compare: a has 2 \(needs 3\)"),
        (VALUES.iloc[:0], meta(), "the table of values is empty"),
        (pd.concat([VALUES, VALUES]), meta(), "units stand twice in the table of values: AAA"),
        (VALUES.assign(n=[0.0, 1, 1, 1]), ZERO_DIVISOR, "needs denominators above 0; not so: a of AAA"),
    ],
)
def test_a_table_that_does_not_fit_its_tree_is_refused(
    values: pd.DataFrame, tree: pd.DataFrame, message: str
) -> None:
    with pytest.raises(UsageError, match=message):
        score_frame(values, tree)


@pytest.mark.parametrize(("cell", "shown"), [(math.inf, "inf"), ("much", "'much'")])
def test_a_cell_that_is_no_number_is_named(cell: float | str, shown: str) -> None:
    values = VALUES.astype(object).copy()
    values.loc["BBB", "c"] = cell
    with pytest.raises(DataError, match=f"c of BBB: found {shown}; expected a finite number"):
        score_frame(values, meta())


@pytest.mark.parametrize(
    ("choices", "changes", "message"),
    [
        (
            {},
            {"aggregate": "geometric"},
            "geometric needs scores above 0; not so: a of AAA, b of AAA, c",
        ),
        (
            {"normalise": "zscore"},
            {"aggregate": "harmonic"},
            "harmonic needs scores above 0; not so: a",
        ),
        ({"treat": "log"}, {}, "treat: log needs values above 0; not so: b of AAA"),
        ({"transform": "log"}, {}, "transform: log needs values above 0; not so: b of AAA"),
        ({"normalise": "goalposts"}, {}, "needs a lower and an upper goalpost; not so: a, b, c, d"),
        ({"normalise": "distance_to_target"}, {}, "needs a target for every indicator; not so: a"),
        (
            {"normalise": {"method": "distance_to_reference", "unit": "AAB"}},
            {},
            "unknown reference unit 'AAB'; did you mean AAA",
        ),
        ({"impute": {"method": "group_mean", "group": "G"}}, {}, "unknown grouping of units 'G'"),
        ({"screen": {"method": "availability", "least": 2.0}}, {}, "availability leaves no unit of 4"),
        ({"each": {"aa": {"treat": "log"}}}, {}, r"unknown indicator in \[choices.each\] 'aa'"),
        ({}, {"aggregate": ["arithmetic"]}, "names 1 means .* has 2 levels above its indicators"),
        ({}, {"weigh": ["equal"]}, "1 entries in weigh .* has 2 levels above its indicators"),
        ({}, {"threshold": [0.1] * 3}, "3 entries in threshold .* has 2 levels above its indicators"),
        (
            {"normalise": "zscore"},
            {"weigh": "entropy"},
            "weigh: entropy needs scores of 0 or more; not so: a of AAA",
        ),
        ({}, {"weigh": {"method": "pca", "of": "x"}}, "of of pca must be squared or absolute, found x"),
        (
            {},
            {"aggregate": {"method": "power", "p": "a"}},
            "power cannot be run as the recipe has it",
        ),
        ({"normalise": {"method": "zscore", "ddof": 4}}, {}, "ddof of zscore must be 0 or 1, found 4"),
        ({"impute": "latest"}, {}, "'latest' needs several years of each unit"),
    ],
)
def test_methods_that_cannot_work_name_the_cell(
    choices: dict[str, Any], changes: dict[str, Any], message: str
) -> None:
    values = VALUES.mask(VALUES == 9) if "impute" in choices else VALUES
    with pytest.raises(UsageError, match=message):
        scored(choices, values=values, **changes)


@pytest.mark.parametrize(
    ("weights", "message"),
    [
        ({"P": -1.0}, "weights must be numbers of 0 or more; not so: P"),
        ({"P": 0.0, "Q": 0.0}, "the weights under I are all zero in a draw"),
        ({"a": np.nan}, "not so: a"),
    ],
)
def test_draws_of_weights_that_are_none_are_refused(weights: dict[str, float], message: str) -> None:
    result = scored()
    table = pd.DataFrame(1.0, index=[0], columns=list(result.plan.edges)).assign(**weights)
    with pytest.raises(UsageError, match=message):
        result.run(result.draws(table))


@pytest.mark.parametrize(
    ("tables", "message"),
    [
        ({"normalise": [0, 3]}, "normalise: expected 2 places in the 3 .* or one of rank"),
        ({"normalise": [0, 0.5]}, "normalise: expected 2 places"),
        ({"normalise": [0, None]}, "normalise: expected 2 places"),
        ({"normalise": ["rank", "minmax"]}, "normalise: expected 2 places"),  # minmax stands there twice
        ({"normalize": [0, 1]}, "unknown stage to pick for 'normalize'; did you mean normalise"),
        ({"normalise": [0, 1], "treat": [0]}, "tables of one length .* normalise 2, treat 1"),
        ({"weights": pd.DataFrame({"P": [1.0]})}, "all children of a node or for none; none: Q"),
        ({"weights": pd.DataFrame({"P": [1.0], "q": [2.0]})}, "unknown indicator or node with a weight 'q'"),
        ({"weights": pd.DataFrame({"P": ["x"], "Q": [2.0]})}, "must be numbers of 0 or more; not so: P"),
        ({"left_out": ["a", "e"]}, "unknown indicator or node left out 'e'"),
        ({"left_out": ["I"]}, "unknown indicator or node left out 'I'"),
    ],
)
def test_replicates_that_do_not_fit_are_refused(tables: dict[str, Any], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        scored(doubt=VARIED).draws(**tables)


def test_draws_may_be_lists_and_columns_of_tables() -> None:
    result = scored(doubt=VARIED)
    lists: Any = {"choices": {"normalise": [0, 2] * 1500}, "left_out": pd.Series([0.0, -1.0] * 1500)}
    arrays: Any = {"choices": {"normalise": np.tile([0, 2], 1500)}, "left_out": np.tile([0, -1], 1500)}
    one, other = (run(result.plan, Draws(3000, **fields)).scores for fields in (lists, arrays))
    assert np.array_equal(one, other, equal_nan=True)
    with pytest.raises(UsageError, match="draws: normalise must be whole numbers"):
        Draws(1, choices={"normalise": np.array([0.5])})


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"weights": np.ones((2, 5))}, r"weights has the shape \(2, 5\), expected \(2, 6\)"),
        ({"data": np.ones((2, 4))}, r"data has the shape \(2, 4\), expected \(2, 4, 4\)"),
        ({"choices": {"normalise": np.array([0])}}, r"choices\['normalise'\] has the shape \(1,\)"),
        ({"choices": {"normalise": np.array([0, 3])}}, "goes from 0 to 3, expected 0 to 2"),
        ({"choices": {"clip": np.array([0, 1])}}, r"choices\['clip'\] goes from 0 to 1, expected 0 to 0"),
        ({"left_out": np.array([-2, 0])}, "left_out goes from -2 to 0, expected -1 to 3"),
    ],
)
def test_draws_of_another_plan_are_refused(fields: dict[str, Any], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        run(scored(doubt=VARIED).plan, Draws(2, **fields))


def test_a_framework_without_indicators_scores_no_table() -> None:
    bare = Framework(
        name="bare",
        title="Bare",
        nodes=(Node(code="top", title="T"), Node(code="one", title="O", parent="top")),
    )
    with pytest.raises(UsageError, match="lists no indicators of its own"):
        score_frame(VALUES, bare)


def test_goalposts_must_be_in_order_and_positive_under_a_logarithm() -> None:
    with pytest.raises(ValueError, match="a lower and an upper one"):
        Leaf(code="a", parent="P", goalposts=(2.0, 1.0))
    with pytest.raises(ValueError, match="a logarithm needs goalposts above 0"):
        Leaf(code="a", parent="P", goalposts=(0.0, 1.0), transform="log")


# --- the page that explains it


def test_the_recipe_on_the_page_is_a_recipe(root: Path, tmp_path: Path) -> None:
    page = (root / "docs" / "any-tree.md").read_text(encoding="utf-8")
    blocks = [block.split("```")[0] for block in page.split("```toml\n")[1:]]
    assert len(blocks) == 3
    path = tmp_path / "mine.toml"
    path.write_text(f"{blocks[0]}\n{blocks[2]}", encoding="utf-8")
    made = read_recipe(path)
    assert made.choices.each.keys() == {"CO2"}
    assert (len(made.doubt.treat), len(made.doubt.normalise), len(made.doubt.aggregate)) == (2, 2, 2)
    by_year = blocks[0].replace("[choices]\n", f"[choices]\n{blocks[1]}")
    path.write_text(by_year, encoding="utf-8")
    assert read_recipe(path).choices.each_year == ("impute", "treat", "normalise")


def test_the_analysis_on_the_page_runs(root: Path) -> None:
    page = (root / "docs" / "any-tree.md").read_text(encoding="utf-8")
    (code,) = (
        part.split("```")[0] for part in page.split("```python\n") if part.startswith("from scoring.analysis")
    )
    years = pd.concat([(VALUES * (1 + k / 10)).assign(Time=2020 + k) for k in range(3)])
    rng = np.random.default_rng(3)
    wide = pd.DataFrame(rng.uniform(1, 9, (12, 4)), columns=list("abcd"), index=[f"U{k}" for k in range(12)])
    known: dict[str, Any] = {
        "result": scored(values=wide),
        "other": scored({"normalise": "rank"}, values=wide),
        "panel": scored(values=years.rename_axis("uCode").reset_index()),
    }
    given = set(known)
    exec(code, known)  # noqa: S102 - the page is ours
    made = [known[name] for name in known.keys() - given if isinstance(known[name], pd.DataFrame | pd.Series)]
    assert made
    assert not any(table.empty for table in made)


def test_the_command_writes_a_league_a_document_and_a_table(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from fourlayers.cli import main

    idata, imeta = tmp_path / "values.csv", tmp_path / "tree.csv"
    VALUES.rename_axis("uCode").to_csv(idata)
    meta().to_csv(imeta, index=False)
    asked = ["score", "--idata", str(idata), "--imeta", str(imeta)]
    texts = []
    for form in ("table", "csv", "json"):
        assert main([*asked, "--format", form]) == 0
        texts.append(capsys.readouterr().out)
    assert texts[0].splitlines()[4].split()[:2] == ["1", "DDD"]
    table = pd.read_csv(io.StringIO(texts[1]), index_col="uCode")
    assert np.allclose(table.drop(columns="Rank"), scored().scores, rtol=1e-14)
    document = json.loads(texts[2])
    assert document["units"][3]["scores"]["I"] == pytest.approx(at(scored(), "DDD"))
    assert main(asked[:3]) == 2
    assert "--imeta is missing" in capsys.readouterr().err


def at(result: Result, unit: str) -> float:
    return float(result.scores["I"].to_dict()[unit])
