"""Whole recipes, drawn at random, against the same steps written out column by column and unit by unit."""

from __future__ import annotations

import math
from random import Random
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest
from numpy.typing import NDArray

from fourlayers import score_frame
from scoring.index.recipe import Recipe, read_recipe

if TYPE_CHECKING:
    from collections.abc import Callable

Floats = NDArray[np.float64]

LEAVES = {"a": "P", "b": "P", "c": "P", "d": "Q", "e": "Q", "f": "R", "g": "R"}
UP = {"P": "X", "Q": "X", "R": "Y", "X": "I", "Y": "I"}
LESS = {"c", "f"}
WEIGHTS = {"a": 2.0, "c": 0.5, "e": 3.0, "Q": 2.0, "X": 3.0, "Y": 2.0}
LEVEL = {**dict.fromkeys(LEAVES, 1), "P": 2, "Q": 2, "R": 2, "X": 3, "Y": 3, "I": 4}


def goal(code: str) -> float:
    """Give the target of an indicator."""
    return 1.5 if code in LESS else 6.0


TREE = pd.DataFrame(
    {
        "Level": list(LEVEL.values()),
        "iCode": list(LEVEL),
        "Parent": [{**LEAVES, **UP}.get(code, "") for code in LEVEL],
        "Direction": [-1 if code in LESS else 1 for code in LEVEL],
        "Weight": [WEIGHTS.get(code, 1.0) for code in LEVEL],
        "Type": ["Indicator" if level == 1 else "Aggregate" for level in LEVEL.values()],
        "Denominator": ["n" if code in {"a", "f"} else "" for code in LEVEL],
        "Target": [None if level > 1 else goal(code) for code, level in LEVEL.items()],
    }
)
ROWS = pd.DataFrame({"iCode": ["n", "G"], "Type": ["Denominator", "Group"]})


@pytest.fixture(scope="module")
def values() -> pd.DataFrame:
    """Make heavy tails, ties and gaps."""
    rng = np.random.default_rng(11)
    table = pd.DataFrame(np.round(np.exp(rng.normal(0, 1.1, (26, 7))), 2) + 1, columns=list(LEAVES))
    table["d"] = np.round(table["d"])
    table = table.mask(rng.random(table.shape) < 0.12)
    table["n"], table["G"] = rng.uniform(1, 3, 26), list("uvw" * 9)[:26]
    return table.set_index(pd.Index([f"U{k:02d}" for k in range(26)], name="uCode"))


def moments(x: Floats) -> tuple[float, float]:
    x = x[~np.isnan(x)]
    n, d = len(x), x - x.mean()
    skew = math.sqrt(n) * (d**3).sum() / (d**2).sum() ** 1.5 * math.sqrt(n * (n - 1)) / (n - 2)
    ratio = n * (d**4).sum() / (d**2).sum() ** 2
    return skew, ((n + 1) * (ratio - 3) + 6) * (n - 1) / ((n - 2) * (n - 3))


def passes(x: Floats, skew: float, kurtosis: float) -> bool:
    found = moments(x)
    return abs(found[0]) < skew or found[1] < kurtosis


def treated(x: Floats, how: dict[str, Any]) -> Floats:
    limits = how["skew"], how["kurtosis"]
    if passes(x, *limits):
        return x
    y, high, low = x.copy(), 0, 0
    while (not passes(y, *limits) or how["force"]) and high + low < how["most"]:
        if moments(y)[0] >= 0:
            at = y == np.nanmax(y)
            high, y[at] = int(at.sum()), np.nanmax(y[~at])
        else:
            at = y == np.nanmin(y)
            low, y[at] = int(at.sum()), np.nanmin(y[~at])
    if passes(y, *limits) or how["second"] == "none":
        return y
    start = x if how["from_original"] else y
    least, most = np.nanmin(start), np.nanmax(start)
    return np.log(start - least + (0.01 * (most - least) if how["second"] == "log_ct" else 1.0))


def filled(table: pd.DataFrame, method: str, group: pd.Series[Any]) -> pd.DataFrame:
    if method in {"mean", "median"}:
        return table.fillna(getattr(table, method)())
    if method.startswith("group"):
        grouped = table.groupby(group)
        return table.fillna(grouped.transform("mean" if method == "group_mean" else "median"))
    sign = pd.Series({code: -1 if code in LESS else 1 for code in LEAVES})
    turned = table * sign
    low, width = turned.min(), turned.max() - turned.min()
    share = (turned - low) / width
    found = table.copy()
    for code, pillar in LEAVES.items():
        own = [each for each in LEAVES if LEAVES[each] == pillar]
        middle = getattr(share[own], method[4:])(axis=1)
        found[code] = table[code].fillna((middle * width[code] + low[code]) * sign[code])
    return found


def ranked(y: Floats) -> Floats:
    return np.asarray(pd.Series(y).rank(method="min"), dtype=np.float64)


def between(y: Floats, end: float, *, cut: bool = False) -> Floats:
    share = 1 - (end - y) / (end - np.nanmin(y))
    return np.where(share > 1, 1.0, share) if cut else share


