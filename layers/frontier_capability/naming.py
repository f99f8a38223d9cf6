"""Finds the configuration or benchmark that a user means, also in another spelling."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from indicators.fault import UsageError, near
from layers.frontier_capability.covariates import effort_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from indicators.facts import Facts
    from layers.frontier_capability.covariates import Covariates


class Place(NamedTuple):
    """Row of a configuration, and the effort at which it is asked for where that differs (else NaN)."""

    row: int
    effort: float


def spelling(name: str) -> str:
    """Return a name without case, publisher and the marks that sources set differently."""
    return re.sub(r"[^a-z0-9]+", "-", name.strip().casefold().rpartition("/")[2]).strip("-")


class Names:
    """The configurations of some covariates by name, by other spelling and by family."""

    def __init__(self, known: Covariates) -> None:
        """Note every name; where two spell alike the first stands."""
        self.exact = {name: k for k, name in enumerate(known.models)}
        self.spelt: dict[str, int] = {}
        self.family: dict[str, int] = {}
        for k, name in enumerate(known.models):
            self.spelt.setdefault(spelling(name), k)
        for k, name in enumerate(known.family):
            self.family.setdefault(spelling(name), k)

    def place(self, name: str) -> Place:
        """Return the row of a configuration.

        By the exact name; else another spelling; else its family; else the family and a stated effort.

        Raises
        ------
        UsageError
            With near names, where none of these is known.
        """
        if name in self.exact:
            return Place(self.exact[name], np.nan)
        spelt = spelling(name)
        if spelt in self.spelt:
            return Place(self.spelt[spelt], np.nan)
        if spelt in self.family:
            return Place(self.family[spelt], np.nan)
        base, effort = spelling(name.rpartition("_")[0]), effort_of(name)
        kin = self.family.get(base, self.spelt.get(base))
        if kin is not None and np.isfinite(effort):
            return Place(kin, effort)
        hint = (
            near(name, self.exact)
            or near(spelt, self.family)
            or "fourlayers data show scores lists the models"
        )
        message = f"unknown model {name!r}; {hint}"
        raise UsageError(message)


def benchmarks(facts: Facts, fitted: Mapping[str, int]) -> dict[str, int]:
    """Return the number of every benchmark that has scores, by its spelling and by those of its copies."""
    found = {spelling(name): number for name, number in fitted.items()}
    copies = facts.table("benchmarks")
    for name, twin in zip(copies["benchmark"], copies["twin_of"], strict=True):
        if twin in fitted:
            found.setdefault(spelling(name), fitted[twin])
    return found
