"""Who keeps the money: profit by stage against filings, dollars that add up, tokens against money, levers."""

from __future__ import annotations

import csv
import dataclasses
import io
import json
import math
import shutil
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import fourlayers as fl
from fourlayers.cli import main
from fourlayers.screens.value_capture import case_screen, screen
from indicators.facts import Facts, load
from indicators.fault import DataError, UsageError
from indicators.schema import Quantity
from reports.content.dollar import picture
from reports.content.value import (
    capture_finding,
    dollar_finding,
    lever_sentence,
    pooled_sentence,
    profit_finding,
    world_sentence,
)
from reports.value_document import as_csv, as_json
from scoring.index.recipe import read_recipe
from scoring.questions.scenario.world import World as Changeable
from scoring.questions.value.account import Line, Stage, conversion
from scoring.questions.value.capture import ValueCapture, value_capture
from scoring.questions.value.case import Case, CaseStage, case_names, read_case
from scoring.questions.value.dollar import Dollar, follow, sent
from scoring.questions.value.levers import elasticity, factors
from scoring.questions.value.market import Captured, World, world
from scoring.questions.value.pooled import pooled
from scoring.questions.value.quantity import DRAWS, Parameter

if TYPE_CHECKING:
    from collections.abc import Mapping

BAD = Path(__file__).parent / "bad_value"
TABLES = Path(fl.__file__).parents[1] / "indicators" / "data" / "tables"
WIDTH = 80


@pytest.fixture(scope="module")
def facts() -> Facts:
    return load()


@pytest.fixture(scope="module")
def names(facts: Facts) -> Mapping[str, str]:
    return {code: unit.short for code, unit in facts.units.items()}


@pytest.fixture(scope="module")
def made(facts: Facts) -> ValueCapture:
    return value_capture(facts)


def rewritten(folder: Path, table: str, words: Mapping[str, str]) -> Facts:
    """Give the shipped facts with one table changed."""
    own = folder / "tables"
    own.mkdir()
    shutil.copy(TABLES / f"{table}.toml", own)
    text = (TABLES / f"{table}.csv").read_text(encoding="utf-8")
    for old, new in words.items():
        assert old in text
        text = text.replace(old, new, 1)
    (own / f"{table}.csv").write_text(text, encoding="utf-8")
    return load([folder])


def line(made: ValueCapture, company: str) -> Line:
    return next(it for stage in made.stages for it in stage.lines if it.company == company)


# --- the outcome account


def test_the_lines_of_nvidia_and_tsmc_equal_their_filings(made: ValueCapture) -> None:
    # NVIDIA, releases of 2025-05-28, 2025-08-27, 2025-11-19, 2026-02-25: operating income by quarter, US$ bn
    operating = 21.638 + 28.440 + 36.010 + 44.30
    nvidia, tsmc = line(made, "NVIDIA"), line(made, "TSMC")
    assert nvidia.revenue == 215.9
    assert nvidia.whole is not None
    assert np.median(nvidia.whole) == pytest.approx(operating, rel=0.001)
    # its four data-centre quarters: 39.1 + 41.1 + 51.2 + 62.3 = 193.7
    assert nvidia.share[0] * 215.9 == pytest.approx(39.1 + 41.1 + 51.2 + 62.3)
    # TSMC, results of 2026-01-15: revenue of 122.42 and an operating margin of 50.8 %
    assert tsmc.revenue == 122.42
    assert tsmc.margin == (0.508, 0.508, 0.508)
    assert tsmc.economy == "TWN"
    assert "filing" in {
        row["quality"] for row in fl.load().records("value_chain") if row["company"] == "TSMC"
    }


def test_shares_of_a_stage_add_up_to_one_with_the_unknown(made: ValueCapture) -> None:
    for stage in made.stages:
        shares = stage.shares()
        assert sum(shares.values()) == pytest.approx(1.0, abs=1e-12)
        assert "unknown" in shares
        assert min(shares.values()) >= -1e-12
        if stage.coverage is None:
            assert shares == {"unknown": 1.0}
    foundry = made.stage("foundry").shares()
    assert foundry["TWN"] == pytest.approx(122.42 / 174.1)
    assert foundry["unknown"] == pytest.approx(1 - (122.42 + 9.327) / 174.1)


