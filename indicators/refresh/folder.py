"""The folder that refreshed pairs go to: where it is, and how they get there whole."""

from __future__ import annotations

import os
import shutil
from itertools import count
from typing import TYPE_CHECKING

from indicators.whole import put

from .held import inside

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from .held import Held

_turns = count()


def own_folder() -> Path:
    """Return the folder of the user's own data, by the rules of the system."""
    from platformdirs import user_data_path

    return user_data_path("fourlayers", appauthor=False) / "data"


def lay_out(held: Held, names: Iterable[str], into: Path) -> None:
    """Write merged pairs into a folder that is empty."""
    for name in names:
        place = into / inside(name, table=held.is_table(name))
        place.mkdir(parents=True)
        texts = held.merged[name]
        (place / f"{name}.toml").write_text(texts.toml, encoding="utf-8", newline="\n")
        (place / f"{name}.csv").write_text(texts.csv, encoding="utf-8", newline="\n")


def write(held: Held, name: str, folder: Path) -> list[Path]:
    """Write one merged pair into the user's folder, so that at any moment there is a pair that can be read.

    A pair that is new to the folder comes in one step, in a folder of its own. Of one that is there, the
    description first learns the new source beside the old ones, then the rows follow, then the sources that
    no row names any more go.

    Raises
    ------
    OSError
        If it cannot be written, with the name of the file.
    """
    texts = held.merged[name]
    there = held.place(name, folder)
    if there is not None:
        toml, csv = there / f"{name}.toml", there / f"{name}.csv"
        put(toml, _with_both(toml.read_text(encoding="utf-8-sig"), texts.toml))
        return [put(csv, texts.csv), put(toml, texts.toml)]
    within = inside(name, table=held.is_table(name))
    staged = folder / f".{name}.{os.getpid()}-{next(_turns)}.part"
    try:
        made = staged / within.relative_to(within.parts[0])
        made.mkdir(parents=True)
        put(made / f"{name}.toml", texts.toml)
        put(made / f"{name}.csv", texts.csv)
        staged.replace(folder / within.parts[0])
    except BaseException:
        shutil.rmtree(staged, ignore_errors=True)
        raise
    return [folder / within / f"{name}.csv", folder / within / f"{name}.toml"]


def _with_both(old: str, new: str) -> str:
    """Return the new description with the sources of the old one that it lacks."""
    import tomllib

    lacking = tomllib.loads(old)["sources"].keys() - tomllib.loads(new)["sources"].keys()
    blocks = [_block(old, key) for key in sorted(lacking)]
    return "\n\n".join([new.rstrip(), *blocks]) + "\n"


def _block(toml: str, key: str) -> str:
    """Return the lines of one source."""
    lines = toml.splitlines()
    first = lines.index(next(line for line in lines if line.startswith(f"[sources.{key}]")))
    last = next((k for k in range(first + 1, len(lines)) if lines[k].startswith("[")), len(lines))
    return "\n".join(lines[first:last]).strip()
