"""The indicators by reach, one row for every economy, with the joint draws of all of them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from indicators.facts import OBSERVATION_COLUMNS
from layers.layer import COLUMNS, ROWS, Computed, Posterior
from layers.systems_integration.access import Rules
from layers.systems_integration.reach import (
    Errors,
    access_drawn,
    dependence,
    lookup,
    newest_shares,
    nominal,
    reach,
    sample,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from indicators.facts import Facts
    from layers.systems_integration.access import Access
    from layers.systems_integration.reach import Flags, Floats

FAMILY = "reach"
SEED = 20261124
PERCENT = 100.0


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
class Market:
    """Who supplies an item and who may buy it, on one day.

    Attributes
    ----------
    one : Reach
        What it is about.
    buyers : tuple of str
        Economies and blocs.
    members : tuple of tuple of str
        Members of each buyer; an economy is its own only one.
    suppliers : tuple of str
        Economies.
    shares : DataFrame
        The row of each supplier.
    share : (suppliers,) array
        Per cent of world supply.
    access : list of list of Access
        By buyer and supplier.
    """

    one: Reach
    buyers: tuple[str, ...]
    members: tuple[tuple[str, ...], ...]
    suppliers: tuple[str, ...]
    shares: pd.DataFrame
    share: Floats
    access: list[list[Access]]

    @property
    def own(self) -> Flags:
        """(buyers, suppliers): supply at home, for a bloc that of any member."""
        return np.array([[name in inside for name in self.suppliers] for inside in self.members])

    def reach(self, errors: Errors) -> Floats:
        """Reach by draw and buyer, (B, buyers)."""
        discount = dependence(self.share / PERCENT, errors)
        return reach(self.share, access_drawn(self.access, errors), self.own, discount)


def market(facts: Facts, one: Reach) -> Market | None:
    """Return the market of one item, or None where the shares are unknown or too old on the date."""
    limit = facts.indicators[one.code].max_age_years
    shares = newest_shares(_observed(facts, one.shares), one.shares, facts.date, limit)
    if shares.empty:
        return None
    suppliers = tuple(str(code) for code in shares["economy"])
    rules = Rules(facts.table("access"), facts.date)
    members = tuple(unit.members or (code,) for code, unit in facts.units.items())
    access = [
        _freest([lookup(rules, one.item, [code], suppliers)[0] for code in inside]) for inside in members
    ]
    share = shares["value"].to_numpy(dtype=np.float64)
    return Market(one, tuple(facts.units), members, suppliers, shares, share, access)


def _observed(facts: Facts, code: str) -> pd.DataFrame:
    """Observations of one indicator alone: a frame of all of them takes longer than all the rest."""
    columns = [*OBSERVATION_COLUMNS]
    return pd.DataFrame([row for row in facts.current if row["code"] == code], columns=columns)


def _freest(rows: list[list[Access]]) -> list[Access]:
    """Access of a bloc to each supplier: that of the member that may buy most, who buys for all."""
    return [max(column, key=lambda cell: (cell.value, cell.low)) for column in zip(*rows, strict=True)]


def computed(facts: Facts) -> Computed:
    """Compute every indicator by reach, and its draws, which share the discounts and the errors of access."""
    held = [market(facts, one) for one in REACHES if one.code in facts.indicators]
    markets = [each for each in held if each is not None]
    if not markets:
        return Computed(pd.DataFrame(columns=list(COLUMNS)))
    regimes = sorted({cell.regime for each in markets for row in each.access for cell in row})
    errors = sample(regimes, ROWS, np.random.default_rng(SEED))
    values = np.stack([each.reach(errors) for each in markets], axis=1)
    rows = [
        row
        for place, each in enumerate(markets)
        for row in _rows(each, each.reach(nominal(regimes))[0], values[:, place])
    ]
    drawn = Posterior(FAMILY, tuple(each.one.code for each in markets), markets[0].buyers, values)
    return Computed(pd.DataFrame(rows, columns=list(COLUMNS)), (drawn,))


def of_one(one: Reach) -> Callable[[Facts], Computed]:
    """Make the function that computes one indicator by reach; its draws are those beside the others."""

    def fit(facts: Facts) -> Computed:
        whole = computed(facts)
        joint = tuple(
            replace(each, codes=(one.code,), values=each.values[:, [each.codes.index(one.code)]])  # noqa: PD011
            for each in whole.posteriors
            if one.code in each.codes
        )
        return Computed(whole.rows[whole.rows["code"] == one.code], joint)

    return fit


def _rows(held: Market, value: Floats, draws: Floats) -> list[dict[str, object]]:
    """Rows of one indicator; the date is that of the shares, since it is they that age, not the rules."""
    low, high = np.quantile(draws, (0.05, 0.95), axis=0)
    out = []
    for at, buyer in enumerate(held.buyers):
        lost = [
            -1.0 if own else part * (1.0 - cell.value)
            for own, part, cell in zip(held.own[at], held.share, held.access[at], strict=True)
        ]
        main = held.access[at][int(np.argmax(lost))]  # the record that costs the buyer most
        reported = max(_iso(day) for day in held.shares["published"])
        out.append(
            {
                "code": held.one.code,
                "economy": buyer,
                "date": str(held.shares["date"].iloc[0]),
                "published": max(reported, _iso(main.published)),
                "value": float(value[at]),
                "low": float(min(low[at], value[at])),
                "high": float(max(high[at], value[at])),
                "interval_kind": "judgement",
                "status": "estimate",
                "instrument": "",
                "source": str(held.shares["source"].iloc[0]),
                "quality": "judgement",
                "file": "access.csv",
                "row": main.row,
                "note": working(held, at),
            }
        )
    return out


def working(held: Market, at: int) -> str:
    """Write the sum out for one buyer, such as ``KOR 79 x 0.03 x 0.6 + USA 21``."""
    discount = dependence(held.share / PERCENT, nominal([]))[0]
    return " + ".join(
        f"{name} {part:g}" if mine else f"{name} {part:g} x {cell.value:g} x {factor:.3g}"
        for name, part, cell, factor, mine in zip(
            held.suppliers, held.share, held.access[at], discount, held.own[at], strict=True
        )
    )


def _iso(day: object) -> str:
    """Write a date as text: a timestamp as YYYY-MM-DD, text as it is, nothing as an empty string."""
    if day is pd.NaT:
        return ""
    if isinstance(day, pd.Timestamp):
        return day.date().isoformat()
    return day if isinstance(day, str) else ""
