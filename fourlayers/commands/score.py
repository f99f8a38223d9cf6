"""`fourlayers score`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

from cyclopts import Parameter

from fourlayers.command import FINE, NOT_STRICT, say, show
from fourlayers.request import answer, request
from fourlayers.settings import read_settings
from fourlayers.tables import scored_files

from .options import (
    AsOf,
    Cluster,
    Data,
    Draws,
    Economy,
    Flag,
    Home,
    IData,
    IMeta,
    Jobs,
    KnownBy,
    Lens,
    Recipe,
    Seed,
)

if TYPE_CHECKING:
    from scoring.answer import Answer
    from scoring.index.result import Result


FEW = 200
"""Below as many draws a share is uncertain by more than three points (half of 1 / sqrt(draws))."""
TOLERATED = {"assumed_ranges", "draws_against_record", "out_of_step", "reconstructed", "simple_form"}
"""Warnings that stand over every run on the shipped data: a nightly check that always fails finds nothing."""


def score(
    first: Economy = None,
    second: Economy = None,
    /,
    *,
    as_of: AsOf = None,
    known_by: KnownBy = None,
    lens: Lens = None,
    recipe: Recipe = None,
    data: Data = (),
    home: Home = None,
    all_: Annotated[bool, Parameter(name="--all", help="all economies, in groups told apart"), Flag] = False,
    wide: Annotated[bool, Parameter(help="pillars, coverage, the other lens"), Flag] = False,
    format_: Annotated[
        Literal["table", "json", "csv"], Parameter(name="--format", help="a screen, a document, or long rows")
    ] = "table",
    strict: Annotated[
        bool, Parameter(help="exit code 3 if a layer is not scored or a pair is not like for like"), Flag
    ] = False,
    draws: Draws = None,
    seed: Seed = None,
    jobs: Jobs = None,
    cluster: Cluster = None,
    idata: IData = None,
    imeta: IMeta = None,
) -> int:
    """Score a pair (USA and CHN by default) in the four layers, with ranges and calls."""
    if idata is not None or imeta is not None:
        given: dict[str, object] = {
            "a pair": first,
            "--as-of": as_of,
            "--known-by": known_by,
            "--lens": lens,
            "--data": data,
        }
        given |= {"--home": home, "--all": all_, "--wide": wide, "--strict": strict, "--draws": draws}
        given |= {"--seed": seed, "--jobs": jobs, "--cluster": cluster}
        return _table(scored_files(idata, imeta, recipe, given), format_)
    asked = request(
        read_settings(),
        first,
        second,
        as_of=as_of,
        known_by=known_by,
        lens=lens,
        recipe=recipe,
        data=data,
        draws=draws,
        seed=seed,
        home=home,
        jobs=jobs,
        cluster=cluster,
    )
    found = answer(asked)
    if 0 < found.draws < FEW:
        say(f"only {found.draws} draw{'s' * (found.draws > 1)}: ranges and calls are rough")
    show(_text(found, format_, everyone=all_, wide=wide))
    return _strictly(found) if strict else FINE


def _table(result: Result, form: str) -> int:
    """Show a scored table of the user's."""
    from reports.scored import as_csv, as_json, as_table

    show({"table": as_table, "json": as_json, "csv": as_csv}[form](result))
    return FINE


def _text(found: Answer, form: str, *, everyone: bool, wide: bool) -> str:
    if form != "table":
        from reports.document import as_csv, as_json

        return as_json(found) if form == "json" else as_csv(found)
    from fourlayers.screens import wide as more
    from fourlayers.screens.score import score_screen

    blocks = [more.home(found)]
    if wide:
        blocks += [more.pillars(found), more.readings(found), more.everything_to_mind(found)]
        blocks.append(more.own_data(found))
    if everyone:
        blocks.append(more.everyone(found))
    return score_screen(found, *blocks)


def _strictly(found: Answer) -> int:
    failing = [warning for warning in found.warnings if warning.code not in TOLERATED]
    for warning in failing:
        say(f"{warning.code} ({warning.node}): {warning.message}")
    return NOT_STRICT if failing else FINE
