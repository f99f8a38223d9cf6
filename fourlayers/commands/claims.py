"""`fourlayers claims`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

from cyclopts import Parameter

from fourlayers import debate
from fourlayers.command import FINE, show
from fourlayers.progress import progress
from fourlayers.request import facts, request
from fourlayers.settings import read_settings
from indicators.fault import unknown

from .options import AsOf, Data, KnownBy

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date

    from fourlayers.request import Request
    from scoring.questions.verdict import ClaimVerdict

Format = Annotated[
    Literal["table", "json", "md"], Parameter(name="--format", help="a screen, a document, or Markdown")
]


def claims(
    name: Annotated[
        str | None, Parameter(help="claim to look into, such as price-gap; all without a name")
    ] = None,
    /,
    *,
    as_of: AsOf = None,
    known_by: KnownBy = None,
    data: Data = (),
    format_: Format = "table",
) -> int:
    """Test claims of the debate by rules that were fixed before their figures were read."""
    asked = request(read_settings(), as_of=as_of, known_by=known_by, data=data)
    wanted = name.lower().replace("_", "-") if name else ""
    found, when = _tested(asked, wanted)
    if format_ == "json":
        from reports.claims_document import as_json

        show(as_json(found, when, asked.known_by))
    elif format_ == "md":
        from reports.claims_document import as_markdown

        show(as_markdown(found, when))
    else:
        from fourlayers.screens.claims import claim_screen, claims_screen

        clocks = _clocks(asked)
        show(claim_screen(found[0], clocks) if name else claims_screen(found, when, clocks))
    return FINE


def _tested(asked: Request, name: str) -> tuple[tuple[ClaimVerdict, ...], date]:
    """Claims from the shipped copy where that says the same, else tested now."""
    shipped = debate.read() if not (asked.as_of or asked.known_by or asked.data) else None
    if shipped:
        _check(name, [each.name for each in shipped.claims])
        return tuple(each for each in shipped.claims if name in {"", each.name}), shipped.when
    from scoring.questions.claims import CLAIMS, claim

    _check(name, CLAIMS)
    known, names = facts(asked), (name,) if name else tuple(CLAIMS)
    found = []
    with progress(f"{len(names)} claims") as told:
        for place, each in enumerate(names, start=1):
            found.append(claim(each, known))
            if told:
                told(place / len(names))
    return tuple(found), known.date


def _check(name: str, known: Collection[str]) -> None:
    if name and name not in known:
        raise unknown("claim", name, known)


def _clocks(asked: Request) -> str:
    """Say how the day was told, where it is not simply the newest."""
    if asked.known_by:
        return f"by what had been published by {asked.known_by}"
    return f"state of {asked.as_of}, told with today's data: a reconstruction" if asked.as_of else ""
