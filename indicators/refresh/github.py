"""GitHub Innovation Graph: developers, and those who push under a topic, by quarter (CSV, ISO alpha-2)."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final

from .forms import number, table_of
from .fresh import ISO2, Fresh, Origin, by, cell

if TYPE_CHECKING:
    from .fetch import Body, Fetch
    from .held import Held

HOSTS: Final = frozenset(("raw.githubusercontent.com",))
ADDRESS: Final = "https://raw.githubusercontent.com/github/innovationgraph/main/data/"
INSTRUMENT: Final = "GitHub Innovation Graph"
UNDERCOUNTED: Final = "undercounted: located by address, home platforms not seen"
THRESHOLD: Final = "Mean of the published quarters."
FIRST: Final = 2020
"""Year from which the project reads it."""

Quarters = dict[tuple[str, int, int], float]
"""Values by economy, year and quarter."""


def read(fetch: Fetch, held: Held) -> list[Fresh]:
    """Return the three indicators that the graph speaks for."""
    del held
    developers = fetch(f"{ADDRESS}developers.csv")
    topics = fetch(f"{ADDRESS}topics.csv")
    accounts = quarters(developers, "developers")
    llm = quarters(topics, "num_pushers", "llm")
    kubernetes = quarters(topics, "num_pushers", "kubernetes")
    return [
        _fresh("github_developers", thirds(accounts), developers, "developers.csv"),
        _fresh("github_topic_pushers_llm", thirds(llm), topics, "topics.csv"),
        _fresh("github_kubernetes_pushers", years(kubernetes, accounts), topics, "topics.csv", same=0.06),
    ]


def quarters(body: Body, column: str, topic: str = "") -> Quarters:
    """Return the values of the scored economies, of one topic where there are several.

    Raises
    ------
    SourceError
        If the file has another form.
    """
    found = {}
    wanted = [column, "iso2_code", "year", "quarter", *(["topic"] if topic else [])]
    for line in table_of(body, wanted):
        economy = ISO2.get(line.cells["iso2_code"])
        if economy is None or (topic and line.cells["topic"] != topic):
            continue
        where = f"{body.address}, line {line.number}"
        year, quarter = (int(number(line.cells[name], where)) for name in ("year", "quarter"))
        if year >= FIRST:
            found[economy, year, quarter] = number(line.cells[column], where)
    return found


def thirds(values: Quarters) -> list[dict[str, str]]:
    """Return the third quarter of every year."""
    return [
        {
            "economy": economy,
            "date": f"{year}-Q3",
            "value": cell(value),
            "instrument": INSTRUMENT,
            "quality": "measured",
            "note": UNDERCOUNTED if economy == "CHN" else "",
        }
        for (economy, year, quarter), value in sorted(values.items())
        if quarter == 3
    ]


def years(values: Quarters, accounts: Quarters) -> list[dict[str, str]]:
    """Return the mean of the published quarters of every year; the newest year is dated by its last quarter.

    Parameters
    ----------
    values : dict
        What is averaged, published only above a threshold.
    accounts : dict
        Published for every quarter: they say how far the graph reaches.
    """
    newest = max((year, quarter) for _, year, quarter in accounts)
    gathered: dict[tuple[str, int], list[float]] = defaultdict(list)
    for (economy, year, _), value in sorted(values.items()):
        gathered[economy, year].append(value)
    return [
        {
            "economy": economy,
            "date": f"{year}-Q{newest[1]}" if year == newest[0] and newest[1] < 4 else str(year),
            "value": cell(sum(given) / len(given)),
            "quality": "measured",
            "note": THRESHOLD,
        }
        for (economy, year), given in gathered.items()
    ]


def _fresh(name: str, rows: list[dict[str, str]], body: Body, file: str, same: float = 0.0) -> Fresh:
    origin = Origin(
        key="github_live",
        producer="GitHub",
        title=f"GitHub Innovation Graph: {file}",
        page="https://innovationgraph.github.com/",
        licence="CC0 1.0",
        party="GitHub (USA)",
    )
    return Fresh(name, tuple(rows), origin, body, by("GitHub"), same=same)
