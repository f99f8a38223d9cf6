"""Reach: the part of a supply that an economy can obtain on a date, own in full, foreign at a discount.

Leans on pandas, numpy and the schema; every function is pure.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from indicators.period import lapsed
from indicators.schema import Quantity

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

DEFAULT_BUYER = "DEFAULT"
ANY_SUPPLIER = "ALL"
ANY_ITEM = "all_items"
ACCESS_COLUMNS = ("buyer", "supplier", "value", "low", "high", "published", "row")


FOREIGN = Quantity(
    value=0.8,
    low=0.6,
    high=0.95,
    source=(
        "Assumed: supply that a foreign government can close, or that sits in one place, is worth less than "
        "supply at home even while it flows freely. One fifth is taken off, between a twentieth (many allied "
        "suppliers) and two fifths (one dominant supplier). Not estimated from data."
    ),
)
"""What foreign supply counts for at free access."""


def in_force(access: pd.DataFrame, item: str, day: date) -> pd.DataFrame:
    """Select the rows of the access table for an item, or for all items, that hold on a day.

    Parameters
    ----------
    access : DataFrame
        The table `access`: economy, supplier, item, from, to, value, low, high, published, row.
    item : str
        What is bought, such as ``hbm``.
    day : date
        The state date; `from` and `to` are both included, an empty `to` is open.

    Returns
    -------
    DataFrame
        The rows in force, in the order of the table.
    """
    when = pd.Timestamp(day)
    begun = pd.to_datetime(access["from"]) <= when
    ended = pd.to_datetime(access["to"]) < when  # NaT compares as False: a row without an end is open
    return access[access["item"].isin([item, ANY_ITEM]) & begun & ~ended]


def access_between(
    rows: pd.DataFrame, item: str, buyers: Sequence[str], suppliers: Sequence[str]
) -> pd.DataFrame:
    """Find the access of each buyer to each supplier; the most particular row in force wins.

    The order is: the buyer's own row, DEFAULT for the supplier and item, DEFAULT for everything, and where
    the table says nothing at all (cut by an early clock) free access, 1.

    Parameters
    ----------
    rows : DataFrame
        Rows in force (see `in_force`).
    item : str
        What is bought.
    buyers, suppliers : sequence of str
        ISO3 codes.

    Returns
    -------
    DataFrame
        One row per buyer and supplier, buyers slowest: buyer, supplier, value, low, high (0 to 1), published,
        row (CSV line, 0 if none).
    """
    known = {
        (r["economy"], r["supplier"], r["item"]): tuple(r[name] for name in ACCESS_COLUMNS[2:])
        for r in rows.to_dict("records")
    }
    free = known.get((DEFAULT_BUYER, ANY_SUPPLIER, ANY_ITEM), (1.0, 1.0, 1.0, pd.NaT, 0))
    found = [
        (
            buyer,
            supplier,
            *known.get((buyer, supplier, item), known.get((DEFAULT_BUYER, supplier, item), free)),
        )
        for buyer in buyers
        for supplier in suppliers
    ]
    return pd.DataFrame(found, columns=list(ACCESS_COLUMNS))


def reach(share: Floats, access: Floats, own: Flags, discount: float = FOREIGN.value) -> Floats:
    """Add up the supply within reach of each buyer.

    ``reach_e = sum_s share_s * (1 if s is e else access[e, s] * discount)``

    Parameters
    ----------
    share : array, suppliers
        Shares of world supply, any unit.
    access : array, buyers x suppliers
        0 (shut) to 1 (free).
    own : array of bool, buyers x suppliers
        True where the supplier is the buyer itself.
    discount : float
        What foreign supply is worth at free access, 0 to 1.

    Returns
    -------
    array, buyers
        In the unit of `share`.
    """
    return np.asarray((np.where(own, 1.0, access * discount) * share).sum(axis=1), dtype=np.float64)


def reach_range(
    share: Floats, access: tuple[Floats, Floats, Floats], own: Flags, discount: Quantity = FOREIGN
) -> tuple[Floats, Floats, Floats]:
    """Give reach with its 5 % and 95 % points.

    The errors of access to several suppliers share their cause (one regime of rules) and are added; that of
    the discount is independent: ``low = value - hypot(value - reach(low access), value - reach(low
    discount))``, and likewise upwards. Errors of the shares belong to the indicator they come from.

    Parameters
    ----------
    share : array, suppliers
        Shares of world supply.
    access : three arrays, buyers x suppliers
        Value, low, high.
    own : array of bool, buyers x suppliers
        True where the supplier is the buyer itself.
    discount : Quantity
        Factor on foreign supply; without bounds it is taken as known.

    Returns
    -------
    value, low, high : arrays, buyers
        In the unit of `share`; never below the own supply, never above the whole.
    """
    value, low, high = access
    least = discount.value if discount.low is None else discount.low
    most = discount.value if discount.high is None else discount.high
    centre = reach(share, value, own, discount.value)
    down = np.hypot(centre - reach(share, low, own, discount.value), centre - reach(share, value, own, least))
    up = np.hypot(reach(share, high, own, discount.value) - centre, reach(share, value, own, most) - centre)
    floor = reach(share, np.zeros_like(value), own)
    return centre, np.maximum(centre - down, floor), np.minimum(centre + up, share.sum())


def newest_shares(observations: pd.DataFrame, code: str, day: date, max_age_years: float) -> pd.DataFrame:
    """Take the suppliers' shares from the newest date of one indicator, all from that one date.

    Parameters
    ----------
    observations : DataFrame
        Long form: code, economy, date, period_end, published, value, status, source.
    code : str
        The indicator that holds the shares.
    day : date
        The state date; a newest date that is older than `max_age_years` gives no rows.
    max_age_years : float
        Age limit in years of 365.25 days.

    Returns
    -------
    DataFrame
        The rows of suppliers with a share above zero, by economy; empty where nothing is known.
    """
    actual = observations["status"].isin(["actual", "estimate"])
    scored = observations[(observations["code"] == code) & actual]
    if scored.empty:
        return scored
    ends = pd.to_datetime(scored["period_end"])
    newest = ends.max()
    if lapsed(newest.date(), day, max_age_years):
        return scored.iloc[:0]
    return scored[(ends == newest) & (scored["value"] > 0)].sort_values("economy")
