"""Scenarios on tiny facts: what each kind does, pairs of draws, shares that add up, weights, seeds."""

from __future__ import annotations

import json
from datetime import date
from itertools import permutations
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small import CLASSES, doubt, facts, indicator, recipe, row, table, write_framework
from small import framework as tree

from fourlayers.schemas import schema_text
from reports.scenario_words import finding, headline, made_by, signed
from scoring.questions.scenario import drawn
from scoring.questions.scenario.apply import bind, made
from scoring.questions.scenario.read import Read, composed, read
from scoring.questions.scenario.run import contributions, run_scenario, start
from scoring.questions.scenario.schema import Change, Scenario, moved

if TYPE_CHECKING:
    from pathlib import Path

    from indicators.facts import Facts
    from scoring.index.recipe import Recipe
    from scoring.questions.scenario.outcome import Outcome
    from scoring.questions.scenario.run import Start

PAIR = ("AAA", "BBB")
VALUES = {
    "xx": {"AAA": 60.0, "BBB": 40.0},
    "yy": {"AAA": 50.0, "BBB": 30.0},
    "zz": {"AAA": 20.0, "BBB": 80.0},
}


def change(target: str | list[str], **more: Any) -> dict[str, Any]:  # noqa: ANN401 - any field
    return {"target": target, "from": "2027-01", "reason": "r", "source": "assumed"} | more


def scenario(*changes: dict[str, Any], **more: Any) -> Scenario:  # noqa: ANN401
    given = {
        "name": "s",
        "title": "S",
        "question": "What if?",
        "not_modelled": ["all else"],
        "changes": changes,
    }
    return Scenario.model_validate(given | more)


def world() -> Facts:
    described = [indicator("xx"), indicator("yy"), indicator("zz", "two", layer="right")]
    return facts(described, table(VALUES), blocs={"ALL_B": PAIR})


@pytest.fixture(scope="module")
def how(tmp_path_factory: pytest.TempPathFactory) -> Recipe:
    path: Path = tmp_path_factory.mktemp("tree")
    named = write_framework(path, tree({"left": ["one"], "right": ["two"]}))
    return recipe(
        CLASSES, framework=named, aggregate=("arithmetic", "arithmetic", "geometric"), doubt=doubt()
    )


@pytest.fixture(scope="module")
def begin(how: Recipe) -> Start:
    return start(world(), PAIR, recipe=how, draws=512)


@pytest.fixture(scope="module")
def quick(how: Recipe) -> Start:
    return start(world(), PAIR, recipe=how, draws=0)


def ran(begin: Start, *changes: dict[str, Any], **more: Any) -> Outcome:  # noqa: ANN401
    return run_scenario(read(scenario(*changes, **more)), begin)


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ({"set": 10.0}, 10.0),
        ({"scale": 0.5}, 30.0),
        ({"shift": -5.0}, 55.0),
        ({"converge": 0.25, "towards": "BBB"}, 60.0 + 0.25 * (40.0 - 60.0)),
        ({"converge": 0.25, "towards": 100.0}, 60.0 + 0.25 * (100.0 - 60.0)),
        (
            {"grow": -0.1, "to": "2028-12"},
            60.0 * 0.9 ** ((date(2028, 12, 31) - date(2027, 1, 1)).days / 365.25),
        ),
    ],
)
def test_each_kind_of_change_is_the_sum_that_is_written(
    begin: Start, kind: dict[str, Any], expected: float
) -> None:
    found = ran(begin, change("indicators.xx.AAA", **kind))
    (told,) = found.inputs
    assert told.before == 60.0
    assert told.after == pytest.approx(expected)
    left = found.node("left").effects[-1]
    assert left.value == pytest.approx((expected + 50.0) / 2 - (40.0 + 30.0) / 2)
    assert left.base == 20.0


def test_a_change_builds_up_evenly_or_along_its_path() -> None:
    even = Change.model_validate(change("indicators.xx.AAA", shift=8.0, to="2030-12-31"))
    halfway = date(2028, 12, 31)
    share = (halfway - date(2027, 1, 1)).days / (date(2030, 12, 31) - date(2027, 1, 1)).days
    assert moved(even, 10.0, 8.0, halfway) == pytest.approx(10.0 + 8.0 * share)
    bent = Change.model_validate(change("indicators.xx.AAA", shift=8.0, path={"2028": 0.25, "2030": 1.0}))
    assert moved(bent, 10.0, 8.0, date(2028, 12, 31)) == 12.0
    assert moved(bent, 10.0, 8.0, date(2031, 1, 1)) == 18.0
    assert moved(bent, 10.0, 8.0, date(2026, 12, 31)) == 10.0


def test_an_empty_scenario_changes_nothing_to_the_bit(begin: Start) -> None:
    found = ran(begin)
    for node in found.nodes:
        assert not node.linked
        assert node.before == node.after
        for each in node.effects:
            assert each.value == each.base == node.now
            assert (each.change, each.low, each.high) == (0.0, 0.0, 0.0)
    assert "no effect" in finding(found)


