"""Counting draws: ranks, merging, and the same bytes with any number of jobs."""

from __future__ import annotations

import tracemalloc

import numpy as np
import pytest
from small import NORMALISERS, TWO, doubt, facts, indicator, recipe, row

from fourlayers.request import request
from fourlayers.settings import Settings
from indicators.draws import Draws
from indicators.fault import UsageError
from scoring.doubt.ensemble import COUNTED, Ensemble, counted, ensemble
from scoring.doubt.sample import CHUNK, sample
from scoring.doubt.work import Work
from scoring.index.engine import Plan, plan, run

UNITS = tuple("ABCDE"[k] * 3 for k in range(5))
PAIR = (UNITS[0], UNITS[1])


@pytest.fixture(scope="module")
def many() -> Plan:
    """Two layers, five indicators, five economies and a bloc, one value missing, everything uncertain."""
    its = [indicator(f"a{k}") for k in range(3)]
    its += [indicator(f"b{k}", "two", layer="right") for k in range(2)]
    rng = np.random.default_rng(2)
    rows = []
    for it in its:
        for unit in UNITS:
            value = float(rng.uniform(30, 70))
            low, high = value - 8, value + 8
            rows.append(row(it.code, unit, value, interval_kind="sampling", low=low, high=high))
    rows = [each for each in rows if not (each["code"][0] == "b" and each["economy"] == "EEE")]
    varied = doubt(normalise=NORMALISERS, aggregate=("geometric", "arithmetic"), leave_one_out=True)
    return plan(facts(its, rows, UNITS, {"ALL": PAIR}), recipe(doubt=varied), TWO)


def same(a: Ensemble, b: Ensemble) -> bool:
    return all(getattr(a, name).tobytes() == getattr(b, name).tobytes() for name in COUNTED)


@pytest.mark.parametrize("prefer", ["processes", "threads"])
def test_one_job_and_two_give_the_same_bytes(many: Plan, prefer: str) -> None:
    alone = ensemble(many, PAIR, 9 * CHUNK + 5, 3, setups=True)
    work = Work(2, "threads" if prefer == "threads" else "processes")
    assert same(alone, ensemble(many, PAIR, 9 * CHUNK + 5, 3, setups=True, work=work))


def test_ranks_are_what_sorting_gives_and_blocs_have_none(many: Plan) -> None:
    found = ensemble(many, PAIR, 100, 3, setups=True)
    scores = run(many, sample(many, 3, 0, setups=True)).scores[:100, :, : len(UNITS)]
    for k, node in enumerate(many.nodes):
        for i, unit in enumerate(UNITS):
            own = scores[:, k, i]
            ranks = [1 + int((each > x).sum()) for each, x in zip(scores[:, k], own, strict=True) if x == x]  # noqa: PLR0124
            expected = np.bincount(ranks, minlength=7)[1:] if ranks else np.zeros(6)
            assert found.ranks[k, i].tolist() == expected.tolist()
            share = found.acceptability(node, unit)
            assert share.sum() == pytest.approx(1.0 if ranks else 0.0)
        assert found.ranks[k, len(UNITS)].sum() == 0


def test_those_that_tie_share_the_better_rank() -> None:
    its = [indicator("a1"), indicator("b1", "two", layer="right")]
    values = dict(zip(UNITS, (50.0, 70.0, 70.0, 20.0, 10.0), strict=True))
    rows = [row(it.code, unit, value) for it in its for unit, value in values.items()]
    p = plan(facts(its, rows, UNITS), recipe(), TWO)
    found = counted(p, PAIR, [Draws(1)])
    assert [int(found.acceptability("overall", unit).argmax()) + 1 for unit in UNITS] == [3, 1, 1, 4, 5]


def test_counts_add_up_over_any_split(many: Plan) -> None:
    whole = ensemble(many, PAIR, 2 * CHUNK, 1)
    parts = [counted(many, PAIR, [sample(many, 1, chunk)]) for chunk in (1, 0)]
    parts[0].add(parts[1])
    assert same(whole, parts[0])


def test_draws_from_elsewhere_are_counted_in_pieces_of_any_size(many: Plan) -> None:
    draws = sample(many, 5, 0, setups=True)
    pieces = [draws.take(slice(0, 7)), draws.take(slice(7, 200)), draws.take(slice(200, CHUNK))]
    assert same(counted(many, PAIR, [draws]), counted(many, PAIR, pieces))


def test_progress_is_told_and_ends_with_all(many: Plan) -> None:
    seen: list[tuple[int, int]] = []
    ensemble(many, PAIR, 1000, 1, work=Work(progress=lambda done, of: seen.append((done, of))))
    assert seen[-1] == (1000, 1000)
    assert [done for done, _ in seen] == sorted(done for done, _ in seen)


def test_no_draws_give_nothing(many: Plan) -> None:
    found = ensemble(many, PAIR, 0, 1)
    assert found.ahead("overall", *PAIR) is None
    assert found.acceptability("overall", UNITS[0]).tolist() == [0.0] * 6


def test_memory_does_not_grow_with_the_draws(many: Plan) -> None:
    # The short form of `make bench-slow`, which compares a million draws with ten thousand.
    def peak(draws: int) -> int:
        tracemalloc.start()
        ensemble(many, PAIR, draws, 1, setups=True)
        highest = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return highest

    peak(CHUNK)  # what is loaded once
    assert peak(20 * CHUNK) <= 1.2 * peak(2 * CHUNK)


def test_scores_beyond_the_scale_are_counted_at_its_ends() -> None:
    its = [indicator("a1"), indicator("b1", "two", layer="right")]
    values = dict(zip(UNITS, (5.0, 95.0, 50.0, 40.0, 60.0), strict=True))
    rows = [row(it.code, unit, value) for it in its for unit, value in values.items()]
    wide = {"normalise": {"method": "zscore", "mean": 50, "sd": 100}, "fewest_units": 2}
    p = plan(facts(its, rows, UNITS), recipe(choices=wide, aggregate=("arithmetic",) * 3), TWO)
    found = counted(p, PAIR, [Draws(1)])
    assert found.score_range("overall", PAIR[0]) == (0.0, 0.0)
    assert found.score_range("overall", PAIR[1]) == (100.0, 100.0)
    assert found.gap_range("overall") == (-100.0, -100.0)
    assert found.histogram.sum() == len(p.nodes) * len(UNITS)


def test_a_number_of_jobs_that_cannot_be_is_told_and_never_asks_another_question() -> None:
    with pytest.raises(UsageError, match="--jobs 0: expected a whole number from 1"):
        request(Settings(), jobs=0)
    assert request(Settings(), jobs=2).is_default()
