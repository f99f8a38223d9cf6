"""From the table `adoption` to what the instrument model reads: dated, within its age, tied to the scale."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from indicators.interval import LOGIT, Z95, to_scale
from indicators.period import DAYS_A_YEAR, lapsed
from layers.application_ecosystem.declared import SIGNS
from layers.application_ecosystem.instruments import Bias, Evidence

if TYPE_CHECKING:
    from datetime import date

    from indicators.facts import Facts
    from layers.application_ecosystem.declared import Declared
    from layers.application_ecosystem.instruments import Floats

PERCENT: Final = 100.0
EDGE: Final = 0.5
"""Shares nearer to 0 or 100 % than this cannot be told from it by any survey."""
TABLE: Final = "adoption"


@dataclass(frozen=True)
class Tied:
    """Figures that are tied to the declared scale.

    Attributes
    ----------
    rows : DataFrame
        Of the table `adoption`, in the order of `evidence`.
    economies, instruments : tuple of str
        Names by place; the declared instrument first.
    day : date
        End of the newest wave of the declared instrument: the shares are stated at it.
    evidence : Evidence
        The same as arrays.
    """

    rows: pd.DataFrame
    economies: tuple[str, ...]
    instruments: tuple[str, ...]
    day: date
    evidence: Evidence


def tied(facts: Facts, counts: str, scale: Declared, *, biased: bool = True) -> Tied | None:
    """Return the figures that can be stated on a scale, or None where its own instrument is silent.

    Parameters
    ----------
    facts : Facts
        Cut by both clocks.
    counts : str
        `people` or `firms`.
    scale : Declared
        The scale.
    biased : bool
        False takes the declared biases to be nil.
    """
    rows = current(facts, counts, scale)
    rows = connected(rows, scale.declared)
    if rows.empty:
        return None
    rows = rows.sort_values(["instrument", "economy", "date"], kind="stable").reset_index(drop=True)
    present = set(rows["economy"])
    economies = tuple(code for code in facts.economies if code in present)
    others = sorted(set(rows["instrument"]) - {scale.declared})
    instruments = (scale.declared, *others)
    day = rows.loc[rows["instrument"] == scale.declared, "date"].max().date()
    return Tied(
        rows, economies, instruments, day, _evidence(rows, economies, instruments, (day, scale, biased))
    )


def current(facts: Facts, counts: str, scale: Declared) -> pd.DataFrame:
    """Return the rows that enter the model and are not too old at the state date."""
    table = facts.table(TABLE)
    mine = table["enters"].fillna(value=False).astype(bool) & (table["counts"] == counts)
    mine &= table["economy"].isin(facts.economies)
    rows = table[mine]
    limit = facts.indicators[scale.code].max_age_years
    fresh = [not lapsed(day.date(), facts.date, limit) for day in rows["date"]]
    return rows[np.array(fresh, dtype=bool)]


def connected(rows: pd.DataFrame, declared: str) -> pd.DataFrame:
    """Keep what common economies tie to the declared instrument; one seen in one economy ties nothing."""
    while True:
        seen = rows.groupby("instrument")["economy"].nunique()
        alone = seen.index[seen < 2]
        if not len(alone):
            break
        rows = rows[~rows["instrument"].isin(alone)]
    reached: set[str] = {declared}
    while True:
        economies = set(rows.loc[rows["instrument"].isin(reached), "economy"])
        more = set(rows.loc[rows["economy"].isin(economies), "instrument"])
        if not economies:
            return rows.iloc[:0]
        if more <= reached:
            return rows[rows["instrument"].isin(reached)]
        reached |= more


def covering(rows: pd.DataFrame, pair: tuple[str, str]) -> tuple[str, ...]:
    """Return the instruments that cover both economies of a pair."""
    sides = [set(rows.loc[rows["economy"] == code, "instrument"]) for code in pair]
    return tuple(sorted(sides[0] & sides[1]))


def logit(percent: Floats) -> Floats:
    """Logit of shares in per cent, kept off the ends by `EDGE`."""
    return to_scale(np.clip(percent, EDGE, PERCENT - EDGE), LOGIT, PERCENT)


def _evidence(
    rows: pd.DataFrame,
    economies: tuple[str, ...],
    instruments: tuple[str, ...],
    how: tuple[date, Declared, bool],
) -> Evidence:
    day, scale, biased = how
    low, high = (logit(rows[end].fillna(rows["value"]).to_numpy(dtype=np.float64)) for end in ("low", "high"))
    known = [
        Bias(economies.index(each.economy), instruments.index(each.instrument), SIGNS[each.side], each.sd)
        for each in scale.biases
        if biased and ((rows["economy"] == each.economy) & (rows["instrument"] == each.instrument)).any()
    ]
    days = (rows["date"] - pd.Timestamp(day)).dt.days.to_numpy(dtype=np.float64)
    return Evidence(
        y=logit(rows["value"].to_numpy(dtype=np.float64)),
        sd=(high - low) / (2 * Z95),
        economy=np.array([economies.index(code) for code in rows["economy"]], dtype=np.int64),
        instrument=np.array([instruments.index(name) for name in rows["instrument"]], dtype=np.int64),
        years=days / DAYS_A_YEAR,
        loose=np.array([scale.loose.get(name, 1.0) for name in instruments]),
        biases=tuple(known),
        economies=len(economies),
    )
