"""`fourlayers explain`."""

from __future__ import annotations

from typing import Annotated

from cyclopts import Parameter

from fourlayers.command import FINE, show
from fourlayers.explaining import explained
from fourlayers.request import request
from fourlayers.settings import read_settings

from .options import AsOf, Data, KnownBy, Lens, Recipe


def explain(
    economy: Annotated[str, Parameter(help="economy or bloc")],
    node: Annotated[
        str, Parameter(help="layer, pillar or indicator; a unique tail is enough, such as memory")
    ],
    /,
    *,
    as_of: AsOf = None,
    known_by: KnownBy = None,
    lens: Lens = None,
    recipe: Recipe = None,
    data: Data = (),
) -> int:
    """Walk from a score back to the rows of the data."""
    asked = request(read_settings(), as_of=as_of, known_by=known_by, lens=lens, recipe=recipe, data=data)
    show(explained(asked, economy, node))
    return FINE
