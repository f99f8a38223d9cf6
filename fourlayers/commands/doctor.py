"""`fourlayers doctor`."""

from __future__ import annotations

from fourlayers.command import FINE, NOT_STRICT, show
from fourlayers.health import findings

from .options import Data


def doctor(*, data: Data = ()) -> int:
    """Say which versions and data are in force, and what stands in the way; exit code 3 if something does."""
    from fourlayers.screens.doctor import doctor_screen

    found = tuple(findings(data))
    show(doctor_screen(found))
    return NOT_STRICT if any(each.state == "wrong" for each in found) else FINE
