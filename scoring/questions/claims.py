"""The claims of the debate by name; adding one is adding a function."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from indicators.fault import unknown

from .adopters import us_adoption
from .american import capital, cloud, compute, gateways
from .best import frontier
from .explains import power_explains
from .lead import overall
from .momentum import momentum
from .power import power_price
from .prices import price_gap
from .profit import low_cost, profit_share
from .sparse import moe_unique, sparsity

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from indicators.facts import Facts

    from .verdict import ClaimVerdict

CLAIMS: Final[Mapping[str, Callable[[Facts], ClaimVerdict]]] = {
    "price-gap": price_gap,
    "power-price": power_price,
    "power-explains": power_explains,
    "sparsity": sparsity,
    "moe-unique": moe_unique,
    "frontier": frontier,
    "compute": compute,
    "cloud": cloud,
    "gateways": gateways,
    "capital": capital,
    "overall": overall,
    "momentum": momentum,
    "profit-share": profit_share,
    "low-cost": low_cost,
    "us-adoption": us_adoption,
}
"""Claims in the order in which they are shown."""


def claim(name: str, facts: Facts) -> ClaimVerdict:
    """Test one claim on the facts at their date.

    Raises
    ------
    UsageError
        With near names, where there is no such claim.
    """
    if name not in CLAIMS:
        raise unknown("claim", name, CLAIMS)
    return CLAIMS[name](facts)


def claims(facts: Facts) -> tuple[ClaimVerdict, ...]:
    """Test every claim on the facts at their date (`as_of` and `known_by` respected)."""
    return tuple(test(facts) for test in CLAIMS.values())
