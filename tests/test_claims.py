"""Claims: every verdict word from figures written out, reversals, missing figures, both clocks."""

from __future__ import annotations

import runpy
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest
from claiming import holding
from hypothesis import given
from hypothesis import strategies as st

from indicators.facts import Facts, load
from indicators.fault import UsageError
from scoring.questions.claims import CLAIMS, claim, claims
from scoring.questions.tested import larger
from scoring.questions.verdict import GROUPS, WORDS, Point, decide, rule_of, within

if TYPE_CHECKING:
    from scoring.questions.verdict import ClaimVerdict, Reply

ROOT = Path(__file__).parents[1]
DAY = date(2026, 3, 31)
LABS = {
    "DeepSeek": ("deepseek-v3-2", "CHN"),
    "Z.ai": ("glm-5", "CHN"),
    "Moonshot AI": ("kimi-k2-5", "CHN"),
}


@pytest.fixture(scope="module")
def shipped() -> Facts:
    return load()


# ---- the rule by which answers become a verdict -----------------------------------------------------------


def past(*replies: Reply) -> list[Point]:
    return [Point(date(2025, month, 1), reply) for month, reply in enumerate(replies, start=1)]


@pytest.mark.parametrize(
    ("now", "others", "before", "expected"),
    [
        ("yes", ["yes", "yes"], [], ("HOLDS", "", "")),
        ("yes", ["cannot tell", "no data"], ["no"], ("HOLDS", "", "")),
        ("yes", ["no"], ["yes"], ("DEPENDS", "", "")),
        ("no", ["yes"], [], ("DEPENDS", "", "")),
        ("no", ["no"], [], ("DOES NOT HOLD", "", "")),
        ("no", [], ["no", "cannot tell", "no data"], ("DOES NOT HOLD", "", "")),
        ("no", ["no"], ["yes", "yes", "no"], ("HELD UNTIL", "2025-02-01", "stopped being true")),
        ("no data", [], ["no", "yes"], ("HELD UNTIL", "2025-02-01", "data end")),
        ("no data", [], ["yes", "no data", "no data"], ("HELD UNTIL", "2025-01-01", "data end")),
        ("no data", [], ["yes", "no"], ("HELD UNTIL", "2025-01-01", "stopped being true")),
        ("no data", [], ["no"], ("CANNOT TELL", "", "")),
        ("no data", ["yes"], [], ("CANNOT TELL", "", "")),
        ("cannot tell", ["yes", "no"], ["yes"], ("CANNOT TELL", "", "")),
    ],
)
def test_answers_become_a_verdict(
    now: Reply, others: list[Reply], before: list[Reply], expected: tuple[str, str, str]
) -> None:
    made = decide(now, others, past(*before))
    assert (made.word, made.until, made.ended) == expected
    assert made.word in WORDS


REPLIES = st.sampled_from(["yes", "no", "cannot tell", "no data"])


@given(REPLIES, st.lists(REPLIES, max_size=4), st.lists(REPLIES, max_size=6))
def test_a_verdict_follows_from_replies_alone(now: Reply, others: list[Reply], before: list[Reply]) -> None:
    made = decide(now, others, past(*before))
    opposite = {"yes": "no", "no": "yes"}.get(now, "")
    assert (made.word == "DEPENDS") == (opposite in others)
    assert (made.word == "HOLDS") == (now == "yes" and "no" not in others)
    if made.word == "HELD UNTIL":
        last = max(place for place, reply in enumerate(before) if reply == "yes")
        assert made.until == past(*before)[last].until
        told = [reply for reply in before if reply in {"yes", "no"}]
        assert (made.ended == "data end") == (now == "no data" and told[-1] == "yes")
    if made.word == "CANNOT TELL":
        assert now in {"cannot tell", "no data"}


def test_the_last_day_with_data_is_that_of_the_figure() -> None:
    seen = [Point(date(2025, 6, 30), "yes", seen=date(2024, 12, 31)), Point(date(2025, 7, 31), "no data")]
    assert decide("no data", [], seen).until == "2024-12-31"
    assert decide("no", [], seen).until == "2024-12-31"


