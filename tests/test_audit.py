"""Checks of an index on tables small enough to see what each must say."""

from __future__ import annotations

import importlib.util
import json
import math
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest

import fourlayers
from fourlayers import UsageError, score_frame
from fourlayers.cli import main
from scoring.analysis import audit
from scoring.analysis.correlations import Z90
from scoring.analysis.subject import Subject
from scoring.index.recipe import Recipe, read_recipe

if TYPE_CHECKING:
    from types import ModuleType

    from fourlayers.auditing import Audit
    from scoring.index.result import Result

UNITS = [f"U{i:02d}" for i in range(40)]


def subject(scores: dict[str, list[float]], parents: dict[str, str], **changes: pd.DataFrame) -> Subject:
    leaves = [code for code in scores if code in parents and code not in parents.values()]
    table = pd.DataFrame(scores, index=UNITS[: len(next(iter(scores.values())))])
    nodes = [code for code in table.columns if code not in leaves]
    given = {"values": table[leaves], "coverage": pd.DataFrame(1.0, index=table.index, columns=nodes)}
    weights = dict.fromkeys(scores, 1.0)
    return Subject(scores=table, parents=parents, weights=weights, title={}, **(given | changes))


def of(checks: object, name: str) -> dict[str, audit.Check]:
    return {check.node: check for check in checks if check.check == name}  # type: ignore[attr-defined]


@pytest.fixture
def noise() -> Subject:
    rng = np.random.default_rng(8)
    a, b = rng.uniform(10, 90, (2, 23))
    return subject(
        {"a": a.tolist(), "b": b.tolist(), "top": ((a + b) / 2).tolist()}, {"a": "top", "b": "top"}
    )


def test_a_flag_needs_the_whole_interval() -> None:
    assert audit.below(0.1, 0.29, 0.3) == "mind"
    assert audit.below(-0.1, 0.5, 0.3) == "cannot tell"
    assert audit.below(0.3, 0.5, 0.3) == "fine"
    assert audit.above(0.93, 0.99, 0.92) == "mind"
    assert audit.above(0.8, 0.99, 0.92) == "cannot tell"
    assert audit.below(math.nan, 0.5, 0.3) == "cannot tell"


def test_a_weak_correlation_of_23_units_is_noise() -> None:
    x = np.arange(23.0)
    y = np.cos(3 * x) + 0.02 * x  # hardly related
    s = subject({"a": y.tolist(), "top": x.tolist()}, {"a": "top"})
    found = of(audit.follows_parent(s), "follows its parent")["a"]
    assert 0 < (found.value or 1) < 0.3
    assert found.verdict == "cannot tell"


def test_an_indicator_that_runs_against_its_parent() -> None:
    x = np.arange(23.0)
    s = subject({"a": (-x).tolist(), "top": x.tolist()}, {"a": "top"})
    found = of(audit.follows_parent(s), "follows its parent")["a"]
    assert found.verdict == "mind"
    assert "runs against" in found.todo


def test_twins_are_flagged_and_strangers_are_not(noise: Subject) -> None:
    x = np.arange(23.0)
    twins = subject(
        {"a": x.tolist(), "b": (x + 0.1 * np.sin(x)).tolist(), "top": x.tolist()}, {"a": "top", "b": "top"}
    )
    assert of(audit.redundant(twins), "says the same")["a - b"].verdict == "mind"
    assert of(audit.redundant(noise), "says the same")["a - b"].verdict == "fine"


def test_heaps_ties_and_zeros() -> None:
    s = subject({"a": [0.0] * 15 + [50.0] * 8, "top": [1.0] * 23}, {"a": "top"})
    found = of(audit.distribution(s), "distribution")["a"]
    assert found.verdict == "mind"
    assert "many zeros" in found.says
    assert "65 % of the units at one end" in found.says


def test_outliers_are_told_apart_from_ties() -> None:
    s = subject({"a": [*np.linspace(40, 60, 22), 1000.0], "top": [1.0] * 23}, {"a": "top"})
    assert of(audit.outliers(s), "outliers")["a"].verdict == "mind"
    assert of(audit.distribution(s), "distribution")["a"].verdict == "fine"


