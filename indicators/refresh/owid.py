"""Our World in Data, energy (Ember): one CSV per chart with entity, ISO 3166 alpha-3, year and one value."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from indicators.economies import read_economies

from .forms import number, shape, table_of
from .fresh import Fresh, Origin, by, cell

if TYPE_CHECKING:
    from .fetch import Body, Fetch
    from .held import Held

HOSTS: Final = frozenset(("ourworldindata.org",))
PRODUCER: Final = "Ember, through Our World in Data"
FIRST: Final = 2019
"""Year from which the project reads generation."""
ROUNDED: Final = 0.02
"""TWh by which growth may differ where generation is held to six digits."""
SPAN: Final = 3
"""Years over which growth is taken."""
_ASIDE: Final = re.compile(r"according to OWID|[Aa]nnotation|World region")

Years = dict[tuple[str, int], float]
"""Values by economy and year."""


def read(fetch: Fetch, held: Held) -> list[Fresh]:
    """Return generation, its growth, the share without carbon and the carbon intensity."""
    del held
    generated = _chart(fetch, "electricity-generation")
    clean = _chart(fetch, "share-electricity-low-carbon")
    carbon = _chart(fetch, "carbon-intensity-electricity")
    twh = values(generated, "electricity")
    return [
        _fresh("electricity_generation_twh", rows(twh), generated),
        _fresh("electricity_increment_twh_3y", growth(twh), generated, same=ROUNDED, carry=False),
        _fresh("low_carbon_share_electricity_pct", rows(values(clean, "low-carbon")), clean),
        _fresh("grid_carbon_intensity_gco2_kwh", rows(values(carbon, "carbon intensity")), carbon),
    ]


def _chart(fetch: Fetch, slug: str) -> Body:
    return fetch(f"https://ourworldindata.org/grapher/{slug}.csv")


def values(body: Body, word: str) -> Years:
    """Return the values of a chart for the scored economies.

    Parameters
    ----------
    body : Body
        The CSV of a chart.
    word : str
        What the name of its one column of values has to speak of.

    Raises
    ------
    SourceError
        If the file has another form.
    """
    lines = table_of(body, ["Entity", "Code", "Year"])
    fixed = ("Entity", "Code", "Year")
    columns = [name for name in lines[0].cells if name not in fixed and not _ASIDE.search(name)]
    shape(body, holds=len(columns) == 1, expected=f"one column of values, found {columns}")
    shape(body, holds=word in columns[0].casefold(), expected=f"a column about {word}, found {columns[0]!r}")
    listed = {code for code, unit in read_economies().items() if not unit.members}
    found = {}
    for line in lines:
        code, text = line.cells["Code"], line.cells[columns[0]]
        if code in listed and text:
            where = f"{body.address}, line {line.number}"
            year = int(number(line.cells["Year"], where))
            if year >= FIRST:
                found[code, year] = number(text, where)
    return found


def rows(found: Years) -> list[dict[str, str]]:
    """Return one row per economy and year."""
    return [
        {"economy": economy, "date": str(year), "value": cell(value), "quality": "official"}
        for (economy, year), value in found.items()
    ]


def growth(twh: Years) -> list[dict[str, str]]:
    """Return the mean yearly increase over three years, (last - three years before) / 3; a fall is 0."""
    out = []
    for (economy, year), now in twh.items():
        before = twh.get((economy, year - SPAN))
        if before is None:
            continue
        each = (now - before) / SPAN
        note = f"({cell(now)} of {year} - {cell(before)} of {year - SPAN}) / {SPAN}"
        note += "." if each >= 0 else f" = {each:.2f}, set to 0."
        out.append(
            {
                "economy": economy,
                "date": str(year),
                "value": cell(max(0.0, each)),
                "quality": "official",
                "note": note,
            }
        )
    return out


def _fresh(
    name: str, found: list[dict[str, str]], body: Body, *, same: float = 0.0, carry: bool = True
) -> Fresh:
    slug = body.address.rpartition("/")[2].removesuffix(".csv")
    origin = Origin(
        key="ember_live",
        producer=PRODUCER,
        title=f"Grapher chart {slug}",
        page=f"https://ourworldindata.org/grapher/{slug}",
        licence="CC BY 4.0",
    )
    return Fresh(name, tuple(found), origin, body, by(PRODUCER), same=same, carry=carry)
