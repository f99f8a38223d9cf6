"""Claims that something is largely American: every verdict from rows written out, and the pair exchanged."""

from __future__ import annotations

import dataclasses
import math
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest
from claiming import DAY, THERE, holding, indicating, printed, sourced, swapped

from indicators.facts import Facts, load
from layers.frontier_capability.irt import Index, Line
from scoring.index.recipe import read_recipe
from scoring.questions.american import (
    ALL,
    CAPACITY,
    FUNDED,
    GATEWAY,
    INVESTED,
    OWNED,
    STANDING,
    TOP,
    capital,
    cloud,
    compute,
    gateways,
)
from scoring.questions.best import frontier

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scoring.questions.verdict import ClaimVerdict

OLD = date(2022, 3, 31)
Row = dict[str, Any]


@pytest.fixture(scope="module")
def shipped() -> Facts:
    return load()


def ended(made: ClaimVerdict) -> tuple[str, str, str]:
    return made.verdict, made.until, made.ended


def verdict(claim: Any, facts: Facts, rows: Sequence[Row]) -> str:  # noqa: ANN401 - the function of a claim
    """Verdict on some rows; with the pair exchanged in rows and claim it is the same."""
    made = claim(indicating(facts, *sourced(facts, *rows)))
    other = claim(indicating(facts, *sourced(facts, *swapped(list(rows), "economy"))), THERE)
    assert ended(made) == ended(other)
    assert [point.reply for point in made.history] == [point.reply for point in other.history]
    return str(made.verdict)


# ---- compute ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([printed(OWNED, 66.0, 71.0, 78.0)], "HOLDS"),
        ([printed(OWNED, 66.0, 71.0, 78.0), printed(STANDING, 45.0, 55.0, 60.0)], "HOLDS"),
        ([printed(OWNED, 66.0, 71.0, 78.0), printed(STANDING, 30.0, 40.0, 50.0)], "DEPENDS"),
        ([printed(OWNED, 20.0, 30.0, 40.0), printed(STANDING, 66.0, 71.0, 78.0)], "DEPENDS"),
        ([printed(OWNED, 20.0, 30.0, 50.0)], "DOES NOT HOLD"),
        ([printed(OWNED, 66.0, 71.0, 78.0), printed(CAPACITY, 40.0, 44.0, 46.0)], "HOLDS"),  # shown only
        ([printed(OWNED, 45.0, 55.0, 60.0)], "CANNOT TELL"),
        ([printed(OWNED, 66.0, 71.0, 78.0, economy="CHN")], "CANNOT TELL"),
        ([printed(OWNED, 66.0, 71.0, 78.0, status="announced")], "CANNOT TELL"),
        ([], "CANNOT TELL"),
    ],
)
def test_compute(shipped: Facts, rows: list[Row], expected: str) -> None:
    assert verdict(compute, shipped, rows) == expected


def test_compute_was_american_until_it_was_not_or_until_the_data_end(shipped: Facts) -> None:
    before = printed(OWNED, 66.0, 71.0, 78.0, day=date(2024, 12, 31))
    after = printed(OWNED, 20.0, 30.0, 40.0)
    stopped = compute(indicating(shipped, *sourced(shipped, before, after)))
    assert ended(stopped) == ("HELD UNTIL", "2024-12-31", "stopped being true")
    aged = compute(indicating(shipped, *sourced(shipped, before | {"period_end": OLD})))
    assert ended(aged) == ("HELD UNTIL", "2022-03-31", "data end")
    marks = [point.verdict for point in aged.history]
    assert marks == ["HOLDS"] * 25 + ["HELD UNTIL"] * 24  # two years of age, then nobody has looked


# ---- cloud ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([printed(TOP, 52.0, 55.0, 58.0)], "HOLDS"),
        ([printed(TOP, 52.0, 55.0, 58.0), printed(ALL, 70.0, 77.0, 84.0)], "HOLDS"),
        ([printed(TOP, 52.0, 55.0, 58.0), printed(ALL, 30.0, 40.0, 45.0)], "DEPENDS"),
        ([printed(TOP, 52.0, 55.0, 58.0), printed(ALL, 30.0, 48.0, 55.0)], "HOLDS"),
        ([printed(TOP, 49.0, 63.0, 70.0)], "CANNOT TELL"),  # half lies inside
        ([printed(TOP, 18.0, 20.0, 22.0)], "CANNOT TELL"),  # a floor: the others may be American too
        ([printed(TOP, 52.0, 55.0, 58.0, status="forecast")], "CANNOT TELL"),
        ([printed(ALL, 70.0, 77.0, 84.0)], "CANNOT TELL"),
        ([], "CANNOT TELL"),
    ],
)
def test_cloud(shipped: Facts, rows: list[Row], expected: str) -> None:
    assert verdict(cloud, shipped, rows) == expected


