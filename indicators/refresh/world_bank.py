"""World Bank, World Development Indicators: population, output, broadband (JSON in two parts)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from indicators.economies import read_economies

from .fetch import today
from .forms import json_of, shape
from .fresh import Fresh, Origin, by, cell
from .trouble import refused

if TYPE_CHECKING:
    from .fetch import Body, Fetch
    from .held import Held

HOSTS: Final = frozenset(("api.worldbank.org",))
FIRST: Final = 2018
ABSENT: Final = "TWN"
"""Not in the tables of the World Bank."""
POPULATION: Final = "SP.POP.TOTL"
PRODUCT: Final = "NY.GDP.MKTP.CD"
BROADBAND: Final = "IT.NET.BBND.P2"


def read(fetch: Fetch, held: Held) -> list[Fresh]:
    """Return what others are divided by, and broadband."""
    del held
    people, product, lines = (fetch(address(code)) for code in (POPULATION, PRODUCT, BROADBAND))
    return [
        _fresh("denominators", _measure(people, POPULATION, "population"), people, POPULATION),
        _fresh("denominators", _measure(product, PRODUCT, "gdp_usd"), product, PRODUCT),
        _fresh("fixed_broadband_per_100", _broadband(lines), lines, BROADBAND),
    ]


def address(code: str) -> str:
    """Return where the values of the scored economies stand, from 2018 to this year."""
    codes = ";".join(
        code.lower() for code, unit in read_economies().items() if not unit.members and code != ABSENT
    )
    base = f"https://api.worldbank.org/v2/country/{codes}/indicator/{code}"
    return f"{base}?format=json&per_page=20000&date={FIRST}:{today().year}"


def records(body: Body, code: str) -> list[tuple[str, str, float]]:
    """Return economy, year and value of every value that is given.

    Raises
    ------
    SourceError
        If the answer has another form, is not of this series, or is not complete.
    """
    found = json_of(body)
    if isinstance(found, list) and found and isinstance(found[0], dict) and "message" in found[0]:
        raise refused(body.address, f"it answers {str(found[0]['message'])[:200]}")
    two = isinstance(found, list) and len(found) == 2 and isinstance(found[0], dict)
    shape(body, holds=two and isinstance(found[1], list), expected="a head and a list of values")
    shape(body, holds=found[0].get("pages") == 1, expected="all values on one page")
    return [_record(body, each, code) for each in found[1] if _given(body, each)]


def _given(body: Body, each: Any) -> bool:  # noqa: ANN401 - one record of a JSON
    parts = {"indicator", "countryiso3code", "date", "value"}
    shape(
        body, holds=isinstance(each, dict) and parts <= each.keys(), expected=f"values with {sorted(parts)}"
    )
    return each["value"] is not None


def _record(body: Body, each: dict[str, Any], code: str) -> tuple[str, str, float]:
    said = each["indicator"].get("id") if isinstance(each["indicator"], dict) else None
    shape(body, holds=said == code, expected=f"values of {code}, found {said!r}")
    right = isinstance(each["value"], int | float) and not isinstance(each["value"], bool)
    shape(body, holds=right, expected=f"a number, found {each['value']!r}")
    year = str(each["date"])
    shape(body, holds=year.isdecimal() and len(year) == 4, expected=f"a year, found {year!r}")
    return str(each["countryiso3code"]), year, float(each["value"])


def _measure(body: Body, code: str, measure: str) -> list[dict[str, str]]:
    return [
        {"economy": economy, "measure": measure, "date": year, "value": str(round(value))}
        for economy, year, value in records(body, code)
    ]


def _broadband(body: Body) -> list[dict[str, str]]:
    return [
        {"economy": economy, "date": year, "value": cell(value), "quality": "official"}
        for economy, year, value in records(body, BROADBAND)
    ]


def _fresh(name: str, found: list[dict[str, str]], body: Body, code: str) -> Fresh:
    measures = {row.get("measure") for row in found}
    bank = by("World Bank")
    origin = Origin(
        key=f"wdi_{code.lower().replace('.', '_')}_live",
        producer="World Bank",
        title=f"World Development Indicators, {code}",
        page=f"https://data.worldbank.org/indicator/{code}",
        licence="CC BY 4.0",
    )
    return Fresh(
        name,
        tuple(found),
        origin,
        body,
        lambda row, source: bank(row, source) and (name != "denominators" or row["measure"] in measures),
    )
