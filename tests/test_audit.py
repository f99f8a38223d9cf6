"""Checks of an index on tables small enough to see what each must say."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

from scoring.analysis import audit
from scoring.analysis.subject import Subject

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
    assert "65% of the units at one end" in found.says


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
    assert found.says.startswith("2 of 6 components above 1")


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
