"""`fourlayers prices`."""

from __future__ import annotations

from typing import Annotated

from cyclopts import Parameter

from fourlayers.command import FINE, show
from fourlayers.request import facts, request
from fourlayers.settings import read_settings

from .options import AsOf, Data, KnownBy


def prices(
    model: Annotated[
        str | None, Parameter(help="model on a price list, such as glm-5; without one, all on sale")
    ] = None,
    /,
    *,
    as_of: AsOf = None,
    known_by: KnownBy = None,
    data: Data = (),
) -> int:
    """Show the dated list prices of a model; without one, what is on sale and where catalogues disagree."""
    from fourlayers.screens.prices import series_screen, shelf_screen

    known = facts(request(read_settings(), as_of=as_of, known_by=known_by, data=data))
    show(shelf_screen(known) if model is None else series_screen(known, model))
    return FINE
