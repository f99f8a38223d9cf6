"""`fourlayers diff`: what moved between two runs, or between two folders of data."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from cyclopts import Parameter

from fourlayers.command import FINE, show
from fourlayers.own_data import folder
from fourlayers.request import compute, facts, request
from fourlayers.settings import read_settings
from indicators.fault import UsageError, near

from .options import ADVANCED, AsOf, KnownBy, Lens, Recipe

if TYPE_CHECKING:
    from fourlayers.request import Request
    from scoring.questions.held import Run

REPORT = "score.json"
"""The run in the folder of a report."""
Place = Annotated[
    str, Parameter(help="JSON of a run (score --format json), folder of a report, or folder of data")
]


def diff(
    old: Place,
    new: Annotated[
        str | None, Parameter(help="the same; without it, what the present data and version say")
    ] = None,
    /,
    *,
    pair: Annotated[
        tuple[str, str] | None,
        Parameter(help="two economies, where neither of the two is a file", negative=()),
    ] = None,
    as_of: AsOf = None,
    known_by: KnownBy = None,
    lens: Lens = None,
    recipe: Recipe = None,
    draws: Annotated[
        int | None, Parameter(help="draws of a run that is computed; those of the file, or 0", group=ADVANCED)
    ] = None,
    format_: Annotated[
        Literal["table", "json", "csv"], Parameter(name="--format", help="a screen, a document, or long rows")
    ] = "table",
) -> int:
    """Say what a gap's move is made of: data (by row), recipe, code; the parts add up."""
    from scoring.questions.diff import diff as compare

    places = [_place(name, which) for name, which in ((old, "OLD"), (new, "NEW")) if name is not None]
    read = [_read(place) if place.is_file() else None for place in places]
    kept = next((run for run in read if run), None)
    first, second = (kept.pair if kept else pair) or (None, None)
    asked = request(
        read_settings(),
        first,
        second,
        as_of=as_of,
        known_by=known_by,
        lens=lens or _lens(kept),
        recipe=recipe,
        draws=draws if draws is not None else kept.draws if kept else 0,
        seed=kept.seed if kept else None,
    )
    runs = [run or _run(replace(asked, data=(place,))) for place, run in zip(places, read, strict=True)]
    if new is None:
        runs.append(_run(asked))
    found = compare(*runs)
    if format_ == "table":
        from fourlayers.screens.diff import diff_screen

        show(diff_screen(found))
        return FINE
    from reports.diff_document import as_csv, as_json

    show((as_json if format_ == "json" else as_csv)(found))
    return FINE


def _place(name: str, which: str) -> Path:
    """Find a file or a folder, or say which one near it was meant."""
    path = Path(name)
    if (kept := path / REPORT).is_file():
        return kept
    if path.is_dir():
        return folder(path, which)
    if path.exists():
        return path
    there = [each.name for each in path.parent.iterdir()] if path.parent.is_dir() else []
    hint = near(path.name, there) or "expected the JSON of a run or a folder of data"
    message = f"{which} {name}: there is no such file or folder; {hint}"
    raise UsageError(message)


def _read(path: Path) -> Run:
    from reports.kept import read_run

    return read_run(path)


def _lens(kept: Run | None) -> Literal["scale", "intensity"] | None:
    return None if kept is None else "intensity" if kept.lens == "intensity" else "scale"


def _run(asked: Request) -> Run:
    """Score what is there now, by the one pipeline."""
    from scoring.questions.held import held

    return held(compute(asked, facts(asked)))
