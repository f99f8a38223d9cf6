"""What an adapter hands over: rows for one pair, where they come from, and which rows they stand for."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from indicators.schema import Source

    from .fetch import Body

SAME: Final = 5e-6
"""Relative difference below which two numbers are one, rounded differently."""
ISO2: Final = {
    "US": "USA",
    "CN": "CHN",
    "TW": "TWN",
    "KR": "KOR",
    "JP": "JPN",
    "GB": "GBR",
    "DE": "DEU",
    "FR": "FRA",
    "NL": "NLD",
    "CA": "CAN",
    "IL": "ISR",
    "IN": "IND",
    "SG": "SGP",
    "AE": "ARE",
    "SA": "SAU",
    "SE": "SWE",
    "FI": "FIN",
    "CH": "CHE",
    "AU": "AUS",
    "BR": "BRA",
    "IT": "ITA",
    "ES": "ESP",
    "IE": "IRL",
}
"""ISO 3166-1 alpha-3 of the scored economies by alpha-2, in which some sources write them."""


@dataclass(frozen=True)
class Origin:
    """Where fresh rows come from, as it will stand under [sources].

    Attributes
    ----------
    key : str
        Key that the rows name.
    producer, title, page, licence : str
        Who made the figures, what they are called, where they are described, on which terms.
    redistribute : bool
        False where the values may be scored and not printed.
    party : str
        The compared party whose own figures they are.
    """

    key: str
    producer: str
    title: str
    page: str
    licence: str
    redistribute: bool = True
    party: str = ""

    def block(self, body: Body) -> str:
        """Return the table of the TOML: what it is, the address, the day of retrieval and the hash."""
        day = body.day.isoformat()
        address = body.address.partition(" ")[0]
        said = {
            "producer": self.producer,
            "title": self.title,
            "citation_full": f"{self.producer}. {self.title}. {self.page}, retrieved on {day}.",
            "version_producer": f"as retrieved on {day}",
            "url_main": self.page,
            "url_download": address if address.startswith("https://") else "",
            "date_published": day,
            "licence": self.licence,
            "party": self.party,
            "note": f"Read by data refresh. SHA-256 of the file: {body.sha256}.",
        }
        lines = [f"{name} = {json.dumps(text, ensure_ascii=False)}" for name, text in said.items() if text]
        flag = "true" if self.redistribute else "false"
        return "\n".join(
            [f"[sources.{self.key}]", *lines, f"date_accessed = {day}", f"redistribute = {flag}", ""]
        )


@dataclass(frozen=True)
class Fresh:
    """Rows of a live source for one pair.

    Attributes
    ----------
    name : str
        Indicator or record table.
    rows : tuple of dict
        Cells by column, without source; without the day of publication where that is the day of retrieval.
    origin : Origin
        Where they come from.
    body : Body
        What was fetched.
    stands_for : callable
        Says of a row that is there, and its source, whether the fresh rows stand for it: such a row is
        replaced, or dropped where the source no longer has it. All others stay.
    same : float
        Absolute difference up to which two numbers are one, where the source rounds coarsely.
    quiet : frozenset of str
        Columns that are brought up to date without being told of, such as the day on which a price was seen.
    shown : tuple of str
        Columns of numbers that are told of a row that comes or goes.
    carry : bool
        Whether a range that is there is carried over to a new value of the same economy, in proportion.
    """

    name: str
    rows: tuple[dict[str, str], ...]
    origin: Origin
    body: Body
    stands_for: Callable[[Mapping[str, str], Source], bool]
    same: float = 0.0
    quiet: frozenset[str] = frozenset()
    shown: tuple[str, ...] = ("value",)
    carry: bool = True


def by(*producers: str) -> Callable[[Mapping[str, str], Source], bool]:
    """Stand for every row whose source is of one of some producers."""
    return lambda _, source: source.producer in producers


def cell(value: float) -> str:
    """Return a number as a cell: whole as it stands, else to six significant digits."""
    near = value if value == int(value) else float(f"{value:.6g}")
    return str(int(near)) if near == int(near) and abs(near) < 1e15 else repr(float(f"{value:.6g}"))
