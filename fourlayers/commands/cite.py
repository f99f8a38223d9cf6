"""`fourlayers cite`."""

from __future__ import annotations

from typing import Annotated, Literal

from cyclopts import Parameter

from fourlayers.command import FINE, show
from fourlayers.request import answer, facts, request
from fourlayers.settings import read_settings

from .options import AsOf, Data, Draws, Economy, KnownBy, Lens, Recipe, Seed


def cite(
    first: Economy = None,
    second: Economy = None,
    /,
    *,
    format_: Annotated[
        Literal["text", "bibtex", "csl", "ris"],
        Parameter(name="--format", help="in words, or for a reference manager"),
    ] = "text",
    as_of: AsOf = None,
    known_by: KnownBy = None,
    lens: Lens = None,
    recipe: Recipe = None,
    data: Data = (),
    draws: Draws = None,
    seed: Seed = None,
) -> int:
    """Say how to cite a result: version, data, run, and the producers of the data with their terms."""
    from reports.citation import FORMS, citation

    asked = request(
        read_settings(),
        first,
        second,
        as_of=as_of,
        known_by=known_by,
        lens=lens,
        recipe=recipe,
        data=data,
        draws=draws,
        seed=seed,
    )
    show(FORMS[format_](citation(answer(asked), facts(asked))))
    return FINE
