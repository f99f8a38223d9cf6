"""What a buyer pays for: named workloads, and the tokens that a model spends on the same task."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

CHAT: Final = "chat"
"""The blend that most comparisons print; shown prices are of this workload unless said otherwise."""
TASKS_DIFFER: Final = 0.3
"""Log sd between suites of tasks: judgement. Three models counted on two versions of one suite kept their
ratios within 3 %, but tasks of other kinds stretch models differently."""
DIRECT: Final = re.compile(r"non-?(?:reasoning|thinking)|[_-](?:none|minimal|instant)$", re.IGNORECASE)
THINKING: Final = re.compile(r"think|reason|adaptive|_\d+k$", re.IGNORECASE)
EFFORTS: Final = {
    "top": re.compile(r"_(?:high|xhigh|max|promax)$|-(?:high|xhigh)$", re.IGNORECASE),
    "low": re.compile(r"[_-]low$", re.IGNORECASE),
    "middle": re.compile(r"_medium$|(?:gpt|grok|claude|reasoning|\bo\d)[\w.-]*-medium$", re.IGNORECASE),
}
UNKNOWN: Final = "_unknown"
"""Ending of a configuration whose effort the test does not tell."""


@dataclass(frozen=True)
class Workload:
    """Tokens read fresh and read from the cache for each token written, and the length of a prompt."""

    name: str
    title: str
    fresh: float
    cached: float
    prompt: float

    def price(self, rates: Sequence[Floats], stretch: Floats | float = 1.0) -> Floats:
        """USD per million tokens of the workload: (f p_in + c p_cache + s p_out) / (f + c + 1).

        Parameters
        ----------
        rates
            List prices of input, cached input and output, USD per million tokens.
        stretch
            Tokens that the model writes for a task, over those of the typical thinking model; what is read
            is the same for all.
        """
        fresh, cached, output = rates
        paid = self.fresh * fresh + self.cached * cached + np.asarray(stretch) * output
        return np.asarray(paid / (self.fresh + self.cached + 1.0))


def workloads(table: pd.DataFrame) -> tuple[Workload, ...]:
    """Read the named workloads, in the order of the table."""
    made = []
    for row in table.to_dict("records"):
        out = float(row["output_tokens"])
        fresh = (float(row["input_tokens"]) - float(row["cached_tokens"])) / out
        cached = float(row["cached_tokens"]) / out
        prompt = float(row["prompt_tokens"])
        prompt = 0.0 if np.isnan(prompt) else prompt
        made.append(Workload(str(row["workload"]), str(row["title"]), fresh, cached, prompt))
    return tuple(made)


@cache
def mode_of(name: str) -> str:
    """Mode that the name of a configuration tells: `direct`, `thinking`, or nothing."""
    if DIRECT.search(name):
        return "direct"
    return "thinking" if THINKING.search(name) or effort_of(name) else ""


@cache
def effort_of(name: str) -> str:
    """Effort that the name of a configuration tells: `low`, `middle`, `top`, or nothing."""
    return next((effort for effort, form in EFFORTS.items() if form.search(name)), "")


@dataclass(frozen=True)
class Spent:
    """Tokens spent on the same tasks, relative to the typical thinking model, as natural logarithms.

    Attributes
    ----------
    centre, sd : (m,) arrays
        Log-normal; `sd` is wide where nobody counted.
    counted : (m,) array of bool
        The family was counted.
    """

    centre: Floats
    sd: Floats
    counted: NDArray[np.bool_]


@dataclass(frozen=True)
class Counted:
    """What the record table `token_use` says, as natural logarithms.

    Attributes
    ----------
    known : dict
        Tokens and effort by family and mode.
    by_mode : dict of str to (float, float)
        Mean and standard deviation of the families counted, by mode; of all under "".
    step : float
        Half of the mean distance between the lowest and the highest effort of families counted at both.
    typical : float
        The typical thinking model.
    """

    known: dict[tuple[str, str], tuple[float, str]]
    by_mode: dict[str, tuple[float, float]]
    step: float
    typical: float


def counted(table: pd.DataFrame) -> Counted | None:
    """Read the record table `token_use`; None where nobody counted."""
    if table.empty:
        return None
    counts = table.assign(log=np.log(table["output_mtok"].to_numpy(dtype=np.float64)))
    ends = counts[counts["effort"].isin(["low", "top"])].pivot_table(
        index="family", columns="effort", values="log"
    )
    both = ends.dropna() if {"low", "top"} <= set(ends.columns) else ends.iloc[:0]
    step = float((both["top"] - both["low"]).mean() / 2.0) if len(both) else 0.0
    usual = counts[~counts["effort"].isin(["low", "top"])]
    records: list[dict[str, Any]] = usual.to_dict("records")  # type: ignore[assignment]
    known = {(row["family"], row["mode"]): (row["log"], row["effort"]) for row in records}
    by_mode = {str(mode): group["log"] for mode, group in usual.groupby("mode")} | {"": usual["log"]}
    typical = float(by_mode.get("thinking", usual["log"]).median())
    told = {mode: (float(logs.mean()), float(logs.std())) for mode, logs in by_mode.items()}
    return Counted(known, told, step, typical)


def spent(counts: Counted | None, families: Sequence[str], configurations: Sequence[str]) -> Spent:
    """Say how many tokens each configuration spends on the same tasks.

    Where a name tells no mode, it thinks if another configuration of its family is told not to, or if efforts
    are told beside it and its own is noted as unknown.
    A family that was counted keeps its count, moved by the distance between the efforts where the count is
    of a middle effort and the configuration runs at another. One that was not takes the distribution
    of its mode, moved likewise; of both modes where its name tells none.

    Parameters
    ----------
    counts
        What `counted` read.
    families, configurations
        Of each offer: family key, and the name of the configuration whose capability counts.
    """
    if counts is None:
        nothing = np.zeros(len(families))
        return Spent(nothing, nothing + TASKS_DIFFER, nothing > 0.0)
    named = list(zip(families, configurations, strict=True))
    found = [_one(counts, each, mode) for each, mode in zip(named, _modes(named), strict=True)]
    centre, sd, seen = (np.array(column) for column in (zip(*found, strict=True) if found else ((), (), ())))
    return Spent(centre.astype(np.float64) - counts.typical, sd.astype(np.float64), seen.astype(np.bool_))


def _modes(named: Sequence[tuple[str, str]]) -> list[str]:
    """Mode of each configuration, by its own name or by the names of others of its family."""
    apart = {family for family, name in named if mode_of(name) == "direct"}
    efforts = {family for family, name in named if effort_of(name)}
    return [
        mode_of(name)
        or ("thinking" if family in apart or (family in efforts and name.endswith(UNKNOWN)) else "")
        for family, name in named
    ]


def _one(counts: Counted, named: tuple[str, str], told: str) -> tuple[float, float, bool]:
    """Log tokens, their sd and whether they were counted, of one configuration (family, name)."""
    family, name = named
    mode = told or next((m for m in ("thinking", "direct") if (family, m) in counts.known), "")
    at = {"low": -counts.step, "top": counts.step}.get(effort_of(name), 0.0)
    if (family, mode) in counts.known:
        log, effort = counts.known[family, mode]
        return log + (at if effort == "middle" else 0.0), TASKS_DIFFER, True
    mean, sd = counts.by_mode.get(mode, counts.by_mode[""])
    return mean + at, float(np.hypot(sd, TASKS_DIFFER)), False