def test_coverage_is_that_of_the_median_unit(noise: Subject) -> None:
    thin = pd.DataFrame({"top": [0.5] * 12 + [1.0] * 11}, index=UNITS[:23])
    s = subject({"a": [1.0] * 23, "top": [1.0] * 23}, {"a": "top"}, coverage=thin)
    assert of(audit.coverage(s), "coverage")["top"].verdict == "mind"
    assert of(audit.coverage(noise), "coverage")["top"].verdict == "fine"


def test_components_need_five_units_each() -> None:
    x = np.arange(9.0)
    s = subject({"a": x.tolist(), "b": (x**2).tolist(), "top": x.tolist()}, {"a": "top", "b": "top"})
    found = of(audit.dimensions(s), "components")["top"]
    assert found.verdict == "cannot tell"
    assert "9 complete units for 2 indicators, 10 needed" in found.says


def test_two_things_in_one_group_are_seen() -> None:
    rng = np.random.default_rng(4)
    first, second = rng.normal(size=(2, 40))
    names = {f"a{i}": first + 0.3 * rng.normal(size=40) for i in range(3)}
    names |= {f"b{i}": second + 0.3 * rng.normal(size=40) for i in range(3)}
    scores = {name: column.tolist() for name, column in names.items()} | {"top": first.tolist()}
    found = of(audit.dimensions(subject(scores, dict.fromkeys(names, "top"))), "components")["top"]
    assert found.verdict == "mind"
    assert (found.low or 0) > 1
    assert "40 units" in found.says


def test_alpha_informs_and_never_fails(noise: Subject) -> None:
    assert of(audit.consistency(noise), "consistency")["top"].verdict in ("cannot tell", "for information")


def test_alpha_interval_holds_the_published_example() -> None:
    # Feldt's F for alpha = 0.8, n = 41, k = 26 at 90 %: 1 - 0.2 F(0.95; 40, 1000), 1 - 0.2 F(0.05; 40, 1000)
    from scipy.stats import f

    low, high = audit._feldt(0.8, 41, 26)
    assert low == pytest.approx(1 - 0.2 * f.ppf(0.95, 40, 1000))
    assert high == pytest.approx(1 - 0.2 * f.ppf(0.05, 40, 1000))


def test_one_loud_indicator_counts_for_more_than_its_weight() -> None:
    rng = np.random.default_rng(2)
    loud, quiet = 100 * rng.random(23), rng.random(23)
    scores = {"a": loud.tolist(), "b": quiet.tolist(), "top": (loud + quiet).tolist()}
    found = of(audit.counts(subject(scores, {"a": "top", "b": "top"})), "importance")
    assert found["b"].verdict == "mind"
    assert (found["a"].value or 0) > 1.5


def test_every_check_has_a_verdict_and_is_counted(noise: Subject) -> None:
    checks = audit.audit(noise)
    assert sum(sum(found.values()) for found in audit.tally(checks).values()) == len(checks)
    assert {check.verdict for check in checks} <= {"fine", "mind", "cannot tell", "for information"}
    assert all(check.todo for check in checks if check.verdict == "mind")


def test_an_eigenvalue_of_a_few_units_is_wide() -> None:
    low, high = audit._eigenvalue(1.5, 23)
    assert low == pytest.approx(1.5 / (1 + Z90 * math.sqrt(2 / 22)))
    assert high == pytest.approx(1.5 / (1 - Z90 * math.sqrt(2 / 22)))
    assert audit._eigenvalue(1.5, 5)[1] == math.inf  # the formula has no upper end there


def test_what_runs_against_its_parent_has_an_importance_inside_its_interval() -> None:
    x = np.arange(23.0)
    s = subject(
        {"a": (np.cos(x) - x).tolist(), "b": (2 * x - np.cos(x)).tolist(), "top": x.tolist()},
        {"a": "top", "b": "top"},
    )
    found = of(audit.counts(s), "importance")["a"]
    assert found.low is not None
    assert found.high is not None
    assert found.low <= (found.value or 0) <= found.high
    assert "the other way" in found.says


def test_an_absence_that_is_scored_is_no_gap_in_the_data() -> None:
    scores = {"a": [0.0] * 7 + list(np.linspace(10, 90, 16)), "top": [1.0] * 23}
    s = subject(scores, {"a": "top"})
    held = s.values.where(s.values != 0)
    given = subject(scores, {"a": "top"}, values=held)
    assert of(audit.distribution(given), "distribution")["a"].verdict == "fine"


# --- a table of one's own, and a pair of it


