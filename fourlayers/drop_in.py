"""A new indicator in a folder of one's own: from nothing, or from a file of another form."""

from __future__ import annotations

import re
import tomllib
from typing import TYPE_CHECKING, Final

from indicators.check import pillars_known
from indicators.fault import UsageError, near
from indicators.imports.pair import SOURCE, described, observations
from indicators.overrides import Applied, read_overrides
from indicators.whole import put, put_all

from .own_data import environment
from .schemas import file_name, line_of, schema_text
from .writing import prepared

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from indicators.imports.table import Imported

KIND: Final = "indicator"
CODE: Final = re.compile(r"[a-z][a-z0-9_]{1,63}")


def new_pair(folder: Path, code: str, layer: str, pillar: str, direction: int = 1) -> list[Path]:
    """Write a pair to be filled in.

    Raises
    ------
    UsageError
        If the code, the layer or the pillar cannot be, or a file of that name is there.
    """
    _free(folder, code)
    where = place(layer, pillar, folder)
    made = prepared(folder)
    text = described(code, *where, direction=direction, head=line_of(KIND))
    return put_all(_with_schema({made / f"{code}.toml": text, made / f"{code}.csv": observations(())}, made))


def _with_schema(contents: dict[Path, str], folder: Path) -> dict[Path, bytes | str]:
    """Put the schema beside a pair, by which an editor completes and checks the TOML."""
    return {**contents, folder / file_name(KIND): schema_text(KIND)}


def _named(code: str) -> None:
    """Refuse a code that is none: it becomes the name of files, and must not lead elsewhere."""
    if not CODE.fullmatch(code):
        message = f"the code {code!r}: expected small letters, digits and _, a letter first, 2 to 64 signs"
        raise UsageError(message)


def _free(folder: Path, code: str) -> None:
    _named(code)
    for path in (folder / f"{code}.toml", folder / f"{code}.csv"):
        if path.exists():
            message = f"{path} is there already; nothing was written"
            raise UsageError(message)


def place(layer: str, pillar: str, folder: Path) -> tuple[str, str]:
    """Return layer and pillar by the words of the user; those that the folder or the environment adds count.

    Raises
    ------
    UsageError
        With near names, if there are none such.
    """
    applied = Applied()
    for path in (*environment(), folder):
        own, _, _ = read_overrides(path)  # the whole folder may hold anything, and need not be in order yet
        applied.layers |= own.layers
        applied.pillars |= own.pillars
    pillars = pillars_known(applied)
    return (found := _one("--layer", layer, pillars)), _one("--pillar", pillar, pillars[found])


def _one(option: str, word: str, known: Mapping[str, object] | set[str]) -> str:
    wanted = word.strip().lower().replace("-", "_").replace(" ", "_")
    if wanted in known:
        return wanted
    begin = [name for name in known if wanted in name]
    if len(begin) == 1:
        return begin[0]
    hint = near(wanted, known) or f"there are {', '.join(sorted(known))}"
    message = f"{option} {word}: {hint}"
    raise UsageError(message)


def write_import(
    folder: Path, code: str, found: Imported, where: tuple[str, str] | None, *, replace: bool = False
) -> list[Path]:
    """Write imported rows as the CSV of a pair, and the TOML to be filled in where there is none.

    Parameters
    ----------
    folder, code : Path, str
        Where the pair stands.
    found : Imported
        The rows.
    where : tuple of str or None
        Layer and pillar of a new TOML.
    replace : bool
        Whether a CSV that is there is replaced.

    Raises
    ------
    UsageError
        If a CSV is there and is not to be replaced, or a new TOML lacks its place.
    """
    _named(code)
    toml, csv = folder / f"{code}.toml", folder / f"{code}.csv"
    if not toml.exists():
        if where is None:
            message = f"{toml} is not there: say where the indicator counts, with --layer and --pillar"
            raise UsageError(message)
        if not (csv.exists() and replace):
            _free(folder, code)
        text = described(code, *place(*where, folder), head=line_of(KIND))
        made = prepared(folder)
        return put_all(
            _with_schema({made / toml.name: text, made / csv.name: observations(found.rows)}, made)
        )
    if csv.exists() and not replace:
        message = f"{csv} is there already; --replace puts the imported rows in its place"
        raise UsageError(message)
    return [put(csv, observations(found.rows, _source(toml)))]


def _source(toml: Path) -> str:
    """Return the key of the last source of a TOML: that of the file just imported."""
    try:
        keys = [str(key) for key in tomllib.loads(toml.read_text(encoding="utf-8"))["sources"]]
    except (OSError, ValueError, KeyError, TypeError):
        return SOURCE
    return keys[-1] if keys else SOURCE


def report(found: Imported, written: Sequence[Path]) -> list[str]:
    """Say what came in and what fell out."""
    economies = {row["economy"] for row in found.rows}
    periods = [row["date"] for row in found.rows]
    span = f"{len(economies)} economies, {min(periods)} to {max(periods)}"
    said = [f"read as {found.form}: {len(found.rows)} values of {span}"]
    if found.blank:
        said.append(f"left out, no value: {found.blank} cells")
    if found.elsewhere:
        names = ", ".join(f"{name} ({count})" for name, count in found.elsewhere.most_common(8))
        more = f" and {len(found.elsewhere) - 8} more" if len(found.elsewhere) > 8 else ""
        said.append(f"left out, not scored: {sum(found.elsewhere.values())} values of {names}{more}")
    if found.signs:
        said.append(f"percent signs taken off: {found.signs}")
    said.append("wrote " + ", ".join(map(str, written)))
    return said
