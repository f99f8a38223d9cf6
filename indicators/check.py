"""Every rule that a drop-in must pass beyond being readable; all faults collected, warnings told apart."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from .catalogue import Catalogue, scan
from .economies import read_economies
from .fault import DataError, Fault, near
from .many import read_rows
from .overrides import renamed
from .period import period_start
from .schema import SCORED_STATUSES, Indicator, Source, Table
from .tables import read_table

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

    import pandas as pd

    from .observations import Row
    from .overrides import Applied

PAIR = ("USA", "CHN")
APART = 2 * 366
"""Days by which the two values of a compared pair may lie apart."""
OUTSIDE = 0.5
"""Share of the newest values beyond the goalposts above which the goalposts look wrong."""
OPEN = re.compile(
    r"\b(CC[ -]BY(?! ?-? ?(NC|ND))|CC0|MIT|Apache|public domain|Open Government)", re.IGNORECASE
)
CLOSED = re.compile(r"not stated|all rights reserved|\bN[CD]\b", re.IGNORECASE)
QUOTED = re.compile(r"single|quoted|cited|figure", re.IGNORECASE)


def check(
    folders: Sequence[str | Path] = (),
    framework: Mapping[str, Collection[str]] | None = None,
    pair: tuple[str, str] = PAIR,
    told: Callable[[float], None] | None = None,
    only: Collection[str] | None = None,
) -> tuple[Fault, ...]:
    """Check the shipped facts and those of further folders.

    Parameters
    ----------
    folders : sequence of path
        Folders with pairs of TOML and CSV.
    framework : mapping of str to collection of str, optional
        Pillars by layer; without it, those that the shipped indicators name.
    pair : tuple of str
        Economies whose values must be of about the same time.
    told : callable, optional
        Is told the share of the bytes that is done, 0 to 1.
    only : collection of str, optional
        Indicators and tables whose rows are checked; all by default.

    Returns
    -------
    tuple of Fault
        In the order of file and row; `severity` tells errors from warnings.
    """
    catalogue, faults = scan([Path(folder) for folder in folders])
    units, wrong_names = renamed(read_economies(), catalogue.applied.names)
    faults += wrong_names
    economies = frozenset(code for code, unit in units.items() if not unit.members)
    known = framework or pillars_known(catalogue.applied)
    part = _parts(told, catalogue)
    for code, described in catalogue.indicators.items():
        if only is not None and code not in only:
            continue
        held = catalogue.pairs[code]
        rows: list[Row] | None = None
        if held.csv is not None:
            rows, wrong = read_rows(held.csv, described, economies, telling=True, told=part(held.csv))
            faults += wrong
            rows = None if wrong else rows
        faults += check_indicator(described, rows, catalogue, known, pair)
    for name, table in catalogue.tables.items():
        if only is not None and name not in only:
            continue
        faults += _read_and_check(table, catalogue.table_pairs[name].csv, economies)
    return tuple(sorted(set(faults)))


def _parts(
    told: Callable[[float], None] | None, catalogue: Catalogue
) -> Callable[[Path], Callable[[float], None] | None]:
    """Return what turns the share done of one file into the share done of all, by bytes."""
    files = [pair.csv for pair in (*catalogue.pairs.values(), *catalogue.table_pairs.values()) if pair.csv]
    sizes = {path: path.stat().st_size for path in files if path.is_file()}
    whole, done = sum(sizes.values()) or 1, 0

    def part(path: Path) -> Callable[[float], None] | None:
        nonlocal done
        if told is None:
            return None
        size, before = sizes.get(path, 0), done
        done += size
        told(before / whole)
        return lambda share: told((before + share * size) / whole)

    return part


def pillars_known(applied: Applied | None = None) -> dict[str, set[str]]:
    """Pillars by layer: those of the shipped indicators, and those that folders add."""
    pillars: dict[str, set[str]] = {}
    for described in scan()[0].indicators.values():
        pillars.setdefault(described.layer, set()).add(described.pillar)
    if applied is not None:
        for code in applied.layers:
            pillars.setdefault(code, set())
        for code, pillar in applied.pillars.items():
            pillars.setdefault(pillar.layer, set()).add(code)
    return pillars


def check_indicator(
    described: Indicator,
    rows: Sequence[Row] | None,
    catalogue: Catalogue,
    framework: Mapping[str, Collection[str]],
    pair: tuple[str, str] = PAIR,
) -> list[Fault]:
    """Check one indicator and its rows (None where they could not be read) against every rule."""
    file, csv = f"{described.code}.toml", f"{described.code}.csv"
    return [
        *_place(described, file, framework),
        *_tables(described, file, catalogue),
        *_weightless(described, file),
        *_sources(described.sources, None if rows is None else {row["source"] for row in rows}, file),
        *_accessed(described, rows or (), csv),
        *_apart(rows or (), csv, pair),
        *_beyond(described, rows or (), file),
    ]


def _warning(file: str, row: int, column: str, found: str, expected: str, repair: str = "") -> Fault:
    return Fault(file, row, column, found, expected, repair, "warning")


def _place(described: Indicator, file: str, framework: Mapping[str, Collection[str]]) -> Iterator[Fault]:
    if described.layer not in framework:
        expected = f"one of {', '.join(sorted(framework))}"
        yield Fault(file, 0, "layer", repr(described.layer), expected, near(described.layer, framework))
    elif described.pillar not in framework[described.layer]:
        pillars = sorted(framework[described.layer])
        expected = f"a pillar of {described.layer}: {', '.join(pillars)}"
        yield Fault(file, 0, "pillar", repr(described.pillar), expected, near(described.pillar, pillars))


def _tables(described: Indicator, file: str, catalogue: Catalogue) -> Iterator[Fault]:
    for name in described.computed_from:
        if name not in catalogue.tables:
            repair = near(name, catalogue.tables)
            yield Fault(file, 0, "computed_from", repr(name), "the name of a record table", repair)


def _weightless(described: Indicator, file: str) -> Iterator[Fault]:
    if described.weight == 0 and not described.caveat:
        yield _warning(file, 0, "caveat", "an empty text", "why the weight is 0", "Say it in caveat.")


def _sources(sources: Mapping[str, Source], used: set[str] | None, file: str) -> Iterator[Fault]:
    for key, source in sources.items():
        place = f"sources.{key}"
        if used is not None and key not in used:
            yield _warning(file, 0, place, "a source that no row names", "sources in use", "Delete it.")
        if not (source.url_main or source.url_download or source.copy_read):
            yield _warning(file, 0, place, "no address", "url_main, url_download or copy_read")
        yield from _terms(source, place, file)


def _terms(source: Source, place: str, file: str) -> Iterator[Fault]:
    """Say where the flag on printing and the licence contradict each other without a word why."""
    text = source.licence
    if source.redistribute and CLOSED.search(text) and not (QUOTED.search(text) or source.note):
        expected = "redistribute = false, or why single figures may be quoted"
        yield _warning(file, 0, place, f"redistribute = true under {text!r}", expected)
    if not source.redistribute and OPEN.search(text) and not CLOSED.search(text) and not source.note:
        expected = "a note that says why the values may not be printed"
        yield _warning(file, 0, place, f"redistribute = false under {text!r}", expected)


def _accessed(described: Indicator, rows: Iterable[Row], file: str) -> Iterator[Fault]:
    """Say which figures are from after the day on which their source was read."""
    for row in rows:
        read = described.sources[row["source"]].date_accessed
        if row["known"] is not None and period_start(row["published"]) > read:
            expected = f"a date up to {read}, when its source was read"
            yield Fault(file, row["row"], "published", row["published"], expected)
        if row["status"] == "actual" and period_start(row["date"]) > read:
            expected = f"a period that had begun by {read}, when its source was read"
            yield Fault(
                file, row["row"], "date", row["date"], expected, "Is it a forecast? Say so in status."
            )


def newest(rows: Iterable[Row]) -> dict[str, Row]:
    """Newest row of each economy that can be scored."""
    found: dict[str, Row] = {}
    for row in rows:
        held = found.get(row["economy"])
        if row["status"] in SCORED_STATUSES and (held is None or held["period_end"] < row["period_end"]):
            found[row["economy"]] = row
    return found


def _apart(rows: Iterable[Row], file: str, pair: tuple[str, str]) -> Iterator[Fault]:
    last = newest(rows)
    if pair[0] in last and pair[1] in last:
        a, b = last[pair[0]], last[pair[1]]
        if abs((a["period_end"] - b["period_end"]).days) > APART:
            found = f"{pair[0]} {a['date']} and {pair[1]} {b['date']}"
            yield _warning(file, min(a["row"], b["row"]), "date", found, "a pair at most two years apart")


def _beyond(described: Indicator, rows: Iterable[Row], file: str) -> Iterator[Fault]:
    """Say where most newest values lie outside the goalposts; only where nothing divides them."""
    reading = described.readings.scale
    values = [row["value"] for row in newest(rows).values()]
    if reading.denominator is not None or not values:
        return
    low, high = sorted(reading.goalposts)
    out = sum(not low <= value <= high for value in values)
    if out > OUTSIDE * len(values):
        found = f"{out} of {len(values)} newest values outside {low:g} to {high:g}"
        yield _warning(file, 0, "readings.scale.goalposts", found, "posts that tell most economies apart")


def _read_and_check(table: Table, csv: Path | None, economies: frozenset[str]) -> list[Fault]:
    if csv is None:
        return []
    try:
        frame = read_table(csv, table, economies)
    except DataError as error:
        return list(error.faults)
    used = set(frame["source"])
    return [*_sources(table.sources, used, f"{table.name}.toml"), *_intervals(frame), *_order(frame, table)]


def _intervals(frame: pd.DataFrame) -> Iterator[Fault]:
    """Say which rows of a table have a range that does not contain their value, or half a range."""
    if not {"value", "low", "high"} <= set(frame.columns):
        return
    half = frame["low"].isna() != frame["high"].isna()
    out = (frame["low"] > frame["value"]) | (frame["high"] < frame["value"])
    for mask, expected in ((half, "both ends of the interval or neither"), (out, "low <= value <= high")):
        for row in frame[mask].to_dict("records"):
            found = f"{row['low']:g}, {row['value']:g}, {row['high']:g}"
            yield Fault(row["file"], row["row"], "low", found, expected)


def _order(frame: pd.DataFrame, table: Table) -> Iterator[Fault]:
    """Say which rows were published after their source was read."""
    read = frame["source"].map({key: str(source.date_accessed) for key, source in table.sources.items()})
    day = frame[table.published].dt
    bare = (day.month == 12) & (day.day == 31)  # the end of a bare year, which began in January
    first = day.strftime("%Y-%m-01").mask(bare, day.strftime("%Y-01-01"))
    for row in frame[first.notna() & (first > read)].to_dict("records"):
        found = str(row[table.published].date())
        expected = f"a date up to {table.sources[row['source']].date_accessed}, when its source was read"
        yield Fault(row["file"], row["row"], table.published, found, expected)
