"""Finds the configuration or benchmark that a user means, also in another spelling or under an alias."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from indicators.fault import near
from layers.frontier_capability.covariates import effort_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from indicators.facts import Facts
    from layers.frontier_capability.covariates import Covariates, Ints


class Place(NamedTuple):
    """Row of a configuration, and the effort at which it is asked for where that differs (else NaN)."""

    row: int
    effort: float


def spelling(name: str) -> str:
    """Return a name without case, publisher and the marks that sources set differently."""
    return re.sub(r"[^a-z0-9]+", "-", name.strip().casefold().rpartition("/")[2]).strip("-")


class Names:
    """The configurations of some covariates by name, other spelling, family and alias of a family."""

    def __init__(self, known: Covariates, tested: Ints, aliases: Mapping[str, str]) -> None:
        """Note every name; a family stands for its most tested configuration.

        Parameters
        ----------
        known
            The configurations, n of them.
        tested
            Number of scores of each, (n,).
        aliases
            Family by other names of the whole of it.
        """
        self.exact = {name: k for k, name in enumerate(known.models)}
        self.spelt: dict[str, int] = {}
        self.family: dict[str, int] = {}
        for k, name in enumerate(known.models):
            self.spelt.setdefault(spelling(name), k)
        for k in np.argsort(-tested, kind="stable").tolist():
            self.family.setdefault(spelling(known.family[k]), k)
        for alias, name in aliases.items():
            if spelling(name) in self.family:
                self.family.setdefault(spelling(alias), self.family[spelling(name)])

    def place(self, name: str) -> Place | None:
        """Return the row of a configuration, None where none is meant by the name.

        By the exact name; else another spelling; else its family; else the family and a stated effort.
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
        return Place(kin, effort) if kin is not None and np.isfinite(effort) else None

    def hint(self, name: str) -> str:
        """Return the near names of one that is not known."""
        listed = "fourlayers data show scores lists the models"
        return near(name, self.exact) or near(spelling(name), self.family) or listed


def aliases(facts: Facts) -> dict[str, str]:
    """Return the family of every name that means the whole of one."""
    if "aliases" not in facts.catalogue.tables:
        return {}
    table = facts.table("aliases")
    whole = table[table["rule"] == "same version"]
    return dict(zip(whole["alias"], whole["family"], strict=True))


def benchmarks(facts: Facts, fitted: Mapping[str, int]) -> dict[str, int]:
    """Return the number of every benchmark that has scores, by its spelling and by those of its copies."""
    found = {spelling(name): number for name, number in fitted.items()}
    copies = facts.table("benchmarks")
    for name, twin in zip(copies["benchmark"], copies["twin_of"], strict=True):
        if twin in fitted:
            found.setdefault(spelling(name), fitted[twin])
    return found
