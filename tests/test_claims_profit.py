"""Claims on profit: every verdict from accounts, routers and prices written out, and the pair exchanged."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from claiming import DAY, THERE, indicating, printed, sourced

from indicators.facts import Facts, load
from layers.inference_cost.history import Ratio
from scoring.questions import profit
from scoring.questions.adopters import MADE
from scoring.questions.machines import Machines
from scoring.questions.profit import low_cost, profit_share

if TYPE_CHECKING:
    from scoring.questions.verdict import ClaimVerdict

PAIR = ("USA", "CHN")
Ends = tuple[float, float]


@pytest.fixture(scope="module")
def shipped() -> Facts:
    return load()


class Told(SimpleNamespace):
    """What stands for a part of the account."""


def booked(
    tokens: dict[str, Ends] | None,
    room: dict[str, Ends] | None,
    apart: Ends | None = None,
    *,
    silent: bool = True,
) -> Any:  # noqa: ANN401 - what stands for the books of a day
    """Give the books of a day: shares of tokens and of profit, and tokens less money in the router."""
    held = {code: Told(room=ends, share=(0.0, *ends)) for code, ends in (room or {}).items()}
    listed = {code: Told(tokens=(sum(ends) / 2.0, *ends)) for code, ends in (tokens or {}).items()}
    readings = [
        Told(day=DAY, tokens=dict.fromkeys(listed, 0.5), dollars=dict.fromkeys(listed, 0.5 - gap))
        for gap in apart or (0.0, 0.0)
    ]
    stage = Told(
        name="models",
        lines=(1,),
        unknown=lambda code: (code,) if silent else (),
        gains=lambda code: (0.0, 1.0, 2.0) if code == "USA" else (0.0, 3.0, 4.0),
        losses=lambda _: (0.0, 0.0, 0.0),
    )
    router: Any = Told(of=listed.get, readings=readings) if listed else None
    pool: Any = Told(of=held.get)
    stages: Any = (stage,)
    return profit.Books(stages, pool, router)


def on(facts: Facts, books: dict[date, Any], *rows: dict[str, Any]) -> Facts:
    made = indicating(facts, *sourced(facts, *rows))
    made.kept["books of the claims"] = books
    return made


def both(chinese: Ends, american: Ends) -> dict[str, Ends]:
    return {"CHN": chinese, "USA": american}


def exchanged(ends: dict[str, Ends] | None) -> dict[str, Ends] | None:
    return ends and {{"USA": "CHN", "CHN": "USA"}[code]: each for code, each in ends.items()}


EQUAL = both((0.45, 0.50), (0.50, 0.55)), both((0.44, 0.50), (0.50, 0.56))
APART = both((0.45, 0.50), (0.50, 0.55)), both((0.05, 0.10), (0.90, 0.95))
ACROSS = both((0.45, 0.50), (0.50, 0.55)), both((0.10, 0.45), (0.55, 0.90))


@pytest.mark.parametrize(
    ("tokens", "room", "apart", "expected"),
    [
        (*EQUAL, (0.0, 0.05), "HOLDS"),
        (*APART, (0.3, 0.4), "DOES NOT HOLD"),
        (*EQUAL, (0.3, 0.4), "DEPENDS"),  # the money of the router says otherwise
        (*APART, (0.0, 0.05), "DEPENDS"),
        (*ACROSS, (0.0, 0.05), "CANNOT TELL"),
        (None, EQUAL[1], None, "CANNOT TELL"),
        (EQUAL[0], None, None, "CANNOT TELL"),
    ],
)
def test_token_share_and_profit_share(
    shipped: Facts,
    tokens: dict[str, Ends] | None,
    room: dict[str, Ends] | None,
    apart: Ends | None,
    expected: str,
) -> None:
    assert profit_share(on(shipped, {DAY: booked(tokens, room, apart)})).verdict == expected
    there = booked(exchanged(tokens), exchanged(room), apart)
    assert profit_share(on(shipped, {DAY: there}), THERE).verdict == expected


def test_shares_were_equal_until_they_were_not(shipped: Facts) -> None:
    before, after = date(2026, 2, 28), DAY
    first = booked(*EQUAL)
    for reading in first.market.readings:
        reading.day = before
    made = profit_share(on(shipped, {before: first, after: booked(*APART, (0.3, 0.4))}))
    assert (made.verdict, made.until, made.ended) == ("HELD UNTIL", "2026-02-28", "stopped being true")
    made = profit_share(on(shipped, {before: first, after: booked(None, EQUAL[1])}))
    assert (made.verdict, made.until, made.ended) == ("HELD UNTIL", "2026-02-28", "data end")


def test_the_daily_ranking_is_another_reading(shipped: Facts) -> None:
    ranking = printed(MADE, 70.0, 75.0, 80.0, economy="CHN")
    made = profit_share(on(shipped, {DAY: booked(*EQUAL)}, ranking))
    assert made.verdict == "DEPENDS"


# ---- the lowest cost and the highest profit ---------------------------------------------------------------

RICH = both((0.0, 0.3), (0.6, 0.9))
"""The first of the pair earns more."""


def cheap(  # noqa: PLR0913 - each a part of the case
    facts: Facts,
    monkeypatch: pytest.MonkeyPatch,
    price: Ends | None,
    cost: Ends | None,
    room: dict[str, Ends] | None,
    pair: tuple[str, str] = PAIR,
    *,
    silent: bool = True,
) -> ClaimVerdict:
    """Test the claim with the first's price and cost over the second's."""

    def ratios(_: Facts, on: date, __: str, ___: str) -> list[Ratio]:
        return [Ratio(on, "mid", kind, 0.0, *price) for kind in ("tokens", "work")] if price else []

    def machines(sides: tuple[str, str]) -> Machines:
        drawn = {sides[0]: np.linspace(*cost, 101), sides[1]: np.ones(101)} if cost else {}
        names = {code: code for code in drawn}
        return Machines(drawn, names, dict.fromkeys(names, date(2024, 6, 30)), {})

    monkeypatch.setattr(profit, "ratios", ratios)
    monkeypatch.setattr(Machines, "of", classmethod(lambda _, __, sides, ___: machines(sides)))
    return low_cost(on(facts, {DAY: booked(None, room, silent=silent)}), pair)


@pytest.mark.parametrize(
    ("price", "cost", "room", "expected"),
    [
        ((0.3, 0.6), (0.3, 0.6), RICH, "HOLDS"),
        ((2.0, 5.0), (2.0, 5.0), RICH, "DOES NOT HOLD"),
        ((2.0, 5.0), (0.3, 0.6), RICH, "DEPENDS"),
        ((0.5, 2.0), (0.3, 0.6), RICH, "CANNOT TELL"),
        ((0.3, 0.6), (0.3, 0.6), both((0.0, 0.7), (0.6, 0.9)), "CANNOT TELL"),
        (None, (0.3, 0.6), RICH, "CANNOT TELL"),
        ((0.3, 0.6), None, RICH, "HOLDS"),
        ((0.3, 0.6), (0.3, 0.6), None, "CANNOT TELL"),
    ],
)
def test_lowest_cost_and_highest_profit(
    shipped: Facts,
    monkeypatch: pytest.MonkeyPatch,
    price: Ends | None,
    cost: Ends | None,
    room: dict[str, Ends] | None,
    expected: str,
) -> None:
    assert cheap(shipped, monkeypatch, price, cost, room).verdict == expected
    assert cheap(shipped, monkeypatch, price, cost, exchanged(room), THERE).verdict == expected


def test_the_stage_of_models_is_open_while_its_firms_tell_nothing(
    shipped: Facts, monkeypatch: pytest.MonkeyPatch
) -> None:
    for silent, reply in ((True, "cannot tell"), (False, "no")):  # there the second earns more
        made = cheap(shipped, monkeypatch, (0.3, 0.6), (0.3, 0.6), RICH, silent=silent)
        stage = made.alternatives[-1]
        assert (made.verdict, stage.reply, stage.decides) == ("HOLDS", reply, False)


def test_no_book_is_read_before_its_year_was_over(shipped: Facts) -> None:
    early = shipped.as_of(date(2025, 6, 30))
    made = profit_share(early)
    assert (made.verdict, made.data_to) == ("CANNOT TELL", "")
    assert [point.reply for point in made.history] == ["no data"]
