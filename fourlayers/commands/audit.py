"""`fourlayers audit`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

from cyclopts import Parameter

from fourlayers.command import FINE, show
from fourlayers.request import request
from fourlayers.settings import read_settings
from indicators.fault import UsageError

from .options import AsOf, Data, Economy, Flag, IData, IMeta, KnownBy, Lens, Recipe

if TYPE_CHECKING:
    from fourlayers.auditing import Audit


def audit(
    first: Economy = None,
    second: Economy = None,
    /,
    *,
    as_of: AsOf = None,
    known_by: KnownBy = None,
    lens: Lens = None,
    recipe: Recipe = None,
    data: Data = (),
    all_: Annotated[bool, Parameter(name="--all", help="every check, not only what to mind"), Flag] = False,
    format_: Annotated[
        Literal["table", "json", "md"], Parameter(name="--format", help="a screen, a document, Markdown")
    ] = "table",
    idata: IData = None,
    imeta: IMeta = None,
) -> int:
    """Check an index as its builder would: coverage, distributions, correlations, weights, the pair."""
    from fourlayers.screens.audit import as_json, as_markdown, audit_screen

    if idata is not None or imeta is not None:
        given: dict[str, object] = {"--as-of": as_of, "--known-by": known_by, "--lens": lens, "--data": data}
        found = _of_table(idata, imeta, recipe, (first, second), given)
    else:
        from fourlayers.auditing import audited

        found = audited(
            request(
                read_settings(),
                first,
                second,
                as_of=as_of,
                known_by=known_by,
                lens=lens,
                recipe=recipe,
                data=data,
            )
        )
    if format_ == "table":
        show(audit_screen(found, everything=all_))
    else:
        show((as_json if format_ == "json" else as_markdown)(found))
    return FINE


def _of_table(
    idata: str | None,
    imeta: str | None,
    recipe: str | None,
    pair: tuple[str | None, str | None],
    given: dict[str, object],
) -> Audit:
    """Audit a table of the user's on a tree of the user's."""
    from fourlayers.auditing import audited_table
    from fourlayers.tables import scored_files

    named = tuple(unit for unit in pair if unit is not None)
    if len(named) == 1:
        message = f"a pair needs two units of the table, found only {named[0]!r}"
        raise UsageError(message)
    return audited_table(scored_files(idata, imeta, recipe, given), named)
