"""What the models on sale can do: layer 1's capability, joined to the offers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from layers.frontier_capability import irt
from layers.inference_cost.work import effort_of, mode_of
from layers.layer import ROWS

if TYPE_CHECKING:
    from datetime import date

    from numpy.typing import NDArray

    from indicators.facts import Facts

    Floats = NDArray[np.float64]


PLAIN = "plain"
"""Mode of an entry that tells none beside a thinking one of its family: whatever does not think."""


@dataclass(frozen=True)
class Abilities:
    """Capability of every configuration that layer 1 places.

    Attributes
    ----------
    table : DataFrame
        Columns name (of the configuration), family, released, centre (index points); K rows.
    draws : (P, K) array
        Joint draws; row r holds the capability of all in the same world.
    best : (P,) array and float, optional
        Best of the world in each draw and by central figures, where the table holds only what is on sale.
    """

    table: pd.DataFrame
    draws: Floats
    best: tuple[Floats, float] | None = None

    def frontier(self, on: date) -> Floats:
        """Best of the world by a day, in each draw, (P,); minus infinity where nothing was out."""
        if self.best is not None:
            return self.best[0]
        out = (self.table["released"] <= pd.Timestamp(on)).to_numpy()
        return np.asarray(self.draws[:, out].max(axis=1, initial=-np.inf))

    def central_frontier(self, on: date) -> float:
        """Best central figure of the world by a day; minus infinity where nothing was out."""
        if self.best is not None:
            return self.best[1]
        out = self.table["released"] <= pd.Timestamp(on)
        return float(self.table.loc[out, "centre"].max()) if out.any() else -np.inf


def abilities(facts: Facts) -> Abilities:
    """Return layer 1's capability by configuration, worked out once for the facts."""
    place = "abilities of priced models"
    if place not in facts.kept:
        facts.kept[place] = _abilities(facts)
    found: Abilities = facts.kept[place]
    return found


def _abilities(facts: Facts) -> Abilities:
    found = irt.index(facts)
    if found is None:
        named = pd.DataFrame({"name": [], "family": []}, dtype="str")
        empty = named.assign(released=pd.to_datetime([]), centre=np.zeros(0))
        return Abilities(empty, np.zeros((ROWS, 0)))
    frame = found.frame
    table = pd.DataFrame(
        {"name": frame["model"], "family": frame["family"], "released": frame["released"]}
    ).assign(centre=found.centre)
    return Abilities(table.reset_index(drop=True), found.draws)


def with_ability(offered: pd.DataFrame, known: Abilities, on: date) -> pd.DataFrame:
    """Offers whose model layer 1 places, one row per effort at which it was tested.

    The list price of a token is the same at any effort; capability and tokens on a task are not. Of several
    configurations of one family and effort the one with the best central figure counts. Where the name of an
    entry tells a mode (thinking, or not), only configurations of that mode count, so that two modes sold
    apart stay apart. Releases after the day take no part.

    Parameters
    ----------
    offered
        What `prices.offers` returns.
    known
        Capability by configuration.
    on
        The day.

    Returns
    -------
    pandas.DataFrame
        Offers in their order, the abler effort first, with `place` (row of `known.table`, column of its
        draws), `configuration`, `centre`, and `best`, true for the ablest effort of each listing.
    """
    sold = known.table["family"].isin(offered["family"])
    out = known.table[sold & (known.table["released"] <= pd.Timestamp(on))]
    rows = out.assign(place=out.index, mode=out["name"].map(mode_of), effort=out["name"].map(effort_of))
    best = rows.sort_values(["centre", "name"], ascending=[False, True], kind="stable")
    best = best.drop_duplicates(["family", "mode", "effort"])
    told = offered["listing"].map(mode_of)
    beside = offered["family"].isin(offered.loc[told.eq("thinking"), "family"])
    told = told.mask(told.eq("") & beside, PLAIN)
    joined = offered.assign(told=told, order=range(len(offered))).merge(
        best[["family", "mode", "place", "name", "centre"]], on="family"
    )
    own = joined["mode"].eq(joined["told"]) | (joined["told"].eq(PLAIN) & joined["mode"].ne("thinking"))
    apart = own.groupby(joined["order"]).transform("any") & joined["told"].ne("")
    placed = joined[own | ~apart].sort_values(
        ["order", "centre", "name"], ascending=[True, False, True], kind="stable"
    )
    placed = placed.rename(columns={"name": "configuration"}).astype({"place": "int64"})
    ablest = ~placed["order"].duplicated()
    return placed.assign(best=ablest).drop(columns=["told", "order", "mode"]).reset_index(drop=True)
