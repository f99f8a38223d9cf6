"""Which groups of draws a variance goes with: indices by hand, estimated, shared out, on the screen."""

from __future__ import annotations

import csv
import io
import json
import math
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from small import NORMALISERS, ONE, TWO, doubt, facts, indicator, recipe, row, table

from fourlayers.cli import main
from fourlayers.screens.drivers import drivers_screen
from indicators.draws import Draws
from indicators.facts import load
from indicators.fault import UsageError
from reports.drivers_document import as_csv, as_json
from scoring.ask import ask
from scoring.doubt.indices import Frozen, estimated, exact, intervals, shapley
from scoring.doubt.sample import sample, settled, unsettled
from scoring.doubt.sensitivity import (
    by_enumeration,
    by_sampling,
    crossed,
    groups,
    of_methods,
    outputs,
    sensitivity,
    swapped,
)
from scoring.doubt.work import Work
from scoring.index.engine import Plan, plan
from scoring.robustness import shares

if TYPE_CHECKING:
    from indicators.facts import Facts
    from scoring.answer import Answer

PAIR = ("AAA", "BBB")
UNITS = (*PAIR, "CCC", "DDD")


def plan_with(sd: float = 4.0, **varied: object) -> Plan:
    """Two layers, four indicators, four economies, everything uncertain."""
    its = [indicator(f"a{k}") for k in range(2)] + [
        indicator(f"b{k}", "two", layer="right") for k in range(2)
    ]
    rng = np.random.default_rng(2)
    rows = []
    for it in its:
        for unit in UNITS:
            value = float(rng.uniform(30, 70))
            ends: dict[str, Any] = {"low": value - sd, "high": value + sd} if sd else {}
            rows.append(row(it.code, unit, value, interval_kind="sampling" if sd else "", **ends))
    return plan(facts(its, rows, UNITS), recipe(choices={"fewest_units": 2}, doubt=doubt(**varied)), TWO)


# --- indices


def corners() -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    """Give y = x1 + 2 x2 + x1 x2 over -1 and 1: variances 1, 4, and 1 of the two together."""
    a, b = np.meshgrid([-1.0, 1.0], [-1.0, 1.0], indexing="ij")
    return np.asarray(a + 2 * b + a * b)


def test_indices_of_a_grid_written_out() -> None:
    found = exact(corners(), 2)
    assert found.first[:, 0] == pytest.approx([1 / 6, 4 / 6])
    assert found.total[:, 0] == pytest.approx([2 / 6, 5 / 6])
    flat = exact(np.ones((3, 2)), 2)
    assert np.isnan(flat.first).all()
    with pytest.raises(ValueError, match="a combination of the grid has no value"):
        exact(np.array([[1.0, np.nan], [0.0, 1.0]]), 2)


def frozen(draws: int, seed: int) -> Frozen:
    """Pick and freeze over the four corners, independently."""
    rng, y = np.random.default_rng(seed), corners()
    a, b = rng.integers(2, size=(2, draws, 2))
    mixed = [y[b[:, 0], a[:, 1]], y[a[:, 0], b[:, 1]]]
    return Frozen(y[tuple(a.T)][:, None], y[tuple(b.T)][:, None], np.stack(mixed)[:, :, None])


def test_estimates_are_the_indices_to_sampling_error_and_intervals_cover_them() -> None:
    many = estimated(frozen(200_000, 1))
    assert many.first[:, 0] == pytest.approx([1 / 6, 4 / 6], abs=0.01)
    assert many.total[:, 0] == pytest.approx([2 / 6, 5 / 6], abs=0.01)
    truth, inside = exact(corners(), 2), []
    for seed in range(60):
        low, high = intervals(frozen(400, seed), seed)
        for below, above, true in zip(low, high, truth, strict=True):
            inside.append((below <= true) & (true <= above))
    # 240 intervals of 90 %; those of one sample go together, so some 0.025 of standard error
    assert 0.83 <= np.mean(inside) <= 0.97


def test_what_does_not_vary_has_no_index_and_missing_outputs_drop_their_draw() -> None:
    some = frozen(50, 1)
    level = Frozen(some.a * 0 + 0.1, some.b * 0 + 0.1, some.mixed * 0 + 0.1)
    assert np.isnan(estimated(level).total).all()
    some.mixed[1, 7] = np.nan
    assert len(some.whole().a) == 49


def test_shapley_effects_of_independent_inputs_split_what_they_do_together() -> None:
    labels = np.indices((2, 2)).reshape(2, -1).T
    found = shapley(corners().reshape(-1), labels)
    assert found[:, 0] == pytest.approx([(1 + 0.5) / 6, (4 + 0.5) / 6])


