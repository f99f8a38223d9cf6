"""When a lead is called: one rule, from shares of draws."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from scoring.answer import Call

AHEAD: Final = 0.90
LIKELY: Final = 0.66


def less_certain(data: float | None, everything: float | None) -> float | None:
    """Pick the share to call by: the one nearer to a half; a half where they point to different sides."""
    if data is None or everything is None:
        return data if everything is None else everything
    if (data - 0.5) * (everything - 0.5) < 0:
        return 0.5
    return min(data, everything, key=lambda share: abs(share - 0.5))


def call(share: float | None, first: str, second: str) -> tuple[Call, str]:
    """Call a lead.

    Parameters
    ----------
    share : float or None
        Share of draws in which the first is ahead; None where one of them is not scored.
    first, second : str
        Codes.

    Returns
    -------
    call : str
        *ahead* from 90 in 100, *likely ahead* from 66, else *no call*.
    leader : str
        The code it speaks of, empty without a call.
    """
    if share is None:
        return "not scored", ""
    leader, certainty = (first, share) if share >= 0.5 else (second, 1 - share)
    if certainty >= AHEAD - 1e-12:
        return "ahead", leader
    return ("likely ahead", leader) if certainty >= LIKELY - 1e-12 else ("no call", "")
