"""The work that is timed: plans, and draws of them, on the shipped index and on a published one."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from indicators.draws import Draws
from indicators.facts import load
from scoring.doubt.sample import CHUNK, SETUPS, sample
from scoring.index.engine import Plan, plan
from scoring.index.frame import plan_of
from scoring.index.imeta import framework_of
from scoring.index.recipe import Recipe, read_recipe

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from scoring.index.framework import Framework

    Floats = NDArray[np.float64]

ROOT = Path(__file__).resolve().parents[1]
METHODS = {
    "normalise": [{"method": "minmax", "lower": 1, "upper": 100}, {"method": "zscore", "mean": 10, "sd": 2}],
    "aggregate": [["arithmetic"] * 3, ["geometric"] * 3],
}
RELATIVE = 0.05
"""Standard deviation of a redrawn value, as a share of it, where both sides redraw."""


def peers() -> Path | None:
    """Find the published index, or None where it is not there."""
    named = os.environ.get("FOURLAYERS_PEERS")
    folder = Path(named) if named else next(iter(sorted(ROOT.parent.glob("*/peers"))), None)
    return folder / "asem" if folder and (folder / "asem").is_dir() else None


@dataclass(frozen=True)
class Asem:
    """The ASEM index of sustainable connectivity: 51 economies, 49 indicators, three steps up."""

    values: pd.DataFrame
    tree: Framework

    @classmethod
    def read(cls, folder: Path) -> Asem:
        """Read the published tables."""
        return cls(pd.read_csv(folder / "iData.csv"), framework_of(pd.read_csv(folder / "iMeta.csv")))

    def plan(self, **changes: Any) -> Plan:  # noqa: ANN401 - what a recipe states
        """Prepare it with its own imputation and treatment, and with what varies."""
        choices = {
            "order": ["denominate", "impute", "treat", "normalise"],
            "impute": {"method": "group_mean", "group": "EurAsia_group"},
            "treat": "two_stage",
            "normalise": "minmax",
        } | changes.pop("choices", {})
        stated = read_recipe("plain").model_dump() | {"choices": choices}
        return plan_of(self.values, self.tree, Recipe.model_validate(stated | changes))

    def replicates(self) -> Plan:
        """Prepare the work of the published sensitivity analysis: weights and methods vary."""
        treat = [{"method": "two_stage", "most": most} for most in range(1, 6)]
        return self.plan(doubt={**METHODS, "treat": treat, "leave_one_out": False})

    def everything(self, *, winsorise: bool) -> Plan:
        """Prepare the work in which every value is redrawn as well."""
        choices = {} if winsorise else {"treat": "none"}
        return self.plan(choices=choices, doubt={**METHODS, "leave_one_out": True})


def weights_and_methods(p: Plan, size: int, seed: int) -> Draws:
    """Draw as the published analysis does: weights within a quarter of those stated, and the methods."""
    rng = np.random.default_rng(seed)
    weights = np.concatenate([level.weights for level in p.tree])
    doubt = p.recipe.doubt
    stages = ("treat", "normalise", "aggregate")
    picks = {stage: rng.integers(len(getattr(doubt, stage)), size=size) for stage in stages}
    return Draws(size, weights=weights * rng.uniform(0.75, 1.25, (size, len(weights))), choices=picks)


def chunk(p: Plan, number: int) -> Draws:
    """Draw everything, one chunk."""
    return sample(p, 1, number, vary=SETUPS)


def floor(p: Plan, number: int) -> Floats:
    """Draw the numbers of one chunk, from one generator, and pass over the values once.

    Less nobody can do who redraws everything: a normal for each value, a gamma for each weight, two even
    numbers for each pair of goalposts that move, and the picks.
    """
    rng, doubt = np.random.default_rng(number), p.recipe.doubt
    rng.standard_gamma(np.concatenate([level.weights for level in p.tree]) + 1, size=(CHUNK, len(p.edges)))
    rng.integers(8, size=(7 + len(p.grid.joints), CHUNK))
    if doubt.goalposts:
        rng.random((CHUNK, len(p.grid.codes), 2))
    z = rng.standard_normal((CHUNK, *p.grid.value.shape))
    return np.multiply(z, p.grid.above, out=z)


def shipped() -> Plan:
    """Prepare the shipped index."""
    return plan(load(), read_recipe())


@dataclass(frozen=True)
class Flat:
    """Work that all contenders can do: a matrix of units x criteria, min-max, one weighted sum or product."""

    plan: Plan
    draws: Draws
    matrices: Floats
    redrawn: bool

    @classmethod
    def made(cls, folder: Path, size: int, *, redrawn: bool) -> Flat:
        """Take the treated values of the published index, with weights (and values) drawn."""
        from layers.drawn import drawn

        held = pd.read_csv(folder / "base" / "5_treated.csv").set_index("uCode")
        meta = pd.read_csv(folder / "iMeta.csv")
        codes = [code for code in meta.loc[meta["Type"] == "Indicator", "iCode"] if code in held.columns]
        usual = {"Direction": 1, "Weight": 1}
        rows = [{"Level": 2, "iCode": "Index", "Parent": "", "Type": "Aggregate"} | usual]
        rows += [{"Level": 1, "iCode": it, "Parent": "Index", "Type": "Indicator"} | usual for it in codes]
        tree = framework_of(pd.DataFrame(rows))
        choices = {"order": ["normalise"], "normalise": {"method": "minmax", "lower": 0, "upper": 1}}
        error = {"relative": dict.fromkeys(read_recipe().error.relative, RELATIVE), "absolute": 0.0}
        stated = read_recipe("plain").model_dump() | {"choices": choices, "error": error}
        p = plan_of(held[codes].reset_index(), tree, Recipe.model_validate(stated))
        rng = np.random.default_rng(5)
        weights = rng.dirichlet(np.ones(len(codes)), size)
        data = rng.standard_normal((size, *p.grid.value.shape)) if redrawn else None
        draws = Draws(size, weights=weights, data=data)
        matrices = np.ascontiguousarray(drawn(p.grid, draws).swapaxes(1, 2))
        return cls(p, draws, matrices, redrawn)
