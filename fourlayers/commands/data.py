"""`fourlayers data`: what is known, where it comes from, and whether a folder of one's own is in order."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from cyclopts import App, Parameter

from fourlayers.checking import own_faults
from fourlayers.command import BAD_DATA, FINE, NOT_STRICT, quiet_app, say, show
from fourlayers.progress import progress
from fourlayers.request import answer, facts, request
from fourlayers.screens.indicators import checked_screen, list_screen, show_screen
from fourlayers.settings import read_settings
from indicators.check import check as check_facts
from indicators.facts import Facts
from indicators.fault import DataError, Fault, UsageError
from indicators.folder import files
from layers.frontier_capability.evidence import check as check_scores

from .options import AsOf, Data, Flag, KnownBy

Into = Annotated[Path, Parameter(help="folder of the pair; made if it is not there")]

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
    with progress("checked") as told:
        found = [*_own(check_facts(asked.data, told=told), folder), *own_faults(asked.data)]
    if errors := [fault for fault in found if fault.severity == "error"]:
        raise DataError(errors)
    for fault in found:
        say(f"warning: {fault}")
    known = facts(asked)
    check_scores(known)
    show(checked_screen(known, folder))
    if folder is not None:
        _preview(known, folder)
    return NOT_STRICT if strict and found else FINE


@app.command(name="schema", help="JSON schema of a kind of TOML file, by which editors complete and check it")
def schema_(
    name: Annotated[str | None, Parameter(help="kind of file; without one, the kinds")] = None,
    /,
    *,
    into: Annotated[Path | None, Parameter(help="folder to write it to; without a name, all of them")] = None,
) -> int:
    """Print a schema, list the kinds, or write schemas into a folder."""
    from fourlayers.schemas import KINDS, line_of, schema_text, write_schemas
    from fourlayers.writing import prepared

    if into is not None:
        names = [name] if name else list(KINDS)
        show("\n".join(map(str, write_schemas(names, prepared(into, "--into")))))
    elif name:
        show(schema_text(name))
    else:
        lines = [f"  {kind:<11}{it.stands}" for kind, it in KINDS.items()]
        show("\n".join([*lines, "", f"First line of a TOML that uses one: {line_of('indicator')}"]))
    return FINE


@app.command(name="new", help="a pair of files for an indicator of your own, with a word on every key")
def new(
    code: Annotated[str, Parameter(help="name of the indicator: small letters, digits and _")],
    /,
    *,
    layer: Annotated[str, Parameter(help="layer that it speaks for")],
    pillar: Annotated[str, Parameter(help="pillar of that layer")],
    into: Into = Path(),
    less_is_better: Annotated[bool, Parameter(help="less is better"), Flag] = False,
) -> int:
    """Write CODE.toml and CODE.csv, to be filled in."""
    from fourlayers.drop_in import new_pair

    written = new_pair(into, code, layer, pillar, -1 if less_is_better else 1)
    show("wrote " + ", ".join(map(str, written)))
    show(f"next: fill them in, then fourlayers data check {into}")
    return FINE


@app.command(name="import", help="a file of another form as the CSV of an indicator, and what fell out")
def import_(
    file: Annotated[Path, Parameter(help="CSV (long, a column a year, SDMX-CSV) or workbook")],
    /,
    *,
    code: Annotated[str, Parameter(help="name of the indicator")],
    into: Into = Path(),
    layer: Annotated[str | None, Parameter(help="layer, where the TOML is to be made")] = None,
    pillar: Annotated[str | None, Parameter(help="pillar, where the TOML is to be made")] = None,
    column: Annotated[str, Parameter(help="column of values, where there are several")] = "",
    where: Annotated[
        tuple[str, ...], Parameter(help="only rows that hold a text: COLUMN=TEXT", negative=())
    ] = (),
    name: Annotated[
        tuple[str, ...], Parameter(help='what a name means: "Korea=KOR"; "Korea=" leaves it out', negative=())
    ] = (),
    sheet: Annotated[str, Parameter(help="sheet of a workbook")] = "",
    encoding: Annotated[str, Parameter(help="encoding of a text, such as latin-1")] = "",
    decimal: Annotated[Literal[".", ","], Parameter(help="sign before decimals")] = ".",
    replace: Annotated[bool, Parameter(help="put the rows in place of those there"), Flag] = False,
) -> int:
    """Read a file, write CODE.csv, and CODE.toml to be filled in where there is none."""
    from fourlayers.drop_in import report, write_import
    from indicators.imports.table import Asked, import_table

    told = Asked(column, sheet, encoding, decimal, _pairs("--where", where), _pairs("--name", name))
    found = import_table(file, told)
    place = (layer, pillar) if layer and pillar else None
    written = write_import(into, code, found, place, replace=replace)
    for line in report(found, written):
        show(line)
    show(f"next: fourlayers data check {into}")
    return FINE


@app.command(name="refresh", help="newer figures from the live sources, into a folder of your own")
def refresh(
    *source: Annotated[str, Parameter(help="source; without one, all of them", show_default=False)],
    data: Annotated[
        str | None,
        Parameter(help="folder to write to; else the one in force, or that of your user", show_default=False),
    ] = None,
    dry_run: Annotated[bool, Parameter(help="show what would change and write nothing"), Flag] = False,
    yes: Annotated[bool, Parameter(help="write without asking"), Flag] = False,
    list_sources: Annotated[bool, Parameter(name="--list", help="list the sources"), Flag] = False,
) -> int:
    """Read the live sources, show the difference in numbers, ask, and write pairs of files.

    The one command that goes to the network. Exit code 1 if a source could not be read; the others stand.
    """
    from fourlayers.own_data import in_force
    from fourlayers.refreshing import agreed, can_ask, gather, store, target
    from fourlayers.screens.refresh import failures, refresh_screen, sources_screen
    from fourlayers.writing import clear
    from indicators.refresh.sources import SOURCES, chosen

    if list_sources and source:
        message = f"--list names all sources; found {' '.join(source)} besides"
        raise UsageError(message)
    if list_sources:
        show(sources_screen(SOURCES))
        return FINE
    wanted = chosen(source)
    folder, others = target(data, in_force((), read_settings()))
    if not dry_run:
        clear(folder, "--data")
    if not (yes or dry_run or can_ask()):
        message = "no terminal to ask on, so nothing was read or written: --yes writes, --dry-run only shows"
        raise UsageError(message)
    run = gather(wanted, folder, others, told=lambda live: say(f"reading {live.name}: {live.says}"))
    if screen := refresh_screen(run):
        show(f"{screen}\n")
    for line in failures(run.read):
        say(line)
    code = BAD_DATA if run.read.failed else FINE
    if not run.read.names:
        show("nothing to write")
    elif dry_run:
        show(f"nothing was written (--dry-run); it would go to {folder}")
    elif agreed(f"Write {len(run.read.names)} pairs to {folder}? [y/N]", yes=yes):
        show("wrote " + ", ".join(map(str, store(run))))
        show(f"next: fourlayers data check {folder}, then fourlayers score --data {folder}")
    else:
        show("nothing was written")
    return code


def _pairs(option: str, given: tuple[str, ...]) -> dict[str, str]:
    """Split what was given as NAME=TEXT.

    Raises
    ------
    UsageError
        If a part has no `=`.
    """
    for each in given:
        if "=" not in each:
            message = f"{option} {each}: expected NAME=TEXT"
            raise UsageError(message)
    return {name.strip(): text.strip() for name, text in (each.split("=", 1) for each in given)}


def _preview(known: Facts, folder: Path) -> None:
    """Show what the indicators of a folder would do to the default answer."""
    from fourlayers.screens.indicators import codes_of
    from fourlayers.screens.preview import overrides_screen, preview_screen
    from fourlayers.summary import PAIR
    from indicators.facts import load
    from scoring.index.own_tree import all_owned
    from scoring.preview import preview

    below = [path for path in known.catalogue.folders if path.resolve() != folder.resolve()]
    if told := [it for it in all_owned(known) if it.kind == "override"]:
        show("\n" + overrides_screen(told))
    found = preview(load(below), known, codes_of(known, folder), PAIR)
    if found.seen or found.shown or found.moved:
        show("\n" + preview_screen(found))


def _own(faults: tuple[Fault, ...], folder: Path | None) -> list[Fault]:
    """Keep what concerns the files of a folder, and what concerns no single file."""
    if folder is None:
        return list(faults)
    names = {path.name for path in files(folder)}
    return [fault for fault in faults if fault.file in names or fault.severity == "error"]