def test_an_old_share_of_the_cloud_no_longer_speaks(shipped: Facts) -> None:
    made = cloud(
        indicating(shipped, *sourced(shipped, printed(TOP, 60.0, 63.0, 66.0, day=date(2023, 3, 31))))
    )
    assert ended(made) == ("HELD UNTIL", "2023-03-31", "data end")


def test_a_share_without_a_printed_range_gets_that_of_its_kind_of_source(shipped: Facts) -> None:
    bare = printed(TOP, math.nan, 60.0, math.nan, interval_kind="")
    figure = cloud(indicating(shipped, *sourced(shipped, bare))).figures[0]
    error = read_recipe().error
    # a share of the value, and one of the 70 points between the goalposts
    sd = math.hypot(60.0 * error.relative["industry_estimate"], 70.0 * error.absolute)
    assert figure.value == 60.0
    assert figure.low == pytest.approx(60.0 - 1.6448536 * sd)
    assert figure.high == pytest.approx(60.0 + 1.6448536 * sd)


def test_a_figure_that_may_not_be_passed_on_is_not_printed(shipped: Facts) -> None:
    described = shipped.indicators[TOP]
    name, source = next(iter(described.sources.items()))
    closed = {**described.sources, name: source.model_copy(update={"redistribute": False})}
    made = cloud(
        indicating(
            _described(shipped, TOP, described.model_copy(update={"sources": closed})),
            printed(TOP, 52.0, 55.125, 58.0, source=name),
        )
    )
    assert made.verdict == "HOLDS"
    assert made.figures[0].value is None
    assert "55.1" not in made.finding


def _described(facts: Facts, code: str, described: Any) -> Facts:  # noqa: ANN401 - a changed description
    held = facts.catalogue
    return dataclasses.replace(
        facts, catalogue=dataclasses.replace(held, indicators={**held.indicators, code: described})
    )


# ---- gateways ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([printed(GATEWAY, 60.0, 70.0, 80.0)], "HOLDS"),
        ([printed(GATEWAY, 10.0, 20.0, 30.0), printed(TOP, 60.0, 63.0, 66.0)], "DOES NOT HOLD"),
        ([printed(GATEWAY, 40.0, 60.0, 70.0)], "CANNOT TELL"),
        ([printed(TOP, 60.0, 63.0, 66.0)], "CANNOT TELL"),  # clouds are no measure of gateways
        ([], "CANNOT TELL"),
    ],
)
def test_gateways_are_read_from_an_indicator_that_a_user_adds(
    shipped: Facts, rows: list[Row], expected: str
) -> None:
    described = shipped.indicators[ALL].model_copy(update={"code": GATEWAY})
    assert verdict(gateways, _described(shipped, GATEWAY, described), rows) == expected


def test_without_a_source_on_gateways_there_is_no_data(shipped: Facts) -> None:
    made = gateways(indicating(shipped))
    assert GATEWAY not in shipped.indicators
    assert made.verdict == "CANNOT TELL"
    assert {point.reply for point in made.history} == {"no data"}
    assert GATEWAY in made.overturn


# ---- capital ----------------------------------------------------------------------------------------------


def money(low: float, value: float, high: float, economy: str = "USA", **more: Any) -> Row:  # noqa: ANN401
    return printed(INVESTED, low, value, high, economy, **more)


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([money(190.0, 200.0, 210.0), money(10.0, 20.0, 30.0, "CHN")], "HOLDS"),
        ([money(190.0, 200.0, 210.0)], "HOLDS"),  # the others at their bounds: 21 economies below 1 each
        ([money(9.0, 10.0, 11.0), money(190.0, 200.0, 210.0, "CHN")], "DOES NOT HOLD"),
        ([money(90.0, 100.0, 110.0), money(85.0, 95.0, 105.0, "CHN")], "CANNOT TELL"),
        # more than half of the two, and less than half with a third economy
        (
            [money(95.0, 100.0, 105.0), money(45.0, 50.0, 55.0, "CHN"), money(190.0, 200.0, 210.0, "GBR")],
            "DEPENDS",
        ),
        ([money(190.0, 200.0, 210.0, "CHN")], "CANNOT TELL"),
        ([], "CANNOT TELL"),
    ],
)
def test_capital(shipped: Facts, rows: list[Row], expected: str) -> None:
    assert verdict(capital, shipped, rows) == expected


def test_capital_of_different_years_is_not_set_side_by_side(shipped: Facts) -> None:
    rows = [money(190.0, 200.0, 210.0), money(500.0, 600.0, 700.0, "CHN", day=date(2024, 12, 31))]
    made = capital(indicating(shipped, *sourced(shipped, *rows)))
    assert made.verdict == "HOLDS"