def test_inputs_that_always_go_together_share_and_one_without_effect_has_none() -> None:
    x = np.repeat([0, 1, 2], 4)
    idle = np.tile([0, 1], 6)
    found = shapley(x.astype(float), np.stack([x, x, idle], axis=1))
    assert found[:, 0] == pytest.approx([0.5, 0.5, 0.0])
    with pytest.raises(ValueError, match="at most 16"):
        shapley(np.ones(2), np.zeros((2, 17), dtype=np.int64))


# --- groups of draws


def test_one_entry_of_a_field_is_swapped_and_draws_are_taken_by_place() -> None:
    p = plan_with(normalise=NORMALISERS, aggregate=("geometric", "arithmetic"))
    a, b = unsettled(p, 1, 0), unsettled(p, 2, 0)
    mixed = a.swap(b, "choices:normalise", "weights")
    assert mixed.choices["normalise"] is b.choices["normalise"]
    assert mixed.choices["aggregate"] is a.choices["aggregate"]
    assert mixed.weights is b.weights
    assert mixed.data is a.data
    again = a.take(np.array([3, 3, 0]))
    assert again.size == 3
    assert again.choices["normalise"].tolist() == a.choices["normalise"][[3, 3, 0]].tolist()
    assert np.array_equal(np.asarray(sample(p, 1, 0, setups=True).weights), np.asarray(settled(p, a).weights))


def test_swapping_every_group_gives_the_other_draws() -> None:
    p = plan_with(normalise=NORMALISERS, goalposts=0.1, leave_one_out=True)
    a, b = unsettled(p, 1, 0), unsettled(p, 2, 0)
    held = groups(p)
    assert held == ["data:left", "data:right", "weights", "normalise", "goalposts", "left_out"]
    for group in held:
        a = swapped(p, a, b, group)
    for name in ("data", "weights", "posts", "left_out"):
        assert np.array_equal(getattr(a, name), getattr(b, name)), name
    assert a.choices["normalise"] is b.choices["normalise"]


def test_where_one_group_alone_varies_all_goes_with_it() -> None:
    p = plan_with(sd=0.0, normalise=("goalposts",), leave_one_out=False)
    exact_figures = facts_without_error(p)
    found = sensitivity(exact_figures, PAIR, 256, 1).effects["log_ratio"]
    shown = {it.group: (it.first[0], it.total[0]) for it in found}
    assert shown["weights"] == pytest.approx((1.0, 1.0), abs=0.15)
    assert all(
        total == pytest.approx(0.0, abs=1e-12) for group, (_, total) in shown.items() if group != "weights"
    )


def facts_without_error(p: Plan) -> Plan:
    none = np.zeros(p.grid.value.shape)
    return replace(p, grid=replace(p.grid, below=none, above=none))


def test_the_indices_are_the_same_for_any_number_of_jobs_and_progress_is_told() -> None:
    p = plan_with(normalise=NORMALISERS, leave_one_out=True)
    told: list[float] = []
    alone = sensitivity(p, PAIR, 600, 3, told=told.append)
    assert told == [0.25, 0.5, 0.75, 1.0]
    assert alone == sensitivity(p, PAIR, 600, 3, work=Work(2))
    assert (alone.draws, alone.runs, alone.dropped) == (1024, 1024 * (2 + len(groups(p))), 0)
    assert list(alone.effects) == ["log_ratio", "lead", "rank:AAA", "rank:BBB"]
    totals = [it.total[0] for it in alone.effects["log_ratio"]]
    assert totals == sorted(totals, reverse=True)
    assert alone.is_settled == (alone.moved <= 0.05 and alone.widest <= 0.2)
    # what goes with single groups cannot be more than all, nor all less than what goes with them in any way
    assert sum(it.first[0] for it in alone.effects["log_ratio"]) <= 1 + 0.15
    assert sum(totals) >= 1 - 0.15


def test_a_pair_that_is_not_scored_has_no_indices() -> None:
    rows = table({"a1": {"AAA": 40.0}})
    p = plan(facts([indicator("a1")], rows), recipe(), ONE)
    found = sensitivity(p, PAIR, 256, 1)
    assert set(found.effects.values()) == {()}
    assert found.dropped == found.draws
    assert math.isnan(found.moved)
    assert not found.is_settled
    assert of_methods(p, PAIR)["log_ratio"] == {}


def test_methods_that_merge_share_what_they_do() -> None:
    p = plan_with(
        normalise=("goalposts", "minmax"), treat=("none", "winsorise"), aggregate=("geometric", "arithmetic")
    )
    found = of_methods(p, PAIR)["log_ratio"]
    assert set(found) == {"normalise", "treat", "aggregate"}
    assert sum(found.values()) == pytest.approx(1)
    assert min(found.values()) >= -1e-12
    assert found["normalise"] > found["treat"]  # outliers are treated under min-max alone


