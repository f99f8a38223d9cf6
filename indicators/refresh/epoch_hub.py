"""Epoch AI, Benchmarking Hub: an archive, a list of benchmarks and one CSV each; into the table scores."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final, NamedTuple

from indicators.period import period_end

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
from .forms import member, number, shape, table_of
from .fresh import Fresh, Origin, cell
from .overlap import agrees
from .trouble import refused

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from indicators.schema import Source

    from .fetch import Body, Fetch
    from .held import Held

HOSTS: Final = EPOCH_HOSTS
ADDRESS: Final = "https://epoch.ai/data/benchmark_data.zip"
LISTING: Final = "benchmark_metadata.csv"
FEWEST: Final = 2
"""Scores that a model needs to be told from one odd test."""
PER_BENCHMARK: Final = ("score_type", "proportion", "twin_of")
PER_MODEL: Final = ("family", "lab", "economy", "released", "open_weights", "variant")


class Told(NamedTuple):
    """What one benchmark says of one model: the best score, how many there are, and the other cells."""

    score: float
    rows: int
    cells: dict[str, str]


def read(fetch: Fetch, held: Held) -> list[Fresh]:
    """Return the scores of the benchmarks that the table holds of the hub.

    Raises
    ------
    SourceError
        If the scores are not those that are held.
    """
    body = fetch(ADDRESS)
    every, hub = held.rows("scores"), _sources(held)
    old = [row for row in every if row["source"] in hub]
    others = [row["model"] for row in every if row["source"] not in hub]
    pattern = {row["benchmark"]: row for row in old}
    found = {
        name: told
        for name, file, column, scale in listed(body)
        if name in pattern
        for told in [_scores(body, name, file, column, scale)]
    }
    shape(body, holds=bool(found), expected="benchmarks that are held")
    agrees(body, _keyed(found), [_value(row["model"], row["benchmark"], row["score"]) for row in old])
    rows = _rows(found, _About(held, every), old, others)
    origin = Origin(
        key="epoch_hub_live",
        producer=PRODUCER,
        title="AI Benchmarking Hub",
        page="https://epoch.ai/benchmarks",
        licence=LICENCE,
    )

    def mine(row: Mapping[str, str], source: Source) -> bool:
        return source.producer == PRODUCER and row["benchmark"] in found

    return [Fresh("scores", tuple(rows), origin, body, mine, same=5e-5, shown=("score",))]


def _sources(held: Held) -> set[str]:
    return {key for key, source in held.sources("scores").items() if source.producer == PRODUCER}


def _value(model: str, benchmark: str, score: str) -> dict[str, str]:
    return {"economy": model, "date": benchmark, "value": score}


def _keyed(found: Mapping[str, Mapping[str, Told]]) -> list[dict[str, str]]:
    return [
        _value(model, name, str(told.score))
        for name, models in found.items()
        for model, told in models.items()
    ]


def listed(body: Body) -> list[tuple[str, str, str, float]]:
    """Return name, file, column of scores and scale of every benchmark of the archive.

    Raises
    ------
    SourceError
        If there is no list, or it has another form.
    """
    listing = member(body, [LISTING])
    out = []
    for line in table_of(listing, ["source_file", "score_column", "scale"]):
        file, column = line.cells["source_file"].rpartition("/")[2], line.cells["score_column"]
        if file and column:
            scale = number(line.cells["scale"] or "1", f"{listing.address}, line {line.number}")
            shape(listing, holds=scale > 0, expected=f"a scale above 0 for {file}")
            out.append((file.removesuffix(".csv").removesuffix("_external"), file, column, scale))
    return out


def _scores(body: Body, name: str, file: str, column: str, scale: float) -> dict[str, Told]:
    """Return the best score of every model on one benchmark, 0 to 1."""
    part = member(body, [file])
    out: dict[str, Told] = {}
    for line in table_of(part, ["Model version", column]):
        model, text = line.cells["Model version"], line.cells[column]
        if not model or not text:
            continue
        score = number(text, f"{part.address}, line {line.number}") / scale
        if not 0 <= score <= 1:
            raise refused(part.address, f"line {line.number}: {name} {score:g}, expected 0 to 1")
        before = out.get(model)
        out[model] = Told(
            max(score, before.score) if before else score, before.rows + 1 if before else 1, line.cells
        )
    return out


def _rows(
    found: Mapping[str, Mapping[str, Told]],
    about: _About,
    old: Sequence[Mapping[str, str]],
    others: Sequence[str],
) -> list[dict[str, str]]:
    """Return a row for every score: of what is held only the figures, of what is new all that is known."""
    there = {(row["model"], row["benchmark"]) for row in old}
    pattern = {row["benchmark"]: row for row in old}
    number_of = Counter(others)
    number_of.update(model for told in found.values() for model in told)
    out = []
    for name, told in found.items():
        for model, each in told.items():
            figures = {"model": model, "benchmark": name, "score": cell(each.score), "n_rows": str(each.rows)}
            if (model, name) in there:
                out.append(figures)
                continue
            said = about.model(model, each.cells)
            if said and number_of[model] >= FEWEST:
                marks = {key: pattern[name][key] for key in PER_BENCHMARK}
                out.append({**figures, **said, **marks, "doubtful": "false"})
    return out


class _About:
    """What is said of a model beside its scores: as the table holds it, else as the hub says."""

    def __init__(self, held: Held, rows: Sequence[Mapping[str, str]]) -> None:
        self.known = {row["model"]: {key: row[key] for key in PER_MODEL} for row in rows}
        self.aliases = same_version(held)
        self.homes = economies_of(rows)
        self.places = places()

    def model(self, model: str, cells: Mapping[str, str]) -> dict[str, str]:
        """Return its family, laboratory, economy and dates; nothing where it has no date of release."""
        if model in self.known:
            return self.known[model]
        released = cells.get("Release date", "")
        try:
            period_end(released)
        except ValueError:
            return {}
        maker = lab(cells.get("Organization", ""))
        country = cells.get("Country", "") or cells.get("Country (of organization)", "")
        home = self.homes.get(maker) or self.places.economy(country.partition(",")[0]) or ""
        return {
            "family": family(model, self.aliases),
            "lab": maker,
            "economy": home,
            "released": released,
            "open_weights": open_weights(cells.get("Model accessibility", "")),
            "variant": "",
        }
