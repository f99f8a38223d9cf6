"""Joint draws of fitted models: stored, laid over a grid, and drawn by one row for all cells of a family."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest
from small import ONE, facts, indicator, recipe, row

from indicators.draws import Draws
from indicators.fault import UsageError
from layers import layer as floor
from layers.drawn import drawn
from layers.layer import COLUMNS, ROWS, Computed, Posterior, computed_rows, posteriors, store
from layers.posterior import read, write
from scoring.doubt.ensemble import ensemble
from scoring.doubt.sample import sample
from scoring.index.engine import Plan, plan

if TYPE_CHECKING:
    from pathlib import Path

    from indicators.facts import Facts

NAME = "frontier_capability"
CODES = ("gap", "lag")
UNITS = ("AAA", "BBB", "CCC")


def joint(family: str = "capability") -> Posterior:
    """Two indicators of two economies that are one number each, seen in four ways."""
    c = np.random.default_rng(5).normal(50, 5, ROWS)
    values = np.stack([np.stack([c, c + 1], axis=-1), np.stack([100 - c, np.full(ROWS, np.nan)], axis=-1)], 1)
    return Posterior(family, CODES, ("AAA", "BBB"), values)


class Made:
    """A layer that computes the two indicators."""

    name = NAME
    tables = ()

    def fit(self, facts: Facts) -> Computed:
        del facts
        values = [("gap", "AAA", 50.0), ("gap", "BBB", 51.0), ("lag", "AAA", 50.0), ("lag", "BBB", 50.0)]
        values += [("gap", "CCC", 40.0), ("lag", "CCC", 40.0)]
        rows = [row(code, unit, value, low=value - 5, high=value + 5) for code, unit, value in values]
        return Computed(pd.DataFrame(rows, columns=list(COLUMNS)), (joint(),))


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Facts:
    """Give facts whose two indicators the made-up layer computes; nothing is stored yet."""
    monkeypatch.setattr(floor, "layer", lambda name: Made() if name == NAME else None)
    monkeypatch.setattr(floor, "SHIPPED", tmp_path)
    its = [indicator(code, layer=NAME, computed_from=("models",)) for code in CODES]
    return facts(its, [], UNITS, {"EAST": ("BBB", "CCC"), "BOTH": ("AAA", "BBB")})


def planned(made: Facts) -> Plan:
    from small import framework

    return plan(made, recipe(), framework({NAME: ["one"]}))


def test_a_family_is_drawn_by_one_row_for_all_its_cells(made: Facts) -> None:
    p = planned(made)
    rows = np.array([3, 700, 3])
    x = drawn(p.grid, Draws(3, data=np.zeros((3, *p.grid.value.shape)), posterior={"capability": rows}))
    want = joint().stored().values[rows]
    assert np.array_equal(x[:, 0, 0], want[:, 0, 0])
    assert np.array_equal(x[:, 0, 1], want[:, 0, 1])
    assert np.array_equal(x[:, 1, 0], want[:, 1, 0])
    assert np.array_equal(x[0], x[2])
    # What the posterior does not tell is drawn by its own interval, here at its median.
    assert x[:, 1, 1].tolist() == [50.0] * 3
    assert x[:, 0, 2].tolist() == [40.0] * 3


def test_a_bloc_combines_its_members_row_by_row(made: Facts) -> None:
    p = planned(made)
    rows = np.arange(4)
    x = drawn(p.grid, Draws(4, data=np.zeros((4, *p.grid.value.shape)), posterior={"capability": rows}))
    want = joint().stored().values[rows]
    place = p.grid.units.index("BOTH")
    assert x[:, 0, place] == pytest.approx(want[:, 0, 0] + want[:, 0, 1])
    assert x[:, 0, p.grid.units.index("EAST")] == pytest.approx(want[:, 0, 1] + 40.0)


def test_a_family_without_a_row_stays_at_its_values(made: Facts) -> None:
    p = planned(made)
    ones = np.ones((1, *p.grid.value.shape))
    x = drawn(p.grid, Draws(1, data=ones))
    assert x[0, :, 0].tolist() == [50.0, 50.0]
    assert x[0, 1, 1] > 50.0  # not told by the posterior: its own interval, one deviation up
    assert drawn(p.grid, Draws(1)).tolist() == [p.grid.value.tolist()]


def test_a_sample_draws_rows_evenly_and_families_apart(made: Facts) -> None:
    p = planned(made)
    rows = np.concatenate([sample(p, 1, chunk).posterior["capability"] for chunk in range(40)])
    assert rows.min() >= 0
    assert rows.max() < ROWS
    assert np.unique(rows).size == ROWS
    found = ensemble(p, ("AAA", "BBB"), 4000, 1)
    assert found.ahead("one", "AAA", "BBB") is not None


def test_a_value_that_was_set_is_not_drawn_by_the_model(made: Facts) -> None:
    its = [indicator(code, layer=NAME, computed_from=("models",)) for code in CODES]
    put = row("gap", "AAA", 90.0, published="2026-06-30")
    changed = facts(its, [put | {"known": None, "period_end": put["period_end"], "status": "actual"}], UNITS)
    changed.kept.update({f"computed {NAME}": [], f"posteriors {NAME}": (joint(),)})
    p = plan(changed, recipe(), planned(made).framework)
    assert p.grid.value[0, 0] == 90.0
    assert all(0 not in each.rows for each in p.grid.joints)


def test_stored_and_fresh_are_the_same_and_stored_twice_are_the_same_bytes(
    made: Facts, tmp_path: Path
) -> None:
    fresh = posteriors(made, NAME)[0].values
    paths = store(made, tmp_path)
    first = {path.name: path.read_bytes() for path in paths}
    assert set(first) == {f"{NAME}.npz", f"{NAME}.json"}
    assert {path.name: path.read_bytes() for path in store(made, tmp_path)} == first
    made.kept.clear()
    rows = computed_rows(made, NAME)
    assert f"posteriors {NAME}" not in made.kept, "read only when asked for"
    assert len(rows) == 6
    assert np.array_equal(posteriors(made, NAME)[0].values, fresh, equal_nan=True)


def test_a_damaged_copy_is_computed_again(made: Facts, tmp_path: Path) -> None:
    store(made, tmp_path)
    (tmp_path / f"{NAME}.npz").write_bytes(b"half")
    made.kept.clear()
    assert np.array_equal(posteriors(made, NAME)[0].values, joint().stored().values, equal_nan=True)


def test_storing_keeps_four_digits_zeros_and_what_is_not_told(tmp_path: Path) -> None:
    values = np.random.default_rng(1).lognormal(0, 3, (ROWS, 2, 2))
    values[:, 0, 0] = 0.0
    values[:5, 1, 1] = np.nan
    write([Posterior("adoption", CODES, ("AAA", "BBB"), values)], tmp_path / "x.npz")
    found = read(tmp_path / "x.npz")[0]
    assert (found.family, found.codes, found.economies) == ("adoption", CODES, ("AAA", "BBB"))
    np.testing.assert_allclose(found.values, values, rtol=2**-15)
    assert (found.values[:, 0, 0] == 0).all()


def test_a_posterior_of_another_shape_is_refused() -> None:
    with pytest.raises(UsageError, match=r"posterior 'adoption' has values of shape \(3, 2, 2\)"):
        Posterior("adoption", CODES, ("AAA", "BBB"), np.zeros((3, 2, 2)))


def test_a_bias_goes_on_top_of_the_posterior(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(floor, "layer", lambda name: Made() if name == NAME else None)
    monkeypatch.setattr(floor, "SHIPPED", tmp_path)
    bias = {"AAA": {"group": "west", "sd": 2.0, "side": "under", "reason": "for the test"}}
    its = [indicator("gap", layer=NAME, computed_from=("models",), bias=bias)]
    its.append(indicator("lag", layer=NAME, computed_from=("models",)))
    p = plan(facts(its, [], UNITS), recipe(), ONE.model_copy(update={"nodes": planned_nodes()}))
    draws = Draws(1, bias=np.ones((1, 1)), posterior={"capability": np.array([7])})
    assert drawn(p.grid, draws)[0, 0, 0] == pytest.approx(joint().stored().values[7, 0, 0] + 2.0)


def planned_nodes() -> tuple[object, ...]:
    from small import framework

    return framework({NAME: ["one"]}).nodes
