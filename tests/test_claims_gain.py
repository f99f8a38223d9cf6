"""Claims on who gains: the overall lead, momentum, use by firms; every verdict from figures written out."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from claiming import DAY, THERE, indicating, printed, sourced, swapped, tabled

from indicators.facts import Facts, load
from layers.inference_cost.history import ratios
from scoring.questions import lead
from scoring.questions import momentum as moved
from scoring.questions.adopters import BOUGHT, MADE, us_adoption
from scoring.questions.lead import _moved
from scoring.questions.machines import Machines
from scoring.questions.momentum import momentum

if TYPE_CHECKING:
    from scoring.questions.verdict import ClaimVerdict

PAIR = ("USA", "CHN")
Row = dict[str, Any]


@pytest.fixture(scope="module")
def shipped() -> Facts:
    return load()


# ---- the overall lead -------------------------------------------------------------------------------------


def shares(ahead: float | None) -> Any:  # noqa: ANN401 - what stands for an ensemble
    def led(_: str, first: str, __: str) -> float | None:
        return ahead if ahead is None or first == "USA" else 1.0 - ahead

    return SimpleNamespace(nodes=("overall",), ahead=led, gap_range=lambda _: (1.0, 2.0))


@pytest.mark.parametrize(
    ("before", "after", "reply"),
    [
        (0.99, 0.95, "no"),
        (0.99, 0.75, "yes"),  # ahead, then likely ahead
        (0.99, 0.05, "yes"),  # the other leads
        (0.5, 0.4, "no"),
        (0.5, 0.7, "yes"),
        (0.05, 0.02, "no"),
        (None, 0.5, "no data"),
        (0.5, None, "no data"),
    ],
)
def test_a_lead_moves_where_its_call_is_another(
    before: float | None, after: float | None, reply: str
) -> None:
    found = _moved("given away", shares(before), shares(after), PAIR, dict(zip(PAIR, PAIR, strict=True)))
    assert found.reply == reply
    assert (
        _moved("given away", shares(before), shares(after), THERE, dict(zip(THERE, THERE, strict=True))).reply
        == reply
    )


@pytest.mark.parametrize(
    ("free", "half", "expected"),
    [
        (0.7, 0.7, "HOLDS"),
        (0.98, 0.98, "DOES NOT HOLD"),
        (0.7, 0.98, "DEPENDS"),
        (None, None, "CANNOT TELL"),
    ],
)
@pytest.mark.parametrize("pair", [PAIR, THERE])
def test_overall(
    shipped: Facts,
    monkeypatch: pytest.MonkeyPatch,
    pair: tuple[str, str],
    free: float | None,
    half: float | None,
    expected: str,
) -> None:
    """The first of the pair leads in 99 of 100 draws, and in so many where the second's prices fall."""

    def drawn(facts: Facts, _: object, sides: tuple[str, str]) -> Any:  # noqa: ANN401
        told = facts.inputs.get(f"price.{sides[1]}")
        ahead = 0.99 if told is None else free if told.value < 0.1 else half
        share = None if ahead is None or sides == PAIR else 1.0 - ahead
        return shares(ahead if sides == PAIR else share)

    def changed(_: Facts, after: Facts) -> tuple[Facts, frozenset[str]]:
        return after, frozenset()

    monkeypatch.setattr(lead, "_drawn", drawn)
    monkeypatch.setattr(lead, "carried", changed)
    monkeypatch.setattr(lead, "ratios", lambda *_: [])
    made = lead.overall(shipped, pair)
    assert made.verdict == expected
    assert made.alternatives[-1].reply == "no data"  # no price of both at equal capability


# ---- momentum ---------------------------------------------------------------------------------------------


def asked(economy: str, value: float, day: str, **more: Any) -> Row:  # noqa: ANN401 - any cell
    usual = {
        "counts": "firms",
        "instrument": "survey",
        "wording": "",
        "economy": economy,
        "date": day,
        "published": day,
        "value": value,
        "low": float("nan"),
        "high": float("nan"),
        "enters": True,
        "source": "ai_index_2026",
        "note": "",
    }
    return usual | more


def waves(american: float, chinese: float, **more: Any) -> list[Row]:  # noqa: ANN401 - any cell
    """Two waves in which the shares grew by so many points."""
    first = [asked(code, 40.0, "2024-12-31", **more) for code in PAIR]
    grown = zip(PAIR, (american, chinese), strict=True)
    return first + [asked(code, 40.0 + points, "2025-12-31", **more) for code, points in grown]


def pushed(
    facts: Facts,
    monkeypatch: pytest.MonkeyPatch,
    prices: tuple[float, float] | None,
    costs: tuple[float, float] | None,
    rows: list[Row],
    pair: tuple[str, str] = PAIR,
) -> ClaimVerdict:
    """Test momentum with yearly falls of prices and of costs of first and second, and waves of surveys."""

    def falls(_: Facts, __: date, ___: str, sellers: tuple[str, ...], rows: int) -> Any:  # noqa: ANN401
        held = dict(zip(PAIR if pair == PAIR else THERE, prices or (), strict=False))
        return np.tile([held[code] for code in sellers], (rows, 1)) if prices else None

    def machines(_: Facts, sides: tuple[str, str]) -> Machines:
        if costs is None:
            return Machines({}, {}, {}, {})
        costed = {f"{code} {year}": np.full(3, 1.0 if year == 2024 else 1.0 / factor)
                  for code, factor in zip(sides, costs, strict=True) for year in (2024, 2025)}  # fmt: skip
        return Machines(
            costed,
            {name: name[:3] for name in costed},
            {name: date(int(name[4:]), 6, 30) for name in costed},
            {},
        )

    monkeypatch.setattr(moved, "falls_drawn", falls)
    monkeypatch.setattr(Machines, "of", classmethod(lambda _, facts, sides, __: machines(facts, sides)))
    monkeypatch.setattr(moved, "dated", lambda _: [DAY])
    return momentum(tabled(facts, "adoption", rows), pair)


