"""Epoch AI, GPU clusters: one row a cluster, with power in H100 equivalents, country and first day."""

from __future__ import annotations

import calendar
import datetime as dt
from collections import defaultdict
from typing import TYPE_CHECKING, Final, NamedTuple

from indicators.imports.places import question
from indicators.period import period_end

from .epoch_names import EPOCH_HOSTS, LICENCE, PRODUCER, places
from .forms import Line, member, number, shape, table_of
from .fresh import Fresh, Origin, by, cell
from .overlap import agrees
from .trouble import refused

if TYPE_CHECKING:
    from collections.abc import Iterable

    from .fetch import Body, Fetch
    from .held import Held

HOSTS: Final = EPOCH_HOSTS
ADDRESS: Final = "https://epoch.ai/data/gpu_clusters.zip"
FILE: Final = "gpu_clusters.csv"
COLUMNS: Final = (
    *("Name", "Status", "Certainty", "H100 equivalents", "Country", "First Operational Date"),
    *("Superseded by", "Include in Standard Analysis", "Decommissioned Date (if applicable)"),
)
YES: Final = frozenset(("true", "yes", "checked", "1"))
FIRST: Final = 2019
LARGE: Final = 1000.0
"""H100 equivalents from which a cluster is counted as large."""


class Cluster(NamedTuple):
    """One cluster; `economy` is empty where it is not scored or not known."""

    name: str
    economy: str
    power: float
    first: dt.date
    last: dt.date
    superseded_by: tuple[str, ...]


def read(fetch: Fetch, held: Held) -> list[Fresh]:
    """Return the share of capacity, the largest cluster and the number of large ones.

    Raises
    ------
    SourceError
        If the shares of past years do not come out as they are held.
    """
    body = member(fetch(ADDRESS), [FILE])
    found = clusters(body)
    states = {period: _at(found, day) for period, day in periods(found)}
    share = [row for period, state in states.items() for row in shares(period, state)]
    agrees(body, share, held.rows("ai_cluster_h100e_share_pct"), relative=0.05)
    best = [row for period, state in states.items() for row in largest(period, state)]
    large = [row for period, state in states.items() for row in counts(period, state)]
    return [
        _fresh("ai_cluster_h100e_share_pct", share, body, same=0.006),
        _fresh("ai_cluster_largest_pct", best, body),
        _fresh("ai_clusters_ge_1000_h100e", large, body),
    ]


def clusters(body: Body) -> list[Cluster]:
    """Return the existing clusters of Epoch's standard analysis, confirmed or likely.

    Raises
    ------
    SourceError
        If the file has another form.
    """
    named, out = places(), []
    for line in table_of(body, COLUMNS):
        cells = line.cells
        counted = cells["Status"] == "Existing" and cells["Certainty"] in ("Confirmed", "Likely")
        standard = cells["Include in Standard Analysis"].casefold() in YES
        if not (counted and standard and cells["H100 equivalents"] and cells["First Operational Date"]):
            continue
        economy = named.economy(cells["Country"])
        if economy is None:
            found = f"line {line.number}: {cells['Country']!r}, which may mean more than one economy"
            raise refused(body.address, found, question(cells["Country"], named))
        out.append(
            Cluster(
                cells["Name"],
                economy,
                number(cells["H100 equivalents"], f"{body.address}, line {line.number}"),
                _day(body, line, "First Operational Date"),
                _day(body, line, COLUMNS[-1]) if cells[COLUMNS[-1]] else dt.date.max,
                tuple(each.strip() for each in cells["Superseded by"].split(",") if each.strip()),
            )
        )
    shape(body, holds=bool(out), expected="existing clusters of the standard analysis")
    return out


def _day(body: Body, line: Line, column: str) -> dt.date:
    try:
        return period_end(line.cells[column])
    except ValueError as error:
        raise refused(body.address, f"line {line.number}, {column}: {error}") from None


def periods(found: Iterable[Cluster]) -> list[tuple[str, dt.date]]:
    """Return the ends of the years, and the month of the newest cluster for the year that is not over."""
    newest = max(each.first for each in found)
    ends = [(str(year), dt.date(year, 12, 31)) for year in range(FIRST, newest.year)]
    day = newest.replace(day=calendar.monthrange(newest.year, newest.month)[1])
    last = str(newest.year) if newest.month == 12 else f"{newest:%Y-%m}"
    return [*ends, (last, day)]


def _at(found: Iterable[Cluster], day: dt.date) -> list[Cluster]:
    """Return the clusters that run on a day; a phase goes when the next one runs."""
    running = [each for each in found if each.first <= day < each.last]
    names = {each.name for each in running}
    return [each for each in running if not names & set(each.superseded_by)]


def _by_economy(state: Iterable[Cluster]) -> dict[str, list[Cluster]]:
    out = defaultdict(list)
    for each in state:
        if each.economy:
            out[each.economy].append(each)
    return out


def _row(economy: str, period: str, value: float, note: str) -> dict[str, str]:
    return {
        "economy": economy,
        "date": period,
        "value": cell(value),
        "quality": "industry_estimate",
        "note": note,
    }


def shares(period: str, state: list[Cluster]) -> list[dict[str, str]]:
    """Return the share of all tracked capacity by location, in per cent."""
    world = sum(each.power for each in state)
    note = "Sum of tracked clusters over the world total of the list."
    return [
        _row(economy, period, 100 * sum(each.power for each in mine) / world, note)
        for economy, mine in _by_economy(state).items()
    ]


def largest(period: str, state: list[Cluster]) -> list[dict[str, str]]:
    """Return the largest cluster of each economy in per cent of the largest of all."""
    top = max(each.power for each in state)
    out = []
    for economy, mine in _by_economy(state).items():
        best = max(mine, key=lambda each: each.power)
        note = f"{best.name}: {cell(best.power)} of {cell(top)} H100 equivalents."
        out.append(_row(economy, period, 100 * best.power / top, note))
    return out


def counts(period: str, state: list[Cluster]) -> list[dict[str, str]]:
    """Return the number of clusters of at least a thousand H100 equivalents, where there is one."""
    note = "Clusters of at least 1,000 H100 equivalents in the list."
    large = _by_economy(each for each in state if each.power >= LARGE)
    return [_row(economy, period, len(mine), note) for economy, mine in large.items()]


def _fresh(name: str, rows: list[dict[str, str]], body: Body, same: float = 0.0) -> Fresh:
    origin = Origin(
        key="epoch_clusters_live",
        producer=PRODUCER,
        title="GPU Clusters",
        page="https://epoch.ai/data/gpu-clusters",
        licence=LICENCE,
    )
    return Fresh(name, tuple(rows), origin, body, by(PRODUCER), same=same)
