"""The layer's computed indicators for one state date, with joint draws of the instrument model."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from indicators.period import DAYS_A_YEAR
from layers.application_ecosystem.declared import declared
from layers.application_ecosystem.diffusion import Pace, Wave, pace
from layers.application_ecosystem.evidence import PERCENT, TABLE, tied
from layers.application_ecosystem.instruments import fit
from layers.application_ecosystem.users import newest_measure, users_million
from layers.layer import COLUMNS, ROWS, Computed, Posterior

if TYPE_CHECKING:
    from indicators.facts import Facts
    from layers.application_ecosystem.evidence import Tied
    from layers.application_ecosystem.instruments import Fitted, Floats

    Row = dict[str, Any]

FAMILY = "adoption"
SEED = 20261124
USERS = "ai_users_million"
RISE = "ai_user_share_change_pp"
DECIMALS = 4


@dataclass(frozen=True)
class Scale:
    """One declared scale, fitted.

    Attributes
    ----------
    code : str
        The indicator.
    tied : Tied
        What it rests on.
    fitted : Fitted
        Draws of the parameters.
    share : (P, economies) array
        Per cent, on the day of `tied`.
    """

    code: str
    tied: Tied
    fitted: Fitted
    share: Floats

    def summary(self) -> tuple[Floats, Floats, Floats]:
        """Median, 5 and 95 % points by economy."""
        low, value, high = np.quantile(self.share, (0.05, 0.5, 0.95), axis=0)
        return value, low, high


def scale(facts: Facts, counts: str, *, biased: bool = True) -> Scale | None:
    """Fit one scale, or return None where its own instrument is silent or no indicator asks for it.

    Parameters
    ----------
    facts : Facts
        Cut by both clocks.
    counts : {"people", "firms"}
        What is counted.
    biased : bool
        False takes the declared biases to be nil, to see what they do.
    """
    named = next(each for name, each in declared().items() if name == counts)
    if named.code not in facts.indicators or TABLE not in facts.catalogue.tables:
        return None
    place = f"adoption {counts} {biased}"
    if place not in facts.kept:
        held = tied(facts, counts, named, biased=biased)
        fitted = fit(held.evidence, ROWS, SEED) if held else None
        facts.kept[place] = (
            Scale(named.code, held, fitted, _percent(fitted.theta)) if held and fitted else None
        )
    one: Scale | None = facts.kept[place]
    return one


def _percent(logits: Floats) -> Floats:
    return np.asarray(PERCENT / (1.0 + np.exp(-logits)))


def aged(facts: Facts, one: Scale, rng: np.random.Generator) -> Floats:
    """Return the shares with the doubt that time adds up to the state date, by the indicator's drift."""
    years = max((facts.date - one.tied.day).days, 0) / DAYS_A_YEAR
    sd = facts.indicators[one.code].drift_per_year * years
    return _percent(one.fitted.theta + sd * rng.standard_normal(one.fitted.theta.shape))


def computed(facts: Facts, *, biased: bool = True) -> Computed:
    """Return the computed rows of the layer, in the order of indicator and economy, and their draws.

    Parameters
    ----------
    facts : Facts
        Cut by both clocks.
    biased : bool
        False takes the declared biases of the instruments to be nil.
    """
    rng = np.random.default_rng(SEED)
    rows: list[Row] = []
    drawn: dict[str, dict[str, Floats]] = {}
    for counts in declared():
        one = scale(facts, counts, biased=biased)
        if one is None:
            continue
        rows += _share_rows(facts, one)
        shares = aged(facts, one, rng)
        drawn[one.code] = {code: shares[:, place] for place, code in enumerate(one.tied.economies)}
        if counts == "people" and USERS in facts.indicators:
            people = _adults(facts, one)
            rows += _user_rows(facts, one, people)
            drawn[USERS] = {code: drawn[one.code][code] * adults / PERCENT for code, adults in people.items()}
    rows += _rise_rows(facts)
    return Computed(pd.DataFrame(rows, columns=list(COLUMNS)), _posterior(facts, drawn))


def _posterior(facts: Facts, drawn: dict[str, dict[str, Floats]]) -> tuple[Posterior, ...]:
    """Put the draws together: row r of every code is one draw of the model."""
    if not drawn:
        return ()
    codes = tuple(sorted(drawn))
    values = np.full((ROWS, len(codes), len(facts.economies)), np.nan)
    for j, code in enumerate(codes):
        for economy, column in drawn[code].items():
            values[:, j, facts.economies.index(economy)] = column
    return (Posterior(FAMILY, codes, facts.economies, values),)


