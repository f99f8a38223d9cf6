"""OpenRouter rankings: tokens by author in the newest week, as JSON or in the data that the page carries."""

from __future__ import annotations

import json
import math
import re
from collections import defaultdict
from typing import TYPE_CHECKING, Any, Final

from .forms import json_of, shape, text_of
from .fresh import Fresh, Origin, cell
from .trouble import refused

if TYPE_CHECKING:
    from .fetch import Body, Fetch
    from .held import Held

HOSTS: Final = frozenset(("openrouter.ai",))
ADDRESS: Final = "https://openrouter.ai/rankings"
NAME: Final = "openrouter_token_share_by_hq_pct"
INSTRUMENT: Final = "OpenRouter rankings"
NAMED: Final = 5
"""Authors below which it is no ranking."""
LABS: Final = {
    "x-ai": "xAI",
    "z-ai": "Z.ai",
    "moonshotai": "Moonshot AI",
    "mistralai": "Mistral AI",
    "meta-llama": "Meta",
    "stepfun": "StepFun",
    "tencent": "Tencent",
    "nvidia": "NVIDIA",
    "inclusionai": "Ant Group",
    "cohere": "Cohere",
    "microsoft": "Microsoft",
    "amazon": "Amazon",
}
"""Laboratory in the table models by author, for authors that the table router does not list."""
CLOAKED: Final = "openrouter"
"""Stands for makers that do not want to be named yet."""
_PUSHED: Final = re.compile(r"<script[^>]*>self\.__next_f\.push\(\[\d+,(.*?)\]\)</script>", re.DOTALL)
_SERIES: Final = re.compile(r'"data":(?=\[\{"x":)')


def read(fetch: Fetch, held: Held) -> list[Fresh]:
    """Return the shares of one week, as a new reading beside those that are held.

    Raises
    ------
    SourceError
        If no ranking by author is found, or an author is not known.
    """
    body = fetch(ADDRESS)
    homes = makers(held)
    rows = shares(body, authors(body), homes)
    today = body.day.isoformat()
    origin = Origin(
        key="openrouter_live",
        producer="OpenRouter",
        title="OpenRouter rankings, tokens by model author",
        page=ADDRESS,
        licence="terms for the data not stated",
        redistribute=False,
        party="OpenRouter (USA)",
    )
    return [Fresh(NAME, tuple(rows), origin, body, lambda row, _: row["date"] == today)]


def makers(held: Held) -> dict[str, str]:
    """Return the economy of every author that is known."""
    labs = {row["lab"]: row["economy"] for row in held.rows("models") if row["lab"] and row["economy"]}
    listed = {row["author"]: row["economy"] for row in held.rows("router")}
    return {author: labs[lab] for author, lab in LABS.items() if lab in labs} | listed


def authors(body: Body) -> dict[str, float]:
    """Return the tokens of every named author in the newest week, and of all others as `Others`.

    Raises
    ------
    SourceError
        If neither a JSON nor a page with a series by author is found.
    """
    if body.content.lstrip()[:1] == b"<":
        found = _of_page(text_of(body))
        shape(body, holds=found is not None, expected="a series of weeks by author in the data of the page")
        tokens: dict[str, Any] = dict(found or {})
    else:
        told = json_of(body)
        ranking: Any = told.get("market_share") if isinstance(told, dict) else None
        ranking = ranking if isinstance(ranking, list) else []
        keys = {"author", "tokens"}
        right = bool(ranking) and all(isinstance(x, dict) and keys <= x.keys() for x in ranking)
        shape(body, holds=right, expected="market_share, a list with author and tokens")
        tokens = {str(each["author"]): each["tokens"] for each in ranking}
        whole = told.get("total_tokens")
        if isinstance(whole, int | float):
            tokens["Others"] = whole - sum(tokens.values())
    positive = all(isinstance(x, int | float) and math.isfinite(x) and x >= 0 for x in tokens.values())
    shape(body, holds=positive, expected="tokens of 0 or more by author")
    named = [name for name in tokens if name.casefold() != "others"]
    shape(body, holds=len(named) >= NAMED, expected=f"at least {NAMED} named authors, found {len(named)}")
    shape(
        body,
        holds=len(named) < len(tokens),
        expected="the tokens of all others, without which there is no share",
    )
    return tokens


def _of_page(text: str) -> dict[str, float] | None:
    """Return the newest week of the first series whose names are authors and not models."""
    for pushed in _PUSHED.findall(text):
        try:
            block = json.loads(pushed)
        except ValueError:
            continue
        for start in _SERIES.finditer(block) if isinstance(block, str) else ():
            week = _newest(block[start.end() :])
            if week and all("/" not in name for name in week):
                return week
    return None


def _newest(text: str) -> dict[str, float] | None:
    try:
        series: Any = json.JSONDecoder().raw_decode(text)[0]
    except ValueError:
        return None
    last = series[-1]
    week = last.get("ys") if isinstance(last, dict) else None
    return week if isinstance(week, dict) and week else None


def shares(body: Body, tokens: dict[str, float], homes: dict[str, str]) -> list[dict[str, str]]:
    """Return the share of every economy that has a named author, in per cent of all tokens.

    Raises
    ------
    SourceError
        If an author is not known.
    """
    total = sum(tokens.values())
    shape(body, holds=total > 0, expected="tokens")
    out: dict[str, float] = defaultdict(float)
    for author, count in tokens.items():
        if author.casefold() in ("others", CLOAKED):
            continue
        if author not in homes:
            repair = "Add it to the table router in your own folder."
            raise refused(body.address, f"the author {author!r}, whose economy is not known", repair)
        out[homes[author]] += 100 * count / total
    return [
        {
            "economy": economy,
            "date": body.day.isoformat(),
            "value": cell(share),
            "instrument": INSTRUMENT,
            "quality": "measured",
            "note": "one reading, of the week before",
        }
        for economy, share in out.items()
    ]
