"""The published ASEM index through the one pipeline: every table, replicates as draws, and a panel."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest
from reference import (
    INPUTS,
    UNMATCHED,
    Nearness,
    apart,
    doubted_example,
    nearness,
    noisy_weights,
    page,
    published,
    recipe,
    replicates,
)

from fourlayers import score_frame
from scoring.doubt.indices import estimated
from scoring.doubt.sensitivity import by_enumeration, by_sampling
from scoring.index.imeta import framework_of

if TYPE_CHECKING:
    from pathlib import Path

CLOSE = 1e-12
"""Largest relative difference from a published figure."""


@pytest.fixture(scope="module")
def asem(peers: Path) -> Path:
    return peers / "asem"


@pytest.fixture(scope="module")
def found(asem: Path) -> dict[str, Nearness]:
    """Compare all tables once."""
    return nearness(asem)


def test_every_table_is_reproduced_to_the_twelfth_digit(found: dict[str, Nearness]) -> None:
    assert {name for name, (largest, _) in found.items() if not largest <= CLOSE} == {UNMATCHED}
    assert math.isnan(found[UNMATCHED].largest)  # what was published there is what went in, and it is said
    assert found[UNMATCHED].note


def test_no_table_is_left_out(asem: Path, found: dict[str, Nearness]) -> None:
    files = {path.relative_to(asem).as_posix() for path in asem.rglob("*") if path.is_file()}
    assert files == {*found, *INPUTS}


def test_the_page_lists_every_table_with_its_difference(root: Path, found: dict[str, Nearness]) -> None:
    text = (root / "docs" / "reference.md").read_text(encoding="utf-8")
    rows = dict(re.findall(r"^\| `(\S+)` \| ([^|]+) \|", text, flags=re.MULTILINE))
    assert rows.keys() == found.keys(), "make reference"
    for name, (largest, _) in found.items():
        # the last digits are those of the machine
        shown = math.nan if rows[name].strip() == "not matched" else float(rows[name])
        assert math.isnan(shown) == math.isnan(largest)
        assert math.isnan(largest) or largest <= max(10 * shown, 1e-15), name
    assert page(found).count("\n") == len(found) + 1


# --- replicates: a published table of parameters as draws


def test_many_replicates_are_the_same_one_by_one(asem: Path) -> None:
    doubted = doubted_example(asem)
    para = published(asem / "sa" / "UA100_para.csv")
    together = replicates(asem, doubted, para)
    for rep in para.index[:7]:
        alone = replicates(asem, doubted, para.loc[[rep]])
        assert np.array_equal(alone.loc[rep], together.loc[rep])


def test_the_same_indices_by_enumeration_and_near_them_by_sampling(asem: Path) -> None:
    doubted = doubted_example(asem)
    axes = {
        "Winmax": doubted.draws(treat=range(5)),
        "Normalisation": doubted.draws(normalise=[0, 1]),
        "Weights": doubted.draws(noisy_weights(asem)),
        "Aggregation": doubted.draws(aggregate=[0, 1]),
    }
    nominal = doubted.ranks["Index"].to_numpy(np.float64)

    def shift(scores: np.ndarray[Any, np.dtype[np.float64]]) -> np.ndarray[Any, np.dtype[np.float64]]:
        top = scores[:, 0, doubted.plan.kept]
        ranks = 1 + (top[:, None, :] > top[:, :, None]).sum(axis=2)
        return np.asarray(np.abs(ranks - nominal).mean(axis=1))

    found = by_enumeration(doubted.plan, axes, shift)
    expected = pd.read_csv(asem / "sa" / "exact_sobol.csv", index_col=0).loc[list(axes)]
    assert found.first[:, 0] == pytest.approx(expected["Si_exact"].to_numpy(), rel=1e-9)
    assert found.total[:, 0] == pytest.approx(expected["STi_exact"].to_numpy(), rel=1e-9)
    errors = {}
    for draws in (128, 512):  # of four inputs: six runs a draw, 768 and 3,072 in all
        sampled = [estimated(by_sampling(doubted.plan, axes, shift, draws, seed)) for seed in range(50)]
        errors[draws] = np.median([np.abs(each.first - found.first).max() for each in sampled])
    assert errors[512] <= 0.03
    assert errors[512] < errors[128]


# --- a panel of the same data


def panel(asem: Path) -> pd.DataFrame:
    """Five years of the table, each shifted a little in a way that is written out here."""
    data = pd.read_csv(asem / "iData.csv")
    codes = data.columns[data.columns.get_loc("LPI") :]
    years = []
    for year in range(2018, 2023):
        each = data.assign(Time=year)
        shift = 1 + 0.01 * (year - 2018) * np.sin(np.arange(len(data) * len(codes))).reshape(len(data), -1)
        years.append(each.assign(**{code: each[code] * shift[:, k] for k, code in enumerate(codes)}))
    return pd.concat(years, ignore_index=True)


def test_a_panel_is_screened_and_treated_by_year_and_normalised_over_all(asem: Path) -> None:
    data, tree = panel(asem), framework_of(pd.read_csv(asem / "iMeta.csv"))
    how = recipe({"order": ["screen", "treat", "normalise"]})
    found = score_frame(data, tree, how)
    assert found.scores.shape == (230, 60)
    treated = found.lineage["treated"]
    years = treated.index.get_level_values("Time")
    for year in range(2018, 2023):
        alone = score_frame(data[data["Time"] == year], tree, how).lineage["treated"]
        assert apart(treated[years == year].droplevel("Time"), alone) == 0
    signs = pd.Series({leaf.code: leaf.direction for leaf in tree.ordered()})
    turned = treated * signs
    expected = 100 * (turned - turned.min()) / (turned.max() - turned.min())
    assert apart(found.lineage["normalised"], expected) < CLOSE
    assert found.ranks["Index"].groupby(level="Time").min().tolist() == [1] * 5


def test_a_panel_normalised_by_year_is_one_index_a_year(asem: Path) -> None:
    data, tree = panel(asem), framework_of(pd.read_csv(asem / "iMeta.csv"))
    how = recipe({"each_year": ["impute", "treat", "normalise"]})
    found = score_frame(data, tree, how).scores
    for year in (2018, 2022):
        alone = score_frame(data[data["Time"] == year], tree, how).scores
        of_year = found[found.index.get_level_values("Time") == year].droplevel("Time")
        assert apart(of_year, alone) < CLOSE