TREE = pd.DataFrame(
    {
        "Level": [1, 1, 1, 1, 2, 2, 3],
        "iCode": ["a", "b", "c", "d", "P", "Q", "I"],
        "Parent": ["P", "P", "Q", "Q", "I", "I", None],
        "Direction": [1, 1, -1, 1, 1, 1, 1],
        "Weight": [1.0, 1, 1, 3, 1, 1, 1],
    }
)


def table(units: int = 12) -> pd.DataFrame:
    rng = np.random.default_rng(6)
    return pd.DataFrame(rng.uniform(1, 9, (units, 4)), index=UNITS[:units], columns=list("abcd"))


def by_check(found: Audit, name: str) -> dict[str, audit.Check]:
    return of(found.checks, name)


@pytest.fixture(scope="module")
def scored() -> Result:
    return score_frame(table(), TREE)


def test_a_table_is_audited_with_and_without_a_pair(scored: Result) -> None:
    alone, paired = fourlayers.audit(scored), fourlayers.audit(scored, ("U00", "U01"))
    assert paired.checks[: len(alone.checks)] == alone.checks
    names = [check.check for check in paired.checks[len(alone.checks) :]]
    assert dict.fromkeys(names) == dict.fromkeys(
        ("pair comparability", "weights for the gap", "leave one out, pair", "compensability")
    )
    assert all(check.verdict in ("fine", "mind", "cannot tell", "for information") for check in paired.checks)
    assert all(bool(check.todo) == (check.verdict == "mind") for check in paired.checks)


def test_weights_for_the_gap_are_shares_of_what_moves_it(scored: Result) -> None:
    scores = scored.scores.loc[["U00", "U01"]]
    effective = scored.weights["effective"]
    moves = {code: abs(effective[code] * (scores[code].iloc[0] - scores[code].iloc[1])) for code in "abcd"}
    # what a part of a layer gives is counted from the middle of the two layer scores, and weights are the
    # same for both: the middle falls out
    found = by_check(fourlayers.audit(scored, ("U00", "U01")), "weights for the gap")
    assert {code: check.value for code, check in found.items()} == pytest.approx(
        {code: move / sum(moves.values()) for code, move in moves.items()}
    )


def test_leaving_out_is_the_same_as_scoring_without(scored: Result) -> None:
    found = by_check(fourlayers.audit(scored, ("U00", "U01")), "leave one out, pair")["I"]
    gaps = []
    for code in "abcd":
        tree = TREE[TREE["iCode"] != code]
        top = score_frame(table().drop(columns=code), tree).scores["I"]
        gaps.append(top.loc["U00"] - top.loc["U01"])
    assert (found.low, found.high) == pytest.approx((min(gaps), max(gaps)))
    turned = any(gap * (found.value or 0) < 0 for gap in gaps)
    assert (found.verdict == "mind") == turned
    assert ("the lead turns without" in found.says) == turned


def test_a_league_that_rests_on_one_indicator_is_flagged() -> None:
    tree = TREE.assign(Weight=[1.0, 1, 50, 1, 1, 50, 1])
    found = by_check(fourlayers.audit(score_frame(table(), tree)), "leave one out")
    assert next(iter(found)) == "c"
    assert found["c"].verdict == "mind"
    assert found["a"].verdict == "fine"


def test_a_pair_without_common_figures_is_not_like_for_like() -> None:
    values = table()
    values.loc["U00", "a"] = values.loc["U01", "b"] = np.nan
    found = by_check(fourlayers.audit(score_frame(values, TREE), ("U00", "U01")), "pair comparability")
    assert found["P"].value == 0
    assert found["P"].verdict == "mind"
    assert "no such indicator in P" in found["P"].says
    assert found["Q"].verdict == "fine"


def test_a_rate_of_exchange_under_a_geometric_mean() -> None:
    recipe = read_recipe("plain").model_dump()
    recipe |= {"aggregate": ["arithmetic", "geometric"]}
    recipe["choices"] |= {"normalise": {"method": "minmax", "lower": 1}}
    result = score_frame(table(), TREE, Recipe.model_validate(recipe))
    scores = result.scores.loc["U00", ["P", "Q"]]
    found = by_check(fourlayers.audit(result, ("U00", "U01")), "compensability")["U00"]
    # w log x has the slope w / x, and the weights are the same
    assert found.value == pytest.approx(scores.max() / scores.min())


