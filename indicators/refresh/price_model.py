"""List prices by the package model-prices (extra live): fetched here, read by it, with their history."""

from __future__ import annotations

import datetime as dt
import json
import os
import re
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from .forms import json_of, shape
from .fresh import Fresh, Origin, cell
from .price_rows import CATALOGUE_COLUMNS, by_hand, families, not_installed, spelt
from .trouble import refused

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from .fetch import Body, Fetch
    from .held import Held

HOSTS: Final = frozenset(("raw.githubusercontent.com",))
CATALOGUE: Final = "model-prices"
PRODUCER: Final = "model-prices project"
LABS: Final = {
    "cohere": "Cohere",
    "alibaba": "Alibaba",
    "bailing": "Ant Group",
    "deepseek": "DeepSeek",
    "minimax": "MiniMax",
    "moonshotai": "Moonshot AI",
    "stepfun-ai": "StepFun",
    "zai": "Z.ai",
    "tencent-tokenhub": "Tencent",
    "xiaomi": "Xiaomi",
    "mistral": "Mistral AI",
    "anthropic": "Anthropic",
    "arcee": "Arcee AI",
    "cognition": "Cognition",
    "google": "Google",
    "inception": "Inception",
    "meta": "Meta",
    "openai": "OpenAI",
    "perplexity": "Perplexity",
    "xai": "xAI",
    "thinkingmachines": "Thinking Machines",
}
"""The laboratory that sells under each provider of the package; the others resell, or are not held."""
NO_TIME_OF_DAY: Final = "2020-01-01T12:00:00Z"
"""A moment before any price by the hour: rates asked for at it are the list's own."""
_MOVING: Final = re.compile(
    r"latest$|embed|batch|image|audio|tts|ocr|omni|moderation|transcri|realtime|live|rerank"
)
"""Ids that point to whatever is newest, or that are no text models."""


class Price(NamedTuple):
    """One price and its first day; dollars per million tokens."""

    day: str
    input: float
    output: float
    cache: float | None


def read(fetch: Fetch, held: Held) -> list[Fresh]:
    """Return the dated prices of the models that are held, and of new ones of a family that is known.

    Raises
    ------
    SourceError
        If the package is not there, or cannot read what was fetched.
    """
    try:
        import model_prices
    except ImportError:
        raise not_installed(CATALOGUE) from None
    body, manifest = _snapshot(fetch, model_prices.SNAPSHOT_URL)
    rows = [row for row in held.rows("prices") if row["catalogue"] == CATALOGUE]
    known = _Known(rows, by_hand(rows, CATALOGUE), held)
    with _in_force(model_prices, body, manifest) as day:
        found = [
            {**labels, **each}
            for provider, model in _listed(body)
            if (labels := known.labels(provider, model))
            for each in known.chosen(_prices(model_prices, provider, model, day), model)
        ]
    shape(body, holds=bool(found), expected="prices of models that are held")
    origin = Origin(
        key="model_prices_live",
        producer=PRODUCER,
        title="model-prices, dated first-party price snapshot",
        page="https://github.com/wakamex/model-prices",
        licence="MIT",
    )
    listed = {row["model"] for row in found}
    return [
        Fresh(
            "prices",
            tuple(found),
            origin,
            body,
            lambda row, _: row["catalogue"] == CATALOGUE and row["model"] in listed,
            quiet=frozenset(("seen",)),
            shown=("input_usd_per_mtok", "output_usd_per_mtok"),
        )
    ]


def _snapshot(fetch: Fetch, base: str) -> tuple[Body, Body]:
    """Return the newest snapshot, whose hash is as its manifest says, and the manifest."""
    manifest = fetch(f"{base}latest.json")
    said = json_of(manifest)
    named = isinstance(said, dict) and re.fullmatch(r"[0-9a-f]{64}", str(said.get("sha256")))
    shape(manifest, holds=bool(named) and "published_at" in said, expected="a hash and a day of publication")
    body = fetch(f"{base}{said['sha256']}.json")
    if body.sha256 != said["sha256"]:
        raise refused(body.address, "its content does not have the hash that its manifest says")
    return body, manifest


@contextmanager
def _in_force(package: Any, body: Body, manifest: Body) -> Iterator[str]:  # noqa: ANN401 - an optional package
    """Let the package read what was fetched, from a cache of its own that ends with this; gives the day."""
    before = os.environ.get("MODEL_PRICES_CACHE")
    with tempfile.TemporaryDirectory() as name:
        cache = Path(name) / f"v{package.SCHEMA}"
        cache.mkdir()
        said = json_of(manifest)
        (cache / f"{body.sha256}.json").write_bytes(body.content)
        stamped = {**said, "fetched_at": said["published_at"]}
        (cache / "latest.json").write_text(json.dumps(stamped), encoding="utf-8")
        os.environ["MODEL_PRICES_CACHE"] = name
        try:
            status = package.refresh(max_age=None)
            if body.sha256[:12] not in status.basis:
                raise refused(
                    body.address, f"it is older than the data of the package, or unreadable ({status.basis})"
                )
            yield status.published_at.date().isoformat()
        finally:
            if before is None:
                del os.environ["MODEL_PRICES_CACHE"]
            else:
                os.environ["MODEL_PRICES_CACHE"] = before