NORMAL: dict[str, tuple[Any, Callable[[Floats, str], Floats]]] = {
    "minmax": (
        {"method": "minmax", "lower": 1, "upper": 100},
        lambda y, _: (y - np.nanmin(y)) / (np.nanmax(y) - np.nanmin(y)) * 99 + 1,
    ),
    "zscore": (
        {"method": "zscore", "mean": 10, "sd": 2},
        lambda y, _: (y - np.nanmean(y)) / np.nanstd(y, ddof=1) * 2 + 10,
    ),
    "rank": ("rank", lambda y, _: ranked(y)),
    "borda": ("borda", lambda y, _: ranked(y) - 1),
    "percentile": (
        {"method": "percentile", "ties": "low", "scale": 1},
        lambda y, _: (ranked(y) - 1) / ((~np.isnan(y)).sum() - 1),
    ),
    "maximum": ({"method": "distance_to_maximum", "scale": 1}, lambda y, _: between(y, np.nanmax(y))),
    "target": (
        {"method": "distance_to_target", "scale": 1, "cut": True},
        lambda y, code: between(y, -goal(code) if code in LESS else goal(code), cut=True),
    ),
    "scaled": ({"method": "scaled", "lower": -5, "upper": 10}, lambda y, _: (y + 5) / 15 * 100),
}
POSITIVE = {"minmax", "zscore", "rank"}
MEANS: dict[str, tuple[Any, Callable[[Floats, Floats], float]]] = {
    "arithmetic": ("arithmetic", lambda x, w: float((w * x).sum() / w.sum())),
    "geometric": ("geometric", lambda x, w: math.exp(float((w * np.log(x)).sum() / w.sum()))),
    "harmonic": ("harmonic", lambda x, w: float(w.sum() / (w / x).sum())),
    "power": ({"method": "power", "p": 3}, lambda x, w: float(((w * x**3).sum() / w.sum()) ** (1 / 3))),
}


def drawn(rng: Random) -> dict[str, Any]:
    """Draw a recipe: which stages, in which order, by which methods."""
    stages = [stage for stage in ("denominate", "impute", "screen", "treat") if rng.random() < 0.7]
    if rng.random() < 0.5:
        rng.shuffle(stages)
    normal = rng.choice(list(NORMAL))
    means = [rng.choice(list(MEANS)) if normal in POSITIVE else "arithmetic" for _ in range(3)]
    treat = {
        "most": rng.choice([1, 2, 3, 5]),
        "skew": rng.choice([1.0, 2.0]),
        "kurtosis": rng.choice([2.0, 3.5]),
        "second": rng.choice(["log_ct", "log_ct_orig", "none"]),
        "from_original": rng.random() < 0.5,
        "force": rng.random() < 0.3,
    }
    impute = rng.choice(["mean", "median", "group_mean", "group_median", "row_mean", "row_median"])
    return {
        "order": [*stages, "normalise"],
        "impute": impute,
        "screen": rng.choice([0.7, 0.8]),
        "treat": treat,
        "normal": normal,
        "means": means,
        "threshold": [rng.choice([0.0, 0.5, 0.8]) for _ in range(3)],
    }


def by_hand(values: pd.DataFrame, how: dict[str, Any]) -> pd.DataFrame:
    x = values[list(LEAVES)]
    for stage in how["order"]:
        if stage == "denominate":
            x = x.assign(**{code: x[code] / values.loc[x.index, "n"] for code in ("a", "f")})
        elif stage == "impute":
            x = filled(x, how["impute"], values.loc[x.index, "G"])
        elif stage == "screen":
            x = x[x.notna().mean(axis=1) >= how["screen"]]
        elif stage == "treat":
            x = x.apply(lambda column: treated(column.to_numpy(), how["treat"]))
    rule = NORMAL[how["normal"]][1]
    turned = {code: x[code].to_numpy() * (-1 if code in LESS else 1) for code in LEAVES}
    out = pd.DataFrame({code: rule(y, code) for code, y in turned.items()}, index=x.index)
    for level, (mean, least) in enumerate(zip(how["means"], how["threshold"], strict=True), start=2):
        for node in (code for code, own in LEVEL.items() if own == level):
            own = [code for code, up in {**LEAVES, **UP}.items() if up == node]
            weights = np.array([WEIGHTS.get(code, 1.0) for code in own])
            column = []
            for row in out[own].to_numpy():
                there = ~np.isnan(row)
                known = there.any() and there.mean() >= least
                column.append(MEANS[mean][1](row[there], weights[there]) if known else math.nan)
            out[node] = column
    return out


def by_recipe(values: pd.DataFrame, how: dict[str, Any]) -> pd.DataFrame:
    impute = {"method": how["impute"], "group": "G"} if how["impute"].startswith("group") else how["impute"]
    choices = {
        "order": how["order"],
        "impute": impute,
        "screen": {"method": "availability", "least": how["screen"]},
        "treat": {"method": "two_stage", **how["treat"]},
        "normalise": NORMAL[how["normal"]][0],
    }
    changes = {"aggregate": [MEANS[mean][0] for mean in how["means"]], "threshold": how["threshold"]}
    recipe = Recipe.model_validate(read_recipe("plain").model_dump() | {"choices": choices} | changes)
    return score_frame(values, pd.concat([TREE, ROWS]), recipe).lineage["aggregated"]


@pytest.mark.parametrize("seed", range(60))
def test_a_recipe_is_what_its_steps_come_to(values: pd.DataFrame, seed: int) -> None:
    how = drawn(Random(seed))  # noqa: S311 - no secret hangs on it
    expected = by_hand(values, how)
    found = by_recipe(values, how)
    assert found.index.tolist() == expected.index.tolist()
    np.testing.assert_allclose(found[expected.columns], expected, rtol=1e-12, atol=1e-12, err_msg=str(how))
