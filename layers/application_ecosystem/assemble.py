"""Turns observations and denominators of one state date into one row per indicator and economy."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from layers.application_ecosystem.users import earlier, newest, users_million, yearly_rise
from layers.layer import COLUMNS, Computed

if TYPE_CHECKING:
    from indicators.facts import Facts

    Row = dict[str, Any]

SHARE = "ai_user_share_pct"
USERS = "ai_users_million"
RISE = "ai_user_share_change_pp"
SCORED_STATUS = ("actual", "estimate")
DECIMALS = 4


def share_waves(facts: Facts) -> pd.DataFrame:
    """Return the actual and estimated observations of the share, of the economies of the run."""
    seen = facts.observations
    counted = seen["status"].isin(SCORED_STATUS) & seen["economy"].isin(facts.economies)
    return seen[counted & (seen["code"] == SHARE)].reset_index(drop=True)


def latest_measure(denominators: pd.DataFrame, measure: str) -> pd.DataFrame:
    """Return the newest row of one measure for each economy, indexed by economy."""
    rows = denominators[denominators["measure"] == measure].sort_values(["economy", "date"], kind="stable")
    return rows.groupby("economy", sort=True).tail(1).set_index("economy")


def filled(code: str, economy: str, wave: pd.Series, **own: object) -> Row:
    """Return one computed row that carries the dates, source and place of the telemetry wave it rests on."""
    row: Row = {name: wave[name] for name in COLUMNS if name in wave.index}
    row |= {"code": code, "economy": economy, "status": "estimate", "quality": "modelled"}
    row |= {"low": float("nan"), "high": float("nan"), "interval_kind": ""}
    return row | own


def user_rows(latest: pd.DataFrame, denominators: pd.DataFrame) -> list[Row]:
    """Return users in millions for every economy with a share, a population and a working-age share."""
    people = latest_measure(denominators, "population")
    working = latest_measure(denominators, "working_age_share_pct")
    both = [e for e in latest.index if e in people.index and e in working.index]
    values = users_million(latest.loc[both, "value"], people.loc[both, "value"], working.loc[both, "value"])
    rows = []
    for economy, value in zip(both, values, strict=True):
        wave = latest.loc[economy]
        note = (
            f"{wave['value']:g} % of {people.loc[economy, 'value'] / 1e6:.1f} million people, "
            f"{working.loc[economy, 'value']:.1f} % of them aged 15 to 64"
        )
        rows.append(filled(USERS, str(economy), wave, value=round(float(value), DECIMALS), note=note))
    return rows


def rise_rows(waves: pd.DataFrame, latest: pd.DataFrame) -> list[Row]:
    """Return the yearly rise of the share for every economy with two waves within a year."""
    first = earlier(waves, latest)
    rows = []
    for economy in first.index:
        old, wave = first.loc[economy], latest.loc[economy]
        value = yearly_rise(float(old["value"]), float(wave["value"]), float(old["days"]))
        note = f"{old['value']:g} % ({old['date']}) to {wave['value']:g} % ({wave['date']})"
        rows.append(filled(RISE, str(economy), wave, value=round(value, DECIMALS), note=note))
    return rows


def computed(facts: Facts) -> Computed:
    """Return the computed rows of the layer, in the order of indicator and economy."""
    waves = share_waves(facts)
    latest = newest(waves)
    rows = user_rows(latest, facts.table("denominators")) + rise_rows(waves, latest)
    return Computed(pd.DataFrame(rows, columns=list(COLUMNS)))
