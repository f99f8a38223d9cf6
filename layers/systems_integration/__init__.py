"""Layer 3, systems integration: the views by reach, computed from the access table and suppliers' shares."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from layers.layer import COLUMNS, Computed
from layers.systems_integration.reach import (
    FOREIGN,
    access_between,
    in_force,
    newest_shares,
    reach_range,
)

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping

    from indicators.facts import Facts
    from layers.systems_integration.reach import Flags, Floats

__all__ = ["FOREIGN", "LAYER", "REACHES", "Reach", "SystemsIntegration"]


@dataclass(frozen=True)
class Reach:
    """One indicator by reach: its code, the item in the access table, the indicator with the shares."""

    code: str
    item: str
    shares: str


REACHES = (
    Reach("hbm_reach_pct", "hbm", "hbm_share_by_hq_pct"),
    Reach("advanced_logic_reach_pct", "foundry_ai_le16", "advanced_foundry_capacity_share_pct"),
)


@dataclass(frozen=True)
class SystemsIntegration:
    """The layer as `scoring` sees it: name, the tables it reads, and `fit`."""

    name: str = "systems_integration"
    tables: tuple[str, ...] = ("access",)

    def fit(self, facts: Facts) -> Computed:
        """Compute the indicators by reach for the state date.

        Parameters
        ----------
        facts : Facts
            Cut by both clocks; any date.

        Returns
        -------
        Computed
            One row per indicator and economy; none for an indicator whose shares are unknown on the date.
        """
        rows = [row for one in REACHES if one.code in facts.indicators for row in reach_rows(facts, one)]
        return Computed(pd.DataFrame(rows, columns=list(COLUMNS)))


def reach_rows(facts: Facts, one: Reach) -> list[dict[str, object]]:
    """Compute one indicator by reach for every economy.

    The date of a row is that of the shares, for all economies alike: the rules are those in force on the
    state date, so it is the shares that age.

    Parameters
    ----------
    facts : Facts
        Cut by both clocks.
    one : Reach
        What to compute.

    Returns
    -------
    list of dict
        The columns of `layers.layer.COLUMNS`; empty where the shares are unknown or too old.
    """
    limit = facts.indicators[one.code].max_age_years
    shares = newest_shares(facts.observations, one.shares, facts.date, limit)
    if shares.empty:
        return []
    buyers, suppliers = list(facts.economies), [str(code) for code in shares["economy"]]
    rules = in_force(facts.table("access"), one.item, facts.date)
    pairs = access_between(rules, one.item, buyers, suppliers)
    share = shares["value"].to_numpy(dtype=np.float64)
    access, low, high = (
        pairs[name].to_numpy(dtype=np.float64).reshape(len(buyers), len(suppliers))
        for name in ("value", "low", "high")
    )
    own = np.asarray(buyers)[:, None] == np.asarray(suppliers)[None, :]
    ranges = np.stack(reach_range(share, (access, low, high), own), axis=1)
    # the record to show is the one that costs the buyer most; ties go to the first supplier
    binding = np.where(own, -1.0, share * (1.0 - access)).argmax(axis=1)
    main = pairs.iloc[np.arange(len(buyers)) * len(suppliers) + binding].to_dict("records")
    return [
        row_of(one.code, buyer, shares, main[at], ranges[at])
        | {"note": working(suppliers, share, access[at], own[at])}
        for at, buyer in enumerate(buyers)
    ]


def row_of(
    code: str, buyer: str, shares: pd.DataFrame, main: Mapping[Hashable, Any], ranged: Floats
) -> dict[str, object]:
    """Fill one row, without its note: value, low and high, with the dates and the way back to the record."""
    reported = max(iso(day) for day in shares["published"])
    value, low, high = (float(number) for number in ranged)
    return {
        "code": code,
        "economy": buyer,
        "date": str(shares["date"].iloc[0]),
        "published": max(reported, iso(main["published"])),
        "value": value,
        "low": low,
        "high": high,
        "interval_kind": "judgement",
        "status": "estimate",
        "instrument": "",
        "source": str(shares["source"].iloc[0]),
        "quality": "judgement",
        "file": "access.csv",
        "row": int(main["row"]),
    }


def working(suppliers: list[str], share: Floats, access: Floats, own: Flags) -> str:
    """Write the sum out, such as ``KOR 79 x 0.03 x 0.8 + USA 21 x 0.01 x 0.8``."""
    return " + ".join(
        f"{name} {part:g}" if mine else f"{name} {part:g} x {free:g} x {FOREIGN.value:g}"
        for name, part, free, mine in zip(suppliers, share, access, own, strict=True)
    )


def iso(day: object) -> str:
    """Write a date as text: a timestamp as YYYY-MM-DD, text as it is, nothing as an empty string."""
    if isinstance(day, pd.Timestamp):
        return day.date().isoformat()
    return day if isinstance(day, str) else ""


LAYER = SystemsIntegration()
