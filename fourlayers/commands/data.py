"""`fourlayers data`: what is known, where it comes from, and whether a folder of one's own is in order."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from cyclopts import App, Parameter

from fourlayers.command import FINE, NOT_STRICT, quiet_app, say, show
from fourlayers.request import answer, facts, request
from fourlayers.screens.indicators import checked_screen, list_screen, show_screen
from fourlayers.settings import read_settings
from indicators.check import check as check_facts
from indicators.fault import DataError, Fault
from layers.frontier_capability.evidence import check as check_scores

from .options import AsOf, Data, Flag, KnownBy

app: App = quiet_app("data", "indicators and their sources")


@app.command(name="list", help="indicators by layer and pillar")
def list_(
    *,
    layer: Annotated[str | None, Parameter(help="only this layer")] = None,
    stale: Annotated[bool, Parameter(help="only those whose values are old or out of step"), Flag] = False,
    as_of: AsOf = None,
    known_by: KnownBy = None,
    data: Data = (),
) -> int:
    """List the indicators with unit, weight, economies and newest date."""
    asked = request(read_settings(), as_of=as_of, known_by=known_by, data=data)
    known = facts(asked)
    apart = {row.code for row in answer(asked).indicators if row.out_of_step} if stale else None
    show(list_screen(known, layer, apart))
    return FINE


@app.command(name="show", help="one indicator or table: every value, its dates and source")
def show_(
    code: Annotated[str, Parameter(help="indicator or record table")],
    /,
    *,
    as_of: AsOf = None,
    known_by: KnownBy = None,
    data: Data = (),
) -> int:
    """Show one indicator with all its rows, or what a record table holds."""
    asked = request(read_settings(), as_of=as_of, known_by=known_by, data=data)
    show(show_screen(facts(asked), code))
    return FINE


@app.command(name="check", help="all faults of a folder at once; without a folder, of the shipped data")
def check(
    folder: Annotated[Path | None, Parameter(help="folder with pairs of .toml and .csv")] = None,
    /,
    *,
    strict: Annotated[bool, Parameter(help="exit code 3 if there is a warning"), Flag] = False,
) -> int:
    """Check a folder on top of the shipped data; faults go to stderr with exit code 1, warnings with 0."""
    asked = request(read_settings(), data=[str(folder)] if folder else ())
    found = _own(check_facts(asked.data), folder)
    if errors := [fault for fault in found if fault.severity == "error"]:
        raise DataError(errors)
    for fault in found:
        say(f"warning: {fault}")
    known = facts(asked)
    check_scores(known)
    show(checked_screen(known, folder))
    return NOT_STRICT if strict and found else FINE


def _own(faults: tuple[Fault, ...], folder: Path | None) -> list[Fault]:
    """Keep what concerns the files of a folder, and what concerns no single file."""
    if folder is None:
        return list(faults)
    names = {path.name for path in folder.rglob("*")}
    return [fault for fault in faults if fault.file in names or fault.severity == "error"]
