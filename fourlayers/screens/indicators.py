"""The screens of `data`: which indicators there are, all values of one, and that a folder is in order."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from indicators.catalogue import BESIDE
from indicators.fault import UsageError, near
from layers.layer import computed_rows, layer_names
from reports.wording import NONE, plain, upper_first

from .layout import blocks, padded, wrapped

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from pathlib import Path

    from indicators.facts import Facts
    from indicators.schema import Indicator, Source, Table

_LIST: Final = (41, 19, 8, 12)
_VALUES: Final = (5, 11, 11, 11, 11, 11, 20)


def list_screen(known: Facts, layer: str | None, only: Collection[str] | None = None) -> str:
    """List the indicators by layer and pillar: how many economies have a value, and the newest period.

    Raises
    ------
    UsageError
        If there is no such layer.
    """
    names = layer_names(known)
    chosen = [_layer(layer, names)] if layer else list(names)
    rows = _rows_by_code(known, chosen)
    parts = [_layer_list(known, name, rows, only) for name in chosen]
    listed = sum(len(part) > 1 for part in parts)
    if not listed:
        return "None.\n"
    more = "fourlayers data show CODE: every value of one, its dates and source"
    return blocks((*(part for part in parts if len(part) > 1), [more]))


def _layer(word: str, names: Sequence[str]) -> str:
    wanted = word.strip().lower().replace("-", "_").replace(" ", "_")
    found = [
        name for name in names if name == wanted or name.startswith(wanted) or name.endswith(f"_{wanted}")
    ]
    if len(found) != 1:
        message = f"unknown layer {word!r}; {near(wanted, names) or 'known: ' + ', '.join(names)}"
        raise UsageError(message)
    return found[0]


def _rows_by_code(known: Facts, layers: list[str]) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for row in (*known.current, *(row for name in layers for row in computed_rows(known, name))):
        found.setdefault(row["code"], []).append(row)
    return found


def _layer_list(
    known: Facts, layer: str, rows: dict[str, list[dict[str, Any]]], only: Collection[str] | None
) -> list[str]:
    lines = [padded((upper_first(layer.replace("_", " ")), "pillar", "values", "newest"), _LIST)]
    for code, it in known.indicators.items():
        if it.layer != layer or (only is not None and code not in only):
            continue
        mine = rows.get(code, [])
        newest = max((str(row["date"]) for row in mine), default=NONE)
        economies = len({row["economy"] for row in mine})
        pillar = it.pillar if it.weight else f"({it.pillar})"
        lines.append(padded((f"  {code}", pillar, f"{economies:>4}", newest), _LIST))
    return lines


def show_screen(known: Facts, code: str) -> str:
    """Every value of one indicator with dates and sources, or the columns and sources of a record table.

    Raises
    ------
    UsageError
        With near names, if there is no such indicator or table.
    """
    wanted = code.strip().replace("-", "_")
    if wanted in known.indicators:
        return _show_indicator(known, known.indicators[wanted])
    if wanted in known.catalogue.tables:
        return _show_table(known, known.catalogue.tables[wanted])
    names = [*known.indicators, *known.catalogue.tables]
    held = [name for name in names if wanted in name][:6]
    hint = f"did you mean {' or '.join(held)}?" if held else near(wanted, names) or "see fourlayers data list"
    message = f"unknown indicator or table {code!r}; {hint}"
    raise UsageError(message)


def _show_indicator(known: Facts, it: Indicator) -> str:
    found = _rows_by_code(known, [it.layer]).get(it.code, [])
    rows = sorted(found, key=lambda row: (row["economy"], str(row["date"])))
    weight = f"weight {it.weight:g} in its pillar" if it.weight else "shown, not scored"
    head = [it.title, *wrapped(f"{it.layer}.{it.pillar}.{it.code}, {it.unit}; {weight}", "")]
    origin = [f"computed from {', '.join(it.computed_from)}"] if it.computed_from else [f"{it.code}.csv"]
    table = [
        padded(("", "date", "published", "value", "low", "high", "source"), _VALUES),
        *map(_value_line, rows),
    ]
    said = (("Caveat: ", it.caveat), ("Objection: ", it.objection))
    remarks = [line for word, text in said if text for line in wrapped(word + text)]
    sources = [line for key, source in it.sources.items() for line in _source(key, source)]
    return blocks((head, wrapped(it.description), origin + table, remarks, sources))


def _value_line(row: dict[str, Any]) -> str:
    numbers = [NONE if row[name] is None else plain(row[name]) for name in ("value", "low", "high")]
    status = "" if row["status"] in ("actual", "estimate") else f" {row['status']}"
    cells = (
        row["economy"],
        str(row["date"]),
        str(row["published"] or NONE),
        *numbers,
        f"{row['source']}{status}",
    )
    return padded(cells, _VALUES)


def _show_table(known: Facts, table: Table) -> str:
    rows = known.table(table.name)
    columns = [
        line
        for name, column in table.columns.items()
        for line in wrapped(f"{name} ({column.unit or column.type}): {column.description}", "  ", "    ")
    ]
    sources = [line for key, source in table.sources.items() for line in _source(key, source)]
    head = [table.title, f"{table.name}.csv: {len(rows)} rows by {', '.join(table.key) or 'no key'}"]
    return blocks((head, wrapped(table.description), columns, sources))


def _source(key: str, source: Source) -> list[str]:
    terms = source.licence + ("" if source.redistribute else "; values may not be passed on")
    return wrapped(f"{key}: {source.citation_full} {source.url_main} ({terms})", "  ", "    ")


def codes_of(known: Facts, folder: Path) -> list[str]:
    """Codes of the indicators and tables that stand in a folder."""
    inside = folder.resolve()
    pairs = {**known.catalogue.pairs, **known.catalogue.table_pairs}
    return sorted(code for code, pair in pairs.items() if inside in pair.toml.resolve().parents)


def checked_screen(known: Facts, folder: Path | None) -> str:
    """Say that all is in order, and what was looked at."""
    tables = len(known.catalogue.tables)
    held = f"{len(known.indicators)} indicators, {tables} tables, {len(known.rows):,} observations"
    if folder is None:
        return f"Fine: {held}.\n"
    own = codes_of(known, folder)
    said = f"{len(own)} of them from {folder}: {', '.join(own)}" if own else f"none of them from {folder}"
    named = [f"{path.parent.name}/{path.stem}" for kind in sorted(BESIDE) for path in _sorted(folder / kind)]
    lines = wrapped(f"Fine: {held}; {said}.", "", "  ")
    lines += wrapped(f"Called by name: {', '.join(named)}.", "", "  ") if named else []
    return "\n".join(lines) + "\n"


def _sorted(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.toml"))
