"""Whether a live file says what is held of the same economies and years: that it is the same series."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from .trouble import refused

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from .fetch import Body

FEWEST: Final = 5
"""Values in common below which nothing is proven."""
MOST_OFF: Final = 0.25
"""Share of them that may differ, by revision."""


def agrees(
    body: Body,
    rows: Iterable[Mapping[str, str]],
    held: Iterable[Mapping[str, str]],
    *,
    tolerance: float = 0.0,
    relative: float = 0.02,
) -> None:
    """Hold a file to what is held of it.

    Parameters
    ----------
    body : Body
        What was fetched.
    rows, held : iterable of mapping
        `economy`, `date` and `value` of the file and of the data.
    tolerance, relative : float
        Absolute and relative difference up to which two values are one.

    Raises
    ------
    SourceError
        If fewer than five values are in common, or more than a quarter of them differ.
    """
    known = {(row["economy"], row["date"]): float(row["value"]) for row in held}
    off, common = [], 0
    for row in rows:
        before = known.get((row["economy"], row["date"]))
        if before is None:
            continue
        common += 1
        now = float(row["value"])
        if not math.isclose(now, before, rel_tol=relative, abs_tol=tolerance):
            off.append(f"{row['economy']} {row['date']}: held {before:g}, now {now:g}")
    if common < FEWEST:
        found = f"only {common} values of economies and years that are held"
        raise refused(
            body.address, f"{found}; at least {FEWEST} are needed to tell that it is the same series"
        )
    if len(off) > MOST_OFF * common:
        said = "; ".join(off[:3])
        found = f"{len(off)} of {common} values differ from those held ({said})"
        raise refused(body.address, found, "Its definition or its unit has changed.")