def test_largely_is_more_than_half_with_the_whole_range() -> None:
    assert larger(50.1, 60.0, 50.0) == "yes"
    assert larger(40.0, 50.0, 50.0) == "no"
    assert larger(50.0, 60.0, 50.0) == larger(40.0, 60.0, 50.0) == "cannot tell"
    assert larger(40.0, 50.0, 50.0, floor=True) == "cannot tell"


def test_a_range_is_inside_outside_or_across() -> None:
    assert within(4.5, 7.5, 4.5, 7.5) == "yes"
    assert within(4.4, 6.0, 4.5, 7.5) == within(6.0, 7.6, 4.5, 7.5) == "cannot tell"
    assert within(1.0, 4.4, 4.5, 7.5) == within(8.0, 9.0, 4.5, 7.5) == "no"


# ---- price gap --------------------------------------------------------------------------------------------


def listed(family: str, lab: str, output: float, since: str = "2026-01-01", **more: str) -> dict[str, Any]:
    usual = {
        "model": family,
        "listing": family,
        "family": family,
        "lab": lab,
        "economy": "USA" if lab == "Anthropic" else "CHN",
        "catalogue": "model-prices",
        "condition": "standard",
        "status": "actual",
        "valid_from": since,
        "valid_to": None,
        "removed_by": None,
        "seen": "2026-03-31",
        "input_usd_per_mtok": output / 5.0,
        "output_usd_per_mtok": output,
        "cache_read_usd_per_mtok": float("nan"),
        "published": since,
        "source": "model_prices",
    }
    return usual | more


def priced(facts: Facts, on: date, *rows: dict[str, Any]) -> Facts:
    frame = pd.DataFrame(rows, columns=list(listed("", "", 1.0))).assign(row=range(2, len(rows) + 2))
    for column in ("valid_from", "valid_to", "removed_by", "seen", "published"):
        frame[column] = pd.to_datetime(frame[column])
    frame = frame[frame["valid_from"] <= pd.Timestamp(on)].reset_index(drop=True)
    return holding(facts, on, "prices", frame)


def chinese(*outputs: float, since: str = "2026-01-01", **more: str) -> list[dict[str, Any]]:
    """List three laboratories, none of them Alibaba: every basket but the cheap lines is the same."""
    names = zip(LABS.items(), outputs, strict=True)
    return [listed(family, lab, output, since, **more) for (lab, (family, _)), output in names]


def test_the_price_gap_holds(shipped: Facts) -> None:
    facts = priced(shipped, DAY, listed("claude-sonnet-4-6", "Anthropic", 15.0), *chinese(2.0, 2.5, 5.0))
    made = claim("price-gap", facts)
    assert (made.verdict, made.until, made.ended) == ("HOLDS", "", "")
    assert (
        made.finding
        == "claude-sonnet-4-6 costs 6.0x (3.0 to 7.5) the median Chinese flagship; by other readings 6.0x"
    )
    ratio, *prices = made.figures
    assert (ratio.value, ratio.low, ratio.high, ratio.date) == (6.0, 3.0, 7.5, "2026-03-31")
    assert [(each.label, each.value, each.row) for each in prices] == [
        ("claude-sonnet-4-6 (Anthropic)", 15.0, 2),
        ("deepseek-v3-2 (DeepSeek)", 2.0, 3),
        ("kimi-k2-5 (Moonshot AI)", 5.0, 5),
        ("glm-5 (Z.ai)", 2.5, 4),
    ]
    assert made.overturn == (
        "The rule says yes while the median Chinese flagship costs 2.00 to 3.33 USD per million output "
        "tokens (2.50 on 2026-03-31, Sonnet at 15.00)."
    )
    assert [(str(point.date), point.verdict) for point in made.history] == [
        ("2026-01-31", "HOLDS"),
        ("2026-02-28", "HOLDS"),
        ("2026-03-31", "HOLDS"),
    ]


