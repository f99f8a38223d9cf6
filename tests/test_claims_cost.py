"""Claims on cost and on experts: power in the price gap, sparsity, mixtures; every verdict from rows."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest
from claiming import DAY, THERE, holding, swapped, tabled

from indicators.facts import Facts, load
from layers.inference_cost.architecture import parameters
from layers.inference_cost.case import case
from layers.inference_cost.costed import MODEL, SITE_MACHINE
from layers.inference_cost.normals import central
from layers.inference_cost.shelf import shelf
from layers.inference_cost.token_cost import cost
from layers.inference_cost.twin import dense_twin, times_dearer
from scoring.questions import explains, sparse
from scoring.questions.explains import Effects, power_explains
from scoring.questions.sparse import moe_unique, sparsity

if TYPE_CHECKING:
    from collections.abc import Callable

    from scoring.questions.verdict import ClaimVerdict

Row = dict[str, Any]


@pytest.fixture(scope="module")
def shipped() -> Facts:
    return load()


# ---- electricity in the price gap -------------------------------------------------------------------------


def gapped(*ratios: tuple[str, str, float]) -> pd.DataFrame:
    """Price gaps by day and measure."""
    rows = [(date.fromisoformat(day), "flagships", measure, ratio) for day, measure, ratio in ratios]
    return pd.DataFrame(rows, columns=["date", "basket", "measure", "ratio"])


@pytest.fixture
def explained(shipped: Facts, monkeypatch: pytest.MonkeyPatch) -> Callable[..., ClaimVerdict]:
    """Test the claim with effects on the cost and price gaps that are written out."""

    def made(
        power: tuple[float, ...] | None, gaps: pd.DataFrame, shapley: tuple[float, ...] | None = None
    ) -> ClaimVerdict:
        drawn = None if power is None else np.log(np.array(power))
        own = drawn if shapley is None else np.log(np.array(shapley))
        days = sorted(set(gaps["date"])) or [DAY]
        monkeypatch.setattr(explains, "_effects", lambda *_: Effects(drawn, drawn, drawn, own))
        monkeypatch.setattr(explains, "price_gap_history", lambda _: gaps)
        monkeypatch.setattr(explains, "dated", lambda _: days)
        return power_explains(holding(shipped, days[-1], "prices", shipped.table("prices").iloc[:0]))

    return made


BOTH = gapped(("2026-02-28", "output", 4.0), ("2026-02-28", "chat", 4.0), ("2026-03-31", "output", 4.0),
              ("2026-03-31", "chat", 4.0))  # fmt: skip


@pytest.mark.parametrize(
    ("power", "shapley", "expected"),
    [
        ((2.5, 3.0, 3.5), None, "HOLDS"),  # ln 2.5 / ln 4 = 0.66
        ((1.01, 1.05, 1.1), None, "DOES NOT HOLD"),
        ((0.5, 0.6, 0.7), None, "DOES NOT HOLD"),  # power is cheaper in the first country
        ((1.5, 2.0, 3.0), None, "CANNOT TELL"),  # half of ln 4 is ln 2
        ((2.5, 3.0, 3.5), (1.0, 1.01, 1.02), "DEPENDS"),
        (None, None, "CANNOT TELL"),
    ],
)
def test_power_in_the_price_gap(
    explained: Callable[..., ClaimVerdict],
    power: tuple[float, ...] | None,
    shapley: tuple[float, ...] | None,
    expected: str,
) -> None:
    assert explained(power, BOTH, shapley).verdict == expected


def test_power_explained_the_gap_until_the_gap_grew_or_prices_end(
    explained: Callable[..., ClaimVerdict],
) -> None:
    grew = gapped(("2026-02-28", "output", 4.0), ("2026-03-31", "output", 400.0))
    made = explained((2.5, 3.0, 3.5), grew)
    assert (made.verdict, made.until, made.ended) == ("HELD UNTIL", "2026-02-28", "stopped being true")
    gone = gapped(("2026-02-28", "output", 4.0), ("2026-03-31", "chat", 4.0))
    made = explained((2.5, 3.0, 3.5), gone)
    assert (made.verdict, made.until, made.ended) == ("HELD UNTIL", "2026-02-28", "data end")


def test_where_chinese_tokens_are_dearer_there_is_no_gap_to_explain(
    explained: Callable[..., ClaimVerdict],
) -> None:
    made = explained((2.5, 3.0, 3.5), gapped(("2026-03-31", "output", 0.8)))
    assert made.verdict == "CANNOT TELL"
    assert "no price gap" in made.finding or "not cheaper" in made.finding


def test_power_alone_is_what_changes_with_it(shipped: Facts) -> None:
    """The effect of power is that of the same case with the other price; the pair exchanged, its inverse."""
    effects, other = explains._effects(shipped, ("USA", "CHN")), explains._effects(shipped, THERE)
    assert effects.power is not None
    assert other.power is not None
    assert effects.site is not None
    assert other.site is not None
    assert np.allclose(effects.site, -other.site)  # the other pair is the inverse
    first, second = (case(shipped, MODEL, SITE_MACHINE, code, latency=None) for code in ("USA", "CHN"))
    swapped_power = replace(first, electricity=second.electricity)
    costs = [float(cost(each, central()).usd_per_mtok[0]) for each in (first, swapped_power)]
    assert np.median(effects.power) == pytest.approx(np.log(costs[0] / costs[1]), abs=0.002)


# ---- sparsity ---------------------------------------------------------------------------------------------


def test_a_dense_twin_has_the_parameters_of_its_model(shipped: Facts) -> None:
    for a in shelf(shipped).models.values():
        if a.mixture:
            whole, used = dense_twin(a, a.experts_total), dense_twin(a, a.experts_active)
            assert parameters(whole).total == pytest.approx(parameters(a).total, rel=0.002)
            assert parameters(used).active == pytest.approx(parameters(a).active, rel=0.03)
            assert not whole.mixture


def test_what_a_twin_costs_more_is_the_ratio_of_two_costs(shipped: Facts) -> None:
    """Twice the experts in use, all else equal, lies between the model and its twin."""
    held = shelf(shipped)
    own = case(shipped, "DeepSeek-V3/R1", "GB200 NVL72", latency=None)
    busier = replace(own, model=replace(own.model, experts_active=2 * own.model.experts_active))
    base, more = (float(cost(each, central()).usd_per_mtok[0]) for each in (own, busier))
    ratio = float(times_dearer(shipped, "DeepSeek-V3/R1", "GB200 NVL72", central())[0])
    small = float(times_dearer(shipped, "DeepSeek-V3/R1", "GB200 NVL72", central(), active=True)[0])
    assert small < 1.0 < more / base < ratio
    assert held.model("DeepSeek-V3/R1").experts_active == own.model.experts_active


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ((1.5, 2.0, 3.0), (1.2, 1.3, 1.4), "HOLDS"),
        ((0.5, 0.6, 0.7), (0.5, 0.6, 0.7), "DOES NOT HOLD"),
        ((1.5, 2.0, 3.0), (0.5, 0.6, 0.7), "DEPENDS"),
        ((0.5, 1.0, 2.0), (1.2, 1.3, 1.4), "CANNOT TELL"),
        (None, None, "CANNOT TELL"),
    ],
)
def test_sparsity(
    shipped: Facts,
    monkeypatch: pytest.MonkeyPatch,
    first: tuple[float, ...] | None,
    second: tuple[float, ...] | None,
    expected: str,
) -> None:
    drawn = {sparse.MACHINES[0]: first, sparse.MACHINES[1]: second}

    def times(_: Facts, __: str, machine: str, *___: object, active: bool = False) -> Any:  # noqa: ANN401
        found = (0.1, 0.1, 0.1) if active else drawn[machine]
        return None if found is None else np.array(found)

    monkeypatch.setattr(sparse, "_times", times)
    made = sparsity(shipped)
    assert made.verdict == expected
    assert not made.alternatives[-1].decides


# ---- mixtures of experts ----------------------------------------------------------------------------------


def mixture(economy: str, lab: str, released: str = "2025-06-30", total: float = 200.0, **more: Any) -> Row:  # noqa: ANN401
    usual = {
        "model": f"{lab} {released} {total:g}",
        "family": lab,
        "lab": lab,
        "economy": economy,
        "released": released,
        "open_weights": True,
        "total_params_b": total,
        "active_params_b": total / 10.0,
        "source": "artificial_analysis_2026_07",
        "published": released,
    }
    return usual | more


CHINESE = [mixture("CHN", "c1", total=100.0), mixture("CHN", "c2", total=300.0)]
AMERICAN = [mixture("USA", f"u{place}", total=400.0 + 100.0 * place) for place in range(3)]
FRENCH = [mixture("FRA", f"f{place}", total=1000.0 + 200.0 * place) for place in range(3)]


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        (CHINESE + AMERICAN, "HOLDS"),
        (CHINESE, "DOES NOT HOLD"),
        (CHINESE + FRENCH, "DEPENDS"),  # elsewhere, but not in the United States
        (CHINESE + AMERICAN[:2], "CANNOT TELL"),
        (AMERICAN, "HOLDS"),
        ([], "CANNOT TELL"),
    ],
)
def test_mixtures(shipped: Facts, rows: list[Row], expected: str) -> None:
    assert moe_unique(tabled(shipped, "mixtures", rows)).verdict == expected
    other = swapped(rows, "economy")
    assert moe_unique(tabled(shipped, "mixtures", other), THERE).verdict == expected


def test_a_model_built_on_anothers_weights_is_not_its_own(shipped: Facts) -> None:
    base = mixture("CHN", "c1", total=1000.0)
    built = [mixture("USA", f"u{place}", "2025-12-31", total=1000.0 + 20.0 * place) for place in range(3)]
    made = moe_unique(tabled(shipped, "mixtures", [base, *built]))
    assert (made.verdict, made.finding) == ("DOES NOT HOLD", "0 American, 1 Chinese, 0 other models")


def test_mixtures_elsewhere_long_ago_only(shipped: Facts) -> None:
    old = [row | {"released": "2024-01-31", "model": row["lab"]} for row in AMERICAN]
    made = moe_unique(tabled(shipped, "mixtures", [*old, *CHINESE]))
    assert made.verdict == "DEPENDS"  # none in the last year
    assert {each.rule: each.reply for each in made.alternatives}["American laboratories"] == "yes"
