"""What turns a lead: shares of weightings against exact fractions, tipping weights, the smallest change."""

from __future__ import annotations

import itertools
import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy.optimize import linprog, minimize

from scoring.doubt.tipping import least_change_l1, least_change_l2, share_of_weightings, turning_weights

gap = st.integers(-40, 40).map(lambda k: k / 4)
gaps_of = st.lists(gap, min_size=1, max_size=7)


def exact_share(gaps: list[float]) -> Fraction:
    """Share by another way, in fractions: the divided difference of max(t, 0)^(K - 1) at the gaps.

    By Hermite and Genocchi the mean of the (K - 1)th derivative of h over a simplex with corners g is
    (K - 1)! h[g_1, ..., g_K]; with h = max(t, 0)^(K - 1) that derivative is (K - 1)! where t > 0.
    """
    nodes, power = sorted(map(Fraction, gaps)), len(gaps) - 1

    def derivative(at: Fraction, order: int) -> Fraction:
        if at <= 0:
            return Fraction(0)
        return at ** (power - order) * math.perm(power, order) / math.factorial(order)

    table = [derivative(node, 0) for node in nodes]
    for order in range(1, len(nodes)):
        table = [
            derivative(low, order) if low == high else (table[i + 1] - table[i]) / (high - low)
            for i, (low, high) in enumerate(zip(nodes, nodes[order:], strict=False))
        ]
    return table[0]


@pytest.mark.parametrize(
    ("gaps", "share"),
    [
        ([3.0, -1.0], 3 / 4),
        ([1.0, 1.0, -1.0], 3 / 4),  # the second of two heads before the tail: 1 - 1/4
        ([1.0, 2.0], 1.0),
        ([-1.0, -2.0], 0.0),
        ([0.0, 5.0], 1.0),
        ([0.0, -5.0, 0.0], 0.0),
        ([0.0, 0.0], 0.5),
        ([7.0], 1.0),
        ([-7.0], 0.0),
    ],
)
def test_shares_of_weightings_written_out(gaps: list[float], share: float) -> None:
    assert share_of_weightings(np.array(gaps)) == pytest.approx(share, abs=1e-15)


@given(gaps_of)
def test_shares_equal_exact_fractions_with_ties_and_zeros(gaps: list[float]) -> None:
    assume(any(gaps) and len(gaps) > 1)
    assert float(share_of_weightings(np.array(gaps))) == pytest.approx(float(exact_share(gaps)), abs=1e-12)


