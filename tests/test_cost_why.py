"""Why a token is dearer: Shapley values by hand and by permutation; all mixes of a real gap."""

from __future__ import annotations

import math
from itertools import permutations
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from indicators.facts import load
from layers import shapley
from layers.inference_cost import paired, why
from layers.inference_cost.case import case, mixed
from layers.inference_cost.normals import central
from layers.inference_cost.token_cost import cost
from layers.inference_cost.why import CAUSES, MARGIN, Part, exact_shares, explain

if TYPE_CHECKING:
    from collections.abc import Collection

    from numpy.typing import NDArray

    from indicators.facts import Facts

    Floats = NDArray[np.float64]


@pytest.fixture(scope="module")
def shipped() -> Facts:
    return load()


def test_two_causes_by_hand() -> None:
    # v(none) 0, v(a) 1, v(b) 3, v(both) 10: a gets (1 + 7) / 2, b gets (3 + 9) / 2
    assert shapley.shares([0.0, 1.0, 3.0, 10.0]).tolist() == [4.0, 6.0]


def test_the_glove_game() -> None:
    # Shapley's market of one left glove and two right ones: the left one gets 2/3, the others 1/6 each
    inside = shapley.members(3)
    worth = (inside[:, 0] & (inside[:, 1] | inside[:, 2])).astype(np.float64)
    assert shapley.shares(worth).tolist() == pytest.approx([2 / 3, 1 / 6, 1 / 6])


@given(st.lists(st.floats(-9, 9), min_size=16, max_size=16))
def test_shares_are_the_mean_over_all_orders_and_add_up(worth: list[float]) -> None:
    v = np.array(worth)
    mean = np.zeros(4)
    for order in permutations(range(4)):
        taken = 0
        for cause in order:
            mean[cause] += (v[taken | 1 << cause] - v[taken]) / math.factorial(4)
            taken |= 1 << cause
    found = shapley.shares(v)
    assert found == pytest.approx(mean, abs=1e-9)
    assert found.sum() == pytest.approx(v[-1] - v[0], abs=1e-9)


@pytest.mark.parametrize("causes", [0, 17])
def test_too_many_causes_are_refused(causes: int) -> None:
    with pytest.raises(ValueError, match="enumerated for 1 to 16"):
        shapley.members(causes)


def test_subsets_must_be_whole() -> None:
    with pytest.raises(ValueError, match="2 to the number"):
        shapley.shares([1.0, 2.0, 3.0])


def test_a_product_of_separate_causes_gives_each_its_own_factor() -> None:
    factors = {"hardware": 3.0, "electricity": 0.9, "utilisation": 2.0}

    def log(*names: str) -> Part:
        def worth(taken: Collection[str]) -> Floats:
            return np.array([sum(math.log(factors[name]) for name in taken)])

        return Part(names, worth)

    found = exact_shares([log("hardware", "electricity"), log("utilisation")], ("electricity", *CAUSES[2:7]))
    told = dict(zip(("electricity", *CAUSES[2:7]), np.exp(found[:, 0]), strict=True))
    assert {name: told[name] for name in factors} == pytest.approx(factors)
    assert told["precision"] == told["financing"] == 1.0


def test_a_sum_of_parts_is_shared_like_the_whole_enumeration(shipped: Facts) -> None:
    """1,024 mixes of ten causes, each a full cost, against the enumeration part by part."""
    a = case(shipped, "DeepSeek-V3/R1", "GB200 NVL72", "USA", latency=0.1)
    b = case(shipped, "GLM-5", "Ascend 910C", "CHN", utilisation=0.3)
    inside = shapley.members(len(CAUSES))
    worth = []
    for row in inside:
        mix = mixed(a, b, [name for name, taken in zip(CAUSES, row, strict=True) if taken])
        worth.append(math.log(float(cost(mix, central()).usd_per_mtok[0])))
    whole = np.exp(shapley.shares(worth))
    found = explain(a, b, draws=5)
    assert [cause.value for cause in found.causes] == pytest.approx(whole.tolist())
    assert found.cost.value == pytest.approx(math.exp(worth[-1] - worth[0]))
    assert all(abs(cause.value - 1.0) > 1e-6 for cause in found.causes)  # every cause differs in this pair


def test_parts_multiply_to_the_gap_and_the_price_ratio(shipped: Facts) -> None:
    a, b = case(shipped, "GLM-5", "GB200 NVL72", "USA"), case(shipped, "GLM-5", "Ascend 910C", "CHN")
    found = explain(a, b, (6.0, 5.0), draws=200)
    assert math.prod(cause.value for cause in found.causes) == pytest.approx(5.0 / 6.0)
    assert found.gap.value == pytest.approx(5.0 / 6.0)
    assert math.prod(c.value for c in found.causes if c.name != MARGIN) == pytest.approx(found.cost.value)
    costs = [float(cost(each).usd_per_mtok[0]) for each in (a, b)]
    assert [m.value for m in found.margins] == pytest.approx([1 - costs[0] / 6.0, 1 - costs[1] / 5.0])
    assert all(cause.low <= cause.high for cause in (*found.causes, *found.margins))
    margin = found.causes[-1]
    assert margin.low < margin.value < margin.high  # a residual is only as good as the model of cost


def test_the_other_way_round_every_factor_is_inverse(shipped: Facts) -> None:
    a, b = case(shipped, "GLM-5", "H200", "USA"), case(shipped, "GLM-5", "H20", "CHN")
    there, back = explain(a, b, draws=5), explain(b, a, draws=5)
    for one, other in zip(there.causes, back.causes, strict=True):
        assert one.value == pytest.approx(1.0 / other.value)


def test_a_case_against_itself_has_no_cause(shipped: Facts) -> None:
    a = case(shipped, "DeepSeek-V3/R1", "H100", "DEU")
    found = explain(a, a, draws=20)
    assert {cause.value for cause in found.causes} == {1.0}
    assert (found.cost.low, found.cost.high) == (1.0, 1.0)  # common random numbers
    assert found.notes == ()


def test_electricity_alone_moves_the_hour_by_its_share(shipped: Facts) -> None:
    a = case(shipped, "DeepSeek-V3/R1", "H100", "USA", electricity=0.05)
    b = case(shipped, "DeepSeek-V3/R1", "H100", "USA", electricity=0.10)
    found = {cause.name: cause.value for cause in explain(a, b, draws=5).causes}
    hourly = cost(b).hour
    expected = float(hourly.total[0] / (hourly.total[0] - hourly.electricity[0] / 2.0))
    assert found.pop("electricity") == pytest.approx(expected)
    assert set(found.values()) == {1.0}


def test_a_precision_that_the_chip_lacks_falls_back_and_is_said(shipped: Facts) -> None:
    a, b = case(shipped, "GLM-5", "GB200 NVL72", "USA"), case(shipped, "GLM-5", "Ascend 910C", "CHN")
    notes = explain(a, b, draws=1).notes
    assert len(notes) == len(set(notes)) == 2
    assert all("has no rate for it" in note for note in notes)


def test_a_pair_without_common_prices_explains_the_cost_alone(shipped: Facts) -> None:
    found = paired.paired(shipped, "DEU", "JPN")
    assert found is not None
    assert (found.asked, found.why.margins) == ((), ())
    assert MARGIN not in {cause.name for cause in found.why.causes}
    assert found.a.system.name == found.b.system.name == paired.MACHINE
    assert set(why.SPEED) | set(why.HOURLY) | set(why.BUSY) == set(CAUSES)
