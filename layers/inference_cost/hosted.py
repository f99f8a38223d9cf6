"""What hosts ask for open weights, against their own laboratory: the same tokens, apart from the series."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from layers.inference_cost.prices import blended, offered

if TYPE_CHECKING:
    from indicators.facts import Facts


@dataclass(frozen=True)
class Hosted:
    """Price of hosts over that of the laboratory, three tokens of input to one of output.

    Attributes
    ----------
    family, lab : str
        Model, and who made and sells it.
    own : float
        The laboratory's price, USD per million tokens.
    median, low, high : float
        Hosts' price over it: median, cheapest, dearest.
    hosts : int
        How many.
    """

    family: str
    lab: str
    own: float
    median: float
    low: float
    high: float
    hosts: int


def hosted(facts: Facts) -> list[Hosted]:
    """Compare hosts with the laboratory for every open model that both sell on the date, by family."""
    listed = offered(facts, facts.date).drop_duplicates("family")
    own = {str(row["family"]): row for row in listed.to_dict("records")}
    table = facts.table("hosted_prices")
    table = table.assign(price=blended(table["input_usd_per_mtok"], table["output_usd_per_mtok"]))
    found = []
    for key, rows in table.groupby("family", sort=True):
        family = str(key)
        if family in own:
            price, lab = float(own[family]["price"]), str(own[family]["lab"])
            ratio = rows["price"] / price
            ends = float(ratio.median()), float(ratio.min()), float(ratio.max())
            found.append(Hosted(family, lab, price, *ends, len(rows)))
    return found
