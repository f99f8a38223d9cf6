"""Epoch AI, Capabilities Index: one row a model with its published score, into the table models."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from .epoch_names import (
    EPOCH_HOSTS,
    LICENCE,
    PRODUCER,
    economies_of,
    family,
    lab,
    open_weights,
    places,
    same_version,
)
from .forms import number, shape, table_of
from .fresh import Fresh, Origin, cell
from .overlap import agrees
from .price_rows import spelt

if TYPE_CHECKING:
    from collections.abc import Mapping

    from indicators.schema import Source

    from .fetch import Body, Fetch
    from .held import Held

HOSTS: Final = EPOCH_HOSTS
ADDRESS: Final = "https://epoch.ai/data/eci_scores.csv"
COLUMNS: Final = ("Model", "eci", "date", "Organization", "Country (of organization)")
_EFFORT: Final = re.compile(r" \((?:none|minimal|low|medium|high|xhigh|max|\d+K|thinking|unknown)[^)]*\)$")
"""What the name of a setting adds to that of its model."""
RESCALED: Final = 6.0
"""Points by which the index may move when it is fitted anew."""


def read(fetch: Fetch, held: Held) -> list[Fresh]:
    """Return the index of the models that are held, under every effort setting, and of new ones.

    Raises
    ------
    SourceError
        If the scores are not on the scale of those that are held.
    """
    body = fetch(ADDRESS)
    rows = scores(body, held)
    old = [row for row in held.rows("models") if row["eci"]]
    agrees(body, _keyed(rows), _keyed(old), tolerance=RESCALED)
    origin = Origin(
        key="epoch_eci_live",
        producer=PRODUCER,
        title="Epoch Capabilities Index",
        page="https://epoch.ai/benchmarks/eci",
        licence=LICENCE,
    )
    covered = {row["model"] for row in rows}

    def mine(row: Mapping[str, str], source: Source) -> bool:
        return source.producer == PRODUCER and row["model"] in covered

    return [Fresh("models", tuple(rows), origin, body, mine, same=0.0051, shown=("eci",))]


def _keyed(rows: list[dict[str, str]]) -> list[dict[str, str]]:
    return [{"economy": row["model"], "date": "", "value": row["eci"]} for row in rows]


def scores(body: Body, held: Held) -> list[dict[str, str]]:
    """Return the rows of the table models that the index speaks for.

    Raises
    ------
    SourceError
        If the file has another form.
    """
    kin = _kin([row for row in held.rows("models") if row["eci"]])
    aliases, named, homes = same_version(held), places(), economies_of(held.rows("models"))
    out: dict[str, dict[str, str]] = {}
    for line in table_of(body, COLUMNS):
        cells = line.cells
        if not cells["eci"] or not cells["date"]:
            continue
        value = cell(round(number(cells["eci"], f"{body.address}, line {line.number}"), 2))
        name = family(cells["Model"].replace(" ", "-"), aliases)
        held_as = kin.get(spelt(cells["Model"])) or kin.get(name)
        if held_as:
            out |= {model: {"model": model, "eci": value} for model in held_as if model not in out}
            continue
        maker = lab(cells["Organization"])
        home = homes.get(maker) or named.economy(cells["Country (of organization)"].partition(",")[0]) or ""
        out[cells["Model"]] = {
            "model": cells["Model"],
            "family": name,
            "name": cells["Model"],
            "lab": maker,
            "economy": home,
            "released": cells["date"],
            "open_weights": open_weights(cells.get("Model accessibility", "")),
            "eci": value,
        }
    shape(body, holds=bool(out), expected="models with a score and a date")
    return list(out.values())


def _kin(rows: list[dict[str, str]]) -> dict[str, list[str]]:
    """Return the models that are held by the names under which the index may list them.

    By the name for display, without the effort in brackets; by the family where all of it have one score.
    """
    out: dict[str, list[str]] = {}
    scores: dict[str, set[str]] = {}
    for row in rows:
        scores.setdefault(row["family"], set()).add(row["eci"])
    for row in rows:
        names = [spelt(row["model"]), spelt(row["name"]), spelt(_EFFORT.sub("", row["name"]))]
        names += [row["family"]] if len(scores[row["family"]]) == 1 else []
        for name in dict.fromkeys(names):
            out.setdefault(name, []).append(row["model"])
    return out
