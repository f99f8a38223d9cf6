"""How far the kinds of source err, estimated where the evidence reads the same thing twice."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from indicators.schema import QUALITIES

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Mapping

    from indicators.facts import Facts

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

PATH: Final = Path(__file__).with_name("quality.toml")
SPEAKS_DAYS: Final = 183
"""A price that nobody has read for longer says nothing of today."""
REPLICATES: Final = 10_000
SEED: Final = 1
ASSUMED: Final = {
    "official": 0.03,
    "measured": 0.05,
    "filing": 0.03,
    "modelled": 0.10,
    "survey": 0.10,
    "industry_estimate": 0.10,
    "press": 0.15,
    "judgement": 0.25,
}
"""What we assume of a kind of source of which the evidence holds no duplicates."""
TELEMETRY: Final = ("telemetry (Microsoft)", "household survey (Eurostat)")


@dataclass(frozen=True)
class Comparison:
    """Readings of some items by some readers.

    Attributes
    ----------
    name, quality : str
        What is compared, and the kind of source it speaks for: the weaker of those that read.
    items : tuple of str
        What was read more than once.
    item, reader : (readings,) arrays of int64
        Places of each reading.
    value : (readings,) array of float64
        Positive.
    repeats : bool
        One source at several times: then no reader has a level of its own.
    """

    name: str
    quality: str
    items: tuple[str, ...]
    item: Ints
    reader: Ints
    value: Floats
    repeats: bool = False

    @property
    def sizes(self) -> tuple[Floats, Floats]:
        """Sum of the absolute residuals and number of readings of every item, two (items,) arrays.

        Notes
        -----
        ``log value = item + reader + residual`` by least squares: what one reader has higher
        throughout is the same for all economies of a column, which comes from one reader, so it is no error
        between them. The residuals are scaled by ``sqrt(readings / degrees of freedom)``.
        """
        design = _dummies(self.item)
        if not self.repeats:
            design = np.concatenate([design, _dummies(self.reader)], axis=1)
        y = np.log(self.value)
        fitted = design @ np.linalg.lstsq(design, y, rcond=None)[0]
        free = len(y) - int(np.linalg.matrix_rank(design))
        scaled = np.abs(y - fitted) * np.sqrt(len(y) / free)
        total: Floats = np.bincount(self.item, scaled).astype(np.float64)
        return total, np.bincount(self.item).astype(np.float64)

    def sd(self) -> float:
        """Return the relative standard deviation of one reading: ``sqrt(pi / 2)`` mean absolute residual.

        The absolute residual and not its square: an entry that is simply wrong is no part of what a range
        should cover. For normal errors the two agree.
        """
        total, count = self.sizes
        return float(np.sqrt(np.pi / 2) * total.sum() / count.sum())


def _dummies(place: Ints) -> Floats:
    return np.asarray(place[:, None] == np.arange(place.max() + 1), dtype=np.float64)


def compared(
    name: str, quality: str, readings: Iterable[tuple[str, str, float]], *, repeats: bool = False
) -> Comparison | None:
    """Keep the items that were read at least twice, or return None where they leave nothing to estimate.

    Parameters
    ----------
    name, quality : str
        See `Comparison`.
    readings : iterable of (item, reader, value)
        What is not positive is left out; of several by one reader the last counts.
    repeats : bool
        See `Comparison`.
    """
    kept = {(item, reader): value for item, reader, value in readings if value > 0}
    counts: dict[str, int] = {}
    for item, _ in kept:
        counts[item] = counts.get(item, 0) + 1
    cells = sorted(cell for cell in kept if counts[cell[0]] > 1)
    items = sorted({item for item, _ in cells})
    readers = sorted({reader for _, reader in cells})
    levels = 0 if repeats else max(len(readers) - 1, 0)
    if len(cells) - len(items) - levels < 1:
        return None
    return Comparison(
        name,
        quality,
        tuple(items),
        np.array([items.index(item) for item, _ in cells]),
        np.array([readers.index(reader) for _, reader in cells]),
        np.array([kept[cell] for cell in cells], dtype=np.float64),
        repeats,
    )


def comparisons(facts: Facts) -> tuple[Comparison, ...]:
    """Every comparison that the facts hold, in the order of the kinds of source."""
    found = [*_listed(facts), *_prices(facts), _electricity(facts), _benchmark(facts), *_adoption(facts)]
    kept = [each for each in found if each is not None]
    return tuple(sorted(kept, key=lambda each: (QUALITIES.index(each.quality), each.name)))


def _listed(facts: Facts) -> list[Comparison | None]:
    """Comparisons of the table of duplicates."""
    by: dict[str, list[dict[str, Any]]] = {}
    for row in facts.records("duplicates"):
        by.setdefault(row["comparison"], []).append(row)
    return [
        compared(
            name,
            rows[0]["quality"],
            [(row["item"], row["reading"], row["value"]) for row in rows],
            repeats=rows[0]["kind"] == "repeat",
        )
        for name, rows in by.items()
    ]


def _prices(facts: Facts) -> list[Comparison | None]:
    """List prices of one model in several catalogues, input and output, in force on the state date."""
    rows = [row for row in facts.records("prices") if _in_force(row, facts.date)]
    rows.sort(key=lambda row: row["valid_from"])
    sides = {"price_input": "input_usd_per_mtok", "price_output": "output_usd_per_mtok"}
    return [
        compared(
            name,
            "industry_estimate",
            [(row["listing"], row["catalogue"], row[column]) for row in rows if row[column] is not None],
        )
        for name, column in sides.items()
    ]


def _in_force(row: Mapping[str, Any], on: dt.date) -> bool:
    """Say whether a catalogue holds a standard price for that day, and was read lately."""
    ended = row["valid_to"] is not None and row["valid_to"] <= on
    fresh = row["seen"] is not None and (on - row["seen"]).days <= SPEAKS_DAYS
    standard = row["condition"] == "standard" and row["status"] == "actual"
    return standard and fresh and not ended and row["valid_from"] <= on and row["removed_by"] is None


def _electricity(facts: Facts) -> Comparison | None:
    """Industrial electricity price of 2024 in two tables; their currencies are the readers' levels."""
    sources = ("lokshin_2026", "kilowatt_divide_2025")
    rows = [row for row in facts.records("sites") if row["quantity"] == "industrial_electricity_price"]
    kept = [row for row in rows if row["source"] in sources]
    return compared(
        "electricity_price", "press", [(row["economy"], row["source"], row["value"]) for row in kept]
    )