FASTER, SLOWER, SAME = (1.5, 3.0), (3.0, 1.5), (1.0, 1.0)


@pytest.mark.parametrize(
    ("prices", "costs", "rows", "expected"),
    [
        (FASTER, FASTER, waves(5.0, 9.0), "HOLDS"),
        (SLOWER, FASTER, waves(5.0, 9.0), "DOES NOT HOLD"),
        (FASTER, SLOWER, waves(5.0, 9.0), "DOES NOT HOLD"),
        (FASTER, FASTER, waves(9.0, 5.0), "DOES NOT HOLD"),
        (FASTER, FASTER, waves(5.0, 5.0), "DOES NOT HOLD"),  # as fast is not faster
        (FASTER, FASTER, waves(5.0, 9.0) + waves(5.0, 2.0, instrument="other"), "CANNOT TELL"),
        (FASTER, SAME, waves(5.0, 9.0), "CANNOT TELL"),  # no new machine of either
        (None, FASTER, waves(5.0, 9.0), "CANNOT TELL"),
        (FASTER, FASTER, [], "CANNOT TELL"),
        (None, None, [], "CANNOT TELL"),
    ],
)
def test_momentum(
    shipped: Facts,
    monkeypatch: pytest.MonkeyPatch,
    prices: tuple[float, float] | None,
    costs: tuple[float, float] | None,
    rows: list[Row],
    expected: str,
) -> None:
    assert pushed(shipped, monkeypatch, prices, costs, rows).verdict == expected
    other = swapped(rows, "economy")
    assert pushed(shipped, monkeypatch, prices, costs, other, THERE).verdict == expected


def test_waves_of_two_wordings_are_no_growth(shipped: Facts, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = waves(5.0, 9.0)
    rows[2]["wording"] = rows[3]["wording"] = "asked otherwise"
    made = pushed(shipped, monkeypatch, FASTER, FASTER, rows)
    assert {each.rule: each.reply for each in made.alternatives}["industry"] == "no data"


# ---- use by firms -----------------------------------------------------------------------------------------


def says(firm: str, day: str = "2025-10-31", economy: str = "USA", maker: str = "CHN") -> Row:
    return {
        "firm": firm,
        "economy": economy,
        "model": "m",
        "maker": "lab",
        "maker_economy": maker,
        "date": day,
        "published": day,
        "statement": "it runs it",
        "source": "bloomberg_airbnb",
    }


THREE = [says(name) for name in "abc"]


@pytest.mark.parametrize(
    ("rows", "shares_", "expected"),
    [
        (THREE, [], "HOLDS"),
        (THREE[:2], [], "CANNOT TELL"),
        ([THREE[0]] * 3, [], "CANNOT TELL"),  # one firm, three times
        ([says(name, economy="FRA") for name in "abc"], [], "CANNOT TELL"),
        ([says(name, maker="FRA") for name in "abc"], [], "CANNOT TELL"),
        (THREE, [(3.0, 4.0, 5.0, 50.0)], "HOLDS"),  # at most 10 % of what is bought there
        (THREE, [(1.0, 2.0, 2.5, 50.0)], "DEPENDS"),  # at most 5 %
        (THREE, [(60.0, 70.0, 80.0, 90.0)], "HOLDS"),
        ([], [(60.0, 70.0, 80.0, 90.0)], "CANNOT TELL"),
        ([], [], "CANNOT TELL"),
    ],
)
def test_use_by_firms(
    shipped: Facts, rows: list[Row], shares_: list[tuple[float, float, float, float]], expected: str
) -> None:
    held = [
        each
        for low, value, high, bought in shares_
        for each in (
            printed(MADE, low, value, high, economy="CHN"),
            printed(BOUGHT, bought, bought, bought, economy="USA"),
        )
    ]
    for pair, firms, router in (
        (PAIR, rows, held),
        (THERE, swapped(rows, "economy", "maker_economy"), swapped(held, "economy")),
    ):
        facts = tabled(indicating(shipped, *sourced(shipped, *router)), "adopters", firms)
        assert us_adoption(facts, pair).verdict == expected


def test_statements_age(shipped: Facts) -> None:
    facts = indicating(shipped, on=date(2028, 12, 31))
    made = us_adoption(tabled(facts, "adopters", THREE, date(2028, 12, 31)))
    assert (made.verdict, made.until, made.ended) == ("HELD UNTIL", "2025-10-31", "data end")


def test_statements_on_pages_without_a_date_are_counted_by_the_clock(shipped: Facts) -> None:
    known = us_adoption(shipped.known_by_day(shipped.date))
    dated = {figure.label.split(",")[0] for figure in known.figures if figure.file == "adopters.csv"}
    every = {row["firm"] for row in shipped.records("adopters")}
    assert dated < every
    assert f"{len(every - dated)} statements" in " ".join(known.notes)
    assert "statements" not in " ".join(us_adoption(shipped).notes)


def test_before_any_test_was_published_prices_move_nothing(shipped: Facts) -> None:
    known = shipped.known_by_day(date(2026, 1, 31))
    assert lead.priced(known, "CHN", 0.5).inputs["price.CHN"].value == 0.5
    assert ratios(known, known.date, *PAIR) == []