def test_the_price_gap_does_not_hold_on_either_side(shipped: Facts) -> None:
    sonnet = listed("claude-sonnet-4-6", "Anthropic", 15.0)
    less = claim("price-gap", priced(shipped, DAY, sonnet, *chinese(4.0, 5.0, 6.0)))
    more = claim("price-gap", priced(shipped, DAY, sonnet, *chinese(0.5, 1.0, 1.5)))
    assert (less.verdict, more.verdict) == ("DOES NOT HOLD", "DOES NOT HOLD")
    assert less.figures[0].value == 3.0
    assert more.figures[0].value == 15.0


def test_a_chinese_flagship_dearer_than_the_american_one_is_said_plainly(shipped: Facts) -> None:
    facts = priced(shipped, DAY, listed("claude-sonnet-4-6", "Anthropic", 2.0), *chinese(4.0, 4.0, 8.0))
    made = claim("price-gap", facts)
    assert made.verdict == "DOES NOT HOLD"
    assert made.finding.startswith("claude-sonnet-4-6 costs 0.5x (0.2 to 0.5) the median Chinese flagship")


def test_the_price_gap_stopped_being_true(shipped: Facts) -> None:
    before = chinese(2.0, 2.5, 5.0, valid_to="2026-03-10")
    after = chinese(5.0, 5.0, 5.0, since="2026-03-10")
    facts = priced(shipped, DAY, listed("claude-sonnet-4-6", "Anthropic", 15.0), *before, *after)
    made = claim("price-gap", facts)
    assert (made.verdict, made.until, made.ended) == ("HELD UNTIL", "2026-02-28", "stopped being true")
    assert "true from 2026-01-31 and last on 2026-02-28" in " ".join(made.notes)


def test_the_price_gap_held_until_the_data_end(shipped: Facts) -> None:
    late = DAY + timedelta(days=365)
    facts = priced(shipped, late, listed("claude-sonnet-4-6", "Anthropic", 15.0), *chinese(2.0, 2.5, 5.0))
    made = claim("price-gap", facts)
    assert (made.verdict, made.ended, made.data_to) == ("HELD UNTIL", "data end", "2026-03-31")
    assert made.until == "2026-03-31"  # the last day on which a price list was read
    assert made.finding == "no prices on the date; 6.0x (3.0 to 7.5) on 2026-03-31"
    said = {point.date: point.reply for point in made.history}
    assert said[date(2026, 9, 30)] == "yes"  # a reading speaks for 183 days
    assert said[date(2026, 10, 31)] == "no data"


def test_the_price_gap_depends_on_the_line_that_stands_for_qwen(shipped: Facts) -> None:
    qwen = [listed("qwen3-max", "Alibaba", 6.0), listed("qwen-plus", "Alibaba", 1.0)]
    facts = priced(
        shipped, DAY, listed("claude-sonnet-4-6", "Anthropic", 15.0), *chinese(2.0, 2.5, 5.0), *qwen
    )
    made = claim("price-gap", facts)
    replies = {each.rule: each.reply for each in made.alternatives}
    assert made.verdict == "DEPENDS"
    assert made.figures[0].value == 4.0
    assert made.finding.endswith(
        "4.0x (2.5 to 7.5) the median Chinese flagship; by other readings 4.0x to 6.7x"
    )
    assert replies["the same, Qwen by its Plus line, output tokens"] == "yes"
    assert replies["open-weight models only, output tokens"] == "yes"


def test_the_price_gap_without_three_laboratories_cannot_be_told(shipped: Facts) -> None:
    sonnet = listed("claude-sonnet-4-6", "Anthropic", 15.0)
    for rows in ([], [sonnet], [sonnet, *chinese(2.0, 2.5, 5.0)[:2]], chinese(2.0, 2.5, 5.0)):
        made = claim("price-gap", priced(shipped, DAY, *rows))
        assert (made.verdict, made.figures, made.data_to) == ("CANNOT TELL", (), "")
        assert made.overturn.startswith("Dated list prices")


# ---- power ------------------------------------------------------------------------------------------------