@pytest.mark.parametrize("apart", [1e-6, 1e-9, 1e-12, 1e-15])
@pytest.mark.parametrize("size", [4, 9, 17])
def test_gaps_close_together_lose_no_digit(apart: float, size: int) -> None:
    rng = np.random.default_rng(size)
    for base in (1.0, 30.0):
        gaps = np.concatenate(
            [base + apart * np.arange(size // 2), -base - apart * np.arange(size - size // 2)]
        )
        gaps[0] *= rng.uniform(0.5, 2.0)
        for each in (gaps, -gaps, np.append(gaps, [0.0, 0.0])):
            found = float(share_of_weightings(each))
            assert abs(found - float(exact_share(each.tolist()))) <= 1e-12


def test_both_shares_add_to_one_and_a_batch_is_what_one_by_one_gives() -> None:
    gaps = np.random.default_rng(3).normal(size=(200, 6))
    gaps[:50, 2] = 0.0
    gaps[50:60] = 0.0
    found = share_of_weightings(gaps)
    assert found == pytest.approx([float(share_of_weightings(each)) for each in gaps])
    assert found + share_of_weightings(-gaps) == pytest.approx(np.ones(200))
    gaps[0, 0] = np.nan
    assert np.isnan(share_of_weightings(gaps)).tolist() == [True] + [False] * 199


@pytest.mark.parametrize("gaps", [(12.0, -3.0, 8.0, -9.5), (1.0, 1.0, -1.0, 0.0), (0.4, -2.0, 0.1)])
def test_shares_agree_with_random_weightings(gaps: tuple[float, ...]) -> None:
    weights = np.random.default_rng(7).standard_exponential((100_000, len(gaps)))
    counted = np.mean(weights @ np.array(gaps) > 0)
    share = float(share_of_weightings(np.array(gaps)))
    assert counted == pytest.approx(share, abs=4 * math.sqrt(share * (1 - share) / 100_000))


@given(gaps_of, st.integers(0, 1000))
def test_at_its_tipping_weight_the_sum_is_nothing(gaps: list[float], seed: int) -> None:
    w = np.random.default_rng(seed).dirichlet(np.ones(len(gaps)))
    g = np.array(gaps)
    for k, turn in enumerate(turning_weights(g, w)):
        rest = np.delete(w, k)

        def total(own: float, k: int = k, rest: np.ndarray[tuple[int], np.dtype[np.float64]] = rest) -> float:
            return float(own * g[k] + (1 - own) * (np.delete(g, k) @ rest) / rest.sum())

        if len(gaps) == 1 or abs(total(0.0)) < 1e-9:
            continue
        if math.isnan(turn):
            assert total(0.0) * total(1.0) >= 0
        else:
            assert 0 < turn < 1
            assert total(turn) == pytest.approx(0, abs=1e-12 * 10)


@given(st.lists(gap, min_size=2, max_size=6), st.integers(0, 1000))
def test_the_least_change_is_what_a_solver_finds(gaps: list[float], seed: int) -> None:
    g, w = np.array(gaps), np.random.default_rng(seed).dirichlet(np.ones(len(gaps)))
    first, second = least_change_l1(g, w), least_change_l2(g, w)
    if g @ w != 0 and ((g >= 0).all() or (g <= 0).all()):
        assert first is None
        assert second is None
        return
    assert first is not None
    assert second is not None
    for found in (first, second):
        assert found.sum() == pytest.approx(1)
        assert found.min() >= 0
        assert found @ g == pytest.approx(0, abs=1e-9)
    k = len(g)
    rows = np.block([[np.eye(k), -np.eye(k)], [-np.eye(k), -np.eye(k)]])
    solved = linprog(
        np.r_[np.zeros(k), np.ones(k)],
        A_ub=rows,
        b_ub=np.r_[w, -w],
        A_eq=np.block([[np.ones(k), np.zeros(k)], [g, np.zeros(k)]]),
        b_eq=[1.0, 0.0],
    )
    assert np.abs(first - w).sum() == pytest.approx(solved.fun, abs=1e-7)


@pytest.mark.parametrize("seed", range(12))
def test_the_nearest_weights_are_what_a_solver_finds(seed: int) -> None:
    rng = np.random.default_rng(seed)
    g, w = rng.normal(size=5), rng.dirichlet(np.ones(5))
    if (g > 0).all() or (g < 0).all():
        return
    found = least_change_l2(g, w)
    assert found is not None
    solved = minimize(  # type: ignore[call-overload] # its stubs know no lambda
        lambda each: ((each - w) ** 2).sum(),
        np.full(5, 0.2),
        jac=lambda each: 2 * (each - w),
        bounds=[(0, 1)] * 5,
        constraints=[
            {"type": "eq", "fun": lambda each: each.sum() - 1},
            {"type": "eq", "fun": lambda each: each @ g},
        ],
        method="SLSQP",
        options={"ftol": 1e-14, "maxiter": 500},
    )
    assert found == pytest.approx(solved.x, abs=1e-6)


@pytest.mark.parametrize("gaps", list(itertools.permutations((6.0, -2.0, 1.0))))
def test_the_least_change_written_out(gaps: tuple[float, ...]) -> None:
    g, w = np.array(gaps), np.full(3, 1 / 3)
    moved = least_change_l1(g, w)
    # the sum is 5/3; from +6 to -2 each unit moved takes 8, so 5/24 moves and the change is twice that
    assert moved is not None
    assert np.abs(moved - w).sum() == pytest.approx(2 * 5 / 24)
    nearest = least_change_l2(g, w)
    # on the plane of weights the sum falls along g less its mean, 5/3, whose square is 41 - 3 (5/3)^2
    assert nearest is not None
    assert np.linalg.norm(nearest - w) == pytest.approx((5 / 3) / math.sqrt(41 - 3 * (5 / 3) ** 2))


def test_a_tie_needs_no_change() -> None:
    g, w = np.array([1.0, -1.0]), np.array([0.5, 0.5])
    for change in (least_change_l1, least_change_l2):
        assert change(g, w) == pytest.approx(w)