def test_a_main_firm_that_tells_nothing_is_unknown_and_not_zero(made: ValueCapture) -> None:
    chips = made.stage("chips")
    assert "Huawei" in chips.unknown("CHN")
    assert "AMD" in chips.unknown("USA")  # in the table, but its AI share is not stated
    assert chips.losses("CHN")[0] < 0 < chips.gains("CHN")[0]
    assert made.stage("distribution").unknown("CHN") == ("Tencent", "ByteDance")


def test_gross_margins_are_turned_by_companies_that_give_both() -> None:
    row = {"scope": "company", "company": "A", "period_end": date(2025, 1, 1)}
    rows: list[dict[str, Any]] = [
        row | {"gross_margin": 0.6, "operating_margin": 0.4},
        row | {"gross_margin": 0.5, "operating_margin": 0.1, "period_end": date(2024, 1, 1)},  # older
        row | {"company": "B", "gross_margin": 0.5, "operating_margin": 0.1},
        row | {"company": "C", "gross_margin": 0.7, "operating_margin": 0.4},
        row | {"company": "D", "gross_margin": 0.2, "operating_margin": -0.4},  # a loss is no guide
        row | {"company": "E", "gross_margin": 0.9, "operating_margin": 0.1, "scope": "segment"},
    ]
    assert conversion(rows) == pytest.approx((0.3, 0.2, 0.4))


def built(stage: str, economy: str, revenue: float, profit: float, *, stated: bool = True) -> Line:
    constant = np.full(DRAWS, profit)
    return Line(
        stage, f"{economy} firm", economy, "FY", revenue, "", "", None, constant, constant,
        (0.5, 0.5, 0.5), (0.2, 0.2, 0.2), "", 0, "", stated=stated, wide=False,
    )  # fmt: skip


def test_pooled_shares_and_their_room_by_hand() -> None:
    lines = (built("cloud", "AAA", 60, 6.0), built("cloud", "BBB", 10, 2.0), built("cloud", "BBB", 5, -3.0))
    silent = built("cloud", "BBB", 5, 4.0, stated=False)
    stage = Stage("cloud", (*lines, silent), (), 80.0, 100.0, (0.8, 0.8, 0.8))
    pool = pooled((stage,))
    a, b = pool.of("AAA"), pool.of("BBB")
    assert a is not None
    assert b is not None
    assert (a.share[0], b.share[0]) == pytest.approx((6 / 8, 2 / 8))
    assert (b.gains[0], b.losses[0]) == pytest.approx((2.0, -3.0))  # a loss makes no gain smaller
    missing = 20 * 0.2 * 0.5  # what the total leaves, at the best margin and AI share of the stage
    assert a.room == pytest.approx((6 / (8 + 4 + missing), (6 + missing) / (8 + missing)))
    assert b.room == pytest.approx((2 / (8 + missing), (2 + 4 + missing) / (8 + 4 + missing)))
    assert (pool.counted, pool.unknown) == (3, 1)


def test_pooled_figures_never_come_without_their_coverage(
    made: ValueCapture, names: Mapping[str, str]
) -> None:
    text = pooled_sentence(made, names)
    assert "Companies held cover" in text
    assert "room" in text
    for name in made.pool.without_total:
        assert name in text
    assert " ".join(text.split()) in " ".join(screen(made, names).split())
    for held in made.pool.economies:
        assert held.room[0] <= held.share[0] <= held.room[1]
    pool = json.loads(as_json(made))["pooled"]
    assert pool["coverage"]
    assert pool["stages_without_total"]
    assert all("room" in each for each in pool["economies"])
    rows = [row for row in csv.DictReader(io.StringIO(as_csv(made))) if row["part"] == "pooled"]
    assert all("companies counted" in row["basis"] for row in rows)


# --- a dollar


def number(value: float) -> Parameter:
    return Parameter(value=value, low=value, high=value, source="test")


def chain(pays: float, other: float, margin: float) -> Case:
    return Case(
        name="own",
        title="a test",
        not_modelled="",
        stage=(
            CaseStage(
                name="app", firm="home", site="home", pays={"model": number(pays)}, other=number(other)
            ),
            CaseStage(name="model", firm="CHN", site="CHN", margin=number(margin)),
        ),
    )


