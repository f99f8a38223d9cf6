"""The shipped facts as they are scored: stored values, indicators that tell the same, comparable pairs."""

from __future__ import annotations

import itertools
import json
import re
import subprocess
import sys
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import pytest

from indicators.facts import Facts, load
from layers.layer import NAMES, SHIPPED, codes, computed_rows, key, layer
from layers.posterior import digest, read
from scoring.ask import ask
from scoring.index.engine import plan, run
from scoring.index.recipe import read_recipe

if TYPE_CHECKING:
    from pathlib import Path

ALIKE = 0.95
FEWEST = 5
RENEW = "python -m fourlayers.summary"


@cache
def shipped() -> Facts:
    return load()


@pytest.mark.wheel
@pytest.mark.parametrize("name", NAMES)
def test_stored_values_fit_the_shipped_facts(name: str) -> None:
    copy = json.loads((SHIPPED / f"{name}.json").read_text(encoding="utf-8"))
    found = layer(name)
    assert found is not None
    assert copy["tables"] == list(found.tables), RENEW
    assert copy["key"] == key(shipped(), name, copy["tables"]), RENEW


@pytest.mark.parametrize("name", NAMES)
def test_stored_values_are_those_of_a_fresh_computation(name: str) -> None:
    copy = json.loads((SHIPPED / f"{name}.json").read_text(encoding="utf-8"))
    found = layer(name)
    assert found is not None
    fitted = found.fit(shipped())
    assert copy["rows"] == json.loads(json.dumps(fitted.records())), RENEW
    path = SHIPPED / f"{name}.npz"
    assert copy["draws"] == digest(path), RENEW
    stored = read(path) if path.is_file() else ()
    for old, new in itertools.zip_longest(stored, fitted.posteriors):
        assert (old.family, old.codes, old.economies) == (new.family, new.codes, new.economies), RENEW
        np.testing.assert_allclose(old.values, new.values, rtol=2**-13, err_msg=RENEW)


def test_every_computed_indicator_has_values_and_every_value_its_indicator() -> None:
    for name in NAMES:
        rows = computed_rows(shipped(), name)
        assert {row["code"] for row in rows} == set(codes(shipped(), name))
        for row in rows:
            assert row["source"] in shipped().indicators[row["code"]].sources
            low, high = shipped().indicators[row["code"]].range
            assert low <= row["value"] <= high


@pytest.mark.wheel
def test_scoring_the_shipped_facts_needs_neither_pandas_nor_scipy(tmp_path: Path) -> None:
    program = (
        "import sys; from indicators.facts import load; from scoring.ask import ask; ask(load(), draws=0);"
        "print(*sorted({'pandas', 'scipy'} & {name.split('.')[0] for name in sys.modules}))"
    )
    ran = subprocess.run(
        [sys.executable, "-W", "error", "-c", program],
        cwd=tmp_path,
        check=True,
        capture_output=True,
        text=True,
    )
    assert ran.stdout.strip() == ""


def alike() -> dict[frozenset[str], float]:
    """Pairs of weighted indicators whose scores over the economies correlate at 0.95 or more."""
    p = plan(shipped(), read_recipe())
    scores = run(p).indicators[0][:, p.grid.reference]
    found = {}
    for i, j in itertools.combinations(range(len(scores)), 2):
        both = np.isfinite(scores[i]) & np.isfinite(scores[j])
        a, b = scores[i][both], scores[j][both]
        if len(a) < FEWEST or a.std() == 0 or b.std() == 0:
            continue
        r = float(np.corrcoef(a, b)[0, 1])
        if abs(r) >= ALIKE:
            found[frozenset((p.grid.indicators[i].code, p.grid.indicators[j].code))] = r
    return found


def test_indicators_that_tell_nearly_the_same_are_argued(root: Path) -> None:
    text = (root / "docs" / "overlaps.md").read_text(encoding="utf-8")
    listed = {
        frozenset(match.group(1, 2)): match.group(3)
        for match in re.finditer(r"^\| `(\w+)`, `(\w+)` \|.*\| ([^|]+) \|$", text, flags=re.MULTILINE)
    }
    found = alike()
    assert {tuple(sorted(pair)): round(r, 3) for pair, r in found.items() if pair not in listed} == {}
    assert all(len(reason) > 40 for reason in listed.values())
    assert {code for pair in listed for code in pair} <= set(shipped().indicators)


def test_every_pillar_compares_the_pair_on_something_alike_or_says_so() -> None:
    answer = ask(shipped(), draws=0)
    warned = {warn.node for warn in answer.warnings if warn.code == "not_like_for_like"}
    for part in answer.layers():
        for pillar in answer.pillars(part.code):
            rows = [row for row in answer.indicators if row.pillar == pillar.code and row.weight > 0]
            assert any(row.matched for row in rows) != (pillar.code in warned)