# --- finite choices


def axes(p: Plan) -> dict[str, Draws]:
    edges = len(p.edges)
    weights = np.random.default_rng(4).uniform(0.5, 1.5, (3, edges))
    return {
        "weights": Draws(3, weights=weights),
        "normalise": Draws(2, choices={"normalise": np.arange(2)}),
        "aggregate": Draws(2, choices={"aggregate": np.arange(2)}),
    }


def test_a_finite_grid_is_enumerated_and_sampling_comes_near() -> None:
    p = plan_with(normalise=("goalposts", "minmax"), aggregate=("geometric", "arithmetic"))
    _, of = outputs(p, PAIR, "overall")

    def ratio(
        scores: np.ndarray[tuple[int, ...], np.dtype[np.float64]],
    ) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
        return of(scores)[:, 0]

    found = by_enumeration(p, axes(p), ratio)
    near = estimated(by_sampling(p, axes(p), ratio, 4096, 1))
    assert near.first == pytest.approx(found.first, abs=0.03)
    assert near.total == pytest.approx(found.total, abs=0.03)


def test_two_axes_cannot_hold_the_same() -> None:
    p = plan_with(normalise=("goalposts", "minmax"))
    twice = {"one": axes(p)["normalise"], "two": axes(p)["normalise"]}
    with pytest.raises(UsageError, match="axis 'two' holds 'normalise', as another one does"):
        crossed(twice, np.zeros((1, 2), dtype=np.int64))
    twice = {"one": axes(p)["weights"], "two": axes(p)["weights"]}
    with pytest.raises(UsageError, match="axis 'two' holds 'weights'"):
        crossed(twice, np.zeros((1, 2), dtype=np.int64))


# --- the command


@pytest.fixture(scope="module")
def known() -> Facts:
    """Read the shipped facts."""
    return load()


@pytest.fixture(scope="module")
def answer(known: Facts) -> Answer:
    """Answer about the pair, with few draws."""
    return ask(known, ("CHN", "USA"), draws=60)


def test_the_screen_fits_and_says_whether_it_is_settled(known: Facts, answer: Answer) -> None:
    held = shares(answer, known)
    assert held is not None
    screen = drivers_screen(answer, held)
    assert all(len(line) <= 80 for line in screen.splitlines())
    assert "nan" not in screen
    assert ("Settled:" in screen) == held.indices.is_settled
    top = held.indices.effects["log_ratio"][0].total[0]
    assert f"{100 * top:.0f} [" in screen
    assert sum(held.methods.values()) == pytest.approx(1)


def test_the_documents_hold_every_index(known: Facts, answer: Answer) -> None:
    held = shares(answer, known)
    assert held is not None
    made = json.loads(as_json(answer, held))
    assert made["schema"] == "fourlayers/drivers/1"
    rows = list(csv.DictReader(io.StringIO(as_csv(answer, held))))
    for name, effects in held.indices.effects.items():
        mine = {
            it["group"]: float(it["value"]) for it in rows if (it["output"], it["index"]) == (name, "total")
        }
        assert mine == pytest.approx({it.group: it.total[0] for it in effects})
        assert [it["group"] for it in made["outputs"][name]] == [it.group for it in effects]


def test_a_layer_names_no_group_of_another_and_what_is_not_scored_has_no_table(
    known: Facts, answer: Answer
) -> None:
    held = shares(answer, known, "inference_cost")
    assert held is not None
    screen = drivers_screen(answer, held)
    assert "in inference cost" in screen
    assert "frontier capability" not in screen
    none = replace(held.indices, effects=dict.fromkeys(held.indices.effects, ()), moved=math.nan)
    bare = drivers_screen(answer, replace(held, indices=none))
    assert "There is no variance to share out" in bare
    assert all(len(line) <= 80 for line in bare.splitlines())


def test_without_draws_nothing_varies(known: Facts) -> None:
    bare = ask(known, draws=0)
    assert shares(bare, known) is None
    assert "Without draws nothing varies." in drivers_screen(bare, None)
    assert json.loads(as_json(bare, None))["outputs"] == {}
    assert len(as_csv(bare, None).splitlines()) == 1


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--layer", "inference-cots"], "unknown layer 'inference_cots'; did you mean inference_cost"),
        (["USA", "USA"], "a pair needs two different economies"),
        (["--draws", "few"], "expected a whole number, found 'few'"),
    ],
)
def test_bad_input_is_told_plainly(capsys: pytest.CaptureFixture[str], words: list[str], said: str) -> None:
    assert main(["robustness", "drivers", *words, *([] if "--draws" in words else ["--draws", "1"])]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert said in err