def test_a_dollar_by_hand() -> None:
    gain = sent(chain(0.5, 0.3, 0.4), "DEU")
    # the application keeps 1 - 0.5 - 0.3; the model keeps 0.4 of 0.5 and spends the rest
    assert {code: round(each[0], 9) for code, each in gain.kept_by().items()} == {"CHN": 20.0, "DEU": 20.0}
    assert {code: round(each[0], 9) for code, each in gain.costs_in().items()} == {"CHN": 30.0, "DEU": 30.0}
    loss = sent(chain(1.2, 0.3, 0.4), "DEU")
    assert loss.subsidy()[0] == pytest.approx(50.0)  # 1.2 + 0.3 - 1
    assert loss.stays_in()["DEU"][0] == pytest.approx(30.0 - 50.0)


@pytest.mark.parametrize("home", ["USA", "DEU", "CHN"])
@pytest.mark.parametrize("name", case_names())
def test_every_shipped_dollar_adds_up_to_one(facts: Facts, name: str, home: str) -> None:
    dollar = follow(read_case(name), facts, home)
    assert np.abs(dollar.balance() - 1).max() < 1e-12
    assert np.abs(np.sum([dollar.net(code) for code in dollar.economies], axis=0) - 1).max() < 1e-12
    into = sum(flow.cents[0] for flow in dollar.flows() if flow.source.split()[0] in {"user", "investors"})
    out = sum(flow.cents[0] for flow in dollar.flows() if flow.target.split()[0] in {"owners", "costs"})
    assert into == pytest.approx(out)


@settings(max_examples=40, deadline=None)
@given(st.floats(0, 2), st.floats(0, 2), st.floats(-1, 1))
def test_any_dollar_adds_up_to_one(pays: float, other: float, margin: float) -> None:
    dollar = sent(chain(pays, other, margin), "USA", {"CHN": 1.7})
    assert np.abs(dollar.balance() - 1).max() < 1e-9


def test_a_stage_that_only_divides_hands_on_everything(facts: Facts) -> None:
    tokens = next(
        it for it in follow(read_case("cn-api-abroad"), facts, "DEU").stages if it.stage == "tokens"
    )
    assert np.allclose(sum(tokens.paid.values()), tokens.received)
    spent = tokens.received > 0
    part = tokens.paid["model"][spent] / tokens.received[spent]
    assert part.min() >= 0.2
    assert part.max() <= 0.8


def test_inputs_and_tables_of_the_facts_change_a_dollar(facts: Facts, tmp_path: Path) -> None:
    before = follow(read_case("us-closed"), facts)
    given_input = Quantity(value=0.0, source="test")
    name = "value.us-closed.application.other"
    after = follow(read_case("us-closed"), dataclasses.replace(facts, inputs={name: given_input}))
    assert after.stages[0].other.max() == 0 < before.stages[0].other.min()
    wrong = dataclasses.replace(facts, inputs={"value.us-closed.aplication.other": given_input})
    with pytest.raises(UsageError, match=r"did you mean application\.other"):
        follow(read_case("us-closed"), wrong)
    poorer = follow(read_case("us-closed"), rewritten(tmp_path, "value_chain", {"0.711,0.604": "0.711,0.1"}))
    chips = [next(it for it in each.stages if it.stage == "chips") for each in (before, poorer)]
    assert chips[1].profit.mean() < chips[0].profit.mean() / 3


def test_a_scenario_may_change_every_number_of_a_case(facts: Facts) -> None:
    inputs = Changeable.of(facts, read_recipe()).inputs
    royalty = "value.cn-open-on-us-cloud.host.pays.model"
    assert (inputs[royalty].low, inputs[royalty].high) == (0.0, 0.1)
    assert inputs["value.us-closed.chips.margin"].value == 0.604
    assert inputs["value.elasticity"].value == 0
    changed = facts.changed(inputs={royalty: Quantity(value=0.5, source="test")})
    before, after = (value_capture(each).dollars[1].kept_by()["CHN"][0] for each in (facts, changed))
    assert after > 5 * before
    stronger = facts.changed(inputs={"value.elasticity": Quantity(value=1.0, source="test")})
    assert value_capture(stronger).elasticity == 1.0