def test_a_change_that_changes_nothing_moves_no_draw(begin: Start) -> None:
    found = ran(begin, change("indicators.xx.AAA", scale=1.0))
    top = found.overall
    assert top.linked
    assert (top.effects[-1].change, top.effects[-1].low, top.effects[-1].high) == (0.0, 0.0, 0.0)


def test_draws_are_paired_so_that_a_shift_without_doubt_has_none(begin: Start) -> None:
    """Gap of the layer: +4 on one of two indicators is +2 in every draw that no goalpost cuts off."""
    left = ran(begin, change("indicators.xx.AAA", shift=4.0)).node("left").effects[-1]
    assert left.change == pytest.approx(2.0)
    assert left.low == pytest.approx(2.0, abs=0.25)
    assert left.high == pytest.approx(2.0, abs=0.25)


def test_a_ranged_change_is_drawn_over_its_range(begin: Start) -> None:
    size = {"value": 4.0, "low": 2.0, "high": 8.0}
    left = ran(begin, change("indicators.xx.AAA", shift=size)).node("left").effects[-1]
    assert left.change == pytest.approx(2.0)
    assert left.low == pytest.approx(1.0, abs=0.3)  # half of 2
    assert left.high == pytest.approx(4.0, abs=0.5)  # half of 8


def test_shares_are_those_of_all_orders(begin: Start) -> None:
    """Shapley (1953): the mean over all orders of what a change adds when it comes."""
    changes = [
        change("indicators.xx.AAA", shift=20.0),
        change("indicators.xx.AAA", scale=0.5),
        change("indicators.zz.BBB", scale=0.2),
    ]
    found = ran(begin, *changes)
    bound = bind(found.scenario, begin.world(begin.facts.date))
    when = date(2030, 12, 31)

    def gap(names: set[str]) -> float:
        after = made(bound, begin.world(when), when, only=names)
        base = begin.plan(begin.world(when))
        p = drawn.plan_after(base, begin.world(when), after)
        return float(drawn.nominal(p, PAIR)[0] @ (1.0, -1.0))

    names = [each.name for each in bound]
    orders = list(permutations(names))
    expected = [
        np.mean([gap({*order[: order.index(n) + 1]}) - gap({*order[: order.index(n)]}) for order in orders])
        for n in names
    ]
    assert found.overall.parts == pytest.approx(expected, abs=1e-9)
    assert sum(found.overall.parts or ()) == pytest.approx(found.overall.effects[-1].change, abs=1e-9)


@settings(max_examples=25)
@given(
    shifts=st.lists(st.floats(-15, 15), min_size=1, max_size=4),
    scales=st.lists(st.floats(0.5, 1.2), min_size=0, max_size=2),
)
def test_shares_add_up(quick: Start, shifts: list[float], scales: list[float]) -> None:
    changes = [
        change(f"indicators.{('xx', 'yy', 'zz')[k % 3]}.{PAIR[k % 2]}", shift=s) for k, s in enumerate(shifts)
    ]
    changes += [change("indicators.xx.AAA,BBB", scale=s) for s in scales]
    found = ran(quick, *changes)
    for node in found.nodes:
        assert sum(node.parts or ()) == pytest.approx(node.effects[-1].change, abs=1e-8)


def test_layers_that_no_change_reaches_are_not_linked(begin: Start) -> None:
    found = ran(begin, change("indicators.zz.BBB", scale=0.9))
    assert {each.node for each in found.nodes if each.linked} == {"overall", "right", "two"}


def test_what_one_gains_the_others_lose(how: Recipe) -> None:
    rows = table({"xx": {"AAA": 60.0, "BBB": 30.0, "CCC": 10.0}, "zz": VALUES["zz"]})
    three = facts([indicator("xx"), indicator("zz", "two", layer="right")], rows, ("AAA", "BBB", "CCC"))
    begin = start(three, PAIR, recipe=how, draws=0)
    bound = bind(scenario(change("indicators.xx.BBB", set=50.0, keeps_total=True)), begin.world(three.date))
    after = made(bound, begin.world(three.date), date(2027, 12, 31)).world.values
    assert after["xx", "BBB"] == 50.0
    assert after["xx", "AAA"] == pytest.approx(60.0 * 50.0 / 70.0)
    assert after["xx", "CCC"] == pytest.approx(10.0 * 50.0 / 70.0)


def test_weights_and_recipe_can_be_changed(begin: Start) -> None:
    found = ran(begin, change("weights.right", set=0.0))
    assert found.overall.effects[-1].value == pytest.approx(20.0)  # the left layer alone: 55 and 35
    assert found.node("left").effects[-1].change == pytest.approx(0.0)
    means = ran(begin, change("recipe.aggregate", set=["arithmetic", "arithmetic", "arithmetic"]))
    assert means.overall.effects[-1].value == pytest.approx((55.0 + 20.0) / 2 - (35.0 + 80.0) / 2)
    alone = ran(begin, change("weights.yy", set=0.0))
    assert alone.node("left").effects[-1].value == pytest.approx(20.0)  # 60 and 40
    assert alone.node("left").effects[-1].low is not None


