"""Access to a supplier under the rules of a day: the one place where the table `access` is read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from datetime import date

DEFAULT_BUYER = "DEFAULT"
ANY_SUPPLIER = "ALL"
ANY_ITEM = "all_items"


class Access(NamedTuple):
    """What part of a supply an economy can obtain.

    Attributes
    ----------
    value, low, high : float
        Median, 5 and 95 % points, 0 (shut) to 1 (free).
    basis : str
        `rule`, `observed` or `judgement`; `own` for supply at home, `unlisted` where the table is silent.
    regime : str
        Buyer of the row that decided; rows of one regime err together.
    row : int
        Line of access.csv, 0 where no row decided.
    published : object
        When the deciding rule was reported (timestamp), NaT where no row decided.
    supplier_side, buyer_side : float
        What either government alone would leave; NaN where the table does not part them.
    events, note : str
        The rules behind the value, and what was seen.
    """

    value: float
    low: float
    high: float
    basis: str
    regime: str
    row: int
    published: object
    supplier_side: float
    buyer_side: float
    events: str
    note: str


class Rules:
    """The rows of the table `access` that hold on one day.

    Parameters
    ----------
    table : DataFrame
        The table: economy, supplier, item, from, to, value, low, high, basis, published, row ...
    day : date
        `from` and `to` are both included; an empty `to` is open.
    """

    def __init__(self, table: pd.DataFrame, day: date) -> None:
        when = np.datetime64(day)
        begun = table["from"].to_numpy(dtype="datetime64[D]") <= when
        over = table["to"].to_numpy(dtype="datetime64[D]") < when  # NaT compares as False: open
        self._columns: dict[str, list[Any]] = {str(name): table[name].tolist() for name in table.columns}
        keys = zip(*(self._columns[name] for name in ("economy", "supplier", "item")), strict=True)
        self._places = {key: place for place, key in enumerate(keys) if begun[place] and not over[place]}

    def access(self, economy: str, supplier: str, item: str) -> Access:
        """Return the access of one economy to one supplier's item; the most particular row in force wins.

        The order: supply at home is open; the buyer's own row for the supplier and item, for the supplier and
        any item; the same for DEFAULT, the buyer without a row of its own; then DEFAULT, ALL, all_items; and
        where the table is silent, supply is free.
        """
        if economy == supplier:
            return _told(1.0, "own", economy)
        for buyer in (economy, DEFAULT_BUYER):
            for seller in (supplier, ANY_SUPPLIER):
                for what in (item, ANY_ITEM):
                    place = self._places.get((buyer, seller, what))
                    if place is not None:
                        return _read({name: cells[place] for name, cells in self._columns.items()})
        return _told(1.0, "unlisted", DEFAULT_BUYER)


def access(table: pd.DataFrame, economy: str, supplier: str, item: str, day: date) -> Access:
    """Return the access of one economy to one supplier's item on a day; see `Rules.access`."""
    return Rules(table, day).access(economy, supplier, item)


def _told(value: float, basis: str, regime: str) -> Access:
    return Access(value, value, value, basis, regime, 0, pd.NaT, float("nan"), float("nan"), "", "")


def _read(row: dict[str, Any]) -> Access:
    return Access(
        value=float(row["value"]),
        low=float(row["low"]),
        high=float(row["high"]),
        basis=str(row.get("basis", "")),
        regime=str(row["economy"]),
        row=int(row["row"]),
        published=row["published"],
        supplier_side=float(row.get("supplier_side", float("nan"))),
        buyer_side=float(row.get("buyer_side", float("nan"))),
        events=str(row.get("events", "")),
        note=str(row.get("note", "")),
    )