def test_the_picture_of_a_dollar_is_plain_and_adds_up(facts: Facts) -> None:
    shown = picture(follow(read_case("cn-api-abroad"), facts, "DEU"))
    columns = {place.name: place.column for place in shown.places}
    for flow in shown.flows:
        assert columns[flow.source] < columns[flow.target]
    for place in shown.places:
        if place.kind == "stage":
            out = sum(flow.cents[0] for flow in shown.flows if flow.source == place.name)
            assert place.cents[0] == pytest.approx(out, abs=0.1)  # thin flows are not drawn


# --- tokens against money


def test_the_router_against_a_published_reading(made: ValueCapture) -> None:
    # CodeSOTA, OpenRouter trends: tokens of US makers 13.3 + 12.3 + 9.8 + 1.0 + 0.3 of 89.0 listed,
    # dollars 7.0 + 46.3 + 24.2 + 0.3 + 0.0 of 100
    assert made.market is not None
    analyst = made.market.readings[0]
    assert analyst.tokens["USA"] == pytest.approx(36.7 / 89.0)
    assert analyst.dollars["USA"] == pytest.approx(77.8 / 100.0)
    for reading in made.market.readings:
        assert sum(reading.tokens.values()) == pytest.approx(1.0)
        assert sum(reading.dollars.values()) == pytest.approx(1.0)
    china = made.market.of("CHN")
    assert china is not None
    assert china.ratio[2] < 1  # less money than tokens by every reading
    assert china.by_host[0] < china.dollars[0]


def test_a_chat_reading_by_hand(made: ValueCapture) -> None:
    assert made.market is not None
    reading = next(it for it in made.market.readings if it.name == "models, chat")
    # 15 April 2026, billion tokens times (3 input + output) / 4 of the list prices of that day
    american = 524.4 * (3 * 5 + 25) / 4 + 479.8 * (3 * 3 + 15) / 4
    american += 370.6 * (3 * 0.5 + 3) / 4 + 202.9 * (3 * 0.1 + 0.4) / 4 + 219.9 * 0
    chinese = 444.7 * (3 * 0.28 + 0.42) / 4 + 368.6 * (3 * 1 + 3) / 4
    chinese += (366.0 + 362.9) * (3 * 0.3 + 1.2) / 4
    assert reading.day == date(2026, 4, 15)
    assert reading.dollars["USA"] == pytest.approx(american / (american + chinese), rel=1e-6)


def test_the_world_can_be_told_only_under_one_definition(made: ValueCapture, tmp_path: Path) -> None:
    assert made.world.ratio is None
    assert len(made.world.figures) == 4
    same = {
        "calls counted in China by the national authority": "one",
        '"one firm, all surfaces, all the world"': "one",
    }
    told = world(rewritten(tmp_path, "value_facts", same), ("USA", "CHN"))
    assert told.ratio == pytest.approx(3200 / 140)
    assert told.definition == "one"


# --- levers


def test_no_lever_moves_a_margin_by_default(facts: Facts, made: ValueCapture) -> None:
    assert made.elasticity == elasticity(facts) == 0
    assert factors(("USA", "CHN"), made.levers, 0.0) == {}
    scores = {pull.lever.name: pull.score for pull in made.levers}
    assert scores["stickiness"] is None
    assert scores["access points"] is not None
    assert scores["access points"][0] == pytest.approx(
        100 * 77 / (77 + 11)
    )  # Synergy, fourth quarter of 2022


def test_at_the_turning_elasticity_both_book_the_same(made: ValueCapture) -> None:
    pull = next(it for it in made.levers if it.turning is not None and it.score is not None)
    assert pull.score is not None
    assert pull.turning is not None
    gains = [made.pool.of(code).gains[0] for code in made.pair]  # type: ignore[union-attr]
    moved = [
        gain * (share / 50) ** pull.turning
        for gain, share in zip(gains, (pull.score[0], 100 - pull.score[0]), strict=True)
    ]
    assert moved[0] == pytest.approx(moved[1])