def _benchmark(facts: Facts) -> Comparison | None:
    """One published set of questions, put to a family of models by two laboratories of measurement."""
    best: dict[tuple[str, str], float] = {}
    for row in facts.records("scores"):
        if row["benchmark"] in {"aa_gpqa", "gpqa_diamond"}:
            at = (row["family"], row["benchmark"])
            best[at] = max(row["score"], best.get(at, 0.0))
    return compared("gpqa_diamond", "measured", [(*at, score) for at, score in best.items()])


def _adoption(facts: Facts) -> list[Comparison | None]:
    """Use of AI by economy as several instruments see it, newest wave of each.

    One of them models what telemetry shows: where it stands beside an official survey it speaks for models.
    """
    rows = sorted(
        (row for row in facts.records("adoption") if row["enters"]), key=lambda row: row["date"].toordinal()
    )
    people, firms = (
        [(row["economy"], row["instrument"], row["value"]) for row in rows if row["counts"] == what]
        for what in ("people", "firms")
    )
    return [
        compared("ai_use_people_telemetry", "modelled", [each for each in people if each[1] in TELEMETRY]),
        compared("ai_use_people", "survey", people),
        compared("ai_use_firms", "survey", firms),
    ]


@dataclass(frozen=True)
class Estimate:
    """Standard deviation of a kind of source, as a share of the value.

    Attributes
    ----------
    sd : float
        Mean over the comparisons, each counting once however many items it has.
    low, high : float or None
        5 and 95 % points over resampled items; None where it is assumed.
    items : int
        Items read more than once.
    comparisons : tuple of str
        What it rests on; empty where it is assumed.
    """

    sd: float
    low: float | None
    high: float | None
    items: int
    comparisons: tuple[str, ...]

    @property
    def basis(self) -> str:
        """Either `estimated` or `assumed`."""
        return "estimated" if self.comparisons else "assumed"


def estimate(facts: Facts) -> dict[str, Estimate]:
    """Estimate every kind of source; those without duplicates keep what is assumed.

    Notes
    -----
    The interval comes from drawing the items of each comparison with replacement.
    """
    held = comparisons(facts)
    found = {}
    for quality in QUALITIES:
        own = [each for each in held if each.quality == quality]
        if not own:
            found[quality] = Estimate(ASSUMED[quality], None, None, 0, ())
            continue
        rng = np.random.default_rng(SEED)
        drawn = np.mean([_resampled(each, rng) for each in own], axis=0)
        low, high = np.quantile(drawn, [0.05, 0.95])
        sd = float(np.mean([each.sd() for each in own]))
        names = tuple(each.name for each in own)
        found[quality] = Estimate(sd, float(low), float(high), sum(len(it.items) for it in own), names)
    return found


def _resampled(each: Comparison, rng: np.random.Generator) -> Floats:
    """Return standard deviations over items drawn with replacement, (REPLICATES,)."""
    total, count = each.sizes
    picks = rng.integers(len(total), size=(REPLICATES, len(total)))
    return np.asarray(np.sqrt(np.pi / 2) * total[picks].sum(axis=1) / count[picks].sum(axis=1))


def written(found: Mapping[str, Estimate]) -> str:
    """Lay estimates out as the TOML that recipes read."""
    lines = [
        "# Standard deviations of values without an interval, by kind of source, as a share of the value.",
        "# Written by `make quality` from the duplicates that the evidence holds; docs/doubt.md says how.",
    ]
    for quality, it in found.items():
        lines += ["", f"[{quality}]", f"sd = {it.sd:.3f}", f'basis = "{it.basis}"']
        if it.low is not None and it.high is not None:
            lines += [f"low = {it.low:.3f}", f"high = {it.high:.3f}", f"items = {it.items}"]
            lines += [
                f"comparisons = [{', '.join(f'{name!r}' for name in it.comparisons)}]".replace("'", '"')
            ]
    return "\n".join(lines) + "\n"


def main() -> None:
    """Estimate from the shipped facts and write the table that recipes read."""
    from indicators.facts import load

    PATH.write_text(written(estimate(load())), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
