"""Reach: the part of a supply that an economy can obtain on a date, own in full, foreign at a drawn discount.

Pure functions on arrays; what is uncertain comes in as draws.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from indicators.interval import Z95, two_piece
from indicators.period import lapsed
from indicators.schema import Quantity

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from layers.systems_integration.access import Access, Rules

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

DOMINANT: Final = 0.5
"""Share of world supply above which one supplier dominates: where a share of a market scores in full."""

FOREIGN = Quantity(
    value=0.7,
    low=0.6,
    high=0.8,
    source=(
        "Assumed: supply that a foreign government can close is worth less than supply at home even while it "
        "flows freely. Between a fifth and two fifths are taken off, never less than a fifth. Not estimated "
        "from data."
    ),
)
"""What foreign supply counts for at free access; `low` and `high` are its bounds."""

CONCENTRATION = Quantity(
    value=0.25,
    low=0.0,
    high=0.5,
    source=(
        "Assumed: what a sole supplier loses on top, since nobody can take its place when it stops; nothing "
        "up to half of world supply, in proportion above. Not estimated from data."
    ),
)
"""What dependence on one dominant supplier takes off; `low` and `high` are its bounds."""


@dataclass(frozen=True)
class Errors:
    """Draws of what reach depends on, the same for every economy and item.

    Attributes
    ----------
    foreign, concentration : (B,) arrays
        The two discounts.
    access : mapping of str to (B,) array
        Standard normals by regime, the buyer whose rows decide: rows of one regime err together.
    """

    foreign: Floats
    concentration: Floats
    access: dict[str, Floats]


def nominal(regimes: Sequence[str]) -> Errors:
    """Return the one draw in which everything is at its stated value."""
    at = np.array([FOREIGN.value]), np.array([CONCENTRATION.value])
    return Errors(*at, {name: np.zeros(1) for name in regimes})


def sample(regimes: Sequence[str], size: int, rng: np.random.Generator) -> Errors:
    """Draw the discounts evenly between their bounds and one normal for each regime of rules."""
    foreign, concentration = (
        rng.uniform(it.value if it.low is None else it.low, it.value if it.high is None else it.high, size)
        for it in (FOREIGN, CONCENTRATION)
    )
    return Errors(foreign, concentration, {name: rng.standard_normal(size) for name in sorted(regimes)})


def dependence(share: Floats, errors: Errors) -> Floats:
    """Return what supply from abroad counts for at free access, by supplier, (B, suppliers).

    ``foreign * (1 - concentration * max(0, (share - 0.5) / 0.5))``: lower for a single dominant supplier.

    Parameters
    ----------
    share : (suppliers,) array
        Shares of world supply, 0 to 1.
    errors : Errors
        The discounts.
    """
    over = np.maximum(0.0, (share - DOMINANT) / (1.0 - DOMINANT))
    return np.asarray(errors.foreign[:, None] * (1.0 - errors.concentration[:, None] * over))


def reach(share: Floats, access: Floats, own: Flags, discount: Floats) -> Floats:
    """Add up the supply within reach of each buyer, (B, buyers), in the unit of `share`.

    ``reach_e = sum_s share_s * (1 if s is e else access[e, s] * discount_s)``

    Parameters
    ----------
    share : (suppliers,) array
        Shares of world supply, any unit.
    access : (B, buyers, suppliers) array
        0 (shut) to 1 (free).
    own : (buyers, suppliers) array of bool
        True where the supplier is the buyer itself.
    discount : (B, suppliers) array
        What foreign supply is worth at free access, see `dependence`.
    """
    counted = np.where(own, 1.0, access * discount[:, None, :])
    return np.asarray((counted * share).sum(axis=-1), dtype=np.float64)


def access_drawn(found: Sequence[Sequence[Access]], errors: Errors) -> Floats:
    """Return access by draw, buyer and supplier, (B, buyers, suppliers): two-piece normal, cut to 0 and 1."""
    value, low, high = (
        np.array([[getattr(cell, part) for cell in row] for row in found], dtype=np.float64)
        for part in ("value", "low", "high")
    )
    still = np.zeros_like(errors.foreign)
    z = np.array([[errors.access.get(cell.regime, still) for cell in row] for row in found])
    drawn = two_piece(value, (value - low) / Z95, (high - value) / Z95, np.moveaxis(z, -1, 0))
    return np.clip(drawn, 0.0, 1.0)


def lookup(rules: Rules, item: str, buyers: Sequence[str], suppliers: Sequence[str]) -> list[list[Access]]:
    """Return the access of every buyer to every supplier of an item."""
    return [[rules.access(buyer, supplier, item) for supplier in suppliers] for buyer in buyers]


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