def test_the_exchanged_pair_says_the_same(facts: Facts, made: ValueCapture) -> None:
    other = value_capture(facts, ("CHN", "USA"))
    for mine, theirs in zip(made.levers, other.levers, strict=True):
        assert (mine.score is None) == (theirs.score is None)
        if mine.score and theirs.score:
            assert mine.score[0] + theirs.score[0] == pytest.approx(100)
        assert mine.turning == pytest.approx(theirs.turning)
    assert [each.share for each in made.pool.economies] == [each.share for each in other.pool.economies]


# --- what is said


def captured(economy: str, tokens: float, low: float, high: float) -> Captured:
    return Captured(economy, (tokens,) * 3, (0.5,) * 3, ((low + high) / 2, low, high), (0.5,) * 3)


def test_findings_when_the_other_side_leads_and_when_nothing_can_be_told(
    made: ValueCapture, names: Mapping[str, str]
) -> None:
    assert made.market is not None
    assert capture_finding(made, names).startswith("China makes 59 (46 to 65) %")

    def with_market(*each: Captured) -> ValueCapture:
        assert made.market is not None
        return dataclasses.replace(made, market=dataclasses.replace(made.market, economies=each))

    turned = with_market(captured("USA", 0.7, 0.5, 0.9), captured("CHN", 0.3, 1.1, 1.9))
    assert capture_finding(turned, names).startswith("The United States makes 70 %")
    even = with_market(captured("USA", 0.5, 0.8, 1.2), captured("CHN", 0.5, 0.8, 1.2))
    assert capture_finding(even, names).startswith("On one router tokens and money are shared alike")
    assert capture_finding(dataclasses.replace(made, market=None), names).startswith("No market shows")
    empty = tuple(dataclasses.replace(stage, lines=()) for stage in made.stages)
    nothing = dataclasses.replace(made, stages=empty, pool=pooled(empty))
    assert profit_finding(nothing, names) == "No company held says what AI earned it at this date"
    assert pooled_sentence(nothing, names).startswith("Nothing can be pooled: Companies held cover")
    assert "Who books more cannot be told" in lever_sentence(nothing, names)
    assert "cannot be told" in world_sentence(dataclasses.replace(made, world=World(None, "", ())), names)


def test_a_dollar_whose_keeper_cannot_be_told(names: Mapping[str, str]) -> None:
    wide = Parameter(value=0.5, low=0.0, high=1.0, shape="even", source="assumed: test")
    case = Case(
        name="own",
        title="a test",
        not_modelled="",
        stage=(
            CaseStage(name="app", firm="USA", site="USA", pays={"model": wide}, other=number(0.0)),
            CaseStage(name="model", firm="CHN", site="CHN", margin=number(0.4)),
        ),
    )
    assert "cannot be told whether most stays" in dollar_finding(sent(case, "USA"), names)
    assert case.assumed() == ("app.pays.model",)


@pytest.mark.parametrize("pair", [("USA", "CHN"), ("CHN", "USA"), ("JPN", "FRA")])
def test_the_screens_fit_and_name_their_assumptions(
    facts: Facts, names: Mapping[str, str], pair: tuple[str, str]
) -> None:
    found = value_capture(facts, pair, home="DEU")
    text = screen(found, names)
    assert max(map(len, text.splitlines())) <= WIDTH
    assert "Elasticity of margins to levers: 0, assumed" in " ".join(text.split())
    for dollar, turn in zip(found.dollars, found.turns, strict=True):
        shown = case_screen(dollar, names, turn)
        assert max(map(len, shown.splitlines())) <= WIDTH
        flat = " ".join(shown.split())
        for name, each in dollar.case.numbers():
            assert f"{name} " in flat
            assert isinstance(each, Parameter)
            assert each.assumed == each.source.startswith("assumed")
    named = found.assumptions()
    for dollar in found.dollars:
        assert all(
            any(f"{dollar.case.name}: {it} =" in told for told in named) for it in dollar.case.assumed()
        )
    for part in ("revenue stretched", "Anthropic, margin -1.6 to 0", "royalty of hosts", "elasticity"):
        assert any(part in told for told in named)