def _record(facts: Facts, code: str, newest: pd.Series) -> Row:
    """Return a row without figures that carries dates, source and place of the newest figure behind it."""
    known = facts.indicators[code].sources
    source = str(newest["source"])
    return {
        "code": code,
        "economy": str(newest["economy"]),
        "date": newest["date"].date().isoformat(),
        "published": newest["published"].date().isoformat(),
        "status": "estimate",
        "instrument": "",
        "source": source if source in known else next(iter(known)),
        "quality": "modelled",
        "file": str(newest["file"]),
        "row": int(newest["row"]),
    }


def _newest(one: Scale, economy: str) -> pd.Series:
    """Newest figure of an economy; of two on one day the declared instrument's."""
    rows = one.tied.rows[one.tied.rows["economy"] == economy]
    first = rows.assign(told=rows["instrument"] == one.tied.instruments[0])
    newest: pd.Series = first.sort_values(["date", "told"], kind="stable").iloc[-1]
    return newest


def _share_rows(facts: Facts, one: Scale) -> list[Row]:
    rows = []
    for place, economy in enumerate(one.tied.economies):
        value, low, high = (float(part[place]) for part in one.summary())
        mine = one.tied.rows[one.tied.rows["economy"] == economy]
        seen = [f"{name} {part['value'].iloc[-1]:g}" for name, part in mine.groupby("instrument", sort=True)]
        rows.append(
            _record(facts, one.code, _newest(one, economy))
            | {
                "value": round(value, DECIMALS),
                "low": round(low, DECIMALS),
                "high": round(high, DECIMALS),
                "interval_kind": "instruments",
                "note": f"on the declared scale at {one.tied.day}; newest figures: {', '.join(seen)}",
            }
        )
    return rows


def _adults(facts: Facts, one: Scale) -> dict[str, float]:
    """People aged 15 to 64 in millions, by economy that has both measures."""
    table = facts.table("denominators")
    people = newest_measure(table, "population")
    working = newest_measure(table, "working_age_share_pct")
    return {
        code: float(users_million(PERCENT, people[code], working[code]))
        for code in one.tied.economies
        if code in people and code in working
    }


def _user_rows(facts: Facts, one: Scale, adults: dict[str, float]) -> list[Row]:
    rows = []
    for economy, people in adults.items():
        place = one.tied.economies.index(economy)
        value, low, high = (float(part[place]) * people / PERCENT for part in one.summary())
        rows.append(
            _record(facts, USERS, _newest(one, economy))
            | {
                "value": round(value, DECIMALS),
                "low": round(low, DECIMALS),
                "high": round(high, DECIMALS),
                "interval_kind": "instruments",
                "note": f"{PERCENT * value / people:.1f} % of {people:.1f} million people aged 15 to 64",
            }
        )
    return rows


def paces(facts: Facts, counts: str) -> dict[tuple[str, str], Pace]:
    """Return how fast adoption rises by instrument and economy, from all waves that the clocks let in."""
    table = facts.table(TABLE)
    rows = table[(table["counts"] == counts) & table["economy"].isin(facts.economies)]
    found = {}
    for (instrument, economy), part in rows.groupby(["instrument", "economy"], sort=True):
        waves = [
            Wave(day.date(), float(share), str(wording))
            for day, share, wording in zip(part["date"], part["value"], part["wording"], strict=True)
        ]
        one = pace(waves)
        if one is not None:
            found[str(instrument), str(economy)] = one
    return found


def _rise_rows(facts: Facts) -> list[Row]:
    """Return the yearly rise of the share of users by the declared instrument, where it has two waves."""
    if RISE not in facts.indicators or TABLE not in facts.catalogue.tables:
        return []
    instrument = declared()["people"].declared
    table = facts.table(TABLE)
    mine = table[(table["counts"] == "people") & (table["instrument"] == instrument)]
    rows = []
    for (name, economy), one in paces(facts, "people").items():
        if name != instrument:
            continue
        newest = mine[mine["economy"] == economy].sort_values("date", kind="stable").iloc[-1]
        first, last = one.waves[0], one.waves[-1]
        told = {} if np.isnan(one.low) else {"low": one.low, "high": one.high, "interval_kind": "sampling"}
        rows.append(
            _record(facts, RISE, newest)
            | {"value": round(one.points, DECIMALS), "low": None, "high": None, "interval_kind": ""}
            | told
            | {"note": f"{first.share:g} % ({first.day}) to {last.share:g} % ({last.day}), {one.kind}"}
        )
    return rows
