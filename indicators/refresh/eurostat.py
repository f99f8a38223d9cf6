"""Eurostat, enterprises that use AI (isoc_eb_ai): JSON-stat 2.0, codes of two letters with EL for Greece."""

from __future__ import annotations

import itertools
import math
from typing import TYPE_CHECKING, Any, Final

from .forms import json_of, shape
from .fresh import ISO2, Fresh, Origin, cell
from .overlap import agrees

if TYPE_CHECKING:
    from collections.abc import Mapping

    from indicators.schema import Source

    from .fetch import Body, Fetch
    from .held import Held

HOSTS: Final = frozenset(("ec.europa.eu",))
ADDRESS: Final = (
    "https://ec.europa.eu/eurostat/api/dissemination/statistics/1.0/data/isoc_eb_ai"
    "?format=JSON&lang=EN&size_emp=GE10&nace_r2=C10-S951_X_K&indic_is=E_AI_TANY&unit=PC_ENT"
)
INSTRUMENT: Final = "business survey (OECD, 10+ employees)"
"""The OECD repeats Eurostat's figures for the members of the European Union: one survey, one instrument."""
ROUNDED: Final = 0.0051
"""Eurostat gives two decimals."""


def read(fetch: Fetch, held: Held) -> list[Fresh]:
    """Return the shares of enterprises with ten or more employees.

    Raises
    ------
    SourceError
        If the figures are not those of the survey that is held.
    """
    body = fetch(ADDRESS)
    old = [row for row in held.rows("adoption") if row["instrument"] == INSTRUMENT]
    rows = [{**row, "wording": _wording(row, old)} for row in shares(body)]
    agrees(body, rows, old, tolerance=ROUNDED)
    origin = Origin(
        key="eurostat_eb_ai_live",
        producer="Eurostat",
        title="Artificial intelligence by size class of enterprise (isoc_eb_ai), E_AI_TANY, GE10, PC_ENT",
        page="https://ec.europa.eu/eurostat/databrowser/view/isoc_eb_ai/default/table",
        licence="CC BY 4.0 (Eurostat copyright notice)",
    )
    covered = {(row["economy"], row["date"]) for row in rows}

    def mine(row: Mapping[str, str], source: Source) -> bool:
        both = source.producer in ("OECD", "Eurostat") and row["instrument"] == INSTRUMENT
        return both and (row["economy"], row["date"]) in covered

    return [Fresh("adoption", tuple(rows), origin, body, mine, same=ROUNDED)]


def shares(body: Body) -> list[dict[str, str]]:
    """Return one row per scored economy and year.

    Raises
    ------
    SourceError
        If it is no JSON-stat, or not of one size, activity, indicator and unit.
    """
    found = json_of(body)
    keys = {"id", "size", "value", "dimension"}
    shape(
        body, holds=isinstance(found, dict) and keys <= found.keys(), expected="a data set in JSON-stat 2.0"
    )
    names, sizes = found["id"], found["size"]
    paired = isinstance(names, list) and isinstance(sizes, list) and len(names) == len(sizes)
    named = paired and all(isinstance(name, str) for name in names)
    shape(body, holds=named, expected="a size for the name of every dimension")
    shape(body, holds={"geo", "time"} <= set(names), expected="the dimensions geo and time")
    single = all(size == 1 for name, size in zip(names, sizes, strict=True) if name not in ("geo", "time"))
    shape(body, holds=single, expected=f"one category each but of geo and time, found {sizes} of {names}")
    places = [_categories(body, found["dimension"], name) for name in names]
    right = [len(each) for each in places] == list(sizes)
    shape(body, holds=right, expected="as many categories as the sizes say")
    rows = []
    for place, codes in enumerate(itertools.product(*places)):
        value = _value(found["value"], place)
        said = dict(zip(names, codes, strict=True))
        economy = ISO2.get(said["geo"])
        if value is None or economy is None:
            continue
        shape(body, holds=math.isfinite(value), expected=f"a number for {said['geo']} {said['time']}")
        rows.append(
            {
                "counts": "firms",
                "instrument": INSTRUMENT,
                "economy": economy,
                "date": said["time"],
                "value": cell(value),
                "enters": "true",
                "note": "Eurostat's own table, which the OECD repeats",
            }
        )
    shape(body, holds=bool(rows), expected="a value of a scored economy")
    return rows


def _categories(body: Body, dimension: Any, name: str) -> list[str]:  # noqa: ANN401 - part of a JSON
    """Return the codes of a dimension in their order."""
    try:
        index = dimension[name]["category"]["index"]
        return list(index) if isinstance(index, list) else sorted(index, key=lambda code: int(index[code]))
    except (KeyError, TypeError, ValueError):
        shape(body, holds=False, expected=f"the categories of {name}")
        raise


def _value(values: Any, place: int) -> float | None:  # noqa: ANN401 - part of a JSON
    """Return a value of the flat list, or of the mapping that leaves out what is not given."""
    listed = isinstance(values, list) and place < len(values)
    found = values.get(str(place)) if isinstance(values, dict) else values[place] if listed else None
    return None if found is None else float(found) if isinstance(found, int | float) else math.nan


def _wording(row: dict[str, str], old: list[dict[str, str]]) -> str:
    """Return the version of the question: as held for the year, else that of the newest year held."""
    mine = sorted((each["date"], each["wording"]) for each in old if each["economy"] == row["economy"])
    return next((said for year, said in reversed(mine) if year <= row["date"]), "")
