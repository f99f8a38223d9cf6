"""List prices by the package genai-prices (extra live): fetched here, read by it, as of one day."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, Final

from .forms import json_of, shape
from .fresh import Fresh, Origin, cell
from .price_rows import by_hand, not_installed
from .trouble import refused

if TYPE_CHECKING:
    from .fetch import Body, Fetch
    from .held import Held

HOSTS: Final = frozenset(("raw.githubusercontent.com",))
CATALOGUE: Final = "genai-prices"
PROVIDERS: Final = {
    "OpenAI": "openai",
    "Anthropic": "anthropic",
    "Mistral AI": "mistral",
    "Google": "google",
    "Z.ai": "zai",
    "xAI": "x-ai",
    "MiniMax": "minimax",
    "DeepSeek": "deepseek",
    "Meta": "meta",
    "Moonshot AI": "moonshotai",
    "Perplexity": "perplexity",
    "Cohere": "cohere",
    "Arcee AI": "arcee",
}
"""Provider of the package by laboratory."""


def read(fetch: Fetch, held: Held) -> list[Fresh]:
    """Return the prices of the models that are held: a new one from today on, the old one until then.

    Raises
    ------
    SourceError
        If the package is not there, or cannot read what was fetched.
    """
    try:
        from genai_prices import types
        from genai_prices.update_prices import DEFAULT_UPDATE_URL
    except ImportError:
        raise not_installed(CATALOGUE) from None
    body = fetch(DEFAULT_UPDATE_URL)
    raw = json_of(body)
    shape(body, holds=isinstance(raw, list) and bool(raw), expected="a list of providers")
    providers = _parsed(types, raw, body)
    old = [row for row in held.rows("prices") if row["catalogue"] == CATALOGUE]
    left = by_hand(old, CATALOGUE)
    rows, seen = [], 0
    for row in old:
        if row["model"] in left:
            continue
        if row["valid_to"] or row["removed_by"]:
            rows.append(_kept(row))
            continue
        found = price(providers, row["lab"], row["model"], body.day)
        seen += found is not None
        rows += _followed(row, found, body.day)
    if not seen:
        raise refused(body.address, "not one of the models that are held", "The adapter has to follow.")
    origin = Origin(
        key="genai_prices_live",
        producer="Pydantic",
        title="genai-prices",
        page="https://github.com/pydantic/genai-prices",
        licence="MIT",
    )
    listed = {row["model"] for row in rows}
    return [
        Fresh(
            "prices",
            tuple(rows),
            origin,
            body,
            lambda row, _: row["catalogue"] == CATALOGUE and row["model"] in listed,
            quiet=frozenset(("seen",)),
            shown=("input_usd_per_mtok", "output_usd_per_mtok"),
        )
    ]


def _parsed(types: Any, raw: list[Any], body: Body) -> dict[str, Any]:  # noqa: ANN401 - an optional package
    """Return the providers by id, as the package reads them."""
    reader = getattr(types, "_providers_from_raw", None)
    if reader is None:
        raise refused(body.address, "this version of genai-prices reads prices otherwise", "Install 0.2.")
    try:
        return {str(each.id): each for each in reader(raw)}
    except ValueError as error:
        first = str(error).splitlines()[0]
        raise refused(body.address, f"the package cannot read it ({first})", "Renew genai-prices.") from None


def price(
    providers: dict[str, Any], lab: str, model: str, day: dt.date
) -> tuple[float, float, float | None] | None:
    """Return input, output and cache of a model at noon of a day; None where it is not listed for tokens."""
    provider = providers.get(PROVIDERS.get(lab, ""))
    found = next((each for each in provider.models if each.id == model), None) if provider else None
    if found is None or not found.prices:
        return None
    noon = dt.datetime(day.year, day.month, day.day, 12, tzinfo=dt.UTC)
    rates = found.get_prices(noon)
    tokens = [getattr(rates, f"{kind}_mtok", None) for kind in ("input", "output", "cache_read")]
    told = [None if each is None else float(getattr(each, "base", each)) for each in tokens]
    return (told[0], told[1], told[2]) if told[0] and told[1] else None


def _kept(row: dict[str, str]) -> dict[str, str]:
    return {name: text for name, text in row.items() if name not in ("source", "note")}


def _followed(
    row: dict[str, str], found: tuple[float, float, float | None] | None, day: dt.date
) -> list[dict[str, str]]:
    """Return an open price as it goes on: seen again, or ended and followed by another."""
    mine = _kept(row)
    if found is None:
        return [mine]
    names = ("input_usd_per_mtok", "output_usd_per_mtok", "cache_read_usd_per_mtok")
    now = dict(zip(names, ("" if each is None else cell(each) for each in found), strict=True))
    today = day.isoformat()
    same = all(
        row[name] == text or (row[name] and text and float(row[name]) == float(text))
        for name, text in now.items()
    )
    if same:
        return [{**mine, "seen": today}]
    if row["valid_from"] == today:
        return [{**mine, **now, "seen": today}]
    fresh = {**mine, **now, "seen": today, "valid_from": today, "published": today}
    return [{**mine, "valid_to": today}, fresh]