def _listed(body: Body) -> Iterator[tuple[str, str]]:
    """Give provider and id of every text model of a laboratory."""
    found = json_of(body)
    prices = found.get("prices") if isinstance(found, dict) else None
    if not isinstance(prices, dict) or "openai" not in prices:
        raise refused(body.address, "no prices by provider", "The source has changed its form.")
    for provider, models in prices.items():
        if provider in LABS:
            yield from ((provider, model) for model in sorted(models) if not _MOVING.search(model))


class _Known:
    """What is held of the models of the catalogue, and which others may be added."""

    def __init__(self, rows: Sequence[dict[str, str]], left: set[str], held: Held) -> None:
        self.rows = {row["model"]: row for row in rows}
        self.left = left
        self.conditions = {(row["model"], row["condition"]) for row in rows}
        self.read = max(row["seen"] for row in rows)
        self.families = families(held)
        self.makers = {row["family"]: row for name in ("scores", "models") for row in held.rows(name)}

    def labels(self, provider: str, model: str) -> dict[str, str]:
        """Return what is said of a model beside its prices; nothing where it is left as it is, or left out.

        A model that is not held is taken where a table of capability knows its family, made by the seller.
        """
        names = ("model", "listing", "family", "lab", "economy")
        if model in self.left:
            return {}
        if model in self.rows:
            mine = self.rows[model]["lab"] == LABS[provider]
            return {name: self.rows[model][name] for name in names} if mine else {}
        family = self.families.get(spelt(model), "")
        maker = self.makers.get(family)
        if maker is None or maker["lab"] != LABS[provider] or "/" in model:
            return {}
        values = (model, spelt(model), family, maker["lab"], maker["economy"])
        return dict(zip(names, values, strict=True))

    def chosen(self, found: Mapping[str, list[dict[str, str]]], model: str) -> list[dict[str, str]]:
        """Return the prices under the conditions that are held; of a new model all, if it came since then.

        What was listed when the catalogue was read before, and is not held, was left out by a decision.
        """
        if model in self.rows:
            return [row for name, rows in found.items() if (model, name) in self.conditions for row in rows]
        standard, thinking = found["standard"], found["thinking"]
        if not standard or standard[0]["valid_from"] <= self.read:
            return []
        same = [_money(row) for row in standard] == [_money(row) for row in thinking]
        return standard if same else [*standard, *thinking]


def _prices(
    package: Any,  # noqa: ANN401 - an optional package
    provider: str,
    model: str,
    day: str,
) -> dict[str, list[dict[str, str]]]:
    """Return the rows of a model by condition."""
    modes = {"standard": None, "thinking": "thinking"}
    return {
        name: _rows(history(package, provider, model, mode, day), name, day) for name, mode in modes.items()
    }


def _money(row: dict[str, str]) -> tuple[str, ...]:
    return row["valid_from"], row["input_usd_per_mtok"], row["output_usd_per_mtok"]


def history(package: Any, provider: str, model: str, mode: str | None, day: str) -> list[Price]:  # noqa: ANN401
    """Return the prices of one model by their first day, those at nought left out.

    Consecutive periods at one price are one; a price of the cache that is recorded later holds from the
    first day on; of two that start on one day the later recorded one holds.
    """
    end = f"{dt.date.fromisoformat(day) + dt.timedelta(days=400)}T00:00:00Z"
    moments = package.rates_between(model, NO_TIME_OF_DAY, end, provider=provider)
    out: list[Price] = []
    for place, (moment, _) in enumerate(moments):
        rates = package.rates(model, at=NO_TIME_OF_DAY, provider=provider, mode=mode, prices_at=moment)
        if rates is None or not rates.input or not rates.output:
            continue
        first = moment.date().isoformat() if place else rates.valid_from[:10]
        numbers = [float(f"{each:.10g}") for each in (rates.input, rates.output, rates.cache_read or 0)]
        _append(out, Price(first, numbers[0], numbers[1], numbers[2] or None))
    return out


def _append(out: list[Price], price: Price) -> None:
    while out and out[-1].day >= price.day:
        out.pop()
    last = out[-1] if out else None
    if last and last[1:3] == price[1:3] and (None in (last.cache, price.cache) or last.cache == price.cache):
        out[-1] = last._replace(cache=last.cache if price.cache is None else price.cache)
    else:
        out.append(price)


def _rows(found: list[Price], condition: str, day: str) -> list[dict[str, str]]:
    """Return prices as rows, each until the next one begins."""
    ends = [*(price.day for price in found[1:]), ""][: len(found)]
    return [
        dict(
            zip(
                CATALOGUE_COLUMNS,
                (
                    *(CATALOGUE, condition, "scheduled" if price.day > day else "actual"),
                    *(price.day, end, day, cell(price.input), cell(price.output)),
                    *("" if price.cache is None else cell(price.cache), min(price.day, day)),
                ),
                strict=True,
            )
        )
        for price, end in zip(found, ends, strict=True)
    ]