def test_scenarios_are_made_one_after_the_other(begin: Start) -> None:
    first = scenario(change("indicators.xx.AAA", shift=20.0), name="a")
    second = scenario(change("indicators.xx.AAA", scale=0.5), name="b")
    values = []
    for pair in ((first, second), (second, first)):
        whole = composed([read(each) for each in pair])
        assert whole.scenario.name == "+".join(each.name for each in pair)
        values.append(run_scenario(whole, begin).node("left").effects[-1].value)
    assert values == pytest.approx([(40.0 + 50.0) / 2 - 35.0, (50.0 + 50.0) / 2 - 35.0])


def test_what_extends_another_may_replace_its_changes(tmp_path: Path, begin: Start) -> None:
    head = 'title = "t"\nquestion = "q"\n'
    one = '[[changes]]\nname = "one"\ntarget = "indicators.xx.AAA"\nfrom = "2027"\nreason = "r"\n'
    one += 'source = "assumed"\n'
    (tmp_path / "base.toml").write_text(f'name = "base"\n{head}not_modelled = ["p"]\n{one}shift = 10.0\n')
    own = tmp_path / "own.toml"
    own.write_text(f'name = "own"\n{head}not_modelled = ["q"]\nextends = ["base"]\n{one}shift = 2.0\n')
    found = read(own)
    assert found.scenario.not_modelled == ("p", "q")
    assert found.places == (("own.toml", 6),)
    assert run_scenario(found, begin).node("left").effects[-1].change == pytest.approx(1.0)


def test_the_same_run_gives_the_same_outcome(how: Recipe) -> None:
    changes = (change("indicators.xx.AAA", scale={"value": 0.8, "low": 0.6, "high": 1.0}),)
    one, other = (ran(start(world(), PAIR, recipe=how, draws=256), *changes) for _ in range(2))
    assert one == other


def test_the_other_way_round_everything_turns_its_sign(how: Recipe) -> None:
    size = {"value": 0.8, "low": 0.6, "high": 1.0}
    one = ran(start(world(), PAIR, recipe=how, draws=256), change("indicators.xx.AAA", scale=size))
    other = ran(
        start(world(), ("BBB", "AAA"), recipe=how, draws=256), change("indicators.xx.AAA", scale=size)
    )
    for node in one.nodes:
        back, mine = other.node(node.node).effects[-1], node.effects[-1]
        assert back.change == pytest.approx(-(mine.change or 0.0))
        assert (back.low, back.high) == pytest.approx((-(mine.high or 0.0), -(mine.low or 0.0)))
    assert "favour of BBB" in finding(one)
    assert "favour of BBB" in finding(other)
    assert signed(one.overall.effects[-1].change).startswith("\N{MINUS SIGN}")


def test_a_pair_without_an_overall_score_is_said_so(how: Recipe) -> None:
    rows = [row("xx", "AAA", 60.0), row("xx", "BBB", 40.0), row("zz", "AAA", 50.0)]
    held = facts([indicator("xx"), indicator("zz", "two", layer="right")], rows)
    found = ran(start(held, PAIR, recipe=how, draws=64), change("indicators.xx.AAA", shift=10.0))
    assert found.overall.effects[-1].change is None
    assert "no overall score" in finding(found)
    assert "left" in headline(found)
    assert "left" in made_by(found)


def test_the_schema_for_editors_knows_every_key() -> None:
    made_of = json.loads(schema_text("scenario"))
    keys = made_of["$defs"]["Change"]["properties"]
    assert {
        "target",
        "set",
        "scale",
        "shift",
        "converge",
        "grow",
        "from",
        "to",
        "path",
        "source",
    } <= keys.keys()
    assert "start" not in keys
    assert made_of["required"] == ["name", "title", "question", "not_modelled"]


def test_too_many_changes_are_run_without_shares(begin: Start) -> None:
    changes = [change("indicators.xx.AAA", shift=0.1, name=f"c{k}") for k in range(17)]
    found = run_scenario(Read(scenario(*changes), tuple(("scenario", 0) for _ in changes)), begin)
    assert found.overall.parts is None
    assert made_by(found) == ""
    assert contributions((), _last(begin), PAIR) is not None


def _last(begin: Start) -> Any:  # noqa: ANN401 - a year of a run
    from scoring.questions.scenario.run import Year

    now = begin.world(begin.facts.date)
    p = begin.plan(now)
    return Year(date(2030, 12, 31), now, made((), now, date(2030, 12, 31)), p, p, p)


def test_the_size_at_which_the_effect_is_gone_leaves_nothing(begin: Start) -> None:
    against = change("indicators.zz.BBB", shift=4.0, name="against")
    changes = (change("indicators.xx.AAA", shift=20.0), against)
    (told,) = ran(begin, *changes).turning
    assert told.name == "against"
    assert told.stated == 4.0
    assert told.size > 4.0
    again = ran(begin, changes[0], change("indicators.zz.BBB", shift=told.size, name="against"))
    assert again.overall.effects[-1].change == pytest.approx(0.0, abs=0.01)
    assert ran(begin, changes[0]).turning == ()