def site(economy: str, value: float, source: str, **more: Any) -> dict[str, Any]:  # noqa: ANN401 - any cell
    usual = {
        "economy": economy,
        "quantity": "industrial_electricity_price",
        "value": value,
        "low": float("nan"),
        "high": float("nan"),
        "unit": "USD/kWh",
        "role": "central" if source == "lokshin_2026" else "alternative",
        "date": "2024-12-31",
        "published": "2025-06-30",
        "definition": "industry",
        "source": source,
    }
    return usual | more


def powered(facts: Facts, *rows: dict[str, Any], on: date = DAY) -> Facts:
    frame = pd.DataFrame(rows, columns=list(site("", 1.0, ""))).assign(row=range(2, len(rows) + 2))
    for column in ("date", "published"):
        frame[column] = pd.to_datetime(frame[column])
    return holding(facts, on, "sites", frame)


def both(us: float, china: float, source: str, **more: Any) -> list[dict[str, Any]]:  # noqa: ANN401 - any cell
    return [site("USA", us, source, **more), site("CHN", china, source, **more)]


@pytest.mark.parametrize(
    ("rows", "verdict"),
    [
        ([*both(0.07, 0.08, "lokshin_2026")], "HOLDS"),
        (
            [*both(0.07, 0.08, "lokshin_2026"), *both(0.7, 0.8, "businesseurope_2024", unit="EUR/kWh")],
            "HOLDS",
        ),
        ([*both(0.09, 0.08, "lokshin_2026"), *both(0.9, 0.8, "kilowatt_divide_2025")], "DOES NOT HOLD"),
        ([*both(0.09, 0.08, "lokshin_2026"), *both(0.7, 0.8, "kilowatt_divide_2025")], "DEPENDS"),
        ([*both(0.07, 0.08, "lokshin_2026"), *both(0.8, 0.7, "kilowatt_divide_2025")], "DEPENDS"),
        ([site("USA", 0.07, "eia_2025"), site("CHN", 0.08, "globalpetrolprices_2024_03")], "CANNOT TELL"),
        ([], "CANNOT TELL"),
    ],
)
def test_power_prices_are_compared_within_a_source(
    shipped: Facts, rows: list[dict[str, Any]], verdict: str
) -> None:
    made = claim("power-price", powered(shipped, *rows))
    assert (made.verdict, made.until) == (verdict, "")
    assert bool(made.data_to) == (verdict != "CANNOT TELL")


def test_power_prices_of_two_periods_or_currencies_are_no_pair(shipped: Facts) -> None:
    euro = [site("USA", 0.07, "lokshin_2026"), site("CHN", 0.08, "lokshin_2026", unit="EUR/kWh")]
    later = [site("USA", 0.07, "lokshin_2026"), site("CHN", 0.08, "lokshin_2026", date="2025-12-31")]
    for rows in (euro, later):
        assert claim("power-price", powered(shipped, *rows)).verdict == "CANNOT TELL"


def test_power_stopped_being_cheaper_or_was_last_looked_at_long_ago(shipped: Facts) -> None:
    old = both(0.07, 0.08, "lokshin_2026", date="2022-12-31")
    new = both(0.09, 0.08, "lokshin_2026")
    reversed_ = claim("power-price", powered(shipped, *old, *new))
    assert (reversed_.verdict, reversed_.until) == ("HELD UNTIL", "2022-12-31")
    assert reversed_.ended == "stopped being true"
    aged = claim("power-price", powered(shipped, *old))
    assert (aged.verdict, aged.until, aged.ended) == ("HELD UNTIL", "2022-12-31", "data end")


def test_only_power_prices_that_may_be_printed_are(shipped: Facts) -> None:
    rows = [
        *both(0.0813, 0.079, "lokshin_2026"),
        site("USA", 0.0861, "eia_2025"),
        site("CHN", 0.09, "ft_2025_11"),
    ]
    made = claim("power-price", powered(shipped, *rows))
    assert [(each.unit, round(each.value or 0.0, 4)) for each in made.figures] == [
        ("ratio", 1.0291),
        ("USD/kWh", 0.0861),
    ]


