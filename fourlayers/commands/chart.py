"""`fourlayers chart`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from fourlayers.command import FINE, show
from fourlayers.request import answer, facts, request
from fourlayers.settings import read_settings
from fourlayers.writing import write_chart

from .options import AsOf, Data, Economy, Home, KnownBy, Lens, Out, Recipe


def chart(
    name: Annotated[str, Parameter(help="name of a chart, or list")],
    first: Economy = None,
    second: Economy = None,
    /,
    *,
    out: Out = None,
    home: Home = None,
    as_of: AsOf = None,
    known_by: KnownBy = None,
    lens: Lens = None,
    recipe: Recipe = None,
    data: Data = (),
) -> int:
    """Write one chart as PNG and SVG, with its data (CSV) and credits (TXT); `list` names the charts."""
    from indicators.fault import unknown
    from reports.charts import CHARTS

    if name == "list":
        show("\n".join(CHARTS))
        return FINE
    name = name.lower().replace("_", "-")
    if name not in CHARTS:
        raise unknown("chart", name, CHARTS)
    settings = read_settings()
    asked = request(
        settings,
        first,
        second,
        as_of=as_of,
        known_by=known_by,
        lens=lens,
        recipe=recipe,
        data=data,
        home=home,
    )
    written = write_chart(name, answer(asked), facts(asked), out or settings.out or Path("out"))
    show("\n".join(map(str, written)))
    return FINE
