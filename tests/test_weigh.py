"""The ways to weigh, with their sums written out."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from layers.unfit import Unfit
from scoring.index.weigh import METHODS, dirichlet, importances, shown_best, uniform_factor

Floats = NDArray[np.float64]


def weights(method: str, rows: list[list[float]], given: list[float] | None = None, **told: object) -> Floats:
    x = np.array(rows, dtype=np.float64)[None]
    nominal = np.ones(len(rows)) if given is None else np.array(given)
    return np.asarray(METHODS[method](x, nominal, np.ones(x.shape[-1], dtype=bool), **told)[0])


ROWS = [[0.0, 10.0, 20.0, 30.0], [5.0, 5.0, 30.0, 20.0], [9.0, 1.0, 4.0, 2.0]]


def test_loadings_without_their_sign() -> None:
    r = np.corrcoef(ROWS)
    loading = np.abs(np.linalg.eigh(r)[1][:, -1])
    assert weights("pca", ROWS, of="absolute") == pytest.approx(loading / loading.sum())
    assert weights("pca", ROWS) == pytest.approx(loading**2)
    with pytest.raises(ValueError, match="squared or absolute, found both"):
        weights("pca", ROWS, of="both")


def test_equal_and_given() -> None:
    assert weights("equal", ROWS).tolist() == [1 / 3] * 3
    assert weights("given", ROWS, [1.0, 0.0, 3.0]).tolist() == [0.25, 0, 0.75]


@pytest.mark.parametrize(
    "bad", [[1.0, -1.0, 3.0], [0.0, 0.0, 0.0], [1.0, math.nan, 1.0], [1.0, math.inf, 1.0]]
)
def test_weights_that_are_none_are_refused(bad: list[float]) -> None:
    with pytest.raises(Unfit, match=r"given needs (a weight above 0|weights of 0 or more)"):
        weights("given", ROWS, bad)


def test_principal_component_of_two_is_even_and_blind_to_the_sign() -> None:
    assert weights("pca", ROWS[:2]) == pytest.approx([0.5, 0.5])
    against = [ROWS[0], [-each for each in ROWS[1]], ROWS[2]]
    assert weights("pca", against) == pytest.approx(weights("pca", ROWS))


def test_principal_component_by_hand() -> None:
    # two rows that are one, and one apart from them: eigenvalue 2, loadings sqrt(1/2), sqrt(1/2), 0
    one, other = [1.0, -1.0, 1.0, -1.0], [1.0, 1.0, -1.0, -1.0]
    assert weights("pca", [one, one, other]) == pytest.approx([0.5, 0.5, 0], abs=1e-12)


def test_entropy_by_hand() -> None:
    rows = [[1.0, 1.0, 2.0], [1.0, 1.0, 8.0]]
    shares = [[0.25, 0.25, 0.5], [0.1, 0.1, 0.8]]
    uneven = [1 + sum(p * math.log(p) for p in row) / math.log(3) for row in shares]
    assert weights("entropy", rows) == pytest.approx([each / sum(uneven) for each in uneven])
    assert weights("entropy", [[0.0, 0.0, 4.0], [1.0, 1.0, 1.0]]) == pytest.approx([1, 0])


def test_critic_by_hand() -> None:
    rows = [[0.0, 1.0, 2.0], [0.0, 2.0, 4.0], [2.0, 0.0, 1.0]]
    # correlations: 1 and 2 move as one, 3 against both by -0.5; standard deviations 1, 2, 1
    conflict = [1 * (0 + 1.5), 2 * (0 + 1.5), 1 * (1.5 + 1.5)]
    assert weights("critic", rows) == pytest.approx([each / sum(conflict) for each in conflict])


@pytest.mark.parametrize("method", ["pca", "critic", "equal_importance"])
def test_a_child_that_does_not_vary_is_named(method: str) -> None:
    with pytest.raises(Unfit, match="row 1") as refused:
        weights(method, [ROWS[0], [7.0] * 4])
    assert refused.value.cells == ((1, -1),)


def test_entropy_needs_scores_that_are_shares() -> None:
    with pytest.raises(Unfit, match="scores of 0 or more"):
        weights("entropy", [[1.0, -1.0, 2.0]])
    with pytest.raises(Unfit, match="a score above 0"):
        weights("entropy", [[0.0, 0.0, 0.0], [1.0, 2.0, 3.0]])


@pytest.mark.parametrize("of", ["correlation", "variance"])
def test_equal_importance_is_reached_where_the_bounds_allow(of: str) -> None:
    x = np.random.default_rng(1).normal(size=(4, 30))
    x[1] += x[0]
    found = weights("equal_importance", x.tolist(), of=of)
    shares = importances(found, np.cov(x), of)
    assert shares / shares.sum() == pytest.approx(0.25, abs=1e-5)
    aimed = weights("equal_importance", x.tolist(), of="variance", target=[1.0, 1.0, 1.0, 2.0])
    assert importances(aimed, np.cov(x), "variance") == pytest.approx([0.2, 0.2, 0.2, 0.4], abs=1e-5)


def test_shares_of_the_variance_add_to_one() -> None:
    x = np.random.default_rng(2).normal(size=(3, 20))
    assert importances(np.array([0.2, 0.3, 0.5]), np.cov(x), "variance").sum() == pytest.approx(1)
    y = np.array([0.2, 0.3, 0.5]) @ x
    expected = [np.corrcoef(row, y)[0, 1] for row in x]
    assert importances(np.array([0.2, 0.3, 0.5]), np.cov(x), "correlation") == pytest.approx(expected)


def test_equal_importance_stays_within_its_bounds() -> None:
    x = np.random.default_rng(1).normal(size=(4, 30))
    x[1] += 3 * x[0]
    found = weights("equal_importance", x.tolist(), least=0.2, most=0.3)
    assert ((found >= 0.2 - 1e-9) & (found <= 0.3 + 1e-9)).all()
    with pytest.raises(Unfit, match=r"bounds between which 4 weights can add to 1, not 0 and 0\.2"):
        weights("equal_importance", x.tolist(), most=0.2)


def test_benefit_of_the_doubt_by_hand() -> None:
    # the first two are best at something; the third reaches 40 of 100 and 50 of 100 at most
    x = np.array([[100.0, 20.0, 40.0], [10.0, 100.0, 50.0]])[None]
    everyone = np.ones(3, dtype=bool)
    shares, scores = shown_best(x, everyone)
    # v with 100 v1 + 10 v2 = 20 v1 + 100 v2 = 1: v1 = 90 / 9800, v2 = 80 / 9800
    v = np.array([90.0, 80.0]) / (100 * 100 - 20 * 10)
    assert scores[0] == pytest.approx([100, 100, 100 * (40 * v[0] + 50 * v[1])])
    assert shares[0, :, 2] == pytest.approx(v / v.sum())
    assert shares[0].sum(axis=0) == pytest.approx([1, 1, 1])


def test_a_bloc_reaches_the_standard_at_most_and_sets_none() -> None:
    x = np.array([[100.0, 20.0, 40.0, 900.0], [10.0, 100.0, 50.0, 900.0]])[None]
    beside = shown_best(x, np.array([True, True, True, False]))[1][0]
    assert beside[:3] == pytest.approx(shown_best(x[..., :3], np.ones(3, dtype=bool))[1][0])
    assert beside[3] == pytest.approx(100)


def test_bounds_on_the_share_of_one_child_hold() -> None:
    x = np.array([[100.0, 20.0, 40.0], [10.0, 100.0, 50.0]])[None]
    shares, scores = shown_best(x, np.ones(3, dtype=bool), least=0.4, most=0.6)
    part = shares[0] * x[0]
    part = part / part.sum(axis=0)
    assert ((part >= 0.4 - 1e-9) & (part <= 0.6 + 1e-9)).all()
    free = shown_best(x, np.ones(3, dtype=bool))[1]
    assert (scores <= free + 1e-9).all()


def test_benefit_of_the_doubt_without_any_score_is_missing() -> None:
    x = np.array([[[np.nan, 5.0, 0.0], [np.nan, 3.0, np.nan]]])
    everyone = np.ones(3, dtype=bool)
    shares, scores = shown_best(x, everyone)
    assert np.isnan(scores[0, 0])
    assert scores[0, 1] == pytest.approx(100)
    assert shares[0, :, 0].tolist() == [0, 0]
    assert scores[0, 2] == 0
    assert shares[0, :, 2].tolist() == [1, 0]
    assert np.array_equal(METHODS["benefit_of_doubt"](x, np.ones(2), everyone), shares)
    with pytest.raises(Unfit, match="scores of 0 or more"):
        shown_best(-x, everyone)


def test_random_weights_stand_around_the_nominal_ones() -> None:
    nominal = np.array([1.0, 2.0, 1.0])
    ends = uniform_factor(nominal, np.array([[0.5, 0.5, 0.5], [1.0, 0.0, 0.5]]), spread=0.25)
    assert ends[0].tolist() == [0.25, 0.5, 0.25]
    assert ends[1] == pytest.approx(np.array([1.25, 1.5, 1.0]) / 3.75)
    drawn = dirichlet(np.array([1.0, 2.0, 0.0, 1.0]), np.random.default_rng(0), 4000, cv=0.2)
    assert drawn.mean(axis=0) == pytest.approx([0.25, 0.5, 0, 0.25], abs=0.005)
    level = dirichlet(np.ones(4), np.random.default_rng(0), 4000, cv=0.2)
    assert level.std(axis=0) / level.mean(axis=0) == pytest.approx(0.2, abs=0.01)
    assert dirichlet(np.array([0.0, 3.0]), np.random.default_rng(0), 2).tolist() == [[0, 1], [0, 1]]


@pytest.mark.parametrize("method", sorted(set(METHODS) - {"equal_importance", "benefit_of_doubt"}))
@given(st.integers(0, 500))
def test_weights_are_not_negative_and_add_to_one(method: str, seed: int) -> None:
    rng = np.random.default_rng(seed)
    x = rng.uniform(1, 100, size=(3, 4, 12))
    x[0, 1, 2] = np.nan
    nominal, everyone = rng.uniform(size=4), np.ones(12, dtype=bool)
    found = METHODS[method](x, nominal, everyone)
    assert (found >= 0).all()
    assert found.sum(axis=1) == pytest.approx([1, 1, 1])
    apart = [METHODS[method](each[None], nominal, everyone)[0] for each in x]
    assert found == pytest.approx(np.stack(apart), rel=1e-12)
