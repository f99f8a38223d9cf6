"""The claims of the debate by name; adding one is adding a function."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from indicators.fault import unknown

from .american import cloud
from .power import power_price
from .prices import price_gap

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from indicators.facts import Facts

    from .verdict import ClaimVerdict

CLAIMS: Final[Mapping[str, Callable[[Facts], ClaimVerdict]]] = {
    "price-gap": price_gap,
    "power-price": power_price,
    "cloud": cloud,
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
