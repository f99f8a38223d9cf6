"""What is known of a configuration besides its scores: date, effort, size, openness, laboratory, economy."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

if TYPE_CHECKING:
    from indicators.facts import Facts

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

ORIGIN = pd.Timestamp("2025-07-01")
DAYS_A_YEAR = 365.25
TYPICAL_SIZE = 1.8
SIZE_SPREAD = 0.8
"""Mean and standard deviation of log10 of the billions of parameters, where they are known."""
UNKNOWN = 0.5
DESCRIBED = ("model", "family", "lab", "economy", "released", "open_weights")


@dataclass(frozen=True)
class Covariates:
    """Configurations with what is known of them, scores or not.

    Attributes
    ----------
    models, family : tuple of str
        Configurations and their families, n long.
    date : (n,) array of float64
        Years from 1 July 2025.
    smooth : (n, 5) array of float64
        Date, effort, size, reasoning and openness, for what changes smoothly with them.
    lab, economy, kin : (n,) arrays of int64
        Numbers of the laboratory, the economy and the family.
    """

    models: tuple[str, ...]
    family: tuple[str, ...]
    date: Floats
    smooth: Floats
    lab: Ints
    economy: Ints
    kin: Ints

    def design(self) -> Floats:
        """Return the columns on which ability is expected to depend, (n, columns).

        Level and trend by economy, curvature of the trend, effort, size, reasoning, openness, laboratory.
        """
        _, effort, size, reasoning, openly = self.smooth.T
        economies = np.eye(self.economy.max() + 1)[self.economy]
        labs = np.eye(self.lab.max() + 1)[self.lab]
        single = np.column_stack(
            [np.ones(self.date.size), self.date, self.date**2, effort, size, reasoning, openly]
        )
        return np.column_stack([single, economies, economies * self.date[:, None], labs])


def covariates(facts: Facts, scores: pd.DataFrame) -> Covariates:
    """Describe the configurations that have scores, then those that only the table of models holds."""
    models = facts.table("models")
    first = scores.drop_duplicates("model")
    rest = models[~models["model"].isin(first["model"])].drop_duplicates("model")
    frame = pd.concat([first[list(DESCRIBED)], rest[list(DESCRIBED)]], ignore_index=True)
    reasoning = _reasoning(frame, first, models)
    effort = np.array([effort_of(name) for name in frame["model"]])
    effort = np.where(np.isnan(effort), reasoning, effort)
    date = np.asarray((frame["released"] - ORIGIN).dt.days, dtype=np.float64) / DAYS_A_YEAR
    openly = frame["open_weights"].astype("boolean").to_numpy(dtype=np.float64, na_value=UNKNOWN)
    smooth = np.column_stack([date, effort, _size(frame, models), reasoning, openly])
    numbers = (
        np.unique(frame[c].fillna("").to_numpy(dtype=str), return_inverse=True)[1]
        for c in ("lab", "economy", "family")
    )
    return Covariates(tuple(frame["model"]), tuple(frame["family"]), date, smooth, *numbers)


def effort_of(name: str) -> float:
    """Return the effort that the name of a configuration states, NaN where it states none."""
    levels, budget = _effort()
    stated = name.rpartition("_")[2].lower() if "_" in name else ""
    if stated in levels:
        return levels[stated]
    tokens = re.fullmatch(r"(\d+)k", stated)
    if tokens:
        return budget["at_1k"] + budget["per_doubling"] * float(np.log2(max(int(tokens[1]), 1)))
    return float("nan")


@cache
def _effort() -> tuple[dict[str, float], dict[str, float]]:
    text = files("layers.frontier_capability").joinpath("effort.toml").read_text(encoding="utf-8")
    raw = tomllib.loads(text)
    return raw["levels"], raw["budget"]


def _reasoning(frame: pd.DataFrame, scored: pd.DataFrame, models: pd.DataFrame) -> Floats:
    """Whether a configuration reasons: as it was run, else as its family does, else half."""
    run = scored.set_index("model")["variant"].map({"reasoning": 1.0, "non-reasoning": 0.0})
    said = models[models["reasoning"].notna()]
    kin = said["reasoning"].astype(float).groupby(said["family"]).mean()
    found = frame["model"].map(run).fillna(frame["family"].map(kin)).fillna(UNKNOWN)
    return np.asarray(found, dtype=np.float64)


def _size(frame: pd.DataFrame, models: pd.DataFrame) -> Floats:
    """Logarithm of the parameters of the family, standardised; 0 where unknown."""
    known = models[models["total_params_b"] > 0.0]
    total = np.log10(known["total_params_b"]).groupby(known["family"]).median()
    scaled = (frame["family"].map(total) - TYPICAL_SIZE) / SIZE_SPREAD
    return np.asarray(scaled.fillna(0.0), dtype=np.float64)
