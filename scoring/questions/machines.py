"""What a token costs on the machines that each economy designs, on any day: all at one site."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from indicators.fault import UsageError
from layers.inference_cost.case import case
from layers.inference_cost.costed import MODEL
from layers.inference_cost.normals import Normals
from layers.inference_cost.token_cost import cost

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from indicators.facts import Facts

Floats = NDArray[np.float64]

SITE: Final = "USA"
"""One site for all: it is the machine that is asked about."""


class Machines(NamedTuple):
    """Cost of a token of one model on every machine, with its maker's economy and its days on sale.

    Attributes
    ----------
    costs : mapping of str to (B,) array of float64
        USD per million output tokens with their input, at today's prices of the machine.
    economy : mapping of str to str
        Of the vendor.
    released, withdrawn : mapping of str to date
        Days on sale; most have not been withdrawn.
    """

    costs: Mapping[str, Floats]
    economy: Mapping[str, str]
    released: Mapping[str, date]
    withdrawn: Mapping[str, date]

    @classmethod
    def of(cls, facts: Facts, pair: tuple[str, str], draws: int) -> Machines:
        """Cost the machines of a pair's vendors; one without a price on record is left out."""
        normals, costs = Normals(draws), {}
        rows = {str(row["system"]): row for row in facts.records("systems") if row["vendor_economy"] in pair}
        for name in rows:
            try:
                costs[name] = cost(case(facts, MODEL, name, SITE, latency=None), normals).usd_per_mtok
            except UsageError:  # no price on record, or the model does not run on it
                continue
        return cls(
            costs,
            {name: str(rows[name]["vendor_economy"]) for name in costs},
            {name: rows[name]["released"] for name in costs},
            {name: rows[name]["withdrawn"] for name in costs if rows[name]["withdrawn"]},
        )

    def best(self, economy: str, day: date) -> Floats | None:
        """Cost on the cheapest machine of an economy on sale on a day, (B,)."""
        found = [
            drawn
            for name, drawn in self.costs.items()
            if self.economy[name] == economy
            and self.released[name] <= day
            and (name not in self.withdrawn or self.withdrawn[name] > day)
        ]
        return np.minimum.reduce(found) if found else None

    def newest(self, day: date) -> date | None:
        """Newest release by a day."""
        return max((each for each in self.released.values() if each <= day), default=None)
