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
    from layers.layer import NAMES, layer_names

    asked = request(
        read_settings(), first, second, as_of=as_of, known_by=known_by, lens=lens, recipe=recipe, data=data
    )
    names = layer_names(facts(asked)) if asked.data else NAMES
    if name == "list":
        show("\n".join(each.replace("_", "-") for each in names))
        return FINE
    found = find_layer(name, names)
    if found in NAMES:
        show(screen(found, facts(asked), answer(asked)))
    else:  # of the user's own: from its scores to the rows
        from fourlayers.explaining import explained

        show(explained(asked, asked.pair[0], found))
    return FINE
