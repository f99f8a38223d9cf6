"""Microsoft AI Diffusion: share of people who use AI, by half-year or quarter (CSV in Latin-1, `59.40%`)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from indicators.imports.places import Places, question
from indicators.period import period_end

from .forms import json_of, number, shape, table_of
from .fresh import Fresh, Origin, cell
from .trouble import refused

if TYPE_CHECKING:
    from collections.abc import Mapping

    from indicators.schema import Source

    from .fetch import Body, Fetch
    from .held import Held

HOSTS: Final = frozenset(("api.github.com", "raw.githubusercontent.com"))
LISTING: Final = "https://api.github.com/repos/microsoft/ai-diffusion-report/contents/data"
ADDRESS: Final = "https://raw.githubusercontent.com/microsoft/ai-diffusion-report/main/data/"
INSTRUMENT: Final = "telemetry (Microsoft)"
_FILE: Final = re.compile(r"AI_Diffusion_Q(?P<quarter>[1-4])(?P<year>20\d\d)_Update\.csv")
_WAVE: Final = re.compile(r"(?P<part>H[12]|Q[1-4]) (?P<year>20\d\d) AI Diffusion")
_WORDS: Final = {
    "H1": "first half",
    "H2": "second half",
    "Q1": "first quarter",
    "Q2": "second quarter",
    "Q3": "third quarter",
    "Q4": "fourth quarter",
}


def read(fetch: Fetch, held: Held) -> list[Fresh]:
    """Return the shares of people, from the newest file of the repository."""
    del held
    name = newest(fetch(LISTING))
    body = fetch(ADDRESS + name)
    origin = Origin(
        key="microsoft_live",
        producer="Microsoft AI Economy Institute",
        title=f"AI Diffusion Report data ({name.removesuffix('.csv')})",
        page="https://github.com/microsoft/ai-diffusion-report",
        licence="MIT",
        party="Microsoft (USA)",
    )
    return [Fresh("adoption", tuple(shares(body)), origin, body, _telemetry)]


def newest(listing: Body) -> str:
    """Return the name of the newest file in the listing of a folder.

    Raises
    ------
    SourceError
        If it is no listing, or holds no such file.
    """
    found = json_of(listing)
    named = isinstance(found, list) and all(isinstance(each, dict) and "name" in each for each in found)
    shape(listing, holds=named, expected="a list of files with names")
    files = [match for each in found if (match := _FILE.fullmatch(str(each["name"])))]
    shape(listing, holds=bool(files), expected="a file such as AI_Diffusion_Q12026_Update.csv")
    return max(files, key=lambda each: (each["year"], each["quarter"]))[0]


def shares(body: Body) -> list[dict[str, str]]:
    """Return one row per economy and wave.

    Raises
    ------
    SourceError
        If the columns are others, or the name of a place may mean more than one.
    """
    lines = table_of(body, ["Economy"], encoding="latin-1")
    waves = {name: match for name in lines[0].cells if (match := _WAVE.fullmatch(name))}
    shape(body, holds=bool(waves), expected="columns such as 'Q1 2026 AI Diffusion'")
    places, rows = Places(), []
    for line in lines:
        name = line.cells["Economy"]
        economy = places.economy(name)
        if economy is None:
            raise refused(
                body.address,
                f"line {line.number}: {name!r}, which may mean more than one economy",
                question(name, places),
            )
        for column, wave in waves.items():
            if economy and line.cells[column]:
                share = number(line.cells[column], f"{body.address}, line {line.number}")
                rows.append(_row(economy, wave["part"], wave["year"], share))
    return rows


def _row(economy: str, part: str, year: str, share: float) -> dict[str, str]:
    quarter = part[1] if part[0] == "Q" else str(2 * int(part[1]))
    return {
        "counts": "people",
        "instrument": INSTRUMENT,
        "economy": economy,
        "date": period_end(f"{year}-Q{quarter}").isoformat(),
        "value": cell(share),
        "enters": "true",
        "note": f"{_WORDS[part]} of {year}",
    }


def _telemetry(row: Mapping[str, str], source: Source) -> bool:
    return row["instrument"] == INSTRUMENT and source.producer.startswith("Microsoft")
