"""The options that several commands share, each with its help."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from cyclopts import Parameter

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cyclopts import Token

ADVANCED = "Advanced"


def _whole(_type: object, tokens: Sequence[Token]) -> int:
    """Read a whole number; without this 1.5 would quietly be taken as 1 or 2."""
    text = tokens[0].value
    if not text.strip().lstrip("+-").isdecimal():
        message = f"expected a whole number, found {text!r}"
        raise ValueError(message)
    return int(text)


WHOLE = Parameter(converter=_whole, group=ADVANCED)

Economy = Annotated[
    str | None, Parameter(help="economy or bloc: code, name or alias, such as CHN, china, EU8")
]
Home = Annotated[str | None, Parameter(help="economy whose own place is shown beside the pair")]
AsOf = Annotated[
    str | None, Parameter(help="state of the world on a day (2025-06-30, 2025-06, 2025-Q2, 2025)")
]
KnownBy = Annotated[str | None, Parameter(help="only what had been published by a day")]
Lens = Annotated[
    Literal["scale", "intensity"] | None,
    Parameter(help="what an economy commands (scale), or how much per head or output (intensity)"),
]
Recipe = Annotated[str | None, Parameter(help="recipe: name or TOML file")]
Data = Annotated[
    tuple[str, ...],
    Parameter(
        help="folder of your own data, over those of FOURLAYERS_DATA; may be given more than once",
        negative=(),
        show_default=False,
    ),
]
Draws = Annotated[int | None, WHOLE, Parameter(help="random draws of each reading; 0 gives no ranges")]
Jobs = Annotated[int | None, WHOLE, Parameter(help="processes that draw; the answer does not depend on it")]
Cluster = Annotated[
    str | None,
    Parameter(help="Dask scheduler whose workers draw, as tcp://HOST:PORT", group=ADVANCED),
]
Seed = Annotated[int | None, WHOLE, Parameter(help="seed of the draws")]
IData = Annotated[
    str | None, Parameter(help="CSV of your own: units in uCode, a column an indicator", group=ADVANCED)
]
IMeta = Annotated[
    str | None,
    Parameter(help="its tree: CSV (Level, iCode, Parent, Direction, Weight) or TOML", group=ADVANCED),
]
Out = Annotated[Path | None, Parameter(help="folder to write to")]
Flag = Parameter(negative=(), show_default=False)