def test_a_count_of_companies_turns_no_verdict_on_money(shipped: Facts) -> None:
    rows = [
        money(190.0, 200.0, 210.0),
        printed(FUNDED, 9.0, 10.0, 11.0),
        printed(FUNDED, 900.0, 950.0, 999.0, "CHN"),
    ]
    made = capital(indicating(shipped, *sourced(shipped, *rows)))
    counted = made.alternatives[-1]
    assert (made.verdict, counted.reply, counted.decides) == ("HOLDS", "no", False)


# ---- models -----------------------------------------------------------------------------------------------


def ranked(facts: Facts, models: Sequence[tuple[str, float, str]], on: date = DAY) -> Facts:
    """Give facts with an index of some models: economy, capability, release; seven laboratories a country."""
    level = [points for _, points, _ in models]
    draws = np.array([level, level])
    frame = pd.DataFrame(
        [
            {
                "model": f"m{place}",
                "family": f"m{place}",
                "lab": f"lab of {economy} {place % 7}",
                "economy": economy,
                "released": date.fromisoformat(day),
                "published": day,
                "open_weights": True,
                "source": next(iter(facts.catalogue.tables["scores"].sources)),
                "file": "scores.csv",
                "row": place + 2,
            }
            for place, (economy, _, day) in enumerate(models)
        ]
    )
    names = tuple(frame["model"])
    empty: Any = None
    made = holding(facts, on, "arena", facts.table("arena").iloc[:0])
    made.kept["capability index"] = Index(
        frame, names, names, draws[0], draws, empty, Line(0.0, 1.0), linked=False, left_out=()
    )
    return made


def side(american: int, chinese: int, day: str = "2025-06-30") -> list[tuple[str, float, str]]:
    """Give an index whose best models are American and the next Chinese."""
    models = [("USA", 200.0 - place, day) for place in range(american)]
    return models + [("CHN", 200.0 - american - place, day) for place in range(chinese)]


@pytest.mark.parametrize(
    ("models", "expected"),
    [
        (side(15, 15), "HOLDS"),
        (side(0, 25), "DOES NOT HOLD"),
        (side(6, 25), "DEPENDS"),  # six of ten, six of twenty
        (side(5, 5), "DEPENDS"),  # half is not more than half; the five best laboratories are American
        (side(4, 4), "CANNOT TELL"),  # no ten models
    ],
)
def test_best_models(shipped: Facts, models: list[tuple[str, float, str]], expected: str) -> None:
    made = frontier(ranked(shipped, models))
    assert made.verdict == expected
    exchanged = [({"USA": "CHN", "CHN": "USA"}[economy], points, day) for economy, points, day in models]
    assert frontier(ranked(shipped, exchanged), THERE).verdict == expected


def test_a_range_across_half_decides_nothing(shipped: Facts) -> None:
    facts = ranked(shipped, side(6, 24))
    index: Index = facts.kept["capability index"]
    index.draws[1, 5] = 0.0  # in half of the draws the sixth American model is nowhere
    made = frontier(facts)
    assert (made.history[-1].low, made.history[-1].high) == (50.0, 60.0)
    assert made.verdict == "CANNOT TELL"


def test_best_models_stopped_being_american(shipped: Facts) -> None:
    models = side(20, 0, "2025-03-15") + [("CHN", 300.0 + place, "2026-01-15") for place in range(25)]
    made = frontier(ranked(shipped, models))
    assert ended(made) == ("HELD UNTIL", "2025-03-15", "stopped being true")
    said = {point.date: point.verdict for point in made.history}
    assert said[date(2025, 2, 28)] == "CANNOT TELL"
    assert said[date(2025, 12, 31)] == "HOLDS"


def test_models_of_one_version_count_once(shipped: Facts) -> None:
    facts = ranked(shipped, side(9, 15))
    index: Index = facts.kept["capability index"]
    index.frame.loc[:8, "family"] = "one"  # nine settings of one American version
    made = frontier(facts)
    assert made.history[-1].value == 10.0


def test_a_list_of_votes_that_is_older_than_half_a_year_says_nothing(shipped: Facts) -> None:
    votes = pd.DataFrame(
        {
            "date": pd.Timestamp(DAY),
            "model": [f"v{place}" for place in range(12)],
            "economy": ["USA"] * 7 + ["CHN"] * 5,
            "rating": [2000.0 - place for place in range(12)],
        }
    )
    for later, reply in ((0, "yes"), (183, "yes"), (184, "no data")):
        facts = ranked(shipped, side(15, 15), DAY + timedelta(days=later))
        facts._read["arena"] = votes
        found = {each.rule: each.reply for each in frontier(facts).alternatives}
        assert found["ten highest ratings by people's votes"] == reply


def test_without_an_index_there_is_no_data(shipped: Facts) -> None:
    facts = ranked(shipped, side(15, 15))
    facts.kept["capability index"] = None
    made = frontier(facts)
    assert (made.verdict, made.figures, made.data_to) == ("CANNOT TELL", (), "")