def test_before_the_accounts_nothing_is_known(names: Mapping[str, str]) -> None:
    early = value_capture(load(known_by=date(2025, 1, 1)))
    assert early.dollars == ()
    assert set(early.untold) == set(case_names())
    assert early.market is None
    assert "NVIDIA" in early.stage("chips").unknown("USA")  # not published yet: unknown, not absent
    alone = dataclasses.replace(early.stage("cloud"), lines=(built("cloud", "USA", 60, 6.0),))
    assert pooled((alone,)).economies[0].room == (0.0, 1.0)  # nothing bounds what is missing
    text = screen(early, names)
    assert "not known at this date" in text
    assert max(map(len, text.splitlines())) <= WIDTH
    with pytest.raises(UsageError, match="not known on that day"):
        value_capture(load(known_by=date(2025, 1, 1)), cases=("us-closed",))


# --- documents and the command line


def test_the_document_holds_everything_but_what_may_not_be_passed_on(
    facts: Facts, made: ValueCapture
) -> None:
    text = as_json(made)
    told = json.loads(text)
    assert told["schema"] == "fourlayers/value-capture/1"
    assert as_json(value_capture(load())) == text
    makers = {row["name"] for row in facts.records("router")}
    assert not any(f'"{name}"' in text for name in makers)
    assert "NaN" not in text
    stays = [sum(each[0] for each in it["stays_cents"].values()) for it in told["dollars"]]
    assert all(math.isclose(total, 100, abs_tol=5) for total in stays)  # medians need not add up


def test_the_command_line(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert main(["value-capture", "--case", "list"]) == 0
    assert capsys.readouterr().out.split() == sorted(case_names())
    own = tmp_path / "own.toml"
    own.write_text(read_text("cn-at-home"), encoding="utf-8")
    assert main(["value-capture", "china", "usa", "--case", str(own), "--home", "germany"]) == 0
    assert "a dollar paid in China, seen from Germany" in capsys.readouterr().out
    assert main(["value-capture", "--home", "EU8"]) == 2
    assert "is a bloc" in capsys.readouterr().err
    assert main(["value-capture", "--case", "us-clsed"]) == 2
    assert "did you mean us-closed" in capsys.readouterr().err


def read_text(case: str) -> str:
    folder = Path(fl.__file__).parents[1] / "scoring" / "cases"
    return (folder / f"{case}.toml").read_text(encoding="utf-8")


@pytest.mark.parametrize("folder", sorted(path.name for path in BAD.iterdir()))
def test_a_bad_case_or_account_is_refused_with_its_place(facts: Facts, folder: str) -> None:
    file = next((BAD / folder).glob("*.toml"))
    asked: dict[str, Any] = {"cases": (file,)} if file.stem == "case" else {"account": file}
    with pytest.raises(DataError) as caught:
        value_capture(facts, **asked)
    expected = (BAD / folder / "expected.txt").read_text(encoding="utf-8").splitlines()
    assert [str(fault) for fault in caught.value.faults] == expected


@pytest.mark.parametrize(
    ("table", "old", "new", "said"),
    [
        ("value_chain", "0.599,0.508", "0.599,1.508", "row 16, operating_margin: found '1.508'"),
        ("value_chain", "foundry,TSMC", "fundry,TSMC", "row 16, stage: found 'fundry'"),
        ("value_chain", "TSMC,TWN", "TSMC,TWM", "row 16, economy: found 'TWM'"),
        (
            "access",
            "0.02,0,0.12",
            "1.02,0,0.12",
            "value: found '1.02'; expected a number, at least 0, at most 1",
        ),
    ],
)
def test_a_bad_row_is_refused(tmp_path: Path, table: str, old: str, new: str, said: str) -> None:
    held = rewritten(tmp_path, table, {old: new})
    with pytest.raises(DataError) as caught:
        held.records(table)
    assert said in str(caught.value)


def test_the_python_door(made: ValueCapture) -> None:
    found = fl.value_capture(("us", "china"), home="Germany", cases=("cn-at-home",))
    assert found.pair == ("USA", "CHN")
    assert [dollar.user for dollar in found.dollars] == ["CHN"]
    assert isinstance(found.dollars[0], Dollar)
    assert found.pool.gains == made.pool.gains
    with pytest.raises(UsageError, match="needs two economies"):
        fl.value_capture("USA")