def test_other_means_have_no_exact_parts_and_it_is_said() -> None:
    recipe = read_recipe("plain").model_dump() | {"aggregate": "median"}
    result = score_frame(table(), TREE, Recipe.model_validate(recipe))
    found = fourlayers.audit(result, ("U00", "U01"))
    assert by_check(found, "weights for the gap")["I"].verdict == "cannot tell"
    assert by_check(found, "compensability")["U00"].verdict == "cannot tell"


def test_of_a_panel_the_latest_year_is_audited() -> None:
    panel = pd.concat([table().assign(Time=2020), (table() + 1).assign(Time=2021)])
    found = fourlayers.audit(score_frame(panel.rename_axis("uCode").reset_index(), TREE))
    told = by_check(found, "follows its parent")
    assert all("12 units" in check.says for check in told.values())
    result = score_frame(panel.rename_axis("uCode").reset_index(), TREE)
    short = fourlayers.audit(result, ("U00", "U01")).checks
    assert short == fourlayers.audit(result, ("U00 2021", "U01 2021")).checks
    gap = result.scores["I"].loc[("U00", 2021)] - result.scores["I"].loc[("U01", 2021)]
    turned = next(check for check in short if check.check == "leave one out, pair")
    assert turned.value == pytest.approx(gap)


def test_a_tree_of_one_level_can_be_audited_too() -> None:
    flat = TREE.iloc[[0, 1, 2, 3, 6]].assign(Level=[1, 1, 1, 1, 2], Parent=["I", "I", "I", "I", ""])
    found = fourlayers.audit(score_frame(table(), flat), ("U00", "U01"))
    assert len(by_check(found, "weights for the gap")) == 4
    assert set(by_check(found, "pair comparability")) == {"I"}


@pytest.mark.parametrize(
    ("pair", "message"),
    [
        (("U00", "U0"), "unknown unit 'U0'"),
        (("U00", "U00"), "two different units"),
        (("U00",), "a pair needs"),
    ],
)
def test_a_pair_that_is_none_is_refused(scored: Result, pair: tuple[str, ...], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        fourlayers.audit(scored, pair)


@pytest.fixture
def files(tmp_path: Path) -> list[str]:
    idata, imeta = tmp_path / "values.csv", tmp_path / "tree.csv"
    table().rename_axis("uCode").to_csv(idata)
    TREE.to_csv(imeta, index=False)
    return ["--idata", str(idata), "--imeta", str(imeta)]


def test_the_command_shows_a_screen_a_document_and_markdown(
    files: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    texts = {}
    for form in ("table", "json", "md"):
        assert main(["audit", "U00", "U01", *files, "--format", form]) == 0
        texts[form] = capsys.readouterr().out
    assert max(map(len, texts["table"].splitlines())) <= 80
    document = json.loads(texts["json"])
    assert document["schema"] == "fourlayers/audit/1"
    assert [check["check"] for check in document["checks"]].count("follows its parent") == 4
    assert set(document["checks"][0]) == set(audit.Check.__dataclass_fields__)
    assert "| P | 1.00 |  | half of the units have at least 100 % of the weight | fine |  |" in texts["md"]
    assert main(["audit", *files, "--all"]) == 0
    assert "[cannot tell]" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["U00"], "a pair needs two units of the table, found only 'U00'"),
        (["--lens", "scale"], "--lens: no use with --idata"),
    ],
)
def test_what_has_no_use_with_a_table_is_said(
    files: list[str], capsys: pytest.CaptureFixture[str], words: list[str], message: str
) -> None:
    assert main(["audit", *words, *files]) == 2
    assert message in capsys.readouterr().err


# --- the page


@pytest.fixture(scope="module")
def page() -> ModuleType:
    path = Path(__file__).parents[1] / "docs" / "audited.py"
    spec = importlib.util.spec_from_file_location("audited", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_findings_on_the_page_are_fresh(root: Path, page: ModuleType) -> None:
    text = (root / "docs" / "audit.md").read_text(encoding="utf-8")
    assert page.filled(text, "ours", page.ours()) == text, "make renew"


def test_the_findings_on_the_published_index_are_fresh(root: Path, page: ModuleType, peers: Path) -> None:
    text = (root / "docs" / "audit.md").read_text(encoding="utf-8")
    assert page.filled(text, "published", page.published(peers)) == text, "make renew"
