"""`fourlayers layer`."""

from __future__ import annotations

from typing import Annotated

from cyclopts import Parameter

from fourlayers.command import FINE, show
from fourlayers.request import answer, facts, request
from fourlayers.settings import read_settings

from .options import AsOf, Data, Economy, KnownBy, Lens, Recipe


def layer(
    name: Annotated[str, Parameter(help="layer: its name or a part of it, or list")],
    first: Economy = None,
    second: Economy = None,
    /,
    *,
    as_of: AsOf = None,
    known_by: KnownBy = None,
    lens: Lens = None,
    recipe: Recipe = None,
    data: Data = (),
) -> int:
    """Show one layer for a pair on one screen: what it says, from which figures; `list` names the layers."""
    from fourlayers.screens.layers import find_layer, screen
    from layers.layer import NAMES

    if name == "list":
        show("\n".join(each.replace("_", "-") for each in NAMES))
        return FINE
    found = find_layer(name)
    settings = read_settings()
    asked = request(
        settings, first, second, as_of=as_of, known_by=known_by, lens=lens, recipe=recipe, data=data
    )
    show(screen(found, facts(asked), answer(asked)))
    return FINE
