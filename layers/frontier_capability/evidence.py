"""Which scores count: twins once, doubtful zeros and outliers out, and what a user's own scores must hold."""

from __future__ import annotations

import dataclasses
from datetime import date
from typing import TYPE_CHECKING

from indicators.fault import DataError, Fault, near

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd

    from indicators.facts import Facts

TABLES = {"scores", "benchmarks"}
FEWEST = 3
"""Scores that a configuration needs: with two, one odd test could not be seen."""


def usable(scores: pd.DataFrame) -> pd.DataFrame:
    """Return the scores that count, by the marks in the table.

    Rows of a benchmark that repeats another (`twin_of`) and rows marked `doubtful` are out; of two rows for
    one configuration and benchmark, by two sources, the first stays.
    """
    counted = scores[scores["twin_of"].eq("") & ~scores["doubtful"].astype(bool)]
    return counted.drop_duplicates(["model", "benchmark"]).reset_index(drop=True)


def placeable(counted: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of the configurations that have at least three of them."""
    number = counted.groupby("model")["model"].transform("size")
    return counted[number >= FEWEST].reset_index(drop=True)


def check(facts: Facts, *, placing: bool = True) -> None:
    """Hold the scores to the list of benchmarks and to what a capability can be told from.

    Parameters
    ----------
    facts
        What is known.
    placing
        False where one score of a model is enough, as for predicting others.

    Raises
    ------
    DataError
        With every fault: a benchmark that is not listed, a model with one score, one model under two
        families or economies, a family under an alias.
    """
    if not facts.catalogue.tables.keys() >= TABLES:
        return
    every = dataclasses.replace(facts, date=date.max, known_by=None)
    scores, listed = every.table("scores"), every.table("benchmarks")
    faults = [*_unlisted(scores, set(listed["benchmark"])), *_split(scores)]
    if "aliases" in facts.catalogue.tables:
        faults += _aliased(scores, every.table("aliases"))
    if placing:
        faults += _single(scores)
    if faults:
        raise DataError(faults)


def _unlisted(scores: pd.DataFrame, listed: set[str]) -> Iterator[Fault]:
    unlisted = scores[~scores["benchmark"].isin(listed)].drop_duplicates("benchmark")
    for name, file, row in zip(unlisted["benchmark"], unlisted["file"], unlisted["row"], strict=True):
        repair = near(name, listed) or "Add it, with its release date, to a copy of tables/benchmarks.csv."
        yield Fault(file, int(row), "benchmark", repr(name), "a benchmark of the table benchmarks", repair)


def _aliased(scores: pd.DataFrame, aliases: pd.DataFrame) -> Iterator[Fault]:
    """Yield families that the table of aliases names otherwise."""
    whole, apart = (aliases[aliases["rule"] == rule] for rule in ("same version", "told apart"))
    named = scores["family"].map(dict(zip(whole["alias"], whole["family"], strict=True)))
    wanted = scores["model"].map(dict(zip(apart["model"], apart["family"], strict=True))).fillna(named)
    wrong = scores.assign(wanted=wanted)[wanted.notna() & (wanted != scores["family"])]
    first = wrong.drop_duplicates(["model", "family"])
    columns = (first[name].tolist() for name in ("family", "wanted", "file", "row"))
    for family, name, file, row in zip(*columns, strict=True):
        expected = f"{name!r}, as the table aliases has it"
        yield Fault(file, int(row), "family", repr(family), expected, "Write that name.")


def _single(scores: pd.DataFrame) -> Iterator[Fault]:
    number = scores.groupby("model")["model"].transform("size")
    alone = scores[number == 1]
    for name, file, row in zip(alone["model"], alone["file"], alone["row"], strict=True):
        expected = f"at least two, better {FEWEST}: capability cannot be told from one test"
        yield Fault(
            file, int(row), "model", f"one score of {name!r}", expected, "Add scores or leave it out."
        )


def _split(scores: pd.DataFrame) -> Iterator[Fault]:
    for column in ("family", "economy"):
        pairs = scores.drop_duplicates(["model", column])
        again = pairs[pairs.duplicated("model")]
        for name, value, file, row in zip(
            again["model"], again[column], again["file"], again["row"], strict=True
        ):
            first = pairs.loc[pairs["model"] == name, column].iloc[0]
            found = f"{value!r} for {name!r}, which has {first!r} before"
            yield Fault(file, int(row), column, found, f"one {column} per model")