# ---- on the shipped facts ---------------------------------------------------------------------------------


WORKED_OUT = {"ratio", "points", "times"}
"""Units of figures that are made from the row they name, among others."""
HEAVY = {"frontier", "overall", "momentum", "low-cost"}
"""Claims that need a fit or draws of the whole index: run once, on the shipped facts."""


@pytest.fixture(scope="module")
def told(shipped: Facts) -> tuple[ClaimVerdict, ...]:
    return claims(shipped)


def test_every_claim_says_its_rule_and_what_would_turn_it(told: tuple[ClaimVerdict, ...]) -> None:
    assert [each.name for each in told] == list(CLAIMS)
    for each in told:
        assert each.verdict in WORDS
        assert each.group in GROUPS
        assert each.rule == rule_of(CLAIMS[each.name])
        assert len(each.rule) > 100
        assert 10 < len(each.brief) < 64
        assert each.alternatives
        assert each.figures
        assert all((each.sentence, each.finding, each.overturn, each.data_to))
        assert (each.verdict == "HELD UNTIL") == bool(each.until) == bool(each.ended)


def test_the_last_month_has_the_verdict(told: tuple[ClaimVerdict, ...], shipped: Facts) -> None:
    for each in told:
        days = [point.date for point in each.history]
        assert days == sorted(set(days))
        assert (each.history[-1].date, each.history[-1].verdict) == (shipped.date, each.verdict)
        assert all(point.verdict in WORDS for point in each.history)


def test_the_ratio_of_prices_is_that_of_the_prices_shown(told: tuple[ClaimVerdict, ...]) -> None:
    ratio, american, *chinese_prices = next(each for each in told if each.name == "price-gap").figures
    values = pd.Series([each.value for each in chinese_prices], dtype=float)
    assert american.value is not None
    assert ratio.value == pytest.approx(american.value / values.median())
    assert ratio.low == pytest.approx(american.value / values.max())
    assert ratio.high == pytest.approx(american.value / values.min())


def test_figures_stand_in_the_rows_they_name(told: tuple[ClaimVerdict, ...], shipped: Facts) -> None:
    for made in told:
        for each in made.figures:
            if each.row and each.value is not None and each.unit not in WORKED_OUT:
                assert each.value == _value_in(shipped, each.file, each.row)


COLUMN = {"prices.csv": "output_usd_per_mtok", "sites.csv": "value", "mixtures.csv": "active_params_b"}


def _value_in(facts: Facts, file: str, row: int) -> float:
    if file in COLUMN:
        table = facts.table(file.removesuffix(".csv"))
        return float(table.loc[table["row"] == row, COLUMN[file]].iloc[0])
    return float(next(each["value"] for each in facts.rows if (each["file"], each["row"]) == (file, row)))


@pytest.mark.parametrize("day", [date(2023, 6, 30), date(2026, 4, 30)])
def test_no_claim_looks_past_the_clocks(shipped: Facts, day: date) -> None:
    for facts in (shipped.as_of(day), shipped.known_by_day(day)):
        for made in (test(facts) for name, test in CLAIMS.items() if name not in HEAVY):
            latest = [each.date for each in made.figures] + [str(each.date) for each in made.history]
            if facts.known_by:
                latest += [each.published for each in made.figures]
            assert max([made.data_to, *latest]) <= str(day)


def test_an_unknown_claim_is_named_with_near_ones(shipped: Facts) -> None:
    with pytest.raises(UsageError, match="unknown claim 'price-gaps'; did you mean price-gap"):
        claim("price-gaps", shipped)


def test_the_page_states_every_rule_as_the_code_does() -> None:
    page = (ROOT / "docs" / "claims.md").read_text(encoding="utf-8")
    renewed = runpy.run_path(str(ROOT / "docs" / "claims.py"))["renewed"](page)
    assert renewed == page, "a rule changed: run python docs/claims.py"
    assert all(f"### `{name}`" in page for name in CLAIMS)
