"""Stanford HAI, Global AI Vibrancy Tool: one CSV of countries and years, held to what it has in common."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from indicators.economies import read_economies

from .forms import number, shape, table_of
from .fresh import Fresh, Origin, cell
from .overlap import agrees
from .trouble import SourceError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from indicators.schema import Source

    from .fetch import Body, Fetch
    from .held import Held

HOSTS: Final = frozenset(("d3i91vx6n7fixv.cloudfront.net",))
ADDRESS: Final = "https://d3i91vx6n7fixv.cloudfront.net/data/full_data_09.24.25.csv"
INVESTMENT: Final = "ai_private_investment_usd_bn"
FUNDED: Final = "ai_newly_funded_companies"
UNITS: Final = (1.0, 1e-3, 1e-6, 1e-9)
"""What a figure in US$ bn may have to be multiplied with: the unit of the file is not stated."""
FIRST: Final = 2018


def read(fetch: Fetch, held: Held) -> list[Fresh]:
    """Return private investment and newly funded companies, once they agree with what is held.

    Raises
    ------
    SourceError
        If the file has another form, or says something else of the years that are held.
    """
    body = fetch(ADDRESS)
    return [
        _fresh(held, INVESTMENT, in_unit(body, "private_investment", held), body),
        _fresh(held, FUNDED, _same(body, held), body),
    ]


def values(body: Body, column: str, factor: float = 1.0) -> list[dict[str, str]]:
    """Return one row per scored economy and year of one column.

    Raises
    ------
    SourceError
        If the file has another form.
    """
    listed = {code for code, unit in read_economies().items() if not unit.members}
    rows = []
    for line in table_of(body, ["PublishYear", "Code", column]):
        code, text = line.cells["Code"], line.cells[column]
        if code not in listed or not text:
            continue
        where = f"{body.address}, line {line.number}"
        year = int(number(line.cells["PublishYear"], where))
        if year >= FIRST:
            value = cell(factor * number(text, where))
            rows.append({"economy": code, "date": str(year), "value": value, "quality": "industry_estimate"})
    shape(body, holds=bool(rows), expected=f"values of {column} for scored economies")
    return rows


def in_unit(body: Body, column: str, held: Held) -> list[dict[str, str]]:
    """Return values in US$ bn: in the one unit in which they agree with those held.

    Raises
    ------
    SourceError
        If they agree in none.
    """
    last: SourceError | None = None
    for factor in UNITS:
        rows = values(body, column, factor)
        try:
            agrees(body, rows, held.rows(INVESTMENT))
        except SourceError as error:
            last = last or error
            continue
        return rows
    raise last or SourceError(body.address)


def _same(body: Body, held: Held) -> list[dict[str, str]]:
    rows = values(body, "number_of_newly_funded_companies")
    agrees(body, rows, held.rows(FUNDED))
    return rows


def _fresh(held: Held, name: str, rows: list[dict[str, str]], body: Body) -> Fresh:
    instrument = next(row["instrument"] for row in held.rows(name))
    origin = Origin(
        key="vibrancy_live",
        producer="Stanford HAI (AI Index), data Quid",
        title=f"Global AI Vibrancy Tool, {ADDRESS.rpartition('/')[2]}",
        page="https://hai.stanford.edu/ai-index/global-vibrancy-tool",
        licence="CC BY-ND 4.0 (figures quoted with attribution; the table may not be passed on)",
        redistribute=False,
    )
    covered = {(row["economy"], row["date"]) for row in rows}

    def mine(row: Mapping[str, str], _: Source) -> bool:
        return (row["economy"], row["date"]) in covered

    return Fresh(name, tuple({**row, "instrument": instrument} for row in rows), origin, body, mine)
