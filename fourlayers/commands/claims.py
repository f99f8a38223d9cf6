"""`fourlayers claims`."""

from __future__ import annotations

from typing import Annotated

from cyclopts import Parameter

from fourlayers.command import FINE, show
from fourlayers.request import facts, request
from fourlayers.screens.claims import claim_screen, claims_screen
from fourlayers.settings import read_settings

from .options import AsOf, Data, KnownBy


def claims(
    name: Annotated[
        str | None, Parameter(help="claim to look into, such as price-gap; all without a name")
    ] = None,
    /,
    *,
    as_of: AsOf = None,
    known_by: KnownBy = None,
    data: Data = (),
) -> int:
    """Test claims of the debate by rules that were fixed before their figures were read."""
    from scoring.questions.claims import claim
    from scoring.questions.claims import claims as tested

    known = facts(request(read_settings(), as_of=as_of, known_by=known_by, data=data))
    if name is None:
        show(claims_screen(tested(known), known.date))
    else:
        show(claim_screen(claim(name.lower().replace("_", "-"), known)))
    return FINE
