"""One computed row: a figure of one economy with its bounds, where it comes from and its draws."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import pandas as pd

Floats = NDArray[np.float64]

DECIMALS = 4


@dataclass(frozen=True)
class Placed:
    """A figure of one economy.

    Attributes
    ----------
    code, economy : str
        Indicator and economy.
    record : dict
        The row as it is stored.
    drawn : (P,) array of float64 or None
        Joint draws; None where the figure's own bounds are drawn.
    """

    code: str
    economy: str
    record: dict[str, Any]
    drawn: Floats | None


def placed(
    code: str,
    economy: str,
    span: tuple[float, float, float],
    origin: pd.Series,
    more: dict[str, Any],
    drawn: Floats | None = None,
) -> Placed:
    """Put a row together; `origin` is the table row that decides it, `more` overrides the defaults."""
    usual = {"interval_kind": "sampling", "status": "estimate", "quality": "modelled", "instrument": ""}
    traced = {"source": origin["source"], "file": origin["file"], "row": int(origin["row"])}
    value, low, high = (round(float(number), DECIMALS) + 0.0 for number in span)
    figures = {"code": code, "economy": economy, "value": value, "low": low, "high": high}
    return Placed(code, economy, usual | figures | traced | more, drawn)


def day(moment: pd.Timestamp) -> str:
    """Return YYYY-MM-DD."""
    return str(moment.strftime("%Y-%m-%d"))
